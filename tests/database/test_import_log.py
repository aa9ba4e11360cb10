"""Imports are logged as collection with what they stored, and only if they stored it."""

import json
from pathlib import Path

import pytest

from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import importing
from geodata.errors import UserFacingError
from geodata.ingest import ImportOptions
from geodata.store.database import Database
from geodata.store.status import read_status
from tests.unit.test_cli import STREET


@pytest.fixture
def street(tmp_path: Path) -> Path:
    path = tmp_path / "2025-01-kent-street.csv"
    path.write_text(STREET + STREET.splitlines()[1].replace("2025-01", "January") + "\n")
    return path


def events(database: Database) -> list[dict]:
    return database.read_frame(
        "SELECT event, record_kind, record_key, user_name, details FROM audit_events"
    ).to_dict("records")


def test_import_is_logged_with_what_it_stored(database: Database, street: Path) -> None:
    importing.import_paths(database, "police-uk", [street], ImportOptions(dry_run=True))
    assert not events(database), "a dry run collects nothing"
    importing.import_paths(database, "police-uk", [street], ImportOptions())
    event = events(database)[0]
    assert event["event"] == "collection" and event["record_kind"] == "import"
    assert event["record_key"] == "police-uk" and event["user_name"] == "tests"
    details = json.loads(event["details"])
    assert (details["files"], details["rows stored"], details["rows refused"]) == (1, 1, 1)


def test_import_that_stores_nothing_leaves_no_event(
    sqlite_database: Database, street: Path
) -> None:
    with pytest.raises(UserFacingError):
        importing.import_paths(sqlite_database, "police-uk", [street], ImportOptions(strict=True))
    assert not events(sqlite_database)


def test_import_that_cannot_be_logged_stores_nothing(
    sqlite_database: Database, street: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given, **named) -> int:
        raise OSError("the log cannot be written")

    monkeypatch.setattr(importing.audit, "log", fail)
    with pytest.raises(OSError):
        importing.import_paths(sqlite_database, "police-uk", [street], ImportOptions())
    assert read_status(sqlite_database)["incidents"] == 0


def test_who_may_not_import_stores_nothing(sqlite_database: Database, street: Path) -> None:
    with (
        acting_as(Actor("test:someone", "someone", frozenset({Role.SERGEANT}))),
        pytest.raises(NotAllowedError, match="Your role"),
    ):
        importing.import_paths(sqlite_database, "police-uk", [street], ImportOptions())
    assert read_status(sqlite_database)["incidents"] == 0
