"""Pieces of the Priorities page: map, register, one priority, the two forms."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import (
    charts,
    notices,
    priority_maps,
    priority_tables,
    record_panels,
)
from dashboard.components.classes import Classes
from dashboard.components.maps import AREA_LAYER
from dashboard.components.plain_words import plain
from dashboard.components.priority_filters import PriorityFilter
from dashboard.components.ward_links import LINK as WARD
from dashboard.components.ward_links import name_wards
from dashboard.reports import priority_words
from dashboard.services.priorities import Register, compare_sources
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
LIST = record_panels.RecordList(
    OPENED,
    "Open a priority",
    {
        "Priority": st.column_config.TextColumn(width=194),
        "Ward": st.column_config.TextColumn(width=132),
        "Status": st.column_config.TextColumn(width=112),
        "Agreed": st.column_config.TextColumn(width=130),
    },
    order=("Priority", "Ward", "Status", "Agreed"),
    # Fewer rows once one is open, so that what it says is seen below them.
    most_rows=(7, 4),
)
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


def show_map(
    wards: pd.DataFrame,
    table: pd.DataFrame,
    classes: Classes,
    chosen: PriorityFilter,
    focus: str | None,
    draw: Callable[..., Any],
) -> None:
    """Show the wards with a live priority as a map; a click on a ward chooses it.

    Parameters
    ----------
    wards, table
        As for `priority_maps.classify`, which gives ``classes``.
    classes : Classes
    chosen : PriorityFilter
    focus : str or None
        Code of the ward that is ringed.
    draw : callable
        Builds the map from classes and marks.
    """
    key = f"priority_map_{chosen.district}_{chosen.source}_{focus}"

    def follow() -> None:
        picked = st.session_state[key]["selection"]["objects"].get(AREA_LAYER) or []
        record_panels.put(WARD, next((one["properties"]["code"] for one in picked if one), ""))

    marks = priority_maps.mark_wards(wards, table, focus)
    st.pydeck_chart(
        draw(classes, marks, size=(priority_maps.WIDTH, priority_maps.HEIGHT)),
        key=key, selection_mode="single-object", height=priority_maps.HEIGHT, on_select=follow,
        alt="Map of wards with a priority still to be met. The sentence above counts them; the "
        "list holds every priority by ward.",
    )  # fmt: skip


def show_legend(classes: Classes) -> None:
    """Show what the map's colours and lines say."""
    st.altair_chart(
        charts.legend_chart(classes, "Priorities of a ward", "wards", marked=False),
        width="stretch", theme=None,
    )  # fmt: skip


def read_opened(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Give the priority that the link names as one row, if it is among these; else no row."""
    number = record_panels.read_opened(OPENED, table["id"].tolist())
    return table[table["id"] == number].to_dict("records")


def show_register(table: pd.DataFrame) -> None:
    """Show the register; choosing a row opens its priority."""
    rows = zip(table["No."].tolist(), table["Priority"], table["Ward"], strict=True)
    record_panels.show_list(LIST, table, {n: f"{n}: {t}, {w}" for n, t, w in rows})
    st.caption(priority_tables.LEGEND)


def show_said() -> None:
    """Show what was done by the form of the run before."""
    record_panels.show_said(OPENED)


def show_priority(row: Mapping[str, Any], *, may_edit: bool) -> None:
    """Show one priority: what was said, what was done, where it came from, who was asked."""
    state = priority_tables.say_state(row["status"], is_silent=row["is_silent"])
    st.markdown(
        f"**{plain(row['title'])}**: {plain(row['ward'])}, {plain(row['district'])}. {state}."
    )
    left, right = st.columns(2)
    left.markdown(f"**You said:** {plain(row['you_said'] or row['title'])}")
    right.markdown(f"**We did:** {plain(priority_words.say_did(row))}")
    linked = row["linked_plan"]
    plan = f"Linked plan: {plain(linked)}." if linked else "No plan is linked."
    st.markdown(
        f"Agreed on {say_date(row['agreed_on'])} through {priority_words.CAME[row['source']]}. "
        f"{plan}"
    )
    st.markdown(f"**How representative:** {plain(priority_words.say_asked(row))}")
    if may_edit:
        changed = say_date(row["changed_at"].date())
        st.caption(f"Last changed on {changed} by {plain(row['changed_by'])}.")


def ask_change(row: Mapping[str, Any], change: Callable[..., None]) -> None:
    """Show the form that brings a priority up to date."""
    number = int(row["id"])
    states = list(PRIORITY_STATES)
    with (
        st.expander(f"Bring priority {number} up to date"),
        st.form(f"change_priority_{number}_{row['changed_at'].timestamp()}"),
    ):
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
            record_panels.finish(OPENED, f"Priority {number} is changed.")


def ask_new(wards: pd.DataFrame, ward: str | None, add: Callable[..., int]) -> None:
    """Show the form that adds a priority."""
    names = name_wards(wards)
    codes = sorted(names, key=names.__getitem__)
    with (
        st.expander("Add a priority"),
        st.form(f"{record_panels.name_form(OPENED)}_{ward}"),
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
        values = {
            "ward_code": chosen or "", "title": title, "source": source, "agreed_on": day,
            "people_asked": people, "how_representative": who, "you_said": said,
        }  # fmt: skip
        record_panels.add(OPENED, lambda: add(values), "Priority {} is added.")


def show_without(without: pd.DataFrame, none_live: pd.DataFrame) -> None:
    """Show the wards with no priority listed, and those with none still to be met."""
    with st.expander(f"Wards with no priority listed ({len(without):,})"):
        st.caption("Nothing follows about what residents there want: nobody has recorded it.")
        st.dataframe(priority_tables.ward_table(without), hide_index=True)
    if len(none_live):
        with st.expander(f"Wards with none still to be met ({len(none_live):,})"):
            st.dataframe(priority_tables.ward_table(none_live), hide_index=True)


def show_sources(register: Register) -> None:
    """Show how priorities came about and how far each way stands for residents."""
    with st.expander("How representative are they?"):
        st.dataframe(priority_tables.source_table(compare_sources(register)), hide_index=True)
        st.caption(
            "Middle: half of the priorities that say how many were asked lie below it. A meeting "
            "tells what those who came want; set it beside the survey before it counts for a ward."
        )
