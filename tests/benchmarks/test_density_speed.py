"""Kernel density against scipy's, in the same run, and how cost grows."""

import time
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from scipy import stats

from analytics.hotspots.density import kernel_density
from geodata.grids import make_grid


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.mark.parametrize("kind", ["square", "hexagon"])
def test_density_is_50_times_faster_than_scipy(rng: np.random.Generator, kind: str) -> None:
    grid = make_grid(shapely.box(0, 0, 9_000, 9_000), 150, kind)
    points = rng.normal(4_500, 1_200, (5_000, 2))

    def peer() -> None:
        stats.gaussian_kde(points.T, bw_method=0.2)(np.vstack([grid.centre_x, grid.centre_y]))

    def ours() -> None:
        kernel_density(*points.T, grid, bandwidth_m=240, kernel="gaussian")

    ours()
    spent = min(seconds(ours) for _ in range(5))
    peers = seconds(peer)
    print(f"\n{kind}: scipy {peers:.3f} s, here {spent:.4f} s: {peers / spent:.0f} times")  # noqa: T201
    assert peers > 50 * spent


def test_cost_grows_with_cells_and_incidents_not_with_their_product(
    rng: np.random.Generator,
) -> None:
    spent = []
    for scale in (1, 2):
        side = 15_000 * scale
        grid = make_grid(shapely.box(0, 0, side, side))
        points = rng.uniform(0, side, (2, 20_000 * scale**2))
        kernel_density(*points, grid, bandwidth_m=450)

        def work(points: np.ndarray = points, grid: object = grid) -> None:
            kernel_density(*points, grid, bandwidth_m=450)

        spent.append(min(seconds(work) for _ in range(5)))
    # Four times both; their product would be 16.
    assert spent[1] / spent[0] < 10
