"""Moran against spdep's figures, esda, and every permutation there is."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, spatial

from analytics.hotspots.moran import QUADRANTS, measure_moran, score_local_moran


def test_global_moran_matches_spdep(shared_data: Path) -> None:
    frame = pd.read_csv(shared_data / "reference" / "getisord_ref.csv")
    away = spatial.distance.cdist(frame[["x", "y"]], frame[["x", "y"]])
    near = sparse.csr_array(((away <= 45) & (away > 0)).astype(float))
    found = measure_moran(frame["val"], near)
    # Figures printed to nine decimals, z to three.
    assert found.value == pytest.approx(0.819261525, abs=5.1e-10)
    assert found.variance == pytest.approx(0.001084084, abs=5.1e-10)
    assert found.z == pytest.approx(25.001, abs=5.1e-4)


@pytest.mark.parametrize(("transform", "row_standardised"), [("R", True), ("B", False)])
def test_global_moran_matches_esda(
    rng: np.random.Generator, transform: str, row_standardised: bool
) -> None:
    esda = pytest.importorskip("esda")
    weights = pytest.importorskip("libpysal.weights")
    lattice = weights.lat2W(15, 20, rook=False)
    values = rng.gamma(2.0, 1.0, 300)
    near = sparse.csr_array(lattice.sparse)
    peer = esda.Moran(values, lattice, transformation=transform, permutations=0)
    ours = measure_moran(values, near, row_standardised=row_standardised)
    # The same formulas in another order of sums.
    assert ours.value == pytest.approx(peer.I, rel=1e-12, abs=1e-14)
    assert ours.expected == pytest.approx(peer.EI, rel=1e-12)
    assert ours.variance == pytest.approx(peer.VI_rand, rel=1e-10)
    assert ours.z == pytest.approx(peer.z_rand, rel=1e-10, abs=1e-12)


def test_local_moran_and_quadrants_match_esda(rng: np.random.Generator) -> None:
    esda = pytest.importorskip("esda")
    weights = pytest.importorskip("libpysal.weights")
    lattice = weights.lat2W(15, 20, rook=False)
    values = rng.gamma(2.0, 1.0, 300)
    near = sparse.csr_array(lattice.sparse)
    ours = score_local_moran(values, near, rng=rng, permutations=99)
    peer = esda.Moran_Local(values, lattice, permutations=0)
    # esda divides the squares by n - 1, Anselin (1995) and we by n.
    np.testing.assert_allclose(ours.value, peer.Is * 300 / 299, rtol=1e-10, atol=1e-12)
    assert ours.quadrant.tolist() == [QUADRANTS[number - 1] for number in peer.q]


def test_local_chance_is_that_over_every_deal(rng: np.random.Generator) -> None:
    values = np.array([0, 0, 5, 1, 0, 2, 0, 0, 3.0])
    near = np.eye(9, k=1) + np.eye(9, k=-1)
    draws = 40_000
    found = score_local_moran(values, sparse.csr_array(near), rng=rng, permutations=draws)
    for cell in range(9):
        others = np.delete(values, cell)
        size = int(near[cell].sum())
        sums = np.array([sum(some) for some in itertools.combinations(others, size)])
        seen = near[cell] @ values
        exact = min(1.0, 2 * min(np.mean(sums >= seen), np.mean(sums <= seen)))
        # Five standard errors, doubled with the tail.
        assert found.p[cell] == pytest.approx(exact, abs=5 / np.sqrt(draws)), cell


def test_global_permutations_approach_the_chance_over_every_deal(
    rng: np.random.Generator,
) -> None:
    values = np.array([0, 0, 3, 4, 1, 0.0])
    near = np.eye(6, k=1) + np.eye(6, k=-1)
    found = measure_moran(
        values, sparse.csr_array(near), row_standardised=False, permutations=20_000, rng=rng
    )
    off = values - values.mean()
    seen = off @ near @ off
    deals = np.array([deal @ near @ deal for deal in map(np.array, itertools.permutations(off))])
    exact = np.mean(deals >= seen - 1e-9)
    assert found.p_permutation == pytest.approx(exact, abs=5 * 0.5 / np.sqrt(20_000))
