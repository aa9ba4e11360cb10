"""Getis-Ord against spdep's published table, esda, and every permutation there is."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, spatial

from analytics.hotspots.getis_ord import score_getis_ord

CELL_120 = 119
# Both sides sum 256 doubles in another order; values reach 6, so this is some tens of ulps.
ROUNDING = 5e-14


@pytest.fixture(scope="module")
def remote_sensing(shared_data: Path) -> pd.DataFrame:
    """The 16 x 16 pixels of Getis and Ord (1996) with the G and G* that spdep gives."""
    return pd.read_csv(shared_data / "reference" / "getisord_ref.csv")


def neighbours_within(points: np.ndarray, distance: float) -> sparse.csr_array:
    away = spatial.distance.cdist(points, points)
    return sparse.csr_array(((away <= distance) & (away > 0)).astype(float))


@pytest.mark.parametrize("distance", [30, 60, 90])
def test_all_256_cells_match_spdep(remote_sensing: pd.DataFrame, distance: int) -> None:
    near = neighbours_within(remote_sensing[["x", "y"]].to_numpy(), distance)
    values = remote_sensing["val"]
    plain = score_getis_ord(values, near, include_self=False)
    star = score_getis_ord(values, near)
    np.testing.assert_allclose(plain.z, remote_sensing[f"G{distance}"], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(star.z, remote_sensing[f"Gstar{distance}"], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize(
    ("distance", "g", "g_star"),
    [
        (30, 1.221979, 1.450780),
        (60, 1.748098, 1.900559),
        (90, 1.986135, 2.096939),
        (120, 1.893374, None),
        (150, 1.237454, None),
    ],
)
def test_cell_120_matches_the_worked_example(
    remote_sensing: pd.DataFrame, distance: int, g: float, g_star: float | None
) -> None:
    assert remote_sensing.loc[CELL_120, ["x", "y", "val"]].tolist() == [210, 210, 83]
    near = neighbours_within(remote_sensing[["x", "y"]].to_numpy(), distance)
    plain = score_getis_ord(remote_sensing["val"], near, include_self=False)
    # Printed to six decimals.
    assert plain.z[CELL_120] == pytest.approx(g, abs=5.1e-7)
    if g_star is not None:
        star = score_getis_ord(remote_sensing["val"], near)
        assert star.z[CELL_120] == pytest.approx(g_star, abs=5.1e-7)


def test_paper_divides_the_variance_by_n_minus_one(remote_sensing: pd.DataFrame) -> None:
    near = neighbours_within(remote_sensing[["x", "y"]].to_numpy(), 30)
    found = score_getis_ord(remote_sensing["val"], near, n_minus_one_variance=True)
    # Getis and Ord (1996), page 267; six decimals.
    assert found.z[CELL_120] == pytest.approx(1.447943, abs=5.1e-7)


def test_toy_example_of_esda() -> None:
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
    near = neighbours_within(points, 15)
    rows = sparse.csr_array(near / near.sum(axis=1)[:, None])
    y = [2, 3, 3.2, 5, 8, 7]
    # Figures of esda's own tests, printed to eight digits.
    assert score_getis_ord(y, near, include_self=False).z[0] == pytest.approx(-1.0136729, abs=5e-8)
    # esda's variance holds for weights of 1 only: with rows that add up to 1 it takes the sum of
    # squared weights (1/2 here) for the sum (1). Z does not depend on the scale of the weights.
    n, total, squares = 5, 1.0, 0.5
    as_esda = np.sqrt((n * squares - total**2) / (total * (n - total)))
    scaled = score_getis_ord(y, rows, include_self=False).z[0]
    assert scaled == pytest.approx(-1.0136729, abs=5e-8)
    assert scaled * as_esda == pytest.approx(-0.62074534, abs=5e-8)
    assert score_getis_ord(y, near).z[0] == pytest.approx(-1.39727626, abs=5e-8)


@pytest.mark.parametrize("star", [True, False])
def test_z_matches_esda(rng: np.random.Generator, star: bool) -> None:
    esda = pytest.importorskip("esda")
    weights = pytest.importorskip("libpysal.weights")
    lattice = weights.lat2W(20, 25, rook=False)
    values = rng.poisson(0.7, 500).astype(float)
    peer = esda.G_Local(values, lattice, transform="B", permutations=0, star=star)
    ours = score_getis_ord(values, sparse.csr_array(peer.w.sparse), include_self=star)
    # The same formula in another order of sums.
    np.testing.assert_allclose(ours.z, peer.Zs, rtol=0, atol=1e-12)


def every_deal(values: np.ndarray, near: np.ndarray, cell: int, hold_self: bool) -> float:
    """Chance of the sum seen around a cell, over every way to deal out the values."""
    others = [value for at, value in enumerate(values) if at != cell]
    pool = others if hold_self else list(values)
    size = int(near[cell].sum())
    seen = float(near[cell] @ values)
    sums = [sum(handful) for handful in itertools.combinations(pool, size)]
    return float(np.mean(np.array(sums) >= seen))


@pytest.mark.parametrize("include_self", [True, False])
def test_permutations_approach_the_chance_over_every_deal(
    rng: np.random.Generator, include_self: bool
) -> None:
    values = np.array([0, 0, 5, 1, 0, 2, 0, 0, 3, 1.0])
    line = np.eye(10, k=1) + np.eye(10, k=-1) + np.eye(10, k=2)
    draws = 40_000
    found = score_getis_ord(
        values, sparse.csr_array(line), include_self=include_self, permutations=draws, rng=rng
    )
    around = line + np.eye(10) * include_self
    exact = [every_deal(values, around, cell, not include_self) for cell in range(10)]
    assert found.p_permutation is not None
    # Five standard errors of a share from so many draws.
    np.testing.assert_allclose(found.p_permutation, exact, atol=5 * 0.5 / np.sqrt(draws))


def test_weights_of_any_size_are_dealt_out_with_their_pattern(rng: np.random.Generator) -> None:
    values = np.array([4, 0, 0, 1, 2, 0, 7.0])
    near = np.array([[0.0, 1, 3, 0, 0, 0, 0], *([[0.0] * 7] * 6)])
    near[1:, 0] = 1
    draws = 40_000
    found = score_getis_ord(
        values, sparse.csr_array(near), include_self=False, permutations=draws, rng=rng
    )
    pool = values[1:]
    sums = [one + 3 * other for one, other in itertools.permutations(pool, 2)]
    assert found.p_permutation is not None
    exact = np.mean(np.array(sums) >= near[0] @ values)
    assert found.p_permutation[0] == pytest.approx(exact, abs=5 * 0.5 / np.sqrt(draws))
