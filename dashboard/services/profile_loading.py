"""A ward profile straight from the database, for the command line and for timing.

The pages read the same through `dashboard.loading.profile`, with caches.
"""

import geopandas as gpd

from analytics.worry.measures import list_measures
from analytics.worry.sample import Method
from dashboard.permissions import Permission, acting_as, current_actor, needs, system_actor
from dashboard.services import (
    actions,
    area_figures,
    explore,
    profile,
    questions,
    repeats,
    ward_mix,
    worry,
)
from dashboard.services.profile_blocks import Profile, require_audience
from dashboard.services.profile_released import find_released_day
from dashboard.services.worry import MatrixFound, WardAsb
from geodata.store.database import Database
from geodata.store.imports import is_synthetic


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
    if require_audience(audience) == "operational":
        return _load_operational(database, ward_code, notice)
    with acting_as(current_actor().share_screen()):
        return _load_released(database, ward_code, notice)


def _load_operational(database: Database, ward_code: str, notice: str) -> Profile:
    wards = explore.load_areas(database, "ward")
    profile.require_ward(wards, ward_code)
    held = explore.load_held(database)
    worried = _find_worry(database, worry.count_asb(held, wards))
    return profile.find_operational(
        _load_ground(database, wards, worried, notice),
        profile.load_engaged(database, ward_code),
        held,
        questions.load_question_frame(database, ward_code),
        repeats.load_repeats(database),
        actions.list_actions(database, ward_code=ward_code),
        ward_code,
    )


def _load_released(database: Database, ward_code: str, notice: str) -> Profile:
    wards = explore.load_areas(database, "ward")
    profile.require_ward(wards, ward_code)
    release = area_figures.load_release(database)
    worried = _find_worry(database, worry.released_asb(release, wards))
    return profile.find_released(
        _load_ground(database, wards, worried, notice),
        profile.load_engaged(database, ward_code),
        release,
        area_figures.load_repeat_figures(database, find_released_day(release)),
        ward_code,
    )


def _load_ground(
    database: Database, wards: gpd.GeoDataFrame, worried: MatrixFound | None, notice: str
) -> profile.Ground:
    # Changes of recording are days and words of administration: no figure and no person.
    with acting_as(system_actor("profile")):
        breaks = questions.list_breaks(database)
    return profile.Ground(wards, notice, is_synthetic(database), breaks, worried)


def _find_worry(database: Database, asb: WardAsb) -> MatrixFound | None:
    """Place the usual survey's first measure against ASB; None if no survey is held for it."""
    heads = worry.load_surveys(database)
    name = worry.usual_survey(heads)
    head = next((one for one in heads if one.name == name), None)
    measures = list_measures(head.items) if head else []
    if head is None or not measures:
        return None
    frame = ward_mix.load_ward_frame(database, head.classification)
    found = worry.find_estimates(database, head, frame, measures[0].key, Method.MULTILEVEL)
    return worry.find_matrix(found, asb, worry.USUAL_CERTAINTY)
