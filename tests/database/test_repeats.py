"""Repeats from the database: readers, lists, the reason before a look, and what is logged."""

import datetime as dt
import json

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.repeats.exclusions import ABUSE_ADDRESS, DEFAULT, INSTITUTION, NO_ADDRESS
from analytics.repeats.repeaters import PRESETS, RepeatRule
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import repeat_records, repeats
from dashboard.services.audit import ReasonMissingError
from dashboard.services.repeat_records import RowNotListedError
from geodata.errors import ActionError
from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.incidents import read_planted
from geodata.store.models import Call, CallerPlan, Case, LocationMerge
from geodata.store.repeats import (
    REPEAT_COLUMNS,
    read_incidents_of,
    read_links,
    read_repeat_frame,
    read_sealed,
)
from tests.repeat_rows import write_import, write_places, write_rows

RULE = PRESETS["12-months"]
AS_AT = dt.date(2024, 3, 1)
SECRET = "Flat 2, 14 Invented Road, QX1 1AA"
NAMES = {"E05000001": "Northfield", "E05000002": "Southfield"}


def row(when: str, **fields: object) -> dict[str, object]:
    return {
        "occurred_from": pd.Timestamp(when), "ward_code": "E05000001", "district_code": "E07000001",
        "easting": 600_000.0, "northing": 150_000.0, "location_key": "", "victim_key": "",
    } | fields  # fmt: skip


@pytest.fixture
def filled(database: Database) -> Database:
    """Eight short stories of repeats and of what is none."""
    write_places(
        database,
        {"location_key": "addr-home1", "sealed_address": get_key_ring().seal(SECRET)},
        {"location_key": "addr-home2"},
        {"location_key": "addr-away", "label": "On or near Mill Lane"},
        {"location_key": "addr-abuse"},
        {"location_key": "addr-station", "is_default_geocode": True, "precision": "default"},
        {"location_key": "addr-hospital", "is_excluded": True},
    )
    write_rows(
        database,
        pd.DataFrame(
            [
                # One person at two addresses: a repeat victim and no repeat location.
                row("2023-03-01 10:00", victim_key="victim-aaaaaa", location_key="addr-home2"),
                row("2024-03-01 23:59", victim_key="victim-aaaaaa", location_key="addr-away",
                    ward_code="E05000002", vulnerable_flag="yes"),
                # Two people at one address: a repeat location and no repeat victim.
                row("2023-09-01 10:00", victim_key="victim-bbbbbb", location_key="addr-home1"),
                row("2023-10-01 10:00", victim_key="victim-cccccc", location_key="addr-home1"),
                # One incident told to three agencies is one.
                row("2023-12-01 10:00", victim_key="victim-dddddd", location_key="addr-away"),
                row("2023-12-01 10:20", victim_key="victim-dddddd", location_key="addr-away",
                    source_system="council", report_channel="partner"),
                row("2023-12-01 10:40", victim_key="victim-dddddd", location_key="addr-away",
                    source_system="housing"),
                # Too long ago by a day.
                row("2023-02-28 10:00", victim_key="victim-eeeeee"),
                row("2024-03-01 10:00", victim_key="victim-eeeeee"),
                # What never ranks.
                *(row(f"2023-12-0{day} 10:00", location_key="addr-abuse",
                      victim_key="victim-ffffff",
                      domestic_abuse_flag="yes" if day == 1 else "no") for day in (1, 2, 3)),
                *(row(f"2024-01-0{day} 12:00", location_key="addr-station",
                      location_precision="default") for day in (1, 2)),
                *(row(f"2023-12-0{day} 14:00", location_key="addr-hospital") for day in (1, 2)),
                *(row(f"2023-12-0{day} 16:00", location_key="street-1",
                      location_precision="street") for day in (1, 2)),
                # Only the month is known.
                row("2023-02-01", victim_key="victim-gggggg", time_precision="month"),
                row("2024-02-01 10:00", victim_key="victim-gggggg"),
                {**row("2024-02-02"), "asb": False, "victim_key": "victim-gggggg"},
            ]
        ).fillna({"vulnerable_flag": "not recorded", "domestic_abuse_flag": "not recorded",
                  "source_system": "police", "report_channel": "public", "asb": True,
                  "location_precision": "exact", "time_precision": "minute"}),
    )  # fmt: skip
    return database


def find(
    database: Database, kind: str, rule: RepeatRule = RULE, **area: str
) -> tuple[repeats.RepeatData, repeats.RepeatList]:
    data = repeats.load_repeats(database)
    found = repeats.find_list(
        data, kind, rule, AS_AT, wards=NAMES, districts={"E07000001": "Exton"}, **area
    )
    return data, found


def audit_rows(database: Database) -> list[dict[str, object]]:
    frame = database.read_frame("SELECT * FROM audit_events ORDER BY id")
    return [{str(k): v for k, v in one.items()} for one in frame.to_dict("records")]


def test_readers_give_the_same_columns_for_all_and_for_some(filled: Database) -> None:
    whole = read_repeat_frame(filled)
    assert list(whole.columns) == list(REPEAT_COLUMNS)
    assert len(whole) == 20
    some = read_incidents_of(
        filled, location_keys=["addr-home1", ""], victim_keys=["victim-bbbbbb", "victim-gggggg"],
        incident_ids=["I-000000"],
    )  # fmt: skip
    assert list(some.columns) == list(REPEAT_COLUMNS)
    expected = whole[
        (whole["location_key"] == "addr-home1")
        | whole["victim_key"].isin(["victim-bbbbbb", "victim-gggggg"])
        | (whole["incident_id"] == "I-000000")
    ]
    texts = {name: str for name, kind in whole.dtypes.items() if kind == "category"}
    pd.testing.assert_frame_equal(
        some, expected.astype(texts).reset_index(drop=True), check_dtype=False
    )
    assert {name: str(kind) for name, kind in some.dtypes.items() if name not in texts} == {
        name: str(kind) for name, kind in whole.dtypes.items() if name not in texts
    }


def test_no_keys_find_nothing_with_the_right_types(filled: Database) -> None:
    none, some = read_incidents_of(filled), read_incidents_of(filled, victim_keys=["victim-aaaaaa"])
    assert none.empty and none.dtypes.equals(some.dtypes)


def test_month_only_has_no_moment(filled: Database) -> None:
    found = read_incidents_of(filled, victim_keys=["victim-gggggg"])
    assert found["occurred_at"].isna().tolist() == [True, False]
    assert found["month"].tolist() == [2023 * 12 + 1, 2024 * 12 + 1]


def test_repeat_victim_and_repeat_location_are_different_things(filled: Database) -> None:
    _, victims = find(filled, "victims")
    assert victims.keys == ("victim-aaaaaa",)
    _, places = find(filled, "places")
    # The person's second address is one of an incident told to three agencies as well.
    assert set(places.keys) == {"addr-home1", "addr-away"}
    away = places.table.set_index("short").loc[repeats.shorten("addr-away")]
    assert (away["incidents"], away["reports"]) == (2, 4)
    assert away["sources"] == "police 2, council 1, housing 1"
    assert away["channels"] == "public 3, partner 1"


def test_victim_is_listed_under_the_ward_of_the_latest_incident(filled: Database) -> None:
    _, there = find(filled, "victims", ward="E05000002")
    assert there.table["ward"].tolist() == ["Southfield"]
    assert there.table["incidents"].tolist() == [2]
    _, here = find(filled, "victims", ward="E05000001")
    assert here.total == 0 and here.table.empty


def test_month_cut_by_the_window_is_counted_as_cannot_tell(filled: Database) -> None:
    data, _ = find(filled, "victims")
    as_at = dt.date(2024, 2, 15)
    found = repeats.find_list(data, "victims", RULE, as_at, wards=NAMES, districts={})
    # The window from 15 February 2023 cuts the month of which one incident is known.
    assert found.cannot_tell == 1
    assert "victim-gggggg" not in found.keys


def test_what_is_left_out_is_counted_by_reason(filled: Database) -> None:
    _, places = find(filled, "places")
    assert [(left.incidents, left.keys) for left in places.left_out] == [
        (4, 1), (2, 1), (2, 1), (3, 1),
    ]  # fmt: skip
    assert [left.reason for left in places.left_out] == [
        NO_ADDRESS, DEFAULT, INSTITUTION, ABUSE_ADDRESS,
    ]  # fmt: skip
    _, victims = find(filled, "victims")
    assert "victim-ffffff" not in victims.keys
    reasons = {left.reason: left for left in victims.left_out}
    abuse = next(left for reason, left in reasons.items() if "domestic abuse" in reason)
    assert (abuse.incidents, abuse.keys) == (3, 1)


def test_crime_of_domestic_abuse_takes_address_and_victim_out(filled: Database) -> None:
    _, before = find(filled, "victims")
    assert "victim-aaaaaa" in before.keys
    crime = row("2019-05-05", victim_key="victim-aaaaaa", location_key="addr-home1",
                asb=False, domestic_abuse_flag="yes", incident_id="CRIME-1")  # fmt: skip
    write_rows(filled, pd.DataFrame([crime]))
    data, places = find(filled, "places")
    assert "addr-home1" not in places.keys
    _, victims = find(filled, "victims")
    assert victims.total == 0
    # Those who were at this address are out as well, and everybody is counted.
    assert (
        not data.ranking["victims"]
        .keep[data.frame["victim_key"].isin(["victim-bbbbbb", "victim-cccccc"]).to_numpy()]
        .any()
    )


def test_accepted_merge_counts_two_addresses_as_one(filled: Database) -> None:
    before, _ = find(filled, "places")
    assert before.members("addr-home1") == ("addr-home1",)
    key = repeats.merges_version(filled)
    with filled.begin() as connection:
        connection.execute(
            sa.insert(table_of(LocationMerge)).values(
                from_key="addr-home2", to_key="addr-home1", score=1.0, evidence="",
                status="accepted", suggested_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            )
        )  # fmt: skip
    assert repeats.merges_version(filled) != key
    data, places = find(filled, "places")
    row_of = places.keys.index("addr-home1")
    assert places.table["incidents"].iloc[row_of] == 3
    assert set(data.members("addr-home1")) == {"addr-home1", "addr-home2"}
    record = repeat_records.open_record(filled, data, places, row_of, "problem_solving")
    assert record.incidents == 3 and record.addresses == (SECRET,)


def test_ward_counts_are_exact_and_count_each_once(filled: Database) -> None:
    data, _ = find(filled, "places")
    table = repeats.count_by_ward(data, RULE, AS_AT).set_index("ward_code")
    assert table["repeat_places"].to_dict() == {"E05000001": 1, "E05000002": 1}
    assert table["repeat_victims"].to_dict() == {"E05000001": 0, "E05000002": 1}


def test_list_holds_no_address_and_its_points_are_blurred(filled: Database) -> None:
    _, places = find(filled, "places")
    assert SECRET not in places.table.to_csv() and "Invented" not in repr(places)
    assert "addr-home1" not in places.table.to_csv() and "addr-home1" not in repr(places)


def test_look_is_logged_before_anything_is_shown(filled: Database) -> None:
    data, places = find(filled, "places")
    row_of = places.keys.index("addr-home1")
    record = repeat_records.open_record(
        filled, data, places, row_of, "victim_care", "asked by the sergeant"
    )
    assert record.addresses == (SECRET,)
    assert SECRET not in repr(record)
    (event,) = audit_rows(filled)
    assert (event["event"], event["record_kind"], event["record_key"], event["reason"]) == (
        "consultation", "location", "addr-home1", "victim_care",
    )  # fmt: skip
    assert SECRET not in json.dumps(event, default=str)


def test_without_a_reason_nothing_is_shown_and_nothing_logged(filled: Database) -> None:
    data, places = find(filled, "places")
    with pytest.raises(ReasonMissingError):
        repeat_records.open_record(filled, data, places, 0, "")
    with pytest.raises(RowNotListedError):
        repeat_records.open_record(filled, data, places, 99, "victim_care")
    assert audit_rows(filled) == []


def test_timeline_numbers_incidents_and_says_who_was_told(filled: Database) -> None:
    data, places = find(filled, "places")
    row_of = places.keys.index("addr-away")
    record = repeat_records.open_record(filled, data, places, row_of, "tasking")
    assert record.timeline["incident"].tolist() == [2, 1, 1, 1]
    assert record.timeline["source"].tolist() == ["police", "housing", "council", "police"]
    assert record.timeline["flags"].tolist()[0] == "vulnerable"
    assert record.timeline["in_window"].all()


def test_neighbours_leave_out_homes_with_abuse(filled: Database) -> None:
    data, places = find(filled, "places")
    row_of = places.keys.index("addr-away")
    record = repeat_records.open_record(filled, data, places, row_of, "tasking")
    # Two on the street in December and victim e's of 1 March; no home with abuse, no hospital.
    assert record.near["when"].dt.date.tolist() == [
        dt.date(2024, 3, 1), dt.date(2023, 12, 2), dt.date(2023, 12, 1),
    ]  # fmt: skip
    assert record.near["days"].tolist() == [0, 1, 0]


def test_partner_and_unlisted_rows_are_refused(filled: Database) -> None:
    data, places = find(filled, "places")
    with acting_as(Actor("p", "p", frozenset({Role.PARTNER}))):
        for refused in (
            lambda: repeats.load_repeats(filled),
            lambda: repeats.count_by_ward(data, RULE, AS_AT),
            lambda: repeat_records.open_record(filled, data, places, 0, "victim_care"),
            lambda: repeat_records.log_download(filled, places, "victim_care", "x"),
        ):
            with pytest.raises(NotAllowedError):
                refused()
    assert audit_rows(filled) == []


def test_cases_actions_and_plans_are_linked_with_their_owners(filled: Database) -> None:
    import_id = write_import(filled)
    with filled.begin() as connection:
        connection.execute(
            sa.insert(table_of(Case)),
            [
                {"import_id": import_id, "force": "f", "source_system": "s", "case_id": case,
                 "opened": dt.date(2024, 1, 1), "closed": closed, "owner": owner,
                 "location_key": place, "victim_key": victim,
                 "next_review": dt.date(2024, 4, 1)}
                for case, place, victim, owner, closed in (
                    ("C-1", "addr-home1", "", "PC Example", None),
                    ("C-2", "addr-home1", "", "PC Before", dt.date(2024, 2, 1)),
                    ("C-3", "", "victim-aaaaaa", "PCSO Care", None),
                )
            ],
        )  # fmt: skip
        connection.execute(
            sa.insert(table_of(Call)).values(
                import_id=import_id, force="f", source_system="s", call_id="1",
                called_at=dt.datetime(2023, 9, 1, 10), month="2023-09", caller_key="caller-1",
                incident_id="I-000002",
            )
        )  # fmt: skip
        connection.execute(
            sa.insert(table_of(CallerPlan)).values(
                caller_key="caller-1", owner="PCSO Plan", next_review=None, status="open",
                changed_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), changed_by="tests",
            )
        )  # fmt: skip
    data, places = find(filled, "places")
    row_of = places.keys.index("addr-home1")
    number = repeat_records.send_to_tasking(
        filled, places, row_of, title="Visit", owner="Sgt Example", agency="Exton Police",
        due=dt.date.today(),
    )  # fmt: skip
    assert number > 0
    owners = repeats.find_owners(filled, places, data)
    assert set(owners[row_of].split(", ")) == {"PC Example (case)", "Sgt Example (action)"}
    record = repeat_records.open_record(filled, data, places, row_of, "case_review")
    assert sorted(record.links["owner"]) == [
        "PC Before", "PC Example", "PCSO Plan", "Sgt Example",
    ]  # fmt: skip
    assert record.links["status"].tolist()[-1] == "closed"
    assert "key" not in record.links
    _, victims = find(filled, "victims")
    assert repeats.find_owners(filled, victims, data) == ["PCSO Care (case)"]
    assert [event["event"] for event in audit_rows(filled)] == ["alteration", "consultation"]


def test_action_without_an_owner_is_refused(filled: Database) -> None:
    _, places = find(filled, "places")
    with pytest.raises(ActionError):
        repeat_records.send_to_tasking(
            filled, places, 0, title="Visit", owner="", agency="", due=dt.date.today()
        )


def test_download_is_a_disclosure_with_a_recipient(filled: Database) -> None:
    _, places = find(filled, "places")
    with pytest.raises(ReasonMissingError):
        repeat_records.log_download(filled, places, "tasking", " ")
    repeat_records.log_download(filled, places, "tasking", "Exton Council")
    (event,) = audit_rows(filled)
    assert (event["event"], event["recipient"]) == ("disclosure", "Exton Council")
    assert json.loads(str(event["details"]))["rows"] == 2


def test_nothing_links_to_nothing(database: Database) -> None:
    assert read_links(database).empty
    assert read_links(database, location_keys=["x"], incident_ids=["y"]).empty
    assert read_sealed(database, ["x"]) == {}
    data = repeats.load_repeats(database)
    assert data.last_day is None
    found = repeats.find_list(data, "places", RULE, AS_AT, wards={}, districts={})
    assert found.total == 0 and found.left_out == ()
    assert repeats.find_owners(database, found, data) == []
    assert repeats.count_by_ward(data, RULE, AS_AT).empty


def test_planted_patterns_of_the_county_are_found(small_county_database: Database) -> None:
    planted = read_planted(small_county_database)
    data = repeats.load_repeats(small_county_database)
    place = {str(name): row for row, name in enumerate(data.frame["incident_id"])}

    def rows(kind: str) -> list[list[int]]:
        ids = planted.loc[planted["kind"] == kind, "incident_ids"].str.split()
        return [[place[name] for name in names if name in place] for names in ids]

    told = rows("one incident told twice")
    assert told and all(len(set(data.events[of])) == 1 for of in told)
    # Nothing else is taken for one incident.
    assert len(data.frame) - len(set(data.events)) == sum(len(of) - 1 for of in told)

    assert data.last_day is not None
    rule = RepeatRule("ever", 2, months=36)
    found = {
        kind: repeats.find_list(data, kind, rule, data.last_day, wards={}, districts={})
        for kind in ("places", "victims")
    }
    keys = {kind: set(data.frame[repeats.KEY_COLUMN[kind]].iloc[data.rows[kind]]) for kind in found}
    shielded = {str(data.frame["location_key"].iloc[row])
                for of in rows("domestic abuse address") for row in of}  # fmt: skip
    assert shielded and not shielded & keys["places"] and not shielded & set(found["places"].keys)
    for of in rows("repeat victim"):
        (victim,) = set(data.frame["victim_key"].iloc[of])
        barred = not data.ranking["victims"].keep[of].all()
        assert barred or victim in keys["victims"]


def test_victims_of_the_county_who_moved_are_repeat_victims(
    small_county_database: Database,
) -> None:
    planted = read_planted(small_county_database)
    moved = planted[planted["kind"] == "victim at several addresses"]
    data = repeats.load_repeats(small_county_database)
    frame = data.frame.set_index("incident_id")
    checked = 0
    for names in moved["incident_ids"].str.split():
        mine = frame.loc[[name for name in names if name in frame.index]]
        victim = str(mine["victim_key"].iloc[0])
        assert mine["location_key"].nunique() > 1
        last = mine["occurred_at"].max().date()
        found = repeats.find_list(data, "victims", RULE, last, wards={}, districts={})
        barred = (
            not data.ranking["victims"].keep[(data.frame["victim_key"] == victim).to_numpy()].all()
        )
        assert barred or victim in found.keys
        checked += not barred
    assert checked
