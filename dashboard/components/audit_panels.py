"""Panels of the audit log: its state, the search and the export."""

import streamlit as st

from dashboard.components import audit_tables
from dashboard.services.audit import EVENTS, REASONS, AuditFilters, AuditState

ANY = ""
FILTERS_USED = "wardlight_audit_filters"


def show_chain(state: AuditState) -> None:
    """Show whether the log is whole, and each fault if it is not."""
    said = audit_tables.say_chain(state)
    if state.chain.ok:
        st.success(said)
        st.caption(
            f"Newest event and its seal, to note elsewhere: "
            f"{state.chain.events}:{state.chain.head_hash}"
        )
        return
    st.error(said)
    for fault in state.chain.faults:
        st.markdown(f"- {fault}")


def ask_search(state: AuditState) -> tuple[AuditFilters, str, str] | None:
    """Ask what to look up and why; None until asked for."""
    with st.form("audit_search"):
        one, two, three, four = st.columns(4)
        first = one.date_input("From", None, format="DD/MM/YYYY")
        last = two.date_input("To", None, format="DD/MM/YYYY")
        user = three.text_input("Person (part of name or id)")
        event = four.selectbox("Event", [ANY, *EVENTS], format_func=_say_any)
        one, two, three = st.columns(3)
        kind = one.selectbox("Kind of record", [ANY, *state.record_kinds], format_func=_say_any)
        key = two.text_input("Key of a record", help="As it is today; older keys are found too.")
        logged = three.selectbox(
            "Reason that was logged", [ANY, *audit_tables.ALL_REASONS], format_func=_say_reason
        )
        reason, words = _ask_why("search")
        pressed = st.form_submit_button("Search", type="primary")
    if not pressed:
        return None
    filters = AuditFilters(
        first=first, last=last, user=user.strip(), event=event, record_kind=kind,
        record_key=key.strip(), reason=logged,
    )  # fmt: skip
    st.session_state[FILTERS_USED] = filters
    return filters, reason, words


def ask_export() -> tuple[AuditFilters, str, str, str] | None:
    """Ask why and for whom the events of the last search are taken away; None until asked."""
    filters = st.session_state.get(FILTERS_USED)
    if filters is None:
        return None
    with st.expander("Take these events away (CSV)"), st.form("audit_export"):
        st.markdown("The file is made for one recipient, who is logged with the reason.")
        recipient = st.text_input("Recipient: person or agency")
        reason, words = _ask_why("export")
        if not st.form_submit_button("Make the file"):
            return None
    return filters, reason, recipient, words


def _ask_why(name: str) -> tuple[str, str]:
    left, right = st.columns(2)
    reason = left.selectbox(
        "Why do you need it?", list(REASONS), index=None, format_func=REASONS.get,
        placeholder="Pick a reason; it is logged", key=f"audit_reason_{name}",
    )  # fmt: skip
    words = right.text_input(
        "In your own words (optional)", key=f"audit_words_{name}", help="Name nobody here."
    )
    return reason or "", words


def _say_any(value: str) -> str:
    return value.capitalize() if value else "Any"


def _say_reason(code: str) -> str:
    return audit_tables.ALL_REASONS.get(code, "Any")
