"""Safety index: how do wards compare on several parts at once, and how firm is each rank?

For sharing out resources only. No part is a characteristic of a person, nothing here predicts
anybody's behaviour, and the index never feeds the forecast.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.hotspots.harm import pick_weights, read_harm_weights, weigh_harm
from analytics.repeats.repeaters import PRESETS
from analytics.shrinkage import ShrunkenRates, shrink_rates
from analytics.worry.measures import Measure
from analytics.worry.safety_index import (
    DRAWS,
    PARTS,
    RATIO,
    SCALES,
    TOP,
    USUAL_WEIGHTS,
    Part,
    index_wards,
    measure_influence,
    put_on_scale,
    rank_stability,
)
from dashboard.permissions import Permission, handed, needs
from dashboard.services import repeats
from dashboard.services.explore import Held, name_apart
from dashboard.services.ward_counts import is_covered, within
from dashboard.services.ward_scores import WardScores
from dashboard.services.where_next import estimates_of_here, say_unit, why_not
from dashboard.services.worry import EstimatesFound, WardAsb, shrink_asb
from geodata.calendar import Period, say_date
from geodata.settings import harm_weights_path

Floats = npt.NDArray[np.float64]

REPEAT_RULE = "12-months"
SEED = 2007
"""Of the draws of weights: the same weights give the same bars every time."""

PER = 1_000.0
WIDTH = 1.959964
REPEAT_PLACES = (
    "Places with more than one incident in 12 calendar months, per 1,000 residents, shrunken."
)
NO_SCORE = "No score of deprivation is held; 'wardlight import area-scores' brings one."
SCORE_OF = {"lsoa": "averaged over the ward's LSOAs by their residents", "ward": "by ward"}


@dataclass(frozen=True)
class Gathered:
    """The parts of the index before they are weighed.

    Attributes
    ----------
    parts : tuple of Part
        Parts with figures, in order, each with what it is measured by here.
    values, errors, lows, highs : DataFrame
        Codes of the wards as index, one column a part in its own unit, its standard error, and
        the ends of its 95 % likely range.
    missing : dict of str to str
        Why a part has no figure, by its key.
    period : Period or None
        Months that ASB and harm are of.
    licence : str
        Which score deprivation is by, whose it is and on which terms; '' without one.
    """

    parts: tuple[Part, ...]
    values: pd.DataFrame
    errors: pd.DataFrame
    lows: pd.DataFrame
    highs: pd.DataFrame
    missing: dict[str, str]
    period: Period | None
    licence: str = ""


@dataclass(frozen=True)
class SafetyIndex:
    """Every ward with its index, its parts and how firm its rank is.

    Attributes
    ----------
    table : DataFrame
        One row a ward: code, name, called (the name that tells it apart), district,
        district_code, index (100 = mean of the county's
        wards; NaN where a part is not known), index_low, index_high (95 % likely range), rank
        (0 without an index), usual_rank (with the usual weights and scale), share_in_top_10 (0
        to 1), rank_low, rank_high, error_rank_low, error_rank_high, and for every part with
        figures ``part:KEY`` (its own index) and ``value:KEY`` (in its own unit), both with
        ``:low`` and ``:high``.
    parts : tuple of Part
        Parts with figures, in order.
    weights : dict of str to int
        Weight of each of these.
    scale : str
        How the parts are put on one scale: one of `SCALES`.
    influence : dict of str to dict of str to float
        Share of the index's differences that each weighted part brings about, by each scale.
    missing : dict of str to str
        Why another part has no figure.
    draws, top : int
        Draws of weights behind share_in_top_10, and how long the top is.
    period : Period or None
        Months that ASB and harm are of.
    licence : str
        Which score deprivation is by, whose it is and on which terms; '' without one.
    """

    table: pd.DataFrame
    parts: tuple[Part, ...]
    weights: dict[str, int]
    scale: str
    influence: dict[str, dict[str, float]]
    missing: dict[str, str]
    draws: int
    top: int
    period: Period | None
    licence: str = ""

    @property
    def weighed(self) -> tuple[Part, ...]:
        """The parts that have a weight."""
        return tuple(part for part in self.parts if self.weights[part.key])


@needs(Permission.SEE_REPEATS)
def count_repeat_places(data: repeats.RepeatData, wards: pd.DataFrame, as_at: dt.date) -> Floats:
    """Count the places of each ward with more than one incident in 12 calendar months."""
    counts = repeats.count_by_ward(data, PRESETS[REPEAT_RULE], as_at)
    by_ward = counts.set_index("ward_code")["repeat_places"]
    return wards["code"].map(by_ward).fillna(0).to_numpy(dtype=np.float64)


@needs(Permission.SEE_COUNTS)
def sum_harm(held: Held, wards: pd.DataFrame, period: Period) -> tuple[Floats, Floats]:
    """Sum the harm of the incidents of each ward in some months, by the weights in force.

    Returns
    -------
    sums, squares : ndarray of float
        Sum of the weights and of their squares, whose root is the standard error that chance
        leaves in the sum. NaN where the data do not reach the ward's district.
    """
    inside = within(held.incidents, period)
    weights = pick_weights(read_harm_weights(harm_weights_path()), period.last.first_day)
    harm = weigh_harm(inside, weights).values
    ward = inside["ward_code"].astype(str).to_numpy()
    sums = pd.DataFrame({"harm": harm, "square": harm**2}).groupby(ward).sum()
    sums = sums.reindex(wards["code"]).fillna(0)
    sums[~is_covered(held, wards, period)] = np.nan
    return sums["harm"].to_numpy(dtype=np.float64), sums["square"].to_numpy(dtype=np.float64)


@handed
def gather(
    asb: WardAsb,
    *,
    worry: EstimatesFound | None,
    experience: EstimatesFound | None,
    confidence: EstimatesFound | None,
    repeat_places: Floats | None,
    harm: tuple[Floats, Floats] | None,
    scores: WardScores | None = None,
) -> Gathered:
    """Put the parts of the index side by side, each with its error, or say why one is missing.

    Parameters
    ----------
    asb : WardAsb
        Decides which wards there are, in its order, and gives their residents.
    worry, experience, confidence : EstimatesFound or None
        Estimates of a survey of here.
    repeat_places : ndarray of float or None
        Places with repeated ASB in each ward; None if no place is known by its address.
    harm : tuple of ndarray or None
        Sums and sums of squares from `sum_harm`.
    scores : WardScores, optional
        Deprivation of the wards in the order of `asb`; None if no score is held.
    """
    codes = asb.table["code"]
    residents = asb.table["residents"].to_numpy(dtype=np.float64)
    measured: dict[str, _Measured] = {}
    missing: dict[str, str] = {}
    if asb.period is None or not np.isfinite(shrink_asb(asb).value).any():
        missing["asb"] = "No ward has both incidents and a number of residents."
    else:
        measured["asb"] = _rates(shrink_asb(asb))
    for key, found, what in (
        ("worry", worry, "worry"),
        ("experience", experience, "ASB that people met"),
        ("low_confidence", confidence, "confidence"),
    ):
        estimates = estimates_of_here(found)
        if found is None or estimates is None:
            missing[key] = why_not(found, what)
        else:
            table = estimates.table.set_index("code").reindex(codes)
            measured[key] = _survey_part(table, found.measure, turned=key == "low_confidence")
    if repeat_places is None or not repeat_places.any():
        missing["repeat_places"] = "No repeat places are known: the data hold no address."
    else:
        # Where the data do not reach, no repeat place is known either.
        known = np.where(asb.table["count"].notna(), repeat_places, np.nan)
        measured["repeat_places"] = _rates(shrink_rates(known, residents), REPEAT_PLACES)
    if harm is None or not np.nansum(harm[0]) > 0:
        missing["harm"] = "No harm can be weighed: no ward has an incident in these months."
    else:
        per = PER / np.where(residents > 0, residents, np.nan)
        value, error = harm[0] * per, np.sqrt(harm[1]) * per
        low = np.maximum(value - WIDTH * error, 0.0)
        measured["harm"] = _Measured(value, error, low, value + WIDTH * error)
    if scores is None or not np.isfinite(scores.values).any():
        missing["deprivation"] = NO_SCORE if scores is None else _say_elsewhere(scores)
    else:
        exact = scores.values
        about = _say_score(scores)
        measured["deprivation"] = _Measured(exact, np.zeros(len(exact)), exact, exact, about)
    parts = tuple(part for part in PARTS if part.key in measured)
    index = pd.Index(codes.astype(str), name="code")

    def side_by_side(name: str) -> pd.DataFrame:
        columns = {part.key: getattr(measured[part.key], name) for part in parts}
        return pd.DataFrame(columns, index=index)

    return Gathered(
        parts=tuple(
            replace(
                part,
                about=measured[part.key].about or part.about,
                unit=measured[part.key].unit or part.unit,
            )
            for part in parts
        ),
        values=side_by_side("value"),
        errors=side_by_side("error"),
        lows=side_by_side("low"),
        highs=side_by_side("high"),
        missing={part.key: missing[part.key] for part in PARTS if part.key in missing},
        period=asb.period,
        licence=(
            f"{scores.head.name} ({scores.head.licence})"
            if scores is not None and "deprivation" in measured
            else ""
        ),
    )


@handed
def usual_weights(gathered: Gathered) -> dict[str, int]:
    """Give the usual weight of each part that has figures."""
    return {key: int(USUAL_WEIGHTS[key]) for key in gathered.values.columns}


@handed
def find_index(
    gathered: Gathered, weights: Mapping[str, int], wards: pd.DataFrame, scale: str = RATIO
) -> SafetyIndex:
    """Weigh the parts of every ward into its index, and say how firm each rank is.

    Parameters
    ----------
    gathered : Gathered
    weights : mapping of str to int
        Weight of each part that has figures, not all 0.
    wards : DataFrame
        code, name, district, district_code.
    scale : str
        One of `SCALES`.
    """
    usual = usual_weights(gathered)
    values = gathered.values
    found = index_wards(values, weights, scale)
    firm = rank_stability(
        values, weights, DRAWS, rng=np.random.default_rng(SEED), errors=gathered.errors, scale=scale
    ).drop(columns="rank")
    before = index_wards(values, usual if any(usual.values()) else weights)[["code", "rank"]]
    sides = [
        found.rename(columns={key: f"part:{key}" for key in values.columns}),
        before.rename(columns={"rank": "usual_rank"}),
        firm,
        put_on_scale(gathered.lows, values, scale).add_prefix("part:").add_suffix(":low"),
        put_on_scale(gathered.highs, values, scale).add_prefix("part:").add_suffix(":high"),
        values.add_prefix("value:"),
        gathered.lows.add_prefix("value:").add_suffix(":low"),
        gathered.highs.add_prefix("value:").add_suffix(":high"),
    ]
    table = pd.DataFrame(wards[["code", "name", "district", "district_code"]])
    table = table.assign(called=name_apart(table))
    for side in sides:
        table = table.merge(side if "code" in side else side.reset_index(), on="code")
    labels = {part.key: part.label for part in PARTS}
    return SafetyIndex(
        table=table,
        parts=gathered.parts,
        weights={part.key: int(weights[part.key]) for part in gathered.parts},
        scale=scale,
        influence={
            name: {
                str(key): float(share)
                for key, share in measure_influence(values, weights, name).items()
            }
            for name in SCALES
        },
        missing={labels[key]: why for key, why in gathered.missing.items()},
        draws=DRAWS,
        top=TOP,
        period=gathered.period,
        licence=gathered.licence,
    )


@dataclass(frozen=True)
class _Measured:
    """One part of every ward with its error and range; unit and words where the part's differ."""

    value: Floats
    error: Floats
    low: Floats
    high: Floats
    about: str = ""
    unit: str = ""


def _rates(found: ShrunkenRates, about: str = "") -> _Measured:
    """Give rates with their standard deviation, that of a gamma distribution."""
    error = np.asarray(np.sqrt(found.shape) / found.rate, dtype=np.float64)
    return _Measured(found.value, error, found.low, found.high, about)


def _survey_part(table: pd.DataFrame, measure: Measure, *, turned: bool) -> _Measured:
    """Give an estimate of a survey, or 100 less it, in the unit of its measure."""
    value, error, low, high = (
        table[name].to_numpy(dtype=np.float64) for name in ("value", "se", "low", "high")
    )
    unit = say_unit(measure)
    about = f"{measure.label} ({unit}), estimated."
    if turned:
        return _Measured(100 - value, error, 100 - high, 100 - low, f"100 less: {about}", unit)
    return _Measured(value, error, low, high, about, unit)


def _say_score(scores: WardScores) -> str:
    """Say what the deprivation of a ward is; it is published, so it has no range."""
    head = scores.head
    turned = "" if head.higher_is == "more deprived" else f"{head.top:g} less: "
    return (
        f"{turned}{head.name} ({head.measures}; {say_date(head.as_at)}), {SCORE_OF[scores.kind]}. "
        "Of the place, not of a person; taken as it is published, without an error."
    )


def _say_elsewhere(scores: WardScores) -> str:
    return (
        f"{scores.head.name} is held, but for no ward does it reach nine tenths of the residents: "
        "it is of other places, or the lookup of their LSOAs is not held."
    )
