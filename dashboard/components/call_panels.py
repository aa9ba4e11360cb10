"""Pieces of the Call check page: the box with its reason, the answer, what may be meant.

What is typed goes to the look-up and nowhere else. It leaves the session with the answer, and
stays in the box, and only there, while the reason is not confirmed or nothing was found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.repeats.prior import CANNOT_TELL, NEXT, NONE, NOT_COUNTED, REPEAT, Prior
from dashboard.components import notices
from dashboard.services.audit import REASONS
from dashboard.services.call_check import CallCheck
from dashboard.services.call_scope import CallScope, say_box, say_missing
from geodata.calendar import say_date

TYPED, REASON, SURE = "call_check_typed", "call_check_reason", "call_check_sure"
ASKED, UNSURE = "call_check_asked", "call_check_unsure"
USUAL_REASON = "call_handling"
SHAPES = {REPEAT: "▲", NEXT: "◆", NONE: "○", NOT_COUNTED: "–", CANNOT_TELL: "?"}
FLAG_SHAPES = {"yes": "▲", "no": "○", "not asked": "?"}
WHO = {"person": "Victim", "place": "Location", "caller": "Caller"}
OTHERS = {
    "person": ("other victim also has incidents, but not more",
               "other victims also have incidents, but none has more"),
    "place": ("other location also has incidents, but not more",
              "other locations also have incidents, but none has more"),
    "caller": ("other caller also called, but not more often",
               "other callers also called, but none more often"),
}  # fmt: skip
MOST_A_ROW = 2


@dataclass(frozen=True)
class Asked:
    """What is to be looked up now: typed text, or a record that was picked by kind and key."""

    reason: str
    typed: str = ""
    kind: str = ""
    key: str = ""


@dataclass(frozen=True)
class Answer:
    """What was looked up in this run and for which reason; it is kept by nobody."""

    found: CallCheck
    reason: str


def look_up(
    check: Callable[[str, str], CallCheck], check_record: Callable[[str, str, str], CallCheck]
) -> Answer | None:
    """Answer what was asked by the press that led to this run; None if nothing was.

    Stands before `ask`, so that the box can be emptied once there is an answer. After a look-up
    that found nothing, or an error, which is shown here, what was typed is left in the box.
    """
    asked: Asked | None = st.session_state.pop(ASKED, None)
    if asked is None:
        return None
    found = notices.or_say(
        lambda: (
            check_record(asked.kind, asked.key, asked.reason)
            if asked.key
            else check(asked.typed, asked.reason)
        )
    )
    if found is None:
        return None
    if found.is_held or found.candidates:
        st.session_state[TYPED] = ""
    return Answer(found, asked.reason)


def ask(scope: CallScope) -> None:
    """Show what cannot be checked, and the box with its reason for what can."""
    missing = say_missing(scope)
    if missing:
        st.info(missing, icon=":material/info:")
    with st.form("call_check"):
        box, why, sure, press = st.columns([9, 5, 4, 3], vertical_alignment="bottom")
        box.text_input(say_box(scope), key=TYPED, autocomplete="off", max_chars=200)
        why.selectbox(
            "Reason for looking", list(REASONS), key=REASON, format_func=REASONS.get,
            index=list(REASONS).index(USUAL_REASON),
        )  # fmt: skip
        sure.checkbox("My reason; it is logged", key=SURE)
        press.form_submit_button("Look it up", type="primary", on_click=_take, width="stretch")
    if st.session_state.pop(UNSURE, False):
        st.warning(
            "Confirm the reason first: tick 'My reason' beside the button. Nothing was looked up.",
            icon=":material/front_hand:",
        )


def _take() -> None:
    if not st.session_state[SURE]:
        st.session_state[UNSURE] = True
        return
    st.session_state[ASKED] = Asked(st.session_state[REASON], typed=st.session_state[TYPED])
    st.session_state[SURE] = False


def _pick(kind: str, key: str, reason: str) -> None:
    st.session_state[ASKED] = Asked(reason, kind=kind, key=key)


def show_hint() -> None:
    """Say what the page does before anything is asked."""
    st.caption(
        "Says in one sentence whether a victim, a location or a caller is a repeat, what is "
        "open and what nobody has asked yet. Looks are logged. What you type is not stored."
    )


def show_answer(answer: Answer, scope: CallScope) -> None:
    """Show whose answer it is, the sentence to say first, then why, then what to do."""
    found = answer.found
    if found.whose:
        st.markdown(f"**{found.whose}**")
    if found.is_restricted:
        st.error(f"**{found.say_first}**", icon=":material/lock:")
        if found.person is None:
            st.markdown(
                "Nothing else is shown to your role: whoever calls from here may be the one who "
                "abuses. Do not say that anything is recorded. A supervisor can see the history."
            )
            return
    elif not found.is_held:
        st.info(f"**{found.say_first}**", icon=":material/search:")
        _show_candidates(found, answer.reason)
        return
    else:
        _show_first(found)
    why, act = st.columns(2, gap="large")
    with why:
        _show_why(found, scope)
    with act:
        _show_what_to_do(found)
    for note in found.notes:
        st.caption(note)


def _show_first(found: CallCheck) -> None:
    priors = [one for one in (found.person, found.place, found.caller) if one is not None]
    said = next((one for one in priors if one.words == found.say_first), None)
    others = [one.state for one in priors if one.what != "caller"]
    state = said.state if said else next((s for s in (NEXT, CANNOT_TELL) if s in others), NONE)
    show = st.warning if state in (REPEAT, NEXT) else st.info
    show(f"{SHAPES[state]} **{found.say_first}**")


def _show_candidates(found: CallCheck, reason: str) -> None:
    places: list[DeltaGenerator] = []
    for number, one in enumerate(found.candidates):
        # Columns of their own for every row: the tab key then goes row by row.
        places = places or st.columns(MOST_A_ROW)
        label = f"{one.label} ({one.note})" if one.note else one.label
        places.pop(0).button(
            label, key=f"call_check_{number}", on_click=_pick, args=(one.kind, one.key, reason),
            width="stretch",
        )  # fmt: skip


def _show_why(found: CallCheck, scope: CallScope) -> None:
    assert found.since is not None and found.as_at is not None
    calls = f"{found.calls}" if scope.calls else "none are held"
    st.markdown(
        f"**Incidents: {found.incidents}. Calls: {calls}.** "
        f"{say_date(found.since)} to {say_date(found.as_at)}."
    )
    priors = [one for one in (found.person, found.place, found.caller) if one is not None]
    lines = [
        _say_prior(one, said=one.words == found.say_first)
        for one in priors
        if scope.calls or one.what != "caller"
    ]
    if not scope.calls:
        lines.append(f"**Caller** {SHAPES[CANNOT_TELL]} Cannot tell: no calls are held.")
    for name, flag in (("Vulnerable", found.vulnerable), ("Hate", found.hate)):
        assert flag is not None
        lines.append(f"**{name}** {FLAG_SHAPES[flag.state]} {flag.words}")
    st.markdown("\n".join(f"- {line}" for line in lines))


def _say_prior(one: Prior, *, said: bool) -> str:
    shape = SHAPES[one.state]
    if one.what == "caller" and one.state == NEXT:
        shape = "○"
    words = "Repeat: as said above." if said and one.state == REPEAT else one.words
    more = ""
    if one.others:
        more = f" {one.others} {OTHERS[one.what][one.others > 1]}."
    return f"**{WHO[one.what]}** {shape} {words}{more}"


def _show_what_to_do(found: CallCheck) -> None:
    asked = ("Every question has an answer from before. Ask what has changed.",)
    _show_lines("Still to ask", found.questions or asked)
    lines = [*(case.words for case in found.cases), found.plan, *found.actions]
    _show_lines("Open cases, plans and actions", [line for line in lines if line] or ["None."])
    st.markdown(f"**Case review**  \n{found.review}")


def _show_lines(title: str, lines: Sequence[str]) -> None:
    st.markdown("\n".join([f"**{title}**\n", *(f"- {line}" for line in lines)]))
