"""Pieces of the Call check page: the box with its reason, the answer, what may be meant.

What is typed leaves the session with the press of the button: it goes to the look-up and
nowhere else, and stays in the box only while the reason is not confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from analytics.repeats.prior import CANNOT_TELL, NEXT, NONE, NOT_COUNTED, REPEAT, Prior
from dashboard.services.audit import REASONS
from dashboard.services.call_check import CallCheck
from geodata.calendar import say_date

TYPED, REASON, SURE = "call_check_typed", "call_check_reason", "call_check_sure"
ASKED, UNSURE = "call_check_asked", "call_check_unsure"
USUAL_REASON = "call_handling"
SHAPES = {REPEAT: "▲", NEXT: "◆", NONE: "○", NOT_COUNTED: "–", CANNOT_TELL: "?"}
FLAG_SHAPES = {"yes": "▲", "no": "○", "not asked": "?"}
WHO = {"person": "Victim", "place": "Location", "caller": "Caller"}
MOST_A_COLUMN = 2


@dataclass(frozen=True)
class Asked:
    """What is to be looked up now: typed text, or a record that was picked by kind and key."""

    reason: str
    typed: str = ""
    kind: str = ""
    key: str = ""


def take_asked() -> Asked | None:
    """Give what was asked by the press that led to this run, and forget it."""
    asked: Asked | None = st.session_state.pop(ASKED, None)
    return asked


def ask() -> None:
    """Show the box with its reason."""
    with st.form("call_check"):
        box, why, sure, press = st.columns([9, 5, 4, 3], vertical_alignment="bottom")
        box.text_input(
            "Address, postcode, telephone number or reference", key=TYPED, autocomplete="off",
            max_chars=200,
        )  # fmt: skip
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
    st.session_state[TYPED] = ""
    st.session_state[SURE] = False


def _pick(kind: str, key: str, reason: str) -> None:
    st.session_state[ASKED] = Asked(reason, kind=kind, key=key)


def show_hint() -> None:
    """Say what the page does before anything is asked."""
    st.caption(
        "Says in one sentence whether a victim, a location or a caller is a repeat, what is "
        "open and what nobody has asked yet. Looks are logged. What you type is not kept."
    )


def show_answer(found: CallCheck, reason: str) -> None:
    """Show the sentence to say first, then why, then what to do."""
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
        _show_candidates(found, reason)
        return
    else:
        _show_first(found)
    why, act = st.columns(2, gap="large")
    with why:
        _show_why(found)
    with act:
        _show_what_to_do(found)
    for note in found.notes:
        st.caption(note)


def _show_first(found: CallCheck) -> None:
    states = {one.state for one in (found.person, found.place) if one is not None}
    show = st.warning if states & {REPEAT, NEXT} else st.info
    shape = next((SHAPES[s] for s in (REPEAT, NEXT, CANNOT_TELL) if s in states), "○")
    show(f"{shape} **{found.say_first}**")


def _show_candidates(found: CallCheck, reason: str) -> None:
    places = st.columns(MOST_A_COLUMN)
    for number, one in enumerate(found.candidates):
        label = f"{one.label} ({one.note})" if one.note else one.label
        places[number % MOST_A_COLUMN].button(
            label, key=f"call_check_{number}", on_click=_pick, args=(one.kind, one.key, reason),
            width="stretch",
        )  # fmt: skip


def _show_why(found: CallCheck) -> None:
    assert found.since is not None and found.as_at is not None
    st.markdown(
        f"**Incidents: {found.incidents}. Calls: {found.calls}.** "
        f"{say_date(found.since)} to {say_date(found.as_at)}."
    )
    priors = [one for one in (found.person, found.place, found.caller) if one is not None]
    lines = [_say_prior(one, said=one.words == found.say_first) for one in priors]
    for name, flag in (("Vulnerable", found.vulnerable), ("Hate", found.hate)):
        assert flag is not None
        lines.append(f"**{name}** {FLAG_SHAPES[flag.state]} {flag.words}")
    st.markdown("\n".join(f"- {line}" for line in lines))


def _say_prior(one: Prior, *, said: bool) -> str:
    shape = SHAPES[one.state]
    if one.what == "caller" and one.state == NEXT:
        shape = "○"
    words = "Repeat: as said above." if said and one.state == REPEAT else one.words
    others = {"person": "other victim", "place": "other location", "caller": "other caller"}
    more = ""
    if one.others:
        plural = "s" if one.others > 1 else ""
        more = f" {one.others} {others[one.what]}{plural} here with as many or fewer."
    return f"**{WHO[one.what]}** {shape} {words}{more}"


def _show_what_to_do(found: CallCheck) -> None:
    asked = ("Every question has an answer from before. Ask what has changed.",)
    _show_lines("Still to ask", found.questions or asked)
    lines = [*(case.words for case in found.cases), found.plan, *found.actions]
    _show_lines("Open cases, plans and actions", [line for line in lines if line] or ["None."])
    st.markdown(f"**Case review**  \n{found.review}")


def _show_lines(title: str, lines: Sequence[str]) -> None:
    st.markdown("\n".join([f"**{title}**\n", *(f"- {line}" for line in lines)]))
