"""The parts of the Cases page that list: cases, who may ask for a review, late standards."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from dashboard.components import case_panels, case_tables, notices, radar_panels
from dashboard.services.case_radar import Radar
from dashboard.services.cases import CaseList, Configuration
from dashboard.services.radar_records import RadarRecord
from geodata.errors import UserFacingError

NO_CASES = UserFacingError(
    "No cases are held that you may see.",
    "Cases come from the system they are kept in.",
    "Run 'wardlight import cases --help', or ask the lead agency to share a case with you.",
)
NO_AGENCY = UserFacingError(
    "No agency is set for you.",
    "You may see the cases that your agency leads or that are shared with it, and Wardlight does "
    "not know which agency is yours.",
    "Signed in: ask an administrator to set your agency on the page People. Local user: set "
    "WARDLIGHT_LOCAL_AGENCY to the name of the agency as the cases have it, and start again.",
)

Offer = Callable[[str, pd.DataFrame, str], None]
"""Offers a table for download: what it is, the table, the name of the file."""


def show_list(found: CaseList, districts: Mapping[str, str], offer: Offer) -> None:
    """Show the list of cases with numbers by risk band."""
    if found.table.empty:
        notices.show_nothing(NO_CASES)
        return
    st.markdown(case_tables.say_list(found))
    if restricted := case_tables.say_restricted(found):
        st.caption(restricted)
    bands = case_tables.band_table(found)
    st.dataframe(bands, hide_index=True, height=38 + 35 * len(bands))
    rows = case_panels.pick_cases(found, districts)
    table = case_tables.case_table(rows, districts)
    case_panels.show_rows(table, rows["id"].astype(int).tolist(), "cases_rows")
    st.caption(case_tables.KEY_OF_REVIEWS)
    offer("cases", case_tables.list_download(table), f"wardlight-cases-{found.on}.csv")


def show_radar(
    found: Radar,
    districts: Mapping[str, str],
    offer: Offer,
    look: Callable[[Radar, int, str], RadarRecord],
    send: Callable[..., int],
) -> None:
    """Show who is at or near the threshold of the case review, and the way on from each row."""
    if found.table.empty:
        st.info(found.silence)
    else:
        st.markdown(case_tables.say_radar(found))
        table = case_tables.radar_table(found, districts)
        row = radar_panels.pick_row(found, table)
        if row is not None:
            radar_panels.show_row(found, row, look, send)
        radar_panels.show_list(found, table, row)
        name = f"wardlight-case-reviews-{found.on}.csv"
        offer("case review radar", case_tables.radar_download(table), name)
    case_panels.show_radar_notes(found)


def show_standards(
    late: tuple[pd.DataFrame, pd.DataFrame], configuration: Configuration, on: dt.date, offer: Offer
) -> None:
    """Show late service standards of open cases, by agency and one by one."""
    by_agency, rows = late
    if by_agency.empty:
        notices.show_nothing(NO_CASES)
        return
    st.markdown("**Late service standards of open cases, by agency**")
    shown = case_tables.agency_table(by_agency)
    thousands = st.column_config.NumberColumn(format="localized")
    st.dataframe(shown, hide_index=True, column_config=dict.fromkeys(shown.columns[1:], thousands))
    st.caption(case_tables.say_days(configuration))
    table = case_tables.late_table(rows)
    case_panels.show_rows(table, rows["case_key"].astype(int).tolist(), "cases_late")
    offer("late service standards", table, f"wardlight-service-standards-{on}.csv")
