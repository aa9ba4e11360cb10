"""Published figures of crime and worry in one place, each against what Wardlight gives.

Two more stand beside what they need: the shares of wards that are too close to call (36, 51 and
61 %) in `test_quadrant_rule.py`, and the sum of share times rate to 1e-9 and the benchmark to 0.1
point for every estimator in `tests/unit/test_worry_estimators.py`; here they are worked by hand.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.direct import (
    NO_CLEAR_CHANGE,
    Figure,
    compare_estimates,
    estimate_direct,
    margin_of_error,
)
from analytics.worry.estimators import estimate_wards
from analytics.worry.sample import Method, SurveySample, WardFrame

INTERVIEWS, DISTRICTS, NEIGHBOURHOODS = 4_000, 13, 305
"""Kent's survey of a year; its districts with and without Medway make 13 and 12."""


def answers(yes: int, size: int, district: str = "") -> pd.DataFrame:
    value = [100.0] * yes + [0.0] * (size - yes)
    return pd.DataFrame({"weight": 1.0, "value": value, "district_code": district})


def figure(percent: float, size: int) -> Figure:
    row = estimate_direct(answers(round(percent * size / 100), size), is_share=True).iloc[0]
    return Figure(row["value"], row["low"], row["high"])


def test_county_survey_of_4000_has_a_margin_of_1_55_points() -> None:
    found = estimate_direct(answers(INTERVIEWS // 2, INTERVIEWS), is_share=True).iloc[0]
    assert round(margin_of_error(INTERVIEWS), 2) == 1.55
    assert round(found["margin"], 2) == 1.55


@pytest.mark.parametrize(("districts", "size", "margin"), [(13, 308, 5.6), (12, 333, 5.4)])
def test_a_district_has_a_margin_of_5_4_to_5_6_points(
    districts: int, size: int, margin: float
) -> None:
    assert round(INTERVIEWS / districts) == size
    assert round(margin_of_error(INTERVIEWS / districts), 1) == margin
    for asked in (308, 330):
        assert 5.35 < margin_of_error(asked) < 5.65
        direct = estimate_direct(answers(asked // 2, asked, "D"), "district_code", is_share=True)
        # Wilson's range is the narrower by about one respondent in n.
        assert direct["margin"].iloc[0] == pytest.approx(margin_of_error(asked), abs=0.05)


def test_a_neighbourhood_would_have_27_points_and_so_has_no_direct_figure() -> None:
    each = INTERVIEWS / NEIGHBOURHOODS
    assert round(margin_of_error(each)) == 27
    few = answers(round(each) // 2, round(each)).assign(ward_code="W")
    refused = estimate_direct(few, "ward_code", is_share=True)
    assert refused["value"].isna().all() and refused["refused"].ne("").all()


def test_published_satisfaction_is_a_change_and_two_points_of_200_are_none() -> None:
    now, before = Figure(86.7, 86.7 - 1.2, 86.7 + 1.2), Figure(85.0, 85.0 - 0.2, 85.0 + 0.2)
    assert compare_estimates(now, before) == "more"
    assert compare_estimates(before, now) == "less"
    for percent in (10, 50, 57, 85):
        change = compare_estimates(figure(percent + 2, 200), figure(percent, 200))
        assert change == NO_CLEAR_CHANGE == "no clear change"


def by_hand() -> tuple[SurveySample, WardFrame]:
    """Two districts of two wards each: 40 % of segment a are worried and 10 % of segment b."""
    parts = [
        answers(yes, 200, district).assign(segment_code=segment, ward_code="")
        for district, yes, segment in (
            ("D", 80, "a"),
            ("D", 20, "b"),
            ("E", 80, "a"),
            ("E", 20, "b"),
        )
    ]
    frame = pd.concat(parts, ignore_index=True)
    # District E weighs its worried segment less, so that its own figure is another.
    frame["weight"] = np.where(
        (frame["district_code"] == "E") & (frame["segment_code"] == "a"), 1, 2
    )
    wards = pd.DataFrame(
        {
            "code": ["D1", "D2", "E1", "E2"],
            "district_code": ["D", "D", "E", "E"],
            "residents": [6_000.0, 4_000.0, 5_000.0, 9_000.0],
        }
    )
    share = {"D1": 0.25, "D2": 0.5, "E1": 0.75, "E2": 1.0}
    rows = [(ward, "a", of_a) for ward, of_a in share.items()]
    rows += [(ward, "b", 1 - of_a) for ward, of_a in share.items() if of_a < 1]
    mix = pd.DataFrame(rows, columns=["ward_code", "segment_code", "share"])
    return SurveySample(frame, "yes:insult", is_share=True), WardFrame(wards, mix)


def test_segment_shares_give_the_sum_of_share_times_rate_to_a_billionth() -> None:
    sample, wards = by_hand()
    found = estimate_wards(sample, wards, Method.SYNTHETIC, benchmark=False).table
    hand = [0.25 * 40 + 0.75 * 10, 0.5 * 40 + 0.5 * 10, 0.75 * 40 + 0.25 * 10, 40.0]
    assert np.abs(found["value"].to_numpy() - hand).max() < 1e-9


@pytest.mark.parametrize("method", list(Method))
def test_wards_by_residents_give_the_districts_own_figure_to_a_tenth(method: Method) -> None:
    sample, wards = by_hand()
    table = estimate_wards(sample, wards, method).table
    for district, own in {"D": 25.0, "E": (40 + 2 * 10) / 3}.items():
        inside = table[table["district_code"] == district]
        assert np.average(inside["value"], weights=inside["residents"]) == pytest.approx(
            own, abs=0.1
        )
