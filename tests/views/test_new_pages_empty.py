"""Pages on worry, wards and engagement, where little or nothing is held yet: said, never broken."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geodata import settings
from geodata.store.database import Database
from tests.views.test_views import ENTRY, texts

PAGES = (
    "worry.py", "survey.py", "profile.py", "where_next.py", "safety_index.py", "priorities.py",
    "signals.py", "neighbourhood.py",
)  # fmt: skip
TAKEN_OUT = {
    "no survey": ("survey_answers", "survey_estimates", "survey_respondents", "surveys"),
    "no incidents": ("incidents",),
}
ROLES = ("analyst", "partner")
LICENCES = ("Open Government Licence", "OS data")


def start(url: str, role: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", url)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", role)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    return AppTest.from_file(str(ENTRY), default_timeout=120).run()


def shown(app: AppTest, page: str) -> str:
    app.switch_page(f"views/{page}").run()
    assert not app.exception, (page, app.exception)
    said = texts(app)
    assert app.title and said, page
    return said


@pytest.fixture(params=TAKEN_OUT)
def part_of_county(request: pytest.FixtureRequest, own_county: Database) -> str:
    """The address of a copy of the county without some of its tables' rows."""
    with own_county.begin() as connection:
        for table in TAKEN_OUT[request.param]:
            connection.exec_driver_sql(f"DELETE FROM {table}")
    return own_county.url


@pytest.mark.parametrize("role", ROLES)
def test_empty_database_says_what_each_page_needs_and_credits_nobody(
    role: str, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(sqlite_database.url, role, monkeypatch)
    for page in PAGES:
        said = shown(app, page)
        assert not any(licence in said for licence in LICENCES), page
        if page in ("neighbourhood.py", "priorities.py"):
            assert "wardlight import boundaries" in said and " map " not in said
            kind = "teams" if page == "neighbourhood.py" else "priorities"
            assert f"wardlight import {kind}" in said


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_where_a_part_is_missing(
    role: str, part_of_county: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(part_of_county, role, monkeypatch)
    for page in PAGES:
        assert shown(app, page)
    app.query_params["area"] = "X05000003"
    shown(app, "profile.py")
