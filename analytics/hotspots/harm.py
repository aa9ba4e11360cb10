"""How much harm does each incident stand for, by dated weights that a domain owner can change?

Harm is a second column beside the count, never a replacement for it. The weights are
configuration with a date, a status and a source, and whoever shows a weighted figure shows the
status with it.
"""

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geodata.calendar import say_date
from geodata.categories import NOT_RECORDED
from geodata.errors import FileNotReadableError, SettingsError, safe_value
from geodata.schemas import require_columns

ILLUSTRATIVE = "illustrative - not policy"

FACTOR_COLUMNS = {
    "personal": ("nsir_category", "personal"),
    "repeat_victim": ("repeat_flag", "yes"),
    "vulnerable": ("vulnerable_flag", "yes"),
    "hate": ("hate_flag", "yes"),
}
"""Factor: the column of the incident record and the value that makes it apply."""


class Factors(BaseModel):
    """What an incident's weight is multiplied by, each 1 or more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    personal: float = Field(ge=1, le=100)
    repeat_victim: float = Field(ge=1, le=100)
    vulnerable: float = Field(ge=1, le=100)
    hate: float = Field(ge=1, le=100)


class HarmWeights(BaseModel):
    """One set of weights, in force from a day until the next set.

    Attributes
    ----------
    valid_from : date
        First day on which the set holds.
    status : str
        'illustrative - not policy', or how and by whom it was agreed.
    source : str
        Where the figures come from.
    base : float
        Weight of an incident without any factor, above 0.
    cap : float
        Largest weight of one incident, at least ``base``.
    times : Factors
        Multipliers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: dt.date
    status: str = Field(min_length=3)
    source: str = Field(min_length=3)
    base: float = Field(gt=0, le=1_000)
    cap: float = Field(gt=0, le=10_000)
    times: Factors

    @model_validator(mode="after")
    def _cap_not_below_base(self) -> Self:
        if self.cap < self.base:
            raise ValueError(f"cap ({self.cap:g}) is below base ({self.base:g})")
        return self

    @property
    def is_illustrative(self) -> bool:
        """True until a domain owner has put another status."""
        return self.status == ILLUSTRATIVE

    @property
    def sentence(self) -> str:
        """Say the weights in words, status first."""
        times = self.times
        return (
            f"Harm weights in force from {say_date(self.valid_from)} ({self.status}): base "
            f"{self.base:g}, personal ×{times.personal:g}, repeat victim "
            f"×{times.repeat_victim:g}, vulnerable ×{times.vulnerable:g}, hate ×{times.hate:g}, "
            f"at most {self.cap:g}."
        )


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[HarmWeights, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Harm:
    """Harm weight of each incident.

    Attributes
    ----------
    values : ndarray of float64, shape (incidents,)
        Weight of each incident, from ``base`` to ``cap``.
    highest : ndarray of float64, shape (incidents,)
        What the weight would be if every flag that was not recorded were a yes: the truth lies
        between the two.
    not_recorded : dict of str to float
        Share of incidents, 0 to 1, where each factor was not recorded; NaN without incidents.
    weights : HarmWeights
        The set that was used.
    """

    values: npt.NDArray[np.float64] = field(repr=False)
    highest: npt.NDArray[np.float64] = field(repr=False)
    not_recorded: dict[str, float]
    weights: HarmWeights


def read_harm_weights(path: Path | None = None) -> tuple[HarmWeights, ...]:
    """Read every set of weights of a file, earliest first.

    Parameters
    ----------
    path : Path, optional
        A TOML file of one or more ``[[weights]]`` blocks; without it the illustrative set that
        comes with the product.

    Returns
    -------
    tuple of HarmWeights

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If a set lacks a figure, has one out of range or one too many, or two sets start on the
        same day.
    """
    try:
        text = (path or files(__package__) / "harm_weights.toml").read_text(encoding="utf-8")
        held = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileNotReadableError(
            "The file of harm weights cannot be read.",
            f"{path.name if path else 'harm_weights.toml'}: {error}"[:200],
            "Give a TOML file of [[weights]] blocks, as analytics/hotspots/harm_weights.toml.",
        ) from None
    try:
        found = sorted(_File.model_validate(held).weights, key=lambda each: each.valid_from)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']} (got {safe_value(fault['input'])})"
            for fault in error.errors()
        )
        raise SettingsError(
            "A harm weight is not accepted.", faults, "Correct the file of harm weights."
        ) from None
    days = [each.valid_from for each in found]
    if len(set(days)) < len(days):
        raise SettingsError(
            "Two sets of harm weights start on the same day.",
            f"Days: {', '.join(str(day) for day in days)}.",
            "Give each [[weights]] block its own valid_from.",
        )
    return tuple(found)


def pick_weights(sets: tuple[HarmWeights, ...], on: dt.date) -> HarmWeights:
    """Pick the set in force on a day: the latest that started on or before it.

    Raises
    ------
    SettingsError
        If every set starts later.
    """
    held = [each for each in sets if each.valid_from <= on]
    if not held:
        raise SettingsError(
            "No harm weights are in force on that day.",
            f"Asked for {say_date(on)}; the sets start on "
            f"{', '.join(say_date(each.valid_from) for each in sets)}.",
            "Add a [[weights]] block that starts earlier.",
        )
    return max(held, key=lambda each: each.valid_from)


def weigh_harm(frame: pd.DataFrame, weights: HarmWeights) -> Harm:
    """Weigh the harm of each incident.

    Parameters
    ----------
    frame : DataFrame
        Incidents with nsir_category, repeat_flag, vulnerable_flag and hate_flag.
    weights : HarmWeights
        The set in force, from `pick_weights`.

    Returns
    -------
    Harm
        ``base`` times the factors that are recorded as applying, cut at ``cap``. A flag that
        is 'not recorded' is no factor, so the total is the least the records support.

    Raises
    ------
    FrameShapeError
        If a column is missing.

    Examples
    --------
    A personal incident with a repeat victim weighs 2 x 1.5 = 3; one that is also vulnerable and
    hate-related would weigh 12 and is cut at 6.
    """
    require_columns(frame, [column for column, _ in FACTOR_COLUMNS.values()], "incidents")
    values = np.full(len(frame), weights.base)
    highest = values.copy()
    not_recorded = {}
    for name, (column, applies) in FACTOR_COLUMNS.items():
        given = frame[column].astype("object").fillna(NOT_RECORDED).to_numpy()
        times = float(getattr(weights.times, name))
        unknown = given == NOT_RECORDED
        values[given == applies] *= times
        highest[(given == applies) | unknown] *= times
        not_recorded[name] = float(unknown.mean()) if len(frame) else float("nan")
    return Harm(
        np.minimum(values, weights.cap), np.minimum(highest, weights.cap), not_recorded, weights
    )
