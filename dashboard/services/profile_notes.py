"""The last block of a ward profile: what the figures rest on, and the day of the data."""

import datetime as dt
import math

from analytics.disclosure import Release
from dashboard.permissions import handed
from dashboard.services.explore import Held
from dashboard.services.profile_blocks import Asb, Notes, Repeats, Team, Worry
from dashboard.services.profile_counts import choose_period
from dashboard.services.profile_released import find_year
from geodata.calendar import say_date

RATES = (
    "Rates are incidents per 1,000 usual residents in the whole period. They mislead where many "
    "people visit. Likely ranges of rates are exact 95% Poisson ranges."
)
CHANGES = (
    "A change is called clear only if it is larger than chance alone often gives "
    "(z = 2(√now − √before) of 3 or more)."
)
ABUSE = "Places and people where domestic abuse is known are never ranked or listed."
PROTECTED = (
    "Counts of 0 to 4 are said to be fewer than 5. Other counts are withheld where a total would "
    "give such a count away. Repeat places are not listed in this version."
)
MODELLED = "Worry is a modelled estimate, not a survey of this ward, and no ground to enforce."
RECORDED = "Recorded ASB is what was reported and written down, not all that happens."


@handed
def say_notes(held: Held, asb: Asb, places: Repeats, worry: Worry, team: Team) -> Notes:
    """Say what the operational version rests on."""
    period = choose_period(held)
    sources = ", ".join(held.forces) or "none"
    lines = [f"Incidents: {sources}. {RECORDED}", _residents(asb), RATES, CHANGES]
    if places.is_listed and math.isfinite(places.total):
        lines.append(f"Repeat places: {places.rule} to {_day(places.as_at)}. {ABUSE}")
    lines += _survey_and_team(worry, team)
    if period is None:
        return Notes("No incidents held", tuple(line for line in lines if line))
    last = (period.last + 1).first_day - dt.timedelta(days=1)
    return Notes(f"Data to {say_date(last)}", tuple(line for line in lines if line))


@handed
def say_released_notes(release: Release, asb: Asb, worry: Worry, team: Team) -> Notes:
    """Say what the partner's version rests on."""
    year = find_year(release)
    lines = [
        f"Incidents: released figures by calendar year and quarter. {RECORDED}",
        PROTECTED,
        _residents(asb),
        RATES,
        CHANGES,
        *_survey_and_team(worry, team),
    ]
    data_to = f"Released figures of {year}" if year else "No figures released"
    return Notes(data_to, tuple(line for line in lines if line))


def _residents(asb: Asb) -> str:
    if not math.isfinite(asb.residents):
        return "Residents of this ward are not held, so there is no rate."
    return f"Usual residents of the ward: {asb.residents:,.0f}."


def _survey_and_team(worry: Worry, team: Team) -> list[str]:
    survey = ""
    if not worry.reason:
        year = f", {worry.year}" if worry.year else ""
        survey = f"Survey: {worry.survey}{year}; {worry.method}. {MODELLED}"
    return [survey, f"Neighbourhood team as at {say_date(team.as_at)}." if team.as_at else ""]


def _day(day: dt.date | None) -> str:
    return say_date(day) if day else "the newest day held"
