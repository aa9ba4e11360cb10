"""Where next and the safety index: the rule, its words, and parts that can be checked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.worry.measures import list_measures
from analytics.worry.safety_index import SCALES
from analytics.worry.sample import Method, WardEstimates
from dashboard.components import safety_tables, where_next_tables
from dashboard.services import safety_index, where_next, worry
from geodata.calendar import Month, Period
from geodata.store.surveys import SurveyHead
from geodata.survey_items import Item

YEAR = Period(Month(2026, 1), Month(2026, 12))
CODES = ["W1", "W2", "W3", "W4", "W5"]
WARDS = pd.DataFrame(
    {"code": CODES, "name": ["Ash", "Beech", "Cedar", "Elm", "Fir"],
     "district": "Woods", "district_code": ["D1", "D1", "D1", "D2", "D2"]}
)  # fmt: skip
ITEMS = (
    Item("walk", "Feeling unsafe", role="safety", in_score=True),
    Item("met", "ASB met", role="experience", yes_label="yes"),
    Item("deal", "They deal with it", role="confidence", yes_label="agree"),
)
HEAD = SurveyHead(1, "County survey", "microdata", "area", "", "", None, ITEMS, True)


def asb(counts: list[float], residents: float = 5_000) -> worry.WardAsb:
    table = pd.DataFrame(
        {"code": CODES, "district_code": WARDS["district_code"], "count": counts,
         "residents": residents, "released": False}
    )  # fmt: skip
    return worry.WardAsb(YEAR, table, False)


def estimates(role: str, values: list[float], se: float = 1.0) -> worry.EstimatesFound:
    value = np.array(values)
    table = pd.DataFrame(
        {"code": CODES, "district_code": WARDS["district_code"], "residents": 5_000.0,
         "value": value, "se": se, "low": value - 2 * se, "high": value + 2 * se,
         "model_share": 0.5, "respondents": 10}
    )  # fmt: skip
    measure = worry.usual_measure(HEAD, role)
    assert measure is not None
    made = WardEstimates(Method.MULTILEVEL, table, pd.DataFrame(), pd.DataFrame())
    return worry.EstimatesFound(HEAD, measure, made, None, "", None, False, 50)


HIGH_AND_LOW = asb([500, 480, 100, 100, 110])
WORRIED = estimates("worry", [30, 60, 60, 40, 30])
CONFIDENT = estimates("confidence", [60, 30, 30, 60, 50])


def test_ward_qualifies_by_asb_or_by_worry_with_low_confidence_and_not_with_a_plan() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, {"W3"}, WARDS, 0.8)
    rows = found.table.set_index("code")["because"].to_dict()
    assert rows["W1"] == ("high ASB",)
    assert rows["W2"] == ("high ASB", "high worry and low confidence")
    assert set(rows) == {"W1", "W2"} and found.planned == ("W3",)
    assert found.table["rank"].tolist() == [1, 2]
    assert found.table["code"].tolist() == ["W2", "W1"], "two reasons come before one"
    without_plan = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    assert set(without_plan.table["code"]) == {"W1", "W2", "W3"}
    assert where_next_tables.NO_PLANS in where_next_tables.say_notes(without_plan)


def test_notes_on_plans_agree_with_the_plans_there_are() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, {"W3", "W4"}, WARDS, 0.8)
    said = where_next_tables.say_notes(found)
    assert "2 wards have a live plan and cannot be on the list; 1 of them would qualify." in said
    assert where_next_tables.NO_PLANS not in said
    one = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, {"W4"}, WARDS, 0.8)
    assert "1 ward has a live plan" in where_next_tables.say_notes(one)


def test_ward_surely_worried_with_unclear_confidence_is_unsure() -> None:
    unclear = estimates("confidence", [60, 30, 45, 60, 45], se=20.0)
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, unclear, (), WARDS, 0.8)
    assert "W3" not in set(found.table["code"]) and found.unsure >= 1
    sure = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    assert sure.unsure < found.unsure


def test_without_a_survey_only_asb_qualifies_and_it_is_said() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, None, None, (), WARDS, 0.8)
    assert set(found.table["code"]) == {"W1", "W2"}
    assert found.table["worry"].isna().all()
    assert "Only high ASB qualifies" in where_next_tables.say_notes(found)
    assert "no figure" in set(where_next_tables.list_table(found.table)["Worry"])


def test_survey_of_other_places_says_nothing_of_here() -> None:
    elsewhere = replace(WORRIED, shape_only=True)
    found = where_next.find_where_next(HIGH_AND_LOW, elsewhere, CONFIDENT, (), WARDS, 0.8)
    assert set(found.table["code"]) == {"W1", "W2"}
    assert "shows a shape" in found.without
    assert where_next.estimates_of_here(elsewhere) is None
    assert where_next.estimates_of_here(WORRIED) is WORRIED.estimates


def test_ward_too_close_to_call_is_counted_and_not_listed() -> None:
    found = where_next.find_where_next(asb([500, 480, 200, 100, 110]), None, None, (), WARDS, 0.8)
    assert "W3" not in set(found.table["code"]) and found.unsure == 1
    said = where_next_tables.say_finding(found, "all districts", None)
    assert "**2 wards of all districts qualify**" in said and "1 may qualify" in said


def test_words_lines_and_colours_say_the_same() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    marks = where_next_tables.mark_wards(found, WARDS, None, "W1")
    assert marks.ranks == {"W2": 1, "W1": 2, "W3": 3} and set(marks.hatches) == {2, 3}
    classes = where_next_tables.classify(found, WARDS, None)
    words = [classes.labels[place] for place in classes.of_area]
    assert words[0].startswith("High ASB") and words[1].startswith("Both")
    assert words[2].startswith("High worry") and words[3:] == ["Not on the list"] * 2
    assert where_next_tables.list_table(found.table)["Because"].tolist() == [
        "Both", "High ASB", "Worry, low confidence"
    ]  # fmt: skip
    inside = where_next_tables.classify(found, WARDS, "D2")
    assert inside.of_area.tolist() == [-2, -2, -2, 0, 0]
    assert "No ward of Woods qualifies" in where_next_tables.say_finding(found, "Woods", "D2")
    row = found.table.iloc[0]
    assert "high ASB and high worry and low confidence" in where_next_tables.describe_ward(row)


def gathered(**changed: object) -> safety_index.Gathered:
    given = {
        "worry": WORRIED, "experience": estimates("experience", [20, 40, 40, 40, 20]),
        "confidence": CONFIDENT, "repeat_places": None, "harm": None,
    }  # fmt: skip
    return safety_index.gather(HIGH_AND_LOW, **(given | changed))


def test_parts_stand_in_their_own_units_and_missing_ones_say_why() -> None:
    found = gathered()
    assert list(found.values.columns) == ["asb", "worry", "experience", "low_confidence"]
    assert found.values.loc["W1", "low_confidence"] == 40
    assert found.values.loc["W1", "asb"] == pytest.approx(100, rel=0.02)
    assert found.lows.loc["W1", "low_confidence"] == 38 == 100 - 62
    assert found.highs.loc["W1", "low_confidence"] == 42
    assert (found.lows < found.values).all(axis=None) and (found.values < found.highs).all(
        axis=None
    )
    assert found.errors.loc["W1", "asb"] == pytest.approx(np.sqrt(500) / 5, rel=0.05)
    assert {"deprivation", "repeat_places", "harm"} == set(found.missing)
    without = gathered(worry=None, confidence=replace(CONFIDENT, shape_only=True))
    assert "asks about worry" in without.missing["worry"]
    assert "shape" in without.missing["low_confidence"]


def test_index_is_the_weighted_mean_of_its_parts_and_a_weight_moves_ranks() -> None:
    parts = gathered()
    usual = safety_index.usual_weights(parts)
    assert usual == {"asb": 1, "worry": 1, "experience": 1, "low_confidence": 1}
    found = safety_index.find_index(parts, usual, WARDS)
    keys = [f"part:{part.key}" for part in found.parts]
    assert np.allclose(found.table["index"], found.table[keys].mean(axis=1))
    assert found.table["index"].mean() == pytest.approx(100)
    by_worry = safety_index.find_index(parts, usual | {"asb": 0, "worry": 5}, WARDS)
    moved = by_worry.table.set_index("code")
    assert moved.loc["W1", "rank"] > found.table.set_index("code").loc["W1", "rank"]
    assert moved.loc["W1", "usual_rank"] == found.table.set_index("code").loc["W1", "rank"]
    assert safety_tables.say_move(1, 4) == "down 3" and safety_tables.say_move(2, 2) == "same"


@pytest.mark.parametrize("scale", ["ratio", "spread"])
def test_index_and_parts_carry_ranges_wherever_they_are_shown(scale: str) -> None:
    parts = gathered()
    found = safety_index.find_index(parts, safety_index.usual_weights(parts), WARDS, scale)
    table = found.table
    for name in ("index", *(f"part:{part.key}" for part in found.parts)):
        mark = ":" if ":" in name else "_"
        low, high = table[f"{name}{mark}low"], table[f"{name}{mark}high"]
        assert (low < table[name]).all() and (table[name] < high).all(), name
    first = safety_tables.ranked(found, None).iloc[0]
    said = f"{first['index']:.0f} ({first['index_low']:.0f} to {first['index_high']:.0f})"
    assert said in safety_tables.say_finding(found, "all districts", None)
    assert said in safety_tables.describe_ward(found, first["code"])
    tips = safety_tables.mark_wards(found, WARDS, None, None).tips
    assert any(f"Index {said}" in tip for tip in tips)
    assert said in set(safety_tables.parts_table(found, None)["Index"])
    assert said.endswith(f"({safety_tables.list_table(found, None)['Likely range'].iloc[0]})")
    saved = safety_tables.download_table(found, None)
    for name in ("Index", "Worry, index", "Worry, mean score, 0 to 100"):
        assert (saved[f"{name}, low"] < saved[name]).all(), name
        assert (saved[name] < saved[f"{name}, high"]).all(), name
    rows = safety_tables.part_rows(found, "W1")
    assert (rows["low"] < rows["index"]).all() and (rows["index"] < rows["high"]).all()


def test_scales_give_other_shares_and_both_are_said() -> None:
    parts = gathered()
    usual = safety_index.usual_weights(parts)
    ratio, even = (safety_index.find_index(parts, usual, WARDS, name) for name in SCALES)
    assert ratio.influence == even.influence and set(ratio.influence) == set(SCALES)
    shares = ratio.influence
    assert shares["ratio"]["asb"] > shares["spread"]["asb"]
    assert all(sum(each.values()) == pytest.approx(1) for each in shares.values())
    assert list(even.table["usual_rank"]) == list(ratio.table["rank"])
    about = safety_tables.about_table(even)
    assert {"Share, ratio to the mean", "Share, equal spread"} <= set(about)
    assert "standard deviation" in safety_tables.say_notes(even)
    assert set(safety_tables.download_table(even, None)["Parts on one scale"]) == {"Equal spread"}


def test_label_and_unit_of_a_part_come_from_its_measure() -> None:
    about = {part.key: part for part in gathered().parts}
    assert about["low_confidence"].about == (
        "100 less: They deal with it: agree (per cent), estimated."
    )
    assert about["low_confidence"].unit == "per cent"
    assert about["worry"].unit == "mean score, 0 to 100"
    score = next(one for one in list_measures(ITEMS) if one.key == "score:deal")
    scored = gathered(confidence=replace(CONFIDENT, measure=score))
    low = next(part for part in scored.parts if part.key == "low_confidence")
    assert "per cent" not in low.about.lower() and "agree" not in low.about
    assert low.unit == "mean score, 0 to 100"
    found = safety_index.find_index(scored, safety_index.usual_weights(scored), WARDS)
    assert "Lack of confidence, mean score, 0 to 100" in safety_tables.parts_table(found, None)


def test_same_weights_give_the_same_bars_and_a_ward_without_a_part_has_no_index() -> None:
    parts = gathered(worry=estimates("worry", [30, 60, np.nan, 60, 30]))
    usual = safety_index.usual_weights(parts)
    one, two = (safety_index.find_index(parts, usual, WARDS) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.table.set_index("code")["index"].isna().tolist() == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert "has no index" in safety_tables.describe_ward(one, "W3")
    rows = safety_tables.bar_rows(one, None)
    assert len(rows) == 4 and rows["share"].between(0, 1).all()
    assert set(safety_tables.download_table(one, "D2")["Ward"]) == {"Elm", "Fir"}
