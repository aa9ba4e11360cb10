"""How good is it?: does a forecast beat last year's ranking here, and how do we know?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import (
    downloads,
    filters,
    forecast_panels,
    hotspot_filters,
    job_panel,
    notices,
)
from dashboard.services.forecasts import MONTH, WORKERS, Ask

TESTED = "wardlight_feedback_tested"


def render() -> None:
    """Show the page on how good forecasts are."""
    version = loading.version()
    held = loading.held(version)
    st.title("How good is it?")
    if not held.forces:
        notices.show_nothing(messages.NOTHING_HELD)
        return
    selection = filters.ask_force(held)
    force = selection.force or (held.forces[0] if len(held.forces) == 1 else None)
    if force is None:
        forecast_panels.show_choose_force()
        return
    by_month = loading.horizon(force, 7, version) == MONTH
    choice = hotspot_filters.ask_horizon(selection, by_month=by_month)
    horizon = loading.horizon(force, choice.horizon, version)
    st.markdown(
        f"Forecasts of {force}, {horizon} ahead, made for moments of the past and compared with "
        "what was reported afterwards."
    )
    run_id = loading.latest_run("backtest", force, horizon)
    feedback = loading.feedback_test() if st.session_state.get(TESTED) else None
    if run_id is None:
        forecast_panels.show_none("backtest", force, horizon)
    else:
        stored = loading.backtest(run_id, version)
        forecast_panels.show_quality(stored, *loading.backtest_summary(run_id, version))
        card = loading.model_card(run_id, with_feedback=feedback is not None, version=version)
        name = f"wardlight-model-card-{card.fingerprint}"
        with st.container(horizontal=True):
            st.download_button(
                "Download the model card (markdown)", card.to_markdown(), f"{name}.md",
                "text/markdown", on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Download the model card (JSON)", card.to_json(), f"{name}.json",
                "application/json", on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Download the folds (CSV)",
                downloads.to_csv(stored.result.table, loading.notice(version)),
                f"wardlight-backtest-{run_id}.csv", "text/csv", on_click="ignore",
            )  # fmt: skip
    job_panel.show_job(
        job_panel.Job(
            ask=Ask("backtest", force, horizon_days=choice.horizon, jobs=WORKERS),
            read=lambda: loading.job("backtest", force),
            failed=lambda: loading.failed_job("backtest", force),
            start=acting.start_job,
            cancel=acting.cancel_job,
            needs_declaration=loading.needs_declaration(force, version),
        )
    )
    st.header("Would it chase its own tail?")
    st.markdown(
        "A forecast that learns from what patrols find sends patrols back to the same places. "
        "This test plays a year in two places that are exactly alike."
    )
    if feedback is None:
        st.button("Run the feedback-loop test", on_click=_ask_feedback)
    else:
        forecast_panels.show_feedback(feedback)
    st.caption(notices.say_coverage(held))


def _ask_feedback() -> None:
    st.session_state[TESTED] = True


if __name__ == "__main__":
    render()
