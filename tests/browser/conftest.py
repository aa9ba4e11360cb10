"""What journeys share: a browser, a page and a server on a county that they may write to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from geodata.store.database import Database
from tests.browser.serving import find_chromium, launch, open_page, running_app
from tests.conftest import copy_sqlite, skip_or_fail


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    if find_chromium() is None:
        skip_or_fail("no Chromium is installed")
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
    expect.set_options(timeout=5_000)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a small laptop."""
    page = open_page(browser)
    yield page
    page.close()


@pytest.fixture(scope="session")
def served_county(
    county_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The county behind `address`; journeys may write to it."""
    yield from copy_sqlite(county_file, tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def address(browser: Browser, served_county: Database) -> Iterator[str]:
    """The address of a running application."""
    with running_app(served_county.url) as found:
        yield found
