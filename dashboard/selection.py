"""What a person has chosen to look at, as one value that fits in an address.

A link carries codes and fixed words only: never a name, an address or anything pickled. What an
address asks for and cannot have is dropped and reported, so that a colleague who opens a link
is told why the view differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from dashboard.link_choice import say_ignored
from geodata.calendar import Month, Period
from geodata.categories import ASB_CATEGORIES, ASB_TYPES, CHANNELS
from geodata.codes import CODE_PATTERNS

AREA_KINDS = ("ward", "lsoa")
MEASURES = {
    "count": "Number of incidents",
    "rate": "Incidents per 1,000 residents",
    "ratio": "Standardised ratio (100 = as expected)",
}
HOUR_BANDS = {
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 23),
    "night": (23, 6),
}
HOUR_BAND_WORDS = {
    "morning": "Morning, 6am to 11:59am",
    "afternoon": "Afternoon, midday to 5:59pm",
    "evening": "Evening, 6pm to 10:59pm",
    "night": "Night, 11pm to 5:59am",
}
LAYERS = {"none": "None", "cells": "Cells", "points": "Points"}
LONGEST_FORCE = 60


@dataclass(frozen=True)
class Selection:
    """A choice of area, time and kind of incident; None means no limit.

    Attributes
    ----------
    kind : str
        ward or lsoa: the areas that are coloured and listed.
    area : str or None
        Code of the area in focus.
    district : str or None
        Code of the district looked at.
    force : str or None
        Name of the force or council as the data give it.
    period : Period or None
        Months looked at; None means the latest months held.
    category, type, channel, hours : str or None
        Words of `geodata.categories` and `HOUR_BANDS`.
    measure : str
        count, rate or ratio.
    layer : str
        none, cells or points: how incidents are drawn over the areas.
    """

    kind: str = "ward"
    area: str | None = None
    district: str | None = None
    force: str | None = None
    period: Period | None = None
    category: str | None = None
    type: str | None = None
    channel: str | None = None
    hours: str | None = None
    measure: str = "count"
    layer: str = "none"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a selection from the parameters of an address.

        Parameters
        ----------
        query : mapping of str to str
            Parameters of the address; unknown names belong to others and are passed over.

        Returns
        -------
        selection : Selection
            Everything that could be read.
        ignored : list of str
            One sentence for each value that was not accepted.
        """
        chosen: dict[str, object] = {}
        ignored: list[str] = []
        for name, accepted in _WORDS.items():
            if name in query:
                _take(chosen, ignored, name, query[name], accepted)
        kind = str(chosen.get("kind", "ward"))
        for name, pattern in (("area", CODE_PATTERNS[kind]), ("district", _DISTRICT)):
            if name in query and pattern.match(query[name]):
                chosen[name] = query[name]
            elif name in query:
                ignored.append(say_ignored(name, query[name], f"a code of a {name}"))
        if "force" in query:
            if query["force"].isprintable() and 0 < len(query["force"]) <= LONGEST_FORCE:
                chosen["force"] = query["force"]
            else:
                ignored.append(say_ignored("force", query["force"], "the name of a force"))
        if "from" in query or "to" in query:
            period = _read_period(query, ignored)
            if period:
                chosen["period"] = period
        return cls(**chosen), ignored  # type: ignore[arg-type]

    def to_query(self) -> dict[str, str]:
        """Write the parameters of an address; what is at its default is left out."""
        query: dict[str, str] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default or value is None:
                continue
            if isinstance(value, Period):
                query["from"], query["to"] = str(value.first), str(value.last)
            else:
                query[field.name] = str(value)
        return query

    def change(self, **changes: object) -> Self:
        """Give the selection with some fields changed; another kind of area drops the focus."""
        if "kind" in changes and changes["kind"] != self.kind:
            changes.setdefault("area", None)
        return replace(self, **changes)  # type: ignore[arg-type]


_DISTRICT = CODE_PATTERNS["district"]
_WORDS: dict[str, tuple[str, ...]] = {
    "kind": AREA_KINDS,
    "category": ASB_CATEGORIES,
    "type": ASB_TYPES,
    "channel": CHANNELS,
    "hours": tuple(HOUR_BANDS),
    "measure": tuple(MEASURES),
    "layer": tuple(LAYERS),
}


def _take(
    chosen: dict[str, object], ignored: list[str], name: str, value: str, accepted: tuple[str, ...]
) -> None:
    if value in accepted:
        chosen[name] = value
    else:
        ignored.append(say_ignored(name, value, ", ".join(accepted)))


def _read_period(query: Mapping[str, str], ignored: list[str]) -> Period | None:
    ends = [query.get("from", query.get("to", "")), query.get("to", query.get("from", ""))]
    try:
        first, last = (Month.parse(text) for text in ends)
        return Period(first, last)
    except ValueError:
        shown = " to ".join(ends)
        ignored.append(say_ignored("period", shown, "two months such as 2025-01 and 2025-06"))
        return None
