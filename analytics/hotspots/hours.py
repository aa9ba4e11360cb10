"""When is a place busy: its hot hours, days of the week, and day against night?

Hours run in the order of a shift-day, 06:00 to 05:59, so that a Friday night stays one night.
Open data that give the month only have no hours, and none are made up.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from geodata.errors import EventsNotUsableError

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SHIFT_HOURS = (*range(6, 24), *range(6))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FEWEST_TIMED = 10
PEAK_HOURS = 4
DAY_STARTS, NIGHT_STARTS = 7, 19
_ODD_SHARE = 0.3
_TAIL = 0.025
_CLEAR_P = 0.05


@dataclass(frozen=True)
class HotHours:
    """When incidents happen at one place.

    Attributes
    ----------
    table : DataFrame of int64, shape (24, 7)
        Rows are hours in the order of a shift-day (6, 7 ... 5), columns weekdays of the shift-day
        (0 is Monday); incidents without a weekday are left out of it.
    by_hour : Series of int64
        Incidents by hour in the same order, with or without a weekday.
    peak_start, peak_end : int
        First hour of the busiest run and the hour at which it ends (0 to 23).
    peak_incidents : int
        Incidents in it.
    share, low, high : float
        Share of the timed incidents in it, with its exact binomial 95 % range.
    p : float
        Chance that an even day has a run as busy, allowing for the 24 runs looked at.
    is_clear : bool
        p is below 0.05.
    busiest_weekday : int
        0 to 6 of the shift-day; -1 if no weekday is known.
    timed, untimed : int
        Incidents with and without an hour.
    cautions : tuple of str
        What may be wrong with the times.
    sentence : str
        The finding in plain English.
    """

    table: pd.DataFrame
    by_hour: pd.Series
    peak_start: int
    peak_end: int
    peak_incidents: int
    share: float
    low: float
    high: float
    p: float
    is_clear: bool
    busiest_weekday: int
    timed: int
    untimed: int
    cautions: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class DayNight:
    """Which incidents fall by day and which in the evening or at night.

    Attributes
    ----------
    is_day, is_night, is_unknown : ndarray of bool
        One flag is True for each incident.
    sentence : str
        The counts in plain English.
    """

    is_day: BoolArray
    is_night: BoolArray
    is_unknown: BoolArray
    sentence: str


def find_hot_hours(
    hour: npt.ArrayLike,
    weekday: npt.ArrayLike,
    *,
    minute: npt.ArrayLike | None = None,
    peak_hours: int = PEAK_HOURS,
) -> HotHours:
    """Say at which hours a place is busy, and how sure that is.

    Parameters
    ----------
    hour : array_like of int
        Hour of the clock of each incident, 0 to 23; -1 where not known.
    weekday : array_like of int
        Weekday of the shift-day, Monday 0; -1 where not known. An incident at 02:00 on Saturday
        belongs to Friday.
    minute : array_like of int, optional
        Minute of the hour, to see times that were only guessed.
    peak_hours : int, default 4
        Length of the busiest run, 1 to 23 hours; it may pass midnight.

    Returns
    -------
    HotHours
        Of runs equally busy, the first of the shift-day.

    Raises
    ------
    EventsNotUsableError
        If fewer than 10 incidents have an hour.
    ValueError
        If an hour or a weekday is none, or lengths differ.

    Notes
    -----
    The busiest run is chosen by the incidents counted in it, so its share is a little too high;
    `p` allows for the choice (24 times the binomial chance, at most 1).

    Examples
    --------
    >>> found = find_hot_hours([22, 23, 0, 1] * 5, [4] * 20)
    >>> found.peak_start, found.peak_end, found.share
    (22, 2, 1.0)
    """
    hours, days = _read_row(hour, "hour", 23), _read_row(weekday, "weekday", 6)
    if days.shape != hours.shape:
        raise ValueError(f"hour and weekday differ in length: {hours.shape}, {days.shape}")
    _require_run(peak_hours)
    timed = hours >= 0
    count = int(timed.sum())
    if count < FEWEST_TIMED:
        raise EventsNotUsableError(
            "There are too few times to say when this place is busy.",
            f"{count} of {len(hours)} incidents have an hour; {FEWEST_TIMED} are needed.",
            "Choose a longer period or a larger area.",
        )
    by_clock = np.bincount(hours[timed], minlength=24)
    starts, held = _busiest_run(by_clock[None, :], peak_hours)
    start, inside = int(starts[0]), int(held[0])
    low, high, p = _judge(held, np.array([count]), peak_hours)
    both = timed & (days >= 0)
    grid = np.bincount(hours[both] * 7 + days[both], minlength=168).reshape(24, 7)
    end = (start + peak_hours) % 24
    by_day = grid.sum(axis=0)
    order = list(SHIFT_HOURS)
    return HotHours(
        table=pd.DataFrame(grid[order], index=pd.Index(order, name="hour")).rename_axis(
            columns="weekday"
        ),
        by_hour=pd.Series(by_clock[order], index=pd.Index(order, name="hour"), name="incidents"),
        peak_start=start,
        peak_end=end,
        peak_incidents=inside,
        share=inside / count,
        low=float(low[0]),
        high=float(high[0]),
        p=float(p[0]),
        is_clear=bool(p[0] < _CLEAR_P),
        busiest_weekday=int(by_day.argmax()) if by_day.any() else -1,
        timed=count,
        untimed=len(hours) - count,
        cautions=_caution(by_clock, hours, minute, len(hours) - count),
        sentence=_say(start, end, inside, count, clear=bool(p[0] < _CLEAR_P)),
    )


def list_hot_hours(
    place: npt.ArrayLike, hour: npt.ArrayLike, *, peak_hours: int = PEAK_HOURS
) -> pd.DataFrame:
    """Give the busiest run of hours of each of many places.

    Parameters
    ----------
    place : array_like
        Place of each incident: a cell, a hotspot or an area.
    hour : array_like of int
        Hour of the clock, 0 to 23; -1 where not known.
    peak_hours : int, default 4
        Length of the run.

    Returns
    -------
    DataFrame
        One row a place, indexed by it: timed, untimed, peak_start, peak_end, peak_incidents,
        share, low, high, p and is_clear. Places with fewer than 10 timed incidents have -1 and
        NaN and are never clear. With many places, one in 20 is clear by chance at most.
    """
    hours = _read_row(hour, "hour", 23)
    codes, names = pd.factorize(np.asarray(place), sort=True)
    if codes.shape != hours.shape:
        raise ValueError(f"place and hour differ in length: {codes.shape}, {hours.shape}")
    _require_run(peak_hours)
    timed = (hours >= 0) & (codes >= 0)
    size = len(names)
    clock = np.bincount(codes[timed] * 24 + hours[timed], minlength=size * 24).reshape(size, 24)
    total = clock.sum(axis=1)
    start, held = _busiest_run(clock, peak_hours)
    low, high, p = _judge(held, total, peak_hours)
    enough = total >= FEWEST_TIMED
    share = held / np.maximum(total, 1)
    return pd.DataFrame(
        {
            "timed": total,
            "untimed": np.bincount(codes[codes >= 0], minlength=size) - total,
            "peak_start": np.where(enough, start, -1),
            "peak_end": np.where(enough, (start + peak_hours) % 24, -1),
            "peak_incidents": np.where(enough, held, -1),
            "share": np.where(enough, share, np.nan),
            "low": np.where(enough, low, np.nan),
            "high": np.where(enough, high, np.nan),
            "p": np.where(enough, p, np.nan),
            "is_clear": enough & (p < _CLEAR_P),
        },
        index=pd.Index(names, name="place"),
    )


def split_day_night(
    hour: npt.ArrayLike, *, day_starts: int = DAY_STARTS, night_starts: int = NIGHT_STARTS
) -> DayNight:
    """Split incidents into day and night, so that their hotspots can be listed apart.

    Parameters
    ----------
    hour : array_like of int
        Hour of the clock, 0 to 23; -1 where not known.
    day_starts, night_starts : int, default 7 and 19
        Day is 07:00 to 18:59 and evening and night 19:00 to 06:59.

    Returns
    -------
    DayNight
        Incidents without an hour are in neither.

    Examples
    --------
    >>> split_day_night([6, 7, 18, 19, -1]).is_day.tolist()
    [False, True, True, False, False]
    """
    if not 0 <= day_starts < night_starts <= 23:
        raise ValueError(f"day must start before night, got {day_starts!r} and {night_starts!r}")
    hours = _read_row(hour, "hour", 23)
    unknown = hours < 0
    day = (hours >= day_starts) & (hours < night_starts)
    night = ~day & ~unknown
    sentence = (
        f"{int(day.sum()):,} incidents by day ({day_starts:02d}:00 to {night_starts - 1:02d}:59), "
        f"{int(night.sum()):,} in the evening or at night, "
        f"{int(unknown.sum()):,} without a time."
    )
    return DayNight(day, night, unknown, sentence)


def _read_row(values: npt.ArrayLike, name: str, highest: int) -> IntArray:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1:
        raise ValueError(f"{name} must be one row of numbers, got shape {given.shape}")
    wrong = given[~((given >= -1) & (given <= highest) & (given == np.round(given)))]
    if len(wrong):
        raise ValueError(f"{name} must be 0 to {highest}, or -1 where not known, got {wrong[0]:g}")
    return given.astype(np.int64)


def _require_run(peak_hours: int) -> None:
    if not 1 <= peak_hours <= 23:
        raise ValueError(f"peak_hours must be 1 to 23, got {peak_hours!r}")


def _busiest_run(by_clock: IntArray, length: int) -> tuple[IntArray, IntArray]:
    """Give the first hour and the incidents of the busiest run of each row of 24 hours."""
    order = np.array(SHIFT_HOURS)
    ring = by_clock[:, order]
    sums = np.sum([np.roll(ring, -k, axis=1) for k in range(length)], axis=0)
    at = sums.argmax(axis=1)
    return order[at], np.take_along_axis(sums, at[:, None], axis=1)[:, 0]


def _judge(
    held: IntArray, total: IntArray, length: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    size = np.maximum(total, 1)
    low = np.where(held > 0, stats.beta.ppf(_TAIL, np.maximum(held, 1), size - held + 1), 0.0)
    high = np.where(
        held < total, stats.beta.ppf(1 - _TAIL, held + 1, np.maximum(size - held, 1)), 1.0
    )
    p = np.minimum(1.0, 24 * stats.binom.sf(held - 1, total, length / 24))
    return low, high, p


def _caution(
    by_clock: IntArray, hours: IntArray, minute: npt.ArrayLike | None, untimed: int
) -> tuple[str, ...]:
    found = []
    count = int(by_clock.sum())
    if untimed:
        found.append(f"{untimed:,} of {len(hours):,} incidents have no time and are left out.")
    beside = (by_clock[23] + by_clock[1]) / 2
    if 2 * (np.sqrt(by_clock[0]) - np.sqrt(beside)) >= 3:
        found.append(
            f"{by_clock[0]:,} incidents are between 00:00 and 00:59, far more than in the hours "
            "beside it; midnight often stands for 'time not known'."
        )
    if minute is not None:
        minutes = np.asarray(minute, dtype=np.int64)
        full = int(((minutes == 0) & (hours >= 0)).sum())
        if full > _ODD_SHARE * count:
            found.append(
                f"{full / count:.0%} of the times are on the full hour, so the hours are rounded."
            )
    return tuple(found)


def _say(start: int, end: int, inside: int, count: int, *, clear: bool) -> str:
    run = f"{start:02d}:00 to {(end - 1) % 24:02d}:59"
    share = f"{inside:,} of {count:,} timed incidents ({inside / count:.0%})"
    if clear:
        return f"Busiest {run}: {share}."
    return f"No hours stand out clearly; {run} hold {share}."
