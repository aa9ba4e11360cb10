"""The Survey page: figures with ranges, refusals with reasons, and nothing of a single ward."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geodata import settings
from geodata.store.areas import read_areas
from geodata.store.database import Database
from geodata.store.surveys import list_surveys
from tests.database.test_survey_services import YEAR, answers_of, store, two_years
from tests.views.test_views import ENTRY, texts


def _open(
    url: str, roles: str, monkeypatch: pytest.MonkeyPatch, **query: str
) -> AppTest:  # fmt: skip
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", url)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", roles)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page("views/survey.py").run()


@pytest.mark.parametrize("roles", ["analyst", "partner"])
def test_county_and_districts_stand_with_their_ranges(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch, roles: str
) -> None:
    app = _open(small_county_database.url, roles, monkeypatch)
    assert not app.exception and not app.error
    said = texts(app)
    assert "Worry score, all respondents" in said and "likely range" in said
    assert "design effect" in said and "effective number" in said
    assert "Rolling year: October 2025 to September 2026" in said
    assert "Wards have no figure here" in said
    table = app.dataframe[0].value
    wards, districts = (read_areas(small_county_database, kind) for kind in ("ward", "district"))
    assert table["Place"].iloc[0] == "All respondents"
    assert set(table["Place"].iloc[1:]) == set(districts["name"])
    assert table["Likely range"].str.contains(" to ").all()
    assert not set(wards["name"]) & set(table["Place"])


def test_deep_link_opens_measure_and_district_and_choices_write_it(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = read_areas(small_county_database, "district").iloc[0]
    app = _open(
        small_county_database.url, "analyst", monkeypatch,
        measure="yes:asb_experienced", district=district["code"],
    )  # fmt: skip
    assert f"ASB seen or suffered in 12 months: yes, {district['name']}" in texts(app)
    assert "%" in app.dataframe[0].value["Figure"].iloc[0]
    assert "Widest margin" in texts(app)
    app.selectbox(key="survey_measure").select("worry").run()
    assert app.query_params["measure"] in ("worry", ["worry"])
    assert "Worry score" in texts(app)


def test_bad_link_is_said_and_the_first_is_shown(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(
        small_county_database.url, "analyst", monkeypatch, measure="score:none", survey="99"
    )
    assert "The link's measure 'score:none' is not held here and was ignored" in texts(app)
    assert "measure" not in app.query_params and "survey" not in app.query_params
    assert "Worry score, all respondents" in texts(app) and not app.exception


def test_self_selected_poll_is_indicative_without_a_range(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = next(one for one in list_surveys(small_county_database) if one.reach == "indicative")
    app = _open(small_county_database.url, "analyst", monkeypatch, survey=str(poll.id))
    assert "Indicative only" in texts(app) and not app.exception
    assert "Likely range" not in app.dataframe[0].value.columns


def test_small_district_is_greyed_with_its_reason(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(sqlite_database, two_years())
    app = _open(sqlite_database.url, "analyst", monkeypatch, district="C")
    assert "no figure for C" in texts(app) and not app.exception
    row = app.dataframe[0].value.set_index("Place").loc["C"]
    assert row["Figure"] == "no figure" and row["Likely range"] == ""
    assert "Fewer than 100 effective respondents" in row["Why no figure"]
    assert app.dataframe[0].value.set_index("Place").loc["A", "Change"] == "Higher"


def test_incomplete_year_shows_a_flag_and_no_figure(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, answers = answers_of(YEAR, "A", 0.5, 200, 1)
    store(sqlite_database, [(people[people["quarter"] != "2026-Q2"], answers)])
    app = _open(sqlite_database.url, "analyst", monkeypatch)
    assert "Incomplete year: no figure" in texts(app) or any(
        "Incomplete year: no figure" in error.value for error in app.error
    )
    assert not app.dataframe and not app.exception


def test_shape_only_survey_says_what_it_is_not(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(
        sqlite_database, [answers_of(("",), "", 0.5, 400, 1)], reach="shape only",
        complete_to=None,
    )  # fmt: skip
    app = _open(sqlite_database.url, "analyst", monkeypatch)
    assert "survey of other places or times" in texts(app) and not app.exception
    assert app.dataframe[0].value["Place"].tolist() == ["All respondents"]


def test_nothing_held_is_said_plainly(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(sqlite_database.url, "analyst", monkeypatch)
    assert "No survey is held yet." in texts(app) and not app.exception
