"""Cases of the county: who leads, who looks after them, how risky, and when they are reviewed."""

import datetime as dt
import json

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.categories import NOT_RECORDED
from geodata.schemas import CASE_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.demo.geography import Geography, Ints
from geodata.sources.demo.places import Places

CASE_SYSTEM = "synthetic cases"
POLICE, HOUSING = "Synthetic County Police", "Synthetic Homes"
OTHERS = 120
CLOCK_DAYS = {"standard": 84, "medium": 28, "high": 14, NOT_RECORDED: 84}
_OWNERS = {"police": "Neighbourhood officer", "council": "Community safety officer",
           "housing": "Housing officer"}  # fmt: skip
_BANDS = ("standard", "medium", "high", NOT_RECORDED)
_NOTES = ("Diary sheets asked for", "Noise equipment lent", "Mediation offered", "Door knock done")

Texts = npt.NDArray[np.object_]


def build_cases(
    rng: np.random.Generator,
    geography: Geography,
    places: Places,
    frame: pd.DataFrame,
    where: Ints,
    pattern: Ints,
    kinds: Texts,
    scale: float,
) -> pd.DataFrame:
    """Build cases of three in four planted repeat victims and places, and of some others.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    geography, places : Geography, Places
        For the ward and the district of each case.
    frame : DataFrame
        Incidents.
    where, pattern : ndarray
        Location and planted pattern of each incident, -1 for none.
    kinds : ndarray of str
        Kind of each planted pattern.
    scale : float
        Size of the county; 1 for 45,000 incidents a year.

    Returns
    -------
    DataFrame
        Of schemas.CASE_COLUMNS.
    """
    last_day = frame["reported_at"].max().date()
    groups = [
        np.flatnonzero(pattern == number)
        for number in np.flatnonzero(np.isin(kinds, ("repeat victim", "repeat location"))).tolist()
        if rng.random() < 0.75
    ]
    exact = (frame["location_precision"] == "exact").to_numpy()
    personal = (frame["nsir_category"] == "personal").to_numpy()
    single = np.flatnonzero(exact & personal & (pattern < 0) & ~places.is_excluded[where])
    wanted = min(max(40, round(OTHERS * min(scale, 1))), len(single))
    groups += [np.array([row]) for row in rng.choice(single, wanted, replace=False).tolist()]
    names = geography.areas[geography.areas["kind"] == "district"]
    councils = [f"{name} Council" for name in names["name"]]
    told = frame[["reported_at", "location_key", "victim_key", "problem_key"]]
    rows = [
        _draw_case(
            rng, geography, places, told.iloc[group], int(where[group[0]]), councils, last_day
        )
        for group in sorted(groups, key=lambda group: int(group[0]))
    ]
    cases = pd.DataFrame(rows)
    cases.insert(0, "case_id", [f"CASE-{number:05d}" for number in range(1, len(cases) + 1)])
    cases = cases.assign(force=frame["force"].iloc[0], source_system=CASE_SYSTEM)
    return cases[list(CASE_COLUMNS)]


def _draw_case(
    rng: np.random.Generator, geography: Geography, places: Places, records: pd.DataFrame,
    place: int, councils: list[str], last_day: dt.date,
) -> dict[str, object]:  # fmt: skip
    ward = int(geography.lsoa_ward[places.lsoa[place]])
    district = int(geography.ward_district[ward])
    reports = np.sort(records["reported_at"].to_numpy())
    known = pd.Timestamp(reports[min(2, len(reports) - 1)]).date()
    opened = min(known + dt.timedelta(days=int(rng.integers(0, 15))), last_day)
    latest = pd.Timestamp(reports[-1]).date()
    closed = max(latest, opened) + dt.timedelta(days=int(rng.integers(30, 200)))
    is_open = closed > last_day or rng.random() < 0.25
    kind = str(rng.choice(["police", "council", "housing"], p=[0.4, 0.35, 0.25]))
    agencies = {"police": POLICE, "council": councils[district], "housing": HOUSING}
    others = [name for one, name in agencies.items() if one != kind]
    shared = [name for name in others if rng.random() < 0.55]
    band = _BANDS[int(rng.choice(4, p=[0.42, 0.33, 0.15, 0.10]))]
    last, due = _draw_reviews(rng, opened, last_day if is_open else closed, band)
    # About half of those who could be told have been.
    told = opened + dt.timedelta(days=int(rng.integers(0, 40)) + 10_000 * int(rng.integers(0, 2)))
    extra = {
        "Officer note": _NOTES[int(rng.integers(len(_NOTES)))],
        "Warning letter sent": opened.strftime("%d/%m/%Y") if rng.random() < 0.4 else "",
        "Tenancy reference": f"SYN-T-{int(rng.integers(10_000, 99_999))}",
    }
    return {
        "opened": opened,
        "closed": None if is_open else closed,
        "status": "open" if is_open else "closed",
        "lead_agency": agencies[kind],
        "owner": f"{_OWNERS[kind]} {int(rng.integers(1, 60))}" if rng.random() < 0.9 else "",
        "risk_band": band,
        "last_review": last,
        "next_review": due if is_open else None,
        "location_key": records["location_key"].iloc[0],
        "victim_key": records["victim_key"].iloc[0],
        "problem_key": records["problem_key"].iloc[0],
        "ward_code": geography.ward_codes[ward],
        "district_code": geography.district_codes[district],
        "shared_with": "; ".join(shared),
        "victim_told": told if len(records) >= 3 and told <= last_day else None,
        "sealed_extra": get_key_ring().seal(json.dumps(extra)),
    }


def _draw_reviews(
    rng: np.random.Generator, opened: dt.date, end: dt.date, band: str
) -> tuple[dt.date | None, dt.date]:
    """Give the last review, if there was one, and the next; two in five are overdue."""
    clock = dt.timedelta(days=CLOCK_DAYS[band])
    late = rng.random() < 0.4
    days = int(rng.integers(1, 60)) if late else -int(rng.integers(0, clock.days))
    due = end - dt.timedelta(days=days)
    last = due - clock
    if last < opened:
        return None, max(opened, due) if late else opened + clock
    return last, due
