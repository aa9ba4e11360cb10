"""Blocks of the partner's ward profile: looked up in the release, never counted anew."""

import datetime as dt
import math
from collections.abc import Sequence

import pandas as pd

from analytics.disclosure import Release
from analytics.rates import Change, compare_counts, rate_per_1000, share_of
from dashboard.permissions import Permission, handed, needs
from dashboard.services import area_figures
from dashboard.services.profile_blocks import (
    Answered,
    Asb,
    Bar,
    Categories,
    Completeness,
    Rate,
    Repeats,
    When,
)
from dashboard.services.questions import Break
from geodata.calendar import Period
from geodata.categories import NOT_RECORDED

MOST_BARS = 12
MONTHS_OF_YEAR = 12
SEEN_IN = "Those who may see counts find them in the operational version."
NAN = float("nan")


@handed
def find_released_day(release: Release) -> dt.date:
    """Give the last day of the newest released period; a day long past if there is none."""
    newest = next(iter(release.periods.values()), None)
    return (newest.last + 1).first_day - dt.timedelta(days=1) if newest else dt.date(1900, 1, 1)


@needs(Permission.SEE_RELEASED)
def find_asb(release: Release, wards: pd.DataFrame, ward_code: str, breaks: Sequence[Break]) -> Asb:
    """Find the released ASB of a ward in the newest whole year, beside its district.

    Parameters
    ----------
    release : Release
    wards : DataFrame
        code, district_code, district, residents.
    ward_code : str
    breaks : sequence of Break
        Changes of recording of any source: nothing is compared across one.
    """
    row = wards.set_index("code").loc[ward_code]
    residents = float(row["residents"])
    year = area_figures.newest_year(release)
    if year is None:
        note = "No whole year is released."
        return Asb("", NAN, note, residents, NAN, NAN, NAN, (), 0, 0, 0, None, note, (), "quarter")
    count, note = area_figures.find_count(release, "ward", year, ward_code)
    rate = rate_per_1000([count], [residents])
    of_district, _ = area_figures.find_count(release, "district", year, str(row["district_code"]))
    in_district = wards["district_code"] == row["district_code"]
    others = rate_per_1000([of_district], [float(wards.loc[in_district, "residents"].sum())])
    change, compared = _compare(release, ward_code, year, breaks)
    bars, bars_of = _bars(release, ward_code)
    return Asb(
        period=year,
        count=count,
        note=note,
        residents=residents,
        rate=float(rate.value[0]),
        rate_low=float(rate.low[0]),
        rate_high=float(rate.high[0]),
        others=tuple(
            Rate(str(row["district"]) or "District", *(float(part) for part in parts))
            for parts in zip(others.value, others.low, others.high, strict=True)
            if math.isfinite(parts[0])
        ),
        rank_low=0,
        rank_high=0,
        wards=0,
        change=change,
        compared=compared,
        bars=bars,
        bars_of=bars_of,
    )


@needs(Permission.SEE_RELEASED)
def find_categories(release: Release, district_code: str, district: str) -> Categories:
    """Find the released categories of the ward's district in the newest whole year."""
    year = area_figures.newest_year(release)
    rows = area_figures.find_categories(release, district_code, year) if year else None
    if rows is None or rows.empty:
        return Categories(district, year or "", (), (), "No categories are released.")
    return Categories(
        area=district,
        period=str(year),
        categories=tuple(
            (str(name), float(count), str(note))
            for name, count, note in zip(
                rows["category"], rows["incidents"], rows["note"], strict=True
            )
        ),
        types=(),
    )


@needs(Permission.SEE_RELEASED)
def find_when(release: Release, district_code: str, district: str) -> When:
    """Find the released months of the ward's district in the newest whole year; hours are not."""
    reason = f"Hours and days of the week are not released. {SEEN_IN}"
    year = area_figures.newest_year(release)
    rows = area_figures.find_months(release, district_code)
    inside = rows[rows["month"].dt.year == int(year)] if year else rows.iloc[:0]
    months = tuple(
        Bar(str(label), float(count))
        for label, count in zip(inside["label"], inside["incidents"], strict=True)
    )
    return When((), 0, 0, 0, 0, NAN, NAN, NAN, False, reason, district or "the district", months)


@handed
def find_repeats(figures: pd.DataFrame, ward_code: str, district_code: str, rule: str) -> Repeats:
    """Find the released number of repeat places of a ward and its district; none is listed."""
    reason = f"The places themselves are not released. {SEEN_IN}"
    places = figures[figures["what"] == "places"]
    chosen = places[(places["kind"] == "ward") & (places["code"] == ward_code)]
    if chosen.empty:
        return Repeats((), NAN, "not held", rule, None, False, reason)
    row = chosen.iloc[0]
    note = str(row["note"]).lower()
    whole = places[(places["kind"] == "district") & (places["code"] == district_code)]
    of_district = float(whole["count"].iloc[0]) if len(whole) else NAN
    return Repeats((), float(row["count"]), note, rule, None, False, reason, of_district)


@needs(Permission.SEE_RELEASED)
def find_completeness(release: Release, district_code: str, district: str) -> Completeness:
    """Find of how many of the district's incidents the category is recorded; answers are not here.

    Taken from the released count of the district and of its incidents without a category, so
    nothing is told that these two do not tell.
    """
    reason = f"Which questions were answered is not released. {SEEN_IN}"
    area, year = district or "the district", area_figures.newest_year(release)
    if year is None:
        return Completeness((), "", "", reason)
    rows = area_figures.find_categories(release, district_code, year)
    missing = rows.loc[rows["category"] == NOT_RECORDED, "incidents"]
    total, _ = area_figures.find_count(release, "district", year, district_code)
    if missing.empty or not (math.isfinite(missing.iloc[0]) and math.isfinite(total)):
        return Completeness((), "", "", reason)
    known = int(total - missing.iloc[0])
    share = share_of([known], [int(total)])
    part = Answered(
        "Category recorded", known, int(total),
        *(float(x[0]) for x in (share.value, share.low, share.high)),
    )  # fmt: skip
    return Completeness((part,), "", "", reason, area, year)


def _compare(
    release: Release, ward_code: str, year: str, breaks: Sequence[Break]
) -> tuple[Change | None, str]:
    before = str(int(year) - 1)
    if before not in release.periods:
        return None, f"Nothing is compared: {before} is not released whole."
    now, _ = area_figures.find_count(release, "ward", year, ward_code)
    then, _ = area_figures.find_count(release, "ward", before, ward_code)
    if not (math.isfinite(now) and math.isfinite(then)):
        return None, f"Nothing is compared: {before} or {year} is not shown."
    first = release.periods[before].first.first_day
    last = (release.periods[year].last + 1).first_day
    if any(first < one.day < last for one in breaks):
        return None, f"Nothing is compared: recording changed between {before} and {year}."
    return compare_counts(int(now), int(then)), before


def _bars(release: Release, ward_code: str) -> tuple[tuple[Bar, ...], str]:
    """Give the released quarters of a ward, or its years where it has no quarter."""
    for bars_of, keys in (
        ("quarter", [key for key in release.periods if "Q" in key]),
        ("year", [key for key in release.periods if "Q" not in key]),
    ):
        bars = tuple(
            Bar(
                _name(release.periods[key]),
                area_figures.find_count(release, "ward", key, ward_code)[0],
            )
            for key in sorted(keys)[-MOST_BARS:]
        )
        if any(math.isfinite(bar.count) for bar in bars):
            return bars, bars_of
    return (), "year"


def _name(period: Period) -> str:
    """Name a released period shortly: '2025' or 'Oct to Dec 2025'."""
    first, last = period.first.first_day, period.last.first_day
    whole = len(period) == MONTHS_OF_YEAR
    return f"{last.year}" if whole else f"{first:%b} to {last:%b} {last.year}"
