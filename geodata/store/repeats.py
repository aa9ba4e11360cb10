"""ASB incidents with who and where, for finding repeats: the whole table, or of some keys.

Keys are pseudonyms. No address, name or free text is read here, except by `read_sealed`, whose
texts stay sealed until a service opens them for somebody who gave a reason.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.calendar import Month, Period
from geodata.store.database import Database, as_times

_OF_INCIDENT = (
    "id", "incident_id", "force", "source_system", "occurred_from", "time_precision", "month",
    "reported_at", "report_channel", "location_key", "location_precision", "easting", "northing",
    "victim_key", "problem_key", "event_key", "nsir_category", "asb_type", "repeat_flag",
    "vulnerable_flag", "hate_flag", "domestic_abuse_flag", "child_flag", "ward_code",
    "district_code", "lead_agency",
)  # fmt: skip
REPEAT_COLUMNS: dict[str, str] = {
    "id": "Row of the incident.",
    "incident_id": "The source's own reference.",
    "force": "Force or council of the extract.",
    "source_system": "System that the record was exported from.",
    "occurred_at": "Local civil time it began (midnight if only the day is known); NaT if only "
    "the month is known.",
    "time_precision": "minute, day or month.",
    "month": "Month it began in, as `Month.ordinal`.",
    "reported_at": "Local civil time of the report; may be missing.",
    "report_channel": "public, partner, officer-generated or unknown.",
    "location_key": "Key of the place; empty if not located.",
    "location_precision": "exact, street, snapped, default or none.",
    "easting": "Metres, EPSG:27700; may be missing.",
    "northing": "Metres, EPSG:27700; may be missing.",
    "label": "Public place name; never an address.",
    "victim_key": "Pseudonym of the victim; empty if there is none.",
    "problem_key": "Key that links reports of one problem; empty if there is none.",
    "event_key": "Key that links reports of one incident; empty if there is none.",
    "nsir_category": "personal, nuisance, environmental or not recorded.",
    "asb_type": "One of the 15 ASB types, or not recorded.",
    "repeat_flag": "yes, no or not recorded.",
    "vulnerable_flag": "yes, no or not recorded.",
    "hate_flag": "yes, no or not recorded.",
    "domestic_abuse_flag": "yes, no or not recorded.",
    "child_flag": "yes, no or not recorded.",
    "ward_code": "Ward it is counted in; empty for none.",
    "district_code": "District of that ward; empty for none.",
    "lead_agency": "Agency that leads; empty if not recorded.",
    "is_default_geocode": "True where records land for want of a place.",
    "is_excluded": "True at institutions that never rank.",
}
"""What the two readers give, in this order."""
CATEGORY_COLUMNS = (
    "force", "source_system", "time_precision", "month", "report_channel", "location_key",
    "location_precision", "label", "victim_key", "problem_key", "event_key", "nsir_category",
    "asb_type", "repeat_flag", "vulnerable_flag", "hate_flag", "domestic_abuse_flag",
    "child_flag", "ward_code", "district_code", "lead_agency",
)  # fmt: skip
_SELECT = (
    "SELECT " + ", ".join(f"i.{name}" for name in _OF_INCIDENT) + ", "
    "COALESCE(l.label, '') AS label, "
    "COALESCE(l.is_default_geocode, FALSE) AS is_default_geocode, "
    "COALESCE(l.is_excluded, FALSE) AS is_excluded "
    "FROM incidents i LEFT JOIN locations l ON l.location_key = i.location_key "
)
_BATCH = 500


def read_repeat_frame(database: Database) -> pd.DataFrame:
    """Read every ASB incident with who and where, for finding repeats.

    Returns
    -------
    DataFrame
        Columns `REPEAT_COLUMNS`, one row an incident in order of `id`; texts of
        `CATEGORY_COLUMNS` come as categories, but for the month, which is a whole number.
    """
    frame = database.read_frame(_SELECT + "WHERE i.asb ORDER BY i.id", categories=CATEGORY_COLUMNS)
    return _finish(frame, [name for name in CATEGORY_COLUMNS if name != "month"])


def read_repeat_window(
    database: Database, months: Period, heads: Mapping[str, str], closeness: dt.timedelta
) -> pd.DataFrame:
    """Read the ASB incidents that decide who and what repeats within some months.

    Months are added before and after until no report outside can be of one incident with one
    inside. Reports that name nobody, no exact address and no event decide nothing and stay out.

    Parameters
    ----------
    database : Database
    months : Period
        All of the window, whole months.
    heads : mapping of str to str
        From `geodata.store.merges.effective_keys`.
    closeness : timedelta
        How long after another a report without an event key may come and be of one incident;
        at most a day.

    Returns
    -------
    DataFrame
        As `read_repeat_frame`. An address that was merged with an institution or a default place
        is marked as such, whether or not that has an incident within the months.
    """
    first, last = _find_clear_months(database, months, heads, closeness)
    frame = database.read_frame(
        _SELECT + "WHERE i.asb AND i.month >= ? AND i.month <= ? AND (i.victim_key <> '' "
        "OR i.location_precision = 'exact' OR i.event_key <> '') ORDER BY i.id",
        str(first),
        str(last),
        categories=CATEGORY_COLUMNS,
    )
    frame = _finish(frame, [name for name in CATEGORY_COLUMNS if name != "month"])
    if heads:
        whole = frame["location_key"].astype(str)
        head = whole.map(heads).fillna(whole)
        for name in _MARKS:
            marked = database.read_frame(
                "SELECT DISTINCT i.location_key FROM incidents i JOIN locations l "
                f"ON l.location_key = i.location_key WHERE i.asb AND l.{name}"
            )["location_key"]
            frame[name] |= head.isin({heads.get(key, key) for key in marked.astype(str)})
    return frame


def _find_clear_months(
    database: Database, months: Period, heads: Mapping[str, str], closeness: dt.timedelta
) -> tuple[Month, Month]:
    """Widen months until no incident has reports on both sides of either end."""
    held = database.read_frame(
        "SELECT MIN(month) AS oldest, MAX(month) AS newest FROM incidents WHERE asb"
    ).iloc[0]
    first, last = months.first, months.last
    if pd.isna(held["oldest"]):
        return first, last
    oldest, newest = Month.parse(str(held["oldest"])), Month.parse(str(held["newest"]))
    events = database.read_frame(
        "SELECT MIN(month) AS first, MAX(month) AS last FROM incidents "
        "WHERE asb AND event_key <> '' GROUP BY event_key HAVING MIN(month) < MAX(month)"
    )
    spans = [(Month.parse(str(a)), Month.parse(str(b))) for a, b in events.to_numpy(dtype=object)]
    while first > oldest:
        across = min((a for a, b in spans if a < first <= b), default=first)
        if across == first and not _has_close_pair(database, first, heads, closeness):
            break
        first = min(across, first - 1)
    while last < newest:
        across = max((b for a, b in spans if a <= last < b), default=last)
        if across == last and not _has_close_pair(database, last + 1, heads, closeness):
            break
        last = max(across, last + 1)
    return first, last


def _has_close_pair(
    database: Database, month: Month, heads: Mapping[str, str], closeness: dt.timedelta
) -> bool:
    """Say whether somebody or an address has reports soon before and soon after a month begins."""
    frame = database.read_frame(
        "SELECT occurred_from, time_precision, victim_key, CASE WHEN location_precision = 'exact' "
        "THEN location_key ELSE '' END AS place FROM incidents WHERE asb AND month IN (?, ?) "
        "AND time_precision <> 'month' AND (victim_key <> '' OR location_precision = 'exact')",
        str(month - 1),
        str(month),
    )
    begun = _as_microseconds(frame["occurred_from"])
    turn = pd.Timestamp(month.first_day)
    no_hour = frame["time_precision"] == "day"
    # A report without an hour counts as the last of its day.
    back = np.where(no_hour, np.timedelta64(1, "D"), np.timedelta64(closeness))
    late = (begun < turn) & (begun >= turn - back)
    early = (begun >= turn) & ~no_hour & (begun <= turn + closeness)
    place = frame["place"].map(lambda key: heads.get(key, key))
    return any(
        bool((set(key[late]) & set(key[early])) - {""}) for key in (place, frame["victim_key"])
    )


def read_incidents_of(
    database: Database,
    *,
    location_keys: Iterable[str] = (),
    victim_keys: Iterable[str] = (),
    incident_ids: Iterable[str] = (),
    event_keys: Iterable[str] = (),
) -> pd.DataFrame:
    """Read the ASB incidents of some places, victims, references or events.

    An incident comes once, however many of the lists name it; empty keys find nothing.

    Returns
    -------
    DataFrame
        Columns `REPEAT_COLUMNS` with texts as texts, in order of `id`.
    """
    asked = {
        "location_key": location_keys, "victim_key": victim_keys, "incident_id": incident_ids,
        "event_key": event_keys,
    }  # fmt: skip
    parts = []
    with database.engine.connect() as connection:
        # A connection of the pool, since a new one would cost more than the query.
        inside = database if database.transaction is not None else database.inside(connection)
        for column, given in asked.items():
            keys = sorted({key for key in given if key})
            for start in range(0, len(keys), _BATCH):
                parts.append(_read_batch(inside, column, keys[start : start + _BATCH]))
    if not parts:
        parts.append(pd.DataFrame(columns=[*_OF_INCIDENT, "label", *_MARKS], dtype=object))
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    frame = frame.drop_duplicates("id").sort_values("id", ignore_index=True)
    return _finish(frame, [])


@dataclass(frozen=True)
class Reach:
    """What repeats can be found in: the newest day that an incident began on, None if no day is
    known, and whether any incident has an exact address.
    """

    last_day: dt.date | None
    has_addresses: bool


def read_reach(database: Database) -> Reach:
    """Read to which day incidents are known, and whether any has an address."""
    row = database.read_frame(
        "SELECT MAX(CASE WHEN time_precision <> 'month' THEN occurred_from END) AS newest, "
        "COALESCE(MAX(CASE WHEN location_precision = 'exact' THEN 1 ELSE 0 END), 0) AS exact "
        "FROM incidents WHERE asb"
    ).iloc[0]
    newest = row["newest"]
    return Reach(None if pd.isna(newest) else pd.Timestamp(newest).date(), bool(row["exact"]))


def list_addresses(database: Database, ward_code: str) -> list[str]:
    """List the keys of the exact addresses at which a ward has ASB incidents."""
    frame = database.read_frame(
        "SELECT DISTINCT location_key FROM incidents WHERE asb AND ward_code = ? "
        "AND location_precision = 'exact' AND location_key <> '' ORDER BY location_key",
        ward_code,
    )
    return frame["location_key"].astype(str).tolist()


_MARKS = ("is_default_geocode", "is_excluded")


def _read_batch(database: Database, column: str, keys: Sequence[str]) -> pd.DataFrame:
    marks = ", ".join("?" * len(keys))
    return database.read_frame(_SELECT + f"WHERE i.asb AND i.{column} IN ({marks})", *keys)


def _finish(frame: pd.DataFrame, categories: Sequence[str]) -> pd.DataFrame:
    texts = [
        name for name in REPEAT_COLUMNS
        if name in (*CATEGORY_COLUMNS, "incident_id") and name != "month"
    ]  # fmt: skip
    for name in texts:
        if name in categories:
            # Groups of a frame stand in order of their names, whatever order they were read in.
            column = frame[name].astype("category").cat
            frame[name] = column.reorder_categories(column.categories.sort_values())
        else:
            frame[name] = frame[name].astype(str)
    for name in _MARKS:
        frame[name] = frame[name].astype(bool)
    for name in ("easting", "northing"):
        frame[name] = frame[name].astype(np.float64)
    frame["id"] = frame["id"].astype(np.int64)
    months = frame["month"].astype("category").cat
    ordinals = np.array(
        [int(text[:4]) * 12 + int(text[5:]) - 1 for text in months.categories], dtype=np.int32
    )
    frame["month"] = ordinals[months.codes] if len(frame) else np.empty(0, dtype=np.int32)
    for name in ("occurred_from", "reported_at"):
        frame[name] = _as_microseconds(frame[name])
    known = (frame["time_precision"] != "month").to_numpy()
    frame["occurred_at"] = frame.pop("occurred_from").where(known)
    return frame[list(REPEAT_COLUMNS)]


def _as_microseconds(column: pd.Series) -> pd.Series:
    return as_times(column).astype("datetime64[us]")


def read_sealed(database: Database, location_keys: Iterable[str]) -> dict[str, str]:
    """Read the sealed addresses of some places; a place without one is not in the answer."""
    keys = sorted({key for key in location_keys if key})
    found: dict[str, str] = {}
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        frame = database.read_frame(
            "SELECT location_key, sealed_address FROM locations WHERE sealed_address <> '' "
            f"AND location_key IN ({', '.join('?' * len(batch))})",
            *batch,
        )
        found |= dict(zip(frame["location_key"], frame["sealed_address"], strict=True))
    return found


LINK_COLUMNS = ("kind", "key", "what", "owner", "agency", "status", "due")


def read_links(
    database: Database,
    *,
    location_keys: Iterable[str] = (),
    victim_keys: Iterable[str] = (),
    incident_ids: Iterable[str] = (),
) -> pd.DataFrame:
    """Read the cases and actions about some places and victims, and plans for their callers.

    Returns
    -------
    DataFrame
        ``kind`` (case, action or caller plan), ``key`` (the location or victim key; the incident
        for a caller plan), ``what`` (reference of the case, title of the action), ``owner``,
        ``agency``, ``status`` (open or closed), ``due`` (next review, or day the action is due;
        NaT for none). What is open comes first, by the day it is due.
    """
    case = (
        "SELECT 'case' AS kind, {column} AS key, case_id AS what, owner, lead_agency AS agency, "
        "CASE WHEN closed IS NULL THEN 'open' ELSE 'closed' END AS status, next_review AS due "
        "FROM cases WHERE {column} IN ({marks})"
    )
    action = (
        "SELECT 'action' AS kind, about_key AS key, title AS what, owner, agency, status, due "
        "FROM actions WHERE about_key IN ({marks})"
    )
    plan = (
        "SELECT DISTINCT 'caller plan' AS kind, c.incident_id AS key, 'Repeat caller' AS what, "
        "p.owner, '' AS agency, p.status, p.next_review AS due FROM calls c "
        "JOIN caller_plans p ON p.caller_key = c.caller_key WHERE c.incident_id IN ({marks})"
    )
    places, victims = list(location_keys), list(victim_keys)
    parts = [
        _read_of(database, case.replace("{column}", "location_key"), places),
        _read_of(database, case.replace("{column}", "victim_key"), victims),
        _read_of(database, action, [*places, *victims]),
        _read_of(database, plan, incident_ids),
    ]
    frame = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    frame["due"] = pd.to_datetime(frame["due"]).astype("datetime64[us]")
    closed = (frame["status"] == "closed").astype(int)
    ordered = frame.assign(closed=closed).sort_values(["closed", "due", "kind", "what"])
    # One caller may have called about several incidents; the plan is one.
    same = [name for name in LINK_COLUMNS if name != "key"]
    plans = (ordered["kind"] == "caller plan") & ordered.duplicated(same)
    return ordered.loc[~plans, list(LINK_COLUMNS)].reset_index(drop=True)


def _read_of(database: Database, sql: str, given: Iterable[str]) -> pd.DataFrame:
    keys = sorted({key for key in given if key})
    parts = [pd.DataFrame(columns=list(LINK_COLUMNS), dtype=object)]
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        frame = database.read_frame(sql.replace("{marks}", ", ".join("?" * len(batch))), *batch)
        if len(frame):
            parts.append(frame.astype(object))
    return pd.concat(parts[1:], ignore_index=True) if parts[1:] else parts[0]
