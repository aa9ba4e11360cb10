"""Actions: who undertook to do what by when, and which are overdue."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from dashboard.services.counting_day import find_counting_day
from dashboard.services.repeats import shorten
from geodata.errors import ActionError
from geodata.personal_details import NAME, find_personal
from geodata.signs import is_unfit
from geodata.store import actions
from geodata.store.database import Database

ABOUT = {
    "": "Nothing in particular",
    "ward": "A ward",
    "hotspot": "A hotspot",
    "location": "A repeat place",
    "victim": "A repeat victim",
    "caller": "A repeat caller",
    "case": "A case",
}
STATES = ("overdue", "due soon", "open", "closed")
SOON_DAYS = 7
LONGEST_TITLE = 120
LONGEST_TEXT = 1_000
PERSONS_AND_PLACES = ("location", "victim")
"""What actions are about whose whole key only those get who may look at an address."""


@dataclass(frozen=True)
class ActionList:
    """Actions as they stand on a day.

    Attributes
    ----------
    table : DataFrame
        Columns of `geodata.store.actions.COLUMNS` and state (one of `STATES`), days_left
        (below 0: days overdue; to the end of the day it is due) and about_label (street of a
        location). Overdue ones first. Whoever may not look at an address gets only the short
        key of a location or a victim; whoever may not see counts gets no evidence but that of
        callers, whom all who see actions may see.
    today : date
        The day that states are of.
    open, overdue : int
        Numbers in the whole list, whatever the filters.
    owners, agencies, ward_codes : list of str
        What filters can choose from.
    """

    table: pd.DataFrame
    today: dt.date
    open: int
    overdue: int
    owners: list[str]
    agencies: list[str]
    ward_codes: list[str]


@needs(Permission.ACT)
def create_action(
    database: Database,
    *,
    title: str,
    owner: str,
    due: dt.date | None,
    about_kind: str = "",
    about_key: str = "",
    ward_code: str = "",
    district_code: str = "",
    agency: str = "",
    evidence: dict[str, Any] | None = None,
    reason: str = "tasking",
    today: dt.date | None = None,
) -> int:
    """Add an open action with an owner and a day, and give its id; logged as an alteration.

    Parameters
    ----------
    database : Database
    title : str
        What is to be done.
    owner, agency : str
        Who does it.
    due : date
        Last day on which it is in time.
    about_kind, about_key : str, optional
        What it is about: a key of `ABOUT` and the key of the record.
    ward_code, district_code : str, optional
        Where.
    evidence : dict, optional
        Plain values that show why; kept as they are now.
    reason : str, default 'tasking'
        A key of `audit.REASONS`.
    today : date, optional
        Default the day that counts: `dashboard.services.counting_day`.

    Raises
    ------
    ActionError
        If title, owner or day is missing, the day is past, or a text holds a personal detail:
        a postcode, a telephone number, an e-mail address, an address, or the name of somebody
        other than the owner.
    """
    if about_kind not in ABOUT:
        raise ValueError(f"about_kind is {about_kind!r}; accepted: {', '.join(ABOUT)}")
    title, owner, agency = title.strip(), owner.strip(), agency.strip()
    if not title or not owner or due is None:
        raise ActionError(
            "An action needs a title, an owner and a day.",
            "Without an owner and a day nobody can see that it is overdue.",
            "Fill in all three and try again.",
        )
    if due < (today or find_counting_day(database)):
        raise ActionError(
            "The day is past.", f"{due.isoformat()} came.", "Give today or a later day."
        )
    _refuse_long(title, LONGEST_TITLE, "title")
    frozen = dict(evidence or {})
    for text in (title, *frozen, *map(str, frozen.values())):
        _check_text(text)
    for text in (owner, agency):
        _check_text(text, may_name=True)
    new = actions.NewAction(
        title=title, owner=owner, due=due, about_kind=about_kind, about_key=about_key,
        ward_code=ward_code, district_code=district_code, agency=agency, evidence=frozen,
    )  # fmt: skip
    with database.begin() as connection:
        action_id = actions.add_action(connection, new, current_actor().name)
        audit.log(
            database, "alteration", "action", str(action_id), reason, connection=connection,
            details={"change": "created", "about": about_kind, "due": due.isoformat()},
        )  # fmt: skip
    return action_id


@needs(Permission.ACT)
def close_action(
    database: Database, action_id: int, outcome: str, *, reason: str = "tasking"
) -> None:
    """Close an open action with what came of it; logged as an alteration.

    Raises
    ------
    ActionError
        If the outcome is missing or holds a personal detail, or the action is not open.
    """
    outcome = outcome.strip()
    if not outcome:
        raise ActionError(
            "Say what came of it.", "An action is closed with its outcome.",
            "Write a sentence, such as 'Lighting repaired'.",
        )  # fmt: skip
    _refuse_long(outcome, LONGEST_TEXT, "outcome")
    _check_text(outcome)
    with database.begin() as connection:
        actions.end_action(connection, action_id, outcome, current_actor().name)
        audit.log(
            database, "alteration", "action", str(action_id), reason, connection=connection,
            details={"change": "closed"},
        )  # fmt: skip


@needs(Permission.SEE_ACTIONS)
def list_actions(
    database: Database,
    *,
    status: str = "open",
    ward_code: str = "",
    owner: str = "",
    agency: str = "",
    about_kind: str = "",
    about_key: str = "",
    overdue_only: bool = False,
    today: dt.date | None = None,
) -> ActionList:
    """List actions, overdue ones first; empty text means any.

    Parameters
    ----------
    database : Database
    status : str, default 'open'
        open, closed, or empty for both.
    ward_code, owner, agency, about_kind, about_key : str, optional
        Only these.
    overdue_only : bool, default False
        Only open actions whose day is past; an action due today is not overdue.
    today : date, optional
        Default the day that counts: `dashboard.services.counting_day`.
    """
    today = today or find_counting_day(database)
    held = actions.read_actions(database)
    held["days_left"] = [(due - today).days for due in held["due"]]
    held["state"] = [
        _state(status, days) for status, days in zip(held["status"], held["days_left"], strict=True)
    ]
    wanted = {
        "status": status, "ward_code": ward_code, "owner": owner, "agency": agency,
        "about_kind": about_kind, "about_key": about_key,
    }  # fmt: skip
    keep = pd.Series(True, index=held.index)
    for column, value in wanted.items():
        if value:
            keep &= held[column] == value
    overdue = held["state"] == "overdue"
    if overdue_only:
        keep &= overdue
    table = held[keep].reset_index(drop=True)
    of_place = table["about_kind"] == "location"
    labels = actions.read_labels(database, table.loc[of_place, "about_key"].tolist())
    table["about_label"] = [labels.get(key, "") for key in table["about_key"].where(of_place, "")]
    if not current_actor().may(Permission.SEE_ADDRESS):
        table["about_key"] = [
            short_key(kind, key) if kind in PERSONS_AND_PLACES else key
            for kind, key in zip(table["about_kind"], table["about_key"], strict=True)
        ]
    if not current_actor().may(Permission.SEE_COUNTS):
        table["evidence"] = [
            found if kind == "caller" else {}
            for kind, found in zip(table["about_kind"], table["evidence"], strict=True)
        ]
    return ActionList(
        table=table,
        today=today,
        open=int((held["status"] == "open").sum()),
        overdue=int(overdue.sum()),
        owners=_known(held["owner"]),
        agencies=_known(held["agency"]),
        ward_codes=_known(held["ward_code"]),
    )


@handed
def short_key(kind: str, key: str) -> str:
    """Give the end of a key as every list shows it: it tells records apart and finds none."""
    return "" if kind == "ward" else shorten(key)


def _state(status: str, days_left: int) -> str:
    if status != "open":
        return "closed"
    if days_left < 0:
        return "overdue"
    return "due soon" if days_left <= SOON_DAYS else "open"


def _known(column: pd.Series) -> list[str]:
    return sorted({str(value) for value in column if value})


def _refuse_long(text: str, most: int, what: str) -> None:
    if len(text) > most:
        raise ActionError(
            f"The {what} is too long.", f"It has {len(text):,} characters; at most {most:,}.",
            "Shorten it and try again.",
        )  # fmt: skip


def _check_text(text: str, *, may_name: bool = False) -> None:
    if is_unfit(text):
        raise ActionError(
            "A text holds a sign that cannot be read.",
            "It is a control sign or a broken one, as a copy from another program may hold.",
            "Type the text anew and try again.",
        )
    found = [kind for kind in find_personal(text) if not (may_name and kind == NAME)]
    if found:
        raise ActionError(
            "An action must not hold personal details.",
            f"It seems to hold {' and '.join(found)}.",
            "Leave it out: the action is linked to its record, which is shown to those who may.",
        )
