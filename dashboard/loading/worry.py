"""Surveys, ward estimates and the matrix, as the pages on worry read them."""

import pandas as pd
import streamlit as st

from analytics.worry.sample import Method, WardFrame
from dashboard.gates import gate
from dashboard.loading.held import areas, current_database, held
from dashboard.loading.released import release
from dashboard.loading.survey import _survey, survey_figures, surveys
from dashboard.permissions import Permission, current_actor
from dashboard.services import ward_mix, worry

Cuts = tuple[float | None, float | None]


@gate(Permission.SEE_WORRY)
def usual_survey(version: str) -> str | None:
    """Name the survey that a page opens with, if there is one that can be carried to wards."""
    return worry.usual_survey(surveys(version))


@gate(Permission.SEE_WORRY)
def ward_asb(version: str) -> worry.WardAsb:
    """Give the recorded ASB of wards: as counted for those who may see counts, else as released."""
    may_count = current_actor().may(Permission.SEE_COUNTS)
    return counted_asb(version) if may_count else released_asb(version)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=2, show_spinner="Counting ASB by ward…")
def counted_asb(version: str) -> worry.WardAsb:
    """Give the recorded ASB of wards as counted."""
    return worry.count_asb(held(version), areas("ward", version))


@gate(Permission.SEE_WORRY)
@st.cache_resource(max_entries=2, show_spinner="Counting ASB by ward…")
def released_asb(version: str) -> worry.WardAsb:
    """Give the recorded ASB of wards as released, whoever asks."""
    return worry.released_asb(release(version), areas("ward", version))


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
    return worry.find_estimates(_survey(head.id, version), frame, measure, Method(method))


@gate(Permission.SEE_WORRY)
def matrix(
    survey_name: str,
    measure: str,
    certainty: float,
    cuts: Cuts,
    version: str,
    method: str = Method.MULTILEVEL,
) -> worry.MatrixFound:
    """Give the wards by ASB and worry; what of ASB is in it depends on who asks.

    The words of the quadrants are read each time, so that a changed file or the first day of a
    new set shows at once.
    """
    released = not current_actor().may(Permission.SEE_COUNTS)
    return worry.say_anew(
        _matrix(survey_name, measure, certainty, cuts, str(method), released, version)
    )


@gate(Permission.SEE_COUNTS)
def warm_worry(version: str) -> None:
    """Find what the pages on worry and the survey show first, so that no visitor waits for it.

    Worry comes first; then the direct figures, experience, drivers and confidence.
    """
    name = usual_survey(version)
    head = next((head for head in surveys(version) if head.name == name), None)
    first = worry.usual_measure(head) if head is not None else None
    if head is None or first is None:
        return
    if not areas("ward", version).empty:
        matrix(head.name, first.key, worry.USUAL_CERTAINTY, (None, None), version)
    survey_figures(head.id, first.key, None, version)
    if not areas("ward", version).empty:
        for measure in worry.side_measures(head):
            estimates(head.name, measure.key, str(Method.MULTILEVEL), version)


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
    return worry.find_matrix(
        found, (released_asb if released else counted_asb)(version), certainty, cuts
    )
