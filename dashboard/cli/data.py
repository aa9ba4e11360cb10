"""Commands about data: ``wardlight demo | import | status | db upgrade | run``."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.frame import Bar, DatabaseOption, open_ready
from dashboard.permissions import Permission, acting_as_nobody, handed, needs
from dashboard.services.importing import import_county, import_paths
from geodata.categories import ASB_CRIME_TYPE
from geodata.ingest import SOURCES, ImportOptions
from geodata.settings import get_settings
from geodata.sources.demo import build_county
from geodata.sources.files import open_members, read_table
from geodata.sources.mapping_draft import suggest_mapping
from geodata.sources.record_forms import FORMS, INCIDENT_FORM
from geodata.sources.statistics_files import read_survey_table
from geodata.sources.survey_draft import suggest_survey_mapping
from geodata.store.database import (
    Progress,
    open_database,
    upgrade,
)
from geodata.store.imports import is_synthetic
from geodata.store.status import read_status

PortOption = Annotated[int, typer.Option(help="Port on this machine.")]


@needs(Permission.IMPORT)
def demo(
    database: DatabaseOption = None,
    port: PortOption = 8501,
    seed: Annotated[
        int, typer.Option(help="Seed of the county; the same seed, the same county.")
    ] = 2026,
    open_app: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the app on the county when it is built.")
    ] = True,
) -> None:
    """Build the synthetic county (invented, labelled so) and open the app on it.

    Without --database it goes to a file of its own, demo.sqlite3, beside your own database.
    """
    url = database or _demo_url()
    opened = open_ready(url, make=True)
    if is_synthetic(opened):
        typer.echo("The synthetic county is built already.")
    else:
        bar = Bar()
        bar("Building the synthetic county", 0, 2)
        county = build_county(seed)
        report = import_county(opened, county, bar)
        bar.close()
        typer.echo(f"Synthetic county built: {report.rows_stored:,} invented incidents.")
    if open_app:
        _serve(url, port)
    else:
        typer.echo(f"Open it with: wardlight run --database {opened.label}")


def _demo_url() -> str:
    main_url = get_settings().database_url
    if main_url.startswith("sqlite:///"):
        return f"sqlite:///{Path(main_url.removeprefix('sqlite:///')).with_name('demo.sqlite3')}"
    return "sqlite:///demo.sqlite3"


@needs(Permission.IMPORT)
def import_(
    source: Annotated[str, typer.Argument(help="; ".join(f"{k}: {v}" for k, v in SOURCES.items()))],
    files: Annotated[list[Path] | None, typer.Argument(help="Files to import.")] = None,
    database: DatabaseOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; keep nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Store nothing if any row is refused.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(
            help="Mapping file (TOML) of incidents, calls, cases, survey, segments or area-scores."
        ),
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option("--suggest-mapping", help="Draft a mapping for this file and print it."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Boundaries: ward, district, lsoa, place.")
    ] = None,
    edition: Annotated[str | None, typer.Option(help="Boundaries: edition, such as 2025.")] = None,
    as_at: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Boundaries: date they were in force."),
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Boundaries: coordinates, if not said.")] = None,
    crime_type: Annotated[
        list[str] | None,
        typer.Option(help="police-uk: type to keep, again for more; 'all' keeps every one."),
    ] = None,
    classification: Annotated[str | None, typer.Option(help="Segments: its name.")] = None,
    class_column: Annotated[
        list[str] | None,
        typer.Option(help="Segments: column of the class, again for more (joined by '/')."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Survey: take out what is held of it first. Postcodes: take out those held that "
            "do not come again.",
        ),
    ] = False,
    year: Annotated[int | None, typer.Option(help="Population: year, if not said.")] = None,
) -> None:
    """Import files of one source, in one transaction, with a report of everything refused."""
    if suggest is not None:
        with open_members(suggest, settings=get_settings()) as members:
            for member in members:
                if source == "survey":
                    answers = read_survey_table(member, settings=get_settings())
                    typer.echo(suggest_survey_mapping(answers, member.name))
                    return
                frame = read_table(member, settings=get_settings())
                form = FORMS.get(source, INCIDENT_FORM)
                typer.echo(suggest_mapping(frame, member.name, form))
                return
    options = ImportOptions(
        dry_run=dry_run,
        strict=strict,
        kind=kind,
        edition=edition,
        as_at=as_at.date() if as_at else None,
        crs=crs,
        crime_types=tuple(crime_type) if crime_type else (ASB_CRIME_TYPE,),
        mapping=mapping,
        classification=classification,
        year=year,
        class_columns=tuple(class_column or ()),
        replace=replace,
    )
    bar = Bar()
    progress: Progress | None = None if as_json else bar
    try:
        report = import_paths(
            open_ready(database, make=True), source, files or [], options, progress
        )
    finally:
        bar.close()
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2))
    else:
        typer.echo("\n".join(report.sentences))


@needs(Permission.SEE_COUNTS, Permission.IMPORT)
def status(
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Tell what is held: incidents, months, forces, wards, refusals and imports."""
    held = read_status(open_ready(database))
    if as_json:
        typer.echo(json.dumps(held, indent=2))
        return
    months = list(held["months"])
    typer.echo(f"Incidents: {held['incidents']:,} ({held['asb']:,} ASB)")
    typer.echo(f"Months: {months[0]} to {months[-1]} ({len(months)})" if months else "Months: none")
    for name, count in held["forces"].items():
        typer.echo(f"Force: {name}: {count:,}")
    ways = ", ".join(f"{way} {count:,}" for way, count in held["ward_by"].items())
    typer.echo(f"Ward found by: {ways}")
    for area_kind, editions in held["areas"].items():
        said = ", ".join(f"{name} ({count:,})" for name, count in editions.items())
        typer.echo(f"Areas: {area_kind}: {said}")
    typer.echo(f"Rows refused: {held['refused']:,}")
    typer.echo(f"Imports: {len(held['imports']):,}")


@needs(Permission.IMPORT)
def db_upgrade(database: DatabaseOption = None) -> None:
    """Bring the layout of the database up to date; make a copy of it first."""
    opened = open_database(database)
    upgrade(opened)
    typer.echo(f"{opened.label} is up to date.")


@handed
def run(
    database: DatabaseOption = None,
    port: PortOption = 8501,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own needs sign-in.")
    ] = "127.0.0.1",
) -> None:
    """Open the app on what is held; without sign-in, on this machine only."""
    url = database or get_settings().database_url
    open_ready(url, make=True)
    _serve(url, port, host)


def _serve(url: str, port: int, host: str = "127.0.0.1") -> None:
    # Streamlit takes seconds to import; the other commands do without it.
    from dashboard.server import require_sign_in, serve  # noqa: PLC0415

    require_sign_in(host)
    typer.echo(f"Wardlight is at http://{host}:{port} (stop with Ctrl+C)")
    with acting_as_nobody():
        serve(url, host=host, port=port, open_browser=bool(os.environ.get("DISPLAY")))
