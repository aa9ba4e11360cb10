"""Tables and sentences of the page of repeats, in the words a reader sees; no address in any."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.messages import say_count, say_list
from dashboard.services.repeat_records import Record
from dashboard.services.repeats import MOST_ROWS, RepeatList
from geodata.calendar import Month, say_date

WORDS = {"places": "repeat place", "victims": "repeat victim"}
NAMED = {"places": "Place", "victims": "Victim"}
NOBODY = "nobody yet"


def say_finding(found: RepeatList, place: str) -> str:
    """Say in one sentence how many come back, by which rule, and who or what most."""
    word = WORDS[found.kind]
    window = found.rule.say_window(found.as_at)
    if not found.total:
        return f"No {word}s in {place}: {found.rule.label}, {window}."
    first = found.table.iloc[0]
    tied = int((found.table["rank"] == 1).sum())
    if tied > 1:
        most = f"{tied:,} share the first rank with {say_count(first['incidents'])} each"
    else:
        # In a sentence the public name of a street goes on in small letters.
        where = str(first["label"] or first["ward"])
        where = where[0].lower() + where[1:] if where.startswith("On or near") else where
        most = f"the first, {where} in {first['ward']}, has {say_count(first['incidents'])}"
    return (
        f"**{say_count(found.total, word)} in {place}** with {say_count(found.incidents)} "
        f"({found.rule.label}; {window}): {most}."
    )


def say_cannot_tell(found: RepeatList) -> str:
    """Say how many may be repeats but for what is not recorded; "" for none."""
    if not found.cannot_tell:
        return ""
    why = "the ASB type" if found.rule.similar else "the day"
    return (
        f"Cannot tell for {found.cannot_tell:,} more: {why} of some of their incidents is not "
        "recorded, so they are not on the list."
    )


def say_left_out(found: RepeatList) -> str:
    """Say what never ranks and how much of it lies in the window and area."""
    kind = {"places": "address", "victims": "person"}[found.kind]
    if not found.left_out:
        return "Nothing in this window and area had to be left out."
    parts = []
    for left in found.left_out:
        keys = ""
        if left.keys:
            plural = (
                {"address": "places", "person": "people"}[kind]
                if left.keys > 1
                else ({"address": "place", "person": "person"}[kind])
            )
            keys = f" ({left.keys:,} {plural})"
        word = "" if parts else " reports" if left.incidents != 1 else " report"
        parts.append(f"{left.incidents:,}{word} {left.reason}{keys}")
    return f"Left out and never ranked: {'; '.join(parts)}."


def say_rows(found: RepeatList) -> str:
    """Say how much of the list is shown, and how ties stand."""
    shown = len(found.table)
    cut = (
        f"The first {shown:,} of {found.total:,} are listed and drawn. "
        if shown < found.total
        else ""
    )
    return (
        f"{cut}Equal numbers share a rank (=). One incident told to several agencies counts once; "
        "'reports' counts every telling. A victim is listed under the ward of their latest "
        "incident."
    )


def say_notes(found: RepeatList) -> str:
    """Say what is left out, what cannot be told, and how to read the list."""
    parts = (say_left_out(found), say_cannot_tell(found), say_rows(found) if found.total else "")
    return " ".join(part for part in parts if part)


def list_table(found: RepeatList, owners: Sequence[str]) -> pd.DataFrame:
    """Give the list as the page and the file show it, in its order."""
    table = found.table
    return pd.DataFrame(
        {
            "Rank": [
                f"{rank:,}=" if tied else f"{rank:,}"
                for rank, tied in zip(table["rank"], table["tied"], strict=True)
            ],
            "Incidents": table["incidents"],
            "Street": table["label"].replace("", "not recorded"),
            "Ward": table["ward"],
            "Plan and owner": [owner or NOBODY for owner in owners],
            "Latest": [_say_day(day) for day in table["last"]],
            NAMED[found.kind]: "…" + table["short"],
            "Reports": table["reports"],
            "Most in any window": table["most"],
            "Sources": table["sources"],
            "Channels": table["channels"],
            "Types": [_shorten_list(text) for text in table["types"]],
            "Flags": table["flags"].replace("", "none recorded"),
            "First": [_say_day(day) for day in table["first"]],
            "District": table["district"],
        }
    )


def name_rows(found: RepeatList) -> list[str]:
    """Name each row for a select box."""
    return [
        f"{row.rank:,}{'=' if row.tied else ''}. {row.label or 'Street not recorded'}, {row.ward}: "
        f"{say_count(row.incidents)} (…{row.short})"
        for row in found.table.itertuples()
    ]


def title_action(found: RepeatList, row: int) -> str:
    """Propose a title for an action: street, ward and figures, nobody's name."""
    facts = found.table.iloc[row]
    word = WORDS[found.kind].capitalize()
    where = str(facts["label"] or facts["ward"])
    where = where[0].lower() + where[1:] if where.startswith("On or near") else where
    return f"{word} {where}, {facts['ward']}: {say_count(facts['incidents'])}"[:120]


def timeline_table(record: Record) -> pd.DataFrame:
    """Give every report of a record, newest first."""
    table = record.timeline
    return pd.DataFrame(
        {
            "Incident": table["incident"],
            "Began": [
                _say_when(when, precision, month)
                for when, precision, month in zip(
                    table["when"], table["precision"], table["month"], strict=True
                )
            ],
            "In the window": np.where(table["in_window"], "yes", "no"),
            "Told to": table["source"],
            "Channel": table["channel"],
            "Category": table["category"],
            "Type": table["type"],
            "Flags": table["flags"].replace("", "none recorded"),
            "Lead agency": table["agency"].replace("", "not recorded"),
            "Street": table["label"].replace("", "not recorded"),
        }
    )


def say_record(record: Record) -> str:
    """Say how many reports and incidents there are, from which sources and channels."""
    table = record.timeline
    inside = int(table["in_window"].sum())
    sources = say_list([f"{name} {n:,}" for name, n in table["source"].value_counts().items()])
    channels = say_list([f"{name} {n:,}" for name, n in table["channel"].value_counts().items()])
    return (
        f"{say_count(len(table), 'report')} of {say_count(record.incidents)} held; "
        f"{say_count(inside, 'report')} in the window. "
        f"Sources: {sources}. Channels: {channels}."
    )


def near_table(record: Record) -> pd.DataFrame:
    """Give the near-repeat neighbours of a place, newest first."""
    near = record.near
    return pd.DataFrame(
        {
            "Began": [_say_day(when) for when in near["when"]],
            "Street": near["label"].replace("", "not recorded"),
            "Away": [f"about {metres:,.0f} m" for metres in near["distance_m"]],
            "Days from one here": [_say_gap(days) for days in near["days"]],
            "Type": near["type"],
        }
    )


def link_table(record: Record) -> pd.DataFrame:
    """Give the cases, actions and plans about a record, what is open first."""
    links = record.links
    return pd.DataFrame(
        {
            "What": links["kind"].str.capitalize(),
            "Reference or title": links["what"],
            "Owner": links["owner"].replace("", "no owner"),
            "Agency": links["agency"].replace("", "not recorded"),
            "Status": links["status"],
            "Next review or due": [_say_day(day) for day in links["due"]],
        }
    )


def describe_list(found: RepeatList, place: str) -> dict[str, str]:
    """Give what goes into every row of a file: what the list is of."""
    return {
        "Area": place,
        "Rule": found.rule.label,
        "Window": found.rule.say_window(found.as_at),
        "Listed": f"{len(found.table):,} of {found.total:,} (at most {MOST_ROWS:,} and ties)",
    }


def file_name(found: RepeatList) -> str:
    """Name a file after what it holds, in fixed words and a date only."""
    return f"wardlight-repeat-{found.kind}-{found.rule.name}-{found.as_at}.csv"


def _say_day(day: object) -> str:
    return "not recorded" if pd.isna(day) else say_date(pd.Timestamp(str(day)).date())


def _say_when(when: pd.Timestamp, precision: str, month: int) -> str:
    if pd.isna(when):
        known = Month(1900, 1) + (int(month) - 1900 * 12)
        return f"{known.label} (day not known)"
    day = say_date(when.date())
    return day if precision == "day" else f"{day}, {_say_clock(when)}"


def _say_clock(when: dt.datetime) -> str:
    hour = when.hour % 12 or 12
    minutes = f":{when.minute:02d}" if when.minute else ""
    return f"{hour}{minutes}{'am' if when.hour < 12 else 'pm'}"


def _say_gap(days: int) -> str:
    if not days:
        return "same day"
    return f"{abs(days)} day{'s' if abs(days) > 1 else ''} {'later' if days > 0 else 'before'}"


def _shorten_list(text: str, most: int = 3) -> str:
    parts = text.split(", ")
    more = len(parts) - most
    return text if more < 2 else f"{', '.join(parts[:most])} and {more} more types"
