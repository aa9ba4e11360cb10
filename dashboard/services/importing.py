"""Take files into the store: from the command line, from the browser, or the synthetic county.

Each import is logged as a collection in the transaction that stores it: no data without the
event, no event without the data.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.permissions import Permission, current_actor, needs
from dashboard.services import audit
from geodata.county import load_county
from geodata.errors import UserFacingError
from geodata.ingest import ImportOptions, ImportReport, run_import
from geodata.sources.demo import County
from geodata.store.database import Database, Progress, Transaction

SOURCES = {
    "boundaries": "Boundaries (GeoJSON, GeoPackage, zipped Shapefile)",
    "lookup": "Lookup between areas (CSV)",
    "population": "Population (CSV)",
    "segments": "Area classification (CSV)",
    "area-scores": "Score by LSOA or ward, such as deprivation (CSV), with a mapping file",
    "police-uk": "police.uk street file (CSV, gz or archive zip)",
    "incidents": "Force or council extract (CSV, XLSX, Parquet) with a mapping file",
    "calls": "Calls for service (CSV, XLSX, Parquet) with a mapping file",
    "cases": "Cases (CSV, XLSX, Parquet) with a mapping file",
    "survey": "Survey (CSV, SPSS, Stata, Parquet) with a mapping file",
    "teams": "Officers of neighbourhood teams by ward (CSV, XLSX, Parquet)",
    "postcodes": "Postcodes and where they lie (ONS Postcode Directory, CSV)",
    "priorities": "Residents' priorities by ward (CSV, XLSX, Parquet)",
}


@dataclass(frozen=True)
class Upload:
    """A file as the browser handed it over."""

    name: str
    content: bytes


@needs(Permission.IMPORT)
def import_paths(
    database: Database,
    source: str,
    paths: Sequence[Path],
    options: ImportOptions,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files of one source under the name of who acts.

    Raises
    ------
    UserFacingError
        If the import refuses a file.
    """
    return run_import(
        database,
        source,
        paths,
        options=options,
        imported_by=current_actor().name,
        progress=progress,
        on_stored=_logging(database),
    )


@needs(Permission.IMPORT)
def import_county(
    database: Database, county: County, progress: Progress | None = None
) -> ImportReport:
    """Store the synthetic county under the name of who acts.

    Raises
    ------
    UserFacingError
        If the database holds other data.
    """
    name = current_actor().name
    return load_county(
        database, county, imported_by=name, progress=progress, on_stored=_logging(database)
    )


def _logging(database: Database) -> Callable[[Transaction, ImportReport], None]:
    def log(connection: Transaction, report: ImportReport) -> None:
        audit.log(
            database, "collection", "import", report.source, "import", connection=connection,
            details={
                "files": len(report.files),
                "names": ", ".join(file.name for file in report.files)[:500],
                "rows stored": report.rows_stored,
                "rows refused": report.rows_refused,
            },
        )  # fmt: skip

    return log


@needs(Permission.IMPORT)
def import_uploads(
    database: Database,
    source: str,
    uploads: list[Upload],
    mapping: Upload | None,
    *,
    dry_run: bool,
    said: dict[str, str],
) -> ImportReport:
    """Import uploaded files in one go; nothing of them stays on disk afterwards.

    Parameters
    ----------
    database : Database
    source : str
        A key of `SOURCES`.
    uploads : list of Upload
        Files; only the last part of a name is used.
    mapping : Upload or None
        Mapping file (TOML), for ``incidents``, ``calls``, ``cases``, ``survey``,
        ``area-scores`` and, where its classes need one, ``segments``.
    dry_run : bool
        Check everything and store nothing.
    said : dict of str
        kind, edition, crs, year and classification where the file does not say them; empty
        text where it does.

    Raises
    ------
    UserFacingError
        If the year is not a number, or the import refuses a file.
    """
    given = {name: text.strip() for name, text in said.items() if text.strip()}
    year = given.pop("year", None)
    if year is not None and not year.isdecimal():
        raise UserFacingError(
            "The year is not a number.", f"{year[:20]!r} came.", "Write it as 2021."
        )
    with tempfile.TemporaryDirectory(prefix="wardlight-") as folder:
        paths = [_keep(Path(folder), upload) for upload in uploads]
        options = ImportOptions(
            dry_run=dry_run,
            mapping=_keep(Path(folder), mapping) if mapping else None,
            year=int(year) if year else None,
            **given,
        )
        return import_paths(database, source, paths, options)


def _keep(folder: Path, upload: Upload) -> Path:
    path = folder / (Path(upload.name).name or "upload")
    path.write_bytes(upload.content)
    return path
