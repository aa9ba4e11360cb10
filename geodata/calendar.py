"""Months, periods and the shift-day: the units of time that every count uses.

Incident times are local civil time (Europe/London) without an offset, as forces record
them; a shift-day runs from 06:00 to 05:59 so that a Friday night stays one night.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Self

SHIFT_DAY_START_HOUR = 6
_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, such as June 2025.

    Examples
    --------
    >>> str(Month.parse("2025-12") + 1)
    '2026-01'
    >>> Month(2025, 6).label
    'June 2025'
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1900 <= self.year <= 2200:
            raise ValueError(f"Month({self.year}, {self.month}) is not a month from 1900 to 2200")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``; anything else is a ValueError."""
        found = _MONTH.match(text.strip())
        if not found:
            raise ValueError(f"{text[:20]!r} is not a month; accepted is YYYY-MM, such as 2025-06")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: dt.date | dt.datetime) -> Self:
        """Give the month that a day lies in."""
        return cls(day.year, day.month)

    @property
    def ordinal(self) -> int:
        """Months since year 0; the difference of two is a number of months."""
        return self.year * 12 + self.month - 1

    def __add__(self, months: int) -> Self:
        year, month = divmod(self.ordinal + months, 12)
        return type(self)(year, month + 1)

    def __sub__(self, months: int) -> Self:
        return self + (-months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def label(self) -> str:
        """The month in words, such as June 2025."""
        return f"{self.first_day:%B} {self.year}"


@dataclass(frozen=True)
class Period:
    """A run of whole months, both ends included.

    Examples
    --------
    >>> period = Period(Month(2025, 1), Month(2025, 3))
    >>> len(period), period.label
    (3, 'January 2025 to March 2025')
    >>> period.before().label
    'October 2024 to December 2024'
    """

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it starts ({self.first})")

    @classmethod
    def ending(cls, last: Month, months: int) -> Self:
        """Give the period of ``months`` months that ends with ``last``."""
        if months < 1:
            raise ValueError(f"a period has at least 1 month, got {months}")
        return cls(last - (months - 1), last)

    def __len__(self) -> int:
        return self.last.ordinal - self.first.ordinal + 1

    def __contains__(self, month: object) -> bool:
        return isinstance(month, Month) and self.first <= month <= self.last

    @property
    def months(self) -> list[Month]:
        """Every month of the period, in order."""
        return [self.first + step for step in range(len(self))]

    def before(self) -> Self:
        """Give the period of the same length just before this one."""
        return type(self)(self.first - len(self), self.first - 1)

    def year_before(self) -> Self:
        """Give the same months one year earlier."""
        return type(self)(self.first - 12, self.last - 12)

    @property
    def years(self) -> float:
        """Length in years, for rates per year."""
        return len(self) / 12

    @property
    def label(self) -> str:
        """The period in words, with 'to' as GOV.UK writes ranges."""
        if self.first == self.last:
            return self.first.label
        return f"{self.first.label} to {self.last.label}"


def shift_day(moment: dt.datetime) -> dt.date:
    """Give the shift-day (06:00 to 05:59) a moment belongs to.

    Examples
    --------
    >>> shift_day(dt.datetime(2025, 6, 7, 2, 30))
    datetime.date(2025, 6, 6)
    """
    return (moment - dt.timedelta(hours=SHIFT_DAY_START_HOUR)).date()


def say_date(day: dt.date) -> str:
    """Write a date as GOV.UK does, such as 17 June 2024."""
    return f"{day.day} {day:%B} {day.year}"


def say_time(moment: dt.datetime | dt.time) -> str:
    """Write a time of day as GOV.UK does, such as 3:06am, 5pm, midday."""
    if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"
