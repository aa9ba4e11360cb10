"""Panels of the page Which wards next?: what is asked, its list, one ward, and its action."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from dashboard.components import notices, where_next_tables
from dashboard.components.ward_links import show_ways_on
from dashboard.components.ward_list_panel import WardList
from dashboard.services.where_next import WhereNext
from geodata.errors import safe_value

SURE = "sure"
CERTAINTIES = (60, 70, 80, 90, 95)
USUAL = 80
SAID = "wardlight_where_next_said"
MADE = "wardlight_where_next_made"
"""How many actions were made in this session: each success opens an empty form."""

USUAL_DAYS = 14
FIRST = 20
CHANCE_HELP = "Chance of this condition by itself."
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=136),
    "District": st.column_config.TextColumn(width=82),
    "Because": st.column_config.TextColumn(width=172),
    "Actions": st.column_config.TextColumn(width=64, help="Open actions about the ward."),
    "ASB high": st.column_config.TextColumn(width=72, help=CHANCE_HELP),
    "Worry high": st.column_config.TextColumn(width=82, help=CHANCE_HELP),
    "Confidence low": st.column_config.TextColumn(width=106, help=CHANCE_HELP),
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


def describe_list(
    table: pd.DataFrame, said: str, at_work: Mapping[str, int] | None = None
) -> WardList:
    """Say what the list beside the map holds: the first wards, until all are asked for."""
    return WardList(
        "where_next", where_next_tables.list_table(table, at_work), COLUMNS,
        "Why a ward is on the list",
        f"Map of wards that qualify. {said} The list holds the same wards.", FIRST,
    )  # fmt: skip


def show_ward(
    found: WhereNext, code: str, *, may_act: bool, send: Callable[..., int], count: int = 0
) -> None:
    """Show one ward: why it is listed, its open actions, the ways on, and the form for one."""
    rows = found.table[found.table["code"] == code]
    with st.container(border=True):
        if rows.empty:
            st.markdown("**The ward in focus is not on the list.**")
            show_ways_on(code, "where_next.py")
            return
        row = rows.iloc[0]
        st.markdown(where_next_tables.describe_ward(found, row, count))
        show_ways_on(code, "where_next.py")
        if may_act:
            _ask_action(where_next_tables.title_action(row), code, send)


def _ask_action(title: str, code: str, send: Callable[..., int]) -> None:
    said = st.session_state.pop(SAID, "")
    if said:
        st.success(said, icon=":material/check:")
        st.page_link("views/actions.py", label="Go to Actions", icon=":material/task_alt:")
    made = st.session_state.get(MADE, 0)
    # A form of another key starts empty, so that a second press makes no second action.
    with st.form(f"where_next_action_{code}_{made}"):
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
            st.session_state[MADE] = made + 1
            st.rerun()
