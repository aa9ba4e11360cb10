"""The Knox statistic: how many pairs of incidents are close in space and in time at once?

One cut in space and one in time, with the closed form of what chance gives and shuffled orders
for its p. `near_repeat` asks the same of many bands together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.repeats.pairs import (
    FloatArray,
    IntArray,
    Metric,
    SpacePairs,
    Times,
    count_close_pairs,
    count_time_pairs,
    find_space_pairs,
)

_ORDERS_AT_ONCE = 64


@dataclass(frozen=True)
class Knox:
    """Pairs close in space and time against what chance gives.

    Attributes
    ----------
    observed : int
        Pairs at most `delta_m` and at most `tau` apart.
    expected : float
        Pairs near in space times pairs near in time over all pairs.
    space_pairs, time_pairs, pairs : int
        Pairs near in space, near in time, and all.
    p_poisson : float
        Chance of more pairs than observed, if pairs were independent of one another; quick, but
        too small where incidents crowd.
    p : float
        Share of shuffled orders with as many pairs or more (NaN without permutations).
    left_out : int
        Incidents without a place or a time; they are in no pair.
    """

    observed: int
    expected: float
    space_pairs: int
    time_pairs: int
    pairs: int
    p_poisson: float
    p: float
    left_out: int


def knox(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    t: npt.ArrayLike,
    delta_m: float,
    tau: float,
    *,
    permutations: int = 0,
    rng: np.random.Generator | None = None,
    metric: Metric = "euclidean",
) -> Knox:
    """Say how many pairs are close in space and time, and how many chance would give.

    Parameters
    ----------
    x, y : array_like of float
        Metres, of any projected reference system; NaN where there is no place.
    t : array_like of float
        Times as numbers, in the unit of `tau`; NaN where not known.
    delta_m, tau : float
        Pairs count up to and including these gaps.
    permutations : int, default 0
        Shuffled orders of the times for `p`.
    rng : numpy.random.Generator, optional
        Shuffles the times; needed for permutations.
    metric : {'euclidean', 'manhattan'}, default 'euclidean'
        How distance is measured.

    Returns
    -------
    Knox
        The counts and chances.

    References
    ----------
    Knox, E. G. (1964). The detection of space-time interactions. Applied Statistics 13.

    Examples
    --------
    >>> knox([0, 1, 50], [0, 0, 0], [0, 2, 1], delta_m=5, tau=2).observed
    1
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    times = np.asarray(t, dtype=np.float64)
    require_alike(xs, ys, times)
    if permutations and rng is None:
        raise ValueError("permutations need a rng, got None")
    known = np.isfinite(xs) & np.isfinite(ys) & np.isfinite(times)
    xs, ys, times = xs[known], ys[known], times[known]
    # The next number above tau turns "up to and including" into "strictly below".
    edges = np.array([0.0, np.nextafter(tau, np.inf)])
    pairs = find_space_pairs(xs, ys, np.array([0.0, delta_m]), metric=metric, closed=True)
    small, edges = shrink_times(times, edges)
    observed = int(count_close_pairs(pairs, small[:, None], edges)[0, 0, 0])
    every = len(xs) * (len(xs) - 1) // 2
    near, close = (
        int(pairs.counts[0]),
        int(count_time_pairs(times, np.array([tau]), closed=True)[0]),
    )
    expected = near * close / every if every else 0.0
    p = float("nan")
    if permutations and rng is not None:
        by_chance = shuffle_times(pairs, small, edges, permutations, rng)[:, 0, 0]
        p = float((1 + (by_chance >= observed).sum()) / (permutations + 1))
    p_poisson = float(stats.poisson.sf(observed, expected))
    left_out = int((~known).sum())
    return Knox(observed, expected, near, close, every, p_poisson, p, left_out)


def require_alike(x: FloatArray, y: FloatArray, times: Times) -> None:
    """Refuse columns of different lengths."""
    if not (x.ndim == 1 and x.shape == y.shape == times.shape):
        raise ValueError(f"x, y and times must be alike, got {x.shape}, {y.shape}, {times.shape}")


def shrink_times(times: Times, edges: FloatArray) -> tuple[Times, FloatArray]:
    """Keep times in the smallest type that holds them, for speed."""
    if len(times) == 0:
        return times.astype(np.int16), edges
    shifted = times - times.min()
    whole = bool((shifted == np.round(shifted)).all())
    if whole and shifted.max() < np.iinfo(np.int16).max:
        return shifted.astype(np.int16), edges
    return (shifted.astype(np.int32) if whole and shifted.max() < 2**31 else shifted), edges


def shuffle_times(
    pairs: SpacePairs,
    times: Times,
    edges: FloatArray,
    permutations: int,
    rng: np.random.Generator,
) -> IntArray:
    """Count close pairs in shuffled orders of the times, a few orders at once."""
    parts = []
    for start in range(0, permutations, _ORDERS_AT_ONCE):
        orders = min(_ORDERS_AT_ONCE, permutations - start)
        shuffled = np.empty((len(times), orders), dtype=times.dtype)
        for k in range(orders):
            shuffled[:, k] = rng.permutation(times)
        parts.append(count_close_pairs(pairs, shuffled, edges))
    return np.concatenate(parts)
