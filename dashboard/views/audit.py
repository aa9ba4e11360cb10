"""Audit log: who looked at, changed, gave away or erased what, why, and is the log whole?"""

import streamlit as st

from dashboard import acting, loading
from dashboard.components import audit_panels


def render() -> None:
    """Show the Audit log page."""
    state = loading.audit_state(loading.version())
    st.title("Audit log")
    audit_panels.show_chain(state)
    found = audit_panels.ask_search(state, acting.search_audit)
    if found is None:
        st.caption("Searching the log is itself logged, with your reason.")
    else:
        audit_panels.show_found(found)
    audit_panels.ask_export(acting.export_audit)


if __name__ == "__main__":
    render()
