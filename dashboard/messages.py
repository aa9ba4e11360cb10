"""Numbers, dates and findings as plain sentences, in the house's words.

British spelling, 1,000 with a comma, ranges with 'to', 'likely range' for an interval, and never
a bare percentage for a change.
"""

import datetime as dt
import math
from collections.abc import Collection

from analytics.rates import Change
from geodata.calendar import say_date
from geodata.errors import UserFacingError

NO_FIGURE = "no figure"
NOTHING_HELD = UserFacingError(
    "No incidents are held yet.",
    "The database is ready but empty.",
    "Run 'wardlight demo' for the synthetic county, or 'wardlight import --help' for your own "
    "data.",
)
NO_BOUNDARIES = UserFacingError(
    "No boundaries are held for these areas.",
    "A map needs the polygons of the areas it colours.",
    "Run 'wardlight import boundaries FILE' with ward or LSOA boundaries.",
)
NO_CALLS = UserFacingError(
    "No calls of a whole month are held yet.",
    "Repeat callers are counted from calls for service, which come by an import of their own.",
    "Run 'wardlight import calls FILE --mapping MAPPING', or 'wardlight demo' for the synthetic "
    "county.",
)
NO_ADDRESSES = UserFacingError(
    "No addresses are held yet.",
    "Only extracts with addresses can hold one home in two spellings; open data do not.",
    "Import an extract with an address column: 'wardlight import incidents FILE --mapping "
    "MAPPING'.",
)
NOTHING_FOUND = UserFacingError(
    "No incidents match these filters.",
    "Data are held, but none of this kind for this area and period.",
    "Widen the period, or clear a filter on the left.",
)
NO_QUESTIONS = UserFacingError(
    "These data do not say what was asked.",
    "The source has no fields on repeats, vulnerability, hate or THRIVE; police.uk publishes none. "
    "Nothing follows from that about what was asked.",
    "Import a force's own extract with these fields: docs/data.md names them.",
)
TRUST_NOTE = (
    "● Good, ◐ Fair, ○ Weak: how many incidents have an exact or street-level place, a report by "
    "the public, and an answer on repeats and vulnerability, and whether recording changed inside "
    "the period. The mark is about the records, not about the ward. Limits of 80% and 50% are a "
    "proposal of Wardlight, not policy."
)
NOTHING_RELEASED = UserFacingError(
    "No figures are released yet.",
    "Figures are released by whole calendar quarters, and no quarter is held complete.",
    "Import the missing months, or come back when a quarter is complete.",
)
RELEASED_LEGEND = (
    "Mid-grey areas have no released figure here: fewer than 5 incidents, withheld, or by year "
    "only. Very light areas lie outside the district chosen. Numbers on the map are ranks; one "
    "that would cover a smaller one is left out, and so is a name."
)
RELEASED_NOTE = (
    "Counts of 0 to 4 are said to be fewer than 5. Other counts are withheld where a total would "
    "give such a count away. Wards with at least 10 incidents in each quarter of the year before "
    "are released by quarter, the others by calendar year; LSOAs that lie in one ward by calendar "
    "year; months and categories by district only. Rates are for the whole "
    "period and usual residents; the likely range is the exact 95% Poisson range."
)
NO_DAYS_FOR_REPEATS = UserFacingError(
    "Repeats cannot be found here.",
    "Only the month of these incidents is known, and repeats are counted from day to day.",
    "Import a force extract with the day, the place and the victim of each incident.",
)
OPEN_DATA_NOTICE = (
    "Contains public sector information licensed under the Open Government Licence v3.0."
)
BOUNDARIES_NOTICE = (
    "Boundaries: Source: Office for National Statistics licensed under the Open Government "
    "Licence v3.0. Contains OS data © Crown copyright and database right 2025."
)
OPEN_SOURCES = frozenset(
    {"boundaries", "lookup", "population", "segments", "police-uk", "postcodes"}
)
MAP_SOURCES = frozenset({"boundaries", "postcodes"})
"""Imports that bring data of others under a licence that asks for its notice; the mapping of a
survey says its own.
"""
SYNTHETIC_BANNER = (
    "Synthetic data: an invented county. No place, person or incident shown here is real."
)
TIMES_UNKNOWN = (
    "Times of day are not known for these incidents, so there is no chart by hour and day. "
    "police.uk publishes the month only."
)
CATEGORY_UNKNOWN = (
    "The source does not say whether incidents are personal, nuisance or environmental. "
    "police.uk publishes ASB as one kind."
)
RATE_NOTE = (
    "Rates are for the whole period and count usual residents only, so they mislead where many "
    "people visit: areas marked 'mainly non-residential' are best read by count. The likely range "
    "is the exact 95% Poisson range."
)
RATIO_NOTE = (
    "The standardised ratio is 100 times incidents seen over those expected if every area shown "
    "had the same rate per resident. 100 is just as expected."
)
CHANGE_NOTE = (
    "A change is called clear when z = 2(√now − √before) is 3 or more either way; smaller "
    "differences are what chance alone often gives."
)


def say_notice(
    sources: Collection[str], *, is_synthetic: bool, licences: Collection[str] = ()
) -> str:
    """Say whose data these are: invented, or under a licence of the sources held; '' if neither.

    Parameters
    ----------
    sources : collection of str
        Kinds of import that are held.
    is_synthetic : bool
        Whether any data held are invented.
    licences : collection of str
        What the licences of surveys held ask for, in words; said beside invented data, too.
    """
    said = (
        [SYNTHETIC_BANNER]
        if is_synthetic
        else [
            notice
            for notice, of in ((OPEN_DATA_NOTICE, OPEN_SOURCES), (BOUNDARIES_NOTICE, MAP_SOURCES))
            if of & set(sources)
        ]
    )
    return " ".join(dict.fromkeys([*said, *licences]))


def say_counting_day(day: dt.date, today: dt.date | None = None) -> str:
    """Say which day decides what is due and overdue."""
    if day < (today or dt.date.today()):
        return (
            f"{say_date(day)} counts as today: it is the last day of the synthetic data. Real "
            "data are read on the day it is."
        )
    return f"{say_date(day)}, today, decides what is due and overdue."


def say_chance(chance: float) -> str:
    """Say a chance in per cent, never as certain."""
    if chance > 0.99:
        return "over 99%"
    return "under 1%" if chance < 0.01 else f"{chance:.0%}"


def say_count(count: float, word: str = "incident") -> str:
    """Say a count with its word, such as '1 incident' or '1,200 incidents'."""
    return f"{count:,.0f} {word}{'' if count == 1 else 's'}"


def say_number(value: float, digits: int = 0) -> str:
    """Say a number, or 'no figure' where there is none."""
    return NO_FIGURE if not math.isfinite(value) else f"{value:,.{digits}f}"


def say_range(low: float, high: float, digits: int = 0) -> str:
    """Say a likely range, such as '4.8 to 18.4'."""
    if not math.isfinite(low):
        return NO_FIGURE
    end = f"{high:,.{digits}f}" if math.isfinite(high) else "no upper limit"
    return f"{low:,.{digits}f} to {end}"


def say_times(change: Change) -> str:
    """Say how many times as many, with the likely range; an end of a clear change is never '1.00'.

    The change must have something before.
    """
    ends = (change.ratio_low, change.ratio_high)
    digits = 2
    while change.is_clear and digits < 9 and any(float(f"{end:.{digits}f}") == 1 for end in ends):
        digits += 1
    return f"{change.ratio:.2f} times as many, likely range {say_range(*ends, digits)}"


def say_change(change: Change, compared_with: str) -> str:
    """Say a change in one sentence, with its likely range.

    Parameters
    ----------
    change : Change
        From `analytics.rates.compare_counts`.
    compared_with : str
        What the earlier count is of, such as 'the same months a year earlier'.
    """
    then = f"{say_count(change.before)} in {compared_with}"
    if not change.before:
        return f"There were {then}, so a ratio cannot be given."
    ratio = say_times(change)
    if not change.is_clear:
        return f"No clear change from {then} ({ratio})."
    word = "More" if change.z > 0 else "Fewer"
    return f"{word} than the {then} ({ratio}): a clear change."


def say_list(items: list[str]) -> str:
    """Join words as a sentence does: 'a, b and c'."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
