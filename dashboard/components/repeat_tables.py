"""Tables and sentences of the page of repeats, in the words a reader sees; no address in any."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.components import record_words
from dashboard.messages import say_count, say_list
from dashboard.services.repeat_records import Record
from dashboard.services.repeats import MOST_ROWS, RepeatList
from geodata.calendar import Month, say_date, say_time

WORDS = {"places": "repeat place", "victims": "repeat victim"}
NAMED = {"places": "Place", "victims": "Victim"}
NOBODY = "nobody yet"
_NEAR = "On or near "


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
        where = _say_place(str(first["label"] or first["ward"]))
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
    ties = ": ties at the last rank included" if shown > MOST_ROWS else ""
    cut = f"The first {shown:,} of {found.total:,}{ties}. " if shown < found.total else ""
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
            NAMED[found.kind]: [f"…{short}" if short else "a point" for short in table["short"]],
            "Incidents": table["incidents"],
            "On or near": [_say_street(label) for label in table["label"]],
            "Last incident": [_say_day(day) for day in table["last"]],
            "Plan and owner": [owner or NOBODY for owner in owners],
            "Ward": table["ward"],
            "Reports": table["reports"],
            "Most in any window": table["most"],
            "Told to": [
                record_words.say_tally(text, record_words.SOURCES) for text in table["sources"]
            ],
            "Reported by": [
                record_words.say_tally(text, record_words.CHANNELS) for text in table["channels"]
            ],
            "Types": [_shorten_list(text) for text in table["types"]],
            "Flags": table["flags"].replace("", "none recorded"),
            "First": [_say_day(day) for day in table["first"]],
            "District": table["district"],
        }
    )


def name_rows(found: RepeatList) -> list[str]:
    """Name each row for a select box."""
    return [
        f"{row.rank:,}{'=' if row.tied else ''}. {f'…{row.short}, ' if row.short else ''}"
        f"{_say_place(row.label)}, {row.ward}: {say_count(row.incidents)}, last "
        f"{_say_day(row.last)}"
        for row in found.table.itertuples()
    ]


def title_action(found: RepeatList, row: int) -> str:
    """Propose a title for an action: street, ward and figures, nobody's name."""
    facts = found.table.iloc[row]
    word = WORDS[found.kind].capitalize()
    where = _say_place(str(facts["label"] or facts["ward"]))
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
            "Told to": [record_words.say_source(name) for name in table["source"]],
            "Reported by": [record_words.say_channel(name) for name in table["channel"]],
            "Type": table["type"],
            "Category": table["category"],
            "Lead agency": table["agency"].replace("", "not recorded"),
            "Flags": table["flags"].replace("", "none recorded"),
            "Street": table["label"].replace("", "not recorded"),
        }
    )


def say_record(record: Record) -> str:
    """Say how many reports and incidents there are, from which sources and channels."""
    table = record.timeline
    inside = int(table["in_window"].sum())
    sources = say_list(
        [f"{record_words.say_source(n)} {k:,}" for n, k in table["source"].value_counts().items()]
    )
    channels = say_list(
        [f"{record_words.say_channel(n)} {k:,}" for n, k in table["channel"].value_counts().items()]
    )
    return (
        f"{say_count(len(table), 'report')} of {say_count(record.incidents)} held; "
        f"{say_count(inside, 'report')} in the window. "
        f"Told to: {sources}. Reported by: {channels}."
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
    return day if precision == "day" else f"{day}, {say_time(when)}"


def _say_street(label: str) -> str:
    return label.removeprefix(_NEAR) or "not recorded"


def _say_place(label: str) -> str:
    if not label:
        return "street not recorded"
    # In a sentence the public name of a street goes on in small letters.
    return label[0].lower() + label[1:] if label.startswith(_NEAR) else label


def _say_gap(days: int) -> str:
    if not days:
        return "same day"
    return f"{abs(days)} day{'s' if abs(days) > 1 else ''} {'later' if days > 0 else 'before'}"


def _shorten_list(text: str, most: int = 3) -> str:
    parts = text.split(", ")
    more = len(parts) - most
    return text if more < 2 else f"{', '.join(parts[:most])} and {more} more types"
