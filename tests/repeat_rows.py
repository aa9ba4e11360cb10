"""Incidents and locations written straight into the tables, with the least that they ask for."""

import datetime as dt
from itertools import count

import pandas as pd
import sqlalchemy as sa

from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.models import Import, Incident, Location

USUAL = {
    "force": "Exton Police", "source_system": "police", "asb": True, "crime_type": "ASB",
    "report_channel": "public", "time_precision": "minute", "asb_type": "noise",
    "nsir_category": "personal", "location_precision": "exact",
}  # fmt: skip

_HASHES = count()


def write_import(database: Database) -> int:
    """Add an import for rows to belong to; give its number."""
    with database.begin() as connection:
        result = connection.execute(
            sa.insert(table_of(Import)).values(
                source="test", file_name="made up", content_hash=str(next(_HASHES)),
                imported_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), imported_by="tests",
            )
        )  # fmt: skip
        key = result.inserted_primary_key
        assert key is not None
        return int(key[0])


def write_rows(database: Database, frame: pd.DataFrame) -> None:
    """Write incidents: ``occurred_from`` and whatever else a test cares about."""
    frame = frame.reset_index(drop=True)
    rows = frame.assign(
        **{name: value for name, value in USUAL.items() if name not in frame},
        import_id=write_import(database),
        month=pd.to_datetime(frame["occurred_from"]).dt.strftime("%Y-%m"),
    )
    if "incident_id" not in rows:
        rows["incident_id"] = [f"I-{number:06d}" for number in range(len(rows))]
    table = table_of(Incident)
    usual = {
        column.name: column.default.arg
        for column in table.columns
        if column.default is not None and column.name not in rows
    }
    with database.begin() as connection:
        database.write_frame(connection, table, rows.assign(**usual))


def write_places(database: Database, *rows: dict[str, object]) -> None:
    """Write locations by ``location_key`` and whatever else a test cares about."""
    import_id = write_import(database)
    usual = {
        "uprn_key": "", "easting": 600_000.0, "northing": 150_000.0, "precision": "exact",
        "is_excluded": False, "is_default_geocode": False, "label": "On or near High Street",
        "sealed_address": "", "postcode_key": "", "block_key": "", "import_id": import_id,
    }  # fmt: skip
    with database.begin() as connection:
        connection.execute(sa.insert(table_of(Location)), [usual | row for row in rows])
