"""Ward profiles as their page and print read them: found anew from what is cached."""

import pandas as pd

from analytics.worry.measures import list_measures
from dashboard.gates import gate
from dashboard.loading import worry
from dashboard.loading.held import (
    areas,
    breaks,
    current_database,
    held,
    holds_synthetic,
    notice,
)
from dashboard.loading.incidents import question_frame
from dashboard.loading.records import repeat_data, repeats_version
from dashboard.loading.released import _release, released_repeats
from dashboard.permissions import Permission, acting_as, current_actor, system_actor
from dashboard.services import actions, profile
from dashboard.services.profile_blocks import AUDIENCES, Profile, require_audience
from dashboard.services.worry import USUAL_CERTAINTY, MatrixFound


@gate(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def profile_audiences() -> list[str]:
    """List the versions that whoever asks may have."""
    may_count = current_actor().may(Permission.SEE_COUNTS)
    return list(AUDIENCES) if may_count else ["partner"]


@gate(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def ward_profile(ward_code: str, audience: str, version: str) -> Profile:
    """Give the ten blocks of a ward.

    The partner's version is read under the rules of a shared screen, whoever asks: nothing but
    released figures and survey estimates can be read for it.

    Raises
    ------
    UnknownAreaError
        If there is no such ward.
    """
    if require_audience(audience) == "operational":
        return _operational(ward_code, version)
    with acting_as(current_actor().share_screen()):
        return _released(ward_code, version)


def _operational(ward_code: str, version: str) -> Profile:
    here = current_database()
    return profile.find_operational(
        _ground(version),
        profile.load_engaged(here, ward_code),
        held(version),
        question_frame(version),
        repeat_data(repeats_version(version)),
        actions.list_actions(here, ward_code=ward_code),
        ward_code,
    )


def _released(ward_code: str, version: str) -> Profile:
    return profile.find_released(
        _ground(version),
        profile.load_engaged(current_database(), ward_code),
        _release(version),
        _repeat_figures(version),
        ward_code,
    )


def _repeat_figures(version: str) -> pd.DataFrame:
    if not _release(version).periods:
        return pd.DataFrame(columns=["what", "kind", "code", "count", "note"])
    return released_repeats(version)


def _ground(version: str) -> profile.Ground:
    # Changes of recording are days and words of administration: no figure and no person.
    with acting_as(system_actor("profile")):
        known = breaks(version)
    return profile.Ground(
        wards=areas("ward", version),
        notice=notice(version),
        is_synthetic=holds_synthetic(version),
        breaks=known,
        worry=_worry(version),
    )


def _worry(version: str) -> MatrixFound | None:
    name = worry.usual_survey(version)
    if name is None:
        return None
    head = next(head for head in worry.surveys(version) if head.name == name)
    measures = list_measures(head.items)
    if not measures:
        return None
    return worry.matrix(name, measures[0].key, USUAL_CERTAINTY, (None, None), version)
