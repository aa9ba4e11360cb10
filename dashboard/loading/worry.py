"""Surveys, ward estimates and the matrix, as the pages on worry read them."""

import pandas as pd
import streamlit as st

from analytics.worry.measures import list_measures
from analytics.worry.sample import Method, WardFrame
from dashboard.gates import gate
from dashboard.loading.held import areas, current_database, held
from dashboard.loading.released import _release
from dashboard.permissions import Permission, current_actor
from dashboard.services import ward_mix, worry
from dashboard.services.worry import SurveyHead

Cuts = tuple[float | None, float | None]


@gate(Permission.SEE_WORRY)
@st.cache_data(max_entries=4, show_spinner=False)
def surveys(version: str) -> list[SurveyHead]:
    """List the surveys that are held, without an answer of anybody."""
    del version
    return worry.load_surveys(current_database())


@gate(Permission.SEE_WORRY)
def usual_survey(version: str) -> str | None:
    """Name the survey that a page opens with, if there is one that can be carried to wards."""
    return worry.usual_survey(surveys(version))


@gate(Permission.SEE_WORRY)
def ward_asb(version: str) -> worry.WardAsb:
    """Give the recorded ASB of wards: as counted for those who may see counts, else as released."""
    return _ward_asb(version, released=not current_actor().may(Permission.SEE_COUNTS))


@gate(Permission.SEE_WORRY)
@st.cache_resource(max_entries=6, show_spinner="Reading the mix of each ward…")
def ward_frame(classification: str, version: str) -> WardFrame:
    """Give the wards with their residents and their mix of a classification."""
    del version
    return ward_mix.load_ward_frame(current_database(), classification)


@gate(Permission.SEE_WORRY)
@st.cache_resource(max_entries=6, show_spinner=False)
def segments(classification: str, version: str) -> ward_mix.Segments:
    """Give the names of a classification's segments and the mix of each ward."""
    frame = ward_frame(classification, version)
    return ward_mix.load_segments(current_database(), classification, frame)


@gate(Permission.SEE_WORRY)
@st.cache_resource(max_entries=48, show_spinner="Estimating wards from the survey…")
def estimates(survey_name: str, measure: str, method: str, version: str) -> worry.EstimatesFound:
    """Give the ward estimates of a measure of a survey, or why there are none."""
    head = next(head for head in surveys(version) if head.name == survey_name)
    frame = ward_frame(head.classification, version)
    return worry.find_estimates(current_database(), head, frame, measure, Method(method))


@gate(Permission.SEE_WORRY)
def matrix(
    survey_name: str,
    measure: str,
    certainty: float,
    cuts: Cuts,
    version: str,
    method: str = Method.MULTILEVEL,
) -> worry.MatrixFound:
    """Give the wards by ASB and worry; what of ASB is in it depends on who asks."""
    released = not current_actor().may(Permission.SEE_COUNTS)
    return _matrix(survey_name, measure, certainty, cuts, str(method), released, version)


@gate(Permission.SEE_COUNTS)
def warm_worry(version: str) -> None:
    """Estimate what the Crime and worry page shows first, so that no visitor waits for it."""
    name = usual_survey(version)
    if name is not None and not areas("ward", version).empty:
        head = next(head for head in surveys(version) if head.name == name)
        first = next(iter(list_measures(head.items)), None)
        if first is not None:
            matrix(name, first.key, worry.USUAL_CERTAINTY, (None, None), version)


@gate(Permission.SEE_WORRY)
def reporting_gap(
    survey_name: str,
    measure: str,
    version: str,
    certainty: float = worry.USUAL_CERTAINTY,
    method: str = Method.MULTILEVEL,
) -> pd.DataFrame | None:
    """Give the wards where ASB is met and not reported; None without an estimate of it."""
    found = estimates(survey_name, measure, str(method), version)
    return worry.find_gap(found, ward_asb(version), certainty)


@st.cache_resource(max_entries=4, show_spinner="Counting ASB by ward…")
def _ward_asb(version: str, *, released: bool) -> worry.WardAsb:
    wards = areas("ward", version)
    if released:
        return worry.released_asb(_release(version), wards)
    return worry.count_asb(held(version), wards)


@st.cache_resource(max_entries=32, show_spinner=False)
def _matrix(
    survey_name: str,
    measure: str,
    certainty: float,
    cuts: Cuts,
    method: str,
    released: bool,
    version: str,
) -> worry.MatrixFound:
    found = estimates(survey_name, measure, method, version)
    return worry.find_matrix(found, _ward_asb(version, released=released), certainty, cuts)
