"""What a person asks of the Hotspots page beside area and period, as a value for an address.

Like `dashboard.selection`: codes and fixed words only, and what an address asks for and cannot
have is dropped and reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from dashboard.link_choice import LinkChoice, say_ignored
from geodata.calendar import Month

QUESTIONS = {
    "where": "Where is it concentrated?",
    "chance": "Is it more than chance?",
    "new": "What is new?",
    "next": "Where next?",
}
METHODS = {"dbscan": "One density everywhere (DBSCAN)", "hdbscan": "Density may vary (HDBSCAN)"}
LIGHTS = {"day": "Day, 7am to 6:59pm", "night": "Evening and night, 7pm to 6:59am"}
RANKINGS = {
    "incidents": "Number of incidents",
    "harm": "Harm",
    "both": "Both: the lower of the two ranks",
}
SHAPES = {"square": "Squares", "hexagon": "Hexagons"}
AGAINST = {"year": "The same months a year earlier", "before": "The period before"}


@dataclass(frozen=True)
class HotspotChoice(LinkChoice):
    """A question with its settings; lengths are in metres.

    Attributes
    ----------
    ask : str
        A key of `QUESTIONS`.
    method, eps, least : str, int, int
        How clusters are found: the way, how near is near, and incidents of the smallest.
    light : str or None
        day or night only; None for both.
    rank, slots : str, int
        What the list is ordered by, and how long it is.
    cell, shape, bandwidth : int, str, int
        Cells of the maps of density, chance and change.
    against : str
        A key of `AGAINST`.
    month : Month or None
        Month shown on the map of change; None for the whole period.
    horizon : int
        Days that a forecast looks ahead.
    spot : int or None
        Number of the hotspot in focus.
    """

    ask: str = "where"
    method: str = "dbscan"
    eps: int = 100
    least: int = 10
    light: str | None = None
    rank: str = "incidents"
    slots: int = 27
    cell: int = 150
    shape: str = "square"
    bandwidth: int = 300
    against: str = "year"
    month: Month | None = None
    horizon: int = 7
    spot: int | None = None

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
        if "spot" in query:
            if query["spot"].isdecimal() and 0 < int(query["spot"][:4]) <= MOST_SPOTS:
                chosen["spot"] = int(query["spot"][:4])
            else:
                ignored.append(say_ignored("spot", query["spot"], f"a number up to {MOST_SPOTS}"))
        if "month" in query:
            try:
                chosen["month"] = Month.parse(query["month"])
            except ValueError:
                ignored.append(say_ignored("month", query["month"], "a month such as 2025-06"))
        return cls(**chosen), ignored  # type: ignore[arg-type]

    def change(self, **changes: object) -> Self:
        """Give the choice with some fields changed; another list drops the hotspot in focus."""
        moved = [
            name for name in RENUMBER if name in changes and changes[name] != getattr(self, name)
        ]
        if moved or ("next" in (changes.get("ask"), self.ask) and changes.get("ask", self.ask)
                     != self.ask):  # fmt: skip
            changes.setdefault("spot", None)
        return replace(self, **changes)  # type: ignore[arg-type]

    def only(self, *names: str) -> Self:
        """Give the choice with all but some fields at their defaults, as the key of a cache."""
        return type(self)(**{name: getattr(self, name) for name in names})


MOST_SPOTS = 999
RENUMBER = ("method", "eps", "least", "light", "rank", "slots")
"""Settings of the list: with another one, the numbers of hotspots mean other places."""

OPTIONS: dict[str, tuple[object, ...]] = {
    "ask": tuple(QUESTIONS),
    "method": tuple(METHODS),
    "eps": (50, 75, 100, 150, 200),
    "least": (10, 15, 20, 30, 50),
    "light": tuple(LIGHTS),
    "rank": tuple(RANKINGS),
    "slots": (10, 20, 27, 40, 60),
    "cell": (100, 150, 200, 250, 300, 500),
    "shape": tuple(SHAPES),
    "bandwidth": (150, 200, 300, 400, 500, 750),
    "against": tuple(AGAINST),
    "horizon": (7, 28),
}
