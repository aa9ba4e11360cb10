"""HDBSCAN with weights against scikit-learn's, against all pairs, and against copies of places."""

import numpy as np
import pytest
from scipy import sparse, spatial
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from analytics.hotspots import density_tree
from analytics.hotspots.density_tree import group_by_density

SEEDS = range(8)
LOW_M = 1e-4


def towns(seed: int, least: int = 60, most: int = 600) -> np.ndarray:
    """Clumps of several densities and some places between."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(least, most))
    middle = rng.uniform(0, 3_000, (6, 2))[rng.integers(0, 6, size)]
    near = middle + rng.normal(0, 1, (size, 2)) * rng.choice([20, 60, 150], (size, 1))
    return np.concatenate([near, rng.uniform(0, 3_000, (size // 4, 2))])


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_are_those_of_the_tree_of_all_pairs(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = towns(seed)
    ours = group_by_density(points, np.ones(len(points)), min_weight=6, floor_m=LOW_M)

    def all_pairs(given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        here, there = np.triu_indices(len(given), 1)
        return here, there

    monkeypatch.setattr(density_tree, "_triangulate", all_pairs)
    slow = group_by_density(points, np.ones(len(points)), min_weight=6, floor_m=LOW_M)
    assert slow.max() > 0
    assert (ours == slow).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_agree_with_scikit_learn(seed: int) -> None:
    points = towns(seed, 300, 900)
    peer = HDBSCAN(min_cluster_size=12, min_samples=12, copy=True).fit_predict(points)
    ours = group_by_density(points, np.ones(len(points)), min_weight=12, floor_m=LOW_M)
    # scikit-learn takes merges at one distance in some order, which moves a place or two of each
    # group, and now and then splits one; so the two need not agree everywhere.
    assert adjusted_rand_score(peer, ours) > 0.95
    assert len(np.unique(ours)) == len(np.unique(peer))


def core_by_hand(points: np.ndarray, weights: np.ndarray, enough: float) -> np.ndarray:
    away = spatial.distance.cdist(points, points)
    order = np.argsort(away, axis=1, kind="stable")
    reached = np.cumsum(weights[order], axis=1) >= enough
    return np.take_along_axis(away, order, axis=1)[np.arange(len(points)), reached.argmax(axis=1)]


def test_distance_with_enough_weight_is_that_of_a_slow_search(rng: np.random.Generator) -> None:
    points = rng.uniform(0, 1_000, (150, 2))
    weights = rng.choice([0.0, 0.5, 2.0], 150)
    for enough in (1.0, 8.0, 60.0):
        found, _, _ = density_tree._find_core(points, weights, enough)
        # A sum of three terms in another order.
        np.testing.assert_allclose(found, core_by_hand(points, weights, enough), atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_place_of_weight_k_acts_as_k_places(seed: int) -> None:
    points = towns(seed, 60, 200)
    copies = np.random.default_rng(seed).integers(1, 4, len(points))
    which = np.repeat(np.arange(len(points)), copies)
    whole = group_by_density(points, copies.astype(float), min_weight=15, floor_m=30)
    parts = group_by_density(points[which], np.ones(len(which)), min_weight=15, floor_m=30)
    pairs = set(zip(whole[which].tolist(), parts.tolist(), strict=True))
    assert len(pairs) == len(set(whole.tolist())) == len(set(parts.tolist()))


def test_groups_are_connected_at_the_floor_or_their_own_density() -> None:
    points = towns(3)
    floor_m = 80.0
    found = group_by_density(points, np.ones(len(points)), min_weight=6, floor_m=floor_m)
    # No two dense places within the floor are in different groups.
    core = core_by_hand(points, np.ones(len(points)), 6)
    near = spatial.KDTree(points).query_pairs(floor_m, output_type="ndarray")
    dense = near[(core[near] <= floor_m).all(axis=1)]
    assert len(dense) > 50
    assert (found[dense[:, 0]] == found[dense[:, 1]]).all()
    links = sparse.csr_array(
        (np.ones(len(dense)), (dense[:, 0], dense[:, 1])), shape=(len(points),) * 2
    )
    assert sparse.csgraph.connected_components(links)[0] > 1
