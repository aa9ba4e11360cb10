"""Signal events as tables and sentences; frames in, frames and text out."""

import datetime as dt

import pandas as pd

from dashboard.messages import say_count
from geodata.calendar import say_date
from geodata.engagement_words import SIGNAL_KINDS

STATES = {"running": "● Running", "to come": "◇ To come", "over": "○ Over"}
SHOWN = {"running": "Running on that day", "": "All that are not withdrawn"}


def choose(signals: pd.DataFrame, state: str) -> pd.DataFrame:
    """Choose the events of a state; empty is any."""
    return signals if not state else signals[signals["state"] == state].reset_index(drop=True)


def say_events(signals: pd.DataFrame, on: dt.date) -> str:
    """Say how many events unsettle on the day that counts, and how many wards they reach."""
    day = f"As of {say_date(on)}"
    running = signals[signals["state"] == "running"]
    if running.empty:
        return f"{day} no signal event is running."
    wards = {name for names in running["reached"] for name in names}
    word = "event is" if len(running) == 1 else "events are"
    return (
        f"{day} **{len(running):,} signal {word} running** and reach parts of "
        f"{say_count(len(wards), 'ward')}."
    )


def signal_table(signals: pd.DataFrame, ward_names: dict[str, str]) -> pd.DataFrame:
    """Give signal events as people read them, one row an event."""
    return pd.DataFrame(
        {
            "No.": signals["id"],
            "Event": signals["title"],
            "Day": [say_date(day) for day in signals["happened_on"]],
            "State": [STATES[state] for state in signals["state"]],
            "Until": [say_date(day) if day else "Not known" for day in signals["ends_on"]],
            "Kind": [SIGNAL_KINDS[kind] for kind in signals["kind"]],
            "Reach (m)": signals["radius_m"].round(0).astype("Int64"),
            "Ward": [ward_names.get(code, "None") for code in signals["ward_code"]],
            "Source": signals["source"],
        }
    )
