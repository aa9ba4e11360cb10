"""Pieces of the Actions page: filters, the list, one action with its evidence, the two forms."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import action_tables, notices, record_panels
from dashboard.components.plain_words import plain
from dashboard.repeat_choice import FOLLOWED
from dashboard.services.actions import LONGEST_TEXT, LONGEST_TITLE, ActionList, short_key
from geodata.calendar import say_date

LINK = "action"
STATUSES = {"open": "Open", "closed": "Closed", "": "Open and closed"}
USUAL_DAYS = 14
LIST = record_panels.RecordList(
    LINK,
    "Open an action",
    {
        "No.": st.column_config.NumberColumn(width=50),
        "State": st.column_config.TextColumn(width=140),
        "Due": st.column_config.TextColumn(width=130),
    },
)


@dataclass(frozen=True)
class ActionFilter:
    """Which actions the page shows; empty text means any."""

    status: str
    ward_code: str
    owner: str
    agency: str
    overdue_only: bool


def ask_filter(everything: ActionList, ward_names: Mapping[str, str]) -> ActionFilter:
    """Show the filters at the side and give what is chosen."""
    with st.sidebar:
        status = st.selectbox("Status", list(STATUSES), format_func=STATUSES.get)
        ward = st.selectbox(
            "Ward", ["", *everything.ward_codes],
            format_func=lambda code: ward_names.get(code, code) or "All wards",
        )  # fmt: skip
        owner = st.selectbox("Owner", ["", *everything.owners], format_func=_or("All owners"))
        agency = st.selectbox("Agency", ["", *everything.agencies], format_func=_or("All agencies"))
        overdue_only = st.checkbox("Overdue only")
    return ActionFilter(status, ward, owner, agency, overdue_only)


def _or(nothing: str) -> Callable[[str], str]:
    return lambda text: text or nothing


def show_list(table: pd.DataFrame) -> int | None:
    """Show the list and give the number of the open action."""
    return record_panels.show_list(LIST, table, action_tables.name_rows(table))


def show_said() -> None:
    """Show what was done by the form of the run before."""
    record_panels.show_said(LINK)


def link_record(row: Mapping[str, Any]) -> None:
    """Show the way from an action to the list that its victim or place stands on.

    What it is about is handed over in the session; the address holds codes only.
    """
    of = {"location": "places", "victim": "victims"}.get(row["about_kind"])
    if of is None or not row["about_key"]:
        return
    short = short_key(row["about_kind"], row["about_key"])
    named = f"…{short}" if short else "this place"
    if st.button(f"Go to {named} on the page of repeats", icon=":material/repeat:"):
        st.session_state[FOLLOWED] = int(row["id"])
        area = {"district": row["district_code"], "area": row["ward_code"]}
        st.switch_page(
            "views/repeats.py",
            query_params={"of": of, **{name: code for name, code in area.items() if code}},
        )


def show_action(row: Mapping[str, Any]) -> None:
    """Show one action: who made it when and why, and what came of it."""
    st.markdown(f"**{plain(row['title'])}**")
    state = action_tables.say_state(row["state"], row["days_left"])
    doer = plain(f"{row['owner']}{_in(row['agency'])}")
    st.markdown(f"{state}. {doer}, due {say_date(row['due'])}.")
    about = action_tables.say_about(row["about_kind"], row["about_key"], row["about_label"])
    st.caption(
        f"{plain(about) + '. ' if about else ''}Made on {say_date(row['created_at'].date())} by "
        f"{plain(row['created_by'])}."
    )
    if row["evidence"]:
        st.dataframe(action_tables.evidence_table(row["evidence"]), hide_index=True)
        st.caption("Evidence as it was when the action was made; later data do not change it.")
    if row["state"] == "closed":
        closed = say_date(row["closed_at"].date())
        st.markdown(f"Closed on {closed} by {plain(row['closed_by'])}: {plain(row['outcome'])}")


def _in(agency: str) -> str:
    return f" ({agency})" if agency else ""


def ask_outcome(action_id: int, close: Callable[[int, str], None]) -> None:
    """Show the form that closes an action."""
    with st.form(f"close_{action_id}"):
        outcome = st.text_area("What came of it", max_chars=LONGEST_TEXT)
        st.caption("Name nobody and no address.")
        pressed = st.form_submit_button("Close the action")
    if pressed and notices.or_say(lambda: [close(action_id, outcome)]):
        record_panels.finish(LINK, f"Action {action_id} is closed.")


def ask_action(
    create: Callable[..., int],
    ward_names: Mapping[str, str],
    districts: Mapping[str, str],
    today: dt.date,
) -> None:
    """Show the form that adds an action.

    Parameters
    ----------
    create : callable
        Stores it and gives its number.
    ward_names : mapping of str to str
        Name of each ward by its code.
    districts : mapping of str to str
        Code of the district of each ward.
    today : date
        The day that counts.
    """
    with (
        st.expander("Add an action", key="add_action"),
        st.form(record_panels.name_form(LINK)),
    ):
        title = st.text_input("What is to be done", max_chars=LONGEST_TITLE)
        st.caption("Name nobody and no address.")
        left, middle, right = st.columns(3)
        owner = left.text_input("Owner")
        agency = middle.text_input("Agency")
        due = right.date_input("Due", today + dt.timedelta(USUAL_DAYS), format="DD/MM/YYYY")
        ward = st.selectbox(
            "Ward", ["", *ward_names], format_func=lambda code: ward_names.get(code) or "No ward"
        )
        pressed = st.form_submit_button("Add the action", type="primary")
    if pressed:
        record_panels.add(
            LINK,
            lambda: create(
                title=title, owner=owner, agency=agency, due=due, ward_code=ward,
                about_kind="ward" if ward else "", about_key=ward,
                district_code=districts.get(ward, ""),
            ),
            "Action {} is added.",
        )  # fmt: skip
