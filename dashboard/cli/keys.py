"""Commands about keys and erasure: ``wardlight keys show|rotate`` and ``wardlight purge``."""

import datetime as dt
from typing import Annotated

import typer

from dashboard.cli.frame import DatabaseOption, open_ready
from dashboard.permissions import Permission, needs
from dashboard.services import keys, retention
from geodata.calendar import say_date

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")]


@needs(Permission.ERASE)
def show(database: DatabaseOption = None) -> None:
    """Say where the key file is and which generation is in use; never a key."""
    found = keys.show_keys(open_ready(database))
    typer.echo(f"Key file: {found.path}")
    typer.echo(f"Generation: {found.generation} (fingerprint {found.fingerprint})")
    if found.pending:
        typer.echo("A rotation did not finish. Nothing is lost; run: wardlight keys rotate")


@needs(Permission.ERASE)
def rotate(database: DatabaseOption = None, yes: YesOption = False) -> None:
    """Make a new key and change all pseudonyms and sealed texts over to it.

    Stop the application first, and back up the database and the key file, apart from each other.
    """
    opened = open_ready(database)
    if not yes:
        typer.confirm("Are database and key file backed up, apart from each other?", abort=True)
    done = keys.rotate_keys(opened)
    typer.echo(
        f"Generation {done.generation} is in use: {done.pseudonyms:,} pseudonyms and "
        f"{done.sealed_texts:,} sealed texts were changed over."
    )
    typer.echo("Back up the key file now: without it this database cannot be used.")


@needs(Permission.ERASE)
def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, in counts; change nothing.")
    ] = False,
    on: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day to apply the rules on; default today."),
    ] = None,
    database: DatabaseOption = None,
    yes: YesOption = False,
) -> None:
    """Erase the personal part of records whose time is over; counts by area and month stay."""
    opened = open_ready(database)
    day = on.date() if on else dt.date.today()
    due = retention.find_due(opened, day)
    typer.echo(f"Rules on {say_date(day)}:")
    for line in due.rules_in_words:
        typer.echo(f"  {line}")
    if dry_run or not due.total:
        _say(due, "would be erased")
        return
    if not yes:
        _say(due, "will be erased")
        typer.confirm("This cannot be undone. Erase it?", abort=True)
    _say(retention.erase_due(opened, day), "were erased")


def _say(erasure: retention.Erasure, what: str) -> None:
    for name, count in erasure.counts.items():
        if count and name != retention.HELD_BACK:
            typer.echo(f"{count:,} {what}: {name}")
    if not erasure.total:
        typer.echo("Nothing is due.")
    if held_back := erasure.counts[retention.HELD_BACK]:
        typer.echo(f"{held_back:,} {retention.HELD_BACK} stay until it is closed.")
