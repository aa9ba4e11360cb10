"""Tables, sentences and charts of survey figures, as data."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.worry.measures import list_measures
from analytics.worry.quarters import rolling_year
from dashboard.components import survey_charts, survey_tables
from dashboard.services.survey import SurveyFigures, SurveyHead
from geodata.survey_items import Item

ITEMS = (
    Item("insult", "Worry about insults", "How worried?", "worry", "Very worried", True),
    Item("litter", "Litter", "How big?", "driver", "A big problem"),
)
HEAD = SurveyHead(7, "Test", "microdata", "area", "", "", dt.date(2026, 9, 30), ITEMS, False)
MEASURES = {one.key: one for one in list_measures(ITEMS)}
NAN = float("nan")


def rows(*given: tuple[object, ...]) -> pd.DataFrame:
    columns = [
        "code", "n", "n_eff", "deff", "value", "low", "high", "margin", "refused", "before",
        "before_low", "before_high", "change",
    ]  # fmt: skip
    return pd.DataFrame(given, columns=columns).assign(points=NAN)


COUNTY = rows(
    ("", 700, 560.0, 1.25, 40.0, 36.0, 44.0, 4.0, "", 41.0, 37.0, 45.0, "no clear change")
)
DISTRICTS = rows(
    ("A", 300, 240.0, 1.25, 30.0, 25.0, 35.0, 5.0, "", 45.0, 40.0, 50.0, "less"),
    ("B", 90, 70.0, 1.3, NAN, NAN, NAN, NAN, "Fewer than 100 effective respondents",
     NAN, NAN, NAN, ""),
    ("C", 310, 250.0, 1.24, 50.0, 45.0, 55.0, 5.0, "", 36.0, 31.0, 41.0, "more"),
)  # fmt: skip
QUARTERS = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
FOUND = SurveyFigures(
    survey=HEAD,
    measure=MEASURES["yes:insult"],
    year=rolling_year(QUARTERS, dt.date(2026, 9, 30)),
    before=None,
    county=COUNTY,
    districts=DISTRICTS,
    years=pd.DataFrame(
        {
            "label": ["one", "two"], "last": [dt.date(2026, 6, 30), dt.date(2026, 9, 30)],
            "value": [NAN, 40.0], "low": [NAN, 36.0], "high": [NAN, 44.0],
            "complete": [False, True], "missing": ["April to June 2025", ""],
        }
    ),
    everything=pd.DataFrame(
        {
            "key": ["worry"], "label": ["Worry score"], "role": ["worry"], "is_share": [False],
            "n": [700], "value": [40.0], "low": [36.0], "high": [44.0], "refused": [""],
        }
    ),
    contrasts=pd.DataFrame(
        {
            "label": ["Litter", "Noise"], "n_yes": [200, 50], "n_no": [500, 650],
            "yes": [50.0, NAN], "no": [36.0, 40.0], "difference": [14.0, NAN],
            "low": [10.0, NAN], "high": [18.0, NAN], "is_clear": [True, False],
            "refused": ["", "Fewer than 100 effective respondents"],
        }
    ),
    asked=710,
    unanswered=10,
)  # fmt: skip
NAMES = {"A": "Alderby", "B": "Brackmoor", "C": "Corlton"}


def test_districts_stand_highest_first_and_refused_last_with_a_reason() -> None:
    table = survey_tables.district_table(FOUND, NAMES)
    assert table["Place"].tolist() == ["All respondents", "Corlton", "Alderby", "Brackmoor"]
    assert table["Figure"].tolist() == ["40.0%", "50.0%", "30.0%", "no figure"]
    assert table["Change"].tolist() == ["No clear change", "Higher", "Lower", "Not compared"]
    assert table["Why no figure"].iloc[-1].startswith("Fewer than 100")
    styled = survey_tables.grey_refused(table).to_html()
    assert styled.count("font-style: italic") == 1


def test_columns_that_say_nothing_are_left_out() -> None:
    county = COUNTY.assign(change="", before=NAN)
    table = survey_tables.district_table(
        replace(FOUND, county=county, districts=DISTRICTS.iloc[:0]), NAMES
    )
    assert not {"Change", "Year before", "Why no figure"} & set(table.columns)
    survey_tables.grey_refused(table).to_html()


def test_sentence_gives_figure_range_margin_and_change() -> None:
    said = survey_tables.say_finding(FOUND, "C", "Corlton")
    assert "Worry about insults: very worried, Corlton: 50.0%" in said
    assert "likely range 45.0% to 55.0%, plus or minus 5.0" in said
    assert "A year before: 36.0%; **higher**" in said
    refused = survey_tables.say_finding(FOUND, "B", "Brackmoor")
    assert "no figure for Brackmoor" in refused and "(70)" in refused
    assert "nobody in Z was asked" in survey_tables.say_finding(FOUND, "Z", "Z")


def test_sample_gives_effective_number_design_effect_and_margin() -> None:
    said = survey_tables.say_sample(FOUND, None)
    assert "700 respondents, effective number 560, design effect 1.25" in said
    assert "10 more gave no answer" in said and "plus or minus 4.14 points" in said
    assert survey_tables.say_sample(FOUND, "Z") == ""


def test_figure_refused_below_100_rounds_down_so_that_it_reads_below() -> None:
    close = rows(
        ("A", 130, 99.7, 1.3, NAN, NAN, NAN, NAN, "Fewer than 100 effective respondents", NAN,
         NAN, NAN, "")
    )  # fmt: skip
    found = replace(FOUND, districts=close)
    assert "(99)" in survey_tables.say_finding(found, "A", "Alderby")
    assert survey_tables.district_table(found, NAMES)["Effective"].iloc[-1] == 99


def test_worry_states_its_questions_and_an_item_its_wording() -> None:
    assert "mean of 1 question: Worry about insults." in survey_tables.say_items(
        HEAD, MEASURES["worry"]
    )
    assert "“How worried?” The figure is the per cent" in survey_tables.say_items(
        HEAD, MEASURES["yes:insult"]
    )
    assert "Mean score" in survey_tables.say_items(HEAD, MEASURES["score:litter"])


def test_chance_is_said_beside_the_number_of_clear_changes() -> None:
    assert survey_tables.say_chance(FOUND).startswith("2 of 2 districts changed clearly")
    assert survey_tables.say_chance(replace(FOUND, districts=DISTRICTS.iloc[:0])) == ""


def test_incomplete_year_names_its_missing_quarters() -> None:
    year = rolling_year(QUARTERS[:1] + QUARTERS[2:], dt.date(2026, 9, 30))
    assert "January to March 2026" in survey_tables.say_incomplete(replace(FOUND, year=year))


def test_contrasts_give_points_and_reasons_and_never_a_cause() -> None:
    table = survey_tables.contrast_table(FOUND)
    assert table["Difference"].tolist() == ["+14.0", "no figure"]
    assert table["Clear?"].tolist() == ["Yes", ""]
    assert "need not be cause" in survey_tables.say_contrasts(FOUND)
    unclear = FOUND.contrasts.assign(is_clear=False)
    assert "No problem" in survey_tables.say_contrasts(replace(FOUND, contrasts=unclear))
    lower = FOUND.contrasts.assign(difference=-3.0)
    assert "Clear differences: Litter." in survey_tables.say_contrasts(
        replace(FOUND, contrasts=lower)
    )


def test_ready_table_without_ranges_has_no_column_of_them() -> None:
    ready = pd.DataFrame(
        {
            "kind": ["district", "district", "ward"], "code": ["A", "B", "W"], "item": "insult",
            "label": "Worry about insults", "period": "2026", "value": [47.0, 48.0, NAN],
            "low": NAN, "high": NAN, "respondents": [1200.0, NAN, NAN],
            "refused": ["", "", "Too fine"], "change": "",
        }
    )  # fmt: skip
    table = survey_tables.ready_table(ready, NAMES)
    assert "Likely range" not in table and "Change" not in table
    assert table["Figure"].tolist() == ["47.0", "48.0", "no figure"]
    assert table["Respondents"].tolist() == ["1,200", "number not known", ""]
    assert table["Why no figure"].tolist() == ["", "", "Too fine"]


def test_district_chart_shows_change_by_shape_and_leaves_out_the_refused() -> None:
    chart = survey_charts.district_chart(FOUND, NAMES, survey_tables.CHANGES, "Title").to_dict()
    sent = [row for rows in chart["datasets"].values() for row in rows if "place" in row]
    assert [row["place"] for row in sent] == ["Corlton", "Alderby"]
    shapes = [
        layer["encoding"]["shape"]["scale"] for layer in chart["layer"]
        if "shape" in layer.get("encoding", {})
    ]  # fmt: skip
    assert shapes == [{"domain": ["Higher", "Lower"], "range": ["triangle-up", "triangle-down"]}]
    assert "2 districts" in chart["description"]


def test_year_chart_says_which_year_is_incomplete() -> None:
    chart = survey_charts.year_chart(FOUND, "Title").to_dict()
    (sent,) = chart["datasets"].values()
    assert [row["said"] for row in sent] == ["Incomplete: April to June 2025", ""]
    assert sent[0]["value"] is None


@pytest.mark.parametrize(
    ("value", "share", "said"), [(NAN, True, "no figure"), (4.04, False, "4.0")]
)
def test_values_in_words(value: float, share: bool, said: str) -> None:
    assert survey_tables.say_value(value, is_share=share) == said
    assert survey_tables.say_range_of(np.nan, 3.0, is_share=share) == ""


def test_file_is_named_after_number_and_measure() -> None:
    assert survey_tables.file_name(FOUND) == "wardlight-survey-7-yes-insult.csv"


def test_district_chart_says_what_its_marks_compare_and_marks_the_chosen_district() -> None:
    found = replace(FOUND, districts=DISTRICTS.iloc[[0, 2]])
    drawn = survey_charts.district_chart(
        found, NAMES, survey_tables.CHANGES, "Title", "A"
    ).to_dict()
    said = json.dumps(drawn)
    assert said.count('"title": "Against a year before"') >= 3
    rows = [row for data in drawn["datasets"].values() for row in data if "place" in row]
    assert {row["place"]: row["is_chosen"] for row in rows} == {
        "Alderby (chosen)": True, "Corlton": False,
    }  # fmt: skip
    assert any(layer["mark"].get("strokeWidth") == 14 for layer in drawn["layer"])
    plain = survey_charts.district_chart(found, NAMES, survey_tables.CHANGES, "Title").to_dict()
    assert not any(layer["mark"].get("strokeWidth") == 14 for layer in plain["layer"])


def test_table_sets_each_district_against_all_respondents_in_words() -> None:
    apart = pd.DataFrame(
        {"apart": [-10.0, NAN, 10.0], "apart_low": [-15.0, NAN, 5.0],
         "apart_high": [-5.0, NAN, 15.0], "standing": ["less", "", "more"]},
        index=DISTRICTS.index,
    )  # fmt: skip
    found = replace(FOUND, districts=pd.concat([DISTRICTS, apart], axis=1))
    table = survey_tables.district_table(found, NAMES).set_index("Place")
    assert table["Against all respondents"].to_dict() == {
        "All respondents": "", "Corlton": "Higher: +10.0 (+5.0 to +15.0)",
        "Alderby": "Lower: -10.0 (-15.0 to -5.0)", "Brackmoor": "",
    }  # fmt: skip
    said = survey_tables.say_against_all(found)
    assert "part of all answers" in said and "2 of 2 districts clearly" in said
    assert survey_tables.say_against_all(FOUND) == ""
    assert "Against all respondents" not in survey_tables.district_table(FOUND, NAMES)
