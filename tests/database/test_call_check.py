import datetime as dt
import json

import pytest
import sqlalchemy as sa

from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services.audit import ReasonMissingError
from dashboard.services.call_check import RESTRICTED, CallCheckError, check_call, check_record
from geodata.store.database import Database
from tests.call_rows import TODAY, CallRows, read_log

ADDRESS = "14 Example Road, Anytown, QX1 2AB"
NUMBER = "01632 960123"
SERGEANT = Actor("test:sergeant", "Sergeant", frozenset({Role.SERGEANT}))
SUPERVISOR = Actor("test:supervisor", "Supervisor", frozenset({Role.SUPERVISOR}))


@pytest.fixture
def rows(database: Database) -> CallRows:
    return CallRows(database)


def look(rows: CallRows, typed: str, reason: str = "call_handling"):
    with acting_as(SERGEANT):
        return check_call(rows.database, typed, reason, today=TODAY)


def test_address_written_another_way_finds_the_repeat_victim(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    for day in ("2025-11-21 21:00", "2026-02-03 09:00", "2026-11-20 22:15"):
        rows.incident(day, location_key=key, victim_key="v1")
    rows.incident("2025-11-20 23:59", location_key=key, victim_key="v1")
    found = look(rows, "14, EXAMPLE RD. Anytown QX12AB")
    assert found.say_first == (
        "Repeat victim: 3 incidents since 21 November 2025 "
        "(20 November 2026, 3 February 2026, 21 November 2025)."
    )
    assert found.incidents == 3
    assert found.place is not None and found.place.state == "repeat"
    assert found.vulnerable is not None and found.vulnerable.state == "not asked"
    assert len(found.questions) == 3


def test_one_earlier_incident_is_a_repeat_only_if_this_call_is_new(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    rows.incident("2026-10-30", location_key=key, victim_key="v1", hate_flag="yes",
                  vulnerable_flag="no")  # fmt: skip
    found = look(rows, ADDRESS)
    assert found.say_first.endswith("a repeat victim if this call is about a new one.")
    assert found.hate is not None and found.hate.state == "yes"
    assert found.vulnerable is not None and found.vulnerable.state == "no"
    assert len(found.questions) == 1


def test_incident_told_to_two_agencies_counts_once(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    rows.incident("2026-10-30 20:00", location_key=key, victim_key="v1")
    rows.incident("2026-10-30 20:30", location_key=key, victim_key="v1", source_system="housing")
    assert look(rows, ADDRESS).incidents == 1


def test_victim_with_incidents_elsewhere_is_a_repeat_and_the_place_is_not(rows: CallRows) -> None:
    here, there = rows.place(ADDRESS), rows.place("9 Other Close, Anytown, QX3 4CD")
    rows.incident("2026-10-01", location_key=here, victim_key="v1")
    rows.incident("2026-10-12", location_key=there, victim_key="v1")
    found = look(rows, ADDRESS)
    assert found.person is not None and found.person.state == "repeat"
    assert found.place is not None and found.place.state == "repeat if this is new"
    assert found.incidents == 1


def test_calls_are_counted_apart_and_a_phone_finds_the_caller(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    reference = rows.incident("2026-11-01", location_key=key, victim_key="v1")
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        rows.call(day, "Ella Orin", NUMBER, incident_id=reference, location_key=key)
    found = look(rows, "(01632) 960 123")
    assert found.search == "phone"
    assert (found.incidents, found.calls) == (1, 3)
    assert found.caller is not None and found.caller.state == "repeat"
    assert found.person is not None and found.person.state == "repeat if this is new"
    assert "Calls are not incidents" in " ".join(found.notes)
    log = read_log(rows.database)
    assert log["record_kind"].tolist() == ["caller"]


def test_same_reference_of_another_force_is_not_the_incident_called_about(rows: CallRows) -> None:
    key, other = rows.place(ADDRESS), rows.place("9 Other Close, Anytown, QX3 4CD")
    rows.incident("2026-11-01", location_key=key, victim_key="v1", incident_id="77")
    rows.incident("2026-11-02", location_key=other, victim_key="v2", incident_id="77",
                  force="Other Council", domestic_abuse_flag="yes")  # fmt: skip
    rows.call("2026-11-01", "Ella Orin", NUMBER, incident_id="77")
    found = look(rows, NUMBER)
    assert found.incidents == 1
    assert not found.is_restricted


@pytest.mark.parametrize("kind", ["incident", "case", "call"])
def test_reference_of_each_kind_is_found(rows: CallRows, kind: str) -> None:
    key = rows.place(ADDRESS)
    references = {
        "incident": rows.incident("2026-11-01", location_key=key, victim_key="v1"),
        "case": rows.case(location_key=key, victim_key="v1", owner="PCSO Example"),
        "call": rows.call("2026-11-01", "Ella Orin", NUMBER, location_key=key),
    }
    found = look(rows, references[kind])
    assert found.is_held and found.search == "reference"
    assert read_log(rows.database)["record_kind"].tolist() == [{"call": "caller"}.get(kind, kind)]


def test_reference_held_twice_is_chosen_from(rows: CallRows) -> None:
    rows.incident("2026-11-01", incident_id="77", victim_key="v1")
    rows.incident("2026-11-02", incident_id="77", force="Other Council", victim_key="v2")
    found = look(rows, "77")
    assert [one.label for one in found.candidates] == [
        "Incident, Example Police, STORM", "Incident, Other Council, STORM",
    ]  # fmt: skip
    with acting_as(SERGEANT):
        picked = check_record(
            rows.database, found.candidates[1].kind, found.candidates[1].key, "call_handling",
            today=TODAY,
        )  # fmt: skip
    assert picked.incidents == 1


def test_misspelt_address_offers_number_and_street_and_logs_what_was_opened(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    rows.place("15 Example Road, Anytown, QX1 2AB")
    rows.place("3 Far Lane, Anytown, QX9 9ZZ")
    found = look(rows, "14 Exmaple Road QX1 2AB")
    assert not found.is_held
    assert found.candidates[0].label == "14 Example Road"
    assert found.candidates[0].key == key
    assert not any("QX" in one.label.upper() for one in found.candidates)
    log = read_log(rows.database)
    assert log["record_key"].tolist()[:-1].count(key) == 1
    assert len(log) == 3, "two addresses opened and the look itself"


def test_postcode_lists_its_addresses_in_order_with_counts(rows: CallRows) -> None:
    far, near, abused = (
        rows.place(f"{number} Example Road, Anytown, QX1 2AB") for number in (103, 14, 20)
    )
    rows.incident("2026-11-01", location_key=near, victim_key="v1")
    rows.incident("2026-11-03", location_key=near, victim_key="v1")
    rows.incident("2019-11-03", location_key=abused, victim_key="v3", domestic_abuse_flag="yes")
    found = look(rows, "qx1 2ab")
    assert [(one.label, one.note) for one in found.candidates] == [
        ("14 Example Road", "2 incidents in 12 months"),
        ("20 Example Road", "restricted"),
        ("103 Example Road", "no incident in 12 months"),
    ]
    assert set(read_log(rows.database)["record_key"]) == {far, near, abused, ""}


def test_merged_addresses_count_as_one_place(rows: CallRows) -> None:
    one = rows.place(ADDRESS)
    other = rows.place("14 Exampel Road, Anytown, QX1 2AB")
    rows.incident("2026-11-01", location_key=one, victim_key="v1")
    rows.incident("2026-11-03", location_key=other, victim_key="v2")
    before = look(rows, ADDRESS)
    assert before.place is not None and before.place.state == "repeat if this is new"
    rows.merge(one, other)
    for typed in (ADDRESS, "14 Exampel Road, Anytown, QX1 2AB"):
        after = look(rows, typed)
        assert after.place is not None and after.place.state == "repeat"
        assert after.incidents == 2
    listed = look(rows, "QX1 2AB").candidates
    assert [one.note for one in listed] == ["2 incidents in 12 months"]


def test_role_without_addresses_sees_no_neighbours(rows: CallRows) -> None:
    rows.place(ADDRESS)
    engage = Actor("test:engage", "Engage", frozenset({Role.ENGAGE}))
    with acting_as(engage):
        found = check_call(rows.database, "QX1 2AB", "call_handling", today=TODAY)
    assert not found.candidates
    assert "not shown to your role" in found.say_first


@pytest.mark.parametrize("flagged", ["here", "victim elsewhere", "years ago"])
def test_domestic_abuse_gives_the_procedure_and_nothing_else(rows: CallRows, flagged: str) -> None:
    key, other = rows.place(ADDRESS), rows.place("9 Other Close, Anytown, QX3 4CD")
    rows.incident("2026-11-01", location_key=key, victim_key="v1", hate_flag="yes")
    rows.incident(
        "2019-01-05" if flagged == "years ago" else "2026-10-01",
        location_key=other if flagged == "victim elsewhere" else key,
        victim_key="v1",
        domestic_abuse_flag="yes",
    )
    rows.case(location_key=key, owner="PCSO Example")
    found = look(rows, ADDRESS)
    assert found.say_first == RESTRICTED
    assert found.is_restricted
    assert (found.incidents, found.calls, found.person, found.place) == (0, 0, None, None)
    assert (found.vulnerable, found.hate, found.cases, found.review) == (None, None, (), "")
    with acting_as(SUPERVISOR):
        seen = check_call(rows.database, ADDRESS, "supervision", today=TODAY)
    assert seen.say_first.startswith(RESTRICTED)
    assert seen.person is not None


@pytest.mark.parametrize(
    ("mark", "words"),
    [("is_default_geocode", "default place"), ("is_excluded", "excluded institution")],
)
def test_default_places_and_institutions_are_said_and_never_repeat(
    rows: CallRows, mark: str, words: str
) -> None:
    key = rows.place(ADDRESS, **{mark: True})
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        rows.incident(day, location_key=key)
    found = look(rows, ADDRESS)
    assert found.place is not None and found.place.state == "not counted"
    assert words in found.place.words


def test_open_case_says_owner_and_that_its_review_is_overdue(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    rows.incident("2026-11-01", location_key=key, victim_key="v1")
    rows.case(case_id="C-1", location_key=key, owner="PCSO Example", lead_agency="Council",
              risk_band="high", next_review=dt.date(2026, 11, 1))  # fmt: skip
    rows.case(case_id="C-2", victim_key="v1", closed=dt.date(2026, 7, 1))
    found = look(rows, ADDRESS)
    assert [case.words for case in found.cases] == [
        "C-1, Council: PCSO Example. Risk high. Review overdue since 1 November 2026."
    ]


def test_case_review_follows_links_and_cannot_tell_without_them(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    for day in ("2026-09-01", "2026-10-01", "2026-11-01"):
        rows.incident(day, location_key=key, victim_key="v1", problem_key="p1")
    assert "Threshold met" in look(rows, ADDRESS).review
    other = rows.place("9 Other Close, Anytown, QX3 4CD")
    for day in ("2026-09-01", "2026-10-01", "2026-11-01"):
        rows.incident(day, location_key=other, victim_key="v2")
    assert look(rows, "9 Other Close, Anytown, QX3 4CD").review.startswith("Cannot tell")


def test_nothing_held_is_said_and_logged_without_what_was_typed(rows: CallRows) -> None:
    rows.place(ADDRESS)
    found = look(rows, "1 Nowhere Street, Anytown, QX8 8XX")
    assert not found.is_held
    assert "Check the spelling" in found.say_first
    log = read_log(rows.database)
    assert log["record_key"].tolist() == [""]
    assert json.loads(log["details"].iloc[0])["found"] == 0


@pytest.mark.parametrize(
    "typed", [ADDRESS, "14 Exmaple Road QX1 2AB", "QX1 2AB", NUMBER, "1 Nowhere Street", "REF/99"]
)
def test_nothing_typed_is_stored_anywhere(rows: CallRows, typed: str) -> None:
    key = rows.place(ADDRESS)
    rows.incident("2026-11-01", location_key=key, victim_key="v1")
    rows.call("2026-11-01", "Ella Orin", NUMBER, location_key=key)
    look(rows, typed)
    with rows.database.engine.connect() as connection:
        found = [
            row
            for name in sa.inspect(connection).get_table_names()
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
        ]
    held = " ".join(map(str, found)).casefold()
    assert typed.casefold() not in held
    assert "exmaple" not in held and "nowhere" not in held and "ref/99" not in held


def test_data_that_end_long_ago_are_counted_to_their_end_and_it_is_said(rows: CallRows) -> None:
    key = rows.place(ADDRESS)
    for day in ("2025-06-01", "2025-06-30"):
        rows.incident(day, location_key=key, victim_key="v1")
    found = look(rows, ADDRESS)
    assert found.as_at == dt.date(2025, 6, 30)
    assert found.notes[0].startswith("Data end on 30 June 2025")
    assert found.person is not None and found.person.state == "repeat"


def test_without_a_reason_nothing_is_looked_up_or_logged(rows: CallRows) -> None:
    for reason in ("", "import"):
        with pytest.raises(ReasonMissingError):
            look(rows, ADDRESS, reason)
    assert read_log(rows.database).empty


def test_error_does_not_repeat_what_was_typed(rows: CallRows) -> None:
    with pytest.raises(CallCheckError) as raised:
        look(rows, "14 Example Road " * 20)
    assert "Example" not in str(raised.value)


@pytest.mark.parametrize("role", [Role.PARTNER, Role.VIEWER, Role.ADMINISTRATOR])
def test_roles_without_call_check_are_refused(rows: CallRows, role: Role) -> None:
    someone = Actor("test:someone", "Someone", frozenset({role}), agency="Council")
    with acting_as(someone), pytest.raises(NotAllowedError):
        check_call(rows.database, ADDRESS, "call_handling")
    with acting_as(SERGEANT.share_screen()), pytest.raises(NotAllowedError):
        check_record(rows.database, "location", "x", "call_handling")
