"""Findings about incidents: map, overview, questions, quality."""

import pandas as pd
import streamlit as st

from dashboard.gates import gate
from dashboard.loading.held import Key, areas, breaks, current_database, held
from dashboard.permissions import Permission
from dashboard.selection import Selection
from dashboard.services import (
    explore,
    overview,
    quality,
    questions,
)
from geodata.calendar import Period


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=128, show_spinner=False)
def map_finding(query: tuple[tuple[str, str], ...], version: str) -> explore.MapFinding:
    """Give what the map shows for the parameters of an address."""
    selection, _ = Selection.from_query(dict(query))
    return explore.find_map(held(version), areas(selection.kind, version), selection)


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=128, show_spinner=False)
def overview_finding(query: tuple[tuple[str, str], ...], version: str) -> overview.Overview:
    """Give what the Overview shows for the parameters of an address."""
    selection, _ = Selection.from_query(dict(query))
    return overview.find_overview(
        held(version), areas(selection.kind, version), selection, breaks(version)
    )


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=2, show_spinner="Reading what was recorded…")
def question_frame(version: str) -> pd.DataFrame:
    """Give what was recorded of each incident."""
    del version
    return questions.load_question_frame(current_database())


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=8, show_spinner=False)
def holds_questions(version: str) -> bool:
    """Say whether the sources say what was asked."""
    return questions.holds_questions(question_frame(version))


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=64, show_spinner=False)
def answers(question: str, query: Key, version: str) -> questions.Answers:
    """Give how often a question has an answer on record in a selection."""
    period, district = _looked_at(query, version)
    names = held(version).districts
    return questions.measure_answers(question_frame(version), question, period, district, names)


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=32, show_spinner="Marking the wards…")
def ward_marks(query: Key, version: str) -> pd.DataFrame:
    """Give how far the records of each ward of a selection can be trusted."""
    period, district = _looked_at(query, version)
    return questions.mark_wards(
        question_frame(version), areas("ward", version), period, district, breaks(version)
    )


def _looked_at(query: Key, version: str) -> tuple[Period, str | None]:
    selection, _ = Selection.from_query(dict(query))
    months = held(version).months_of(selection.force)
    return selection.period or explore.usual_period(months), selection.district


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=8)
def quality_finding(version: str) -> quality.Quality:
    """Give what the Data quality page shows."""
    return quality.find_quality(current_database(), held(version))
