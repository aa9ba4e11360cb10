"""The rolling year of a survey: which four quarters make the figures, and are all of them there?"""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from geodata.calendar import Month, Period

QUARTERS_A_YEAR = 4
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")


@dataclass(frozen=True)
class RollingYear:
    """Four quarters in a row.

    Attributes
    ----------
    quarters : tuple of str
        The four, oldest first, such as '2026-Q3'.
    complete : bool
        True if the survey has answers for all four; otherwise no figure may be given.
    missing : tuple of str
        Those without an answer.
    last : date
        Last day of the year.
    """

    quarters: tuple[str, ...]
    complete: bool
    missing: tuple[str, ...]
    last: dt.date

    @property
    def label(self) -> str:
        """The year in words, such as October 2025 to September 2026."""
        return Period(_first_month(self.quarters[0]), _first_month(self.quarters[-1]) + 2).label

    @property
    def missing_label(self) -> str:
        """The quarters without an answer in words; '' if none is missing."""
        return ", ".join(say_quarter(quarter) for quarter in self.missing)


def rolling_year(quarters_present: Collection[str], complete_to: dt.date) -> RollingYear:
    """Give the last four complete quarters, and say which of them have no answers.

    Parameters
    ----------
    quarters_present : collection of str
        Quarters with answers, such as '2026-Q3'; '' (not known) is passed over. Quarters that
        end after `complete_to` are still being asked and never count.
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
    """
    present = {quarter for quarter in quarters_present if quarter}
    for quarter in present:
        _first_month(quarter)
    newest = newest_complete(complete_to)
    last = _first_month(newest)
    quarters = tuple(_name(last - 3 * back) for back in reversed(range(QUARTERS_A_YEAR)))
    missing = tuple(quarter for quarter in quarters if quarter not in present)
    return RollingYear(quarters, not missing, missing, last_day_of(newest))


def years_back(
    quarters_present: Collection[str], complete_to: dt.date, most: int = 9
) -> list[RollingYear]:
    """List the rolling years that end in each quarter with answers, oldest first.

    Years that share quarters are not independent of each other. Incomplete years are listed as
    such, so that a chart can leave a gap; those before the first full year are not.
    """
    present = sorted(quarter for quarter in quarters_present if quarter)
    if not present:
        return []
    ends: list[RollingYear] = []
    last = rolling_year(present, complete_to)
    first_full = _first_month(present[0]) + 3 * (QUARTERS_A_YEAR - 1)
    while len(ends) < most and _first_month(last.quarters[-1]) >= first_full:
        ends.append(last)
        last = rolling_year(present, _day_before(_first_month(last.quarters[-1])))
    return ends[::-1]


def year_before(quarters_present: Collection[str], year: RollingYear) -> RollingYear:
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
