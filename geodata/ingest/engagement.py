"""What an import does with one file of teams, postcodes or priorities: read, check and store."""

import datetime as dt

import pandas as pd

from geodata.errors import ReferenceDataMissingError
from geodata.ingest.running import Running
from geodata.ingest.steps import read_rows
from geodata.report import FileReport
from geodata.sources.files import SourceMember
from geodata.sources.postcodes import read_postcode_file
from geodata.sources.priorities import read_priority_file
from geodata.sources.teams import read_teams
from geodata.store import engagement as engagement_store


def store_teams(running: Running, member: SourceMember, import_id: int, result: FileReport) -> None:
    """Store the officers of the wards that a file names, in place of those held."""
    frame = read_rows(running, member, result)
    if frame.empty:
        return
    rows = read_teams(frame, member.name, result.faults, _wards(running))
    engagement_store.write_officers(running.database, running.connection, rows, import_id)
    result.rows_stored = len(rows)
    vacant = int(rows["name"].eq("").sum())
    if vacant:
        result.notes.append(f"{vacant:,} of them say that a ward has nobody now.")


def store_postcodes(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store the postcodes that lie in a ward that is held."""
    frame = read_rows(running, member, result)
    if frame.empty:
        return
    _wards(running)
    read = read_postcode_file(frame, member.name, result.faults, running.get_finder())
    engagement_store.write_postcodes(running.database, running.connection, read.table, import_id)
    running.first_import = running.first_import or import_id
    result.rows_stored = len(read.table)
    result.rows_left_out = read.elsewhere
    result.notes.append(
        f"Placed by the ward's code: {read.by['code']:,}; by a point: {read.by['polygon']:,}; by "
        f"an LSOA: {read.by['lookup']:,}. In no ward that is held: {read.elsewhere:,}."
    )
    result.notes += _end_postcodes(running, running.first_import)


def _end_postcodes(running: Running, first_import: int) -> list[str]:
    """Say how many postcodes of earlier imports did not come again; take them out if asked to."""
    if running.options.replace:
        gone = engagement_store.clear_postcodes(running.connection, first_import)
        return [f"{gone:,} held before that did not come again are taken out."] if gone else []
    seen = running.database.inside(running.connection)
    left = engagement_store.count_postcodes(seen, first_import)
    if not left:
        return []
    return [
        f"{left:,} held before did not come again and stay, ended ones among them: for a list "
        "that is whole, --replace takes them out."
    ]


def store_priorities(
    running: Running, member: SourceMember, import_id: int, result: FileReport
) -> None:
    """Store the priorities of a file; those that people wrote on screen stay as they are."""
    frame = read_rows(running, member, result)
    if frame.empty:
        return
    rows = read_priority_file(
        frame, member.name, result.faults, _wards(running), today=dt.date.today()
    )
    stored, kept = engagement_store.write_priorities(
        running.database, running.connection, rows, import_id, changed_by=running.imported_by
    )
    result.rows_stored, result.rows_left_out = stored, kept
    if kept:
        result.notes.append(f"{kept:,} were written on screen and stay as they are.")


def _wards(running: Running) -> pd.DataFrame:
    """Give the current wards: code, name, district, district_code."""
    wards = running.get_finder().wards[["code", "name", "district_code"]]
    if wards.empty:
        raise ReferenceDataMissingError(
            "No wards are held.",
            "Teams, postcodes and priorities belong to wards.",
            "Import the boundaries of wards first.",
        )
    return pd.DataFrame(wards).assign(district=wards["district_code"].map(running.read_districts()))
