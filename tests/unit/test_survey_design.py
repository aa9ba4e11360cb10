"""Strata and sampling points of a survey file: what is read, suggested, refused and kept."""

import datetime as dt

import pandas as pd
import pytest

from geodata.errors import MappingError
from geodata.faults import Faults
from geodata.sources.survey import read_survey_file
from geodata.sources.survey_draft import suggest_survey_mapping
from geodata.sources.survey_mapping import parse_survey_mapping
from geodata.sources.survey_places import SurveyPlaces

TODAY = dt.date(2026, 11, 21)
PLACES = SurveyPlaces(districts={"e06000035": "E06000035"})
MAPPING = """
[survey]
name = "Example"
[columns]
weight = "wt"
quarter = "qtr"
district = "la"
stratum = "strat"
cluster = "psu"
[items.insult]
column = "q1"
label = "Insults"
role = "worry"
scale = [1, 2]
"""


def table(**changes: list[str]) -> pd.DataFrame:
    given = {
        "wt": ["1"] * 6, "qtr": ["2026-Q1"] * 4 + ["2026-Q2"] * 2, "la": ["E06000035"] * 6,
        "strat": ["Urban", "Urban", "urban", "Rural", "Urban", "Urban"],
        "psu": ["5", "5.0", "6", "5", "5", "6"], "q1": ["1", "2", "1", "2", "1", "1"],
    }  # fmt: skip
    frame = pd.DataFrame({**given, **changes}, dtype="str")
    frame.index = pd.Index(range(2, len(frame) + 2), name="row")
    return frame


def read(frame: pd.DataFrame, mapping: str = MAPPING) -> tuple[pd.DataFrame, Faults]:
    faults = Faults()
    parsed = parse_survey_mapping(mapping, today=TODAY)
    frames = read_survey_file(frame, parsed, faults, "x.csv", PLACES, today=TODAY)
    return frames.respondents, faults


def number(keys: pd.Series) -> list[int]:
    return pd.factorize(keys)[0].tolist()


def test_point_lies_within_its_stratum_and_both_within_their_quarter() -> None:
    people, faults = read(table())
    assert faults.count == 0
    assert number(people["stratum_key"]) == [0, 0, 0, 1, 2, 2]
    assert number(people["cluster_key"]) == [0, 0, 1, 2, 3, 4]


def test_mapping_can_say_that_points_stay_the_same() -> None:
    people, _ = read(table(), MAPPING.replace("[columns]", "same_points = true\n[columns]"))
    assert number(people["stratum_key"]) == [0, 0, 0, 1, 0, 0]
    assert number(people["cluster_key"]) == [0, 0, 1, 2, 0, 1]


def test_no_label_is_kept_and_the_same_label_is_the_same_in_a_later_file() -> None:
    people, _ = read(table(psu=["Quenby Road"] * 4 + ["Elm Close"] * 2))
    kept = people.to_csv().casefold()
    assert "quenby" not in kept and "urban" not in kept and "elm" not in kept
    later, _ = read(table(psu=["Quenby Road"] * 6).iloc[:2])
    assert later["cluster_key"].iloc[0] == people["cluster_key"].iloc[0]
    other, _ = read(table(psu=["Quenby Road"] * 6), MAPPING.replace("Example", "Another"))
    assert not set(other["cluster_key"]) & set(people["cluster_key"])


def test_file_without_either_column_keeps_neither() -> None:
    people, faults = read(table(), MAPPING.replace('stratum = "strat"\ncluster = "psu"\n', ""))
    assert people[["stratum_key", "cluster_key"]].isna().all(axis=None) and not faults.notes


def test_blank_point_is_refused_and_its_neighbours_are_not_shown() -> None:
    people, faults = read(table(psu=["5", "", "6", "5", "5", "6"]))
    ((column, said, count, _),) = faults.by_reason()
    assert (column, count, len(people)) == ("psu", 1, 5) and "code of a sampling point" in said


def test_design_that_says_little_is_noted() -> None:
    _, faults = read(table(psu=list("abcdef")))
    notes = dict(faults.notes)
    assert notes["every respondent has a sampling point of their own: is it the right column?"] == 6
    _, faults = read(table())
    (note,) = [said for said, rows in faults.notes if rows == 1]
    assert "drawn in a stratum with one sampling point" in note


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"psu"', '"age_group"', "no trait of a person"),
        ('"strat"', '"ethnicity"', "no trait of a person"),
        ('stratum = "strat"\ncluster = "psu"\n', "", "same_points needs"),
        ('name = "Example"', 'name = "Example"\ncomplete_to = 2026-11-22',
         "[survey] complete_to is 22 November 2026, which is still to come"),
        ('"Insults"', '"Ring 01632 960123"', "[items.insult] label seems to hold a telephone"),
        ('"Insults"', '"Insults at 12 Quenby Road"', "[items.insult] label seems to hold an addr"),
        ('"Insults"', '"Insults near ZZ99 3AA"', "[items.insult] label seems to hold a postcode"),
        ('role = "worry"', 'role = "worry"\nquestion = "Do you know Mrs Quagga?"',
         "[items.insult] question seems to hold a name"),
        ('role = "worry"', 'role = "worry"\nyes_label = "Yes, ask x@example.org"',
         "[items.insult] yes_label seems to hold an e-mail address"),
        ("scale = [1, 2]", 'scale = ["Yes", "Mr Quagga"]', "[items.insult] scale seems to hold"),
        ("[columns]", 'about = "Write to x@example.org"\n[columns]', "[survey] about seems to"),
    ],
)  # fmt: skip
def test_what_a_mapping_may_not_say_is_named_with_its_place(
    before: str, after: str, said: str
) -> None:
    text = MAPPING.replace("[columns]", "same_points = true\n[columns]").replace(before, after)
    with pytest.raises(MappingError) as error:
        parse_survey_mapping(text, "survey.toml", today=TODAY)
    assert error.value.detail.startswith("'survey.toml': ") and said in error.value.detail
    assert "Quagga" not in error.value.detail and "960123" not in error.value.detail


def test_survey_may_be_complete_to_today() -> None:
    text = MAPPING.replace("[columns]", "complete_to = 2026-11-21\n[columns]")
    assert parse_survey_mapping(text, today=TODAY).survey.complete_to == TODAY


def drafted(**changes: list[str]) -> str:
    rows = 40
    frame = pd.DataFrame(
        {
            "PSU_ID": [str(row // 4) for row in range(rows)],
            "Strata": [str(row // 20) for row in range(rows)],
            "wt": ["1"] * rows, "la": ["E06000035"] * rows, "qtr": ["2026-Q1"] * rows,
            "q1": ["1", "2"] * (rows // 2), **changes,
        }
    )  # fmt: skip
    return suggest_survey_mapping(frame, "x.csv")


def test_columns_that_look_like_strata_and_points_are_suggested() -> None:
    said = drafted()
    assert 'stratum = "Strata"' in said and 'cluster = "PSU_ID"' in said
    assert "# same_points = true" in said and "[items.strata]" not in said
    mapping = parse_survey_mapping(said.replace("CHECK name of the survey", "Example"))
    assert mapping.columns["cluster"] == "PSU_ID" and not mapping.survey.same_points


def test_column_of_that_name_that_cannot_be_it_is_not_suggested() -> None:
    said = drafted(PSU_ID=[str(row) for row in range(40)], Strata=["1"] * 40)
    assert "cluster =" not in said and "stratum =" not in said and "same_points" not in said


def test_label_with_a_personal_detail_is_not_printed_in_a_draft() -> None:
    frame = pd.DataFrame({"wt": ["1"] * 4, "q1": ["1", "2"] * 2})
    frame.attrs["labels"] = {"q1": "Ring Mrs Quagga on 01632 960123"}
    said = suggest_survey_mapping(frame, "x.csv")
    assert 'label = "q1"' in said and "Quagga" not in said
