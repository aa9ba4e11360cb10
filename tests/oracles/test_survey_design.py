"""Ranges with strata and sampling points: R's survey package, a textbook's sums, and coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analytics.worry.direct import estimate_direct
from analytics.worry.weighting import mean_by_group, read_design
from tests.oracles import school_scores as schools


def by_textbook(frame: pd.DataFrame, chosen: pd.Series) -> tuple[float, float]:
    """Give mean and variance of a domain by the sums of a textbook, one cluster after the other.

    Särndal, Swensson and Wretman (1992), sections 2.9 and 5.7: residuals of a ratio, summed by
    cluster, and the variance of the clusters' sums within each stratum.
    """
    total = sum(frame["weight"][chosen])
    mean = sum((frame["weight"] * frame["value"])[chosen]) / total
    sums: dict[object, dict[object, float]] = {}
    for row, is_in in zip(frame.to_dict("records"), chosen, strict=True):
        of_stratum = sums.setdefault(row["stratum"], {})
        adds = row["weight"] * (row["value"] - mean) / total if is_in else 0.0
        of_stratum[row["cluster"]] = of_stratum.get(row["cluster"], 0.0) + adds
    variance = 0.0
    every = [one for of_stratum in sums.values() for one in of_stratum.values()]
    for of_stratum in sums.values():
        size = len(of_stratum)
        if size == 1:
            variance += (next(iter(of_stratum.values())) - sum(every) / len(every)) ** 2
            continue
        centre = sum(of_stratum.values()) / size
        spread = sum((one - centre) ** 2 for one in of_stratum.values()) / (size - 1)
        variance += size * spread
    return mean, variance


def true_mean(*, is_share: bool) -> float:
    """Give the mean that the surveys of points are drawn about, by a long sum over its chances."""
    nodes = norm.ppf((np.arange(2_000) + 0.5) / 2_000)
    levels = np.clip(40 + 15.5 * nodes, 1, 99)
    return float((levels if is_share else np.clip(levels[:, None] + 46 * nodes, 0, 100)).mean())


def draw(rng: np.random.Generator, points: int = 40, spread: float = 1.0) -> pd.DataFrame:
    """Draw a sample of some strata, of points of uneven size, of weights and of districts."""
    point = np.repeat(np.arange(points), rng.integers(1, 25, points))
    weight = rng.lognormal(0, 0.5, len(point))
    level = 50 + spread * rng.normal(0, 8, points)[point]
    return pd.DataFrame(
        {
            "value": np.clip(level + rng.normal(0, 15, len(point)), 0, 100),
            "weight": weight,
            "stratum": point % 7,
            "cluster": point,
            "district_code": rng.choice(["A", "B", ""], len(point), p=[0.5, 0.4, 0.1]),
        }
    )


def test_clustered_sample_agrees_with_the_survey_package_of_r() -> None:
    frame = schools.read_clustered()
    found = mean_by_group(
        np.zeros(len(frame)), frame["value"], frame["weight"], read_design(frame)
    ).iloc[0]
    said = schools.CLUSTERED
    # R rounds its weights in the 13th figure; nothing else differs.
    assert 10 * found["mean"] == pytest.approx(said["mean"], rel=1e-12)
    assert 10 * np.sqrt(found["variance"]) == pytest.approx(said["se"], rel=1e-10)
    assert (found["points"], found["df"]) == (15, said["df"])
    simple = schools.CLUSTERED_VARIANCE / len(frame)
    assert found["deff"] == pytest.approx(said["se"] ** 2 / simple, rel=1e-10)
    assert found["n_eff"] == pytest.approx(len(frame) / found["deff"])


def test_range_of_a_clustered_sample_is_students_as_r_gives_it() -> None:
    found = estimate_direct(schools.read_clustered(), is_share=False, least_n_eff=1).iloc[0]
    assert (10 * found["low"], 10 * found["high"]) == pytest.approx(
        schools.CLUSTERED_RANGE, rel=1e-10
    )


def test_domain_keeps_the_clusters_that_have_nobody_of_it_as_r_does() -> None:
    frame = schools.read_clustered()
    said = schools.OF_LOS_ANGELES
    found = mean_by_group(
        frame["cluster"].isin(said["districts"]), frame["value"], frame["weight"],
        read_design(frame),
    ).loc[True]  # fmt: skip
    assert 10 * found["mean"] == pytest.approx(said["mean"], rel=1e-12)
    assert 10 * np.sqrt(found["variance"]) == pytest.approx(said["se"], rel=1e-10)


def test_stratified_sample_agrees_with_the_survey_package_of_r() -> None:
    found = estimate_direct(schools.read_stratified(), is_share=False).iloc[0]
    assert 10 * found["value"] == pytest.approx(schools.STRATIFIED["mean"], rel=1e-12)
    assert (10 * found["low"], 10 * found["high"]) == pytest.approx(
        schools.STRATIFIED_RANGE, rel=1e-10
    )
    assert np.isnan(found["points"])


@pytest.mark.parametrize("seed", range(5))
def test_strata_points_and_districts_agree_with_the_sums_of_a_textbook(seed: int) -> None:
    frame = draw(np.random.default_rng(seed))
    # A stratum of its own for the last point: it has no spread within.
    frame.loc[frame["cluster"] == 39, "stratum"] = 99
    found = mean_by_group(
        frame["district_code"], frame["value"], frame["weight"], read_design(frame)
    )
    for code in ("A", "B"):
        mean, variance = by_textbook(frame, frame["district_code"] == code)
        assert found.loc[code, "mean"] == pytest.approx(mean, rel=1e-12)
        # The same sums in another order.
        assert found.loc[code, "variance"] == pytest.approx(variance, rel=1e-9)


def test_leaving_out_one_point_after_the_other_gives_the_same_error() -> None:
    """Another method altogether, the stratified jackknife, agrees to the second order."""
    frame = draw(np.random.default_rng(3), points=120)
    whole = mean_by_group(
        np.zeros(len(frame)), frame["value"], frame["weight"], read_design(frame)
    ).iloc[0]
    variance = 0.0
    for stratum, rows in frame.groupby("stratum"):
        points = rows["cluster"].unique()
        scale = len(points) / (len(points) - 1)
        for point in points:
            rest = frame[frame["cluster"] != point]
            weight = rest["weight"].where(rest["stratum"] != stratum, rest["weight"] * scale)
            left = np.average(rest["value"], weights=weight) - whole["mean"]
            variance += left**2 / scale
    assert whole["variance"] == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("is_share", [False, True])
def test_ranges_of_a_clustered_survey_hold_the_truth_where_those_of_weights_do_not(
    rng: np.random.Generator, is_share: bool
) -> None:
    """300 surveys of 40 points of 15 people, alike by 0.1: a design effect of 2.4 and more."""
    held = {"points": 0, "weights": 0}
    truth = true_mean(is_share=is_share)
    for _ in range(300):
        point = np.repeat(np.arange(40), 15)
        level = np.clip(40 + rng.normal(0, 15.5, 40)[point], 1, 99)
        if is_share:
            value = np.where(rng.random(600) < level / 100, 100.0, 0.0)
        else:
            value = np.clip(rng.normal(level, 46), 0, 100)
        frame = pd.DataFrame(
            {"value": value, "weight": rng.lognormal(0, 0.4, 600), "cluster": point}
        )
        known = {"points": frame, "weights": frame.drop(columns="cluster")}
        for name, one in known.items():
            found = estimate_direct(one, is_share=is_share, least_n_eff=1).iloc[0]
            held[name] += found["low"] <= truth <= found["high"]
    # A standard error of 1.3 points at 95 %.
    assert 0.91 <= held["points"] / 300 <= 0.99
    assert held["weights"] / 300 < 0.85
