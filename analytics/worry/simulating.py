"""Simulated counties whose ward truths are known: do the ranges of an estimator hold them?

A simulated county is harder than the models assume: segments act a little differently in each
district, ward effects may have heavy tails, weights vary, and answers are yes or no.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.checking import check_gain
from analytics.worry.estimators import estimate_wards
from analytics.worry.sample import Method, SurveySample, WardFrame

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scenario:
    """What a county is like; standard deviations in points of percent.

    Attributes
    ----------
    name : str
    districts, wards, segments, respondents : int
        Numbers of each.
    segment_sd, district_sd, ward_sd : float
        How far segments, districts and wards differ, each beyond the others.
    interaction_sd : float
        How far a segment differs between districts, which no model here knows of.
    heavy_tails : bool
        Ward effects from a t distribution with 4 degrees of freedom, of the same sd.
    knows_ward : bool
        Whether a respondent's ward is known, or only the district.
    mean : float
        County mean in percent.
    """

    name: str
    districts: int = 13
    wards: int = 280
    segments: int = 8
    respondents: int = 4_000
    segment_sd: float = 6.0
    district_sd: float = 2.0
    ward_sd: float = 3.0
    interaction_sd: float = 1.5
    heavy_tails: bool = False
    knows_ward: bool = True
    mean: float = 35.0


SCENARIOS = (
    Scenario("place known"),
    Scenario("district only", knows_ward=False),
    Scenario("place known, wards alike", ward_sd=1.5),
    Scenario("place known, wards differ", ward_sd=4.0),
    Scenario("district only, wards alike", ward_sd=1.5, knows_ward=False),
    Scenario("district only, wards differ", ward_sd=4.0, knows_ward=False),
    Scenario("place known, heavy tails", heavy_tails=True),
    Scenario("segments tell little", segment_sd=1.0, ward_sd=1.5),
    Scenario("nothing to find", segment_sd=0.0, ward_sd=0.0, interaction_sd=0.0, district_sd=2.0),
)


@dataclass(frozen=True)
class SimulatedCounty:
    """A survey, its wards, and the truth of each ward in percent (in the order of the wards)."""

    sample: SurveySample
    frame: WardFrame
    truth: Floats


def simulate_county(rng: np.random.Generator, scenario: Scenario) -> SimulatedCounty:
    """Draw one county and a survey of it.

    Parameters
    ----------
    rng : numpy.random.Generator
    scenario : Scenario
    """
    wards, segments = scenario.wards, scenario.segments
    home = np.sort(np.arange(wards) % scenario.districts)
    residents = np.round(rng.gamma(9.0, 6_600 / 9.0, wards))
    lean = rng.gamma(1.2, 1.0, (wards, segments)) * rng.uniform(0.3, 2.0, segments) + 0.02
    mix = lean / lean.sum(axis=1, keepdims=True)
    ward_codes = np.array([f"W{number:03d}" for number in range(wards)], dtype=object)
    shares = pd.DataFrame(
        {
            "ward_code": np.repeat(ward_codes, segments),
            "segment_code": np.tile([str(number + 1) for number in range(segments)], wards),
            "share": mix.ravel(),
        }
    )
    places = pd.DataFrame(
        {
            "code": ward_codes,
            "district_code": [f"D{number:02d}" for number in home],
            "residents": residents,
        }
    )
    return simulate_survey(rng, scenario, WardFrame(places, shares))


def simulate_survey(
    rng: np.random.Generator, scenario: Scenario, frame: WardFrame
) -> SimulatedCounty:
    """Draw what the residents of given wards think, and a survey of them.

    Parameters
    ----------
    rng : numpy.random.Generator
    scenario : Scenario
        Its numbers of districts, wards and segments are not used.
    frame : WardFrame
        Wards, such as those of a real county with its real mix of segments; those without a
        mix are left out.
    """
    mix = frame.mix.pivot(index="ward_code", columns="segment_code", values="share").fillna(0.0)
    places = frame.wards[frame.wards["code"].isin(mix.index)].reset_index(drop=True)
    shares = mix.loc[places["code"]].to_numpy(dtype=np.float64)
    home = pd.factorize(places["district_code"], sort=True)[0]
    residents = places["residents"].to_numpy(dtype=np.float64)
    wards, segments = shares.shape
    of_segment = scenario.segment_sd * rng.standard_normal(segments)
    of_district = scenario.district_sd * rng.standard_normal(home.max() + 1)
    drawn = (
        rng.standard_t(4, wards) / np.sqrt(2) if scenario.heavy_tails else rng.normal(size=wards)
    )
    of_both = scenario.interaction_sd * rng.standard_normal((home.max() + 1, segments))
    level = scenario.mean + of_segment[None, :] + of_district[home, None] + of_both[home]
    chance = np.clip(level + scenario.ward_sd * drawn[:, None], 0.5, 99.5)

    where = rng.choice(wards, scenario.respondents, p=residents / residents.sum())
    kind = (shares[where].cumsum(axis=1) < rng.random(len(where))[:, None]).sum(axis=1)
    kind = np.minimum(kind, segments - 1)
    yes = rng.random(len(where)) < chance[where, kind] / 100
    answers = pd.DataFrame(
        {
            "district_code": places["district_code"].to_numpy()[where],
            "ward_code": places["code"].to_numpy()[where] if scenario.knows_ward else "",
            "segment_code": mix.columns.to_numpy()[kind],
            "weight": np.exp(rng.normal(0.0, 0.45, len(where))),
            "value": np.where(yes, 100.0, 0.0),
        }
    )
    return SimulatedCounty(
        SurveySample(answers, "simulated", is_share=True),
        WardFrame(places, frame.mix),
        (shares * chance).sum(axis=1),
    )


def try_methods(
    rng: np.random.Generator,
    scenario: Scenario,
    methods: tuple[Method, ...],
    *,
    check: bool = True,
    frame: WardFrame | None = None,
) -> pd.DataFrame:
    """Draw a county and see how near each method comes to its wards.

    Parameters
    ----------
    rng : numpy.random.Generator
    scenario : Scenario
    methods : tuple of Method
    check : bool, default True
        Whether the check on held-out answers is run too.
    frame : WardFrame, optional
        Wards to draw a survey of; by default they are drawn as well.

    Returns
    -------
    DataFrame
        One row a method: method, covered (share of wards whose truth lies in the 95 % range),
        rmse (points), width (mean width of the ranges, points), worst_miss (largest difference
        in points between a district's own figure and its wards' mean), accepted (1 if the check
        on held-out respondents lets it be shown, NaN if it was not checked).
    """
    county = simulate_survey(rng, scenario, frame) if frame else simulate_county(rng, scenario)
    rows = []
    for method in methods:
        found = estimate_wards(county.sample, county.frame, method)
        table = found.table
        value, low, high = (table[name].to_numpy() for name in ("value", "low", "high"))
        weighted = (table["value"] * table["residents"]).groupby(table["district_code"]).sum()
        mean = weighted / table["residents"].groupby(table["district_code"]).sum()
        own = found.districts.set_index("code")["direct"]
        accepted = np.nan
        if check and method is not Method.DISTRICT:
            accepted = float(check_gain(county.sample, county.frame, method).is_better)
        rows.append(
            {
                "method": method.value,
                "covered": float(((low <= county.truth) & (county.truth <= high)).mean()),
                "rmse": float(np.sqrt(np.mean((value - county.truth) ** 2))),
                "width": float((high - low).mean()),
                "worst_miss": float((mean - own).abs().max()),
                "accepted": accepted,
            }
        )
    return pd.DataFrame(rows)
