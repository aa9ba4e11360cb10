"""Strata and clusters in a weighted mean: who counts as drawn with whom, and what follows."""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.cells import build_cells
from analytics.worry.checking import check_gain
from analytics.worry.direct import Z, estimate_direct
from analytics.worry.estimators import estimate_wards
from analytics.worry.sample import Method, SurveySample
from analytics.worry.simulating import Scenario, simulate_county
from analytics.worry.weighting import find_likeness, mean_by_group, read_design, widen_by_place


def sample(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"value": [10.0, 20.0, 60.0, 70.0], "weight": 1.0}).assign(**columns)


def variance_of(frame: pd.DataFrame) -> float:
    found = mean_by_group(np.zeros(len(frame)), frame["value"], frame["weight"], read_design(frame))
    return float(found["variance"].iloc[0])


def test_columns_that_are_missing_or_say_nothing_are_no_design() -> None:
    assert read_design(sample()) is None
    assert read_design(sample(stratum=pd.NA, cluster=np.nan)) is None


def test_each_alone_in_one_stratum_is_what_weights_give() -> None:
    frame = sample(weight=[1.0, 2.0, 1.0, 3.0])
    expected = variance_of(frame)
    assert variance_of(frame.assign(cluster=[4, 7, 1, 2])) == pytest.approx(expected)
    assert variance_of(frame.assign(stratum=5)) == pytest.approx(expected)


def test_variance_of_two_clusters_can_be_worked_out_by_hand() -> None:
    # Residuals -30, -20, 20, 30; totals of the clusters over 4 are -12.5 and 12.5.
    assert variance_of(sample(cluster=["a", "a", "b", "b"])) == pytest.approx(2 * 2 * 12.5**2)
    # Each cluster holds one of either end: totals are 0 and 0 but for what is left of the mean.
    assert variance_of(sample(cluster=["a", "b", "b", "a"])) == pytest.approx(0)
    # Two strata whose members differ by 10 points only: 2 * 2 * 2 * 1.25 ** 2.
    assert variance_of(sample(stratum=[1, 1, 2, 2])) == pytest.approx(12.5)


def test_cluster_5_of_one_stratum_is_not_cluster_5_of_another() -> None:
    twice = sample(stratum=[1, 1, 2, 2], cluster=[5, 6, 5, 6])
    apart = sample(stratum=[1, 1, 2, 2], cluster=[1, 2, 3, 4])
    assert variance_of(twice) == pytest.approx(variance_of(apart)) == pytest.approx(12.5)


def test_stratum_with_one_cluster_is_measured_from_the_mean_of_all() -> None:
    frame = sample(stratum=[1, 2, 2, 2], cluster=[1, 2, 3, 4])
    # The lone cluster adds (-30 / 4) ** 2; the others, with residuals -20, 20, 30 and their mean
    # of 10, add 3 / 2 * (30 ** 2 + 10 ** 2 + 20 ** 2) / 16.
    assert variance_of(frame) == pytest.approx(7.5**2 + 1.5 * 1_400 / 16)
    found = mean_by_group(np.zeros(4), frame["value"], frame["weight"], read_design(frame)).iloc[0]
    assert (found["points"], found["df"]) == (4, 2)


def test_whoever_has_no_cluster_counts_as_drawn_alone() -> None:
    given = sample(cluster=pd.array([1, 1, pd.NA, pd.NA], dtype="Int64"))
    assert variance_of(given) == pytest.approx(variance_of(sample(cluster=[1, 1, 2, 3])))


def points(count: int, per: int, **columns: object) -> pd.DataFrame:
    """Give points of which each answers alike, yes and no in turn."""
    cluster = np.repeat(np.arange(count), per)
    yes = 100.0 * (cluster % 2)
    return pd.DataFrame({"value": yes, "weight": 1.0, "cluster": cluster}).assign(**columns)


def test_points_that_answer_alike_tell_no_more_than_one_person_each() -> None:
    found = estimate_direct(points(20, 30), is_share=True).iloc[0]
    assert found["n_eff"] == pytest.approx(20, rel=0.06)
    assert "Fewer than 100 effective" in found["refused"] and np.isnan(found["value"])
    enough = estimate_direct(points(120, 5), is_share=True).iloc[0]
    assert enough["n_eff"] == pytest.approx(119, rel=0.01) and enough["points"] == 120
    wide = 196 * np.sqrt(0.25 / 119)
    assert enough["margin"] == pytest.approx(wide, rel=0.03) and enough["refused"] == ""


def test_few_points_widen_the_range_by_students_t() -> None:
    frame = points(6, 100, value=np.tile([20.0, 40.0, 60.0], 200))
    frame.loc[frame["cluster"] < 2, "value"] += 3
    found = estimate_direct(frame, is_share=False).iloc[0]
    error = np.sqrt(variance_of(frame))
    assert found["margin"] == pytest.approx(2.5706 * error, rel=1e-4)
    assert found["margin"] > Z * error * 1.3


def test_effective_number_is_never_more_than_were_asked() -> None:
    # By chance both points say the same, so the design effect is near 0.
    frame = pd.DataFrame(
        {"value": [0.0, 100.0] * 60, "weight": 1.0, "cluster": np.repeat([1, 2], 60)}
    )
    found = estimate_direct(frame, is_share=True).iloc[0]
    assert found["n_eff"] == 120 and found["low"] < 30 and found["high"] > 70


def test_district_with_one_point_is_refused_with_the_reason() -> None:
    frame = points(120, 5, district_code=np.where(np.arange(600) < 300, "A", "B"))
    frame = pd.concat([frame, points(1, 150, district_code="C", cluster=999)])
    frame.loc[frame["cluster"] == 999, "value"] = np.tile([0.0, 100.0, 100.0], 50)
    found = estimate_direct(frame, "district_code", is_share=True, least_n_eff=50)
    assert found["refused"].tolist()[:2] == ["", ""]
    assert "Too few sampling points" in found["refused"].iloc[2]
    assert found[["value", "low", "high", "margin"]].iloc[2].isna().all()


def test_likeness_of_neighbours_is_found_again(rng: np.random.Generator) -> None:
    cluster = np.repeat(np.arange(2_000), 10)
    district = cluster % 10
    value = 20.0 * district + rng.normal(0, 3, 2_000)[cluster] + rng.normal(0, 9, len(cluster))
    # 9 of 90 parts of the variance are the points', once the districts' are taken off.
    assert find_likeness(value, cluster, district) == pytest.approx(0.1, abs=0.02)
    assert find_likeness(value, np.arange(len(value)), district) == 0
    assert find_likeness(rng.normal(size=50), np.zeros(50), np.zeros(50)) == 0


def test_place_is_widened_as_its_points_are_large() -> None:
    frame = pd.DataFrame(
        {"value": [0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0, 0.0], "weight": 1.0,
         "cluster": [1, 1, 1, 2, 2, 2, 3, 4]}
    )  # fmt: skip
    place = ["A"] * 6 + ["B"] * 2
    found = widen_by_place(place, frame, np.zeros(8))
    likeness = find_likeness(frame["value"], frame["cluster"], np.zeros(8))
    assert likeness == pytest.approx(1)
    assert found.to_dict() == pytest.approx({"A": 1 + likeness * (18 - 6) / 6, "B": 1.0})
    plain = widen_by_place(place, frame.drop(columns="cluster"), np.zeros(8))
    assert plain.to_dict() == {"A": 1.0, "B": 1.0}


def clustered_county(rng: np.random.Generator) -> tuple[SurveySample, SurveySample, object]:
    """Give one survey with points and without: neighbours within a ward answer alike."""
    county = simulate_county(rng, Scenario("points", districts=4, wards=40, respondents=1_200))
    frame = county.sample.frame.sort_values("ward_code", ignore_index=True)
    place = frame.groupby("ward_code").cumcount() // 10
    cluster = pd.factorize(frame["ward_code"] + "/" + place.astype(str))[0]
    shift = rng.normal(0, 0.35, cluster.max() + 1)[cluster]
    yes = 100.0 * (rng.normal(0, 1, len(frame)) + shift > 0.4)
    frame = frame.assign(value=yes, cluster=cluster)
    plain = frame.drop(columns="cluster")
    return SurveySample(frame, "x", True), SurveySample(plain, "x", True), county.frame


def test_wards_pay_for_their_points_in_every_estimator(rng: np.random.Generator) -> None:
    with_points, without, wards = clustered_county(rng)
    told, plain = (build_cells(one, wards) for one in (with_points, without))
    assert (told.variance >= plain.variance).all()
    assert np.median(told.variance / plain.variance) > 1.2
    for method in Method:
        one = estimate_wards(with_points, wards, method)
        other = estimate_wards(without, wards, method)
        assert not np.allclose(one.table["se"], other.table["se"]), method
        assert np.isfinite(one.table["se"]).all()
    for code, row in estimate_wards(with_points, wards).districts.set_index("code").iterrows():
        here = with_points.frame[with_points.frame["district_code"] == code]
        assert row["n_eff"] < 0.8 * len(here)


def test_neighbours_are_held_out_together(rng: np.random.Generator) -> None:
    """A measure that only sampling points differ in must not pass for one that wards differ in."""
    county = simulate_county(
        rng, Scenario("x", districts=4, wards=60, respondents=900, segment_sd=0, ward_sd=0,
                      district_sd=0, interaction_sd=0),
    )  # fmt: skip
    frame = county.sample.frame.sort_values(["district_code", "ward_code"], ignore_index=True)
    cluster = np.arange(len(frame)) // 15
    frame["ward_code"] = frame.groupby(cluster)["ward_code"].transform("first")
    frame["district_code"] = frame.groupby(cluster)["district_code"].transform("first")
    level = rng.normal(0, 25, cluster.max() + 1)[cluster]
    frame["value"] = np.clip(50 + level + rng.normal(0, 10, len(frame)), 0, 100)
    fooled = check_gain(SurveySample(frame), county.frame, Method.MULTILEVEL)
    told = check_gain(SurveySample(frame.assign(cluster=cluster)), county.frame, Method.MULTILEVEL)
    assert fooled.z > 3 and told.z < fooled.z / 2
