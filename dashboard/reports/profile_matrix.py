"""The small drawing of ASB against worry in the print of a ward profile."""

import math
from typing import Any

import numpy as np

from dashboard.messages import say_range
from dashboard.services.profile_blocks import Worry

ROOM = 0.06
"""Share of the span that stays free on each side."""

HIGHEST = 97.0
"""Percentile of the rates that the frame reaches up to, unless this ward needs more: a few town
centres lie far above."""


def write_matrix(worry: Worry) -> dict[str, Any] | None:
    """Give the places of all wards in a frame from 0 to 1 each way; None if there is no matrix.

    Parameters
    ----------
    worry : Worry
        Block of a profile.

    Returns
    -------
    dict or None
        others (pairs), here (pair), across and up (ends of the likely ranges), cut (pair),
        corners (names) and alt (the drawing in words). What lies outside stands at the edge.
    """
    known = (worry.value, worry.asb, worry.county, worry.asb_cut)
    if not worry.others or not all(math.isfinite(number) for number in known):
        return None
    every = np.array(worry.others, dtype=float)
    west, east = _span([*every[:, 0], worry.low, worry.high])
    usual = float(np.percentile(every[:, 1], HIGHEST))
    low, high = _span([0.0, usual, worry.asb_cut, worry.asb_high])

    def across(value: float) -> float:
        return _place(value, west, east)

    def up(value: float) -> float:
        return _place(value, low, high)

    return {
        "others": [[across(x), up(y)] for x, y in worry.others],
        "here": [across(worry.value), up(worry.asb)],
        "across": [across(worry.low), across(worry.high)],
        "up": [up(worry.asb_low), up(worry.asb_high)],
        "cut": [across(worry.county), up(worry.asb_cut)],
        "corners": list(worry.corners),
        "alt": "Scatter of wards by modelled worry and recorded ASB. This ward: worry "
        f"{worry.value:.0f} ({say_range(worry.low, worry.high)}), ASB {worry.asb:.1f} for every "
        f"1,000 residents ({say_range(worry.asb_low, worry.asb_high, 1)}). "
        f"{worry.quadrant}.",
    }


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * ROOM or 1.0
    return float(low - room), float(high + room)


def _place(value: float, low: float, high: float) -> float:
    return round(float(min(1.0, max(0.0, (value - low) / (high - low)))), 4)
