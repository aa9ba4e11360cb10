"""The two models against slow routes to the same answer.

Tolerances: both routes are exact up to rounding, so 1e-6 points is asked; the area-level variance
comes from a one-dimensional search, so 0.1 % of it is asked.
"""

import numpy as np
import pytest
from scipy import optimize, stats

from analytics.worry import multilevel
from analytics.worry.cells import build_cells
from analytics.worry.fay_herriot import fit_areas
from analytics.worry.simulating import Scenario, simulate_county


@pytest.mark.parametrize("knows_ward", [True, False])
def test_the_multilevel_posterior_equals_that_of_the_joint_normal(knows_ward) -> None:
    scenario = Scenario(
        "tiny", districts=3, wards=12, segments=4, respondents=400, knows_ward=knows_ward
    )
    county = simulate_county(np.random.default_rng(11), scenario)
    cells = build_cells(county.sample, county.frame)
    fit = multilevel.fit_multilevel(cells)

    centre = np.average(cells.mean, weights=1 / cells.variance)
    y = cells.mean - centre
    wards = len(cells.wards)

    def blocks(segment, district, ward):
        ones, many = np.ones((len(y), 1)), np.ones((wards, 1))
        of = (
            (ones, many, multilevel.MEAN_SD), (cells.segment, cells.ward_mix, segment),
            (cells.district, cells.ward_district, district), (cells.ward, np.eye(wards), ward),
        )  # fmt: skip
        seen = sum(sd**2 * a @ a.T for a, _, sd in of) + np.diag(cells.variance)
        cross = sum(sd**2 * b @ a.T for a, b, sd in of)
        wanted = sum(sd**2 * b @ b.T for _, b, sd in of)
        return seen, cross, wanted

    segment = fit.parts["segment"]
    scores, means, variances = [], [], []
    d_grid, w_grid = multilevel._DISTRICT_GRID, multilevel._WARD_GRID
    for i, d in enumerate(d_grid):
        for j, w in enumerate(w_grid):
            seen, cross, wanted = blocks(segment, d, w)
            pull = np.linalg.solve(seen, cross.T).T
            means.append(pull @ y)
            variances.append(np.diag(wanted - pull @ cross.T))
            prior = stats.halfnorm.logpdf(d, scale=multilevel.DISTRICT_SCALE)
            prior += stats.lognorm.logpdf(w, s=multilevel.WARD_SPREAD, scale=multilevel.WARD_MEDIAN)
            step = np.gradient(d_grid)[i] * np.gradient(w_grid)[j]
            likely = stats.multivariate_normal.logpdf(y, np.zeros(len(y)), seen)
            scores.append(likely + prior + np.log(step))
    chance = np.exp(np.array(scores) - max(scores))
    chance /= chance.sum()
    value = chance @ np.array(means)
    variance = chance @ (np.array(variances) + (np.array(means) - value) ** 2)
    assert np.allclose(fit.value, value + centre, atol=1e-6)
    assert np.allclose(fit.variance, variance, rtol=1e-6)


def test_one_ward_known_well_keeps_its_own_figure_and_an_unknown_one_the_models() -> None:
    rng = np.random.default_rng(2)
    areas = 40
    x = rng.normal(30, 5, areas)
    truth = 5 + 0.8 * x + rng.normal(0, 3, areas)
    variance = np.full(areas, 6.0)
    variance[0], variance[1] = 1e-6, 1e8
    direct = truth + rng.normal(0, np.sqrt(np.minimum(variance, 36)))
    design = np.column_stack([np.ones(areas), x])
    fit = fit_areas(direct, variance, design)
    assert fit.value[0] == pytest.approx(direct[0], abs=1e-4)
    assert fit.value[1] == pytest.approx(design[1] @ fit.beta, abs=1e-3)
    assert fit.mse[1] > fit.between > fit.mse[0]


def test_the_area_level_fit_equals_a_plain_maximisation_and_matrix_blup() -> None:
    rng = np.random.default_rng(8)
    areas = 60
    x = rng.normal(30, 5, areas)
    variance = rng.uniform(3, 30, areas)
    direct = 4 + 0.9 * x + rng.normal(0, 3, areas) + rng.normal(0, np.sqrt(variance))
    design = np.column_stack([np.ones(areas), x])
    fit = fit_areas(direct, variance, design)

    def negative(log_between):
        total = np.diag(np.exp(log_between[0]) + variance)
        inverse = np.linalg.inv(total)
        inside = design.T @ inverse @ design
        projection = inverse - inverse @ design @ np.linalg.inv(inside) @ design.T @ inverse
        score = -0.5 * (np.linalg.slogdet(total)[1] + np.linalg.slogdet(inside)[1])
        return -(score - 0.5 * direct @ projection @ direct + log_between[0])

    found = optimize.minimize(negative, [1.0], method="Nelder-Mead", options={"xatol": 1e-8})
    between = float(np.exp(found.x[0]))
    assert fit.between == pytest.approx(between, rel=1e-3)
    total = np.diag(fit.between + variance)
    beta = np.linalg.solve(
        design.T @ np.linalg.solve(total, design), design.T @ np.linalg.solve(total, direct)
    )
    blup = design @ beta + fit.between * np.linalg.solve(total, direct - design @ beta)
    assert np.allclose(fit.value, blup, atol=1e-8)


def test_the_error_of_the_area_level_model_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(21)
    areas, between = 80, 9.0
    x = rng.normal(30, 5, areas)
    variance = rng.uniform(5, 25, areas)
    design = np.column_stack([np.ones(areas), x])
    squared, told = [], []
    for _ in range(400):
        truth = 4 + 0.9 * x + rng.normal(0, np.sqrt(between), areas)
        fit = fit_areas(truth + rng.normal(0, np.sqrt(variance)), variance, design)
        squared.append((fit.value - truth) ** 2)
        told.append(fit.mse)
    assert np.mean(told) == pytest.approx(np.mean(squared), rel=0.1)
