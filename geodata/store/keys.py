"""Which keys the database is in, and the change to new ones.

Pseudonyms are in every text column whose name ends in ``_key``, sealed texts in every column
whose name begins with ``sealed_``; the audit log alone keeps what it was written with. All of
them are always in one generation of keys, which the table ``key_state`` names. A new key is in
the key file, pending, before the database changes over to it in one transaction, and in use
afterwards; after a crash in between, the next command puts the file right.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlmodel import AutoString

from geodata.addresses import KINDS, pseudonym
from geodata.errors import DatabaseNotReadyError, KeyFileError
from geodata.sealing import KeyRing, get_first_key_ring, write_key_file
from geodata.settings import get_settings
from geodata.store.areas import table_of
from geodata.store.audit import NewEvent, append, begin_log, is_begun
from geodata.store.database import Database, Transaction
from geodata.store.key_state import check_ring, require_ring
from geodata.store.models import AuditEvent, KeyState, Table

PSEUDONYM = re.compile(rf"\b({'|'.join(KINDS)})-([0-9a-f]{{24}})\b")
TEXTS = (("actions", "evidence"), ("location_merges", "evidence"))
"""Columns of longer texts in which pseudonyms may stand."""

_OLD_UPRN = re.compile(r"uprn-([1-9][0-9]{0,11})")
_CHUNK_ROWS = 5_000


@dataclass(frozen=True)
class Rekeyed:
    """What a change of keys changed.

    Attributes
    ----------
    generation : int
        Generation that the database is in now.
    pseudonyms : int
        Different pseudonyms that were replaced, however often each is held.
    sealed_texts : int
        Texts that were sealed anew.
    """

    generation: int
    pseudonyms: int
    sealed_texts: int


def pseudonym_columns() -> dict[sa.Table, list[str]]:
    """List the columns that hold pseudonyms, by table; the audit log is not among them."""
    return _columns(lambda column: column.name.endswith("_key"))


def sealed_columns() -> dict[sa.Table, list[str]]:
    """List the columns that hold sealed texts, by table."""
    return _columns(lambda column: column.name.startswith("sealed_"))


def advance(text: str, ring: KeyRing, since: int) -> str:
    """Turn every pseudonym of generation ``since`` in a text into one of the newest key."""
    if since == 0 and (plain := _OLD_UPRN.fullmatch(text)):
        return pseudonym("uprn", plain[1])
    return PSEUDONYM.sub(lambda found: f"{found[1]}-{ring.disguise(found[2], since)}", text)


def are_current(database: Database) -> bool:
    """Say whether the database is in the newest generation of the key file.

    A key that the database has changed over to, but that is still pending in the file after a
    crash, is made current first.

    Raises
    ------
    KeyFileError
        If the key file is not the one that the database was filled with, or an older copy.
    """
    with database.engine.connect() as connection:
        state = connection.execute(sa.select(table_of(KeyState))).first()
    generation = state.generation if state else 0
    if generation == 0:
        return False
    ring = check_ring(generation, state.fingerprint if state else "")
    if ring.generation < generation:
        _settle(database)
        return are_current(database)
    return ring.generation == generation


def _settle(database: Database) -> None:
    """Make the pending key of the file current, while nobody can write another one.

    Without the lock the file of a rotation that is under way would be written over, and the key
    it is about to fill the database with would be lost.
    """
    with database.begin() as connection:
        state = _lock(connection)
        ring = check_ring(state.generation, state.fingerprint)
        if ring.generation < state.generation:
            write_key_file(_path(), ring.settled(state.generation))


def hold_keys(connection: Transaction) -> None:
    """Keep the keys from being changed until this transaction ends, which writes pseudonyms.

    Raises
    ------
    KeyFileError
        If the key file is not the one that the database was filled with.
    DatabaseNotReadyError
        If the database is in another generation than the key file.
    """
    require_ring(connection, hold=True)


def catch_up(database: Database) -> Rekeyed | None:
    """Bring a new or older database to the newest key; None if it is there already.

    Digests from before there were keys count as generation 0. Only a database that was never
    filled with a key may have a key file made for it; its audit log begins with that.

    Raises
    ------
    KeyFileError
        If the key file is not the one that the database was filled with, or the database no
        longer says which keys it was filled with.
    """
    if are_current(database):
        return None
    with database.begin() as connection:
        state = _lock(connection)
        if state.generation == 0:
            _require_unkeyed(connection)
            ring = get_first_key_ring()
            begin_log(connection, ring)
        else:
            ring = check_ring(state.generation, state.fingerprint)
        done = _change(database, connection, ring, since=state.generation)
        if done.pseudonyms or done.sealed_texts:
            new = NewEvent(
                "alteration", "system", "wardlight db upgrade", "", "key", "", "security"
            )
            append(connection, _with_counts(new, done), ring)
    if state.generation == 0 and done.pseudonyms and database.is_sqlite:
        # UPRNs stood there in clear, and must not live on in free pages or the log beside it.
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.rollback()
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def rotate(database: Database, event: NewEvent) -> Rekeyed:
    """Make a new key and change every pseudonym and sealed text over to it.

    Parameters
    ----------
    database : Database
    event : NewEvent
        Who does it and why; logged in the same transaction, with counts.

    Returns
    -------
    Rekeyed

    Raises
    ------
    KeyFileError
        If the key file is not the one that the database was filled with, or cannot be written.
    DatabaseNotReadyError
        If the database has to catch up with the key file first.
    """
    if not are_current(database):
        raise DatabaseNotReadyError(
            "The database is behind its key file.",
            "The keys were rotated for another database that uses the same file.",
            "Run: wardlight db upgrade",
        )
    with database.begin() as connection:
        state = _lock(connection)
        held = check_ring(state.generation, state.fingerprint).settled(state.generation)
        drafted = held.drafted()
        write_key_file(_path(), drafted)
        ring = drafted.rotated()
        done = _change(database, connection, ring, since=state.generation)
        append(connection, _with_counts(event, done), ring)
    are_current(database)
    return done


def _columns(wanted: object) -> dict[sa.Table, list[str]]:
    assert callable(wanted)
    found = {
        table: [
            column.name
            for column in table.columns
            if isinstance(column.type, sa.String | AutoString) and wanted(column)
        ]
        for table in Table.metadata.sorted_tables
        if table is not table_of(AuditEvent)
    }
    return {table: columns for table, columns in found.items() if columns}


def _path() -> Path:
    return Path(get_settings().key_file)


def _require_unkeyed(connection: Transaction) -> None:
    if is_begun(connection):
        raise KeyFileError(
            "The database no longer says which keys it was filled with.",
            "It has an audit log, which begins with the first key, but no key is named.",
            "Put back the newest backup of the database.",
        )


def _lock(connection: Transaction) -> sa.Row:
    return connection.execute(sa.select(table_of(KeyState)).with_for_update()).one()


def _with_counts(event: NewEvent, done: Rekeyed) -> NewEvent:
    counts = {"pseudonyms": done.pseudonyms, "sealed texts": done.sealed_texts}
    return replace(
        event, record_key=f"generation {done.generation}", details={**event.details, **counts}
    )


def _change(database: Database, connection: Transaction, ring: KeyRing, since: int) -> Rekeyed:
    pseudonyms = _replace_pseudonyms(database, connection, ring, since)
    for name, column in TEXTS:
        _rewrite(connection, Table.metadata.tables[name], column, lambda x: advance(x, ring, since))
    sealed = sum(
        _rewrite(connection, table, column, ring.reseal)
        for table, columns in sealed_columns().items()
        for column in columns
    )
    values = {
        "generation": ring.generation,
        "fingerprint": ring.fingerprint(ring.generation),
    }
    connection.execute(sa.update(table_of(KeyState)).values(**values))
    return Rekeyed(ring.generation, pseudonyms, sealed)


def _replace_pseudonyms(
    database: Database, connection: Transaction, ring: KeyRing, since: int
) -> int:
    """Replace pseudonyms by means of a table of old and new ones, so that each is made once."""
    where = pseudonym_columns()
    every = sa.union(
        *(
            sa.select(t.c[name]).where(t.c[name] != "")
            for t, names in where.items()
            for name in names
        )
    )
    old = [str(key) for key in connection.execute(every).scalars()]
    pairs = pd.DataFrame({"old": old, "new": [advance(key, ring, since) for key in old]}, dtype=str)
    pairs = pairs[pairs["old"].ne(pairs["new"])]
    if pairs.empty:
        return 0
    table = sa.Table(
        "new_pseudonyms",
        sa.MetaData(),
        sa.Column("old", sa.String, primary_key=True),
        sa.Column("new", sa.String, nullable=False),
        prefixes=["TEMPORARY"],
    )
    table.create(connection)
    database.write_frame(connection, table, pairs)
    for target, names in where.items():
        changed = {
            name: sa.func.coalesce(
                sa.select(table.c.new).where(table.c.old == target.c[name]).scalar_subquery(),
                target.c[name],
            )
            for name in names
        }
        held = sa.or_(*(target.c[name] != "" for name in names))
        connection.execute(sa.update(target).where(held).values(changed))
    table.drop(connection)
    return len(pairs)


def _rewrite(connection: Transaction, table: sa.Table, column: str, change: object) -> int:
    assert callable(change)
    written = 0
    update = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values({column: sa.bindparam("text")})
    )
    for rows in _read_in_chunks(connection, table, column):
        changed = [{"row": row, "text": change(text)} for row, text in rows]
        connection.execute(update, changed)
        written += len(changed)
    return written


def _read_in_chunks(
    connection: Transaction, table: sa.Table, column: str
) -> Iterator[list[tuple[int, str]]]:
    last = 0
    while True:
        query = (
            sa.select(table.c.id, table.c[column])
            .where(table.c.id > last, table.c[column] != "")
            .order_by(table.c.id)
            .limit(_CHUNK_ROWS)
        )
        rows = [(int(row), str(text)) for row, text in connection.execute(query)]
        if not rows:
            return
        yield rows
        last = rows[-1][0]
