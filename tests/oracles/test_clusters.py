"""Clusters against scikit-learn on every incident, and patrol areas against slow search."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from analytics.hotspots import clusters
from analytics.hotspots.clusters import find_clusters
from analytics.hotspots.patrol_areas import draw_patrol_areas


def snapped_town(rng: np.random.Generator, size: int = 4_000) -> np.ndarray:
    """Incidents around towns and in the country, moved to few places, sorted west to east."""
    towns = rng.uniform(0, 10_000, (12, 2))
    near = towns[rng.integers(0, 12, size)] + rng.normal(0, 300, (size, 2))
    far = rng.uniform(0, 10_000, (size // 4, 2))
    points = np.rint(np.concatenate([near, far]) / 50) * 50
    return points[np.lexsort((points[:, 1], points[:, 0]))]


def same_up_to_names(one: np.ndarray, other: np.ndarray) -> bool:
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


@pytest.mark.parametrize(("eps_m", "min_weight"), [(60, 12), (100, 30), (150, 20)])
def test_dbscan_matches_scikit_learn_on_every_incident(
    rng: np.random.Generator, eps_m: float, min_weight: int
) -> None:
    points = snapped_town(rng)
    peer = DBSCAN(eps=eps_m, min_samples=min_weight).fit_predict(points)
    ours = find_clusters(*points.T, eps_m=eps_m, min_weight=min_weight)
    assert peer.max() >= 1
    assert (peer == -1).any()
    assert ((ours.labels == -1) == (peer == -1)).all()
    assert same_up_to_names(ours.labels, peer)


def test_dbscan_with_harm_matches_scikit_learn_with_sample_weights(
    rng: np.random.Generator,
) -> None:
    points = snapped_town(rng)
    harm = rng.choice([1.0, 1.5, 2.0, 6.0], len(points))
    peer = DBSCAN(eps=100, min_samples=40).fit_predict(points, sample_weight=harm)
    ours = find_clusters(*points.T, weights=harm, eps_m=100, min_weight=40)
    assert same_up_to_names(ours.labels, peer)


def test_reading_pairs_in_parts_changes_nothing(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = snapped_town(rng)
    whole = find_clusters(*points.T, eps_m=100, min_weight=20)
    monkeypatch.setattr(clusters, "_PAIRS_AT_ONCE", 500)
    parts = find_clusters(*points.T, eps_m=100, min_weight=20)
    assert (whole.labels == parts.labels).all()
    assert whole.table.equals(parts.table)


def slow_centres(
    points: np.ndarray, labels: np.ndarray, radius_m: float, separation_m: float, least: int
) -> list[tuple[float, float]]:
    """Take the heaviest disc on any place again and again, without moving it."""
    places = np.unique(points, axis=0)
    discs = []
    for x, y in places:
        own = labels[(points == (x, y)).all(axis=1)][0]
        inside = np.hypot(points[:, 0] - x, points[:, 1] - y) <= radius_m
        count = int((inside & (labels == own)).sum())
        if own >= 0 and count >= least:
            discs.append((-count, x, y))
    kept: list[tuple[float, float]] = []
    for _, x, y in sorted(discs):
        if all(np.hypot(x - a, y - b) >= separation_m for a, b in kept):
            kept.append((x, y))
    return kept


def test_centres_are_those_of_a_slow_search(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.hotspots.patrol_areas._STEPS", 0)
    points = snapped_town(rng, 1_500)
    found = find_clusters(*points.T, eps_m=150, min_weight=15)
    areas = draw_patrol_areas(*points.T, found.labels)
    slow = slow_centres(points, found.labels, 150 * 0.999, 500, 10)
    assert len(slow) > 10
    ours = zip(areas.frame["x"], areas.frame["y"], strict=True)
    assert sorted(ours) == sorted(slow)


def test_moving_the_centres_loses_no_harm_in_the_first_area(rng: np.random.Generator) -> None:
    points = snapped_town(rng, 1_500)
    found = find_clusters(*points.T, eps_m=150, min_weight=15)
    areas = draw_patrol_areas(*points.T, found.labels)
    x, y = slow_centres(points, found.labels, 150 * 0.999, 500, 10)[0]
    heaviest = (np.hypot(points[:, 0] - x, points[:, 1] - y) <= 150 * 0.999).sum()
    assert areas.frame["incidents"].max() >= heaviest
