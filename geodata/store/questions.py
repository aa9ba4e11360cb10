"""What was asked and recorded of each incident, and the days on which recording changed."""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from geodata.categories import FLAG_COLUMNS, PROTECTED_COLUMNS
from geodata.errors import AlreadyMarkedError
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction, as_times
from geodata.store.models import RecordingBreak

_TEXTS = (
    "force", "month", "district_code", "ward_code", "report_channel", "nsir_category",
    "location_precision", "time_precision", *FLAG_COLUMNS, *PROTECTED_COLUMNS,
)  # fmt: skip


def read_question_frame(database: Database, ward_code: str | None = None) -> pd.DataFrame:
    """Read what was recorded of each ASB incident, or of those of a ward; no person, no place.

    Returns
    -------
    DataFrame
        force, month ('YYYY-MM'), district_code, ward_code, report_channel, nsir_category,
        location_precision, the yes/no fields and whether each protected characteristic was
        recorded, all as categories; reported_at (local time of the report or, where that is
        not known, of the incident; NaT where only a day or month is known).
    """
    where, given = ("AND ward_code = ? ", [ward_code]) if ward_code is not None else ("", [])
    frame = database.read_frame(
        f"SELECT reported_at, occurred_from, {', '.join(_TEXTS)} FROM incidents WHERE asb {where}"
        "ORDER BY id",
        *given,
        categories=_TEXTS,
    )
    began = as_times(frame.pop("occurred_from")).where(frame["time_precision"] == "minute")
    reported = as_times(frame["reported_at"])
    return frame.assign(reported_at=reported.where(reported.notna(), began))


def read_breaks(database: Database) -> pd.DataFrame:
    """Read the changes of recording: id, force, day (date), what, marked_by, newest first."""
    frame = database.read_frame(
        "SELECT id, force, day, what, marked_by FROM recording_breaks ORDER BY day DESC, id"
    )
    return frame.assign(day=pd.to_datetime(frame["day"]).dt.date)


def breaks_version(database: Database) -> str:
    """Give a short text that is another one whenever the list of changes is."""
    row = database.read_frame(
        "SELECT COUNT(*) AS n, MAX(marked_at) AS newest FROM recording_breaks"
    ).iloc[0]
    if not row["n"]:
        return "0"
    return f"{row['n']}-{pd.Timestamp(row['newest']):%y%m%d%H%M%S%f}"


def add_break(
    connection: Transaction, *, force: str, day: dt.date, what: str, marked_by: str
) -> int:
    """Add a change of recording and give its id.

    Raises
    ------
    AlreadyMarkedError
        If the same change is marked on that day.
    """
    table = table_of(RecordingBreak)
    same = (table.c.force == force) & (table.c.day == day) & (table.c.what == what)
    if connection.execute(sa.select(table.c.id).where(same)).first():
        raise AlreadyMarkedError(
            "This change of recording is marked already.",
            "The same force, day and words are in the list.",
            "Choose another day or say what differs.",
        )
    values = {"force": force, "day": day, "what": what, "marked_by": marked_by}
    key = connection.execute(
        sa.insert(table).values(**values, marked_at=dt.datetime.now(dt.UTC))
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def remove_break(connection: Transaction, break_id: int) -> None:
    """Take a change of recording off the list; nothing happens if it is gone."""
    table = table_of(RecordingBreak)
    connection.execute(sa.delete(table).where(table.c.id == break_id))
