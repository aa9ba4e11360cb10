"""Pieces of the page that finds a neighbourhood team: the question, the team, wards without one."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from dashboard.components import notices
from dashboard.components.plain_words import plain
from dashboard.components.ward_links import LINK, name_wards, read_ward
from dashboard.reports import priority_words
from dashboard.services.engagement import Team, say_old
from geodata.calendar import say_date
from geodata.errors import UserFacingError

BOX = "team_ward"
NO_WARDS = UserFacingError(
    "No wards are held yet.",
    "A team is found by its ward: ward boundaries, postcodes and a list of officers are needed.",
    "Run 'wardlight import boundaries FILE', then 'wardlight import postcodes FILE' and "
    "'wardlight import teams FILE': docs/data.md says what each file holds.",
)
NO_TEAMS = UserFacingError(
    "No neighbourhood officers are held yet.",
    "A list of officers by ward says who to name.",
    "Run 'wardlight import teams FILE': docs/data.md says what the file holds.",
)


def ask_ward(wards: pd.DataFrame, find: Callable[[str], str] | None) -> str | None:
    """Ask for a postcode or a ward and give the ward's code; only the code goes into the link.

    Parameters
    ----------
    wards : DataFrame
        Current wards: code, name, district.
    find : callable or None
        Gives the ward of a postcode; None if no postcodes are held.
    """
    left, right = st.columns(2, gap="large")
    names = name_wards(wards)
    with left, st.form("postcode", clear_on_submit=True):
        # Emptied at once, so that a resident's postcode stays nowhere.
        typed = st.text_input("Postcode", max_chars=10, disabled=find is None, autocomplete="off")
        pressed = st.form_submit_button("Find the team", type="primary", disabled=find is None)
        if find is None:
            st.caption("No postcodes are held: run `wardlight import postcodes FILE`.")
        else:
            st.caption("It is looked up and not kept.")
    if pressed and find is not None:
        found = notices.or_say(lambda: find(typed))
        # The team of an earlier look-up must not stand below the error of this one.
        st.query_params.pop(LINK, None)
        if found in names:
            st.query_params[LINK] = found
        elif found is not None:
            st.warning("This postcode lies in a ward whose boundaries are not held now.")
    ward = read_ward(names)
    with right:
        st.session_state[BOX] = ward or ""
        st.selectbox(
            "Or choose a ward", ["", *sorted(names, key=names.__getitem__)], key=BOX,
            format_func=lambda code: names.get(code, "Choose a ward"), on_change=_follow_box,
        )  # fmt: skip
    return ward


def _follow_box() -> None:
    if st.session_state[BOX]:
        st.query_params[LINK] = st.session_state[BOX]
    else:
        st.query_params.pop(LINK, None)


def show_team(team: Team, *, today: dt.date | None) -> None:
    """Show who works for a ward and how to reach them; ``today`` None leaves age unsaid."""
    with st.container(border=True):
        st.subheader(plain(f"{team.ward}, {team.district}" if team.district else team.ward))
        if team.officers.empty:
            st.warning(
                "**No officer is named for this ward.** Give 101, and ask whoever keeps the list "
                "of teams to name somebody.",
                icon=":material/person_off:",
            )
            return
        if team.name:
            st.markdown(f"Team: **{plain(team.name)}**")
        for row in team.officers.to_dict("records"):
            st.markdown(say_officer(row))
        if team.as_at is None:
            st.caption("The list does not say when it was right.")
            return
        st.caption(f"This list was right on {say_date(team.as_at)}.")
        old = say_old(team.as_at, today) if today else ""
        if old:
            st.warning(f"{old} Check it before you give a name.", icon=":material/history:")


def say_officer(row: Mapping[str, object]) -> str:
    """Say who an officer is and how to reach them."""
    name, role, reach = (plain(said) for said in priority_words.say_officer(row))
    return "  \n".join(filter(None, (f"**{name}**, {role}" if role else f"**{name}**", reach)))


def show_links(ward_code: str, pages: Mapping[str, str]) -> None:
    """Show the ways to other pages about the ward: file of the view to label."""
    for file, label in pages.items():
        st.page_link(
            f"views/{file}", label=label, icon=":material/arrow_forward:",
            query_params={LINK: ward_code},
        )  # fmt: skip


def show_vacant(vacant: pd.DataFrame, wards: int) -> None:
    """Show the wards without a named officer."""
    if vacant.empty:
        st.caption(f"All {wards:,} wards have a named officer.")
        return
    title = f"Wards without a named officer ({len(vacant):,} of {wards:,})"
    with st.expander(title):
        st.dataframe(
            vacant.rename(columns={"ward": "Ward", "district": "District", "code": "Code"})[
                ["Ward", "District", "Code"]
            ],
            hide_index=True,
        )
