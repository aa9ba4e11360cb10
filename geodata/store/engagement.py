"""Neighbourhood teams, postcodes, residents' priorities and signal events: write and read.

Titles and texts are checked for personal details before they come here.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import PriorityError, SignalEventError
from geodata.postcodes import read_postcode
from geodata.schemas import (
    OFFICER_COLUMNS,
    POSTCODE_COLUMNS,
    PRIORITY_COLUMNS,
    SIGNAL_COLUMNS,
    require_columns,
)
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import NeighbourhoodOfficer, Postcode, Priority, SignalEvent

PRIORITY_READ = ("id", *PRIORITY_COLUMNS, "is_synthetic", "import_id", "changed_at", "changed_by")
SIGNAL_READ = ("id", *SIGNAL_COLUMNS, "added_at")
_BATCH = 10_000


def write_officers(
    database: Database, connection: Transaction, frame: pd.DataFrame, import_id: int
) -> int:
    """Store the teams of the wards named, in place of those held; give how many officers.

    Parameters
    ----------
    database : Database
    connection : Connection
        Open transaction.
    frame : DataFrame
        Shape `schemas.OFFICER_COLUMNS`. A row without a name says that the ward has nobody.
    import_id : int
        The import they came with.
    """
    del database
    require_columns(frame, OFFICER_COLUMNS, "officers")
    table = table_of(NeighbourhoodOfficer)
    wards = sorted(set(frame["ward_code"]))
    for start in range(0, len(wards), _BATCH):
        some = wards[start : start + _BATCH]
        connection.execute(sa.delete(table).where(table.c.ward_code.in_(some)))
    rows = _plain(frame.loc[frame["name"].ne(""), list(OFFICER_COLUMNS)])
    if rows:
        connection.execute(sa.insert(table), [{**row, "import_id": import_id} for row in rows])
    return len(rows)


def read_officers(database: Database, ward_code: str | None = None) -> pd.DataFrame:
    """Read who works for a ward, or for all: `schemas.OFFICER_COLUMNS`, leads first."""
    where, given = ("WHERE ward_code = ? ", [ward_code]) if ward_code is not None else ("", [])
    frame = database.read_frame(
        f"SELECT {', '.join(OFFICER_COLUMNS)} FROM neighbourhood_officers {where}"
        "ORDER BY ward_code, CASE WHEN is_lead THEN 0 ELSE 1 END, name, id",
        *given,
    )
    frame["is_lead"] = frame["is_lead"].astype(bool)
    return frame.assign(as_at=_days(frame["as_at"]))


def write_postcodes(
    database: Database, connection: Transaction, frame: pd.DataFrame, import_id: int
) -> None:
    """Store postcodes (shape `schemas.POSTCODE_COLUMNS`), in place of the same ones held."""
    require_columns(frame, POSTCODE_COLUMNS, "postcodes")
    table = table_of(Postcode)
    if connection.execute(sa.select(table.c.postcode).limit(1)).first():
        codes = frame["postcode"].tolist()
        for start in range(0, len(codes), _BATCH):
            some = codes[start : start + _BATCH]
            connection.execute(sa.delete(table).where(table.c.postcode.in_(some)))
    rows = frame[list(POSTCODE_COLUMNS)].assign(import_id=import_id)
    database.write_frame(connection, table, rows)


def find_postcode(database: Database, text: str) -> str | None:
    """Give the ward of a postcode as somebody types it; None if it is none or not held."""
    wanted = read_postcode(text)
    if wanted is None:
        return None
    found = database.read_frame("SELECT ward_code FROM postcodes WHERE postcode = ?", wanted)
    return None if found.empty else str(found.iloc[0, 0])


def count_postcodes(database: Database, before_import: int | None = None) -> int:
    """Count the postcodes held, or only those of imports before one."""
    where = "" if before_import is None else " WHERE import_id < ?"
    given = [] if before_import is None else [before_import]
    return int(
        database.read_frame(f"SELECT COUNT(*) AS n FROM postcodes{where}", *given)["n"].iloc[0]
    )


def clear_postcodes(connection: Transaction, before_import: int) -> int:
    """Take out the postcodes of imports before one; give how many."""
    table = table_of(Postcode)
    return connection.execute(sa.delete(table).where(table.c.import_id < before_import)).rowcount


def add_priority(connection: Transaction, values: Mapping[str, Any], added_by: str) -> int:
    """Add a priority (`schemas.PRIORITY_COLUMNS`) in an open transaction and give its id.

    Raises
    ------
    PriorityError
        If the ward has one of the same title and day.
    """
    row = {name: values[name] for name in PRIORITY_COLUMNS}
    stamp = {"imported_as": "", "is_synthetic": False, "changed_at": _now(), "changed_by": added_by}
    with _each_once():
        key = connection.execute(
            sa.insert(table_of(Priority)).values(**row, **stamp)
        ).inserted_primary_key
    assert key is not None
    return int(key[0])


@contextmanager
def _each_once() -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError:
        raise PriorityError(
            "This priority is in the register.",
            "The ward has one of the same title, agreed on the same day.",
            "Change that one, or give another title.",
        ) from None


def change_priority(
    connection: Transaction,
    priority_id: int,
    values: Mapping[str, Any],
    changed_by: str,
    *,
    seen: dt.datetime,
) -> None:
    """Change some fields of a priority in an open transaction.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    priority_id : int
    values : mapping
        New values by names of `schemas.PRIORITY_COLUMNS`.
    changed_by : str
    seen : datetime
        ``changed_at`` as it was when the change was thought of.

    Raises
    ------
    PriorityError
        If there is no such priority, somebody changed it since, or the ward has another one of
        the same title and day.
    """
    unknown = set(values) - set(PRIORITY_COLUMNS)
    if unknown:
        raise ValueError(f"a priority has no {', '.join(sorted(unknown))}")
    table = table_of(Priority)
    found = connection.execute(
        sa.select(table.c.changed_at).where(table.c.id == priority_id).with_for_update()
    ).first()
    if found is None or pd.Timestamp(found[0]).tz_convert("UTC") != pd.Timestamp(seen):
        raise PriorityError(
            f"Priority {priority_id} is not as it was shown.",
            "Somebody changed it in the meantime, or there is none of this number.",
            "Look at it again, then change it.",
        )
    # Without an import it is no longer one of a file, so that the next file leaves it alone.
    with _each_once():
        connection.execute(
            sa.update(table)
            .where(table.c.id == priority_id)
            .values(**values, import_id=None, changed_at=_now(), changed_by=changed_by)
        )


def write_priorities(
    database: Database,
    connection: Transaction,
    frame: pd.DataFrame,
    import_id: int,
    *,
    changed_by: str = "import",
) -> tuple[int, int]:
    """Store priorities of a file; give how many were stored, and how many stay as they are.

    A priority of the same ward, title and day is replaced, unless it was written or changed on
    screen since: that one stays, also if its ward, title or day was what was changed.

    Parameters
    ----------
    database : Database
    connection : Connection
        Open transaction.
    frame : DataFrame
        Shape `schemas.PRIORITY_COLUMNS`; is_synthetic may be there.
    import_id : int
    changed_by : str
    """
    del database
    require_columns(frame, PRIORITY_COLUMNS, "priorities")
    table = table_of(Priority)
    names = [name for name in frame.columns if name in (*PRIORITY_COLUMNS, "is_synthetic")]
    kept = 0
    rows = []
    for row in _plain(frame[names]):
        known_as = f"{row['ward_code']} {row['agreed_on'].isoformat()} {row['title']}"
        same = [table.c[name] == row[name] for name in ("ward_code", "title", "agreed_on")]
        held = connection.execute(
            sa.select(table.c.id, table.c.import_id).where(
                sa.or_(sa.and_(*same), table.c.imported_as == known_as)
            )
        ).all()
        if any(one.import_id is None for one in held):
            kept += 1
            continue
        if held:
            connection.execute(sa.delete(table).where(table.c.id.in_([one.id for one in held])))
        stamp = {
            "imported_as": known_as, "import_id": import_id, "changed_at": _now(),
            "changed_by": changed_by,
        }  # fmt: skip
        rows.append({"is_synthetic": False, **row, **stamp})
    if rows:
        with _each_once():
            connection.execute(sa.insert(table), rows)
    return len(rows), kept


def read_priorities(database: Database, ward_code: str | None = None) -> pd.DataFrame:
    """Read the priorities of a ward, or of all, newest first.

    Returns
    -------
    DataFrame
        `PRIORITY_READ`; agreed_on as date, people_asked as Int64, changed_at in UTC.
    """
    where, given = ("WHERE ward_code = ? ", [ward_code]) if ward_code is not None else ("", [])
    frame = database.read_frame(
        f"SELECT {', '.join(PRIORITY_READ)} FROM priorities {where}"
        "ORDER BY agreed_on DESC, ward_code, id",
        *given,
    )
    return frame.assign(
        agreed_on=_days(frame["agreed_on"]),
        people_asked=pd.to_numeric(frame["people_asked"]).astype("Int64"),
        import_id=pd.to_numeric(frame["import_id"]).astype("Int64"),
        is_synthetic=frame["is_synthetic"].astype(bool),
        changed_at=pd.to_datetime(frame["changed_at"], utc=True, format="ISO8601"),
    )


def add_signal(connection: Transaction, values: Mapping[str, Any], added_by: str) -> int:
    """Add a signal event (`schemas.SIGNAL_COLUMNS`) in an open transaction and give its id."""
    row = {name: values[name] for name in SIGNAL_COLUMNS if name not in _STAMPED}
    key = connection.execute(
        sa.insert(table_of(SignalEvent)).values(
            **row, is_synthetic=False, added_at=_now(), added_by=added_by, withdrawn_by=""
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


_STAMPED = ("is_synthetic", "added_by")


def write_signals(database: Database, connection: Transaction, frame: pd.DataFrame) -> None:
    """Append signal events (shape `schemas.SIGNAL_COLUMNS`) in an open transaction."""
    del database
    require_columns(frame, SIGNAL_COLUMNS, "signal events")
    rows = _plain(frame[list(SIGNAL_COLUMNS)])
    if rows:
        stamp = {"added_at": _now(), "withdrawn_by": ""}
        connection.execute(sa.insert(table_of(SignalEvent)), [{**row, **stamp} for row in rows])


def withdraw_signal(connection: Transaction, signal_id: int, withdrawn_by: str) -> None:
    """Take a signal event off the map; its record stays.

    Raises
    ------
    SignalEventError
        If there is no such event, or it is withdrawn already.
    """
    table = table_of(SignalEvent)
    done = connection.execute(
        sa.update(table)
        .where(table.c.id == signal_id, table.c.withdrawn_at.is_(None))
        .values(withdrawn_at=_now(), withdrawn_by=withdrawn_by)
    )
    if not done.rowcount:
        raise SignalEventError(
            f"Signal event {signal_id} is not on the map.",
            "It is withdrawn already, or there is none of this number.",
            "Look at the list again.",
        )


def read_signals(database: Database, on: dt.date | None = None) -> pd.DataFrame:
    """Read the signal events that are not withdrawn, newest first.

    Parameters
    ----------
    database : Database
    on : date, optional
        Only those that unsettle on this day: it has happened, and its last day is not past.

    Returns
    -------
    DataFrame
        `SIGNAL_READ`; days as date (ends_on None while not known), added_at in UTC.
    """
    # As a literal, since the two databases do not agree on the type of a given day.
    day = on.isoformat() if on else ""
    running = (
        f"AND happened_on <= '{day}' AND (ends_on IS NULL OR ends_on >= '{day}') " if on else ""
    )
    frame = database.read_frame(
        f"SELECT {', '.join(SIGNAL_READ)} FROM signal_events WHERE withdrawn_at IS NULL {running}"
        "ORDER BY happened_on DESC, id"
    )
    return frame.assign(
        happened_on=_days(frame["happened_on"]),
        ends_on=_days(frame["ends_on"]),
        is_synthetic=frame["is_synthetic"].astype(bool),
        added_at=pd.to_datetime(frame["added_at"], utc=True, format="ISO8601"),
    )


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in frame.astype(object).to_dict("records"):
        rows.append({str(name): _plain_value(value) for name, value in row.items()})
    return rows


def _plain_value(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _days(column: pd.Series) -> pd.Series:
    """Turn days, text (SQLite) or dates (PostgreSQL), into dates; missing ones into None."""
    days = [
        None
        if pd.isna(day)
        else (day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)[:10]))
        for day in column
    ]
    return pd.Series(days, index=column.index, dtype=object)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
