"""What a ward profile holds: its ten blocks, as plain values that never change.

Everything is a number, a word or a tuple of these, so that two profiles of the same data read the
same, and so that screen and print say the same. A figure that may not be shown is NaN with a
note beside it that says why.
"""

import datetime as dt
from dataclasses import dataclass, field

from analytics.rates import Change
from dashboard.permissions import handed
from dashboard.services.profile_outline import Outline

AUDIENCES = {"operational": "Operational version", "partner": "Partner version"}
"""Who a profile is for, with the words that stand on it."""

NEAR = "On or near "
"""How street names of incidents begin."""


@dataclass(frozen=True)
class Officer:
    """One officer of the neighbourhood team."""

    name: str
    role: str
    team: str
    email: str
    phone: str
    is_lead: bool


@dataclass(frozen=True)
class NearTeam:
    """A team named for other wards of the district, and how to reach it."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class Team:
    """Block 1: who looks after the ward, by a list that was right on ``as_at``.

    ``old`` says that the list is old, or is empty; ``near`` are teams of the district's other
    wards, where this one has nobody.
    """

    officers: tuple[Officer, ...]
    as_at: dt.date | None
    old: str = ""
    near: tuple[NearTeam, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its label and its count (NaN where there is none to show)."""

    label: str
    count: float


@dataclass(frozen=True)
class Rate:
    """Incidents per 1,000 residents of a larger area, with the exact Poisson range."""

    area: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Asb:
    """Block 2: how much ASB is recorded.

    Attributes
    ----------
    period : str
        In words; empty where nothing is held or released.
    count : float
        Incidents of the period; NaN where not shown.
    note : str
        Why there is no count.
    residents : float
        Usual residents; NaN where not held.
    rate, rate_low, rate_high : float
        Incidents per 1,000 residents in the period, with the exact Poisson range.
    others : tuple of Rate
        The same rate of larger areas.
    rank_low, rank_high, wards : int
        Likely range of its place among the wards by rate, 1 the highest, and how many there are;
        0 if not said.
    change : Change or None
        Against the period of the same length a year earlier.
    compared : str
        That earlier period, or why nothing is compared.
    bars : tuple of Bar
        Oldest first.
    bars_of : str
        What a bar is: 'month' or 'quarter'.
    """

    period: str
    count: float
    note: str
    residents: float
    rate: float
    rate_low: float
    rate_high: float
    others: tuple[Rate, ...]
    rank_low: int
    rank_high: int
    wards: int
    change: Change | None
    compared: str
    bars: tuple[Bar, ...]
    bars_of: str


@dataclass(frozen=True)
class Categories:
    """Block 3: what kinds of ASB, of the ward or of its district (``area`` names which)."""

    area: str
    period: str
    categories: tuple[tuple[str, float, str], ...]
    types: tuple[tuple[str, float], ...]
    reason: str = ""


@dataclass(frozen=True)
class When:
    """Block 4: hours and weekdays; ``grid`` has 24 rows from 6am and 7 columns from Monday.

    ``reason`` says why there is none; ``months`` are then the released ones of ``area``.
    """

    grid: tuple[tuple[int, ...], ...]
    timed: int
    untimed: int
    peak_start: int
    peak_end: int
    share: float
    low: float
    high: float
    is_clear: bool
    reason: str = ""
    area: str = ""
    months: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class RepeatPlace:
    """A place with repeat incidents, by its public street name.

    Attributes
    ----------
    street : str
    incidents : int
    last : date or None
    number, of : int
        Which it is of the repeat places of that street name in the ward, the one with most
        incidents first, and how many these are; ``of`` is 0 where that is not known.
    """

    street: str
    incidents: int
    last: dt.date | None
    number: int = 1
    of: int = 1


@dataclass(frozen=True)
class Repeats:
    """Block 5: repeat places; the partner version has released numbers and no list.

    ``of_district`` is the released number of the whole district; NaN where there is none.
    """

    places: tuple[RepeatPlace, ...]
    total: float
    note: str
    rule: str
    as_at: dt.date | None
    is_listed: bool
    reason: str = ""
    of_district: float = float("nan")


@dataclass(frozen=True)
class Answered:
    """How many incidents have an answer to a question, with the likely range of the share."""

    name: str
    count: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Completeness:
    """Block 6: whether repeat and vulnerable victims are asked about.

    Where ``reason`` says that is not released, ``parts`` are of the figures of ``area``.
    """

    parts: tuple[Answered, ...]
    mark: str
    sentence: str
    reason: str = ""
    area: str = ""
    period: str = ""


@dataclass(frozen=True)
class Worry:
    """Block 7: modelled worry and the quadrant of ASB and worry.

    Attributes
    ----------
    reason : str
        Why there is no figure of here; empty if there is one. A survey of other places or times
        gives none.
    survey, measure, method, year : str
        Where it comes from, in words.
    value, low, high : float
        Estimate with its likely range, from 0 to 100.
    is_share : bool
        True if it is in per cent of people, False if it is a score.
    ranges_from : str
        What of the survey's design the range knows, in words.
    county : float
        What it is compared with: the cut of the matrix.
    model_share : float
        Share of the variance that comes from the model, 0 to 1.
    quadrant : str
        Name of the quadrant, such as 'Too close to call'; empty if there is no matrix.
    why : str
        Which side is too close: 'ASB', 'worry', 'both', or empty.
    p_worry_high, p_asb_high : float
        Chances that worry and ASB lie above their cuts.
    certainty : float
        Chance from which a quadrant is named.
    tactics, communications : tuple of str
        What the configuration suggests.
    proposal : str
        What the configuration says of its own standing.
    asb, asb_low, asb_high, asb_cut : float
        Shrunken rate of ASB per 1,000 with its range, and the cut of the matrix.
    others : tuple of (float, float)
        Worry and rate of every ward with both, to be seen against.
    corners : tuple of str
        Names of the quadrants: high ASB with high and with low worry, low ASB likewise.
    kind, kind_share, kind_tactics, kind_channels
        Name of the kind of area that most residents live in (empty if not held), their share
        from 0 to 1, and what the configuration suggests for it.
    """

    reason: str = ""
    survey: str = ""
    measure: str = ""
    method: str = ""
    year: str = ""
    is_share: bool = False
    ranges_from: str = "weights only"
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    county: float = float("nan")
    model_share: float = float("nan")
    quadrant: str = ""
    why: str = ""
    p_worry_high: float = float("nan")
    p_asb_high: float = float("nan")
    certainty: float = float("nan")
    tactics: tuple[str, ...] = ()
    communications: tuple[str, ...] = ()
    proposal: str = ""
    asb: float = float("nan")
    asb_low: float = float("nan")
    asb_high: float = float("nan")
    asb_cut: float = float("nan")
    others: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    corners: tuple[str, ...] = ()
    kind: str = ""
    kind_share: float = float("nan")
    kind_tactics: tuple[str, ...] = ()
    kind_channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Priority:
    """What residents asked for and what came of it, by the names of the register.

    ``percent_asked`` is of the ward's residents, NaN if it is not known.
    """

    title: str
    you_said: str
    source: str
    agreed_on: dt.date
    status: str
    linked_plan: str
    we_did: str
    how_representative: str
    people_asked: int | None
    percent_asked: float


@dataclass(frozen=True)
class Priorities:
    """Block 8: residents' priorities, open ones first; ``total`` counts those not listed too."""

    rows: tuple[Priority, ...]
    total: int


@dataclass(frozen=True)
class PlannedAction:
    """One open action in the ward."""

    title: str
    owner: str
    due: dt.date | None
    state: str


@dataclass(frozen=True)
class Plans:
    """Block 9: whether a plan for the ward is live, and open actions, where these are shown."""

    actions: tuple[PlannedAction, ...]
    total_actions: int
    shows_actions: bool
    is_live: bool = False


@dataclass(frozen=True)
class Notes:
    """Block 10: what the figures rest on, each a sentence, and the day of the data."""

    data_to: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """One ward on one page.

    Attributes
    ----------
    ward_code, ward, district : str
    audience : str
        A key of `AUDIENCES`.
    marking : str
        Classification of the print.
    notice : str
        Synthetic data, or the licence of the sources.
    is_synthetic : bool
    outline : Outline or None
        A small map: the ward within its district.
    """

    ward_code: str
    ward: str
    district: str
    audience: str
    marking: str
    notice: str
    is_synthetic: bool
    outline: Outline | None = field(repr=False)
    team: Team
    asb: Asb
    categories: Categories
    when: When
    repeats: Repeats
    completeness: Completeness
    worry: Worry
    priorities: Priorities
    plans: Plans
    notes: Notes


@handed
def require_audience(audience: str) -> str:
    """Give the audience back.

    Raises
    ------
    ValueError
        If it is not one of `AUDIENCES`.
    """
    if audience not in AUDIENCES:
        raise ValueError(f"audience is {audience!r}; accepted: {', '.join(AUDIENCES)}")
    return audience
