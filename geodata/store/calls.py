"""Calls for service and plans for repeat callers: bulk write, and which references are held.

A call is not an incident: several may be about one, or about none. Names come sealed and stay
sealed here.
"""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from geodata.schemas import CALL_COLUMNS, CALLER_PLAN_COLUMNS, require_columns
from geodata.store.areas import table_of
from geodata.store.database import Database, Progress, Transaction, as_times
from geodata.store.models import Call, CallerPlan

_BATCH = 500


def write_calls(
    database: Database,
    connection: Transaction,
    frame: pd.DataFrame,
    import_id: int,
    progress: Progress | None = None,
) -> None:
    """Append calls (shape CALL_COLUMNS) in an open transaction."""
    require_columns(frame, CALL_COLUMNS, "calls")
    rows = frame[list(CALL_COLUMNS)].assign(import_id=import_id)
    database.write_frame(connection, table_of(Call), rows, progress)


def write_caller_plans(connection: Transaction, frame: pd.DataFrame, changed_by: str) -> None:
    """Append plans for repeat callers (shape CALLER_PLAN_COLUMNS) in an open transaction."""
    require_columns(frame, CALLER_PLAN_COLUMNS, "caller plans")
    rows = [
        {str(name): value for name, value in row.items()}
        for row in as_plain_dates(frame[list(CALLER_PLAN_COLUMNS)]).to_dict("records")
    ]
    if rows:
        stamp = {"changed_at": dt.datetime.now(dt.UTC), "changed_by": changed_by}
        connection.execute(sa.insert(table_of(CallerPlan)), [{**row, **stamp} for row in rows])


def held_call_ids(connection: Transaction, force: str, source_system: str) -> set[str]:
    """Give the references of calls already held of a force and system."""
    table = table_of(Call)
    rows = connection.execute(
        sa.select(table.c.call_id).where(
            table.c.force == force, table.c.source_system == source_system
        )
    )
    return {row[0] for row in rows}


def fill_from_incidents(database: Database, frame: pd.DataFrame) -> pd.DataFrame:
    """Give calls (shape CALL_COLUMNS) without a place or a district those of their incident."""
    wanted = frame.loc[frame["incident_id"].ne(""), "incident_id"].unique().tolist()
    parts = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        parts.append(
            database.read_frame(
                "SELECT incident_id, force, location_key, district_code FROM incidents "
                f"WHERE incident_id IN ({marks})",
                *batch,
            )
        )
    if not parts:
        return frame
    held = pd.concat(parts, ignore_index=True).drop_duplicates(["force", "incident_id"])
    found = frame[["force", "incident_id"]].merge(held, how="left", on=["force", "incident_id"])
    found = found.set_axis(frame.index, axis=0).fillna("")
    columns = ("location_key", "district_code")
    return frame.assign(
        **{name: frame[name].where(frame[name].ne(""), found[name]) for name in columns}
    )


def read_calls(database: Database, *, months: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read calls without their sealed names, of some months (YYYY-MM) or all.

    Returns
    -------
    DataFrame
        Columns of schemas.CALL_COLUMNS but for the name, in order of time; ``called_at`` as
        datetime64.
    """
    columns = [name for name in CALL_COLUMNS if name != "sealed_name"]
    marks = ", ".join("?" * len(months))
    where = f"WHERE month IN ({marks}) " if months else ""
    frame = database.read_frame(
        f"SELECT {', '.join(columns)} FROM calls {where}ORDER BY called_at, id", *months
    )
    frame["called_at"] = as_times(frame["called_at"])
    return frame


def as_plain_dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn missing values, such as a day that is not known, into None."""
    return frame.astype(object).where(frame.notna(), None)
