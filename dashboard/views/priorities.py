"""Residents' priorities: what did each ward ask for, who asked, and what was done?"""

import datetime as dt

import streamlit as st

from dashboard import loading
from dashboard.acting import engagement as acting
from dashboard.components import downloads, notices, priority_panels, priority_tables
from dashboard.permissions import Permission, current_actor


def render() -> None:
    """Show the register of priorities."""
    version = loading.version()
    wards = loading.areas("ward", version)
    st.title("Residents' priorities")
    if wards.empty:
        notices.show_nothing(priority_panels.NO_WARDS)
        return
    may_edit = current_actor().may(Permission.EDIT_PRIORITIES)
    districts = loading.area_names("district", version)
    chosen = priority_panels.ask_filter(wards, districts)
    register = loading.register(chosen.district, version)
    place = districts.get(chosen.district or "", "all districts")
    priority_panels.show_said()
    st.markdown(priority_tables.say_standing(register, place))
    found = priority_tables.choose(
        register.table, ward=chosen.ward, source=chosen.source, standing=chosen.standing
    )
    if found.empty:
        notices.show_nothing(priority_panels.NO_PRIORITIES)
    else:
        number = priority_panels.show_register(priority_tables.register_table(found))
        st.caption("○ agreed, ◐ in hand, ✓ done, ✕ not taken up. Choose one to open it.")
        if number is not None:
            row = found[found["id"] == number].iloc[0].to_dict()
            with st.container(border=True):
                priority_panels.show_priority(row, may_edit=may_edit)
                if may_edit:
                    priority_panels.ask_change(row, acting.change_priority)
        notice = loading.notice(version)
        priority_panels.offer_feedback(
            priority_tables.feedback_text(found, place, notice, dt.date.today()),
            downloads.to_csv(priority_tables.feedback_rows(found), notice),
            f"wardlight-you-said-{chosen.ward or chosen.district or 'all'}",
        )
    if may_edit:
        priority_panels.ask_new(wards, chosen.ward, acting.add_priority)
    priority_panels.show_without(register.without, register.none_live)
    priority_panels.show_sources(loading.priority_sources(chosen.district, version))


if __name__ == "__main__":
    render()
