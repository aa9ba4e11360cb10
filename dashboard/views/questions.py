"""Are the questions asked? How often records say what was asked, and how far to trust them."""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import charts, downloads, filters, notices, question_parts
from dashboard.permissions import Permission, current_actor


def render() -> None:
    """Show the page on questions and trust."""
    version = loading.version()
    held = loading.held(version)
    st.title("Are the questions asked?")
    if not held.forces:
        notices.show_nothing(messages.NOTHING_HELD)
        return
    if not loading.holds_questions(version):
        notices.show_nothing(messages.NO_QUESTIONS)
        return
    selection = filters.ask_place_and_time(held)
    question = question_parts.ask_question()
    query = loading.query_key(selection)
    found = loading.answers(question, query, version)
    if not found.incidents:
        notices.show_nothing(messages.NOTHING_FOUND)
        return
    st.markdown(question_parts.say_answers(found, question))
    left, right = st.columns([3, 2])
    title = f"Share of incidents with an answer to: {question_parts.name(question)}"
    left.altair_chart(charts.share_chart(found.months, title), width="stretch", theme=None)
    with right:
        question_parts.show_groups("By shift", "Shift", found.shifts)
        question_parts.show_groups("By who reported it", "Reported by", found.channels)
    left, right = st.columns([3, 2])
    with left:
        question_parts.show_groups("By district", "District", found.districts)
    with right:
        question_parts.show_protected(found)
    st.header("How far can each ward's records be trusted?")
    st.caption(messages.TRUST_NOTE)
    marks = loading.ward_marks(query, version)
    question_parts.show_marks(marks)
    st.download_button(
        "Download the marks (CSV)", downloads.to_csv(marks, loading.notice(version)),
        "wardlight-trust-by-ward.csv", "text/csv", on_click="ignore",
    )  # fmt: skip
    st.header("Changes of recording")
    question_parts.show_breaks(
        loading.breaks(version), held.forces,
        may_mark=current_actor().may(Permission.MARK_BREAKS),
    )  # fmt: skip


if __name__ == "__main__":
    render()
