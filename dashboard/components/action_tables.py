"""The list of actions as a table: state in words and a shape, days in full, evidence as it was."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.services.actions import ABOUT, ActionList
from geodata.calendar import say_date

SHAPES = {"overdue": "▲", "due soon": "◆", "open": "○", "closed": "✓"}
KEY_SHOWN = 8


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
                say_about(kind, key)
                for kind, key in zip(rows["about_kind"], rows["about_key"], strict=True)
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


def say_about(kind: str, key: str) -> str:
    """Say what an action is about: the kind of record and, but for a ward, how its key begins."""
    if not kind:
        return ""
    shown = key[:KEY_SHOWN] if kind != "ward" else ""
    return f"{ABOUT.get(kind, kind)} ({shown})" if shown else ABOUT.get(kind, kind)


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
            "Fact": [str(name).replace("_", " ") for name in evidence],
            "As it was then": [_say_value(value) for value in evidence.values()],
        }
    )


def _say_value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
