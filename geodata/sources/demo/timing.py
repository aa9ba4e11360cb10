"""When incidents happen: season, week, hour, school holidays, weather.

Times are local civil time; none falls in the hour that the clocks skip in spring.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]

_HOME = np.array([
    2.4, 1.7, 1.1, 0.7, 0.5, 0.5, 0.7, 1.2, 1.9, 2.4, 2.8, 3.1,
    3.4, 3.5, 3.8, 4.8, 5.8, 6.4, 7.2, 7.8, 7.9, 7.4, 6.0, 4.0,
])  # fmt: skip
_CENTRE = np.array([
    5.2, 4.4, 3.4, 2.0, 0.9, 0.5, 0.5, 0.8, 1.4, 2.0, 2.8, 3.4,
    4.0, 4.1, 4.5, 5.4, 5.9, 6.0, 6.4, 7.0, 7.4, 7.6, 7.2, 6.4,
])  # fmt: skip
_WEEK = np.array([0.92, 0.90, 0.92, 0.96, 1.10, 1.18, 1.02])
_MONTHS = np.array([0.78, 0.82, 0.92, 1.02, 1.10, 1.17, 1.22, 1.20, 1.05, 1.02, 0.94, 0.76])


@dataclass(frozen=True)
class Diary:
    """The days of the county with what made each one busier or quieter."""

    days: npt.NDArray[np.datetime64]
    weekday: Ints
    month: Ints
    is_holiday: npt.NDArray[np.bool_]
    is_dry: npt.NDArray[np.bool_]
    home: Floats
    centre: Floats

    def draw(self, rng: np.random.Generator, count: int, weights: Floats) -> tuple[Ints, Ints]:
        """Draw day numbers and hours from a table of days by hours."""
        ladder = np.cumsum(weights.ravel())
        cell = np.searchsorted(ladder, rng.random(count) * ladder[-1], side="right")
        cell = np.minimum(cell, weights.size - 1)
        return cell // 24, cell % 24

    def to_times(self, rng: np.random.Generator, day: Ints, hour: Ints) -> Times:
        """Turn days and hours into exact times; people round to five minutes half the time."""
        minute = rng.integers(0, 60, len(day))
        minute = np.where(rng.random(len(day)) < 0.5, minute - minute % 5, minute)
        skipped = is_clock_change(self.days)[day] & (hour == 1)
        hour = np.where(skipped, 2, hour)
        start = self.days[day].astype("datetime64[m]")
        return np.asarray(start + (hour * 60 + minute).astype("m8[m]"))


def build_diary(rng: np.random.Generator, last_day: dt.date, years: int) -> Diary:
    """Build the diary of whole years that end on a day."""
    first_day = _years_before(last_day, years) + dt.timedelta(days=1)
    days = np.arange(
        np.datetime64(first_day),
        np.datetime64(last_day) + np.timedelta64(1, "D"),
        dtype="datetime64[D]",
    )
    weekday = (days.astype(np.int64) + 3) % 7
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    holiday = _is_school_holiday(days)
    dry = _draw_dry_days(rng, month)
    daily = _MONTHS[month - 1] * _WEEK[weekday] * rng.gamma(60, 1 / 60, len(days))
    daily *= np.where(dry, 1.03, 0.92) * np.linspace(1.03, 0.97, len(days))
    tables = []
    for hours in (_HOME, _CENTRE):
        table = daily[:, None] * hours[None, :]
        table[np.isin(weekday, (4, 5)), 21:] *= 1.35
        table[np.isin(weekday, (5, 6)), :4] *= 1.9
        afternoon = holiday & (weekday < 5)
        table[afternoon, 11:17] *= 1.30
        table[~holiday & (weekday < 5), 15:18] *= 1.12
        summer = dry & np.isin(month, (5, 6, 7, 8, 9))
        table[summer, 18:23] *= 1.30
        bonfire = (month == 11) & np.isin(_day_of_month(days), (4, 5, 6, 7))
        table[bonfire, 17:23] *= 1.6
        halloween = (month == 10) & np.isin(_day_of_month(days), (30, 31))
        table[halloween, 17:22] *= 1.6
        tables.append(table)
    return Diary(days, weekday, month, holiday, dry, tables[0], tables[1])


def _years_before(day: dt.date, years: int) -> dt.date:
    last_of_february = day.month == 2 and day.day == 29
    return day.replace(year=day.year - years, day=28 if last_of_february else day.day)


def _day_of_month(days: npt.NDArray[np.datetime64]) -> Ints:
    return np.asarray((days - days.astype("datetime64[M]")).astype(np.int64) + 1)


def _draw_dry_days(rng: np.random.Generator, month: Ints) -> npt.NDArray[np.bool_]:
    """Draw spells of wet and dry days; summers are drier."""
    chance = rng.random(len(month))
    usual = np.where(np.isin(month, (5, 6, 7, 8)), 0.64, 0.50)
    dry = np.empty(len(month), dtype=bool)
    before = True
    for i in range(len(month)):
        before = bool(chance[i] < usual[i] + (0.18 if before else -0.22))
        dry[i] = before
    return dry


def _is_school_holiday(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Say which days are in the county's school holidays (weekends next to them included)."""
    result = np.zeros(len(days), dtype=bool)
    first, last = days[0].astype(dt.date).year, days[-1].astype(dt.date).year
    for year in range(first - 1, last + 1):
        sunday = _find_easter(year)
        for start, end in (
            (dt.date(year, 2, 13), dt.date(year, 2, 21)),
            (sunday - dt.timedelta(days=9), sunday + dt.timedelta(days=7)),
            (dt.date(year, 5, 24), dt.date(year, 6, 1)),
            (dt.date(year, 7, 23), dt.date(year, 9, 2)),
            (dt.date(year, 10, 23), dt.date(year, 10, 31)),
            (dt.date(year, 12, 20), dt.date(year + 1, 1, 3)),
        ):
            result |= (days >= np.datetime64(start)) & (days <= np.datetime64(end))
    return result


def _find_easter(year: int) -> dt.date:
    """Find Easter Sunday by the Gregorian rule of Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    skipped = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def is_clock_change(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Say which days lose the hour from 01:00 to 02:00: the last Sunday of March."""
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    sunday = (days.astype(np.int64) + 3) % 7 == 6
    return np.asarray((month == 3) & sunday & (_day_of_month(days) >= 25))
