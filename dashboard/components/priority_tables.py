"""Residents' priorities as tables and plain sentences: the register, who was asked, the feedback.

Pure: frames in, frames and text out.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.messages import say_count
from dashboard.services.engagement import Register
from geodata.calendar import say_date
from geodata.engagement_words import LIVE_STATES, PRIORITY_SOURCES, PRIORITY_STATES

MARKS = {"agreed": "○", "in hand": "◐", "done": "✓", "not taken up": "✕"}
"""A mark of its own for each state, so that no state goes by colour."""

CAME = {
    "pact": "a PACT meeting (partners and communities together)",
    "parish": "the parish or town council",
    "survey": "a survey",
    "online": "online messages",
    "other": "another meeting or contact",
}
SHORT = {
    "pact": "PACT meeting", "parish": "Parish council", "survey": "Survey",
    "online": "Online messages", "other": "Other",
}  # fmt: skip
CHOSE_TO = "People chose to take part, so they do not stand for all residents."
CHOSEN = "How well they stand for all residents depends on how they were chosen."
SHOWN = {"": "All", "live": "Still to be met", "met": "Done or not taken up"}


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
            (register.unanswered, "done without a word of what was done"),
            (register.unexplained, "without a note on who was asked"),
        )
        if number
    ]
    if gaps:
        said.append(f"Of all {len(register.table):,} listed: {'; '.join(gaps)}.")
    return " ".join(said)


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
            "Status": [f"{MARKS[state]} {PRIORITY_STATES[state]}" for state in table["status"]],
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
            "Of residents": [_say_share(percent) for percent in compared["percent_asked"]],
            "How far it goes": [
                CHOSEN if source == "survey" else CHOSE_TO for source in compared["source"]
            ],
        }
    )


def say_asked(row: Mapping[str, Any]) -> str:
    """Say who was asked, how many, and how far they stand for the ward."""
    people = row["people_asked"]
    if pd.isna(people):
        said = "How many people were asked is not recorded."
    else:
        verb = "was" if people == 1 else "were"
        share = _say_share(row["percent_asked"])
        of = f", {share} residents of the ward" if share else ""
        said = f"{say_people(int(people))} {verb} asked{of}."
    note = str(row["how_representative"]).strip()
    note = f"{note}." if note and note[-1] not in ".!?" else note
    return " ".join(
        part for part in (said, note, CHOSEN if row["source"] == "survey" else CHOSE_TO) if part
    )


def say_people(number: int) -> str:
    """Say a number of people: '1 person', '42 people'."""
    return "1 person" if number == 1 else f"{number:,} people"


def say_did(row: Mapping[str, Any]) -> str:
    """Say what was done, or that it is still to be said."""
    if row["we_did"]:
        return str(row["we_did"])
    return {
        "done": "This is done. We have yet to say here what we did.",
        "not taken up": "We have not taken this up. We have yet to say here why.",
    }.get(str(row["status"]), "We have agreed to act on this and will say here what we do.")


def feedback_text(table: pd.DataFrame, place: str, notice: str, today: dt.date) -> bytes:
    """Write 'you said, we did' as plain text, ward by ward, ready to print or to read out."""
    lines = [f"You said, we did: {place}", f"As of {say_date(today)}. {notice}", ""]
    ordered = table.sort_values(["district", "ward", "agreed_on"], kind="stable")
    for (district, ward), rows in ordered.groupby(["district", "ward"], sort=False):
        name = f"{ward}, {district}" if district else str(ward)
        lines += [name, "=" * len(name), ""]
        for row in rows.to_dict("records"):
            lines += [
                f"You said: {_on_one_line(row['you_said'] or row['title'])}",
                f"We did: {_on_one_line(say_did(row))}",
                f"How it stands: {PRIORITY_STATES[row['status']]}.",
                f"Where it came from: {CAME[row['source']]}, {say_date(row['agreed_on'])}.",
                f"Who was asked: {_on_one_line(say_asked(row))}",
                "",
            ]
    return "\r\n".join(lines).encode("utf-8-sig")


def _on_one_line(said: str) -> str:
    """Give a text without line breaks, so that none begins a line that is not its own."""
    return " ".join(said.split())


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


def _say_share(percent: float) -> str:
    if not np.isfinite(percent):
        return ""
    if percent < 1:
        return "fewer than 1 in 100"
    return f"about {percent:.0f} in 100"
