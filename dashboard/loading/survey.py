"""Surveys and their direct figures, as the pages read them."""

import pandas as pd
import streamlit as st

from dashboard.gates import gate
from dashboard.loading.held import current_database
from dashboard.permissions import Permission
from dashboard.services import survey, worry
from dashboard.services import survey_ready as ready_figures
from geodata.store.surveys import SurveyHead


@gate(Permission.SEE_WORRY)
@st.cache_data(max_entries=4, show_spinner=False)
def surveys(version: str) -> list[SurveyHead]:
    """List the surveys that are held, without an answer of anybody."""
    del version
    return worry.load_surveys(current_database())


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
def survey_figures(
    survey_id: int, measure: str, district: str | None, version: str
) -> survey.SurveyFigures:
    """Give the direct figures of a measure of a survey; each part is cached on its own."""
    return survey.join_figures(
        _direct(survey_id, measure, version),
        _years(survey_id, measure, district, version),
        _everything(survey_id, district, version),
        _contrasts(survey_id, version),
    )


@gate(Permission.SEE_WORRY)
@st.cache_data(max_entries=8, show_spinner=False)
def survey_ready(survey_id: int, version: str) -> pd.DataFrame:
    """Give the ready figures of a survey that came as a table."""
    return ready_figures.find_ready(_survey(survey_id, version))


@st.cache_resource(max_entries=4, show_spinner="Reading the survey…")
def _survey(survey_id: int, version: str) -> survey.SurveyData:
    head = next(head for head in surveys(version) if head.id == survey_id)
    return survey.load_survey(current_database(), head)


@st.cache_data(max_entries=64, show_spinner="Weighting the answers…")
def _direct(survey_id: int, measure: str, version: str) -> survey.DirectFigures:
    return survey.find_direct(_survey(survey_id, version), measure)


@st.cache_data(max_entries=128, show_spinner="Weighting the answers…")
def _years(survey_id: int, measure: str, district: str | None, version: str) -> pd.DataFrame:
    return survey.list_years(_survey(survey_id, version), measure, district)


@st.cache_data(max_entries=64, show_spinner="Weighting the answers…")
def _everything(survey_id: int, district: str | None, version: str) -> pd.DataFrame:
    return survey.list_everything(_survey(survey_id, version), district)


@st.cache_data(max_entries=8, show_spinner="Weighting the answers…")
def _contrasts(survey_id: int, version: str) -> pd.DataFrame:
    return survey.list_contrasts(_survey(survey_id, version))
