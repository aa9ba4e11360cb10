"""Getis-Ord and the control of false finds, at their edges."""

import numpy as np
import pytest
import shapely
from scipy import sparse, stats

from analytics.hotspots.chance import control_false_discoveries, count_draws
from analytics.hotspots.getis_ord import score_getis_ord
from geodata.grids import Grid, make_grid

LINE = sparse.csr_array(np.eye(5, k=1) + np.eye(5, k=-1))


def square(side: int) -> Grid:
    return make_grid(shapely.box(0, 0, side * 150, side * 150))


@pytest.mark.parametrize(("dependence", "peer"), [("independent", "bh"), ("any", "by")])
def test_false_discovery_control_is_scipys(
    rng: np.random.Generator, dependence: str, peer: str
) -> None:
    p = np.round(rng.beta(0.5, 1, 200), 2)
    np.testing.assert_allclose(
        control_false_discoveries(p, dependence),
        stats.false_discovery_control(p, method=peer),
        rtol=1e-12,
    )


def test_unknown_chances_stay_unknown_and_do_not_count() -> None:
    found = control_false_discoveries([0.01, np.nan, 0.04])
    np.testing.assert_allclose(found, [0.02, np.nan, 0.04])
    assert np.isnan(control_false_discoveries([np.nan])).all()
    assert len(control_false_discoveries([])) == 0


@pytest.mark.parametrize("include_self", [True, False])
def test_equal_values_have_no_score_and_are_never_hot(
    rng: np.random.Generator, include_self: bool
) -> None:
    found = score_getis_ord([0.1] * 5, LINE, include_self=include_self, permutations=9, rng=rng)
    assert np.isnan(found.z).all()
    assert found.p_permutation is not None
    assert np.isnan(found.p_permutation).all()
    assert not found.is_hot.any()


def test_cell_without_neighbours_has_no_plain_score() -> None:
    alone = sparse.csr_array(
        np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0] * 4], dtype=float)
    )
    found = score_getis_ord([3, 1, 0, 2], alone, include_self=False)
    assert np.isnan(found.z[3])
    assert np.isfinite(found.z[:3]).all()


def test_cell_with_all_cells_around_it_has_no_score() -> None:
    everything = sparse.csr_array(np.ones((4, 4)) - np.eye(4))
    for include_self in (True, False):
        found = score_getis_ord([3, 1, 0, 2], everything, include_self=include_self)
        assert np.isnan(found.z).all()


def test_no_cells_give_no_scores() -> None:
    found = score_getis_ord([], sparse.csr_array((0, 0)))
    assert len(found.z) == 0


def test_scale_of_weights_changes_nothing() -> None:
    values = [4, 0, 1, 7, 2]
    thrice = score_getis_ord(values, LINE * 3.0, include_self=False)
    np.testing.assert_allclose(
        thrice.z, score_getis_ord(values, LINE, include_self=False).z, rtol=1e-12
    )


def test_own_weight_on_the_diagonal_is_kept_by_star_and_left_out_by_plain() -> None:
    values = np.array([4, 0, 1, 7, 2.0])
    heavy = sparse.csr_array(LINE + 2 * sparse.eye_array(5))
    plain = score_getis_ord(values, heavy, include_self=False)
    np.testing.assert_allclose(plain.z, score_getis_ord(values, LINE, include_self=False).z)
    assert not np.allclose(score_getis_ord(values, heavy).z, score_getis_ord(values, LINE).z)


def test_input_is_not_changed() -> None:
    near, values = LINE.copy(), np.array([4, 0, 1, 7, 2.0])
    near.data[0] = 0.0
    before = near.toarray()
    score_getis_ord(values, near, include_self=False)
    assert (near.toarray() == before).all()
    assert near.nnz == LINE.nnz


def test_planted_hotspot_is_found_and_little_else(rng: np.random.Generator) -> None:
    grid = square(60)
    values = rng.poisson(0.4, len(grid)).astype(float)
    planted = (np.abs(grid.centre_x - 3_000) < 300) & (np.abs(grid.centre_y - 3_000) < 300)
    values[planted] += rng.poisson(4, planted.sum())
    found = score_getis_ord(values, grid.neighbours(), permutations=9_999, rng=rng)
    assert found.is_hot[planted].mean() > 0.9
    far = np.hypot(grid.centre_x - 3_000, grid.centre_y - 3_000) > 900
    assert not found.is_hot[far].any()


def test_noise_is_not_hot(rng: np.random.Generator) -> None:
    grid = square(141)
    values = rng.poisson(0.4, len(grid)).astype(float)
    found = score_getis_ord(values, grid.neighbours(), permutations=999, rng=rng)
    assert found.p_permutation is not None
    # At most the nominal share: ties keep it below.
    assert 0.02 < (found.p_permutation < 0.05).mean() <= 0.05
    assert found.is_hot.sum() == 0


def test_empty_neighbourhood_is_not_striking(rng: np.random.Generator) -> None:
    grid = square(40)
    values = rng.poisson(0.3, len(grid)).astype(float)
    found = score_getis_ord(values, grid.neighbours(), permutations=99, rng=rng)
    empty = grid.neighbours() @ values + values == 0
    assert empty.any()
    assert found.p_permutation is not None
    assert (found.p_permutation[empty] == 1).all()


def test_many_neighbours_are_drawn_without_repeats(rng: np.random.Generator) -> None:
    around = sparse.csr_array(np.ones((300, 300)) - np.eye(300))
    values = rng.poisson(1, 300).astype(float)
    at_least, at_most = count_draws(values, around, around @ values, 20, rng, hold_self=True)
    # All others are drawn every time, so every draw ties.
    assert (at_least == 20).all()
    assert (at_most == 20).all()


def test_wrong_calls_are_refused(rng: np.random.Generator) -> None:
    values = [4, 0, 1, 7, 2]
    with pytest.raises(ValueError, match="shapes differ"):
        score_getis_ord([1, 2], LINE)
    with pytest.raises(ValueError, match="0 or more"):
        score_getis_ord([1, 2, np.nan, 4, 5], LINE)
    with pytest.raises(ValueError, match="weights"):
        score_getis_ord(values, LINE * -1.0)
    with pytest.raises(ValueError, match="Generator"):
        score_getis_ord(values, LINE, permutations=9)
    with pytest.raises(ValueError, match="at least 1"):
        score_getis_ord(values, LINE, permutations=0, rng=rng)
    with pytest.raises(ValueError, match="false_share"):
        score_getis_ord(values, LINE, false_share=5)
    with pytest.raises(ValueError, match="dependence"):
        score_getis_ord(values, LINE, dependence="none")
