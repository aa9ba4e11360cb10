"""Whatever a survey file holds: rows are conserved, scores lie in 0 to 100, quarters are real."""

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import Faults
from geodata.sources.survey import read_survey_file
from geodata.sources.survey_mapping import parse_survey_mapping
from geodata.sources.survey_places import SurveyPlaces

MAPPING = parse_survey_mapping(
    """
[survey]
name = "Example"
[columns]
weight = "wt"
date = "when"
district = "la"
[items.scaled]
column = "q1"
label = "Scaled"
scale = [1, 2, 3, 4]
yes = [1]
missing = [9]
[items.ranged]
column = "q2"
label = "Ranged"
range = [10, -5]
"""
)
PLACES = SurveyPlaces(districts={"e06000035": "E06000035"})
TEXT = st.one_of(
    st.sampled_from(
        ["", "1", "1.0", "4", "9", "-5", "10", "2026-01-31", "E06000035", "nan", "inf"]
    ),
    st.text(max_size=6),
    st.floats(allow_nan=True).map(str),
)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT), min_size=1, max_size=8)


@settings(max_examples=120, deadline=None)
@given(ROWS)
def test_rows_are_stored_or_refused_and_scores_lie_in_range(rows: list[tuple[str, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["wt", "when", "la", "q1", "q2"], dtype="str")
    frame.index = pd.Index(range(2, len(frame) + 2), name="row")
    faults = Faults()
    frames = read_survey_file(frame, MAPPING, faults, "x.csv", PLACES, today=dt.date(2026, 11, 21))
    people, answers = frames.respondents, frames.answers
    assert len(people) + faults.count == len(frame)
    assert people["respondent"].is_unique
    assert (people["weight"] > 0).all()
    assert people["quarter"].str.fullmatch(r"\d{4}-Q[1-4]").all()
    assert people["district_code"].isin(["", "E06000035"]).all()
    assert answers["score"].between(0, 100).all()
    assert set(answers["respondent"]) <= set(people["respondent"])
    assert answers["yes"].dropna().isin([0, 1]).all()


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(4)), st.lists(st.sampled_from("12349 "), min_size=4, max_size=4))
def test_order_of_the_rows_does_not_count(order: list[int], answers: list[str]) -> None:
    frame = pd.DataFrame(
        {
            "wt": ["1", "2", "3", "4"], "when": "2026-01-31", "la": "E06000035",
            "q1": [one.strip() for one in answers], "q2": ["10", "-5", "0", ""],
        },
        dtype="str",
    )  # fmt: skip
    frame.index = pd.Index(range(2, 6), name="row")
    plain = read_survey_file(frame, MAPPING, Faults(), "x.csv", PLACES)
    moved = read_survey_file(frame.iloc[list(order)], MAPPING, Faults(), "x.csv", PLACES)
    keys = ["respondent", "item"]
    pd.testing.assert_frame_equal(
        plain.answers.sort_values(keys, ignore_index=True),
        moved.answers.sort_values(keys, ignore_index=True),
    )
