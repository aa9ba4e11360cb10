"""Dates of an incident extract: text to local civil time, each distinct value read once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LOCAL_TIME = "Europe/London"
PRECISION_RANK = {"month": 0, "day": 1, "minute": 2}
_HAS_OFFSET = r"\d{2}:?\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True)
class ReadDates:
    """Dates of a column, aligned with it.

    Parameters
    ----------
    moments : Series of datetime64
        Local civil time; NaT where the value is blank or refused.
    precision : Series of str
        'minute', 'day', 'month', or "" where there is no moment.
    unread : Series of bool
        True where a value stands that no format reads.
    ambiguous : Series of bool
        True where two formats read a value as different days.
    """

    moments: pd.Series
    precision: pd.Series
    unread: pd.Series
    ambiguous: pd.Series


def precision_of(form: str) -> str:
    """Say how much of a moment a date format tells: minute, day or month."""
    if any(mark in form for mark in ("%H", "%I", "%T", "%R", "%X", "%c")):
        return "minute"
    return "day" if any(mark in form for mark in ("%d", "%j", "%D", "%F", "%x")) else "month"


def read_dates(values: pd.Series, formats: Sequence[str], timezone: str = LOCAL_TIME) -> ReadDates:
    """Read a column of dates.

    Parameters
    ----------
    values : Series of str
        "" counts as missing, not as a fault.
    formats : sequence of str
        strptime formats, tried in order; the first that reads a value gives its precision.
        A value with an offset (ending in Z or +01:00) in ISO form is always read.
    timezone : str, default 'Europe/London'
        Zone of values without an offset.

    Returns
    -------
    ReadDates
        In local civil time of Europe/London without an offset. A value that two formats read
        as different moments, such as 03/04/2025 with day first and month first both listed,
        is ambiguous and refused.
    """
    text = values.str.strip()
    codes, distinct = pd.factorize(text)
    unique = pd.Series(distinct, dtype="str")
    moments = pd.Series(pd.NaT, index=unique.index, dtype="datetime64[us]")
    precision = pd.Series("", index=unique.index, dtype="str")
    ambiguous = pd.Series(False, index=unique.index)
    has_digit = unique.str.contains(r"\d", regex=True)
    has_offset = has_digit & unique.str.contains(_HAS_OFFSET, regex=True)
    if has_offset.any():
        aware = pd.to_datetime(
            unique[has_offset], format="ISO8601", utc=True, errors="coerce"
        ).dropna()
        moments[aware.index] = _strip_zone(aware)
        precision[aware.index] = "minute"
    for form in formats:
        tried = unique[has_digit & ~(has_offset & moments.notna())]
        if tried.empty:
            continue
        read = pd.to_datetime(tried, format=form, errors="coerce", utc="%z" in form).dropna()
        local = _strip_zone(read) if "%z" in form else _from_zone(read, timezone)
        local = local.dropna()
        known = moments[local.index]
        ambiguous[local.index] |= known.notna() & (known != local)
        fresh = local[known.isna()]
        moments[fresh.index] = fresh
        precision[fresh.index] = precision_of(form)
    moments[ambiguous] = pd.NaT
    precision[ambiguous] = ""
    precision = _midnight_is_day(moments, precision, codes)
    unread = unique.ne("") & moments.isna() & ~ambiguous
    return ReadDates(
        *(
            pd.Series(part.to_numpy()[codes], index=values.index, dtype=part.dtype)
            for part in (moments, precision, unread, ambiguous)
        )
    )


def _strip_zone(aware: pd.Series) -> pd.Series:
    local: pd.Series = aware.dt.tz_convert(LOCAL_TIME).dt.tz_localize(None)
    return local.astype("datetime64[us]")


def _from_zone(naive: pd.Series, timezone: str) -> pd.Series:
    naive = naive.astype("datetime64[us]")
    if timezone == LOCAL_TIME:
        return naive
    return _strip_zone(naive.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT"))


def _midnight_is_day(moments: pd.Series, precision: pd.Series, codes: np.ndarray) -> pd.Series:
    """Mark midnight as 'day' where most times of a column are midnight: no time was exported."""
    timed = precision.eq("minute")
    midnight = timed & moments.eq(moments.dt.normalize())
    rows = np.bincount(codes[codes >= 0], minlength=len(moments))
    if midnight.any() and rows[midnight].sum() * 2 > rows[timed].sum():
        return precision.mask(midnight, "day")
    return precision
