"""Incidents and locations: bulk write, replace, and the frame that every analysis reads."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geodata.schemas import (
    ASSIGNED_COLUMNS,
    INCIDENT_COLUMNS,
    LOCATION_COLUMNS,
    PLANTED_COLUMNS,
    require_columns,
)
from geodata.store.areas import table_of
from geodata.store.database import Database, Progress, as_times
from geodata.store.models import Incident, Location, PlantedTruth

FRAME_CATEGORIES = (
    "force",
    "crime_type",
    "nsir_category",
    "asb_type",
    "report_channel",
    "grade",
    "ward_code",
    "district_code",
    "lsoa_code",
    "ward_by",
    "location_precision",
    "time_precision",
    "location_key",
    "repeat_asked",
    "repeat_flag",
    "vulnerable_asked",
    "vulnerable_flag",
    "hate_flag",
)


def write_incidents(
    database: Database,
    connection: Connection,
    frame: pd.DataFrame,
    import_id: int,
    progress: Progress | None = None,
) -> None:
    """Append incidents (shape INCIDENT_COLUMNS and ASSIGNED_COLUMNS) in an open transaction."""
    columns = [*INCIDENT_COLUMNS, *ASSIGNED_COLUMNS]
    require_columns(frame, columns, "incidents")
    database.write_frame(
        connection, table_of(Incident), frame[columns].assign(import_id=import_id), progress
    )


def write_locations(
    database: Database, connection: Connection, frame: pd.DataFrame, import_id: int
) -> int:
    """Add the locations (shape LOCATION_COLUMNS) that are not held yet; give how many.

    A location that is held stays as it is, but takes coordinates or an address that it lacks.
    """
    require_columns(frame, LOCATION_COLUMNS, "locations")
    table = table_of(Location)
    wanted = frame[list(LOCATION_COLUMNS)].drop_duplicates("location_key")
    held: dict[str, tuple[bool, bool]] = {}
    keys = wanted["location_key"].tolist()
    for start in range(0, len(keys), 10_000):
        batch = keys[start : start + 10_000]
        rows = connection.execute(
            sa.select(table.c.location_key, table.c.easting, table.c.sealed_address).where(
                table.c.location_key.in_(batch)
            )
        )
        held.update({row[0]: (row[1] is None, row[2] == "") for row in rows})
    is_held = wanted["location_key"].isin(list(held))
    for columns, lacks in ((_PLACE, 0), (_HOME, 1)):
        lacking = [key for key, gaps in held.items() if gaps[lacks]]
        better = wanted["location_key"].isin(lacking) & (
            wanted["easting"].notna() if columns is _PLACE else wanted["sealed_address"].ne("")
        )
        _fill_locations(connection, wanted.loc[better, ["location_key", *columns]])
    new = wanted[~is_held]
    database.write_frame(connection, table, new.assign(import_id=import_id))
    return len(new)


_PLACE = ("easting", "northing", "precision")
_HOME = ("sealed_address", "postcode_key", "block_key")


def _fill_locations(connection: Connection, frame: pd.DataFrame) -> None:
    """Set columns of locations by key."""
    if frame.empty:
        return
    table = table_of(Location)
    columns = [name for name in frame.columns if name != "location_key"]
    statement = (
        sa.update(table)
        .where(table.c.location_key == sa.bindparam("of_key"))
        .values({name: sa.bindparam(f"new_{name}") for name in columns})
    )
    rows = frame.rename(columns={"location_key": "of_key", **{n: f"new_{n}" for n in columns}})
    values: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()}
        for row in rows.astype(object).to_dict("records")
    ]
    connection.execute(statement, values)


def write_planted(
    database: Database, connection: Connection, frame: pd.DataFrame, import_id: int
) -> None:
    """Store what the synthetic county planted (shape PLANTED_COLUMNS)."""
    require_columns(frame, PLANTED_COLUMNS, "planted truth")
    rows = frame[list(PLANTED_COLUMNS)].assign(import_id=import_id)
    for column in ("first_day", "last_day"):
        days = pd.to_datetime(rows[column])
        rows[column] = [str(day.date()) if database.is_sqlite else day.date() for day in days]
    database.write_frame(connection, table_of(PlantedTruth), rows)


def delete_months(
    connection: Connection,
    *,
    source_system: str,
    force: str,
    months: Sequence[str],
    crime_types: Sequence[str],
) -> int:
    """Delete months of a force that a newer issue of the same file replaces; give how many."""
    table = table_of(Incident)
    result = connection.execute(
        sa.delete(table).where(
            table.c.source_system == source_system,
            table.c.force == force,
            table.c.month.in_(list(months)),
            table.c.crime_type.in_(list(crime_types)),
        )
    )
    return int(result.rowcount)


def held_ids(connection: Connection, force: str, source_system: str) -> set[str]:
    """Give the references already held of a force and system."""
    table = table_of(Incident)
    rows = connection.execute(
        sa.select(table.c.incident_id).where(
            table.c.force == force, table.c.source_system == source_system
        )
    )
    return {row[0] for row in rows}


def read_incident_frame(database: Database, ward_code: str | None = None) -> pd.DataFrame:
    """Read what analyses and maps need of every incident; no address, victim or free text.

    Parameters
    ----------
    database : Database
    ward_code : str, optional
        Only the incidents counted in this ward.

    Returns
    -------
    DataFrame
        One row an incident: ``asb`` (bool), ``month`` (`Month.ordinal`), ``hour`` (0-23, -1
        unknown), ``weekday`` (Monday 0, -1 unknown), ``shift_date`` (datetime64, NaT unknown),
        ``occurred_at`` (datetime64, local time; NaT where only the month is known),
        ``easting`` and ``northing`` (metres, EPSG:27700), ``is_default_geocode``,
        ``is_excluded``, and `FRAME_CATEGORIES` as categories.
    """
    where, given = ("WHERE i.ward_code = ? ", [ward_code]) if ward_code is not None else ("", [])
    frame = database.read_frame(
        "SELECT i.asb, i.month, i.occurred_from, i.easting, i.northing, "
        + ", ".join(f"i.{name}" for name in FRAME_CATEGORIES)
        + ", COALESCE(l.is_default_geocode, FALSE) AS is_default_geocode, "
        "COALESCE(l.is_excluded, FALSE) AS is_excluded "
        "FROM incidents i LEFT JOIN locations l ON l.location_key = i.location_key "
        f"{where}ORDER BY i.id",
        *given,
        categories=(*FRAME_CATEGORIES, "month"),
    )
    for name in FRAME_CATEGORIES:
        # Arrow lists categories as they come; groups of a frame stand in order of their names.
        column = frame[name].cat
        frame[name] = column.reorder_categories(column.categories.sort_values())
    for name in ("asb", "is_default_geocode", "is_excluded"):
        frame[name] = frame[name].astype(bool)
    frame["month"] = _as_ordinals(frame["month"])
    times = as_times(frame.pop("occurred_from"))
    timed = (frame["time_precision"] == "minute").to_numpy()
    dated = timed | (frame["time_precision"] == "day").to_numpy()
    if len(frame):
        frame["hour"] = np.where(timed, times.dt.hour, -1).astype(np.int8)
        # A shift-day runs from 06:00, so the small hours belong to the night before.
        shifted = (times - pd.to_timedelta(np.where(timed, 6, 0), unit="h")).dt.normalize()
        frame["weekday"] = np.where(dated, shifted.dt.day_of_week, -1).astype(np.int8)
        frame["shift_date"] = shifted.where(dated)
        frame["occurred_at"] = times.where(dated)
    else:
        frame = frame.assign(
            hour=np.empty(0, dtype=np.int8),
            weekday=np.empty(0, dtype=np.int8),
            shift_date=pd.Series(dtype="datetime64[us]"),
            occurred_at=pd.Series(dtype="datetime64[us]"),
        )
    for name in ("easting", "northing"):
        frame[name] = frame[name].astype(np.float32)
    return frame


def read_asb_columns(database: Database, *names: str) -> pd.DataFrame:
    """Read some columns of every ASB incident, far faster than the whole frame.

    Parameters
    ----------
    database : Database
    *names : str
        Of `FRAME_CATEGORIES`; they come as categories.

    Returns
    -------
    DataFrame
        ``month`` (`Month.ordinal`) and those asked for, one row an incident in order of its id.
    """
    wanted = ("month", *names)
    frame = database.read_frame(
        f"SELECT {', '.join(wanted)} FROM incidents WHERE asb ORDER BY id", categories=wanted
    )
    for name in names:
        column = frame[name].cat
        frame[name] = column.reorder_categories(column.categories.sort_values())
    return frame.assign(month=_as_ordinals(frame["month"]))


def _as_ordinals(months: pd.Series) -> npt.NDArray[np.int32]:
    """Turn months as texts, read as categories, into `Month.ordinal`."""
    known = months.astype("category").cat
    ordinals = np.array(
        [int(text[:4]) * 12 + int(text[5:]) - 1 for text in known.categories], dtype=np.int32
    )
    return ordinals[known.codes] if len(months) else np.empty(0, dtype=np.int32)


def count_by_precision(database: Database, force: str) -> dict[str, int]:
    """Count the ASB incidents of a force whose time is known to the minute, day or month."""
    frame = database.read_frame(
        "SELECT time_precision, COUNT(*) AS n FROM incidents WHERE asb AND force = ? "
        "GROUP BY time_precision",
        force,
    )
    return {str(name): int(n) for name, n in zip(frame["time_precision"], frame["n"], strict=True)}


def read_planted(database: Database) -> pd.DataFrame:
    """Read what the synthetic county planted."""
    frame = database.read_frame(
        "SELECT " + ", ".join(PLANTED_COLUMNS) + " FROM planted_truth ORDER BY planted_id"
    )
    for column in ("first_day", "last_day"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def read_for_placing(database: Database) -> pd.DataFrame:
    """Read what placing needs of every incident, with the ward it has now.

    An incident whose exact place was erased and that has no LSOA keeps the ward it has.
    """
    return database.read_frame(
        "SELECT id, easting, northing, lsoa_code, ward_code, ward_edition, ward_by, district_code "
        "FROM incidents WHERE easting IS NOT NULL OR lsoa_code <> '' OR ward_code = '' ORDER BY id"
    ).astype({"easting": float, "northing": float})


def write_places(connection: Connection, frame: pd.DataFrame) -> None:
    """Set ward and LSOA of incidents by id (columns id, lsoa_code and ASSIGNED_COLUMNS)."""
    if frame.empty:
        return
    table = table_of(Incident)
    columns = [*ASSIGNED_COLUMNS, "lsoa_code"]
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("of_id"))
        .values({name: sa.bindparam(f"new_{name}") for name in columns})
    )
    rows = frame.rename(columns={"id": "of_id", **{n: f"new_{n}" for n in columns}})
    values: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()}
        for row in rows.astype(object).to_dict("records")
    ]
    connection.execute(statement, values)
