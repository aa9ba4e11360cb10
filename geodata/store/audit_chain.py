"""Is the audit log whole? Every event, every link between two and the head are checked.

What cannot be seen from the log alone: an older state of the whole database put back in place of
a newer one. A head that was noted elsewhere (number and seal of an event) shows even that.
"""

import hmac
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from geodata.sealing import KeyRing, get_key_ring
from geodata.store.areas import table_of
from geodata.store.audit import START, text_of
from geodata.store.database import Database, Transaction
from geodata.store.models import AuditEvent, AuditHead, Import, KeyState

CHUNK_ROWS = 10_000
FAULTS_SAID = 50
"""Faults that are told one by one; further ones are counted."""

_MOVED_CHECKED = 200
"""Events that do not fit their number and are tried with the numbers of one another."""


@dataclass(frozen=True)
class Verification:
    """Whether the audit log is whole.

    Attributes
    ----------
    ok : bool
        True if nothing was found.
    events : int
        Events that are there.
    head_hash : str
        Seal of the newest event; with ``events`` it is what to note elsewhere.
    faults : tuple of str
        What was found, each with the number of the event.
    """

    ok: bool
    events: int
    head_hash: str
    faults: tuple[str, ...]


@dataclass
class _Walk:
    """What is known on the way from the first event to the last."""

    ring: KeyRing
    events: int = 0
    last: int = 0
    hash: str = START
    faults: list[str] = field(default_factory=list)
    unfit: list[dict[str, Any]] = field(default_factory=list)
    noted: tuple[int, str] | None = None
    noted_fits: bool = False


def verify(
    database: Database, ring: KeyRing | None = None, expect: tuple[int, str] | None = None
) -> Verification:
    """Check the whole audit log against its seals, its links, its head and a noted head.

    Parameters
    ----------
    database : Database
    ring : KeyRing, optional
        Keys that the log was sealed with; default the key file. Each event says which key.
    expect : tuple of int and str, optional
        Number and seal of an event that was noted elsewhere.

    Returns
    -------
    Verification

    Notes
    -----
    Reads in chunks, so its memory does not grow with the log; its time grows in proportion.
    """
    walk = _Walk(ring or get_key_ring(), noted=expect, noted_fits=expect == (0, START))
    engine = database.engine
    if not database.is_sqlite:
        # Events that are added meanwhile must not look like a head that does not fit.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, _any_text(connection):
        if gone := _name_gone(connection):
            return Verification(False, 0, START, gone)
        heads = connection.execute(sa.select(table_of(AuditHead))).all()
        may_be_headless = _is_unused(connection)
        for rows in _read_in_chunks(connection):
            for row in rows:
                _look_at(walk, row)
    _name_unfit(walk)
    if heads or walk.events or not may_be_headless:
        _look_at_heads(walk, heads)
    if expect and not walk.noted_fits:
        walk.faults.append(
            f"Event {expect[0]} is not the one that was noted: the log was replaced or rewritten."
            if expect[0] <= walk.last
            else f"Event {expect[0]} was noted, but the log ends with event {walk.last}."
        )
    return Verification(not walk.faults, walk.events, _plain(walk.hash), _shorten(walk.faults))


@contextmanager
def _any_text(connection: Transaction) -> Iterator[None]:
    """Let SQLite give texts that are no UTF-8 too: somebody may have written them."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.text_factory = lambda held: held.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _name_gone(connection: Transaction) -> tuple[str, ...]:
    found = sa.inspect(connection)
    faults = []
    for model in (AuditEvent, AuditHead, KeyState):
        table = table_of(model)
        if not found.has_table(table.name):
            faults.append(f"The table {table.name} is missing.")
        elif {column.name for column in table.columns} - {
            column["name"] for column in found.get_columns(table.name)
        }:
            faults.append(f"The table {table.name} lacks columns.")
    return tuple(faults)


def _is_unused(connection: Transaction) -> bool:
    """Say whether the database never had a key and holds nothing: the log begins with the key."""
    generation = connection.execute(sa.select(table_of(KeyState).c.generation)).scalar()
    held = connection.execute(sa.select(table_of(Import).c.id).limit(1)).first()
    return generation == 0 and held is None


def _plain(text: object) -> str:
    return str(text).encode("ascii", "replace").decode()


def _is_same(seal: str, held: object) -> bool:
    """Compare with what is held, which may be of any type after somebody wrote to the table."""
    return hmac.compare_digest(_plain(seal), _plain(held))


def _look_at(walk: _Walk, row: dict[str, Any]) -> None:
    number = row["id"]
    if not isinstance(number, int):
        walk.faults.append("An event has something else than a number.")
        walk.events += 1
        return
    follows = number == walk.last + 1
    if number > walk.last + 1:
        walk.faults.append(_say_missing(walk.last + 1, number - 1))
    elif not follows:
        walk.faults.append(f"Event {number} has a number that no event can have.")
    fits = _fits(walk.ring, number, row)
    if not fits:
        walk.unfit.append(row)
    elif follows and not _is_same(walk.hash, row["previous_hash"]):
        walk.faults.append(f"Event {number} does not follow event {number - 1} as it is now.")
    if walk.noted and walk.noted[0] == number:
        walk.noted_fits = fits and _is_same(walk.noted[1], row["hash"])
    walk.events += 1
    walk.last = max(walk.last, number)
    walk.hash = str(row["hash"])


def _fits(ring: KeyRing, number: int, row: dict[str, Any]) -> bool:
    """Say whether the seal of an event is right, were it the one of this number."""
    try:
        generation = int(json.loads(row["details"])["generation"])
        if not 1 <= generation <= len(ring.held):
            return False
        seal = ring.sign(text_of(number, row), generation)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return False
    return _is_same(seal, row["hash"])


def _name_unfit(walk: _Walk) -> None:
    """Tell events that were changed from events that stand in each other's place."""
    numbers = [int(row["id"]) for row in walk.unfit[:_MOVED_CHECKED]]
    for row in walk.unfit:
        number = int(row["id"])
        fitting = [other for other in numbers if other != number and _fits(walk.ring, other, row)]
        if fitting:
            walk.faults.append(
                f"Event {number} is out of order: what stands there is event {fitting[0]}."
            )
        else:
            walk.faults.append(f"Event {number} was changed.")
    if walk.events and len(walk.unfit) == walk.events:
        walk.faults.insert(0, "No event fits the key file: check first that it is the right one.")


def _look_at_heads(walk: _Walk, heads: Sequence[sa.Row]) -> None:
    if len(heads) != 1:
        walk.faults.append(
            "The log has more than one head." if heads else "The head of the log is missing."
        )
        return
    head = heads[0]
    text = f"head {head.events} {_plain(head.hash)}"
    generations = range(len(walk.ring.held), 0, -1)
    if not any(_is_same(walk.ring.sign(text, g), head.seal) for g in generations):
        walk.faults.append("The head of the log was changed.")
    if not isinstance(head.events, int):
        return
    if head.events > walk.last:
        walk.faults.append(f"The end is cut off. {_say_missing(walk.last + 1, head.events)}")
    elif head.events < walk.last:
        walk.faults.append(
            f"The head counts {head.events} events, but the log ends with event {walk.last}."
        )
    elif head.hash != walk.hash:
        walk.faults.append(f"Event {walk.last} is not the one that the head names.")


def _say_missing(first: int, last: int) -> str:
    if first == last:
        return f"Event {first} is missing."
    return f"Events {first} to {last} are missing."


def _shorten(faults: list[str]) -> tuple[str, ...]:
    if len(faults) <= FAULTS_SAID:
        return tuple(faults)
    return (*faults[:FAULTS_SAID], f"{len(faults) - FAULTS_SAID:,} further faults were found.")


def _read_in_chunks(connection: Transaction) -> Iterator[list[dict[str, Any]]]:
    table = table_of(AuditEvent)
    last: int | None = None
    while True:
        query = sa.select(table).order_by(table.c.id).limit(CHUNK_ROWS)
        if last is not None:
            query = query.where(table.c.id > last)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if rows:
            yield rows
        last = rows[-1]["id"] if rows else None
        if not isinstance(last, int):
            return
