"""Every page for every role: open to those who may, closed without a figure to the others."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.local_user import local_actor
from dashboard.navigation import TABLE, View
from dashboard.permissions import Actor, Role
from dashboard.services import sessions
from dashboard.services.sessions import Session
from geodata import settings
from geodata.store.database import Database
from tests.views.test_views import ENTRY, texts

FIGURES = ("metric", "dataframe", "table", "json", "deck_gl_json_chart", "vega_lite_chart",
           "arrow_vega_lite_chart", "download_button")  # fmt: skip


def open_as(
    monkeypatch: pytest.MonkeyPatch, url: str, *roles: Role, sharing: bool = False
) -> tuple[AppTest, Actor]:
    """Open the application as its local user with some roles."""
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", url)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", ", ".join(roles))
    settings.get_settings.cache_clear()
    actor = local_actor().share_screen(sharing)
    if sharing:
        session = Session(actor, local=True)
        monkeypatch.setattr(sessions, "find_local_session", lambda database: session)
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    return app.run(), actor


def shows_figures(app: AppTest) -> list[str]:
    return [kind for kind in FIGURES if app.get(kind)]


def check(app: AppTest, view: View, actor: Actor, refusal: str) -> None:
    app.switch_page(f"views/{view.file}").run()
    assert not app.exception, (view.title, app.exception)
    said = texts(app)
    if view.open_to(actor):
        assert refusal not in said, view.title
        assert app.title, view.title
    elif view.address:
        assert refusal in said, view.title
        assert not shows_figures(app), view.title
    else:  # The first page of the menu gives way to the first that may be opened.
        assert "Incidents this period" not in {metric.label for metric in app.metric}


@pytest.mark.parametrize("role", Role)
def test_role_opens_its_pages_and_no_other(
    role: Role, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, actor = open_as(monkeypatch, small_county_database.url, role)
    for view in TABLE:
        check(app, view, actor, "Your role does not allow this.")


def test_shared_screen_opens_released_figures_only(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_data.clear()
    app, actor = open_as(monkeypatch, small_county_database.url, *Role, sharing=True)
    for view in TABLE:
        check(app, view, actor, "This is hidden while you share your screen.")
