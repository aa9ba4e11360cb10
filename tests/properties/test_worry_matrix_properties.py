"""What must hold for any county: nothing lost, more certainty never places more, order is moot."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.shrinkage import shrink_rates
from analytics.worry.gap import find_reporting_gap
from analytics.worry.matrix import Matrix, count_changes, place_in_matrix
from analytics.worry.safety_index import index_wards, rank_stability
from analytics.worry.where_next import LISTED, PLANNED, UNSURE, list_where_next

counts = st.one_of(st.integers(0, 400).map(float), st.just(float("nan")))
residents = st.one_of(st.integers(1, 12_000).map(float), st.just(0.0))
percent = st.one_of(st.floats(0, 100), st.just(float("nan")))
wards = st.lists(
    st.tuples(counts, residents, percent, st.floats(0, 10), percent), min_size=1, max_size=25
)
Wards = list[tuple[float, float, float, float, float]]


def split(rows: Wards) -> tuple[list[str], np.ndarray, pd.DataFrame, pd.DataFrame]:
    values = np.array(rows)
    codes = [f"W{ward:02d}" for ward in range(len(rows))]
    tables = [
        pd.DataFrame(
            {"code": codes, "value": values[:, at], "se": values[:, 3], "low": 0.0, "high": 100.0}
        )
        for at in (2, 4)
    ]
    return codes, values, tables[0], tables[1]


def matrix_of(rows: Wards, certainty: float = 0.8) -> Matrix:
    codes, values, worry, _ = split(rows)
    rates = shrink_rates(values[:, 0], values[:, 1])
    return place_in_matrix(rates, worry, codes=codes, certainty=certainty)


@settings(deadline=None, max_examples=40)
@given(wards)
def test_every_ward_has_one_place_and_a_reason_if_it_is_close(rows: Wards) -> None:
    found = matrix_of(rows)
    table = found.table
    assert sum(found.counts.values()) == len(rows) == len(table)
    assert ((table["quadrant"] == "close") == (table["why"] != "")).all()
    assert sum(found.close_because.values()) == found.counts["close"]
    unknown = table[["asb", "worry"]].isna().any(axis=1)
    assert ((table["quadrant"] == "unknown") == unknown).all()
    known = table.loc[~unknown, ["p_asb_high", "p_worry_high"]]
    assert known.ge(0).all(axis=None) and known.le(1).all(axis=None)


@settings(deadline=None, max_examples=40)
@given(wards, st.floats(0.5, 0.98), st.floats(0.5, 0.98))
def test_more_certainty_never_places_another_ward(rows: Wards, one: float, two: float) -> None:
    loose, strict = matrix_of(rows, min(one, two)), matrix_of(rows, max(one, two))
    assert strict.counts["close"] >= loose.counts["close"]
    assert count_changes(loose, strict) == count_changes(strict, loose)
    stays = strict.table["quadrant"] != "close"
    assert (strict.table["quadrant"][stays] == loose.table["quadrant"][stays]).all()


@settings(deadline=None, max_examples=40)
@given(wards, st.randoms(use_true_random=False))
def test_order_of_the_wards_does_not_matter(rows: Wards, random: object) -> None:
    codes, values, worry, _ = split(rows)
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = place_in_matrix(shrink_rates(values[:, 0], values[:, 1]), worry, codes=codes)
    other = place_in_matrix(
        shrink_rates(values[order, 0], values[order, 1]), worry, codes=[codes[at] for at in order]
    )
    first, second = (each.table.set_index("code") for each in (one, other))
    pd.testing.assert_frame_equal(
        first[["asb", "worry"]], second.loc[codes, ["asb", "worry"]], rtol=1e-3
    )


@settings(deadline=None, max_examples=40)
@given(wards)
def test_shrunken_rates_lie_within_their_ranges_and_between_own_and_level(rows: Wards) -> None:
    values = np.array(rows)
    found = shrink_rates(values[:, 0], values[:, 1])
    known = np.isfinite(found.value)
    assert (known == (np.isfinite(values[:, 0]) & (values[:, 1] > 0))).all()
    assert (found.low[known] <= found.high[known]).all() and (found.low[known] >= 0).all()
    if found.prior_rate > 0:
        level = found.prior_shape / found.prior_rate
        raw = values[known, 0] / values[known, 1] * 1_000
        between = np.sort(np.column_stack([raw, np.full(known.sum(), level)]), axis=1)
        assert (found.value[known] >= between[:, 0] * (1 - 1e-9)).all()
        assert (found.value[known] <= between[:, 1] * (1 + 1e-9)).all()


@settings(deadline=None, max_examples=40)
@given(wards)
def test_gap_and_where_next_list_only_what_is_known(rows: Wards) -> None:
    codes, values, worry, confidence = split(rows)
    rates = shrink_rates(values[:, 0], values[:, 1])
    gap = find_reporting_gap(worry, rates, codes)
    assert sorted(gap["code"]) == codes and gap["p_gap"].dropna().between(0, 1).all()
    assert gap["p_gap"].dropna().is_monotonic_decreasing
    table = matrix_of(rows).table
    every = list_where_next(table, confidence, plans=codes[::2])
    assert sorted(every["code"]) == codes
    listed = every[every["state"] == LISTED]
    assert not set(listed["code"]) & set(codes[::2])
    assert listed["because"].map(len).ge(1).all() and listed["certainty"].ge(0.64 - 1e-9).all()
    assert every.loc[every["state"] == UNSURE, "because"].map(len).eq(0).all()
    assert not list_where_next(table, confidence, plans=codes)["state"].isin([LISTED, UNSURE]).any()
    # Who is listed without plans is listed, or has a plan.
    free = list_where_next(table, confidence, plans=())
    either = every["state"].isin([LISTED, PLANNED])
    assert set(free.loc[free["state"] == LISTED, "code"]) == set(every.loc[either, "code"])


shares = st.lists(st.tuples(st.floats(0.01, 90), st.floats(0.01, 90)), min_size=2, max_size=20)


@settings(deadline=None, max_examples=40)
@given(shares, st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.1, 50))
def test_index_has_mean_100_and_only_ratios_of_weights_count(
    rows: list[tuple[float, float]], one: float, two: float, times: float
) -> None:
    frame = pd.DataFrame(rows, columns=["asb", "worry"], index=[f"W{n}" for n in range(len(rows))])
    weights = {"asb": one, "worry": two}
    found = index_wards(frame, weights)
    assert np.isclose(found["index"].mean(), 100)
    scaled = index_wards(frame * times, {key: value * times for key, value in weights.items()})
    assert np.allclose(scaled["index"], found["index"])
    even = index_wards(frame, weights, "spread")
    assert np.isclose(even["index"].mean(), 100)
    shifted = index_wards(frame * times + 3, weights, "spread")
    assert np.allclose(shifted["index"], even["index"], atol=1e-5)
    stable = rank_stability(frame, weights, 30, rng=np.random.default_rng(1))
    assert np.isclose(stable["share_in_top_10"].sum(), min(10, len(rows)))
