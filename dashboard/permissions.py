"""Who may do what: the roles, the one table of permissions, and the check that services meet.

Every public function of `dashboard.services`, `dashboard.loading` and `dashboard.acting` states
what it needs, with `needs`, or that it only works on what it is handed, with `handed`. The check
runs on every call, before a cache is asked. Who acts is bound to the running context with
`acting_as`: by the page for each run, by the command line once.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

from geodata.errors import UserFacingError


class NotAllowedError(UserFacingError):
    """Somebody asked for what their role may not have."""


class Role(StrEnum):
    """What somebody is here; one person may be several."""

    VIEWER = "viewer"
    PARTNER = "partner"
    ANALYST = "analyst"
    SERGEANT = "sergeant"
    ENGAGE = "engage"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


ROLE_MEANINGS = {
    Role.VIEWER: "Published figures by ward, under the rules for the public.",
    Role.PARTNER: "Published figures by ward and LSOA, cases led by or shared with their agency.",
    Role.ANALYST: "All figures, hotspots, repeats, call check, cases; imports data.",
    Role.SERGEANT: "All figures, hotspots, repeats, call check, cases, actions.",
    Role.ENGAGE: "Repeat callers by name, and their plans.",
    Role.SUPERVISOR: "What an analyst sees, sign-offs, lowering a risk band, the audit log.",
    Role.ADMINISTRATOR: "People, keys, imports and erasure; no address and no name.",
}


class Permission(StrEnum):
    """What may be allowed, in words that finish 'may …'."""

    SEE_RELEASED = "see released figures"
    SEE_RELEASED_LSOA = "see released figures by LSOA"
    SEE_COUNTS = "see counts as they are, maps and hotspots"
    SEE_REPEATS = "see repeat victims and places"
    SEE_ADDRESS = "look at an address"
    CHECK_CALL = "check a call"
    SEE_RESTRICTED = "see the history of a restricted address"
    SEE_CALLERS = "see repeat callers without names"
    SEE_CALLER_NAMES = "see names of repeat callers"
    PLAN_CALLERS = "change plans for repeat callers"
    SEE_SHARED_CASES = "see cases that their agency leads or has a share in"
    SEE_CASES = "see all cases"
    UPDATE_CASES = "add to a case they may see"
    ASSESS_RISK = "assess risk"
    LOWER_RISK = "lower a risk band against the score"
    SIGN_OFF = "sign off configuration as local policy"
    SEE_ACTIONS = "see actions"
    ACT = "create and close actions"
    MERGE_ADDRESSES = "accept and undo merges of addresses"
    MARK_BREAKS = "mark changes of recording"
    RUN_FORECASTS = "run forecasts and back-tests"
    IMPORT = "import data"
    SEARCH_AUDIT = "search and export the audit log"
    MANAGE_PEOPLE = "manage people and their roles"
    ERASE = "erase data and rotate keys"
    SEE_WORRY = "see survey figures and modelled worry"
    SEE_PRIORITIES = "see residents' priorities"
    EDIT_PRIORITIES = "record residents' priorities"
    TAG_SIGNALS = "tag signal events"


_P = Permission
_OPERATIONAL = frozenset(
    {
        _P.SEE_RELEASED, _P.SEE_RELEASED_LSOA, _P.SEE_COUNTS, _P.SEE_REPEATS, _P.SEE_ADDRESS,
        _P.CHECK_CALL, _P.SEE_CALLERS, _P.SEE_SHARED_CASES, _P.SEE_CASES, _P.UPDATE_CASES,
        _P.ASSESS_RISK, _P.SEE_ACTIONS, _P.ACT, _P.RUN_FORECASTS, _P.SEE_WORRY,
        _P.SEE_PRIORITIES, _P.EDIT_PRIORITIES, _P.TAG_SIGNALS,
    }
)  # fmt: skip
TABLE: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({_P.SEE_RELEASED, _P.SEE_PRIORITIES}),
    Role.PARTNER: frozenset(
        {
            _P.SEE_RELEASED, _P.SEE_RELEASED_LSOA, _P.SEE_SHARED_CASES, _P.UPDATE_CASES,
            _P.SEE_WORRY, _P.SEE_PRIORITIES,
        }
    ),
    Role.ANALYST: _OPERATIONAL | {_P.MERGE_ADDRESSES, _P.MARK_BREAKS, _P.IMPORT},
    Role.SERGEANT: _OPERATIONAL,
    Role.ENGAGE: frozenset(
        {
            _P.SEE_RELEASED, _P.CHECK_CALL, _P.SEE_CALLERS, _P.SEE_CALLER_NAMES,
            _P.PLAN_CALLERS, _P.SEE_ACTIONS, _P.ACT, _P.SEE_PRIORITIES,
        }
    ),
    Role.SUPERVISOR: _OPERATIONAL
    | {
        _P.MERGE_ADDRESSES, _P.MARK_BREAKS, _P.LOWER_RISK, _P.SIGN_OFF, _P.SEARCH_AUDIT,
        _P.SEE_RESTRICTED,
    },
    Role.ADMINISTRATOR: frozenset(
        {_P.SEE_RELEASED, _P.IMPORT, _P.MANAGE_PEOPLE, _P.ERASE}
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Who acts, with the roles that count now.

    Attributes
    ----------
    id : str
        What the audit log knows them by: the subject of the sign-in, or ``local:`` and a name.
    name : str
        Shown on screen and written beside changes.
    roles : frozenset of Role
        Roles from the database.
    agency : str
        Agency of a partner; decides which cases they see: those it leads or has a share in.
    sharing_screen : bool
        True drops every role to partner rules, without any agency's cases.
    """

    id: str
    name: str
    roles: frozenset[Role]
    agency: str = ""
    sharing_screen: bool = False

    def may(self, permission: Permission) -> bool:
        """Say whether any role that counts now allows it."""
        if self.sharing_screen:
            return permission in _SHARED and any(permission in TABLE[r] for r in self.roles)
        return any(permission in TABLE[role] for role in self.roles)

    def share_screen(self, on: bool = True) -> "Actor":
        """Give the same person with the screen-share rules on or off."""
        return replace(self, sharing_screen=on)


SYSTEM_ROLES = frozenset({Role.SERGEANT})
"""The least role that may see counts and run forecasts, which is all the program itself does."""


def system_actor(task: str, name: str = "Wardlight") -> Actor:
    """Give who acts where nobody is at the screen, such as a job or the warm-up of the server.

    Parameters
    ----------
    task : str
        What is done, as the audit log names it after ``system:``.
    name : str, default 'Wardlight'
        The person who asked for it, if anybody did.
    """
    return Actor(f"system:{task}", name, SYSTEM_ROLES)


_SHARED = frozenset({_P.SEE_RELEASED, _P.SEE_RELEASED_LSOA, _P.SEE_WORRY, _P.SEE_PRIORITIES})
"""What is left while a screen is shared: others are looking, of no agency in particular."""

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Bind who acts to what runs inside."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


@contextmanager
def acting_as_nobody() -> Iterator[None]:
    """Bind nobody, so that a server started by somebody does not act as them for its visitors."""
    token = _acting.set(None)
    try:
        yield
    finally:
        _acting.reset(token)


def is_bound() -> bool:
    """Say whether somebody is bound to what runs now."""
    return _acting.get() is not None


def current_actor() -> Actor:
    """Give who acts.

    Raises
    ------
    NotAllowedError
        If nobody is bound: no code path is allowed anything by default.
    """
    actor = _acting.get()
    if actor is None:
        raise NotAllowedError(
            "Nobody is signed in.", "This needs somebody with a role.", "Sign in and try again."
        )
    return actor


def require(permission: Permission) -> Actor:
    """Give who acts if they are allowed something.

    Raises
    ------
    NotAllowedError
        If no role of theirs allows it; it says which roles do.
    """
    actor = current_actor()
    if not actor.may(permission):
        if actor.sharing_screen:
            raise NotAllowedError(
                "This is hidden while you share your screen.",
                "Only released figures are shown to whoever looks on.",
                "Turn the rules off with the buttons at the side.",
            )
        roles = ", ".join(role for role, held in TABLE.items() if permission in held)
        raise NotAllowedError(
            "Your role does not allow this.",
            f"It needs somebody who may {permission}: {roles}.",
            "Ask an administrator of Wardlight if your work needs it.",
        )
    return actor


_Given = ParamSpec("_Given")
_Back = TypeVar("_Back")
HANDED = "handed"


def needs(
    *permissions: Permission,
) -> Callable[[Callable[_Given, _Back]], Callable[_Given, _Back]]:
    """State what a function needs (any one of the permissions) and check it on every call."""

    def wrap(function: Callable[_Given, _Back]) -> Callable[_Given, _Back]:
        @functools.wraps(function)
        def checked(*args: _Given.args, **kwargs: _Given.kwargs) -> _Back:
            actor = current_actor()
            if not any(actor.may(permission) for permission in permissions):
                require(permissions[0])
            return function(*args, **kwargs)

        return _mark(checked, permissions)

    return wrap


def handed(function: Callable[_Given, _Back]) -> Callable[_Given, _Back]:
    """State that a function reads nothing itself: it works on what its caller was allowed."""
    return _mark(function, HANDED)


def stated(function: Callable[..., Any]) -> tuple[Permission, ...] | str | None:
    """Give what a function states it needs; None if it states nothing."""
    found: tuple[Permission, ...] | str | None = getattr(function, "__permission__", None)
    return found


def _mark(
    function: Callable[_Given, _Back], what: tuple[Permission, ...] | str
) -> Callable[_Given, _Back]:
    function.__permission__ = what  # type: ignore[attr-defined]
    return function
