"""Rates and changes, against scipy.stats and figures a person can check by hand."""

import numpy as np
import pytest
from scipy import stats

from analytics.rates import (
    CHANGE_LIKELY,
    compare_counts,
    poisson_interval,
    rate_per_1000,
    standardised_ratio,
)


def test_interval_of_zero_starts_at_zero_and_ends_at_3_69() -> None:
    found = poisson_interval([0])
    assert found.low[0] == 0
    assert found.high[0] == pytest.approx(-np.log(0.025))


@pytest.mark.parametrize("count", [1, 4, 10, 57, 1_000])
def test_interval_ends_leave_half_the_error_outside(count: int) -> None:
    found = poisson_interval([count])
    # The defining property of the exact range; 1e-9 is rounding in the two quantile functions.
    assert stats.poisson.sf(count - 1, found.low[0]) == pytest.approx(0.025, abs=1e-9)
    assert stats.poisson.cdf(count, found.high[0]) == pytest.approx(0.025, abs=1e-9)


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        poisson_interval([3, -1])


def test_confidence_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        poisson_interval([3], confidence=95)


def test_rate_scales_the_interval_by_residents() -> None:
    rate, count = rate_per_1000([10], [5_000]), poisson_interval([10])
    assert rate.value[0] == 2
    assert rate.low[0] == pytest.approx(count.low[0] / 5)
    assert rate.high[0] == pytest.approx(count.high[0] / 5)


@pytest.mark.parametrize("residents", [0, np.nan])
def test_rate_without_residents_is_no_figure(residents: float) -> None:
    found = rate_per_1000([10], [residents])
    assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()


def test_ratio_of_twelve_seen_and_eight_expected_is_150() -> None:
    assert standardised_ratio([12], [8.0]).value[0] == 150


def test_twelve_to_twenty_is_no_clear_change() -> None:
    change = compare_counts(20, 12)
    assert change.z == pytest.approx(2.0, abs=0.02)
    assert change.direction == "no clear change"


def test_twelve_to_thirty_is_a_clear_rise() -> None:
    change = compare_counts(30, 12)
    assert change.z == pytest.approx(4.0, abs=0.03)
    assert change.direction == "more"


def test_thirty_to_twelve_is_a_clear_fall() -> None:
    assert compare_counts(12, 30).direction == "fewer"


@pytest.mark.parametrize(("now", "before"), [(5, 9), (30, 12), (0, 7), (7, 0)])
def test_ratio_range_matches_scipy_binomial_interval(now: int, before: int) -> None:
    change = compare_counts(now, before)
    oracle = stats.binomtest(now, now + before).proportion_ci(CHANGE_LIKELY, method="exact")
    assert change.ratio_low == pytest.approx(oracle.low / (1 - oracle.low))
    if before:
        assert change.ratio_high == pytest.approx(oracle.high / (1 - oracle.high))
    else:
        assert np.isinf(change.ratio_high) and np.isnan(change.ratio)


def test_twice_the_length_with_twice_the_count_is_no_change() -> None:
    change = compare_counts(200, 100, now_length=2)
    assert change.z == pytest.approx(0, abs=1e-12)
    assert change.ratio == 1


def test_equal_lengths_of_any_unit_give_the_same_change() -> None:
    days, months = compare_counts(30, 12, now_length=90, before_length=90), compare_counts(30, 12)
    assert days.z == pytest.approx(months.z)


def test_length_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        compare_counts(1, 1, now_length=0)


def test_rise_from_nothing_to_three_is_no_clear_change() -> None:
    change = compare_counts(3, 0)
    assert change.z > 3 and change.direction == "no clear change"


@pytest.mark.parametrize("mean", [1, 2, 5, 20, 80])
def test_chance_alone_gives_a_clear_change_at_most_once_in_thirty(mean: int) -> None:
    counts = np.arange(stats.poisson.ppf(1 - 1e-5, mean) + 1, dtype=int)
    chance = stats.poisson.pmf(counts, mean)
    clear = [[compare_counts(int(a), int(b)).is_clear for b in counts] for a in counts]
    assert chance @ np.array(clear) @ chance <= 0.034
