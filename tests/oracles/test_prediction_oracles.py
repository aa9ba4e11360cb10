"""Scores against published tables, and fits against slow or independent computation."""

import numpy as np
import pytest
import shapely
from scipy import optimize, stats

from analytics.prediction.blending import climb
from analytics.prediction.ceiling import find_ceilings
from analytics.prediction.exciting import SelfExciting
from analytics.prediction.history import History, lay_out
from analytics.prediction.scoring import bootstrap_difference, score_flags
from analytics.prediction.smoothing import smooth_cells
from geodata.grids import make_grid


def test_pai_pei_and_rri_agree_with_the_table_of_ptools() -> None:
    came = np.array([6, 7, 3, 2, 1, 0.0])
    # In the published table equal forecasts stand in order of what came, lowest first.
    risk = np.array([8, 4 - 1e-9, 4, 2, 1, 0.0])
    scores = [score_flags(risk, came, cells / 6) for cells in range(1, 7)]
    pai = [1.8947, 1.4211, 1.6842, 1.4211, 1.2, 1]
    pei = [0.8571, 0.6923, 1, 1, 1, 1]
    rri = [1.3333, 1.3333, 1, 1, 1, 1]
    assert np.allclose([score.pai for score in scores], pai, atol=5e-5)
    assert np.allclose([score.pei for score in scores], pei, atol=5e-5)
    assert np.allclose([score.rri for score in scores], rri, atol=5e-5)


def test_pai_of_three_areas() -> None:
    scores = [score_flags([3, 2, 1], [6, 3, 0], cells / 3) for cells in (1, 2, 3)]
    assert np.allclose([score.pai for score in scores], [2, 1.5, 1])
    assert np.allclose([score.pei for score in scores], [1, 1, 1])


def fit_slowly(
    cells: list[np.ndarray], span: float, omega: float, steps: int
) -> tuple[float, float, np.ndarray]:
    """The EM of Mohler et al. (2015), written out event by event."""
    theta, mu = 0.5, np.full(len(cells), 0.5)
    for _ in range(steps):
        above, waited, events = 0.0, 0.0, 0
        new = np.zeros(len(cells))
        for number, times in enumerate(cells):
            for j, later in enumerate(times):
                parts = [theta * omega * np.exp(-omega * (later - t)) for t in times[:j]]
                whole = mu[number] + sum(parts)
                above += sum(parts) / whole
                waited += (
                    sum(p * (later - t) for p, t in zip(parts, times[:j], strict=True)) / whole
                )
                new[number] += mu[number] / whole
                events += 1
        mu, omega, theta = new / span, above / waited, above / events
    return theta, omega, mu


def test_etas_agrees_with_em_written_out(rng: np.random.Generator) -> None:
    grid = make_grid(shapely.box(0, 0, 600, 150))
    cell = rng.integers(0, 4, 120)
    day = np.sort(rng.uniform(0, 90, 120))
    history = History(cell, day, 0.0, 90.0, lay_out(grid), "day")
    fitted = SelfExciting(decay_days=(2.0,), grain_days=0, iterations=20, corrected=False).fit(
        history
    )
    theta, omega, mu = fit_slowly([day[cell == c] for c in range(4)], 90.0, 0.5, 20)
    assert fitted.theta_ == pytest.approx(theta, rel=1e-9)
    assert fitted.omega_ == pytest.approx(omega, rel=1e-9)
    assert np.allclose(fitted.background_, mu, rtol=1e-9)
    steady = mu * 7
    excited = [
        theta * sum(np.exp(-omega * (90 - t)) - np.exp(-omega * (97 - t)) for t in day[cell == c])
        for c in range(4)
    ]
    assert np.allclose(fitted.predict(7.0), steady + excited, rtol=1e-9)


def test_etas_finds_the_parameters_it_was_drawn_from(rng: np.random.Generator) -> None:
    theta, omega, cells, span = 0.4, 0.5, 60, 900.0
    cell, day = [], []
    for number in range(cells):
        waiting = list(rng.uniform(0, span, rng.poisson(0.08 * span)))
        while waiting:
            moment = waiting.pop()
            if moment < span:
                cell.append(number)
                day.append(moment)
                waiting.extend(moment + rng.exponential(1 / omega, rng.poisson(theta)))
    order = np.argsort(day)
    grid = make_grid(shapely.box(0, 0, cells * 150, 150))
    history = History(np.array(cell)[order], np.array(day)[order], 0.0, span, lay_out(grid), "day")
    fitted = SelfExciting(decay_days=(3.0,), grain_days=0, iterations=200).fit(history)
    assert fitted.theta_ == pytest.approx(theta, abs=0.05)
    assert fitted.omega_ == pytest.approx(omega, rel=0.2)


def test_blend_weights_reach_the_likelihood_of_a_general_optimiser(
    rng: np.random.Generator,
) -> None:
    parts = rng.gamma(1.0, 1.0, size=(400, 3))
    came = rng.poisson(parts @ [0.6, 0.0, 0.3]).astype(float)
    hit = came > 0
    found = climb(parts[hit], came[hit], parts.sum(axis=0), 3_000)

    def cost(weights: np.ndarray) -> float:
        return float((parts @ weights).sum() - came @ np.log(parts @ weights + 1e-300))

    best = optimize.minimize(cost, np.full(3, 0.3), bounds=[(1e-9, None)] * 3)
    assert cost(found) == pytest.approx(best.fun, abs=1e-3)
    assert (found >= 0).all()
    assert (parts @ found).sum() == pytest.approx(came.sum())


def test_smoothing_agrees_with_a_sum_over_kernels(rng: np.random.Generator) -> None:
    grid = make_grid(shapely.box(0, 0, 6_000, 6_000))
    lattice = lay_out(grid)
    values = np.zeros(len(grid))
    middle = grid.find([3_000.0], [3_000.0])[0]
    values[middle] = 5.0
    smooth = smooth_cells(values, lattice, 300.0)
    away = np.hypot(grid.centre_x - grid.centre_x[middle], grid.centre_y - grid.centre_y[middle])
    kernel = np.exp(-0.5 * (away / 300.0) ** 2)
    assert smooth.sum() == pytest.approx(5.0)
    # The library cuts the kernel at three standard deviations.
    assert np.allclose(
        smooth, 5 * kernel / kernel.sum(), atol=5 * 0.01 * kernel.max() / kernel.sum()
    )
    corner = np.zeros(len(grid))
    corner[0] = 5.0
    assert smooth_cells(corner, lattice, 300.0).sum() == pytest.approx(5.0)


def test_ceiling_agrees_with_what_equal_rates_allow(rng: np.random.Generator) -> None:
    rates = np.concatenate([np.full(10, 20.0), np.full(990, 0.1)])
    found = find_ceilings(rates, [0.01], spread=np.zeros(1_000), rng=rng, draws=200)[0]
    assert found.hit_rate == pytest.approx(200 / 299, abs=0.01)
    assert found.low < found.hit_rate < found.high
    even = find_ceilings(np.full(1_000, 0.4), [0.01], spread=np.zeros(1_000), rng=rng, draws=200)[0]
    # With equal rates nobody can do better than the share of ground.
    assert even.hit_rate == pytest.approx(0.01, abs=0.002)
    varied = find_ceilings(np.full(1_000, 0.4), [0.01], spread=np.ones(1_000), rng=rng, draws=200)[
        0
    ]
    assert varied.hit_rate > 2 * even.hit_rate


def test_bootstrap_interval_agrees_with_theory(rng: np.random.Generator) -> None:
    base = rng.poisson(400, 60).astype(float)
    ours = base + rng.normal(20, 15, 60)
    difference, low, high = bootstrap_difference(ours, base, rng=rng)
    half = stats.t.ppf(0.95, 59) * (ours - base).std(ddof=1) / np.sqrt(60) / base.mean()
    assert low == pytest.approx(difference - half, abs=0.15 * half)
    assert high == pytest.approx(difference + half, abs=0.15 * half)
