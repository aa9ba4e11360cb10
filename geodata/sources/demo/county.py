"""Build the whole synthetic county from one seed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.schemas import AREA_COLUMNS, LOOKUP_COLUMNS, PLANTED_COLUMNS
from geodata.sources.demo.agencies import (
    Truths,
    find_background,
    plant_moving_victims,
    plant_sheltered,
    tell_twice,
)
from geodata.sources.demo.callers import build_calls
from geodata.sources.demo.cases import build_cases
from geodata.sources.demo.engagement import Engagement, build_engagement
from geodata.sources.demo.geography import build_geography
from geodata.sources.demo.homes import build_homes, spell_twice
from geodata.sources.demo.incidents import build_incidents
from geodata.sources.demo.patterns import FULL_SIZE, plant_patterns
from geodata.sources.demo.people import (
    build_lookups,
    build_population,
    build_segments,
    count_residents,
)
from geodata.sources.demo.places import build_places
from geodata.sources.demo.scores import build_scores
from geodata.sources.demo.survey import DemoSurvey, build_survey
from geodata.sources.demo.survey_truth import count_reports
from geodata.sources.demo.timing import build_diary

FEWEST_A_YEAR, MOST_A_YEAR = 500, 330_000


@dataclass(frozen=True)
class County:
    """The synthetic county as frames.

    Attributes
    ----------
    areas : GeoDataFrame
        schemas.AREA_COLUMNS, EPSG:27700: districts, wards, LSOAs and town centres.
    lookups, population, segments, locations, incidents, planted : DataFrame
        Of the schemas' columns; `planted` is the truth that analyses are tested against.
    calls, caller_plans, cases : DataFrame
        Of the schemas' columns. Names, addresses and what cases hold besides are sealed, so the
        same seed gives the same county under the same key file, but for the bytes of the seals.
    scores : DataFrame
        schemas.AREA_SCORE_COLUMNS: an invented deprivation of the LSOAs, what it is being
        `geodata.sources.demo.scores.HEAD`.
    survey : DemoSurvey
        What residents said of crime and worry, with the truth that it samples.
    engagement : Engagement
        Neighbourhood teams, postcodes, residents' priorities and signal events.
    left_out : dict of str to int
        How many patterns of a kind the county is too small for: they are neither among the
        incidents nor in `planted`. Empty for a county of the usual size.
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
    calls: pd.DataFrame
    caller_plans: pd.DataFrame
    cases: pd.DataFrame
    scores: pd.DataFrame
    survey: DemoSurvey
    engagement: Engagement
    left_out: dict[str, int]
    seed: int

    @property
    def survey_truth(self) -> pd.DataFrame:
        """What the residents of each ward would answer: ward_code, measure, value (0 to 100)."""
        return self.survey.truth

    @property
    def note(self) -> str:
        """What could not be planted, in a sentence; "" if nothing."""
        parts = [f"{kind} ({number})" for kind, number in self.left_out.items()]
        return f"Not planted, as the county is too small: {', '.join(parts)}." if parts else ""


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
        ASB incidents in a year of 365.25 days, 500 to 330,000. Patterns shrink with it; below
        about 1,500, or with few years, some do not fit and are left out (`County.left_out`).
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

    shape_rng, people_rng, place_rng, time_rng, plant_rng, incident_rng, *later = (
        np.random.default_rng(child) for child in np.random.SeedSequence(rng_seed).spawn(12)
    )
    # A generator more at the end leaves the draws of those before it as they were.
    home_rng, agency_rng, call_rng, survey_rng, team_rng, score_rng = later
    tell("areas")
    geography = build_geography(shape_rng)
    tell("residents and segments")
    residents = count_residents(people_rng, len(geography.lsoa_codes))
    population = build_population(people_rng, geography, residents)
    segments = build_segments(people_rng, geography)
    tell("streets and addresses")
    built = build_places(place_rng, geography, residents)
    diary = build_diary(time_rng, last_day, years)
    tell("planted patterns")
    planting = plant_patterns(plant_rng, geography, built, diary, incidents_per_year)
    tell("incidents")
    homes = build_homes(home_rng, geography, planting.places)
    total = round(incidents_per_year * len(diary.days) / 365.25)
    frame, pattern, where = build_incidents(
        incident_rng, geography, planting, diary, total, homes.key
    )
    planted = planting.to_frame(frame["incident_id"].to_numpy(dtype=object), pattern)
    tell("agencies, callers and cases")
    scale = incidents_per_year / FULL_SIZE
    truths = Truths(len(planted))
    background = find_background(frame, planting.places, where, pattern)
    plant_moving_victims(agency_rng, geography, planting.places, frame, background, truths, scale)
    plant_sheltered(agency_rng, frame, background, truths, scale)
    told_twice = tell_twice(agency_rng, frame, background, truths, scale)
    engagement = build_engagement(team_rng, geography, planting.places, homes.address, last_day)
    homes, places = spell_twice(
        agency_rng, homes, planting.places, frame, background, truths, scale
    )
    kinds = planted["kind"].to_numpy(dtype=object)
    cases = build_cases(agency_rng, geography, places, frame, where, pattern, kinds, scale)
    calls = build_calls(call_rng, geography, places, homes.key, frame, where, truths, scale)
    planted = pd.concat([planted, truths.to_frame()], ignore_index=True)
    incidents = pd.concat([frame, told_twice], ignore_index=True)
    tell("survey of residents")
    reports = count_reports(geography, planting.places, where)
    survey = build_survey(survey_rng, geography, population, segments, reports, last_day)
    return County(
        areas=geography.areas[list(AREA_COLUMNS)],
        lookups=build_lookups(geography)[list(LOOKUP_COLUMNS)],
        population=population,
        segments=segments,
        locations=homes.to_frame(places),
        incidents=incidents,
        planted=planted[list(PLANTED_COLUMNS)],
        calls=calls.calls,
        caller_plans=calls.plans,
        cases=cases,
        scores=build_scores(score_rng, geography),
        survey=survey,
        engagement=engagement,
        left_out=dict(planting.left_out + truths.left_out),
        seed=rng_seed,
    )
