"""Sessions: is a sign-in still good, and which roles does its person hold now?

The cookie says who somebody is and when they signed in; everything else is looked up. A sign-in
ends when its token expires, after the session limit, after the idle limit, when its person signs
out anywhere, and when they are deactivated, at the next thing they do in any open tab.

Idle time is kept for each person, not for each browser: use in one keeps the other alive. A
session that the idle limit ended stays ended, also when its person signs in again elsewhere.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboard.local_user import local_actor
from dashboard.permissions import Actor, Permission, current_actor, handed, needs
from dashboard.provider import Provider, sort_roles
from dashboard.services import audit
from geodata.errors import UserFacingError
from geodata.settings import get_settings
from geodata.store import people
from geodata.store.audit import NewEvent, append
from geodata.store.database import Database, open_database, require_ready
from geodata.store.people import Person

SEEN_EVERY = dt.timedelta(seconds=30)
"""How old the last sign of use may be before it is written again."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LATEST_S = 10**10
CLOCKS_DIFFER = dt.timedelta(minutes=5)
RESERVED = ("local:", "system:")
"""Subjects that the audit log keeps for Wardlight itself."""


class SignInNeededError(UserFacingError):
    """Nobody is signed in, or the sign-in no longer counts."""


class NoRoleError(UserFacingError):
    """Somebody is signed in but has no role here, or was deactivated."""


@dataclass(frozen=True)
class Session:
    """A session that is good now.

    Attributes
    ----------
    actor : Actor
        Who acts, with the roles of the database.
    ignored : tuple of str
        Words of the sign-in that are no role and count for nothing.
    local : bool
        True for the local user of an installation without sign-in.
    """

    actor: Actor
    ignored: tuple[str, ...] = ()
    local: bool = False


@lru_cache(maxsize=2)
def _opened(url: str) -> Database:
    database = open_database(url)
    require_ready(database)
    return database


@handed
def session_database() -> Database:
    """Open the database that sessions are looked up in, before anybody is known to act."""
    return _opened(get_settings().database_url)


@handed
def find_local_session(database: Database) -> Session:
    """Give the session of the local user."""
    actor = local_actor()
    person = people.find_person(database, actor.id)
    return Session(actor.share_screen(bool(person and person.sharing_screen)), local=True)


@handed
def find_session(
    database: Database,
    provider: Provider,
    claims: Mapping[str, Any],
    now: dt.datetime,
    *,
    touch: bool,
) -> Session:
    """Give the session of a sign-in, if it is good now.

    Parameters
    ----------
    database : Database
    provider : Provider
    claims : mapping
        What the signed cookie holds; empty for nobody.
    now : datetime, UTC
    touch : bool
        Whether this counts as use: a page somebody opens does, a check behind the scenes not.

    Raises
    ------
    SignInNeededError
        If nobody is signed in or the sign-in has ended.
    NoRoleError
        If the person is deactivated or holds no role.
    """
    subject, issued = _check_claims(claims, now)
    person = people.find_person(database, subject)
    if person is None:
        if not touch:
            raise _ended("You are not signed in.", "This sign-in has not opened a page yet.")
        person = _add(database, provider, subject, claims)
    if not person.active:
        raise NoRoleError(
            "Your account is closed.",
            "An administrator of Wardlight deactivated it.",
            "Ask an administrator of Wardlight if your work needs it.",
        )
    person = _check_idle(database, person, issued, now)
    # Tokens count in whole seconds.
    if person.signed_out_at and issued < person.signed_out_at.replace(microsecond=0):
        raise _ended("You are signed out.", "This sign-in has ended, here or in another window.")
    if touch:
        person = _note_use(database, provider, person, claims, issued, now)
    roles, _ = sort_roles(tuple(person.roles.split(", ")))
    if not roles:
        raise NoRoleError(
            "You are signed in, but have no role in Wardlight.",
            f"The sign-in gave {person.name} no role that Wardlight knows, so nothing is shown.",
            "Ask an administrator of Wardlight, or whoever looks after sign-in at your "
            "organisation, for a role.",
        )
    actor = Actor(subject, person.name, roles, person.agency, person.sharing_screen)
    return Session(actor, provider.find_roles(claims)[1])


@needs(Permission.SEE_RELEASED)
def start_sharing(database: Database) -> None:
    """Hold whoever acts to the rules for a shared screen, in all their sessions."""
    _set_sharing(database, True)


@needs(Permission.SEE_RELEASED)
def stop_sharing(database: Database, reason: str) -> None:
    """End the rules for a shared screen, with a reason that is logged.

    Raises
    ------
    ReasonMissingError
        If no reason was picked; the rules then hold on.
    """
    if not reason:
        raise audit.ReasonMissingError(
            "Pick a reason for turning the rules off.",
            "The reason is logged, and the rules hold until there is one.",
            "Pick one from the list, or press 'I have stopped sharing'.",
        )
    person_id = str(_own_row(database).id)
    audit.log(database, "consultation", "session", person_id, reason)
    _set_sharing(database, False)


@handed
def sign_out(database: Database, subject: str, now: dt.datetime) -> None:
    """End every sign-in of a person until now, also in other windows and on other machines."""
    person = people.find_person(database, subject)
    if person is not None:
        people.note(database, person.id, signed_out_at=now)


def _ended(title: str, detail: str) -> SignInNeededError:
    return SignInNeededError(title, detail, "Sign in to go on.")


def _check_claims(claims: Mapping[str, Any], now: dt.datetime) -> tuple[str, dt.datetime]:
    """Give subject and time of issue of claims that can be used and have not expired."""
    if claims.get("is_logged_in") is not True:
        raise _ended("You are not signed in.", "Wardlight shows nothing before sign-in.")
    subject, issued, expires = claims.get("sub"), claims.get("iat"), claims.get("exp")
    usable = isinstance(subject, str) and subject.strip() and not subject.startswith(RESERVED)
    if not usable or not all(type(moment) in {int, float} for moment in (issued, expires)):
        raise _ended(
            "Your sign-in cannot be used.",
            "The provider did not say who you are, or when the sign-in was made and ends.",
        )
    issued_at = _EPOCH + dt.timedelta(seconds=_seconds(issued))
    ends_at = min(
        _EPOCH + dt.timedelta(seconds=_seconds(expires)),
        issued_at + dt.timedelta(minutes=get_settings().session_limit_minutes),
    )
    if issued_at > now + CLOCKS_DIFFER:
        raise _ended("Your sign-in cannot be used.", "It was made at a time yet to come.")
    if now >= ends_at:
        raise _ended("Your sign-in has expired.", "A sign-in holds for a limited time.")
    return str(subject), issued_at


def _seconds(moment: Any) -> float:
    """Give a time of a token; one outside the years of this calendar ends at once."""
    return float(moment) if 0 <= moment < _LATEST_S else 0.0


def _check_idle(
    database: Database, person: Person, issued: dt.datetime, now: dt.datetime
) -> Person:
    """End what was left unused for too long; a sign-in made after that is not touched."""
    if person.last_seen_at is None:
        return person
    limit = dt.timedelta(minutes=get_settings().idle_limit_minutes)
    ended = person.last_seen_at + limit
    used_until = max(person.last_seen_at, issued)
    if now >= used_until + limit:
        ended = used_until + limit
    elif issued <= ended:
        return person
    if person.signed_out_at is None or person.signed_out_at < ended:
        people.note(database, person.id, signed_out_at=ended)
        person = people.find_person(database, person.subject) or person
    if now >= used_until + limit:
        minutes = get_settings().idle_limit_minutes
        raise _ended(
            "You were signed out because nothing happened.",
            f"Wardlight was not used for {minutes:g} minutes.",
        )
    return person


def _add(database: Database, provider: Provider, subject: str, claims: Mapping[str, Any]) -> Person:
    roles, _ = provider.find_roles(claims)
    values = _told(claims, subject) | {
        "roles": ", ".join(sorted(roles)),
        "agency": provider.find_agency(claims),
    }
    with database.begin() as connection:
        added = people.add_person(connection, subject, **values)
        if added is not None:
            append(connection, _changed(subject, added, values, {}))
    found = people.find_person(database, subject)
    assert found is not None
    return found


def _note_use(
    database: Database,
    provider: Provider,
    person: Person,
    claims: Mapping[str, Any],
    issued: dt.datetime,
    now: dt.datetime,
) -> Person:
    """Note that somebody is here; a newer sign-in also brings their roles up to date."""
    if person.signed_in_at is None or issued > person.signed_in_at:
        values: dict[str, Any] = dict(_told(claims, person.subject))
        if person.roles_from == people.CLAIM:
            roles, _ = provider.find_roles(claims)
            values |= {
                "roles": ", ".join(sorted(roles)),
                "agency": provider.find_agency(claims),
            }
        before = {name: getattr(person, name) for name in values}
        with database.begin() as connection:
            people.change_person(
                connection, person.id, **values, signed_in_at=issued, last_seen_at=now
            )
            if before != values:
                append(connection, _changed(person.subject, person.id, values, before))
        return people.find_person(database, person.subject) or person
    limit = dt.timedelta(minutes=get_settings().idle_limit_minutes)
    if person.last_seen_at is None or now - person.last_seen_at > min(SEEN_EVERY, limit / 4):
        people.note(database, person.id, last_seen_at=now)
    return person


def _told(claims: Mapping[str, Any], subject: str) -> dict[str, str]:
    """Give name and address of mail as the provider told them."""
    told = [claims.get("name"), claims.get("preferred_username"), claims.get("email"), subject]
    name = next(text for text in told if isinstance(text, str) and text.strip())
    email = claims.get("email")
    return {"name": name.strip()[:200], "email": email[:200] if isinstance(email, str) else ""}


def _changed(
    subject: str, person_id: int, values: Mapping[str, str], before: Mapping[str, str]
) -> NewEvent:
    """Give the event of a person that a sign-in added or changed."""
    return NewEvent(
        event="alteration",
        user_id=subject,
        user_name=values["name"],
        roles=values.get("roles", ""),
        record_kind="user",
        record_key=str(person_id),
        reason="administration",
        details={
            "by": "sign-in",
            "fields": sorted(name for name in values if values[name] != before.get(name, "")),
        }
        | {f"roles {when}": held.get("roles", "") for when, held in
           (("before", before), ("after", values)) if "roles" in values},
    )  # fmt: skip


def _own_row(database: Database) -> Person:
    """Give the row of whoever acts; the local user gets one when it is first needed."""
    actor = current_actor()
    if people.find_person(database, actor.id) is None:
        with database.begin() as connection:
            people.add_person(connection, actor.id, name=actor.name, roles_from=people.LOCAL)
    found = people.find_person(database, actor.id)
    assert found is not None
    return found


def _set_sharing(database: Database, on: bool) -> None:
    people.note(database, _own_row(database).id, sharing_screen=on)
