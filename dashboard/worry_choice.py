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
CONTROLS = {
    "matrix": ("item", "method", "sure", "asb", "cut", "quadrant", "signals"),
    "drivers": ("item", "beside", "method", "sure", "cut", "quadrant"),
    "gap": ("method", "sure"),
}
"""What each question rests on beside survey, district and ward: the one table of what is asked."""

SURE = tuple(range(60, 100, 5))
HIGHEST_CUTS = {"asb": 1_000, "cut": 100}
"""Incidents per 1,000 residents; points or per cent."""

MOST_SURVEYS = 9_999
_ITEM = re.compile(r"^(worry|(score|yes):[A-Za-z0-9_.-]{1,60})$")
_BESIDE = re.compile(r"^(score|yes):[A-Za-z0-9_.-]{1,60}$")
_CUT = re.compile(r"^[0-9]{1,4}([.][0-9])?$")


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
    beside : str or None
        Key of the measure that worry is set beside; None for the first that the survey has.
    method : str
        How wards are estimated.
    quadrant : str or None
        The quadrant that map, table and list are held to.
    sure : int
        Per cent that a ward must be likely to lie on one side of each cut.
    asb, cut : float or None
        Fixed cuts of ASB per 1,000 residents and of worry; None for the county's median.
    signals : str
        'on' if signal events are drawn, 'off' if not.
    """

    ask: str = "matrix"
    district: str | None = None
    area: str | None = None
    survey: int | None = None
    item: str = "worry"
    beside: str | None = None
    method: str = Method.MULTILEVEL.value
    quadrant: str | None = None
    sure: int = 80
    asb: float | None = None
    cut: float | None = None
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
        _read_measures(query, chosen, ignored)
        _read_cuts(query, chosen, ignored)
        if "survey" in query:
            if query["survey"].isdecimal() and 0 < int(query["survey"][:5]) <= MOST_SURVEYS:
                chosen["survey"] = int(query["survey"][:5])
            else:
                ignored.append(say_ignored("survey", query["survey"], "the number of a survey"))
        return cls(**chosen), ignored  # type: ignore[arg-type]

    def change(self, **changes: object) -> Self:
        """Give the choice with some fields changed; another survey starts with its own measures."""
        if changes.get("survey", self.survey) != self.survey:
            changes = {"item": "worry", "beside": None} | changes
        if changes.get("item", self.item) != self.item:
            # Another measure may be in another unit.
            changes.setdefault("cut", None)
        return replace(self, **changes)  # type: ignore[arg-type]

    def asks_for(self, control: str) -> bool:
        """Say whether the question rests on a control, so that it is shown."""
        return control in CONTROLS[self.ask]

    @property
    def cuts(self) -> tuple[float | None, float | None]:
        """The fixed cuts of ASB and worry that the question rests on, None for a median."""
        return (
            self.asb if self.asks_for("asb") else None,
            self.cut if self.asks_for("cut") else None,
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
        """True if certainty and the cuts of the question are those that the page opens with."""
        return self.certainty == type(self)().certainty and self.cuts == (None, None)


def _read_measures(query: Mapping[str, str], chosen: dict[str, object], ignored: list[str]) -> None:
    for name, form, accepted in (
        ("item", _ITEM, "worry, score:ITEM or yes:ITEM"),
        ("beside", _BESIDE, "score:ITEM or yes:ITEM"),
    ):
        if name in query and form.fullmatch(query[name]):
            chosen[name] = query[name]
        elif name in query:
            ignored.append(say_ignored(name, query[name], accepted))


def _read_cuts(query: Mapping[str, str], chosen: dict[str, object], ignored: list[str]) -> None:
    for name, highest in HIGHEST_CUTS.items():
        if name not in query:
            continue
        if _CUT.fullmatch(query[name]) and 0 < float(query[name]) <= highest:
            chosen[name] = float(query[name])
        else:
            accepted = f"more than 0, to {highest:,}, with one decimal at most"
            ignored.append(say_ignored(name, query[name], accepted))


OPTIONS: dict[str, tuple[object, ...]] = {
    "ask": tuple(QUESTIONS),
    "method": tuple(
        method.value for method in (Method.MULTILEVEL, Method.FAY_HERRIOT, Method.SYNTHETIC)
    ),
    "quadrant": tuple(each.value for each in Quadrant),
    "sure": SURE,
    "signals": ("off", "on"),
}
