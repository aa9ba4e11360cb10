"""What lies along the horizontal side of the matrix: its unit, its time and its words.

Recorded ASB has the names and tactics that are configured. Another figure of the survey has plain
words instead, such as high worry with low confidence, and no tactic.
"""

from dataclasses import dataclass

from analytics.worry.configuration import Quadrants
from dashboard.components.quadrant_style import LOOKS
from dashboard.services.worry import EstimatesFound, WardAsb

BY_KIND = "By kind of area"
PLACES = ("act", "quiet", "reassure", "keep")
SIDE_WORDS = {
    "experience": ("much ASB met", "little ASB met"),
    "confidence": ("high confidence", "low confidence"),
}
"""What high and low are called of a figure by its role; others are called by their label."""


@dataclass(frozen=True)
class Axis:
    """The horizontal side.

    Attributes
    ----------
    title : str
        What is measured, in what, of which months.
    short : str
        The same for a column.
    high, low : str
        What a ward on either side of the cut has, such as 'high ASB'.
    word : str
        What a ward can be too close on.
    names, meanings : dict of str to str
        By quadrant; a meaning is '' where the name says all.
    from_survey : bool
        True if it is a figure of the survey, False if it is recorded ASB.
    """

    title: str
    short: str
    high: str
    low: str
    word: str
    names: dict[str, str]
    meanings: dict[str, str]
    from_survey: bool = False

    @property
    def why(self) -> dict[str, str]:
        """Say on which side a ward is too close, by the matrix's own reasons."""
        return {"ASB": f"on {self.word}", "worry": "on worry", "both": "on both"}


def asb_axis(asb: WardAsb, words: Quadrants, *, shape_only: bool = False) -> Axis:
    """Describe recorded ASB along the side, with the names and meanings that are configured.

    Of a survey of other places or times they hold by kind of area only.
    """
    names = {each: words.advice_of(each).name for each in LOOKS}
    meanings = {each: words.advice_of(each).meaning for each in PLACES}
    if shape_only:
        names |= {each: f"{BY_KIND}: {names[each].lower()}" for each in PLACES}
        meanings = dict.fromkeys(PLACES, "")
    months = f", {asb.period.label}" if asb.period is not None else ""
    return Axis(
        f"Recorded ASB per 1,000 residents{months}", "ASB per 1,000", "high ASB", "low ASB", "ASB",
        names, meanings,
    )  # fmt: skip


def side_axis(side: EstimatesFound, words: Quadrants) -> Axis:
    """Describe a figure of the survey along the side, in plain words."""
    label, role = label_of(side), side.measure.role
    high, low = SIDE_WORDS.get(role, (f"{_lower(label)}: high", f"{_lower(label)}: low"))
    names = {
        "act": f"High worry, {high}", "quiet": f"Low worry, {high}",
        "reassure": f"High worry, {low}", "keep": f"Low worry, {low}",
    }  # fmt: skip
    names |= {each: words.advice_of(each).name for each in LOOKS if each not in names}
    unit = "per cent" if side.measure.is_share else "0 to 100"
    months = f", {side.year.label}" if side.year is not None else ""
    return Axis(
        f"{label}, {unit}{months}", f"{_heads(role, label)}, {'%' if unit == 'per cent' else unit}",
        high, low, _lower(_heads(role, label)), names, dict.fromkeys(PLACES, ""), from_survey=True,
    )  # fmt: skip


def label_of(found: EstimatesFound) -> str:
    """Give the label of the item alone: what counts as a yes stands in the notes."""
    labels = {item.name: item.label for item in found.survey.items}
    names = found.measure.items
    return found.measure.label if found.measure.key == "worry" else labels[names[0]]


def _heads(role: str, label: str) -> str:
    return {"experience": "ASB met", "confidence": "Confidence"}.get(role, label)


def _lower(label: str) -> str:
    return label if label[:3].isupper() else label[:1].lower() + label[1:]
