"""Journeys in a real browser: what AppTest cannot see."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.components.maps import fit_view
from dashboard.services.explore import load_areas
from geodata.store.database import Database
from tests.browser.serving import (
    map_point,
    open_page,
    running_app,
    wait_for_map,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TEXT_PX = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"


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
    page: Page, address: str, served_county: Database
) -> None:
    areas = load_areas(served_county, "ward")
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


def test_row_of_the_list_opens_its_card_and_its_place(page: Page, address: str) -> None:
    page.goto(f"{address}/hotspots?cell=500")
    wait_for_map(page)
    expect(page.get_by_role("heading", name="Hotspots: all districts")).to_be_visible()
    page.get_by_role("radiogroup").get_by_text("Is it more than chance?").click()
    expect(page).to_have_url(re.compile("ask=chance"))
    expect(page.get_by_text("99,999 random deals")).to_be_visible(timeout=20_000)
    wait_for_map(page)
    listed = page.get_by_test_id("stDataFrame").first
    listed.scroll_into_view_if_needed()
    table = listed.bounding_box()
    assert table
    # The rows are drawn on a canvas: the box to tick of the second one lies here.
    page.mouse.click(table["x"] + 18, table["y"] + 35 * 2.5)
    expect(page).to_have_url(re.compile(r"ask=chance.*spot=2\b"))
    expect(page.get_by_text("What would drop it:")).to_be_visible(timeout=20_000)
    chosen = page.get_by_role("combobox", name=re.compile("Hotspot"))
    expect(chosen).to_have_value(re.compile(r"^2\. "))


def test_number_on_the_map_opens_its_card(page: Page, address: str) -> None:
    page.goto(f"{address}/hotspots?cell=500&spot=1")
    wait_for_map(page)
    expect(page.get_by_text("What would drop it:")).to_be_visible(timeout=20_000)
    box = page.get_by_test_id("stDeckGlJsonChart").bounding_box()
    assert box
    # The place in focus lies in the middle; a click gives it the focus of the map too.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".deck-tooltip")).to_contain_text("Click for the reasons")


@pytest.fixture
def own_address(
    browser: Browser, own_county: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A server for a journey after which the others would find another application."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with running_app(own_county.url) as found:
        yield found


def test_shared_screen_empties_the_other_window_of_the_local_user(
    browser: Browser, page: Page, own_address: str
) -> None:
    page.goto(f"{own_address}/people")
    expect(page).to_have_title("People - Wardlight", timeout=20_000)
    other = open_page(browser)
    other.goto(own_address)
    expect(other.get_by_role("heading", name="ASB in all districts")).to_be_visible()
    page.get_by_role("button", name="Share my screen").click()
    hidden = page.get_by_text("This is hidden while you share your screen.")
    expect(hidden).to_be_visible(timeout=20_000)
    # Nobody touches the other window: the page looks after itself.
    expect(other).to_have_title("Released figures - Wardlight", timeout=40_000)
    expect(other.get_by_role("heading", name="ASB in all districts")).to_have_count(0)
    other.close()
    # A shared screen has its side folded away and larger text, until it is over.
    stop = page.get_by_role("button", name="I have stopped sharing")
    expect(stop).not_to_be_in_viewport()
    assert page.evaluate(TEXT_PX) == pytest.approx(20.8)
    page.get_by_test_id("stExpandSidebarButton").click()
    stop.click()
    expect(page.get_by_text("Add somebody before their first sign-in")).to_be_visible(
        timeout=20_000
    )
    assert page.evaluate(TEXT_PX) == 16


def test_focus_and_print_show_what_they_should(page: Page, address: str) -> None:
    page.goto(f"{address}/data")
    box = page.get_by_role("checkbox").first
    expect(box).to_be_attached(timeout=20_000)
    page.keyboard.press("Tab")
    box.focus()
    label = page.locator("label", has=box)
    outline = label.evaluate("seen => getComputedStyle(seen).outline")
    assert "solid" in outline and "3px" in outline
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.get_by_text("OFFICIAL-SENSITIVE", exact=True)).to_be_visible()


def test_job_is_started_and_cancelled_while_the_page_goes_on(page: Page, own_address: str) -> None:
    page.goto(f"{own_address}/forecast-quality")
    page.get_by_role("button", name="Start a back-test").click()
    expect(page.get_by_text("The back-test works")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("ended without a result. Cancelled.")).to_be_visible(timeout=90_000)
    expect(page.get_by_role("button", name="Start a back-test")).to_be_visible()
