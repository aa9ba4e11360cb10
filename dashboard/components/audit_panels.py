"""Panels of the audit log: its state, the search and the export."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.components import audit_tables, downloads, notices
from dashboard.messages import say_count
from dashboard.services.audit import EVENTS, REASONS, AuditFilters, AuditState, FoundEvents

ANY = ""
FILTERS_USED = "wardlight_audit_filters"
FOUND, MADE = "wardlight_audit_found", "wardlight_audit_made"
COLUMNS = {
    "No.": st.column_config.NumberColumn(width=48),
    "When": st.column_config.TextColumn(width=185),
    "Who": st.column_config.TextColumn(width=75),
    "Event": st.column_config.TextColumn(width=95),
    "Kind of record": st.column_config.TextColumn(width=110),
    "Record": st.column_config.TextColumn(width=100),
    "Reason": st.column_config.TextColumn(width=130),
    "Details": st.column_config.TextColumn(width=240),
}


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


def ask_search(state: AuditState, search: Callable[..., FoundEvents]) -> FoundEvents | None:
    """Ask what to look up and why, and give what was found last; None before anything was.

    What was found stays in the session of whoever gave the reason until they search again.
    """
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
        reason, words = _ask_why("search", "Why do you search?")
        pressed = st.form_submit_button("Search", type="primary")
    if not pressed:
        held: FoundEvents | None = st.session_state.get(FOUND)
        return held
    for held_before in (FOUND, FILTERS_USED, MADE):
        st.session_state.pop(held_before, None)
    filters = AuditFilters(
        first=first, last=last, user=user.strip(), event=event, record_kind=kind,
        record_key=key.strip(), reason=logged,
    )  # fmt: skip
    found = notices.or_say(lambda: search(filters, reason, words))
    if found is not None:
        st.session_state[FOUND], st.session_state[FILTERS_USED] = found, filters
    return found


def show_found(found: FoundEvents) -> None:
    """Show the events that were found."""
    st.markdown(audit_tables.say_found(len(found.frame), found.total))
    if found.frame.empty:
        st.info("No event matches these filters.", icon=":material/info:")
        return
    st.dataframe(
        audit_tables.audit_table(found.frame), hide_index=True, column_config=COLUMNS
    )  # fmt: skip
    st.caption("Times are local, as in London.")


def ask_export(export: Callable[..., pd.DataFrame]) -> None:
    """Ask why and for whom the events of the last search are taken away, and offer the file."""
    filters = st.session_state.get(FILTERS_USED)
    if filters is None:
        return
    with st.expander("Take these events away (CSV)", key="audit_export_box"):
        with st.form("audit_export"):
            st.markdown("The file is made for one recipient, who is logged with the reason.")
            recipient = st.text_input("Recipient: person or agency")
            reason, words = _ask_why("export", "Why do they leave?")
            pressed = st.form_submit_button("Make the file")
        if pressed:
            st.session_state.pop(MADE, None)
            made = notices.or_say(lambda: export(filters, reason, recipient, words))
            if made is not None:
                st.session_state[MADE] = made
        if MADE in st.session_state:
            rows = st.session_state[MADE]
            st.download_button(
                f"Download {say_count(len(rows), 'event')} (CSV)",
                downloads.to_csv(audit_tables.audit_table(rows), "Audit log of Wardlight"),
                "wardlight-audit-log.csv", "text/csv", on_click=_forget_made,
            )  # fmt: skip


def _forget_made() -> None:
    st.session_state.pop(MADE, None)


def _ask_why(name: str, label: str) -> tuple[str, str]:
    left, right = st.columns(2)
    reason = left.selectbox(
        label, list(REASONS), index=None, format_func=REASONS.get,
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
