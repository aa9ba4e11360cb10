"""A ward profile straight from the database, for the command line and for timing.

The pages read the same through `dashboard.loading.profile`, with caches.
"""

from dataclasses import replace

import geopandas as gpd

from analytics.worry.sample import Method
from dashboard.permissions import Permission, acting_as, current_actor, needs, system_actor
from dashboard.services import (
    actions,
    area_figures,
    explore,
    profile,
    questions,
    repeats,
    survey,
    ward_mix,
    where_next,
    worry,
)
from dashboard.services.explore import Held
from dashboard.services.profile_blocks import Plans, Profile, require_audience
from dashboard.services.profile_engaged import load_engaged
from dashboard.services.profile_released import find_released_day
from dashboard.services.worry import MatrixFound, WardAsb
from geodata.store.database import Database
from geodata.store.imports import is_synthetic
from geodata.store.repeats import read_reach
from geodata.store.restricted import read_restricted


@needs(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def load_profile(database: Database, ward_code: str, audience: str, notice: str) -> Profile:
    """Load the ten blocks of a ward.

    Parameters
    ----------
    database : Database
    ward_code : str
    audience : {'operational', 'partner'}
        The partner's version is made under the rules of a shared screen, whoever asks: nothing
        but released figures and survey estimates can be read for it.
    notice : str
        Goes with every figure.

    Raises
    ------
    UnknownAreaError
        If there is no such ward.
    NotAllowedError
        If the operational version is asked for by somebody who may not see counts.
    """
    require_audience(audience)
    wards = explore.load_areas(database, "ward")
    profile.require_ward(wards, ward_code)
    if audience == "operational":
        places = explore.load_held_wards(database)
        asb = worry.count_asb(places, wards)
        counted = load_counted(database, wards, asb, places, ward_code)
        ground = _load_ground(database, wards, asb, notice)
        return _finish(database, ground, counted, load_plans(database, ward_code))
    with acting_as(current_actor().share_screen()):
        release = area_figures.load_release(database)
        figures = area_figures.load_repeat_figures(database, find_released_day(release))
        breaks = load_breaks(database)
        counted = profile.count_released(wards, breaks, release, figures, ward_code)
        ground = _load_ground(database, wards, worry.released_asb(release, wards), notice)
        return _finish(database, ground, counted, profile.NO_PLANS)


@needs(Permission.SEE_COUNTS)
def load_counted(
    database: Database,
    wards: gpd.GeoDataFrame,
    asb: WardAsb,
    coverage: Held,
    ward_code: str,
) -> profile.Counted:
    """Count a ward for those who may see counts, reading nothing but its own incidents.

    Parameters
    ----------
    database : Database
    wards : GeoDataFrame
    asb : WardAsb
        Of every ward.
    coverage : Held
        Says which months are held; its incidents are not looked at.
    ward_code : str
    """
    return profile.count_operational(
        wards,
        load_breaks(database),
        asb,
        replace(coverage, incidents=explore.load_ward_incidents(database, ward_code)),
        questions.load_question_frame(database, ward_code),
        repeats.load_repeats_near(database, ward_code),
        read_reach(database),
        ward_code,
    )


@needs(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def load_breaks(database: Database) -> tuple[questions.Break, ...]:
    """Load the changes of recording: days and words of administration, no figure, no person."""
    with acting_as(system_actor("profile")):
        return questions.list_breaks(database)


@needs(Permission.SEE_COUNTS)
def load_plans(database: Database, ward_code: str) -> Plans:
    """Load the open actions of a ward, and whether a plan for it is live."""
    found = actions.list_actions(database, ward_code=ward_code)
    places = found.table.loc[found.table["about_kind"] == "location", "about_key"]
    restricted = read_restricted(database, location_keys=places.tolist())
    is_live = ward_code in where_next.live_plans(database)
    return profile.find_plans(found, restricted, is_live=is_live)


def _load_ground(
    database: Database, wards: gpd.GeoDataFrame, asb: WardAsb, notice: str
) -> profile.Ground:
    found, segments = _find_worry(database, asb)
    return profile.Ground(wards, notice, is_synthetic(database), found, segments)


def _finish(
    database: Database, ground: profile.Ground, counted: profile.Counted, plans: Plans
) -> Profile:
    engaged = load_engaged(database, ground.wards, counted.ward_code, ground.today)
    return profile.put_together(ground, counted, engaged, plans)


def _find_worry(
    database: Database, asb: WardAsb
) -> tuple[MatrixFound | None, ward_mix.Segments | None]:
    """Place the worry of the usual survey against ASB, with the kinds of area it is carried by.

    None and None if no survey asks about worry.
    """
    heads = worry.load_surveys(database)
    name = worry.usual_survey(heads)
    head = next((one for one in heads if one.name == name), None)
    measure = worry.usual_measure(head) if head is not None else None
    if head is None or measure is None:
        return None, None
    frame = ward_mix.load_ward_frame(database, head.classification)
    found = worry.find_estimates(
        survey.load_survey(database, head), frame, measure.key, Method.MULTILEVEL
    )
    segments = ward_mix.load_segments(database, head.classification, frame)
    return worry.find_matrix(found, asb, worry.USUAL_CERTAINTY), segments
