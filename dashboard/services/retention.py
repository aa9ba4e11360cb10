"""Erasure by the rules of retention: what is due, and taking it out."""

import datetime as dt
from dataclasses import dataclass

from dashboard.permissions import Permission, needs
from dashboard.services import audit
from geodata.calendar import say_date
from geodata.retention import RetentionRule, pick_rules, read_retention_rules
from geodata.store import retention
from geodata.store.database import Database
from geodata.store.retention import HELD_BACK

__all__ = ["HELD_BACK", "Erasure", "erase_due", "find_due"]


@dataclass(frozen=True)
class Erasure:
    """What is erased, or would be.

    Attributes
    ----------
    on : date
        Day on which the rules were applied.
    counts : dict of str to int
        Records by what is taken out of them.
    rules : tuple of RetentionRule
        Rules in force on that day.
    """

    on: dt.date
    counts: dict[str, int]
    rules: tuple[RetentionRule, ...]

    @property
    def total(self) -> int:
        """Things erased, without what an open case keeps back."""
        return sum(count for name, count in self.counts.items() if name != HELD_BACK)

    @property
    def rules_in_words(self) -> list[str]:
        """Say each rule with its status."""
        return [
            f"{rule.kind.capitalize()}: {rule.keep_months} months, from "
            f"{say_date(rule.valid_from)} ({rule.status})"
            for rule in self.rules
        ]


@needs(Permission.ERASE)
def find_due(database: Database, on: dt.date) -> Erasure:
    """Count what the rules of a day would erase; nothing is changed.

    Raises
    ------
    SettingsError, FileNotReadableError
        If the file of rules cannot be used.
    """
    rules = pick_rules(read_retention_rules(), on)
    return Erasure(on, retention.purge(database, rules, on), tuple(rules.values()))


@needs(Permission.ERASE)
def erase_due(database: Database, on: dt.date) -> Erasure:
    """Erase what the rules of a day say, in one transaction, logged with counts.

    Raises
    ------
    SettingsError, FileNotReadableError
        If the file of rules cannot be used.
    """
    rules = pick_rules(read_retention_rules(), on)
    event = audit.new_event(
        "erasure",
        "retention",
        "",
        "retention",
        details={f"months for {kind}": rule.keep_months for kind, rule in rules.items()},
    )
    return Erasure(on, retention.purge(database, rules, on, event), tuple(rules.values()))
