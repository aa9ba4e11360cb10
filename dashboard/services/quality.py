"""How good the data are: coverage, gaps, coordinates, ways of ward assignment, flags recorded."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from dashboard.permissions import Permission, handed, needs
from dashboard.services.explore import Held
from geodata.calendar import Month, Period
from geodata.categories import PRECISIONS, WARD_METHODS
from geodata.store.database import Database
from geodata.store.imports import read_imports, read_refusals
from geodata.store.status import read_flag_shares, read_status

WAYS = {
    "polygon": "Inside the ward's polygon",
    "lookup": "By LSOA code and lookup",
    "nearest": "Nearest ward",
    "none": "No ward",
}
PRECISION_WORDS = {
    "exact": "Exact address",
    "street": "Street",
    "snapped": "Snapped to a public map point",
    "default": "Default place, such as a police station",
    "none": "No coordinate",
}


@dataclass(frozen=True)
class Quality:
    """What the Data quality page shows."""

    status: dict[str, Any]
    imports: pd.DataFrame
    refusals: pd.DataFrame
    coverage: pd.DataFrame
    months: pd.DataFrame
    ways: pd.DataFrame
    precision: pd.DataFrame
    flags: pd.DataFrame
    located: int
    total: int


@needs(Permission.SEE_COUNTS)
def find_quality(database: Database, held: Held) -> Quality:
    """Find the quality of everything held."""
    incidents = held.incidents
    flags = read_flag_shares(database)
    flags = flags.groupby("flag", sort=False)[["recorded", "total"]].sum().reset_index()
    flags["flag"] = flags["flag"].str.replace("_", " ").str.capitalize()
    flags["share"] = flags["recorded"] / flags["total"].where(flags["total"] > 0)
    return Quality(
        status=read_status(database),
        imports=read_imports(database),
        refusals=read_refusals(database, limit=200),
        coverage=pd.DataFrame([_coverage(held, force) for force in held.forces]),
        months=_months(held),
        ways=_shares(incidents["ward_by"], WARD_METHODS, WAYS),
        precision=_shares(incidents["location_precision"], PRECISIONS, PRECISION_WORDS),
        flags=flags,
        located=int(incidents["easting"].notna().sum()),
        total=len(incidents),
    )


@handed
def find_gaps(months: list[Month]) -> list[str]:
    """Name the runs of months that are missing between the first and the last."""
    gaps = []
    for earlier, later in pairwise(months):
        if later.ordinal - earlier.ordinal > 1:
            gaps.append(Period(earlier + 1, later - 1).label)
    return gaps


def _coverage(held: Held, force: str) -> dict[str, object]:
    months = held.months[force]
    return {
        "force": force,
        "incidents": int((held.incidents["force"] == force).sum()),
        "first": months[0].label,
        "last": months[-1].label,
        "months": len(months),
        "gaps": "; ".join(find_gaps(months)) or "none",
    }


def _months(held: Held) -> pd.DataFrame:
    found = held.incidents.groupby(["force", "month"], observed=True).size()
    frame = found.rename("incidents").reset_index()
    frame["month"] = [pd.Timestamp(int(n) // 12, int(n) % 12 + 1, 1) for n in frame["month"]]
    return frame


def _shares(column: pd.Series, order: tuple[str, ...], words: dict[str, str]) -> pd.DataFrame:
    found = column.value_counts()
    counts = [int(found.get(name, 0)) for name in order]
    total = sum(counts) or 1
    return pd.DataFrame(
        {
            "what": [words[name] for name in order],
            "incidents": counts,
            "share": [count / total for count in counts],
        }
    )
