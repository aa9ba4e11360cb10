"""Ward estimates: the formula of segment shares, benchmarking, ranges, and what is refused."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analytics.worry.benchmarking import scale_to
from analytics.worry.checking import check_gain
from analytics.worry.direct import estimate_direct
from analytics.worry.estimators import estimate_wards
from analytics.worry.sample import Method, SurveySample, WardFrame
from analytics.worry.simulating import SCENARIOS, Scenario, simulate_county, try_methods
from analytics.worry.synthetic import measure_segments

MODELS = [Method.SYNTHETIC, Method.FAY_HERRIOT, Method.MULTILEVEL]
SMALL = Scenario("small", districts=4, wards=40, respondents=1_600)


@pytest.fixture(scope="module")
def county():
    return simulate_county(np.random.default_rng(5), SMALL)


def test_segment_shares_are_the_sum_of_share_times_rate(county) -> None:
    found = estimate_wards(county.sample, county.frame, Method.SYNTHETIC, benchmark=False)
    answers = county.sample.frame
    assert (measure_segments(county.sample, county.frame).table["pooled_into"] == "").all()
    rates = {
        code: np.average(rows["value"], weights=rows["weight"])
        for code, rows in answers.groupby("segment_code")
    }
    mix = county.frame.mix
    by_hand = (mix["share"] * mix["segment_code"].map(rates)).groupby(mix["ward_code"]).sum()
    value = found.table.set_index("code")["value"]
    assert np.abs(value - by_hand.reindex(value.index)).max() < 1e-9


@pytest.mark.parametrize("method", [*MODELS, Method.DISTRICT])
def test_wards_reproduce_each_districts_own_figure(county, method) -> None:
    found = estimate_wards(county.sample, county.frame, method)
    table = found.table
    by = (table["value"] * table["residents"]).groupby(table["district_code"]).sum()
    mean = by / table["residents"].groupby(table["district_code"]).sum()
    own = found.districts.set_index("code")["direct"]
    assert found.districts["benchmarked"].all()
    assert (mean - own).abs().max() < 0.001, "the goal is 0.1 point"


@pytest.mark.parametrize("method", MODELS)
def test_every_ward_has_a_range_that_holds_it_and_says_what_is_model(county, method) -> None:
    table = estimate_wards(county.sample, county.frame, method).table
    assert len(table) == 40
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()
    assert table["low"].ge(0).all() and table["high"].le(100).all()
    assert table["model_share"].between(0, 1).all()


@pytest.mark.parametrize("method", MODELS)
def test_what_benchmarking_is_expected_to_move_is_added_to_the_error(county, method) -> None:
    before = estimate_wards(county.sample, county.frame, method, benchmark=False).table
    found = estimate_wards(county.sample, county.frame, method)
    after, own = found.table, found.districts.set_index("code")
    assert (after["value"] - before["value"]).abs().max() > 0.1
    # The mean over the districts, as if each had been asked by one person.
    by_one = (own["shift"] ** 2 * own["n_eff"]).mean()
    expected = by_one / own["n_eff"].loc[after["district_code"]].to_numpy()
    assert np.allclose(after["se"] ** 2, before["se"] ** 2 + expected)


@pytest.mark.parametrize("method", MODELS)
def test_a_ward_without_a_mix_gets_no_estimate_and_does_not_count_as_zero(county, method) -> None:
    lost = county.frame.wards["code"].iloc[0]
    frame = WardFrame(county.frame.wards, county.frame.mix[county.frame.mix["ward_code"] != lost])
    found = estimate_wards(county.sample, frame, method)
    row = found.table.set_index("code").loc[lost]
    assert row[["value", "low", "high"]].isna().all()
    assert found.table["value"].notna().sum() == 39


@pytest.mark.parametrize("is_share", [True, False])
def test_figure_of_a_district_is_the_direct_one_with_its_range(county, is_share) -> None:
    answers = county.sample.frame
    if is_share:
        answers = answers.assign(value=np.where(answers["value"] > 80, 100.0, 0.0))
    sample = SurveySample(answers, "x", is_share)
    own = estimate_wards(sample, county.frame, Method.SYNTHETIC).districts.set_index("code")
    direct = estimate_direct(answers, "district_code", is_share=is_share).set_index("code")
    assert own["direct"].notna().all() and (own["direct"] == direct["value"]).all()
    assert (own["direct_low"] == direct["low"]).all()
    assert (own["direct_high"] == direct["high"]).all()
    assert (own["n_eff"] == direct["n_eff"]).all() and (own["n"] == direct["n"]).all()


def test_a_hundred_equal_weights_are_a_hundred_whatever_they_round_to(county) -> None:
    answers = county.sample.frame
    first = answers[answers["district_code"] == "D00"].head(100).assign(weight=0.1)
    rest = answers[answers["district_code"] != "D00"]
    sample = SurveySample(pd.concat([first, rest], ignore_index=True))
    own = estimate_wards(sample, county.frame, Method.SYNTHETIC).districts.set_index("code")
    assert own.loc["D00", "n_eff"] == 100 and own.loc["D00", "benchmarked"]


def test_a_district_with_few_effective_respondents_is_not_benchmarked(county) -> None:
    answers = county.sample.frame
    first = answers["district_code"] == "D00"
    kept = pd.concat([answers[first].head(60), answers[~first]])
    found = estimate_wards(SurveySample(kept), county.frame)
    by_code = found.districts.set_index("code")
    assert np.isnan(by_code.loc["D00", "direct"]) and not by_code.loc["D00", "benchmarked"]
    assert by_code.drop("D00")["benchmarked"].all()
    assert found.table["value"].notna().all()


@pytest.mark.parametrize("method", MODELS)
def test_a_survey_of_other_places_shapes_wards_by_segment_alone(county, method) -> None:
    blank = county.sample.frame.assign(district_code="", ward_code="")
    found = estimate_wards(SurveySample(blank), county.frame, method)
    assert not found.districts["benchmarked"].any()
    assert found.table["value"].notna().all()
    assert found.table["value"].std() > 0.5


def test_rare_segments_are_pooled_with_their_relations_and_listed() -> None:
    codes = ["1a"] * 80 + ["1b"] * 20 + ["2a"] * 70 + ["3a"] * 10
    frame = pd.DataFrame(
        {
            "district_code": "D", "ward_code": "", "segment_code": codes, "weight": 1.0,
            "value": [10.0] * 80 + [60.0] * 20 + [40.0] * 70 + [90.0] * 10,
        }
    )  # fmt: skip
    wards = pd.DataFrame({"code": ["W"], "district_code": ["D"], "residents": [100.0]})
    mix = pd.DataFrame({"ward_code": "W", "segment_code": ["1b", "4a"], "share": [0.5, 0.5]})
    table = measure_segments(SurveySample(frame), WardFrame(wards, mix)).table
    assert table.loc["1a", "pooled_into"] == "" and table.loc["1a", "mean"] == 10
    assert table.loc["1b", "pooled_into"] == "1" and table.loc["1b", "mean"] == pytest.approx(20)
    assert table.loc["3a", "pooled_into"] == "all"
    assert table.loc["4a", "pooled_into"] == "all" and table.loc["4a", "n"] == 0


def test_codes_that_nest_in_nothing_are_pooled_with_all_and_not_by_their_first_figure() -> None:
    codes = ["1"] * 60 + ["12"] * 20 + ["15"] * 10 + ["1/Urban"] * 10
    frame = pd.DataFrame(
        {
            "district_code": "D", "ward_code": "", "segment_code": codes, "weight": 1.0,
            "value": np.linspace(0, 100, len(codes)),
        }
    )  # fmt: skip
    wards = pd.DataFrame({"code": ["W"], "district_code": ["D"], "residents": [100.0]})
    mix = pd.DataFrame({"ward_code": "W", "segment_code": ["1", "12"], "share": [0.5, 0.5]})
    table = measure_segments(SurveySample(frame), WardFrame(wards, mix)).table
    assert table["pooled_into"].to_dict() == {"1": "", "12": "all", "15": "all", "1/Urban": "all"}


def test_only_methods_that_pool_say_so(county) -> None:
    few = county.sample.frame["segment_code"].eq("1").cumsum().le(10)
    kept = SurveySample(county.sample.frame[few | county.sample.frame["segment_code"].ne("1")])
    for method, pools in ((Method.SYNTHETIC, True), (Method.MULTILEVEL, False)):
        pooled = estimate_wards(kept, county.frame, method).pooled
        assert pooled["pooled_into"].ne("").any() == pools


def test_without_wards_the_area_level_model_still_beats_the_district() -> None:
    scenario = next(s for s in SCENARIOS if s.name == "district only")
    found = pd.concat(
        try_methods(
            np.random.default_rng([6, seed]), scenario, (Method.DISTRICT, Method.FAY_HERRIOT),
            check=False,
        )
        for seed in range(8)
    ).groupby("method")["rmse"].mean()  # fmt: skip
    assert found["fay-herriot"] < found["district"]


@pytest.mark.parametrize("method", MODELS)
def test_the_order_of_rows_does_not_matter(county, method) -> None:
    rng = np.random.default_rng(3)
    shuffled = county.sample.frame.iloc[rng.permutation(len(county.sample.frame))]
    mix = county.frame.mix.iloc[rng.permutation(len(county.frame.mix))]
    one = estimate_wards(county.sample, county.frame, method).table
    two = estimate_wards(
        SurveySample(shuffled.reset_index(drop=True)), WardFrame(county.frame.wards, mix), method
    ).table
    assert np.allclose(one["value"], two["value"]) and np.allclose(one["se"], two["se"])


def test_scaling_meets_the_target_within_bounds() -> None:
    values, residents = np.array([95.0, 20.0, 0.0]), np.array([1.0, 2.0, 1.0])
    scaled = scale_to(values, residents, 60.0)
    assert scaled.max() <= 100 and scaled[0] == 100
    assert np.average(scaled, weights=residents) == pytest.approx(60.0, abs=1e-5)
    assert scale_to(np.zeros(3), residents, 12.0).tolist() == [12.0] * 3
    with pytest.raises(ValueError, match="between 0 and 100"):
        scale_to(values, residents, 101.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight": 0.0}, "weights must be above 0"),
        ({"value": 120.0}, "between 0 and 100"),
    ],
)
def test_a_sample_that_cannot_be_is_refused(county, change, words) -> None:
    with pytest.raises(ValueError, match=words):
        estimate_wards(SurveySample(county.sample.frame.assign(**change)), county.frame)
    with pytest.raises(ValueError, match="sum to 1"):
        estimate_wards(
            county.sample,
            WardFrame(county.frame.wards, county.frame.mix.assign(share=0.3)),
        )


def test_the_check_lets_wards_be_shown_that_differ_and_refuses_them_where_nothing_does() -> None:
    apart = Scenario("apart", segment_sd=12.0, ward_sd=4.0)
    for knows_ward in (True, False):
        found = simulate_county(
            np.random.default_rng(1), dataclasses.replace(apart, knows_ward=knows_ward)
        )
        assert check_gain(found.sample, found.frame, Method.MULTILEVEL).is_better
    alike = next(s for s in SCENARIOS if s.name == "nothing to find")
    refused = []
    for seed in range(6):
        county = simulate_county(np.random.default_rng([9, seed]), alike)
        refused.append(not check_gain(county.sample, county.frame, Method.MULTILEVEL).is_better)
    assert sum(refused) >= 4


@pytest.mark.slow
def test_ranges_hold_most_ward_truths_and_the_error_is_below_the_districts() -> None:
    for scenario in SCENARIOS[:2]:
        found = pd.concat(
            try_methods(
                np.random.default_rng([4, seed]), scenario,
                (Method.DISTRICT, Method.MULTILEVEL), check=False,
            )
            for seed in range(12)
        ).groupby("method").mean()  # fmt: skip
        assert 0.90 <= found.loc["multilevel", "covered"] <= 0.98
        assert found.loc["multilevel", "rmse"] < found.loc["district", "rmse"]
        assert found.loc["district", "covered"] < 0.9, "the district figure hides its wards"
