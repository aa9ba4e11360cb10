"""What recorded ASB adds to a ward, against the joint normal distribution written out."""

import numpy as np
import pandas as pd
import pytest

from analytics.shrinkage import ShrunkenRates, shrink_rates
from analytics.worry import beside, multilevel
from analytics.worry.cells import build_cells
from analytics.worry.simulating import Scenario, SimulatedCounty, simulate_county


@pytest.fixture(scope="module", params=[True, False], ids=["wards known", "districts known"])
def county(request: pytest.FixtureRequest) -> SimulatedCounty:
    scenario = Scenario(
        "tiny", districts=3, wards=12, segments=4, respondents=400, knows_ward=request.param
    )
    return simulate_county(np.random.default_rng(17), scenario)


@pytest.fixture(scope="module")
def asb(county: SimulatedCounty) -> ShrunkenRates:
    residents = county.frame.wards["residents"].to_numpy()
    rates = np.random.default_rng(3).gamma(4.0, 7.5, len(residents))
    return shrink_rates(np.round(rates * residents / 1_000), residents)


def test_weighing_beside_asb_equals_one_more_normal_effect(
    county: SimulatedCounty, asb: ShrunkenRates
) -> None:
    cells = build_cells(county.sample, county.frame)
    fit = multilevel.fit_multilevel(cells)
    ward = fit.parts["ward"]
    logs = np.log(asb.value)
    z = (logs - logs.mean()) / logs.std()
    seen_ones, wanted_ones = np.ones((len(cells.mean), 1)), np.ones((len(z), 1))
    parts = (
        (seen_ones, wanted_ones, multilevel.MEAN_SD),
        (cells.segment, cells.ward_mix, fit.parts["segment"]),
        (cells.district, cells.ward_district, fit.parts["district"]),
        (cells.ward, np.eye(len(z)), ward),
    )
    centre = np.average(cells.mean, weights=1 / cells.variance)
    middle = beside.USUAL * ward

    def posterior(extra: tuple, shift: float) -> tuple[np.ndarray, np.ndarray]:
        every = (*parts, *extra)
        seen = sum(sd**2 * a @ a.T for a, _, sd in every) + np.diag(cells.variance)
        pull = np.linalg.solve(seen, sum(sd**2 * b @ a.T for a, b, sd in every).T).T
        wanted = sum(sd**2 * b @ b.T for _, b, sd in every)
        left = cells.mean - centre - shift * cells.ward @ z
        cross = sum(sd**2 * b @ a.T for a, b, sd in every)
        return shift * z + pull @ left, np.diag(wanted - pull @ cross.T)

    slope = (cells.ward @ z[:, None], z[:, None], beside.DOUBT * ward)
    plain, plain_variance = posterior((), 0.0)
    joined, joined_variance = posterior((slope,), middle)
    known = pd.DataFrame(
        {"modelled": plain, "modelled_se": np.sqrt(plain_variance)},
        index=county.frame.wards["code"],
    )
    found = beside.weigh_beside(known, fit.effects, asb)
    assert np.abs(joined - plain).max() > 0.1
    assert np.allclose(found["modelled"], joined, atol=1e-6)
    assert np.allclose(found["modelled_se"] ** 2, joined_variance, rtol=1e-6)


def test_a_ward_whose_rate_is_not_known_is_taken_from_the_middle(county, asb) -> None:
    effects = multilevel.fit_multilevel(build_cells(county.sample, county.frame)).effects
    codes = county.frame.wards["code"]
    known = pd.DataFrame({"modelled": 30.0, "modelled_se": 3.0}, index=codes)
    counts = np.where(np.arange(len(codes)) == 0, np.nan, asb.value)
    some = shrink_rates(counts, np.full(len(codes), 1_000.0))
    found = beside.weigh_beside(known, effects, some)
    assert np.isfinite(found.to_numpy()).all()
    assert abs(found["modelled"].iloc[0] - 30) < np.abs(found["modelled"] - 30).max() / 2


def test_wards_of_one_rate_and_estimates_without_effects_stay_as_they_are(county) -> None:
    effects = multilevel.fit_multilevel(build_cells(county.sample, county.frame)).effects
    codes = county.frame.wards["code"]
    known = pd.DataFrame({"modelled": 30.0, "modelled_se": 3.0}, index=codes)
    same = shrink_rates(np.full(len(codes), 50), np.full(len(codes), 6_000))
    assert beside.weigh_beside(known, effects, same).equals(known)
    differ = shrink_rates(np.arange(len(codes)) + 5, np.full(len(codes), 6_000))
    assert beside.weigh_beside(known, None, differ).equals(known)
