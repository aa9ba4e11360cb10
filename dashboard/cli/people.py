"""Commands about people who may sign in: ``wardlight people list|add|change|deactivate``."""

import json
from typing import Annotated

import typer

from dashboard.cli.frame import DatabaseOption, JsonOption, open_ready
from dashboard.permissions import Permission, Role, needs
from dashboard.services import people

SOURCES = "claim (read at each sign-in) or administrator (only as given here)"
NumberArgument = Annotated[int, typer.Argument(help="Number that 'wardlight people list' shows.")]
RoleOption = Annotated[
    list[Role] | None, typer.Option("--role", help="Role to hold; again for more.")
]
AgencyOption = Annotated[
    str | None, typer.Option(help="Agency of a partner, as it is written in the cases.")
]


@needs(Permission.MANAGE_PEOPLE)
def list_(database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List people who may sign in, with their roles."""
    found = people.list_people(open_ready(database))
    if as_json:
        typer.echo(json.dumps(found.astype(str).to_dict("records"), indent=2))
        return
    if found.empty:
        typer.echo("Nobody has signed in or was added yet.")
    for row in found.itertuples():
        agency = f", agency {row.agency}" if row.agency else ""
        state = "" if row.active else ", deactivated"
        typer.echo(
            f"{row.id}: {row.name} ({row.subject}): {row.roles or 'no role'}, roles from "
            f"{row.roles_from}{agency}{state}"
        )


@needs(Permission.MANAGE_PEOPLE)
def add(
    subject: Annotated[
        str, typer.Argument(help="What the sign-in provider knows them by (claim 'sub').")
    ],
    name: Annotated[str, typer.Option(help="Name to show until they first sign in.")] = "",
    role: RoleOption = None,
    agency: AgencyOption = None,
    database: DatabaseOption = None,
) -> None:
    """Add somebody before their first sign-in, such as the first administrator."""
    number = people.add_person(
        open_ready(database), subject, name=name, roles=tuple(role or ()), agency=agency or ""
    )
    typer.echo(f"Added as number {number}.")


@needs(Permission.MANAGE_PEOPLE)
def change(
    person: NumberArgument,
    role: RoleOption = None,
    agency: AgencyOption = None,
    roles_from: Annotated[str | None, typer.Option(help=f"Where roles come from: {SOURCES}.")] = (
        None
    ),
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether they may sign in.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Change what somebody may do; it counts from the next thing they do."""
    if roles_from not in (None, *people.SOURCES):
        raise typer.BadParameter(f"{roles_from!r}: accepted are {SOURCES}")
    people.change_person(
        open_ready(database),
        person,
        roles=tuple(role) if role else None,
        agency=agency,
        active=active,
        roles_from=roles_from,
    )
    typer.echo(f"Number {person} is changed.")


@needs(Permission.MANAGE_PEOPLE)
def deactivate(person: NumberArgument, database: DatabaseOption = None) -> None:
    """Close somebody's account; whatever they do next is refused."""
    people.deactivate_person(open_ready(database), person)
    typer.echo(f"Number {person} is deactivated.")
