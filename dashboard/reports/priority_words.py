"""Words about one priority that the screens, the letter and the files share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geodata.calendar import say_date

CAME = {
    "pact": "a PACT meeting (partners and communities together)",
    "parish": "the parish or town council",
    "survey": "a survey",
    "mcv": "My Community Voice",
    "online": "other online messages",
    "other": "another meeting or contact",
}
CHOSE_TO = "People chose to take part, so they do not stand for all residents."
CHOSEN = "How well they stand for all residents depends on how they were chosen."


def say_did(row: Mapping[str, Any]) -> str:
    """Say what was done, or that nothing is recorded; never a promise that nobody wrote."""
    if row["we_did"]:
        return str(row["we_did"])
    agreed = say_date(row["agreed_on"])
    return {
        "done": f"Done; nothing is recorded of what was done. Agreed on {agreed}.",
        "not taken up": f"Not taken up; no reason is recorded. Agreed on {agreed}.",
    }.get(str(row["status"]), f"Nothing recorded yet; agreed on {agreed}.")


def say_asked(row: Mapping[str, Any]) -> str:
    """Say who was asked, how many, and how far they stand for the ward."""
    people = row["people_asked"]
    if pd.isna(people):
        said = "How many people were asked is not recorded."
    else:
        verb = "was" if people == 1 else "were"
        share = say_share(row["percent_asked"])
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


def say_share(percent: float) -> str:
    """Say a share of residents in whole numbers; '' if it is not known."""
    if not np.isfinite(percent):
        return ""
    if percent < 1:
        return "fewer than 1 in 100"
    return f"about {percent:.0f} in 100"


def say_officer(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Say who an officer is, what they do, and how to reach them; '' for what is not held."""
    role = str(row["role"])
    if row["is_lead"]:
        role = f"{role} (named officer)" if role else "named officer"
    ways = "; ".join(
        f"{word} {row[of]}" for of, word in (("phone", "telephone"), ("email", "e-mail")) if row[of]
    )
    return str(row["name"]), role, f"{ways[:1].upper()}{ways[1:]}"
