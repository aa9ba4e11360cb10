"""Residents and invented lifestyle segments of the county's areas."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sources.demo.geography import EDITION, Floats, Geography, Ints

TOTAL_RESIDENTS = 1_860_000
POPULATION_YEAR = 2024
CLASSIFICATION = "Synthetic lifestyle segments"
SEGMENTS = (
    "Harbour renters", "Terrace families", "Lane-end retirees", "Estate starters",
    "Garden commuters", "Orchard households", "Campus sharers", "Long-settled neighbours",
)  # fmt: skip
_URBAN_LEAN = np.array([2.0, 1.6, 0.5, 1.6, 0.7, 0.25, 1.5, 1.0])
"""How much likelier each segment is in towns than in the country."""
_WARD_LEAN, _LSOA_LEAN = 0.5, 8.0
"""How even the mix of a ward is, and how near to it those of its LSOAs are; lower is unlike."""


def count_residents(rng: np.random.Generator, lsoas: int) -> Ints:
    """Give each LSOA 1,300 to 2,200 residents, about 1.86 million together."""
    drawn = rng.normal(TOTAL_RESIDENTS / lsoas, 170, lsoas)
    drawn *= TOTAL_RESIDENTS / drawn.sum()
    return np.clip(np.round(drawn), 1_300, 2_200).astype(np.int64)


def measure_urban(geography: Geography) -> Floats:
    """Say how urban each LSOA is: 1 in a town centre, near 0 in the country."""
    distance = cKDTree(geography.towns).query(geography.lsoa_centres)[0]
    return np.asarray(np.exp(-distance / 2_500.0))


def build_population(rng: np.random.Generator, geography: Geography, lsoa: Ints) -> pd.DataFrame:
    """List residents and households by LSOA, ward and district (sums of the LSOAs)."""
    homes = np.round(lsoa / rng.uniform(2.1, 2.6, len(lsoa)))
    ward, district = geography.lsoa_ward, geography.ward_district[geography.lsoa_ward]
    parts = []
    for kind, codes, label in (
        ("lsoa", geography.lsoa_codes, np.arange(len(lsoa))),
        ("ward", geography.ward_codes, ward),
        ("district", geography.district_codes, district),
    ):
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "code": codes,
                    "year": POPULATION_YEAR,
                    "residents": np.bincount(label, weights=lsoa).astype(np.int64),
                    "households": np.bincount(label, weights=homes).astype(np.int64),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def build_segments(rng: np.random.Generator, geography: Geography) -> pd.DataFrame:
    """List the share of each LSOA's residents in each of eight segments; shares sum to 1.

    LSOAs of one ward are alike and wards differ, as those of real classifications do: most wards
    lean to one or two segments.
    """
    urban = measure_urban(geography)[:, None]
    lean = urban * _URBAN_LEAN + (1 - urban) / _URBAN_LEAN
    ward, size = geography.lsoa_ward, np.bincount(geography.lsoa_ward)
    ward_lean = np.column_stack([np.bincount(ward, column) / size for column in lean.T])
    of_ward = rng.gamma(_WARD_LEAN * ward_lean) + 1e-3
    of_ward /= of_ward.sum(axis=1, keepdims=True)
    shares = rng.gamma(_LSOA_LEAN * of_ward[ward]) + 1e-3
    shares /= shares.sum(axis=1, keepdims=True)
    areas, segments = shares.shape
    return pd.DataFrame(
        {
            "classification": CLASSIFICATION,
            "kind": "lsoa",
            "code": np.repeat(geography.lsoa_codes, segments),
            "segment_code": np.tile([str(i) for i in range(1, segments + 1)], areas),
            "segment_name": np.tile(np.array(SEGMENTS, dtype=object), areas),
            "share": shares.ravel(),
        }
    )


def build_lookups(geography: Geography) -> pd.DataFrame:
    """List which ward each LSOA and which district each ward lies in."""
    up = pd.DataFrame(
        {
            "from_kind": "lsoa",
            "from_code": geography.lsoa_codes,
            "to_kind": "ward",
            "to_code": geography.ward_codes[geography.lsoa_ward],
        }
    )
    top = pd.DataFrame(
        {
            "from_kind": "ward",
            "from_code": geography.ward_codes,
            "to_kind": "district",
            "to_code": geography.district_codes[geography.ward_district],
        }
    )
    lookups = pd.concat([up, top], ignore_index=True)
    lookups.insert(1, "from_edition", EDITION)
    lookups.insert(4, "to_edition", EDITION)
    lookups["change"] = ""
    return lookups
