"""Pieces of the page 'Same address?': the standing, the pair side by side, the decisions."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.components import notices
from dashboard.services.address_merges import Pair
from dashboard.services.audit import REASONS
from geodata.calendar import say_date, say_time

SHOWN, SAID, LOOK = "merge_shown", "merge_said", "merge_look"
WORDS = {
    "accepted": "Merged: counted as one address",
    "rejected": "Not the same",
    "undone": "Merge undone",
}
Decide = Callable[[int, str, str], None]
"""Number of the pair, new status, reason."""
Open = Callable[[int, str, int], int]
"""Number of the pair, reason, number of the look held; gives that of the look that holds."""


def say_standing(counts: Mapping[str, int]) -> str:
    """Say how many pairs wait and how many are decided."""
    waiting = counts["suggested"]
    pairs = "pair waits" if waiting == 1 else "pairs wait"
    return (
        f"{waiting:,} {pairs} for a decision. {counts['accepted']:,} merged, "
        f"{counts['rejected']:,} said not to be the same, {counts['undone']:,} undone."
    )


def show_said() -> None:
    """Say what the last button did."""
    said = st.session_state.pop(SAID, "")
    if said:
        st.success(said, icon=":material/check:")


def ask_search(search: Callable[[str], str], reason: str) -> None:
    """Show the button that looks for addresses that may be one, and say what it found."""
    if st.button("Look for addresses that may be one", icon=":material/search:"):
        with st.spinner("Comparing addresses…"):
            st.session_state[SAID] = search(reason)
        st.rerun()


def ask_reason() -> str:
    """Show the list of reasons at the side and give the key of the picked one, or ''."""
    with st.sidebar:
        return st.selectbox(
            "Reason for looking at addresses", ["", *REASONS],
            format_func=lambda key: REASONS.get(key, "Pick a reason"),
            help="Every look at an address is logged with its reason.",
        )  # fmt: skip


def ask_pair(waiting: Sequence[int]) -> int | None:
    """Give the number of the pair in focus, None until somebody asks to see it."""
    shown: int | None = st.session_state.get(SHOWN)
    if shown in waiting:
        return shown
    if st.session_state.pop(SHOWN, None) is not None and not st.session_state.get(SAID):
        st.info("Somebody decided about that pair in the meantime.", icon=":material/info:")
    if not waiting:
        st.info("No pair waits for a decision.", icon=":material/info:")
    elif st.button("Show the next pair", type="primary"):
        st.session_state[SHOWN] = waiting[0]
        st.rerun()
    return None


def keep_look(number: int, reason: str, open_merge: Open) -> int:
    """Give the number of the logged look at the pair in focus: one look however often it shows."""
    look = open_merge(number, reason, st.session_state.get(LOOK, 0))
    st.session_state[LOOK] = look
    return look


def show_pair(pair: Pair) -> None:
    """Show two addresses side by side, with what differs in words."""
    for column, words, text in zip(st.columns(2), ("First", "Second"), pair.addresses, strict=True):
        with column, st.container(border=True, gap=None):
            st.caption(words)
            st.text(text)
    # Low rows, so that the answers below stay on a small laptop's screen.
    st.dataframe(pair.differences, hide_index=True, row_height=26)
    st.caption(f"Why it is suggested: {pair.evidence}.")


def ask_decision(pair: Pair, reason: str, decide: Decide, waiting: Sequence[int]) -> None:
    """Show the three answers; each goes on to the next pair."""
    following = waiting[(waiting.index(pair.id) + 1) % len(waiting)]
    same, other, later = st.columns(3)
    if same.button("Same address: merge", type="primary", width="stretch") and notices.or_say(
        lambda: [decide(pair.id, "accepted", reason)]
    ):
        _go_on(following, "Merged. Both are counted as one address from now on.")
    if other.button("Not the same", width="stretch") and notices.or_say(
        lambda: [decide(pair.id, "rejected", reason)]
    ):
        _go_on(following, "Kept apart. The pair is not suggested again.")
    if later.button("Later", width="stretch"):
        _go_on(following, "Put off. The pair waits for later.")


def _go_on(following: int, said: str) -> None:
    st.session_state[SHOWN], st.session_state[SAID] = following, said
    st.rerun()


def ask_decided(table: pd.DataFrame) -> int | None:
    """List what was decided, which holds no address, and give the number somebody picks."""
    st.header("Decisions")
    if table.empty:
        st.caption("Nothing is decided yet.")
        return None
    listed = pd.DataFrame(
        {
            "No.": table["id"],
            "Decision": [WORDS[status] for status in table["status"]],
            "By": table["decided_by"],
            "On": [f"{say_date(at.date())}, {say_time(at)}" for at in table["decided_at"]],
            "Evidence": table["evidence"],
        }
    )
    st.dataframe(listed, hide_index=True)
    st.caption("Times are UTC.")
    words = dict(zip(listed["No."].tolist(), listed["Decision"].tolist(), strict=True))
    return st.selectbox(
        "Decision to look at again", list(words), index=None, placeholder="Pick a number",
        format_func=lambda number: f"No. {number}: {words[number]}",
    )  # fmt: skip


def ask_change(number: int, table: pd.DataFrame, reason: str, decide: Decide) -> bool:
    """Show the button that changes a decision; say whether its addresses are asked for."""
    status = table.loc[table["id"] == number, "status"].iloc[0]
    if status == "accepted":
        words, changed, said = "Undo this merge", "undone", "Undone: both count apart again."
    else:
        words, changed, said = "Ask this pair again", "suggested", "The pair waits again."
    look, change = st.columns(2)
    if change.button(words, width="stretch") and notices.or_say(
        lambda: [decide(number, changed, reason)]
    ):
        st.session_state[SAID] = said
        st.rerun()
    return look.button("Show the two addresses", width="stretch", disabled=not reason)
