"""The Streamlit entry: the frame around every page."""

from typing import Any

import streamlit as st

from dashboard import access, loading, theme
from dashboard.components import notices, session_panel
from dashboard.navigation import GROUPS, OFFICIAL, TABLE, View, first_for
from dashboard.permissions import acting_as, require
from dashboard.services.sessions import NoRoleError, Session, SignInNeededError
from geodata.errors import UserFacingError


def run() -> None:
    """Let somebody in, then show the menu, the notices of every page, and the page itself."""
    st.set_page_config(page_icon=theme.page_icon(), layout="wide")
    st.html(f"<style>{theme.PAGE_STYLE}</style>")
    try:
        session = access.open_session()
    except (SignInNeededError, NoRoleError) as error:
        # Without this the menu of the last run would stay on screen.
        st.navigation([_page(view) for view in TABLE], position="hidden")
        _name_tab("Sign in")
        session_panel.show_door(error)
        return
    except UserFacingError as error:
        _name_tab("Error")
        st.title("Wardlight")
        notices.show_error(error)
        return
    with acting_as(session.actor), theme.enlarged(session.actor.sharing_screen):
        # First, so that a page which breaks half-way empties itself too.
        session_panel.watch_session(session)
        session_panel.fit_screen(session.actor)
        notices.or_say(lambda: _show_page(session))
        notices.or_say(lambda: session_panel.show_session(session))


def _show_page(session: Session) -> None:
    actor = session.actor
    pages = {view: _page(view, hidden=not view.open_to(actor)) for view in TABLE}
    menu = {group: [pages[view] for view in TABLE if view.group == group] for group in GROUPS}
    page = st.navigation({group: held for group, held in menu.items() if held}, position="top")
    view = next(view for view, found in pages.items() if found is page)
    first = first_for(actor)
    if not view.address and first is not None and first is not view:
        st.switch_page(pages[first])
    _name_tab(view.title)
    marking = view.marking_for(actor, st.query_params) if view.open_to(actor) else OFFICIAL
    session_panel.show_marking(marking)
    st.sidebar.markdown("**Wardlight**  \nASB incidents on ward maps")
    notices.or_say(lambda: session_panel.show_sharing(actor))
    if not view.open_to(actor):
        st.title(view.title)
        if actor.sharing_screen:
            session_panel.show_hidden()
        else:
            notices.or_say(lambda: require(view.needs[0]))
        if first is not None:
            st.page_link(pages[first], label=f"Go to {first.title}")
        return
    version = loading.version()
    if loading.holds_synthetic(version):
        notices.show_synthetic()
    page.run()
    if notice := loading.notice(version):
        st.caption(notice)


def _name_tab(title: str) -> None:
    st.set_page_config(page_title=f"{title} - Wardlight")


def _page(view: View, *, hidden: bool = True) -> Any:
    return st.Page(
        view.path,
        title=view.title,
        icon=view.icon,
        url_path=view.address or None,
        default=not view.address,
        visibility="hidden" if hidden else "visible",
    )


if __name__ == "__main__":
    run()
