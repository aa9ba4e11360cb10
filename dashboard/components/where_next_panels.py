"""Panels of the page Where next: what is asked, its list, one ward, and its action."""

import datetime as dt
from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.components import notices, where_next_tables
from dashboard.components.ward_list_panel import WardList
from dashboard.services.where_next import WhereNext
from geodata.errors import safe_value

SURE = "sure"
CERTAINTIES = (60, 70, 80, 90, 95)
USUAL = 80
SAID = "wardlight_where_next_said"
USUAL_DAYS = 14
FIRST = 20
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=132),
    "Because": st.column_config.TextColumn(width=138),
    "Chance": st.column_config.TextColumn(width=58),
    "ASB per 1,000": st.column_config.TextColumn(width=118),
    "Worry": st.column_config.TextColumn(width=86),
    "Confidence": st.column_config.TextColumn(width=86),
}


def ask_certainty() -> float:
    """Show how sure a ward must be to be on the list, kept in the address; 0.5 to 1."""
    asked = st.query_params.get(SURE, str(USUAL))
    if asked not in map(str, CERTAINTIES):
        st.warning(
            f"The link's {SURE} {safe_value(asked)} was ignored; accepted: "
            f"{', '.join(map(str, CERTAINTIES))}."
        )
        asked = str(USUAL)
    st.session_state["where_next_sure"] = int(asked)
    with st.sidebar:
        st.select_slider(
            "Chance of being on the right side of a cut", CERTAINTIES, key="where_next_sure",
            format_func=lambda percent: f"{percent}%", on_change=_write_certainty,
            help="A ward is listed only if each of its reasons is at least this likely.",
        )  # fmt: skip
    return int(asked) / 100


def _write_certainty() -> None:
    percent = st.session_state["where_next_sure"]
    if percent == USUAL:
        st.query_params.pop(SURE, None)
    else:
        st.query_params[SURE] = str(percent)


def describe_list(table: pd.DataFrame, said: str) -> WardList:
    """Say what the list beside the map holds: the first wards, until all are asked for."""
    return WardList(
        "where_next", where_next_tables.list_table(table), COLUMNS, "Why a ward is on the list",
        f"Map of wards that qualify. {said} The list holds the same wards.", FIRST,
    )  # fmt: skip


def show_ward(found: WhereNext, code: str, *, may_act: bool, send: Callable[..., int]) -> None:
    """Show one ward: why it is listed, the ways on, and the form that makes an action."""
    rows = found.table[found.table["code"] == code]
    with st.container(border=True):
        if rows.empty:
            st.markdown("**The ward in focus is not on the list.**")
            show_ways_on(code)
            return
        row = rows.iloc[0]
        st.markdown(where_next_tables.describe_ward(row))
        show_ways_on(code)
        if may_act:
            _ask_action(where_next_tables.title_action(row), code, send)


def show_ways_on(code: str) -> None:
    """Show the ways to the other pages about a ward."""
    left, middle, right = st.columns(3)
    for column, file, label, icon in (
        (left, "worry", "Crime and worry of this ward", ":material/balance:"),
        (middle, "profile", "Profile of this ward", ":material/description:"),
        (right, "map", "This ward on the map", ":material/map:"),
    ):
        column.page_link(f"views/{file}.py", label=label, icon=icon, query_params={"area": code})


def _ask_action(title: str, code: str, send: Callable[..., int]) -> None:
    said = st.session_state.pop(SAID, "")
    if said:
        st.success(said, icon=":material/check:")
        st.page_link("views/actions.py", label="Go to Actions", icon=":material/task_alt:")
    with st.form(f"where_next_action_{code}"):
        top = st.text_input("What is to be done", value=title, max_chars=120)
        left, middle, right, last = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
        owner = left.text_input("Owner")
        agency = middle.text_input("Agency")
        due = right.date_input(
            "Due", value=dt.date.today() + dt.timedelta(days=USUAL_DAYS), format="DD/MM/YYYY"
        )
        pressed = last.form_submit_button("Make an action", width="stretch")
    st.caption("Name nobody and no address. The ward's figures go with it as evidence.")
    if pressed:
        number = notices.or_say(lambda: send(title=top, owner=owner, agency=agency, due=due))
        if number is not None:
            st.session_state[SAID] = f"Action {number} is made."
            st.rerun()
