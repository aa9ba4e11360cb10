"""Measures of a survey: which value does each respondent give?

Items are kept apart. Only the worry score joins several, and it states which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

WORRY = "worry"
OTHER = "other"
SCORE, YES = "score:", "yes:"
VALUE_COLUMNS = (
    "respondent", "quarter", "district_code", "ward_code", "segment_code", "weight", "value",
)  # fmt: skip
DESIGN_COLUMNS = ("stratum", "cluster")


class ItemLike(Protocol):
    """What a measure needs to know of an item: see `geodata.survey_items.Item`."""

    @property
    def name(self) -> str:
        """Its short name in the survey."""

    @property
    def label(self) -> str:
        """What it is about, in a few words."""

    @property
    def role(self) -> str:
        """What it is used for, such as 'worry' or 'driver'."""

    @property
    def yes_label(self) -> str:
        """What a yes says, such as 'very or fairly worried'; '' if no answer counts as a yes."""

    @property
    def in_score(self) -> bool:
        """Whether it is part of the worry score."""


@dataclass(frozen=True)
class Measure:
    """What can be estimated of a survey.

    Attributes
    ----------
    key : str
        'worry', 'score:ITEM' or 'yes:ITEM'.
    label : str
        In words.
    is_share : bool
        True for the per cent who say yes, False for a mean score from 0 to 100.
    role : str
        Role of the item; 'worry' for the score.
    items : tuple of str
        Names of the items it is made of, in the survey's order.
    """

    key: str
    label: str
    is_share: bool
    role: str
    items: tuple[str, ...]


def list_measures(items: Sequence[ItemLike], *, with_others: bool = False) -> list[Measure]:
    """List what can be estimated from the items, the worry score first.

    Parameters
    ----------
    items : sequence of items
    with_others : bool, default False
        Whether items of the role 'other' are among them, such as those about young people. They
        have direct figures and are never carried to wards.

    Returns
    -------
    list of Measure
        The worry score if any item is marked for it; then for each item, in order, the per cent
        who say yes if the survey says which answers count, and the mean score. An experience
        (seen or suffered, yes or no) has no mean score beside its per cent: they are one figure.
    """
    scored = tuple(item.name for item in items if item.in_score)
    found = []
    if scored:
        found.append(Measure(WORRY, "Worry score", False, WORRY, scored))
    for item in items:
        if item.role == OTHER and not with_others:
            continue
        if item.yes_label:
            label = f"{item.label}: {_lower(item.yes_label)}"
            found.append(Measure(f"{YES}{item.name}", label, True, item.role, (item.name,)))
        if not item.yes_label or item.role != "experience":
            label = f"{item.label}: mean score"
            found.append(Measure(f"{SCORE}{item.name}", label, False, item.role, (item.name,)))
    return found


def value_of(
    respondents: pd.DataFrame,
    answers: pd.DataFrame,
    measure: str,
    items: Sequence[ItemLike],
    quarters: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give each respondent's value of a measure, from 0 to 100.

    Parameters
    ----------
    respondents : DataFrame
        respondent, weight, quarter, district_code, ward_code, segment_code, and if known stratum
        and cluster.
    answers : DataFrame
        respondent, item, score (0 to 100), yes (0, 1 or NaN); one row an answer.
    measure : str
        'worry': the mean score over the items marked for it, of those who answered at least
        half of them; 'score:ITEM'; or 'yes:ITEM': 100 for a yes and 0 for a no.
    items : sequence of items
        All items of the survey.
    quarters : sequence of str, optional
        Keep only respondents asked in these, such as '2026-Q3'; None keeps all.

    Returns
    -------
    DataFrame
        respondent, quarter, district_code, ward_code, segment_code, weight, value, and stratum
        and cluster if the respondents have them, in the order of the respondents; those without
        a value are left out, never counted as 0.

    Raises
    ------
    ValueError
        If the measure is unknown or needs an item the survey does not have.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> asked = pd.DataFrame({"respondent": [1, 2], "weight": 1.0, "quarter": "2026-Q3",
    ...     "district_code": "A", "ward_code": "", "segment_code": ""})
    >>> said = pd.DataFrame({"respondent": [1, 1, 2], "item": ["a", "b", "c"],
    ...     "score": [100.0, 50.0, 0.0], "yes": [1.0, 0.0, 0.0]})
    >>> items = [SimpleNamespace(name=name, in_score=True) for name in "abc"]
    >>> value_of(asked, said, "worry", items)["value"].tolist()
    [75.0]
    """
    names = items_of(measure, items)
    wanted = answers[answers["item"].isin(names)]
    if measure.startswith(YES):
        value = wanted.set_index("respondent")["yes"].astype(float).dropna() * 100
    else:
        by_respondent = wanted.dropna(subset=["score"]).groupby("respondent")["score"]
        answered = by_respondent.count()
        value = by_respondent.mean()[answered * 2 >= len(names)]
    asked = respondents
    if quarters is not None:
        asked = asked[asked["quarter"].isin(list(quarters))]
    known = asked.assign(value=asked["respondent"].map(value).astype(np.float64))
    columns = [*VALUE_COLUMNS, *(name for name in DESIGN_COLUMNS if name in known)]
    return known.dropna(subset=["value"])[columns].reset_index(drop=True)


def items_of(measure: str, items: Sequence[ItemLike]) -> tuple[str, ...]:
    """Give the names of the items that a measure is made of.

    Raises
    ------
    ValueError
        If the measure is unknown or needs an item the survey does not have.
    """
    if measure == WORRY:
        names = tuple(item.name for item in items if item.in_score)
        if not names:
            raise ValueError("no item of the survey is part of the worry score")
        return names
    for start in (SCORE, YES):
        if measure.startswith(start):
            name = measure.removeprefix(start)
            if name not in {item.name for item in items}:
                raise ValueError(f"the survey has no item {name[:60]!r}")
            return (name,)
    raise ValueError(
        f"measure is {measure[:60]!r}; accepted are 'worry', 'score:ITEM' and 'yes:ITEM'"
    )


def _lower(label: str) -> str:
    """Begin a label in the middle of a sentence; an abbreviation such as ASB stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
