"""Getis-Ord with tie-correct permutations against esda's, in the same run."""

import time
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from analytics.hotspots.getis_ord import score_getis_ord
from geodata.grids import make_grid

SIDE = 245


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:esda.*")
def test_999_permutations_on_60_000_cells_are_100_times_faster_than_esda(
    rng: np.random.Generator,
) -> None:
    esda = pytest.importorskip("esda")
    weights = pytest.importorskip("libpysal.weights")
    grid = make_grid(shapely.box(0, 0, SIDE * 150, SIDE * 150))
    near = grid.neighbours()
    values = rng.poisson(0.4, len(grid)).astype(float)
    lattice = weights.WSP(near).to_W(silence_warnings=True)

    options = {"transform": "B", "permutations": 999, "star": True, "n_jobs": 1, "seed": 1}
    # Compiled before it is timed.
    esda.G_Local(values[:100], weights.lat2W(10, 10, rook=False), **options)

    def peer() -> None:
        esda.G_Local(values, lattice, **options)

    def ours() -> None:
        score_getis_ord(values, near, permutations=999, rng=rng)

    ours()
    spent = min(seconds(ours) for _ in range(5))
    peers = seconds(peer)
    ratio = peers / spent
    print(f"\nesda {peers:.2f} s, here {spent:.4f} s: {ratio:.0f} times")  # noqa: T201
    assert ratio >= 100


def test_cost_grows_in_proportion_to_the_cells(rng: np.random.Generator) -> None:
    spent = []
    for side in (100, 200):
        near = make_grid(shapely.box(0, 0, side * 150, side * 150)).neighbours()
        values = rng.poisson(0.4, side * side).astype(float)
        spent.append(
            min(
                seconds(lambda v=values, n=near: score_getis_ord(v, n, permutations=999, rng=rng))
                for _ in range(7)
            )
        )
    # Four times the cells; n log n allows 4.6, and a busy machine more.
    assert spent[1] / spent[0] < 10
