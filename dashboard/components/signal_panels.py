"""Pieces of the page of signal events: filter, list, one event, the form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import notices, signal_tables
from dashboard.components.plain_words import plain
from dashboard.components.ward_links import name_wards
from geodata.calendar import say_date
from geodata.engagement_words import (
    LEAST_RADIUS_M,
    LONGEST_TITLE,
    MOST_RADIUS_M,
    SIGNAL_KINDS,
)
from geodata.errors import UserFacingError

OPENED = "signal"
BOX = "signal_box"
SAID = "signal_said"
ADDED = "signals_added"
USUAL_RADIUS_M = 500
WIDTHS = {
    "No.": st.column_config.NumberColumn(width=50),
    "State": st.column_config.TextColumn(width=90),
    "Event": st.column_config.TextColumn(width="medium"),
}
NO_SIGNALS = UserFacingError(
    "No signal event is tagged here.",
    "A signal event unsettles an area around it, such as an arson or a march.",
    "Tag one with the form below; 'wardlight demo' shows an invented county with some.",
)
ABOUT = (
    "A signal event is one that residents read as a sign of how safe an area is. The circle is a "
    "judgement of how far it reaches, made by whoever tagged it; it is not a measurement. Events "
    "are shown beside worry and are never counted as incidents, nor used in a forecast."
)


def ask_filter() -> str:
    """Show the filter at the side and give the state that is shown; empty is any."""
    with st.sidebar:
        return st.selectbox(
            "Events", list(signal_tables.SHOWN), format_func=signal_tables.SHOWN.get
        )


def read_chosen(signals: pd.DataFrame) -> int | None:
    """Give the number of the event that the link names, if it is shown."""
    linked = st.query_params.get(OPENED, "")
    number = int(linked) if linked.isdecimal() else None
    return number if number in set(signals["id"]) else None


def show_list(table: pd.DataFrame, number: int | None) -> None:
    """Show the list of events, and the box that opens one without a mouse."""
    numbers = [int(one) for one in table["No."]]
    names = {n: f"S{n}: {t}" for n, t in zip(numbers, table["Event"], strict=True)}
    st.session_state[BOX] = number
    st.selectbox(
        "Open an event", numbers, key=BOX, format_func=names.get,
        placeholder="Choose here, or choose a row of the list",
        on_change=lambda: _open(st.session_state[BOX]),
    )  # fmt: skip
    key = f"signal_list_{len(numbers)}_{number}"
    rows = [] if number is None else [numbers.index(number)]
    st.dataframe(
        table, key=key, hide_index=True, selection_mode="single-row", column_config=WIDTHS,
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        on_select=lambda: _follow_list(key, numbers),
    )  # fmt: skip


def _follow_list(key: str, numbers: Sequence[int]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    _open(numbers[rows[0]] if rows and rows[0] < len(numbers) else None)


def _open(number: int | None) -> None:
    if number is None:
        st.query_params.pop(OPENED, None)
    else:
        st.query_params[OPENED] = str(number)


def show_event(row: Mapping[str, Any], withdraw: Callable[[int], None] | None) -> None:
    """Show one event and the wards it reaches; whoever may tag may take it off the map."""
    state = signal_tables.STATES[row["state"]]
    until = f" until {say_date(row['ends_on'])}" if row["ends_on"] else ", end not known"
    st.markdown(f"**S{row['id']}: {plain(row['title'])}**. {SIGNAL_KINDS[row['kind']]}. {state}.")
    st.markdown(
        f"{say_date(row['happened_on'])}{until}. Reaches {row['radius_m']:,.0f} metres: "
        f"{plain(', '.join(row['reached'])) or 'no ward'}."
    )
    source = f" Told by: {plain(row['source'])}." if row["source"] else ""
    tagged = say_date(row["added_at"].date())
    st.caption(f"Tagged on {tagged} by {plain(row['added_by'])}.{source}")
    if withdraw is not None:
        number = int(row["id"])
        pressed = st.button("Take it off the map", key=f"withdraw_{number}")
        if pressed and notices.or_say(lambda: [withdraw(number)]):
            _open(None)
            _say(f"Signal event S{number} is off the map; its record stays.")


def ask_new(wards: pd.DataFrame, add: Callable[..., int]) -> None:
    """Show the form that tags an event."""
    names = name_wards(wards)
    with st.expander("Tag a signal event"), st.form(f"signal_{st.session_state.get(ADDED, 0)}"):
        left, right = st.columns([3, 2])
        title = left.text_input("What happened", max_chars=LONGEST_TITLE)
        kind = right.selectbox("Kind", list(SIGNAL_KINDS), format_func=SIGNAL_KINDS.get)
        left, middle, right = st.columns(3)
        day = left.date_input("Day", "today", format="DD/MM/YYYY")
        ends = middle.date_input("Until (if known)", None, format="DD/MM/YYYY")
        radius = right.number_input(
            "How far it reaches (metres)", LEAST_RADIUS_M, MOST_RADIUS_M, USUAL_RADIUS_M, 50
        )
        left, right = st.columns(2)
        ward = left.selectbox(
            "Ward", sorted(names, key=names.__getitem__), index=None,
            format_func=names.get, placeholder="Choose a ward: its middle counts",
        )  # fmt: skip
        where = right.text_input(
            "Or a map reference", placeholder="TQ 760 555, or 51.27, 0.52", autocomplete="off"
        )
        source = st.text_input("Who told of it", max_chars=LONGEST_TITLE)
        st.caption(
            "Name no person and no home: streets and places may be named. The place is rounded "
            "to 50 metres."
        )
        pressed = st.form_submit_button("Tag the event", type="primary")
    if pressed:
        number = notices.or_say(
            lambda: add(
                title=title, kind=kind, happened_on=day, ends_on=ends, where=where,
                ward_code=ward or "", radius_m=float(radius), source=source,
            )
        )  # fmt: skip
        if number is not None:
            st.session_state[ADDED] = number
            _say(f"Signal event S{number} is on the map.")


def _say(sentence: str) -> None:
    st.session_state[SAID] = sentence
    st.rerun()


def show_said() -> None:
    """Show what was done by the form of the run before."""
    sentence = st.session_state.pop(SAID, "")
    if sentence:
        st.success(sentence, icon=":material/check:")
