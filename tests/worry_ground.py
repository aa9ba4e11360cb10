"""The synthetic county as estimates of worry see it, beside the truth of its wards."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.shrinkage import ShrunkenRates, shrink_rates
from analytics.worry.estimators import estimate_wards
from analytics.worry.measures import value_of
from analytics.worry.mix import mix_of_wards
from analytics.worry.quarters import rolling_year
from analytics.worry.sample import SurveySample, WardFrame
from geodata.sources.demo import County, build_county


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

    def estimates(self, measure: str) -> pd.DataFrame:
        survey = self.county.survey
        year = rolling_year(survey.respondents["quarter"].unique(), survey.complete_to)
        value = value_of(survey.respondents, survey.answers, measure, survey.items, year.quarters)
        sample = SurveySample(value, measure, measure.startswith("yes:"))
        return estimate_wards(sample, self.frame).table

    def truth(self, measure: str) -> np.ndarray:
        held = self.county.survey.truth
        return np.asarray(
            held[held["measure"] == measure].set_index("ward_code")["value"].loc[self.codes]
        )


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
