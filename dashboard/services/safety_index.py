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
from analytics.worry.safety_index import (
    DRAWS,
    PARTS,
    TOP,
    USUAL_WEIGHTS,
    Part,
    index_wards,
    measure_influence,
    rank_stability,
)
from dashboard.permissions import Permission, handed, needs
from dashboard.services import repeats
from dashboard.services.explore import Held
from dashboard.services.where_next import usable, why_not
from dashboard.services.worry import EstimatesFound, WardAsb, shrink_asb
from geodata.calendar import Period
from geodata.settings import harm_weights_path

Floats = npt.NDArray[np.float64]

REPEAT_RULE = "12-months"
SEED = 2007
"""Of the draws of weights: the same weights give the same bars every time."""

PER = 1_000.0
ABOUT = {
    "repeat_places": "Places with more than one incident in 12 calendar months, per 1,000 "
    "residents, shrunken."
}
"""What is measured here where the part leaves a choice."""

NOT_HELD = {"deprivation": "No score of deprivation by ward is held here."}


@dataclass(frozen=True)
class Gathered:
    """The parts of the index before they are weighed.

    Attributes
    ----------
    values, errors : DataFrame
        Codes of the wards as index, one column a part in its own unit, and its standard error.
    missing : dict of str to str
        Why a part has no figure, by its key.
    period : Period or None
        Months that ASB and harm are of.
    """

    values: pd.DataFrame
    errors: pd.DataFrame
    missing: dict[str, str]
    period: Period | None


@dataclass(frozen=True)
class SafetyIndex:
    """Every ward with its index, its parts and how firm its rank is.

    Attributes
    ----------
    table : DataFrame
        One row a ward: code, name, district, district_code, index (100 = mean of the county's
        wards; NaN where a part is not known), rank (0 without an index), usual_rank (with the
        usual weights), share_in_top_10 (0 to 1), rank_low, rank_high, error_rank_low,
        error_rank_high, and for every part with figures ``part:KEY`` (its own index) and
        ``value:KEY`` (in its own unit).
    parts : tuple of Part
        Parts with figures, in order.
    weights : dict of str to int
        Weight of each of these.
    influence : dict of str to float
        Share of the index's differences that each weighted part brings about.
    missing : dict of str to str
        Why another part has no figure.
    draws, top : int
        Draws of weights behind share_in_top_10, and how long the top is.
    period : Period or None
        Months that ASB and harm are of.
    """

    table: pd.DataFrame
    parts: tuple[Part, ...]
    weights: dict[str, int]
    influence: dict[str, float]
    missing: dict[str, str]
    draws: int
    top: int
    period: Period | None


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
        leaves in the sum.
    """
    frame = held.incidents
    inside = frame[
        (frame["month"] >= period.first.ordinal) & (frame["month"] <= period.last.ordinal)
    ]
    weights = pick_weights(read_harm_weights(harm_weights_path()), period.last.first_day)
    harm = weigh_harm(inside, weights).values
    ward = inside["ward_code"].astype(str).to_numpy()
    sums = pd.DataFrame({"harm": harm, "square": harm**2}).groupby(ward).sum()
    sums = sums.reindex(wards["code"]).fillna(0)
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
    """
    codes = asb.table["code"]
    residents = asb.table["residents"].to_numpy(dtype=np.float64)
    values, errors, missing = {}, {}, dict(NOT_HELD)
    values["asb"], errors["asb"] = _rates(shrink_asb(asb))
    if asb.period is None or np.isnan(values["asb"]).all():
        missing["asb"] = "No ward has both incidents and a number of residents."
    for key, found, what in (
        ("worry", worry, "worry"),
        ("experience", experience, "ASB that people met"),
        ("low_confidence", confidence, "confidence"),
    ):
        if found is None or found.estimates is None or not usable(found):
            missing[key] = why_not(found, what)
            continue
        table = found.estimates.table.set_index("code").reindex(codes)
        value = table["value"].to_numpy(dtype=np.float64)
        values[key] = 100 - value if key == "low_confidence" else value
        errors[key] = table["se"].to_numpy(dtype=np.float64)
    if repeat_places is None or not repeat_places.any():
        missing["repeat_places"] = "No repeat places are known: the data hold no address."
    else:
        values["repeat_places"], errors["repeat_places"] = _rates(
            shrink_rates(repeat_places, residents)
        )
    if harm is None or not harm[0].any():
        missing["harm"] = "No harm can be weighed: no ward has an incident in these months."
    else:
        lived_in = np.where(residents > 0, residents, np.nan)
        values["harm"] = PER * harm[0] / lived_in
        errors["harm"] = PER * np.sqrt(harm[1]) / lived_in
    keys = [part.key for part in PARTS if part.key in values and part.key not in missing]
    index = pd.Index(codes.astype(str), name="code")
    return Gathered(
        values=pd.DataFrame({key: values[key] for key in keys}, index=index),
        errors=pd.DataFrame({key: errors[key] for key in keys}, index=index),
        missing={part.key: missing[part.key] for part in PARTS if part.key in missing},
        period=asb.period,
    )


@handed
def usual_weights(gathered: Gathered) -> dict[str, int]:
    """Give the usual weight of each part that has figures."""
    return {key: int(USUAL_WEIGHTS[key]) for key in gathered.values.columns}


@handed
def find_index(gathered: Gathered, weights: Mapping[str, int], wards: pd.DataFrame) -> SafetyIndex:
    """Weigh the parts of every ward into its index, and say how firm each rank is.

    Parameters
    ----------
    gathered : Gathered
    weights : mapping of str to int
        Weight of each part that has figures, not all 0.
    wards : DataFrame
        code, name, district, district_code.
    """
    usual = usual_weights(gathered)
    found = index_wards(gathered.values, weights)
    firm = rank_stability(
        gathered.values, weights, DRAWS,
        rng=np.random.default_rng(SEED), errors=gathered.errors,
    )  # fmt: skip
    keys = list(gathered.values.columns)
    table = pd.DataFrame(wards[["code", "name", "district", "district_code"]]).merge(
        found.rename(columns={key: f"part:{key}" for key in keys}), on="code"
    )
    if any(usual.values()):
        before = index_wards(gathered.values, usual)[["code", "rank"]]
        table = table.merge(before.rename(columns={"rank": "usual_rank"}), on="code")
    else:
        table["usual_rank"] = table["rank"]
    own = gathered.values.add_prefix("value:").reset_index()
    table = table.merge(firm.drop(columns="rank"), on="code").merge(own, on="code")
    described = {part.key: replace(part, about=ABOUT.get(part.key, part.about)) for part in PARTS}
    influence = measure_influence(gathered.values, weights)
    return SafetyIndex(
        table=table,
        parts=tuple(described[key] for key in keys),
        weights={key: int(weights[key]) for key in keys},
        influence={str(key): float(share) for key, share in influence.items()},
        missing={described[key].label: why for key, why in gathered.missing.items()},
        draws=DRAWS,
        top=TOP,
        period=gathered.period,
    )


def _rates(found: ShrunkenRates) -> tuple[Floats, Floats]:
    """Give rates with their standard deviation, that of a gamma distribution."""
    return found.value, np.asarray(np.sqrt(found.shape) / found.rate, dtype=np.float64)
