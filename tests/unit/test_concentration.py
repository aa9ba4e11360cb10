"""Concentration on counts that can be checked by hand."""

import numpy as np
import pytest

from analytics.concentration import measure_concentration, measure_gini
from geodata.errors import EventsNotUsableError


def test_gini_of_a_textbook_row() -> None:
    # Ranks 1 to 4 of 1, 2, 3, 4: 2 * 30 / (4 * 10) - 5 / 4.
    assert measure_gini([4, 1, 3, 2]) == pytest.approx(0.25)


def test_generalised_gini_with_fewer_incidents_than_places(rng: np.random.Generator) -> None:
    found = measure_concentration([3, 1, 1, 0, 0, 0, 0, 0, 0, 0], rng=rng)
    assert found.gini == pytest.approx(0.78)
    # Five incidents fill five of ten places at most: 1 + 10 / 5 * (0.78 - 1).
    assert found.generalised_gini == pytest.approx(0.56)


def test_one_incident_a_place_is_as_even_as_can_be(rng: np.random.Generator) -> None:
    found = measure_concentration([1] * 5 + [0] * 15, rng=rng)
    assert found.generalised_gini == pytest.approx(0)


def test_chance_alone_is_not_called_concentration(rng: np.random.Generator) -> None:
    found = measure_concentration(rng.poisson(0.4, 5_000), rng=rng)
    assert found.gini > 0.7
    assert found.gini_poisson_low <= found.gini <= found.gini_poisson_high
    assert abs(found.adjusted_gini) < 0.03


def test_unequal_risk_stands_out_from_chance(rng: np.random.Generator) -> None:
    found = measure_concentration(rng.poisson(rng.gamma(0.2, 2, 5_000)), rng=rng)
    assert found.gini > found.gini_poisson_high
    assert found.adjusted_gini > 0.3
    assert (found.top["share"] > found.top["chance_high"]).all()


def test_held_out_share_is_free_of_the_choice(rng: np.random.Generator) -> None:
    even = measure_concentration(rng.poisson(1.0, 20_000), rng=rng).top
    # With equal risk the cells chosen by one half hold their plain share of the other half.
    np.testing.assert_allclose(even["share_held_out"], even["share_of_cells"], rtol=0.25)
    assert (even["share"] > 3 * even["share_held_out"]).all()
    uneven = measure_concentration(rng.poisson(rng.gamma(0.2, 5, 20_000)), rng=rng).top
    assert (uneven["share_held_out"] < uneven["share"]).all()
    assert (uneven["share_held_out"] > 3 * uneven["share_of_cells"]).all()


def test_held_out_share_of_cells_beyond_the_known_ones(rng: np.random.Generator) -> None:
    top = measure_concentration([1] * 10, rng=rng, shares=(1.0,)).top
    assert top["share_held_out"].iloc[0] == pytest.approx(1)


@pytest.mark.parametrize("total", [2, 5])
def test_one_place_that_holds_all_holds_all_of_the_other_half(total: int) -> None:
    for seed in range(20):
        top = measure_concentration([total, 0], rng=np.random.default_rng(seed)).top
        assert top["share_held_out"].tolist() == [1.0] * 4


def test_one_incident_has_no_other_half(rng: np.random.Generator) -> None:
    for counts in ([1], [1, 0, 0, 0]):
        assert measure_concentration(counts, rng=rng).top["share_held_out"].isna().all()


@pytest.mark.parametrize("share", [2.0, 1.01, 0.0, -0.5, float("nan")])
def test_share_that_is_none_is_refused(share: float, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=f"shares must be above 0 and at most 1, got {share}"):
        measure_concentration([3, 1, 0], rng=rng, shares=(0.5, share))


def test_nothing_to_simulate_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="simulations must be at least 1, got 0"):
        measure_concentration([3, 1, 0], rng=rng, simulations=0)


def test_top_cells_hold_what_they_hold(rng: np.random.Generator) -> None:
    counts = np.zeros(200, dtype=int)
    counts[[3, 50, 199]] = [50, 30, 20]
    top = measure_concentration(counts, rng=rng).top.set_index("share_of_cells")
    assert top["cells"].tolist() == [1, 2, 4, 10]
    assert top["incidents"].tolist() == [50, 80, 100, 100]
    assert top.loc[0.005, "low"] < 0.5 < top.loc[0.005, "high"]
    assert top.loc[0.05, "high"] == 1


def test_fewest_cells_that_hold_half(rng: np.random.Generator) -> None:
    holding = measure_concentration([4, 4, 2, 2, 2, 2, 0, 0], rng=rng).holding
    assert holding["cells"].tolist() == [1, 2]
    assert holding["share_of_cells"].tolist() == [0.125, 0.25]


def test_half_of_an_odd_number_needs_the_larger_half(rng: np.random.Generator) -> None:
    assert measure_concentration([1] * 5, rng=rng).holding["cells"].tolist() == [2, 3]


def test_lorenz_curve_runs_from_nothing_to_all(rng: np.random.Generator) -> None:
    curve = measure_concentration(rng.poisson(1, 3_000), rng=rng).lorenz
    assert curve.iloc[0].tolist() == [0, 0, 0]
    assert curve.iloc[-1].tolist() == [1, 1, 1]
    assert (np.diff(curve["share_of_incidents"]) >= 0).all()


def test_one_huge_count_takes_no_huge_table(rng: np.random.Generator) -> None:
    assert measure_gini([10**12, 0]) == pytest.approx(0.5)


def test_no_incident_is_said(rng: np.random.Generator) -> None:
    with pytest.raises(EventsNotUsableError, match="no incident"):
        measure_concentration([0, 0], rng=rng)
    assert np.isnan(measure_gini([0, 0]))
    assert np.isnan(measure_gini([]))


@pytest.mark.parametrize("counts", [[1, -1], [0.5, 1], [], [[1, 2]], [np.nan], [np.inf, 1]])
def test_what_is_no_count_is_refused(counts: list[float], rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="counts must be"):
        measure_concentration(counts, rng=rng)
