"""The last block of a ward profile: what the figures rest on, and the day of the data."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace

from analytics.disclosure import Release
from dashboard.permissions import handed
from dashboard.services.area_figures import newest_year
from dashboard.services.profile_blocks import Asb, Notes, Repeats, Team, Worry
from geodata.calendar import Period, say_date

RATES = (
    "Rates are incidents per 1,000 usual residents in the whole period. They mislead where many "
    "people visit. Likely ranges would hold the true rate 95 times in 100."
)
RANKS = (
    "The likely range of a rank comes from rates drawn towards the county's as far as chance "
    "explains them."
)
CHANGES = (
    "A change is called clear only if its likely range leaves out 1; chance alone does that in at "
    "most 1 of 30 comparisons."
)
ABUSE = "Places and people where domestic abuse is known are never ranked or listed."
PROTECTED = (
    "Counts of 0 to 4 are said to be fewer than 5. Other counts are withheld where a total would "
    "give such a count away. Repeat places are not listed in this version."
)
MODELLED = "Worry is a modelled estimate, not a survey of this ward, and no ground to enforce."
RECORDED = "Recorded ASB is what was reported and written down, not all that happens."


@handed
def say_notes(forces: Sequence[str], period: Period | None, asb: Asb, places: Repeats) -> Notes:
    """Say what the counts of the operational version rest on."""
    sources = ", ".join(forces) or "none"
    lines = [f"Incidents: {sources}. {RECORDED}", _residents(asb), RATES, RANKS, CHANGES]
    if places.is_listed and math.isfinite(places.total):
        lines.append(f"Repeat places: {places.rule} to {_day(places.as_at)}. {ABUSE}")
    if period is None:
        return Notes("No incidents held", tuple(lines))
    last = (period.last + 1).first_day - dt.timedelta(days=1)
    return Notes(f"Data to {say_date(last)}", tuple(lines))


@handed
def say_released_notes(release: Release, asb: Asb) -> Notes:
    """Say what the figures of the partner's version rest on."""
    year = newest_year(release)
    released = f"Incidents: released figures by calendar year and quarter. {RECORDED}"
    return Notes(
        f"Released figures of {year}" if year else "No figures released",
        (released, PROTECTED, _residents(asb), RATES, CHANGES),
    )


@handed
def add_notes(notes: Notes, worry: Worry, team: Team) -> Notes:
    """Add what worry and the team rest on."""
    added = []
    if not worry.reason:
        year = f", {worry.year}" if worry.year else ""
        added.append(f"Survey: {worry.survey}{year}; {worry.method}. {MODELLED}")
    if team.as_at:
        added.append(
            f"The list of the team was right on {say_date(team.as_at)}. {team.old}".strip()
        )
    return replace(notes, lines=(*notes.lines, *added))


def _residents(asb: Asb) -> str:
    if not math.isfinite(asb.residents):
        return "Residents of this ward are not held, so there is no rate."
    return f"Usual residents of the ward: {asb.residents:,.0f}."


def _day(day: dt.date | None) -> str:
    return say_date(day) if day else "the newest day held"
