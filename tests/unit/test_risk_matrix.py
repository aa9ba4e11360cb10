"""The risk matrix: ranges until all is answered, hard rules, overrides, bad files."""

from pathlib import Path

import pytest

from analytics.cases import risk_matrix
from analytics.cases.configuration import UNSIGNED
from analytics.cases.risk_matrix import (
    RiskAnswerError,
    check_override,
    closes_by_itself,
    load_risk_matrix,
    score_risk,
)
from geodata.errors import FileNotReadableError, SettingsError

TABLE = {
    "how_often": {
        "only_time": 0, "occasional": 1, "monthly": 2, "weekly": 3, "most_days": 4, "daily": 5,
    },
    "linked": {"no": 0, "yes": 2},
    "worse": {"no": 0, "yes": 2},
    "targeted": {"no": 0, "community": 1, "group": 2, "you": 4},
    "hate": {"no": 0, "perceived": 3},
    "intimidation": {"no": 0, "known": 1, "has": 2, "now": 4},
    "raises_risk": {"no": 0, "yes": 3},
    "affected": {"none": 0, "little": 1, "moderate": 2, "a_lot": 3, "extremely": 5},
    "health": {"no": 0, "physical": 2, "mental": 2, "both": 4},
    "support": {"strong": 0, "some": 1, "none": 3},
    "others": {"no": 0, "family": 1, "wider": 2},
}  # fmt: skip
FILE = Path(risk_matrix.__file__).with_name("risk_matrix.toml")


@pytest.fixture(scope="module")
def matrix() -> risk_matrix.RiskMatrix:
    return load_risk_matrix()


def lowest_answers() -> dict[str, str]:
    return {question: next(iter(options)) for question, options in TABLE.items()}


def test_matrix_that_comes_with_the_product_is_the_illustrated_table(
    matrix: risk_matrix.RiskMatrix,
) -> None:
    assert {question.id: question.points for question in matrix.questions} == TABLE
    assert matrix.most_points == 37
    assert matrix.status == UNSIGNED == "illustrative - not policy - local sign-off needed"
    assert matrix.is_illustrative and matrix.version and matrix.valid_from


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "standard"), (11, "standard"), (12, "medium"), (21, "medium"), (22, "high"), (37, "high")],
)
def test_bands_change_at_12_and_22(matrix: risk_matrix.RiskMatrix, score: int, band: str) -> None:
    assert matrix.band_of(score) == band


def test_nothing_answered_is_the_whole_range_and_not_zero(matrix: risk_matrix.RiskMatrix) -> None:
    score = score_risk(matrix, {})
    assert (score.lowest, score.highest) == (0, 37)
    assert (score.lowest_band, score.highest_band) == ("standard", "high")
    assert score.words == "Score 0 to 37, 0 of 11 answered: standard to high risk."


def test_range_narrows_with_each_answer_until_it_is_one_score(
    matrix: risk_matrix.RiskMatrix,
) -> None:
    answers: dict[str, str] = {}
    before = score_risk(matrix, answers)
    for question, options in TABLE.items():
        answers[question] = list(options)[-1]
        now = score_risk(matrix, answers)
        assert before.lowest <= now.lowest <= now.highest <= before.highest
        assert now.answered == len(answers)
        before = now
    assert (before.lowest, before.highest) == (37, 37)
    assert before.words == "Score 37, 11 of 11 answered: high risk. Set by: Hate, as the " \
        "victim or anybody else sees it, so at least medium."  # fmt: skip


def test_worked_example_by_hand(matrix: risk_matrix.RiskMatrix) -> None:
    score = score_risk(matrix, {"how_often": "daily", "targeted": "you"})
    assert (score.lowest, score.highest) == (9, 37)
    all_low = lowest_answers() | {"how_often": "daily", "targeted": "you", "raises_risk": "yes"}
    assert score_risk(matrix, all_low).words == "Score 12, 11 of 11 answered: medium risk."


def test_an_empty_answer_is_unanswered(matrix: risk_matrix.RiskMatrix) -> None:
    assert score_risk(matrix, {"linked": ""}) == score_risk(matrix, {})


@pytest.mark.parametrize("fact", ["suicide_risk", "threat_to_life"])
def test_disclosed_risk_to_life_is_high_whatever_the_score(
    matrix: risk_matrix.RiskMatrix, fact: str
) -> None:
    score = score_risk(matrix, lowest_answers(), {fact})
    assert (score.lowest, score.lowest_band, score.highest_band) == (0, "high", "high")
    assert "so at least high" in score.words


def test_hate_is_at_least_medium_by_answer_or_by_fact(matrix: risk_matrix.RiskMatrix) -> None:
    answered = score_risk(matrix, lowest_answers() | {"hate": "perceived"})
    assert (answered.highest, answered.lowest_band, answered.highest_band) == (
        3,
        "medium",
        "medium",
    )
    known = score_risk(matrix, lowest_answers(), {"hate"})
    assert (known.lowest_band, known.highest_band) == ("medium", "medium")
    high = score_risk(matrix, {q: list(o)[-1] for q, o in TABLE.items()})
    assert high.lowest_band == "high"


def test_hate_not_asked_leaves_medium_possible(matrix: risk_matrix.RiskMatrix) -> None:
    answers = lowest_answers()
    del answers["hate"]
    score = score_risk(matrix, answers)
    assert (score.highest, score.lowest_band, score.highest_band) == (3, "standard", "medium")


@pytest.mark.parametrize(
    ("answers", "facts"),
    [({"linked": "maybe"}, ()), ({"colour": "no"}, ()), ({}, ("rain",))],
)
def test_what_the_matrix_does_not_have_is_refused(
    matrix: risk_matrix.RiskMatrix, answers: dict[str, str], facts: tuple[str, ...]
) -> None:
    with pytest.raises(RiskAnswerError):
        score_risk(matrix, answers, facts)


def test_override_up_needs_a_reason_and_down_a_supervisor_as_well(
    matrix: risk_matrix.RiskMatrix,
) -> None:
    low = score_risk(matrix, lowest_answers())
    check_override(low, "high", "Knows where she works", may_lower=False)
    for reason in ("", "  "):
        with pytest.raises(RiskAnswerError, match="needs a reason"):
            check_override(low, "high", reason, may_lower=True)
    everything = score_risk(matrix, {q: list(o)[-1] for q, o in TABLE.items()})
    with pytest.raises(RiskAnswerError, match="needs a supervisor"):
        check_override(everything, "medium", "Moved away", may_lower=False)
    check_override(everything, "medium", "Moved away", may_lower=True)
    with pytest.raises(RiskAnswerError, match="cannot be set to standard"):
        check_override(everything, "standard", "Moved away", may_lower=True)
    with pytest.raises(RiskAnswerError, match="standard, medium, high"):
        check_override(low, "gold", "Why not", may_lower=True)


def test_picking_below_the_top_of_a_range_is_lowering(matrix: risk_matrix.RiskMatrix) -> None:
    unanswered = score_risk(matrix, {})
    with pytest.raises(RiskAnswerError, match="needs a supervisor"):
        check_override(unanswered, "medium", "A guess", may_lower=False)
    check_override(unanswered, "high", "To be careful", may_lower=False)


@pytest.mark.parametrize("fact", ["suicide_risk", "threat_to_life"])
def test_nobody_lowers_a_risk_to_life(matrix: risk_matrix.RiskMatrix, fact: str) -> None:
    score = score_risk(matrix, lowest_answers(), {fact})
    with pytest.raises(RiskAnswerError, match="cannot be set"):
        check_override(score, "medium", "He says he is fine", may_lower=True)


def test_high_never_closes_by_itself() -> None:
    assert [closes_by_itself(band) for band in risk_matrix.BANDS] == [True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points = 5 },\n]", "points = -5 },\n]", r"line 34, questions number 1 options number 6"),
        ('version = "illustration 1"\n', "", r"version: Field required"),
        ("from = 22", "from = 12", "each from a higher score"),
        ('name = "medium"', 'name = "amber"', "bands are, in order, standard, medium, high"),
        ('answer = "perceived"', 'answer = "maybe"', "names answer 'maybe'"),
        ('question = "hate"', 'question = "fate"', "names question 'fate'"),
        ('at_least = "medium"', 'at_least = "amber"', "accepted: standard, medium, high"),
        ('id = "linked"', 'id = "worse"', "a different id each"),
        ('status = "', 'colour = "red"\nstatus = "', r"line \d+, colour: Extra inputs"),
    ],
)
def test_bad_file_says_where_and_what_is_accepted(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "own.toml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_risk_matrix(path)


def test_file_that_is_not_toml_says_its_line(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("version = 1\nbands = (", encoding="utf-8")
    with pytest.raises(FileNotReadableError, match=r"own\.toml: .*line 2"):
        load_risk_matrix(path)


def test_any_change_of_the_file_gives_another_fingerprint(
    tmp_path: Path, matrix: risk_matrix.RiskMatrix
) -> None:
    path = tmp_path / "own.toml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert load_risk_matrix(path).content_hash == matrix.content_hash
    path.write_text(text + "\n", encoding="utf-8")
    assert load_risk_matrix(path).content_hash != matrix.content_hash
