"""Counts conserve incidents, whatever the incidents are."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from analytics.cells import count_by_cell
from analytics.counts import (
    NO_AREA,
    count_by_area,
    count_by_category,
    count_by_hour_and_weekday,
    count_by_month,
)
from geodata.calendar import Month, Period

CODES = ["A", "B", "C"]
codes = some.lists(some.sampled_from([*CODES, "Z", "", None]), max_size=60)
metres = some.one_of(some.floats(0, 700_000), some.just(float("nan")))


@given(codes)
def test_areas_and_no_area_add_up_to_all_incidents(found: list[str | None]) -> None:
    counts = count_by_area(pd.Series(found, dtype="category"), CODES)
    assert counts.sum() == len(found)
    assert counts.loc[NO_AREA] == sum(code not in CODES for code in found)
    assert counts.index.tolist() == [*CODES, NO_AREA]


@given(some.lists(some.integers(0, 11), max_size=60))
def test_months_held_without_incidents_count_zero(steps: list[int]) -> None:
    held = Period(Month(2025, 1), Month(2025, 12)).months
    months = pd.Series([held[step].ordinal for step in steps], dtype="int32")
    counts = count_by_month(months, held)
    assert len(counts) == 12
    assert counts.sum() == len(steps)


@given(some.lists(some.tuples(some.integers(-1, 23), some.integers(-1, 6)), max_size=60))
def test_hours_count_every_incident_with_a_known_time(times: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(times, columns=["hour", "weekday"], dtype="int8")
    grid = count_by_hour_and_weekday(frame["hour"], frame["weekday"])
    assert grid.shape == (24, 7)
    assert grid.to_numpy().sum() == sum(hour >= 0 and day >= 0 for hour, day in times)
    for hour, day in times[:5]:
        if hour >= 0 and day >= 0:
            assert grid.loc[hour, day] >= 1


@given(codes)
def test_categories_count_every_recorded_incident(found: list[str | None]) -> None:
    counts = count_by_category(pd.Series(found, dtype="category"), ["A", "B"])
    assert counts.sum() == sum(code is not None for code in found)
    assert counts.index[:2].tolist() == ["A", "B"]


@given(some.lists(some.tuples(metres, metres), max_size=80), some.integers(1, 40))
def test_cells_conserve_incidents_at_every_size(
    places: list[tuple[float, float]], most: int
) -> None:
    x, y = np.array(places, dtype=float).reshape(-1, 2).T
    found = count_by_cell(x, y, most_cells=most)
    assert found.cells["incidents"].sum() + found.without_place == len(places)
    assert len(found.cells) <= most or found.size_m == 5_000
