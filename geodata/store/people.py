"""People who may sign in: their roles, whether they are active, and how long their session holds.

The local user of an installation without sign-in has a row too, which only holds whether the
screen is shared; it is no person who may sign in and is listed nowhere.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import User

CLAIM = "claim"
ADMINISTRATOR = "administrator"
LOCAL = "local"
SOURCES = (CLAIM, ADMINISTRATOR)
"""Where roles come from: read anew at each sign-in, or only what an administrator gave."""


@dataclass(frozen=True)
class Person:
    """One row of the people who may sign in.

    Attributes
    ----------
    subject : str
        What the sign-in provider knows them by.
    roles : str
        Words parted by ', '.
    roles_from : str
        One of `SOURCES`, or 'local'.
    agency : str
        Agency of a partner.
    signed_in_at, last_seen_at, signed_out_at : datetime, UTC, or None
        When the newest sign-in was issued, when they last used Wardlight, and until when
        sign-ins no longer count.
    sharing_screen : bool
        Whether the rules for a shared screen hold in all their sessions.
    """

    id: int
    subject: str
    name: str
    email: str
    roles: str
    roles_from: str
    agency: str
    active: bool
    created_at: dt.datetime
    signed_in_at: dt.datetime | None
    last_seen_at: dt.datetime | None
    signed_out_at: dt.datetime | None
    sharing_screen: bool


def find_person(database: Database, subject: str) -> Person | None:
    """Give the person of a subject, or None."""
    users = table_of(User)
    with database.engine.connect() as connection:
        row = connection.execute(sa.select(users).where(users.c.subject == subject)).mappings()
        found = row.first()
    return Person(**found) if found else None


def read_person(connection: Transaction, person_id: int) -> Person | None:
    """Give a person by number inside an open transaction, locked until it ends; or None."""
    users = table_of(User)
    query = sa.select(users).where(users.c.id == person_id).with_for_update()
    found = connection.execute(query).mappings().first()
    return Person(**found) if found else None


def list_people(database: Database) -> list[Person]:
    """List everybody who may sign in, by name."""
    users = table_of(User)
    query = sa.select(users).where(users.c.roles_from != LOCAL).order_by(users.c.name, users.c.id)
    with database.engine.connect() as connection:
        return [Person(**row) for row in connection.execute(query).mappings()]


def add_person(connection: Transaction, subject: str, **values: Any) -> int | None:
    """Add a person and give their number; None if the subject is taken.

    Two tabs of one first sign-in may come at the same moment: the second finds the first.
    """
    users = table_of(User)
    row = {
        "email": "", "roles": "", "roles_from": CLAIM, "agency": "", "active": True,
        "created_at": dt.datetime.now(dt.UTC), "sharing_screen": False,
        **values, "subject": subject,
    }  # fmt: skip
    try:
        with connection.begin_nested():
            result = connection.execute(sa.insert(users).values(**row).returning(users.c.id))
            return int(result.scalar_one())
    except sa.exc.IntegrityError:
        return None


def change_person(connection: Transaction, person_id: int, **values: Any) -> None:
    """Change some fields of a person inside an open transaction."""
    users = table_of(User)
    connection.execute(sa.update(users).where(users.c.id == person_id).values(**values))


def note(database: Database, person_id: int, **values: Any) -> None:
    """Change some fields of a person in a transaction of its own."""
    with database.begin() as connection:
        change_person(connection, person_id, **values)


def has_other_administrator(connection: Transaction, person_id: int, role: str) -> bool:
    """Say whether another active person holds a role; those who do are locked until the end.

    The lock keeps two administrators from removing one another at the same moment.
    """
    users = table_of(User)
    query = (
        sa.select(users.c.id, users.c.roles)
        .where(users.c.active.is_(True), users.c.roles_from != LOCAL)
        .order_by(users.c.id)
        .with_for_update()
    )
    found = connection.execute(query).all()
    return any(row.id != person_id and role in row.roles.split(", ") for row in found)
