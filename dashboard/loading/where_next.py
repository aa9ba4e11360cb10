"""Which wards next and the safety index, as their pages read them."""

import streamlit as st

from analytics.worry.sample import Method
from dashboard.gates import gate
from dashboard.loading import worry as worry_loading
from dashboard.loading.held import areas, current_database, held
from dashboard.loading.records import repeat_data, repeat_last_day, repeats_version
from dashboard.permissions import Permission
from dashboard.services import safety_index as index_of_wards
from dashboard.services import where_next as qualifying
from dashboard.services import worry
from dashboard.services.ward_scores import load_ward_scores


@gate(Permission.SEE_COUNTS)
def live_plans() -> set[str]:
    """Give the codes of wards with a live plan; never from a cache, since plans change."""
    return qualifying.live_plans(current_database())


@gate(Permission.SEE_ACTIONS)
def actions_of_wards() -> dict[str, int]:
    """Count the open actions about each ward; never from a cache, since actions change."""
    return qualifying.open_actions(current_database())


@gate(Permission.SEE_COUNTS)
def next_wards(certainty: float, version: str) -> qualifying.WhereNext:
    """Give the wards that qualify; only their rates and estimates come from a cache."""
    return qualifying.find_where_next(
        worry_loading.counted_asb(version),
        _estimates("worry", version),
        _estimates("confidence", version),
        live_plans(),
        areas("ward", version),
        certainty,
    )


@gate(Permission.SEE_COUNTS)
def safety_weights(version: str) -> dict[str, int]:
    """Give the usual weight of each part of the safety index that has figures."""
    return index_of_wards.usual_weights(_gathered(version, repeats_version(version)))


@gate(Permission.SEE_COUNTS)
def safety_index(
    weights: tuple[tuple[str, int], ...], scale: str, version: str
) -> index_of_wards.SafetyIndex:
    """Give the safety index of every ward by some weights, its parts on one of two scales."""
    return _index(weights, scale, version, repeats_version(version))


@st.cache_resource(max_entries=16, show_spinner="Drawing weights to see how firm each rank is…")
def _index(
    weights: tuple[tuple[str, int], ...], scale: str, version: str, found_in: str
) -> index_of_wards.SafetyIndex:
    return index_of_wards.find_index(
        _gathered(version, found_in), dict(weights), areas("ward", version), scale
    )


@st.cache_resource(max_entries=2, show_spinner="Gathering the parts of the index…")
def _gathered(version: str, found_in: str) -> index_of_wards.Gathered:
    wards, here = areas("ward", version), held(version)
    asb = worry_loading.counted_asb(version)
    last_day = repeat_last_day(found_in)
    places = None
    if last_day is not None:
        places = index_of_wards.count_repeat_places(repeat_data(found_in), wards, last_day)
    return index_of_wards.gather(
        asb,
        worry=_estimates("worry", version),
        experience=_estimates("experience", version),
        confidence=_estimates("confidence", version),
        repeat_places=places,
        harm=index_of_wards.sum_harm(here, wards, asb.period) if asb.period else None,
        scores=load_ward_scores(current_database(), wards),
    )


def _estimates(role: str, version: str) -> worry.EstimatesFound | None:
    """Give the estimates that a role is measured by, in the survey that pages open with."""
    name = worry_loading.usual_survey(version)
    head = next((one for one in worry_loading.surveys(version) if one.name == name), None)
    measure = worry.usual_measure(head, role) if head is not None else None
    if head is None or measure is None:
        return None
    return worry_loading.estimates(head.name, measure.key, Method.MULTILEVEL, version)
