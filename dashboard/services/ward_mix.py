"""The mix of lifestyle segments in each ward, from any classification that is held."""

from dataclasses import dataclass

import pandas as pd

from analytics.worry.mix import carry_forward, list_small_areas, mix_of_wards
from analytics.worry.sample import WardFrame
from dashboard.permissions import Permission, needs
from geodata.joins import chain_lsoa_to_ward
from geodata.store.areas import (
    list_classifications,
    read_areas,
    read_lookups,
    read_population,
    read_segments,
)
from geodata.store.database import Database

SMALL_KINDS = ("oa", "lsoa", "ward")
"""Kinds of area that a classification may be of, the smallest first."""


@dataclass(frozen=True)
class Segments:
    """A classification as a page shows it.

    Attributes
    ----------
    classification : str
        Its name.
    names : dict of str to str
        Name of each segment by code. They are names of kinds of area, never of people.
    mix : DataFrame
        ward_code, segment_code, share.
    missing : DataFrame
        ward_code, kind, code, residents: small areas that it does not have.
    """

    classification: str
    names: dict[str, str]
    mix: pd.DataFrame
    missing: pd.DataFrame


@needs(Permission.SEE_WORRY)
def list_held_classifications(database: Database) -> list[str]:
    """List the classifications that are held, by name."""
    return list_classifications(database)


@needs(Permission.SEE_WORRY)
def load_ward_frame(database: Database, classification: str) -> WardFrame:
    """Load the current wards with their residents and the mix of a classification.

    Parameters
    ----------
    database : Database
    classification : str
        Name of a classification that is held; an unknown one leaves every ward without a mix.

    Notes
    -----
    A classification by output areas is weighed by residents of output areas if they are held,
    else by those of their LSOA in equal parts.
    """
    wards = read_areas(database, "ward")
    segments = read_segments(database, classification)
    kind = next((kind for kind in SMALL_KINDS if (segments["kind"] == kind).any()), "ward")
    segments = segments[segments["kind"] == kind]
    links = read_lookups(database, "lsoa", "lsoa")
    lsoa_wards = chain_lsoa_to_ward(read_lookups(database, "lsoa", "ward"), links, wards)
    residents = read_population(database, "lsoa")
    # Older LSOAs are known to the lookup too; their residents must not count twice.
    current = lsoa_wards[lsoa_wards["lsoa_code"].isin(_newest_lsoas(database, residents))]
    areas = list_small_areas(kind, current, residents, read_lookups(database, "oa", "lsoa"))
    if kind == "lsoa":
        segments = carry_forward(segments, links, areas["code"])
    mix, missing = mix_of_wards(segments, areas)
    return WardFrame(wards=_count_residents(database, wards, areas), mix=mix, missing=missing)


@needs(Permission.SEE_WORRY)
def load_segments(database: Database, classification: str, frame: WardFrame) -> Segments:
    """Load the names of a classification's segments to stand beside the mix of each ward."""
    rows = read_segments(database, classification).drop_duplicates("segment_code")
    names = dict(zip(rows["segment_code"].astype(str), rows["segment_name"], strict=True))
    return Segments(classification, names, frame.mix, frame.missing)


def _newest_lsoas(database: Database, residents: pd.DataFrame) -> set[str]:
    held = set(read_areas(database, "lsoa")["code"])
    return held or set(residents["code"])


def _count_residents(database: Database, wards: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Give wards their residents: as published, else the sum of their small areas."""
    published = read_population(database, "ward").set_index("code")["residents"]
    summed = areas.groupby("ward_code")["residents"].sum()
    residents = wards["code"].map(published).astype(float)
    residents = residents.fillna(wards["code"].map(summed)).fillna(0.0)
    return pd.DataFrame(
        {
            "code": wards["code"].to_numpy(),
            "district_code": wards["district_code"].to_numpy(),
            "residents": residents.to_numpy(dtype=float),
        }
    )
