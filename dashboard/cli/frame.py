"""What the commands share: the database they open, a progress bar, and who runs them."""

import sys
from typing import Annotated

import typer
from tqdm import tqdm

from dashboard.messages import say_notice
from dashboard.permissions import current_actor
from geodata.store.database import Database, is_ready, open_database, require_ready, upgrade
from geodata.store.imports import is_synthetic, list_sources
from geodata.store.survey_heads import list_licences

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="sqlite:///path or postgresql://user@host/name; default WARDLIGHT_DATABASE_URL, "
        "else a file in your data folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]


class Bar:
    """A progress bar on standard error for steps of unknown names."""

    def __init__(self) -> None:
        self.bar: tqdm[int] | None = None

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Show what is done and how far it is."""
        if self.bar is None:
            self.bar = tqdm(total=total, leave=False, file=sys.stderr, disable=None)
        self.bar.set_description(doing, refresh=False)
        self.bar.total = total
        self.bar.n = done
        self.bar.refresh()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.close()


def open_ready(url: str | None, *, make: bool = False) -> Database:
    """Open a database whose layout is up to date; make one that is not, if asked."""
    database = open_database(url)
    if make and not is_ready(database):
        upgrade(database)
    require_ready(database)
    return database


def find_notice(database: Database) -> str:
    """Give the notice that goes with every figure: synthetic data, or the sources' licence."""
    return say_notice(
        list_sources(database),
        is_synthetic=is_synthetic(database),
        licences=list_licences(database),
    )


def user() -> str:
    """Give the name that what is done here is recorded under."""
    return current_actor().name
