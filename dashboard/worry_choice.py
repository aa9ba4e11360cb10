"""What a person asks of the Crime and worry page, as a value for an address.

Like `dashboard.selection`: codes, numbers and fixed words only, and what an address asks for and
cannot have is dropped and reported.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from analytics.worry.matrix import Quadrant
from analytics.worry.sample import Method
from dashboard.link_choice import LinkChoice, say_ignored
from geodata.codes import CODE_PATTERNS

QUESTIONS = {
    "matrix": "How do ASB and worry compare?",
    "drivers": "What goes with worry?",
    "gap": "Is ASB under-reported?",
}
SURE = tuple(range(60, 100, 5))
ASB_CUTS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80)
WORRY_CUTS = tuple(range(20, 85, 5))
MOST_SURVEYS = 9_999
_ITEM = re.compile(r"^(worry|(score|yes):[A-Za-z0-9_.-]{1,60})$")


@dataclass(frozen=True)
class WorryChoice(LinkChoice):
    """A question with what it is asked of.

    Attributes
    ----------
    ask : str
        A key of `QUESTIONS`.
    district, area : str or None
        Codes of the district looked at and of the ward in focus.
    survey : int or None
        Number of the survey; None for the usual one.
    item : str
        Key of the measure: worry, score:ITEM or yes:ITEM.
    method : str
        How wards are estimated.
    quadrant : str or None
        The quadrant that map, table and list are held to.
    sure : int
        Per cent that a ward must be likely to lie on one side of each cut.
    asb, cut : int or None
        Fixed cuts of ASB per 1,000 residents and of worry; None for the county's median.
    signals : str
        'on' if signal events are drawn, 'off' if not.
    """

    ask: str = "matrix"
    district: str | None = None
    area: str | None = None
    survey: int | None = None
    item: str = "worry"
    method: str = Method.MULTILEVEL.value
    quadrant: str | None = None
    sure: int = 80
    asb: int | None = None
    cut: int | None = None
    signals: str = "off"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a choice from the parameters of an address; give it and what was ignored."""
        chosen: dict[str, object] = {}
        ignored: list[str] = []
        for name, accepted in OPTIONS.items():
            found = next((each for each in accepted if str(each) == query.get(name)), None)
            if found is not None:
                chosen[name] = found
            elif name in query:
                ignored.append(say_ignored(name, query[name], ", ".join(map(str, accepted))))
        for name, kind in (("district", "district"), ("area", "ward")):
            if name in query and CODE_PATTERNS[kind].fullmatch(query[name]):
                chosen[name] = query[name]
            elif name in query:
                ignored.append(say_ignored(name, query[name], f"the code of a {kind}"))
        if "item" in query and _ITEM.fullmatch(query["item"]):
            chosen["item"] = query["item"]
        elif "item" in query:
            ignored.append(say_ignored("item", query["item"], "worry, score:ITEM or yes:ITEM"))
        if "survey" in query:
            if query["survey"].isdecimal() and 0 < int(query["survey"][:5]) <= MOST_SURVEYS:
                chosen["survey"] = int(query["survey"][:5])
            else:
                ignored.append(say_ignored("survey", query["survey"], "the number of a survey"))
        return cls(**chosen), ignored  # type: ignore[arg-type]

    def change(self, **changes: object) -> Self:
        """Give the choice with some fields changed; another survey starts with its worry score."""
        if changes.get("survey", self.survey) != self.survey:
            changes.setdefault("item", "worry")
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def cuts(self) -> tuple[float | None, float | None]:
        """The fixed cuts of ASB and worry, None for a median."""
        return (
            None if self.asb is None else float(self.asb),
            None if self.cut is None else float(self.cut),
        )

    @property
    def certainty(self) -> float:
        """The probability asked for, 0 to 1."""
        return self.sure / 100

    def as_usual(self) -> Self:
        """Give the choice with certainty and cuts as the page opens with."""
        usual = type(self)()
        return self.change(sure=usual.sure, asb=usual.asb, cut=usual.cut)

    @property
    def is_usual(self) -> bool:
        """True if certainty and cuts are those that the page opens with."""
        return self.certainty == type(self)().certainty and self.cuts == (None, None)


OPTIONS: dict[str, tuple[object, ...]] = {
    "ask": tuple(QUESTIONS),
    "method": tuple(
        method.value for method in (Method.MULTILEVEL, Method.FAY_HERRIOT, Method.SYNTHETIC)
    ),
    "quadrant": tuple(each.value for each in Quadrant),
    "sure": SURE,
    "asb": ASB_CUTS,
    "cut": WORRY_CUTS,
    "signals": ("off", "on"),
}
