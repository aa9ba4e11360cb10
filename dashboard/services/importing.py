"""Take a file that came through the browser into the store, as the command line does."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import UserFacingError
from geodata.ingest import ImportOptions, ImportReport, run_import
from geodata.store.database import Database

SOURCES = {
    "boundaries": "Boundaries (GeoJSON, GeoPackage, zipped Shapefile)",
    "lookup": "Lookup between areas (CSV)",
    "population": "Population (CSV)",
    "segments": "Area classification (CSV)",
    "police-uk": "police.uk street file (CSV, gz or archive zip)",
    "incidents": "Force or council extract (CSV, XLSX, Parquet) with a mapping file",
}


@dataclass(frozen=True)
class Upload:
    """A file as the browser handed it over."""

    name: str
    content: bytes


def import_uploads(
    database: Database,
    source: str,
    uploads: list[Upload],
    mapping: Upload | None,
    *,
    dry_run: bool,
    imported_by: str,
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
        Mapping file (TOML), for ``incidents``.
    dry_run : bool
        Check everything and store nothing.
    imported_by : str
        Name that the import is recorded under.
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
        return run_import(database, source, paths, options=options, imported_by=imported_by)


def _keep(folder: Path, upload: Upload) -> Path:
    path = folder / (Path(upload.name).name or "upload")
    path.write_bytes(upload.content)
    return path
