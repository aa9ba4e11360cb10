"""Journeys through worry, resources and neighbourhood teams in a real browser."""

import re
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from dashboard.services.audit import REASONS
from dashboard.theme import BLUE, ORANGE, PLUM, TURQUOISE, to_rgba
from geodata.store.database import Database
from geodata.store.engagement import read_officers
from tests.browser.serving import find_chromium, open_page, running_app, wait_for_map
from tests.conftest import skip_or_fail

pytestmark = [pytest.mark.browser, pytest.mark.timeout(360)]

FIRST_LOOK_MS = 90_000
"""The first look estimates every ward from the survey; the server keeps what it found."""


def test_quadrant_holds_the_page_and_the_link_opens_it_again(page: Page, address: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(f"{address}/worry")
    banner = page.get_by_text(re.compile("not a ward survey", re.IGNORECASE)).first
    expect(banner).to_be_visible(timeout=FIRST_LOOK_MS)
    wait_for_map(page)
    expect(page.get_by_text(re.compile("too close to call")).first).to_be_visible()
    wait_for_colours(page, {PLUM, BLUE, TURQUOISE}, set())
    chart = page.get_by_test_id("stVegaLiteChart").first
    box = chart.bounding_box()
    assert box
    # The ground of Quiet harm: at the right, below the middle, clear of marks and of its name.
    page.mouse.click(box["x"] + box["width"] - 24, box["y"] + box["height"] * 0.72)
    expect(page).to_have_url(re.compile("quadrant=quiet"), timeout=20_000)
    chosen = page.get_by_role("radio", name=re.compile("Quiet harm"))
    expect(chosen).to_be_checked(timeout=FIRST_LOOK_MS)
    count = int(re.search(r"[(]([0-9,]+)[)]", chosen.text_content() or "").group(1))  # type: ignore[union-attr]
    expect(listed_rows(page)).to_have_attribute("aria-rowcount", str(count + 1))
    wait_for_colours(page, {BLUE}, {PLUM, ORANGE, TURQUOISE})
    assert hosts - {""} <= {urlsplit(address).netloc}
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(chosen).to_be_checked(timeout=FIRST_LOOK_MS)
    expect(listed_rows(page)).to_have_attribute("aria-rowcount", str(count + 1))


def listed_rows(page: Page) -> Locator:
    """The list of wards as it is read out; its rows are drawn on a canvas once it is in view."""
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    return page.get_by_test_id("stDataFrame").first.locator('[role="grid"]')


def wait_for_colours(page: Page, present: set[str], absent: set[str]) -> None:
    """Wait until the map shows some colours of the theme and others not at all."""
    deadline = time.monotonic() + 20
    while not (present <= (drawn := colours_of_map(page)) and not absent & drawn):
        assert time.monotonic() < deadline, f"the map shows {drawn}"
        page.wait_for_timeout(500)


def colours_of_map(page: Page) -> set[str]:
    """Colours that fill more than specks of the map, as the theme writes them."""
    shot = page.get_by_test_id("stDeckGlJsonChart").screenshot()
    pixels = np.asarray(Image.open(BytesIO(shot)).convert("RGB")).reshape(-1, 3).astype(int)
    # The ground shines a little through the fill.
    return {
        each for each in (PLUM, BLUE, ORANGE, TURQUOISE)
        if (abs(pixels - np.array(to_rgba(each)[:3])).max(axis=1) <= 26).sum() > 60
    }  # fmt: skip


def test_back_undoes_a_choice_and_another_page_keeps_it(page: Page, address: str) -> None:
    page.goto(f"{address}/survey")
    expect(page.get_by_role("heading", name="Survey", exact=True)).to_be_visible(
        timeout=FIRST_LOOK_MS
    )
    page.get_by_role("link", name="Modelled figures of wards: Crime and worry").click()
    heading = page.get_by_role("heading", name=re.compile("^Crime and worry"))
    expect(heading).to_have_text("Crime and worry: all districts", timeout=FIRST_LOOK_MS)
    districts = page.get_by_role("combobox", name=re.compile("District"))
    districts.click()
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile("district="), timeout=20_000)
    expect(heading).not_to_have_text("Crime and worry: all districts", timeout=FIRST_LOOK_MS)
    page.go_back()
    expect(heading).to_have_text("Crime and worry: all districts", timeout=FIRST_LOOK_MS)
    expect(page).not_to_have_url(re.compile("district="))
    page.go_forward()
    expect(heading).not_to_have_text("Crime and worry: all districts", timeout=FIRST_LOOK_MS)


def test_surer_placing_is_asked_with_the_keyboard_and_the_change_is_said(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/worry")
    slider = page.get_by_role("slider", name=re.compile("How sure"))
    expect(slider).to_be_attached(timeout=FIRST_LOOK_MS)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("sure=90"), timeout=FIRST_LOOK_MS)
    changed = page.get_by_test_id("stSidebar").get_by_text(
        "stand elsewhere than with the usual setting"
    )
    expect(changed.first).to_be_visible(timeout=FIRST_LOOK_MS)


def test_ward_of_where_next_leads_to_its_worry_and_back_to_an_action(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/where-next")
    heading = page.get_by_role("heading", name="Which wards next in all districts?")
    expect(heading).to_be_visible(timeout=FIRST_LOOK_MS)
    listed = page.get_by_test_id("stDataFrame").first
    expect(listed.locator("canvas").first).to_be_visible(timeout=FIRST_LOOK_MS)
    box = listed.bounding_box()
    assert box
    # The rows are drawn on a canvas: the box to tick of the first one lies here.
    page.mouse.click(box["x"] + 18, box["y"] + 35 * 1.5)
    expect(page).to_have_url(re.compile("area="), timeout=20_000)
    expect(page.get_by_text("It qualifies by").first).to_be_visible(timeout=20_000)
    wanted = page.get_by_role("textbox", name="What is to be done")
    expect(wanted).to_have_value(re.compile("^Scan "), timeout=20_000)
    code = re.search(r"area=(\w+)", page.url)
    assert code
    page.get_by_role("link", name="Worry", exact=True).click()
    expect(page).to_have_url(re.compile(f"/worry.*area={code.group(1)}"), timeout=20_000)
    expect(page.get_by_role("heading", name=re.compile("Crime and worry"))).to_be_visible(
        timeout=FIRST_LOOK_MS
    )


def test_weight_changes_ranks_and_its_link_holds_it(page: Page, address: str) -> None:
    page.goto(f"{address}/safety-index")
    slider = page.get_by_role("slider", name="Worry")
    expect(slider).to_be_attached(timeout=FIRST_LOOK_MS)
    usual = page.get_by_role("button", name="Usual weights")
    expect(usual).to_be_disabled()
    slider.focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"weights=worry\.5"), timeout=20_000)
    expect(usual).to_be_enabled()
    expect(page.get_by_text("draws of other weights").first).to_be_visible()
    usual.click()
    expect(page).not_to_have_url(re.compile("weights"), timeout=20_000)


def test_postcode_names_the_officer_in_three_seconds(
    page: Page, address: str, served_county: Database
) -> None:
    officers = read_officers(served_county, None)
    postcodes = served_county.read_frame("SELECT postcode, ward_code FROM postcodes")
    both = postcodes.merge(pd.DataFrame(officers), on="ward_code")
    assert len(both)
    row = both.iloc[0]
    page.goto(f"{address}/team")
    typed = page.get_by_role("textbox", name="Postcode")
    expect(typed).to_be_visible(timeout=20_000)
    typed.fill(row["postcode"])
    started = time.monotonic()
    page.get_by_role("button", name="Find the team").click()
    expect(page.get_by_text(row["name"]).first).to_be_visible(timeout=3_000)
    assert time.monotonic() - started < 3
    assert row["postcode"] not in page.url and row["ward_code"] in page.url
    expect(typed).to_have_value("")


def test_profile_opens_by_link_in_the_partner_version_and_leaves_as_a_print(
    page: Page, address: str, served_county: Database, tmp_path: Path
) -> None:
    wards = served_county.read_frame(
        "SELECT ward_code, COUNT(*) AS n FROM incidents WHERE asb AND ward_code <> '' "
        "GROUP BY ward_code ORDER BY n DESC, ward_code LIMIT 1"
    )
    code = str(wards["ward_code"].iloc[0])
    page.set_default_timeout(FIRST_LOOK_MS)
    page.goto(f"{address}/profile?area={code}&version=partner")
    expect(page.get_by_text("ward profile.").first).to_be_visible(timeout=FIRST_LOOK_MS)
    expect(page.get_by_role("radio", name="Partner version")).to_be_checked()
    expect(page.get_by_text("Hours and days of the week are not released").first).to_be_visible()
    expect(page.get_by_text("On or near")).to_have_count(0)
    expect(page.get_by_text("About these figures").first).to_be_visible(timeout=FIRST_LOOK_MS)
    page.get_by_text("Print: take the profile away").click()
    page.get_by_role("textbox", name="Who receives it").fill("Wexmarsh council")
    reason = page.get_by_role("combobox", name=re.compile("Why does it leave"))
    chosen = page.get_by_role("option", name=REASONS["problem_solving"])
    # The list closes again if it was opened while the panel still unfolds.
    while not chosen.is_visible():
        reason.click()
        page.wait_for_timeout(500)
    chosen.click()
    page.get_by_role("button", name=re.compile("prepare the file")).click()
    with page.expect_download(timeout=60_000) as leaving:
        page.get_by_role("button", name="Download the print (PDF)").click()
    target = tmp_path / "profile.pdf"
    leaving.value.save_as(target)
    pages = PdfReader(target).pages
    assert leaving.value.suggested_filename == f"wardlight-profile-{code}-partner.pdf"
    assert 1 <= len(pages) <= 2 and "Partner version" in pages[0].extract_text()
    logged = served_county.read_frame(
        "SELECT COUNT(*) AS n FROM audit_events WHERE record_kind = 'ward profile' "
        "AND record_key = ?", code,
    )  # fmt: skip
    assert logged["n"].iloc[0] >= 1
    page.get_by_test_id("stSidebar").get_by_text("Operational version").click()
    expect(page).not_to_have_url(re.compile("version="), timeout=20_000)
    expect(page.get_by_text("Most common types").first).to_be_visible(timeout=FIRST_LOOK_MS)


def test_partner_reads_worry_and_is_offered_no_list_of_counts(
    browser: Browser, served_county: Database
) -> None:
    if find_chromium() is None:
        skip_or_fail("no Chromium is installed")
    roles = {"WARDLIGHT_LOCAL_ROLES": "partner"}
    with running_app(served_county.url, environment=roles) as partner:
        page = open_page(browser)
        page.goto(f"{partner}/worry")
        heading = page.get_by_role("heading", name=re.compile("Crime and worry"))
        expect(heading).to_be_visible(timeout=FIRST_LOOK_MS)
        expect(page.get_by_text("Draw signal events")).to_have_count(0)
        page.goto(f"{partner}/where-next")
        refused = page.get_by_text("Your role does not allow this.")
        expect(refused).to_be_visible(timeout=20_000)
        page.close()
