"""Drafts of surveys: scales and yeses from words only where the words say them."""

import pandas as pd
import pytest

from geodata.sources.survey_answer_words import find_yes, order_answers
from geodata.sources.survey_draft import suggest_survey_mapping
from geodata.sources.survey_mapping import SurveyMapping, parse_survey_mapping

WORRY = ["Very worried", "Fairly worried", "Not very worried", "Not at all worried"]
PROBLEM = ["Very big problem", "Fairly big problem", "Not a very big problem", "Not a problem"]


def draft(
    answers: dict[str, list[str]], labels: dict[str, dict[str, str]] | None = None
) -> tuple[str, SurveyMapping]:
    rows = max(len(column) for column in answers.values())
    answers = {name: (column * rows)[:rows] for name, column in answers.items()}
    frame = pd.DataFrame({"wt": ["1"] * rows, "la": ["A"] * rows, **answers}, dtype="str")
    frame.attrs = {"value_labels": labels or {}}
    text = suggest_survey_mapping(frame, "x.csv")
    return text, parse_survey_mapping(text.replace('"CHECK name of the survey"', '"Example"'))


@pytest.mark.parametrize(
    "words",
    [
        WORRY,
        PROBLEM,
        ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"],
        ["Strongly agree", "Tend to agree", "Tend to disagree", "Strongly disagree"],
        ["Very unsafe", "A bit unsafe", "Fairly safe", "Very safe"],
        ["Not at all safe", "Not very safe", "Fairly safe", "Very safe"],
        ["Very likely", "Likely", "Unlikely", "Very unlikely"],
        ["Always", "Often", "Sometimes", "Rarely", "Never"],
        ["Yes", "No"],
        ["A big problem", "A bit of a problem", "No problem"],
    ],
)
def test_words_are_put_in_order_from_any_order(words: list[str]) -> None:
    for given in (words, words[::-1], sorted(words)):
        assert order_answers(given, dict(zip(given, given, strict=True))) == (words, True)


@pytest.mark.parametrize(
    "words",
    [["Red", "Blue"], ["Telephone", "Online", "Very worried"], ["Very good", "Very bad", "Ok"]],
)
def test_order_that_words_do_not_say_is_not_made_up(words: list[str]) -> None:
    assert order_answers(words, dict(zip(words, words, strict=True))) == (words, False)


@pytest.mark.parametrize(
    ("words", "count", "said"),
    [
        (WORRY, 2, "Very or fairly worried"),
        (PROBLEM, 2, "Very or fairly big problem"),
        (["Yes", "No"], 1, "Yes"),
        (["Worried", "Not worried"], 1, "Worried"),
        (["Strongly agree", "Agree", "Disagree"], 2, "Strongly agree or agree"),
        (["Very safe", "Not at all safe"], 1, "Very safe"),
        (["Excellent", "Good", "Fair", "Poor"], 0, ""),
        (["Yes, often", "Yes, once", "No"], 0, ""),
        (["Very worried", "Not very worried", "Not at all worried"], 0, ""),
        (["Safe", "Unsafe"], 0, ""),
        (["Very worried", "", "", "Not worried"], 0, ""),
    ],
)
def test_yes_is_drafted_where_words_say_it_and_never_else(
    words: list[str], count: int, said: str
) -> None:
    codes = [str(number + 1) for number in range(len(words))]
    assert find_yes(codes, dict(zip(codes, words, strict=True))) == (codes[:count], said)


def test_draft_takes_one_code_of_two_answers_and_writes_none_without_labels() -> None:
    text, mapping = draft(
        {"seen": ["1", "2"], "litter": ["1", "2", "3", "4"], "bare": ["1", "2"]},
        {
            "seen": {"1": "Yes", "2": "No"},
            "litter": dict(zip("4321", PROBLEM, strict=True)),
        },
    )
    assert mapping.items["seen"].yes == ("1",) and mapping.items["seen"].yes_label == "Yes"
    # Codes that run the other way are turned, so that the biggest problem is 100.
    assert mapping.items["litter"].scale == ("4", "3", "2", "1")
    assert mapping.items["litter"].yes == ("4", "3")
    assert mapping.items["litter"].yes_label == "Very or fairly big problem"
    assert mapping.items["bare"].yes == () and "worried" not in text.lower().replace("worry", "")


def test_answers_in_words_become_a_scale_or_are_named_as_not_used() -> None:
    text, mapping = draft(
        {
            "insult": [*WORRY, "fairly worried", "Don't know"] * 2,
            "town": ["Alderby", "Brackmoor"],
            "why": [f"because of number {row}" for row in range(12)],
        }
    )
    assert mapping.items["insult"].scale == tuple(WORRY)
    assert mapping.items["insult"].missing == ("Don't know",)
    assert set(mapping.items) == {"insult"}
    assert "# Not used: answers are words whose order is not known: town, why" in text
    assert "Alderby" not in text and "because" not in text


def test_odd_word_among_numbers_is_asked_about_and_drops_no_column() -> None:
    text, mapping = draft({"q1": ["1", "2", "3", "4"] * 5 + ["Refused", "see Quagga"]})
    assert mapping.items["q1"].scale == ("1", "2", "3", "4")
    assert mapping.items["q1"].missing == ("Refused",)
    assert "CHECK: 1 of 22 answers are words" in text and "Quagga" not in text
    assert "q1" not in draft({"q1": ["1", "2", "0.5"] * 4, "q2": ["1", "2"]})[1].items


def test_words_of_a_trait_or_a_person_are_never_drafted() -> None:
    text, mapping = draft(
        {"q1": ["1", "2"], "q2": ["Male", "Female"] * 4, "q4": ["1", "2"],
         "q3": ["Very good, ring 01632 960123", "Not good"] * 4},
        {"q4": {"1": "Male", "2": "Female"}},
    )  # fmt: skip
    assert set(mapping.items) == {"q1"} and "960123" not in text


def test_dates_that_read_both_ways_are_marked() -> None:
    text, mapping = draft({"date": ["01/02/2026", "03/04/2026"], "q1": ["1", "2"]})
    assert 'formats = ["%d/%m/%Y"]  # CHECK: day first is taken' in text
    assert mapping.dates.formats == ("%d/%m/%Y",)
    assert "day first" not in draft({"date": ["2026-02-01"], "q1": ["1", "2"]})[0]
