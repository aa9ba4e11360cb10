"""Which places count as one address: suggestions, what people decided, and the key that counts.

A merge changes no incident and no location: it is a row that says two keys are one address, so
undoing it gives back exactly what was. A suggestion is accepted or rejected; an accepted merge
can be undone, and a rejected or undone one asked again.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from geodata.errors import MergeError
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import Location, LocationMerge

SUGGESTED, ACCEPTED, REJECTED, UNDONE = "suggested", "accepted", "rejected", "undone"
WITHDRAWN = "withdrawn"
"""Suggested once and no longer; kept, so that a number never comes to mean another pair."""

DECIDED = (ACCEPTED, REJECTED, UNDONE)
STATUSES = (SUGGESTED, *DECIDED, WITHDRAWN)
CHANGES = {
    ACCEPTED: (SUGGESTED,),
    REJECTED: (SUGGESTED,),
    UNDONE: (ACCEPTED,),
    SUGGESTED: (REJECTED, UNDONE),
}
"""From which statuses each one can be reached."""

COLUMNS = (
    "id", "from_key", "to_key", "score", "evidence", "status", "suggested_at", "decided_at",
    "decided_by",
)  # fmt: skip
UPRN_PREFIX = "uprn-"


@dataclass(frozen=True)
class SealedPair:
    """A merge with what is needed to show it to somebody: sealed addresses, no text."""

    id: int
    status: str
    score: float
    evidence: str
    from_key: str
    to_key: str
    from_sealed: str
    to_sealed: str


def read_addresses(database: Database) -> pd.DataFrame:
    """Read the places that have a sealed address.

    Returns
    -------
    DataFrame
        location_key, uprn_key, sealed_address, easting, northing; default geocodes are left
        out.
    """
    return database.read_frame(
        "SELECT location_key, uprn_key, sealed_address, easting, northing FROM locations "
        "WHERE sealed_address <> '' AND NOT is_default_geocode ORDER BY id"
    )


def replace_suggestions(connection: Transaction, found: pd.DataFrame) -> tuple[int, int]:
    """Put new suggestions in the place of those that nobody decided about.

    Parameters
    ----------
    connection : Transaction
        Open transaction.
    found : DataFrame
        from_key, to_key, score, evidence.

    Returns
    -------
    added, gone : int
        Suggestions that were not there, and those that are no longer made. Pairs that somebody
        decided about, in either order, stay as they are.
    """
    table = table_of(LocationMerge)
    held = connection.execute(
        sa.select(table.c.id, table.c.from_key, table.c.to_key, table.c.status)
    ).all()
    state = {frozenset((row.from_key, row.to_key)): row for row in held}
    wanted = {frozenset(pair) for pair in zip(found["from_key"], found["to_key"], strict=True)}
    stale = [
        row.id for pair, row in state.items() if row.status == SUGGESTED and pair not in wanted
    ]
    back = [row.id for pair, row in state.items() if row.status == WITHDRAWN and pair in wanted]
    now = _now()
    _mark(connection, stale, SUGGESTED, {"status": WITHDRAWN})
    _mark(connection, back, WITHDRAWN, {"status": SUGGESTED, "suggested_at": now})
    rows = [
        {
            "from_key": row["from_key"], "to_key": row["to_key"], "score": float(row["score"]),
            "evidence": row["evidence"], "status": SUGGESTED, "suggested_at": now,
            "decided_at": None, "decided_by": "",
        }
        for row in found.to_dict("records")
        if frozenset((row["from_key"], row["to_key"])) not in state
    ]  # fmt: skip
    if rows:
        connection.execute(sa.insert(table), rows)
    return len(rows) + len(back), len(stale)


def _mark(
    connection: Transaction, numbers: list[int], status: str, values: dict[str, object]
) -> None:
    table = table_of(LocationMerge)
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        connection.execute(
            sa.update(table).where(table.c.id.in_(some), table.c.status == status).values(values)
        )


def read_merges(database: Database, status: str = "") -> pd.DataFrame:
    """Read merges of a status, or all, best first: `COLUMNS`, times in UTC (NaT if open)."""
    if status and status not in STATUSES:
        raise ValueError(f"status is {status!r}; accepted: {', '.join(STATUSES)}")
    where = "WHERE status = ? " if status else ""
    frame = database.read_frame(
        f"SELECT {', '.join(COLUMNS)} FROM location_merges {where}ORDER BY score DESC, id",
        *((status,) if status else ()),
    )
    for name in ("suggested_at", "decided_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def count_merges(database: Database) -> dict[str, int]:
    """Count merges by status; every status is there."""
    frame = database.read_frame("SELECT status, COUNT(*) AS n FROM location_merges GROUP BY status")
    found = dict(zip(frame["status"].tolist(), frame["n"].tolist(), strict=True))
    return dict.fromkeys(STATUSES, 0) | found


def holds_addresses(database: Database) -> bool:
    """Say whether any place has an address."""
    found = database.read_frame("SELECT 1 AS one FROM locations WHERE sealed_address <> '' LIMIT 1")
    return len(found) > 0


def list_waiting(database: Database) -> list[int]:
    """List the numbers of the suggestions that nobody decided about, best first."""
    frame = database.read_frame(
        "SELECT id FROM location_merges WHERE status = ? ORDER BY score DESC, id", SUGGESTED
    )
    return [int(number) for number in frame["id"].tolist()]


def read_sealed_pair(connection: Transaction, merge_id: int) -> SealedPair:
    """Read a merge with its two sealed addresses.

    Raises
    ------
    MergeError
        If there is none of this number, or a place of it is no longer held.
    """
    merges, one, other = (
        table_of(LocationMerge),
        *(table_of(Location).alias(name) for name in ("one", "other")),
    )
    row = connection.execute(
        sa.select(
            merges.c.id, merges.c.status, merges.c.score, merges.c.evidence, merges.c.from_key,
            merges.c.to_key, one.c.sealed_address.label("from_sealed"),
            other.c.sealed_address.label("to_sealed"),
        )
        .join(one, one.c.location_key == merges.c.from_key)
        .join(other, other.c.location_key == merges.c.to_key)
        .where(merges.c.id == merge_id)
    ).first()  # fmt: skip
    if row is None or not (row.from_sealed and row.to_sealed):
        raise MergeError(
            "These two addresses are no longer held.",
            "The suggestion was withdrawn, or a place of it was erased.",
            "Go on with the next pair.",
        )
    return SealedPair(*row)


def decide(connection: Transaction, merge_id: int, status: str, decided_by: str) -> None:
    """Write down what somebody decided about a merge.

    Parameters
    ----------
    connection : Transaction
        Open transaction.
    merge_id : int
        Which merge.
    status : str
        accepted, rejected, undone, or suggested (asked again).
    decided_by : str
        Who.

    Raises
    ------
    MergeError
        If somebody else decided in the meantime, or accepting would join what somebody said is
        not the same, or two homes with different UPRNs.
    """
    if status not in STATUSES:
        raise ValueError(f"status is {status!r}; accepted: {', '.join(STATUSES)}")
    table = table_of(LocationMerge)
    if connection.dialect.name == "postgresql":
        # Two merges that are right alone may be wrong together: one decision after the other.
        connection.execute(sa.text("LOCK TABLE location_merges IN SHARE ROW EXCLUSIVE MODE"))
    done = connection.execute(
        sa.update(table)
        .where(table.c.id == merge_id, table.c.status.in_(CHANGES[status]))
        .values(
            status=status,
            decided_at=None if status == SUGGESTED else _now(),
            decided_by="" if status == SUGGESTED else decided_by,
        )
    )
    if not done.rowcount:
        now = connection.execute(
            sa.select(table.c.status, table.c.decided_by).where(table.c.id == merge_id)
        ).first()
        raise MergeError(
            "Somebody else was quicker.",
            f"This pair is {now.status} by {now.decided_by} now."
            if now and now.decided_by
            else "This pair is no longer as you saw it.",
            "Look at the list of decisions, or go on with the next pair.",
        )
    if status == ACCEPTED:
        _refuse_contradiction(connection)


def effective_keys(database: Database) -> dict[str, str]:
    """Say under which key each merged place counts.

    Returns
    -------
    dict of str to str
        Only keys that count under another one. Of places joined in a chain all count under the
        same: the one with a UPRN if there is one, else the first in order of text.
    """
    frame = database.read_frame(
        "SELECT from_key, to_key FROM location_merges WHERE status = ?", ACCEPTED
    )
    return _choose_heads(list(zip(frame["from_key"], frame["to_key"], strict=True)))


def _choose_heads(pairs: list[tuple[str, str]]) -> dict[str, str]:
    head: dict[str, str] = {}

    def find(key: str) -> str:
        while (above := head.get(key, key)) != key:
            key = above
        return key

    for one, other in pairs:
        first, second = sorted((find(one), find(other)), key=_order)
        if first != second:
            head[second] = first
    return {key: find(key) for key in head}


def _order(key: str) -> tuple[bool, str]:
    return not key.startswith(UPRN_PREFIX), key


def _refuse_contradiction(connection: Transaction) -> None:
    table = table_of(LocationMerge)
    rows = connection.execute(
        sa.select(table.c.from_key, table.c.to_key, table.c.status).where(
            table.c.status.in_((ACCEPTED, REJECTED))
        )
    ).all()
    accepted = [(row.from_key, row.to_key) for row in rows if row.status == ACCEPTED]
    heads = _choose_heads(accepted)
    for row in rows:
        ends = [heads.get(key, key) for key in (row.from_key, row.to_key)]
        if row.status == REJECTED and ends[0] == ends[1]:
            raise MergeError(
                "This would join two addresses that are said not to be the same.",
                "Each pair is fine alone, but together they contradict an earlier decision.",
                "Undo that decision or an earlier merge first, in the list of decisions.",
            )
    if _joins_two_uprns(connection, heads):
        raise MergeError(
            "This would join two homes with different property numbers.",
            "Each has a UPRN of its own, so the register says that they are two.",
            "Say 'not the same', or undo an earlier merge that led here.",
        )


def _joins_two_uprns(connection: Transaction, heads: dict[str, str]) -> bool:
    joined = sorted({*heads, *heads.values()})
    places = table_of(Location).c
    uprns = {key: key for key in joined if key.startswith(UPRN_PREFIX)}
    for start in range(0, len(joined), 500):
        some = places.location_key.in_(joined[start : start + 500])
        query = sa.select(places.location_key, places.uprn_key).where(some, places.uprn_key != "")
        uprns |= {str(key): str(uprn) for key, uprn in connection.execute(query)}
    held: dict[str, str] = {}
    return any(held.setdefault(heads.get(key, key), uprn) != uprn for key, uprn in uprns.items())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
