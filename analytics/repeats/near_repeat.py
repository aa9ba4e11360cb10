"""Near repeats: does one incident raise the chance of others close by in the following days?

The Knox test: pairs of incidents that are close in space and in time are counted and set
against what chance gives if places and days have nothing to do with one another. Places that
are always busy do not count as near repeats, for their pairs are spread over all days. The
evidence for near repeats is from burglary, robbery, vehicle theft and shootings; it has not
been shown for ASB, so it is tested each time and most often nothing is found.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.repeats.knox import Knox, knox, require_alike, shrink_times, shuffle_times
from analytics.repeats.linked import CLASSES, classify_incidents, link_incidents, list_runs
from analytics.repeats.pairs import (
    FloatArray,
    IntArray,
    Metric,
    count_close_pairs,
    count_space_pairs,
    count_time_pairs,
    find_space_pairs,
)
from geodata.errors import EventsNotUsableError
from geodata.local_times import drop_offset

__all__ = ["CLASSES", "NO_PATTERN", "Knox", "NearRepeat", "find_near_repeats", "knox"]

NO_PATTERN = "No near-repeat pattern here"
SAME_PLACE_M = 0.1
"""Incidents closer than this share one coordinate: repeats, not near repeats."""

SHOWN_BELOW_P = 0.05
SHOWN_FROM_RATIO = 1.2
FEWEST_INCIDENTS = 20
MOST_PAIRS = 40_000_000
"""Pairs near in space that can be held; a county of 150,000 incidents has 16 million in 400 m."""


@dataclass(frozen=True)
class NearRepeat:
    """What the Knox test found, band by band, and the part of each incident in it.

    Attributes
    ----------
    table : DataFrame
        One row for each band of distance and time: kind ('same place' or 'near'),
        distance_from_m, distance_to_m, time_from_d, time_to_d, observed, expected, ratio,
        chance_low and chance_high (pairs that chance gives in 95 of 100 orders), p, shown,
        space_pairs and time_pairs (of the whole band).
    events : DataFrame
        One row for each incident as given: kind (of `CLASSES`; missing where left out), links
        (other incidents linked to it by a shown near band), expected_links (by chance, given how
        busy its surroundings and its days are), p (chance of as many links or more) and run
        (number of its run, -1 for none).
    runs : DataFrame
        Linked incidents gathered into runs of at least 3, largest first: incidents, first_day,
        last_day (days since 1970 where dates were given), x_m, y_m and radius_m. Only incidents
        with a p below 0.01 belong to a run.
    found : bool
        True if a near band is shown.
    p_near, p_repeat : float
        Chance that any near (same-place) band looks as clear as the clearest one seen.
    sentence : str
        The finding in plain English.
    incidents, left_out, permutations : int
        Incidents tested, incidents without a place or a day, shuffled orders.
    """

    table: pd.DataFrame
    events: pd.DataFrame
    runs: pd.DataFrame
    found: bool
    p_near: float
    p_repeat: float
    sentence: str
    incidents: int
    left_out: int
    permutations: int


def find_near_repeats(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    day: npt.ArrayLike,
    *,
    distance_bands_m: tuple[float, ...] = (100, 200, 300, 400),
    time_bands_d: tuple[float, ...] = (7, 14, 21, 28),
    metric: Metric = "euclidean",
    permutations: int = 999,
    rng: np.random.Generator,
) -> NearRepeat:
    """Say whether incidents bring others near them soon after, and which ones belong together.

    Parameters
    ----------
    x, y : array_like of float
        Metres, of any projected reference system; NaN where there is no place.
    day : array_like of datetime64 or int
        Day of each incident (its shift-day is best), as dates or as whole numbers of days; NaT
        where it is not known. Times of day are dropped; of times with an offset the local day
        counts.
    distance_bands_m : tuple of float, default (100, 200, 300, 400)
        Upper ends of the bands. Bands are ``[a, b)``; the first begins at 0.1 m, and what is
        closer is the band 'same place' before it.
    time_bands_d : tuple of float, default (7, 14, 21, 28)
        Upper ends of the bands ``[a, b)``: 7 is the same day to six days after.
    metric : {'euclidean', 'manhattan'}, default 'euclidean'
        How distance is measured.
    permutations : int, default 999
        Shuffled orders of the days, at least 19.
    rng : numpy.random.Generator
        Shuffles the days.

    Returns
    -------
    NearRepeat
        A band is shown if its p is below 0.05, its ratio is at least 1.2, and the family of near
        (or same-place) bands as a whole is clearer than chance gives once in 20 times. An
        incident is an 'originator' if later ones are linked to it and no earlier one, a 'repeat'
        after an earlier one at the same place, a 'near repeat' after an earlier one near by, and
        'isolated' otherwise; only shown bands link. Incidents of one day count in the order
        given.

    Raises
    ------
    EventsNotUsableError
        If days are known by month only, fewer than 20 incidents have a place and a day, all lie
        at one place, or more than 40 million pairs lie within the largest distance.

    Notes
    -----
    Null hypothesis: places and days are independent, given both. The expected count is exact
    (pairs in the space band times pairs in the time band over all pairs); p is Monte-Carlo, ties
    count against the finding. With 16 bands one p below 0.05 is likely by chance, so the largest
    distance from expected, in standard deviations, is set against the largest of each shuffled
    order (`p_near`, `p_repeat`).
    Cost grows with the pairs within the largest distance times the permutations.

    References
    ----------
    Knox, E. G. (1964). The detection of space-time interactions. Applied Statistics 13.
    Ratcliffe, J. H. & Rengert, G. F. (2008). Near-repeat patterns in Philadelphia shootings.
    Security Journal 21. Westfall, P. H. & Young, S. S. (1993). Resampling-based multiple testing.
    """
    if permutations < 19:
        raise ValueError(f"permutations must be at least 19 for p below 0.05, got {permutations}")
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    days, known = _read_days(day)
    require_alike(xs, ys, days)
    known &= np.isfinite(xs) & np.isfinite(ys)
    if known.sum() < FEWEST_INCIDENTS:
        raise EventsNotUsableError(
            "There are too few incidents to look for near repeats.",
            f"{int(known.sum())} incidents have a place and a day; {FEWEST_INCIDENTS} are needed.",
            "Choose a longer period or a larger area.",
        )
    xs, ys, days = xs[known], ys[known], days[known]
    if np.hypot(np.ptp(xs), np.ptp(ys)) < SAME_PLACE_M:
        raise EventsNotUsableError(
            "Near repeats cannot be looked for here.",
            f"All {len(xs):,} incidents lie at one place, so none lies near another.",
            "Choose a larger area, or leave out a place that only stands for an unknown one.",
        )
    space_edges = _edges((SAME_PLACE_M, *distance_bands_m), "distance_bands_m")
    time_edges = _edges(time_bands_d, "time_bands_d")
    near = count_space_pairs(xs, ys, float(space_edges[-1]), metric)
    if near > MOST_PAIRS:
        raise EventsNotUsableError(
            "There are too many incidents close together to compare every pair.",
            f"{near:,} pairs lie within {space_edges[-1]:.0f} m; {MOST_PAIRS:,} can be compared.",
            "Choose a smaller area, a shorter period or shorter distances.",
        )
    pairs = find_space_pairs(xs, ys, space_edges, metric=metric)
    small, time_edges = shrink_times(days, time_edges)
    observed = count_close_pairs(pairs, small[:, None], time_edges)[0]
    by_chance = shuffle_times(pairs, small, time_edges, permutations, rng)

    in_time = np.diff(count_time_pairs(days, time_edges))
    every = len(xs) * (len(xs) - 1) / 2
    expected = np.outer(pairs.counts, in_time) / every
    p = (1 + (by_chance >= observed).sum(axis=0)) / (permutations + 1)
    p_repeat = _whole_p(observed[:1], by_chance[:, :1], expected[:1])
    p_near = _whole_p(observed[1:], by_chance[:, 1:], expected[1:])
    ratio = np.divide(observed, expected, out=np.full(p.shape, np.nan), where=expected > 0)
    whole = np.where(np.arange(len(p)) == 0, p_repeat, p_near)[:, None]
    shown = (p < SHOWN_BELOW_P) & (ratio >= SHOWN_FROM_RATIO) & (whole < SHOWN_BELOW_P)
    low, high = np.quantile(by_chance, [0.025, 0.975], axis=0)
    table = _tabulate(
        space_edges, time_edges, pairs.counts, in_time,
        observed=observed, expected=expected, ratio=ratio,
        chance_low=low, chance_high=high, p=p, shown=shown,
    )  # fmt: skip
    linked = link_incidents(pairs, days, time_edges, shown)
    events = classify_incidents(linked, days)
    runs, events["run"] = list_runs(linked, xs, ys, days, events["p"].to_numpy())
    events.index = pd.Index(np.flatnonzero(known))
    events = events.reindex(np.arange(len(known)))
    events = events.fillna({"links": 0, "run": -1}).astype({"links": np.int64, "run": np.int64})
    return NearRepeat(
        table=table,
        events=events,
        runs=runs,
        found=bool(shown[1:].any()),
        p_near=p_near,
        p_repeat=p_repeat,
        sentence=_say(table),
        incidents=len(xs),
        left_out=int((~known).sum()),
        permutations=permutations,
    )


def _read_days(day: npt.ArrayLike) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    day = drop_offset(day)
    if isinstance(getattr(day, "dtype", None), pd.PeriodDtype):
        periods = pd.PeriodIndex(np.asarray(day, dtype=object))
        day = periods.to_timestamp().to_numpy().astype("datetime64[M]")
    values = np.asarray(day)
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(np.int64), np.ones(len(values), dtype=bool)
    if not np.issubdtype(values.dtype, np.datetime64):
        raise ValueError(f"day must hold dates or whole numbers, got {values.dtype}")
    known = ~np.isnat(values)
    months = values.astype("datetime64[M]")
    by_month = np.datetime_data(values.dtype)[0] in ("M", "Y")
    firsts = (values[known] == months[known]).all() and len(np.unique(months[known])) > 1
    if by_month or firsts or (len(values) and not known.any()):
        raise EventsNotUsableError(
            "Near repeats cannot be looked for here.",
            "Only the month of these incidents is known, and the test compares days.",
            "Use a force extract with the day of each incident.",
        )
    return np.where(known, values, np.datetime64(0, "D")).astype("datetime64[D]").astype(
        np.int64
    ), known


def _edges(ends: tuple[float, ...], name: str) -> FloatArray:
    edges = np.array([0.0, *ends])
    if len(ends) == 0 or not (np.diff(edges) > 0).all() or not np.isfinite(edges).all():
        raise ValueError(f"{name} must rise from above 0 (distances from 0.1 m), got {ends!r}")
    return edges


def _whole_p(observed: IntArray, by_chance: IntArray, expected: FloatArray) -> float:
    """Give the chance that the clearest of many bands is as clear as the clearest seen."""
    spread = np.maximum(by_chance.std(axis=0), 1e-9)
    seen = ((observed - expected) / spread).max(initial=-np.inf)
    others = ((by_chance - expected) / spread).reshape(len(by_chance), -1).max(axis=1)
    return float((1 + (others >= seen).sum()) / (len(by_chance) + 1))


def _tabulate(
    space_edges: FloatArray,
    time_edges: FloatArray,
    in_space: IntArray,
    in_time: IntArray,
    **values: npt.NDArray[np.generic],
) -> pd.DataFrame:
    rows, columns = len(in_space), len(in_time)
    frame = {
        "kind": np.repeat(np.where(np.arange(rows) == 0, "same place", "near"), columns),
        "distance_from_m": np.repeat(space_edges[:-1], columns),
        "distance_to_m": np.repeat(space_edges[1:], columns),
        "time_from_d": np.tile(time_edges[:-1], rows),
        "time_to_d": np.tile(time_edges[1:], rows),
        **{name: value.ravel() for name, value in values.items()},
        "space_pairs": np.repeat(in_space, columns),
        "time_pairs": np.tile(in_time, rows),
    }
    return pd.DataFrame(frame)


def _say(table: pd.DataFrame) -> str:
    near = table[table["shown"] & (table["kind"] == "near")]
    if near.empty:
        same = " Incidents do come back to the same places." if table["shown"].any() else ""
        most = table.loc[table["kind"] == "near", "ratio"].max()
        if np.isnan(most):
            # Only an expected count has a ratio: no pair is near in space, or none in time.
            return (
                f"{NO_PATTERN}: no two incidents at different places lie within "
                f"{table['distance_to_m'].max():.0f} m, or no two within "
                f"{table['time_to_d'].max():g} days, so there are no pairs to compare.{same}"
            )
        return (
            f"{NO_PATTERN}: no band holds clearly more pairs than chance gives (a ratio of "
            f"{SHOWN_FROM_RATIO} is asked for; the highest is {most:.2f}).{same}"
        )
    best = near.iloc[int(near["p"].argmin())]
    first, last = int(best["time_from_d"]), int(np.ceil(best["time_to_d"])) - 1
    when = f"{first} to {last} days apart" if last > first else f"{first} days apart"
    digits = 1 if best["expected"] < 20 else 0
    return (
        f"Incidents bring others near them: {best['observed']:,} pairs lie "
        f"{best['distance_from_m']:.0f} to {best['distance_to_m']:.0f} m and "
        f"{when if last else 'on the same day'}; chance gives {best['expected']:,.{digits}f}"
        f" ({best['ratio']:.1f} times)."
    )
