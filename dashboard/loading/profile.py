"""Ward profiles as their page and print read them: counts kept, the rest read each time."""

import pandas as pd
import streamlit as st

from dashboard.gates import gate
from dashboard.loading import worry
from dashboard.loading.held import areas, current_database, held, holds_synthetic, notice
from dashboard.loading.records import repeats_version
from dashboard.loading.released import release, released_repeats
from dashboard.permissions import Permission, acting_as, current_actor
from dashboard.services import profile, profile_loading
from dashboard.services.profile_blocks import AUDIENCES, Plans, Profile, require_audience
from dashboard.services.profile_engaged import load_engaged
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import USUAL_CERTAINTY, MatrixFound, usual_measure

NO_REPEATS = pd.DataFrame(columns=["what", "kind", "code", "count", "note"])


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
    here = current_database()
    if require_audience(audience) == "operational":
        counted = _counted(ward_code, version, repeats_version(version))
        return _finish(counted, profile_loading.load_plans(here, ward_code), version)
    with acting_as(current_actor().share_screen()):
        return _finish(_released(ward_code, version), profile.NO_PLANS, version)


@st.cache_resource(max_entries=64, show_spinner="Counting this ward…")
def _counted(ward_code: str, version: str, repeats_version: str) -> profile.Counted:
    del repeats_version
    return profile_loading.load_counted(
        current_database(),
        areas("ward", version),
        worry.counted_asb(version),
        held(version),
        ward_code,
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _released(ward_code: str, version: str) -> profile.Counted:
    found = release(version)
    return profile.count_released(
        areas("ward", version),
        profile_loading.load_breaks(current_database()),
        found,
        released_repeats(version) if found.periods else NO_REPEATS,
        ward_code,
    )


def _finish(counted: profile.Counted, plans: Plans, version: str) -> Profile:
    ground = profile.Ground(
        areas("ward", version), notice(version), holds_synthetic(version), *_worry(version)
    )
    engaged = load_engaged(current_database(), ground.wards, counted.ward_code, ground.today)
    return profile.put_together(ground, counted, engaged, plans)


def _worry(version: str) -> tuple[MatrixFound | None, Segments | None]:
    name = worry.usual_survey(version)
    head = next((one for one in worry.surveys(version) if one.name == name), None)
    measure = usual_measure(head) if head is not None else None
    if head is None or measure is None:
        return None, None
    found = worry.matrix(head.name, measure.key, USUAL_CERTAINTY, (None, None), version)
    return found, worry.segments(head.classification, version)
