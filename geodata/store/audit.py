"""The audit log: events that are only added to, each sealed over the one before.

Every event carries a seal (HMAC-SHA256, key outside the database) over its own fields and the
seal before it, and a sealed head counts them: a changed, removed, reordered or cut-off event
shows. Whoever holds the key file as well could write a new chain; note the head elsewhere
(`wardlight audit verify` prints it) to find even that.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from geodata.errors import DatabaseNotReadyError
from geodata.sealing import KeyRing
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.key_state import require_ring
from geodata.store.models import AuditEvent, AuditHead

EVENTS = ("collection", "alteration", "consultation", "disclosure", "combination", "erasure")
"""The six kinds of the Data Protection Act 2018, section 62."""

START = "0" * 64
_LOCK = 6_270_018
"""Advisory lock of PostgreSQL under which events are added one after the other."""

_FIELDS = (
    "at", "event", "user_id", "user_name", "roles", "record_kind", "record_key", "reason",
    "reason_text", "recipient", "details", "previous_hash",
)  # fmt: skip


@dataclass(frozen=True)
class NewEvent:
    """What happened: who, which record, why, and to whom it was disclosed.

    Attributes
    ----------
    event : str
        One of `EVENTS`.
    user_id, user_name, roles : str
        Who, and in which roles.
    record_kind, record_key : str
        Which record: a kind in words and its key, never an address or a name.
    reason, reason_text : str
        Picked reason, and free text if there is any.
    recipient : str
        Who received it; needed for a disclosure.
    details : dict
        Plain values such as numbers of rows; never personal data.
    """

    event: str
    user_id: str
    user_name: str
    roles: str
    record_kind: str
    record_key: str
    reason: str
    reason_text: str = ""
    recipient: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def is_begun(connection: Transaction) -> bool:
    """Say whether the log has its head: from the first key of the database on."""
    return connection.execute(sa.select(table_of(AuditHead).c.id)).first() is not None


def begin_log(connection: Transaction, ring: KeyRing) -> None:
    """Write the head of the empty log, sealed: from then on a log without one was emptied."""
    connection.execute(sa.insert(table_of(AuditHead)).values(id=1, **_head(0, START, ring)))


def append(connection: Transaction, new: NewEvent, ring: KeyRing | None = None) -> int:
    """Add an event inside an open transaction and give its number.

    Parameters
    ----------
    connection : Transaction
    new : NewEvent
    ring : KeyRing, optional
        Keys that the caller has checked; default the key file, checked against the database.

    Raises
    ------
    KeyFileError
        If the key file is missing or is not the one that the database was filled with.
    DatabaseNotReadyError
        If the database is behind its key file, or the log has lost its head.
    ValueError
        If the kind of event is not known, a reason is missing, or a disclosure names nobody.
    """
    if new.event not in EVENTS:
        raise ValueError(f"event is {new.event!r}; accepted: {', '.join(EVENTS)}")
    if not new.reason or (new.event == "disclosure" and not new.recipient):
        raise ValueError("an event needs a reason, and a disclosure a recipient")
    ring = ring or require_ring(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    events, heads = table_of(AuditEvent), table_of(AuditHead)
    head = connection.execute(sa.select(heads.c.events, heads.c.hash)).first()
    if head is None:
        # A new head here would make an emptied log look whole.
        raise DatabaseNotReadyError(
            "The audit log has lost its head.",
            "Events were taken out of it from outside. Nothing was shown or changed.",
            "Run: wardlight audit verify, and put back the newest backup of the database.",
        )
    row = asdict(new)
    row["details"] = json.dumps(
        {**new.details, "generation": ring.generation}, sort_keys=True, ensure_ascii=False
    )
    row["at"] = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    row["previous_hash"] = head.hash
    number = head.events + 1
    row["hash"] = ring.sign(text_of(number, row))
    row["id"] = number
    connection.execute(sa.insert(events).values(**row))
    connection.execute(sa.update(heads).values(**_head(number, row["hash"], ring)))
    return number


def _head(events: int, newest: str, ring: KeyRing) -> dict[str, Any]:
    return {"events": events, "hash": newest, "seal": ring.sign(f"head {events} {newest}")}


def record(database: Database, new: NewEvent) -> int:
    """Add an event in a transaction of its own and give its number."""
    with database.begin() as connection:
        return append(connection, new)


def text_of(number: int, row: dict[str, Any]) -> str:
    """Give the text that the seal of an event is made of."""
    return json.dumps([number, *(row[name] for name in _FIELDS)], ensure_ascii=False)
