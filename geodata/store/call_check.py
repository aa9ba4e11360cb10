"""What a call check reads: the records of a key or reference, each through an index.

Only keys are asked for. Nothing that somebody typed comes here but a reference, which is
compared and forgotten.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from geodata.store.database import Database, as_times

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


@contextmanager
def reading(database: Database) -> Iterator[Database]:
    """Give the database with one pooled connection for several small reads."""
    if database.transaction is not None:
        yield database
        return
    with database.engine.connect() as connection:
        yield database.inside(connection)


def is_anything_held(database: Database) -> bool:
    """Say whether any incident, call or case is held."""
    parts = " UNION ALL ".join(
        f"SELECT id FROM (SELECT id FROM {table} LIMIT 1) AS {table}_one"
        for table in ("incidents", "calls", "cases")
    )
    return not database.read_frame(parts).empty


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


def read_incident(database: Database, row_id: int) -> pd.DataFrame:
    """Read what one incident is linked to: force, incident_id, location_key, victim_key."""
    return database.read_frame(
        "SELECT force, incident_id, location_key, victim_key FROM incidents WHERE id = ?",
        row_id,
    )


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
