"""What stands around every page: marking, who is signed in, sharing the screen, signing in."""

import html

import streamlit as st

from dashboard import access, acting, theme
from dashboard.components import notices
from dashboard.permissions import Actor
from dashboard.services.audit import REASONS, ReasonMissingError
from dashboard.services.sessions import NoRoleError, Session
from geodata.errors import UserFacingError
from geodata.settings import get_settings

MARKING = (
    '<p role="note" aria-label="Classification" style="margin:0;padding:2px 8px;'
    "border:2px solid #0B0C0C;display:inline-block;font-weight:700;font-size:0.85rem;"
    'letter-spacing:0.03em">{}</p>'
)
SHARING_ON = (
    "**Screen-share rules are on.** Only released figures are shown, in all your windows and "
    "also after a new start, until you turn the rules off here."
)
SHARING_SAID = (
    "You are sharing your screen. The filters, and the button that turns the rules off, are at "
    "the side: open it with the arrows at the top left."
)


def show_marking(marking: str) -> None:
    """Show the classification of a page in words, on screen and in print."""
    st.html(MARKING.format(html.escape(marking)))
    st.html(f"<style>{theme.SHEET_STYLE.format(marking)}</style>")


def fit_screen(actor: Actor) -> None:
    """Make room and larger text on a shared screen, which is often projected."""
    st.set_page_config(initial_sidebar_state="collapsed" if actor.sharing_screen else "auto")
    if actor.sharing_screen:
        st.html(f"<style>{theme.LARGE_STYLE}</style>")


def show_hidden() -> None:
    """Say that a page holds nothing for whoever looks on, and how it comes back."""
    st.info(
        "**This is hidden while you share your screen.** Only released figures are shown. Your "
        "pages come back when you turn the rules off at the side.",
        icon=":material/visibility_off:",
    )


def show_session(session: Session) -> None:
    """Show who is signed in, and the way out."""
    with st.sidebar:
        st.text(access.banner(session))
        if not session.local:
            st.button("Sign out", on_click=access.sign_out, key="sign_out")


def show_door(error: UserFacingError) -> None:
    """Show why nothing is shown, and the way in or out."""
    st.title("Wardlight")
    if isinstance(error, NoRoleError):
        notices.show_error(error)
        st.button("Sign out", on_click=access.sign_out, key="sign_out")
    else:
        notices.show_nothing(error)
        st.button("Sign in", on_click=access.sign_in, type="primary", key="sign_in")


def watch_session(session: Session) -> None:
    """Look every so often whether the session still holds as it was; if not, the page goes."""
    every = access.watch_s(get_settings().idle_limit_minutes)
    st.fragment(_look, run_every=every)(session.actor)


def _look(shown_to: Actor) -> None:
    if access.session_actor() != shown_to:
        st.rerun(scope="app")


def show_sharing(actor: Actor) -> None:
    """Show the switch for a shared screen; while it is on, the form that turns it off."""
    if actor.sharing_screen:
        st.caption(SHARING_SAID)
    with st.sidebar:
        _show_sharing(actor)


def _show_sharing(actor: Actor) -> None:
    if not actor.sharing_screen:
        pressed = st.button(
            "Share my screen",
            key="share_screen",
            icon=":material/screen_share:",
            help="Shows released figures only until you turn it off and say why.",
        )
        if pressed:
            acting.start_sharing()
            st.rerun()
        return
    st.warning(SHARING_ON, icon=":material/screen_share:")
    if st.button("I have stopped sharing", key="sharing_over", type="primary"):
        _stop_sharing("sharing_over")
    with st.form("stop_sharing", border=False):
        reason = st.selectbox(
            "Another reason for turning the rules off",
            list(REASONS),
            index=None,
            format_func=REASONS.get,
            placeholder="Pick a reason",
            key="sharing_reason",
        )
        if st.form_submit_button("Turn the rules off"):
            _stop_sharing(reason or "")


def _stop_sharing(reason: str) -> None:
    try:
        acting.stop_sharing(reason)
    except ReasonMissingError as error:
        st.error(f"**{error.title}** {error.detail}")
        return
    st.rerun()
