"""The audit log as a table, and the state of its chain in words."""

import pandas as pd

from dashboard.messages import say_count
from dashboard.services.audit import DUTY_REASONS, REASONS, AuditState
from geodata.calendar import say_date, say_time

ALL_REASONS = REASONS | DUTY_REASONS
COLUMNS = {
    "id": "No.",
    "at": "When",
    "user_name": "Who",
    "event": "Event",
    "record_kind": "Kind of record",
    "record_key": "Record",
    "reason": "Reason",
    "details": "Details",
    "reason_text": "Words",
    "recipient": "Recipient",
    "user_id": "Id",
    "roles": "Roles",
}


def audit_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Give events with the words a reader sees, in the order they came; times are local."""
    shown = frame[list(COLUMNS)].assign(
        at=[f"{say_date(at.date())}, {say_time(at)}" for at in frame["at"]],
        event=frame["event"].str.capitalize(),
        reason=[ALL_REASONS.get(code, code) for code in frame["reason"]],
    )
    return shown.rename(columns=COLUMNS)


def say_chain(state: AuditState) -> str:
    """Say whether the log is whole, and when that was checked."""
    at = pd.Timestamp(state.checked_at).tz_convert("Europe/London")
    when = f"Checked on {say_date(at.date())} at {say_time(at)}."
    held = say_count(state.chain.events, "event")
    if state.chain.ok:
        return f"✓ The log is whole: {held}, none changed, removed or out of order. {when}"
    faults = say_count(len(state.chain.faults), "fault")
    return f"▲ The log is not whole: {faults} found; it holds {held}. {when}"


def say_found(shown: int, total: int) -> str:
    """Say how many events match, and how many of them are shown."""
    if shown == total:
        return f"{say_count(total, 'event')} found, newest first."
    return f"{say_count(total, 'event')} found; the newest {shown:,} are shown."
