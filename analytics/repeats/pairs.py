"""Pairs of incidents that are near one another in space, and how many are near in time.

Pairs in space are found once, in strips, so that the pairs of a large distance are never held
twice; pairs in time need only the sorted times. Nothing here says what a pair means.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Times = npt.NDArray[Any]
Metric = Literal["euclidean", "manhattan"]

_POWERS = {"euclidean": 2.0, "manhattan": 1.0}
_STRIP = 1_024
_BLOCK = 2_048


@dataclass(frozen=True)
class SpacePairs:
    """Pairs of incidents in bands of distance, each pair once.

    Attributes
    ----------
    first, second : ndarray of int32
        Positions of the two incidents; pairs of one band lie together.
    starts : ndarray of int64
        Band b holds the pairs from ``starts[b]`` up to ``starts[b + 1]``.
    """

    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    starts: IntArray

    @property
    def counts(self) -> IntArray:
        """Pairs in each band."""
        return np.diff(self.starts)

    def in_band(self, band: int | np.integer) -> slice:
        """Give where the pairs of a band lie."""
        return slice(int(self.starts[band]), int(self.starts[band + 1]))


def count_space_pairs(x_m: FloatArray, y_m: FloatArray, reach_m: float, metric: Metric) -> int:
    """Count the pairs at most so far apart without making them.

    Parameters
    ----------
    x_m, y_m : ndarray of float64
        Metres, of any projected reference system.
    reach_m : float
        Pairs count up to and including this distance.
    metric : {'euclidean', 'manhattan'}
        How distance is measured.

    Returns
    -------
    int
        Pairs at one place among them; fast where many incidents share a place.
    """
    places, held = np.unique(np.column_stack([x_m, y_m]), axis=0, return_counts=True)
    tree, weight = cKDTree(places), held.astype(np.float64)
    # Each pair comes twice and each incident with itself once.
    found = tree.count_neighbors(tree, reach_m, p=_power(metric), weights=(weight, weight))
    return (round(found) - len(x_m)) // 2


def find_space_pairs(
    x_m: FloatArray, y_m: FloatArray, edges_m: FloatArray, *, metric: Metric, closed: bool = False
) -> SpacePairs:
    """Give every pair of incidents in each band of distance.

    Parameters
    ----------
    x_m, y_m : ndarray of float64
        Metres, of any projected reference system.
    edges_m : ndarray of float64
        Rising finite edges from 0; band b is ``[edges_m[b], edges_m[b + 1])``.
    metric : {'euclidean', 'manhattan'}
        Straight-line distance, or the sum of the distances east and north.
    closed : bool, default False
        True counts pairs that lie exactly at the last edge.

    Returns
    -------
    SpacePairs
        Of ``len(edges_m) - 1`` bands.

    Notes
    -----
    Time grows with n log n plus the pairs found. A pair takes 8 bytes once found; while
    looking, one strip of incidents at a time takes more.
    """
    power = _power(metric)
    bands = len(edges_m) - 1
    order = np.argsort(x_m, kind="stable").astype(np.int32)
    points = np.column_stack([x_m[order], y_m[order]])
    reach = float(edges_m[-1])
    firsts: list[list[npt.NDArray[np.int32]]] = [[] for _ in range(bands)]
    seconds: list[list[npt.NDArray[np.int32]]] = [[] for _ in range(bands)]
    for start in range(0, len(points), _STRIP):
        stop = min(start + _STRIP, len(points))
        end = int(np.searchsorted(points[:, 0], points[stop - 1, 0] + reach, side="right"))
        tree = cKDTree(points[start:stop])
        near = tree.sparse_distance_matrix(
            cKDTree(points[start:end]), reach, p=power, output_type="ndarray"
        )
        near = near[near["j"] > near["i"]]
        within = near["v"] <= reach if closed else near["v"] < reach
        band = np.searchsorted(edges_m[1:-1], near["v"], side="right")
        for b in range(bands):
            chosen = near[within & (band == b)]
            firsts[b].append(order[start + chosen["i"]])
            seconds[b].append(order[start + chosen["j"]])
    none = np.empty(0, dtype=np.int32)
    counts = [sum(len(part) for part in parts) for parts in firsts]
    first = np.concatenate([none, *(part for parts in firsts for part in parts)])
    # The parts of one side go before the other side is put together, to keep the peak low.
    firsts.clear()
    return SpacePairs(
        first=first,
        second=np.concatenate([none, *(part for parts in seconds for part in parts)]),
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )


def count_time_pairs(times: Times, edges: FloatArray, *, closed: bool = False) -> IntArray:
    """Count the pairs of incidents closer in time than each edge.

    Parameters
    ----------
    times : ndarray of int or float
        Time of each incident, in the unit of the edges.
    edges : ndarray of float64
        A pair counts for an edge when its gap is strictly below it.
    closed : bool, default False
        True counts pairs whose gap equals the edge.

    Returns
    -------
    ndarray of int64
        One count an edge.
    """
    ordered = np.sort(times.astype(np.float64))
    places = np.arange(len(ordered))
    counts = np.zeros(len(edges), dtype=np.int64)
    for k, edge in enumerate(edges):
        if edge > 0 or closed:
            after = np.searchsorted(ordered, ordered + edge, side="right" if closed else "left")
            counts[k] = (after - places - 1).sum()
    return counts


def count_close_pairs(pairs: SpacePairs, times: Times, edges: FloatArray) -> IntArray:
    """Count pairs by band of distance and band of time, for many orders of the times at once.

    Parameters
    ----------
    pairs : SpacePairs
        As `find_space_pairs` gives them.
    times : ndarray of int or float, shape (incidents, orders)
        Each column gives every incident a time; small integers are fastest.
    edges : ndarray of float64
        Rising finite edges of time from 0; a band is ``[edges[b], edges[b + 1])``.

    Returns
    -------
    ndarray of int64, shape (orders, bands of distance, bands of time)
        Each pair once.

    Notes
    -----
    Works in blocks of pairs that stay in the processor's cache; takes no memory to speak of
    beyond the pairs and the times. One look-up of a pair serves all orders.
    """
    bands = len(pairs.counts)
    below = np.zeros((times.shape[1], bands, len(edges) - 1), dtype=np.int64)
    limits = [_limit(edge, times.dtype) for edge in edges[1:]]
    for band in range(bands):
        here = pairs.in_band(band)
        for at in range(here.start, here.stop, _BLOCK):
            until = min(at + _BLOCK, here.stop)
            gap = times.take(pairs.first[at:until], axis=0)
            gap -= times.take(pairs.second[at:until], axis=0)
            np.abs(gap, out=gap)
            for column, limit in enumerate(limits):
                close = (gap < limit).view(np.uint8)
                # A block has fewer rows than 65,536, so the small type cannot overflow.
                below[:, band, column] += np.add.reduce(close, axis=0, dtype=np.uint16)
    return np.diff(below, axis=2, prepend=0)


def _power(metric: str) -> float:
    if metric not in _POWERS:
        raise ValueError(f"metric must be one of {sorted(_POWERS)}, got {metric!r}")
    return _POWERS[metric]


def _limit(edge: float, dtype: np.dtype) -> float | int:
    if not np.issubdtype(dtype, np.integer):
        return float(edge)
    # A whole number lies below an edge when it lies below the edge rounded up.
    return int(min(np.ceil(edge), np.iinfo(dtype).max))
