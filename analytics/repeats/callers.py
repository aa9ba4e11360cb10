"""Repeat callers: who called most in a district and month, and did calls fall after a plan?

Calls are counted, not incidents: ten calls about one noise are ten calls and one incident.
Whoever calls most is not therefore a repeat victim, nor is the address a repeat location; those
have rules and modules of their own. Nothing here knows a name or a number.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.rates import Change, compare_counts, poisson_interval
from geodata.calendar import Month, Period

PLACES = 10
YEAR_MONTHS = 12
LEAST_CALLS = 2
"""Calls in the month from which a caller is a repeat caller and can rank."""
LEAST_MONTHS = 3
"""Complete months on either side of a plan before anything is said of a saving."""
MOST_MONTHS = 6


@dataclass(frozen=True)
class CallerRanking:
    """The callers who called most, with every tie.

    Attributes
    ----------
    month : Month
        The complete month that ranks.
    year : Period
        The 12 months that end with it.
    months_held : int
        How many of the 12 are held and complete; a year's count is short if fewer.
    table : DataFrame
        rank (ties share the better rank), caller_key, calls_month, calls_year, is_tied; by
        rank, then most calls in the year, then key.
    places : int
        Length of the list without ties.
    left_below : int
        Callers of the month with too few calls to rank.
    """

    month: Month
    year: Period
    months_held: int
    table: pd.DataFrame
    places: int
    left_below: int

    @property
    def tied_at_end(self) -> int:
        """Callers who share the last rank where the list is longer than its places; else 0."""
        if len(self.table) <= self.places:
            return 0
        return int((self.table["rank"] == self.table["rank"].max()).sum())


@dataclass(frozen=True)
class Saving:
    """Calls of planned callers before and after their plans; an estimate, not proof of effect.

    Attributes
    ----------
    callers : int
        Callers whose plan is old enough.
    too_early : int
        Callers whose plan is not.
    before, after : int
        Their calls in equally many complete months before and after the month of the plan.
    fewer, fewer_low, fewer_high : float
        Calls fewer and the ends of the likely range; below 0 are more calls.
    change : Change
        Whether the difference is clear at all.
    others, others_before, others_after : int
        Callers who ranked just as high in the same month without any plan, and their calls in
        the same months: what the highest do anyway.
    """

    callers: int
    too_early: int
    before: int
    after: int
    fewer: float
    fewer_low: float
    fewer_high: float
    change: Change
    others: int
    others_before: int
    others_after: int


def list_complete_months(first: dt.date, last: dt.date) -> list[Month]:
    """Which months are whole between the first and the last day that calls are held of?

    Examples
    --------
    >>> [str(m) for m in list_complete_months(dt.date(2026, 1, 1), dt.date(2026, 3, 30))]
    ['2026-01', '2026-02']
    """
    month = Month.of(first) if first.day == 1 else Month.of(first) + 1
    months = []
    while (month + 1).first_day - dt.timedelta(days=1) <= last:
        months.append(month)
        month += 1
    return months


def rank_callers(
    counts: pd.DataFrame,
    month: Month,
    complete: Collection[Month],
    *,
    by: str = "month",
    places: int = PLACES,
    least: int = LEAST_CALLS,
) -> CallerRanking:
    """Who called most in a month, and how often in the 12 months that end with it?

    Parameters
    ----------
    counts : DataFrame
        caller_key, month (`Month.ordinal`) and calls, of one district; rows of one caller and
        month are added up, and an empty key is nobody and never ranks.
    month : Month
        Must be one of ``complete``: part of a month is never compared with a whole one.
    complete : collection of Month
        Months that are held whole.
    by : {'month', 'year'}, default 'month'
        Rank by calls of the month, or of the 12 months by those who called in the month.
    places : int, default 10
        Everybody whose rank is at most this is listed, so a tie at the end makes the list longer.
    least : int, default 2
        Calls in the month that a caller needs to rank.

    Returns
    -------
    CallerRanking
        Empty table if nobody called often enough.

    Raises
    ------
    ValueError
        If the month is not complete, or ``by`` is not known.
    """
    if month not in complete:
        raise ValueError(f"{month} is not held whole, so nobody ranks in it")
    if by not in ("month", "year"):
        raise ValueError(f"by is {by!r}; accepted: 'month', 'year'")
    year = Period.ending(month, YEAR_MONTHS)
    whole = [one for one in complete if one in year]
    rows = counts[counts["caller_key"] != ""]
    keys = rows["caller_key"].astype(str)
    in_month = rows["month"] == month.ordinal
    in_year = rows["month"].isin([one.ordinal for one in whole])
    of_month = rows["calls"][in_month].groupby(keys[in_month]).sum()
    of_year = rows["calls"][in_year].groupby(keys[in_year]).sum()
    called = of_month[of_month >= least]
    table = pd.DataFrame(
        {
            "caller_key": called.index.astype(str),
            "calls_month": called.to_numpy(dtype=np.int64),
            "calls_year": of_year.reindex(called.index).to_numpy(dtype=np.int64),
        }
    )
    value = table[f"calls_{by}"]
    table.insert(0, "rank", value.rank(method="min", ascending=False).astype(np.int64))
    table["is_tied"] = table["rank"].duplicated(keep=False)
    table = table[table["rank"] <= places].sort_values(
        ["rank", "calls_year", "calls_month", "caller_key"],
        ascending=[True, False, False, True],
        ignore_index=True,
    )
    return CallerRanking(
        month=month,
        year=year,
        months_held=len(whole),
        table=table,
        places=places,
        left_below=len(of_month) - len(called),
    )


def estimate_saving(
    counts: pd.DataFrame,
    started: Mapping[str, Month],
    complete: Collection[Month],
    *,
    planned: Collection[str] = (),
    places: int = PLACES,
) -> Saving:
    """How many fewer calls came from callers after their plans, and how sure is that?

    Parameters
    ----------
    counts : DataFrame
        caller_key, month (`Month.ordinal`) and calls.
    started : mapping of str to Month
        Month in which each planned caller first had an owner and a next review.
    complete : collection of Month
        Months that are held whole.
    planned : collection of str, optional
        Everybody who has or had a plan; they are nobody's comparison.
    places : int, default 10
        Rank up to which callers without a plan are compared.

    Returns
    -------
    Saving
        Equally many months before and after the month of the plan, at least 3 and at most 6,
        so that both sides weigh the same; the month itself counts on neither.

    Notes
    -----
    Calls are taken as Poisson. The range of the difference is put together from the exact
    ranges of the two counts (method of variance estimates recovery). Callers are picked because
    they called most, so they would call less afterwards without any plan (regression to the
    mean): read the difference beside that of the others. Calls of one person come in bouts, so
    the true range is wider still.

    References
    ----------
    Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures.
    Statistics in Medicine 27.
    """
    by_key: dict[str, dict[int, int]] = {}
    months, numbers = counts["month"].tolist(), counts["calls"].tolist()
    for key, ordinal, calls in zip(counts["caller_key"].tolist(), months, numbers, strict=True):
        of_key = by_key.setdefault(str(key), {})
        of_key[ordinal] = of_key.get(ordinal, 0) + int(calls)
    held = set(complete)
    excepted = {*planned, *started, ""}
    totals, others = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    compared: set[tuple[str, Month]] = set()
    callers = 0
    for key, start in started.items():
        length = _months_around(start, held)
        if length < LEAST_MONTHS:
            continue
        callers += 1
        totals += _around(by_key.get(key, {}), start, length)
        if start - 1 not in held:
            continue
        ranked = rank_callers(counts, start - 1, held, places=places).table["caller_key"]
        for other in ranked:
            if other not in excepted and (other, start) not in compared:
                compared.add((other, start))
                others += _around(by_key.get(other, {}), start, length)
    before, after = int(totals[0]), int(totals[1])
    low, high = _difference_range(before, after)
    return Saving(
        callers=callers,
        too_early=len(started) - callers,
        before=before,
        after=after,
        fewer=float(before - after),
        fewer_low=low,
        fewer_high=high,
        change=compare_counts(after, before),
        others=len({other for other, _ in compared}),
        others_before=int(others[0]),
        others_after=int(others[1]),
    )


def _months_around(start: Month, held: Collection[Month]) -> int:
    """Count how many months running are held on both sides of the month of a plan."""
    length = 0
    while (
        length < MOST_MONTHS
        and start + (length + 1) in held
        and start - (length + 1) in held
    ):  # fmt: skip
        length += 1
    return length


def _around(calls: Mapping[int, int], start: Month, length: int) -> np.ndarray:
    steps = range(1, length + 1)
    return np.array(
        [
            sum(calls.get(start.ordinal - step, 0) for step in steps),
            sum(calls.get(start.ordinal + step, 0) for step in steps),
        ],
        dtype=np.int64,
    )


def _difference_range(before: int, after: int) -> tuple[float, float]:
    ends = poisson_interval([before, after])
    value, low, high = ends.value, ends.low, ends.high
    fewer = value[0] - value[1]
    down = np.hypot(value[0] - low[0], high[1] - value[1])
    up = np.hypot(high[0] - value[0], value[1] - low[1])
    return float(fewer - down), float(fewer + up)
