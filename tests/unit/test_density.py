"""Densities: mass, edges, decay, and ratios that do not run away."""

import numpy as np
import pytest
import shapely

from analytics.hotspots.density import choose_bandwidth, kernel_density
from analytics.hotspots.dual_density import dual_density
from geodata.grids import Grid, Kind, cover_points, make_grid


@pytest.fixture(scope="module", params=["square", "hexagon"])
def grid(request: pytest.FixtureRequest) -> Grid:
    kind: Kind = request.param
    return make_grid(shapely.box(0, 0, 4_500, 4_500), 150, kind)


def mass(grid: Grid, values_per_km2: np.ndarray) -> float:
    return float((values_per_km2 * grid.area_m2).sum() / 1e6)


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
@pytest.mark.parametrize("bandwidth_m", [100, 150, 450])
def test_away_from_edges_mass_is_kept(grid: Grid, kernel: str, bandwidth_m: float) -> None:
    x, y = [2_200, 2_300, 2_310], [2_250, 2_200, 2_290]
    found = kernel_density(
        x,
        y,
        grid,
        bandwidth_m=bandwidth_m,
        kernel=kernel,
        weights=[1, 2, 4.5],
        edge_correction=False,
    )
    assert mass(grid, found.values_per_km2) == pytest.approx(7.5, rel=1e-9)
    assert found.total == 7.5
    assert found.left_out == 0


def test_bandwidth_below_a_cell_gives_counts_per_km2() -> None:
    grid = make_grid(shapely.box(0, 0, 1_500, 1_500))
    found = kernel_density([200, 210, 900], [200, 220, 900], grid, bandwidth_m=50)
    np.testing.assert_allclose(
        found.values_per_km2, grid.count([200, 210, 900], [200, 220, 900]) / 0.0225, rtol=1e-12
    )


def test_edge_is_raised_only_where_the_grid_has_a_region() -> None:
    region = shapely.box(0, 0, 3_000, 3_000)
    bounded, free = make_grid(region), cover_points([20.0], [20.0])
    at_edge = kernel_density([20], [20], bounded, bandwidth_m=450)
    unbounded = kernel_density([20], [20], free, bandwidth_m=450)
    assert at_edge.is_edge_corrected
    assert not unbounded.is_edge_corrected
    corner = bounded.find([20], [20])[0]
    assert at_edge.inside_share[corner] < 0.5
    raised = at_edge.values_per_km2[corner] / unbounded.values_per_km2[free.find([20], [20])[0]]
    assert raised == pytest.approx(1 / at_edge.inside_share[corner])


def test_incident_one_half_life_old_counts_half(grid: Grid) -> None:
    fresh = kernel_density([2_250], [2_250], grid, bandwidth_m=450)
    old = kernel_density([2_250], [2_250], grid, bandwidth_m=450, age_days=[90], half_life_days=90)
    np.testing.assert_allclose(old.values_per_km2, fresh.values_per_km2 / 2, rtol=1e-9)


def test_incidents_without_place_or_weight_are_left_out_and_counted(grid: Grid) -> None:
    found = kernel_density(
        [np.nan, -9_000, 300, 300], [0, 0, 300, 300], grid, bandwidth_m=450, weights=[1, 1, 0, 1]
    )
    assert found.left_out == 3
    assert found.total == 1


def test_no_incident_gives_no_density(grid: Grid) -> None:
    for exact in (False, True):
        found = kernel_density([], [], grid, bandwidth_m=450, exact=exact)
        assert not found.values_per_km2.any()


def test_empty_grid_gives_nothing() -> None:
    found = kernel_density([1], [1], cover_points([], []), bandwidth_m=450)
    assert len(found.values_per_km2) == 0
    assert found.left_out == 1


def test_few_places_have_the_least_bandwidth() -> None:
    assert choose_bandwidth([0, 0, 10_000], [0, 0, 10_000]) == 150
    assert choose_bandwidth([], []) == 150


def test_ratio_of_the_same_pattern_is_1(grid: Grid, rng: np.random.Generator) -> None:
    x, y = rng.uniform(0, 4_500, (2, 900))
    one = kernel_density(x, y, grid, bandwidth_m=450)
    doubled = kernel_density(np.tile(x, 2), np.tile(y, 2), grid, bandwidth_m=450)
    found = dual_density(one, doubled, expected_is_counted=True)
    np.testing.assert_allclose(found.ratio, 1, rtol=1e-9)
    np.testing.assert_allclose(found.log_ratio, 0, atol=1e-9)
    assert not found.is_clear.any()


def test_ground_without_residents_has_a_finite_ratio(grid: Grid) -> None:
    seen = kernel_density([1_000] * 30, [1_000] * 30, grid, bandwidth_m=450)
    homes = kernel_density([3_500] * 900, [3_500] * 900, grid, bandwidth_m=450)
    found = dual_density(seen, homes, expected_is_counted=False)
    here, far, homes_at = grid.find([1_000, 200, 3_500], [1_000, 4_300, 3_500])
    assert 3 < found.ratio[here] < 30
    assert found.is_clear[here]
    assert found.ratio[far] == 1
    assert not found.is_clear[far]
    assert found.ratio[homes_at] < 0.5
    assert (found.low <= found.ratio).all()
    assert (found.ratio <= found.high).all()


def test_range_holds_1_in_about_its_level_of_cells_when_nothing_differs(
    rng: np.random.Generator,
) -> None:
    grid = make_grid(shapely.box(0, 0, 15_000, 15_000))
    parts = [
        kernel_density(*rng.uniform(0, 15_000, (2, 20_000)), grid, bandwidth_m=450)
        for _ in range(2)
    ]
    both = dual_density(*parts, expected_is_counted=True, shrink_incidents=1e-6)
    # Neighbouring cells share incidents, so the share itself varies by about a point.
    assert both.is_clear.mean() == pytest.approx(0.05, abs=0.025)


def test_wider_range_when_the_other_side_is_counted_too(grid: Grid) -> None:
    one = kernel_density([1_000] * 30, [1_000] * 30, grid, bandwidth_m=450)
    known = dual_density(one, one, expected_is_counted=False)
    counted = dual_density(one, one, expected_is_counted=True)
    here = grid.find([1_000], [1_000])[0]
    assert counted.high[here] - counted.low[here] > known.high[here] - known.low[here]


def test_wrong_calls_are_refused(grid: Grid) -> None:
    good = kernel_density([100], [100], grid, bandwidth_m=450)
    for wrong in (
        {"bandwidth_m": 0},
        {"bandwidth_m": 450, "kernel": "flat"},
        {"bandwidth_m": 450, "age_days": [1]},
        {"bandwidth_m": 450, "age_days": [-1], "half_life_days": 9},
        {"bandwidth_m": 450, "age_days": [1], "half_life_days": 0},
        {"bandwidth_m": 450, "weights": [1, 2]},
        {"bandwidth_m": 450, "weights": [-1]},
    ):
        with pytest.raises(ValueError, match=r"bandwidth_m|kernel|age_days|half_life|weights"):
            kernel_density([100], [100], grid, **wrong)
    other = kernel_density([100], [100], grid, bandwidth_m=300)
    with pytest.raises(ValueError, match="same grid"):
        dual_density(good, other, expected_is_counted=True)
    with pytest.raises(ValueError, match="level"):
        dual_density(good, good, expected_is_counted=True, level=95)
    with pytest.raises(ValueError, match="shrink_incidents"):
        dual_density(good, good, expected_is_counted=True, shrink_incidents=0)
    empty = kernel_density([], [], grid, bandwidth_m=450)
    with pytest.raises(ValueError, match="nothing is expected"):
        dual_density(good, empty, expected_is_counted=True)
