"""Numbers and names on a map do not cover one another, judged by boxes made here by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest

from dashboard import theme
from dashboard.components.map_labels import place_names, thin_numbers

ZOOM = 9.0
PX = 360 / (512 * 2**ZOOM)
"""Degrees of longitude in a pixel."""


def spread(count: int, across_px: int, seed: int) -> pd.DataFrame:
    """Places strewn over a square near the equator, where a pixel is the same both ways."""
    ends = np.random.default_rng(seed).uniform(0, across_px * PX, (2, count))
    return pd.DataFrame({"longitude": ends[0], "latitude": ends[1]})


def boxes(frame: pd.DataFrame, width: pd.Series | float, height: float, down: pd.Series | float):
    x, y = frame["longitude"] / PX, -frame["latitude"] / PX + down
    return list(zip(x - width / 2, y - height / 2, x + width / 2, y + height / 2, strict=True))


def overlap(one, other) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 0.01
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.01
    )


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_no_number_covers_a_number_and_no_name_a_number_or_a_name(seed: int, large: bool) -> None:
    with theme.enlarged(large):
        numbers = thin_numbers(spread(30, 300, seed).assign(rank=range(1, 31)), ZOOM)
        names = spread(15, 300, seed + 100).assign(name=[f"Name {'x' * k}" for k in range(15)])
        placed = place_names(names, numbers, ZOOM, 12)
    badge = (28 * 17 / 13, 20 * 17 / 13) if large else (28, 20)
    letter = 16 if large else 12
    drawn = boxes(numbers, badge[0], badge[1], -19) + boxes(
        # Narrower than the rule takes a letter to be, as the fonts of most screens are.
        placed, 0.55 * letter * placed["name"].str.len() + 6, letter + 2, placed["shift"],
    )  # fmt: skip
    assert 1 in set(numbers["rank"]) and len(numbers) < 30 and len(placed)
    assert not [pair for pair in itertools.combinations(drawn, 2) if overlap(*pair)]


def test_number_that_is_left_out_would_cover_a_smaller_one() -> None:
    places = pd.DataFrame(
        {"longitude": [0.1, 0.1001, 0.4, 0.1], "latitude": [51.2, 51.2, 51.2, 51.5],
         "rank": [2, 1, 3, 4]}
    )  # fmt: skip
    assert thin_numbers(places, 8.0)["rank"].tolist() == [1, 3, 4]
    assert thin_numbers(places, 19.0)["rank"].tolist() == [1, 2, 3, 4]
    # The place in focus keeps its number whatever it covers.
    assert thin_numbers(places, 8.0, first=2)["rank"].tolist() == [2, 3, 4]


def test_name_under_a_number_moves_off_it_and_one_without_room_goes() -> None:
    number = pd.DataFrame({"longitude": [0.0], "latitude": [0.0]})
    name = pd.DataFrame({"name": ["Town"], "longitude": [0.0], "latitude": [19 * PX]})
    assert place_names(name, number.iloc[:0], ZOOM, 12)["shift"].tolist() == [0]
    assert abs(place_names(name, number, ZOOM, 12)["shift"].item()) == 19
    crowd = pd.concat([name] * 4, ignore_index=True)
    assert len(place_names(crowd, number.iloc[:0], ZOOM, 12)) == 3
