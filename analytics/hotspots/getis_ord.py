"""Getis-Ord: which cells and their neighbours hold more than chance would give them?

Says where high values lie together. Does not say why, nor that a cell outside the list is quiet.
The one-sided upper tail is used throughout: a hotspot is high ground, and folding both tails into
one would call empty countryside striking.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from analytics.hotspots.chance import Control, Floats, control_false_discoveries, count_draws


@dataclass(frozen=True)
class GetisOrd:
    """What Getis-Ord says of each cell; arrays of shape (cells,).

    Attributes
    ----------
    z : ndarray of float64
        Standard score: how far the sum around the cell lies above its mean under the null. NaN
        for a cell without neighbours, with all cells as neighbours, or if all values are equal.
    p_analytic : ndarray of float64
        Chance of so high a score, from the normal curve. Too small for sparse counts.
    p_permutation : ndarray of float64 or None
        Chance of so high a sum, from random draws; None if none were asked for.
    q_value : ndarray of float64
        Share of false finds among all cells at least as striking, from `p_permutation` if there
        is one and else from `p_analytic`.
    is_hot : ndarray of bool
        True where `q_value` is at most `false_share`; never true where the score is NaN.
    include_self : bool
        True for G*, which counts the cell itself; False for G.
    permutations : int
        Number of draws, 0 for none.
    false_share : float
        Share of false finds accepted among the hot cells.
    dependence : {'independent', 'any'}
        How false finds were controlled.
    """

    z: Floats
    p_analytic: Floats
    p_permutation: Floats | None
    q_value: Floats
    is_hot: npt.NDArray[np.bool_]
    include_self: bool
    permutations: int
    false_share: float
    dependence: Control


def score_getis_ord(
    counts: npt.ArrayLike,
    neighbours: sparse.csr_array,
    *,
    include_self: bool = True,
    permutations: int | None = None,
    rng: np.random.Generator | None = None,
    n_minus_one_variance: bool = False,
    false_share: float = 0.05,
    dependence: Control = "independent",
) -> GetisOrd:
    """Score how far each cell and its neighbours lie above chance.

    Parameters
    ----------
    counts : array_like of float, shape (cells,)
        Counts or other values, 0 or more (rates and harm too); empty cells belong in it.
    neighbours : csr_array, shape (cells, cells)
        Weight of each neighbour, 0 or more, as from `Grid.neighbours`; binary or any weights.
    include_self : bool, default True
        True scores G*, in which a cell counts itself (with weight 1, unless the matrix gives its
        own weight on the diagonal); False scores G, and leaves the diagonal out.
    permutations : int, optional
        Random draws for `p_permutation`; None for none. The smallest p is 1 / (draws + 1), so
        with many cells 999 are too few to survive the control of false finds: use
        `chance.MANY_DRAWS`.
    rng : numpy.random.Generator, optional
        Needed with `permutations`.
    n_minus_one_variance : bool, default False
        True divides the variance of G* by n - 1, as in Getis and Ord (1996); it changes nothing
        in G.
    false_share : float, default 0.05
        Share of false finds accepted among the hot cells.
    dependence : {'independent', 'any'}
        See `control_false_discoveries`.

    Returns
    -------
    GetisOrd
        Scores, chances and the hot cells, in the order of `counts`.

    Notes
    -----
    Null hypothesis: the values are dealt out over the cells at random, each as likely here as
    there. For G* all values are dealt out, so the sum over a cell and its k neighbours is that of
    k + 1 values drawn without replacement from all. For G the cell keeps its value and the others
    are dealt out. So one set of draws serves every cell with the same neighbour count, exactly.
    The chance is (1 + draws at least as high as seen) / (1 + draws); ties count as extreme, so
    the test never finds more than its nominal share on noise, however sparse. Cells share draws,
    so their errors of simulation go together; they do not bias any one cell.

    The normal curve of `p_analytic` is too light in its upper tail where a neighbourhood expects
    fewer than about 10 incidents: with Poisson noise of 0.4 a cell it still finds a few cells
    after control. Prefer draws there. But draws deal out whole cells, so where a few cells hold
    very many incidents any neighbourhood with one of them reaches the sums of true hotspots, and
    few are found; the square root of the counts, scored instead, is kinder to both ends.

    Cost grows with cells + pairs of neighbours; draws add permutations x neighbours.

    References
    ----------
    Getis and Ord (1996), in Longley and Batty, Spatial Analysis, 261-277.
    Ord and Getis (1995), Geographical Analysis 27, 286-306.

    Examples
    --------
    >>> line = sparse.csr_array(np.eye(4, k=1) + np.eye(4, k=-1))
    >>> score_getis_ord([9, 3, 0, 0], line).z.round(2).tolist()
    [1.41, 0.82, -1.63, -1.41]
    """
    values = np.asarray(counts, dtype=np.float64)
    weights = _checked_weights(values, neighbours, include_self)
    if not 0 < false_share < 1:
        raise ValueError(f"false_share must lie between 0 and 1, got {false_share!r}")
    if permutations is not None and rng is None:
        raise ValueError("permutations need a numpy.random.Generator: give rng=")
    seen = weights @ values
    if include_self:
        z = _score_star(values, weights, seen, n_minus_one_variance)
    else:
        z = _score_plain(values, weights, seen)
    p_analytic = special.ndtr(-z)
    p_permutation = None
    if permutations is not None and rng is not None:
        at_least, _ = count_draws(
            values, weights, seen, permutations, rng, hold_self=not include_self
        )
        p_permutation = np.where(np.isnan(z), np.nan, (1 + at_least) / (1 + permutations))
    q_value = control_false_discoveries(
        p_analytic if p_permutation is None else p_permutation, dependence
    )
    return GetisOrd(
        z=z,
        p_analytic=p_analytic,
        p_permutation=p_permutation,
        q_value=q_value,
        is_hot=q_value <= false_share,
        include_self=include_self,
        permutations=permutations or 0,
        false_share=false_share,
        dependence=dependence,
    )


def _checked_weights(
    values: Floats, neighbours: sparse.csr_array, include_self: bool
) -> sparse.csr_array:
    if values.ndim != 1 or neighbours.shape != (len(values), len(values)):
        raise ValueError(
            f"shapes differ: counts {values.shape}, neighbours {neighbours.shape}; "
            "give one value a cell and one row and column a cell"
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("counts must be numbers of 0 or more; leave out cells without a value")
    weights = sparse.csr_array(neighbours, dtype=np.float64)
    if not (weights.data > 0).all():
        if not (weights.data >= 0).all():
            raise ValueError("weights of neighbours must be numbers of 0 or more")
        weights = weights.copy()
        weights.eliminate_zeros()
    own = weights.diagonal()
    if include_self and not own.all():
        return weights + sparse.diags_array(np.where(own > 0, 0.0, 1.0), format="csr")
    if not include_self and own.any():
        weights = weights - sparse.diags_array(own, format="csr")
        weights.eliminate_zeros()
    return weights


def _row_sums(weights: sparse.csr_array) -> tuple[Floats, Floats]:
    ones = np.ones(weights.shape[1])
    total = weights @ ones
    if (weights.data == 1).all():
        return total, total
    squares = sparse.csr_array(
        (weights.data**2, weights.indices, weights.indptr), shape=weights.shape
    )
    return total, squares @ ones


def _score_star(
    values: Floats, weights: sparse.csr_array, seen: Floats, n_minus_one_variance: bool
) -> Floats:
    n = len(values)
    if n < 2:
        return np.full(n, np.nan)
    total, squares = _row_sums(weights)
    mean = values.mean()
    variance = np.mean((values - mean) ** 2) * (n / (n - 1) if n_minus_one_variance else 1)
    # Equal values differ from their mean by rounding alone.
    spread = np.sqrt(variance) if variance > 1e-24 * np.max(values) ** 2 else 0.0
    return _ratio(seen - total * mean, spread, (n * squares - total**2) / (n - 1))


def _score_plain(values: Floats, weights: sparse.csr_array, seen: Floats) -> Floats:
    n = len(values)
    if n < 3:
        return np.full(n, np.nan)
    total, squares = _row_sums(weights)
    mean = values.mean()
    off = values - mean
    # Mean and variance of all other cells, from deviations so that nothing cancels.
    others_mean = mean - off / (n - 1)
    variance = (np.sum(off**2) - off**2) / (n - 1) - (off / (n - 1)) ** 2
    least = np.maximum(1e-13 * np.mean(off**2), 1e-24 * np.max(values) ** 2)
    spread = np.sqrt(np.where(variance > least, variance, 0.0))
    return _ratio(seen - total * others_mean, spread, ((n - 1) * squares - total**2) / (n - 2))


def _ratio(above: Floats, spread: npt.ArrayLike, room: Floats) -> Floats:
    spreads = np.broadcast_to(np.asarray(spread, dtype=np.float64), above.shape)
    # A neighbourhood of every cell leaves no room to differ, up to rounding.
    known = (spreads > 0) & (room > 1e-9)
    scale = np.sqrt(np.where(known, room, 1.0)) * np.where(known, spreads, 1.0)
    return np.where(known, above / scale, np.nan)
