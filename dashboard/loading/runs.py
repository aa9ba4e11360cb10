"""Stored forecasts and back-tests, and the jobs that make them."""

import pandas as pd
import streamlit as st

from analytics.hotspots.reasons import Card
from analytics.prediction.feedback import FeedbackDrift
from analytics.prediction.model_card import ModelCard
from dashboard.gates import gate
from dashboard.loading.held import areas, current_database, held
from dashboard.permissions import Permission
from dashboard.services import (
    forecasts,
    model_records,
    next_places,
    running,
)
from geodata.store.runs import Run


@gate(Permission.SEE_COUNTS)
def job(kind: str, force: str) -> Run | None:
    """Give the job of a kind and force that waits or runs; never from a cache."""
    return running.follow(current_database(), kind, force)


@gate(Permission.SEE_COUNTS)
def failed_job(kind: str, force: str) -> Run | None:
    """Give the newest run of a kind and force, if it failed or was cancelled."""
    return forecasts.read_failure(current_database(), kind, force)


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=16, show_spinner=False)
def horizon(force: str, horizon_days: int, version: str) -> str:
    """Say how far ahead runs of a force look."""
    del version
    return forecasts.say_horizon(current_database(), force, horizon_days)


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=16, show_spinner=False)
def needs_declaration(force: str, version: str) -> bool:
    """Say whether a force's incidents may be learned from only if somebody declares it."""
    return forecasts.needs_declaration(held(version).incidents, force)


@gate(Permission.SEE_COUNTS)
def latest_run(kind: str, force: str, horizon: str) -> int | None:
    """Give the id of the newest finished run, the key of what follows; never from a cache."""
    return forecasts.latest_run(current_database(), kind, force, horizon)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=8, show_spinner=False)
def next_found(
    run_id: int, district: str | None, slots: int, version: str
) -> next_places.NextPlaces:
    """Give the places of a stored forecast."""
    return next_places.find_next(
        forecasts.read_forecast_run(current_database(), run_id),
        areas("ward", version),
        areas("place", version),
        held(version).districts,
        district,
        slots,
    )


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=256, show_spinner=False)
def next_card(
    run_id: int, district: str | None, slots: int, spot: int, version: str
) -> Card | None:
    """Give the reasons of one place of a stored forecast."""
    found = next_found(run_id, district, slots, version)
    return next_places.explain_next(found, held(version), spot)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=8, show_spinner=False)
def backtest(run_id: int, version: str) -> forecasts.StoredBacktest:
    """Give a stored back-test."""
    del version
    return forecasts.read_backtest_run(current_database(), run_id)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=8, show_spinner=False)
def backtest_summary(run_id: int, version: str) -> tuple[str, pd.DataFrame]:
    """Give verdict and summary of a stored back-test, whose ranges take a moment to draw."""
    result = backtest(run_id, version).result
    return result.verdict, result.summary()


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=8, show_spinner=False)
def model_card(run_id: int, *, with_feedback: bool, version: str) -> ModelCard:
    """Give the model card of a stored back-test, with or without the feedback-loop test."""
    tests = feedback_test() if with_feedback else None
    return model_records.describe_model(backtest(run_id, version), tests)


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=2, show_spinner="Playing a year twice, 200 times…")
def feedback_test() -> tuple[FeedbackDrift, FeedbackDrift]:
    """Play the feedback-loop test: without, and with, what patrols discover."""
    return model_records.play_feedback()
