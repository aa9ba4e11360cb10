"""The safety index: by hand, ties, gaps, what moves it, and what it may not hold."""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.safety_index import (
    EQUAL_SPREAD,
    PARTS,
    USUAL_WEIGHTS,
    index_wards,
    measure_influence,
    put_on_scale,
    rank_stability,
)

FRAME = pd.DataFrame(
    {"asb": [10.0, 30.0, 20.0], "worry": [60.0, 40.0, 50.0]}, index=["A", "B", "C"]
)


def many(wards: int = 60, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "asb": rng.gamma(4, 7, wards),
            "worry": rng.normal(50, 4, wards),
            "low_confidence": rng.normal(45, 5, wards),
        },
        index=[f"W{ward:02d}" for ward in range(wards)],
    )


EVEN = {"asb": 1.0, "worry": 1.0, "low_confidence": 1.0}


def test_index_is_the_weighted_mean_of_each_part_over_its_mean() -> None:
    found = index_wards(FRAME, {"asb": 3, "worry": 1})
    assert found["asb"].tolist() == [50, 150, 100] and found["worry"].tolist() == [120, 80, 100]
    assert found["index"].tolist() == [67.5, 132.5, 100]
    assert found["code"].tolist() == ["A", "B", "C"] and found["rank"].tolist() == [3, 1, 2]


def test_equals_share_the_smaller_rank() -> None:
    same = FRAME.assign(asb=[10.0, 30.0, 30.0])
    assert index_wards(same, {"asb": 1})["rank"].tolist() == [3, 1, 1]


def test_ward_with_a_weighted_part_missing_has_no_index_and_no_rank() -> None:
    gap = FRAME.assign(worry=[np.nan, 40.0, 50.0])
    found = index_wards(gap, {"asb": 1, "worry": 1})
    assert np.isnan(found["index"].iloc[0]) and found["rank"].tolist() == [0, 1, 2]
    assert index_wards(gap, {"asb": 1})["rank"].tolist() == [3, 1, 2]
    stable = rank_stability(gap, {"asb": 1, "worry": 1}, rng=np.random.default_rng(1), errors=gap)
    assert stable.drop(columns=["code", "rank"]).iloc[0].isna().all()
    assert stable.drop(columns=["code", "rank"]).iloc[1:].notna().all(axis=None)


def test_part_that_is_0_everywhere_tells_no_ward_apart() -> None:
    found = index_wards(FRAME.assign(harm=0.0), {"asb": 1, "harm": 1})
    assert found["harm"].tolist() == [100] * 3 and found["index"].tolist() == [75, 125, 100]


def test_part_without_a_weight_is_shown_and_left_out() -> None:
    found = index_wards(FRAME, {"asb": 1, "worry": 0})
    assert found["index"].tolist() == [50, 150, 100] and "worry" in found


def test_influence_says_that_the_part_that_differs_more_moves_more() -> None:
    share = measure_influence(many(), EVEN)
    assert share.sum() == pytest.approx(1) and share["asb"] > 0.9
    assert measure_influence(FRAME, {"asb": 1}).tolist() == [1]
    assert measure_influence(FRAME.iloc[:1], {"asb": 1}).isna().all()


def test_equal_spread_lets_parts_of_the_same_weight_move_the_index_alike() -> None:
    frame = many()
    found = index_wards(frame, EVEN, "spread")
    own = found[list(EVEN)]
    assert own.mean().tolist() == pytest.approx([100] * 3)
    assert own.std(ddof=0).tolist() == pytest.approx([EQUAL_SPREAD] * 3)
    asb = frame["asb"]
    by_hand = 100 + EQUAL_SPREAD * (asb.iloc[0] - asb.mean()) / asb.std(ddof=0)
    assert found["asb"].iloc[0] == pytest.approx(by_hand)
    share = measure_influence(frame, EVEN, "spread")
    assert share.sum() == pytest.approx(1) and share.between(0.2, 0.5).all()
    same = frame.assign(asb=7.3)
    assert index_wards(same, EVEN, "spread")["asb"].tolist() == pytest.approx([100] * 60)
    with pytest.raises(ValueError, match="scale is 'rank'; accepted are ratio, spread"):
        index_wards(frame, EVEN, "rank")


def test_ends_of_a_range_stand_on_the_scale_of_the_parts() -> None:
    low = put_on_scale(FRAME - 2, FRAME)
    assert low["asb"].tolist() == pytest.approx([40, 140, 90])
    even = put_on_scale(FRAME, FRAME, "spread")
    assert (put_on_scale(FRAME - 2, FRAME, "spread") < even).all(axis=None)


@pytest.mark.parametrize("scale", ["ratio", "spread"])
def test_range_of_the_index_holds_the_truth_as_often_as_it_says(scale: str) -> None:
    rng = np.random.default_rng(12)
    truth = pd.DataFrame(rng.normal(50, 8, (400, 2)), columns=["worry", "low_confidence"])
    truth.index = [f"W{ward:03d}" for ward in range(400)]
    weights = {"worry": 2.0, "low_confidence": 1.0}
    seen = truth + rng.normal(0, 3, truth.shape)
    found = rank_stability(seen, weights, 5, rng=rng, errors=seen * 0 + 3.0, scale=scale)
    on_scale = put_on_scale(truth, seen, scale).to_numpy() @ [2 / 3, 1 / 3]
    inside = (found["index_low"] <= on_scale) & (on_scale <= found["index_high"])
    assert 0.92 < inside.mean() < 0.98


def test_range_of_the_index_adds_errors_of_its_parts_in_squares() -> None:
    errors = FRAME.assign(asb=4.0, worry=0.0)
    found = rank_stability(
        FRAME, {"asb": 1, "worry": 1}, 5, rng=np.random.default_rng(1), errors=errors
    )
    half = 1.959964 * 0.5 * 4.0 * 100 / 20
    assert (found["index_high"] - found["index_low"]).tolist() == pytest.approx([2 * half] * 3)
    huge = rank_stability(FRAME, {"asb": 1}, 5, rng=np.random.default_rng(1), errors=errors * 10)
    assert huge["index_low"].iloc[0] == 0, "no ratio is below 0"


def test_ranks_are_stable_if_the_parts_agree_and_not_if_they_fight() -> None:
    rng = np.random.default_rng(2)
    level = np.arange(30.0)[::-1] + 1
    agree = pd.DataFrame({"asb": level, "worry": level}, index=[f"W{n:02d}" for n in range(30)])
    found = rank_stability(agree, {"asb": 1, "worry": 1}, rng=rng)
    assert found["share_in_top_10"].tolist() == [1.0] * 10 + [0.0] * 20
    assert found["rank_low"].tolist() == found["rank_high"].tolist() == list(range(1, 31))
    fight = agree.assign(worry=level[::-1])
    moved = rank_stability(fight, {"asb": 1, "worry": 1}, rng=rng)
    assert moved["rank_low"].iloc[0] == 1 and moved["rank_high"].iloc[0] == 30
    assert moved["share_in_top_10"].iloc[0] == pytest.approx(0.5, abs=0.05)


def test_every_draw_fills_the_top_ten() -> None:
    found = rank_stability(many(), EVEN, rng=np.random.default_rng(3))
    assert found["share_in_top_10"].sum() == pytest.approx(10)
    assert (found["rank_low"] <= found["rank_high"]).all()
    assert found["rank"].between(found["rank_low"], found["rank_high"]).mean() > 0.95


def test_same_seed_gives_the_same_and_no_freedom_gives_the_rank() -> None:
    one, two = (rank_stability(many(), EVEN, rng=np.random.default_rng(9)) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    fixed = rank_stability(many(), EVEN, 20, rng=np.random.default_rng(9), factor=1.0)
    assert (fixed["rank_low"] == fixed["rank"]).all() and (
        fixed["rank_high"] == fixed["rank"]
    ).all()


def test_errors_of_the_parts_widen_the_ranks() -> None:
    frame = many()
    none = rank_stability(frame, EVEN, rng=np.random.default_rng(5), errors=frame * 0)
    assert (none["error_rank_low"] == none["rank"]).all()
    some = rank_stability(
        frame, EVEN, rng=np.random.default_rng(5), errors=frame[["asb"]] * 0 + 5.0
    )
    assert (some["error_rank_high"] - some["error_rank_low"]).mean() > 5


def test_there_is_no_part_about_who_people_are() -> None:
    forbidden = ("age", "young", "ethnic", "religio", "sex", "gender", "disab", "marriage", "race")
    for part in PARTS:
        words = f"{part.key} {part.label} {part.about}".lower().split()
        assert not [word for word in words if word.startswith(forbidden)], part.key
    assert USUAL_WEIGHTS["harm"] == 0, "harm counts the same incidents as recorded ASB once more"
    assert all(weight == 1 for key, weight in USUAL_WEIGHTS.items() if key != "harm")


@pytest.mark.parametrize(
    ("frame", "weights", "said"),
    [
        (FRAME, {"ethnicity": 1.0}, "'ethnicity' is not a part"),
        (FRAME.assign(young_people=1.0), {"asb": 1.0}, "'young_people' is not a part"),
        (FRAME, {"asb": -1.0, "worry": 1.0}, "0 or more"),
        (FRAME, {"asb": float("nan"), "worry": 1.0}, "0 or more"),
        (FRAME, {"asb": 0.0}, "above 0"),
        (FRAME, {"harm": 1.0}, "parts lack harm"),
        (-FRAME, {"asb": 1.0}, "0 or more"),
        (pd.concat([FRAME, FRAME]), {"asb": 1.0}, "stand once"),
    ],
)
def test_what_cannot_be_is_refused(
    frame: pd.DataFrame, weights: dict[str, float], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        index_wards(frame, weights)


@pytest.mark.parametrize("change", [{"draws": 0}, {"factor": 0.5}])
def test_draws_that_cannot_be_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        rank_stability(FRAME, {"asb": 1.0}, rng=np.random.default_rng(1), **change)
