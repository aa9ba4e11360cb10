"""Find a neighbourhood team: who is the named officer for a postcode or a ward?"""

import datetime as dt

import streamlit as st

from dashboard import loading
from dashboard.components import notices, team_panels
from dashboard.permissions import Permission, current_actor


def render() -> None:
    """Show the page that finds a neighbourhood team."""
    version = loading.version()
    wards = loading.areas("ward", version)
    st.title("Find a neighbourhood team")
    if wards.empty:
        notices.show_nothing(team_panels.NO_WARDS)
        return
    find = loading.ward_of_postcode if loading.holds_postcodes() else None
    ward = team_panels.ask_ward(wards, find)
    vacant = loading.vacant_wards(version)
    if len(vacant) == len(wards):
        notices.show_nothing(team_panels.NO_TEAMS)
        return
    if ward:
        # The days of an invented list are invented too.
        today = None if loading.holds_synthetic(version) else dt.date.today()
        team_panels.show_team(loading.team(ward, version), today=today)
        may = current_actor().may
        pages = {"profile.py": "Profile of this ward"} if may(Permission.SEE_RELEASED_LSOA) else {}
        if may(Permission.SEE_PRIORITIES):
            pages |= {"priorities.py": "Priorities of this ward"}
        team_panels.show_links(ward, pages)
    team_panels.show_vacant(vacant, len(wards))


if __name__ == "__main__":
    render()
