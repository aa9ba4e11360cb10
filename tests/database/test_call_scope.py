"""What can be checked at all, and whose answer it is: never a false 'not held', never an address
for those who may not see it.
"""

import pytest

from dashboard.permissions import Actor, Role, acting_as
from dashboard.services.call_check import check_call, check_record
from dashboard.services.call_scope import CallScope, find_call_scope, say_box, say_missing
from geodata.store.database import Database
from tests.call_rows import TODAY, CallRows

ADDRESS = "14 Example Road, Anytown, QX1 2AB"
NUMBER = "01632 960123"
OPEN_DATA = (
    "No addresses, calls or victims are held (open data): an address or number cannot be checked "
    "here."
)


@pytest.fixture
def rows(database: Database) -> CallRows:
    return CallRows(database)


def look(rows: CallRows, typed: str, *roles: Role):
    actor = Actor("test:x", "X", frozenset(roles or (Role.SERGEANT,)))
    with acting_as(actor):
        return check_call(rows.database, typed, "call_handling", today=TODAY)


def open_data(rows: CallRows) -> str:
    rows.place("", location_key="snap-1", sealed_address="", precision="snapped")
    return rows.incident("2026-11-01", location_key="snap-1", location_precision="snapped")


def test_open_data_says_what_is_not_held_and_offers_the_reference(rows: CallRows) -> None:
    open_data(rows)
    scope = find_call_scope(rows.database)
    assert scope == CallScope(True, False, False, False, False)
    assert say_missing(scope).startswith(OPEN_DATA)
    assert say_box(scope) == "Reference of an incident"


@pytest.mark.parametrize("typed", [ADDRESS, "QX1 2AB", NUMBER])
def test_open_data_never_answers_that_an_address_or_number_is_not_held(
    rows: CallRows, typed: str
) -> None:
    open_data(rows)
    found = look(rows, typed)
    assert not found.is_held
    assert "cannot be checked here" in found.say_first
    assert "like this" not in found.say_first and "No call from" not in found.say_first


def test_reference_is_found_in_open_data(rows: CallRows) -> None:
    assert look(rows, open_data(rows)).is_held


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ((True, True, True), ""),
        ((False, True, True), "No addresses are held: an address cannot be checked here."),
        ((True, False, True), "No calls are held: a telephone number cannot be checked here."),
        ((True, True, False), "No victims are held. Whether a victim is a repeat cannot be told."),
    ],
)
def test_what_is_partly_held_is_said_by_kind(kinds: tuple[bool, bool, bool], said: str) -> None:
    addresses, calls, victims = kinds
    scope = CallScope(True, addresses, calls, victims, True)
    assert say_missing(scope).startswith(said)
    assert bool(say_missing(scope)) is bool(said)
    assert ("number" in say_box(scope)) is calls
    assert ("postcode" in say_box(scope).casefold()) is addresses


def test_only_calls_missing_leaves_the_address_answer_as_it_is(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    rows.incident("2026-11-01", location_key=key, victim_key="v1")
    assert "calls" in look(rows, NUMBER).say_first
    assert "like this" in look(rows, "9 Nowhere Lane, Anytown QX9 9ZZ").say_first


@pytest.mark.parametrize("typed", ["999", "C-00001"])
def test_lone_number_or_reference_is_not_called_an_address(rows: CallRows, typed: str) -> None:
    rows.place(ADDRESS)
    found = look(rows, typed)
    assert found.search == "reference"
    assert found.say_first.startswith("No number or reference like this is held.")


def test_answer_names_the_address_from_its_record_without_its_postcode(rows: CallRows) -> None:
    rows.place(ADDRESS)
    assert look(rows, "14 EXAMPLE RD, ANYTOWN QX1 2AB").whose == (
        "14 Example Road, Anytown, found by address"
    )


def test_address_is_not_named_to_a_role_without_it(rows: CallRows) -> None:
    rows.place(ADDRESS)
    whose = look(rows, ADDRESS, Role.ENGAGE).whose
    assert "Example" not in whose and "not shown to your role" in whose


@pytest.mark.parametrize("role", [Role.SERGEANT, Role.SUPERVISOR])
def test_restricted_address_is_named_to_nobody(rows: CallRows, role: Role) -> None:
    key = rows.place(ADDRESS)
    rows.incident("2026-11-01", location_key=key, domestic_abuse_flag="yes")
    found = look(rows, ADDRESS, role)
    assert found.is_restricted
    assert found.whose == "A restricted address, found by address"


def test_caller_incident_and_case_are_named(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    call = rows.call("2026-11-01", "Ella Orin", NUMBER, location_key=key)
    assert look(rows, NUMBER).whose == "The caller of this number"
    assert look(rows, call).whose == "The caller of this reference"
    incident = rows.incident("2026-09-25 03:06", location_key=key)
    assert look(rows, incident).whose == f"Incident {incident}, 25 September 2026, 3:06am"
    day = rows.incident("2026-09-25", location_key=key, time_precision="day")
    assert look(rows, day).whose == f"Incident {day}, 25 September 2026"
    month = rows.incident("2026-09-01", location_key=key, time_precision="month")
    assert look(rows, month).whose == f"Incident {month}, September 2026"
    case = rows.case(location_key=key)
    assert look(rows, case).whose == f"Case {case}, opened 1 June 2026"


def test_restricted_incident_is_named_by_its_reference_only(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    incident = rows.incident("2026-09-25 03:06", location_key=key, domestic_abuse_flag="yes")
    assert look(rows, incident).whose == f"Incident {incident}"


def test_picked_address_is_named(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    with acting_as(Actor("test:x", "X", frozenset({Role.SERGEANT}))):
        found = check_record(rows.database, "location", key, "call_handling", today=TODAY)
    assert found.whose == "14 Example Road, Anytown, picked from the list"
