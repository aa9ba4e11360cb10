"""Moran: do like values lie together, over the whole map and around each cell?

The global figure says whether there is any pattern; the local ones say which cells are high among
high, low among low, or unlike their neighbours. A rate built on few residents is noisy: score
counts or smoothed rates.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from analytics.hotspots.chance import (
    MANY_DRAWS,
    Control,
    Floats,
    control_false_discoveries,
    count_draws,
)

QUADRANTS = ("high-high", "low-high", "low-low", "high-low")
"""Names of the quadrants: the cell itself first, its neighbours second."""

_COLUMNS_AT_ONCE = 32


@dataclass(frozen=True)
class GlobalMoran:
    """What Moran's I says of a whole map.

    Attributes
    ----------
    value : float
        Moran's I; above `expected` when like values lie together. NaN, as are the others, when
        all values are equal or no cell has a neighbour.
    expected, variance : float
        Mean and variance of I under the null.
    z, p : float
        Standard score, and the chance of so high a one from the normal curve.
    p_permutation : float or None
        Chance of so high an I from random draws; None if none were asked for.
    permutations : int
        Number of draws, 0 for none.
    """

    value: float
    expected: float
    variance: float
    z: float
    p: float
    p_permutation: float | None
    permutations: int


@dataclass(frozen=True)
class LocalMoran:
    """What Moran says of each cell; arrays of shape (cells,).

    Attributes
    ----------
    value : ndarray of float64
        Local I: above 0 among like neighbours; NaN without neighbours or if all values are equal.
    quadrant : ndarray of str
        One of `QUADRANTS`, or '' where `value` is NaN. A value at the mean is low.
    p : ndarray of float64
        Two-sided chance that the neighbours are so high, or so low, given the cell.
    q_value : ndarray of float64
        Share of false finds among all cells at least as striking.
    is_striking : ndarray of bool
        True where `q_value` is at most `false_share`.
    permutations : int
        Number of draws.
    false_share : float
        Share of false finds accepted.
    dependence : {'independent', 'any'}
        How false finds were controlled.
    """

    value: Floats
    quadrant: npt.NDArray[np.str_]
    p: Floats
    q_value: Floats
    is_striking: npt.NDArray[np.bool_]
    permutations: int
    false_share: float
    dependence: Control


def measure_moran(
    values: npt.ArrayLike,
    neighbours: sparse.csr_array,
    *,
    row_standardised: bool = True,
    permutations: int | None = None,
    rng: np.random.Generator | None = None,
) -> GlobalMoran:
    """Measure whether like values lie together over the whole map.

    Parameters
    ----------
    values : array_like of float, shape (cells,)
        Counts, rates or other values without gaps.
    neighbours : csr_array, shape (cells, cells)
        Weight of each neighbour; the diagonal is left out.
    row_standardised : bool, default True
        True lets the weights of each cell's neighbours add up to 1.
    permutations : int, optional
        Random draws for `p_permutation`; each deals all values out over the map once.
    rng : numpy.random.Generator, optional
        Needed with `permutations`.

    Returns
    -------
    GlobalMoran
        I, its mean and variance, and how surprising it is.

    Notes
    -----
    Null hypothesis: the values are dealt out over the cells at random (randomisation, not
    normality). One-sided: only clustering counts as surprising, not an even spread. A draw that
    ties with what was seen counts as extreme. Cells without neighbours stay in the mean. Cost
    grows with pairs of neighbours x permutations.

    References
    ----------
    Cliff and Ord (1981), Spatial Processes, 21 and 46.
    """
    given, weights = _checked(values, neighbours)
    if permutations is not None and rng is None:
        raise ValueError("permutations need a numpy.random.Generator: give rng=")
    if permutations is not None and permutations < 1:
        raise ValueError(f"permutations is at least 1, got {permutations!r}")
    off = given - given.mean() if len(given) else given
    squares = float(off @ off)
    if len(given) < 4 or not weights.nnz or not _varies(given, squares):
        nothing = float("nan")
        return GlobalMoran(nothing, nothing, nothing, nothing, nothing, None, permutations or 0)
    if row_standardised:
        weights = _standardise_rows(weights)
    total = float(weights.sum())
    scale = len(given) / total / squares
    value = scale * float(off @ (weights @ off))
    expected, variance = _moments(off, squares, weights, total)
    z = (value - expected) / np.sqrt(variance) if variance > 0 else float("nan")
    p_permutation = None
    if permutations is not None and rng is not None:
        high, done = 0, 0
        while done < permutations:
            columns = min(_COLUMNS_AT_ONCE, permutations - done)
            dealt = rng.permuted(np.tile(off, (columns, 1)), axis=1).T
            drawn = scale * np.einsum("ij,ij->j", dealt, weights @ dealt)
            high += int(np.count_nonzero(drawn >= value - 1e-12))
            done += columns
        p_permutation = (1 + high) / (1 + permutations)
    p = float(special.ndtr(-z))
    return GlobalMoran(value, expected, variance, float(z), p, p_permutation, permutations or 0)


def score_local_moran(
    values: npt.ArrayLike,
    neighbours: sparse.csr_array,
    *,
    rng: np.random.Generator,
    permutations: int = MANY_DRAWS,
    false_share: float = 0.05,
    dependence: Control = "independent",
) -> LocalMoran:
    """Say of each cell whether it is high or low, among high or low neighbours, beyond chance.

    Parameters
    ----------
    values : array_like of float, shape (cells,)
        Counts, rates or other values without gaps.
    neighbours : csr_array, shape (cells, cells)
        Weight of each neighbour; the diagonal is left out. Each cell's weights are made to add up
        to 1.
    rng : numpy.random.Generator
        Where the draws come from.
    permutations : int, default 99999
        Random draws; fewer find less among many cells, see `chance.MANY_DRAWS`.
    false_share : float, default 0.05
        Share of false finds accepted among the striking cells.
    dependence : {'independent', 'any'}
        See `control_false_discoveries`.

    Returns
    -------
    LocalMoran
        Local I, quadrant and chance of each cell.

    Notes
    -----
    Null hypothesis: the cell keeps its value and all others are dealt out at random. The local I
    is the cell's own deviation times its neighbours' mean, so given the cell it is as surprising
    as that mean. The p-value is twice the smaller tail, at most 1, and draws that tie are in both
    tails: an empty place among empty places is not striking where most places are empty.

    References
    ----------
    Anselin (1995), Geographical Analysis 27, 93-115.
    """
    given, weights = _checked(values, neighbours)
    if not 0 < false_share < 1:
        raise ValueError(f"false_share must lie between 0 and 1, got {false_share!r}")
    off = given - given.mean() if len(given) else given
    squares = float(off @ off)
    around = weights @ off
    total = weights @ np.ones(len(given))
    known = (total > 0) & _varies(given, squares)
    lag = np.where(known, around / np.where(total > 0, total, 1.0), np.nan)
    value = off * lag * (len(given) / squares if squares > 0 else np.nan)
    at_least, at_most = count_draws(
        given, weights, weights @ given, permutations, rng, hold_self=True
    )
    chance = 2 * (1 + np.minimum(at_least, at_most)) / (1 + permutations)
    p = np.where(known, np.minimum(chance, 1.0), np.nan)
    q_value = control_false_discoveries(p, dependence)
    is_high, is_high_around = off > 0, lag > 0
    place = np.where(is_high, np.where(is_high_around, 0, 3), np.where(is_high_around, 1, 2))
    return LocalMoran(
        value=value,
        quadrant=np.where(known, np.asarray(QUADRANTS)[place], ""),
        p=p,
        q_value=q_value,
        is_striking=q_value <= false_share,
        permutations=permutations,
        false_share=false_share,
        dependence=dependence,
    )


def _checked(
    values: npt.ArrayLike, neighbours: sparse.csr_array
) -> tuple[Floats, sparse.csr_array]:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1 or neighbours.shape != (len(given), len(given)):
        raise ValueError(
            f"shapes differ: values {given.shape}, neighbours {neighbours.shape}; "
            "give one value a cell and one row and column a cell"
        )
    if not np.isfinite(given).all():
        raise ValueError("values must be numbers; leave out cells without a value")
    weights = sparse.csr_array(neighbours, dtype=np.float64, copy=True)
    if not (weights.data >= 0).all():
        raise ValueError("weights of neighbours must be numbers of 0 or more")
    if weights.diagonal().any():
        weights = weights - sparse.diags_array(weights.diagonal(), format="csr")
    weights.eliminate_zeros()
    return given, weights


def _varies(given: Floats, squares: float) -> bool:
    # Equal values leave squares of the size of rounding.
    return squares > 1e-20 * len(given) * max(float(np.abs(given).max(initial=0.0)) ** 2, 1e-300)


def _standardise_rows(weights: sparse.csr_array) -> sparse.csr_array:
    total = weights @ np.ones(weights.shape[1])
    each = np.repeat(total, np.diff(weights.indptr))
    return sparse.csr_array(
        (weights.data / each, weights.indices, weights.indptr), shape=weights.shape
    )


def _moments(
    off: Floats, squares: float, weights: sparse.csr_array, total: float
) -> tuple[float, float]:
    n = float(len(off))
    both = weights + weights.T
    s1 = float((both.data**2).sum()) / 2
    ones = np.ones(len(off))
    s2 = float((((weights @ ones) + (weights.T @ ones)) ** 2).sum())
    peak = n * float((off**4).sum()) / squares**2
    expected = -1 / (n - 1)
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * total**2)
    second = peak * ((n**2 - n) * s1 - 2 * n * s2 + 6 * total**2)
    room = (n - 1) * (n - 2) * (n - 3) * total**2
    return expected, (first - second) / room - expected**2
