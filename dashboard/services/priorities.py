"""Residents' priorities: what people of each ward asked for, what came of it, what is missing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from dashboard.services.counting_day import find_counting_day
from dashboard.services.engagement import name_wards
from dashboard.services.free_text import check_text
from geodata.engagement_words import (
    LIVE_STATES,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PEOPLE_ASKED,
    PRIORITY_SOURCES,
    PRIORITY_STATES,
)
from geodata.errors import PriorityError
from geodata.schemas import PRIORITY_COLUMNS
from geodata.store import engagement as store
from geodata.store.areas import holds_ward
from geodata.store.database import Database

SILENT_DAYS = 180
"""Days after which a priority still to be met is flagged if nothing is recorded of it."""

_TEXTS = {"title": LONGEST_TITLE, "linked_plan": LONGEST_TITLE} | dict.fromkeys(
    ("how_representative", "you_said", "we_did"), LONGEST_TEXT
)
_WORDS = {
    "title": "title", "linked_plan": "plan", "how_representative": "note on who was asked",
    "you_said": "text of what residents said", "we_did": "text of what was done",
}  # fmt: skip


@dataclass(frozen=True)
class Register:
    """The priorities of the wards looked at.

    Attributes
    ----------
    table : DataFrame
        Columns of `geodata.store.engagement.PRIORITY_READ` with ward, district, district_code,
        percent_asked (people asked as a percentage of the ward's residents; NaN if either is
        not known) and is_silent (live, agreed more than `SILENT_DAYS` ago, and nothing recorded
        of what was done), live ones first.
    without : DataFrame
        code, ward, district of the wards with no priority listed.
    none_live : DataFrame
        The same of wards whose priorities are all done or not taken up.
    wards, listed, live : int
        Wards looked at, those with a priority, and priorities still to be met.
    unlinked, silent, unanswered, unexplained : int
        Live ones without a plan; those of ``is_silent``; ones done without a word of what was
        done; ones that do not say who was asked.
    """

    table: pd.DataFrame
    without: pd.DataFrame
    none_live: pd.DataFrame
    wards: int
    listed: int
    live: int
    unlinked: int
    silent: int
    unanswered: int
    unexplained: int


@needs(Permission.SEE_PRIORITIES)
def find_register_day(database: Database) -> dt.date:
    """Give the day that the register is read on: `dashboard.services.counting_day`."""
    return find_counting_day(database)


@needs(Permission.SEE_PRIORITIES)
def load_priorities(database: Database) -> pd.DataFrame:
    """Load the whole register of priorities, newest first."""
    return store.read_priorities(database)


@handed
def make_register(
    priorities: pd.DataFrame,
    wards: pd.DataFrame,
    district: str | None = None,
    ward: str | None = None,
    *,
    on: dt.date,
) -> Register:
    """Make the register of a ward, of a district, or of all.

    Parameters
    ----------
    priorities : DataFrame
        From `load_priorities`. Those of wards that are not held now are left out.
    wards : DataFrame
        Current wards: code, name, district, district_code, residents.
    district, ward : str, optional
        Codes; only the wards of the district, or only the ward.
    on : date
        The day that counts as today.
    """
    if district:
        wards = wards[wards["district_code"] == district]
    if ward:
        wards = wards[wards["code"] == ward]
    known = wards.set_index("code")
    table = priorities[priorities["ward_code"].isin(known.index)]
    codes = table["ward_code"]
    residents = codes.map(known["residents"]).astype(float)
    asked = table["people_asked"].astype("Float64").to_numpy(dtype=float, na_value=float("nan"))
    table = table.assign(
        ward=codes.map(known["name"]),
        district=codes.map(known["district"]),
        district_code=codes.map(known["district_code"]),
        percent_asked=100 * asked / residents.where(residents > 0),
    )
    live = table["status"].isin(LIVE_STATES)
    old = [(on - day).days > SILENT_DAYS for day in table["agreed_on"]]
    table["is_silent"] = live & table["we_did"].eq("") & pd.Series(old, table.index, dtype=bool)
    table = pd.concat([table[live], table[~live]], ignore_index=True)
    live = table["status"].isin(LIVE_STATES)
    listed, met = set(table["ward_code"]), set(table.loc[live, "ward_code"])
    done = table["status"].eq("done")
    return Register(
        table=table,
        without=name_wards(wards[~wards["code"].isin(listed)]),
        none_live=name_wards(wards[wards["code"].isin(listed - met)]),
        wards=len(wards),
        listed=len(listed),
        live=int(live.sum()),
        unlinked=int((live & table["linked_plan"].eq("")).sum()),
        silent=int(table["is_silent"].sum()),
        unanswered=int((done & table["we_did"].eq("")).sum()),
        unexplained=int(table["how_representative"].eq("").sum()),
    )


@handed
def compare_sources(register: Register) -> pd.DataFrame:
    """Compare how priorities came about: source, priorities, wards, people, percent_asked.

    ``people`` and ``percent_asked`` are medians of those that say how many were asked; NaN
    where none does.
    """
    rows = []
    for source in PRIORITY_SOURCES:
        mine = register.table[register.table["source"] == source]
        if len(mine):
            people = mine["people_asked"].dropna()
            share = mine["percent_asked"].dropna()
            rows.append(
                {
                    "source": source,
                    "priorities": len(mine),
                    "wards": mine["ward_code"].nunique(),
                    "people": float(people.median()) if len(people) else float("nan"),
                    "percent_asked": float(share.median()) if len(share) else float("nan"),
                }
            )
    columns = ["source", "priorities", "wards", "people", "percent_asked"]
    return pd.DataFrame(rows, columns=columns)


@needs(Permission.EDIT_PRIORITIES)
def add_priority(
    database: Database, values: Mapping[str, Any], *, today: dt.date | None = None
) -> int:
    """Add a priority and give its number; logged as an alteration.

    Parameters
    ----------
    database : Database
    values : mapping
        By names of `geodata.schemas.PRIORITY_COLUMNS`; ward, title, source, day and who was
        asked are needed.
    today : date, optional
        No priority is agreed later; default the day it is.

    Raises
    ------
    PriorityError
        If a part is missing or too long, the ward is not held or has one of the same title and
        day, the day is to come, or a text holds a personal detail or a sign that cannot be read.
    """
    given = {name: values.get(name, "") for name in PRIORITY_COLUMNS}
    given["status"] = given["status"] or "agreed"
    given["people_asked"] = values.get("people_asked")
    checked = _checked(database, given, today or dt.date.today())
    if not checked["how_representative"]:
        # Asked for at the start only: one that came without may still be brought up to date.
        raise _lacking()
    with database.begin() as connection:
        number = store.add_priority(connection, checked, current_actor().name)
        audit.log(
            database, "alteration", "priority", str(number), "problem_solving",
            connection=connection,
            details={"change": "created", "ward": checked["ward_code"]},
        )  # fmt: skip
    return number


@needs(Permission.EDIT_PRIORITIES)
def change_priority(
    database: Database,
    priority_id: int,
    values: Mapping[str, Any],
    *,
    seen: dt.datetime,
    today: dt.date | None = None,
) -> None:
    """Change a priority; logged as an alteration with the names of the fields.

    Parameters
    ----------
    database : Database
    priority_id : int
    values : mapping
        New values by names of `geodata.schemas.PRIORITY_COLUMNS`.
    seen : datetime
        When it was last changed, as it was shown.
    today : date, optional
        Default the day it is.

    Raises
    ------
    PriorityError
        As for `add_priority`, or if somebody changed it in the meantime.
    """
    checked = _checked(database, values, today or dt.date.today())
    with database.begin() as connection:
        store.change_priority(connection, priority_id, checked, current_actor().name, seen=seen)
        audit.log(
            database, "alteration", "priority", str(priority_id), "problem_solving",
            connection=connection,
            details={"change": "changed", "fields": ", ".join(sorted(checked))},
        )  # fmt: skip


def _checked(database: Database, values: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Give the values stripped, or refuse them."""
    given = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    if any(name in given and not given[name] for name in ("ward_code", "title", "agreed_on")):
        raise _lacking()
    if "ward_code" in given and not holds_ward(database, given["ward_code"]):
        raise PriorityError(
            "This ward is not held.", "A priority belongs to a ward whose boundaries are held.",
            "Choose a ward of the list.",
        )  # fmt: skip
    for name, accepted in (("source", PRIORITY_SOURCES), ("status", PRIORITY_STATES)):
        if name in given and given[name] not in accepted:
            raise ValueError(f"{name} is {given[name]!r}; accepted: {', '.join(accepted)}")
    day = given.get("agreed_on")
    if day is not None and day > today:
        raise PriorityError(
            "The day is still to come.", f"{day.isoformat()} came.", "Give the day it was agreed."
        )
    people = given.get("people_asked")
    if people is not None and not 1 <= people <= MOST_PEOPLE_ASKED:
        raise PriorityError(
            "The number of people asked is out of range.", "Leave it empty if it is not known.",
            f"Give a whole number from 1 to {MOST_PEOPLE_ASKED:,}, or nothing.",
        )  # fmt: skip
    for name, longest in _TEXTS.items():
        if name in given:
            check_text(given[name], _WORDS[name], longest, PriorityError, "The register")
    return given


def _lacking() -> PriorityError:
    return PriorityError(
        "A priority needs a ward, a title, a day and a note on who was asked.",
        "Without them nobody can tell whose priority it is and how far to trust it.",
        "Fill in all four and try again.",
    )
