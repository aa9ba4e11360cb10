"""Who acts in this Streamlit session now, and what signing in and out looks like.

Nothing is kept here: each run asks the database again. Checks behind the scenes, such as the
rerun of a part of a page, do not count as use; a page somebody opens or works on does.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.permissions import Actor, current_actor, is_bound
from dashboard.provider import read_provider
from dashboard.services import sessions
from dashboard.services.sessions import NoRoleError, Session, SignInNeededError

WATCH_LONGEST_S = 20.0
WATCH_SHORTEST_S = 2.0


def open_session(*, touch: bool = True) -> Session:
    """Give the session of whoever uses this browser tab.

    Raises
    ------
    SignInNeededError
        If a provider is configured and nobody is signed in, or the sign-in has ended.
    NoRoleError
        If the person holds no role or was deactivated.
    """
    provider = read_provider()
    database = sessions.session_database()
    if provider is None:
        return sessions.find_local_session(database)
    now = dt.datetime.now(dt.UTC)
    return sessions.find_session(database, provider, _claims(), now, touch=touch)


def session_actor() -> Actor:
    """Give who acts in this session; the run of a page has looked it up already.

    The rerun of a part of a page looks it up itself. If the session has ended meanwhile, the
    whole page runs again, so that what it showed goes from the screen.
    """
    if is_bound():
        return current_actor()
    try:
        return open_session(touch=False).actor
    except (SignInNeededError, NoRoleError):
        context = get_script_run_ctx(suppress_warning=True)
        if context is not None and context.fragment_ids_this_run:
            st.rerun(scope="app")
        raise


def sign_in() -> None:
    """Go to the provider."""
    st.login()


def sign_out() -> None:
    """End every sign-in of this person, then leave the provider too."""
    subject = _claims().get("sub")
    if isinstance(subject, str):
        sessions.sign_out(sessions.session_database(), subject, dt.datetime.now(dt.UTC))
    st.logout()


def banner(session: Session) -> str:
    """Say who is using the application, in which roles and from where."""
    roles = ", ".join(sorted(session.actor.roles))
    where = "local user of this computer only, without sign-in" if session.local else "signed in"
    said = f"{session.actor.name}: {where}. Roles: {roles}."
    if session.ignored:
        said += f" Ignored, since they are no roles here: {', '.join(session.ignored)}."
    return said


def watch_s(idle_limit_minutes: float) -> float:
    """Give how often an open page looks whether its session still holds, in seconds."""
    return min(WATCH_LONGEST_S, max(WATCH_SHORTEST_S, idle_limit_minutes * 60 / 4))


def _claims() -> Mapping[str, Any]:
    return st.user.to_dict()
