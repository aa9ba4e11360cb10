"""What a call check reads: the records of a key or reference, each through an index.

Only keys are asked for. Nothing that somebody typed comes here but a reference, which is
compared and forgotten.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from geodata.store.database import Database, as_times
from geodata.store.key_state import require_ring, say_changed

MOST_CANDIDATES = 150
"""Addresses of one postcode or road that are opened to compare; more are too vague to ask."""
_CALLS = (
    "SELECT id, force, source_system, call_id, called_at, caller_key, phone_key, incident_id, "
    "location_key, district_code FROM calls WHERE {where} ORDER BY called_at, id"
)
_CASES = (
    "SELECT id, force, source_system, case_id, opened, closed, status, lead_agency, owner, "
    "risk_band, next_review, location_key, victim_key, problem_key FROM cases WHERE {where} "
    "ORDER BY opened, id"
)
_DATES = ("opened", "closed", "next_review")
_ANY = {
    "incidents": "incidents WHERE asb",
    "addresses": "locations WHERE sealed_address <> '' OR precision = 'exact'",
    "calls": "calls",
    # Greater than nothing, so that the index answers.
    "victims": "incidents WHERE victim_key > ''",
    "cases": "cases",
}
KINDS = tuple(_ANY)


@contextmanager
def reading(database: Database) -> Iterator[Database]:
    """Give the database with one pooled connection for several small reads by key.

    The key file must fit the database before and after them: with another one the keys of what
    was typed would be of no record, and nothing would seem to be held.

    Raises
    ------
    KeyFileError
        If the key file is missing or is not the one that the database was filled with.
    DatabaseNotReadyError
        If the keys were changed meanwhile, or the database is behind its key file.
    """
    if database.transaction is not None:
        yield database
        return
    with database.engine.connect() as connection:
        before = require_ring(connection)
        yield database.inside(connection)
        if require_ring(connection).secrets != before.secrets:
            raise say_changed()


def read_kinds_held(database: Database) -> frozenset[str]:
    """Read which `KINDS` of record there is at least one of."""
    parts = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind WHERE EXISTS (SELECT 1 FROM {rows})"
        for kind, rows in _ANY.items()
    )
    return frozenset(database.read_frame(parts)["kind"].astype(str))


def read_last_day(database: Database) -> dt.date | None:
    """Read the last day that an ASB incident is held of; None if none is."""
    month = database.read_frame("SELECT MAX(month) AS month FROM incidents")["month"].iloc[0]
    if not month:
        return None
    frame = database.read_frame(
        "SELECT MAX(occurred_from) AS last FROM incidents WHERE month = ? AND asb", str(month)
    )
    last = as_times(frame["last"]).iloc[0]
    return None if pd.isna(last) else last.date()


def is_held(database: Database, kind: str, key: str) -> bool:
    """Say whether a place, caller, ASB incident or case is held under a key or row number."""
    if not key:
        return False
    if kind == "location":
        return len(read_places(database, [key])) > 0
    if kind == "caller":
        return len(read_calls_of(database, caller_keys=[key], phone_keys=[key])) > 0
    if kind == "incident":
        return len(read_incident(database, int(key))) > 0
    return len(read_cases_of(database, ids=[int(key)])) > 0


def read_references(database: Database, text: str) -> pd.DataFrame:
    """Read which incidents, cases and calls carry a reference.

    Returns
    -------
    DataFrame
        kind ('incident', 'case', 'call'), id, force, source_system.
    """
    parts = [
        database.read_frame(
            f"SELECT '{kind}' AS kind, id, force, source_system FROM {kind}s "
            f"WHERE {column} = ?{' AND asb' if kind == 'incident' else ''} ORDER BY id LIMIT 20",
            text,
        )
        for kind, column in (("incident", "incident_id"), ("case", "case_id"), ("call", "call_id"))
    ]
    return pd.concat([part.astype(object) for part in parts], ignore_index=True)


def read_places(database: Database, location_keys: Iterable[str]) -> pd.DataFrame:
    """Read places by key: location_key, precision, is_excluded, is_default_geocode, label."""
    return _read_by(
        database,
        "SELECT location_key, precision, is_excluded, is_default_geocode, label FROM locations "
        "WHERE {where} ORDER BY id",
        {"location_key": location_keys},
    ).astype({"is_excluded": bool, "is_default_geocode": bool})


def find_uprn(database: Database, uprn_key: str) -> list[str]:
    """List the keys of the places that have a property number, by its pseudonym."""
    found = _read_by(
        database,
        "SELECT location_key FROM locations WHERE {where} ORDER BY location_key",
        {"uprn_key": [uprn_key], "location_key": [uprn_key]},
    )
    return [str(key) for key in found["location_key"]]


def read_similar(
    database: Database, *, postcode_key: str = "", block_key: str = ""
) -> pd.DataFrame:
    """Read places of a postcode or a block with their addresses still sealed.

    Returns
    -------
    DataFrame
        location_key, sealed_address; at most one more than `MOST_CANDIDATES`.
    """
    found = _read_by(
        database,
        "SELECT location_key, sealed_address FROM locations "
        "WHERE {where} AND sealed_address <> '' "
        f"ORDER BY id LIMIT {MOST_CANDIDATES + 1}",
        {"postcode_key": [postcode_key], "block_key": [block_key]},
    )
    return found.drop_duplicates("location_key", ignore_index=True)


def read_sealed_address(database: Database, location_key: str) -> str:
    """Read the address of a place, still sealed; "" if none was recorded."""
    found = _read_by(
        database,
        "SELECT sealed_address FROM locations WHERE {where}",
        {"location_key": [location_key]},
    )
    return "" if found.empty else str(found["sealed_address"].iloc[0])


def read_incident(database: Database, row_id: int) -> pd.DataFrame:
    """Read what one ASB incident is linked to and when it began.

    Returns
    -------
    DataFrame
        force, incident_id, location_key, victim_key, occurred_from, time_precision.
    """
    frame = database.read_frame(
        "SELECT force, incident_id, location_key, victim_key, occurred_from, time_precision "
        "FROM incidents WHERE id = ? AND asb",
        row_id,
    )
    frame["occurred_from"] = as_times(frame["occurred_from"])
    return frame


def read_calls_of(
    database: Database,
    *,
    ids: Iterable[int] = (),
    caller_keys: Iterable[str] = (),
    phone_keys: Iterable[str] = (),
    location_keys: Iterable[str] = (),
    incident_ids: Iterable[str] = (),
) -> pd.DataFrame:
    """Read the calls of some callers, phones, places or incidents, oldest first.

    Returns
    -------
    DataFrame
        id, force, source_system, call_id, called_at, caller_key, phone_key, incident_id,
        location_key, district_code; no name.
    """
    frame = _read_by(
        database,
        _CALLS,
        {
            "id": ids,
            "caller_key": caller_keys,
            "phone_key": phone_keys,
            "location_key": location_keys,
            "incident_id": incident_ids,
        },
    )
    frame["called_at"] = as_times(frame["called_at"]).astype("datetime64[us]")
    return frame


def read_cases_of(
    database: Database,
    *,
    ids: Iterable[int] = (),
    location_keys: Iterable[str] = (),
    victim_keys: Iterable[str] = (),
) -> pd.DataFrame:
    """Read the cases of some places or victims, oldest first; dates as dates, None for none."""
    frame = _read_by(
        database, _CASES, {"id": ids, "location_key": location_keys, "victim_key": victim_keys}
    )
    for name in _DATES:
        days = [None if pd.isna(day) else pd.Timestamp(str(day)).date() for day in frame[name]]
        frame[name] = pd.Series(days, index=frame.index, dtype=object)
    return frame


def read_open_actions(database: Database, about_keys: Iterable[str]) -> pd.DataFrame:
    """Read open actions about some places or people: title, owner, due (date), soonest first."""
    frame = _read_by(
        database,
        "SELECT title, owner, due FROM actions WHERE status = 'open' AND {where} ORDER BY due, id",
        {"about_key": about_keys},
    )
    days = [pd.Timestamp(str(day)).date() for day in frame["due"]]
    frame["due"] = pd.Series(days, index=frame.index, dtype=object)
    return frame


def _read_by(
    database: Database, sql: str, asked: dict[str, Iterable[str] | Iterable[int]]
) -> pd.DataFrame:
    """Read rows that one of the columns names; no key at all gives no row."""
    conditions: list[str] = []
    values: list[str | int] = []
    for column, given in asked.items():
        keys: Sequence[str | int] = sorted({key for key in given if key})
        if keys:
            conditions.append(f"{column} IN ({', '.join('?' * len(keys))})")
            values.extend(keys)
    where = " OR ".join(conditions) if conditions else "1 = 0"
    return database.read_frame(sql.format(where=f"({where})"), *values)
