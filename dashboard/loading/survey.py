"""Direct figures of surveys, as the Survey page reads them."""

import pandas as pd
import streamlit as st

from dashboard.gates import gate
from dashboard.loading.held import current_database
from dashboard.loading.worry import surveys
from dashboard.permissions import Permission
from dashboard.services import survey
from geodata.store.surveys import SurveyHead


@gate(Permission.SEE_WORRY)
def survey_order(version: str) -> list[SurveyHead]:
    """List the surveys held, those of here first."""
    return survey.order_surveys(surveys(version))


@gate(Permission.SEE_WORRY)
@st.cache_data(max_entries=8, show_spinner=False)
def survey_places(survey_id: int, version: str) -> list[str]:
    """List the codes of the districts that a survey names."""
    return survey.list_places(_survey(survey_id, version))


@gate(Permission.SEE_WORRY)
@st.cache_data(max_entries=64, show_spinner="Weighting the answers…")
def survey_figures(
    survey_id: int, measure: str, district: str | None, version: str
) -> survey.SurveyFigures:
    """Give the direct figures of a measure of a survey."""
    return survey.find_figures(_survey(survey_id, version), measure, district)


@gate(Permission.SEE_WORRY)
@st.cache_data(max_entries=8, show_spinner=False)
def survey_ready(survey_id: int, version: str) -> pd.DataFrame:
    """Give the ready figures of a survey that came as a table."""
    return survey.find_ready(_survey(survey_id, version))


@st.cache_resource(max_entries=4, show_spinner="Reading the survey…")
def _survey(survey_id: int, version: str) -> survey.SurveyData:
    head = next(head for head in surveys(version) if head.id == survey_id)
    return survey.load_survey(current_database(), head)
