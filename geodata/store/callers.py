"""Calls by caller and month, the plans for repeat callers, and names that stay sealed.

Everything goes by pseudonym. A name is read only for keys that somebody asks for by themselves,
and only sealed: a service opens it after a reason was logged.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from geodata.calendar import Month
from geodata.errors import UserFacingError
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction, as_times
from geodata.store.models import CallerPlan

PLAN_STATUSES = ("open", "closed")
PLAN_COLUMNS = ("caller_key", "owner", "next_review", "started_on", "status", "changed_at")


class CallerPlanError(UserFacingError):
    """A plan for a repeat caller cannot be set as it was asked."""


@dataclass(frozen=True)
class CallSpan:
    """The days that calls are held of, and the districts; None and empty if none are."""

    first: dt.date | None
    last: dt.date | None
    districts: tuple[str, ...]


def read_call_span(database: Database) -> CallSpan:
    """Read from when to when calls are held, and in which districts."""
    frame = database.read_frame("SELECT MIN(called_at) AS first, MAX(called_at) AS last FROM calls")
    ends = [as_times(frame[name]).iloc[0] for name in ("first", "last")]
    districts = database.read_frame(
        "SELECT DISTINCT district_code FROM calls WHERE district_code <> '' ORDER BY district_code"
    )
    first, last = (None if pd.isna(end) else end.date() for end in ends)
    return CallSpan(first, last, tuple(districts["district_code"].astype(str)))


def read_caller_months(
    database: Database, district: str, first: Month, last: Month
) -> pd.DataFrame:
    """Count the calls of each caller and month in a district.

    Parameters
    ----------
    database : Database
    district : str
        Code; calls made in another district are not among them.
    first, last : Month
        Both included.

    Returns
    -------
    DataFrame
        caller_key ("" where the caller is not known), month (`Month.ordinal`), calls, and
        at_institution, how many of them were made at an excluded institution.
    """
    frame = database.read_frame(
        "SELECT c.caller_key, c.month, COUNT(*) AS calls, "
        "SUM(CASE WHEN l.is_excluded THEN 1 ELSE 0 END) AS at_institution "
        "FROM calls c LEFT JOIN locations l ON l.location_key = c.location_key "
        "WHERE c.month >= ? AND c.month <= ? AND c.district_code = ? "
        "GROUP BY c.caller_key, c.month ORDER BY c.caller_key, c.month",
        str(first),
        str(last),
        district,
    )
    months = frame["month"].astype(str)
    frame["month"] = [Month.parse(text).ordinal for text in months]
    return frame.astype({"caller_key": str, "calls": int, "at_institution": int})


def read_plans(database: Database, caller_keys: Iterable[str] | None = None) -> pd.DataFrame:
    """Read plans, of some callers or of all: `PLAN_COLUMNS`, dates as dates, None for none."""
    sql = f"SELECT {', '.join(PLAN_COLUMNS)} FROM caller_plans"
    if caller_keys is None:
        frame = database.read_frame(f"{sql} ORDER BY caller_key")
    else:
        keys = sorted({key for key in caller_keys if key})
        where = f"caller_key IN ({', '.join('?' * len(keys))})" if keys else "1 = 0"
        frame = database.read_frame(f"{sql} WHERE {where} ORDER BY caller_key", *keys)
    for name in ("next_review", "started_on"):
        days = [None if pd.isna(day) else pd.Timestamp(str(day)).date() for day in frame[name]]
        frame[name] = pd.Series(days, index=frame.index, dtype=object)
    return frame


def write_plan(
    connection: Transaction,
    *,
    caller_key: str,
    owner: str,
    next_review: dt.date | None,
    status: str,
    changed_by: str,
    today: dt.date,
) -> None:
    """Set the plan of a caller inside an open transaction.

    The day it first had an owner and a next review is kept, whatever changes later.

    Raises
    ------
    CallerPlanError
        If somebody else made the first plan of this caller at the same moment.
    ValueError
        If the status is not one of `PLAN_STATUSES`, or nobody is named as caller.
    """
    if status not in PLAN_STATUSES or not caller_key:
        raise ValueError(f"a plan needs a caller and a status of {PLAN_STATUSES}, got {status!r}")
    table = table_of(CallerPlan)
    held = connection.execute(
        sa.select(table.c.started_on).where(table.c.caller_key == caller_key).with_for_update()
    ).first()
    started = held.started_on if held else None
    values = {
        "owner": owner,
        "next_review": next_review,
        "started_on": started or (today if owner and next_review else None),
        "status": status,
        "changed_at": dt.datetime.now(dt.UTC),
        "changed_by": changed_by,
    }
    if held:
        connection.execute(sa.update(table).where(table.c.caller_key == caller_key).values(values))
        return
    try:
        connection.execute(sa.insert(table).values(caller_key=caller_key, **values))
    except sa.exc.IntegrityError:
        raise CallerPlanError(
            "Somebody else set this plan a moment ago.",
            "Theirs is kept.",
            "Look at it, and set yours again if you need to.",
        ) from None


def is_caller(database: Database, caller_key: str) -> bool:
    """Say whether any call of this caller is held."""
    frame = database.read_frame(
        "SELECT COUNT(*) AS n FROM (SELECT id FROM calls WHERE caller_key = ? LIMIT 1) AS one",
        caller_key,
    )
    return bool(caller_key) and int(frame["n"].iloc[0]) > 0


def read_sealed_names(database: Database, caller_keys: Iterable[str]) -> dict[str, str]:
    """Read the sealed name that each caller gave last; without one, a caller is left out."""
    keys = sorted({key for key in caller_keys if key})
    if not keys:
        return {}
    frame = database.read_frame(
        "SELECT caller_key, sealed_name FROM calls WHERE sealed_name <> '' "
        f"AND caller_key IN ({', '.join('?' * len(keys))}) ORDER BY called_at, id",
        *keys,
    )
    return dict(zip(frame["caller_key"], frame["sealed_name"], strict=True))
