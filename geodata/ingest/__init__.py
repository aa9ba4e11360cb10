"""From file to store: read, check, place in wards, and store in one transaction.

An import of several files is one transaction: a fault under ``strict``, a broken file or a
killed process leaves nothing. The same bytes imported twice add nothing, whether they come
plain, as .gz or inside a .zip.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from geodata.errors import MappingError, NothingToImportError, StrictImportError
from geodata.ingest import classes, engagement, records, scores, steps, surveys
from geodata.ingest.running import ImportOptions, Running
from geodata.ingest.steps import Step
from geodata.placing import place_again
from geodata.report import FileReport, ImportReport
from geodata.settings import Settings, get_settings
from geodata.sources import police_uk
from geodata.sources.files import SourceMember, open_members, require_present
from geodata.sources.mapping import Mapping, load_mapping
from geodata.sources.mapping_draft import DRAFT_MARK
from geodata.sources.record_forms import FORMS
from geodata.sources.survey_mapping import SurveyMapping, load_survey_mapping
from geodata.store import imports as import_store
from geodata.store.database import Database, Progress, Transaction, require_ready

__all__ = ["SOURCES", "ImportOptions", "ImportReport", "run_import"]

SOURCES = {
    "boundaries": "ward, district, LSOA or place polygons (GeoJSON, GeoPackage, zipped Shapefile)",
    "lookup": "which LSOA lies in which ward and district, or which old LSOA became which new one",
    "population": "residents by area",
    "segments": "area classification, such as the Output Area Classification",
    "area-scores": "a score by LSOA or ward, such as deprivation, with a mapping file",
    "police-uk": "street files of police.uk (.csv, .csv.gz or the archive .zip)",
    "incidents": "a force or council extract (CSV, XLSX, Parquet) with a mapping file",
    "calls": "calls for service (CSV, XLSX, Parquet) with a mapping file",
    "cases": "cases of a case system (CSV, XLSX, Parquet) with a mapping file",
    "survey": "answers or ready figures of a survey (CSV, .sav, .dta, Parquet) with a mapping file",
    "teams": "officers of neighbourhood teams by ward (CSV, XLSX, Parquet)",
    "postcodes": "the ONS Postcode Directory, or any table of postcodes and where they lie",
    "priorities": "residents' priorities by ward (CSV, XLSX, Parquet)",
}


class _DryRun(Exception):  # noqa: N818 - a signal that rolls back, not an error
    """Raised to roll a dry run back."""


def run_import(
    database: Database,
    source: str,
    paths: Sequence[Path],
    *,
    options: ImportOptions | None = None,
    imported_by: str,
    progress: Progress | None = None,
    settings: Settings | None = None,
    on_stored: Callable[[Transaction, ImportReport], None] | None = None,
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
    on_stored : callable, optional
        Called in the same transaction once everything is stored; not for a dry run.

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
    for path in paths:
        require_present(path)
    mapping = _mapping_of(source, options)
    survey = _survey_of(source, options)
    area_classes = classes.get_class_mapping(options) if source == "segments" else None
    area_scores = scores.get_score_mapping(options) if source == "area-scores" else None
    report = ImportReport(source, dry_run=options.dry_run)
    try:
        with database.begin() as connection:
            running = Running(
                database, connection, source, options, settings, imported_by, progress, mapping,
                survey, area_classes, area_scores,
            )  # fmt: skip
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
            if on_stored:
                on_stored(connection, report)
    except _DryRun:
        pass
    if progress:
        progress("Done", len(paths), len(paths))
    return report


def _mapping_of(source: str, options: ImportOptions) -> Mapping | None:
    if source not in FORMS:
        return None
    if options.mapping is None:
        raise MappingError(
            f"A file of {source} needs a mapping file.",
            "It says which column is what, in which words, and in which form dates are.",
            f"Draft one: wardlight import {source} --suggest-mapping FILE > mapping.toml",
        )
    given = options.mapping
    mapping = given if isinstance(given, Mapping) else load_mapping(str(given), FORMS[source])
    if mapping.source.force.startswith(DRAFT_MARK):
        raise MappingError(
            "The mapping file is still a draft.",
            f"Its [source] force says {mapping.source.force!r}.",
            "Write the name of the force or council there, and look at each line marked CHECK.",
        )
    return mapping


def _survey_of(source: str, options: ImportOptions) -> SurveyMapping | None:
    if source != "survey":
        return None
    if options.mapping is None:
        raise MappingError(
            "A file of survey needs a mapping file.",
            "It says which column is the weight, where respondents live and what answers mean.",
            "Draft one: wardlight import survey --suggest-mapping FILE > survey.toml",
        )
    given = options.mapping
    return given if isinstance(given, SurveyMapping) else load_survey_mapping(str(given))


def _import_path(running: Running, path: Path, report: ImportReport) -> None:
    zipped = path.suffix.lower() == ".zip"
    wanted = police_uk.is_street_file if running.source == "police-uk" and zipped else None
    with open_members(path, settings=running.settings, wanted=wanted) as members:
        for member in members:
            report.files.append(_import_member(running, member))


def _scope(running: Running) -> str:
    options = running.options
    if running.source == "police-uk":
        return ", ".join(sorted(options.crime_types))
    if running.mapping is not None:
        return running.mapping.source.force
    if running.survey is not None:
        return f"{running.survey.survey.name}/{running.survey.digest}"
    if running.classes is not None:
        part = running.classes.classification
        return "/".join([part.name, *part.columns, part.beside, running.classes.digest])
    if running.scores is not None:
        return f"{running.scores.score.name}/{running.scores.digest}"
    given = (options.kind, options.edition, options.classification, options.year)
    return "/".join(str(value) for value in given if value)


def _is_held(running: Running, member: SourceMember, scope: str) -> bool:
    """Say whether a file has nothing to add.

    A file of a source whose files take the place of one another may have made way since it came,
    so only the newest of those counts as held; none does when all is to be replaced.
    """
    if member.content_hash in running.taken:
        return True
    if running.options.replace:
        return False
    return import_store.is_held(
        running.connection, running.source, member.content_hash, scope,
        only_newest=running.source in _REPLACING,
    )  # fmt: skip


def _import_member(running: Running, member: SourceMember) -> FileReport:
    result = FileReport(member.name)
    scope = _scope(running)
    if _is_held(running, member, scope):
        result.already_held = True
        return result
    running.taken.add(member.content_hash)
    import_store.set_aside(running.connection, running.source, member.content_hash, scope)
    import_id = import_store.start_import(
        running.connection,
        source=running.source,
        file_name=member.name,
        content_hash=member.content_hash,
        scope=scope,
        imported_by=running.imported_by,
        is_synthetic=running.survey is not None and running.survey.survey.synthetic,
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


_REPLACING = frozenset({"area-scores", "survey", "teams", "postcodes", "priorities"})
"""Sources of which a later file takes the place of what an earlier one brought."""

_STEPS: dict[str, Step] = {
    "boundaries": steps.store_boundaries,
    "lookup": steps.store_lookup,
    "population": steps.store_population,
    "segments": classes.store_segments,
    "area-scores": scores.store_area_scores,
    "police-uk": steps.store_police_uk,
    "incidents": steps.store_incidents,
    "calls": records.store_calls,
    "cases": records.store_cases,
    "survey": surveys.store_survey,
    "teams": engagement.store_teams,
    "postcodes": engagement.store_postcodes,
    "priorities": engagement.store_priorities,
}
