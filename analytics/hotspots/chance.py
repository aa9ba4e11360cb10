"""Chance: what would a place show if the values were dealt out over the map at random?

Holds the null hypothesis shared by Getis-Ord and Moran, and the control of false discoveries.
All cells with the same number of neighbours share one set of draws, because under the null a
cell's neighbours are a random handful of all values whichever cell it is. That is what makes
many permutations cheap. A draw equal to what was seen counts as extreme, so sparse counts with
many ties do not look surprising when they are not.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Control = Literal["independent", "any"]

MANY_DRAWS = 99_999
"""Draws enough for a county's cells: with 999 no chance is below 1 in 1,000, and among 100,000
cells none survives the control of false finds. Takes well under a second."""

_MOST_AT_ONCE = 200


def control_false_discoveries(p: npt.ArrayLike, dependence: Control = "independent") -> Floats:
    """Give the share of false finds among all cells at least as striking as each cell.

    Parameters
    ----------
    p : array_like of float
        Chance of each cell; NaN where it cannot be known.
    dependence : {'independent', 'any'}
        'independent' is Benjamini-Hochberg, which also holds where neighbouring cells tend to be
        striking together, as overlapping neighbourhoods are; 'any' is Benjamini-Yekutieli, which
        holds under any dependence and finds less.

    Returns
    -------
    ndarray of float64
        q-values from 0 to 1, NaN where `p` is; cells with q <= 0.05 form a list in which one in
        twenty is expected to be false.

    References
    ----------
    Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.
    Benjamini and Yekutieli (2001), Ann. Stat. 29, 1165-1188.

    Examples
    --------
    >>> control_false_discoveries([0.01, 0.02, 0.9, 0.04]).round(3).tolist()
    [0.04, 0.04, 0.9, 0.053]
    """
    if dependence not in ("independent", "any"):
        raise ValueError(f"dependence is 'independent' or 'any', got {dependence!r}")
    chances = np.asarray(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(chances))
    found = np.full(chances.shape, np.nan)
    if not len(known):
        return found
    order = known[np.argsort(chances[known], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    factor = len(order) * (np.sum(1 / ranks) if dependence == "any" else 1.0)
    scaled = chances[order] * factor / ranks
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found


def count_draws(
    values: Floats,
    weights: sparse.csr_array,
    seen: Floats,
    permutations: int,
    rng: np.random.Generator,
    *,
    hold_self: bool,
) -> tuple[Ints, Ints]:
    """Count the random draws at least, and at most, as high as the sum seen around each cell.

    Parameters
    ----------
    values : ndarray of float64, shape (cells,)
        What is dealt out.
    weights : csr_array, shape (cells, cells)
        Weight of each neighbour in a cell's sum, without explicit zeros.
    seen : ndarray of float64, shape (cells,)
        ``weights @ values``.
    permutations : int
        Draws for each pattern of weights.
    rng : numpy.random.Generator
        Where the draws come from.
    hold_self : bool
        True if a cell keeps its own value while the others are dealt out (its value is then in no
        draw); the weights then hold no cell's weight on itself. False if all are dealt out.

    Returns
    -------
    at_least, at_most : ndarray of int64, shape (cells,)
        From 0 to `permutations`; a draw that ties is in both.

    Notes
    -----
    With `hold_self` the draws are still shared: one spare value is drawn with each handful, and
    takes the place of the cell's own value in the few draws that hold it. This gives the exact
    conditional null. Cost grows with permutations x neighbours for each pattern of weights (the
    neighbour counts, on a grid with equal weights) plus cells x log(permutations).
    """
    if permutations < 1:
        raise ValueError(f"permutations is at least 1, got {permutations!r}")
    at_least = np.zeros(len(values), dtype=np.int64)
    at_most = np.zeros(len(values), dtype=np.int64)
    for cells, pattern in _patterns(weights):
        size = len(pattern)
        drawn = _draw_handfuls(len(values), size + hold_self, permutations, rng)
        held = drawn[:, :size]
        sums = values[held] @ pattern
        # Sums of the same values in another order differ in the last digits: those are ties.
        near = 1e-12 * size * float(np.abs(pattern).max()) * float(np.abs(values).max())
        ordered = np.sort(sums)
        at_least[cells] = permutations - np.searchsorted(ordered, seen[cells] - near, side="left")
        at_most[cells] = np.searchsorted(ordered, seen[cells] + near, side="right")
        if hold_self:
            concerned = np.zeros(len(values), dtype=bool)
            concerned[cells] = True
            draw, place = np.nonzero(concerned[held])
            own = held[draw, place]
            swapped = sums[draw] + pattern[place] * (values[drawn[draw, size]] - values[own])
            low, high = seen[own] - near, seen[own] + near
            more = (swapped >= low).astype(np.int64) - (sums[draw] >= low)
            fewer = (swapped <= high).astype(np.int64) - (sums[draw] <= high)
            np.add.at(at_least, own, more)
            np.add.at(at_most, own, fewer)
    return at_least, at_most


def _patterns(weights: sparse.csr_array) -> Iterator[tuple[Ints, Floats]]:
    """Group the cells whose neighbours weigh the same, whatever their order."""
    sizes = np.diff(weights.indptr)
    if not weights.nnz:
        return
    equal = bool((weights.data == weights.data[0]).all())
    for size in np.unique(sizes[sizes > 0]):
        cells = np.flatnonzero(sizes == size)
        if equal:
            yield cells, np.full(size, float(weights.data[0]))
            continue
        at = weights.indptr[cells][:, None] + np.arange(size)
        rows = np.sort(weights.data[at], axis=1)
        kinds, kind = np.unique(rows, axis=0, return_inverse=True)
        order = np.argsort(kind.ravel(), kind="stable")
        ends = np.cumsum(np.bincount(kind.ravel(), minlength=len(kinds)))
        for number, some in enumerate(np.split(order, ends[:-1])):
            yield cells[some], np.asarray(kinds[number], dtype=np.float64)


def _draw_handfuls(total: int, size: int, times: int, rng: np.random.Generator) -> Ints:
    """Draw handfuls of different numbers below `total`, each in random order."""
    if size > _MOST_AT_ONCE:
        rows = [rng.choice(total, size, replace=False) for _ in range(times)]
        return np.asarray(rows, dtype=np.int64)
    # Floyd's method, for all handfuls together.
    drawn = np.empty((times, size), dtype=np.int64)
    for taken in range(size):
        top = total - size + taken
        number = rng.integers(0, top + 1, times)
        repeated = (drawn[:, :taken] == number[:, None]).any(axis=1)
        drawn[:, taken] = np.where(repeated, top, number)
    return rng.permuted(drawn, axis=1)
