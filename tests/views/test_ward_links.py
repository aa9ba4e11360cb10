"""A ward in focus has ways to its other pages: only those the role opens, with the ward named."""

from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.ward_links import HOLD_A_WARD
from dashboard.navigation import TABLE
from geodata.store.areas import read_areas
from geodata.store.database import Database
from tests.views.test_views import open_app, texts

ALL = set(HOLD_A_WARD.values())


def ways(app: AppTest) -> dict[str, dict[str, list[str]]]:
    """Give the links of the row of ways on by their words, with the parameters they carry."""
    assert not app.exception and not app.error
    links = [link.proto for link in app.get("page_link")]
    return {link.label: parse_qs(link.query_string) for link in links if link.label in ALL}


@pytest.mark.parametrize(
    "page", ["overview.py", "map.py", "hotspots.py", "profile.py", "safety_index.py",
             "priorities.py", "where_next.py"],
)  # fmt: skip
def test_ward_in_focus_has_ways_to_its_other_pages(
    page: str, small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = str(read_areas(small_county_database, "ward")["code"].iloc[3])
    found = ways(open_app(small_county_database.url, monkeypatch, page, area=ward))
    assert set(found) == ALL - {HOLD_A_WARD.get(page)}
    assert all(query["area"] == [ward] for query in found.values())
    if page not in ("profile.py", "priorities.py"):
        assert not ways(open_app(small_county_database.url, monkeypatch, page))


def test_map_keeps_the_period_and_drops_the_district(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    wards = read_areas(small_county_database, "ward")
    ward, district = str(wards["code"].iloc[3]), str(wards["district_code"].iloc[3])
    chosen = {"area": ward, "district": district, "from": "2025-04", "to": "2025-06"}
    found = ways(open_app(small_county_database.url, monkeypatch, "overview.py", **chosen))
    assert found["Map"] == {"area": [ward], "from": ["2025-04"], "to": ["2025-06"]}
    assert found["Profile"] == {"area": [ward]}


@pytest.mark.parametrize(
    ("role", "page", "shown"),
    [
        ("partner", "profile.py", {"Worry", "Priorities", "Team"}),
        ("viewer", "priorities.py", {"Team"}),
        ("engage", "priorities.py", {"Team"}),
    ],
)
def test_ways_are_those_that_the_role_opens(
    role: str, page: str, shown: set[str],
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", role)
    ward = str(read_areas(small_county_database, "ward")["code"].iloc[3])
    app = open_app(small_county_database.url, monkeypatch, page, area=ward)
    assert set(ways(app)) == shown
    # What is not offered is what the role is refused.
    refused = {view.file for view in TABLE if HOLD_A_WARD.get(view.file, "-") in ALL - shown}
    for file in refused - {page}:
        app.switch_page(f"views/{file}").run()
        assert "Your role does not allow this." in texts(app), file


def test_list_of_the_overview_says_that_a_box_chooses_too(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(small_county_database.url, monkeypatch)
    assert "in the box “Focus on a ward” at the side" in texts(app)
    [box] = [one for one in app.sidebar.selectbox if one.label == "Focus on a ward"]
    box.select(str(read_areas(small_county_database, "ward")["code"].iloc[3])).run()
    assert "Map" in ways(app)
