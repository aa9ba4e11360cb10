"""Look events of the audit log up: by day, person, kind, record and reason.

A change of keys changes every pseudonym but not the log, whose events are sealed. So events of
one record stand under one key for each generation; a search by the key of today finds them all.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.keys import PSEUDONYM, advance
from geodata.store.models import AuditEvent

LOCAL = ZoneInfo("Europe/London")
SHOWN = 500
COLUMNS = (
    "id", "at", "event", "user_id", "user_name", "roles", "record_kind", "record_key", "reason",
    "reason_text", "recipient", "details",
)  # fmt: skip


@dataclass(frozen=True)
class AuditFilters:
    """Which events are meant; an empty field means any.

    Attributes
    ----------
    first, last : date, optional
        Local days, both included.
    user : str
        Part of the name or of the id of a person, in any case.
    event, record_kind, reason : str
        Exactly as logged.
    record_key : str
        Key of a record as it is today.
    limit : int
        At most so many events, the newest.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    user: str = ""
    event: str = ""
    record_kind: str = ""
    record_key: str = ""
    reason: str = ""
    limit: int = SHOWN

    def in_words(self) -> dict[str, str]:
        """Give the filters that are set, for the record of a search."""
        said = {
            "from": self.first and self.first.isoformat(),
            "to": self.last and self.last.isoformat(),
            "user": self.user,
            "event": self.event,
            "record kind": self.record_kind,
            "record key": self.record_key,
            "reason": self.reason,
        }
        return {name: str(value) for name, value in said.items() if value}


@dataclass(frozen=True)
class FoundEvents:
    """Events that were asked for.

    Attributes
    ----------
    frame : DataFrame
        Columns of the log without its seals, newest first; ``at`` is local time.
    total : int
        Events that match, shown or not.
    """

    frame: pd.DataFrame
    total: int


def search(database: Database, filters: AuditFilters) -> FoundEvents:
    """Look events up, newest first; people and days are those of the log."""
    table = table_of(AuditEvent)
    with database.engine.connect() as connection:
        wanted = _conditions(connection, filters)
        total = connection.execute(
            sa.select(sa.func.count()).select_from(table).where(*wanted)
        ).scalar_one()
        query = (
            sa.select(*(table.c[name] for name in COLUMNS))
            .where(*wanted)
            .order_by(table.c.id.desc())
            .limit(filters.limit)
        )
        rows = [tuple(row) for row in connection.execute(query)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["at"] = pd.to_datetime(frame["at"], utc=True, format="ISO8601").dt.tz_convert(LOCAL)
    frame["details"] = [_say_details(text) for text in frame["details"]]
    return FoundEvents(frame, int(total))


@dataclass(frozen=True)
class Look:
    """A look that was logged: at which record, why, and with which details."""

    record_kind: str
    record_key: str
    reason: str
    details: dict[str, Any]


def find_look(database: Database, number: int, user_id: str, since: dt.datetime) -> Look | None:
    """Find the look at a record that somebody logged under a number, unless it is too old."""
    columns = table_of(AuditEvent).c
    query = sa.select(
        columns.at, columns.record_kind, columns.record_key, columns.reason, columns.details
    ).where(columns.id == number, columns.user_id == user_id, columns.event == "consultation")
    with database.engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None or dt.datetime.fromisoformat(row.at) < since:
        return None
    return Look(row.record_kind, row.record_key, row.reason, json.loads(row.details))


def list_record_kinds(database: Database) -> list[str]:
    """List the kinds of record that there are events of, by name."""
    column = table_of(AuditEvent).c.record_kind
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table(column.table.name):
            return []
        return sorted(
            str(kind) for kind in connection.execute(sa.select(column).distinct()).scalars()
        )


def keys_over_time(connection: Transaction, record_key: str) -> list[str]:
    """List the keys that a record had in the log: its key of today and those before rotations.

    An older pseudonym cannot be computed from a newer one, so those in the log are taken
    forward through the newer keys and compared.
    """
    found = PSEUDONYM.fullmatch(record_key)
    ring = get_key_ring()
    if not found or ring.generation == 1:
        return [record_key]
    column = table_of(AuditEvent).c.record_key
    held = connection.execute(
        sa.select(column).where(column.startswith(f"{found[1]}-", autoescape=True)).distinct()
    )
    older = [
        str(key)
        for key in held.scalars()
        if any(advance(str(key), ring, since) == record_key for since in range(1, ring.generation))
    ]
    return [record_key, *older]


def _conditions(connection: Transaction, filters: AuditFilters) -> list[sa.ColumnElement[bool]]:
    columns = table_of(AuditEvent).c
    wanted: list[sa.ColumnElement[bool]] = []
    if filters.first:
        wanted.append(columns.at >= _start_of(filters.first))
    if filters.last:
        wanted.append(columns.at < _start_of(filters.last + dt.timedelta(days=1)))
    if filters.user:
        wanted.append(
            sa.or_(
                columns.user_name.icontains(filters.user, autoescape=True),
                columns.user_id.icontains(filters.user, autoescape=True),
            )
        )
    for name in ("event", "record_kind", "reason"):
        if value := getattr(filters, name):
            wanted.append(columns[name] == value)
    if filters.record_key:
        wanted.append(columns.record_key.in_(keys_over_time(connection, filters.record_key)))
    return wanted


def _start_of(day: dt.date) -> str:
    midnight = dt.datetime.combine(day, dt.time(), LOCAL).astimezone(dt.UTC)
    return midnight.isoformat(timespec="milliseconds")


def _say_details(text: str) -> str:
    try:
        details = json.loads(text)
    except ValueError:
        return "not readable"
    if not isinstance(details, dict):
        return "not readable"
    return "; ".join(f"{name}: {value}" for name, value in details.items() if name != "generation")
