"""Grids cut any area into cells without losing ground or points."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import GridError
from geodata.grids import Kind, cover_points, make_grid

KINDS = st.sampled_from(["square", "hexagon"])
RING = shapely.Polygon(
    [(0, 0), (2_100, 150), (1_900, 2_000), (300, 1_700)],
    [[(800, 800), (1_200, 800), (1_200, 1_200), (800, 1_200)]],
)
ISLANDS = shapely.union(RING, shapely.box(-1_400, -900, -1_000, -400))


@given(KINDS, st.floats(40, 700), st.sampled_from([RING, ISLANDS]))
def test_cells_share_out_the_ground(kind: Kind, cell_m: float, area: shapely.Geometry) -> None:
    grid = make_grid(area, cell_m, kind)
    assert np.isclose(grid.area_m2.sum(), area.area)
    assert grid.area_m2.max() <= cell_m**2 * (1 + 1e-9)
    assert grid.area_m2.min() > 0


@given(KINDS, st.floats(40, 700), st.integers(0, 2**31))
def test_each_point_of_the_area_is_in_its_cell(kind: Kind, cell_m: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-1_500, 2_200, (2, 300))
    inside = shapely.contains_xy(ISLANDS, x, y)
    grid = make_grid(ISLANDS, cell_m, kind)
    at = grid.find(x, y)
    assert (at[inside] >= 0).all()
    shapes = grid.polygons()[at[inside]]
    assert shapely.distance(shapes, shapely.points(x[inside], y[inside])).max() < 1e-6
    assert grid.count(x[inside], y[inside]).sum() == inside.sum()


@given(KINDS, st.integers(0, 2**31))
def test_same_place_is_the_same_cell_in_every_grid(kind: Kind, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(900, 1_900, (2, 50))
    one, two = make_grid(RING, 150, kind), cover_points(x, y, 150, 400, kind)
    for grid in (one, two):
        at = grid.find(x, y)
        assert (np.hypot(grid.centre_x[at] - x, grid.centre_y[at] - y)[at >= 0] < 150).all()
    a, b = one.find(x, y), two.find(x, y)
    both = (a >= 0) & (b >= 0)
    assert (one.column[a[both]] == two.column[b[both]]).all()
    assert (one.row[a[both]] == two.row[b[both]]).all()


@pytest.mark.parametrize(("kind", "first", "second"), [("square", 8, 24), ("hexagon", 6, 18)])
def test_neighbours_are_the_rings_around_a_cell(kind: Kind, first: int, second: int) -> None:
    grid = cover_points([0.0], [0.0], 100, 1_000, kind)
    middle = grid.find([0.0], [0.0])[0]
    near, wide = grid.neighbours(1), grid.neighbours(2)
    assert near[[middle]].sum() == first and wide[[middle]].sum() == second
    assert near.diagonal().sum() == 0
    assert (near != near.T).nnz == 0
    away = near[[middle]].indices
    far = np.hypot(grid.centre_x[away], grid.centre_y[away]) - np.hypot(
        grid.centre_x[middle], grid.centre_y[middle]
    )
    assert far.max() <= 100 * 1.5


def test_cover_points_takes_cells_within_reach_and_the_cell_of_the_point() -> None:
    grid = cover_points([10.0, np.nan], [10.0, 5.0], 150, 500)
    away = np.hypot(grid.centre_x - 10, grid.centre_y - 10)
    assert away.max() <= 500
    tiny = cover_points([1.0], [1.0], 2_000, 10)
    assert len(tiny) == 1
    assert len(cover_points([], [], 150)) == 0
    assert cover_points([-1.0], [-1.0], 150, 100).find([-1.0], [-1.0])[0] >= 0


def test_points_without_a_place_are_in_no_cell() -> None:
    grid = make_grid(RING)
    assert grid.find([np.nan, 1e9], [5.0, 5.0]).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("area", "word"),
    [
        (shapely.Polygon(), "empty"),
        (shapely.box(0, 0, 1e7, 1e7), "too many cells"),
        (shapely.box(-0.6, 51.1, -0.5, 51.2), "not degrees"),
    ],
)
def test_unusable_area_says_why(area: shapely.Geometry, word: str) -> None:
    with pytest.raises(GridError) as caught:
        make_grid(area)
    error = caught.value
    assert word in f"{error.title} {error.detail} {error.next_step}"


def test_wrong_size_or_kind_is_named() -> None:
    with pytest.raises(ValueError, match="cell_m"):
        make_grid(RING, 0)
    with pytest.raises(ValueError, match="triangle"):
        make_grid(RING, 150, "triangle")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rings"):
        make_grid(RING).neighbours(0)
