"""The Streamlit entry: the frame around every page."""

import streamlit as st

from dashboard import access, loading, theme
from dashboard.components import notices
from dashboard.navigation import views_for
from geodata.errors import UserFacingError


def run() -> None:
    """Show the menu, the notices of every page, and the page itself."""
    st.set_page_config(page_title="Wardlight", page_icon=theme.page_icon(), layout="wide")
    st.html(f"<style>{theme.PAGE_STYLE}</style>")
    user = access.current_user()
    pages = [
        st.Page(view.path, title=view.title, icon=view.icon, url_path=view.address or None,
                default=place == 0)
        for place, view in enumerate(views_for(user))
    ]  # fmt: skip
    page = st.navigation(pages, position="top")
    st.sidebar.markdown("**Wardlight**  \nASB incidents on ward maps")
    try:
        version = loading.version()
        if loading.holds_synthetic(version):
            notices.show_synthetic()
        page.run()
        st.caption(loading.notice(version))
    except UserFacingError as error:
        notices.show_error(error)
    st.sidebar.caption(access.banner(user))


if __name__ == "__main__":
    run()
