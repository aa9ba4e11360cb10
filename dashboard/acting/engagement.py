"""Writing for the pages of priorities and signal events, recorded under the name of who acts."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.gates import gate
from dashboard.loading import current_database
from dashboard.permissions import Permission
from dashboard.services import priorities, signal_events


@gate(Permission.EDIT_PRIORITIES)
def add_priority(values: Mapping[str, Any]) -> int:
    """Add a priority; give its number.

    Raises
    ------
    PriorityError
        If a part is missing, or a text holds a personal detail.
    """
    return priorities.add_priority(current_database(), values)


@gate(Permission.EDIT_PRIORITIES)
def change_priority(priority_id: int, values: Mapping[str, Any], *, seen: dt.datetime) -> None:
    """Change a priority as it was shown.

    Raises
    ------
    PriorityError
        If a part is missing, a text holds a personal detail, or somebody changed it meanwhile.
    """
    priorities.change_priority(current_database(), priority_id, values, seen=seen)


@gate(Permission.TAG_SIGNALS)
def add_signal(
    *,
    title: str,
    kind: str,
    happened_on: dt.date | None,
    ends_on: dt.date | None,
    where: str,
    ward_code: str,
    radius_m: float,
    source: str,
) -> int:
    """Tag a signal event; give its number.

    Raises
    ------
    SignalEventError
        If a part is missing or cannot be read, or a text holds a personal detail.
    """
    return signal_events.add_signal(
        current_database(), title=title, kind=kind, happened_on=happened_on, ends_on=ends_on,
        where=where, ward_code=ward_code, radius_m=radius_m, source=source,
    )  # fmt: skip


@gate(Permission.TAG_SIGNALS)
def withdraw_signal(signal_id: int) -> None:
    """Take a signal event off the map; its record stays."""
    signal_events.withdraw_signal(current_database(), signal_id)
