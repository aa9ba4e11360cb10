"""Residents' priorities as tables and plain sentences: the register, its sources, the rows of
the letter.

Pure: frames in, frames and text out.
"""

import pandas as pd

from dashboard.messages import say_count
from dashboard.reports.priority_words import (
    CAME,
    CHOSE_TO,
    CHOSEN,
    say_asked,
    say_did,
    say_share,
)
from dashboard.services.priorities import Register
from geodata.calendar import say_date
from geodata.engagement_words import LIVE_STATES, PRIORITY_SOURCES, PRIORITY_STATES

MARKS = {"agreed": "○", "in hand": "◐", "done": "✓", "not taken up": "✕"}
"""A mark of its own for each state, so that no state goes by colour."""

SILENT = "▲"
LEGEND = (
    f"○ agreed, ◐ in hand, ✓ done, ✕ not taken up. {SILENT} agreed over 6 months ago, and nothing "
    "recorded of what was done. Choose one to open it."
)

SHORT = {
    "pact": "PACT meeting", "parish": "Parish council", "survey": "Survey",
    "mcv": "My Community Voice", "online": "Other online messages", "other": "Other",
}  # fmt: skip
SHOWN = {"": "All", "live": "Still to be met", "met": "Done or not taken up"}


def say_holds(source: str, standing: str) -> str:
    """Say which priorities are left by a choice of source and standing; '' if all are."""
    ways = [f"through {CAME[source]}"] if source else []
    if standing:
        ways.append(SHOWN[standing].lower())
    return f"Only priorities {', '.join(ways)}." if ways else ""


def say_standing(register: Register, place: str) -> str:
    """Say how many wards have a priority listed, and what is missing in the register."""
    none = register.wards - register.listed
    count = "1 priority is" if register.live == 1 else f"{register.live:,} priorities are"
    said = [
        f"{register.listed:,} of {say_count(register.wards, 'ward')} in {place} "
        f"{_has(register.listed)} a priority listed; **{none:,} {_has(none)} none**.",
        f"{count} still to be met{_say_unlinked(register)}.",
    ]
    gaps = [
        f"{number:,} {words}"
        for number, words in (
            (register.silent, f"agreed over 6 months ago with nothing recorded since ({SILENT})"),
            (register.unanswered, "done without a word of what was done"),
            (register.unexplained, "without a note on who was asked"),
        )
        if number
    ]
    if gaps:
        said.append(f"Of all {len(register.table):,} listed: {'; '.join(gaps)}.")
    return " ".join(said)


def say_ward(register: Register, place: str) -> str:
    """Say how one ward stands: how many priorities, how many still to be met, what is missing."""
    listed = len(register.table)
    if not listed:
        return (
            f"**{place} has no priority listed.** Nothing follows from that about what residents "
            "there want: nobody has recorded it."
        )
    count = "1 priority" if listed == 1 else f"{listed:,} priorities"
    said = f"**{place} has {count} listed**, {register.live:,} still to be met"
    said += f"{_say_unlinked(register)}." if register.live else "."
    if register.silent:
        verb = "was" if register.silent == 1 else "were"
        said += (
            f" {register.silent:,} {verb} agreed over 6 months ago with nothing recorded since "
            f"({SILENT})."
        )
    return said


def _say_unlinked(register: Register) -> str:
    if not register.unlinked:
        return ""
    if register.unlinked == register.live:
        return ", without a linked plan"
    return f", {register.unlinked:,} of them without a linked plan"


def choose(table: pd.DataFrame, *, ward: str | None, source: str, standing: str) -> pd.DataFrame:
    """Choose the priorities of a ward, a source and a standing (a key of `SHOWN`); empty is any."""
    keep = pd.Series(True, index=table.index)
    if ward:
        keep &= table["ward_code"].eq(ward)
    if source:
        keep &= table["source"].eq(source)
    if standing:
        keep &= table["status"].isin(LIVE_STATES).eq(standing == "live")
    return table[keep].reset_index(drop=True)


def register_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the register as people read it, one row a priority."""
    return pd.DataFrame(
        {
            "No.": table["id"],
            "Ward": table["ward"],
            "Priority": table["title"],
            "Status": [
                say_state(state, is_silent=is_silent)
                for state, is_silent in zip(table["status"], table["is_silent"], strict=True)
            ],
            "Agreed": [say_date(day) for day in table["agreed_on"]],
            "Source": [SHORT[source] for source in table["source"]],
            "Plan": [plan or "None linked" for plan in table["linked_plan"]],
            "People asked": [
                "Not known" if pd.isna(people) else f"{people:,}"
                for people in table["people_asked"]
            ],
            "District": table["district"],
        }
    )


def say_state(state: str, *, is_silent: bool) -> str:
    """Say how a priority stands, with its mark; another one marks an old one left unanswered."""
    return f"{MARKS[state]} {PRIORITY_STATES[state]}{f' {SILENT}' if is_silent else ''}"


def ward_table(wards: pd.DataFrame) -> pd.DataFrame:
    """Give a list of wards (code, ward, district) as people read it."""
    return pd.DataFrame(
        {"Ward": wards["ward"], "District": wards["district"], "Code": wards["code"]}
    )


def source_table(compared: pd.DataFrame) -> pd.DataFrame:
    """Give how priorities came about, and how far each way stands for residents."""
    return pd.DataFrame(
        {
            "Source": [PRIORITY_SOURCES[source] for source in compared["source"]],
            "Priorities": compared["priorities"],
            "Wards": compared["wards"],
            "People asked (middle)": compared["people"].round(0).astype("Float64").astype("Int64"),
            "Of residents": [say_share(percent) for percent in compared["percent_asked"]],
            "How far it goes": [
                CHOSEN if source == "survey" else CHOSE_TO for source in compared["source"]
            ],
        }
    )


def feedback_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Give 'you said, we did' as rows for a spreadsheet, in the same words as the text."""
    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Ward": [row["ward"] for row in rows],
            "District": [row["district"] for row in rows],
            "You said": [row["you_said"] or row["title"] for row in rows],
            "We did": [say_did(row) for row in rows],
            "Status": [PRIORITY_STATES[row["status"]] for row in rows],
            "Agreed": [say_date(row["agreed_on"]) for row in rows],
            "Came from": [CAME[row["source"]] for row in rows],
            "Who was asked": [say_asked(row) for row in rows],
        }
    )


def _has(number: int) -> str:
    return "has" if number == 1 else "have"
