"""Cases: whose review is overdue, how risky is one, who may ask for a case review, what is late?"""

import pandas as pd
import streamlit as st

from dashboard import acting, loading
from dashboard.acting import cases as acting_cases
from dashboard.components import case_panels, case_parts, logged_download, notices, risk_form
from dashboard.loading import cases as loading_cases
from dashboard.permissions import Permission, current_actor
from dashboard.services.cases import CaseList, Configuration


def render() -> None:
    """Show the Cases page."""
    version = loading.version()
    actor = current_actor()
    configuration = loading_cases.configuration()
    st.title("Cases")
    case_panels.show_said()
    part = case_panels.ask_part(whole=actor.may(Permission.SEE_CASES))
    case_panels.show_status(configuration)
    on = case_panels.ask_day(loading_cases.day())
    found = loading_cases.case_list(on)
    districts = loading.area_names("district", version)
    if not found.whole and not actor.agency.strip():
        notices.show_nothing(case_parts.NO_AGENCY)
    elif part == case_panels.RADAR:
        look, send = acting_cases.open_reports, acting_cases.send_radar_row
        case_parts.show_radar(loading_cases.radar(on), districts, _offer, look, send)
    elif part == case_panels.STANDARDS:
        case_parts.show_standards(loading_cases.late_standards(on), configuration, on, _offer)
    elif part == case_panels.LIST:
        case_parts.show_list(found, districts, _offer)
    else:
        _show_case(found, configuration)
    if actor.may(Permission.SIGN_OFF):
        case_panels.ask_sign_off(configuration, acting_cases.sign_off_matrix)


def _show_case(found: CaseList, configuration: Configuration) -> None:
    opened = case_panels.ask_case(found, acting_cases.open_case)
    if opened is None:
        if found.table.empty:
            notices.show_nothing(case_parts.NO_CASES)
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


def _offer(what: str, table: pd.DataFrame, name: str) -> None:
    logged_download.offer(
        table, name, loading.notice(loading.version()), f"{what} {len(table)} {name}",
        lambda reason, recipient: acting.log_export(what, len(table), reason, recipient),
    )  # fmt: skip


if __name__ == "__main__":
    render()
