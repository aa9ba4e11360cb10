"""Pieces of the Repeat callers page: what to look at, the list, a name, a plan, the saving."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from dashboard.components import caller_tables, notices
from dashboard.services.audit import REASONS
from dashboard.services.callers import LONGEST_OWNER, CallerScope, TopCallers
from geodata.calendar import Month

BY = {"month": "Calls in the month", "year": "Calls in 12 months"}
SAID, CHOSEN = "caller_plan_said", "caller_chosen"
USUAL_DAYS = 28
NARROW = {
    "Rank": st.column_config.TextColumn(width=60),
    "Caller": st.column_config.TextColumn(width=120),
    "Plan": st.column_config.TextColumn(width=520),
}


def ask_scope(scope: CallerScope, names: Mapping[str, str]) -> tuple[str, Month, str]:
    """Show the filters at the side and give district, month and what ranks.

    District and month stand in the link; one that is not held is said and ignored.
    """
    districts = sorted(scope.districts, key=lambda code: names.get(code, code))
    months = [str(month) for month in scope.months]
    with st.sidebar:
        district = _choose("District", "district", districts, lambda code: names.get(code, code))
        month = _choose("Month", "month", months, lambda text: Month.parse(text).label)
        by = st.radio("Rank by", list(BY), format_func=BY.get)
    return district, Month.parse(month), by


def _choose(label: str, name: str, options: list[str], say: Callable[[str], str]) -> str:
    linked = st.query_params.get(name, "")
    if linked and linked not in options:
        st.warning(f"The {name} of the link is not held and was ignored.")
    chosen = st.selectbox(
        label, options, index=options.index(linked) if linked in options else 0, format_func=say
    )
    if chosen != linked:
        st.query_params[name] = chosen
    return chosen


def show_list(found: TopCallers) -> str | None:
    """Show the Top 10 and give the key of the caller chosen by its row or in the box."""
    table = caller_tables.top_table(found)
    keys = found.table["caller_key"].astype(str).tolist()
    if st.session_state.get(CHOSEN) not in keys:
        st.session_state[CHOSEN] = ""
    chosen: str = st.session_state[CHOSEN]
    row = [keys.index(chosen)] if chosen else []
    shown = f"callers_{found.ranking.month}_{chosen}"
    st.dataframe(
        table, hide_index=True, selection_mode="single-row", column_config=NARROW, key=shown,
        selection_default={"selection": {"rows": row, "columns": [], "cells": []}},
        on_select=lambda: _follow_row(shown, keys),
    )  # fmt: skip
    names = {
        key: f"{rank}  {caller}"
        for key, rank, caller in zip(keys, table["Rank"], table["Caller"], strict=True)
    }
    st.selectbox(
        "Open a caller", ["", *keys], key=CHOSEN,
        format_func=lambda key: names.get(key, "None: choose here, or a row of the list"),
    )  # fmt: skip
    for note in caller_tables.list_notes(found):
        st.caption(note)
    return chosen or None


def _follow_row(shown: str, keys: list[str]) -> None:
    rows = [row for row in st.session_state[shown]["selection"]["rows"] if row < len(keys)]
    st.session_state[CHOSEN] = keys[rows[0]] if rows else ""


def ask_name(caller: str, open_name: Callable[[str], str]) -> None:
    """Show the form that opens the name of a caller for a reason; any other press hides it."""
    with st.form("caller_name", clear_on_submit=True):
        reason = _ask_reason("caller_name_reason")
        pressed = st.form_submit_button(f"Show the name of {caller}")
    if pressed:
        name = notices.or_say(lambda: open_name(reason))
        if name is None:
            return
        st.markdown(f"**{name}**" if name else "No name was recorded.")
        st.caption("The look is logged. The name goes when you do anything else.")


def ask_plan(row: pd.Series, set_plan: Callable[..., None], today: dt.date) -> None:
    """Show the form that sets owner and next review of a caller's plan, or closes it.

    The next review starts from ``today``, the day that counts.
    """
    with st.form("caller_plan"):
        left, right = st.columns(2)
        owner = left.text_input("Owner of the plan", row["owner"], max_chars=LONGEST_OWNER)
        review = right.date_input(
            "Next review",
            row["next_review"] or today + dt.timedelta(USUAL_DAYS),
            format="DD/MM/YYYY",
        )
        reason = _ask_reason("caller_plan_reason")
        closing = st.checkbox("Close the plan instead")
        pressed = st.form_submit_button("Set the plan", type="primary")
    if pressed:
        status = "closed" if closing else "open"
        stored = notices.or_say(
            lambda: [set_plan(owner=owner, next_review=review, reason=reason, status=status)]
        )
        if stored is None:
            return
        done = "is closed" if closing else "is set"
        st.session_state[SAID] = f"The plan of {row['caller']} {done}."
        st.rerun()


def _ask_reason(key: str) -> str:
    return st.selectbox(
        "Reason", ["", *REASONS], key=key,
        format_func=lambda code: REASONS.get(code, "Pick a reason"),
    )  # fmt: skip


def show_said() -> None:
    """Show what was done by the form of the run before."""
    sentence = st.session_state.pop(SAID, "")
    if sentence:
        st.success(sentence, icon=":material/check:")


def show_saving(found: TopCallers) -> None:
    """Show the saving as a formula, labelled an estimate, with what speaks against it."""
    st.header("What plans may have saved: an estimate")
    st.markdown(caller_tables.say_saving(found))
    st.markdown(caller_tables.say_others(found.saving))
    st.caption(f"{caller_tables.say_cost(found)} {caller_tables.PUBLISHED}")
