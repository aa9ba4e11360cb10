"""Every page: launched, its finding, nothing found, an empty database, a deep link, an error."""

import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.navigation import TABLE
from geodata import settings
from geodata.store.areas import read_areas, read_population
from geodata.store.database import Database
from geodata.store.status import read_status

ENTRY = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
PAGES = [view.file for view in TABLE]
ADMINISTRATION = {view.file for view in TABLE if view.group == "Administration"}
"""Pages about the installation itself, which need no incidents."""


def open_app(
    database_url: str, monkeypatch: pytest.MonkeyPatch, page: str = "overview.py", **query: str
) -> AppTest:
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", database_url)
    settings.get_settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ENTRY), default_timeout=30)
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"views/{page}").run()


def texts(app: AppTest) -> str:
    parts = [*app.title, *app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts)


def deck_of(app: AppTest) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(
        app.get("deck_gl_json_chart")[0].proto.json
    )
    return found


@pytest.mark.parametrize("page", PAGES)
def test_page_launches_on_the_county(
    page: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, page)
    assert not app.exception and not app.error
    assert "Synthetic data" in texts(app)


@pytest.mark.parametrize("page", PAGES)
def test_page_on_an_empty_database_says_what_to_do(
    page: str, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(sqlite_database.url, monkeypatch, page)
    assert not app.exception
    if page not in ADMINISTRATION:
        assert "wardlight" in texts(app)


def test_missing_database_says_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = open_app(f"sqlite:///{tmp_path / 'none.sqlite3'}", monkeypatch)
    assert not app.exception
    assert "wardlight db upgrade" in texts(app)


def test_overview_compares_with_a_likely_range_and_no_percentage(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch)
    said = texts(app)
    assert "Against the same months a year earlier" in said
    assert "likely range" in said
    assert "%" not in said


def test_map_colours_every_ward_and_sends_no_polygon(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch, "map.py")
    deck = deck_of(app)
    layers = {layer["id"]: layer for layer in deck["layers"]}
    assert str(layers["areas"]["data"]).startswith("/geometry/ward/")
    assert layers["areas"]["pickable"] is True and layers["areas"]["stroked"] is False
    assert layers["outlines"]["pickable"] is False
    wards = len(read_areas(small_county_database, "ward"))
    fill = layers["areas"]["_subLayerProps"]["polygons-fill"]["getFillColor"]  # type: ignore[index]
    assert len(fill["colors"]) == wards
    assert "coordinates" not in json.dumps(deck)


def test_map_table_and_focus_agree_on_a_deep_link(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = read_areas(small_county_database, "ward").iloc[5]
    app = open_app(
        small_county_database.url, monkeypatch, "map.py", area=ward["code"], measure="rate"
    )
    assert app.selectbox(key="filter_area").value == ward["code"]
    assert app.selectbox(key="filter_measure").value == "rate"
    table = app.dataframe[-1].value
    assert table["Code"].iloc[0] == ward["code"]
    assert "focus-0" in {layer["id"] for layer in deck_of(app)["layers"]}


def test_chosen_ward_moves_the_map_and_the_address(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = read_areas(small_county_database, "ward").iloc[7]
    app = open_app(small_county_database.url, monkeypatch, "map.py")
    app.selectbox(key="filter_area").select(ward["code"]).run()
    assert app.query_params["area"] in (ward["code"], [ward["code"]])
    assert f"**{ward['name']}**" in texts(app)


def test_bad_link_is_said_and_the_rest_is_kept(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "map.py", area="X05999999", measure="ratio"
    )
    assert "ignored" in texts(app)
    assert app.selectbox(key="filter_measure").value == "ratio"


def test_nothing_found_is_said_plainly(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(
        small_county_database.url, monkeypatch, "map.py",
        category="personal", type="abandoned vehicles", channel="partner", hours="night",
        **{"from": "2024-02", "to": "2024-02"},
    )  # fmt: skip
    assert "No incidents match these filters." in texts(app)
    assert not app.get("deck_gl_json_chart")


STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
    ",2025-01,Kent Police,Kent Police,0.5,51.3,On or near Park Lane,,,Anti-social behaviour,,\n"
    ",January,Kent Police,Kent Police,0.5,51.3,On or near Park Lane,,,Anti-social behaviour,,\n"
)


def test_upload_is_checked_first_and_stored_when_asked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(sqlite_database.url, monkeypatch, "data.py")
    for stored in (0, 1):
        app.selectbox[0].select("police-uk")
        app.file_uploader[0].upload("2025-01-kent-street.csv", STREET.encode(), "text/csv")
        if stored:
            app.checkbox[0].uncheck()
        app.button[0].click().run()
        assert not app.exception and not app.error
        said = texts(app)
        assert "2 rows read" in said and "1 refused" in said
        assert app.dataframe[-1].value["row"].tolist() == [3]
        assert read_status(sqlite_database)["incidents"] == stored


def test_upload_without_what_the_file_lacks_says_what_to_give(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(sqlite_database.url, monkeypatch, "data.py")
    app.selectbox[0].select("population")
    content = b"ward_code,residents\nE05014450,1511\n"
    app.file_uploader[0].upload("people.csv", content, "text/csv")
    app.checkbox[0].uncheck()
    app.button[0].click().run()
    assert not app.exception
    assert "does not say the year" in texts(app)
    year = next(box for box in app.text_input if box.label.startswith("Year"))
    year.input("2021")
    app.file_uploader[0].upload("people.csv", content, "text/csv")
    app.button[0].click().run()
    assert len(read_population(sqlite_database, "ward")) == 1
