"""Reading the answers of a survey with the help of a mapping file.

What is kept of a respondent is a weight, a quarter, an area and scores. A mapping that would keep
age, sex, ethnicity or another trait as a question is refused by its name. A reference of a
respondent, a stratum and a sampling point become pseudonyms; a value that is refused is never kept,
since it could be anything.

Limits of the data: who does not answer is not in the file, and weights mend that in part only.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.addresses import pseudonyms
from geodata.calendar import say_date
from geodata.errors import ColumnsMissingError, ReferenceDataMissingError, safe_value
from geodata.faults import Faults
from geodata.schemas import SURVEY_ANSWER_COLUMNS, SURVEY_RESPONDENT_COLUMNS
from geodata.sources.extract_dates import read_dates
from geodata.sources.extract_fields import nearest
from geodata.sources.survey_design import read_design
from geodata.sources.survey_mapping import ItemPart, SurveyMapping, say_code
from geodata.sources.survey_places import SurveyPlaces, read_places
from geodata.sources.tables import report_table_faults

FIRST_YEAR = 1980
LEAST_WEIGHT, MOST_WEIGHT = 1e-6, 1e9
WEIGHT_FIGURES = 4
"""Figures of a weight that are kept: an exact one could tell a respondent from the others."""
EXAMPLE_DAY = dt.datetime(2026, 4, 2, 14, 30)
_KEYS = ("respondent_key", "stratum_key", "cluster_key")
_QUARTER = (
    re.compile(r"^(?P<year>\d{4})\W*Q(?P<quarter>[1-4])$", re.IGNORECASE),
    re.compile(r"^Q(?P<quarter>[1-4])\W*(?P<year>\d{4})$", re.IGNORECASE),
)


@dataclass(frozen=True)
class SurveyFrames:
    """What a file of answers holds.

    Attributes
    ----------
    respondents : DataFrame
        `schemas.SURVEY_RESPONDENT_COLUMNS`, numbered by rows; ``respondent_key``: pseudonym of the
        reference, "" if the file has none; ``stratum_key`` and ``cluster_key``: pseudonyms of the
        stratum and the sampling point, missing if the file names none.
    answers : DataFrame
        `schemas.SURVEY_ANSWER_COLUMNS`.
    complete_to : date or None
        Last day its fieldwork is whole, as the mapping says.
    last_day : date or None
        Day of the last interview, where the mapping does not say.
    """

    respondents: pd.DataFrame
    answers: pd.DataFrame
    complete_to: dt.date | None
    last_day: dt.date | None = None


def read_survey_file(
    frame: pd.DataFrame,
    mapping: SurveyMapping,
    faults: Faults,
    file_name: str,
    places: SurveyPlaces,
    *,
    today: dt.date | None = None,
) -> SurveyFrames:
    """Read the answers of a survey file.

    Parameters
    ----------
    frame : DataFrame
        The table as text, index = row number in the file.
    mapping : SurveyMapping
        Which column is what.
    faults : Faults
        Takes every fault and note; rows with a fault are left out.
    file_name : str
        For messages.
    places : SurveyPlaces
        Areas and segments that are held.
    today : date, optional
        A later interview is a fault; the day of the machine's clock if not given.

    Raises
    ------
    ColumnsMissingError
        If the file lacks a column that the mapping names.
    ReferenceDataMissingError
        If respondents shall be placed and no district is held.
    """
    require_survey_columns(frame, mapping, file_name)
    faults.is_personal = True
    report_table_faults(frame, faults)
    if mapping.survey.reach == "area" and not places.districts and not places.wards:
        raise ReferenceDataMissingError(
            "No wards or districts are held to place respondents in.",
            f"{safe_value(file_name)} names where respondents live.",
            "Import boundaries first, then lookups and population, then the survey.",
        )
    frame = frame.apply(lambda column: column.str.strip())
    quarter, last_day = _read_quarters(frame, mapping, faults, today or dt.date.today())
    respondents = pd.DataFrame(
        {
            "respondent": frame.index.to_numpy(dtype="int64"),
            "respondent_key": _read_references(frame, mapping, faults),
            "weight": _read_weights(frame, mapping, faults),
            "quarter": quarter,
            **read_design(frame, mapping, faults, quarter),
            **read_places(frame, mapping, faults, places),
        },
        index=frame.index,
    )
    read = {name: read_item(frame, part, faults) for name, part in mapping.items.items()}
    good = ~frame.index.isin(list(faults.rows))
    answers = pd.concat(
        [
            pd.DataFrame(
                {"respondent": respondents["respondent"], "item": name, "score": score, "yes": yes}
            )[good & score.notna().to_numpy()]
            for name, (score, yes) in read.items()
        ],
        ignore_index=True,
    )
    complete_to = mapping.survey.complete_to
    if complete_to is None and last_day is not None:
        faults.note(
            f"the mapping does not say to which day fieldwork is complete; {say_date(last_day)}, "
            "the day of the last interview, is taken, so its quarter may count as not complete",
            0,
        )
    return SurveyFrames(
        respondents.loc[good, [*SURVEY_RESPONDENT_COLUMNS, *_KEYS]].reset_index(drop=True),
        answers[list(SURVEY_ANSWER_COLUMNS)],
        complete_to,
        last_day if complete_to is None else None,
    )


def require_survey_columns(frame: pd.DataFrame, mapping: SurveyMapping, file_name: str) -> None:
    """Refuse a file without a column that the mapping names, naming all that are missing."""
    items = [part.column for part in mapping.items.values() if part.column]
    named = dict.fromkeys([*mapping.columns.values(), *mapping.segment.columns, *items])
    present = [str(name) for name in frame.columns]
    missing = [name for name in named if name not in present]
    if missing:
        first = nearest(missing[0], present)
        raise ColumnsMissingError(
            f"{file_name} lacks columns that the mapping names.",
            f"Missing: {', '.join(missing)[:300]}{first}.",
            "Correct the names in the mapping file, or export the file with these columns.",
        )


def read_item(frame: pd.DataFrame, part: ItemPart, faults: Faults) -> tuple[pd.Series, pd.Series]:
    """Give the score and the yes of each row for one question.

    Parameters
    ----------
    frame : DataFrame
        The table as text.
    part : ItemPart
        Column, scale or range, and which answers are missing or count as a yes.
    faults : Faults
        Takes answers that are neither in the scale nor missing.

    Returns
    -------
    score, yes : Series of float
        0 to 100, and 0 or 1; NaN where not asked or missing. ``yes`` is NaN throughout where no
        answer counts as a yes.
    """
    text = frame[part.column].str.strip()
    spelt = _spellings([*part.scores, *part.missing])
    said = {one: say_code(one) for one in text.unique()}
    codes = text.map({one: spelt.get(_fold(code), code) for one, code in said.items()})
    blank = codes.eq("") | codes.isin(part.missing)
    if part.range:
        low, high = part.range
        number = pd.to_numeric(codes.mask(blank), errors="coerce")
        score = (number - low) / (high - low) * 100
        score = score.where(score.between(0, 100))
        accepted = f"a number from {min(part.range):g} to {max(part.range):g}"
    else:
        score = codes.map(part.scores).astype("float64")
        accepted = f"one of {', '.join(part.scores)}"
    if part.missing:
        accepted += f", or for missing one of {', '.join(part.missing)}"
    strange = ~blank & score.isna()
    faults.add_rows(frame.index[strange], part.column, text[strange], accepted, personal=True)
    score = score.mask(blank)
    if not part.yes:
        return score, pd.Series(np.nan, index=frame.index)
    return score, codes.isin(part.yes).astype("float64").where(score.notna())


def _spellings(codes: Iterable[str]) -> dict[str, str]:
    """Give the answer of each spelling without regard to capitals; two that then meet are left."""
    found: dict[str, set[str]] = {}
    for code in codes:
        found.setdefault(_fold(code), set()).add(code)
    return {folded: one.pop() for folded, one in found.items() if len(one) == 1}


def _fold(code: str) -> str:
    return " ".join(code.casefold().split())


def _read_weights(frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults) -> pd.Series:
    if mapping.survey.unweighted:
        return pd.Series(1.0, index=frame.index)
    column = mapping.columns["weight"]
    weight = pd.to_numeric(frame[column], errors="coerce")
    bad = ~weight.between(LEAST_WEIGHT, MOST_WEIGHT)
    faults.add_rows(
        frame.index[bad], column, frame.loc[bad, column], "a weight above 0, from 0.000001 to 1e9"
    )
    return weight.mask(bad).map(lambda one: float(f"{one:.{WEIGHT_FIGURES}g}"))


def _read_references(frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults) -> pd.Series:
    """Give the pseudonym of each respondent in this survey; "" where the file has no reference."""
    if "respondent" not in mapping.columns:
        return pd.Series("", index=frame.index, dtype="str")
    column = mapping.columns["respondent"]
    given = frame[column].map(say_code)
    blank = given.eq("")
    keys = pseudonyms("respondent", (f"{mapping.survey.name}/{one}" for one in given))
    key = pd.Series(keys, index=frame.index, dtype="str").mask(blank, "")
    twice = ~blank & key.duplicated()
    faults.add_rows(frame.index[blank], column, given[blank], "a reference is needed, it is blank")
    faults.add_rows(frame.index[twice], column, given[twice], "each respondent once in a file")
    return key


def _read_quarters(
    frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults, today: dt.date
) -> tuple[pd.Series, dt.date | None]:
    """Give the quarter of each interview, and the last day of an interview if it is known."""
    if "quarter" in mapping.columns:
        column = mapping.columns["quarter"]
        first, accepted = quarter_starts(frame[column]), "a quarter such as 2026-Q3"
    elif "date" in mapping.columns:
        column = mapping.columns["date"]
        read = read_dates(frame[column], mapping.dates.formats, mapping.dates.timezone)
        shown = " or ".join(f"{EXAMPLE_DAY:{form}}" for form in mapping.dates.formats[:3])
        first, accepted = read.moments, f"a date such as {shown}"
    else:
        return pd.Series("", index=frame.index, dtype="str"), None
    unread = first.isna()
    early = ~unread & first.dt.year.lt(FIRST_YEAR)
    late = ~unread & first.gt(pd.Timestamp(today) + pd.Timedelta(days=1))
    for rows, said in (
        (unread, accepted),
        (early, f"a date from {FIRST_YEAR} on"),
        (late, f"no date after {say_date(today)}"),
    ):
        faults.add_rows(frame.index[rows], column, frame.loc[rows, column], said)
    good = first.mask(early | late)
    quarter = (
        good.dt.year.astype("Int64").astype("str")
        + "-Q"
        + good.dt.quarter.astype("Int64").astype("str")
    )
    newest = good.max()
    is_day = "date" in mapping.columns and not pd.isna(newest)
    return quarter.where(good.notna(), ""), newest.date() if is_day else None


def quarter_starts(text: pd.Series) -> pd.Series:
    """Give the first day of quarters such as 2026-Q3 or Q3 2026; missing where it is none."""
    starts = {}
    for word in text.unique():
        found = next((match for form in _QUARTER if (match := form.match(word))), None)
        starts[word] = (
            pd.Timestamp(int(found["year"]), int(found["quarter"]) * 3 - 2, 1) if found else pd.NaT
        )
    return pd.to_datetime(text.map(starts))
