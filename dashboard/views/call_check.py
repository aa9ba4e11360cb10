"""Call check: is this a repeat, what is open, and what has nobody asked?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import call_panels, notices


def render() -> None:
    """Show the Call check page."""
    asked = call_panels.take_asked()
    st.title("Call check")
    if not loading.holds_call_records(loading.version()):
        notices.show_nothing(messages.NOTHING_HELD)
        return
    call_panels.ask()
    if asked is None:
        call_panels.show_hint()
    elif asked.key:
        found = acting.check_record(asked.kind, asked.key, asked.reason)
        call_panels.show_answer(found, asked.reason)
    else:
        found = acting.check_call(asked.typed, asked.reason)
        call_panels.show_answer(found, asked.reason)


if __name__ == "__main__":
    render()
