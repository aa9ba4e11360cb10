"""What a person asks of the page of repeats beside the area, as a value for an address.

Like `dashboard.selection`: fixed words and a date only. Which victim or place somebody looks at
is never in an address; keys are pseudonyms of people and homes.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from analytics.repeats.repeaters import PRESETS, RepeatRule, read_rule
from dashboard.link_choice import LinkChoice, say_ignored

LISTS = {"places": "Repeat places", "victims": "Repeat victims"}
USUAL_RULE = "12-months"
FOLLOWED = "wardlight_action_followed"
"""Where a session keeps the number of the action whose victim or place is to be shown."""


@dataclass(frozen=True)
class RepeatChoice(LinkChoice):
    """A list, a rule and a day.

    Attributes
    ----------
    of : str
        A key of `LISTS`.
    rule : str
        Name of a preset, or your own rule such as 4-in-30-days.
    at : date or None
        Last day looked at; None for the newest held.
    """

    of: str = "places"
    rule: str = USUAL_RULE
    at: dt.date | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a choice from the parameters of an address; give it and what was ignored."""
        chosen: dict[str, object] = {}
        ignored: list[str] = []
        if query.get("of") in LISTS:
            chosen["of"] = query["of"]
        elif "of" in query:
            ignored.append(say_ignored("of", query["of"], ", ".join(LISTS)))
        rule = read_rule(query.get("rule", ""))
        if rule:
            chosen["rule"] = rule.name
        elif "rule" in query:
            accepted = f"{', '.join(PRESETS)}, or one such as 4-in-30-days"
            ignored.append(say_ignored("rule", query["rule"], accepted))
        if "at" in query:
            try:
                chosen["at"] = dt.datetime.strptime(query["at"], "%Y-%m-%d").date()
            except ValueError:
                ignored.append(say_ignored("at", query["at"], "a date such as 2025-06-30"))
        return cls(**chosen), ignored  # type: ignore[arg-type]

    def change(self, **changes: object) -> Self:
        """Give the choice with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def repeat_rule(self) -> RepeatRule:
        """The rule itself."""
        return read_rule(self.rule) or PRESETS[USUAL_RULE]
