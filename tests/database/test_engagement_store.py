"""Teams, postcodes, priorities and signal events as the store keeps them, on both databases."""

import datetime as dt

import pandas as pd
import pytest

from geodata.errors import PriorityError, SignalEventError
from geodata.schemas import OFFICER_COLUMNS, PRIORITY_COLUMNS, SIGNAL_COLUMNS
from geodata.store import engagement, imports
from geodata.store.database import Database

FIRST, SECOND = "X05000001", "X05000002"
DAY = dt.date(2026, 6, 17)


def start(connection, name: str = "teams.csv") -> int:
    return imports.start_import(
        connection, source="teams", file_name=name, content_hash=name, scope="",
        imported_by="tests",
    )  # fmt: skip


def officer(**more) -> dict:
    return {
        "ward_code": FIRST, "name": "A. Sergeant", "role": "Sergeant", "team": "Vale team",
        "email": "", "phone": "", "is_lead": False, "as_at": DAY, **more,
    }  # fmt: skip


def priority(**more) -> dict:
    return {
        "ward_code": FIRST, "title": "Off-road bikes", "source": "pact", "agreed_on": DAY,
        "status": "agreed", "linked_plan": "", "people_asked": None, "how_representative": "",
        "you_said": "", "we_did": "", **more,
    }  # fmt: skip


def signal(**more) -> dict:
    return {
        "title": "Fire at a pavilion", "kind": "physical disorder", "happened_on": DAY,
        "ends_on": None, "easting": 1_000.0, "northing": 2_000.5, "radius_m": 400.0,
        "ward_code": FIRST, "source": "", "is_synthetic": True, "added_by": "county", **more,
    }  # fmt: skip


def test_team_is_read_lead_first_and_a_new_list_replaces_the_wards_it_names(
    database: Database,
) -> None:
    rows = [officer(name="B"), officer(name="Z", is_lead=True, as_at=None), officer(name="")]
    rows.append(officer(ward_code=SECOND, name="C"))
    with database.begin() as connection:
        assert (
            engagement.write_officers(
                database, connection, pd.DataFrame(rows), start(connection, "1")
            )
            == 3
        )
    found = engagement.read_officers(database, FIRST)
    assert list(found.columns) == list(OFFICER_COLUMNS)
    assert found["name"].tolist() == ["Z", "B"] and found["is_lead"].tolist() == [True, False]
    assert found["as_at"].tolist() == [None, DAY]
    with database.begin() as connection:
        vacant = pd.DataFrame([officer(name="")])
        assert not engagement.write_officers(database, connection, vacant, start(connection, "2"))
    assert engagement.read_officers(database)["name"].tolist() == ["C"]


def test_postcode_is_found_however_it_is_typed_and_replaced_when_it_comes_again(
    database: Database,
) -> None:
    frame = pd.DataFrame({"postcode": ["XX11AB", "XX11AC"], "ward_code": FIRST, "lsoa_code": ""})
    with database.begin() as connection:
        engagement.write_postcodes(database, connection, frame, start(connection, "1"))
    for typed in ("XX1 1AB", "xx1 1ab", " xx11ab ", "XX1-1AB"):
        assert engagement.find_postcode(database, typed) == FIRST
    for typed in ("XX1 1AD", "", "Vale", "XX1"):
        assert engagement.find_postcode(database, typed) is None
    with database.begin() as connection:
        moved = frame.head(1).assign(ward_code=SECOND)
        engagement.write_postcodes(database, connection, moved, start(connection, "2"))
    assert engagement.find_postcode(database, "XX1 1AB") == SECOND
    assert engagement.find_postcode(database, "XX1 1AC") == FIRST
    assert engagement.count_postcodes(database) == 2


def test_priority_is_added_changed_once_and_not_behind_anybodys_back(database: Database) -> None:
    with database.begin() as connection:
        number = engagement.add_priority(connection, priority(people_asked=42), "tests")
    found = engagement.read_priorities(database, FIRST).iloc[0]
    assert found["agreed_on"] == DAY and found["people_asked"] == 42
    assert found["changed_by"] == "tests" and not found["is_synthetic"]
    with database.begin() as connection:
        engagement.change_priority(
            connection, number, {"status": "done"}, "other", seen=found["changed_at"]
        )
    assert engagement.read_priorities(database).iloc[0]["status"] == "done"
    with pytest.raises(PriorityError, match="not as it was shown"), database.begin() as connection:
        engagement.change_priority(
            connection, number, {"status": "agreed"}, "late", seen=found["changed_at"]
        )
    with pytest.raises(PriorityError, match="in the register"), database.begin() as connection:
        engagement.add_priority(connection, priority(), "tests")
    with pytest.raises(ValueError, match="has no colour"), database.begin() as connection:
        engagement.change_priority(
            connection, number, {"colour": ""}, "x", seen=found["changed_at"]
        )
    assert engagement.read_priorities(database, SECOND).empty


def test_a_file_of_priorities_replaces_its_own_and_leaves_what_people_wrote(
    database: Database,
) -> None:
    frame = pd.DataFrame([priority(people_asked=40), priority(title="Litter")])
    with database.begin() as connection:
        first = start(connection, "1")
        assert engagement.write_priorities(database, connection, frame, first) == (2, 0)
    held = engagement.read_priorities(database).set_index("title")
    with database.begin() as connection:
        litter = held.loc["Litter"]
        engagement.change_priority(
            connection, int(litter["id"]), {"we_did": "Two more bins"}, "tests",
            seen=litter["changed_at"],
        )  # fmt: skip
    with database.begin() as connection:
        again = frame.assign(status="in hand")
        stored = engagement.write_priorities(database, connection, again, start(connection, "2"))
    assert stored == (1, 1)
    now = engagement.read_priorities(database).set_index("title")
    assert now.loc["Off-road bikes", "status"] == "in hand"
    assert now.loc["Off-road bikes", "people_asked"] == 40
    assert now.loc["Litter", "status"] == "agreed" and now.loc["Litter", "we_did"]
    assert pd.isna(now.loc["Litter", "people_asked"]) and pd.isna(now.loc["Litter", "import_id"])


def test_signal_events_of_a_day_are_those_that_began_and_are_not_over(database: Database) -> None:
    rows = [
        signal(title="no end"),
        signal(title="over", happened_on=DAY - dt.timedelta(20), ends_on=DAY - dt.timedelta(1)),
        signal(title="last day", happened_on=DAY - dt.timedelta(9), ends_on=DAY),
        signal(title="to come", happened_on=DAY + dt.timedelta(1)),
    ]
    with database.begin() as connection:
        engagement.write_signals(database, connection, pd.DataFrame(rows))
    assert engagement.read_signals(database, DAY)["title"].tolist() == ["no end", "last day"]
    found = engagement.read_signals(database)
    assert found["title"].tolist() == ["to come", "no end", "last day", "over"]
    assert set(SIGNAL_COLUMNS) < set(found.columns) and found["is_synthetic"].all()
    assert found["ends_on"].tolist()[:3] == [None, None, DAY]


def test_signal_event_is_added_and_withdrawn_once(database: Database) -> None:
    with database.begin() as connection:
        number = engagement.add_signal(connection, signal(), "tests")
    row = engagement.read_signals(database).iloc[0]
    assert (row["id"], row["added_by"], row["northing"]) == (number, "tests", 2_000.5)
    assert not row["is_synthetic"]
    with database.begin() as connection:
        engagement.withdraw_signal(connection, number, "tests")
    assert engagement.read_signals(database).empty
    with pytest.raises(SignalEventError, match="not on the map"), database.begin() as connection:
        engagement.withdraw_signal(connection, number, "tests")


def test_empty_tables_read_as_empty_frames(database: Database) -> None:
    assert engagement.read_officers(database).empty
    assert list(engagement.read_priorities(database))[1:11] == list(PRIORITY_COLUMNS)
    assert engagement.read_signals(database, DAY).empty and not engagement.count_postcodes(database)
