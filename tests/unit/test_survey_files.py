"""Reading answers: scores, weights, quarters, places, and everything that is refused."""

import datetime as dt

import pandas as pd
import pytest

from geodata.errors import ColumnsMissingError, ReferenceDataMissingError
from geodata.faults import Faults
from geodata.sources.survey import SurveyFrames, read_survey_file
from geodata.sources.survey_estimates import read_estimates_file
from geodata.sources.survey_mapping import parse_survey_mapping
from geodata.sources.survey_places import SurveyPlaces

TODAY = dt.date(2026, 11, 21)
PLACES = SurveyPlaces(
    districts={"e06000035": "E06000035", "medway": "E06000035", "e07000105": "E07000105"},
    wards={"E05000001": "E06000035", "E05000002": "E07000105"},
    small_areas={"E00000001": "E01000001", "E01000001": "E05000001"},
    segments={"E00000001": "6c", "E01000001": "1a"},
    segment_codes=frozenset({"6c", "1a", "2/Urban"}),
)
MAPPING = """
[survey]
name = "Example"
classification = "OAC 2021 group"
complete_to = 2026-09-30
[columns]
respondent = "id"
weight = "wt"
date = "when"
district = "la"
segment = "seg"
[dates]
formats = ["%d/%m/%Y"]
[translate.district]
"Medway Towns" = "E06000035"
[items.insult]
column = "q1"
label = "Insults"
role = "worry"
in_score = true
scale = [1, 2, 3, 4]
yes = [1, 2]
missing = [8, 9]
[items.noise]
column = "q2"
label = "Noise"
role = "driver"
range = [-2, 2]
"""


def table(**changes: list[str]) -> pd.DataFrame:
    given = {
        "id": ["a1", "a2", "a3"], "wt": ["1.5", "0.5", "1"],
        "when": ["01/07/2026", "30/09/2026", "31/03/2026"],
        "la": ["Medway", "E07000105", "medway towns"], "seg": ["6c", "1a", ""],
        "q1": ["1", "4.0", "9"], "q2": ["-2", "1", ""],
    }  # fmt: skip
    frame = pd.DataFrame({**given, **changes}, dtype="str")
    frame.index = pd.Index(range(2, len(frame) + 2), name="row")
    return frame


def read(
    frame: pd.DataFrame, mapping: str = MAPPING, places: SurveyPlaces = PLACES
) -> tuple[SurveyFrames, Faults]:
    faults = Faults()
    frames = read_survey_file(
        frame, parse_survey_mapping(mapping), faults, "x.csv", places, today=TODAY
    )
    return frames, faults


def test_answers_become_scores_and_places_codes() -> None:
    frames, faults = read(table())
    assert faults.count == 0
    people = frames.respondents
    assert people["weight"].tolist() == [1.5, 0.5, 1.0]
    assert people["quarter"].tolist() == ["2026-Q3", "2026-Q3", "2026-Q1"]
    assert people["district_code"].tolist() == ["E06000035", "E07000105", "E06000035"]
    assert people["segment_code"].tolist() == ["6c", "1a", ""]
    assert frames.complete_to == dt.date(2026, 9, 30)
    insult = frames.answers[frames.answers["item"] == "insult"]
    assert insult["score"].tolist() == [100.0, 0.0]
    assert insult["yes"].tolist() == [1.0, 0.0]
    noise = frames.answers[frames.answers["item"] == "noise"]
    assert noise["score"].tolist() == [0.0, 75.0]
    assert noise["yes"].isna().all()
    assert ("no segment", 1) in faults.notes


def test_words_of_answers_are_read_without_regard_to_capitals_where_that_is_one_answer() -> None:
    mapping = MAPPING.replace("scale = [1, 2, 3, 4]", 'scale = ["Very worried", "Not", "NOT"]')
    mapping = mapping.replace("yes = [1, 2]", 'yes = ["Very worried"]')
    mapping = mapping.replace("missing = [8, 9]", 'missing = ["Refused"]')
    frames, faults = read(table(q1=["very  WORRIED", "refused", "Not"]), mapping)
    assert faults.count == 0
    insult = frames.answers[frames.answers["item"] == "insult"]
    assert insult[["score", "yes"]].to_numpy().tolist() == [[100.0, 1.0], [50.0, 0.0]]
    # 'not' could be either of two answers.
    assert read(table(q1=["Very worried", "not", "NOT"]), mapping)[1].rows == {3}


def test_date_that_is_not_read_is_told_the_form_by_an_example() -> None:
    _, faults = read(table(when=["2026-07-01", "30/09/2026", "31/03/2026"]))
    assert faults.by_reason()[0][1] == "a date such as 02/04/2026"
    assert any(not count for _, count in read(table(), MAPPING.replace(
        "complete_to = 2026-09-30", ""))[1].notes)  # fmt: skip


def test_number_of_a_respondent_is_the_same_in_every_file_and_says_nothing() -> None:
    first, _ = read(table())
    again, _ = read(table().iloc[[2, 0]])
    assert set(again.respondents["respondent"]) < set(first.respondents["respondent"])
    assert first.respondents["respondent"].between(0, 2**62).all()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("wt", "", "a weight above 0"),
        ("wt", "-1", "a weight above 0"),
        ("wt", "0", "a weight above 0"),
        ("wt", "inf", "a weight above 0"),
        ("q1", "5", "one of 1, 2, 3, 4, or for missing one of 8, 9"),
        ("q2", "2.5", "a number from -2 to 2"),
        ("q2", "high", "a number from -2 to 2"),
        ("when", "", "a date such as"),
        ("when", "2026-13-01", "a date such as"),
        ("when", "01/07/1926", "a date from 1980 on"),
        ("when", "01/07/2027", "no date after 21 November 2026"),
        ("la", "Elsewhere", "the code or name of a district"),
        ("seg", "9z", "a segment of OAC 2021 group"),
        ("id", "", "a reference is needed"),
        ("id", "a2", "each respondent once"),
    ],
)
def test_row_with_a_fault_is_refused_and_named(column: str, value: str, said: str) -> None:
    frame = table()
    frame.loc[2 if value != "a2" else 4, column] = value
    frames, faults = read(frame)
    ((found, reason, count, _),) = faults.by_reason()
    assert (found, count) == (column, 1)
    assert said in reason
    assert len(frames.respondents) == 2
    assert set(frames.answers["respondent"]) <= set(frames.respondents["respondent"])


def test_fault_never_says_a_reference_a_small_area_or_free_text() -> None:
    mapping = MAPPING.replace('district = "la"', 'place = "la"')
    secret = "Mr Quagga of 12 Quenby Road complained"
    frame = table(la=["E00000009", "E00000001", ""], q1=[secret, "1", "2"], id=["a1", "a1", "a3"])
    _, faults = read(frame, mapping)
    shown = faults.to_frame()["value"].tolist()
    assert len(shown) == 3
    assert not any(text in value for value in shown for text in ("a1", "E0000", "Quagga"))


def test_small_area_gives_ward_district_and_segment() -> None:
    mapping = MAPPING.replace('district = "la"\nsegment = "seg"', 'place = "la"')
    frames, faults = read(table(la=["E00000001", "E01000001", "E05000002"]), mapping)
    assert faults.count == 0
    people = frames.respondents
    assert people["ward_code"].tolist() == ["E05000001", "E05000001", "E05000002"]
    assert people["district_code"].tolist() == ["E06000035", "E06000035", "E07000105"]
    assert people["segment_code"].tolist() == ["6c", "1a", ""]


def test_several_columns_make_a_segment_and_one_blank_makes_none() -> None:
    mapping = MAPPING.replace('segment = "seg"\n', '').replace(
        "[dates]", '[segment]\ncolumns = ["f", "u"]\n[translate.u]\n1 = "Urban"\n[dates]'
    )  # fmt: skip
    frames, faults = read(table(f=["2", "2.0", ""], u=["1", "1", "1"]), mapping)
    assert faults.count == 0
    assert frames.respondents["segment_code"].tolist() == ["2/Urban", "2/Urban", ""]


def test_ward_of_another_district_than_the_row_says_is_refused() -> None:
    mapping = MAPPING.replace('district = "la"', 'district = "la"\nward = "w"')
    _, faults = read(table(w=["E05000001", "E05000001", ""]), mapping)
    assert [reason for _, reason, _, _ in faults.by_reason()] == ["the district of the row's ward"]


def test_day_of_the_last_interview_stands_in_for_the_end_of_fieldwork() -> None:
    frames, faults = read(table(), MAPPING.replace("complete_to = 2026-09-30\n", ""))
    assert (frames.complete_to, frames.last_day) == (None, dt.date(2026, 9, 30))
    assert any("the mapping does not say" in note for note, _ in faults.notes)


@pytest.mark.parametrize("form", ["2026-Q3", "2026 Q3", "Q3 2026", "2026q3"])
def test_quarters_are_read_in_their_usual_forms(form: str) -> None:
    mapping = MAPPING.replace('date = "when"', 'quarter = "when"')
    frames, _ = read(table(when=[form] * 3), mapping)
    assert set(frames.respondents["quarter"]) == {"2026-Q3"}
    _, faults = read(table(when=[form, "summer", form]), mapping)
    assert faults.count == 1


def test_missing_column_and_missing_areas_are_said() -> None:
    with pytest.raises(ColumnsMissingError, match="'wt2'"):
        read(table().rename(columns={"wt": "wt2"}))
    with pytest.raises(ReferenceDataMissingError, match="boundaries first"):
        read(table(), places=SurveyPlaces())


ESTIMATES = """
[survey]
name = "County poll"
kind = "estimates"
reach = "{reach}"
[columns]
area = "Area"
item = "Question"
period = "Year"
value = "Percent"
low = "From"
high = "To"
respondents = "Asked"
[items.agree]
label = "Police and council deal with ASB that matters"
role = "confidence"
[translate.item]
"Deal with ASB" = "agree"
"""


def estimates(**changes: list[str]) -> pd.DataFrame:
    given = {
        "Area": ["", "Medway", "E05000001"], "Question": ["agree", "Deal with ASB", "agree"],
        "Year": ["2025", "2025", "2025"], "Percent": ["57.8%", "50", "61"],
        "From": ["55", "", ""], "To": ["60", "", ""], "Asked": ["1,200", "300", ""],
    }  # fmt: skip
    frame = pd.DataFrame({**given, **changes}, dtype="str")
    frame.index = pd.Index(range(2, len(frame) + 2), name="row")
    return frame


def test_ready_estimates_are_read_by_area_question_and_time() -> None:
    faults = Faults()
    mapping = parse_survey_mapping(ESTIMATES.format(reach="area"))
    rows = read_estimates_file(estimates(), mapping, faults, "x.csv", PLACES)
    assert faults.count == 0
    assert rows["kind"].tolist() == ["county", "district", "ward"]
    assert rows["code"].tolist() == ["", "E06000035", "E05000001"]
    assert rows["value"].tolist() == [57.8, 50.0, 61.0]
    assert rows.loc[0, ["low", "high", "respondents"]].tolist() == [55.0, 60.0, 1200.0]


def test_self_selected_figures_lose_their_range() -> None:
    faults = Faults()
    mapping = parse_survey_mapping(ESTIMATES.format(reach="indicative"))
    rows = read_estimates_file(estimates(), mapping, faults, "x.csv", PLACES)
    assert rows[["low", "high"]].isna().all(axis=None)
    assert faults.notes[0][1] == 1


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Percent", "", "a number from 0 to 100"), ("Percent", "101", "a number from 0 to 100"),
        ("From", "58", "within its range"), ("Area", "Atlantis", "district or ward"),
        ("Question", "other", "a question of the mapping"), ("Year", "", "a time"),
        ("Asked", "many", "a whole number"),
    ],
)  # fmt: skip
def test_estimate_with_a_fault_is_refused(column: str, value: str, said: str) -> None:
    faults = Faults()
    frame = estimates()
    frame.loc[2, column] = value
    mapping = parse_survey_mapping(ESTIMATES.format(reach="area"))
    assert len(read_estimates_file(frame, mapping, faults, "x.csv", PLACES)) == 2
    assert said in faults.by_reason()[0][1]
