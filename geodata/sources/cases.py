"""Reading cases with the help of a mapping file.

Columns that the mapping does not name are kept, sealed, since nobody but those who know the
source can say what they hold. Addresses leave this module sealed, victims as pseudonyms.
"""

import datetime as dt
import json
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

import pandas as pd

from geodata.faults import Faults
from geodata.schemas import CASE_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.calls import read_references
from geodata.sources.extract_columns import (
    column_of,
    read_date_column,
    read_pseudonyms,
    read_text,
    read_words,
    require_mapped,
)
from geodata.sources.extract_places import collect_homes, read_homes
from geodata.sources.mapping import Mapping
from geodata.sources.record_forms import CASE_FORM
from geodata.sources.tables import report_table_faults

AGENCY_MARK = "; "


@dataclass(frozen=True)
class CaseFrames:
    """What a file holds: cases (schemas.CASE_COLUMNS), locations, and the fields it speaks of."""

    cases: pd.DataFrame
    locations: pd.DataFrame
    given: tuple[str, ...]


def read_cases_file(
    frame: pd.DataFrame,
    mapping: Mapping,
    faults: Faults,
    file_name: str,
    wards: MappingOf[str, str],
    *,
    today: dt.date | None = None,
) -> CaseFrames:
    """Read the cases of an extract.

    Parameters
    ----------
    frame : DataFrame
        The table as text, from `read_table`: index = row number in the file.
    mapping : Mapping
        Which column is what, read with `record_forms.CASE_FORM`.
    faults : Faults
        Takes every fault and note; rows with a fault are left out.
    file_name : str
        For messages.
    wards : mapping of str to str
        Code of the district of each ward that is held.
    today : date, optional
        No date but the next review may be later; the day of the machine's clock if not given.

    Raises
    ------
    ColumnsMissingError
        If the file lacks a column that the mapping names.
    """
    require_mapped(frame, mapping, file_name)
    report_table_faults(frame, faults)
    cases = _read_days(frame, mapping, faults, today or dt.date.today())
    cases["case_id"] = read_references(frame, mapping, faults, "case_id")
    cases["force"] = mapping.source.force
    cases["source_system"] = mapping.source.system
    homes = read_homes(frame, mapping, faults)
    cases["location_key"] = homes["location_key"]
    for field in ("lead_agency", "owner"):
        cases[field] = read_text(frame, mapping, field)
    cases["status"] = _read_status(frame, mapping, cases["closed"])
    cases["risk_band"] = read_words(
        frame, mapping, faults, "risk_band", CASE_FORM.words["risk_band"], of_people=True
    )
    cases["victim_key"] = read_pseudonyms(frame, mapping, "victim_key", "victim")
    cases["problem_key"] = read_pseudonyms(frame, mapping, "problem_key", "problem")
    cases["shared_with"] = read_text(frame, mapping, "shared_with").map(_list_agencies)
    cases["ward_code"], cases["district_code"] = _read_wards(frame, mapping, faults, wards)
    cases["sealed_extra"] = _seal_rest(frame, mapping)
    good = ~cases.index.isin(list(faults.rows))
    return CaseFrames(
        cases.loc[good, list(CASE_COLUMNS)], collect_homes(homes[good]), _list_given(mapping)
    )


def _read_days(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, today: dt.date
) -> pd.DataFrame:
    """Read the dates as days (None where not known); a case may not close before it opens."""
    moments = pd.DataFrame(index=frame.index)
    for field in CASE_FORM.dates:
        if field not in mapping.columns:
            moments[field] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
            continue
        ahead = field == "next_review"
        read = read_date_column(frame, mapping, faults, field, today, may_lie_ahead=ahead)
        name = mapping.columns[field]
        month = read.precision.eq("month")
        faults.add_rows(
            frame.index[month], name, frame.loc[month, name], "a day, not only a month, is accepted"
        )
        moments[field] = read.moments
    name = mapping.columns["opened"]
    blank = column_of(frame, mapping, "opened").eq("")
    faults.add_rows(
        frame.index[blank], name, frame.loc[blank, name], "a date is needed, it is blank"
    )
    early = moments["closed"].dt.normalize() < moments["opened"].dt.normalize()
    if early.any():
        name = mapping.columns["closed"]
        faults.add_rows(
            frame.index[early],
            name,
            frame.loc[early, name],
            "a day from its opening on is accepted",
        )
    days = moments.apply(lambda column: column.dt.date)
    return days.astype(object).where(moments.notna(), None)


def _read_status(frame: pd.DataFrame, mapping: Mapping, closed: pd.Series) -> pd.Series:
    """Give the source's word, or open or closed as the closing day says."""
    said = read_text(frame, mapping, "status")
    known = closed.notna().map({True: "closed", False: "open"})
    return said.where(said.ne(""), known).astype("str")


def _list_agencies(text: str) -> str:
    """Join agencies, which commas, semicolons or bars part, by '; ', each once."""
    for mark in ",|\n":
        text = text.replace(mark, ";")
    return AGENCY_MARK.join(dict.fromkeys(one.strip() for one in text.split(";") if one.strip()))


def _read_wards(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, wards: MappingOf[str, str]
) -> tuple[pd.Series, pd.Series]:
    code = column_of(frame, mapping, "ward_code").str.upper()
    odd = code.ne("") & ~code.isin(list(wards))
    if odd.any():
        faults.note("ward_code: not a ward that is held, not kept", int(odd.sum()))
    code = code.mask(odd, "")
    return code, code.map(lambda one: wards.get(one, "")).astype("str")


def _seal_rest(frame: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Seal what the other columns hold, as JSON of column and text; "" if they are blank."""
    ring = get_key_ring()
    rest = [name for name in frame.columns if name not in set(mapping.columns.values())]
    sealed = []
    for row in frame[rest].to_numpy(dtype=object).tolist():
        held = {
            name: str(text).strip()
            for name, text in zip(rest, row, strict=True)
            if str(text).strip()
        }
        sealed.append(ring.seal(json.dumps(held, ensure_ascii=False)) if held else "")
    return pd.Series(sealed, index=frame.index, dtype="str")


def _list_given(mapping: Mapping) -> tuple[str, ...]:
    """List the fields of a case that the file says something of."""
    named = {*mapping.columns, *mapping.constants}
    given = [field for field in CASE_COLUMNS if field in named]
    if named & {"address", "uprn"}:
        given.append("location_key")
    if "ward_code" in named:
        given.append("district_code")
    if "closed" in named and "status" not in named:
        given.append("status")
    return (*given, "sealed_extra")
