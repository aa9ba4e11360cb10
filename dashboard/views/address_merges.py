"""Same address? Which places are one address written differently, judged pair by pair."""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import merge_panels, notices


def render() -> None:
    """Show the page 'Same address?'."""
    counts = loading.merge_counts()
    st.title("Same address?")
    st.caption(
        "One home written in two ways counts as two places, and its repeats are missed. Wardlight "
        "suggests pairs; nothing is merged until somebody says so, and every merge can be undone."
    )
    if not loading.holds_addresses():
        notices.show_nothing(messages.NO_ADDRESSES)
        return
    merge_panels.show_said()
    st.markdown(merge_panels.say_standing(counts))
    reason = merge_panels.ask_reason()
    if not reason:
        st.info("Pick a reason at the side to look at addresses.", icon=":material/info:")
    else:
        waiting = loading.waiting_merges()
        number = merge_panels.ask_pair(waiting)
        if number is not None:
            look = merge_panels.keep_look(number, reason, acting.open_merge)
            pair = loading.merge_pair(number, look)
            merge_panels.show_pair(pair)
            merge_panels.ask_decision(pair, reason, acting.decide_merge, waiting)
        merge_panels.ask_search(acting.suggest_merges, reason)
    decided = loading.merge_decisions()
    chosen = merge_panels.ask_decided(decided)
    if chosen is not None and merge_panels.ask_change(chosen, decided, reason, acting.decide_merge):
        merge_panels.show_pair(loading.merge_pair(chosen, acting.open_merge(chosen, reason)))


if __name__ == "__main__":
    render()
