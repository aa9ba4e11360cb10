"""Pieces of the case review radar: the row in focus, what is behind it, and the way to tasking.

What was opened stays in the session of whoever gave the reason, for the row it was opened for.
"""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from analytics.cases.case_review import MET
from dashboard.components import case_panels, case_tables, notices
from dashboard.messages import say_count
from dashboard.services.audit import REASONS
from dashboard.services.case_radar import Radar
from dashboard.services.radar_records import TITLES, RadarRecord, propose_due

ROW, OPENED = "radar_row", "radar_opened"
LIST_HEIGHT = 320
WIDE = {
    "State": st.column_config.TextColumn(width=125),
    "Victim": st.column_config.TextColumn(width=75),
    "Case": st.column_config.TextColumn(width=90),
    "District": st.column_config.TextColumn(width=120),
    "Victim told": st.column_config.TextColumn(width=160),
    "Incidents": st.column_config.TextColumn(width=72),
    "Strict reading": st.column_config.TextColumn("Strict", width=55),
    "Until": st.column_config.TextColumn(width=128),
    "Until, strict": st.column_config.TextColumn(width=128),
}
"""Widths in pixels that show every column at 1366 pixels."""
UNSEEN = ("Problem",)
REPORTS_WIDE = {
    "Street": st.column_config.TextColumn(width=180),
    "Type": st.column_config.TextColumn(width=130),
    "Lead agency": st.column_config.TextColumn(width=150),
}


def pick_row(found: Radar, table: pd.DataFrame) -> int | None:
    """Ask which row of the radar to look at, without the table."""
    token = _token(found)
    held = st.session_state.get(ROW)
    row = held[1] if held and held[0] == token and held[1] < len(table) else -1
    st.session_state["radar_box"] = row
    names = case_tables.name_radar_rows(table)
    st.selectbox(
        "Look at", [-1, *range(len(names))], key="radar_box",
        format_func=lambda place: names[place] if place >= 0 else "None: choose a row",
        on_change=lambda: _choose(token, st.session_state["radar_box"]),
    )  # fmt: skip
    if row < 0:
        st.caption("Choose a row to go to its case; without a case, to its reports and to tasking.")
        return None
    return row


def show_list(found: Radar, table: pd.DataFrame, row: int | None) -> None:
    """Show the radar; choosing a row puts it in focus."""
    # With a key of its own for each choice the table and the box never say different rows.
    key = f"radar_list_{-1 if row is None else row}"
    token = _token(found)

    def follow() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        _choose(token, rows[0] if rows else -1)

    st.dataframe(
        table, key=key, hide_index=True, height=min(LIST_HEIGHT, 38 + 35 * len(table)),
        selection_mode="single-row", on_select=follow, column_config=WIDE,
        column_order=[name for name in table if name not in UNSEEN],
        selection_default={
            "selection": {"rows": [] if row is None else [row], "columns": [], "cells": []}
        },
    )  # fmt: skip
    st.caption(case_tables.KEY_OF_RADAR)


def show_row(
    found: Radar,
    row: int,
    look: Callable[[Radar, int, str], RadarRecord],
    send: Callable[..., int],
) -> None:
    """Show the way on from a row: to its case, or without one to its reports and to tasking."""
    facts = found.table.iloc[row]
    if facts["case_key"]:
        st.button(
            f"Go to {facts['case_id']}", type="primary", on_click=case_panels.go,
            args=(int(facts["case_key"]),),
        )  # fmt: skip
        return
    met = " The threshold is met and nobody is recorded to look after it."
    with st.container(border=True):
        st.markdown(f"**No case is held about this.**{met if facts['state'] == MET else ''}")
        _ask_look(found, row, look)
        _ask_action(found, row, send)


def _ask_look(found: Radar, row: int, look: Callable[[Radar, int, str], RadarRecord]) -> None:
    key = (*_token(found), row)
    held = st.session_state.get(OPENED)
    if held and held[0] == key:
        record: RadarRecord = held[1]
        st.markdown(
            f"{say_count(len(record.timeline), 'report')} of "
            f"{say_count(record.incidents)} held, newest first."
        )
        table = case_tables.report_table(record)
        st.dataframe(
            table, hide_index=True, height=min(LIST_HEIGHT, 38 + 35 * len(table)),
            column_config=REPORTS_WIDE,
        )  # fmt: skip
        st.caption("Reports that share a number are of one incident. No free text is shown.")
        return
    st.session_state.pop(OPENED, None)
    with st.form("radar_look", border=False):
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        reason = left.selectbox(
            "Why do you need to look?", ["", *REASONS],
            format_func=lambda code: REASONS.get(code, "Pick a reason"), key="radar_reason",
        )  # fmt: skip
        pressed = right.form_submit_button("Open the victim's timeline", width="stretch")
    if pressed:
        opened = notices.or_say(lambda: look(found, row, reason))
        if opened is not None:
            st.session_state[OPENED] = (key, opened)
            st.rerun()
    st.caption("The look is logged with your name and reason before anything is shown.")


def _ask_action(found: Radar, row: int, send: Callable[..., int]) -> None:
    with st.form(f"radar_action_{row}", border=False):
        title = st.text_input(
            "What is to be done (name nobody and no address)",
            TITLES[str(found.table["state"].iloc[row])], max_chars=120,
        )  # fmt: skip
        left, middle, right, last = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
        owner = left.text_input("Owner")
        agency = middle.text_input("Agency")
        due = right.date_input("Due", propose_due(found, row), format="DD/MM/YYYY")
        pressed = last.form_submit_button("Send to tasking", width="stretch")
    if pressed:
        asked = {"title": title, "owner": owner, "agency": agency, "due": due}
        number = notices.or_say(lambda: send(found, row, **asked))
        if number is not None:
            case_panels.say_done(f"Action {number} is on the list of actions.", "radar")
    case_panels.show_said("radar")


def _token(found: Radar) -> tuple[str, int]:
    return found.on.isoformat(), len(found.table)


def _choose(token: tuple[str, int], row: int) -> None:
    st.session_state[ROW] = (token, int(row))
