"""When does a report count towards a case review, where days may be known only in part?

A month 'beginning with' a day ends the day before the same day of the next month: from 15
January it ends on 14 February. Where the next month has no such day it ends with that month:
from 31 January on 28 or 29 February. The loose reading runs to the same day of the next month.
"""

import calendar
import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.calendar import Month
from geodata.schemas import require_columns

COLUMNS = ("behaviour_on", "reported_on", "event")
DAY = dt.timedelta(days=1)
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


@dataclass(frozen=True)
class Report:
    """One report: the days on which behaviour and report can have been.

    Attributes
    ----------
    behaviour_on, behaviour_until, reported_on, reported_until : date
        First and last day possible; the same where the day is known.
    event : hashable
        Reports of one incident share it.
    linked : bool or None
        Whether it belongs to the problem; None if that is not known.
    person : str
        Who is concerned; empty if not known.
    """

    behaviour_on: dt.date
    behaviour_until: dt.date
    reported_on: dt.date
    reported_until: dt.date
    event: Hashable
    linked: bool | None = True
    person: str = ""

    def counts_for_sure(self, at: dt.date, within: int, months: int, *, strict: bool) -> bool:
        """Say whether it counts on a day whichever of its possible days are the true ones.

        A report cannot come before the behaviour; dates that say so count for nothing certain.
        """
        if self.behaviour_on > self.reported_until or self.reported_until > at:
            return False
        if within and self.reported_until > last_day(self.behaviour_on, within, strict=strict):
            return False
        return self.counts_until(months, strict=strict) >= at

    def counts_until(self, months: int, *, strict: bool) -> dt.date:
        """Give the last day to apply that is certain: from the earliest day of the report."""
        return last_day(max(self.reported_on, self.behaviour_on), months, strict=strict)


def last_day(start: dt.date, months: int, *, strict: bool) -> dt.date:
    """Give the last day of some months that begin with a day.

    Parameters
    ----------
    start : date
    months : int
        At least 1.
    strict : bool
        True for the law's wording (15 January to 14 February), False for the loose reading (to
        15 February). A day that the last month lacks is its last day on both.

    Examples
    --------
    >>> last_day(dt.date(2025, 1, 31), 1, strict=True)
    datetime.date(2025, 2, 28)
    """
    month = Month.of(start) + months
    days = calendar.monthrange(month.year, month.month)[1]
    if start.day > days:
        return dt.date(month.year, month.month, days)
    same = dt.date(month.year, month.month, start.day)
    return same - DAY if strict else same


def last_in_time(
    report: Report, at: dt.date, within: int, months: int, *, strict: bool
) -> dt.date | None:
    """Give the latest day on which a report can have been made so that it counts.

    Returns
    -------
    date or None
        None if it cannot count on ``at``, whichever of its possible days are the true ones.
    """
    latest = min(report.reported_until, at)
    if within:
        latest = min(latest, last_day(report.behaviour_until, within, strict=strict))
    earliest = report.reported_on
    if report.behaviour_on <= report.reported_until:
        earliest = max(earliest, report.behaviour_on)
    if latest < earliest or last_day(latest, months, strict=strict) < at:
        return None
    return latest


def read_reports(frame: pd.DataFrame, linked: bool | None) -> list[Report]:
    """Turn a frame of reports into reports, with the days that are possible.

    Parameters
    ----------
    frame : DataFrame
        As `analytics.cases.case_review.find_review_state` takes it.
    linked : bool or None
        For rows without a word of their own.

    Returns
    -------
    list of Report
        A behaviour of an unknown day can have been on any day up to the report, a report of an
        unknown day on any day from the behaviour on; one without both days counts nowhere for
        certain.

    Raises
    ------
    FrameShapeError
        If a column is missing.
    """
    require_columns(frame, COLUMNS, "reports")
    return list(_reports(frame, linked))


def _reports(frame: pd.DataFrame, linked: bool | None) -> Iterator[Report]:
    behaviour, reported = _days(frame, "behaviour_on"), _days(frame, "reported_on")
    behaviour_end = _days(frame, "behaviour_until", behaviour)
    reported_end = _days(frame, "reported_until", reported)
    rows = len(frame)
    own = frame["linked"].tolist() if "linked" in frame else [linked] * rows
    people = frame["person"].fillna("").tolist() if "person" in frame else [""] * rows
    for n, event in enumerate(frame["event"].tolist()):
        first = reported[n] or behaviour[n] or EARLIEST
        last = reported_end[n] or reported[n] or LATEST
        yield Report(
            behaviour_on=behaviour[n] or EARLIEST,
            behaviour_until=behaviour_end[n] or behaviour[n] or last,
            reported_on=first,
            reported_until=last,
            event=event,
            linked=None if _missing(own[n]) else bool(own[n]),
            person=str(people[n]),
        )


def _days(
    frame: pd.DataFrame, name: str, otherwise: list[dt.date | None] | None = None
) -> list[dt.date | None]:
    if name not in frame:
        return otherwise or [None] * len(frame)
    days = pd.to_datetime(pd.Series(frame[name].to_numpy()))
    return [None if pd.isna(day) else day.date() for day in days]


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
