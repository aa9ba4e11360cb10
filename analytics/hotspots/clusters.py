"""Clusters: which incidents lie together densely enough to be one place, whatever its shape?

DBSCAN and HDBSCAN, weighted by harm if asked. Points that share a coordinate are one place with a
weight: open data snap many incidents to few places, and clustering each incident would cost
hundreds of times as much for the same answer. A cluster is not yet ground that can be patrolled:
see `patrol_areas`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, spatial

from analytics.hotspots.density_tree import group_by_density

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Method = Literal["dbscan", "hdbscan"]

_CENTIMETRES = 100.0
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Places:
    """Incidents gathered into the distinct places where they happened.

    Attributes
    ----------
    x, y : ndarray of float64, shape (places,)
        Metres, to the centimetre, sorted by x, then y.
    place : ndarray of int64, shape (incidents,)
        Place of each incident, -1 for one without a coordinate.
    incidents : ndarray of float64, shape (places,)
        Incidents at each place.
    harm : ndarray of float64, shape (places,)
        Their weight.
    """

    x: Floats
    y: Floats
    place: Ints
    incidents: Floats
    harm: Floats


@dataclass(frozen=True)
class Clusters:
    """Incidents that lie densely together.

    Attributes
    ----------
    labels : ndarray of int64, shape (incidents,)
        Number of each incident's cluster, from 0; -1 for none.
    table : DataFrame
        One row a cluster: ``cluster, incidents, harm, weeks, places, x, y, reach_m``. x and y are
        the mean weighted by harm; reach is the furthest incident from it; weeks counts the known
        weeks and is -1 if none were given at all. Numbered by harm, then incidents, highest first.
    method : {'dbscan', 'hdbscan'}
        How they were found.
    eps_m : float
        Metres; see `find_clusters`.
    min_weight : float
        Weight a place needs around it; see `find_clusters`.
    """

    labels: Ints
    table: pd.DataFrame
    method: Method
    eps_m: float
    min_weight: float


def gather_places(
    x: npt.ArrayLike, y: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Places:
    """Gather incidents with the same coordinate, to the centimetre, into places.

    Parameters
    ----------
    x, y : array_like of float
        Metres; NaN is in no place.
    weights : array_like of float, optional
        Weight of each incident (harm), 0 or more; 1 by default.

    Returns
    -------
    Places
        In an order that does not depend on that of the incidents.
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    harm = np.ones(xs.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if not xs.shape == ys.shape == harm.shape or xs.ndim != 1:
        raise ValueError(f"shapes differ: x {xs.shape}, y {ys.shape}, weights {harm.shape}")
    if not (harm >= 0).all():
        raise ValueError("weights must be numbers of 0 or more")
    finite = np.isfinite(xs) & np.isfinite(ys)
    # Adding 0 turns -0 into 0.
    east, north = (np.rint(part[finite] * _CENTIMETRES) + 0.0 for part in (xs, ys))
    # Both columns are sorted as they are: one number made of both would overflow where a wrong
    # coordinate lies very far away.
    order = np.lexsort((north, east))
    east, north = east[order], north[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(east) != 0) | (np.diff(north) != 0)
    which = np.empty(len(order), dtype=np.int64)
    which[order] = np.cumsum(begins) - 1
    place = np.full(xs.shape, -1, dtype=np.int64)
    place[finite] = which
    count = int(begins.sum())
    return Places(
        x=east[begins] / _CENTIMETRES,
        y=north[begins] / _CENTIMETRES,
        place=place,
        incidents=np.bincount(which, minlength=count).astype(np.float64),
        harm=np.bincount(which, weights=harm[finite], minlength=count).astype(np.float64),
    )


def find_clusters(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    week: npt.ArrayLike | None = None,
    method: Method = "dbscan",
    eps_m: float = 100.0,
    min_weight: float = 10.0,
) -> Clusters:
    """Find the incidents that lie densely together.

    Parameters
    ----------
    x, y : array_like of float
        Incidents, metres; one with NaN is in no cluster.
    weights : array_like of float, optional
        Weight of each incident (harm), 0 or more; 1 by default.
    week : array_like of int, optional
        Number of the week, or month where only that is known, of each incident; for the count of
        distinct weeks. NaN where not known, which counts as no week.
    method : {'dbscan', 'hdbscan'}
        'dbscan' uses one density for the whole map; 'hdbscan' lets it differ, so that villages
        have clusters of their own beside a town.
    eps_m : float, default 100
        Places so near belong together: in 'dbscan' if they are dense enough, in 'hdbscan' no
        cluster is taken apart at shorter distances.
    min_weight : float, default 10
        'dbscan': weight within `eps_m` (itself included) from which a place is the core of a
        cluster. 'hdbscan': least weight of a cluster, and the weight whose distance from a place
        says how dense it is there.

    Returns
    -------
    Clusters
        A label for each incident and a row for each cluster.

    Notes
    -----
    DBSCAN as scikit-learn defines it on all incidents, distance up to and including `eps_m`. A
    place at the fringe of several clusters joins the one whose first core place lies furthest
    west, so the order of the incidents does not matter. For HDBSCAN see `density_tree`: an
    incident is a point there too, and places with no weight are reached but count for nothing.
    Cost of DBSCAN grows with places x places within `eps_m`, memory with the places alone; cost
    of HDBSCAN with n log n.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96, 226-231.
    Campello, Moulavi and Sander (2013), PAKDD 2013, 160-172.
    """
    if not eps_m > 0:
        raise ValueError(f"eps_m is a positive number of metres, got {eps_m!r}")
    if not min_weight > 0:
        raise ValueError(f"min_weight must be above 0, got {min_weight!r}")
    places = gather_places(x, y, weights)
    if method == "dbscan":
        found = _dbscan(places, eps_m, min_weight)
    elif method == "hdbscan":
        points = np.column_stack([places.x, places.y])
        found = group_by_density(points, places.harm, min_weight=min_weight, floor_m=eps_m)
    else:
        raise ValueError(f"method is 'dbscan' or 'hdbscan', got {method!r}")
    found = _number_by_harm(found, places)
    labels = np.where(places.place >= 0, found[places.place], -1) if len(found) else places.place
    return Clusters(
        labels=labels,
        table=_describe(places, found, labels, week),
        method=method,
        eps_m=float(eps_m),
        min_weight=float(min_weight),
    )


def _dbscan(places: Places, eps_m: float, min_weight: float) -> Ints:
    count = len(places.x)
    if not count:
        return np.empty(0, dtype=np.int64)
    pairs = read_near_pairs(places, eps_m)
    around = np.zeros(count)
    for here, there in pairs():
        around += np.bincount(here, weights=places.harm[there], minlength=count)
    # A sum of weights that equals the threshold on paper may miss it by rounding.
    core = around >= min_weight * (1 - 1e-12)
    group = np.arange(count)
    for here, there in pairs():
        both = core[here] & core[there]
        ends = (group[here[both]], group[there[both]])
        links = sparse.csr_array((np.ones(len(ends[0]), bool), ends), shape=(count, count))
        group = sparse.csgraph.connected_components(links, directed=False)[1][group]
    # Clusters are numbered by their first core place, and a fringe takes the lowest number.
    _, first, which = np.unique(group[core], return_index=True, return_inverse=True)
    found = np.full(count, count, dtype=np.int64)
    found[core] = np.argsort(np.argsort(first))[which]
    numbers = found.copy()
    for here, there in pairs():
        fringe = ~core[here] & core[there]
        np.minimum.at(found, here[fringe], numbers[there[fringe]])
    return np.where(found == count, -1, found)


def read_near_pairs(places: Places, within_m: float) -> Callable[[], Iterable[tuple[Ints, Ints]]]:
    """Make a reader of all pairs of near places, in parts that fit in memory.

    Parameters
    ----------
    places : Places
        At least one.
    within_m : float
        Places so near, or nearer, are a pair; each place is one with itself.

    Returns
    -------
    callable
        Gives an iterable of (here, there), both directions of every pair.
    """
    points = np.column_stack([places.x, places.y])
    tree = spatial.KDTree(points)
    sizes = np.cumsum(tree.query_ball_point(points, within_m, return_length=True))
    cuts = np.searchsorted(sizes, np.arange(_PAIRS_AT_ONCE, sizes[-1], _PAIRS_AT_ONCE)) + 1
    ends = np.unique([0, *cuts, len(points)])

    def read(start: int, stop: int) -> tuple[Ints, Ints]:
        part = spatial.KDTree(points[start:stop])
        near = part.sparse_distance_matrix(tree, within_m, output_type="ndarray")
        return near["i"] + start, near["j"].copy()

    if len(ends) == 2:
        whole = [read(0, len(points))]
        return lambda: whole
    return lambda: (read(start, stop) for start, stop in pairwise(ends))


def _number_by_harm(found: Ints, places: Places) -> Ints:
    inside = found >= 0
    if not inside.any():
        return found
    harm = np.bincount(found[inside], weights=places.harm[inside])
    incidents = np.bincount(found[inside], weights=places.incidents[inside])
    numbers, first = np.unique(found[inside], return_index=True)
    order = np.lexsort((first, -incidents[numbers], -harm[numbers]))
    renamed = np.full(int(found.max()) + 1, -1, dtype=np.int64)
    renamed[numbers[order]] = np.arange(len(numbers))
    return np.where(inside, renamed[np.maximum(found, 0)], -1)


def _describe(
    places: Places, found: Ints, labels: Ints, week: npt.ArrayLike | None
) -> pd.DataFrame:
    inside = found >= 0
    which, count = found[inside], int(found.max(initial=-1)) + 1

    def add_up(values: Floats) -> Floats:
        return np.asarray(np.bincount(which, weights=values[inside], minlength=count), dtype=float)

    # A cluster may weigh nothing where harm is 0; its middle is then that of its incidents.
    pull = places.harm + 1e-12 * places.incidents
    x, y = add_up(pull * places.x) / add_up(pull), add_up(pull * places.y) / add_up(pull)
    reach = np.zeros(count)
    away = np.hypot(places.x[inside] - x[which], places.y[inside] - y[which])
    np.maximum.at(reach, which, away)
    return pd.DataFrame(
        {
            "cluster": np.arange(count),
            "incidents": add_up(places.incidents).astype(np.int64),
            "harm": add_up(places.harm),
            "weeks": count_weeks(labels, week, count),
            "places": np.bincount(which, minlength=count),
            "x": x,
            "y": y,
            "reach_m": reach,
        }
    )


def count_weeks(labels: Ints, week: npt.ArrayLike | None, count: int) -> Ints:
    """Count the distinct weeks among the incidents of each label.

    Parameters
    ----------
    labels : ndarray of int64, shape (incidents,)
        Label of each incident from 0; one below 0 is not counted.
    week : array_like of int, optional
        Number of each incident's week; NaN where not known, which counts as no week.
    count : int
        Labels there are.

    Returns
    -------
    ndarray of int64, shape (count,)
        Distinct weeks; -1 for all if no weeks were given.
    """
    if week is None:
        return np.full(count, -1, dtype=np.int64)
    weeks = np.asarray(week, dtype=np.float64)
    if weeks.shape != labels.shape:
        raise ValueError(f"shapes differ: points {labels.shape}, week {weeks.shape}")
    inside = (labels >= 0) & np.isfinite(weeks)
    pairs = np.unique(np.column_stack([labels[inside], weeks[inside].astype(np.int64)]), axis=0)
    return np.bincount(pairs[:, 0], minlength=count).astype(np.int64)
