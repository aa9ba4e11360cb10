"""The Released figures page: what partners and the public see, in every form that leaves it."""

import json

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics.disclosure import SHOWN, SMALL, WITHHELD, YEARLY
from dashboard.permissions import Actor, Role, acting_as
from dashboard.services import area_figures
from geodata import settings
from geodata.store.database import Database
from geodata.store.incidents import read_incident_frame
from tests.views.test_views import ENTRY, texts

PARTNER = Actor("p", "P", frozenset({Role.PARTNER}))


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
    return app.switch_page("views/area_figures.py").run()


@pytest.fixture(scope="module")
def release(small_county_database: Database):
    with acting_as(PARTNER):
        return area_figures.load_release(small_county_database)


def test_partner_sees_marks_in_words_in_table_map_and_sentence(
    small_county_database: Database, release, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "partner", monkeypatch)
    assert not app.exception and not app.error
    assert "with figures by year only" in texts(app)
    table = app.dataframe[-1].value
    period = next(iter(release.periods))
    wanted = release.of_areas("ward", period)
    said = {SMALL: "fewer than 5", WITHHELD: area_figures.WITHHELD_NOTE.lower(),
            YEARLY: "figures by year only"}  # fmt: skip
    for row in table.itertuples():
        mark, count = wanted.loc[row.Code, ["mark", "count"]]
        assert row.Incidents == (f"{count:,.0f}" if mark == SHOWN else said[mark])
        if mark != SHOWN:
            assert row.Rank == "–" and pd.isna(row[6]) and not row[7]


def test_tooltips_and_map_hold_no_figure_of_a_ward_that_is_not_shown(
    small_county_database: Database, release, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "viewer", monkeypatch)
    period = next(iter(release.periods))
    marks = release.of_areas("ward", period)
    hidden = set(marks.index[marks["mark"] != SHOWN])
    table = app.dataframe[-1].value
    names = table.loc[table["Code"].isin(hidden), "Ward"].tolist()
    sent = json.loads(app.get("deck_gl_json_chart")[0].proto.tooltip or "{}")
    words = json.dumps(sent)
    assert len(names) > 10
    for name in names:
        at = words.find(name)
        assert at >= 0
        after = words[at + len(name) : at + len(name) + 200]
        assert (
            "incident"
            not in after.split("Fewer than 5")[0].split("Withheld")[0].split("Figures by")[0]
        )


def test_counts_of_one_to_four_are_in_no_table_and_no_chart(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "partner", monkeypatch)
    for frame in app.dataframe:
        for name in ("Incidents", "Repeat places", "Repeat victims"):
            if name in frame.value:
                shown = {str(text) for text in frame.value[name].dropna()}
                assert not shown & {"1", "2", "3", "4"}


def test_viewer_has_no_lsoas_and_no_repeats_and_a_link_to_them_is_told(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "viewer", monkeypatch, kind="lsoa")
    assert not app.exception and not app.error
    assert "'lsoa' is not released here" in texts(app)
    assert "Repeat places" not in texts(app)


def test_link_chooses_area_period_and_measure(
    small_county_database: Database, release, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = next(period for period in release.periods if "Q" not in period)
    app = _open(
        small_county_database.url, "partner", monkeypatch,
        kind="lsoa", released=year, measure="rate",
    )  # fmt: skip
    assert not app.exception and not app.error
    assert app.selectbox(key="released_released").value == year
    assert "LSOA" in app.dataframe[-1].value.columns


def test_analyst_who_sees_counts_may_also_see_what_is_released(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open(small_county_database.url, "analyst", monkeypatch)
    assert not app.exception and not app.error
    shown = pd.to_numeric(app.dataframe[-1].value["Incidents"], errors="coerce").sum()
    assert 0 < shown < len(read_incident_frame(small_county_database))
