"""What an import does with one file of areas or incidents: read, check, place and store."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from geodata.faults import Faults
from geodata.ingest.running import ImportOptions, Running
from geodata.placing import fill_lsoas
from geodata.report import FileReport
from geodata.sources import census, police_uk
from geodata.sources.boundaries import read_boundaries
from geodata.sources.files import SourceMember, read_table
from geodata.sources.force_extract import ExtractFrames, read_force_extract
from geodata.sources.tables import report_table_faults
from geodata.store import areas as area_store
from geodata.store import incidents as incident_store
from geodata.store.database import Database, Transaction

Step = Callable[[Running, SourceMember, int, FileReport], None]
"""Takes a running import, a file, the import it belongs to, and the report it fills in."""


def store_boundaries(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store areas with their polygons."""
    options = running.options
    frame = read_boundaries(
        member.path,
        member.name,
        result.faults,
        kind=options.kind,
        edition=options.edition,
        as_at=options.as_at,
        crs=options.crs,
    )
    area_store.write_areas(running.database, running.connection, frame, import_id)
    result.rows_stored = len(frame)
    result.rows_read = len(frame) + result.faults.count
    if frame.attrs["repaired"]:
        result.notes.append(f"{frame.attrs['repaired']:,} self-touching polygons were repaired.")


def read_rows(running: Running, member: SourceMember, result: FileReport) -> pd.DataFrame:
    """Read a table, tell its faults, and count its rows."""
    frame = read_table(member, settings=running.settings)
    report_table_faults(frame, result.faults)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    return frame


_Reader = Callable[[pd.DataFrame, str, Faults, ImportOptions], pd.DataFrame]
_Writer = Callable[[Database, Transaction, pd.DataFrame, int], None]


def _area_table(reader: _Reader, writer: _Writer) -> Callable[..., None]:
    def step(running: Running, member: SourceMember, import_id: int, result: FileReport) -> None:
        frame = read_rows(running, member, result)
        if frame.empty:
            return
        rows = reader(frame, member.name, result.faults, running.options)
        writer(running.database, running.connection, rows, import_id)
        result.rows_stored = result.rows_read - result.faults.count

    return step


def store_police_uk(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store a street file; the months it holds replace those of an earlier issue."""
    frame = read_table(member, settings=running.settings)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    frames = police_uk.read_street_file(
        frame,
        member.name,
        result.faults,
        content_hash=member.content_hash,
        crime_types=running.options.crime_types,
    )
    incidents = frames.incidents
    replaced = 0
    for (force, month), rows in incidents.groupby(["force", "month"], observed=True):
        replaced += incident_store.delete_months(
            running.connection,
            source_system=police_uk.SOURCE_SYSTEM,
            force=str(force),
            months=[str(month)],
            crime_types=sorted(rows["crime_type"].unique()),
        )
    if replaced:
        result.notes.append(f"It replaces {replaced:,} rows of an earlier issue of the same month.")
    _keep_incidents(running, frames, import_id, result)
    result.rows_left_out = result.rows_read - result.rows_stored - result.faults.count


def store_incidents(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store the incidents of an extract that are not held yet."""
    assert running.mapping is not None
    mapping = running.mapping
    frame = read_table(member, settings=running.settings, delimiter=mapping.source.delimiter)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    stem = f"{Path(member.name).stem}-{member.content_hash[:8]}"
    frames = read_force_extract(frame, mapping, result.faults, f"{stem}.csv")
    held = incident_store.held_ids(running.connection, mapping.source.force, mapping.source.system)
    again = frames.incidents["incident_id"].isin(held)
    if again.any():
        result.notes.append(
            f"{int(again.sum()):,} references are held already and stay as they are."
        )
    fresh = ExtractFrames(frames.incidents[~again], frames.locations)
    _keep_incidents(running, fresh, import_id, result)
    result.rows_left_out = int(again.sum())


def _keep_incidents(
    running: Running, frames: ExtractFrames, import_id: int, result: FileReport
) -> None:
    placed = running.get_finder().place(frames.incidents)
    incidents = frames.incidents.assign(lsoa_code=fill_lsoas(frames.incidents, running.get_lsoas()))
    result.ward_by = Counter(placed["ward_by"].tolist())
    incident_store.write_locations(
        running.database, running.connection, frames.locations, import_id
    )
    incident_store.write_incidents(
        running.database,
        running.connection,
        pd.concat([incidents, placed], axis=1),
        import_id,
        running.progress,
    )
    result.rows_stored = len(frames.incidents)


store_lookup = _area_table(
    lambda frame, name, faults, options: census.read_lookup(frame, name, faults),
    area_store.write_lookups,
)
store_population = _area_table(
    lambda frame, name, faults, options: census.read_population(
        frame, name, faults, year=options.year
    ),
    area_store.write_population,
)
store_segments = _area_table(
    lambda frame, name, faults, options: census.read_segments(
        frame, name, faults, classification=options.classification
    ),
    area_store.write_segments,
)
