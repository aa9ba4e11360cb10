"""The audit log: only added to, one chain under many writers; broken on purpose, and found."""

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from geodata.errors import DatabaseNotReadyError
from geodata.sealing import get_key_ring
from geodata.store.audit import NewEvent, append, record
from geodata.store.audit_chain import verify
from geodata.store.audit_search import AuditFilters, search
from geodata.store.database import Database, upgrade

COLUMNS = (
    "at, event, user_id, user_name, roles, record_kind, record_key, reason, reason_text, "
    "recipient, details, previous_hash, hash"
)


def look(record_key: str = "addr-1", **changes: str) -> NewEvent:
    given = {
        "event": "consultation", "user_id": "u1", "user_name": "Ann Analyst", "roles": "analyst",
        "record_kind": "location", "record_key": record_key, "reason": "victim_care",
    }  # fmt: skip
    return NewEvent(**{**given, **changes})


@pytest.fixture
def logged(database: Database) -> Database:
    """A database with ten events."""
    for number in range(1, 11):
        record(database, look(f"addr-{number}", details={"rows": number}))
    return database


def unlock(connection: sa.Connection) -> None:
    """Take away what the database itself does against changes, as an owner of it could."""
    if connection.dialect.name == "sqlite":
        for name in ("no_update", "no_delete", "next_number"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_events_{name}")
    else:
        for name in ("no_change", "next_number"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_events_{name} ON audit_events")


def tamper(database: Database, *statements: str) -> None:
    with database.begin() as connection:
        unlock(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_untouched_log_is_whole(logged: Database) -> None:
    found = verify(logged)
    assert found.ok and found.events == 10 and not found.faults
    with logged.engine.connect() as connection:
        assert found.head_hash == connection.exec_driver_sql("SELECT hash FROM audit_head").scalar()


def test_empty_log_is_whole_unless_an_event_was_noted(database: Database) -> None:
    assert verify(database).ok
    found = verify(database, expect=(3, "ab"))
    assert found.faults == ("Event 3 was noted, but the log ends with event 0.",)
    assert verify(database, expect=(0, found.head_hash)).ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET reason_text = 'other' WHERE id = 3",
        "DELETE FROM audit_events WHERE id = 3",
        "DELETE FROM audit_events",
        f"INSERT INTO audit_events (id, {COLUMNS}) SELECT 3, {COLUMNS} FROM audit_events "
        "WHERE id = 3 ON CONFLICT (id) DO UPDATE SET reason_text = 'other'",
        f"INSERT INTO audit_events (id, {COLUMNS}) SELECT 3, {COLUMNS} FROM audit_events "
        "WHERE id = 3 ON CONFLICT (id) DO NOTHING",
        *(
            f"INSERT INTO audit_events (id, {COLUMNS}) SELECT {number}, {COLUMNS} "
            "FROM audit_events WHERE id = 3"
            for number in (-1, 0, 3, 12)
        ),
    ],
)
def test_database_itself_refuses_changes(logged: Database, statement: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match="the audit log is only added to"),
        logged.begin() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert verify(logged).events == 10 and verify(logged).ok


@pytest.mark.parametrize("words", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_sqlite_refuses_to_replace_an_event(sqlite_database: Database, words: str) -> None:
    record(sqlite_database, look())
    with (
        pytest.raises(sa.exc.DBAPIError, match="the audit log is only added to"),
        sqlite_database.begin() as connection,
    ):
        connection.exec_driver_sql(
            f"{words} INTO audit_events (id, {COLUMNS}) SELECT 1, "
            f"{COLUMNS.replace('user_name', repr('other'))} FROM audit_events WHERE id = 1"
        )
    assert verify(sqlite_database).ok


@pytest.mark.postgresql
def test_postgresql_refuses_to_empty_the_table(postgresql_database: Database) -> None:
    record(postgresql_database, look())
    with (
        pytest.raises(sa.exc.DBAPIError, match="the audit log is only added to"),
        postgresql_database.begin() as connection,
    ):
        connection.exec_driver_sql("TRUNCATE audit_events")


SWAP = (
    "UPDATE audit_events SET id = 99 WHERE id = 4",
    "UPDATE audit_events SET id = 4 WHERE id = 5",
    "UPDATE audit_events SET id = 5 WHERE id = 99",
)
HEAD_TO_9 = "UPDATE audit_head SET events = 9, hash = (SELECT hash FROM audit_events WHERE id = 9)"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("UPDATE audit_events SET user_name = 'X' WHERE id = 4",), {"Event 4 was changed."}),
        (("UPDATE audit_events SET details = 'no' WHERE id = 4",), {"Event 4 was changed."}),
        (("UPDATE audit_events SET hash = 'ab' WHERE id = 4",), {"Event 4 was changed."}),
        (("DELETE FROM audit_events WHERE id = 4",), {"Event 4 is missing."}),
        (("DELETE FROM audit_events WHERE id IN (1, 2)",), {"Events 1 to 2 are missing."}),
        (("DELETE FROM audit_events WHERE id > 8",), {"Events 9 to 10 are missing."}),
        (
            ("DELETE FROM audit_events WHERE id = 10", HEAD_TO_9),
            {"The head of the log was changed."},
        ),
        (
            SWAP,
            {
                "Event 4 is out of order: what stands there is event 5.",
                "Event 5 is out of order: what stands there is event 4.",
            },
        ),
        (("DELETE FROM audit_head",), {"The head of the log is missing."}),
        (("UPDATE audit_head SET seal = 'ab'",), {"The head of the log was changed."}),
        (("UPDATE audit_head SET events = 12",), {"The head of the log was changed."}),
        (("DELETE FROM audit_events",), {"Events 1 to 10 are missing."}),
        (
            ("DELETE FROM audit_events", "DELETE FROM audit_head"),
            {"The head of the log is missing."},
        ),
        (
            ("DELETE FROM audit_events", "UPDATE audit_head SET events = 0, hash = ''"),
            {"The head of the log was changed."},
        ),
        (("DROP TABLE audit_events",), {"The table audit_events is missing."}),
        (
            ("DROP TABLE audit_events", "DELETE FROM audit_head"),
            {"The table audit_events is missing."},
        ),
        (("DROP TABLE audit_head",), {"The table audit_head is missing."}),
        (("DROP TABLE key_state",), {"The table key_state is missing."}),
        (
            ("DROP TABLE audit_events", "CREATE TABLE audit_events (id INTEGER)"),
            {"The table audit_events lacks columns."},
        ),
        (
            ("INSERT INTO audit_head SELECT 2, events, hash, seal FROM audit_head",),
            {"The log has more than one head."},
        ),
        (("UPDATE audit_events SET hash = 'é' WHERE id = 4",), {"Event 4 was changed."}),
        (
            ("UPDATE audit_events SET previous_hash = 'é' WHERE id = 4",),
            {"Event 4 was changed."},
        ),
        (
            ("UPDATE audit_events SET details = '{\"generation\": Infinity}' WHERE id = 4",),
            {"Event 4 was changed."},
        ),
        (("UPDATE audit_events SET details = '[]' WHERE id = 4",), {"Event 4 was changed."}),
        (
            (f"UPDATE audit_events SET details = '{'[' * 100_000}' WHERE id = 4",),
            {"Event 4 was changed."},
        ),
        (("UPDATE audit_head SET seal = 'é'",), {"The head of the log was changed."}),
        (("UPDATE audit_head SET hash = 'é'",), {"The head of the log was changed."}),
        (
            ("UPDATE audit_events SET hash = 'é' WHERE id = 10",),
            {"Event 10 was changed.", "Event 10 is not the one that the head names."},
        ),
    ],
)  # fmt: skip
def test_broken_chain_is_found_and_said_where(
    logged: Database, statements: tuple[str, ...], said: set[str]
) -> None:
    tamper(logged, *statements)
    found = verify(logged)
    assert not found.ok
    assert all(any(one in fault for fault in found.faults) for one in said), found.faults


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("audit_events SET reason_text = CAST(reason_text AS BLOB) WHERE id = 4", "Event 4 was"),
        ("audit_events SET reason_text = CAST(x'ff' AS TEXT) WHERE id = 4", "Event 4 was"),
        ("audit_events SET details = x'ff' WHERE id = 4", "Event 4 was"),
        ("audit_events SET hash = x'ff' WHERE id = 4", "Event 4 was"),
        ("audit_events SET hash = CAST(x'ff' AS TEXT) WHERE id = 10", "Event 10 was"),
        ("audit_head SET events = 'abc'", "The head of the log was"),
        ("audit_head SET events = 10.5", "The head of the log was"),
        ("audit_head SET hash = CAST(x'ff' AS TEXT)", "The head of the log was"),
        ("audit_head SET seal = x'ff'", "The head of the log was"),
    ],
)
def test_values_of_other_types_are_faults(
    sqlite_database: Database, statement: str, said: str
) -> None:
    for number in range(1, 11):
        record(sqlite_database, look(f"addr-{number}"))
    tamper(sqlite_database, f"UPDATE {statement}")
    found = verify(sqlite_database)
    assert f"{said} changed." in found.faults
    assert found.head_hash.isascii()


def test_numbers_of_other_types_in_a_table_made_anew_are_faults(sqlite_database: Database) -> None:
    record(sqlite_database, look())
    tamper(
        sqlite_database,
        "DROP TABLE audit_events",
        f"CREATE TABLE audit_events (id, {COLUMNS})",
        *(f"INSERT INTO audit_events (id) VALUES ({value})" for value in ("NULL", "'x'", "1")),
    )
    faults = verify(sqlite_database).faults
    assert faults.count("An event has something else than a number.") == 2
    assert "Event 1 was changed." in faults


def test_emptied_log_is_not_begun_anew(logged: Database) -> None:
    tamper(logged, "DELETE FROM audit_events", "DELETE FROM audit_head")
    with pytest.raises(DatabaseNotReadyError, match="lost its head"):
        record(logged, look())
    upgrade(logged)
    assert verify(logged).faults == ("The head of the log is missing.",)


def test_log_of_a_database_without_keys_may_have_no_head_until_something_is_held(
    database: Database,
) -> None:
    tamper(
        database,
        "DELETE FROM audit_head",
        "UPDATE key_state SET generation = 0, fingerprint = ''",
    )
    assert verify(database).ok
    with database.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO imports (source, file_name, content_hash, scope, rows_read, rows_stored, "
            "rows_refused, rows_left_out, imported_at, imported_by, is_synthetic, details) VALUES "
            "('t', 'a', 'a', '', 0, 0, 0, 0, '2026-01-01', 'me', FALSE, '{}')"
        )
    assert verify(database).faults == ("The head of the log is missing.",)


def test_forged_event_of_somebody_without_the_key_is_found(logged: Database) -> None:
    with logged.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO audit_events (id, {COLUMNS}) SELECT 11, {COLUMNS} FROM audit_events "
            "WHERE id = 10"
        )
    assert verify(logged).faults[0] == "Event 11 was changed."


def test_older_state_put_back_is_found_by_a_noted_head(logged: Database) -> None:
    noted = verify(logged)
    with logged.engine.connect() as connection:
        old_head = connection.exec_driver_sql("SELECT events, hash, seal FROM audit_head").one()
    record(logged, look("addr-11"))
    later = verify(logged)
    tamper(
        logged,
        "DELETE FROM audit_events WHERE id = 11",
        "UPDATE audit_head SET events = {}, hash = '{}', seal = '{}'".format(*old_head),
    )
    assert verify(logged).ok
    assert verify(logged, expect=(noted.events, noted.head_hash)).ok
    assert verify(logged, expect=(later.events, later.head_hash)).faults == (
        "Event 11 was noted, but the log ends with event 10.",
    )
    assert verify(logged, expect=(10, later.head_hash)).faults == (
        "Event 10 is not the one that was noted: the log was replaced or rewritten.",
    )


def test_wrong_key_file_is_told_from_a_changed_log(logged: Database) -> None:
    other = type(get_key_ring())((b"0" * 32,))
    assert verify(logged, other).faults[0].startswith("No event fits the key file")


def test_events_of_an_older_key_still_verify(logged: Database) -> None:
    ring = get_key_ring().rotated()
    with logged.begin() as connection:
        append(connection, look("addr-11"), ring)
    assert verify(logged, ring).ok
    tamper(logged, "UPDATE audit_events SET reason = 'tasking' WHERE id = 2")
    assert verify(logged, ring).faults == ("Event 2 was changed.",)


def test_many_faults_are_counted_not_all_listed(logged: Database, monkeypatch) -> None:
    monkeypatch.setattr("geodata.store.audit_chain.FAULTS_SAID", 3)
    tamper(logged, "UPDATE audit_events SET user_name = 'X' WHERE id > 2")
    assert verify(logged).faults[-1] == "5 further faults were found."


def test_chunks_of_any_size_give_the_same(logged: Database, monkeypatch) -> None:
    monkeypatch.setattr("geodata.store.audit_chain.CHUNK_ROWS", 3)
    assert verify(logged).ok and verify(logged).events == 10


def test_events_of_threads_stand_in_one_chain(database: Database) -> None:
    def write(writer: int) -> None:
        for number in range(15):
            record(database, look(f"addr-{writer}-{number}"))

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(timeout=60)
    found = verify(database)
    assert found.ok and found.events == 60, found.faults


WRITER = """
import sys
from geodata.store.audit import NewEvent, record
from geodata.store.database import open_database
opened = open_database(sys.argv[1])
for number in range(15):
    record(opened, NewEvent("consultation", sys.argv[2], "", "", "location", "", "tasking"))
"""


def test_events_of_processes_stand_in_one_chain(database: Database) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, database.url, str(number)])
        for number in range(2)
    ]
    assert [process.wait(timeout=200) for process in started] == [0, 0]
    found = verify(database)
    assert found.ok and found.events == 30, found.faults


def test_log_is_checked_while_others_write(database: Database) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            record(database, look())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [verify(database) for _ in range(10)]
    finally:
        stop.set()
        writer.join(timeout=30)
    assert all(one.ok for one in found), [one.faults for one in found if not one.ok]


def test_event_falls_with_its_transaction(logged: Database) -> None:
    with pytest.raises(ZeroDivisionError), logged.begin() as connection:
        append(connection, look("addr-11"))
        raise ZeroDivisionError
    assert verify(logged).events == 10 and verify(logged).ok


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (AuditFilters(), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (AuditFilters(limit=2), [10, 9]),
        (AuditFilters(user="ANALYST", record_key="addr-4"), [4]),
        (AuditFilters(user="u1", event="consultation", reason="victim_care", limit=1), [10]),
        (AuditFilters(user="%"), []),
        (AuditFilters(event="erasure"), []),
        (AuditFilters(record_kind="case"), []),
        (AuditFilters(last=dt.date(2020, 1, 1)), []),
        (AuditFilters(first=dt.date(2020, 1, 1), limit=1), [10]),
    ],
)
def test_search_finds_what_matches_newest_first(
    logged: Database, filters: AuditFilters, ids: list[int]
) -> None:
    found = search(logged, filters)
    assert found.frame["id"].tolist() == ids
    assert found.total == (10 if filters.limit < 10 else len(ids))


def test_days_of_a_search_are_local(database: Database, freeze: Callable[[str], None]) -> None:
    freeze("2024-06-16T23:30:00+00:00")
    record(database, look())
    day = dt.date(2024, 6, 17)
    assert search(database, AuditFilters(first=day, last=day)).total == 1
    found = search(database, AuditFilters())
    assert found.frame["at"].iloc[0].strftime("%d %B %Y %H:%M") == "17 June 2024 00:30"
    assert search(database, AuditFilters(last=dt.date(2024, 6, 16))).total == 0


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stop the clock that events are stamped with."""

    def stop(text: str) -> None:
        class Stopped(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
                return dt.datetime.fromisoformat(text).astimezone(tz)

        monkeypatch.setattr("geodata.store.audit.dt.datetime", Stopped)

    return stop
