"""What is restricted for domestic abuse is so on every page: look-ups, lists, radar and cases."""

import datetime as dt

import pytest

from dashboard.permissions import Actor, Role, acting_as
from dashboard.services import actions, callers, case_radar, cases, profile_loading, repeats
from dashboard.services.audit import ReasonMissingError
from dashboard.services.call_check import CallCheckError, check_call, check_record
from dashboard.services.call_subject import NO_POSTCODE, find_subject
from dashboard.services.visible_cases import RESTRICTED
from geodata.addresses import address_key, pseudonym
from geodata.calendar import Month
from geodata.errors import CaseError
from geodata.store.database import Database
from geodata.store.restricted import read_restricted
from tests.call_rows import DISTRICT, FORCE, TODAY, CallRows

SERGEANT = Actor("s", "S. Sergeant", frozenset({Role.SERGEANT}))
SUPERVISOR = Actor("v", "S. Visor", frozenset({Role.SUPERVISOR}))
PARTNER = Actor("p", "P. Partner", frozenset({Role.PARTNER}), agency="Homes")
HOME, OTHER_SPELLING = "14 Example Road, Anytown, QX1 2AB", "14 Exmple Rd, Anytown, QX1 9ZZ"
NEXT_DOOR = "16 Example Road, Anytown, QX1 2AB"


@pytest.fixture
def rows(database: Database) -> CallRows:
    """A home merged with another spelling, at which domestic abuse is known of nobody named."""
    rows = CallRows(database)
    home, other = rows.place(HOME), rows.place(OTHER_SPELLING)
    rows.merge(other, home)
    rows.incident("2025-01-05 10:00", location_key=other, domestic_abuse_flag="yes")
    rows.incident("2026-09-05 10:00", location_key=home, victim_key="victim-home")
    beside = rows.place(NEXT_DOOR)
    rows.incident("2026-09-05 10:00", location_key=beside, victim_key="victim-beside")
    return rows


def test_whole_and_near_answers_agree(rows: CallRows) -> None:
    home, beside = address_key("", HOME), address_key("", NEXT_DOOR)
    rows.incident("2026-03-01 10:00", location_key=beside, victim_key="victim-home")
    whole = read_restricted(rows.database)
    assert whole.victims == {"victim-home"} and not whole.covers(beside)
    assert whole.covers(home) and whole.covers(address_key("", OTHER_SPELLING))
    for place in (home, beside, address_key("", OTHER_SPELLING)):
        near = read_restricted(rows.database, location_keys=[place])
        assert near.covers(place) == whole.covers(place)
        assert "victim-home" in near.victims
    for victim in ("victim-home", "victim-beside"):
        near = read_restricted(rows.database, victim_keys=[victim])
        assert (victim in near.victims) == (victim in whole.victims)


def test_victim_of_abuse_elsewhere_restricts_the_homes_of_their_other_incidents(
    rows: CallRows,
) -> None:
    beside, third = address_key("", NEXT_DOOR), rows.place("3 Third Road, QX1 2AB")
    rows.incident(
        "2024-01-01 10:00", asb=False, victim_key="victim-beside", location_precision="street",
        location_key=rows.place("pt", location_key="pt-1", precision="street"),
        domestic_abuse_flag="yes",
    )  # fmt: skip
    rows.incident("2026-01-01 10:00", location_key=beside, victim_key="victim-lodger")
    rows.incident("2026-01-01 10:00", location_key=third, victim_key="victim-lodger")
    whole = read_restricted(rows.database)
    assert whole.covers(beside) and not whole.covers(third)
    assert whole.victims == {"victim-home", "victim-beside", "victim-lodger"}
    assert "victim-lodger" in read_restricted(rows.database, location_keys=[third]).victims


def test_institution_restricts_nobody(rows: CallRows) -> None:
    clinic = rows.place("1 Clinic Road, QX1 5AA", is_excluded=True)
    rows.incident("2026-01-01 10:00", location_key=clinic, domestic_abuse_flag="yes")
    rows.incident("2026-01-01 10:00", location_key=clinic, victim_key="victim-visitor")
    whole = read_restricted(rows.database)
    assert not whole.covers(clinic) and "victim-visitor" not in whole.victims


def test_merged_address_is_restricted_in_every_look_up(rows: CallRows) -> None:
    with acting_as(SERGEANT):
        for typed in (HOME, OTHER_SPELLING):
            assert check_call(rows.database, typed, "call_handling", today=TODAY).is_restricted
        listed = check_call(rows.database, "QX1 2AB", "call_handling", today=TODAY).candidates
    assert [(one.label, one.note) for one in listed] == [
        ("14 Example Road", "restricted"),
        ("16 Example Road", "1 incident in 12 months"),
    ]


def test_what_a_restricted_person_met_with_elsewhere_stays_out(rows: CallRows) -> None:
    beside = address_key("", NEXT_DOOR)
    rows.incident("2026-10-01 10:00", location_key=beside, victim_key="victim-home")
    rows.case(case_id="HIDDEN", location_key=beside, victim_key="victim-home")
    with acting_as(SERGEANT):
        found = check_call(rows.database, NEXT_DOOR, "call_handling", today=TODAY)
    assert not found.is_restricted and found.incidents == 2 and not found.cases
    assert found.person is not None and found.person.count == 1
    with acting_as(SUPERVISOR):
        found = check_call(rows.database, NEXT_DOOR, "call_handling", today=TODAY)
    assert found.person is not None and found.person.count == 2 and len(found.cases) == 1


def test_caller_from_a_merged_address_does_not_rank(rows: CallRows) -> None:
    home = address_key("", HOME)
    about = rows.incident("2026-09-08 10:00", victim_key="victim-home", location_precision="none")
    for day in range(1, 31):
        rows.call(f"2026-09-{day:02d} 00:00", "Somebody Else")
    rows.call("2026-09-09 10:00", "From Home", location_key=home)
    rows.call("2026-09-09 10:00", "About Somebody There", incident_id=about)
    for day in (9, 10):
        rows.call(
            f"2026-09-{day:02d} 10:00", "Of Another Force", incident_id=about, force=f"Not {FORCE}"
        )
    found = callers.find_top_callers(rows.database, DISTRICT, Month(2026, 9), today=TODAY)
    assert found.restricted == 2
    assert set(found.table["caller_key"]) == {
        pseudonym("caller", name) for name in ("Somebody Else", "Of Another Force")
    }


def test_radar_and_repeats_leave_out_who_lives_at_a_restricted_address(rows: CallRows) -> None:
    home, beside = address_key("", HOME), address_key("", NEXT_DOOR)
    for day in ("2026-09-20 10:00", "2026-10-20 10:00", "2026-11-10 10:00"):
        rows.incident(day, location_key=home, victim_key="victim-home")
        rows.incident(day, location_key=beside, victim_key="victim-beside")
    radar = case_radar.find_radar(rows.database, TODAY)
    assert set(radar.table["victim"].str.upper()) == {"BESIDE"} and radar.left_out == 1
    data = repeats.load_repeats(rows.database)
    kept = data.frame[data.ranking["victims"].keep]
    assert set(kept["victim_key"]) == {"victim-beside"}
    assert set(data.frame[data.ranking["places"].keep]["location_key"]) == {beside}


def test_restricted_case_is_a_reference_to_staff_and_nothing_to_a_partner(rows: CallRows) -> None:
    usual = {"shared_with": "Homes", "owner": "Officer 1", "lead_agency": "Council"}
    rows.case(case_id="PLACE", location_key=address_key("", OTHER_SPELLING), **usual)
    rows.case(case_id="PERSON", victim_key="victim-home", **usual)
    rows.case(case_id="OTHER", location_key=address_key("", NEXT_DOOR), **usual)
    keys = {}
    with acting_as(SERGEANT):
        table = cases.list_cases(rows.database, TODAY).table.set_index("case_id")
        keys = {str(name): int(key) for name, key in table["id"].items()}
        for name in ("PLACE", "PERSON"):
            row = table.loc[name]
            assert row["review_words"] == RESTRICTED and row["band_high"] == "not recorded"
            assert (row["owner"], row["lead_agency"], row["location_key"]) == ("", "", "")
            with pytest.raises(CaseError, match="This case is restricted"):
                cases.open_case(rows.database, keys[name], "case_review")
        assert table.loc["OTHER", "owner"] == "Officer 1"
        late = cases.list_late_standards(rows.database, TODAY)[1]
        assert set(late["case_id"]) <= {"OTHER"}
    with acting_as(SUPERVISOR):
        table = cases.list_cases(rows.database, TODAY).table.set_index("case_id")
        assert table.loc["PLACE", "owner"] == "Officer 1"
        assert table.loc["PLACE", "review_words"].startswith(RESTRICTED)
        number = cases.open_case(rows.database, keys["PLACE"], "case_review")
        assert cases.read_case(rows.database, keys["PLACE"], number, TODAY).row["owner"]
    with acting_as(PARTNER):
        assert cases.list_cases(rows.database, TODAY).table["case_id"].tolist() == ["OTHER"]
        with pytest.raises(CaseError, match="There is no case"):
            cases.find_case(rows.database, keys["PLACE"])


def test_place_is_found_by_its_property_number_and_its_key(rows: CallRows) -> None:
    beside = rows.place("5 Other Road, QX1 4AA", uprn_key=pseudonym("uprn", "999000000001"))
    rows.incident("2026-10-01 10:00", location_key=beside)
    found = check_call(rows.database, "999000000001", "call_handling", today=TODAY)
    assert found.is_held and found.incidents == 1
    assert not check_call(rows.database, "999000000002", "call_handling", today=TODAY).is_held


def test_address_without_a_postcode_is_never_said_not_to_be_held(rows: CallRows) -> None:
    found = find_subject(rows.database, "14 Example Road, Anytown", "call_handling")
    assert found.subject is None and found.note == NO_POSTCODE


def test_address_is_not_found_without_a_reason(rows: CallRows) -> None:
    with pytest.raises(ReasonMissingError):
        find_subject(rows.database, HOME, "")


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("location", "addr-deb8bdae7e97c48826b22df2"), ("caller", "caller-x"), ("incident", "abc"),
        ("incident", "999999"), ("case", "9" * 40), ("case", ""), ("location", ""),
    ],
)  # fmt: skip
def test_record_that_is_not_held_is_said_so(rows: CallRows, kind: str, key: str) -> None:
    with pytest.raises(CallCheckError, match="not held"):
        check_record(rows.database, kind, key, "call_handling", today=dt.date(2026, 11, 1))


def test_profile_of_a_ward_prints_no_title_of_an_action_about_a_restricted_place(
    rows: CallRows,
) -> None:
    home, beside = address_key("", HOME), address_key("", NEXT_DOOR)
    spelled = address_key("", OTHER_SPELLING)
    with acting_as(SERGEANT):
        for number, key in enumerate((home, spelled, beside)):
            actions.create_action(
                rows.database, title=f"Title {number}", owner="A", due=TODAY, about_kind="location",
                about_key=key, ward_code="X05000001", today=TODAY,
            )  # fmt: skip
        plans = profile_loading.load_plans(rows.database, "X05000001")
    assert [one.title for one in plans.actions] == ["Title 2"] and plans.total_actions == 3
