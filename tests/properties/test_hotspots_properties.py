"""What must hold for any map: order does not matter, mass is kept, areas can be walked."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from analytics.hotspots.chance import control_false_discoveries
from analytics.hotspots.clusters import find_clusters
from analytics.hotspots.density import kernel_density
from analytics.hotspots.getis_ord import score_getis_ord
from analytics.hotspots.moran import score_local_moran
from analytics.hotspots.patrol_areas import draw_patrol_areas
from geodata.grids import make_grid

GRID = make_grid(shapely.box(0, 0, 6 * 150, 7 * 150))
NEAR = GRID.neighbours()

counts = hnp.arrays(np.int64, len(GRID), elements=st.integers(0, 6))
seeds = st.integers(0, 2**32 - 1)


@st.composite
def maps(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.random.Generator]:
    """Points with clumps and repeats, their harm and their weeks."""
    rng = np.random.default_rng(draw(seeds))
    clumps = rng.uniform(0, 3_000, (draw(st.integers(1, 6)), 2))
    size = draw(st.integers(1, 400))
    spread = draw(st.sampled_from([5.0, 60.0, 200.0]))
    points = clumps[rng.integers(0, len(clumps), size)] + rng.normal(0, spread, (size, 2))
    snap = draw(st.sampled_from([0.01, 20.0, 100.0]))
    points = np.round(points / snap) * snap
    return points, rng.choice([1.0, 1.5, 2.0, 6.0], size), rng.integers(0, 8, size), rng


@given(counts, seeds)
def test_shuffling_cells_permutes_scores(values: np.ndarray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(values))
    shuffled = sparse.csr_array(NEAR[order][:, order])
    for include_self in (True, False):
        plain = score_getis_ord(values, NEAR, include_self=include_self)
        mixed = score_getis_ord(values[order], shuffled, include_self=include_self)
        np.testing.assert_allclose(mixed.z, plain.z[order], atol=1e-9)
        np.testing.assert_allclose(mixed.q_value, plain.q_value[order], atol=1e-9)


@given(counts, seeds)
@settings(max_examples=50)
def test_chances_lie_between_their_least_and_1(values: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for include_self in (True, False):
        found = score_getis_ord(values, NEAR, include_self=include_self, permutations=19, rng=rng)
        assert found.p_permutation is not None
        known = found.p_permutation[~np.isnan(found.z)]
        assert ((known >= 1 / 20) & (known <= 1)).all()
    local = score_local_moran(values, NEAR, rng=rng, permutations=19)
    known = local.p[~np.isnan(local.value)]
    assert ((known >= 2 / 20) & (known <= 1)).all()


@given(hnp.arrays(np.float64, st.integers(1, 50), elements=st.floats(0, 1)))
def test_control_keeps_the_order_and_never_lowers_a_chance(p: np.ndarray) -> None:
    for dependence in ("independent", "any"):
        q = control_false_discoveries(p, dependence)
        assert (q >= p - 1e-15).all()
        assert (q <= 1).all()
        assert (np.diff(q[np.argsort(p)]) >= 0).all()


@given(maps(), st.sampled_from(["square", "hexagon"]), st.sampled_from(["quartic", "gaussian"]))
@settings(max_examples=40, deadline=None)
def test_density_keeps_the_mass_inside(made: tuple, kind: str, kernel: str) -> None:
    points, harm, _, _ = made
    grid = make_grid(shapely.box(-4_000, -4_000, 7_000, 7_000), 250, kind)
    found = kernel_density(
        *points.T, grid, bandwidth_m=300, kernel=kernel, weights=harm, edge_correction=False
    )
    inside = grid.find(*points.T) >= 0
    kept = (found.values_per_km2 * grid.cell_m**2).sum() / 1e6
    np.testing.assert_allclose(kept, harm[inside].sum(), rtol=1e-9)
    assert (found.values_per_km2 >= 0).all()


@given(maps(), st.sampled_from(["dbscan", "hdbscan"]))
@settings(max_examples=60, deadline=None)
def test_patrol_areas_can_be_walked(made: tuple, method: str) -> None:
    points, harm, week, rng = made
    found = find_clusters(*points.T, weights=harm, week=week, method=method, eps_m=80, min_weight=8)
    areas = draw_patrol_areas(*points.T, found.labels, weights=harm, week=week)
    frame = areas.frame
    assert (frame["incidents"] >= 10).all()
    assert (frame["weeks"] >= 3).all()
    assert (frame["radius_m"] <= 150).all()
    centres = frame[["x", "y"]].to_numpy()
    apart = np.hypot(*(centres[:, None] - centres[None]).T)
    assert (apart[~np.eye(len(centres), dtype=bool)] >= 500 - 1e-6).all()
    assert areas.clusters == len(found.table)
    assert sum(areas.refused.values()) + frame["cluster"].nunique() == areas.clusters
    for row in frame.itertuples():
        assert isinstance(row.geometry, shapely.Polygon)
        assert row.geometry.is_valid
        inside = shapely.covers(row.geometry, shapely.points(points))
        assert (inside == (areas.area_of == row.hotspot)).all()
        assert inside.sum() == row.incidents
        assert np.isclose(harm[inside].sum(), row.harm)
        assert len(np.unique(week[inside])) == row.weeks
        assert shapely.distance(row.geometry, shapely.Point(row.x, row.y)) <= 150

    order = rng.permutation(len(points))
    again = find_clusters(
        *points[order].T,
        weights=harm[order],
        week=week[order],
        method=method,
        eps_m=80,
        min_weight=8,
    )
    assert (again.labels == found.labels[order]).all()
    same = draw_patrol_areas(*points[order].T, again.labels, weights=harm[order], week=week[order])
    assert (same.area_of == areas.area_of[order]).all()
