"""The small drawing of ASB against worry in the print of a ward profile."""

import math
from typing import Any

import numpy as np

from dashboard.messages import say_range
from dashboard.services.profile_blocks import Worry

ROOM = 0.06
"""Share of the span that stays free on each side."""

LEAST_TICKS = 3
STEPS = (1.0, 2.0, 5.0, 10.0)

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
        corners (names), ticks (of each axis: place and words), unit and alt (the drawing in
        words). What lies outside stands at the edge.
    """
    known = (worry.value, worry.asb, worry.county, worry.asb_cut)
    if not worry.others or not all(math.isfinite(number) for number in known):
        return None
    every = np.array(worry.others, dtype=float)
    usual = float(np.percentile(every[:, 1], HIGHEST))
    west, east = _span([0.0, usual, worry.asb_cut, worry.asb_high])
    low, high = _span([*every[:, 0], worry.low, worry.high])

    def across(value: float) -> float:
        return _place(value, west, east)

    def up(value: float) -> float:
        return _place(value, low, high)

    return {
        "others": [[across(rate), up(value)] for value, rate in worry.others],
        "here": [across(worry.asb), up(worry.value)],
        "across": [across(worry.asb_low), across(worry.asb_high)],
        "up": [up(worry.low), up(worry.high)],
        "cut": [across(worry.asb_cut), up(worry.county)],
        "corners": list(worry.corners),
        "ticks": {
            "across": [[across(tick), f"{tick:,.0f}"] for tick in find_ticks(west, east)],
            "up": [[up(tick), f"{tick:,.0f}"] for tick in find_ticks(low, high)],
        },
        "unit": "per cent" if worry.is_share else "0 to 100",
        "alt": "Scatter of wards by recorded ASB and modelled worry. This ward: worry "
        f"{worry.value:.0f} ({say_range(worry.low, worry.high)}), ASB {worry.asb:.1f} for every "
        f"1,000 residents ({say_range(worry.asb_low, worry.asb_high, 1)}). "
        f"{worry.quadrant}.",
    }


def find_ticks(low: float, high: float) -> list[float]:
    """Give whole round numbers in a span, at least three where it has room for them.

    Examples
    --------
    >>> find_ticks(0, 116), find_ticks(34.2, 57.9)
    ([0.0, 50.0, 100.0], [40.0, 45.0, 50.0, 55.0])
    """
    size = 10.0 ** math.floor(math.log10(max(high - low, 1.0)))
    for step in (step * scale for scale in (size, size / 10) for step in reversed(STEPS)):
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first + 1 >= LEAST_TICKS or step <= 1:
            return [n * step for n in range(first, last + 1)]
    return []


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * ROOM or 1.0
    return float(low - room), float(high + room)


def _place(value: float, low: float, high: float) -> float:
    return round(float(min(1.0, max(0.0, (value - low) / (high - low)))), 4)
