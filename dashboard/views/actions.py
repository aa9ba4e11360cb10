"""Actions: who undertook what by when, and what is overdue?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import action_panels, action_tables, logged_download, notices
from dashboard.permissions import Permission, current_actor


def render() -> None:
    """Show the Actions page."""
    version = loading.version()
    wards = loading.areas("ward", version)
    names = dict(zip(wards["code"], wards["name"], strict=True))
    districts = dict(zip(wards["code"], wards["district_code"], strict=True))
    everything = loading.actions("", "", "", "", overdue_only=False)
    may_act = current_actor().may(Permission.ACT)

    st.title("Actions")
    action_panels.show_said()
    st.caption(messages.say_counting_day(everything.today))
    st.markdown(action_tables.say_standing(everything))
    chosen = action_panels.ask_filter(everything, names)
    found = loading.actions(
        chosen.status, chosen.ward_code, chosen.owner, chosen.agency,
        overdue_only=chosen.overdue_only,
    )  # fmt: skip
    if may_act:
        action_panels.ask_action(acting.create_action, names, districts, found.today)
    if found.table.empty:
        st.info("No action matches these filters.", icon=":material/info:")
    else:
        table = action_tables.action_table(found, names)
        number = action_panels.show_list(table)
        st.caption("▲ overdue, ◆ due within a week, ○ open, ✓ closed. Choose one to open it.")
        if number is not None:
            row = found.table[found.table["id"] == number].iloc[0].to_dict()
            with st.container(border=True):
                action_panels.show_action(row)
                if current_actor().may(Permission.SEE_REPEATS):
                    action_panels.link_record(row)
                if may_act and row["state"] != "closed":
                    action_panels.ask_outcome(number, acting.close_action)
        logged_download.offer(
            table, f"wardlight-actions-{found.today}.csv", loading.notice(version),
            f"actions {len(table)} {found.today}",
            lambda reason, recipient: acting.log_export("actions", len(table), reason, recipient),
        )  # fmt: skip
    if not names:
        notices.show_nothing(messages.NO_BOUNDARIES)


if __name__ == "__main__":
    render()
