"""The command line: ``wardlight`` and its commands.

Data: ``demo``, ``import``, ``status``, ``db upgrade``, ``run``. Analysis: ``forecast``,
``backtest``.
"""

import sys

import typer

from dashboard.cli import data, prediction
from geodata.errors import UserFacingError

app = typer.Typer(
    name="wardlight",
    help="Wardlight: a neighbourhood anti-social-behaviour workbench.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="Look after the database.", no_args_is_help=True)
app.add_typer(db, name="db")
app.command("demo", epilog="Example: wardlight demo --database sqlite:///demo.sqlite3 --port 8600")(
    data.demo
)
app.command(
    "import", epilog="Example: wardlight import police-uk 2025-01-kent-street.csv.gz --dry-run"
)(data.import_)
app.command("status", epilog="Example: wardlight status --json")(data.status)
app.command(
    "forecast", epilog="Example: wardlight forecast --force 'Kent Police' --horizon-days 28"
)(prediction.forecast)
app.command("backtest", epilog="Example: wardlight backtest --folds 12 --jobs 2 --json")(
    prediction.backtest
)
app.command("run", epilog="Example: wardlight run --port 8600")(data.run)
db.command("upgrade", epilog="Example: wardlight db upgrade --database sqlite:///county.sqlite3")(
    data.db_upgrade
)


def main() -> None:
    """Run the command line; errors a user can mend are said without a traceback."""
    try:
        app()
    except UserFacingError as error:
        typer.echo(f"{error.title}\n{error.detail}\n{error.next_step}", err=True)
        sys.exit(1)
