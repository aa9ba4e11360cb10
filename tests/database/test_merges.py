"""Merges of addresses: suggested, decided by one person, undone without a trace in the figures."""

import json
import threading

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import address_merges as service
from dashboard.services.audit import ReasonMissingError
from geodata.errors import MergeError
from geodata.sealing import get_key_ring
from geodata.store import merges
from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.models import Import, Location

HOME = "14 Quorenholt Road, Zelowick, QX1 2AB"
TEXTS = {
    "addr-a": HOME,
    "addr-b": "14 Quorenholt Rd, Zelowick",
    "addr-c": "14 Quorenhlot Road, QX1 2AB",
    "addr-d": "Flat 2, 14 Quorenholt Road, Zelowick, QX1 2AB",
    "uprn-z": "14 QUORENHOLT ROAD",
}


def hold(database: Database, texts: dict[str, str] = TEXTS) -> None:
    ring = get_key_ring()
    with database.begin() as connection:
        key = connection.execute(
            sa.insert(table_of(Import)).values(
                source="test", file_name="", content_hash="", scope="", rows_read=0,
                rows_stored=0, rows_refused=0, rows_left_out=0, is_synthetic=True, details="{}",
                imported_at=pd.Timestamp("2026-01-01", tz="UTC"), imported_by="tests",
            )
        ).inserted_primary_key  # fmt: skip
        assert key is not None
        for name, text in texts.items():
            connection.execute(
                sa.insert(table_of(Location)).values(
                    import_id=key[0], location_key=name, uprn_key="", easting=600_000.0,
                    northing=150_000.0, precision="exact", is_excluded=False,
                    is_default_geocode=False, label="", sealed_address=ring.seal(text),
                    postcode_key="", block_key="",
                )
            )  # fmt: skip


def suggestions(*pairs: tuple[str, str]) -> pd.DataFrame:
    rows = [(*sorted(pair), 0.9 - i / 100, "same number and flat") for i, pair in enumerate(pairs)]
    return pd.DataFrame(rows, columns=["from_key", "to_key", "score", "evidence"])


def store(database: Database, *pairs: tuple[str, str]) -> list[int]:
    with database.begin() as connection:
        merges.replace_suggestions(connection, suggestions(*pairs))
    held = merges.read_merges(database)
    number = {
        (a, b): int(i) for i, a, b in zip(held["id"], held["from_key"], held["to_key"], strict=True)
    }
    return [number[tuple(sorted(pair))] for pair in pairs]


def decide(database: Database, number: int, status: str) -> None:
    service.decide(database, number, status, "data_quality")


def events(database: Database) -> list[tuple[str, str, str]]:
    frame = database.read_frame(
        "SELECT event, record_kind, record_key FROM audit_events ORDER BY id"
    )
    return [tuple(row) for row in frame.to_numpy().tolist()]


def test_suggestions_are_found_in_sealed_addresses_and_hold_none(database: Database) -> None:
    hold(database)
    found = service.suggest(database)
    assert (found.places, found.pairs, found.added, found.gone) == (5, 3, 3, 0)
    held = merges.read_merges(database, "suggested")
    assert "addr-d" not in {*held["from_key"], *held["to_key"]}
    assert not held["evidence"].str.contains("uoren|QX1|14", case=False).any()
    again = service.suggest(database)
    assert (again.pairs, again.added, again.gone) == (3, 0, 0)
    assert events(database)[0] == ("combination", "merge", "suggestions")
    assert merges.effective_keys(database) == {}


def test_accepting_joins_and_undoing_gives_back_exactly_what_was(database: Database) -> None:
    hold(database)
    first, second = store(database, ("addr-a", "addr-b"), ("addr-b", "uprn-z"))
    decide(database, first, "accepted")
    assert merges.effective_keys(database) == {"addr-b": "addr-a"}
    before = merges.effective_keys(database)
    decide(database, second, "accepted")
    assert merges.effective_keys(database) == {"addr-a": "uprn-z", "addr-b": "uprn-z"}
    decide(database, second, "undone")
    assert merges.effective_keys(database) == before
    decide(database, first, "undone")
    assert merges.effective_keys(database) == {}
    assert [event for event, *_ in events(database)] == [
        "combination", "combination", "alteration", "alteration",
    ]  # fmt: skip
    listed = service.list_decisions(database)
    assert listed["decided_by"].tolist() == ["tests", "tests"]
    assert listed["decided_at"].notna().all()


def test_representative_does_not_depend_on_the_order_of_decisions(database: Database) -> None:
    pairs = [("k3", "k4"), ("k1", "k2"), ("k2", "k3")]
    numbers = store(database, *pairs)
    for number in numbers:
        decide(database, number, "accepted")
    assert merges.effective_keys(database) == {"k2": "k1", "k3": "k1", "k4": "k1"}
    for number in (numbers[1], numbers[0]):
        decide(database, number, "undone")
    assert merges.effective_keys(database) == {"k3": "k2"}


def test_second_of_two_people_is_told(database: Database) -> None:
    (number,) = store(database, ("a", "b"))
    both, said = threading.Barrier(2), []

    def press(name: str, status: str) -> None:
        with acting_as(Actor(name, name, frozenset({Role.ANALYST}))):
            both.wait()
            try:
                decide(database, number, status)
            except MergeError as error:
                said.append(error)

    people = [
        threading.Thread(target=press, args=given)
        for given in (("Ann", "accepted"), ("Ben", "rejected"))
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(said) == 1
    assert "quicker" in said[0].title
    winner = merges.read_merges(database).iloc[0]
    assert winner["decided_by"] in said[0].detail
    assert len(events(database)) == 1


def test_merge_that_contradicts_a_decision_is_refused_and_changes_nothing(
    database: Database,
) -> None:
    ab, bc, ac = store(database, ("a", "b"), ("b", "c"), ("a", "c"))
    decide(database, ac, "rejected")
    decide(database, ab, "accepted")
    with pytest.raises(MergeError, match="not to be the same"):
        decide(database, bc, "accepted")
    assert merges.effective_keys(database) == {"b": "a"}
    decide(database, ac, "suggested")
    decide(database, bc, "accepted")
    assert merges.effective_keys(database) == {"b": "a", "c": "a"}


def test_two_registered_homes_are_not_joined_through_a_third(database: Database) -> None:
    one, two = store(database, ("uprn-1", "a"), ("uprn-2", "a"))
    decide(database, one, "accepted")
    with pytest.raises(MergeError, match="property numbers"):
        decide(database, two, "accepted")
    assert merges.effective_keys(database) == {"a": "uprn-1"}


def test_property_numbers_count_under_any_key(database: Database) -> None:
    hold(database)
    names = list(TEXTS)[:2]
    with database.begin() as connection:
        for name in names:
            connection.execute(
                sa.update(table_of(Location))
                .where(table_of(Location).c.location_key == name)
                .values(uprn_key=f"uprn-{name}")
            )
    (pair,) = store(database, (names[0], names[1]))
    with pytest.raises(MergeError, match="property numbers"):
        decide(database, pair, "accepted")


def test_decisions_survive_a_new_search_and_put_off_suggestions_are_replaced(
    database: Database,
) -> None:
    kept, gone = store(database, ("a", "b"), ("c", "d"))
    decide(database, kept, "rejected")
    with database.begin() as connection:
        counted = merges.replace_suggestions(connection, suggestions(("b", "a"), ("e", "f")))
    assert counted == (1, 1)
    held = merges.read_merges(database).set_index("id")["status"]
    assert held[kept] == "rejected"
    assert held[gone] == "withdrawn"
    with pytest.raises(MergeError, match="quicker"):
        decide(database, gone, "accepted")
    assert merges.count_merges(database) == {
        "suggested": 1, "accepted": 0, "rejected": 1, "undone": 0, "withdrawn": 1,
    }  # fmt: skip
    with database.begin() as connection:
        assert merges.replace_suggestions(connection, suggestions(("c", "d"))) == (1, 1)
    assert merges.list_waiting(database) == [gone]


def test_pairs_wait_best_first_until_they_are_decided(database: Database) -> None:
    first, second = store(database, ("a", "b"), ("c", "d"))
    assert merges.list_waiting(database) == [first, second]
    decide(database, first, "accepted")
    assert merges.list_waiting(database) == [second]
    decide(database, second, "rejected")
    assert merges.list_waiting(database) == []


def test_look_at_a_pair_is_logged_for_both_places_and_needs_a_reason(database: Database) -> None:
    hold(database)
    (number,) = store(database, ("addr-a", "addr-c"))
    with pytest.raises(ReasonMissingError):
        service.open_pair(database, number, "")
    with pytest.raises(ReasonMissingError, match="Say first why"):
        service.show_pair(database, number, 0)
    assert events(database) == []
    look = service.open_pair(database, number, "data_quality")
    pair = service.show_pair(database, number, look)
    assert pair.addresses == (HOME, TEXTS["addr-c"])
    assert events(database) == [
        ("consultation", "location", "addr-a"), ("consultation", "location", "addr-c"),
    ]  # fmt: skip
    compared = pair.differences.set_index("Part")["Compared"]
    assert compared["Street"] == "≠ differs"
    assert compared["Number"] == "= same"
    assert compared["Town"] == "◁ only in the first"
    logged = database.read_frame("SELECT details FROM audit_events")["details"].map(json.loads)
    assert all(set(one) == {"merge", "generation"} for one in logged)


def test_erased_place_and_other_roles_show_nothing(database: Database) -> None:
    hold(database)
    (number,) = store(database, ("addr-a", "gone"))
    with pytest.raises(MergeError, match="no longer held"):
        service.open_pair(database, number, "data_quality")
    with acting_as(Actor("p", "p", frozenset({Role.PARTNER}))):
        for ask in (service.count, service.suggest, service.list_decisions):
            with pytest.raises(NotAllowedError):
                ask(database)
        with pytest.raises(NotAllowedError):
            service.open_pair(database, number, "data_quality")
        with pytest.raises(NotAllowedError):
            service.show_pair(database, number, 1)
    assert events(database) == []


def test_one_look_at_a_pair_opens_that_pair_for_its_reason_and_person_only(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(database)
    first, second = store(database, ("addr-a", "addr-c"), ("addr-b", "addr-c"))
    look = service.open_pair(database, first, "data_quality")
    for _ in range(3):
        assert service.open_pair(database, first, "data_quality", look) == look
    assert len(events(database)) == 2
    with pytest.raises(ReasonMissingError):
        service.show_pair(database, second, look)
    other = service.open_pair(database, second, "data_quality", look)
    assert service.open_pair(database, second, "supervision", other) != other
    assert len(events(database)) == 6
    ann = Actor("ann", "Ann", frozenset({Role.ANALYST}))
    with acting_as(ann), pytest.raises(ReasonMissingError):
        service.show_pair(database, first, look)
    with acting_as(ann):
        assert service.open_pair(database, first, "data_quality", look) != look
    monkeypatch.setattr("dashboard.services.audit.LOOK_HOURS", 0)
    with pytest.raises(ReasonMissingError):
        service.show_pair(database, first, look)
    assert service.open_pair(database, first, "data_quality", look) > look
