"""Build the whole synthetic county from one seed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.schemas import AREA_COLUMNS, LOOKUP_COLUMNS, PLANTED_COLUMNS
from geodata.sources.demo.geography import build_geography
from geodata.sources.demo.incidents import build_incidents
from geodata.sources.demo.patterns import plant_patterns
from geodata.sources.demo.people import (
    build_lookups,
    build_population,
    build_segments,
    count_residents,
)
from geodata.sources.demo.places import build_places
from geodata.sources.demo.timing import build_diary

FEWEST_A_YEAR, MOST_A_YEAR = 1_000, 330_000


@dataclass(frozen=True)
class County:
    """The synthetic county as frames.

    Attributes
    ----------
    areas : GeoDataFrame
        schemas.AREA_COLUMNS, EPSG:27700: districts, wards, LSOAs and town centres.
    lookups, population, segments, locations, incidents, planted : DataFrame
        Of the schemas' columns; `planted` is the truth that analyses are tested against.
    seed : int
        The seed it was built from.
    """

    areas: gpd.GeoDataFrame
    lookups: pd.DataFrame
    population: pd.DataFrame
    segments: pd.DataFrame
    locations: pd.DataFrame
    incidents: pd.DataFrame
    planted: pd.DataFrame
    seed: int


def build_county(
    rng_seed: int = 2026,
    *,
    incidents_per_year: int = 45_000,
    last_day: dt.date = dt.date(2026, 9, 30),
    years: int = 3,
    progress: Callable[[str], None] | None = None,
) -> County:
    """Build the synthetic county; the same arguments give the same county.

    Parameters
    ----------
    rng_seed : int, default 2026
        Seed of every draw.
    incidents_per_year : int, default 45,000
        ASB incidents in a year of 365.25 days, 1,000 to 330,000.
    last_day : datetime.date
        Last day with incidents.
    years : int, default 3
        Whole years up to the last day, 1 to 10.
    progress : callable, optional
        Told in words what is being built.

    Returns
    -------
    County
        Frames of the shapes in geodata.schemas.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    if not FEWEST_A_YEAR <= incidents_per_year <= MOST_A_YEAR:
        raise ValueError(
            f"incidents_per_year is {incidents_per_year}; {FEWEST_A_YEAR} to {MOST_A_YEAR} is "
            "accepted"
        )
    if not 1 <= years <= 10 or incidents_per_year * years > 999_999:
        raise ValueError(f"years is {years}; 1 to 10 is accepted, and under a million incidents")

    def tell(words: str) -> None:
        if progress is not None:
            progress(words)

    shape_rng, people_rng, place_rng, time_rng, plant_rng, incident_rng = (
        np.random.default_rng(child) for child in np.random.SeedSequence(rng_seed).spawn(6)
    )
    tell("areas")
    geography = build_geography(shape_rng)
    tell("residents and segments")
    residents = count_residents(people_rng, len(geography.lsoa_codes))
    population = build_population(people_rng, geography, residents)
    segments = build_segments(people_rng, geography)
    tell("streets and addresses")
    places = build_places(place_rng, geography, residents)
    diary = build_diary(time_rng, last_day, years)
    tell("planted patterns")
    planting = plant_patterns(plant_rng, geography, places, diary, incidents_per_year)
    tell("incidents")
    total = round(incidents_per_year * len(diary.days) / 365.25)
    incidents, pattern = build_incidents(incident_rng, geography, planting, diary, total)
    planted = planting.to_frame(incidents["incident_id"].to_numpy(dtype=object), pattern)
    return County(
        areas=geography.areas[list(AREA_COLUMNS)],
        lookups=build_lookups(geography)[list(LOOKUP_COLUMNS)],
        population=population,
        segments=segments,
        locations=planting.places.to_frame(),
        incidents=incidents,
        planted=planted[list(PLANTED_COLUMNS)],
        seed=rng_seed,
    )
