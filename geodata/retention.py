"""How long is each kind of record kept? Dated rules from a file that a domain owner can change.

The rules that come with Wardlight are an illustration and say so; whoever shows or applies them
shows their status. What the rules do to the records is in `geodata.store.retention`.
"""

import datetime as dt
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geodata.calendar import say_date
from geodata.errors import FileNotReadableError, SettingsError, safe_value
from geodata.settings import get_settings

Kind = Literal[
    "incident links", "calls", "callers", "cases", "addresses", "actions", "survey answers",
    "refused values",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
ILLUSTRATIVE = "illustrative - not policy - local sign-off needed"


class RetentionRule(BaseModel):
    """How long one kind of record is kept, from a day on.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    keep_months : int
        Calendar months that a record is kept after what it is about ended.
    valid_from : date
        First day on which the rule holds.
    status : str
        'illustrative - not policy - local sign-off needed', or how and by whom it was agreed.
    basis : str
        Why so long.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    keep_months: int = Field(ge=1, le=1_200)
    valid_from: dt.date
    status: str = Field(min_length=3)
    basis: str = Field(min_length=3)

    @property
    def is_illustrative(self) -> bool:
        """True until a domain owner has put another status."""
        return self.status == ILLUSTRATIVE

    def kept_from(self, on: dt.date) -> dt.date:
        """Give the earliest day whose records are still kept on a day.

        Examples
        --------
        >>> rule = RetentionRule(
        ...     kind="calls", keep_months=36, valid_from="2000-01-01", status="x y", basis="x y"
        ... )
        >>> rule.kept_from(dt.date(2024, 2, 29))
        datetime.date(2021, 2, 28)
        """
        return (pd.Timestamp(on) - pd.DateOffset(months=self.keep_months)).date()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[RetentionRule, ...] = Field(min_length=1)


def read_retention_rules(path: Path | None = None) -> tuple[RetentionRule, ...]:
    """Read every rule of a file: the one given, else that of the settings, else Wardlight's own.

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If a rule lacks something, has something out of range or one too many, or two rules of a
        kind start on the same day.
    """
    named = get_settings().retention
    path = path or (Path(named) if named else None)
    try:
        text = (path or files(__package__) / "retention.toml").read_text(encoding="utf-8")
        held = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileNotReadableError(
            "The file of retention rules cannot be read.",
            f"{path.name if path else 'retention.toml'}: {error}"[:200],
            "Give a TOML file of [[rules]] blocks, as geodata/retention.toml.",
        ) from None
    try:
        rules = _File.model_validate(held).rules
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']} (got {safe_value(fault['input'])})"
            for fault in error.errors()
        )
        raise SettingsError(
            "A retention rule is not accepted.", faults, "Correct the file of retention rules."
        ) from None
    starts = [(rule.kind, rule.valid_from) for rule in rules]
    if len(set(starts)) < len(starts):
        raise SettingsError(
            "Two retention rules of a kind start on the same day.",
            "Which of them holds cannot be told.",
            "Give each [[rules]] block of a kind its own valid_from.",
        )
    return rules


def pick_rules(rules: Sequence[RetentionRule], on: dt.date) -> dict[Kind, RetentionRule]:
    """Pick the rule in force on a day for every kind: the latest that started by then.

    Raises
    ------
    SettingsError
        If a kind has none: nothing is kept for ever because a rule was forgotten.
    """
    picked: dict[Kind, RetentionRule] = {}
    for rule in sorted(rules, key=lambda each: each.valid_from):
        if rule.valid_from <= on:
            picked[rule.kind] = rule
    missing = [kind for kind in KINDS if kind not in picked]
    if missing:
        raise SettingsError(
            "A kind of record has no retention rule.",
            f"None is in force on {say_date(on)} for: {', '.join(missing)}.",
            "Add a [[rules]] block for each.",
        )
    return picked
