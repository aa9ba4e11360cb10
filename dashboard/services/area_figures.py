"""Released figures: what partners and the public see, looked up in one protected release.

Nothing is counted here for a filter: a choice of area, period and measure picks figures out of
`analytics.disclosure.release_figures`, so no two choices can be subtracted into a small count.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.disclosure import (
    SHOWN,
    SMALL,
    WITHHELD,
    YEARLY,
    Release,
    release_by_ward,
    release_figures,
)
from analytics.disclosure.release import ALL
from analytics.rates import rate_per_1000
from analytics.repeats.repeaters import PRESETS
from dashboard.permissions import (
    Permission,
    acting_as,
    handed,
    needs,
    require,
    system_actor,
)
from dashboard.services import repeats
from geodata.calendar import Month, Period
from geodata.store.areas import read_areas
from geodata.store.database import Database
from geodata.store.incidents import read_asb_columns

MOST_STRAYS = 20
"""Incidents of a source in a district below which it does not count as covering it."""

EARLIEST = Month(1900, 1)
ALWAYS = Period(EARLIEST, Month(2200, 12))
REPEAT_RULE = "12-months"
NOTES = {SHOWN: "", SMALL: "Fewer than 5", YEARLY: "Figures by year only"}
WITHHELD_NOTE = "Withheld to protect a small count"
NOT_COVERED = "No data for this area and period"
MEASURES = {"count": "Number of incidents", "rate": "Incidents per 1,000 residents"}


@dataclass(frozen=True)
class AreaFigures:
    """Released figures of one kind of area in one period.

    Attributes
    ----------
    period : Period
        Whole months.
    table : DataFrame
        One row an area, in the order of the areas handed in: i, code, name, district,
        incidents (NaN unless shown), residents, rate, rate_low, rate_high, note, shown (False
        outside the district looked at), value, rank.
    total : str
        Incidents of the district, or of all, in words.
    small, withheld, yearly : int
        Areas of those looked at with fewer than 5, withheld to protect them, and with figures
        by year only.
    """

    period: Period
    table: pd.DataFrame
    total: str
    small: int
    withheld: int
    yearly: int


@needs(Permission.SEE_RELEASED_LSOA)
def load_release(database: Database) -> Release:
    """Load the incidents and keep only what may be released of them, LSOAs among it."""
    frame = read_asb_columns(
        database, "force", "ward_code", "lsoa_code", "district_code", "nsir_category"
    )
    wards, lsoas = read_areas(database, "ward"), read_areas(database, "lsoa")
    parts = [
        release_figures(
            frame, wards[wards["district_code"].isin(districts)], lsoas, list(map(_month, months))
        )
        for months, districts in _covered_alike(frame).items()
    ] or [release_figures(frame, wards.iloc[:0], lsoas, ())]
    areas = _join([part.areas for part in parts])
    if len(parts) > 1:
        # Sources that hold other months cover other districts: together they are no whole.
        areas = areas[areas["kind"] != "all"].drop_duplicates(["kind", "code", "period"])
    rest = {
        name: _join([getattr(part, name) for part in parts]) for name in ("months", "categories")
    }
    if len(parts) > 1:
        rest = {name: rows[rows["district_code"] != ALL] for name, rows in rest.items()}
    periods = {key: period for part in parts for key, period in part.periods.items()}
    newest = sorted(periods, key=lambda key: (periods[key].last, len(periods[key])), reverse=True)
    return Release(areas=areas, **rest, periods={key: periods[key] for key in newest})


@needs(Permission.SEE_RELEASED)
def find_figures(
    release: Release,
    areas: pd.DataFrame,
    *,
    kind: str,
    period: str,
    district: str | None = None,
    measure: str = "count",
) -> AreaFigures:
    """Find the released figures of wards, or of LSOAs for those who may see them.

    Raises
    ------
    NotAllowedError
        If LSOAs are asked for without the right to them.
    ValueError
        If the period is not one of the release.
    """
    if kind == "lsoa":
        require(Permission.SEE_RELEASED_LSOA)
    if period not in release.periods:
        raise ValueError(f"period is {period!r}; released are {', '.join(release.periods)}")
    found = release.of_areas(kind, period).reindex(areas["code"])
    counts = found["count"].to_numpy(dtype=float)
    residents = areas["residents"].to_numpy(dtype=float)
    rate = rate_per_1000(counts, residents)
    shown = np.ones(len(areas), dtype=bool)
    if district:
        shown = (areas["district_code"] == district).to_numpy()
    marks = found["mark"]
    table = pd.DataFrame(
        {
            "i": np.arange(len(areas)),
            "code": areas["code"].to_numpy(),
            "name": areas["name"].to_numpy(),
            "district": areas["district"].to_numpy(),
            "incidents": counts,
            "residents": residents,
            "rate": rate.value,
            "rate_low": rate.low,
            "rate_high": rate.high,
            "note": [NOT_COVERED if np.isnan(m) else NOTES.get(m, WITHHELD_NOTE) for m in marks],
            "shown": shown,
        }
    )
    value = table["rate"] if measure == "rate" else table["incidents"]
    looked_at = marks.to_numpy()[shown]
    return AreaFigures(
        period=release.periods[period],
        table=table.assign(
            value=value, rank=value.where(table["shown"]).rank(ascending=False, method="min")
        ),
        total=_say_total(release, district, period),
        small=int((looked_at == SMALL).sum()),
        withheld=int((looked_at == WITHHELD).sum()),
        yearly=int((looked_at == YEARLY).sum()),
    )


@needs(Permission.SEE_RELEASED_LSOA)
def load_repeat_figures(database: Database, as_at: dt.date) -> pd.DataFrame:
    """Load what may be released of repeat places and victims: by ward, district and in all.

    Returns
    -------
    DataFrame
        what ('places' or 'victims'), kind, code, district_code, count (NaN unless shown), note;
        empty if neither addresses nor victims are held.

    Notes
    -----
    The rule is the definition of 2012 (more than one incident in 12 calendar months) on one
    fixed day, the last of the newest released quarter: with a free choice of days two answers
    could be subtracted.
    """
    rule = PRESETS[REPEAT_RULE]
    with acting_as(system_actor("release")):
        first = max(rule.first_day(as_at), EARLIEST.first_day)
        window = Period(Month.of(first), Month.of(as_at))
        data = repeats.load_repeats(database, window)
        counts = repeats.count_by_ward(data, rule, as_at)
        if not any(len(rows) for rows in data.rows.values()):
            # None in these months is a count of 0; none in any month is nothing to count.
            data = repeats.load_repeats(database, ALWAYS)
    if not any(len(rows) for rows in data.rows.values()):
        return pd.DataFrame(columns=["what", "kind", "code", "district_code", "count", "note"])
    wards = read_areas(database, "ward")
    parts = []
    for what in ("places", "victims"):
        of_ward = counts.set_index("ward_code")[f"repeat_{what}"]
        parts.append(release_by_ward(of_ward, wards).assign(what=what))
    found = _join(parts)
    return found.assign(note=[NOTES.get(mark, WITHHELD_NOTE) for mark in found["mark"]])


@needs(Permission.SEE_RELEASED)
def find_months(release: Release, district: str | None) -> pd.DataFrame:
    """Find the released months of a district or of all: month, label, incidents, note."""
    rows = release.months[release.months["district_code"] == (district or ALL)]
    months = [_month(int(ordinal)) for ordinal in rows["month"]]
    return pd.DataFrame(
        {
            "month": pd.to_datetime([month.first_day for month in months]),
            "label": [month.label for month in months],
            "incidents": rows["count"].to_numpy(),
            "note": [NOTES.get(mark, WITHHELD_NOTE) for mark in rows["mark"]],
        }
    )


@needs(Permission.SEE_RELEASED)
def find_categories(release: Release, district: str | None, period: str) -> pd.DataFrame:
    """Find the released categories of a district in a year: category, incidents, note."""
    chosen = (release.categories["district_code"] == (district or ALL)) & (
        release.categories["period"] == period
    )
    rows = release.categories[chosen]
    return pd.DataFrame(
        {
            "category": rows["category"].to_numpy(),
            "incidents": rows["count"].to_numpy(),
            "note": [NOTES.get(mark, WITHHELD_NOTE) for mark in rows["mark"]],
        }
    )


@handed
def newest_year(release: Release) -> str | None:
    """Give the newest whole year that is released; None if there is none."""
    return next((key for key in release.periods if "Q" not in key), None)


@handed
def find_count(release: Release, kind: str, period: str, code: str) -> tuple[float, str]:
    """Give the released count of a district or ward, or NaN and why it is not shown."""
    rows = release.of_areas(kind, period)
    if code not in rows.index:
        return np.nan, NOT_COVERED
    row = rows.loc[code]
    if row["mark"] == SHOWN:
        return float(row["count"]), ""
    return np.nan, NOTES.get(row["mark"], WITHHELD_NOTE)


@handed
def say_period(key: str, period: Period) -> str:
    """Say a period to choose: '2025' or 'July to September 2026'."""
    return period.label if "Q" in key else key


def _say_total(release: Release, district: str | None, period: str) -> str:
    kind = "district" if district else "all"
    rows = release.of_areas(kind, period)
    code = district or ALL
    if code not in rows.index:
        return "an unknown number of"
    row = rows.loc[code]
    return f"{row['count']:,.0f}" if row["mark"] == SHOWN else "a withheld number of"


def _covered_alike(frame: pd.DataFrame) -> dict[tuple[int, ...], list[str]]:
    """Group districts by the months that every source which covers them holds."""
    by_force = {
        force: set(rows["month"].astype(int))
        for force, rows in frame.groupby(frame["force"].astype(str))
    }
    counts = frame.groupby([frame["district_code"].astype(str), frame["force"].astype(str)]).size()
    groups: dict[tuple[int, ...], list[str]] = {}
    for district, sizes in counts[counts >= MOST_STRAYS].groupby(level=0):
        if not district:
            continue
        held = set.intersection(*(by_force[force] for force in sizes.index.get_level_values(1)))
        groups.setdefault(tuple(sorted(held)), []).append(str(district))
    return groups


def _month(ordinal: int) -> Month:
    return EARLIEST + (ordinal - EARLIEST.ordinal)


def _join(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)
