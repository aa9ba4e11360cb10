"""Audit log: who looked at, changed, gave away or erased what, why, and is the log whole?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import audit_panels, audit_tables, downloads

COLUMNS = {"No.": st.column_config.NumberColumn(width=60)}


def render() -> None:
    """Show the Audit log page."""
    state = loading.audit_state(loading.version())
    st.title("Audit log")
    audit_panels.show_chain(state)
    asked = audit_panels.ask_search(state)
    if asked is None:
        st.caption("Searching the log is itself logged, with your reason.")
    else:
        found = acting.search_audit(*asked)
        st.markdown(audit_tables.say_found(len(found.frame), found.total))
        if found.frame.empty:
            st.info("No event matches these filters.", icon=":material/info:")
        else:
            table = audit_tables.audit_table(found.frame)
            st.dataframe(table, hide_index=True, column_config=COLUMNS)
    wanted = audit_panels.ask_export()
    if wanted is not None:
        rows = acting.export_audit(*wanted)
        st.download_button(
            f"Download {messages.say_count(len(rows), 'event')} (CSV)",
            downloads.to_csv(audit_tables.audit_table(rows), "Audit log of Wardlight"),
            "wardlight-audit-log.csv", "text/csv", on_click="ignore",
        )  # fmt: skip


if __name__ == "__main__":
    render()
