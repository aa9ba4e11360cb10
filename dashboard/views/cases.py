"""Cases: whose review is overdue, how risky is one, who may ask for a case review, what is late?"""

import datetime as dt

import pandas as pd
import streamlit as st

from dashboard import acting, loading
from dashboard.acting import cases as acting_cases
from dashboard.components import case_panels, case_tables, logged_download, notices, risk_form
from dashboard.loading import cases as loading_cases
from dashboard.permissions import Permission, current_actor
from dashboard.services.cases import CaseList, Configuration
from geodata.errors import UserFacingError

NO_CASES = UserFacingError(
    "No cases are held that you may see.",
    "Cases come from the system they are kept in.",
    "Run 'wardlight import cases --help', or ask the lead agency to share a case with you.",
)


def render() -> None:
    """Show the Cases page."""
    version = loading.version()
    may = current_actor().may
    configuration = loading_cases.configuration()
    st.title("Cases")
    case_panels.show_said()
    part = case_panels.ask_part(whole=may(Permission.SEE_CASES))
    case_panels.show_status(configuration)
    on = case_panels.ask_day(loading_cases.day())
    found = loading_cases.case_list(on)
    districts = loading.area_names("district", version)
    if part == case_panels.RADAR:
        _show_radar(on, districts, version)
    elif part == case_panels.STANDARDS:
        _show_standards(on, configuration, version)
    elif part == case_panels.LIST and found.table.empty:
        notices.show_nothing(NO_CASES)
    elif part == case_panels.LIST:
        _show_list(found, districts, version)
    else:
        _show_case(found, configuration)
    if may(Permission.SIGN_OFF):
        case_panels.ask_sign_off(configuration, acting_cases.sign_off_matrix)


def _show_list(found: CaseList, districts: dict[str, str], version: str) -> None:
    st.markdown(case_tables.say_list(found))
    bands = case_tables.band_table(found)
    st.dataframe(bands, hide_index=True, height=38 + 35 * len(bands))
    rows = case_panels.pick_cases(found, districts)
    table = case_tables.case_table(rows, districts)
    case_panels.show_rows(table, rows["id"].astype(int).tolist(), "cases_rows")
    st.caption(case_tables.KEY_OF_MARKS)
    _offer("cases", case_tables.list_download(table), f"wardlight-cases-{found.on}.csv", version)


def _show_case(found: CaseList, configuration: Configuration) -> None:
    opened = case_panels.ask_case(found, acting_cases.open_case)
    if opened is None:
        if found.table.empty:
            notices.show_nothing(NO_CASES)
        return
    may = current_actor().may
    whole = may(Permission.SEE_CASES)
    file = loading_cases.case_file(*opened, found.on)
    case_panels.show_head(file)
    titles = ["Updates and reviews", "Service standards", "Risk"]
    parts = st.tabs([*titles, "Case review", "Other fields"] if whole else titles)
    assess = acting_cases.assess_risk if may(Permission.ASSESS_RISK) else None
    review = acting_cases.record_review if may(Permission.ASSESS_RISK) else None
    with parts[0]:
        levels = configuration.clocks.levels
        case_panels.show_updates(file, levels, acting_cases.add_update, review)
    with parts[1]:
        store = acting_cases.set_standard if whole else None
        case_panels.show_standards(file, configuration, store)
    with parts[2]:
        may_lower = may(Permission.LOWER_RISK)
        risk_form.show_risk(file, configuration, assess, may_lower=may_lower)
    if whole:
        opens = acting_cases.open_review if may(Permission.LOWER_RISK) else None
        with parts[3]:
            case_panels.show_review(file, acting_cases.set_victim_told, opens)
        with parts[4]:
            case_panels.show_extra(file.extra)


def _show_radar(on: dt.date, districts: dict[str, str], version: str) -> None:
    found = loading_cases.radar(on)
    if found.table.empty:
        st.info("Nobody is at the threshold of the case review, or one report short of it.")
    else:
        st.markdown(case_tables.say_radar(found))
        table = case_tables.radar_table(found, districts)
        keys = found.table["case_key"].astype(int).tolist()
        case_panels.show_rows(table, keys, "cases_radar")
        _offer(
            "case review radar", case_tables.radar_download(table),
            f"wardlight-case-reviews-{on}.csv", version,
        )  # fmt: skip
    case_panels.show_radar_notes(found)


def _show_standards(on: dt.date, configuration: Configuration, version: str) -> None:
    by_agency, rows = loading_cases.late_standards(on)
    if by_agency.empty:
        notices.show_nothing(NO_CASES)
        return
    st.markdown("**Late service standards of open cases, by agency**")
    st.dataframe(case_tables.agency_table(by_agency), hide_index=True)
    st.caption(case_tables.say_days(configuration))
    table = case_tables.late_table(rows)
    case_panels.show_rows(table, rows["case_key"].astype(int).tolist(), "cases_late")
    _offer("late service standards", table, f"wardlight-service-standards-{on}.csv", version)


def _offer(what: str, table: pd.DataFrame, name: str, version: str) -> None:
    logged_download.offer(
        table, name, loading.notice(version), f"{what} {len(table)} {name}",
        lambda reason, recipient: acting.log_export(what, len(table), reason, recipient),
    )  # fmt: skip


if __name__ == "__main__":
    render()
