"""How high is the risk in a case, as a range until every question is answered?

The matrix (questions, points, bands, hard rules) is a dated file that a domain owner changes and
a supervisor signs off; until then its status goes with every score. An unanswered question is
not a zero: the score runs from the fewest to the most points that its answer could give, and the
band is the range of bands between them.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analytics.cases.configuration import UNSIGNED, check_configuration, read_configuration
from geodata.errors import UserFacingError

BANDS = ("standard", "medium", "high")
"""Bands from lowest to highest."""

SUBJECT = "risk assessment matrix"
NEVER_CLOSES_BY_ITSELF = "high"
"""The band whose cases stay listed until a person confirms that they are over."""


class RiskAnswerError(UserFacingError):
    """An answer, a fact or an override of a risk assessment is not accepted."""


class Option(BaseModel):
    """One answer and its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_0-9]*$")
    text: str = Field(min_length=1)
    points: int = Field(ge=0, le=100)


class Question(BaseModel):
    """One question with the answers that can be picked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_0-9]*$")
    text: str = Field(min_length=3)
    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _answers_differ(self) -> Self:
        if len({option.id for option in self.options}) < len(self.options):
            raise ValueError("two options have the same id; accepted: a different id each")
        return self

    @property
    def points(self) -> dict[str, int]:
        """Points by id of the answer."""
        return {option.id: option.points for option in self.options}


class Band(BaseModel):
    """A band and the lowest score in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str
    lowest: int = Field(alias="from", ge=0)


class Rule(BaseModel):
    """A fact that sets a lowest band, whatever the score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_0-9]*$")
    text: str = Field(min_length=3)
    at_least: str
    question: str = ""
    answer: str = ""


class RiskMatrix(BaseModel):
    """A matrix: when it holds, its status, its questions, bands and hard rules.

    Attributes
    ----------
    version, status, source : str
        What it is called, whether it is policy, and where it comes from.
    valid_from : date
        First day on which it holds.
    bands : tuple of Band
        standard from 0, medium and high from higher scores.
    questions : tuple of Question
        The questions in order.
    rules : tuple of Rule
        Facts that set a lowest band.
    content_hash : str
        Fingerprint of the file, by which it is signed off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1)
    valid_from: dt.date
    status: str = Field(min_length=3)
    source: str = Field(min_length=3)
    bands: tuple[Band, ...]
    questions: tuple[Question, ...] = Field(min_length=1, max_length=40)
    rules: tuple[Rule, ...] = ()
    content_hash: str = ""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if tuple(band.name for band in self.bands) != BANDS:
            raise ValueError(f"bands are, in order, {', '.join(BANDS)}")
        starts = [band.lowest for band in self.bands]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("bands start from 0 and each from a higher score than the last")
        questions = {question.id: question for question in self.questions}
        if len(questions) < len(self.questions):
            raise ValueError("two questions have the same id; accepted: a different id each")
        if len({rule.id for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules have the same id; accepted: a different id each")
        for rule in self.rules:
            if rule.at_least not in BANDS:
                raise ValueError(
                    f"rule {rule.id!r} has at_least {rule.at_least!r}; accepted: {', '.join(BANDS)}"
                )
            if not rule.question and not rule.answer:
                continue
            if rule.question not in questions:
                raise ValueError(f"rule {rule.id!r} names question {rule.question!r}: none has it")
            if rule.answer not in questions[rule.question].points:
                raise ValueError(f"rule {rule.id!r} names answer {rule.answer!r}: none has it")
        return self

    @property
    def is_illustrative(self) -> bool:
        """True while the file itself says that it is not policy."""
        return self.status == UNSIGNED

    @property
    def most_points(self) -> int:
        """The highest score there can be."""
        return sum(max(question.points.values()) for question in self.questions)

    def band_of(self, score: int) -> str:
        """Give the band of a score."""
        return [band.name for band in self.bands if band.lowest <= score][-1]


@dataclass(frozen=True)
class RiskScore:
    """What the answers so far come to.

    Attributes
    ----------
    lowest, highest : int
        Fewest and most points that the score can still have.
    lowest_band, highest_band : str
        The bands between which it lies, hard rules included; the same once all is answered.
    answered, questions : int
        How many questions are answered, of how many.
    floor : str
        Lowest band that the hard rules leave; ``standard`` without any.
    because : tuple of str
        Hard rules that hold, in words.
    """

    lowest: int
    highest: int
    lowest_band: str
    highest_band: str
    answered: int
    questions: int
    floor: str = "standard"
    because: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say score, answers and bands in one sentence."""
        points = (
            f"{self.lowest}" if self.lowest == self.highest else f"{self.lowest} to {self.highest}"
        )
        band = say_bands(self.lowest_band, self.highest_band)
        why = f" Set by: {'; '.join(self.because)}." if self.because else ""
        return f"Score {points}, {self.answered} of {self.questions} answered: {band}.{why}"


def say_bands(lowest: str, highest: str) -> str:
    """Say a band or a range of bands, such as 'standard to high risk'."""
    return f"{lowest} risk" if lowest == highest else f"{lowest} to {highest} risk"


def load_risk_matrix(path: Path | None = None) -> RiskMatrix:
    """Read and check a matrix.

    Parameters
    ----------
    path : Path, optional
        A local TOML file; without it the illustration that comes with the product.

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If it is not a matrix; every fault is named with its line and key.
    """
    file = read_configuration(path, "risk_matrix.toml", SUBJECT)
    matrix = check_configuration(RiskMatrix, file, SUBJECT)
    return matrix.model_copy(update={"content_hash": file.content_hash})


def score_risk(
    matrix: RiskMatrix, answers: Mapping[str, str], facts: Collection[str] = ()
) -> RiskScore:
    """Score the answers given so far.

    Parameters
    ----------
    matrix : RiskMatrix
    answers : mapping of str to str
        Id of a question: id of the answer. A question that is not here, or has an empty answer,
        is unanswered and counts as anything from its fewest to its most points.
    facts : collection of str, optional
        Ids of the hard rules that are known to hold, such as ``suicide_risk``.

    Returns
    -------
    RiskScore
        A hard rule of an unanswered question raises only the higher end of the band.

    Raises
    ------
    RiskAnswerError
        If a question, an answer or a fact is not in the matrix.

    Examples
    --------
    Only 'daily' (5) and 'you' (4) answered: 9 points now, and 28 more are possible, so the score
    is 9 to 37 and the band standard to high.
    """
    given = {question: answer for question, answer in answers.items() if answer}
    known = {question.id for question in matrix.questions}
    rules = {rule.id for rule in matrix.rules}
    if unknown := sorted((set(given) - known) | (set(facts) - rules)):
        raise _not_accepted(f"The matrix has no {unknown[0]!r}.")
    lowest = highest = 0
    for question in matrix.questions:
        points = question.points
        answer = given.get(question.id)
        if answer is not None and answer not in points:
            raise _not_accepted(f"{question.id!r} takes {', '.join(points)}, not {answer!r}.")
        lowest += min(points.values()) if answer is None else points[answer]
        highest += max(points.values()) if answer is None else points[answer]
    holds = find_rules(matrix, given, facts)
    could = [rule for rule in matrix.rules if rule.question and rule.question not in given]
    floor = highest_of(rule.at_least for rule in holds)
    low = highest_of((matrix.band_of(lowest), floor))
    return RiskScore(
        lowest=lowest,
        highest=highest,
        lowest_band=low,
        highest_band=highest_of((matrix.band_of(highest), low, *(rule.at_least for rule in could))),
        answered=len(given),
        questions=len(matrix.questions),
        floor=floor,
        because=tuple(f"{rule.text}, so at least {rule.at_least}" for rule in holds),
    )


def find_rules(
    matrix: RiskMatrix, answers: Mapping[str, str], facts: Collection[str]
) -> list[Rule]:
    """Give the hard rules that hold, known as a fact or by the answer to their question."""
    return [
        rule
        for rule in matrix.rules
        if rule.id in facts or (rule.question and answers.get(rule.question) == rule.answer)
    ]


def needs_lowering(score: RiskScore, band: str) -> bool:
    """Say whether an override is below what the answers could still come to."""
    return BANDS.index(band) < BANDS.index(score.highest_band)


def check_override(score: RiskScore, band: str, reason: str, *, may_lower: bool) -> None:
    """Refuse an override that the rules do not allow.

    Parameters
    ----------
    score : RiskScore
        What the answers come to.
    band : str
        The band that a professional puts instead.
    reason : str
        Why; needed both ways.
    may_lower : bool
        Whether they may lower a band against the score.

    Raises
    ------
    RiskAnswerError
        Without a reason; for a band below the score without that right; for a band below what a
        hard rule sets, for anybody.
    """
    if band not in BANDS:
        raise _not_accepted(f"The band is one of {', '.join(BANDS)}, not {band!r}.")
    if not reason.strip():
        raise RiskAnswerError(
            "An override needs a reason.",
            "It replaces what the answers come to.",
            "Write in a sentence why, and save again.",
        )
    if BANDS.index(band) < BANDS.index(score.floor):
        raise RiskAnswerError(
            f"The risk cannot be set to {band}.",
            f"{'; '.join(score.because)}, whatever the score.",
            f"Leave it at {score.floor} or higher.",
        )
    if needs_lowering(score, band) and not may_lower:
        raise RiskAnswerError(
            "Lowering a risk band needs a supervisor.",
            f"The answers come to {say_bands(score.lowest_band, score.highest_band)}; "
            f"{band} is below that.",
            "Ask a supervisor to lower it, or answer the remaining questions.",
        )


def closes_by_itself(band: str) -> bool:
    """Say whether a case of this band may leave the list without a person confirming it."""
    return band != NEVER_CLOSES_BY_ITSELF


def highest_of(bands: Iterable[str]) -> str:
    """Give the highest of some bands; standard of none."""
    return max(bands, key=BANDS.index, default=BANDS[0])


def _not_accepted(detail: str) -> RiskAnswerError:
    return RiskAnswerError(
        "A risk assessment is not accepted.",
        detail,
        "Open the case again and answer the questions as they are shown.",
    )
