"""Erasure: what is due goes, counts by ward and month stay, and it is logged."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.addresses import address_key, pseudonym
from geodata.retention import pick_rules, read_retention_rules
from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.audit import NewEvent
from geodata.store.audit_chain import verify
from geodata.store.audit_search import AuditFilters, search
from geodata.store.database import Database
from geodata.store.imports import held_version, start_import
from geodata.store.keys import sealed_columns
from geodata.store.models import (
    Action,
    Call,
    CallerPlan,
    Case,
    CaseUpdate,
    Import,
    Incident,
    Location,
    LocationMerge,
    Refusal,
    RiskAssessment,
    StandardStep,
    Table,
)
from geodata.store.retention import HELD_BACK, purge

ON = dt.date(2026, 1, 1)
OLD, EDGE, NEW = (dt.datetime(2022, 12, 31, 23), dt.datetime(2023, 1, 1), dt.datetime(2025, 6, 1))
LONG_AGO = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
BY = NewEvent("erasure", "u1", "Ada", "administrator", "retention", "", "retention")
RULES = pick_rules(read_retention_rules(Path(__file__).parents[2] / "geodata/retention.toml"), ON)
MONTHLY = (
    "SELECT ward_code, month, COUNT(*) AS incidents FROM incidents GROUP BY ward_code, month "
    "ORDER BY ward_code, month"
)


def home(number: int) -> str:
    return address_key("", f"{number} Nowhere Road")


def uprn(number: int) -> str:
    return address_key(f"10000000000{number}", "")


def put(connection: sa.Connection, model: type[Table], **values: Any) -> int:
    filled = model(**values).model_dump(exclude={"id"})
    result = connection.execute(sa.insert(table_of(model)).values(**filled))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def put_incident(connection: sa.Connection, held: int, name: str, when: Any, **more: Any) -> None:
    given = {
        "force": "F", "source_system": "S", "asb": True, "crime_type": "ASB",
        "occurred_from": when, "time_precision": "minute", "month": f"{when:%Y-%m}",
        "ward_code": "E05000001", "ward_by": "point", "lsoa_code": "E01000001",
        "easting": 500_000.0, "northing": 150_000.0, "location_precision": "exact",
        "victim_key": pseudonym("victim", name), "problem_key": pseudonym("problem", name),
        "event_key": pseudonym("event", name), "location_key": home(1),
    }  # fmt: skip
    put(connection, Incident, import_id=held, incident_id=name, **{**given, **more})


@pytest.fixture
def filled(database: Database) -> Database:
    ring = get_key_ring()
    with database.begin() as connection:
        held = start_import(
            connection, source="tests", file_name="a", content_hash="a", scope="", imported_by="t"
        )
        connection.execute(sa.update(table_of(Import)).values(imported_at=LONG_AGO))
        for number in (1, 2, 3, 4):
            put(
                connection, Location, import_id=held, location_key=home(number),
                precision="exact", sealed_address=ring.seal(f"{number} Nowhere Road"),
                uprn_key=uprn(number), postcode_key=pseudonym("postcode", "QX1"),
            )  # fmt: skip
        put(connection, Location, import_id=held, location_key="L-1", precision="snapped")
        put_incident(connection, held, "old", OLD)
        put_incident(connection, held, "edge", EDGE, location_key=home(2))
        put_incident(connection, held, "new", NEW, location_key=home(2))
        put_incident(connection, held, "open", OLD, location_key=home(3))
        put_incident(
            connection, held, "snapped", OLD, location_key="L-1", location_precision="snapped",
            victim_key="", problem_key="", event_key="",
        )  # fmt: skip
        case = {"import_id": held, "force": "F", "source_system": "S", "opened": OLD.date()}
        put(connection, Case, **case, case_id="open", victim_key=pseudonym("victim", "open"))
        for case_id, closed in (("old", dt.date(2019, 12, 31)), ("edge", dt.date(2020, 1, 1))):
            number = put(
                connection, Case, **case, case_id=case_id, closed=closed, ward_code="E05000001",
                location_key=home(4), victim_key=pseudonym("victim", case_id),
                sealed_extra=ring.seal("notes"), sealed_review_reason=ring.seal("why"),
            )  # fmt: skip
            put(connection, CaseUpdate, case_key=number, at=LONG_AGO, by="b", agency="a",
                sealed_text=ring.seal("said"))  # fmt: skip
            answers = {name: ring.seal("x") for name in sealed_columns()[table_of(RiskAssessment)]}
            put(
                connection, RiskAssessment, case_key=number, at=LONG_AGO, by="b",
                matrix_version="1", **answers, lowest=1, highest=1,
                lowest_band="standard", highest_band="standard",
            )  # fmt: skip
            put(connection, StandardStep, case_key=number, standard="s1", due=ON,
                sealed_not_possible=ring.seal("no"))  # fmt: skip
        for name, when in (("old", OLD), ("new", NEW)):
            put(
                connection, Call, import_id=held, force="F", source_system="S", call_id=name,
                called_at=when, month=f"{when:%Y-%m}", caller_key=pseudonym("caller", name),
                phone_key=pseudonym("phone", name), sealed_name=ring.seal(name),
                location_key=home(1) if name == "old" else home(2),
            )  # fmt: skip
            put(connection, CallerPlan, caller_key=pseudonym("caller", name),
                changed_at=LONG_AGO, changed_by="me")  # fmt: skip
        put(connection, LocationMerge, from_key=home(1), to_key=home(2), score=1,
            suggested_at=LONG_AGO)  # fmt: skip
        for closed in (LONG_AGO, None):
            put(
                connection, Action, title="Visit the Ns", about_kind="location",
                about_key=home(1), owner="o", due=ON, created_at=LONG_AGO, created_by="me",
                closed_at=closed, outcome="They were in",
            )  # fmt: skip
        put(connection, Refusal, import_id=held, row=1, column="Date", value="'32/13'", reason="r")
    return database


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_counts_by_ward_and_month_stay_the_same(filled: Database) -> None:
    before = filled.read_frame(MONTHLY)
    purge(filled, RULES, ON, BY)
    pd.testing.assert_frame_equal(filled.read_frame(MONTHLY), before)


def test_old_incident_loses_people_and_place_and_keeps_its_area(filled: Database) -> None:
    purge(filled, RULES, ON, BY)
    found = {
        row[0]: row[1:]
        for row in rows(
            filled,
            "SELECT incident_id, victim_key, problem_key, event_key, location_key, "
            "location_precision, easting, northing, ward_code, lsoa_code FROM incidents",
        )
    }
    assert found["old"] == ("", "", "", "", "none", None, None, "E05000001", "E01000001")
    assert found["edge"][0] == pseudonym("victim", "edge"), "the first day kept is kept"
    assert found["edge"][3:5] == (home(2), "exact")
    assert found["snapped"][3:5] == ("L-1", "snapped"), "a snapped place is nobody's"


def test_incident_of_an_open_case_is_kept_back(filled: Database) -> None:
    counts = purge(filled, RULES, ON, BY)
    assert counts[HELD_BACK] == 1
    kept = rows(filled, "SELECT victim_key, location_key FROM incidents WHERE incident_id = 'open'")
    assert kept == [(pseudonym("victim", "open"), home(3))]
    assert rows(filled, f"SELECT uprn_key FROM locations WHERE location_key = '{home(3)}'") == [
        (uprn(3),)
    ]


def test_counts_say_what_went(filled: Database) -> None:
    assert purge(filled, RULES, ON, BY) == {
        HELD_BACK: 1,
        "incidents: links to people": 1,
        "incidents: exact places": 1,
        "calls: callers and places": 1,
        "plans for callers": 1,
        "cases: people, places and texts": 1,
        "cases: updates": 1,
        "cases: answers about risk": 1,
        "cases: texts of standards": 1,
        "actions: what they were about": 1,
        "addresses": 0,
        "places": 0,
        "merges of places": 0,
        "survey answers": 0,
        "survey respondents": 0,
        "refused rows: values": 1,
    }


def test_place_goes_when_nothing_leads_to_it(filled: Database) -> None:
    with filled.begin() as connection:
        connection.exec_driver_sql("DELETE FROM actions WHERE closed_at IS NULL")
    counts = purge(filled, RULES, ON, BY)
    assert (counts["addresses"], counts["places"], counts["merges of places"]) == (1, 1, 1)
    held = {row[0] for row in rows(filled, "SELECT location_key FROM locations")}
    assert held == {home(2), home(3), home(4), "L-1"}


def test_erased_case_still_counts(filled: Database) -> None:
    purge(filled, RULES, ON, BY)
    assert rows(
        filled,
        "SELECT ward_code, closed IS NULL, victim_key, sealed_extra FROM cases "
        "WHERE case_id = 'old'",
    ) == [("E05000001", False, "", "")]
    kept = rows(filled, "SELECT victim_key, sealed_extra FROM cases WHERE case_id = 'edge'")[0]
    assert all(kept)
    assert len(rows(filled, "SELECT id FROM case_updates")) == 1


def test_dry_run_counts_the_same_and_changes_nothing(filled: Database) -> None:
    before = rows(filled, "SELECT * FROM incidents ORDER BY id")
    said = purge(filled, RULES, ON)
    assert rows(filled, "SELECT * FROM incidents ORDER BY id") == before
    assert verify(filled).events == 0
    assert purge(filled, RULES, ON, BY) == said


def test_erasure_is_logged_with_counts_and_a_second_one_finds_nothing(filled: Database) -> None:
    purge(filled, RULES, ON, BY)
    again = purge(filled, RULES, ON, BY)
    assert {name for name, count in again.items() if count} == {HELD_BACK}
    logged = search(filled, AuditFilters(event="erasure")).frame
    assert len(logged) == 1 and "incidents: links to people: 1" in logged["details"].iloc[0]
    assert verify(filled).ok


def test_erasure_empties_caches_of_records(filled: Database) -> None:
    before = held_version(filled)
    purge(filled, RULES, ON)
    assert held_version(filled) == before
    purge(filled, RULES, ON, BY)
    assert held_version(filled) != before


def test_error_on_the_way_erases_nothing(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("geodata.store.retention._purge_refusals", fail)
    with pytest.raises(ZeroDivisionError):
        purge(filled, RULES, ON, BY)
    assert rows(filled, "SELECT victim_key FROM incidents WHERE incident_id = 'old'")[0][0]


def test_nothing_erased_is_left_in_the_files(sqlite_database: Database) -> None:
    secret = pseudonym("victim", "somebody in particular")
    with sqlite_database.begin() as connection:
        held = start_import(
            connection, source="tests", file_name="a", content_hash="a", scope="", imported_by="t"
        )
        for number in range(200):
            put_incident(connection, held, f"I{number}", OLD, victim_key=secret)
    path = Path(str(sqlite_database.engine.url.database))
    files = [path, path.with_name(f"{path.name}-wal")]
    held_in = [file for file in files if secret.encode() in file.read_bytes()]
    assert held_in
    purge(sqlite_database, RULES, ON, BY)
    assert not [file for file in files if file.exists() and secret.encode() in file.read_bytes()]


def test_incident_without_a_place_keeps_its_ward_when_boundaries_change(
    filled: Database,
) -> None:
    from geodata.store.incidents import read_for_placing

    with filled.begin() as connection:
        connection.exec_driver_sql("UPDATE incidents SET lsoa_code = ''")
    purge(filled, RULES, ON, BY)
    assert len(read_for_placing(filled)) == 4
