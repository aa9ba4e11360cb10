"""Panels of the page of repeats: map and list, the reason before a look, the record, what follows.

What was opened stays in the session of whoever gave the reason, for the row it was opened for.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd
import pydeck as pdk
import streamlit as st

from dashboard.components import charts, notices, repeat_filters, repeat_maps, repeat_tables
from dashboard.components.classes import Classes
from dashboard.repeat_choice import FOLLOWED
from dashboard.services.audit import REASONS
from dashboard.services.repeat_records import Record

MAP_KEY = "repeat_map"
LIST_HEIGHT = 300
OPENED = "wardlight_repeat_opened"
SAID = "wardlight_repeat_said"
UNLISTED = "wardlight_repeat_unlisted"
USUAL_DAYS = 14
LIST_COLUMNS = {
    "Rank": st.column_config.TextColumn(width=46),
    "Place": st.column_config.TextColumn(width=74),
    "Victim": st.column_config.TextColumn(width=74),
    "Incidents": st.column_config.NumberColumn(width=70, format="localized"),
    "On or near": st.column_config.TextColumn(width=140),
    "Last incident": st.column_config.TextColumn(width=125),
    "Plan and owner": st.column_config.TextColumn(width=150),
    "Ward": st.column_config.TextColumn(width=125),
    "Reports": st.column_config.NumberColumn(width=70, format="localized"),
}
TIMELINE_COLUMNS = {
    "Incident": st.column_config.NumberColumn(width=60),
    "Began": st.column_config.TextColumn(width=182),
    "In the window": st.column_config.TextColumn(width=96),
    "Told to": st.column_config.TextColumn(width=118),
    "Reported by": st.column_config.TextColumn(width=100),
    "Type": st.column_config.TextColumn(width=150),
    "Category": st.column_config.TextColumn(width=90),
    "Lead agency": st.column_config.TextColumn(width=155),
}


def link_callers() -> None:
    """Show the way to the page of repeat callers, which are something else."""
    with st.sidebar:
        st.page_link("views/callers.py", label="Repeat callers (calls, not incidents)")


def show_map(deck: pdk.Deck, token: str, row: int | None, said: str) -> None:
    """Show the map; a click on a circle chooses its place."""
    # With a key of its own for each choice the map is never left dimmed around a click.
    key = f"{MAP_KEY}_{token}_{-1 if row is None else row}"
    st.pydeck_chart(
        deck, key=key, selection_mode="single-object", height=repeat_maps.MAP_HEIGHT,
        on_select=lambda: repeat_filters.follow_map(token, key, repeat_maps.PICK_LAYER),
        alt=f"Map of repeats by ward. {said} The list beside it holds the same figures.",
    )  # fmt: skip


def show_list(table: pd.DataFrame, token: str, row: int | None) -> None:
    """Show the ranked list; choosing a row puts it in focus."""
    key = f"repeat_list_{token}_{-1 if row is None else row}"
    st.dataframe(
        table, key=key, hide_index=True, height=LIST_HEIGHT, selection_mode="single-row",
        selection_default={
            "selection": {"rows": [] if row is None else [row], "columns": [], "cells": []}
        },
        on_select=lambda: repeat_filters.follow_list(token, key), column_config=LIST_COLUMNS,
    )  # fmt: skip


def show_legend(classes: Classes, kind: str) -> None:
    """Show what the colours and circles of the map mean."""
    words = {"places": "Repeat places", "victims": "Repeat victims"}[kind]
    chart = charts.legend_chart(classes, f"{words} in a ward", "wards", marked=False)
    st.altair_chart(chart, width="stretch", theme=None)
    if kind == "places":
        st.caption(
            "Purple circles: repeat places of the list, to the nearest 25 m; ground in proportion "
            "to the incidents. Numbers are ranks."
        )
    else:
        st.caption("People are not drawn: a victim is counted in the ward of the latest incident.")


def ask_row(names: Sequence[str], token: str, row: int | None) -> None:
    """Show the select box that chooses a row without the map or the list."""
    key = "repeat_row_box"
    st.session_state[key] = -1 if row is None else row
    st.selectbox(
        "Look at", [-1, *range(len(names))], key=key,
        format_func=lambda place: names[place] if place >= 0 else "None: choose a row or a circle",
        on_change=repeat_filters.follow_box, args=(token, key),
    )  # fmt: skip


def follow_action(
    find_row: Callable[[int], int | None], token: str, *, may_open: bool
) -> int | None:
    """Choose the row of the action that somebody came from; its number if no row is about it.

    Any other choice of list, area or row ends the following.
    """
    number: int | None = st.session_state.pop(FOLLOWED, None)
    if number is not None:
        row = find_row(number)
        repeat_filters.choose_row(token, row)
        if row is None:
            st.session_state[UNLISTED] = (token, number)
    held = st.session_state.get(UNLISTED)
    if not held or held[0] != token or repeat_filters.chosen_row(token) is not None:
        st.session_state.pop(UNLISTED, None)
        return None
    st.info(
        f"Action {held[1]} is about a record that is not on this list, by this rule on this day."
        + (" It can be opened below, for a reason." if may_open else ""),
        icon=":material/task_alt:",
    )
    return int(held[1]) if may_open else None


def ask_reason(kind: str, look: Callable[[str, str], Record], token: str, row: object) -> None:
    """Show the form that opens a record, and keep what it gave for this row or action."""
    what = {"places": "address and timeline", "victims": "timeline"}[kind]
    with st.form(f"repeat_reason_{token}_{row}"):
        left, middle, right = st.columns([3, 3, 3], vertical_alignment="bottom")
        reason = left.selectbox(
            "Why do you need to look?", ["", *REASONS],
            format_func=lambda code: REASONS.get(code, "Pick a reason"), key="repeat_reason",
        )  # fmt: skip
        text = middle.text_input(
            "More about it (optional, name nobody)", max_chars=200, key="repeat_reason_text"
        )
        pressed = right.form_submit_button(f"Open the {what}", width="stretch")
    st.caption("The look is logged with your name and reason before anything is shown.")
    record = notices.or_say(lambda: look(reason, text)) if pressed else None
    if record is not None:
        st.session_state[OPENED] = (token, row, record)
        st.rerun()


def show_or_ask(kind: str, look: Callable[[str, str], Record], token: str, row: object) -> None:
    """Show what was opened for this row or action, or the form that opens it."""
    record = opened(token, row)
    if record is None:
        ask_reason(kind, look, token, row)
    else:
        show_record(record)


def opened(token: str, row: object) -> Record | None:
    """Give the record that was opened for this row, if it was."""
    held = st.session_state.get(OPENED)
    if held and held[:2] == (token, row):
        record: Record = held[2]
        return record
    st.session_state.pop(OPENED, None)
    return None


def show_record(record: Record) -> None:
    """Show an opened record: address, timeline, neighbours, plan and owner."""
    st.markdown(repeat_tables.say_record(record))
    if record.kind == "places":
        known = "; ".join(record.addresses) or "not held by this source"
        # As code, so that a text from outside is never read as markup.
        st.markdown("**Address as recorded:**")
        st.code(known, language=None, wrap_lines=True)
    names = ["Timeline", "Plan and owner"]
    if record.kind == "places":
        names.insert(1, f"Near-repeat neighbours ({len(record.near):,})")
    tabs = st.tabs(names)
    with tabs[0]:
        st.dataframe(
            repeat_tables.timeline_table(record), hide_index=True, height=260,
            column_config=TIMELINE_COLUMNS,
        )  # fmt: skip
        st.caption("Reports that share a number are of one incident. No free text is shown.")
    with tabs[-1]:
        if record.links.empty:
            st.markdown("No case, action or plan is held about this.")
        else:
            st.dataframe(repeat_tables.link_table(record), hide_index=True)
    if record.kind == "places":
        with tabs[1]:
            if record.near.empty:
                st.markdown("No incident elsewhere within 200 m and 14 days of one here.")
            else:
                st.dataframe(repeat_tables.near_table(record), hide_index=True, height=260)
            st.caption(
                "Incidents at other places within 200 m and 14 days of one here. Whether that is "
                "more than chance is a question for a district, not for one place."
            )


def ask_action(title: str, send: Callable[..., int]) -> None:
    """Show the form that sends a row to tasking."""
    said = st.session_state.pop(SAID, "")
    if said:
        st.success(said, icon=":material/check:")
        st.page_link("views/actions.py", label="Go to Actions", icon=":material/task_alt:")
    with st.form("repeat_action", clear_on_submit=False):
        top = st.text_input("What is to be done", value=title, max_chars=120)
        left, middle, right, last = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
        owner = left.text_input("Owner")
        agency = middle.text_input("Agency")
        due = right.date_input(
            "Due", value=dt.date.today() + dt.timedelta(days=USUAL_DAYS), format="DD/MM/YYYY"
        )
        pressed = last.form_submit_button("Send to tasking", width="stretch")
    send_it = lambda: send(title=top, owner=owner, agency=agency, due=due)  # noqa: E731
    number = notices.or_say(send_it) if pressed else None
    if number is not None:
        st.session_state[SAID] = f"Action {number} is on the list of actions."
        st.rerun()
