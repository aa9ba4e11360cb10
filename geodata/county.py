"""Store the synthetic county: everything in one transaction, and never beside real data."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from geodata.errors import UserFacingError
from geodata.joins import WardFinder, chain_lsoa_to_ward
from geodata.report import FileReport, ImportReport
from geodata.sources.demo import County
from geodata.sources.demo.case_work import draw_standard_steps
from geodata.sources.demo.engagement import ADDED_BY
from geodata.sources.demo.scores import HEAD as SCORE_HEAD
from geodata.store import area_scores as score_store
from geodata.store import areas as area_store
from geodata.store import calls as call_store
from geodata.store import engagement as engagement_store
from geodata.store import imports as import_store
from geodata.store import incidents as incident_store
from geodata.store.case_changes import add_steps
from geodata.store.case_import import write_cases
from geodata.store.database import Database, Progress, Transaction, require_ready
from geodata.store.surveys import write_survey

NEAREST_LIMIT_M = 300.0


def load_county(
    database: Database,
    county: County,
    *,
    imported_by: str,
    progress: Progress | None = None,
    on_stored: Callable[[Transaction, ImportReport], None] | None = None,
) -> ImportReport:
    """Store the synthetic county in one transaction.

    Parameters
    ----------
    database : Database
        At the current layout.
    county : County
        From `geodata.sources.demo.build_county`.
    imported_by : str
        Who does it, for the record.
    progress : callable, optional
        Told what is done.
    on_stored : callable, optional
        Called in the same transaction once everything is stored, such as to log it.

    Raises
    ------
    UserFacingError
        If the database holds other incidents: synthetic and real ones are never mixed.
    """
    require_ready(database)
    report = ImportReport("demo")
    result = FileReport("synthetic county")
    with database.begin() as connection:
        held = database.inside(connection).read_frame("SELECT COUNT(*) AS n FROM imports")
        if int(held["n"].iloc[0]):
            raise UserFacingError(
                "This database holds data already.",
                "The synthetic county is never mixed with other data.",
                "Give another database with --database, or use 'wardlight run' to open this one.",
            )
        import_id = import_store.start_import(
            connection,
            source="demo",
            file_name="synthetic county",
            content_hash="synthetic",
            scope="",
            imported_by=imported_by,
            is_synthetic=True,
        )
        area_store.write_areas(database, connection, county.areas, import_id)
        area_store.write_lookups(database, connection, county.lookups, import_id)
        area_store.write_population(database, connection, county.population, import_id)
        area_store.write_segments(database, connection, county.segments, import_id)
        score_store.write_area_scores(
            database, connection, SCORE_HEAD.model_dump(), county.scores, import_id
        )
        incident_store.write_locations(database, connection, county.locations, import_id)
        wards = county.areas[county.areas["kind"] == "ward"].reset_index(drop=True)
        lookups = county.lookups
        to_ward = lookups[(lookups["from_kind"] == "lsoa") & (lookups["to_kind"] == "ward")]
        no_links = to_ward.iloc[:0]
        finder = WardFinder(wards, chain_lsoa_to_ward(to_ward, no_links, wards), NEAREST_LIMIT_M)
        placed = finder.place(county.incidents)
        result.ward_by = Counter(placed["ward_by"].tolist())
        incident_store.write_incidents(
            database,
            connection,
            pd.concat([county.incidents, placed], axis=1),
            import_id,
            progress,
        )
        incident_store.write_planted(database, connection, county.planted, import_id)
        call_store.write_calls(database, connection, county.calls, import_id, progress)
        call_store.write_caller_plans(connection, county.caller_plans, imported_by)
        write_cases(connection, county.cases, import_id)
        _write_steps(connection, county, import_id)
        _write_surveys(database, connection, county, import_id)
        _write_engagement(database, connection, county, import_id)
        result.rows_read = result.rows_stored = len(county.incidents)
        result.notes += [county.note] if county.note else []
        import_store.finish_import(
            database,
            connection,
            import_id,
            rows_read=result.rows_read,
            rows_stored=result.rows_stored,
            rows_refused=0,
            rows_left_out=0,
            refusals=result.faults.to_frame(),
            details={"ward_by": dict(result.ward_by)},
        )
        report.files.append(result)
        if on_stored:
            on_stored(connection, report)
    return report


def _write_steps(connection: Transaction, county: County, import_id: int) -> None:
    if county.cases.empty:
        return
    last_day = county.incidents["reported_at"].max().date()
    rng = np.random.default_rng(county.seed)
    add_steps(connection, draw_standard_steps(rng, county.cases, last_day), import_id)


def _write_surveys(
    database: Database, connection: Transaction, county: County, import_id: int
) -> None:
    survey = county.survey
    nobody, nothing = survey.respondents.iloc[:0], survey.answers.iloc[:0]
    shared = {"complete_to": survey.complete_to}
    write_survey(
        database,
        connection,
        {
            **shared,
            "name": survey.name,
            "kind": "microdata",
            "reach": "area",
            "about": survey.about,
            "classification": survey.classification,
            "items": survey.items,
        },
        survey.respondents,
        survey.answers,
        survey.poll.iloc[:0],
        import_id,
    )
    write_survey(
        database,
        connection,
        {
            **shared,
            "name": survey.poll_name,
            "kind": "estimates",
            "reach": "indicative",
            "about": survey.poll_about,
            "items": survey.poll_items,
        },
        nobody,
        nothing,
        survey.poll,
        import_id,
    )


def _write_engagement(
    database: Database, connection: Transaction, county: County, import_id: int
) -> None:
    held = county.engagement
    engagement_store.write_officers(database, connection, held.officers, import_id)
    engagement_store.write_postcodes(database, connection, held.postcodes, import_id)
    engagement_store.write_priorities(
        database, connection, held.priorities, import_id, changed_by=ADDED_BY
    )
    engagement_store.write_signals(database, connection, held.signals)
