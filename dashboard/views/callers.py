"""Repeat callers: who called most, who looks after them, and did calls fall?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import caller_panels, caller_tables, notices
from dashboard.permissions import Permission, current_actor


def render() -> None:
    """Show the Repeat callers page."""
    version = loading.version()
    scope = loading.caller_scope(version)
    st.title("Repeat callers")
    caller_panels.show_said()
    if not scope.months or not scope.districts:
        notices.show_nothing(messages.NO_CALLS)
        return
    names = loading.area_names("district", version)
    district, month, by = caller_panels.ask_scope(scope, names)
    found = loading.top_callers(district, str(month), by)
    where = f"{names.get(district, district)}, {month.label}"
    st.caption(f"{where}. {caller_tables.say_held(scope)} {messages.say_counting_day(found.on)}")
    st.markdown(f"**{caller_tables.say_finding(found)}**")
    if found.table.empty:
        for note in caller_tables.list_notes(found):
            st.caption(note)
    else:
        key = caller_panels.show_list(found)
        if key is not None:
            _show_caller(found, key)
    caller_panels.show_saving(found)


def _show_caller(found, key: str) -> None:
    row = found.table[found.table["caller_key"] == key].iloc[0]
    actor = current_actor()
    with st.container(border=True):
        st.markdown(f"**{row['caller']}**")
        if actor.may(Permission.SEE_CALLER_NAMES):
            caller_panels.ask_name(
                row["caller"], lambda reason: acting.open_caller_name(key, reason)
            )
        else:
            st.caption("Names are shown to the role 'engage' only.")
        if actor.may(Permission.PLAN_CALLERS):
            caller_panels.ask_plan(
                row, lambda **plan: acting.set_caller_plan(key, **plan), found.on
            )


if __name__ == "__main__":
    render()
