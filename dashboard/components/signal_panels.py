"""Pieces of the page of signal events: filter, list, one event, the form."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import notices, record_panels, signal_tables
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
USUAL_RADIUS_M = 500
LIST = record_panels.RecordList(
    OPENED,
    "Open an event",
    {
        "No.": st.column_config.NumberColumn(width=42),
        "Event": st.column_config.TextColumn(width=210),
        "Day": st.column_config.TextColumn(width=130),
        "State": st.column_config.TextColumn(width=88),
        "Reach (m)": st.column_config.NumberColumn(width=80),
    },
    order=("No.", "Event", "Day", "State", "Reach (m)"),
)
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


def read_opened(signals: pd.DataFrame) -> int | None:
    """Give the number of the event that the link names, if it is shown."""
    return record_panels.read_opened(OPENED, signals["id"].tolist())


def show_list(table: pd.DataFrame) -> None:
    """Show the list of events, and the box that opens one without a mouse."""
    names = {n: f"S{n}: {t}" for n, t in zip(table["No."].tolist(), table["Event"], strict=True)}
    record_panels.show_list(LIST, table, names)


def show_said() -> None:
    """Show what was done by the form of the run before."""
    record_panels.show_said(OPENED)


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
            record_panels.finish(
                OPENED, f"Signal event S{number} is off the map; its record stays."
            )


def ask_new(wards: pd.DataFrame, add: Callable[..., int]) -> None:
    """Show the form that tags an event."""
    names = name_wards(wards)
    with st.expander("Tag a signal event"), st.form(record_panels.name_form(OPENED)):
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
        record_panels.add(
            OPENED,
            lambda: add(
                title=title, kind=kind, happened_on=day, ends_on=ends, where=where,
                ward_code=ward or "", radius_m=float(radius), source=source,
            ),
            "Signal event S{} is on the map.",
        )  # fmt: skip
