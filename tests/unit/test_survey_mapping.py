"""The mapping file of a survey: what it may say, and what is refused with which words."""

import pytest

from geodata.errors import MappingError
from geodata.sources.area_classes import READY as READY_CLASSES
from geodata.sources.area_classes import load_class_mapping, parse_class_mapping
from geodata.sources.survey_mapping import (
    READY,
    SurveyMapping,
    load_survey_mapping,
    parse_survey_mapping,
    say_code,
)

SURVEY = '[survey]\nname = "Example"\n'
COLUMNS = '[columns]\nweight = "wt"\ndistrict = "la"\ndate = "when"\n'
ITEM = '[items.insult]\ncolumn = "q1"\nlabel = "Insults"\nrole = "worry"\nscale = [1, 2, 3]\n'


def parse(*parts: str) -> SurveyMapping:
    return parse_survey_mapping("".join(parts), "survey.toml")


def test_scale_runs_from_100_to_0_in_its_order() -> None:
    mapping = parse(SURVEY, COLUMNS, ITEM, "yes = [1]\nmissing = [8, 9]\n")
    assert mapping.items["insult"].scores == {"1": 100.0, "2": 50.0, "3": 0.0}
    assert mapping.questions[0].yes_label == "Yes"
    own = parse(SURVEY, COLUMNS, ITEM.replace("[1, 2, 3]", "{often = 100, 2 = 80, never = 0}"))
    assert own.items["insult"].scores == {"often": 100.0, "2": 80.0, "never": 0.0}


def test_same_text_has_the_same_digest_and_another_has_another() -> None:
    assert parse(SURVEY, COLUMNS, ITEM).digest == parse(SURVEY, COLUMNS, ITEM).digest
    assert parse(SURVEY, COLUMNS, ITEM).digest != parse(SURVEY, COLUMNS, ITEM, "yes=[1]").digest


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((SURVEY, COLUMNS.replace("weight", "wieght"), ITEM), "nearest accepted is 'weight'"),
        ((SURVEY, COLUMNS, ITEM.replace("scale", "scael")), "nearest accepted is 'scale'"),
        ((SURVEY.replace("name", "nmae"), COLUMNS, ITEM), "nearest accepted is 'name'"),
        ((SURVEY, COLUMNS.replace('weight = "wt"\n', ""), ITEM), "does not name weight"),
        ((SURVEY, "unweighted = true\n", COLUMNS, ITEM), "only one can be"),
        ((SURVEY, COLUMNS.replace('district = "la"\n', ""), ITEM), "none of district, ward"),
        ((SURVEY, COLUMNS.replace('date = "when"\n', ""), ITEM), "neither date nor quarter"),
        ((SURVEY, COLUMNS + 'quarter = "q"\n', ITEM), "date and quarter"),
        ((SURVEY, COLUMNS + 'segment = "s"\n', ITEM), "classification"),
        ((SURVEY, 'reach = "national"\n', COLUMNS, ITEM), "accepted are area, shape only"),
        ((SURVEY, COLUMNS, ITEM.replace('"worry"', '"wory"')), "nearest accepted is 'worry'"),
        ((SURVEY, COLUMNS, ITEM.replace("[1, 2, 3]", "[1]")), "fewer than two"),
        ((SURVEY, COLUMNS, ITEM.replace("scale = [1, 2, 3]\n", "")), "a scale or a range"),
        ((SURVEY, COLUMNS, ITEM, "range = [0, 1]\n"), "a scale or a range"),
        ((SURVEY, COLUMNS, ITEM, "yes = [4]\n"), "which its scale does not have"),
        ((SURVEY, COLUMNS, ITEM, "missing = [3, 9]\n"), "and as missing"),
        ((SURVEY, COLUMNS, ITEM.replace("[1, 2, 3]", "{1 = 120, 2 = 0}")), "outside 0 to 100"),
        ((SURVEY, COLUMNS, ITEM.replace("items.insult", 'items."Q 1"')), "no name of a question"),
        ((SURVEY, COLUMNS, ITEM.replace('column = "q1"\n', "")), "does not name its column"),
        ((SURVEY, COLUMNS, ITEM.replace("Insults", "Youths hanging about")), "never a driver"),
        ((SURVEY, COLUMNS, ITEM.replace("Insults", "Respondent age")), "traits of a person"),
        ((SURVEY, COLUMNS), "items"),
        ((SURVEY, COLUMNS, ITEM, "[translate.distrct]\nA = 'B'\n"), "nearest accepted is 'distr"),
        ((SURVEY, 'kind = "estimates"\n[columns]\nitem = "i"\n', ITEM), "does not name value"),
        (("[survey\n",), "not TOML"),
    ],
)
def test_what_is_not_accepted_is_named(parts: tuple[str, ...], said: str) -> None:
    with pytest.raises(MappingError) as error:
        parse(*parts)
    assert said in error.value.detail
    assert "survey.toml" in error.value.detail


def test_draft_and_missing_file_are_refused() -> None:
    with pytest.raises(MappingError, match="still a draft"):
        parse(SURVEY.replace("Example", "CHECK name"), COLUMNS, ITEM)
    with pytest.raises(MappingError, match="cannot be read"):
        load_survey_mapping("no-such-file.toml")
    with pytest.raises(MappingError, match="cannot be read"):
        load_class_mapping("no-such-file.toml")


@pytest.mark.parametrize("name", READY)
def test_ready_survey_mapping_is_accepted_and_drives_nothing_from_young_people(name: str) -> None:
    mapping = load_survey_mapping(name)
    assert any(item.in_score for item in mapping.questions)
    assert mapping.survey.reach == "shape only"
    # shared/data/README.md: the file is under the older version.
    assert "Open Government Licence v2.0" in mapping.survey.licence


@pytest.mark.parametrize("name", READY_CLASSES)
def test_ready_class_mapping_names_every_code_it_can_make(name: str) -> None:
    mapping = load_class_mapping(name)
    made = set(mapping.translate[mapping.classification.columns[0]].values())
    assert {code.split("/")[0] for code in mapping.names} == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[classification]\nname = 'X'\n", "columns"),
        ("[classification]\nname = 'X'\ncolumns = ['a']\n[translate.b]\n1 = '2'\n", "no column"),
        (
            "[classification]\nname = 'X'\ncolumns = ['a']\nparent = 'p'\n[translate.b]\n1 = '2'\n",
            "no column",
        ),
        ("[klass]\n", "klass"),
        ("[", "not TOML"),
    ],
)
def test_class_mapping_that_is_not_accepted_is_named(text: str, said: str) -> None:
    with pytest.raises(MappingError) as error:
        parse_class_mapping(text)
    assert said in error.value.detail


def test_codes_are_compared_without_a_point() -> None:
    assert [say_code(one) for one in ("1.0", " 1 ", 1, 1.5, "Yes ")] == [
        "1", "1", "1", "1.5", "Yes",
    ]  # fmt: skip
