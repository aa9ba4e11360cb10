"""Neighbourhood teams, postcodes, residents' priorities and signal events of the county.

Officers' names are made of syllables, their numbers come from the range that Ofcom keeps for
drama, and their addresses end in '.example', which belongs to nobody.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geodata.schemas import (
    OFFICER_COLUMNS,
    POSTCODE_COLUMNS,
    PRIORITY_COLUMNS,
    SIGNAL_COLUMNS,
)
from geodata.sources.demo import names
from geodata.sources.demo.geography import Floats, Geography
from geodata.sources.demo.places import Places
from geodata.sources.demo.residents_words import ASKED, PROBLEMS, SIGNALS, Asked

NO_OFFICER = 7
"""Wards without a named officer."""
WITH_PRIORITIES = 0.6
ADDED_BY = "synthetic county"
_GIVEN = ("elin", "arro", "ista", "olan", "essa", "undo")
"""Ends of given names, none of them the end of a caller's."""
_STATES = np.array(["agreed", "in hand", "done", "not taken up"], dtype=object)
_STATE_SHARES = (0.25, 0.35, 0.32, 0.08)

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Engagement:
    """Who works for each ward, what residents asked for, and what unsettles.

    Attributes
    ----------
    officers, postcodes, priorities, signals : DataFrame
        Of schemas.OFFICER_COLUMNS, POSTCODE_COLUMNS, PRIORITY_COLUMNS with is_synthetic, and
        SIGNAL_COLUMNS.
    """

    officers: pd.DataFrame
    postcodes: pd.DataFrame
    priorities: pd.DataFrame
    signals: pd.DataFrame


def build_engagement(
    rng: np.random.Generator,
    geography: Geography,
    places: Places,
    addresses: Texts,
    last_day: dt.date,
) -> Engagement:
    """Build what the county knows of its neighbourhoods.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    geography : Geography
    places : Places
        Locations, as many as there are addresses.
    addresses : ndarray of str
        As `addresses.write_addresses` gives them; '' for none.
    last_day : date
        Nothing is later.
    """
    return Engagement(
        officers=draw_officers(rng, geography, last_day),
        postcodes=list_postcodes(geography, places, addresses),
        priorities=draw_priorities(rng, geography, last_day),
        signals=draw_signals(rng, geography, last_day),
    )


def draw_officers(
    rng: np.random.Generator, geography: Geography, last_day: dt.date
) -> pd.DataFrame:
    """Name an officer for every ward but a few, and a PCSO for most; a team has several wards."""
    wards = len(geography.ward_codes)
    size = np.bincount(geography.lsoa_ward)
    centres = np.column_stack(
        [np.bincount(geography.lsoa_ward, axis) / size for axis in geography.lsoa_centres.T]
    )
    team = _nearest_town_of_district(geography, centres)
    nobody = rng.choice(wards, NO_OFFICER, replace=False)
    has_second = rng.random(wards) < 0.6
    made = _name_officers(rng, 2 * wards)
    as_at = last_day.replace(day=1)
    rows = []
    for ward, town in enumerate(team.tolist()):
        if ward in nobody:
            continue
        place = geography.town_names[town]
        contact = {
            "ward_code": geography.ward_codes[ward],
            "team": f"{place} neighbourhood team",
            "email": f"{place.lower()}.team@synthetic-county.example",
            "phone": f"01632 960{100 + town:03d}",
            "as_at": as_at,
        }
        lead = {"name": made[ward], "role": "Neighbourhood beat officer", "is_lead": True}
        rows.append({**contact, **lead})
        if has_second[ward]:
            second = {"name": made[wards + ward], "role": "PCSO", "is_lead": False}
            rows.append({**contact, **second})
    return pd.DataFrame(rows, columns=list(OFFICER_COLUMNS))


def list_postcodes(geography: Geography, places: Places, addresses: Texts) -> pd.DataFrame:
    """List the postcodes of the addresses with their ward; each lies in one LSOA."""
    held = np.flatnonzero(addresses != "")
    texts = [str(text).rsplit(", ", 1)[1].replace(" ", "") for text in addresses[held].tolist()]
    lsoa = places.lsoa[held]
    frame = pd.DataFrame(
        {
            "postcode": texts,
            "ward_code": geography.ward_codes[geography.lsoa_ward[lsoa]],
            "lsoa_code": geography.lsoa_codes[lsoa],
        }
    )
    first = frame.drop_duplicates("postcode").sort_values("postcode", ignore_index=True)
    return first[list(POSTCODE_COLUMNS)]


def draw_priorities(
    rng: np.random.Generator, geography: Geography, last_day: dt.date
) -> pd.DataFrame:
    """Draw one to three priorities for about six wards in ten, of the past 15 months."""
    listed = geography.ward_codes[rng.random(len(geography.ward_codes)) < WITH_PRIORITIES]
    rows = []
    for ward in listed.tolist():
        for problem in rng.choice(len(PROBLEMS), int(rng.integers(1, 4)), replace=False).tolist():
            chosen = PROBLEMS[problem]
            asked = ASKED[int(rng.choice(len(ASKED), p=[one.share for one in ASKED]))]
            state = str(rng.choice(_STATES, p=_STATE_SHARES))
            rows.append(
                {
                    "ward_code": ward,
                    "title": chosen.title,
                    "source": asked.source,
                    "agreed_on": last_day - dt.timedelta(days=int(rng.integers(7, 460))),
                    "status": state,
                    "linked_plan": "",
                    **_tell_who_was_asked(rng, asked),
                    "you_said": chosen.you_said,
                    "we_did": chosen.we_did[state],
                }
            )
    frame = pd.DataFrame(rows, columns=list(PRIORITY_COLUMNS))
    return frame.assign(is_synthetic=True)


def draw_signals(rng: np.random.Generator, geography: Geography, last_day: dt.date) -> pd.DataFrame:
    """Draw a dozen events of the past six months; half lie near a main town's centre."""
    count = len(SIGNALS)
    near_town = np.arange(count) % 2 == 0
    points = np.where(
        near_town[:, None],
        geography.towns[np.arange(count) % len(geography.towns)] + rng.normal(0, 400, (count, 2)),
        geography.lsoa_centres[rng.choice(len(geography.lsoa_centres), count, replace=False)],
    ).round()
    lsoa = geography.find_lsoa(points)
    days = np.sort(rng.integers(3, 180, count))[::-1]
    rows = []
    for number, one in enumerate(SIGNALS):
        happened = last_day - dt.timedelta(days=int(days[number]))
        lasts = int(rng.integers(*one.lasts_days)) if one.lasts_days else None
        rows.append(
            {
                "title": one.title,
                "kind": one.kind,
                "happened_on": happened,
                "ends_on": happened + dt.timedelta(days=lasts) if lasts else None,
                "easting": points[number, 0],
                "northing": points[number, 1],
                "radius_m": float(one.radius_m),
                "ward_code": geography.ward_codes[geography.lsoa_ward[lsoa[number]]],
                "source": one.source,
                "is_synthetic": True,
                "added_by": ADDED_BY,
            }
        )
    return pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS))


def _nearest_town_of_district(geography: Geography, centres: Floats) -> npt.NDArray[np.int64]:
    """Give the number of the town whose team each ward belongs to: the nearest in the district."""
    town_district = geography.ward_district[
        geography.lsoa_ward[geography.find_lsoa(geography.towns)]
    ]
    nearest = np.empty(len(centres), dtype=np.int64)
    for district in range(len(geography.district_codes)):
        here = np.flatnonzero(geography.ward_district == district)
        towns = np.flatnonzero(town_district == district)
        nearest[here] = towns[cKDTree(geography.towns[towns]).query(centres[here])[1]]
    return nearest


def _name_officers(rng: np.random.Generator, count: int) -> list[str]:
    """Name officers such as 'Vynoelin Quorenholt', no two alike."""
    stems = names.make_names(rng, count)
    first = rng.permutation(stems)
    ends = rng.integers(0, len(_GIVEN), count)
    return [
        f"{stem[:4]}{_GIVEN[end]} {family}"
        for stem, end, family in zip(first.tolist(), ends.tolist(), stems, strict=True)
    ]


def _tell_who_was_asked(rng: np.random.Generator, asked: Asked) -> dict[str, object]:
    """Say how many were asked and how; one in eight registers does not say."""
    if rng.random() < 0.125:
        return {"people_asked": pd.NA, "how_representative": ""}
    people = int(rng.integers(*asked.people))
    return {"people_asked": people, "how_representative": asked.how}
