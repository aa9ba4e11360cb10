"""The Ward profile page: ten blocks on screen, the version each role may have, the print."""

import re

import pandas as pd
import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import loading
from dashboard.loading import profile as reading
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.reports.profile_words import say_sections
from dashboard.services import explore, profile, profile_loading
from geodata import settings
from geodata.store.database import Database
from tests.good_gain import take_gain_as_good
from tests.views.test_views import ENTRY, texts

ANALYST = Actor("a", "A", frozenset({Role.ANALYST}))
PARTNER = Actor("p", "P", frozenset({Role.PARTNER}))


def _open(
    url: str, roles: str, monkeypatch: pytest.MonkeyPatch, **query: str
) -> AppTest:  # fmt: skip
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", url)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", roles)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page("views/profile.py").run()


@pytest.fixture(scope="module")
def ward(small_county_database: Database) -> pd.Series:
    with acting_as(ANALYST):
        counts = explore.load_held(small_county_database).incidents["ward_code"].astype(str)
        wards = explore.load_areas(small_county_database, "ward").set_index("code")
    return wards.loc[str(counts.value_counts().drop("", errors="ignore").index[0])]


def test_page_without_a_ward_asks_for_one(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "analyst", monkeypatch)
    assert not app.exception and not app.error
    assert "Choose a ward" in texts(app)
    assert len(app.sidebar.selectbox[0].options) > 100


def test_screen_says_what_the_print_says(
    small_county_database: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = str(ward.name)
    app = _open(small_county_database.url, "analyst", monkeypatch, area=code)
    assert not app.exception and not app.error
    said = texts(app).replace("\\", "")
    assert f"{ward['name']} ward profile" in said
    assert f"{ward['name']}: recorded ASB clearly above the county's rate" in said
    with acting_as(ANALYST):
        found = profile_loading.load_profile(small_county_database, code, "operational", "")
    for section in say_sections(found):
        assert f"#### {section.number}. {section.title}" in said
        for line in [*section.lines, *section.after]:
            assert line in said
    tables = [section.table for section in say_sections(found) if section.table]
    shown = [table.value.reset_index() for table in app.table]
    assert [tuple(table.columns) for table in shown] == [table.head for table in tables]
    assert [len(table) for table in shown] == [len(table.rows) for table in tables]


def test_partner_gets_released_figures_and_no_choice(
    small_county_database: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "partner", monkeypatch, area=str(ward.name),
                version="operational")  # fmt: skip
    assert not app.exception and not app.error
    said = texts(app)
    assert "is not open to you and was ignored" in said
    assert app.sidebar.radio[0].options == ["Partner version"]
    assert "Partner version" in said and "Hours and days of the week are not released" in said
    assert "On or near" not in said


def test_analyst_may_look_at_the_partner_version(
    small_county_database: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "analyst", monkeypatch, area=str(ward.name),
                version="partner")  # fmt: skip
    assert not app.exception and not app.error
    assert "Hours and days of the week are not released" in texts(app)


@pytest.mark.parametrize(
    ("roles", "version", "marking"),
    [
        ("analyst", "operational", "OFFICIAL-SENSITIVE"),
        ("analyst", "partner", "OFFICIAL"),
        ("partner", "operational", "OFFICIAL"),
    ],
)
def test_screen_carries_the_marking_of_the_version_shown_and_no_other(
    roles: str, version: str, marking: str, small_county_database: Database, ward: pd.Series,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    app = _open(small_county_database.url, roles, monkeypatch, area=str(ward.name), version=version)
    shown = " ".join([texts(app), *(str(one.proto.body) for one in app.get("html"))])
    assert set(re.findall(r"OFFICIAL(?:-SENSITIVE)?", shown)) == {marking}


def test_print_is_offered_only_once_it_is_logged(
    small_county_database: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "analyst", monkeypatch, area=str(ward.name))
    assert not app.get("download_button")
    button = next(one for one in app.button if "prepare the file" in one.label)
    button.click().run()
    assert any("Pick a reason" in str(error.value) for error in app.error)
    assert not app.get("download_button")


def test_link_to_a_ward_that_is_not_held_is_said(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "analyst", monkeypatch, area="E05999999")
    assert "is not held here" in texts(app)
    assert not app.exception


def test_county_without_incidents_still_has_a_page(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(sqlite_database.url, "analyst", monkeypatch)
    assert "boundaries" in texts(app)
    assert not app.exception


def test_survey_of_elsewhere_gives_no_worry_of_a_ward_on_screen(
    own_county: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_county.begin() as connection:
        connection.execute(sa.text("UPDATE surveys SET reach = 'shape only'"))
    take_gain_as_good(monkeypatch)
    app = _open(own_county.url, "analyst", monkeypatch, area=str(ward.name))
    assert not app.exception and not app.error
    said = texts(app)
    assert "it shows a shape and no figure of here" in said.replace("\\", "")
    tops = {one.label: one.value for one in app.metric}
    assert tops["Worry"] == "No estimate"
    for word in ("of 100, likely range", "Worth considering", "ASB and worry together"):
        assert word not in said


def test_counts_are_kept_and_priorities_are_read_each_time(
    small_county_database: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(small_county_database.url, "analyst", monkeypatch, area=str(ward.name))

    def never(*given: object, **named: object) -> None:
        raise AssertionError("counted again")

    read = []
    engaged = reading.load_engaged
    monkeypatch.setattr(profile, "count_operational", never)
    monkeypatch.setattr(profile, "count_released", never)
    monkeypatch.setattr(
        reading, "load_engaged", lambda *given: read.append(given) or engaged(*given)
    )
    with acting_as(ANALYST):
        loading.ward_profile(str(ward.name), "operational", loading.version())
    assert len(read) == 1


def test_counts_that_are_kept_are_not_handed_to_somebody_who_may_not_have_them(
    small_county_database: Database, ward: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(small_county_database.url, "analyst", monkeypatch, area=str(ward.name))
    for actor in (PARTNER, ANALYST.share_screen()):
        with acting_as(actor), pytest.raises(NotAllowedError):
            loading.ward_profile(str(ward.name), "operational", loading.version())
