"""Direct survey figures against statsmodels: means, variances, and both kinds of range."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from analytics.worry.direct import Figure, difference_between, estimate_direct


def scores(rng: np.random.Generator, size: int = 900) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "weight": rng.lognormal(0, 0.6, size),
            "value": np.clip(rng.normal(45, 20, size), 0, 100),
            "district_code": rng.choice(["A", "B", "C"], size, p=[0.5, 0.3, 0.2]),
        }
    )


def test_means_of_scores_agree_with_weighted_statistics(rng: np.random.Generator) -> None:
    frame = scores(rng)
    found = estimate_direct(frame, "district_code", is_share=False).set_index("code")
    for code, rows in frame.groupby("district_code"):
        mean = DescrStatsW(rows["value"], weights=rows["weight"]).mean
        # The same sums in another order: only rounding may differ.
        assert found.loc[code, "value"] == pytest.approx(mean, rel=1e-12)


def test_ranges_of_scores_agree_with_sandwich_errors(rng: np.random.Generator) -> None:
    frame = scores(rng)
    found = estimate_direct(frame, is_share=False).iloc[0]
    fit = sm.WLS(frame["value"], np.ones(len(frame)), weights=frame["weight"]).fit(
        cov_type="HC1", use_t=False
    )
    low, high = fit.conf_int().to_numpy()[0]
    # HC1 multiplies by n / (n - 1), as the linearised variance does.
    assert (found["low"], found["high"]) == pytest.approx((low, high), rel=1e-9)
    simple = DescrStatsW(frame["value"], weights=frame["weight"]).var / (len(frame) - 1)
    assert found["deff"] == pytest.approx(fit.bse.iloc[0] ** 2 / simple, rel=1e-9)


@pytest.mark.parametrize(("yes", "size"), [(600, 1_000), (3, 400), (0, 150), (150, 150)])
def test_range_of_a_share_with_equal_weights_is_wilsons(yes: int, size: int) -> None:
    frame = pd.DataFrame({"weight": 2.0, "value": [100.0] * yes + [0.0] * (size - yes)})
    found = estimate_direct(frame, is_share=True).iloc[0]
    low, high = proportion_confint(yes, size, method="wilson")
    # The linearised variance divides by n - 1 where Wilson's has n: one respondent in n.
    assert found["low"] / 100 == pytest.approx(low, abs=0.01 / np.sqrt(size))
    assert found["high"] / 100 == pytest.approx(high, abs=0.01 / np.sqrt(size))


def test_difference_of_two_shares_is_newcombes() -> None:
    counts = (130, 300, 105, 320)
    ranges = [
        Figure(100 * yes / size, *(100 * np.array(proportion_confint(yes, size, method="wilson"))))
        for yes, size in (counts[:2], counts[2:])
    ]
    found = difference_between(*ranges)
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert (found.low / 100, found.high / 100) == pytest.approx((low, high), abs=1e-9)


def test_ranges_hold_the_truth_in_95_of_100_surveys(rng: np.random.Generator) -> None:
    # 1,000 surveys of 300 with weights that go with the answer: a standard error of 0.7 points.
    hits = 0
    for _ in range(1_000):
        worried = rng.random(300) < 0.2
        weight = np.where(worried, 0.8, 1.2) * rng.lognormal(0, 0.4, 300)
        frame = pd.DataFrame({"weight": weight, "value": 100.0 * worried})
        found = estimate_direct(frame, is_share=True).iloc[0]
        truth = 100 * 0.2 * 0.8 / (0.2 * 0.8 + 0.8 * 1.2)
        hits += found["low"] <= truth <= found["high"]
    assert 930 <= hits <= 970
