"""Where respondents live: from a code of a small area to ward, district and segment.

The code itself goes no further than this: what is kept is the ward, the district and the segment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from geodata.faults import Faults
from geodata.sources.extract_columns import fold
from geodata.sources.survey_mapping import SurveyMapping, say_code

PLACE_FIELDS = ("district_code", "ward_code", "segment_code")


@dataclass(frozen=True)
class SurveyPlaces:
    """What is held about areas, for linking respondents.

    Attributes
    ----------
    districts : mapping of str to str
        Code of each district by its code and by its name, in the form of `fold`.
    wards : mapping of str to str
        District of each ward ("" if not known).
    small_areas : mapping of str to str
        Ward of each small area that a lookup knows ("" if none), or the code it leads to.
    segments : mapping of str to str
        Segment of each area that the survey's classification holds.
    segment_codes : frozenset of str
        Every segment of the classification; empty if it is not held.
    """

    districts: Mapping[str, str] = field(default_factory=dict)
    wards: Mapping[str, str] = field(default_factory=dict)
    small_areas: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    segment_codes: frozenset[str] = frozenset()


def read_places(
    frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults, places: SurveyPlaces
) -> dict[str, pd.Series]:
    """Give district, ward and segment of each row, "" where not known: `PLACE_FIELDS`."""
    columns, translate = mapping.columns, mapping.translate
    none = pd.Series("", index=frame.index, dtype="str")
    found = dict.fromkeys(PLACE_FIELDS, none)
    if "place" in columns:
        linked = link_places(frame[columns["place"]], columns["place"], places, faults)
        found = {name: linked[name] for name in PLACE_FIELDS}
    if "ward" in columns:
        ward = _read_wards(frame[columns["ward"]], columns["ward"], places, faults)
        found["ward_code"] = ward.mask(ward.eq(""), found["ward_code"])
        of_ward = found["ward_code"].map(lambda code: places.wards.get(code, ""))
        found["district_code"] = of_ward.mask(of_ward.eq(""), found["district_code"])
    if "district" in columns:
        name = columns["district"]
        words = translate.get("district", {})
        district = _read_districts(frame[name], name, words, places, faults)
        other = (
            district.ne("") & found["district_code"].ne("") & district.ne(found["district_code"])
        )
        faults.add_rows(
            frame.index[other], name, frame.loc[other, name], "the district of the row's ward"
        )
        found["district_code"] = district.mask(district.eq(""), found["district_code"])
    segment = _read_segments(frame, mapping)
    if segment is not None:
        found["segment_code"] = segment
    found["segment_code"] = _check_segments(frame, mapping, faults, places, found["segment_code"])
    if mapping.survey.reach == "area":
        _note_blank(found["district_code"], "no district: they count in the county only", faults)
    if mapping.survey.classification:
        _note_blank(found["segment_code"], "no segment", faults)
    return found


def _read_segments(frame: pd.DataFrame, mapping: SurveyMapping) -> pd.Series | None:
    """Give the segment code: of its column, or of several columns joined by '/'."""
    names = mapping.segment.columns or tuple(
        mapping.columns[one] for one in ("segment",) if one in mapping.columns
    )
    if not names:
        return None
    parts: list[pd.Series] = []
    whole = pd.Series(True, index=frame.index)
    for name in names:
        words = {say_code(word): code for word, code in mapping.translate.get(name, {}).items()}
        part = frame[name].map(say_code).map(lambda code, words=words: words.get(code, code))
        whole &= part.ne("")
        parts.append(part)
    joined = pd.Series(["/".join(row) for row in zip(*parts, strict=True)], index=frame.index)
    words = mapping.translate.get("segment", {})
    return joined.map(lambda code: words.get(code, code)).where(whole, "")


def _check_segments(
    frame: pd.DataFrame,
    mapping: SurveyMapping,
    faults: Faults,
    places: SurveyPlaces,
    segment: pd.Series,
) -> pd.Series:
    """Give the segments that can be kept: a code of a classification not held could say anything.

    A code that the classification does not have is a fault.
    """
    if not places.segment_codes:
        given = int(segment.ne("").sum())
        if given:
            faults.note(
                f"the classification {mapping.survey.classification!r} is not held, so no segment "
                "is kept: import it first, then the survey again with --replace",
                given,
            )
        return segment.mask(segment.ne(""), "")
    strange = segment.ne("") & ~segment.isin(places.segment_codes)
    column = mapping.columns.get("segment", "/".join(mapping.segment.columns) or "segment")
    faults.add_rows(
        frame.index[strange],
        column,
        segment[strange],
        f"a segment of {mapping.survey.classification}",
    )
    return segment


def _note_blank(column: pd.Series, text: str, faults: Faults) -> None:
    blank = int(column.eq("").sum())
    if blank:
        faults.note(text, blank)


def _read_districts(
    text: pd.Series, column: str, words: Mapping[str, str], places: SurveyPlaces, faults: Faults
) -> pd.Series:
    """Give the district of each row by code or name; "" where blank, a fault where not held."""
    translated = {fold(word): code for word, code in words.items()}
    folded = text.map(fold)
    given = folded.map({word: fold(translated.get(word, word)) for word in folded.unique()})
    found = given.map(lambda word: places.districts.get(word, ""))
    strange = folded.ne("") & found.eq("")
    faults.add_rows(
        text.index[strange], column, text[strange], "the code or name of a district that is held"
    )
    return found


def _read_wards(text: pd.Series, column: str, places: SurveyPlaces, faults: Faults) -> pd.Series:
    """Give the ward of each row; "" where blank, a fault where not held."""
    strange = text.ne("") & ~text.isin(list(places.wards))
    faults.add_rows(text.index[strange], column, text[strange], "the code of a ward that is held")
    return text.mask(strange, "")


def link_places(text: pd.Series, column: str, places: SurveyPlaces, faults: Faults) -> pd.DataFrame:
    """Give district, ward and segment of each row by the code of a small area.

    Parameters
    ----------
    text : Series of str
        Output area, LSOA or ward codes; "" where not known.
    column : str
        Its column, for faults. Faults never say the code: few people live in a small area.
    places : SurveyPlaces
    faults : Faults
        Takes rows whose code leads to no ward.

    Returns
    -------
    DataFrame
        `PLACE_FIELDS`; "" where nothing is known.
    """
    linked = {code: _link(code, places) for code in text.unique()}
    frame = pd.DataFrame(
        [linked[code] for code in text], columns=list(PLACE_FIELDS), index=text.index, dtype="str"
    )
    strange = text.ne("") & frame["ward_code"].eq("")
    faults.add_rows(
        text.index[strange],
        column,
        text[strange],
        "a code of an output area, LSOA or ward that leads to a ward held",
    )
    return frame


def _link(code: str, places: SurveyPlaces) -> tuple[str, str, str]:
    segment, seen = "", code
    for _ in range(4):
        segment = segment or places.segments.get(seen, "")
        if not seen or seen in places.wards:
            break
        seen = places.small_areas.get(seen, "")
    ward = seen if seen in places.wards else ""
    return places.wards.get(ward, ""), ward, segment
