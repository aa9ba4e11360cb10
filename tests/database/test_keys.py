"""Rotation of keys: every pseudonym and sealed text, all or nothing, and never a key lost."""

import datetime as dt
import hashlib
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geodata import sealing, settings
from geodata.addresses import address_key, pseudonym
from geodata.errors import DatabaseNotReadyError, KeyFileError
from geodata.sealing import (
    KeyRing,
    get_first_key_ring,
    get_key_ring,
    read_key_file,
    write_key_file,
)
from geodata.store import keys
from geodata.store.areas import table_of
from geodata.store.audit import NewEvent, record
from geodata.store.audit_chain import verify
from geodata.store.audit_search import AuditFilters, search
from geodata.store.database import Database, downgrade, is_ready, require_ready, upgrade
from geodata.store.imports import data_version, held_version, start_import
from geodata.store.models import (
    Action,
    Call,
    CallerPlan,
    Case,
    CaseUpdate,
    Incident,
    KeyState,
    Location,
    LocationMerge,
    Table,
)

BY = NewEvent("alteration", "u1", "Ada Admin", "administrator", "key", "", "security")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HOME = "Flat 2, 14 Nowhere Road, QX1 2AB"


@pytest.fixture
def own_keys(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of this test alone, with the key of the run in it."""
    path = tmp_path / "own.keys"
    shutil.copy(key_file, path)
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(path))
    settings.get_settings.cache_clear()
    return path


def put(connection: sa.Connection, model: type[Table], **values: Any) -> None:
    filled = model(**values).model_dump(exclude={"id"})
    connection.execute(sa.insert(table_of(model)).values(**filled))


def fill(database: Database, rows: int = 3) -> None:
    """Store a few records that hold each kind of pseudonym and of sealed text."""
    ring = get_key_ring()
    with database.begin() as connection:
        held = start_import(
            connection, source="tests", file_name="a", content_hash="a", scope="", imported_by="t"
        )
        for n in range(rows):
            home = address_key("", f"{n} Nowhere Road")
            given = {"import_id": held, "location_key": home}
            put(
                connection, Location, **given, precision="exact",
                sealed_address=ring.seal(f"{n} Nowhere Road"),
                postcode_key=pseudonym("postcode", f"QX{n}"), block_key=pseudonym("block", f"{n}"),
            )  # fmt: skip
            put(
                connection, Incident, **given, incident_id=f"I{n}", force="F", source_system="S",
                asb=True, crime_type="ASB", occurred_from=dt.datetime(2025, 1, 1),
                time_precision="minute", month="2025-01", victim_key=pseudonym("victim", f"v{n}"),
                problem_key=pseudonym("problem", f"p{n}"), event_key=pseudonym("event", f"e{n}"),
            )  # fmt: skip
            put(
                connection, Call, **given, force="F", source_system="S", call_id=f"C{n}",
                called_at=dt.datetime(2025, 1, 1), month="2025-01",
                caller_key=pseudonym("caller", f"c{n}"), phone_key=pseudonym("phone", f"{n}"),
                sealed_name=ring.seal(f"Name {n}"),
            )  # fmt: skip
            put(
                connection, Case, **given, force="F", source_system="S", case_id=f"K{n}",
                opened=dt.date(2025, 1, 1), victim_key=pseudonym("victim", f"v{n}"),
                sealed_extra=ring.seal("extra"),
            )  # fmt: skip
            put(connection, CaseUpdate, case_key=n + 1, at=NOW, by="b", agency="a",
                sealed_text=ring.seal(f"Said {n}"))  # fmt: skip
        put(
            connection, LocationMerge, from_key=address_key("", "0 Nowhere Road"),
            to_key=address_key("", "1 Nowhere Road"), score=1.0, suggested_at=NOW,
        )  # fmt: skip
        put(
            connection, CallerPlan, caller_key=pseudonym("caller", "c0"), changed_at=NOW,
            changed_by="me",
        )  # fmt: skip
        put(
            connection, Action, title="Visit", about_kind="location",
            about_key=address_key("", "0 Nowhere Road"), owner="o", due=dt.date(2026, 1, 1),
            created_at=NOW, created_by="me",
            evidence=f'{{"key": "{address_key("", "0 Nowhere Road")}", "incidents": 4}}',
        )  # fmt: skip


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every value of every column that keys have to do with."""
    with database.engine.connect() as connection:
        found = {}
        for columns in (keys.pseudonym_columns(), keys.sealed_columns()):
            for table, names in columns.items():
                query = sa.select(*(table.c[name] for name in names)).order_by(table.c.id)
                found[f"{table.name}: {names}"] = [tuple(row) for row in connection.execute(query)]
        return found


def held_in(database: Database, sql: str) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.exec_driver_sql(sql).scalars())


def state(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(sa.select(table_of(KeyState).c.generation)).scalar_one())


def test_every_column_of_a_key_or_sealed_text_is_found() -> None:
    pseudonyms = {f"{t.name}.{c}" for t, names in keys.pseudonym_columns().items() for c in names}
    assert {
        "incidents.location_key", "incidents.victim_key", "incidents.problem_key",
        "incidents.event_key", "locations.location_key", "locations.postcode_key",
        "locations.block_key", "calls.caller_key", "calls.phone_key", "calls.location_key",
        "cases.victim_key", "location_merges.from_key", "location_merges.to_key",
        "caller_plans.caller_key", "actions.about_key",
    } <= pseudonyms  # fmt: skip
    assert not any(name.startswith("audit_events") or "case_key" in name for name in pseudonyms)
    sealed = {f"{t.name}.{c}" for t, names in keys.sealed_columns().items() for c in names}
    assert {
        "locations.sealed_address", "calls.sealed_name", "cases.sealed_extra",
        "case_updates.sealed_text",
    } <= sealed  # fmt: skip


def test_new_database_is_in_the_newest_generation_and_nothing_is_logged(
    database: Database,
) -> None:
    assert is_ready(database) and state(database) == get_key_ring().generation
    assert verify(database).events == 0


def test_rotation_gives_the_keys_that_the_new_ring_makes(
    database: Database, own_keys: Path
) -> None:
    fill(database)
    before = contents(database)
    done = keys.rotate(database, BY)
    after = contents(database)
    assert done.generation == 2 == state(database) == get_key_ring().generation
    assert done.sealed_texts == 12
    for name, rows in after.items():
        old = {value for row in before[name] for value in row if value}
        new = {value for row in rows for value in row if value}
        assert len(new) == len(old) and not new & old, name
    wanted = [address_key("", f"{n} Nowhere Road") for n in range(3)]
    assert held_in(database, "SELECT location_key FROM locations ORDER BY id") == wanted
    assert held_in(database, "SELECT location_key FROM incidents ORDER BY id") == wanted
    assert held_in(database, "SELECT about_key FROM actions") == [wanted[0]]
    assert wanted[0] in held_in(database, "SELECT evidence FROM actions")[0]
    opened = [
        get_key_ring().open(t) for t in held_in(database, "SELECT sealed_text FROM case_updates")
    ]
    assert sorted(opened) == ["Said 0", "Said 1", "Said 2"]


def test_sealed_texts_need_the_new_key_after_rotation(database: Database, own_keys: Path) -> None:
    fill(database, rows=1)
    old = get_key_ring()
    keys.rotate(database, BY)
    with pytest.raises(KeyFileError):
        old.open(held_in(database, "SELECT sealed_address FROM locations")[0])


def test_rotation_is_logged_with_counts_and_the_chain_stays_whole(
    database: Database, own_keys: Path
) -> None:
    fill(database)
    record(database, BY)
    keys.rotate(database, BY)
    record(database, BY)
    keys.rotate(database, BY)
    found = verify(database)
    assert found.ok and found.events == 4, found.faults
    logged = search(database, AuditFilters()).frame
    assert logged["record_key"].tolist() == ["generation 3", "", "generation 2", ""]
    assert "sealed texts: 12" in logged["details"].iloc[0]


def test_search_by_the_key_of_today_finds_looks_from_before_rotations(
    database: Database, own_keys: Path
) -> None:
    for _ in range(3):
        for text in ("1 Nowhere Road", "2 Nowhere Road"):
            look = NewEvent(
                "consultation", "u1", "Ann", "analyst", "location", address_key("", text), "tasking"
            )
            record(database, look)
        keys.rotate(database, BY)
    found = search(database, AuditFilters(record_key=address_key("", "1 Nowhere Road")))
    assert found.frame["id"].tolist() == [7, 4, 1]


def test_points_and_snapped_places_keep_their_keys(database: Database, own_keys: Path) -> None:
    with database.begin() as connection:
        held = start_import(
            connection, source="tests", file_name="a", content_hash="a", scope="", imported_by="t"
        )
        for key in ("pt-500000-150000", "L-000001"):
            put(connection, Location, import_id=held, location_key=key, precision="snapped")
    assert keys.rotate(database, BY).pseudonyms == 0
    assert held_in(database, "SELECT location_key FROM locations ORDER BY id") == [
        "pt-500000-150000",
        "L-000001",
    ]


class Crash(Exception):  # noqa: N818 - stands for a killed process
    pass


def crash(*_given: Any, **_named: Any) -> None:
    raise Crash


def test_crash_before_the_new_key_is_written_changes_nothing(
    database: Database, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    before, file = contents(database), own_keys.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(keys, "write_key_file", crash)
        with pytest.raises(Crash):
            keys.rotate(database, BY)
    assert contents(database) == before and own_keys.read_bytes() == file


def test_crash_before_the_commit_leaves_the_new_key_pending(
    database: Database, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    before, home = contents(database), address_key("", HOME)
    with monkeypatch.context() as patch:
        patch.setattr(keys, "append", crash)
        with pytest.raises(Crash):
            keys.rotate(database, BY)
    ring = get_key_ring()
    assert contents(database) == before and state(database) == 1
    assert ring.generation == 1 and len(ring.pending) == 1
    assert address_key("", HOME) == home
    require_ready(database)
    assert keys.rotate(database, BY).generation == 2
    assert get_key_ring().secrets == ring.held and not get_key_ring().pending


def test_crash_after_the_commit_is_put_right_when_the_database_is_next_opened(
    database: Database, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    written: list[KeyRing] = []

    def write_once(path: Path, ring: KeyRing) -> None:
        if written:
            raise Crash
        written.append(ring)
        write_key_file(path, ring)

    with monkeypatch.context() as patch:
        patch.setattr(keys, "write_key_file", write_once)
        with pytest.raises(Crash):
            keys.rotate(database, BY)
    assert state(database) == 2 and get_key_ring().generation == 1
    sealed = held_in(database, "SELECT sealed_name FROM calls ORDER BY id")
    assert get_key_ring().open(sealed[0]) == "Name 0"
    assert verify(database).ok
    require_ready(database)
    assert get_key_ring().generation == 2
    assert address_key("", "0 Nowhere Road") in held_in(database, "SELECT location_key FROM cases")


def test_full_disk_while_writing_leaves_the_old_file(
    own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_keys.read_bytes()

    def no_room(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealing.os, "fsync", no_room)
    with pytest.raises(KeyFileError, match="cannot be written"):
        write_key_file(own_keys, get_key_ring().drafted())
    assert own_keys.read_bytes() == before and not list(own_keys.parent.glob("own.keys.*"))


def test_key_is_never_written_over(own_keys: Path) -> None:
    with pytest.raises(ValueError, match="holds keys that the ring does not"):
        write_key_file(own_keys, KeyRing((b"x" * 32,)))


def test_key_file_that_others_may_read_is_refused(own_keys: Path) -> None:
    own_keys.chmod(0o644)
    with pytest.raises(KeyFileError, match="read by others"):
        get_key_ring()


def test_another_key_file_is_refused(database: Database, own_keys: Path) -> None:
    own_keys.unlink()
    with pytest.raises(KeyFileError, match="missing"):
        require_ready(database)
    with pytest.raises(KeyFileError, match="missing"):
        upgrade(database)
    assert not own_keys.exists(), "a missing file is not replaced by a new one"
    get_first_key_ring()
    with pytest.raises(KeyFileError, match="belongs to another database"):
        require_ready(database)
    with pytest.raises(KeyFileError, match="belongs to another database"):
        fill(database)
    with pytest.raises(KeyFileError, match="belongs to another database"):
        upgrade(database)


def test_older_copy_of_the_key_file_is_refused(
    database: Database, own_keys: Path, tmp_path: Path
) -> None:
    shutil.copy(own_keys, tmp_path / "backup.keys")
    keys.rotate(database, BY)
    own_keys.unlink()
    shutil.copy(tmp_path / "backup.keys", own_keys)
    with pytest.raises(KeyFileError, match="older than the database"):
        require_ready(database)


def test_second_database_of_the_same_key_file_catches_up(
    sqlite_database: Database, database: Database, own_keys: Path, tmp_path: Path
) -> None:
    path = tmp_path / "second.sqlite3"
    second = type(database)(f"sqlite:///{path}", sa.create_engine(f"sqlite:///{path}"))
    upgrade(second)
    fill(second)
    keys.rotate(database, BY)
    assert not is_ready(second)
    with pytest.raises(DatabaseNotReadyError, match="wardlight db upgrade"):
        require_ready(second)
    with pytest.raises(DatabaseNotReadyError, match="behind its key file"):
        keys.rotate(second, BY)
    upgrade(second)
    assert is_ready(second)
    assert address_key("", "0 Nowhere Road") in held_in(second, "SELECT location_key FROM cases")


def test_old_database_without_keys_is_brought_to_the_newest(
    database: Database, own_keys: Path
) -> None:
    def plain(kind: str, text: str) -> str:
        digest = hashlib.blake2b(text.encode(), digest_size=12, person=kind.encode())
        return f"{kind}-{digest.hexdigest()}"

    downgrade(database, "0002")
    with database.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO imports (source, file_name, content_hash, scope, rows_read, rows_stored, "
            "rows_refused, rows_left_out, imported_at, imported_by, is_synthetic, details) VALUES "
            "('t', 'a', 'a', '', 0, 0, 0, 0, '2026-01-01', 'me', FALSE, '{}')"
        )
        uprns = ("00100012399", "100012345", "not known")
        keys_held = (plain("addr", "1 nowhere road"), "uprn-100012345", "pt-1-2")
        for key, uprn in zip(keys_held, uprns, strict=True):
            connection.exec_driver_sql(
                "INSERT INTO locations (import_id, location_key, uprn, precision, is_excluded, "
                "is_default_geocode, label) VALUES "
                f"((SELECT MAX(id) FROM imports), '{key}', '{uprn}', 'exact', FALSE, "
                "FALSE, '')"
            )
    upgrade(database)
    assert held_in(database, "SELECT location_key FROM locations ORDER BY id") == [
        address_key("", "1 Nowhere Road"),
        address_key("100012345", ""),
        "pt-1-2",
    ]
    assert held_in(database, "SELECT uprn_key FROM locations ORDER BY id") == [
        address_key("100012399", ""),
        address_key("100012345", ""),
        "",
    ]
    if database.is_sqlite:
        path = Path(str(database.engine.url.database))
        held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
        assert b"100012399" not in held and b"100012345" not in held
    assert state(database) == 1 and verify(database).ok and verify(database).events == 1
    upgrade(database)
    assert verify(database).events == 1


def test_import_and_rotation_never_mix_keys(database: Database, own_keys: Path) -> None:
    fill(database, rows=1)
    going, waited = threading.Event(), []

    def rotate() -> None:
        going.set()
        waited.append(keys.rotate(database, BY).pseudonyms)

    with database.begin() as connection:
        held = start_import(
            connection, source="tests", file_name="b", content_hash="b", scope="", imported_by="t"
        )
        other = threading.Thread(target=rotate)
        other.start()
        going.wait()
        late = address_key("", HOME)
        put(connection, Location, import_id=held, location_key=late, precision="exact")
    other.join(timeout=30)
    assert waited
    assert address_key("", HOME) in held_in(database, "SELECT location_key FROM locations")
    assert late not in held_in(database, "SELECT location_key FROM locations")


def test_import_that_began_before_a_rotation_is_refused(database: Database, own_keys: Path) -> None:
    ring = read_key_file(own_keys)
    keys.rotate(database, BY)
    write_key_file(own_keys, get_key_ring().settled(ring.generation))
    with pytest.raises(DatabaseNotReadyError, match="Pseudonyms of two keys are never mixed"):
        fill(database)


def test_two_rotations_at_once_follow_one_another(database: Database, own_keys: Path) -> None:
    fill(database)
    both = [threading.Thread(target=keys.rotate, args=(database, BY)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert state(database) == get_key_ring().generation == 3
    assert address_key("", "0 Nowhere Road") in held_in(database, "SELECT location_key FROM cases")
    assert verify(database).ok


def test_rotation_empties_caches_of_records_and_leaves_forecasts_current(
    database: Database, own_keys: Path
) -> None:
    fill(database)
    held, figures = held_version(database), data_version(database)
    keys.rotate(database, BY)
    assert held_version(database) != held
    assert data_version(database) == figures


def test_ring_shows_no_secret(own_keys: Path) -> None:
    ring = get_key_ring().drafted()
    assert repr(ring) == "KeyRing(1 generations)"
    assert ring.fingerprint(1) != ring.fingerprint(2)
    assert ring.fingerprint(1) not in own_keys.read_text(encoding="utf-8")
