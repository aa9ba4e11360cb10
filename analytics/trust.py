"""Can we trust these records? How well incidents were placed, reported and asked about.

The mark speaks of the records, not of the place: it falls when fewer incidents carry an exact
place, a report by the public, or an answer to the questions on repeat and vulnerable victims,
and when recording changed inside the period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schemas import require_columns

Level = Literal["Good", "Fair", "Weak"]

GOOD_FROM, FAIR_FROM = 0.8, 0.5
"""Shares from which a part is good or fair; a proposal of this product, not a standard."""

SHAPES: dict[Level, str] = {"Good": "●", "Fair": "◐", "Weak": "○"}
"""A shape for each level, so that no mark is told by colour alone."""

RAISE = {
    "Location": "record the address or the street",
    "Reported by the public": "take more reports from the public",
    "Repeat victims asked": "ask whether it happened before",
    "Vulnerability asked": "ask about vulnerability",
}
"""What would raise each part."""

TRUST_COLUMNS = (
    "location_precision",
    "report_channel",
    "repeat_asked",
    "repeat_flag",
    "vulnerable_asked",
    "vulnerable_flag",
)


@dataclass(frozen=True)
class TrustPart:
    """One thing that makes records trustworthy.

    Attributes
    ----------
    name : str
        'Location', 'Reported by the public', 'Repeat victims asked' or 'Vulnerability asked'.
    count, of : int
        Incidents that have it, and all incidents.
    level : {'Good', 'Fair', 'Weak'}
        Good from 80 %, fair from 50 %.
    words : str
        The same in a sentence.
    """

    name: str
    count: int
    of: int
    level: Level
    words: str

    @property
    def share(self) -> float:
        """Share of incidents that have it, 0 to 1; NaN without incidents."""
        return self.count / self.of if self.of else float("nan")


@dataclass(frozen=True)
class TrustMark:
    """How far the records of a place can be trusted.

    Attributes
    ----------
    level : {'Good', 'Fair', 'Weak'}
        From the mean of the four shares; never good while a part is weak.
    parts : tuple of TrustPart
        Location, reports by the public, and the two questions.
    precision : dict of str to int
        Incidents by location precision: exact, street, snapped, default, none.
    breaks : tuple of str
        Changes of recording inside the period, in words; with any the mark is never good.
    """

    level: Level
    parts: tuple[TrustPart, ...]
    precision: dict[str, int]
    breaks: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """The shape that stands for the level."""
        return SHAPES[self.level]

    @property
    def what_would_raise_it(self) -> str:
        """Say what would raise the mark: the weakest part first, then any change of recording."""
        if not self.parts[0].of:
            return "Record incidents here: there are none to judge by."
        lacking = sorted(
            (part for part in self.parts if part.level != "Good"), key=lambda part: part.share
        )
        wants = [RAISE[part.name] for part in lacking]
        if self.breaks:
            wants.append("choose a period on one side of the change of recording")
        if not wants:
            return "Nothing: every part is good."
        said = "; ".join(wants)
        return f"{said[0].upper()}{said[1:]}."

    @property
    def sentence(self) -> str:
        """Say the mark and what weighs on it most."""
        if not self.parts[0].of:
            return "Weak: there are no incidents to judge by."
        weakest = min(self.parts, key=lambda part: part.share)
        changed = f" Recording changed: {'; '.join(self.breaks)}." if self.breaks else ""
        if weakest.level == "Good":
            return f"{self.level}: every part of the record is good.{changed}"
        return f"{self.level}: only {weakest.words}{changed}"


def mark_trust(frame: pd.DataFrame, breaks: Sequence[str] = ()) -> TrustMark:
    """Mark how far the records of a place can be trusted.

    Parameters
    ----------
    frame : DataFrame
        The incidents of the place with `TRUST_COLUMNS`.
    breaks : sequence of str
        Changes of recording inside the period, in words.

    Returns
    -------
    TrustMark
        A place with exact and street-level locations counts as well located; a snapped point
        stands for several addresses and does not. A question counts as asked if its answer is
        yes, or if it is no and nobody recorded that it was not asked: 'not asked' is not 'no'.
        Fewer answers never raise the mark.

    Raises
    ------
    FrameShapeError
        If a column is missing.
    """
    require_columns(frame, TRUST_COLUMNS, "incidents")
    of = len(frame)
    precision = frame["location_precision"].astype("object").value_counts()
    located = frame["location_precision"].isin(["exact", "street"]).to_numpy()
    public = (frame["report_channel"] == "public").to_numpy()
    parts = (
        _part("Location", located, of, "have an exact or street-level place"),
        _part("Reported by the public", public, of, "were reported by the public"),
        _part(
            "Repeat victims asked",
            was_answered(frame["repeat_flag"], frame["repeat_asked"]),
            of,
            "say whether the victim had suffered before",
        ),
        _part(
            "Vulnerability asked",
            was_answered(frame["vulnerable_flag"], frame["vulnerable_asked"]),
            of,
            "say whether the victim was vulnerable",
        ),
    )
    counts = {str(name): int(count) for name, count in precision.items() if count}
    if not of:
        return TrustMark("Weak", parts, counts, tuple(breaks))
    level = _level(float(np.mean([part.share for part in parts])))
    if level == "Good" and (breaks or any(part.level == "Weak" for part in parts)):
        level = "Fair"
    return TrustMark(level, parts, counts, tuple(breaks))


def was_answered(flag: pd.Series, asked: pd.Series) -> npt.NDArray[np.bool_]:
    """Say of each incident whether a question has an answer.

    Parameters
    ----------
    flag : Series of str
        The answer: yes, no or not recorded.
    asked : Series of str
        Whether it was asked: yes, no or not recorded.

    Returns
    -------
    ndarray of bool
        True for a yes, and for a no unless the question is recorded as not asked.
    """
    return np.asarray((flag == "yes") | ((flag == "no") & (asked != "no")), dtype=bool)


def _part(name: str, has: npt.NDArray[np.bool_], of: int, words: str) -> TrustPart:
    count = int(has.sum())
    level = _level(count / of) if of else "Weak"
    return TrustPart(name, count, of, level, f"{count:,} of {of:,} incidents {words}.")


def _level(share: float) -> Level:
    return "Good" if share >= GOOD_FROM else "Fair" if share >= FAIR_FROM else "Weak"
