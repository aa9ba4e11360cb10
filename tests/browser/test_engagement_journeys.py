"""At the front counter: a postcode finds the named officer; a letter says what came of it."""

import io
import re
import time

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from geodata.postcodes import say_postcode
from geodata.store.database import Database
from tests.browser.serving import wait_for_map

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
MOST_SECONDS = 3.0


def test_postcode_finds_the_named_officer_in_three_seconds_and_is_emptied(
    page: Page, address: str, served_county: Database
) -> None:
    rows = served_county.read_frame(
        "SELECT MIN(p.postcode) AS postcode, p.ward_code, o.name FROM postcodes p "
        "JOIN neighbourhood_officers o ON o.ward_code = p.ward_code WHERE o.is_lead "
        "GROUP BY p.ward_code, o.name ORDER BY p.ward_code LIMIT 4"
    )
    page.goto(f"{address}/team")
    box = page.get_by_label("Postcode", exact=True)
    expect(box).to_be_visible(timeout=30_000)
    seconds = []
    for row in rows.itertuples():
        typed = say_postcode(row.postcode)
        began = time.monotonic()
        box.fill(typed)
        page.get_by_role("button", name="Find the team").click()
        expect(page.get_by_text(row.name).first).to_be_visible(timeout=10_000)
        seconds.append(time.monotonic() - began)
        expect(box).to_have_value("")
        assert page.url.endswith(f"?area={row.ward_code}") and typed not in page.url
    assert sorted(seconds)[1] < MOST_SECONDS, seconds
    box.fill("ZZ99 9ZZ")
    page.get_by_role("button", name="Find the team").click()
    expect(page.get_by_text("not held").first).to_be_visible(timeout=10_000)
    expect(page.get_by_text(rows["name"].iloc[-1])).to_have_count(0)
    assert "area=" not in page.url
    box.fill(typed)
    page.get_by_role("button", name="Find the team").click()
    expect(page.get_by_text(rows["name"].iloc[-1]).first).to_be_visible(timeout=10_000)
    last = f"area={rows['ward_code'].iloc[-1]}"
    link = page.get_by_role("link", name="Priorities of this ward")
    expect(link).to_have_attribute("href", re.compile(last))
    link.click()
    expect(page.get_by_role("heading", name="Residents' priorities")).to_be_visible()
    expect(page.get_by_text("priority listed").first).to_be_visible()
    assert last in page.url


def test_signal_event_that_is_chosen_is_told_and_stands_in_the_link(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/signals")
    wait_for_map(page)
    expect(page.get_by_text("running").first).to_be_visible()
    page.get_by_label("Open an event").click()
    page.get_by_role("option").first.click()
    expect(page.get_by_text(re.compile(r"Reaches [\d,]+ metres"))).to_be_visible(timeout=15_000)
    assert "signal=" in page.url


def test_letter_of_a_ward_is_printed_and_the_source_stands_in_the_link(
    page: Page, address: str, served_county: Database
) -> None:
    row = served_county.read_frame(
        "SELECT p.ward_code, p.source, p.title, a.name FROM priorities p JOIN areas a "
        "ON a.code = p.ward_code AND a.kind = 'ward' ORDER BY p.id LIMIT 1"
    ).iloc[0]
    page.goto(f"{address}/priorities?area={row['ward_code']}&source={row['source']}")
    wait_for_map(page)
    expect(page.get_by_text("On the map:").first).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("button", name="Print (PDF)").click()
    reader = PdfReader(io.BytesIO(found.value.path().read_bytes()))
    said = " ".join(" ".join(one.extract_text().split()) for one in reader.pages)
    assert f"You said, we did: {row['name']}" in said and row["title"] in said
    assert "Only priorities through" in said and "Page 1 of" in said
    with page.expect_download() as found:
        page.get_by_role("button", name="Plain text").click()
    text = found.value.path().read_bytes()
    assert text.startswith(b"You said, we did: ") and b"===" not in text
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Done or not taken up").click()
    expect(page).to_have_url(re.compile("status=met"))
    assert f"source={row['source']}" in page.url and "district=" not in page.url
