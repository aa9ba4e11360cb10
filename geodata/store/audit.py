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

from geodata.sealing import KeyRing, get_key_ring
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
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


def append(connection: Transaction, new: NewEvent, ring: KeyRing | None = None) -> int:
    """Add an event inside an open transaction and give its number.

    Raises
    ------
    ValueError
        If the kind of event is not known, a reason is missing, or a disclosure names nobody.
    """
    if new.event not in EVENTS:
        raise ValueError(f"event is {new.event!r}; accepted: {', '.join(EVENTS)}")
    if not new.reason or (new.event == "disclosure" and not new.recipient):
        raise ValueError("an event needs a reason, and a disclosure a recipient")
    ring = ring or get_key_ring()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    events, heads = table_of(AuditEvent), table_of(AuditHead)
    head = connection.execute(sa.select(heads.c.events, heads.c.hash)).first()
    count, previous = (head.events, head.hash) if head else (0, START)
    row = asdict(new)
    row["details"] = json.dumps(
        {**new.details, "generation": ring.generation}, sort_keys=True, ensure_ascii=False
    )
    row["at"] = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    row["previous_hash"] = previous
    number = count + 1
    row["hash"] = ring.sign(text_of(number, row))
    row["id"] = number
    connection.execute(sa.insert(events).values(**row))
    values = {
        "events": number,
        "hash": row["hash"],
        "seal": ring.sign(f"head {number} {row['hash']}"),
    }
    if head:
        connection.execute(sa.update(heads).values(**values))
    else:
        connection.execute(sa.insert(heads).values(id=1, **values))
    return number


def record(database: Database, new: NewEvent) -> int:
    """Add an event in a transaction of its own and give its number."""
    with database.begin() as connection:
        return append(connection, new)


def text_of(number: int, row: dict[str, Any]) -> str:
    """Give the text that the seal of an event is made of."""
    return json.dumps([number, *(row[name] for name in _FIELDS)], ensure_ascii=False)
