"""Shrunken rates: what small wards keep, what stays unknown, what is refused."""

import numpy as np
import pytest
from scipy import stats

from analytics.shrinkage import shrink_rates

COUNTS = [90, 4, 60, 30, 0]
RESIDENTS = [3_000, 100, 3_000, 3_000, 100]


def test_small_wards_move_to_the_level_of_all_and_large_ones_hardly() -> None:
    found = shrink_rates(COUNTS, RESIDENTS)
    level = found.prior_shape / found.prior_rate
    raw = np.array(COUNTS) / np.array(RESIDENTS) * 1_000
    moved = (found.value - raw) / (level - raw)
    assert ((moved > 0) & (moved < 1)).all()
    assert moved[[1, 4]].min() > 0.5 and moved[[0, 2, 3]].max() < 0.1


def test_posterior_is_the_gamma_of_prior_and_count() -> None:
    found = shrink_rates(COUNTS, RESIDENTS)
    shape = found.prior_shape + np.array(COUNTS)
    rate = found.prior_rate + np.array(RESIDENTS) / 1_000
    assert found.value == pytest.approx(shape / rate)
    for side, share in ((found.low, 0.025), (found.high, 0.975)):
        assert stats.gamma.cdf(side, shape, scale=1 / rate) == pytest.approx(share)
    assert found.chance_above(20.0) == pytest.approx(stats.gamma.sf(20, shape, scale=1 / rate))


def test_what_is_not_known_stays_unknown_and_teaches_nothing() -> None:
    with_gaps = shrink_rates([*COUNTS, np.nan, 7, 7], [*RESIDENTS, 3_000, 0, np.nan])
    without = shrink_rates(COUNTS, RESIDENTS)
    for name in ("value", "low", "high", "shape", "rate"):
        assert np.isnan(getattr(with_gaps, name)[5:]).all()
        assert getattr(with_gaps, name)[:5] == pytest.approx(getattr(without, name))
    assert np.isnan(with_gaps.chance_above(20.0)[5:]).all()


@pytest.mark.parametrize(
    ("counts", "residents", "value"),
    [([5], [1_000], 5.5), ([0, 0], [1_000, 500], [0.5, 1.0]), ([np.nan], [1_000], np.nan)],
)
def test_without_a_spread_to_learn_each_ward_stands_alone(
    counts: list[float], residents: list[float], value: float
) -> None:
    found = shrink_rates(counts, residents)
    assert found.value == pytest.approx(np.atleast_1d(value), nan_ok=True)
    assert (np.isnan(found.value) | (found.high > found.value)).all()


def test_no_wards_give_no_rates() -> None:
    assert shrink_rates([], []).value.size == 0


def test_wards_that_do_not_differ_are_as_uncertain_as_their_common_rate() -> None:
    found = shrink_rates([20] * 50, [1_000] * 50)
    assert found.prior_shape == pytest.approx(1_000)
    width = (found.high - found.low) / found.value
    assert width.min() > 2 * 1.9 / np.sqrt(1_000 + 20)


@pytest.mark.parametrize(
    ("counts", "residents", "said"),
    [
        ([1, 2], [1_000], "shapes differ"),
        ([-1, 2], [1_000, 1_000], "0 or more"),
        ([1, 2], [1_000, -1], "0 or more"),
    ],
)
def test_what_cannot_be_is_refused(counts: list[float], residents: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shrink_rates(counts, residents)


@pytest.mark.parametrize("cut", [-1.0, float("nan")])
def test_a_cut_below_0_is_refused(cut: float) -> None:
    with pytest.raises(ValueError, match="the cut must be 0 or more"):
        shrink_rates(COUNTS, RESIDENTS).chance_above(cut)


@pytest.mark.parametrize("confidence", [0, 1])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        shrink_rates(COUNTS, RESIDENTS, confidence=confidence)


def test_likely_ranks_hold_the_true_place_and_the_same_draws_give_the_same() -> None:
    rng = np.random.default_rng(5)
    rates = rng.gamma(4, 5, size=80)
    thousands = rng.uniform(0.5, 8, size=80)
    counts = rng.poisson(rates * thousands).astype(float)
    found = shrink_rates(np.append(counts, np.nan), np.append(thousands * 1_000, 3_000))
    low, high = found.likely_ranks(np.random.default_rng(0))
    again = found.likely_ranks(np.random.default_rng(0))
    assert np.array_equal(low, again[0], equal_nan=True)
    assert np.array_equal(high, again[1], equal_nan=True)
    assert np.isnan([low[-1], high[-1]]).all()
    truth = stats.rankdata(-rates)
    held = (low[:-1] <= truth) & (truth <= high[:-1])
    assert held.mean() > 0.88
    assert (low[:-1] >= 1).all() and (high[:-1] <= 80).all() and (low[:-1] <= high[:-1]).all()


def test_far_apart_rates_have_one_rank_and_nothing_known_none() -> None:
    low, high = shrink_rates([9_000, 90, 900], [1e5, 1e5, 1e5]).likely_ranks(
        np.random.default_rng(0)
    )
    assert low.tolist() == high.tolist() == [1, 3, 2]
    none = shrink_rates([np.nan], [np.nan]).likely_ranks(np.random.default_rng(0))
    assert np.isnan(none).all()
