"""What the page on questions says and shows: shares, trust marks, changes of recording."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.completeness import FEWEST_FOR_PROTECTED, QUESTIONS
from dashboard import acting
from dashboard.components import notices
from dashboard.messages import say_count
from dashboard.services.questions import LONGEST_BREAK, Answers, Break
from geodata.calendar import say_date

SAID = "wardlight_break_said"
SHARE = st.column_config.NumberColumn(format="%d%%")
FEW = f"fewer than {FEWEST_FOR_PROTECTED}"
COUNT = st.column_config.NumberColumn(format="localized")


def ask_question() -> str:
    """Show the choice of the question; give its key."""
    asked = st.query_params.get("question", "repeat")
    st.session_state["asked_question"] = asked if asked in QUESTIONS else "repeat"
    chosen: str = st.segmented_control(
        "Question", list(QUESTIONS), key="asked_question", format_func=QUESTIONS.get,
        required=True, on_change=_write_question,
    )  # fmt: skip
    return chosen or "repeat"


def _write_question() -> None:
    st.query_params["question"] = st.session_state["asked_question"] or "repeat"


def name(question: str) -> str:
    """Give a question in its words."""
    return QUESTIONS[question]


def say_answers(found: Answers, question: str) -> str:
    """Say how often a question has an answer, and what that does not mean."""
    share = found.recorded / found.incidents
    return (
        f"**{QUESTIONS[question]}** An answer is on record for {found.recorded:,} of "
        f"{say_count(found.incidents)} ({share:.0%}). Not asked is not the same as no: the other "
        f"{found.incidents - found.recorded:,} cannot tell."
    )


def show_groups(title: str, word: str, frame: pd.DataFrame) -> None:
    """Show the shares of some groups with their likely ranges."""
    st.markdown(f"**{title}**")
    st.dataframe(
        _with_range(frame).rename(columns={"group": word}),
        hide_index=True, row_height=28, column_config={"Recorded": SHARE, "Incidents": COUNT},
    )  # fmt: skip


def show_protected(found: Answers) -> None:
    """Show how often protected characteristics are on record; small numbers are not shown."""
    st.markdown("**Protected characteristics on record**")
    if found.people < FEWEST_FOR_PROTECTED:
        st.markdown(f"{FEW.capitalize()} personal incidents: not shown.")
        return
    st.caption(
        f"Of {say_count(found.people, 'personal incident')}. Whether it was recorded, never what. "
        f"Where 1 to {FEWEST_FOR_PROTECTED - 1} are on record, neither number nor share is shown."
    )
    st.dataframe(
        protected_table(found.protected), hide_index=True, row_height=28,
        column_config={"Incidents": COUNT},
    )  # fmt: skip


def protected_table(protected: pd.DataFrame) -> pd.DataFrame:
    """Give the protected characteristics with their shares in words, small numbers as such."""
    table = _with_range(protected).rename(columns={"characteristic": "Characteristic"})
    table["Recorded"] = [FEW if pd.isna(share) else f"{share:.0f}%" for share in table["Recorded"]]
    return table


def show_marks(marks: pd.DataFrame) -> None:
    """Show the trust mark of each ward with what would raise it."""
    words = {
        "ward": "Ward", "district": "District", "mark": "Trust", "incidents": "Incidents",
        "raise": "What would raise it", "why": "Why", "code": "Code",
    }  # fmt: skip
    st.dataframe(
        marks[list(words)].rename(columns=words), hide_index=True, height=320,
        column_config={"Incidents": COUNT, "Trust": st.column_config.Column(width=80)},
    )  # fmt: skip


def show_breaks(breaks: Sequence[Break], forces: Sequence[str], *, may_mark: bool) -> None:
    """Show the changes of recording, and let those who may mark one."""
    st.markdown(
        "No change is shown across a day on which recording changed: more records are not more "
        "incidents."
    )
    said = st.session_state.pop(SAID, "")
    if said:
        st.success(said, icon=":material/check:")
    for one in breaks:
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.markdown(
            f"**{say_date(one.day)}**, {one.force}: {one.what} (marked by {one.marked_by})"
        )
        if may_mark:
            with right.popover("Remove…"):
                st.markdown(
                    f"Remove the change of {say_date(one.day)}? Figures on its two sides will be "
                    "compared again. The removal is logged."
                )
                st.button(
                    "Yes, remove it", key=f"remove_break_{one.id}", on_click=_remove, args=(one,)
                )
    if not breaks:
        st.markdown("None is marked.")
    if may_mark:
        _ask_break(forces)


def _remove(one: Break) -> None:
    acting.unmark_break(one.id)
    st.session_state[SAID] = f"Removed: {one.words}. It is not shown as a change any more."


def _ask_break(forces: Sequence[str]) -> None:
    with st.form("mark_break", clear_on_submit=True):
        left, middle, right = st.columns([2, 1, 3])
        force = left.selectbox("Force or source", forces)
        day = middle.date_input("First day under the new practice", format="DD/MM/YYYY")
        what = right.text_input("What changed", max_chars=LONGEST_BREAK)
        sent = st.form_submit_button("Mark this change")
    if sent and not what.strip():
        st.error("Say in a few words what changed, such as: reports to staff are recorded.")
    elif (
        sent
        and isinstance(day, dt.date)
        and notices.or_say(lambda: acting.mark_break(force, day, what)) is not None
    ):
        st.session_state[SAID] = f"Marked: {what.strip()} ({force}, {say_date(day)})."
        st.rerun()


def _with_range(frame: pd.DataFrame) -> pd.DataFrame:
    first = frame.columns[0]
    return pd.DataFrame(
        {
            first: frame[first],
            "Recorded": (100 * frame["share"]).round(),
            "Likely range": [
                f"{low:.0%} to {high:.0%}" if pd.notna(low) else ""
                for low, high in zip(frame["low"], frame["high"], strict=True)
            ],
            "Incidents": frame["incidents"],
        }
    )
