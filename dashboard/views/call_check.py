"""Call check: is this a repeat, what is open, and what has nobody asked?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import call_panels, notices


def render() -> None:
    """Show the Call check page."""
    st.title("Call check")
    scope = loading.call_scope(loading.version())
    if not scope.is_anything_held:
        notices.show_nothing(messages.NOTHING_HELD)
        return
    top, below = st.container(), st.container()
    with below:
        answer = call_panels.look_up(acting.check_call, acting.check_record)
    with top:
        call_panels.ask(scope)
    with below:
        if answer is None:
            call_panels.show_hint()
        else:
            call_panels.show_answer(answer, scope)


if __name__ == "__main__":
    render()
