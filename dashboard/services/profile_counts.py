"""Blocks of the operational ward profile that come from incidents as they are.

Incidents, questions and repeats are handed in of the ward alone; only `find_asb` looks at others.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.counts import count_by_category, count_by_month
from analytics.hotspots.hours import find_hot_hours
from analytics.rates import compare_counts, rate_per_1000, share_of
from analytics.repeats.repeaters import PRESETS
from analytics.trust import mark_trust
from dashboard.permissions import Permission, handed, needs
from dashboard.services.explore import Held
from dashboard.services.profile_blocks import (
    NEAR,
    Answered,
    Asb,
    Bar,
    Categories,
    Completeness,
    Rate,
    RepeatPlace,
    Repeats,
    When,
)
from dashboard.services.questions import Break, breaks_between
from dashboard.services.repeats import RepeatData, RepeatList, find_list
from dashboard.services.ward_counts import within
from dashboard.services.worry import WardAsb, shrink_asb
from geodata.calendar import Period
from geodata.categories import ASB_CATEGORIES, NOT_RECORDED
from geodata.errors import EventsNotUsableError
from geodata.store.repeats import Reach

BAR_MONTHS = 24
MOST_TYPES = 5
MOST_PLACES = 6
REPEAT_RULE = "12-months"
NOT_COVERED = "No incidents are held for this area."
QUESTIONS_SHOWN = ("Repeat victims asked", "Vulnerability asked")
TIMES_NOT_KNOWN = "Times of day are not known for enough of these incidents."
NAN = float("nan")


@handed
def find_asb(
    counted: WardAsb, held: Held, wards: pd.DataFrame, ward_code: str, breaks: Sequence[Break]
) -> Asb:
    """Find how much ASB is recorded in a ward, beside its district and the county.

    Parameters
    ----------
    counted : WardAsb
        Of every ward.
    held : Held
        Incidents of the ward.
    wards : DataFrame
        code, district_code, district, residents.
    ward_code : str
    breaks : sequence of Break
        Changes of recording: nothing is compared across one.
    """
    row = wards.set_index("code").loc[ward_code]
    table = counted.table.set_index("code")
    count, period = float(table.loc[ward_code, "count"]), counted.period
    if period is None or not np.isfinite(count):
        return _nothing(float(row["residents"]))
    rates = rate_per_1000([count], [row["residents"]])
    rate, low, high = (float(part[0]) for part in (rates.value, rates.low, rates.high))
    usable = table[table["count"].notna() & (table["residents"] > 0)]
    in_district = usable[usable["district_code"] == row["district_code"]]
    others = tuple(
        _rate(name, among)
        for name, among in ((str(row["district"]) or "District", in_district), ("County", usable))
        if len(among)
    )
    # The same draws each time, so that a profile of the same data reads the same.
    first, last = shrink_asb(counted).likely_ranks(np.random.default_rng(0))
    is_here = table.index == ward_code
    change, compared = _compare(held, period, breaks)
    months = [month for month in held.months_of(None) if month <= period.last][-BAR_MONTHS:]
    by_month = count_by_month(held.incidents["month"], months)
    return Asb(
        period=period.label,
        count=count,
        note="" if np.isfinite(rate) else "No rate: residents are not held.",
        residents=float(row["residents"]),
        rate=rate,
        rate_low=low,
        rate_high=high,
        others=others,
        rank_low=int(first[is_here][0]) if np.isfinite(rate) else 0,
        rank_high=int(last[is_here][0]) if np.isfinite(rate) else 0,
        wards=len(usable),
        change=change,
        compared=compared,
        bars=tuple(
            Bar(month.label, float(n)) for month, n in zip(months, by_month, strict=True)
        ),
        bars_of="month",
    )  # fmt: skip


NOT_IN_SOURCE = (
    "No record of this ward says whether the questions were asked: the source may not hold them."
)


@handed
def find_categories(incidents: pd.DataFrame, period: Period | None, ward: str) -> Categories:
    """Find the categories and the commonest types of a ward's incidents."""
    if period is None:
        return Categories(ward, "", (), (), NOT_COVERED)
    inside = within(incidents, period)
    categories = count_by_category(inside["nsir_category"], ASB_CATEGORIES)
    types = count_by_category(inside["asb_type"], []).drop(NOT_RECORDED, errors="ignore")
    types = types[types > 0].sort_index().sort_values(ascending=False, kind="stable")
    unknown = len(inside) and categories[NOT_RECORDED] == len(inside)
    return Categories(
        area=ward,
        period=period.label,
        categories=()
        if unknown
        else tuple((str(name), float(n), "") for name, n in categories.items()),
        types=tuple((str(name), float(n)) for name, n in types.head(MOST_TYPES).items()),
        reason="The source does not say which category incidents are." if unknown else "",
    )


@handed
def find_when(incidents: pd.DataFrame, period: Period | None) -> When:
    """Find the hours and weekdays of a ward's incidents, of shift-days from 6am."""
    if period is None:
        return _no_times(0, NOT_COVERED)
    inside = within(incidents, period)
    try:
        found = find_hot_hours(inside["hour"].to_numpy(), inside["weekday"].to_numpy())
    except EventsNotUsableError:
        return _no_times(len(inside), TIMES_NOT_KNOWN)
    return When(
        grid=tuple(tuple(int(n) for n in row) for row in found.table.to_numpy()),
        timed=found.timed,
        untimed=found.untimed,
        peak_start=found.peak_start,
        peak_end=found.peak_end,
        share=found.share,
        low=found.low,
        high=found.high,
        is_clear=found.is_clear,
    )


@needs(Permission.SEE_REPEATS)
def find_repeat_places(data: RepeatData, reach: Reach, ward_code: str) -> Repeats:
    """Find the places of a ward with most repeat incidents, as the page of repeats counts them."""
    rule = PRESETS[REPEAT_RULE]
    words = "more than one incident in 12 calendar months"
    if reach.last_day is None:
        return Repeats((), NAN, "", words, None, True, "The days of incidents are not known.")
    if not reach.has_addresses:
        return Repeats((), NAN, "", words, reach.last_day, True, "No addresses are held.")
    found = find_list(
        data, "places", rule, reach.last_day, ward=ward_code, wards={}, districts={}
    )  # fmt: skip
    return Repeats(
        places=_list_places(found),
        total=float(found.total),
        note="",
        rule=words,
        as_at=found.as_at,
        is_listed=True,
    )


def _list_places(found: RepeatList) -> tuple[RepeatPlace, ...]:
    """List the first places; those of one street name are numbered, since no address is said."""
    streets = found.table["label"].astype(str).str.removeprefix(NEAR)
    numbers = streets.groupby(streets).cumcount() + 1
    # A list that was cut short does not know how many there are of a street.
    is_whole = len(streets) == found.total
    of = streets.map(streets.value_counts()) if is_whole else 0
    top = found.table.assign(number=numbers, of=of).head(MOST_PLACES)
    return tuple(
        RepeatPlace(
            str(row.label),
            int(row.incidents),
            None if pd.isna(row.last) else pd.Timestamp(row.last).date(),
            int(row.number),
            int(row.of),
        )
        for row in top.itertuples(index=False)
    )


@handed
def find_completeness(
    frame: pd.DataFrame, period: Period | None, breaks: Sequence[Break]
) -> Completeness:
    """Find how often repeat and vulnerable victims were asked about, and how far to trust it."""
    if period is None:
        return Completeness((), "", "", NOT_COVERED)
    months = [str(month) for month in period.months]
    inside = frame[frame["month"].isin(months).to_numpy()]
    forces = sorted(set(inside["force"].astype(str)))
    changes = breaks_between(breaks, period.first, period.last, forces)
    trust = mark_trust(inside, [one.words for one in changes])
    parts = [part for part in trust.parts if part.name in QUESTIONS_SHOWN]
    if not any(part.count for part in parts):
        return Completeness((), "", "", NOT_IN_SOURCE)
    shares = share_of([part.count for part in parts], [part.of for part in parts])
    return Completeness(
        parts=tuple(
            Answered(part.name, part.count, part.of, *(float(x) for x in three))
            for part, *three in zip(parts, shares.value, shares.low, shares.high, strict=True)
        ),
        mark=f"{trust.shape} {trust.level}",
        sentence=trust.sentence,
    )


def _compare(held: Held, period: Period, breaks: Sequence[Break]) -> tuple[object, str]:
    """Compare with a year earlier, counting only sources that hold both periods whole."""
    before = period.year_before()
    if before.last >= period.first:
        return None, "Nothing is compared: the period is longer than a year."
    needed = {*period.months, *before.months}
    forces = [force for force in held.forces if needed <= set(held.months[force])]
    if not forces:
        return None, f"Nothing is compared: not every month of {before.label} is held."
    changes = breaks_between(breaks, before.first, period.last, forces)
    if changes:
        said = "; ".join(one.words for one in changes)
        return None, f"Nothing is compared: recording changed ({said})."
    forces_of = held.incidents["force"].astype(str)
    now, then = (
        int(forces_of.loc[within(held.incidents, part).index].isin(forces).sum())
        for part in (period, before)
    )
    return compare_counts(now, then), before.label


def _rate(name: str, among: pd.DataFrame) -> Rate:
    found = rate_per_1000([among["count"].sum()], [among["residents"].sum()])
    return Rate(name, float(found.value[0]), float(found.low[0]), float(found.high[0]))


def _nothing(residents: float) -> Asb:
    return Asb(
        "", NAN, NOT_COVERED, residents, NAN, NAN, NAN, (), 0, 0, 0, None, NOT_COVERED, (), "month"
    )


def _no_times(count: int, reason: str) -> When:
    return When((), 0, count, 0, 0, NAN, NAN, NAN, False, reason)
