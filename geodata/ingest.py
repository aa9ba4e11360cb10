"""From file to store: read, check, place in wards, and store in one transaction.

An import of several files is one transaction: a fault under ``strict``, a broken file or a
killed process leaves nothing. The same bytes imported twice add nothing, whether they come
plain, as .gz or inside a .zip.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.categories import ASB_CRIME_TYPE
from geodata.errors import MappingError, NothingToImportError, StrictImportError
from geodata.faults import Faults
from geodata.joins import WardFinder
from geodata.placing import fill_lsoas, make_finder, place_again
from geodata.report import FileReport, ImportReport
from geodata.settings import Settings, get_settings
from geodata.sources import census, police_uk
from geodata.sources.boundaries import read_boundaries
from geodata.sources.files import SourceMember, open_members, read_table
from geodata.sources.force_extract import ExtractFrames, read_force_extract
from geodata.sources.mapping import Mapping, load_mapping
from geodata.sources.mapping_draft import DRAFT_MARK
from geodata.sources.tables import report_table_faults
from geodata.store import areas as area_store
from geodata.store import imports as import_store
from geodata.store import incidents as incident_store
from geodata.store.areas import read_areas
from geodata.store.database import Database, Progress, Transaction, require_ready

SOURCES = {
    "boundaries": "ward, district, LSOA or place polygons (GeoJSON, GeoPackage, zipped Shapefile)",
    "lookup": "which LSOA lies in which ward and district, or which old LSOA became which new one",
    "population": "residents by area",
    "segments": "area classification, such as the Output Area Classification",
    "police-uk": "street files of police.uk (.csv, .csv.gz or the archive .zip)",
    "incidents": "a force or council extract (CSV, XLSX, Parquet) with a mapping file",
}


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    Parameters
    ----------
    dry_run : bool
        Do everything but keep nothing.
    strict : bool
        Store nothing if any row is refused.
    kind, edition, as_at, crs : optional
        For boundaries: what the file does not say itself.
    crime_types : tuple of str
        For police-uk: types to keep; ``('all',)`` keeps every one.
    mapping : Path or Mapping, optional
        For incidents: which column is what.
    classification : str, optional
        For segments: name of the classification.
    year : int, optional
        For population: year of the figures.
    """

    dry_run: bool = False
    strict: bool = False
    kind: str | None = None
    edition: str | None = None
    as_at: dt.date | None = None
    crs: str | None = None
    crime_types: tuple[str, ...] = (ASB_CRIME_TYPE,)
    mapping: Path | Mapping | None = None
    classification: str | None = None
    year: int | None = None


class _DryRun(Exception):  # noqa: N818 - a signal that rolls back, not an error
    """Raised to roll a dry run back."""


@dataclass
class _Import:
    """One running import: what every step needs."""

    database: Database
    connection: Transaction
    source: str
    options: ImportOptions
    settings: Settings
    imported_by: str
    progress: Progress | None
    mapping: Mapping | None = None
    finder: WardFinder | None = None
    lsoas: gpd.GeoDataFrame | None = None

    def get_finder(self) -> WardFinder:
        """Build the ward finder once an import."""
        if self.finder is None:
            seen = self.database.inside(self.connection)
            self.finder = make_finder(seen, self.settings.nearest_ward_limit_m)
        return self.finder

    def get_lsoas(self) -> gpd.GeoDataFrame:
        """Read the current LSOAs once an import."""
        if self.lsoas is None:
            self.lsoas = read_areas(self.database.inside(self.connection), "lsoa")
        return self.lsoas


def run_import(
    database: Database,
    source: str,
    paths: Sequence[Path],
    *,
    options: ImportOptions | None = None,
    imported_by: str,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> ImportReport:
    """Import files of one source.

    Parameters
    ----------
    database : Database
        At the current layout.
    source : str
        One of `SOURCES`.
    paths : sequence of Path
        Files; an archive counts as the files inside.
    options : ImportOptions, optional
        How to import.
    imported_by : str
        Who does it, for the record.
    progress : callable, optional
        Told what is done, steps finished and steps in all.
    settings : Settings, optional
        Limits; default from the environment.

    Returns
    -------
    ImportReport

    Raises
    ------
    UserFacingError
        If a file cannot be used at all, or has faults under ``strict``; nothing is stored.
    """
    if source not in SOURCES:
        raise NothingToImportError(
            f"{source!r} is not a source.",
            f"Accepted are {', '.join(SOURCES)}.",
            "Choose one of them.",
        )
    options = options or ImportOptions()
    settings = settings or get_settings()
    require_ready(database)
    mapping = _mapping_of(source, options)
    report = ImportReport(source, dry_run=options.dry_run)
    try:
        with database.begin() as connection:
            running = _Import(
                database, connection, source, options, settings, imported_by, progress, mapping
            )
            for number, path in enumerate(paths):
                if progress:
                    progress(f"Reading {path.name}", number, len(paths))
                _import_path(running, path, report)
            if not report.files:
                raise NothingToImportError(
                    "There is nothing to import.",
                    "The archive holds no '-street.csv' file."
                    if source == "police-uk"
                    else "No file was given.",
                    "Check the files.",
                )
            if source in {"boundaries", "lookup"}:
                held, changed = place_again(database, connection, settings.nearest_ward_limit_m)
                if changed:
                    report.notes.append(
                        f"{changed:,} of {held:,} incidents were given a ward anew."
                    )
            if options.strict and report.rows_refused:
                raise StrictImportError(
                    f"{report.rows_refused:,} rows were refused, so nothing was stored.",
                    "\n".join(report.sentences),
                    "Mend the rows, or import without --strict to store the good ones.",
                )
            if options.dry_run:
                raise _DryRun
    except _DryRun:
        pass
    if progress:
        progress("Done", len(paths), len(paths))
    return report


def _mapping_of(source: str, options: ImportOptions) -> Mapping | None:
    if source != "incidents":
        return None
    if options.mapping is None:
        raise MappingError(
            "An incident extract needs a mapping file.",
            "It says which column is what, in which form dates are, and in which coordinates.",
            "Draft one: wardlight import incidents --suggest-mapping FILE > mapping.toml",
        )
    given = options.mapping
    mapping = given if isinstance(given, Mapping) else load_mapping(given)
    if mapping.source.force.startswith(DRAFT_MARK):
        raise MappingError(
            "The mapping file is still a draft.",
            f"Its [source] force says {mapping.source.force!r}.",
            "Write the name of the force or council there, and look at each line marked CHECK.",
        )
    return mapping


def _import_path(running: _Import, path: Path, report: ImportReport) -> None:
    zipped = path.suffix.lower() == ".zip"
    wanted = police_uk.is_street_file if running.source == "police-uk" and zipped else None
    with open_members(path, settings=running.settings, wanted=wanted) as members:
        for member in members:
            report.files.append(_import_member(running, member))


def _scope(running: _Import) -> str:
    options = running.options
    if running.source == "police-uk":
        return ", ".join(sorted(options.crime_types))
    if running.source == "incidents" and running.mapping is not None:
        return running.mapping.source.force
    given = (options.kind, options.edition, options.classification, options.year)
    return "/".join(str(value) for value in given if value)


def _import_member(running: _Import, member: SourceMember) -> FileReport:
    result = FileReport(member.name)
    scope = _scope(running)
    if import_store.is_held(running.connection, running.source, member.content_hash, scope):
        result.already_held = True
        return result
    import_id = import_store.start_import(
        running.connection,
        source=running.source,
        file_name=member.name,
        content_hash=member.content_hash,
        scope=scope,
        imported_by=running.imported_by,
    )
    _STEPS[running.source](running, member, import_id, result)
    if not result.rows_read:
        raise NothingToImportError(
            f"{member.name} holds no rows.",
            "It has a header and nothing below it.",
            "Check the export.",
        )
    import_store.finish_import(
        running.database,
        running.connection,
        import_id,
        rows_read=result.rows_read,
        rows_stored=result.rows_stored,
        rows_refused=result.faults.count,
        rows_left_out=result.rows_left_out,
        refusals=result.faults.to_frame(),
        details={"ward_by": dict(result.ward_by), "notes": result.notes},
    )
    return result


def _boundaries(running: _Import, member: SourceMember, import_id: int, result: FileReport) -> None:
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


def _table(running: _Import, member: SourceMember, result: FileReport) -> pd.DataFrame:
    frame = read_table(member, settings=running.settings)
    report_table_faults(frame, result.faults)
    result.rows_read = len(frame) + len(frame.attrs.get("ragged_rows", []))
    return frame


_Reader = Callable[[pd.DataFrame, str, Faults, ImportOptions], pd.DataFrame]
_Writer = Callable[[Database, Transaction, pd.DataFrame, int], None]


def _area_table(reader: _Reader, writer: _Writer) -> Callable[..., None]:
    def step(running: _Import, member: SourceMember, import_id: int, result: FileReport) -> None:
        frame = _table(running, member, result)
        if frame.empty:
            return
        rows = reader(frame, member.name, result.faults, running.options)
        writer(running.database, running.connection, rows, import_id)
        result.rows_stored = result.rows_read - result.faults.count

    return step


def _police_uk(running: _Import, member: SourceMember, import_id: int, result: FileReport) -> None:
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
    _store_incidents(running, frames, import_id, result)
    result.rows_left_out = result.rows_read - result.rows_stored - result.faults.count


def _incidents(running: _Import, member: SourceMember, import_id: int, result: FileReport) -> None:
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
    _store_incidents(running, fresh, import_id, result)
    result.rows_left_out = int(again.sum())


def _store_incidents(
    running: _Import, frames: ExtractFrames, import_id: int, result: FileReport
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


_STEPS: dict[str, Callable[[_Import, SourceMember, int, FileReport], None]] = {
    "boundaries": _boundaries,
    "lookup": _area_table(
        lambda frame, name, faults, options: census.read_lookup(frame, name, faults),
        area_store.write_lookups,
    ),
    "population": _area_table(
        lambda frame, name, faults, options: census.read_population(
            frame, name, faults, year=options.year
        ),
        area_store.write_population,
    ),
    "segments": _area_table(
        lambda frame, name, faults, options: census.read_segments(
            frame, name, faults, classification=options.classification
        ),
        area_store.write_segments,
    ),
    "police-uk": _police_uk,
    "incidents": _incidents,
}
