"""A key file that is lost or swapped while the server runs: nothing shown, nothing logged."""

import shutil
from pathlib import Path

import pytest

from dashboard.permissions import Actor, Role, acting_as
from dashboard.services import audit
from dashboard.services.call_check import check_call, check_record
from geodata import settings
from geodata.errors import DatabaseNotReadyError, KeyFileError
from geodata.sealing import KeyRing, get_first_key_ring, get_key_ring, write_key_file
from geodata.store import keys
from geodata.store.audit import NewEvent
from geodata.store.audit_chain import verify
from geodata.store.call_check import reading
from geodata.store.database import Database, open_database, require_ready, upgrade
from tests.call_rows import TODAY, CallRows

ADDRESS = "14 Example Road, Anytown, QX1 2AB"
NUMBER = "01632 960123"
BY = NewEvent("alteration", "u1", "Ada Admin", "administrator", "key", "", "security")
SERGEANT = Actor("test:sergeant", "Sergeant", frozenset({Role.SERGEANT}))


@pytest.fixture
def own_keys(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of this test alone, with the key of the run in it."""
    path = tmp_path / "own.keys"
    shutil.copy(key_file, path)
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(path))
    settings.get_settings.cache_clear()
    return path


@pytest.fixture
def rows(database: Database, own_keys: Path) -> CallRows:
    """A place with an incident and a call, one look at it logged, and a file that fits."""
    rows = CallRows(database)
    key = rows.place(ADDRESS)
    rows.incident("2026-10-30", location_key=key, victim_key="v1")
    rows.call("2026-10-30 20:00", "Ann", NUMBER)
    require_ready(database)
    assert ask(rows, ADDRESS) == "held"
    return rows


def ask(rows: CallRows, typed: str) -> str:
    """Say what a look-up in the running server comes to."""
    with acting_as(SERGEANT):
        found = check_call(rows.database, typed, "call_handling", today=TODAY)
    return "held" if found.is_held else "not held"


def lose(path: Path) -> None:
    path.unlink()


def swap(path: Path) -> None:
    path.unlink()
    get_first_key_ring()


def swap_in_place(path: Path) -> None:
    path.unlink()
    write_key_file(path, KeyRing((b"x" * 32, b"y" * 32)))


def make_unreadable(path: Path) -> None:
    path.write_text("{}", encoding="utf-8")


@pytest.mark.parametrize("harm", [lose, swap, swap_in_place, make_unreadable])
@pytest.mark.parametrize("typed", [ADDRESS, "QX1 2AB", NUMBER, "9 Nowhere Close", "INC-00001"])
def test_look_up_without_the_right_key_says_so_and_never_that_nothing_is_held(
    rows: CallRows, own_keys: Path, tmp_path: Path, harm, typed: str
) -> None:
    shutil.copy(own_keys, tmp_path / "kept.keys")
    harm(own_keys)
    with pytest.raises(KeyFileError):
        ask(rows, typed)
    assert own_keys.exists() == (harm is not lose), "no new file in the place of a missing one"
    shutil.copy(tmp_path / "kept.keys", own_keys)
    assert verify(rows.database).events == 1, "nothing was logged with another key"
    assert ask(rows, ADDRESS) == "held"
    assert verify(rows.database).ok and verify(rows.database).events == 2


@pytest.mark.parametrize("harm", [lose, swap, swap_in_place])
def test_nothing_is_logged_or_opened_without_the_right_key(
    rows: CallRows, own_keys: Path, tmp_path: Path, harm
) -> None:
    shutil.copy(own_keys, tmp_path / "kept.keys")
    harm(own_keys)
    with pytest.raises(KeyFileError):
        audit.log(rows.database, "consultation", "location", "addr-1", "tasking")
    with acting_as(SERGEANT), pytest.raises(KeyFileError):
        check_record(rows.database, "location", "addr-1", "call_handling", today=TODAY)
    shutil.copy(tmp_path / "kept.keys", own_keys)
    assert verify(rows.database).ok and verify(rows.database).events == 1


def test_server_that_is_behind_the_file_says_so(
    rows: CallRows, own_keys: Path, tmp_path: Path
) -> None:
    second = open_database(f"sqlite:///{tmp_path / 'second.sqlite3'}")
    upgrade(second)
    keys.rotate(second, BY)
    second.engine.dispose()
    with pytest.raises(DatabaseNotReadyError, match="keys were changed"):
        ask(rows, ADDRESS)
    upgrade(rows.database)
    assert ask(rows, ADDRESS) == "held"
    assert verify(rows.database).ok


def test_keys_that_change_during_a_look_up_are_noticed(rows: CallRows, own_keys: Path) -> None:
    with (
        pytest.raises(DatabaseNotReadyError, match="keys were changed"),
        reading(rows.database) as here,
    ):
        here.read_frame("SELECT id FROM locations")
        if rows.database.is_sqlite:
            write_key_file(own_keys, get_key_ring().rotated())
        else:
            keys.rotate(rows.database, BY)


def test_database_that_forgot_its_keys_is_not_keyed_anew(rows: CallRows, own_keys: Path) -> None:
    with rows.database.begin() as connection:
        connection.exec_driver_sql("UPDATE key_state SET generation = 0, fingerprint = ''")
    with pytest.raises(DatabaseNotReadyError):
        ask(rows, ADDRESS)
    own_keys.unlink()
    with pytest.raises(KeyFileError, match="no longer says which keys"):
        upgrade(rows.database)
    assert not own_keys.exists()
