"""Pieces of the Priorities page: filters, the register, one priority, the two forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import notices, priority_tables
from dashboard.components.plain_words import plain
from dashboard.components.ward_links import LINK as WARD
from dashboard.components.ward_links import name_wards, read_ward
from geodata.calendar import say_date
from geodata.engagement_words import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PEOPLE_ASKED,
    PRIORITY_SOURCES,
    PRIORITY_STATES,
)
from geodata.errors import UserFacingError

OPENED = "priority"
DISTRICT = "district"
BOX = "priority_box"
HEIGHT, MOST_ROWS = 300, 8
SAID = "priority_said"
ADDED = "priorities_added"
COLUMNS = {
    "No.": st.column_config.NumberColumn(width=50),
    "Priority": st.column_config.TextColumn(width=230),
    "Status": st.column_config.TextColumn(width=120),
}
NO_WARDS = UserFacingError(
    "No wards are held yet.",
    "Priorities are listed by ward, so ward boundaries are needed first.",
    "Run 'wardlight import boundaries FILE', then 'wardlight import priorities FILE' or add "
    "priorities here: docs/data.md says what each file holds.",
)
NO_PRIORITIES = UserFacingError(
    "No priority is listed here.",
    "Nothing follows from that about what residents want: nobody has recorded it.",
    "Add one below, or run 'wardlight import priorities FILE': docs/data.md says what it holds.",
)
NAME_NOBODY = "Streets and places may be named. Name no person and no home."


@dataclass(frozen=True)
class PriorityFilter:
    """Which priorities the page shows; None or empty means any."""

    district: str | None
    ward: str | None
    source: str
    standing: str


def ask_filter(wards: pd.DataFrame, districts: Mapping[str, str]) -> PriorityFilter:
    """Show the filters at the side and give what is chosen; district and ward are in the link."""
    names = name_wards(wards)
    ward = read_ward(names)
    of_ward = dict(zip(wards["code"], wards["district_code"], strict=True))
    district = of_ward.get(ward) if ward else st.query_params.get(DISTRICT)
    district = district if district in districts else None
    offered = [code for code in names if not district or of_ward[code] == district]
    with st.sidebar:
        _choose(DISTRICT, "District", sorted(districts, key=districts.__getitem__), districts,
                district, "All districts", forget=WARD)  # fmt: skip
        _choose(WARD, "Ward", sorted(offered, key=names.__getitem__), names, ward, "All wards")
        source = st.selectbox(
            "Source", ["", *PRIORITY_SOURCES],
            format_func=lambda word: PRIORITY_SOURCES.get(word, "All sources"),
        )  # fmt: skip
        standing = st.selectbox(
            "Status", list(priority_tables.SHOWN), format_func=priority_tables.SHOWN.get
        )
    return PriorityFilter(district, ward, source, standing)


def _choose(
    name: str,
    label: str,
    codes: Sequence[str],
    words: Mapping[str, str],
    chosen: str | None,
    nothing: str,
    forget: str = "",
) -> None:
    key = f"priorities_{name}"
    st.session_state[key] = chosen or ""
    st.selectbox(
        label, ["", *codes], key=key, format_func=lambda code: words.get(code, nothing),
        on_change=_link, args=(key, name, forget),
    )  # fmt: skip


def _link(key: str, name: str, forget: str) -> None:
    st.query_params.pop(forget or name, None)
    _put(name, st.session_state[key])


def _put(name: str, value: str | int | None) -> None:
    if value:
        st.query_params[name] = str(value)
    else:
        st.query_params.pop(name, None)


def show_register(table: pd.DataFrame) -> int | None:
    """Show the register and give the number of the priority in focus."""
    numbers = [int(number) for number in table["No."]]
    linked = st.query_params.get(OPENED, "")
    number = int(linked) if linked.isdecimal() and int(linked) in numbers else None
    names = {n: f"{n}: {t}, {w}" for n, t, w in
             zip(numbers, table["Priority"], table["Ward"], strict=True)}  # fmt: skip
    st.session_state[BOX] = number
    st.selectbox(
        "Open a priority", numbers, key=BOX, format_func=names.get,
        placeholder="Choose here, or choose a row of the list",
        on_change=lambda: _put(OPENED, st.session_state[BOX]),
    )  # fmt: skip
    # With a key of its own for each choice the list always marks what is open.
    key = f"priority_list_{len(numbers)}_{number}"
    rows = [] if number is None else [numbers.index(number)]
    st.dataframe(
        table, key=key, hide_index=True, selection_mode="single-row", column_config=COLUMNS,
        height="auto" if len(table) < MOST_ROWS else HEIGHT,
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        on_select=lambda: _follow_list(key, numbers),
    )  # fmt: skip
    return number


def _follow_list(key: str, numbers: Sequence[int]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    _put(OPENED, numbers[rows[0]] if rows and rows[0] < len(numbers) else None)


def show_priority(row: Mapping[str, Any], *, may_edit: bool) -> None:
    """Show one priority: what was said, what was done, where it came from, who was asked."""
    state = f"{priority_tables.MARKS[row['status']]} {PRIORITY_STATES[row['status']]}"
    st.markdown(
        f"**{plain(row['title'])}**: {plain(row['ward'])}, {plain(row['district'])}. {state}."
    )
    left, right = st.columns(2)
    left.markdown(f"**You said:** {plain(row['you_said'] or row['title'])}")
    right.markdown(f"**We did:** {plain(priority_tables.say_did(row))}")
    linked = row["linked_plan"]
    plan = f"Linked plan: {plain(linked)}." if linked else "No plan is linked."
    st.markdown(
        f"Agreed on {say_date(row['agreed_on'])} through {priority_tables.CAME[row['source']]}. "
        f"{plan}"
    )
    st.markdown(f"**How representative:** {plain(priority_tables.say_asked(row))}")
    if may_edit:
        changed = say_date(row["changed_at"].date())
        st.caption(f"Last changed on {changed} by {plain(row['changed_by'])}.")


def ask_change(row: Mapping[str, Any], change: Callable[..., None]) -> None:
    """Show the form that brings a priority up to date."""
    number = int(row["id"])
    states = list(PRIORITY_STATES)
    with st.form(f"change_priority_{number}_{row['changed_at'].timestamp()}"):
        left, middle, right = st.columns(3)
        status = left.selectbox(
            "How it stands", states, index=states.index(row["status"]),
            format_func=PRIORITY_STATES.get,
        )  # fmt: skip
        plan = middle.text_input("Plan it led to", row["linked_plan"], max_chars=LONGEST_TITLE)
        people = right.number_input(
            "People asked", min_value=1, max_value=MOST_PEOPLE_ASKED, step=1,
            value=None if pd.isna(row["people_asked"]) else int(row["people_asked"]),
        )  # fmt: skip
        said = st.text_area("You said", row["you_said"], max_chars=LONGEST_TEXT, height=80)
        did = st.text_area("We did", row["we_did"], max_chars=LONGEST_TEXT, height=80)
        who = st.text_area(
            "Who was asked and how", row["how_representative"], max_chars=LONGEST_TEXT, height=80
        )
        st.caption(NAME_NOBODY)
        pressed = st.form_submit_button("Save the changes")
    if pressed:
        values = {
            "status": status, "linked_plan": plan, "people_asked": people, "you_said": said,
            "we_did": did, "how_representative": who,
        }  # fmt: skip
        if notices.or_say(lambda: [change(number, values, seen=row["changed_at"])]):
            _say(f"Priority {number} is changed.")


def ask_new(wards: pd.DataFrame, ward: str | None, add: Callable[..., int]) -> None:
    """Show the form that adds a priority."""
    names = name_wards(wards)
    codes = sorted(names, key=names.__getitem__)
    with (
        st.expander("Add a priority"),
        # A form of its own after each one added, so that only what was stored is cleared.
        st.form(f"add_priority_{st.session_state.get(ADDED, 0)}_{ward}"),
    ):
        left, right = st.columns([2, 3])
        chosen = left.selectbox(
            "Ward of the priority", codes, format_func=names.get, placeholder="Choose a ward",
            index=codes.index(ward) if ward in codes else None,
        )  # fmt: skip
        title = right.text_input("Priority", max_chars=LONGEST_TITLE)
        left, middle, right = st.columns(3)
        source = left.selectbox(
            "Where it came from", list(PRIORITY_SOURCES), format_func=PRIORITY_SOURCES.get
        )
        day = middle.date_input("Day it was agreed", "today", format="DD/MM/YYYY")
        people = right.number_input(
            "People asked", min_value=1, max_value=MOST_PEOPLE_ASKED, value=None, step=1
        )
        said = st.text_area("You said", max_chars=LONGEST_TEXT, height=80)
        who = st.text_area("Who was asked and how", max_chars=LONGEST_TEXT, height=80)
        st.caption(NAME_NOBODY)
        pressed = st.form_submit_button("Add the priority", type="primary")
    if pressed:
        number = notices.or_say(
            lambda: add(
                {
                    "ward_code": chosen or "", "title": title, "source": source, "agreed_on": day,
                    "people_asked": people, "how_representative": who, "you_said": said,
                }
            )
        )  # fmt: skip
        if number is not None:
            st.session_state[ADDED] = number
            _say(f"Priority {number} is added.")


def show_without(without: pd.DataFrame, none_live: pd.DataFrame) -> None:
    """Show the wards with no priority listed, and those with none still to be met."""
    with st.expander(f"Wards with no priority listed ({len(without):,})"):
        st.caption("Nothing follows about what residents there want: nobody has recorded it.")
        st.dataframe(priority_tables.ward_table(without), hide_index=True)
    if len(none_live):
        with st.expander(f"Wards with none still to be met ({len(none_live):,})"):
            st.dataframe(priority_tables.ward_table(none_live), hide_index=True)


def show_sources(compared: pd.DataFrame) -> None:
    """Show how priorities came about and how far each way stands for residents."""
    with st.expander("How representative are they?"):
        st.dataframe(priority_tables.source_table(compared), hide_index=True)
        st.caption(
            "Middle: half of the priorities that say how many were asked lie below it. A meeting "
            "tells what those who came want; set it beside the survey before it counts for a ward."
        )


def offer_feedback(text: bytes, rows: bytes, name: str) -> None:
    """Offer 'you said, we did' as text and as rows for a spreadsheet."""
    with st.container(horizontal=True):
        st.download_button(
            "You said, we did (text)", text, f"{name}.txt", "text/plain", on_click="ignore"
        )
        st.download_button(
            "You said, we did (CSV)", rows, f"{name}.csv", "text/csv", on_click="ignore"
        )


def _say(sentence: str) -> None:
    st.session_state[SAID] = sentence
    st.rerun()


def show_said() -> None:
    """Show what was done by the form of the run before."""
    sentence = st.session_state.pop(SAID, "")
    if sentence:
        st.success(sentence, icon=":material/check:")
