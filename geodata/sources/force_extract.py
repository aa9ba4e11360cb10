"""Reading a force or council extract of incidents with the help of a mapping file.

Good rows come back in the shape of the minimum incident record; bad ones are told as faults.
Words that the mapping does not translate are noted and read as not recorded. Personal texts
(address, victim) leave this module only as digests.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from geodata.addresses import pseudonym
from geodata.categories import ASB_CRIME_TYPE
from geodata.codes import CODE_PATTERNS
from geodata.errors import ColumnsMissingError, safe_value
from geodata.faults import Faults
from geodata.schemas import INCIDENT_COLUMNS, LOCATION_COLUMNS
from geodata.sources.extract_dates import ReadDates, read_dates
from geodata.sources.extract_fields import (
    BUILT_IN_ANSWERS,
    TEXT_FIELDS,
    WORD_FIELDS,
    YES_NO_FIELDS,
    nearest,
)
from geodata.sources.extract_places import collect_locations, read_coordinates, read_places
from geodata.sources.mapping import Mapping
from geodata.sources.mapping_draft import DRAFT_MARK
from geodata.sources.tables import report_table_faults

EARLIEST = dt.date(1990, 1, 1)
TEXT_LENGTH = 200
NOTED_WORDS = 20


@dataclass(frozen=True)
class ExtractFrames:
    """What an extract holds: incidents (schemas.INCIDENT_COLUMNS) and their locations."""

    incidents: pd.DataFrame
    locations: pd.DataFrame


def read_force_extract(
    frame: pd.DataFrame,
    mapping: Mapping,
    faults: Faults,
    file_name: str,
    *,
    today: dt.date | None = None,
) -> ExtractFrames:
    """Read the incidents of an extract.

    Parameters
    ----------
    frame : DataFrame
        The table as text, from `read_table`: index = row number in the file.
    mapping : Mapping
        Which column is what.
    faults : Faults
        Takes every fault and note; rows with a fault are left out.
    file_name : str
        Makes the references of rows that have none: '<file stem>-<row>'.
    today : date, optional
        A later date is a fault; the day of the machine's clock if not given.

    Raises
    ------
    ColumnsMissingError
        If the file lacks a column that the mapping names.
    """
    _require_mapped(frame, mapping, file_name)
    report_table_faults(frame, faults)
    if mapping.source.force.startswith(DRAFT_MARK):
        faults.note("the mapping file is a draft: its [source] force still says CHECK", len(frame))
    if frame.empty:
        return _no_rows()
    incidents = _read_times(frame, mapping, faults, today or dt.date.today())
    incidents["incident_id"] = _read_ids(frame, mapping, faults, file_name)
    easting, northing = read_coordinates(frame, mapping, faults)
    places = read_places(frame, mapping, faults, easting, northing)
    incidents["easting"], incidents["northing"] = easting, northing
    incidents["location_key"] = places["location_key"]
    for field in WORD_FIELDS:
        incidents[field] = _read_words(frame, mapping, faults, field)
    incidents["location_precision"] = _read_precision(incidents, places, mapping)
    for field in TEXT_FIELDS:
        incidents[field] = _read_text(frame, mapping, field)
    crime_type = _read_text(frame, mapping, "crime_type")
    incidents["crime_type"] = crime_type.mask(crime_type.eq(""), ASB_CRIME_TYPE)
    incidents["asb"] = incidents["crime_type"].str.casefold().eq(ASB_CRIME_TYPE.casefold())
    incidents["victim_key"] = _read_pseudonyms(frame, mapping, "victim_key", "victim")
    incidents["problem_key"] = _read_pseudonyms(frame, mapping, "problem_key", "problem")
    incidents["lsoa_code"] = _read_lsoa(frame, mapping, faults)
    incidents["harm_score"] = _read_harm(frame, mapping, faults)
    incidents["force"] = mapping.source.force
    incidents["source_system"] = mapping.source.system
    good = ~incidents.index.isin(list(faults.rows))
    incidents = incidents.loc[good, list(INCIDENT_COLUMNS)]
    return ExtractFrames(incidents, collect_locations(incidents, places.loc[good]))


def _require_mapped(frame: pd.DataFrame, mapping: Mapping, file_name: str) -> None:
    missing = [name for name in mapping.columns.values() if name not in frame.columns]
    if not missing:
        return
    held = [str(name) for name in frame.columns]
    said = "; ".join(f"{name!r} is not there{nearest(name, held)}" for name in missing)
    hint = " It has one column: is the delimiter right?" if len(held) == 1 else ""
    raise ColumnsMissingError(
        "The file lacks columns that the mapping names.",
        f"{safe_value(file_name)}: {said}. It holds {safe_value(', '.join(held))}.{hint}",
        "Correct the column names in the mapping file, or delimiter in its [source].",
    )


def _no_rows() -> ExtractFrames:
    incidents = pd.DataFrame({name: pd.Series(dtype="str") for name in INCIDENT_COLUMNS})
    locations = pd.DataFrame({name: pd.Series(dtype="str") for name in LOCATION_COLUMNS})
    moments = dict.fromkeys(("reported_at", "occurred_from", "occurred_to"), "datetime64[us]")
    numbers = dict.fromkeys(("easting", "northing"), "float64")
    return ExtractFrames(
        incidents.astype({**moments, **numbers, "harm_score": "float64", "asb": "bool"}),
        locations.astype({**numbers, "is_excluded": "bool", "is_default_geocode": "bool"}),
    )


def _column(frame: pd.DataFrame, mapping: Mapping, field: str) -> pd.Series:
    name = mapping.columns.get(field)
    if name is None:
        return pd.Series("", index=frame.index, dtype="str")
    return frame[name].str.strip()


def _read_ids(frame: pd.DataFrame, mapping: Mapping, faults: Faults, file_name: str) -> pd.Series:
    stem = PurePosixPath(file_name.replace("\\", "/")).name.split(".")[0]
    made = pd.Series(f"{stem}-" + frame.index.astype("str"), index=frame.index, dtype="str")
    given = _column(frame, mapping, "incident_id")
    twice = given.ne("") & given.duplicated()
    if twice.any():
        faults.add_rows(
            frame.index[twice],
            mapping.columns["incident_id"],
            given[twice],
            "a reference that no earlier row of the file has is accepted",
        )
    return given.where(given.ne(""), made)


def _read_times(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, today: dt.date
) -> pd.DataFrame:
    read: dict[str, ReadDates] = {}
    for field in ("occurred_from", "month", "occurred_to", "reported_at"):
        if field in mapping.columns:
            read[field] = _read_date_column(frame, mapping, faults, field, today)
    parts = [read[field] for field in ("occurred_from", "month") if field in read]
    moments, precision = parts[0].moments, parts[0].precision
    if len(parts) == 2:
        from_month = moments.isna()
        moments = moments.where(~from_month, parts[1].moments)
        precision = precision.where(~from_month, parts[1].precision)
    if "occurred_from" not in read:
        precision = precision.where(precision.eq(""), "month")
    first_of_month = moments.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    moments = moments.where(precision.ne("month"), first_of_month)
    names = [mapping.columns[field] for field in ("occurred_from", "month") if field in read]
    blank = frame[names].apply(lambda column: column.str.strip()).eq("").all(axis=1)
    faults.add_rows(
        frame.index[blank], names[0], frame.loc[blank, names[0]], "a date is needed, it is blank"
    )
    missing = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    ended = read["occurred_to"].moments if "occurred_to" in read else missing
    early = ended < moments
    if early.any():
        faults.note("occurred_to: before occurred_from, read as not known", int(early.sum()))
    return pd.DataFrame(
        {
            "occurred_from": moments,
            "occurred_to": ended.mask(early),
            "reported_at": read["reported_at"].moments if "reported_at" in read else missing,
            "time_precision": precision,
            "month": moments.dt.strftime("%Y-%m").fillna("").astype("str"),
        },
        index=frame.index,
    )


def _read_date_column(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, field: str, today: dt.date
) -> ReadDates:
    name, dates = mapping.columns[field], mapping.dates
    formats = list(dates.formats)
    if field == "month" and "%Y-%m" not in formats:
        formats.append("%Y-%m")
    read = read_dates(frame[name], formats, dates.timezone)
    shown = ", ".join(dates.formats[:4]) + (", ..." if len(dates.formats) > 4 else "")
    tomorrow = pd.Timestamp(today) + pd.Timedelta(days=1)
    kinds = (
        (read.unread, f"a date in a form of the mapping is accepted ({shown})"),
        (read.ambiguous, "a date that only one form of the mapping reads is accepted"),
        (read.moments >= tomorrow, "a date that is not in the future is accepted"),
        (read.moments < pd.Timestamp(EARLIEST), f"a date from {EARLIEST.year} on is accepted"),
    )
    for where, reason in kinds:
        faults.add_rows(frame.index[where], name, frame.loc[where, name], reason)
    return read


def _read_words(frame: pd.DataFrame, mapping: Mapping, faults: Faults, field: str) -> pd.Series:
    """Give the accepted word of each row; untranslated ones are noted and count as not known."""
    accepted = WORD_FIELDS[field]
    otherwise = mapping.constants.get(field, accepted[-1])
    if field not in mapping.columns:
        return pd.Series(otherwise, index=frame.index, dtype="str")
    known = {word: word for word in accepted}
    if field in YES_NO_FIELDS:
        known |= BUILT_IN_ANSWERS
    known |= {_fold(word): meant for word, meant in mapping.translate.get(field, {}).items()}
    codes, distinct = pd.factorize(frame[mapping.columns[field]])
    counts = np.bincount(codes, minlength=len(distinct))
    meant: list[str] = []
    strange: list[tuple[str, int]] = []
    for word, count in zip(distinct, counts.tolist(), strict=True):
        folded = _fold(word)
        if folded and folded not in known:
            strange.append((word, count))
            meant.append(accepted[-1])
        else:
            meant.append(known.get(folded, otherwise))
    for word, count in sorted(strange, key=lambda one: -one[1])[:NOTED_WORDS]:
        faults.note(f"{field}: {safe_value(word)} is not translated, read as {accepted[-1]}", count)
    others = sorted(strange, key=lambda one: -one[1])[NOTED_WORDS:]
    if others:
        faults.note(
            f"{field}: {len(others):,} more words are not translated, read as {accepted[-1]}",
            sum(count for _, count in others),
        )
    return pd.Series(np.array(meant, dtype=object)[codes], index=frame.index, dtype="str")


def _fold(word: str) -> str:
    return " ".join(word.casefold().split())


def _read_precision(incidents: pd.DataFrame, places: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Give location_precision: as said, else exact for an address, snapped for month-only data."""
    given = incidents["location_precision"]
    guessed = pd.Series("street", index=incidents.index, dtype="str")
    guessed = guessed.mask(incidents["time_precision"].eq("month"), "snapped")
    guessed = guessed.mask(places["is_address"], "exact")
    chosen = given.where(given.ne("none"), guessed)
    return chosen.mask(incidents["easting"].isna(), "none")


def _read_text(frame: pd.DataFrame, mapping: Mapping, field: str) -> pd.Series:
    text = _column(frame, mapping, field).str.slice(0, TEXT_LENGTH)
    words = {_fold(word): meant for word, meant in mapping.translate.get(field, {}).items()}
    if words:
        codes, distinct = pd.factorize(text)
        meant = np.array([words.get(_fold(word), word) for word in distinct], dtype=object)
        text = pd.Series(meant[codes], index=text.index, dtype="str")
    return text.mask(text.eq(""), mapping.constants.get(field, ""))


def _read_pseudonyms(frame: pd.DataFrame, mapping: Mapping, field: str, kind: str) -> pd.Series:
    codes, distinct = pd.factorize(_column(frame, mapping, field))
    keys = np.array([pseudonym(kind, text) for text in distinct], dtype=object)
    return pd.Series(keys[codes], index=frame.index, dtype="str")


def _read_lsoa(frame: pd.DataFrame, mapping: Mapping, faults: Faults) -> pd.Series:
    code = _column(frame, mapping, "lsoa_code").str.upper()
    odd = code.ne("") & ~code.str.fullmatch(CODE_PATTERNS["lsoa"].pattern)
    if odd.any():
        faults.note("lsoa_code: not an LSOA code, read as not known", int(odd.sum()))
    return code.mask(odd, "")


def _read_harm(frame: pd.DataFrame, mapping: Mapping, faults: Faults) -> pd.Series:
    text = _column(frame, mapping, "harm_score")
    score = pd.to_numeric(text, errors="coerce").astype("float64")
    score = score.where(np.isfinite(score) & score.ge(0))
    odd = text.ne("") & score.isna()
    if odd.any():
        faults.note("harm_score: not a number from 0 on, read as not known", int(odd.sum()))
    return score
