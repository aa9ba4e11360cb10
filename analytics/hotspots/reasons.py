"""Why this place? A card that says in plain words what stands behind a hotspot.

Three facts, a mark of trust, and what would take the place off the list. No sentence holds an
address, a name or a bare percentage, and a small count is never read as a change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.hotspots.counterfactual import Counterfactual
from analytics.hotspots.hours import FEWEST_TIMED, PEAK_HOURS, find_hot_hours
from analytics.rates import Change, compare_counts, poisson_interval
from analytics.trust import TRUST_COLUMNS, TrustMark, mark_trust
from geodata.calendar import Month, Period
from geodata.categories import NOT_RECORDED
from geodata.schemas import require_columns

FACTS = 3
SMALLEST_SHARE = 0.2
"""Share of the incidents from which a type is worth naming because it stands out."""

CLASS_WORDS = {
    "new": "It is new: hot in the last three months and in none before, with clearly more "
    "incidents.",
    "growing": "It is growing: clearly more incidents in the last three months than before.",
    "lasting": "It is lasting: hot in at least two thirds of the months.",
    "fading": "It is fading: clearly fewer incidents in the last three months than before.",
    "sporadic": "It comes and goes: hot in some months, with no clear trend.",
}
_CLASS_STRENGTH = {"new": 4.0, "growing": 4.0, "lasting": 3.5, "fading": 2.0, "sporadic": 1.0}
_NEAR_REPEAT_STRENGTH = 3.2

CARD_COLUMNS = (
    "month",
    "hour",
    "nsir_category",
    "asb_type",
    "location_key",
    *TRUST_COLUMNS,
)


@dataclass(frozen=True)
class Fact:
    """One reason, in a sentence, and how strongly it marks the place out.

    Attributes
    ----------
    about : str
        'count', 'hours', 'type', 'repeat places', 'class', 'near repeats' or 'months'.
    sentence : str
        Plain English, without an address.
    strength : float
        Size on the scale of z; facts are shown strongest first.
    """

    about: str
    sentence: str
    strength: float


@dataclass(frozen=True)
class NearRepeatSign:
    """What the near-repeat test found around a place: p, ratio and the band it speaks of."""

    p: float
    ratio: float
    within_m: float
    within_days: int

    @property
    def is_shown(self) -> bool:
        """True if p is below 0.05 and the ratio is at least 1.2."""
        return self.p < 0.05 and self.ratio >= 1.2


@dataclass(frozen=True)
class Card:
    """What a hotspot rests on.

    Attributes
    ----------
    incidents : int
        Incidents in the period.
    low, high : float
        Likely range of that count.
    period : Period
        The months the facts speak of.
    facts : tuple of Fact
        Up to three: the count first, then the strongest others.
    others : tuple of Fact
        Facts that were weaker, strongest first.
    trust : TrustMark
        How well the records of the period were kept.
    counterfactual : Counterfactual or None
        None if the place is on no list.
    history : DataFrame
        month (`Month.ordinal`), label and incidents, one row a month held.
    """

    incidents: int
    low: float
    high: float
    period: Period
    facts: tuple[Fact, ...]
    others: tuple[Fact, ...]
    trust: TrustMark
    counterfactual: Counterfactual | None
    history: pd.DataFrame = field(repr=False)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The facts in words, in the order to show them."""
        return tuple(fact.sentence for fact in self.facts)


def explain_place(
    frame: pd.DataFrame,
    *,
    period: Period,
    expected: int | None = None,
    expected_from: str = "the same place before",
    usual_types: Mapping[str, float] | None = None,
    emerging: str | None = None,
    near_repeat: NearRepeatSign | None = None,
    held: Sequence[Month] | None = None,
    listed: Counterfactual | None = None,
) -> Card:
    """Explain why a place is a hotspot.

    Parameters
    ----------
    frame : DataFrame
        Incidents inside the place, of all months held, with `CARD_COLUMNS`; unusable places
        already left out by `leave_out`.
    period : Period
        The recent months that facts speak of, usually twelve.
    expected : int, optional
        Incidents of an earlier period of the same length, a count with a chance of its own.
    expected_from : str
        What that expectation rests on, to follow 'expected from'.
    usual_types : mapping of str to float, optional
        Share of each ASB type (and category) among incidents of the whole area, 0 to 1; with it
        the type that stands out most is named, if it is a fifth of the incidents; without it
        the most frequent.
    emerging : {'new', 'growing', 'lasting', 'fading', 'sporadic'}, optional
        The place's class by the rule on months; any other word is not shown.
    near_repeat : NearRepeatSign, optional
        Shown only if p < 0.05 and the ratio is at least 1.2.
    held : sequence of Month, optional
        Months for which data are held, all of which the history lists; by default from the
        first incident to the period's end.
    listed : Counterfactual, optional
        From `find_counterfactual`.

    Returns
    -------
    Card
        The count always comes first. Peak hours need at least 10 incidents of known hour and a
        clear peak, so data without an hour never has one. Places within the hotspot are counted
        only where locations are exact: a street or snapped point is not one address.

    Raises
    ------
    FrameShapeError
        If a column is missing.
    """
    require_columns(frame, CARD_COLUMNS, "incidents of a place")
    months = frame["month"].to_numpy(dtype=np.int64)
    recent = frame[(months >= period.first.ordinal) & (months <= period.last.ordinal)]
    count = len(recent)
    likely = poisson_interval([count])
    low, high = float(likely.low[0]), float(likely.high[0])
    first = _count_fact(count, low, high, period, expected, expected_from)
    candidates = [
        _hours_fact(recent["hour"].to_numpy(dtype=np.int64)),
        _type_fact(recent, usual_types or {}),
        _repeat_places_fact(recent),
        _class_fact(emerging),
        _near_repeat_fact(near_repeat),
        _months_fact(recent["month"].to_numpy(dtype=np.int64), period, held),
    ]
    rest = sorted((fact for fact in candidates if fact), key=lambda fact: -fact.strength)
    return Card(
        incidents=count,
        low=low,
        high=high,
        period=period,
        facts=(first, *rest[: FACTS - 1]),
        others=tuple(rest[FACTS - 1 :]),
        trust=mark_trust(recent),
        counterfactual=listed,
        history=_history(months, period, held),
    )


def _count_fact(
    count: int, low: float, high: float, period: Period, expected: int | None, origin: str
) -> Fact:
    word = "incident" if count == 1 else "incidents"
    said = f"{count:,} {word} in {period.label} (likely range {low:,.0f} to {high:,.0f})"
    if expected is None:
        return Fact("count", f"{said}.", 0.0)
    change = compare_counts(count, expected)
    verdict = f"clearly {change.direction} than" if change.is_clear else "no clear difference from"
    than = f"{verdict} the {expected:,} expected from {origin}{_say_ratio(change)}"
    return Fact("count", f"{said}: {than}.", abs(change.z))


def _say_ratio(change: Change) -> str:
    """Say the range that decides whether a change is clear; none where it says nothing."""
    if not change.before and not change.is_clear:
        return ""
    ends, digits = (change.ratio_low, change.ratio_high), 2
    # An end of a range that leaves out 1 must not be printed as 1.
    while change.is_clear and digits < 9 and any(float(f"{end:.{digits}f}") == 1 for end in ends):
        digits += 1
    low, high = (f"{end:,.{digits}f}" for end in ends)
    if not change.before:
        return f" (at least {low} times as many)"
    return f" ({change.ratio:.2f} times as many, likely range {low} to {high})"


def _hours_fact(hours: npt.NDArray[np.int64]) -> Fact | None:
    if (hours >= 0).sum() < FEWEST_TIMED:
        return None
    found = find_hot_hours(hours, np.full(len(hours), -1))
    if not found.is_clear:
        return None
    share = PEAK_HOURS / 24
    z = (found.share - share) / np.sqrt(share * (1 - share) / found.timed)
    return Fact(
        "hours",
        f"{found.peak_incidents:,} of {found.timed:,} incidents of known hour fell between "
        f"{_clock(found.peak_start)} and {_clock(found.peak_end)}.",
        float(z),
    )


def _clock(hour: int) -> str:
    if hour in (0, 12):
        return "midnight" if hour == 0 else "midday"
    return f"{hour % 12}{'am' if hour < 12 else 'pm'}"


def _type_fact(frame: pd.DataFrame, usual: Mapping[str, float]) -> Fact | None:
    for column in ("asb_type", "nsir_category"):
        given = frame[column].astype("object")
        known = given[given.notna() & (given != NOT_RECORDED)]
        if len(known) < max(2, len(frame) / 2):
            continue
        counts = known.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        found = counts.to_numpy(dtype=np.float64)
        noun = "type" if column == "asb_type" else "category"
        shares = np.array([usual.get(str(name), np.nan) for name in counts.index])
        known_share = (shares > 0) & (shares < 1)
        if not known_share.any():
            said = f"{found[0]:,.0f} of {len(known):,} incidents of known {noun} were "
            return Fact("type", f"{said}{counts.index[0]}.", 3.0 * float(found[0]) / len(known))
        shares = np.where(known_share, shares, np.nan)
        z = (found - len(known) * shares) / np.sqrt(len(known) * shares * (1 - shares))
        z = np.where(found >= SMALLEST_SHARE * len(known), z, np.nan)
        most = 0 if np.isnan(z).all() else int(np.nanargmax(z))
        known_here = not np.isnan(shares[most])
        elsewhere = f"; across the whole area it is {shares[most]:.0%}" if known_here else ""
        return Fact(
            "type",
            f"{found[most]:,.0f} of {len(known):,} incidents of known {noun} were "
            f"{counts.index[most]}{elsewhere}.",
            max(float(np.nan_to_num(z[most])), 0.0),
        )
    return None


def _repeat_places_fact(frame: pd.DataFrame) -> Fact | None:
    exact = (frame["location_precision"] == "exact").to_numpy()
    keys = frame["location_key"].astype("object")[exact]
    counts = keys[keys.notna() & (keys != "")].value_counts()
    repeated = counts[counts >= 2]
    if repeated.empty:
        return None
    inside, places = int(repeated.sum()), len(repeated)
    where = "1 place in it" if places == 1 else f"{places:,} places in it"
    return Fact(
        "repeat places",
        f"{where} had two or more incidents: {inside:,} of the {int(counts.sum()):,} with an "
        "exact place.",
        3.0 * inside / len(frame),
    )


def _class_fact(emerging: str | None) -> Fact | None:
    if emerging not in CLASS_WORDS:
        return None
    return Fact("class", CLASS_WORDS[emerging], _CLASS_STRENGTH[emerging])


def _near_repeat_fact(sign: NearRepeatSign | None) -> Fact | None:
    if sign is None or not sign.is_shown:
        return None
    return Fact(
        "near repeats",
        f"After one incident, others within {sign.within_m:,.0f} m and {sign.within_days} days "
        f"came {sign.ratio:.1f} times as often as by chance.",
        _NEAR_REPEAT_STRENGTH,
    )


def _months_fact(
    months: npt.NDArray[np.int64], period: Period, held: Sequence[Month] | None
) -> Fact:
    active = len(np.unique(months))
    looked = len(period) if held is None else sum(month in period for month in held)
    of = f"{active} of the {looked} months" + ("" if looked == len(period) else " held")
    return Fact("months", f"There were incidents in {of}.", active / max(looked, 1))


def _history(
    months: npt.NDArray[np.int64], period: Period, held: Sequence[Month] | None
) -> pd.DataFrame:
    if held is None:
        first = min(
            int(months.min()) if len(months) else period.first.ordinal, period.first.ordinal
        )
        start = period.first - (period.first.ordinal - first)
        held = Period(start, period.last).months
    ordinals = np.array([month.ordinal for month in held], dtype=np.int64)
    found = pd.Series(months).value_counts().reindex(ordinals, fill_value=0)
    return pd.DataFrame(
        {
            "month": ordinals,
            "label": [month.label for month in held],
            "incidents": found.to_numpy(dtype=np.int64),
        }
    )
