"""Builders of the Crime and worry page: hatch, classes, chart, lists and sentences."""

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.shrinkage import shrink_rates
from analytics.worry.checking import Gain
from analytics.worry.configuration import load_quadrants
from analytics.worry.matrix import Matrix, place_in_matrix
from analytics.worry.measures import Measure
from analytics.worry.sample import Method, WardEstimates
from dashboard.components import (
    signal_tables,
    ward_maps,
    worry_charts,
    worry_maps,
    worry_side_tables,
    worry_tables,
    worry_words,
)
from dashboard.components.quadrant_style import LOOKS
from dashboard.services import worry_figures
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import (
    EstimatesFound,
    MatrixFound,
    WardAsb,
    find_gap,
    find_matrix,
    side_measures,
)
from geodata.calendar import Month, Period
from geodata.store.surveys import SurveyHead
from geodata.survey_items import Item

CODES = [f"X0500000{number}" for number in range(1, 7)]
ITEMS = (
    Item("insult", "Worry about being insulted", role="worry", in_score=True),
    Item("noise", "Noise", role="driver", yes_label="a big problem"),
    Item("seen", "ASB seen or suffered", role="experience", yes_label="yes"),
    Item("agree", "Council and police deal with it", role="confidence", yes_label="agree"),
    Item("youth", "Young people hanging about", role="other", yes_label="a big problem"),
)
SURVEY = SurveyHead(
    1, "County survey", "microdata", "area", "", "Kinds", dt.date(2026, 9, 30), ITEMS, True
)
WARDS = gpd.GeoDataFrame(
    {
        "code": CODES,
        "name": [f"Ward {code[-1]}" for code in CODES],
        "district_code": ["X07000001"] * 3 + ["X07000002"] * 3,
        "district": ["North"] * 3 + ["South"] * 3,
        "residents": [5_000.0] * 6,
        "longitude": np.linspace(0.1, 0.6, 6),
        "latitude": [51.2] * 6,
    },
    geometry=[shapely.box(570_000 + 2_000 * i, 150_000, 572_000 + 2_000 * i, 152_000)
              for i in range(6)],
    crs="EPSG:27700",
)  # fmt: skip
COUNTS = np.array([500.0, 480.0, 40.0, 30.0, 150.0, np.nan])
WORRY = np.array([70.0, 30.0, 72.0, 28.0, 50.5, 50.0])


def estimates(values: np.ndarray = WORRY, se: float = 2.0) -> WardEstimates:
    table = pd.DataFrame(
        {
            "code": CODES, "district_code": WARDS["district_code"], "residents": 5_000.0,
            "value": values, "se": se, "low": values - 1.96 * se, "high": values + 1.96 * se,
            "model_share": 0.4, "respondents": 20,
        }
    )  # fmt: skip
    districts = pd.DataFrame(
        {"code": ["X07000001", "X07000002"], "shift": [0.4, np.nan], "benchmarked": [True, False]}
    )
    pooled = pd.DataFrame({"segment_code": ["1", "2"], "n": [90, 8], "pooled_into": ["", "all"]})
    return WardEstimates(Method.MULTILEVEL, table, districts, pooled)


SCORE = Measure("worry", "Worry score", False, "worry", ("insult",))


def found(measure: Measure | None = None, **changes: object) -> EstimatesFound:
    measure = measure or SCORE
    given = {"estimates": estimates(), "gain": None, "refused": "", "year": None,
             "shape_only": False, "respondents": 4_000} | changes  # fmt: skip
    return EstimatesFound(SURVEY, measure, **given)  # type: ignore[arg-type]


@pytest.fixture
def matrix_found() -> MatrixFound:
    asb = WardAsb(
        Period(Month(2025, 1), Month(2025, 12)),
        pd.DataFrame({"code": CODES, "count": COUNTS, "residents": 5_000.0}),
        released=True,
    )
    rates = shrink_rates(COUNTS, np.full(6, 5_000.0))
    matrix = place_in_matrix(rates, estimates().table, codes=CODES)
    return MatrixFound(matrix, found(), asb, load_quadrants(dt.date(2026, 11, 1)))


@pytest.fixture
def segments() -> Segments:
    mix = pd.DataFrame({"ward_code": CODES[0], "segment_code": ["1", "2"], "share": [0.95, 0.05]})
    missing = pd.DataFrame(
        {"ward_code": [CODES[0]], "kind": "oa", "code": "X00000001", "residents": 300.0}
    )
    return Segments("Kinds", {"1": "Terraces", "2": "Farms"}, mix, missing)


def gather(matrix_found: MatrixFound, quadrant: str | None = None) -> pd.DataFrame:
    return worry_tables.gather(matrix_found, WARDS, None, quadrant)


def test_hatch_lies_inside_its_area_and_covers_it() -> None:
    area = shapely.MultiPolygon(
        [
            shapely.box(570_000, 150_000, 574_000, 153_000),
            shapely.Point(580_000, 150_000).buffer(900),
        ]
    )
    for degrees in (0.0, 45.0, 135.0):
        paths = ward_maps.hatch(area, degrees, 200.0)
        lines = gpd.GeoSeries([shapely.LineString(path) for path in paths], crs="EPSG:4326").to_crs(
            "EPSG:27700"
        )
        assert lines.within(area.buffer(5)).all()
        # Parallel lines a gap apart are as long as the area divided by the gap.
        assert lines.length.sum() == pytest.approx(area.area / 200, rel=0.08)


def test_hatch_of_an_area_between_two_lines_is_empty() -> None:
    assert ward_maps.hatch(shapely.box(1, 1, 2, 2), 0.0, 1_000.0) == []


def test_every_quadrant_differs_in_shape_and_in_hatch_or_colour() -> None:
    assert len({look.shape for look in LOOKS.values()} | {"open"}) >= 6
    assert len({(look.colour, look.hatch_degrees) for look in LOOKS.values()}) == len(LOOKS)


def test_map_chart_and_list_hold_the_same_wards(matrix_found: MatrixFound) -> None:
    names = worry_tables.name_quadrants(matrix_found.quadrants)
    for quadrant in LOOKS:
        rows = gather(matrix_found, quadrant)
        expected = {
            code for code, place in zip(CODES, rows["quadrant"], strict=True) if place == quadrant
        }
        classes = worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), names)
        assert {c for c, at in zip(CODES, classes.of_area, strict=True) if at > -2} == expected
        assert set(worry_tables.list_wards(rows, names)["Code"]) == expected
        chart = worry_charts.matrix_chart(
            rows, (10.0, 50.0), names, focus=None, chosen=quadrant, worry_title="Worry", said=""
        ).to_dict()
        drawn = {
            row["code"]
            for data in chart["datasets"].values()
            for row in data
            if row.get("shown") and row.get("word")
        }
        known = {code for code in expected if np.isfinite(rows.set_index("code").loc[code, "asb"])}
        assert drawn == known


def test_quadrants_are_said_with_their_numbers(matrix_found: MatrixFound) -> None:
    matrix = matrix_found.matrix
    assert matrix is not None
    said = worry_words.say_finding(matrix, "all districts")
    assert matrix.counts == {
        "act": 1, "quiet": 1, "reassure": 1, "keep": 1, "close": 1, "unknown": 1,
    }  # fmt: skip
    assert "**1** (20% of those with both figures) are too close to call: 1 on both." in said
    assert "1 lack a figure" in said


def test_district_is_said_with_its_own_wards_alone(matrix_found: MatrixFound) -> None:
    assert matrix_found.matrix is not None
    inside = worry_tables.look_at(matrix_found.matrix, WARDS, "X07000001")
    assert sum(inside.counts.values()) == len(inside.table) == 3
    said = worry_words.say_finding(inside, "North")
    assert said.startswith("Of **3 wards** in North")
    assert "too close" not in said and "lack" not in said
    assert worry_tables.look_at(matrix_found.matrix, WARDS, None) is matrix_found.matrix


def test_released_ward_without_a_figure_says_so(matrix_found: MatrixFound) -> None:
    row = gather(matrix_found).set_index("code").loc[CODES[5]]
    assert "no released figure" in worry_words.say_ward(row, SCORE, released=True)


def test_unit_of_worry_is_that_of_its_measure(matrix_found: MatrixFound) -> None:
    row = gather(matrix_found).set_index("code").loc[CODES[0]]
    share = Measure("yes:insult", "Worried", True, "worry", ("insult",))
    assert "Worry **70.0** of 100" in worry_words.say_ward(row, SCORE, released=False)
    assert "Worry **70.0** per cent" in worry_words.say_ward(row, share, released=False)
    assert worry_words.title_worry(share) == "Worried, per cent"


def test_chance_of_a_quadrant_is_that_of_both_sides(matrix_found: MatrixFound) -> None:
    row = gather(matrix_found).set_index("code").loc[CODES[2]]
    assert row["quadrant"] == "reassure"
    assert row["chance"] == pytest.approx((1 - row["p_asb_high"]) * row["p_worry_high"])


def test_map_draws_hatch_signals_and_ring(matrix_found: MatrixFound) -> None:
    names = worry_tables.name_quadrants(matrix_found.quadrants)
    rows = gather(matrix_found)
    signals = pd.DataFrame(
        {"id": [17], "title": ["Fire"], "kind": ["crime"], "happened_on": [dt.date(2026, 10, 1)],
         "ends_on": [None], "state": ["running"], "source": [""], "radius_m": [500.0],
         "easting": [571_000.0], "northing": [151_000.0], "ward_code": [CODES[0]]}
    )  # fmt: skip
    deck = ward_maps.build_map(
        WARDS, worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), names),
        worry_maps.mark_wards(rows, worry_tables.tips(rows, names), CODES[1]),
        district="X07000001", districts_held=True, signals=signals, version="v", tile_url="",
        size=(worry_maps.WIDTH, worry_maps.HEIGHT),
    )  # fmt: skip
    layers = {layer.id: layer for layer in deck.layers}
    hatched = {f"hatch-{list(LOOKS).index(each)}" for each in ("quiet", "reassure", "close")}
    assert hatched | {"signal-events", "signal-numbers", "ranks", "focus-0"} <= set(layers)
    assert "Fire" not in deck.to_json()
    # The colours of the wards stay as they are, and the number is that of the other page.
    assert [one["f"][3] for one in layers["signal-events"].data] == [0]
    assert [one["t"] for one in layers["signal-numbers"].data] == ["S17"]
    assert signal_tables.signal_table(signals, {})["No."].tolist() == [17]


def test_number_that_would_cover_a_smaller_one_is_left_out() -> None:
    places = pd.DataFrame(
        {"longitude": [0.1, 0.1001, 0.4, 0.1], "latitude": [51.2, 51.2, 51.2, 51.5],
         "rank": [2, 1, 3, 4]}
    )  # fmt: skip
    assert ward_maps.thin_numbers(places, 8.0)["rank"].tolist() == [1, 3, 4]
    assert ward_maps.thin_numbers(places, 19.0)["rank"].tolist() == [1, 2, 3, 4]


ELSEWHERE = [f"{figure:.1f}" for figure in WORRY if np.isfinite(figure)]


@pytest.fixture
def shape_found(matrix_found: MatrixFound) -> MatrixFound:
    return find_matrix(found(shape_only=True), matrix_found.asb, 0.8, (None, 65.0))


def test_shape_only_survey_says_what_it_is_not() -> None:
    said = worry_words.say_banner(found(shape_only=True))
    assert "Shape only: not figures of here." in said
    assert worry_words.BANNER in worry_words.say_banner(found())


def test_shape_only_survey_has_no_cut_but_the_middle(shape_found: MatrixFound) -> None:
    assert shape_found.matrix is not None
    assert shape_found.matrix.worry_cut == pytest.approx(np.median(WORRY))


def test_shape_only_figures_are_points_from_the_middle_everywhere(
    shape_found: MatrixFound, segments: Segments
) -> None:
    names = worry_tables.name_quadrants(shape_found.quadrants, shape_only=True)
    rows = gather(shape_found)
    middle = float(np.median(WORRY))
    assert rows["worry"].tolist() == pytest.approx((WORRY - middle).tolist())
    table = worry_tables.list_wards(rows, names, shape_only=True)
    assert not [name for name in table if "orry" in name]
    first = table.set_index("Code").loc[CODES[0]]
    assert first["Quadrant by kind of area"] == "▲ act and show it"
    assert first["Points from the middle"] == pytest.approx(70 - middle, abs=0.051)
    assert first["Points from the middle, likely range"] == "+15.8 to +23.7"
    facts = worry_words.describe(shape_found, "all districts")
    assert facts["Worry cut"] == "the middle of the wards"
    assert shape_found.matrix is not None
    said = " ".join(
        [
            table.to_csv(), str(facts), str(worry_tables.tips(rows, names, shape_only=True)),
            worry_words.say_legend(shape_found.matrix, SCORE, shape_only=True),
            worry_words.say_finding(shape_found.matrix, "all districts", shape_only=True),
            *(worry_words.say_ward(row, SCORE, released=False, shape_only=True)
              for _, row in rows.iterrows()),
        ]
    )  # fmt: skip
    assert not [figure for figure in (*ELSEWHERE, f"{middle:.1f}", f"{middle:.2f}")
                if f" {figure}" in said or f",{figure}" in said]  # fmt: skip
    assert "+19.8 points from the middle of the wards" in said
    assert "By kind of area, not by answers from here" in said


def test_shape_only_chart_holds_no_figure_of_a_ward(shape_found: MatrixFound) -> None:
    names = worry_tables.name_quadrants(shape_found.quadrants, shape_only=True)
    assert shape_found.matrix is not None
    chart = worry_charts.matrix_chart(
        gather(shape_found), worry_tables.middle_of(shape_found.matrix, shape_only=True), names,
        focus=CODES[0], chosen=None, said="",
        worry_title=worry_words.title_worry(SCORE, shape_only=True),
    ).to_dict()  # fmt: skip
    drawn = [row["worry"] for data in chart["datasets"].values() for row in data if "worry" in row]
    assert min(drawn) < 0 and max(drawn) < 28
    assert "By kind of area: act and show it" in str(chart)


def test_shape_only_survey_suggests_nothing_for_a_ward(
    shape_found: MatrixFound, segments: Segments
) -> None:
    table, _ = worry_tables.mix_table(
        segments, shape_found.quadrants, CODES[0], "act", shape_only=True
    )
    assert list(table) == ["Kind of area", "Residents"]


def test_shape_only_survey_has_no_reporting_gap(matrix_found: MatrixFound) -> None:
    assert find_gap(found(), matrix_found.asb) is not None
    assert find_gap(found(shape_only=True), matrix_found.asb) is None


def test_model_is_said_with_what_is_pooled_and_missing(segments: Segments) -> None:
    said = " ".join(worry_words.say_model(found(), segments, {CODES[0]: "Ward 1"}))
    assert "On average 40% of a ward's doubt comes from the model" in said
    assert "1 of 2 districts" in said
    assert "1 small areas with 300 residents: X00000001" in said
    # The multilevel model pools nothing.
    assert "drawn towards the mean" in said and "pooled" not in said
    other = replace(estimates(), method=Method.SYNTHETIC)
    said = " ".join(worry_words.say_model(found(estimates=other), segments, {}))
    assert "Farms (8, with all others)" in said and "drawn towards the mean" not in said


def test_model_names_wards_on_part_of_their_areas_and_those_without_any(
    segments: Segments,
) -> None:
    missing = pd.DataFrame(
        {"ward_code": [CODES[0], CODES[1], CODES[1]], "kind": "oa", "code": ["a", "b", "c"],
         "residents": 300.0}
    )  # fmt: skip
    names = {CODES[0]: "Aldham", CODES[1]: "Borley"}
    said = worry_words.say_model(found(), replace(segments, missing=missing), names)
    assert "**Resting on a part of their areas:** 1 of the wards: Aldham (1 missing)." in said
    assert (
        "**No estimate (no class for any of its areas):** 1 of the wards: Borley (2 missing)."
        in said
    )


def test_ward_that_is_put_nowhere_says_why(matrix_found: MatrixFound) -> None:
    values = WORRY.copy()
    values[1] = np.nan
    columns = ["code", "direct", "direct_low", "direct_high", "n", "modelled", "benchmarked",
               "shift"]  # fmt: skip
    made = replace(estimates(values), districts=pd.DataFrame(columns=columns))
    rates = shrink_rates(COUNTS, np.full(6, 5_000.0))
    matrix = place_in_matrix(rates, made.table, codes=CODES)
    missing = pd.DataFrame(
        {"ward_code": [CODES[1]] * 2, "kind": "oa", "code": ["b", "c"], "residents": 300.0}
    )
    held = found(estimates=made, missing=missing)
    there = replace(matrix_found, matrix=matrix, estimates=held)
    names = worry_tables.name_quadrants(there.quadrants)
    listed = worry_tables.list_wards(gather(there), names).set_index("Code")
    place = next(name for name in listed if "uadrant" in name)
    assert "(no class for any of its areas)" in listed.loc[CODES[1], place]
    assert "(no ASB figure)" in listed.loc[CODES[5], place]
    assert not listed.loc[CODES[0], place].endswith(")")
    record = worry_figures.to_record(there, WARDS, "")
    why = {row["code"]: row["why"] for row in record["wards"]}
    assert why[CODES[1]] == "no class for any of its areas" and why[CODES[5]] == "no ASB figure"
    assert record["missing_areas"] == [{"ward_code": CODES[1], "count": 2, "codes": ["b", "c"]}]


def test_check_on_held_out_answers_is_said_with_its_range() -> None:
    said = worry_words.say_gain(Gain(2.0, -0.5, 4.5, 2.1, True, 3_900))
    assert "3,900 answers were held back" in said
    assert "falls by 2.0 (90% range -0.5 to 4.5 squared points)" in said


def test_score_of_one_question_is_no_mean() -> None:
    said = worry_words.say_score(SURVEY)
    assert said == "The worry score is the one question: Worry about being insulted."
    more = replace(SURVEY, items=(*ITEMS, replace(ITEMS[0], name="fire", label="Worry about fire")))
    assert "the mean of 2 questions:" in worry_words.say_score(more)


def test_mix_says_what_is_left_out(matrix_found: MatrixFound, segments: Segments) -> None:
    table, said = worry_tables.mix_table(segments, matrix_found.quadrants, CODES[0], "act")
    assert table["Kind of area"].tolist() == ["Terraces"]
    assert "together 5%, are left out" in said
    assert "never kinds of people" in said


def test_young_people_hanging_about_are_never_beside_worry() -> None:
    keys = [measure.key for measure in side_measures(SURVEY)]
    assert keys == ["yes:seen", "yes:noise", "yes:agree"]


def test_ward_is_compared_with_all_wards_by_residents() -> None:
    side = worry_side_tables.compare_ward([found(), found(estimates=None, refused="No.")], CODES[0])
    assert side["value"].tolist() == [70.0]
    assert side["county"].tolist() == pytest.approx([WORRY.mean()])
    chart = worry_charts.side_chart(side, "Ward 1").to_dict()
    assert "Worry score 70, all wards 50" in chart["description"]


def test_gap_holds_map_and_list_to_the_same_order() -> None:
    gap = pd.DataFrame(
        {
            "code": CODES, "experience": 40.0, "experience_low": 30.0, "experience_high": 50.0,
            "asb": 5.0, "asb_low": 4.0, "asb_high": 6.0,
            "p_gap": [0.999, 0.2, 0.85, np.nan, 0.5, 0.1],
            "order": [1, 4, 2, 0, 3, 5], "likely": [True, False, True, False, False, False],
        }
    )  # fmt: skip
    rows = worry_side_tables.gather_gap(gap, WARDS, None)
    listed = worry_side_tables.list_gap(rows, "per cent")
    assert listed["Code"].tolist()[:3] == [CODES[0], CODES[2], CODES[4]]
    assert listed["Chance"].tolist()[:2] == ["over 99%", "85%"]
    assert worry_maps.classify_gap(rows).of_area.tolist() == [1, 0, 1, -1, 0, 0]
    assert ward_maps.first_ranks(rows)[CODES[2]] == 2
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


def test_experience_beside_worry_marks_worry_that_it_does_not_explain(
    matrix_found: MatrixFound,
) -> None:
    rows = gather(matrix_found)
    experience = found(
        Measure("yes:seen", "ASB seen", True, "experience", ("seen",)),
        estimates=estimates(np.array([60.0, 20.0, 18.0, 30.0, 40.0, 41.0])),
    )
    pairs = worry_side_tables.pair_experience(experience, rows, 0.8)
    assert pairs.loc[pairs["marked"], "code"].tolist() == [CODES[2]]
    assert "◆ 1 ward where worry is high" in worry_side_tables.say_pairs(pairs, 80)
    listed = worry_side_tables.list_sides([experience], rows)
    assert listed["Worry"].iloc[0].startswith("72 (")


def test_file_says_what_its_figures_are(matrix_found: MatrixFound) -> None:
    facts = worry_words.describe(matrix_found, "all districts")
    assert facts["What"] == worry_words.BANNER
    assert facts["ASB period"] == "January 2025 to December 2025"
    assert facts["Certainty"] == "80%"


def test_changes_are_counted_against_the_usual_setting() -> None:
    assert worry_words.say_changes(12, 280, usual=False).startswith("**12 of 280 wards**")
    assert "80% sure" in worry_words.say_changes(0, 280, usual=True)


def test_matrix_without_a_known_ward_draws_nothing() -> None:
    rates = shrink_rates(np.full(6, np.nan), np.full(6, 5_000.0))
    matrix: Matrix = place_in_matrix(rates, estimates().table, codes=CODES)
    assert matrix.counts["unknown"] == 6
