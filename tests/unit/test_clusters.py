"""Clusters and patrol areas on maps a person can draw."""

import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.hotspots.clusters import find_clusters, gather_places
from analytics.hotspots.patrol_areas import draw_patrol_areas

FEW, SHORT, NEAR = (
    "fewer than 10 incidents",
    "fewer than 3 weeks",
    "within 500 m of a stronger area",
)


def heap(x: float, y: float, count: int, step: float = 10.0) -> np.ndarray:
    """So many incidents on a short line that starts here."""
    return np.column_stack([x + step * np.arange(count), np.full(count, y)])


def test_incidents_at_one_place_are_gathered() -> None:
    places = gather_places([5, 1, 5, np.nan], [2, 1, 2, 0], weights=[1, 2, 3, 9])
    assert places.x.tolist() == [1, 5]
    assert places.place.tolist() == [1, 0, 1, -1]
    assert places.incidents.tolist() == [1, 2]
    assert places.harm.tolist() == [2, 4]


def test_places_south_and_west_of_the_origin_keep_their_coordinates() -> None:
    places = gather_places([-3.25, 7], [4.5, -1.75])
    assert list(zip(places.x, places.y, strict=True)) == [(-3.25, 4.5), (7, -1.75)]


def test_coordinate_far_away_moves_no_other_place(rng: np.random.Generator) -> None:
    points = rng.normal(5_000, 60, (200, 2))
    alone = gather_places(*points.T)
    for far in (-1e9, 1e15):
        beside = gather_places(*np.vstack([points, [far, far]]).T)
        inside = beside.x != far
        assert inside.sum() == len(beside.x) - 1
        np.testing.assert_array_equal(beside.x[inside], alone.x)
        np.testing.assert_array_equal(beside.y[inside], alone.y)
        table = find_clusters(*np.vstack([points, [far, far]]).T).table
        pd.testing.assert_frame_equal(table, find_clusters(*points.T).table)


def test_two_heaps_are_two_clusters_and_a_lone_incident_is_none() -> None:
    points = np.concatenate([heap(0, 0, 12), heap(5_000, 0, 15), [[2_000, 0]]])
    found = find_clusters(*points.T, eps_m=50, min_weight=5, week=np.arange(len(points)) % 4)
    assert found.labels.tolist() == [1] * 12 + [0] * 15 + [-1]
    assert found.table["incidents"].tolist() == [15, 12]
    assert found.table["weeks"].tolist() == [4, 4]
    assert found.table["x"].tolist() == pytest.approx([5_070, 55])


def test_unknown_week_is_no_week() -> None:
    points = np.concatenate([heap(0, 0, 20), heap(5_000, 0, 15)])
    week = np.append(np.resize([1, 2, np.nan], 20), np.full(15, np.nan))
    assert find_clusters(*points.T, week=week).table["weeks"].tolist() == [2, 0]


def test_harm_makes_a_cluster_where_counts_do_not() -> None:
    points = heap(0, 0, 4)
    assert (find_clusters(*points.T, min_weight=10).labels == -1).all()
    assert (find_clusters(*points.T, weights=[3] * 4, min_weight=10).labels == 0).all()


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_no_incidents_give_no_clusters_and_no_areas(method: str) -> None:
    for x in ([], [np.nan, np.nan]):
        found = find_clusters(x, x, method=method, week=[0] * len(x))
        assert (found.labels == -1).all()
        assert len(found.table) == 0
        areas = draw_patrol_areas(x, x, found.labels, week=[0] * len(x))
        assert len(areas.frame) == 0
        assert areas.clusters == 0
        assert areas.refused == {FEW: 0, SHORT: 0, NEAR: 0}


def test_hdbscan_finds_a_village_beside_a_town(rng: np.random.Generator) -> None:
    town = rng.normal(0, 60, (600, 2))
    village = rng.normal(0, 150, (60, 2)) + 3_000
    points = np.concatenate([town, village, rng.uniform(-20_000, 20_000, (60, 2))])
    found = find_clusters(*points.T, method="hdbscan", min_weight=20)
    town_labels, counts = np.unique(found.labels[:600], return_counts=True)
    assert counts.max() > 500
    mine = np.unique(found.labels[600:660][found.labels[600:660] >= 0])
    assert len(mine) == 1
    assert mine[0] != town_labels[counts.argmax()]


def test_one_cluster_becomes_one_area() -> None:
    points = heap(1_000, 1_000, 12)
    areas = draw_patrol_areas(*points.T, [0] * 12, week=[1, 2, 3] * 4)
    row = areas.frame.iloc[0]
    assert row["incidents"] == 12
    assert row["weeks"] == 3
    assert row["hotspot"] == 1
    assert isinstance(row["geometry"], shapely.Polygon)
    assert areas.refused == {FEW: 0, SHORT: 0, NEAR: 0}
    assert (areas.area_of == 1).all()
    assert areas.outside == 0


def test_nine_incidents_are_refused_and_counted() -> None:
    areas = draw_patrol_areas(*heap(0, 0, 9).T, [0] * 9, week=np.arange(9))
    assert len(areas.frame) == 0
    assert areas.refused == {FEW: 1, SHORT: 0, NEAR: 0}
    assert areas.outside == 9


def test_two_weeks_are_refused_and_counted() -> None:
    areas = draw_patrol_areas(*heap(0, 0, 40, 1).T, [0] * 40, week=[1, 2] * 20)
    assert areas.refused == {FEW: 0, SHORT: 1, NEAR: 0}


def test_without_weeks_the_rule_of_weeks_is_not_applied() -> None:
    areas = draw_patrol_areas(*heap(0, 0, 40, 1).T, [0] * 40)
    assert areas.frame["weeks"].tolist() == [-1]


def test_weaker_cluster_near_a_stronger_one_is_refused() -> None:
    points = np.concatenate([heap(0, 0, 20, 1), heap(400, 0, 12, 1)])
    areas = draw_patrol_areas(*points.T, [0] * 20 + [1] * 12)
    assert areas.frame["cluster"].tolist() == [0]
    assert areas.refused == {FEW: 0, SHORT: 0, NEAR: 1}
    assert areas.outside == 12


def test_clusters_exactly_500_m_apart_both_become_areas() -> None:
    points = np.concatenate([np.zeros((20, 2)), np.tile([500.0, 0.0], (12, 1))])
    areas = draw_patrol_areas(*points.T, [0] * 20 + [1] * 12)
    assert areas.frame["incidents"].tolist() == [20, 12]


def test_long_cluster_becomes_several_areas() -> None:
    street = heap(0, 0, 1_500, 2)
    found = find_clusters(*street.T, eps_m=50, min_weight=10)
    assert len(found.table) == 1
    areas = draw_patrol_areas(*street.T, found.labels)
    assert len(areas.frame) >= 4
    assert areas.outside > 0


def test_highest_harm_comes_first_when_harm_is_given() -> None:
    points = np.concatenate([heap(0, 0, 20, 1), heap(2_000, 0, 12, 1)])
    harm = np.array([1.0] * 20 + [2.0] * 12)
    areas = draw_patrol_areas(*points.T, [0] * 20 + [1] * 12, weights=harm)
    assert areas.frame["incidents"].tolist() == [12, 20]
    assert areas.frame["harm"].tolist() == [24, 20]


def test_bent_street_gives_one_piece_without_holes() -> None:
    angle = np.linspace(0, 1.9 * np.pi, 80)
    ring = np.column_stack([120 * np.cos(angle), 120 * np.sin(angle)])
    areas = draw_patrol_areas(*ring.T, [0] * 80)
    shape = areas.frame["geometry"][0]
    assert shape.is_valid
    assert not shape.interiors


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="eps_m"):
        find_clusters([0], [0], eps_m=0)
    with pytest.raises(ValueError, match="min_weight"):
        find_clusters([0], [0], min_weight=0)
    with pytest.raises(ValueError, match="method"):
        find_clusters([0], [0], method="optics")
    with pytest.raises(ValueError, match="shapes differ"):
        find_clusters([0, 1], [0, 1], week=[1])
    with pytest.raises(ValueError, match="weights"):
        find_clusters([0], [0], weights=[-1])
    with pytest.raises(ValueError, match="twice radius_m"):
        draw_patrol_areas([0], [0], [0], radius_m=300)
    with pytest.raises(ValueError, match="shapes differ"):
        draw_patrol_areas([0], [0], [0, 1])
