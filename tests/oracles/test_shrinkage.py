"""The county's gamma distribution against another library, a grid, and truth that is known."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate, stats

from analytics.shrinkage import shrink_rates


def draw(
    seed: int, shape: float, level: float, wards: int = 300
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    residents = rng.integers(1_500, 9_000, wards)
    truth = rng.gamma(shape, level / shape, wards)
    return rng.poisson(truth * residents / 1_000), residents, truth


@pytest.mark.parametrize(("shape", "level"), [(4.0, 30.0), (1.2, 12.0), (20.0, 25.0)])
def test_distribution_is_that_of_a_negative_binomial_fit(shape: float, level: float) -> None:
    counts, residents, _ = draw(3, shape, level)
    found = shrink_rates(counts, residents)
    start = [np.log(level), 1 / shape]
    other = sm.NegativeBinomial(counts, np.ones(len(counts)), exposure=residents / 1_000).fit(
        start, method="nm", maxiter=5_000, xtol=1e-10, ftol=1e-12, disp=0
    )
    # The simplex stops within about 1e-6 of the top, and the top is flat to about its root.
    assert found.prior_shape == pytest.approx(1 / other.params[1], rel=1e-4)
    level_found = found.prior_shape / found.prior_rate
    assert level_found == pytest.approx(np.exp(other.params[0]), rel=1e-4)


def test_distribution_is_the_top_of_a_grid_of_counts_integrated_by_quadrature() -> None:
    counts, thousands = np.array([3, 9, 14, 0, 22]), np.array([0.5, 1.0, 0.8, 0.3, 1.1])
    found = shrink_rates(counts, thousands * 1_000)

    def likelihood(shape: float, rate: float) -> float:
        total = 0.0
        for count, exposure in zip(counts, thousands, strict=True):
            part, _ = integrate.quad(
                lambda x, count=count, exposure=exposure: (
                    stats.poisson.pmf(count, x * exposure) * stats.gamma.pdf(x, shape, 0, 1 / rate)
                ),
                0,
                200,
                points=(5, 20),
                limit=200,
            )
            total += np.log(part)
        return total

    best = likelihood(found.prior_shape, found.prior_rate)
    for by_shape in (0.9, 1, 1.1):
        for by_rate in (0.9, 1, 1.1):
            near = likelihood(found.prior_shape * by_shape, found.prior_rate * by_rate)
            assert near <= best + 1e-6


def test_likely_ranges_hold_the_truth_as_often_as_they_say() -> None:
    inside, error, raw_error = [], [], []
    for seed in range(20):
        counts, residents, truth = draw(seed, 4.0, 30.0)
        found = shrink_rates(counts, residents)
        inside.append((found.low <= truth) & (truth <= found.high))
        error.append((found.value - truth) ** 2)
        raw_error.append((counts / residents * 1_000 - truth) ** 2)
    # 6,000 wards: the share of hits has a standard error of 0.003.
    assert np.mean(inside) == pytest.approx(0.95, abs=0.01)
    assert np.mean(error) < np.mean(raw_error)
