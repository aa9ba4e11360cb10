"""What must hold of near repeats, concentration, hours and classes, whatever the incidents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.concentration import measure_concentration, measure_gini
from analytics.hotspots.emerging import classify_emerging
from analytics.hotspots.hours import find_hot_hours
from analytics.repeats.near_repeat import find_near_repeats
from analytics.repeats.pairs import (
    count_close_pairs,
    count_space_pairs,
    count_time_pairs,
    find_space_pairs,
)

counts = st.lists(st.integers(0, 50), min_size=1, max_size=60)
events = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 90)), min_size=20, max_size=80
).filter(lambda rows: len({row[:2] for row in rows}) > 1)
SPACE = np.array([0.0, 0.1, 50.0, 120.0])
TIME = np.array([0.0, 7.0, 14.0])


def columns(rows: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(rows)
    return table[:, 0] * 10.0, table[:, 1] * 10.0, table[:, 2]


@given(events, st.randoms())
@settings(deadline=None, max_examples=40)
def test_order_of_the_incidents_leaves_the_observed_table(rows, random) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = (
        find_near_repeats(*columns(r), permutations=19, rng=np.random.default_rng(1)).table
        for r in (rows, shuffled)
    )
    fixed = ["observed", "expected", "ratio", "space_pairs", "time_pairs"]
    assert one[fixed].equals(other[fixed])


@given(events)
@settings(deadline=None, max_examples=40)
def test_pairs_of_all_bands_add_up_to_all_pairs(rows) -> None:
    x, y, day = columns(rows)
    every = len(rows) * (len(rows) - 1) // 2
    far = np.array([0.0, 0.1, 100.0, 1e6])
    long = np.array([0.0, 7.0, 1e4])
    pairs = find_space_pairs(x, y, far, metric="manhattan")
    assert pairs.counts.sum() == every
    within = find_space_pairs(x, y, SPACE, metric="manhattan", closed=True)
    assert count_space_pairs(x, y, SPACE[-1], "manhattan") == within.counts.sum()
    assert count_time_pairs(day, long)[-1] == every
    found = count_close_pairs(pairs, day[:, None].astype(np.int32), long)
    assert found.sum() == every
    assert found[0].sum(axis=0).tolist() == np.diff(count_time_pairs(day, long)).tolist()
    assert found[0].sum(axis=1).tolist() == pairs.counts.tolist()


@given(events, st.integers(-10_000, 10_000))
@settings(deadline=None, max_examples=30)
def test_moving_all_days_leaves_the_close_pairs(rows, shift) -> None:
    x, y, day = columns(rows)
    pairs = find_space_pairs(x, y, SPACE, metric="euclidean")
    both = np.column_stack([day, day + shift]).astype(np.int32)
    found = count_close_pairs(pairs, both, TIME)
    assert (found[0] == found[1]).all()


@given(events)
@settings(deadline=None, max_examples=30)
def test_shuffled_days_keep_the_pairs_in_time(rows) -> None:
    *_, day = columns(rows)
    mixed = np.random.default_rng(1).permutation(day)
    assert (count_time_pairs(day, TIME) == count_time_pairs(mixed, TIME)).all()


@given(st.integers(1, 100), st.integers(1, 60))
def test_equal_counts_have_a_gini_of_nothing(cells, each) -> None:
    assert measure_gini([each] * cells) == pytest.approx(0, abs=1e-12)


@given(st.integers(1, 100), st.integers(1, 60))
def test_one_full_cell_has_the_largest_gini(cells, held) -> None:
    assert measure_gini([held] + [0] * (cells - 1)) == pytest.approx(1 - 1 / cells, abs=1e-12)


@given(counts.filter(any), st.randoms())
@settings(deadline=None)
def test_gini_is_the_mean_difference_and_knows_no_order(row, random) -> None:
    values = np.array(row, dtype=float)
    by_hand = np.abs(values[:, None] - values).mean() / (2 * values.mean())
    mixed = row.copy()
    random.shuffle(mixed)
    assert measure_gini(row) == pytest.approx(by_hand, abs=1e-9)
    assert measure_gini(mixed) == measure_gini(row)


@given(counts.filter(any))
@settings(deadline=None, max_examples=40)
def test_shares_are_shares_and_the_curve_is_hollow(row) -> None:
    found = measure_concentration(row, rng=np.random.default_rng(1), simulations=5)
    curve = found.lorenz
    assert (curve["share_of_incidents"] >= curve["share_of_cells"] - 1e-12).all()
    assert found.top[["low", "share", "high"]].stack().between(0, 1).all()
    assert (found.top["low"] <= found.top["share"]).all()
    assert (found.top["share"] <= found.top["high"]).all()
    busiest = np.sort(row)[::-1].cumsum()
    for _, asked in found.holding.iterrows():
        fewest = int(np.searchsorted(busiest, asked["share_of_incidents"] * sum(row)) + 1)
        assert asked["cells"] == fewest


@given(st.lists(st.integers(0, 23), min_size=10, max_size=200), st.integers(1, 23))
@settings(deadline=None, max_examples=50)
def test_no_run_of_hours_holds_more_than_the_peak(hours, length) -> None:
    found = find_hot_hours(hours, [0] * len(hours), peak_hours=length)
    sums = [sum((hour - start) % 24 < length for hour in hours) for start in range(24)]
    assert found.peak_incidents == max(sums)
    assert sums[found.peak_start] == max(sums)
    assert found.table.to_numpy().sum() == len(hours)


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=12, max_size=12), min_size=2, max_size=20),
    st.randoms(),
)
@settings(deadline=None, max_examples=50)
def test_class_of_a_cell_does_not_hang_on_the_order_of_cells(rows, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    table = np.array(rows)
    one, other = classify_emerging(table), classify_emerging(table[order])
    assert [one.classes[i] for i in order] == list(other.classes)
