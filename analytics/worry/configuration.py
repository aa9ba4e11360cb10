"""What is each quadrant called, and what does it suggest, by dated words that can be changed?

The words are configuration with a date, a status and a source, and whoever shows them shows the
status with them. Suggestions go by the quadrant and by the kinds of area people live in.
"""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analytics.worry.matrix import Quadrant
from geodata.calendar import say_date
from geodata.errors import FileNotReadableError, SettingsError, safe_value

PROPOSAL = "proposal, not policy"
DEFAULT = "quadrants.toml"
HASH_LENGTH = 32
_ANY = "*"


class Advice(BaseModel):
    """The words of one quadrant: its name, what it means, tactics and communications."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=40)
    meaning: str = Field(min_length=3)
    tactics: tuple[str, ...]
    communications: tuple[str, ...]


class Lifestyle(BaseModel):
    """Tactics and channels for a kind of area.

    Attributes
    ----------
    classification, segment : str
        As imported; a ``*`` at the end stands for anything that follows.
    quadrants : tuple of Quadrant
        Where it holds; empty for every quadrant.
    tactics, channels : tuple of str
        What is suggested.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classification: str = Field(min_length=1)
    segment: str = Field(min_length=1)
    quadrants: tuple[Quadrant, ...] = ()
    tactics: tuple[str, ...]
    channels: tuple[str, ...]

    def holds_for(self, classification: str, segment_code: str, quadrant: str = "") -> bool:
        """Say whether this is about a segment (and a quadrant, unless it is empty)."""
        return (
            _matches(self.classification, classification)
            and _matches(self.segment, segment_code)
            and (not quadrant or not self.quadrants or quadrant in self.quadrants)
        )


@dataclass(frozen=True)
class MixAdvice:
    """What is suggested for one segment of a ward's mix; share from 0 to 1 of its residents."""

    segment_code: str
    share: float
    tactics: tuple[str, ...]
    channels: tuple[str, ...]


class Quadrants(BaseModel):
    """One set of words, in force from a day until the next set.

    Attributes
    ----------
    valid_from : date
        First day on which the set holds.
    status : str
        'proposal, not policy', or how and by whom it was agreed.
    source : str
        Where the words come from.
    act, quiet, reassure, keep, close, unknown : Advice
        The words of each quadrant.
    lifestyles : tuple of Lifestyle
        Suggestions by kind of area.
    content_hash : str
        Fingerprint of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: dt.date
    status: str = Field(min_length=3)
    source: str = Field(min_length=3)
    act: Advice
    quiet: Advice
    reassure: Advice
    keep: Advice
    close: Advice
    unknown: Advice
    lifestyles: tuple[Lifestyle, ...] = ()
    content_hash: str = ""

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [self.advice_of(each).name for each in Quadrant]
        if len(set(names)) < len(names):
            raise ValueError("two quadrants have the same name; accepted: a different name each")
        seen = [(each.classification, each.segment, each.quadrants) for each in self.lifestyles]
        if len(set(seen)) < len(seen):
            raise ValueError("two lifestyles are for the same classification, segment, quadrants")
        return self

    @property
    def is_proposal(self) -> bool:
        """True until a domain owner has put another status."""
        return self.status == PROPOSAL

    @property
    def sentence(self) -> str:
        """Say whose the words are: a proposal has no date to go by, what was agreed has one."""
        if self.is_proposal:
            return f"Names, tactics and channels: a {self.status}."
        return f"Names, tactics and channels: {self.status}, from {say_date(self.valid_from)}."

    def advice_of(self, quadrant: str) -> Advice:
        """Give the words of a quadrant.

        Raises
        ------
        ValueError
            If there is no such quadrant.
        """
        return {
            Quadrant.ACT: self.act,
            Quadrant.QUIET: self.quiet,
            Quadrant.REASSURE: self.reassure,
            Quadrant.KEEP: self.keep,
            Quadrant.CLOSE: self.close,
            Quadrant.UNKNOWN: self.unknown,
        }[Quadrant(quadrant)]

    def lifestyle_of(
        self, classification: str, segment_code: str, quadrant: str = ""
    ) -> Lifestyle | None:
        """Give what is suggested for a kind of area: the narrowest that holds, None if none does.

        Narrower is the longer segment, then the longer classification, then the one that names
        its quadrants.
        """
        held = [
            each
            for each in self.lifestyles
            if each.holds_for(classification, segment_code, quadrant)
        ]
        return max(
            held,
            key=lambda each: (
                not each.segment.endswith(_ANY),
                len(each.segment),
                len(each.classification),
                bool(each.quadrants),
            ),
            default=None,
        )

    def advise_mix(
        self,
        shares: Mapping[str, float],
        classification: str,
        quadrant: str = "",
        least_share: float = 0.1,
    ) -> tuple[MixAdvice, ...]:
        """Give what is suggested for a ward's mix of segments, the largest first.

        Parameters
        ----------
        shares : mapping of str to float
            Share of the ward's residents, 0 to 1, by segment code.
        classification : str
            Name of the classification.
        quadrant : str, optional
            Leaves out what is for other quadrants.
        least_share : float, default 0.1
            Smaller segments are left out.

        Returns
        -------
        tuple of MixAdvice
            A segment without any suggestion stands with empty ones, so that the mix is whole.
        """
        chosen = sorted(
            ((code, share) for code, share in shares.items() if share >= least_share),
            key=lambda pair: (-pair[1], pair[0]),
        )
        found = []
        for code, share in chosen:
            held = self.lifestyle_of(classification, code, quadrant)
            found.append(
                MixAdvice(code, share, held.tactics, held.channels)
                if held
                else MixAdvice(code, share, (), ())
            )
        return tuple(found)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sets: tuple[Quadrants, ...] = Field(min_length=1)


def load_quadrants(on: dt.date, path: Path | None = None) -> Quadrants:
    """Read the words in force on a day: the latest set that started on or before it.

    Parameters
    ----------
    on : date
    path : Path, optional
        A TOML file of ``[[sets]]`` blocks; without it the proposal that comes with the product.

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If a set lacks a word or has one too many, two sets start on the same day, or every set
        starts later.
    """
    name = path.name if path else DEFAULT
    try:
        text = (path or files(__package__) / DEFAULT).read_text(encoding="utf-8")
        held = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise FileNotReadableError(
            "The file of quadrants cannot be read.",
            f"{name}: {said}"[:200],
            "Give a TOML file of [[sets]] blocks, as analytics/worry/quadrants.toml.",
        ) from None
    try:
        sets = _File.model_validate(held).sets
    except ValidationError as error:
        raise _not_accepted(name, error) from None
    days = [each.valid_from for each in sets]
    if len(set(days)) < len(days):
        raise SettingsError(
            "Two sets of quadrants start on the same day.",
            f"{name}: {', '.join(say_date(day) for day in sorted(days))}.",
            "Give each [[sets]] block its own valid_from.",
        )
    started = [each for each in sets if each.valid_from <= on]
    if not started:
        raise SettingsError(
            "No names and tactics of quadrants are in force on that day.",
            f"{name}: asked for {say_date(on)}; the first set starts on {say_date(min(days))}.",
            "Add a [[sets]] block that starts earlier.",
        )
    content_hash = hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]
    chosen = max(started, key=lambda each: each.valid_from)
    return chosen.model_copy(update={"content_hash": content_hash})


def _not_accepted(name: str, error: ValidationError) -> SettingsError:
    faults = [
        " ".join(f"number {part + 1}" if isinstance(part, int) else part for part in fault["loc"])
        + f": {fault['msg']}"
        + ("" if fault["type"] == "missing" else f" (got {safe_value(fault['input'])})")
        for fault in error.errors()
    ]
    more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
    return SettingsError(
        "The file of quadrants is not accepted.",
        f"{name}: {'; '.join(faults[:5])}{more}.",
        "Correct the file and open the page again.",
    )


def _matches(pattern: str, text: str) -> bool:
    if pattern.endswith(_ANY):
        return text.startswith(pattern[:-1])
    return text == pattern
