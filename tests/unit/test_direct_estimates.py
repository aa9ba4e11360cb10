"""Direct survey figures: their ranges, what is refused, and which changes may be said."""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.direct import (
    Figure,
    compare_estimates,
    difference_between,
    estimate_direct,
    margin_of_error,
)
from analytics.worry.drivers import contrast_by_driver


def sample(yes: int, no: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"weight": 1.0, "value": [100.0] * yes + [0.0] * no}).assign(**columns)


def as_figure(frame: pd.DataFrame) -> Figure:
    row = estimate_direct(frame, is_share=True).iloc[0]
    return Figure(row["value"], row["low"], row["high"])


def test_margin_at_4000_is_1_55_points() -> None:
    assert round(margin_of_error(4_000), 2) == 1.55
    found = estimate_direct(sample(2_000, 2_000), is_share=True).iloc[0]
    assert (found["code"], found["n"], found["n_eff"]) == ("", 4_000, pytest.approx(4_000))
    assert round(found["margin"], 2) == 1.55 and found["refused"] == ""
    assert found["deff"] == pytest.approx(1)


def test_unequal_weights_widen_the_range_and_cut_the_effective_number() -> None:
    frame = sample(1_000, 1_000)
    frame["weight"] = np.tile([1.0, 3.0], 1_000)
    found = estimate_direct(frame, is_share=True).iloc[0]
    assert found["n_eff"] == pytest.approx(2_000 * 0.8)
    assert found["deff"] == pytest.approx(1.25, rel=0.01)
    assert found["margin"] == pytest.approx(margin_of_error(1_600), rel=0.01)


def test_fewer_than_100_effective_is_refused_with_a_reason() -> None:
    few = estimate_direct(sample(50, 49), is_share=True).iloc[0]
    assert "Fewer than 100 effective" in few["refused"]
    assert few[["value", "low", "high", "margin"]].isna().all() and few["n"] == 99
    for weight in (1.0, 0.1, 1 / 3, 0.7):
        enough = estimate_direct(sample(50, 50, weight=weight), is_share=True).iloc[0]
        assert (enough["refused"], enough["n_eff"]) == ("", 100)
    uneven = sample(60, 60, weight=np.tile([1.0, 5.0], 60))
    assert estimate_direct(uneven, is_share=True).iloc[0]["refused"] != ""


def test_anything_finer_than_a_district_is_refused_whatever_its_size() -> None:
    found = estimate_direct(sample(500, 500, ward_code="W1"), "ward_code", is_share=True)
    assert found["value"].isna().all() and found["refused"].str.contains("districts").all()


def test_districts_add_up_and_those_without_a_district_count_for_the_county_only() -> None:
    frame = sample(300, 300, district_code=["A", "B", ""] * 200)
    assert estimate_direct(frame, "district_code", is_share=True)["code"].tolist() == ["A", "B"]
    assert estimate_direct(frame, is_share=True)["n"].tolist() == [600]


def test_all_alike_still_has_a_width_and_stays_inside() -> None:
    for share in (0.0, 100.0):
        frame = pd.DataFrame({"weight": [0.1, 0.2, 0.7] * 100, "value": share})
        found = estimate_direct(frame, is_share=True).iloc[0]
        assert found["value"] == pytest.approx(share) and np.isnan(found["deff"])
        assert 0 <= found["low"] < found["high"] <= 100
        assert found["low"] == 0 or found["high"] == 100


def test_no_answer_gives_no_row() -> None:
    assert estimate_direct(sample(0, 0), is_share=True).empty


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [("weight", 0.0, "above 0"), ("weight", np.nan, "above 0"), ("value", 101.0, "0 and 100"),
     ("value", np.nan, "0 and 100")],
)  # fmt: skip
def test_bad_weights_and_values_are_refused(column: str, value: float, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        estimate_direct(sample(2, 2, **{column: value}), is_share=True)
    with pytest.raises(ValueError, match="lack"):
        estimate_direct(sample(2, 2), "district_code", is_share=True)


def test_two_points_from_200_are_no_clear_change() -> None:
    for share in (0.1, 0.5, 0.86):
        before = as_figure(sample(round(200 * share), 200 - round(200 * share)))
        more = round(200 * (share + 0.02))
        assert compare_estimates(as_figure(sample(more, 200 - more)), before) == "no clear change"


def test_published_victim_survey_change_is_clear_and_both_ways_round() -> None:
    now, before = Figure(86.7, 85.5, 87.9), Figure(85.0, 84.8, 85.2)
    assert compare_estimates(now, before) == "more"
    assert compare_estimates(before, now) == "less"
    change = difference_between(now, before)
    assert change.value == pytest.approx(1.7)
    assert change.low == pytest.approx(1.7 - np.hypot(1.2, 0.2))


def test_ranges_that_overlap_a_little_can_still_be_a_clear_change() -> None:
    assert compare_estimates(Figure(50, 48, 52), Figure(46.9, 44.9, 48.9)) == "more"
    assert compare_estimates(Figure(50, 48, 52), Figure(47.5, 45.5, 49.5)) == "no clear change"


def test_a_missing_figure_is_never_a_clear_change() -> None:
    nothing = Figure(np.nan, np.nan, np.nan)
    assert compare_estimates(nothing, Figure(50, 48, 52)) == "no clear change"


@pytest.mark.parametrize(("n_eff", "percent"), [(0, 50), (-1, 50), (100, 101), (np.nan, 50)])
def test_margin_refuses_what_has_none(n_eff: float, percent: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        margin_of_error(n_eff, percent)


def groups(yes: int, no: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    size = yes + no
    driver = pd.DataFrame({"respondent": range(size), "value": [100.0] * yes + [0.0] * no})
    worry = pd.DataFrame(
        {
            "respondent": range(size),
            "weight": 1.0,
            "value": np.where(np.arange(size) < yes, 60.0, 40.0) + np.tile([-5, 5], size // 2),
        }
    )
    return worry, driver


def test_those_who_see_a_problem_are_compared_with_the_others() -> None:
    worry, driver = groups(200, 300)
    found = contrast_by_driver(worry, driver)
    assert (found.n_yes, found.n_no, found.refused) == (200, 300, "")
    assert found.difference.value == pytest.approx(20) and found.is_clear


def test_contrast_of_a_small_group_or_of_no_group_is_refused() -> None:
    few = contrast_by_driver(*groups(60, 300))
    assert "Fewer than 100" in few.refused and np.isnan(few.difference.value) and not few.is_clear
    assert contrast_by_driver(*groups(300, 0)).refused == "All respondents answer alike"
