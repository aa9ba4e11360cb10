"""The command line: ``wardlight`` and its commands.

Data: ``demo``, ``import``, ``status``, ``db upgrade``, ``run``. Analysis: ``forecast``,
``backtest``.
"""

import sys

import typer

from dashboard.cli import addresses, audit, data, keys, people, prediction, profile, worry
from dashboard.local_user import local_actor
from dashboard.permissions import acting_as
from geodata.errors import UserFacingError

app = typer.Typer(
    name="wardlight",
    help="Wardlight: a neighbourhood anti-social-behaviour workbench.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def act(context: typer.Context) -> None:
    """Let the account of this computer act, with the roles that the settings give it."""
    context.with_resource(acting_as(local_actor()))


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
app.command("worry", epilog="Example: wardlight worry --certainty 0.9 --json")(worry.worry)
app.command(
    "profile", epilog="Example: wardlight profile E05000001 --audience partner --out ward.pdf"
)(profile.profile)
app.command("run", epilog="Example: wardlight run --port 8600")(data.run)
db.command("upgrade", epilog="Example: wardlight db upgrade --database sqlite:///county.sqlite3")(
    data.db_upgrade
)
people_app = typer.Typer(help="People who may sign in.", no_args_is_help=True)
app.add_typer(people_app, name="people")
people_app.command("list", epilog="Example: wardlight people list --json")(people.list_)
people_app.command("add", epilog="Example: wardlight people add 8f3c --role administrator")(
    people.add
)
people_app.command("change", epilog="Example: wardlight people change 4 --role partner")(
    people.change
)
people_app.command("deactivate", epilog="Example: wardlight people deactivate 4")(people.deactivate)

addresses_app = typer.Typer(help="Addresses that may be one.", no_args_is_help=True)
app.add_typer(addresses_app, name="addresses")
addresses_app.command("suggest", epilog="Example: wardlight addresses suggest --json")(
    addresses.suggest
)
addresses_app.command("measure", epilog="Example: wardlight addresses measure --seed 2027")(
    addresses.measure
)

audit_app = typer.Typer(help="The audit log: check it, search it, export it.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
audit_app.command("verify", epilog="Example: wardlight audit verify --json")(audit.verify)
audit_app.command("search", epilog="Example: wardlight audit search --reason supervision")(
    audit.search
)
audit_app.command(
    "export",
    epilog="Example: wardlight audit export a.csv --reason access_request --recipient 'A. Person'",
)(audit.export)
keys_app = typer.Typer(help="Keys of pseudonyms and sealed addresses.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
keys_app.command("show", epilog="Example: wardlight keys show")(keys.show)
keys_app.command("rotate", epilog="Example: wardlight keys rotate")(keys.rotate)
app.command("purge", epilog="Example: wardlight purge --dry-run")(keys.purge)


def main() -> None:
    """Run the command line; errors a user can mend are said without a traceback."""
    try:
        app()
    except UserFacingError as error:
        typer.echo(f"{error.title}\n{error.detail}\n{error.next_step}", err=True)
        sys.exit(1)
