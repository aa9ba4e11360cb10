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
from analytics.worry.matrix import Matrix, place_in_matrix
from analytics.worry.measures import Measure
from analytics.worry.sample import Method
from dashboard.components import (
    signal_tables,
    ward_maps,
    worry_axis,
    worry_charts,
    worry_maps,
    worry_tables,
    worry_words,
)
from dashboard.components.quadrant_style import LOOKS
from dashboard.services import worry_figures
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import (
    MatrixFound,
    find_gap,
    find_matrix,
)
from tests.made_worry import (
    CODES,
    COUNTS,
    ITEMS,
    SCORE,
    SURVEY,
    WARDS,
    WORRY,
    axis_of,
    estimates,
    found,
    make_matrix,
)


@pytest.fixture
def matrix_found() -> MatrixFound:
    return make_matrix()


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
    axis = worry_axis.asb_axis(matrix_found.asb, matrix_found.quadrants)
    for quadrant in LOOKS:
        rows = gather(matrix_found, quadrant)
        expected = {
            code for code, place in zip(CODES, rows["quadrant"], strict=True) if place == quadrant
        }
        classes = worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), axis.names)
        assert {c for c, at in zip(CODES, classes.of_area, strict=True) if at > -2} == expected
        assert set(worry_tables.list_wards(rows, axis)["Code"]) == expected
        chart = worry_charts.matrix_chart(
            rows, (10.0, 50.0), axis, focus=None, chosen=quadrant, worry_title="Worry", said=""
        ).to_dict()
        drawn = {
            row["code"]
            for data in chart["datasets"].values()
            for row in data
            if row.get("shown") and row.get("word")
        }
        known = {code for code in expected if np.isfinite(rows.set_index("code").loc[code, "x"])}
        assert drawn == known


def test_quadrants_are_said_with_their_numbers(matrix_found: MatrixFound) -> None:
    matrix = matrix_found.matrix
    assert matrix is not None
    said = worry_words.say_finding(matrix, "all districts", axis_of(matrix_found))
    assert matrix.counts == {
        "act": 1, "quiet": 1, "reassure": 1, "keep": 1, "close": 1, "unknown": 1,
    }  # fmt: skip
    assert "**1** (20% of those with both figures) are too close to call: 1 on both." in said
    assert "1 lack a figure" in said


def test_district_is_said_with_its_own_wards_alone(matrix_found: MatrixFound) -> None:
    assert matrix_found.matrix is not None
    inside = worry_tables.look_at(matrix_found.matrix, WARDS, "X07000001")
    assert sum(inside.counts.values()) == len(inside.table) == 3
    said = worry_words.say_finding(inside, "North", axis_of(matrix_found))
    assert said.startswith("Of **3 wards** in North")
    assert "too close" not in said and "lack" not in said
    assert worry_tables.look_at(matrix_found.matrix, WARDS, None) is matrix_found.matrix


def test_released_ward_without_a_figure_says_so(matrix_found: MatrixFound) -> None:
    row = gather(matrix_found).set_index("code").loc[CODES[5]]
    axis = axis_of(matrix_found)
    assert "no released figure" in worry_words.say_ward(row, SCORE, axis, released=True)


def test_unit_of_worry_is_that_of_its_measure(matrix_found: MatrixFound) -> None:
    row = gather(matrix_found).set_index("code").loc[CODES[0]]
    share = Measure("yes:insult", "Worried", True, "worry", ("insult",))
    axis = axis_of(matrix_found)
    assert "Worry **70.0** of 100" in worry_words.say_ward(row, SCORE, axis, released=False)
    assert "Worry **70.0** per cent" in worry_words.say_ward(row, share, axis, released=False)
    assert "Worry, per cent: **70.0**" in worry_words.say_focus(row, share, axis)
    assert worry_words.title_worry(share) == "Worried, per cent"


def test_chance_of_a_quadrant_is_that_of_both_sides(matrix_found: MatrixFound) -> None:
    row = gather(matrix_found).set_index("code").loc[CODES[2]]
    assert row["quadrant"] == "reassure"
    assert row["chance"] == pytest.approx((1 - row["p_x_high"]) * row["p_worry_high"])


def test_map_draws_hatch_signals_and_ring(matrix_found: MatrixFound) -> None:
    axis = worry_axis.asb_axis(matrix_found.asb, matrix_found.quadrants)
    rows = gather(matrix_found)
    signals = pd.DataFrame(
        {"id": [17], "title": ["Fire"], "kind": ["crime"], "happened_on": [dt.date(2026, 10, 1)],
         "ends_on": [None], "state": ["running"], "source": [""], "radius_m": [500.0],
         "easting": [571_000.0], "northing": [151_000.0], "ward_code": [CODES[0]]}
    )  # fmt: skip
    deck = ward_maps.build_map(
        WARDS, worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), axis.names),
        worry_maps.mark_wards(rows, worry_tables.tips(rows, axis), CODES[1]),
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


ELSEWHERE = [f"{figure:.1f}" for figure in WORRY if np.isfinite(figure)]


@pytest.fixture
def shape_found(matrix_found: MatrixFound) -> MatrixFound:
    return find_matrix(found(shape_only=True), matrix_found.asb, 0.8, (None, 65.0))


def test_shape_only_survey_says_what_it_is_not(matrix_found: MatrixFound) -> None:
    said = worry_words.say_banner(replace(matrix_found, estimates=found(shape_only=True)))
    assert "Shape only: not figures of here." in said and worry_words.BANNER not in said
    assert worry_words.BANNER in worry_words.say_banner(matrix_found)


def test_shape_only_survey_has_no_cut_but_the_middle(shape_found: MatrixFound) -> None:
    assert shape_found.matrix is not None
    assert shape_found.matrix.worry_cut == pytest.approx(np.median(WORRY))


def test_shape_only_figures_are_points_from_the_middle_everywhere(
    shape_found: MatrixFound, segments: Segments
) -> None:
    axis = worry_axis.asb_axis(shape_found.asb, shape_found.quadrants, shape_only=True)
    rows = gather(shape_found)
    middle = float(np.median(WORRY))
    assert rows["worry"].tolist() == pytest.approx((WORRY - middle).tolist())
    table = worry_tables.list_wards(rows, axis, shape_only=True)
    assert not [name for name in table if "orry" in name]
    first = table.set_index("Code").loc[CODES[0]]
    assert first["Quadrant by kind of area"] == "▲ act and show it"
    assert first["Points from the middle"] == pytest.approx(70 - middle, abs=0.051)
    assert first["Points from the middle, likely range"] == "+15.8 to +23.7"
    facts = worry_words.describe(shape_found, "all districts", axis)
    assert facts["Worry cut"] == "the middle of the wards"
    assert shape_found.matrix is not None
    said = " ".join(
        [
            table.to_csv(), str(facts), str(worry_tables.tips(rows, axis, shape_only=True)),
            worry_words.say_legend(shape_found.matrix, SCORE, axis, shape_only=True),
            worry_words.say_finding(shape_found.matrix, "all districts", axis, shape_only=True),
            *(worry_words.say_ward(row, SCORE, axis, released=False, shape_only=True)
              for _, row in rows.iterrows()),
            *(worry_words.say_focus(row, SCORE, axis, shape_only=True)
              for _, row in rows.iterrows()),
            worry_words.say_answer(shape_found.matrix, "all districts", axis, shape_only=True),
        ]
    )  # fmt: skip
    assert not [figure for figure in (*ELSEWHERE, f"{middle:.1f}", f"{middle:.2f}")
                if f" {figure}" in said or f",{figure}" in said]  # fmt: skip
    assert "+19.8 points from the middle of the wards" in said
    assert "By kind of area, not by answers from here" in said


def test_shape_only_chart_holds_no_figure_of_a_ward(shape_found: MatrixFound) -> None:
    axis = worry_axis.asb_axis(shape_found.asb, shape_found.quadrants, shape_only=True)
    assert shape_found.matrix is not None
    chart = worry_charts.matrix_chart(
        gather(shape_found), worry_tables.middle_of(shape_found.matrix, shape_only=True), axis,
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
    assert "On average 40% of what is unsure of a ward" in said
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
    axis = worry_axis.asb_axis(there.asb, there.quadrants)
    listed = worry_tables.list_wards(gather(there), axis).set_index("Code")
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


def test_file_says_what_its_figures_are(matrix_found: MatrixFound) -> None:
    facts = worry_words.describe(matrix_found, "all districts", axis_of(matrix_found))
    assert facts["What"] == worry_words.BANNER
    assert facts["ASB period"] == "January 2025 to December 2025"
    assert facts["Certainty"] == "80%"


def test_matrix_without_a_known_ward_draws_nothing() -> None:
    rates = shrink_rates(np.full(6, np.nan), np.full(6, 5_000.0))
    matrix: Matrix = place_in_matrix(rates, estimates().table, codes=CODES)
    assert matrix.counts["unknown"] == 6
