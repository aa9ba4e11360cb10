"""Reading ready estimates of a survey: one row an area, question and time.

Figures of respondents who chose themselves are kept without a range, whatever their source says:
there is no sampling error to speak of where nobody was drawn.
"""

import calendar
import re

import numpy as np
import pandas as pd

from geodata.faults import Faults
from geodata.schemas import SURVEY_ESTIMATE_COLUMNS
from geodata.sources.extract_columns import fold
from geodata.sources.survey import require_survey_columns
from geodata.sources.survey_mapping import SurveyMapping
from geodata.sources.survey_places import SurveyPlaces
from geodata.sources.tables import report_table_faults

COUNTY_WORDS = ("", "all", "county", "total", "whole county")
_PERCENT = re.compile(r"\s*%$")
_MONTH = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in calendar.month_name[1:]) + ")"
_TIME = rf"(?:(?:19|20)\d\d(?:[ -]?Q[1-4]|-(?:0[1-9]|1[0-2]))?|(?:Q[1-4]|{_MONTH}) (?:19|20)\d\d)"
_PERIOD = re.compile(
    rf"(?:(?:19|20)\d\d/(?:\d\d){{1,2}}|(?:year (?:ending|to) )?{_TIME}"
    rf"|{_TIME} ?(?:to|-|–|/) ?{_TIME})",
    re.IGNORECASE,
)
"""A year, quarter or month, or from one to another: '2025', '2025-Q3', 'March 2025', '2024/25'."""


def read_estimates_file(
    frame: pd.DataFrame,
    mapping: SurveyMapping,
    faults: Faults,
    file_name: str,
    places: SurveyPlaces,
) -> pd.DataFrame:
    """Read a table of ready estimates.

    Parameters
    ----------
    frame : DataFrame
        The table as text, index = row number in the file.
    mapping : SurveyMapping
        Which column is what, of kind 'estimates'.
    faults : Faults
        Takes every fault and note; rows with a fault are left out.
    file_name : str
        For messages.
    places : SurveyPlaces
        Districts and wards that are held.

    Returns
    -------
    DataFrame
        `schemas.SURVEY_ESTIMATE_COLUMNS`.

    Raises
    ------
    ColumnsMissingError
        If the file lacks a column that the mapping names.
    """
    require_survey_columns(frame, mapping, file_name)
    faults.is_personal = True
    report_table_faults(frame, faults)
    frame = frame.apply(lambda column: column.str.strip())
    columns = mapping.columns
    period = frame[columns["period"]]
    kind, code = _read_areas(frame, mapping, faults, places)
    rows = pd.DataFrame(
        {
            "kind": kind,
            "code": code,
            "item": _read_items(frame, mapping, faults),
            "period": period,
            **{
                name: _read_percent(frame, columns.get(name), faults, is_needed=name == "value")
                for name in ("value", "low", "high")
            },
            "respondents": _read_counts(frame, columns.get("respondents"), faults),
        },
        index=frame.index,
    )
    strange = ~period.str.fullmatch(_PERIOD)
    faults.add_rows(
        frame.index[strange], columns["period"], period[strange],
        "a time: a year, quarter or month such as 2025, 2025-Q3 or March 2025, or a range of them",
    )  # fmt: skip
    crossed = rows["low"].gt(rows["value"]) | rows["high"].lt(rows["value"])
    faults.add_rows(
        frame.index[crossed], columns["value"], frame.loc[crossed, columns["value"]],
        "a value within its range",
    )  # fmt: skip
    twice = rows.duplicated(["kind", "code", "item", "period"])
    faults.add_rows(
        frame.index[twice], columns["item"], frame.loc[twice, columns["item"]],
        "each area, question and time once in a file",
    )  # fmt: skip
    if mapping.survey.reach == "indicative":
        ranged = rows["low"].notna() | rows["high"].notna()
        if ranged.any():
            faults.note("a self-selected survey has no range: low and high are left out",
                        int(ranged.sum()))  # fmt: skip
        rows[["low", "high"]] = np.nan
    good = ~frame.index.isin(list(faults.rows))
    return rows.loc[good, list(SURVEY_ESTIMATE_COLUMNS)].reset_index(drop=True)


def _read_areas(
    frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults, places: SurveyPlaces
) -> tuple[pd.Series, pd.Series]:
    kind = pd.Series("county", index=frame.index, dtype="str")
    code = pd.Series("", index=frame.index, dtype="str")
    if "area" in mapping.columns:
        column = mapping.columns["area"]
        words = {
            fold(word): fold(given) for word, given in mapping.translate.get("area", {}).items()
        }
        found = {}
        for text in frame[column].unique():
            folded = words.get(fold(text), fold(text))
            found[text] = _find_area(folded, places)
        kind = frame[column].map({text: area[0] for text, area in found.items()})
        code = frame[column].map({text: area[1] for text, area in found.items()})
        strange = kind.eq("")
        faults.add_rows(
            frame.index[strange], column, frame.loc[strange, column],
            "a district or ward that is held, or blank for the county",
        )  # fmt: skip
    if "group" in mapping.columns:
        column = mapping.columns["group"]
        named = {fold(word): word for word in mapping.survey.groups}
        group = frame[column].map(lambda text: named.get(fold(text), ""))
        unnamed = frame[column].ne("") & group.eq("")
        faults.add_rows(
            frame.index[unnamed], column, frame.loc[unnamed, column], "a group of [survey] groups"
        )
        in_group = group.ne("") & kind.eq("county")
        kind, code = kind.mask(in_group, "group"), code.mask(in_group, group)
    return kind, code


def _find_area(folded: str, places: SurveyPlaces) -> tuple[str, str]:
    if folded in COUNTY_WORDS:
        return "county", ""
    if folded in places.districts:
        return "district", places.districts[folded]
    if folded.upper() in places.wards:
        return "ward", folded.upper()
    return "", ""


def _read_items(frame: pd.DataFrame, mapping: SurveyMapping, faults: Faults) -> pd.Series:
    column = mapping.columns["item"]
    known = {fold(part.label): name for name, part in mapping.items.items()}
    known |= {fold(name): name for name in mapping.items}
    translated = {fold(word): name for word, name in mapping.translate.get("item", {}).items()}
    item = frame[column].map(
        {
            text: known.get(fold(translated.get(fold(text), text)), "")
            for text in frame[column].unique()
        }
    )
    strange = item.eq("")
    faults.add_rows(
        frame.index[strange], column, frame.loc[strange, column],
        f"a question of the mapping: {', '.join(mapping.items)[:120]}",
    )  # fmt: skip
    return item


def _read_percent(
    frame: pd.DataFrame, column: str | None, faults: Faults, *, is_needed: bool
) -> pd.Series:
    if column is None:
        return pd.Series(np.nan, index=frame.index)
    text = frame[column].str.replace(_PERCENT, "", regex=True)
    number = pd.to_numeric(text, errors="coerce")
    bad = ~number.between(0, 100) & (text.ne("") | is_needed)
    faults.add_rows(frame.index[bad], column, frame.loc[bad, column], "a number from 0 to 100")
    return number


def _read_counts(frame: pd.DataFrame, column: str | None, faults: Faults) -> pd.Series:
    if column is None:
        return pd.Series(np.nan, index=frame.index)
    text = frame[column].str.replace(",", "")
    number = pd.to_numeric(text, errors="coerce")
    bad = text.ne("") & ~(number.ge(0) & number.eq(np.floor(number)))
    faults.add_rows(frame.index[bad], column, frame.loc[bad, column], "a whole number from 0 up")
    return number
