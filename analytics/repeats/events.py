"""Which reports are of one incident, so that one told to three agencies counts once.

Only what is recorded is compared; a report is never judged by its words.
"""

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SAME_INCIDENT = dt.timedelta(minutes=60)
NEEDED = (
    "event_key", "source_system", "victim_key", "location_key", "location_precision", "asb_type",
    "occurred_at", "time_precision",
)  # fmt: skip
_DAY = 86_400_000_000
_WITHIN = SAME_INCIDENT // dt.timedelta(microseconds=1)
_UNKNOWN = np.iinfo(np.int64).min


def number_events(frame: pd.DataFrame) -> IntArray:
    """Give each report the number of its incident: reports of one incident share a number.

    Reports are of one incident

    - if they have the same event key; or
    - if they come from different systems, name the same victim, and began within 60 minutes; or
    - if they come from different systems, have the same exact address and ASB type, at least one
      of them names no victim and no two name different ones, and began within 60 minutes.

    Reports are taken in order of time. Each joins the earliest incident that it can: one whose
    first report began at most 60 minutes before and that has no report from its system yet, since
    a system that records two incidents means two. So three behaviours on one day are three, unless
    different agencies tell of the same one, and incidents never chain through the hours. Where a
    report has only the day, the day takes the place of the 60 minutes, and it comes after the
    timed reports of its day. A report with only the month joins by event key alone.

    Parameters
    ----------
    frame : DataFrame
        Columns `NEEDED`, as `geodata.store.repeats` gives them; merged addresses already have
        one key.

    Returns
    -------
    ndarray of int64
        Numbers from 0 in order of first appearance, one a row.

    Notes
    -----
    Time grows as the sorting of the rows. Only stretches in which one system reports twice, or
    hours are missing, are gone through one by one.
    """
    count = len(frame)
    if not count:
        return np.empty(0, dtype=np.int64)
    systems = _codes(frame["source_system"])
    victims = _codes(frame["victim_key"])
    days_only = (frame["time_precision"] == "day").to_numpy()
    moments = frame["occurred_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    exact = (frame["location_precision"] == "exact").to_numpy()
    places = np.where(exact, _codes(frame["location_key"]), -1)
    by_place = np.where(places >= 0, places * 64 + _codes(frame["asb_type"]), -1)

    links = [_link_equal(_codes(frame["event_key"]))]
    for groups in (victims, by_place):
        links.append(_link_close(groups, moments, days_only, systems, victims))
    first, second = np.concatenate(links, axis=1)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    return pd.factorize(labels)[0].astype(np.int64)


def keep_one_report(keys: pd.Series, events: IntArray, moments: pd.Series) -> IntArray:
    """Give one report of each incident and key: the one that began first, dated before undated.

    Parameters
    ----------
    keys : Series of str or categories
        Person or address; an empty key is left out.
    events : ndarray of int64
        From `number_events`.
    moments : Series of datetime64
        When each report says that it began; NaT where only the month is known.

    Returns
    -------
    ndarray of int64
        Positions of the rows, rising. An incident that two people suffered is one of each.
    """
    codes = _codes(keys)
    begun = moments.to_numpy().astype("datetime64[us]").astype(np.int64)
    begun = np.where(begun == _UNKNOWN, np.iinfo(np.int64).max, begun)
    rows = np.flatnonzero(codes >= 0)
    both = codes[rows] * (int(events.max(initial=0)) + 1) + events[rows]
    order = np.lexsort((begun[rows], both))
    ordered = both[order]
    heads = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(rows) else rows
    return np.sort(rows[order[heads]])


def _codes(column: pd.Series) -> IntArray:
    """Give whole numbers for texts, -1 for an empty one."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int64)
        names = column.cat.categories.to_numpy(dtype=object)
    else:
        codes, names = pd.factorize(column.to_numpy(dtype=object))
        codes = codes.astype(np.int64)
    empty = np.flatnonzero(names == "")
    if len(empty):
        codes[codes == empty[0]] = -1
    return codes


def _link_equal(codes: IntArray) -> IntArray:
    """Link every report to the one before it with the same code."""
    rows = np.flatnonzero(codes >= 0)
    rows = rows[np.argsort(codes[rows], kind="stable")]
    same = codes[rows[1:]] == codes[rows[:-1]]
    return np.stack([rows[:-1][same], rows[1:][same]])


def _link_close(
    groups: IntArray,
    moments: IntArray,
    days_only: BoolArray,
    systems: IntArray,
    victims: IntArray,
) -> IntArray:
    """Link reports of one group and different systems that began close in time."""
    rows = np.flatnonzero((groups >= 0) & (moments != _UNKNOWN))
    # A report that stands alone in its group has nothing to be linked to.
    held = np.bincount(groups[rows], minlength=1)
    rows = rows[held[groups[rows]] > 1]
    if not len(rows):
        return np.empty((2, 0), dtype=np.int64)
    # The last microsecond of the day puts those without an hour after those with one.
    ordered = np.where(days_only, moments // _DAY * _DAY + _DAY - 1, moments)
    rows = rows[np.lexsort((rows, systems[rows], ordered[rows], groups[rows]))]
    group, moment, system = groups[rows], ordered[rows], systems[rows]
    no_hour = days_only[rows]
    same_group = group[1:] == group[:-1]
    day = moment // _DAY
    same_day = same_group & (day[1:] == day[:-1])
    # A report without an hour stands last in its day and is compared with all of that day.
    last_of_day = np.flatnonzero(np.append(~same_day, True))
    day_number = np.concatenate([[0], np.cumsum(~same_day)])
    lacks_hour = no_hour[last_of_day][day_number]
    close = (moment[1:] - moment[:-1] <= _WITHIN) | (same_day & lacks_hour[1:])
    together = same_group & close
    stretch = np.concatenate([[0], np.cumsum(~together)])
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    lengths = np.diff(np.append(starts, len(rows)))
    several = np.minimum.reduceat(system, starts) != np.maximum.reduceat(system, starts)
    # Plain: no system twice, no hour missing, at most one victim named, all within the hour.
    plain = several & ~np.logical_or.reduceat(no_hour, starts)
    plain &= moment[starts + lengths - 1] - moment[starts] <= _WITHIN
    pair = np.sort(stretch * (int(system.max()) + 1) + system)
    twice = np.zeros(len(starts), dtype=bool)
    twice[pair[1:][pair[1:] == pair[:-1]] // (int(system.max()) + 1)] = True
    named = victims[rows]
    most = np.maximum.reduceat(named, starts)
    fewest = np.minimum.reduceat(np.where(named < 0, np.iinfo(np.int64).max, named), starts)
    plain &= ~twice & ((most < 0) | (most == fewest))
    in_plain = np.repeat(plain, lengths)
    heads = np.repeat(starts, lengths)
    found = [np.stack([rows[heads[in_plain]], rows[in_plain]])]
    by_hand = []
    for place in np.flatnonzero(several & ~plain):
        at = slice(starts[place], starts[place] + lengths[place])
        by_hand += _join_one_by_one(rows[at], moment[at], system[at], no_hour[at], named[at])
    found.append(np.array(by_hand, dtype=np.int64).reshape(-1, 2).T)
    return np.concatenate(found, axis=1)


def _join_one_by_one(
    rows: IntArray, moments: IntArray, systems: IntArray, no_hour: BoolArray, victims: IntArray
) -> list[tuple[int, int]]:
    links: list[tuple[int, int]] = []
    begun: list[dict[str, Any]] = []
    columns = (rows, moments, systems, no_hour, victims)
    for row, moment, system, hourless, victim in zip(*(c.tolist() for c in columns), strict=True):
        for incident in begun:
            if hourless:
                close = moment // _DAY == incident["moment"] // _DAY
            else:
                close = not incident["hourless"] and moment - incident["moment"] <= _WITHIN
            others = {victim, incident["victim"]} - {-1}
            if close and system not in incident["systems"] and len(others) < 2:
                links.append((incident["row"], row))
                incident["systems"].add(system)
                incident["victim"] = max(victim, incident["victim"])
                break
        else:
            begun.append(
                {
                    "row": row, "moment": moment, "systems": {system}, "victim": victim,
                    "hourless": hourless,
                }
            )  # fmt: skip
    return links
