"""People who may sign in: who there is, and what an administrator changes about them."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from dashboard.permissions import Permission, Role, needs
from dashboard.provider import sort_roles
from dashboard.services import audit
from dashboard.services.sessions import RESERVED
from geodata.errors import UserFacingError
from geodata.store import people
from geodata.store.database import Database, Transaction
from geodata.store.people import Person

COLUMNS = (
    "id", "subject", "name", "email", "roles", "roles_from", "agency", "active", "last_seen_at",
)  # fmt: skip
SOURCES = people.SOURCES
_REASON = "administration"


class PersonRefusedError(UserFacingError):
    """A person cannot be added or changed in this way."""


class LastAdministratorError(UserFacingError):
    """The change would leave nobody who may manage people."""


@needs(Permission.MANAGE_PEOPLE)
def list_people(database: Database) -> pd.DataFrame:
    """List everybody who may sign in, with roles, agency and when they last used Wardlight.

    Returns
    -------
    DataFrame
        Columns as `COLUMNS`, by name.
    """
    found = pd.DataFrame([asdict(person) for person in people.list_people(database)])
    return found.reindex(columns=list(COLUMNS))


@needs(Permission.MANAGE_PEOPLE)
def add_person(
    database: Database,
    subject: str,
    *,
    name: str = "",
    roles: tuple[str, ...] = (),
    agency: str = "",
) -> int:
    """Add somebody before their first sign-in and give their number; their roles stay as given.

    Raises
    ------
    PersonRefusedError
        If the subject is empty, kept for Wardlight or taken, or a role does not exist.
    """
    subject = subject.strip()
    if not subject or subject.startswith(RESERVED) or len(subject) > 255:
        raise PersonRefusedError(
            "This subject cannot be used.",
            "It must be what the sign-in provider knows the person by.",
            "Look up the subject (claim 'sub') at your sign-in provider.",
        )
    values = {
        "name": name.strip() or subject,
        "roles": _check_roles(roles),
        "roles_from": people.ADMINISTRATOR,
        "agency": agency.strip(),
    }
    _check_agency(values["roles"], values["agency"])
    with database.begin() as connection:
        added = people.add_person(connection, subject, **values)
        if added is None:
            raise PersonRefusedError(
                "This person is held already.",
                "Somebody with the same subject may sign in.",
                "Change their roles instead.",
            )
        _log(database, connection, added, {"added": True, "roles after": values["roles"]})
    return added


@needs(Permission.MANAGE_PEOPLE)
def change_person(
    database: Database,
    person_id: int,
    *,
    roles: tuple[str, ...] | None = None,
    agency: str | None = None,
    active: bool | None = None,
    roles_from: str | None = None,
) -> None:
    """Change roles, agency, whether somebody is active, or where their roles come from.

    Roles that an administrator gives stay: sign-ins no longer change them, until ``roles_from``
    is set to 'claim' again, which counts from the next sign-in on.

    Raises
    ------
    PersonRefusedError
        If there is no such person, a role does not exist, or a partner is left without agency.
    LastAdministratorError
        If nobody else who is active is an administrator.
    """
    values: dict[str, Any] = {}
    if roles is not None:
        values |= {"roles": _check_roles(roles), "roles_from": people.ADMINISTRATOR}
    if agency is not None:
        values["agency"] = agency.strip()
    if active is not None:
        values["active"] = active
    if roles_from is not None:
        if roles_from not in people.SOURCES:
            raise ValueError(f"roles_from is {roles_from!r}; accepted: {', '.join(people.SOURCES)}")
        values["roles_from"] = roles_from
    with database.begin() as connection:
        person = people.read_person(connection, person_id)
        if person is None or person.roles_from == people.LOCAL:
            raise PersonRefusedError(
                "There is no such person.", f"Number {person_id} is not held.", "List the people."
            )
        changed = {name: value for name, value in values.items() if getattr(person, name) != value}
        if not changed:
            return
        after = {**asdict(person), **changed}
        _check_agency(after["roles"], after["agency"])
        _keep_an_administrator(connection, person, after)
        people.change_person(connection, person_id, **changed)
        details: dict[str, Any] = {"fields": sorted(changed), "active": after["active"]}
        if "roles" in changed:
            details |= {"roles before": person.roles, "roles after": after["roles"]}
        _log(database, connection, person_id, details)


@needs(Permission.MANAGE_PEOPLE)
def deactivate_person(database: Database, person_id: int) -> None:
    """Close somebody's account: whatever they do next, in any open window, is refused.

    Raises
    ------
    PersonRefusedError
        If there is no such person.
    LastAdministratorError
        If nobody else who is active is an administrator.
    """
    change_person(database, person_id, active=False)


def _check_roles(words: tuple[str, ...]) -> str:
    roles, unknown = sort_roles(words)
    if unknown:
        raise PersonRefusedError(
            "This is no role.",
            f"{', '.join(repr(word) for word in unknown)} was asked for.",
            f"Roles are: {', '.join(Role)}.",
        )
    return ", ".join(sorted(roles))


def _check_agency(roles: str, agency: str) -> None:
    if Role.PARTNER in roles.split(", ") and not agency:
        raise PersonRefusedError(
            "A partner needs an agency.",
            "It decides which cases are shared with them.",
            "Give the agency as it is written in the cases.",
        )


def _keep_an_administrator(connection: Transaction, before: Person, after: dict[str, Any]) -> None:
    was = before.active and Role.ADMINISTRATOR in before.roles.split(", ")
    stays = after["active"] and Role.ADMINISTRATOR in after["roles"].split(", ")
    if not was or stays:
        return
    if not people.has_other_administrator(connection, before.id, Role.ADMINISTRATOR):
        raise LastAdministratorError(
            "The last administrator stays.",
            "Nobody else who is active may manage people.",
            "Make somebody else an administrator first.",
        )


def _log(
    database: Database, connection: Transaction, person_id: int, details: dict[str, Any]
) -> None:
    audit.log(
        database,
        "alteration",
        "user",
        str(person_id),
        _REASON,
        details=details,
        connection=connection,
    )
