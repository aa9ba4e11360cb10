"""The mix of lifestyle segments in each ward, from any classification that is held."""

from dataclasses import dataclass

import pandas as pd

from analytics.worry.mix import carry_forward, list_small_areas, mix_of_wards
from analytics.worry.sample import WardFrame
from dashboard.permissions import Permission, needs
from geodata.joins import chain_lsoa_to_ward
from geodata.store.areas import (
    read_areas,
    read_lookups,
    read_population,
    read_segment_parents,
    read_segments,
)
from geodata.store.database import Database

OAC = "OAC"
"""How the names of the Output Area Classifications begin."""
_OAC_CODE = r"\d(?:[a-z]\d?)?"
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
def load_ward_frame(database: Database, classification: str) -> WardFrame:
    """Load the current wards with their residents and the mix of a classification.

    Parameters
    ----------
    database : Database
    classification : str
        Name of a classification that is held; an unknown one leaves every ward without a mix.

    Notes
    -----
    A classification by output areas is weighed by the residents of their LSOA in equal parts.
    """
    wards = read_areas(database, "ward")
    segments = read_segments(database, classification)
    kind = next((kind for kind in SMALL_KINDS if (segments["kind"] == kind).any()), "ward")
    segments = segments[segments["kind"] == kind]
    areas, links = read_small_areas(database, kind)
    if kind == "lsoa":
        segments = carry_forward(segments, links, areas["code"])
    mix, missing = mix_of_wards(segments, areas)
    return WardFrame(
        wards=_count_residents(database, wards, areas), mix=mix, missing=missing,
        parents=_find_parents(database, classification, segments["segment_code"].astype("str")),
    )  # fmt: skip


@needs(Permission.SEE_WORRY)
def read_small_areas(database: Database, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the small areas of the current wards, and which older LSOA became which newer one.

    Parameters
    ----------
    database : Database
    kind : str
        One of `SMALL_KINDS`.

    Returns
    -------
    areas : DataFrame
        As `analytics.worry.mix.list_small_areas` gives them.
    links : DataFrame
        from_code, to_code of LSOAs.
    """
    links = read_lookups(database, "lsoa", "lsoa")
    of_wards = read_lookups(database, "lsoa", "ward")
    lsoa_wards = chain_lsoa_to_ward(of_wards, links, read_areas(database, "ward"))
    residents = read_population(database, "lsoa")
    # Older LSOAs are known to the lookup too; their residents must not count twice.
    current = lsoa_wards[lsoa_wards["lsoa_code"].isin(_newest_lsoas(database, residents))]
    return list_small_areas(kind, current, residents, read_lookups(database, "oa", "lsoa")), links


@needs(Permission.SEE_WORRY)
def load_segments(database: Database, classification: str, frame: WardFrame) -> Segments:
    """Load the names of a classification's segments to stand beside the mix of each ward."""
    rows = read_segments(database, classification).drop_duplicates("segment_code")
    names = dict(zip(rows["segment_code"].astype(str), rows["segment_name"], strict=True))
    return Segments(classification, names, frame.mix, frame.missing)


def _find_parents(
    database: Database, classification: str, codes: pd.Series
) -> dict[str, str] | None:
    """Find the larger segment of each segment; None where the codes of the OAC say it themselves.

    Codes of another classification may look alike and lie in nothing that they name.
    """
    if classification.startswith(OAC) and codes.str.fullmatch(_OAC_CODE).all():
        return None
    named = read_segment_parents(database, classification)
    return named


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
