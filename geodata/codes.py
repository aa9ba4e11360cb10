"""Codes of the Office for National Statistics (ONS) for areas, and what they tell.

Covers England and Wales. A code names an area of one edition of the boundaries only: the
same place has other codes before and after a boundary change.
"""

import re
from dataclasses import dataclass

AREA_KINDS = ("ward", "district", "lsoa", "place")
"""Kinds of area held: electoral wards, local authority districts, lower layer super output
areas, and free polygons ('place') such as town centres."""

KIND_WORDS = {
    "ward": "ward",
    "district": "district",
    "lsoa": "LSOA (small census area)",
    "place": "named place",
}

CODE_PATTERNS: dict[str, re.Pattern[str]] = {
    "ward": re.compile(r"^(E05|W05|X05)\d{6}$"),
    "district": re.compile(r"^(E06|E07|E08|E09|W06|X06|X07)\d{6}$"),
    "lsoa": re.compile(r"^(E01|W01|X01)\d{6}$"),
}
"""Accepted codes; the X series is Wardlight's own, for the synthetic county."""

_COLUMN = re.compile(r"^(WD|LAD|LSOA)(\d{2})(CD|NM)$", re.IGNORECASE)
_PREFIX_KIND = {"WD": "ward", "LAD": "district", "LSOA": "lsoa"}


@dataclass(frozen=True)
class OnsColumn:
    """What an ONS column name such as WD25CD says: kind, edition year, code or name."""

    kind: str
    edition: str
    is_code: bool


def read_ons_column(name: str) -> OnsColumn | None:
    """Read an ONS column name.

    Returns
    -------
    OnsColumn or None
        None if the name is not of the form WD25CD, LAD25NM or LSOA21CD.

    Examples
    --------
    >>> read_ons_column("WD25CD")
    OnsColumn(kind='ward', edition='2025', is_code=True)
    """
    found = _COLUMN.match(name.strip())
    if not found:
        return None
    return OnsColumn(_PREFIX_KIND[found[1].upper()], f"20{found[2]}", found[3].upper() == "CD")


def is_code(text: str, kind: str) -> bool:
    """Say whether a text has the form of a code of this kind ('place' takes any short text)."""
    pattern = CODE_PATTERNS.get(kind)
    return bool(pattern.match(text)) if pattern else 0 < len(text) <= 40
