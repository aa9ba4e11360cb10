"""Reading calls for service with the help of a mapping file.

Names and addresses leave this module only sealed, telephone numbers only as pseudonyms, and no
fault or note says what stood in their columns.
"""

import datetime as dt
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.addresses import normalise_phone, pseudonyms
from geodata.faults import Faults
from geodata.schemas import CALL_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.extract_columns import (
    column_of,
    fold,
    read_date_column,
    read_pseudonyms,
    read_text,
    refuse_personal_references,
    require_mapped,
)
from geodata.sources.extract_places import collect_homes, read_homes
from geodata.sources.mapping import Mapping
from geodata.sources.tables import report_table_faults


@dataclass(frozen=True)
class CallFrames:
    """What a file holds: calls (schemas.CALL_COLUMNS) and their locations."""

    calls: pd.DataFrame
    locations: pd.DataFrame


def read_calls_file(
    frame: pd.DataFrame,
    mapping: Mapping,
    faults: Faults,
    file_name: str,
    districts: MappingOf[str, str],
    *,
    today: dt.date | None = None,
) -> CallFrames:
    """Read the calls of an extract.

    A caller is known by the source's reference, or else by the number called from; a name alone
    tells nobody apart.

    Parameters
    ----------
    frame : DataFrame
        The table as text, from `read_table`: index = row number in the file.
    mapping : Mapping
        Which column is what, read with `record_forms.CALL_FORM`.
    faults : Faults
        Takes every fault and note; rows with a fault are left out.
    file_name : str
        For messages.
    districts : mapping of str to str
        Code of each district by its code and by its name, in the form of `fold`.
    today : date, optional
        A later date is a fault; the day of the machine's clock if not given.

    Raises
    ------
    ColumnsMissingError
        If the file lacks a column that the mapping names.
    """
    require_mapped(frame, mapping, file_name)
    report_table_faults(frame, faults)
    read = read_date_column(frame, mapping, faults, "called_at", today or dt.date.today())
    name = mapping.columns["called_at"]
    blank = column_of(frame, mapping, "called_at").eq("")
    faults.add_rows(
        frame.index[blank], name, frame.loc[blank, name], "a date is needed, it is blank"
    )
    month = read.precision.eq("month")
    faults.add_rows(
        frame.index[month], name, frame.loc[month, name], "a day, not only a month, is accepted"
    )
    dated = read.precision.eq("day")
    if dated.any():
        faults.note("called_at: the day is known and not the time", int(dated.sum()))
    homes = read_homes(frame, mapping, faults)
    phone_key, caller_of_phone = _read_phones(frame, mapping, faults)
    caller_key = read_pseudonyms(frame, mapping, "caller_key", "caller")
    incident_id = column_of(frame, mapping, "incident_id")
    refuse_personal_references(incident_id, mapping, faults, "incident_id")
    calls = pd.DataFrame(
        {
            "force": mapping.source.force,
            "source_system": mapping.source.system,
            "call_id": read_references(frame, mapping, faults, "call_id"),
            "called_at": read.moments,
            "month": read.moments.dt.strftime("%Y-%m").fillna("").astype("str"),
            "caller_key": caller_key.mask(caller_key.eq(""), caller_of_phone),
            "phone_key": phone_key,
            "sealed_name": _seal(column_of(frame, mapping, "caller")),
            "incident_id": incident_id,
            "location_key": homes["location_key"],
            "district_code": _read_districts(frame, mapping, faults, districts),
        },
        index=frame.index,
    )
    good = ~calls.index.isin(list(faults.rows))
    return CallFrames(calls.loc[good, list(CALL_COLUMNS)], collect_homes(homes[good]))


def read_references(frame: pd.DataFrame, mapping: Mapping, faults: Faults, field: str) -> pd.Series:
    """Give the reference of each row; one that is blank, personal or comes twice is a fault."""
    given = column_of(frame, mapping, field)
    name = mapping.columns[field]
    blank = given.eq("")
    faults.add_rows(frame.index[blank], name, given[blank], "a reference is needed, it is blank")
    personal = refuse_personal_references(given, mapping, faults, field)
    twice = ~blank & ~personal & given.duplicated()
    faults.add_rows(
        frame.index[twice],
        name,
        given[twice],
        "a reference that no earlier row of the file has is accepted",
        bool(given[twice].str.contains(" ").any()),
    )
    return given


def _read_phones(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults
) -> tuple[pd.Series, pd.Series]:
    """Give the pseudonym of each number as a number, and as what a caller is known by."""
    text = column_of(frame, mapping, "phone")
    codes, distinct = pd.factorize(text)
    numbers = [normalise_phone(one) for one in distinct]
    read = pd.Series(np.array(numbers, dtype=object)[codes], index=text.index, dtype="str")
    odd = text.ne("") & read.eq("")
    if odd.any():
        faults.note("phone: not a telephone number, read as not known", int(odd.sum()))
    as_phone, as_caller = (
        pd.Series(
            np.array(pseudonyms(kind, numbers), dtype=object)[codes], index=text.index, dtype="str"
        )
        for kind in ("phone", "caller")
    )
    return as_phone, as_caller


def _seal(text: pd.Series) -> pd.Series:
    ring = get_key_ring()
    return pd.Series([ring.seal(one) for one in text], index=text.index, dtype="str")


def _read_districts(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, districts: MappingOf[str, str]
) -> pd.Series:
    text = read_text(frame, mapping, "district")
    found = text.map(lambda one: districts.get(fold(one), "")).astype("str")
    odd = text.ne("") & found.eq("")
    if odd.any():
        faults.note("district: neither a code nor a name that is held, not kept", int(odd.sum()))
    return found
