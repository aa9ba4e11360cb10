"""Numbers, dates and findings as plain sentences, in the house's words.

British spelling, 1,000 with a comma, ranges with 'to', 'likely range' for an interval, and never
a bare percentage for a change.
"""

import math

from analytics.rates import Change
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
NOTHING_FOUND = UserFacingError(
    "No incidents match these filters.",
    "Data are held, but none of this kind for this area and period.",
    "Widen the period, or clear a filter on the left.",
)
OPEN_DATA_NOTICE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Boundaries: Source: Office for National Statistics licensed under the Open Government "
    "Licence v3.0. Contains OS data © Crown copyright and database right 2025."
)
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
    ratio = (
        f"{change.ratio:.2f} times as many, likely range {change.ratio_low:.2f} to "
        f"{change.ratio_high:.2f}"
    )
    if not change.is_clear:
        return f"No clear change from {then} ({ratio})."
    word = "More" if change.z > 0 else "Fewer"
    return f"{word} than the {then} ({ratio}): a clear change."


def say_list(items: list[str]) -> str:
    """Join words as a sentence does: 'a, b and c'."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
