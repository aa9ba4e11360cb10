"""Moran at its edges: what cannot be known, and what noise gives."""

import numpy as np
import pytest
import shapely
from scipy import sparse

from analytics.hotspots.moran import measure_moran, score_local_moran
from geodata.grids import make_grid

LINE = sparse.csr_array(np.eye(6, k=1) + np.eye(6, k=-1))


@pytest.mark.parametrize("values", [[0.0] * 6, [0.1] * 6])
def test_equal_values_say_nothing(rng: np.random.Generator, values: list[float]) -> None:
    assert np.isnan(measure_moran(values, LINE, permutations=9, rng=rng).value)
    found = score_local_moran(values, LINE, rng=rng, permutations=9)
    assert np.isnan(found.value).all()
    assert np.isnan(found.p).all()
    assert (found.quadrant == "").all()
    assert not found.is_striking.any()


def test_no_neighbours_say_nothing(rng: np.random.Generator) -> None:
    assert np.isnan(measure_moran([1, 2, 3, 4, 5, 6], sparse.csr_array((6, 6))).z)
    alone = LINE.copy()
    alone.data[-1] = 0
    found = score_local_moran([1, 2, 3, 4, 5, 6], alone, rng=rng, permutations=9)
    assert found.quadrant[5] == ""
    assert np.isnan(found.p[5])


def test_no_cells_give_nothing(rng: np.random.Generator) -> None:
    nothing = sparse.csr_array((0, 0))
    assert np.isnan(measure_moran([], nothing).value)
    assert len(score_local_moran([], nothing, rng=rng).value) == 0


def test_like_values_together_are_above_and_alternating_below_what_is_expected() -> None:
    together = measure_moran([9, 9, 9, 0, 0, 0], LINE)
    alternating = measure_moran([9, 0, 9, 0, 9, 0], LINE)
    assert together.value > together.expected > alternating.value
    assert together.expected == pytest.approx(-0.2)


def test_local_values_average_to_the_global_one(rng: np.random.Generator) -> None:
    values = rng.gamma(2, 1, 6)
    near = measure_moran(values, LINE)
    found = score_local_moran(values, LINE, rng=rng, permutations=9)
    assert found.value.mean() == pytest.approx(near.value)


def test_quadrants_name_the_cell_first(rng: np.random.Generator) -> None:
    found = score_local_moran([9, 9, 9, 0, 0, 0, 9, 0], _line(8), rng=rng, permutations=9)
    assert found.quadrant[1] == "high-high"
    assert found.quadrant[4] == "low-low"
    assert found.quadrant[6] == "high-low"
    assert found.quadrant[7] == "low-high"


def _line(cells: int) -> sparse.csr_array:
    return sparse.csr_array(np.eye(cells, k=1) + np.eye(cells, k=-1))


def test_noise_is_not_striking_and_a_planted_place_is(rng: np.random.Generator) -> None:
    grid = make_grid(shapely.box(0, 0, 60 * 150, 60 * 150))
    values = rng.poisson(0.4, len(grid)).astype(float)
    noise = score_local_moran(values, grid.neighbours(), rng=rng)
    assert (noise.p < 0.05).mean() <= 0.05
    assert not noise.is_striking.any()
    planted = np.hypot(grid.centre_x - 3_000, grid.centre_y - 3_000) < 400
    values[planted] += 5
    found = score_local_moran(values, grid.neighbours(), rng=rng)
    middle = grid.find([3_000], [3_000])[0]
    assert found.is_striking[middle]
    assert found.quadrant[middle] == "high-high"


def test_wrong_calls_are_refused(rng: np.random.Generator) -> None:
    values = [1, 2, 3, 4, 5, 6]
    with pytest.raises(ValueError, match="shapes differ"):
        measure_moran([1, 2], LINE)
    with pytest.raises(ValueError, match="values must be numbers"):
        measure_moran([1, 2, 3, 4, 5, np.nan], LINE)
    with pytest.raises(ValueError, match="weights"):
        measure_moran(values, LINE * -1.0)
    with pytest.raises(ValueError, match="Generator"):
        measure_moran(values, LINE, permutations=9)
    with pytest.raises(ValueError, match="at least 1"):
        measure_moran(values, LINE, permutations=0, rng=rng)
    with pytest.raises(ValueError, match="false_share"):
        score_local_moran(values, LINE, rng=rng, false_share=0)
