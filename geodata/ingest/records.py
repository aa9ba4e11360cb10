"""What an import does with one file of calls or cases: read, check and store."""

from geodata.ingest.running import Running
from geodata.report import FileReport
from geodata.sources.calls import read_calls_file
from geodata.sources.cases import read_cases_file
from geodata.sources.extract_columns import fold
from geodata.sources.files import SourceMember, read_table
from geodata.store import calls as call_store
from geodata.store import incidents as incident_store
from geodata.store.case_import import write_cases


def store_calls(running: Running, member: SourceMember, import_id: int, result: FileReport) -> None:
    """Store the calls of a file that are not held yet.

    A call without a place or a district takes those of the incident it is about.
    """
    assert running.mapping is not None
    mapping = running.mapping
    frame = read_table(member, settings=running.settings, delimiter=mapping.source.delimiter)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    names = running.read_districts()
    districts = {fold(code): code for code in names} | {
        fold(name): code for code, name in names.items()
    }
    frames = read_calls_file(frame, mapping, result.faults, member.name, districts)
    held = call_store.held_call_ids(running.connection, mapping.source.force, mapping.source.system)
    again = frames.calls["call_id"].isin(held)
    if again.any():
        result.notes.append(
            f"{int(again.sum()):,} references are held already and stay as they are."
        )
    fresh = call_store.fill_from_incidents(
        running.database.inside(running.connection), frames.calls[~again]
    )
    incident_store.write_locations(
        running.database, running.connection, frames.locations, import_id
    )
    call_store.write_calls(running.database, running.connection, fresh, import_id, running.progress)
    result.rows_stored = len(fresh)
    result.rows_left_out = int(again.sum())


def store_cases(running: Running, member: SourceMember, import_id: int, result: FileReport) -> None:
    """Add the cases of a file, or bring those that are held up to date by reference."""
    assert running.mapping is not None
    mapping = running.mapping
    frame = read_table(member, settings=running.settings, delimiter=mapping.source.delimiter)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    frames = read_cases_file(frame, mapping, result.faults, member.name, running.read_wards())
    incident_store.write_locations(
        running.database, running.connection, frames.locations, import_id
    )
    changes = write_cases(running.connection, frames.cases, import_id, given=frames.given)
    result.rows_stored = changes.added + changes.changed
    result.rows_left_out = changes.same
    result.notes.append(
        f"New cases: {changes.added:,}; changed: {changes.changed:,}, of them closed: "
        f"{changes.closed:,}; as they were: {changes.same:,}."
    )
