"""The rolling year of a survey: which four quarters make the figures, and are all of them there?

A quarter in which far fewer answered than usual is not there either: a year that rests on it would
stand for three seasons.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median

from geodata.calendar import Month, Period

QUARTERS_A_YEAR = 4
LEAST_OF_USUAL = 0.5
"""Part of the answers of the survey's middle quarter that a quarter needs to count."""
LOOKED_BACK = 2 * QUARTERS_A_YEAR
"""Newest quarters that the middle one is of, so that a sample made smaller is soon the usual one,
and the figure of a year stays as it was when later quarters come."""
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")


@dataclass(frozen=True)
class RollingYear:
    """Four quarters in a row.

    Attributes
    ----------
    quarters : tuple of str
        The four, oldest first, such as '2026-Q3'.
    complete : bool
        True if the survey has answers enough for all four; otherwise no figure may be given.
    missing : tuple of str
        Those without an answer.
    last : date
        Last day of the year.
    short : tuple of (str, int)
        Those with fewer answers than half of the middle quarter's, and how many they have.
    usual : int
        Answers of the middle quarter; 0 if their numbers are not known.
    """

    quarters: tuple[str, ...]
    complete: bool
    missing: tuple[str, ...]
    last: dt.date
    short: tuple[tuple[str, int], ...] = ()
    usual: int = 0

    @property
    def label(self) -> str:
        """The year in words, such as October 2025 to September 2026."""
        return Period(_first_month(self.quarters[0]), _first_month(self.quarters[-1]) + 2).label

    @property
    def missing_label(self) -> str:
        """The quarters without an answer in words; '' if none is missing."""
        return ", ".join(say_quarter(quarter) for quarter in self.missing)

    @property
    def gaps_label(self) -> str:
        """What it lacks in words: quarters not asked, and those too few answered; '' if nothing."""
        said = [f"not asked in {self.missing_label}"] if self.missing else []
        few = ", ".join(
            f"{count:,} answer{'' if count == 1 else 's'} in {say_quarter(quarter)}"
            for quarter, count in self.short
        )
        if few:
            said.append(f"only {few}, fewer than half of the {self.usual:,} of a usual quarter")
        return "; ".join(said)


def rolling_year(
    quarters_present: Collection[str] | Mapping[str, int], complete_to: dt.date
) -> RollingYear:
    """Give the last four complete quarters, and say which of them have no or too few answers.

    Parameters
    ----------
    quarters_present : collection of str, or mapping of str to int
        Quarters with answers, such as '2026-Q3', as a mapping with how many; '' (not known) is
        passed over. Quarters that end after `complete_to` are still being asked and never count.
    complete_to : date
        Day up to which the survey has been carried out.

    Raises
    ------
    ValueError
        If a quarter is not written like '2026-Q3'.

    Examples
    --------
    >>> year = rolling_year(["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"], dt.date(2026, 10, 31))
    >>> year.complete, year.label
    (True, 'October 2025 to September 2026')

    Notes
    -----
    With numbers of answers, a quarter counts if it has at least half of those of the middle
    quarter (the median) among the eight newest complete ones with answers.
    """
    present = {quarter for quarter in quarters_present if quarter}
    for quarter in present:
        _first_month(quarter)
    newest = newest_complete(complete_to)
    last = _first_month(newest)
    looked = [_name(last - 3 * back) for back in reversed(range(LOOKED_BACK))]
    quarters = tuple(looked[-QUARTERS_A_YEAR:])
    missing = tuple(quarter for quarter in quarters if quarter not in present)
    short: tuple[tuple[str, int], ...] = ()
    usual = 0.0
    if isinstance(quarters_present, Mapping):
        counts = {one: quarters_present[one] for one in looked if one in present}
        usual = median(counts.values()) if counts else 0.0
        short = tuple(
            (one, counts[one])
            for one in quarters
            if one in counts and counts[one] < LEAST_OF_USUAL * usual
        )
    complete = not missing and not short
    return RollingYear(quarters, complete, missing, last_day_of(newest), short, round(usual))


def years_back(
    quarters_present: Collection[str] | Mapping[str, int], complete_to: dt.date, most: int = 9
) -> list[RollingYear]:
    """List the rolling years that end in each quarter with answers, oldest first.

    Years that share quarters are not independent of each other. Incomplete years are listed as
    such, so that a chart can leave a gap; those before the first full year are not.
    """
    present = sorted(quarter for quarter in quarters_present if quarter)
    if not present:
        return []
    ends: list[RollingYear] = []
    last = rolling_year(quarters_present, complete_to)
    first_full = _first_month(present[0]) + 3 * (QUARTERS_A_YEAR - 1)
    while len(ends) < most and _first_month(last.quarters[-1]) >= first_full:
        ends.append(last)
        last = rolling_year(quarters_present, _day_before(_first_month(last.quarters[-1])))
    return ends[::-1]


def year_before(
    quarters_present: Collection[str] | Mapping[str, int], year: RollingYear
) -> RollingYear:
    """Give the same four quarters one year earlier: they share no answer with the year."""
    return rolling_year(quarters_present, _day_before(_first_month(year.quarters[0])))


def newest_complete(day: dt.date) -> str:
    """Name the newest quarter that has ended by a day.

    Examples
    --------
    >>> newest_complete(dt.date(2026, 9, 29)), newest_complete(dt.date(2026, 9, 30))
    ('2026-Q2', '2026-Q3')
    """
    after = Month.of(day + dt.timedelta(days=1))
    return _name(after - (after.month - 1) % 3 - 3)


def last_day_of(quarter: str) -> dt.date:
    """Give the last day of a quarter; ValueError if it is not written like '2026-Q3'."""
    return _day_before(_first_month(quarter) + 3)


def say_quarter(quarter: str) -> str:
    """Write a quarter in words.

    Examples
    --------
    >>> say_quarter("2026-Q3")
    'July to September 2026'
    """
    first = _first_month(quarter)
    return f"{first.first_day:%B} to {(first + 2).label}"


def _first_month(quarter: str) -> Month:
    found = _QUARTER.match(quarter)
    if not found:
        raise ValueError(f"{quarter[:20]!r} is not a quarter; accepted is YYYY-QN, as in 2026-Q3")
    return Month(int(found[1]), 3 * int(found[2]) - 2)


def _name(first: Month) -> str:
    return f"{first.year:04d}-Q{(first.month + 2) // 3}"


def _day_before(month: Month) -> dt.date:
    return month.first_day - dt.timedelta(days=1)
