"""Whose answer a call check gives: the address, caller, incident or case it is about, in words.

An address is opened from its sealed record after the look was logged, only for a role that may
look at one and never for a restricted one. Nothing that was typed comes in here.
"""

import pandas as pd

from dashboard.permissions import Permission, current_actor, needs
from dashboard.services.call_subject import Subject, label_address
from geodata.calendar import Month, say_date, say_time
from geodata.sealing import get_key_ring
from geodata.store import call_check as store
from geodata.store.database import Database

_FOUND = {
    "address": "found by address",
    "postcode": "found by postcode",
    "phone": "found by telephone number",
    "reference": "found by reference",
    "choice": "picked from the list",
}


@needs(Permission.CHECK_CALL)
def name_subject(database: Database, subject: Subject, *, is_restricted: bool) -> str:
    """Say whose answer this is, such as '43 Example Street, Anytown, found by address'.

    Parameters
    ----------
    database : Database
    subject : Subject
        What was found; the look at it is logged already.
    is_restricted : bool
        True for domestic abuse: then no address, date or time is named, to any role.

    Returns
    -------
    str
        Personal: shown, never stored, logged or put in a link.
    """
    with store.reading(database) as here:
        return _name(here, subject, is_restricted)


def _name(here: Database, subject: Subject, is_restricted: bool) -> str:
    if subject.kind == "caller":
        called = {"phone": "number", "reference": "reference"}.get(subject.search)
        return f"The caller of this {called}" if called else "The caller picked from the list"
    if subject.kind == "location":
        return f"{_name_place(here, subject.key, is_restricted)}, {_FOUND[subject.search]}"
    if subject.kind == "incident":
        return _name_incident(here, int(subject.key), is_restricted)
    return _name_case(here, int(subject.key), is_restricted)


def _name_place(here: Database, key: str, is_restricted: bool) -> str:
    if is_restricted:
        return "A restricted address"
    if not current_actor().may(Permission.SEE_ADDRESS):
        return "An address that is not shown to your role"
    sealed = store.read_sealed_address(here, key)
    return label_address(get_key_ring().open(sealed), town=True) if sealed else (
        "An address that was not recorded in words"
    )  # fmt: skip


def _name_incident(here: Database, row_id: int, is_restricted: bool) -> str:
    for row in store.read_incident(here, row_id).itertuples():
        name = f"Incident {row.incident_id}"
        if is_restricted:
            return name
        began = pd.Timestamp(row.occurred_from)
        if row.time_precision == "month":
            return f"{name}, {Month.of(began).label}"
        when = f"{name}, {say_date(began)}"
        return f"{when}, {say_time(began)}" if row.time_precision == "minute" else when
    return "An incident that is no longer held"


def _name_case(here: Database, row_id: int, is_restricted: bool) -> str:
    for row in store.read_cases_of(here, ids=[row_id]).itertuples():
        opened = "" if is_restricted or row.opened is None else f", opened {say_date(row.opened)}"
        return f"Case {row.case_id}{opened}"
    return "A case that is no longer held"
