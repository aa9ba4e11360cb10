"""The Overview's findings: now against before, by category, month, hour and ward."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.counts import count_by_category, count_by_hour_and_weekday
from analytics.rates import Change, compare_counts
from dashboard.permissions import handed
from dashboard.selection import Selection
from dashboard.services.explore import Held, choose, count_months, measure_areas, usual_period
from dashboard.services.questions import Break, breaks_between
from geodata.calendar import Period
from geodata.categories import ASB_CATEGORIES, NOT_RECORDED

MONTHS_SHOWN = 36


@dataclass(frozen=True)
class Comparison:
    """A change against an earlier period, or the reason why there is none."""

    name: str
    period: Period
    change: Change | None
    reason: str
    forces: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """What the Overview shows."""

    period: Period
    total: int
    comparisons: tuple[Comparison, ...]
    months: pd.DataFrame
    categories: pd.Series
    types: pd.Series
    hours: pd.DataFrame | None
    untimed: int
    table: pd.DataFrame
    without_area: int
    breaks: tuple[Break, ...] = ()


@handed
def find_overview(
    held: Held, areas: pd.DataFrame, selection: Selection, breaks: Sequence[Break] = ()
) -> Overview:
    """Find what the Overview shows for a selection."""
    months_held = held.months_of(selection.force)
    period = selection.period or usual_period(months_held)
    every = choose(held.incidents, selection, None)
    now = choose(every, Selection(), period)
    earlier = [month for month in months_held if month <= period.last][-MONTHS_SHOWN:]
    earlier_periods = {
        "the same months a year earlier": period.year_before(),
        "the period before": period.before(),
    }
    if period.before() == period.year_before():
        del earlier_periods["the period before"]
    comparisons = tuple(
        _compare(held, every, selection, period, before, name, breaks)
        for name, before in earlier_periods.items()
    )
    timed = int((now["hour"] >= 0).sum())
    types = count_by_category(now["asb_type"], [])
    table, without_area = measure_areas(now, areas, selection)
    return Overview(
        period=period,
        total=len(now),
        comparisons=comparisons,
        months=count_months(every, earlier),
        categories=count_by_category(now["nsir_category"], ASB_CATEGORIES),
        types=types.drop(NOT_RECORDED, errors="ignore").sort_values(ascending=False),
        hours=count_by_hour_and_weekday(now["hour"], now["weekday"]) if timed else None,
        untimed=len(now) - timed,
        table=table,
        without_area=without_area,
        breaks=breaks_between(
            breaks,
            earlier[0],
            period.last,
            [selection.force] if selection.force else held.forces,
        )
        if earlier
        else (),
    )


def _compare(
    held: Held,
    every: pd.DataFrame,
    selection: Selection,
    period: Period,
    before: Period,
    name: str,
    breaks: Sequence[Break],
) -> Comparison:
    needed = {*period.months, *before.months}
    wanted = [selection.force] if selection.force else held.forces
    forces = tuple(force for force in wanted if needed <= set(held.months[force]))
    if before.last >= period.first:
        return Comparison(name, before, None, "The period is longer than a year.", ())
    if not forces:
        reason = f"Not every month of {before.label} and {period.label} is held."
        return Comparison(name, before, None, reason, ())
    changed = breaks_between(breaks, before.first, period.last, forces)
    if changed:
        said = "; ".join(one.words for one in changed)
        return Comparison(name, before, None, f"Recording changed: {said}.", ())
    same = every[every["force"].isin(list(forces))]
    counts = [len(choose(same, Selection(), part)) for part in (period, before)]
    return Comparison(name, before, compare_counts(*counts), "", forces)
