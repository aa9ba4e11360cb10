"""Panels of stored forecasts and back-tests: in words first, then plots a sergeant can read."""

import datetime as dt

import pandas as pd
import streamlit as st

from analytics.prediction import BASELINE
from analytics.prediction.feedback import FeedbackDrift
from dashboard.components import forecast_charts, forecast_tables
from dashboard.components.forecast_tables import label_method
from dashboard.components.job_panel import say_age
from dashboard.services.forecasts import StoredBacktest
from dashboard.services.next_places import NextPlaces

CHOOSE_FORCE = "Choose a force or source on the left: each is forecast and tested by itself."
MODEL_NOTE = (
    "A forecast speaks of places, never of people, and learns from reports by the public and "
    "partners only. It assigns no patrol: the sergeant accepts, changes or declines each place."
)


def show_choose_force() -> None:
    """Ask for a force where several are held."""
    st.info(CHOOSE_FORCE, icon=":material/info:")


def show_none(what: str, force: str, horizon: str) -> None:
    """Say that nothing is stored yet."""
    words = {"forecast": "forecast", "backtest": "back-test"}[what]
    st.info(
        forecast_tables.NOTHING_STORED.format(what=words, force=force, horizon=horizon),
        icon=":material/info:",
    )


def show_next_words(found: NextPlaces) -> None:
    """Say what a stored forecast shows, and from when it is."""
    st.markdown(forecast_tables.say_next(found))
    last = dt.date.fromisoformat(found.stored.said["last_day"])
    if last < dt.date.today():
        st.warning(forecast_tables.DATES_PASSED, icon=":material/event_busy:")
    if found.stored.said["backtest"] and not found.stored.said["shown"]:
        st.warning(forecast_tables.RANKING_SHOWN, icon=":material/trophy:")
    st.caption(say_age(found.stored.run, is_current=found.stored.is_current))


def show_next_notes(found: NextPlaces) -> None:
    """Say what a forecast learned from and how to read it."""
    said = found.stored.said
    st.caption(" ".join([*said["training"]["notes"], *said["notes"], MODEL_NOTE]))
    st.caption(
        "A forecast does not follow the filters of period and kind, only that of the district. "
        f"Method: {said['label']}. The map colours the highest 1 in 100 of {said['cells']:,} "
        f"cells of {said['cell_m']:.0f} m. A likely range is where the count of the cell should "
        "fall about 95 times in 100."
    )


def show_quality(stored: StoredBacktest, verdict: str, summary: pd.DataFrame) -> None:
    """Show a back-test: verdict, words, then the plots with their tables."""
    result = stored.result
    chosen, name = result.chosen, label_method(result.chosen)
    show = st.success if result.earned else st.warning
    show(f"**{verdict}**")
    for sentence in forecast_tables.say_in_words(stored, summary):
        st.markdown(f"- {sentence}")
    st.caption(say_age(stored.run, is_current=stored.is_current))

    coverage = forecast_tables.pick_coverage(summary)
    left, right = st.columns(2)
    title = "How many incidents are caught by how much ground"
    left.altair_chart(
        forecast_charts.hits_chart(summary, chosen, BASELINE, name, title),
        width="stretch",
        theme=None,
    )
    with right:
        rows = summary[(summary["coverage"] == coverage) & (summary["method"] != BASELINE)]
        rows = rows.sort_values("difference", ascending=False)
        rows = rows.assign(label=[label_method(each) for each in rows["method"]])
        ground = forecast_tables.say_ground(coverage)
        title = f"Each method against last year's ranking, {ground} of the ground, 90 in 100 range"
        st.altair_chart(forecast_charts.difference_chart(rows, title), width="stretch", theme=None)
    methods = forecast_tables.table_of_methods(summary, coverage, chosen)
    st.dataframe(methods, hide_index=True, height=38 + 35 * len(methods))
    left, right = st.columns(2)
    with left:
        title = "Did as many come as were expected?"
        rows = forecast_tables.name_bands(result.calibration, chosen)
        st.altair_chart(forecast_charts.calibration_chart(rows, title), width="stretch", theme=None)
        st.caption("Orange: expected. Blue: seen, with its likely range.")
        with st.expander("The same as a table"):
            st.dataframe(
                forecast_tables.table_of_calibration(result.calibration, chosen), hide_index=True
            )
    with right:
        table = result.table[result.table["coverage"] == coverage]
        parts = [
            table[table["method"] == method].assign(line=label_method(method))
            for method in dict.fromkeys([chosen, BASELINE])
        ]
        shown = pd.concat(parts)
        title = f"Window by window, {forecast_tables.say_ground(coverage)} of the ground"
        st.altair_chart(forecast_charts.folds_chart(shown, title), width="stretch", theme=None)
        with st.expander("The same as a table"):
            st.dataframe(forecast_tables.table_of_windows(shown), hide_index=True)
    st.caption(" ".join([*stored.training["notes"], *result.notes, MODEL_NOTE]))


def show_feedback(tests: tuple[FeedbackDrift, ...]) -> None:
    """Show the feedback-loop test in words and as a chart."""
    for test in tests:
        # With what patrols discover, running away is what the test is there to show.
        say = st.info if test.discovered_included else st.success if test.passed else st.error
        say(test.sentence)
    st.caption(
        "Played with the count of the last 12 months; the models that learn from the same records "
        "are played in the tests of the program. Bands hold 90 in 100 of the runs."
    )
    weekly = forecast_tables.table_of_feedback(tests)
    title = "Two equal places: the share that a forecast gives the one patrolled first"
    st.altair_chart(forecast_charts.drift_chart(weekly, title), width="stretch", theme=None)
    with st.expander("The same as a table"):
        wide = weekly.pivot(index="week", columns="variant", values="share").round(3)
        st.dataframe(wide.reset_index().rename(columns={"week": "Week"}), hide_index=True)
    for limit in tests[0].limits:
        st.caption(limit)
