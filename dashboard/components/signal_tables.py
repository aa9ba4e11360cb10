"""Signal events as tables and sentences; frames in, frames and text out."""

import pandas as pd

from geodata.calendar import say_date
from geodata.engagement_words import SIGNAL_KINDS

STATES = {"running": "● Running", "to come": "◇ To come", "over": "○ Over"}
SHOWN = {"running": "Running now", "": "All that are not withdrawn"}


def choose(signals: pd.DataFrame, state: str) -> pd.DataFrame:
    """Choose the events of a state; empty is any."""
    return signals if not state else signals[signals["state"] == state].reset_index(drop=True)


def say_events(signals: pd.DataFrame) -> str:
    """Say how many events unsettle now, and how many wards they reach."""
    running = signals[signals["state"] == "running"]
    if running.empty:
        return "No signal event is running now."
    wards = {name for names in running["reached"] for name in names}
    word = "event is" if len(running) == 1 else "events are"
    newest = running.iloc[0]
    return (
        f"**{len(running):,} signal {word} running**; together they reach parts of {len(wards):,} "
        f"{'ward' if len(wards) == 1 else 'wards'}. The newest: {newest['title']}, "
        f"{say_date(newest['happened_on'])}."
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
