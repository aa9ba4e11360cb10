"""Which wards next and the safety index: the rule, its words, and parts checked by hand."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.worry.measures import list_measures
from analytics.worry.safety_index import SCALES
from analytics.worry.sample import Method, WardEstimates
from dashboard.components import charts, safety_tables, where_next_tables
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import actions, safety_index, where_next, worry
from dashboard.services.explore import name_apart
from dashboard.services.ward_scores import WardScores
from geodata.calendar import Month, Period
from geodata.store.area_scores import AreaScoreHead
from geodata.store.database import Database
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


def test_what_cannot_be_judged_is_said_and_never_counted_as_0() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, None, None, (), WARDS, 0.8)
    said = where_next_tables.say_finding(found, "all districts", None)
    assert "2 wards of all districts qualify by high ASB. Worry and confidence cannot" in said
    assert said.startswith("**First: Ash, Beech (much ASB).**")
    twice = WARDS.assign(name=["Town", "Beech", "Town", *WARDS["name"][3:]])
    twice["district"] = ["Aldmere", "Aldmere", "Bexmere", *WARDS["district"][3:]]
    again = where_next.find_where_next(HIGH_AND_LOW, None, None, (), twice, 0.8)
    named = where_next_tables.say_finding(again, "all districts", None)
    assert named.startswith("**First: Town in Aldmere, Beech (much ASB).**")
    assert " 0 by " not in said
    classes = where_next_tables.classify(found, WARDS, None)
    assert classes.labels == ("Not on the list", "High ASB (plain)") and classes.sizes == (3, 2)
    assert where_next_tables.mark_wards(found, WARDS, None, None).hatches == {}
    assert "modelled" not in where_next_tables.say_banner(found)
    assert "modelled" not in where_next_tables.describe_ward(found, found.table.iloc[0])
    half = where_next.find_where_next(HIGH_AND_LOW, WORRIED, None, (), WARDS, 0.8)
    said = where_next_tables.say_finding(half, "all districts", None)
    assert "qualify by high ASB. Confidence cannot be judged here" in said
    assert where_next_tables.say_banner(half).startswith("Worry is a modelled estimate, not")
    both = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    said = where_next_tables.say_finding(both, "all districts", None)
    assert "1 by high ASB, 1 by high worry and low confidence, 1 by both" in said
    assert "cannot be judged" not in said
    assert where_next_tables.say_banner(both).startswith("Worry and confidence are modelled")


def test_unit_of_worry_and_confidence_is_that_of_the_measure() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    assert (found.worry_unit, found.confidence_unit) == ("mean score, 0 to 100", "per cent")
    said = where_next_tables.describe_ward(found, found.table.iloc[0])
    assert "modelled, mean score, 0 to 100; confidence 30 (28 to 32), modelled, per cent" in said
    score = next(one for one in list_measures(ITEMS) if one.key == "score:deal")
    other = replace(CONFIDENT, measure=score)
    scored = where_next.find_where_next(HIGH_AND_LOW, WORRIED, other, (), WARDS, 0.8)
    assert scored.confidence_unit == "mean score, 0 to 100"


def test_wards_of_one_name_are_told_apart_wherever_they_stand_alone() -> None:
    wards = WARDS.assign(
        name=["Town", "Town", "Cedar", "Town", "Fir"],
        district=["Dart", "Grave", "Dart", "Grave", ""],
    )
    assert name_apart(wards).tolist() == [
        "Town, Dart", "Town, Grave (W2)", "Cedar", "Town, Grave (W4)", "Fir"
    ]  # fmt: skip
    assert name_apart(wards.iloc[:1]).tolist() == ["Town"]
    two = WARDS.assign(
        name=["Town", "Beech", "Cedar", "Town", "Fir"],
        district=["Dart", "Dart", "Dart", "Grave", "Grave"],
    )
    found = safety_index.find_index(gathered(), safety_index.usual_weights(gathered()), two)
    places = safety_tables.bar_rows(found, None)["place"].tolist()
    assert sum("Town, Dart" in place for place in places) == 1
    assert sum("Town, Grave" in place for place in places) == 1
    assert {"Town, Dart", "Beech"} < set(safety_tables.list_table(found, "D1")["Ward"])
    first = safety_tables.ranked(found, None).iloc[0]
    assert first["called"] in safety_tables.say_finding(found, "all districts", None)
    # One of two that share a name is on the list, and is named as one of two.
    listed = where_next.find_where_next(HIGH_AND_LOW, None, None, (), two, 0.8)
    assert listed.table.set_index("code").loc["W1", "called"] == "Town, Dart"
    assert "Town, Dart" in where_next_tables.title_action(
        listed.table[listed.table["code"] == "W1"].iloc[0]
    )
    assert set(where_next_tables.download_table(listed, None)["Ward"]) == {"Town", "Beech"}


def test_legend_shows_the_lines_of_the_map() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    classes = where_next_tables.classify(found, WARDS, None)
    marks = where_next_tables.mark_wards(found, WARDS, None, None)
    spec = charts.legend_chart(
        classes, "Why", "wards", marked=False, hatches=marks.hatches
    ).to_dict()
    drawn = [
        layer for layer in spec["layer"] if str(layer["mark"].get("shape", "")).startswith("M")
    ]
    # Rows run from the last class to the first: 'both' is row 0.
    rows = {layer["transform"][0]["filter"]: layer["mark"] for layer in drawn}
    assert set(rows) == {"datum.row === 0", "datum.row === 1"}
    one_way, other_way = rows["datum.row === 1"], rows["datum.row === 0"]
    middle = one_way["shape"].split("M")[2]
    x, y, to_x, to_y = (float(part) for end in middle.split("L") for part in end.split(","))
    # 45 degrees up to the right; the page counts down.
    assert (to_y - y) / (to_x - x) == pytest.approx(-1) and one_way["shape"] != other_way["shape"]
    plain = charts.legend_chart(classes, "Why", "wards", marked=False).to_dict()
    assert len(plain["layer"]) == len(spec["layer"]) - 2


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
    assert "2 wards of all districts qualify" in said and "1 may qualify" in said


def test_words_lines_and_colours_say_the_same() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    marks = where_next_tables.mark_wards(found, WARDS, None, "W1")
    assert marks.ranks == {"W2": 1, "W1": 2, "W3": 3} and set(marks.hatches) == {2, 3}
    classes = where_next_tables.classify(found, WARDS, None)
    words = [classes.labels[place] for place in classes.of_area]
    assert words[0].startswith("High ASB (plain)") and words[1].startswith("High ASB, high worry")
    assert words[2].startswith("High worry") and words[3:] == ["Not on the list"] * 2
    assert where_next_tables.list_table(found.table)["Because"].tolist() == [
        "ASB, worry and confidence", "ASB", "Worry and confidence"
    ]  # fmt: skip
    inside = where_next_tables.classify(found, WARDS, "D2")
    assert inside.of_area.tolist() == [-2, -2, -2, 0, 0]
    assert "No ward of Woods qualifies" in where_next_tables.say_finding(found, "Woods", "D2")
    row = found.table.iloc[0]
    assert "high ASB and high worry and low confidence" in where_next_tables.describe_ward(
        found, row
    )


def test_each_chance_is_said_by_itself_and_never_as_certain() -> None:
    unsure = estimates("confidence", [60, 45, 30, 60, 50], se=5.0)
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, unsure, (), WARDS, 0.8)
    row = found.table.set_index("code").loc["W2"]
    # The normal tail of (50 - 45) / 5 = 1 standard error below the median of 50.
    assert row["p_confidence_low"] == pytest.approx(0.8413, abs=1e-3)
    assert row["certainty"] > 0.99, "the chance of at least one says nothing of confidence"
    said = where_next_tables.describe_ward(found, row)
    assert "Chances: ASB high: over 99%; worry high: over 99%; confidence low: 84%." in said
    assert "100%" not in said
    listed = where_next_tables.list_table(found.table).set_index("Ward").loc["Beech"]
    assert listed[["ASB high", "Worry high", "Confidence low"]].tolist() == [
        "over 99%", "over 99%", "84%"
    ]  # fmt: skip
    saved = where_next_tables.download_table(found, None).set_index("Ward").loc["Beech"]
    assert saved["Chance that at least one reason holds"] == "over 99%"
    assert saved["Chance: confidence low"] == "84%"
    assert saved["Confidence, modelled, per cent"] == 45
    without = where_next.find_where_next(HIGH_AND_LOW, None, None, (), WARDS, 0.8)
    assert "worry high" not in where_next_tables.describe_ward(without, without.table.iloc[0])
    assert not any("modelled" in name for name in where_next_tables.download_table(without, None))


def test_first_wards_are_named_with_why() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    assert where_next_tables.say_finding(found, "all districts", None).startswith(
        "**First: Beech (much ASB, much worry, little confidence); Ash (much ASB); "
        "Cedar (much worry, little confidence).** 3 wards of all districts qualify: "
    )


def test_open_actions_mark_a_ward_and_leave_it_on_the_list() -> None:
    found = where_next.find_where_next(HIGH_AND_LOW, WORRIED, CONFIDENT, (), WARDS, 0.8)
    assert "Actions" not in where_next_tables.list_table(found.table, {})
    marked = where_next_tables.list_table(found.table, {"W1": 2, "W9": 1})
    assert marked["Actions"].tolist() == ["", "2 open", ""]
    said = where_next_tables.describe_ward(found, found.table.iloc[1], 2)
    assert "**2 open actions** about it." in said
    notes = where_next_tables.say_notes(found, {"W1": 2})
    assert where_next_tables.NO_PLANS in notes and where_next_tables.NO_PLAN_YET in notes
    assert where_next_tables.NO_PLAN_YET not in where_next_tables.say_notes(found, {})
    saved = where_next_tables.download_table(found, None, {"W1": 2})
    assert saved["Open actions"].tolist() == [0, 2, 0]
    assert "Open actions" not in where_next_tables.download_table(found, None)


def test_only_open_actions_about_the_ward_itself_are_counted(sqlite_database: Database) -> None:
    def add(kind: str, key: str) -> int:
        return actions.create_action(
            sqlite_database, title="Walk the streets", owner="A. Sergeant",
            today=YEAR.first.first_day, due=YEAR.last.first_day, about_kind=kind,
            about_key=key, ward_code="X05000001",
        )  # fmt: skip

    add("ward", "X05000001")
    add("ward", "X05000001")
    add("location", "loc-1")
    done = add("ward", "X05000002")
    actions.close_action(sqlite_database, done, "Walked")
    assert where_next.open_actions(sqlite_database) == {"X05000001": 2}
    with (
        acting_as(Actor("test:x", "X", frozenset({Role.PARTNER}))),
        pytest.raises(NotAllowedError),
    ):
        where_next.open_actions(sqlite_database)


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
    assert "wardlight import area-scores" in found.missing["deprivation"]
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
    assert said in set(safety_tables.parts_table(found, None, "asb")["Index"])
    assert said == safety_tables.list_table(found, None)["Index"].iloc[0]
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
    said = safety_tables.say_made_of(ratio)
    first = max(shares["ratio"], key=lambda key: shares["ratio"][key])
    assert first == "asb" and f"wards: recorded ASB {shares['ratio']['asb']:.0%}, " in said
    assert f"worry {shares['ratio']['worry']:.0%}" in said
    assert f"worry {shares['spread']['worry']:.0%}" in safety_tables.say_made_of(even)
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
    table = safety_tables.parts_table(found, None, "low_confidence")
    assert "Lack of confidence, mean score, 0 to 100" in table


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


SCORE = AreaScoreHead(
    1, "Index of the county", "Deprivation of the area", dt.date(2025, 10, 30), "more deprived",
    None, "Open Government Licence v3.0",
)  # fmt: skip


def scored(*values: float, **changed: object) -> WardScores:
    return WardScores(replace(SCORE, **changed), "lsoa", np.array(values))


def test_deprivation_is_a_part_without_an_error_and_says_whose_it_is() -> None:
    parts = gathered(scores=scored(10, 20, 30, 40, 0))
    assert parts.values["deprivation"].tolist() == [10, 20, 30, 40, 0]
    assert parts.errors["deprivation"].eq(0).all() and "deprivation" not in parts.missing
    usual = safety_index.usual_weights(parts)
    assert usual["deprivation"] == 1
    found = safety_index.find_index(parts, usual, WARDS)
    # 100 times the score over the mean of 20.
    assert found.table["part:deprivation"].tolist() == [50, 100, 150, 200, 0]
    keys = [f"part:{part.key}" for part in found.parts]
    assert len(keys) == 5 and np.allclose(found.table["index"], found.table[keys].mean(axis=1))
    about = (
        safety_tables.about_table(found).set_index("Part").loc["Deprivation", "What it measures"]
    )
    assert "Index of the county" in about and "30 October 2025" in about
    assert "not of a person" in about
    notes = safety_tables.say_notes(found)
    assert "Deprivation: Index of the county (Open Government Licence v3.0)." in notes
    saved = safety_tables.download_table(found, None)
    assert saved["Deprivation from"].str.contains("Open Government Licence").all()
    own = safety_tables.parts_table(found, None, "deprivation")["Deprivation, index"]
    assert not own.str.contains("to").any(), "a published score has no range"
    turned = gathered(scores=scored(90, 80, 70, 60, 100, higher_is="less deprived", top=100.0))
    assert "100 less: Index of the county" in turned.parts[-1].about


def test_score_of_other_places_is_missing_and_says_why() -> None:
    parts = gathered(scores=scored(*[np.nan] * 5))
    assert "is held, but for no ward" in parts.missing["deprivation"]
    found = safety_index.find_index(parts, safety_index.usual_weights(parts), WARDS)
    assert found.licence == "" and "Deprivation from" not in safety_tables.download_table(
        found, None
    )


def test_index_of_one_part_claims_no_firmness_and_names_what_is_missing() -> None:
    parts = gathered(worry=None, experience=None, confidence=None)
    usual = safety_index.usual_weights(parts)
    assert usual == {"asb": 1}
    found = safety_index.find_index(parts, usual, WARDS)
    said = safety_tables.say_finding(found, "all districts", None)
    assert "draws" not in said and safety_tables.ALONE in said
    assert "Made of recorded ASB alone" in said
    assert "worry, ASB met, lack of confidence, repeat places, harm and deprivation" in said
    assert safety_tables.bar_rows(found, None).empty
    saved = safety_tables.download_table(found, None)
    assert {"Share of draws in top ten", "Ranks by weights"}.isdisjoint(saved)
    assert "modelled" not in safety_tables.say_banner(found)
    assert "other weights" not in safety_tables.describe_ward(found, "W1")
    assert "drawn" not in safety_tables.say_notes(found)
    notes = safety_tables.say_notes(found)
    assert "No figures here of: Worry (No survey that is held asks about worry);" in notes
    two = gathered(worry=None, experience=None)
    both = safety_index.find_index(two, safety_index.usual_weights(two), WARDS)
    assert "draws of other weights" in safety_tables.say_finding(both, "all districts", None)
    assert len(safety_tables.bar_rows(both, None)) == 5
    assert "Confidence is a modelled estimate" in safety_tables.say_banner(both)
    off = safety_index.find_index(two, {"asb": 1, "low_confidence": 0}, WARDS)
    assert safety_tables.bar_rows(off, None).empty and "modelled" not in safety_tables.say_banner(
        off
    )
