"""The audit log: who did what to which record, why, and for whom; and looking it up.

A look at an address, a case or a caller is logged before anything is shown, so that a look
without a reason shows nothing.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.permissions import Permission, current_actor, handed, needs
from geodata.errors import UserFacingError
from geodata.store import audit_chain, audit_search
from geodata.store.audit import EVENTS, NewEvent, append, record
from geodata.store.audit_chain import Verification
from geodata.store.audit_search import AuditFilters, FoundEvents, Look
from geodata.store.database import Database, Transaction

__all__ = [
    "DUTY_REASONS",
    "EVENTS",
    "REASONS",
    "AuditFilters",
    "AuditState",
    "FoundEvents",
    "Look",
    "ReasonMissingError",
    "Verification",
    "export",
    "find_look",
    "find_state",
    "log",
    "new_event",
    "search",
    "verify",
]

EXPORTED_AT_MOST = 1_000_000
LOOK_HOURS = 12
"""How long a logged look at a record holds."""
REASONS = {
    "call_handling": "Handling a call",
    "victim_care": "Caring for a victim",
    "problem_solving": "Solving a problem at a place",
    "case_review": "Reviewing a case",
    "tasking": "Tasking",
    "supervision": "Supervising work",
    "data_quality": "Checking data quality",
    "access_request": "Answering a request for access to data",
    "training": "Training",
}
"""Reasons that somebody picks from, with the words they are shown in."""

DUTY_REASONS = {
    "administration": "Looking after the installation",
    "import": "Importing data",
    "retention": "Keeping to the rules of retention",
    "security": "Keeping data safe",
    "sharing_over": "Stopped sharing the screen",
}
"""Reasons that come with a task or a button of their own and are not picked from a list."""


@dataclass(frozen=True)
class AuditState:
    """How the log stands.

    Attributes
    ----------
    chain : Verification
        Whether the log is whole.
    checked_at : datetime
        When that was found, UTC.
    record_kinds : tuple of str
        Kinds of record that there are events of.
    """

    chain: Verification
    checked_at: dt.datetime
    record_kinds: tuple[str, ...]


class ReasonMissingError(UserFacingError):
    """Somebody asked for a record of a person without a reason."""


@handed
def log(
    database: Database,
    event: str,
    record_kind: str,
    record_key: str,
    reason: str,
    *,
    reason_text: str = "",
    recipient: str = "",
    details: dict[str, Any] | None = None,
    connection: Transaction | None = None,
) -> int:
    """Log what whoever acts now is about to do, or did, and give the number of the event.

    Parameters
    ----------
    database : Database
    event : str
        One of `geodata.store.audit.EVENTS`.
    record_kind, record_key : str
        Which record, such as ``location`` and its key; never an address, a name or a number.
    reason : str
        A key of `REASONS` or `DUTY_REASONS`.
    reason_text : str, optional
        Free text beside it; must name nobody.
    recipient : str, optional
        Who received it: needed for a disclosure.
    details : dict, optional
        Plain values such as numbers of rows.
    connection : Connection, optional
        Open transaction that the event must stand or fall with.

    Raises
    ------
    ReasonMissingError
        If no reason was picked, or nobody is named as recipient of a disclosure.
    ValueError
        If the reason or the kind of event is not known.
    """
    if not reason:
        raise ReasonMissingError(
            "Pick a reason first.",
            "Records of people are shown only for a reason, which is logged.",
            "Pick one from the list and ask again.",
        )
    if reason not in REASONS and reason not in DUTY_REASONS:
        accepted = ", ".join([*REASONS, *DUTY_REASONS])
        raise ValueError(f"reason is {reason!r}; accepted: {accepted}")
    if event == "disclosure" and not recipient.strip():
        raise ReasonMissingError(
            "Say who receives it.",
            "What leaves Wardlight is logged with its recipient.",
            "Write the name of the person or agency and try again.",
        )
    new = new_event(
        event,
        record_kind,
        record_key,
        reason,
        reason_text=reason_text,
        recipient=recipient,
        details=details,
    )
    return append(connection, new) if connection is not None else record(database, new)


@needs(Permission.SEE_CASES, Permission.SEE_SHARED_CASES, Permission.MERGE_ADDRESSES)
def find_look(database: Database, number: int) -> Look | None:
    """Find the look that whoever acts now logged under a number; None if none holds any more."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=LOOK_HOURS)
    return audit_search.find_look(database, number, current_actor().id, since)


@handed
def new_event(
    event: str,
    record_kind: str,
    record_key: str,
    reason: str,
    *,
    reason_text: str = "",
    recipient: str = "",
    details: dict[str, Any] | None = None,
) -> NewEvent:
    """Give an event of whoever acts now, for a step that logs it in its own transaction."""
    actor = current_actor()
    roles = sorted(actor.roles)
    return NewEvent(
        event=event,
        user_id=actor.id,
        user_name=actor.name,
        roles=", ".join([*roles, "screen shared"] if actor.sharing_screen else roles),
        record_kind=record_kind,
        record_key=record_key,
        reason=reason,
        reason_text=reason_text.strip(),
        recipient=recipient.strip(),
        details=details or {},
    )


@needs(Permission.SEARCH_AUDIT)
def search(
    database: Database, filters: AuditFilters, reason: str, reason_text: str = ""
) -> FoundEvents:
    """Look events up; the search itself is logged first, as a consultation of the log.

    Raises
    ------
    ReasonMissingError
        If no reason was picked; then nothing is shown.
    """
    log(
        database,
        "consultation",
        "audit log",
        "",
        reason,
        reason_text=reason_text,
        details=filters.in_words(),
    )
    return audit_search.search(database, filters)


@needs(Permission.SEARCH_AUDIT)
def find_state(database: Database) -> AuditState:
    """Say whether the log is whole and which kinds of record it is about; not logged itself."""
    kinds = tuple(audit_search.list_record_kinds(database))
    return AuditState(audit_chain.verify(database), dt.datetime.now(dt.UTC), kinds)


@needs(Permission.SEARCH_AUDIT)
def export(
    database: Database, filters: AuditFilters, reason: str, recipient: str, reason_text: str = ""
) -> pd.DataFrame:
    """Give every event that matches, to take away; logged first, as a disclosure of the log.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or no recipient named; then nothing is given.
    """
    found = audit_search.search(database, replace(filters, limit=EXPORTED_AT_MOST))
    log(
        database,
        "disclosure",
        "audit log",
        "",
        reason,
        reason_text=reason_text,
        recipient=recipient,
        details={**filters.in_words(), "events": len(found.frame)},
    )
    return found.frame


@needs(Permission.SEARCH_AUDIT, Permission.MANAGE_PEOPLE, Permission.ERASE)
def verify(database: Database, expect: tuple[int, str] | None = None) -> Verification:
    """Check whether the log is whole; it tells no event, so administrators may ask too."""
    return audit_chain.verify(database, expect=expect)
