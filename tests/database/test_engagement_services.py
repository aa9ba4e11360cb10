"""Finding a team, the register of priorities and tagging of signal events, as services do it."""

import datetime as dt
import json
import threading
import time

import geopandas as gpd
import pytest
import shapely

from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import engagement, priorities, signal_events
from geodata.crs import BNG
from geodata.errors import PostcodeError, PriorityError, SignalEventError
from geodata.schemas import AREA_COLUMNS
from geodata.store import areas, imports
from geodata.store.database import Database
from geodata.store.engagement import read_priorities, read_signals

TODAY = dt.date(2026, 6, 17)
WEST, EAST = "X05000001", "X05000002"
VALUES = {
    "ward_code": WEST, "title": "Off-road bikes", "source": "pact", "agreed_on": TODAY,
    "people_asked": 40, "how_representative": "Who came", "you_said": " Too loud ",
}  # fmt: skip


@pytest.fixture
def held(database: Database) -> Database:
    """Two wards of one kilometre side by side."""
    squares = [shapely.box(x, 160_000, x + 1_000, 161_000) for x in (580_000, 581_000)]
    frame = gpd.GeoDataFrame(
        {
            "kind": "ward", "edition": "2025", "code": [WEST, EAST], "name": ["West", "East"],
            "district_code": "X07000001", "as_at": None, "non_residential": False,
        },
        geometry=squares, crs=BNG,
    )[list(AREA_COLUMNS)]  # fmt: skip
    with database.begin() as connection:
        import_id = imports.start_import(
            connection, source="boundaries", file_name="w", content_hash="w", scope="",
            imported_by="tests",
        )  # fmt: skip
        areas.write_areas(database, connection, frame, import_id)
    return database


def events(database: Database) -> list[tuple[str, str, str, dict]]:
    frame = database.read_frame(
        "SELECT event, record_kind, record_key, details FROM audit_events ORDER BY id"
    )
    return [
        (row.event, row.record_kind, row.record_key, json.loads(row.details))
        for row in frame.itertuples()
    ]


def test_priority_is_added_changed_and_each_change_is_logged_without_its_text(
    held: Database,
) -> None:
    number = priorities.add_priority(held, VALUES, today=TODAY)
    row = priorities.load_priorities(held).iloc[0]
    assert (row["you_said"], row["status"], row["changed_by"]) == ("Too loud", "agreed", "tests")
    priorities.change_priority(
        held, number, {"we_did": "Gates put up", "status": "done"}, seen=row["changed_at"]
    )
    assert read_priorities(held).iloc[0]["we_did"] == "Gates put up"
    logged = events(held)
    assert [one[:3] for one in logged] == [("alteration", "priority", str(number))] * 2
    assert logged[0][3].items() >= {"change": "created", "ward": WEST}.items()
    assert logged[1][3]["fields"] == "status, we_did" and "Gates" not in str(logged)
    with pytest.raises(PriorityError, match="not as it was shown"):
        priorities.change_priority(held, number, {"status": "agreed"}, seen=row["changed_at"])
    assert len(events(held)) == 2


def test_priority_without_a_note_on_who_was_asked_can_be_brought_up_to_date(
    held: Database,
) -> None:
    number = priorities.add_priority(held, VALUES, today=TODAY)
    for change in ({"how_representative": ""}, {"how_representative": "", "status": "done"}):
        seen = read_priorities(held).iloc[0]["changed_at"]
        priorities.change_priority(held, number, change, seen=seen)
    assert read_priorities(held).iloc[0]["status"] == "done"
    with pytest.raises(PriorityError, match="needs a ward"):
        priorities.change_priority(held, number, {"title": " "}, seen=seen)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"title": " "}, "needs a ward, a title"),
        ({"ward_code": ""}, "needs a ward, a title"),
        ({"agreed_on": None}, "needs a ward, a title"),
        ({"how_representative": ""}, "note on who was asked"),
        ({"agreed_on": TODAY + dt.timedelta(1)}, "still to come"),
        ({"people_asked": 0}, "out of range"),
        ({"people_asked": 1_000_001}, "out of range"),
        ({"ward_code": "NOWHERE"}, "not held"),
        ({"ward_code": "X\x00"}, "not held"),
        ({"title": "a\x00b"}, "cannot be read"),
        ({"title": "a\ud800b"}, "cannot be read"),
        ({"you_said": "a\u202eb"}, "cannot be read"),
        ({"we_did": "x\x07y"}, "cannot be read"),
        ({"you_said": "07700\u200b900111"}, "personal details"),
        ({"title": "x" * 121}, "too long"),
        ({"you_said": "Mr Quagga shouts"}, "personal details"),
        ({"we_did": "Rang 07700 900111"}, "personal details"),
        ({"linked_plan": "9 Vynworthy Drive"}, "personal details"),
        ({"how_representative": "Asked in XX1 1AB"}, "personal details"),
    ],
)
def test_priority_that_lacks_a_part_or_names_somebody_is_refused(
    held: Database, change: dict, words: str
) -> None:
    with pytest.raises(PriorityError, match=words) as error:
        priorities.add_priority(held, {**VALUES, **change}, today=TODAY)
    assert "Quagga" not in str(error.value) and "900111" not in str(error.value)
    assert read_priorities(held).empty and not events(held)


def test_only_operational_roles_write_and_viewers_may_read(held: Database) -> None:
    for role in (Role.VIEWER, Role.PARTNER, Role.ENGAGE):
        with acting_as(Actor("test:a", "a", frozenset({role}))):
            assert priorities.load_priorities(held).empty
            with pytest.raises(NotAllowedError):
                priorities.add_priority(held, VALUES, today=TODAY)
            with pytest.raises(NotAllowedError):
                signal_events.load_signals(held)
    with (
        acting_as(Actor("test:a", "a", frozenset({Role.ANALYST}), sharing_screen=True)),
        pytest.raises(NotAllowedError),
    ):
        priorities.add_priority(held, VALUES, today=TODAY)


def test_postcode_that_is_none_or_not_held_is_not_repeated(held: Database) -> None:
    for typed, words in (("XX1", "not a whole postcode"), ("XX1 1AB", "not held")):
        with pytest.raises(PostcodeError, match=words) as error:
            engagement.find_ward_by_postcode(held, typed)
        assert "XX1" not in str(error.value)
    assert not engagement.holds_postcodes(held)


def add(database: Database, **changes) -> int:
    given = {
        "title": "Fire at a pavilion", "kind": "crime", "happened_on": TODAY, "ward_code": WEST,
        "radius_m": 400.0, "today": TODAY,
    }  # fmt: skip
    return signal_events.add_signal(database, **{**given, **changes})


def test_signal_event_is_placed_in_the_middle_of_its_ward_or_at_a_map_reference(
    held: Database,
) -> None:
    add(held)
    add(held, title="March", where="581512 160477", ward_code="")
    add(held, title="Rumour", where="TQ 805 605", ward_code=EAST)
    found = signal_events.load_signals(held).set_index("title")
    at = found[["easting", "northing", "ward_code"]].to_dict("index")
    assert at["Fire at a pavilion"] == {"easting": 580_500, "northing": 160_500, "ward_code": WEST}
    assert at["March"] == {"easting": 581_500, "northing": 160_500, "ward_code": EAST}
    assert at["Rumour"]["ward_code"] == WEST, "the map reference counts before the ward"
    number = int(found.loc["March", "id"])
    signal_events.withdraw_signal(held, number)
    assert "March" not in set(read_signals(held)["title"])
    assert [one[3]["change"] for one in events(held)] == ["created"] * 3 + ["withdrawn"]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"title": ""}, "needs a title"),
        ({"happened_on": None}, "needs a title"),
        ({"ward_code": ""}, "needs a title"),
        ({"happened_on": TODAY + dt.timedelta(1)}, "days do not fit"),
        ({"ends_on": TODAY - dt.timedelta(1)}, "days do not fit"),
        ({"radius_m": 20.0}, "reach is out of range"),
        ({"radius_m": 9_000.0}, "reach is out of range"),
        ({"where": "behind the shops"}, "cannot be read"),
        ({"where": "TQ 10 10"}, "in no ward"),
        ({"title": "Mrs Quagga attacked"}, "personal details"),
        ({"source": "call 07700 900111"}, "personal details"),
        ({"title": "x" * 121}, "too long"),
    ],
)
def test_signal_event_that_cannot_stand_is_refused(
    held: Database, change: dict, words: str
) -> None:
    with pytest.raises(SignalEventError, match=words):
        add(held, **change)
    assert read_signals(held).empty and not events(held)


def test_named_officer_is_found_by_postcode_in_under_three_seconds(
    small_county_database: Database,
) -> None:
    some = small_county_database.read_frame(
        "SELECT p.postcode, p.ward_code FROM postcodes p JOIN neighbourhood_officers o "
        "ON o.ward_code = p.ward_code WHERE o.is_lead ORDER BY p.postcode LIMIT 200"
    ).drop_duplicates("postcode")
    wards = areas.read_areas(small_county_database, "ward").assign(district="")
    began = time.perf_counter()
    for postcode, ward in some.head(20).itertuples(index=False):
        assert engagement.find_ward_by_postcode(small_county_database, postcode) == ward
        officers = engagement.load_officers(small_county_database, ward)
        team = engagement.make_team(officers, wards, ward)
        assert team.officers.iloc[0]["is_lead"] and team.officers.iloc[0]["name"]
    assert (time.perf_counter() - began) / 20 < 3


def test_several_who_add_the_same_priority_at_once_add_one(held: Database) -> None:
    together, failed = threading.Barrier(6), []

    def add(number: int) -> None:
        with acting_as(Actor(f"test:{number}", "T", frozenset({Role.ANALYST}))):
            together.wait()
            try:
                priorities.add_priority(held, VALUES, today=TODAY)
            except PriorityError as error:
                failed.append(str(error))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_priorities(held)) == len(events(held)) == 1
    assert len(failed) == 5 and all("in the register" in said for said in failed)


def test_change_takes_no_other_priorities_title_and_no_ward_that_is_not_held(
    held: Database,
) -> None:
    priorities.add_priority(held, VALUES, today=TODAY)
    number = priorities.add_priority(held, {**VALUES, "title": "Litter"}, today=TODAY)
    seen = read_priorities(held).set_index("id").loc[number, "changed_at"]
    for change, words in (
        ({"title": VALUES["title"]}, "in the register"),
        ({"ward_code": "NOWHERE"}, "not held"),
    ):
        with pytest.raises(PriorityError, match=words):
            priorities.change_priority(held, number, change, seen=seen)
    assert sorted(read_priorities(held)["title"]) == ["Litter", "Off-road bikes"]
    priorities.change_priority(
        held, number, {"title": VALUES["title"], "ward_code": EAST}, seen=seen
    )
    assert set(read_priorities(held)["ward_code"]) == {WEST, EAST}


def test_signal_event_takes_no_sign_that_cannot_be_read(held: Database) -> None:
    for given in ({"title": "a\x00b"}, {"title": "Fire", "source": "a\ud800"}):
        with pytest.raises(SignalEventError, match="cannot be read"):
            signal_events.add_signal(
                held, kind="crime", happened_on=TODAY, ward_code=WEST, today=TODAY, **given
            )
