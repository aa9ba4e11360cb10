"""The synthetic county as estimates of worry see it, beside the truth of its wards."""

from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
import pandas as pd

from analytics.shrinkage import ShrunkenRates, shrink_rates
from analytics.worry.estimators import estimate_wards
from analytics.worry.measures import value_of
from analytics.worry.mix import mix_of_wards
from analytics.worry.quarters import rolling_year
from analytics.worry.sample import SurveySample, WardEstimates, WardFrame
from geodata.sources.demo import County, build_county, survey_truth
from geodata.sources.demo import survey as demo_survey
from geodata.sources.demo.geography import build_geography
from geodata.sources.demo.survey_questions import QUESTIONS, Question


@dataclass(frozen=True)
class Ground:
    """The county, its wards and what is recorded in them."""

    county: County
    frame: WardFrame
    asb: ShrunkenRates
    reports: pd.Series

    @property
    def codes(self) -> pd.Series:
        return self.frame.wards["code"]

    @property
    def experience(self) -> str:
        """Measure of ASB seen or suffered."""
        items = self.county.survey.items
        return f"yes:{next(item.name for item in items if item.role == 'experience')}"

    def estimates(self, measure: str) -> WardEstimates:
        survey = self.county.survey
        year = rolling_year(survey.respondents["quarter"].unique(), survey.complete_to)
        value = value_of(survey.respondents, survey.answers, measure, survey.items, year.quarters)
        sample = SurveySample(value, measure, measure.startswith("yes:"))
        return estimate_wards(sample, self.frame)

    def truth(self, measure: str) -> np.ndarray:
        held = self.county.survey.truth
        return np.asarray(
            held[held["measure"] == measure].set_index("ward_code")["value"].loc[self.codes]
        )


@dataclass(frozen=True)
class Kind:
    """How the wards of a county are made to differ; None is as the synthetic county does.

    Attributes
    ----------
    name : str
    worry, met : float or None
        Correlation of the wards' effects on worry, and on ASB met, with reports a head.
    worry_sd, met_sd : float or None
        Spread of these effects, points.
    gap : float
        Points by which more ASB is met in the five wards with a planted reporting gap.
    """

    name: str
    worry: float | None = None
    met: float | None = None
    worry_sd: float | None = None
    met_sd: float | None = None
    gap: float = survey_truth.GAP_POINTS

    def ask(self, question: Question) -> Question:
        """Give a question as this kind of county answers it."""
        changed: dict[str, float] = {}
        if question.item.role == "experience":
            if self.met is not None:
                left = np.sqrt(1 - self.met**2)
                changed = {
                    "with_reports": self.met, "with_worry": min(question.with_worry, left)
                }  # fmt: skip
            if self.met_sd is not None:
                changed["ward_sd"] = self.met_sd
        elif question.item.in_score and self.worry_sd is not None:
            changed["ward_sd"] = self.worry_sd
        return replace(question, **changed)


KINDS = (
    Kind("as the demo"),
    Kind("ASB tells nothing", worry=0.0, met=0.0),
    Kind("ASB tells nothing, no planted gap", worry=0.0, met=0.0, gap=0.0),
    Kind("ASB tells much", worry=0.7, met=0.9),
    Kind("wards alike", worry_sd=1.5, met_sd=2.0),
    Kind("wards differ", worry_sd=4.0, met_sd=6.0),
    Kind("worry against ASB", worry=-0.3, met=0.2),
)
"""Counties that are like the assumptions of the model, and counties that are not."""


def ask_anew(ground: Ground, number: int, kind: Kind = KINDS[0]) -> Ground:
    """Give a county other residents' thoughts and another survey; places and reports stay."""
    county = ground.county
    geography = build_geography(
        np.random.default_rng(np.random.SeedSequence(county.seed).spawn(1)[0])
    )
    reports = ground.reports.reindex(geography.ward_codes).to_numpy(dtype=np.int64)
    questions = tuple(kind.ask(question) for question in QUESTIONS)
    blend = survey_truth._blend
    with (
        patch.object(survey_truth, "QUESTIONS", questions),
        patch.object(demo_survey, "QUESTIONS", questions),
        patch.object(survey_truth, "GAP_POINTS", kind.gap),
        patch.object(
            survey_truth,
            "_blend",
            lambda rng, count, usual, other: blend(
                rng, count, usual if kind.worry is None else kind.worry, other
            ),
        ),
    ):
        survey = demo_survey.build_survey(
            np.random.default_rng([county.seed, number]),
            geography,
            county.population,
            county.segments,
            reports,
            county.survey.complete_to,
        )
    return replace(ground, county=replace(county, survey=survey))


def build_ground(seed: int = 2026, years: int = 1) -> Ground:
    """Build the synthetic county of a seed with the wards as its survey sees them."""
    county = build_county(seed, incidents_per_year=45_000, years=years)
    up = county.lookups
    lsoas = up[(up["from_kind"] == "lsoa") & (up["to_kind"] == "ward")]
    ward_of = lsoas.set_index("from_code")["to_code"]
    district_of = up[up["from_kind"] == "ward"].set_index("from_code")["to_code"]
    people = county.population.set_index(["kind", "code"])["residents"].astype(float)
    wards = people.loc["ward"].rename_axis("code").reset_index()
    wards["district_code"] = wards["code"].map(district_of)
    small = pd.DataFrame(
        {
            "kind": "lsoa",
            "code": ward_of.index,
            "ward_code": ward_of.to_numpy(),
            "residents": people.loc["lsoa"].loc[ward_of.index].to_numpy(),
        }
    )
    mix, missing = mix_of_wards(county.segments[["code", "segment_code", "share"]], small)
    assert missing.empty
    counts = county.incidents["lsoa_code"].map(ward_of).value_counts()
    reports = counts.reindex(wards["code"]).fillna(0)
    asb = shrink_rates(reports.to_numpy(), wards["residents"].to_numpy())
    return Ground(county, WardFrame(wards, mix, missing), asb, reports)
