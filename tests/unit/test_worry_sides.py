"""What stands beside worry: other figures of the survey, and ASB that is not reported."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.worry.matrix import count_changes
from analytics.worry.measures import Measure
from analytics.worry.quarters import RollingYear
from analytics.worry.sides import place_beside
from dashboard.components import (
    ward_maps,
    worry_axis,
    worry_charts,
    worry_cuts,
    worry_maps,
    worry_side_tables,
    worry_tables,
    worry_words,
)
from dashboard.services.worry import MatrixFound, find_matrix, side_measures
from dashboard.services.worry_sides import set_beside
from dashboard.worry_choice import CONTROLS, QUESTIONS, WorryChoice
from geodata.calendar import Month, Period
from tests.made_worry import (
    CODES,
    SURVEY,
    WARDS,
    WORRY,
    axis_of,
    estimates,
    found,
    make_matrix,
)

AGREE = Measure("yes:agree", "Agree", True, "confidence", ("agree",))
CONFIDENCE = np.array([20.0, 60.0, 22.0, 62.0, 40.0, 60.0])


@pytest.fixture
def matrix_found() -> MatrixFound:
    return make_matrix()


@pytest.fixture
def beside(matrix_found: MatrixFound) -> MatrixFound:
    return set_beside(matrix_found, found(AGREE, estimates=estimates(CONFIDENCE)))


def test_young_people_hanging_about_are_never_beside_worry() -> None:
    keys = [measure.key for measure in side_measures(SURVEY)]
    assert keys == ["yes:seen", "yes:noise", "yes:agree"]


def test_ward_is_compared_with_all_wards_by_residents() -> None:
    side = worry_side_tables.compare_ward([found(), found(estimates=None, refused="No.")], CODES[0])
    assert side["value"].tolist() == [70.0]
    assert side["county"].tolist() == pytest.approx([WORRY.mean()])
    chart = worry_charts.side_chart(side, "Ward 1").to_dict()
    assert "Worry score 70, all wards 50" in chart["description"]


GAP = pd.DataFrame(
    {
        "code": CODES, "experience": 40.0, "experience_low": 30.0, "experience_high": 50.0,
        "asb": 5.0, "asb_low": 4.0, "asb_high": 6.0,
        "p_gap": [0.999, 0.2, 0.85, np.nan, 0.5, 0.1],
        "order": [1, 4, 2, 0, 3, 5], "likely": [True, False, True, False, False, False],
    }
)  # fmt: skip


def test_gap_numbers_the_likely_wards_alone_on_map_and_list() -> None:
    rows = worry_side_tables.gather_gap(GAP, WARDS, None)
    likely = worry_side_tables.list_gap(rows, "per cent", likely=True)
    unclear = worry_side_tables.list_gap(rows, "per cent", likely=False)
    assert likely["Code"].tolist() == [CODES[0], CODES[2]]
    assert likely["Chance"].tolist() == ["over 99%", "85%"]
    assert ward_maps.first_ranks(rows) == dict(zip(likely["Code"], likely["#"], strict=True))
    assert unclear["Code"].tolist() == [CODES[4], CODES[1], CODES[5]] and "#" not in unclear
    assert worry_maps.classify_gap(rows).of_area.tolist() == [1, 0, 1, -1, 0, 0]
    said = worry_side_tables.say_gap(rows, "seen", "all districts", 80)
    assert said.startswith("In **2 of 5 wards**")
    tips = worry_side_tables.gap_tips(rows, "per cent")
    assert len(tips) == 6
    assert tips[0][2:] == ["Met ASB, per cent: 40 (30 to 50)",
                           "Recorded per 1,000: 5.0 (4.0 to 6.0)"]  # fmt: skip
    chart = worry_charts.pair_chart(
        rows, "ASB", "Experience", worry_side_tables.middle_of(rows), focus=CODES[0], said=said
    )
    assert "6 wards" in chart.to_dict()["description"]


def test_district_without_a_likely_ward_has_no_number() -> None:
    rows = worry_side_tables.gather_gap(GAP, WARDS, "X07000002")
    assert worry_side_tables.list_gap(rows, "per cent", likely=True).empty
    assert ward_maps.first_ranks(rows) == {}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (CODES[2], "**Ward 3, North: ◆ Likely under-reported** (chance 85%). Met ASB: 40 per cent"),
        (CODES[1], "**Ward 2, North: ○ Not clear** (chance 20%)."),
        (CODES[3], "**Ward 4, South: ✚ Not known**"),
    ],
)
def test_gap_answers_for_the_ward_in_focus(code: str, said: str) -> None:
    rows = worry_side_tables.gather_gap(GAP, WARDS, None)
    assert worry_side_tables.say_gap_focus(rows, code, "per cent").startswith(said)
    assert worry_side_tables.say_gap_focus(rows, None, "per cent") == ""


def test_confidence_takes_the_place_of_asb_under_the_same_rule(beside: MatrixFound) -> None:
    assert beside.matrix is not None
    table = beside.matrix.table.set_index("code")
    # Worry is 70, 30, 72, 28, 50.5, 50 with a middle of 50.25, confidence has one of 50.
    assert beside.matrix.asb_cut == pytest.approx(np.median(CONFIDENCE))
    assert table["quadrant"].tolist() == [*["reassure", "quiet"] * 2, "close", "close"]
    assert table["why"].tolist()[4:] == ["worry", "worry"]
    assert table["p_asb_high"].tolist()[:2] == pytest.approx([0, 1], abs=1e-6)
    assert sum(beside.matrix.counts.values()) == len(CODES)


def test_figure_shown_on_the_other_side_of_its_cut_is_too_close(matrix_found: MatrixFound) -> None:
    assert matrix_found.matrix is not None
    side = estimates(CONFIDENCE).table.assign(modelled=CONFIDENCE, modelled_se=2.0)
    side.loc[1, "value"] = 30.0  # The model's figure stays at 60, surely high.
    placed = place_beside(matrix_found.matrix, side).table
    assert placed["p_asb_high"].iloc[1] > 0.99
    assert placed["quadrant"].iloc[1] == "close" and placed["why"].iloc[1] == "ASB"


def test_another_figure_has_plain_words_and_no_configured_name(beside: MatrixFound) -> None:
    axis = worry_axis.side_axis(found(AGREE), beside.quadrants)
    assert axis.names["reassure"] == "High worry, low confidence"
    assert not {beside.quadrants.act.name, beside.quadrants.reassure.name} & {*axis.names.values()}
    assert worry_tables.say_meanings(axis) == ""
    rows = worry_tables.gather(beside, WARDS, None, None)
    listed = worry_tables.list_wards(rows, axis).set_index("Code")
    assert listed.loc[CODES[0], "Quadrant"] == "◆ High worry, low confidence"
    assert listed.loc[CODES[0], "Confidence, %"] == 20.0
    assert listed.loc[CODES[4], "Quadrant"] == "○ Too close to call (on worry)"
    assert beside.matrix is not None
    said = worry_words.say_finding(beside.matrix, "all districts", axis)
    assert "**0** have high confidence and high worry, **2** only high worry" in said
    chart = worry_charts.matrix_chart(
        rows, worry_tables.middle_of(beside.matrix, shape_only=False), axis, focus=CODES[0],
        chosen=None, worry_title="Worry", said=said,
    ).to_dict()  # fmt: skip
    assert "Council and police deal with it, per cent" in str(chart)


@pytest.mark.parametrize("role", ["driver", "safety"])
def test_driver_is_called_by_its_label(role: str, matrix_found: MatrixFound) -> None:
    noise = found(Measure("yes:noise", "Noise: a big problem", True, role, ("noise",)))
    axis = worry_axis.side_axis(noise, matrix_found.quadrants)
    assert axis.names["act"] == "High worry, noise: high"
    assert axis.why["ASB"] == "on noise"


def test_survey_of_elsewhere_has_nothing_beside_worry(matrix_found: MatrixFound) -> None:
    assert set_beside(matrix_found, found(AGREE, shape_only=True)).matrix is None
    assert set_beside(matrix_found, found(AGREE, estimates=None, refused="No.")).matrix is None


def test_ward_list_holds_every_figure_for_the_file(beside: MatrixFound) -> None:
    rows = worry_tables.gather(beside, WARDS, None, None)
    listed = worry_side_tables.list_sides([found(AGREE, estimates=estimates(CONFIDENCE))], rows)
    assert listed["Worry"].iloc[0].startswith("72 (")
    assert listed["Council and police deal with it"].iloc[0].startswith("22 (")


def test_changes_are_counted_against_the_usual_setting(matrix_found: MatrixFound) -> None:
    usual = matrix_found.matrix
    moved = find_matrix(found(), matrix_found.asb, 0.8, (None, 71.0)).matrix
    assert usual is not None and moved is not None
    was, now = (one.table.set_index("code")["quadrant"] for one in (usual, moved))
    # Only one ward has worry surely above 71 now, or not surely below it: all others are low.
    expected = sum(was[code] != now[code] for code in CODES)
    assert 0 < expected == count_changes(usual, moved)
    said = worry_words.say_changes(expected, len(CODES), usual=False)
    assert said.startswith(f"**{expected} of 6 wards**")
    assert count_changes(usual, usual) == 0
    assert "80% sure" in worry_words.say_changes(0, 280, usual=True)


def test_banner_says_the_months_of_both_figures(matrix_found: MatrixFound) -> None:
    year = RollingYear(
        ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"), True, (), dt.date(2025, 12, 31)
    )
    same = replace(matrix_found, estimates=found(year=year))
    assert "and ASB, as released: January 2025 to December 2025." in worry_words.say_banner(same)
    later = replace(year, quarters=("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"))
    said = worry_words.say_banner(replace(matrix_found, estimates=found(year=later)))
    assert "October 2025 to September 2026" in said
    assert "ASB: January 2025 to December 2025, as released. These are not the same months." in said
    short = replace(matrix_found.asb, period=Period(Month(2025, 10), Month(2025, 12)))
    said = worry_words.say_banner(replace(matrix_found, asb=short))
    assert "Only 3 months of ASB" in said
    assert "January 2025 to December 2025" in axis_of(matrix_found).title


def test_ward_in_focus_is_answered_in_a_line(matrix_found: MatrixFound) -> None:
    row = worry_tables.gather(matrix_found, WARDS, None, None).iloc[0]
    said = worry_words.say_focus(row, found().measure, axis_of(matrix_found))
    assert said.startswith("**Ward 1, North: ▲ Act and show it.** ASB per 1,000: **")
    assert said.endswith("Worry, 0 to 100: **70.0** (high: over 99% likely).")
    assert said.count("likely)") == 2 and "below" not in said


@pytest.mark.parametrize("x", [2.0, 95.0])
def test_name_of_the_ward_in_focus_points_to_the_middle_of_the_chart(
    x: float, matrix_found: MatrixFound
) -> None:
    rows = worry_tables.gather(matrix_found, WARDS, None, None)
    rows.loc[0, ["x", "x_low", "x_high"]] = [x, x - 1, x + 1]
    chart = worry_charts.matrix_chart(
        rows, (10.0, 50.0), axis_of(matrix_found), focus=CODES[0], chosen=None,
        worry_title="Worry", said="",
    ).to_dict()  # fmt: skip
    names = [layer["mark"] for layer in chart["layer"]
             if layer.get("encoding", {}).get("text", {}).get("field") == "called"]  # fmt: skip
    assert names and {one["align"] for one in names} == {"right" if x > 50 else "left"}
    assert all((one["dx"] < 0) == (one["align"] == "right") for one in names)
    # The mark of the ward is drawn over its bold ranges.
    kinds = [layer["mark"].get("strokeWidth") for layer in chart["layer"]
             if isinstance(layer["mark"], dict)]  # fmt: skip
    assert kinds.index(2.6) < len(kinds) - 3


def test_slider_goes_as_far_as_the_wards_and_meets_the_median() -> None:
    scale = worry_cuts.scale_cut([2.1, 8.53, 60.0, np.nan], 8.53, None)
    assert scale == worry_cuts.CutScale(2.0, 60.0, 0.5, 8.5)
    assert scale.is_usual(8.5) and not scale.is_usual(9.0)
    fine = worry_cuts.scale_cut(WORRY / 10, 5.03, None)
    assert fine == worry_cuts.CutScale(2.8, 7.2, 0.1, 5.0)
    # A cut of an older link reaches further than any ward.
    assert worry_cuts.scale_cut([2.0, 8.0], 5.0, 80.0).high == 80.0  # type: ignore[union-attr]
    assert worry_cuts.scale_cut([4.0, 4.0], 4.0, None).high > 4.0  # type: ignore[union-attr]
    for figures, median, chosen in (
        ([2.1, 8.3, 60.0], 8.3, 0.1), ([0.2, 8.5, 60.0], 8.5, None), ([0.0, 3.0, 18.0], 3.0, None),
        ([0.0, 3.0, 18.0], 3.0, 0.1), ([30.0, 43.7, 90.0], 43.7, 0.3), ([0.0, 0.0], 0.0, 0.1),
    ):  # fmt: skip
        scale = worry_cuts.scale_cut(figures, median, chosen)
        assert scale is not None and scale.low <= (chosen or scale.usual) <= scale.high
        assert scale.low >= worry_cuts.LEAST or scale.low == scale.usual
    assert worry_cuts.scale_cut([np.nan], np.nan, None) is None


def test_every_question_asks_for_what_it_rests_on_alone() -> None:
    assert set(CONTROLS) == set(QUESTIONS)
    fields = set(WorryChoice.__dataclass_fields__) - {"ask", "district", "area", "survey"}
    assert set().union(*CONTROLS.values()) == fields
    asked = WorryChoice(ask="gap", asb=20.0, cut=45.0)
    assert asked.cuts == (None, None) and asked.is_usual
    assert WorryChoice(ask="drivers", asb=20.0, cut=45.0).cuts == (None, 45.0)
    assert WorryChoice(asb=20.0, cut=45.0).cuts == (20.0, 45.0)


def test_links_of_old_still_open() -> None:
    old = {"ask": "drivers", "asb": "20", "cut": "45", "sure": "90", "quadrant": "act"}
    choice, ignored = WorryChoice.from_query(old)
    assert not ignored and (choice.asb, choice.cut) == (20.0, 45.0)
    assert choice.to_query() == old
    for query in ({"asb": "0"}, {"asb": "1001"}, {"cut": "100.5"}, {"cut": "4.55"}, {"asb": "x"}):
        choice, ignored = WorryChoice.from_query(query)
        assert (choice.asb, choice.cut) == (None, None) and len(ignored) == 1


def test_another_measure_starts_without_a_cut_in_the_old_unit() -> None:
    choice = WorryChoice(cut=45.0, beside="yes:noise")
    assert choice.change(item="yes:insult").cut is None
    other = choice.change(survey=3)
    assert (other.beside, other.cut) == (None, 45.0)
