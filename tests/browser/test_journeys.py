"""Journeys in a real browser: what AppTest cannot see."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard.components.maps import fit_view
from dashboard.services.explore import load_areas
from geodata.store.database import Database
from tests.browser.serving import (
    find_chromium,
    launch,
    map_point,
    open_page,
    running_app,
    wait_for_map,
)
from tests.conftest import skip_or_fail

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def address(small_county_database: Database) -> Iterator[str]:
    if find_chromium() is None:
        skip_or_fail("no Chromium is installed")
    with running_app(small_county_database.url) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = open_page(browser)
    yield page
    page.close()


def test_overview_opens_with_a_finding_and_the_synthetic_banner(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name="ASB in all districts")).to_be_visible()
    expect(page.get_by_text("Synthetic data: an invented county").first).to_be_visible()
    expect(page.get_by_text("Against the same months a year earlier")).to_be_visible()


def test_map_draws_and_asks_no_other_machine(page: Page, address: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(f"{address}/map")
    wait_for_map(page)
    assert hosts - {""} <= {urlsplit(address).netloc}


def test_clicked_ward_is_in_focus_everywhere(
    page: Page, address: str, small_county_database: Database
) -> None:
    areas = load_areas(small_county_database, "ward")
    ward = areas.loc[areas["area_ha"].idxmax()]
    view = fit_view(areas.geometry.to_crs("EPSG:4326").total_bounds.tolist())
    page.goto(f"{address}/map")
    wait_for_map(page)
    x, y = map_point(
        page, json.loads(view.to_json()), float(ward["longitude"]), float(ward["latitude"])
    )
    page.mouse.move(x, y)
    expect(page.locator(".deck-tooltip")).to_contain_text(ward["name"])
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile(f"area={ward['code']}"))
    focus = page.get_by_role("combobox", name=re.compile("Focus on a ward"))
    expect(focus).to_have_value(re.compile(ward["name"]))
    expect(page.get_by_text(f"{ward['name']}, {ward['district']}").first).to_be_visible()


def test_filter_change_sends_no_geometry_again(page: Page, address: str) -> None:
    geometry: list[str] = []
    page.on(
        "request",
        lambda request: geometry.append(request.url) if "/geometry/ward" in request.url else None,
    )
    page.goto(f"{address}/map")
    wait_for_map(page)
    asked = len(geometry)
    drawn = page.get_by_test_id("stDeckGlJsonChart").screenshot()
    page.get_by_role("combobox", name=re.compile("Colour areas by")).click()
    page.get_by_role("option", name=re.compile("per 1,000")).click()
    expect(page).to_have_url(re.compile("measure=rate"))
    wait_for_map(page)
    assert asked and len(geometry) == asked
    assert page.get_by_test_id("stDeckGlJsonChart").screenshot() != drawn


def test_deep_link_opens_the_same_view(page: Page, address: str) -> None:
    page.goto(f"{address}/map?measure=rate&layer=cells")
    wait_for_map(page)
    colours = page.get_by_role("combobox", name=re.compile("Colour areas by"))
    expect(colours).to_have_value(re.compile("per 1,000 residents"))
    expect(page.get_by_text("Purple circles: incidents in squares")).to_be_visible()


def test_filters_work_with_the_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/map")
    wait_for_map(page)
    page.get_by_role("combobox", name=re.compile("Colour areas by")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("measure="))
