"""The list of actions as a table: state in words and a shape, days in full, evidence as it was."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.services.actions import ABOUT, ActionList, short_key
from geodata.calendar import say_date

FACTS = {
    "as at": "As at",
    "incidents": "Incidents in the window",
    "reports": "Reports of them",
    "rank": "Rank in the list",
}
"""Facts of evidence in the words a reader sees; others as they are, with a capital."""
PSEUDONYMS = ("location", "victim", "caller")
_DAY = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
SHAPES = {"overdue": "▲", "due soon": "◆", "open": "○", "closed": "✓"}


def action_table(found: ActionList, ward_names: Mapping[str, str]) -> pd.DataFrame:
    """Give the actions with the words a reader sees, in the order of the list."""
    rows = found.table
    return pd.DataFrame(
        {
            "No.": rows["id"],
            "State": [
                say_state(state, days)
                for state, days in zip(rows["state"], rows["days_left"], strict=True)
            ],
            "Due": [say_date(day) for day in rows["due"]],
            "What": rows["title"],
            "Owner": rows["owner"],
            "Agency": rows["agency"],
            "Ward": [ward_names.get(code, code) for code in rows["ward_code"]],
            "About": [
                say_about(kind, key, label)
                for kind, key, label in zip(
                    rows["about_kind"], rows["about_key"], rows["about_label"], strict=True
                )
            ],
            "Outcome": rows["outcome"],
        }
    )


def say_state(state: str, days_left: int) -> str:
    """Say how an action stands: a shape, a word and the days, never a colour alone."""
    count = abs(days_left)
    days = f"{count:,} day{'' if count == 1 else 's'}"
    words = {
        "overdue": f"Overdue by {days}",
        "due soon": "Due today" if not count else f"Due in {days}",
        "open": f"Open, {days} left",
        "closed": "Closed",
    }
    return f"{SHAPES[state]} {words[state]}"


def say_about(kind: str, key: str, label: str = "") -> str:
    """Say what an action is about: the kind of record and, but for a ward, its street and key."""
    if not kind:
        return ""
    short = short_key(kind, key)
    short = f"…{short}" if short and kind in PSEUDONYMS else short
    known = ", ".join(part for part in (label, short) if part)
    return f"{ABOUT.get(kind, kind)} ({known})" if known else ABOUT.get(kind, kind)


def name_rows(table: pd.DataFrame) -> dict[int, str]:
    """Name each action of the list for a drop-down, by its number."""
    columns = (table["No."].tolist(), table["What"], table["State"])
    return {number: f"{number}. {what}: {how}" for number, what, how in zip(*columns, strict=True)}


def say_standing(found: ActionList) -> str:
    """Say in a sentence how many actions are open and overdue."""
    if not found.open:
        return "No action is open."
    opened = f"{found.open:,} action{' is' if found.open == 1 else 's are'} open"
    if not found.overdue:
        return f"{opened}, and none is overdue."
    return f"{opened}; {found.overdue:,} {'is' if found.overdue == 1 else 'are'} overdue."


def evidence_table(evidence: Mapping[str, Any]) -> pd.DataFrame:
    """Give the evidence of an action, one fact a row, as it was when the action was made."""
    return pd.DataFrame(
        {
            "Fact": [_say_fact(str(name)) for name in evidence],
            "As it was then": [_say_value(value) for value in evidence.values()],
        }
    )


def _say_fact(name: str) -> str:
    words = name.replace("_", " ")
    return FACTS.get(words, words[:1].upper() + words[1:])


def _say_value(value: Any) -> str:
    if isinstance(value, str) and _DAY.match(value):
        return say_date(dt.date.fromisoformat(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
