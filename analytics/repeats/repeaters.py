"""Who and what comes back: more than so many incidents within so long, for any key.

A key is a person (repeat victim) or an address (repeat location): two different things, found by
the same rule. Incidents come in once each, see `analytics.repeats.events`.
"""

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.calendar import say_date
from geodata.categories import NOT_RECORDED

IntArray = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

_SPAN = 1 << 20
"""More days than any two dates of the calendar of this house lie apart."""
_EPOCH = np.datetime64("1800-01-01", "D").astype(np.int64)


@dataclass(frozen=True)
class RepeatRule:
    """How many incidents within how long make a repeat; both ends of the window count.

    Parameters
    ----------
    name : str
        Short code, safe in links.
    least : int
        Incidents from which on it is a repeat.
    months : int, optional
        Length in calendar months: 12 months before 1 March 2024 begin on 1 March 2023; where the
        day does not exist they begin on the last day of that month.
    days : int, optional
        Most days that two incidents of it lie apart, instead of months: 14 days before the 15th
        begin on the 1st, since an incident 14 days after another is within 14 days of it. That
        window holds 15 dates.
    similar : bool
        Only incidents of one ASB type count together.
    published : str
        Who published the rule.
    """

    name: str
    least: int
    months: int | None = None
    days: int | None = None
    similar: bool = False
    published: str = "set here"

    def __post_init__(self) -> None:
        if (self.months is None) == (self.days is None):
            raise ValueError("a rule has a length in months or in days, one of the two")
        if self.least < 1 or (self.months or self.days or 0) < 1:
            raise ValueError(f"least and length must be at least 1, got {self!r}")

    @property
    def label(self) -> str:
        """The rule in words, such as '2 incidents or more in 12 calendar months'.

        Days are said to lie apart, since the window has one date more than their number.
        """
        like = " similar" if self.similar else ""
        length = (
            f" in {self.months} calendar month{'s' if self.months != 1 else ''}"
            if self.months
            else f", at most {self.days} day{'s' if self.days != 1 else ''} apart"
        )
        noun = "incident" if self.least == 1 else "incidents"
        return f"{self.least}{like} {noun} or more{length}"

    def first_day(self, last: dt.date) -> dt.date:
        """Give the first day of the window that ends on a day."""
        day: dt.date = self.first_days(np.array([last], dtype="datetime64[D]"))[0].item()
        return day

    def first_days(self, last: Days) -> Days:
        """Give the first day of the window that ends on each day."""
        if self.days:
            return last - np.timedelta64(self.days, "D")
        months = last.astype("datetime64[M]")
        begin = (months - (self.months or 0)).astype("datetime64[D]")
        end = (months - (self.months or 0) + 1).astype("datetime64[D]") - 1
        return np.minimum(begin + (last - months.astype("datetime64[D]")), end)

    def say_window(self, as_at: dt.date) -> str:
        """Say which days the window ending on a day covers."""
        return f"{say_date(self.first_day(as_at))} to {say_date(as_at)}"


PRESETS: dict[str, RepeatRule] = {
    rule.name: rule
    for rule in (
        RepeatRule(
            "12-months", 2, months=12,
            published="definition of a repeat victim, 2012",
        ),
        RepeatRule(
            "2-in-14-days", 2, days=14, published="trigger for a risk assessment, Burnley council"
        ),
        RepeatRule(
            "5-in-180-days", 5, days=180, published="trigger for a risk assessment, Burnley council"
        ),
        RepeatRule(
            "3-similar-in-3-months", 3, months=3, similar=True,
            published="training card of a police force; similar means the same ASB type",
        ),
    )
}  # fmt: skip
"""Published rules by their names; local policy decides which one counts."""

LARGEST = {"least": 50, "months": 36, "days": 1_095}
_OWN = re.compile(r"^([0-9]{1,2})-in-([0-9]{1,4})-(months|days)$")


def read_rule(name: str) -> RepeatRule | None:
    """Give the rule of a name: a preset, or your own such as '4-in-30-days'; None for neither."""
    if name in PRESETS:
        return PRESETS[name]
    found = _OWN.match(name)
    if not found:
        return None
    least, length, unit = int(found[1]), int(found[2]), found[3]
    if not (1 < least <= LARGEST["least"] and 0 < length <= LARGEST[unit]):
        return None
    label = f"{least}-in-{length}-{unit}"
    if unit == "months":
        return RepeatRule(label, least, months=length)
    return RepeatRule(label, least, days=length)


def find_repeats(
    keys: npt.ArrayLike | pd.Series,
    moments: npt.ArrayLike | pd.Series,
    rule: RepeatRule,
    as_at: dt.date,
    *,
    months: npt.ArrayLike | None = None,
    kinds: npt.ArrayLike | pd.Series | None = None,
) -> pd.DataFrame:
    """Say for every key how many incidents it has in the window, and whether it is a repeat.

    Parameters
    ----------
    keys : array_like of str, or categories
        Person or address of each incident; an empty key is nobody and is left out.
    moments : array_like of datetime64
        When each began, local time; NaT where only the month is known. Incidents after ``as_at``
        do not count anywhere.
    rule : RepeatRule
        How many, within how long.
    as_at : date
        Last day of the window; the whole day counts.
    months : array_like of int, optional
        `Month.ordinal` of each incident, for those without a day. A month that lies wholly in
        the window counts; one that the window cuts is only possible, never silently in.
    kinds : array_like of str, or categories, optional
        What is similar, for rules that ask for it: the ASB type. An incident whose type is not
        recorded is only possible.

    Returns
    -------
    DataFrame
        In order of key: ``key``, ``incidents`` (surely in the window), ``possible`` (with those
        that may be), ``is_repeat``, ``cannot_tell`` (not surely a repeat, but possibly),
        ``first`` and ``last`` (days of the first and last dated incident in the window, NaT for
        none), ``most_in_any_window`` (of any window of that length up to ``as_at``; dated
        incidents only).

    Raises
    ------
    ValueError
        If lengths differ, or a rule for similar incidents comes without kinds.
    """
    codes, names = _factorise(keys)
    begun = np.asarray(moments, dtype="datetime64[us]")
    if len(begun) != len(codes):
        raise ValueError(f"keys ({len(codes)}) and moments ({len(begun)}) differ in length")
    if rule.similar and kinds is None:
        raise ValueError(f"rule {rule.name!r} counts similar incidents and needs kinds")
    surely, maybe = place_in_window(begun, rule, as_at, months=months)
    named = codes >= 0
    surely, maybe = surely & named, maybe & named
    known = ~np.isnat(begun)
    within = surely & known
    days = np.where(known, begun, np.datetime64(0, "us")).astype("datetime64[D]")
    last = np.datetime64(as_at, "D")
    width = 1
    kind = np.zeros(len(codes), dtype=np.int64)
    if rule.similar:
        kind, kind_names = _factorise(kinds)
        recorded = kind_names.to_numpy() != NOT_RECORDED
        said = (kind >= 0) & recorded[np.maximum(kind, 0)] if len(recorded) else kind >= 0
        maybe |= surely & ~said
        surely = surely & said
        known = known & said
        kind, width = np.maximum(kind, 0), max(len(kind_names), 1)
    size = len(names)
    sure = _most_by_kind(codes, kind, surely, size, width)
    possible = sure + np.bincount(codes[maybe], minlength=size)
    dated = known & (codes >= 0) & (days <= last)
    low, high = _span(codes[within], days[within], size)
    return pd.DataFrame(
        {
            "key": names,
            "incidents": sure,
            "possible": possible,
            "is_repeat": sure >= rule.least,
            "cannot_tell": (sure < rule.least) & (possible >= rule.least),
            "first": low,
            "last": high,
            "most_in_any_window": _most_in_any(
                codes[dated] * width + kind[dated], days[dated], rule, size, width
            ),
        }
    )


def place_in_window(
    moments: npt.ArrayLike | pd.Series,
    rule: RepeatRule,
    as_at: dt.date,
    *,
    months: npt.ArrayLike | None = None,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Say which incidents surely lie in the window that ends on a day, and which may.

    Parameters
    ----------
    moments, rule, as_at, months
        As for `find_repeats`.

    Returns
    -------
    surely, maybe : ndarray of bool
        None is both; without months, an incident without a day is neither.
    """
    begun = np.asarray(moments, dtype="datetime64[us]")
    known = ~np.isnat(begun)
    days = np.where(known, begun, np.datetime64(0, "us")).astype("datetime64[D]")
    last = np.datetime64(as_at, "D")
    first = rule.first_days(np.array([last]))[0]
    surely = known & (days >= first) & (days <= last)
    if months is None:
        return surely, np.zeros(len(begun), dtype=bool)
    opens = (np.asarray(months).astype(np.int64) - 1970 * 12).astype("datetime64[M]")
    begins = opens.astype("datetime64[D]")
    ends = (opens + 1).astype("datetime64[D]") - 1
    surely |= ~known & (begins >= first) & (ends <= last)
    return surely, ~known & ~surely & (ends >= first) & (begins <= last)


def _factorise(values: npt.ArrayLike | pd.Series | None) -> tuple[IntArray, pd.Index]:
    """Give whole numbers in order of the texts, -1 for an empty text, and the texts that occur."""
    column = (
        values if isinstance(values, pd.Series) else pd.Series(np.asarray(values, dtype=object))
    )
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories().cat
        names, codes = used.categories, used.codes.to_numpy().astype(np.int64)
        order = np.argsort(names.to_numpy(dtype=object))
        place = np.empty(len(names), dtype=np.int64)
        place[order] = np.arange(len(names))
        codes, names = np.where(codes >= 0, place[codes], -1) if len(names) else codes, names[order]
    else:
        found, unique = pd.factorize(column, sort=True)
        codes, names = found.astype(np.int64), pd.Index(unique)
    if len(names) and names[0] == "":
        codes, names = codes - 1, names[1:]
        codes = np.maximum(codes, -1)
    return codes, names.astype(object)


def _most_by_kind(
    codes: IntArray, kind: IntArray, chosen: npt.NDArray[np.bool_], size: int, width: int
) -> IntArray:
    counts = np.bincount(codes[chosen] * width + kind[chosen], minlength=size * width)
    most: IntArray = counts.reshape(size, width).max(axis=1, initial=0).astype(np.int64)
    return most


def _span(codes: IntArray, days: Days, size: int) -> tuple[Days, Days]:
    never = np.iinfo(np.int64)
    low = np.full(size, never.max)
    high = np.full(size, never.min)
    numbers = days.astype(np.int64)
    np.minimum.at(low, codes, numbers)
    np.maximum.at(high, codes, numbers)
    low[low == never.max] = never.min
    # pandas keeps seconds at the least; the lowest number is NaT.
    return (
        low.astype("datetime64[D]").astype("datetime64[s]"),
        high.astype("datetime64[D]").astype("datetime64[s]"),
    )


def _most_in_any(groups: IntArray, days: Days, rule: RepeatRule, size: int, width: int) -> IntArray:
    """Count, for each incident, those of its group in the window that ends with it."""
    most = np.zeros(size * width, dtype=np.int64)
    if not len(groups):
        return most[:size]
    numbers = days.astype(np.int64) - _EPOCH
    ordered = np.sort(groups * _SPAN + numbers)
    group, day = np.divmod(ordered, _SPAN)
    ends = np.unique(day)
    starts = rule.first_days((ends + _EPOCH).astype("datetime64[D]")).astype(np.int64) - _EPOCH
    begin = group * _SPAN + starts[np.searchsorted(ends, day)]
    # Of several on one day the last sees them all, so ties need no care.
    held = np.arange(len(ordered)) - np.searchsorted(ordered, begin) + 1
    heads = np.flatnonzero(np.diff(group, prepend=-1))
    most[group[heads]] = np.maximum.reduceat(held, heads)
    return most.reshape(size, width).max(axis=1, initial=0)
