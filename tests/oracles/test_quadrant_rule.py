"""How many wards the quadrant rule leaves too close to call, and how often the rest are right.

The published expectation: 300 wards of 6,000 people, worry spread 4.5 points, sampling error 1.3
and a ward effect that nothing explains of 1.5, 3 or 4 points leave about 36, 51 and 61 %.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.shrinkage import shrink_rates
from analytics.worry.matrix import Matrix, place_in_matrix

WARDS, PEOPLE, SPREAD, SAMPLING = 300, 6_000, 4.5, 1.3
ASB_PER_1000, ASB_SHAPE = 30.0, 4.0
"""Kent's level, and a spread between wards of half of it."""
CODES = np.array([f"W{ward:03d}" for ward in range(WARDS)], dtype=object)


def matrix_of(asb: np.ndarray, worry: np.ndarray, se: float) -> Matrix:
    table = pd.DataFrame(
        {
            "code": CODES,
            "value": worry,
            "se": se,
            "low": worry - 1.96 * se,
            "high": worry + 1.96 * se,
        }
    )
    return place_in_matrix(shrink_rates(asb, np.full(WARDS, PEOPLE)), table, codes=CODES)


def draw_asb(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    truth = rng.gamma(ASB_SHAPE, ASB_PER_1000 / ASB_SHAPE, WARDS)
    return truth, rng.poisson(truth * PEOPLE / 1_000)


@pytest.mark.parametrize(("unexplained", "expected"), [(1.5, 0.36), (3.0, 0.51), (4.0, 0.61)])
def test_share_too_close_to_call_is_the_one_expected(unexplained: float, expected: float) -> None:
    rng = np.random.default_rng(20_070)
    se = float(np.hypot(SAMPLING, unexplained))
    shares = [
        matrix_of(draw_asb(rng)[1], rng.normal(50, SPREAD, WARDS), se).share_close
        for _ in range(60)
    ]
    # 60 counties of 300 wards: the mean has a standard error of 0.004; the expected figures are
    # rounded and assume an ASB spread that is not stated.
    assert np.mean(shares) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("unexplained", [1.5, 3.0, 4.0])
def test_wards_that_get_a_quadrant_are_mostly_in_it(unexplained: float) -> None:
    rng = np.random.default_rng(36_51_61)
    error = float(np.hypot(SAMPLING, unexplained))
    kept = SPREAD**2 / (SPREAD**2 + error**2)
    asb_right, worry_right, both_right = [], [], []
    for _ in range(40):
        asb_truth, counts = draw_asb(rng)
        truth = rng.normal(50, SPREAD, WARDS)
        estimate = 50 + kept * (truth + rng.normal(0, error, WARDS) - 50)
        found = matrix_of(counts, estimate, float(np.sqrt(kept) * error))
        placed = found.table["quadrant"].isin(["act", "quiet", "reassure", "keep"]).to_numpy()
        said_high = found.table[["p_asb_high", "p_worry_high"]].to_numpy()[placed] > 0.5
        right = np.column_stack([asb_truth > found.asb_cut, truth > found.worry_cut])[placed]
        asb_right.extend(said_high[:, 0] == right[:, 0])
        worry_right.extend(said_high[:, 1] == right[:, 1])
        both_right.extend((said_high == right).all(axis=1))
    # Each side is asked for 0.8 at the least, so most wards are surer than that.
    assert np.mean(asb_right) > 0.97
    assert np.mean(worry_right) > 0.9
    assert np.mean(both_right) > 0.88


def test_a_county_that_is_all_the_same_gets_no_quadrants() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(ASB_PER_1000 * PEOPLE / 1_000, WARDS)
    found = matrix_of(counts, rng.normal(50, 0.3, WARDS), 2.0)
    assert found.share_close == 1
