"""Which incidents belong together: the class of each one, and the runs they form.

Two incidents are linked if their gap in space and time lies in a band where more pairs were seen
than chance gives. Many links are still chance, the more so in busy places; each incident's links
are therefore set against what its own surroundings and days give.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats

from analytics.repeats.pairs import FloatArray, IntArray, SpacePairs

CLASSES = ("originator", "repeat", "near repeat", "isolated")
RUN_BELOW_P = 0.01
"""An incident belongs to a run if chance gives it as many links less often than this."""

FEWEST_IN_RUN = 3


@dataclass(frozen=True)
class Links:
    """Linked pairs, the earlier incident first.

    Attributes
    ----------
    earlier, later : ndarray of int32
        Positions of the incidents.
    same_place : ndarray of bool
        True for pairs at one place.
    expected_links : ndarray of float64
        Links to incidents near by that chance gives each incident.
    """

    earlier: npt.NDArray[np.int32]
    later: npt.NDArray[np.int32]
    same_place: npt.NDArray[np.bool_]
    expected_links: FloatArray


def link_incidents(
    pairs: SpacePairs, days: IntArray, edges_d: FloatArray, shown: npt.NDArray[np.bool_]
) -> Links:
    """Give the pairs that lie in shown bands.

    Parameters
    ----------
    pairs : SpacePairs
        Band 0 holds the pairs at one place.
    days : ndarray of int64
        Day of each incident.
    edges_d : ndarray of float64
        Edges of the bands of time.
    shown : ndarray of bool, shape (bands of distance, bands of time)
        Bands that link.

    Returns
    -------
    Links
        Incidents of one day count in the order given.
    """
    count = len(days)
    order = np.lexsort((np.arange(count), days))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    ordered = days[order]
    expected = np.zeros(count)
    none = np.empty(0, dtype=np.int32)
    ones, others, same = [none], [none], [np.empty(0, dtype=bool)]
    for band in np.flatnonzero(shown.any(axis=1)):
        here = pairs.in_band(band)
        first, second = pairs.first[here], pairs.second[here]
        column = np.searchsorted(edges_d, np.abs(days[first] - days[second]), side="right") - 1
        inside = column < shown.shape[1]
        linked = inside & shown[band][np.where(inside, column, 0)]
        ones.append(first[linked])
        others.append(second[linked])
        same.append(np.full(int(linked.sum()), band == 0))
        if band > 0:
            around = np.bincount(np.concatenate([first, second]), minlength=count)
            expected += around * _share_of_days(ordered, days, edges_d, shown[band])
    one, other = np.concatenate(ones), np.concatenate(others)
    swap = rank[one] > rank[other]
    return Links(
        earlier=np.where(swap, other, one),
        later=np.where(swap, one, other),
        same_place=np.concatenate(same),
        expected_links=expected,
    )


def classify_incidents(linked: Links, days: IntArray) -> pd.DataFrame:
    """Say of each incident whether it is an originator, a repeat, a near repeat or isolated.

    Returns
    -------
    DataFrame
        kind (category of `CLASSES`), links (to incidents near by), expected_links and p: the
        Poisson chance of as many links or more, given the surroundings and days of the incident.
    """
    count = len(days)
    repeat, near, leads = (np.zeros(count, dtype=bool) for _ in range(3))
    leads[linked.earlier] = True
    repeat[linked.later[linked.same_place]] = True
    near[linked.later[~linked.same_place]] = True
    kind = np.select([repeat, near, leads], ["repeat", "near repeat", "originator"], "isolated")
    close = np.concatenate([linked.earlier[~linked.same_place], linked.later[~linked.same_place]])
    links = np.bincount(close, minlength=count)
    chance = stats.poisson.sf(links - 1, linked.expected_links)
    return pd.DataFrame(
        {
            "kind": pd.Categorical(kind, categories=list(CLASSES)),
            "links": links,
            "expected_links": linked.expected_links,
            "p": np.where(links > 0, chance, 1.0),
        }
    )


def list_runs(
    linked: Links, x_m: FloatArray, y_m: FloatArray, days: IntArray, p: FloatArray
) -> tuple[pd.DataFrame, IntArray]:
    """Gather linked incidents into runs, leaving out those whose links chance explains.

    Parameters
    ----------
    linked : Links
        The linked pairs.
    x_m, y_m : ndarray of float64
        Metres.
    days : ndarray of int64
        Day of each incident.
    p : ndarray of float64
        Chance of the links of each incident; below 0.01 it may belong to a run.

    Returns
    -------
    runs : DataFrame
        Indexed by the number of the run: incidents (at least 3), first_day, last_day (as given),
        x_m, y_m (mean), radius_m (farthest from it); largest first.
    run : ndarray of int64
        Run of each incident, -1 for none.
    """
    count = len(days)
    clear = p < RUN_BELOW_P
    both = clear[linked.earlier] & clear[linked.later]
    one, other = linked.earlier[both], linked.later[both]
    joined = sparse.coo_array(
        (np.ones(len(one), dtype=np.int8), (one, other)), shape=(count, count)
    )
    _, label = sparse.csgraph.connected_components(joined, directed=False)
    size = np.bincount(label, minlength=count)
    large = np.flatnonzero(size >= FEWEST_IN_RUN)
    large = large[np.argsort(-size[large], kind="stable")]
    number = np.full(count, -1, dtype=np.int64)
    number[large] = np.arange(len(large))
    run = number[label]
    frame = pd.DataFrame({"run": run, "x_m": x_m, "y_m": y_m, "day": days})[run >= 0]
    groups = frame.groupby("run")
    centre = groups[["x_m", "y_m"]].transform("mean")
    frame["away"] = np.hypot(frame["x_m"] - centre["x_m"], frame["y_m"] - centre["y_m"])
    runs = frame.groupby("run").agg(
        incidents=("day", "size"),
        first_day=("day", "min"),
        last_day=("day", "max"),
        x_m=("x_m", "mean"),
        y_m=("y_m", "mean"),
        radius_m=("away", "max"),
    )
    return runs, run


def _share_of_days(
    ordered: IntArray, days: IntArray, edges_d: FloatArray, shown: npt.NDArray[np.bool_]
) -> FloatArray:
    """Give the share of all other incidents that lie in the shown time bands around each."""
    within = np.column_stack(
        [
            np.searchsorted(ordered, days + edge, side="left")
            - np.searchsorted(ordered, days - edge, side="right")
            for edge in edges_d[1:]
        ]
    )
    # Each incident lies within every edge of itself and is not its own neighbour.
    by_band = np.diff(within - 1, axis=1, prepend=0)
    return by_band[:, shown].sum(axis=1) / max(len(days) - 1, 1)
