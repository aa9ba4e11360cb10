"""Which numbers and names stand on a map, so that none covers another; no page, no store.

A number that would cover a smaller one is left out. Names come after the numbers: each stands
at its own place, else just below or above it, else nowhere.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.theme import text_px

BADGE_PX = (28, 20)
"""Ground of a number on the map: two that are nearer would cover each other."""

BADGE_SIZE, BADGE_RISE = 13, -19
"""Size of a number's text, and how far over its place it stands, in pixels."""

GROUND_PX = (5.0, 3.0)
"""What the white ground of a name takes beside and above its text."""

LETTER = 0.62
"""Width of a letter as a share of the size of the text, on the wide side of sans-serif fonts."""

SHIFTS = (0, 1, -1)
"""Where a name is tried, in steps below its place; a step leads past a number or a name there."""

Box = tuple[float, float, float, float]


def thin_numbers(places: pd.DataFrame, zoom: float, first: int | None = None) -> pd.DataFrame:
    """Leave out each number (longitude, latitude, rank) that would cover a smaller one.

    Parameters
    ----------
    places : DataFrame
    zoom : float
        Of the view that the map opens with.
    first : int, optional
        A number that stays whatever it covers, such as that of the place in focus.
    """
    ordered = places.sort_values("rank")
    if first is not None:
        is_first = (ordered["rank"] == first).to_numpy()
        ordered = pd.concat([ordered[is_first], ordered[~is_first]])
    across, down = _pixels(ordered, zoom)
    width, height = (text_px(BADGE_SIZE) / BADGE_SIZE * side for side in BADGE_PX)
    kept: list[int] = []
    for one in range(len(ordered)):
        if all(
            abs(across[one] - across[other]) >= width or abs(down[one] - down[other]) >= height
            for other in kept
        ):
            kept.append(one)
    return ordered.iloc[kept]


def place_names(names: pd.DataFrame, numbers: pd.DataFrame, zoom: float, size: int) -> pd.DataFrame:
    """Give the names that can stand, with a column ``shift`` of pixels below their place.

    Parameters
    ----------
    names : DataFrame
        name, longitude, latitude, the more important ones first.
    numbers : DataFrame
        longitude, latitude of the numbers that stand on the map; none covers a name.
    zoom : float
        Of the view that the map opens with.
    size : int
        Size of the text, as on a screen that is not shared.
    """
    taken = _number_boxes(numbers, zoom)
    letter, tall = LETTER * text_px(size), text_px(size) + 2 * GROUND_PX[1]
    step = max(tall, (tall + text_px(BADGE_SIZE) / BADGE_SIZE * BADGE_PX[1]) / 2)
    kept: list[int] = []
    shifts: list[float] = []
    for one, (text, x, y) in enumerate(
        zip(names["name"], *(side.tolist() for side in _pixels(names, zoom)), strict=True)
    ):
        half = (len(text) * letter) / 2 + GROUND_PX[0]
        for shift in SHIFTS:
            middle = y + shift * step
            box = (x - half, middle - tall / 2, x + half, middle + tall / 2)
            if not _covers(box, taken):
                taken.append(box)
                kept.append(one)
                shifts.append(shift * step)
                break
    return names.iloc[kept].assign(shift=shifts)


def _number_boxes(numbers: pd.DataFrame, zoom: float) -> list[Box]:
    width, height = (text_px(BADGE_SIZE) / BADGE_SIZE * side for side in BADGE_PX)
    return [
        (x - width / 2, y + BADGE_RISE - height / 2, x + width / 2, y + BADGE_RISE + height / 2)
        for x, y in zip(*(side.tolist() for side in _pixels(numbers, zoom)), strict=True)
    ]


def _covers(box: Box, others: Sequence[Box]) -> bool:
    west, top, east, foot = box
    return any(west < e and w < east and top < f and t < foot for w, t, e, f in others)


def _pixels(places: pd.DataFrame, zoom: float) -> tuple[np.ndarray, np.ndarray]:
    """Give how far right and down each place is on the screen, from some point."""
    world = 512 * 2**zoom
    across = places["longitude"].to_numpy(dtype=float) / 360 * world
    north = np.tan(np.radians(places["latitude"].to_numpy(dtype=float)))
    return across, -np.arcsinh(north) / (2 * math.pi) * world
