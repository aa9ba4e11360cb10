"""Signing in with a real provider of OpenID Connect, and every way in which it must end."""

import datetime as dt
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from geodata.store import people
from geodata.store.database import Database
from tests.browser.serving import (
    WATCH_FRAMES,
    free_port,
    running_app,
    wait_for_map,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

COOKIE = "_streamlit_user"
SECRET = "0123456789abcdef" * 4
USERS: tuple[dict[str, object], ...] = (
    {"sub": "anna", "name": "Anna Analyst", "roles": ["analyst", "wizard"]},
    {"sub": "dora", "name": "Dora Deactivated", "roles": ["analyst"]},
    {"sub": "idris", "name": "Idris Idle", "roles": ["analyst"]},
    {"sub": "sheila", "name": "Sheila Shares", "roles": ["sergeant"]},
    {"sub": "greta", "name": "Greta Groups", "groups": ["asb-sergeants", "canteen"]},
    {"sub": "adam", "name": "Adam Administrator", "roles": "administrator"},
    {"sub": "norma", "name": "Norma Norole"},
    {"sub": "fred", "name": "Fred Forged", "roles": {"administrator": True}},
)


@contextmanager
def running_provider(seconds: int = 3600) -> Iterator[str]:
    """Run a provider on a free port whose tokens hold for some seconds; give its address."""
    port = free_port()
    users = [part for user in USERS for part in ("--user-claims", json.dumps(user))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-e", str(seconds), *users],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{address}/.well-known/openid-configuration", timeout=1)
                break
            except OSError:
                assert time.monotonic() < deadline and process.poll() is None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextmanager
def running_with_sign_in(database: Database, provider: str, **more: str) -> Iterator[str]:
    """Run Wardlight with sign-in at a provider."""
    port = free_port()
    environment = {
        "WARDLIGHT_OIDC_METADATA_URL": f"{provider}/.well-known/openid-configuration",
        "WARDLIGHT_OIDC_CLIENT_ID": "wardlight",
        "WARDLIGHT_OIDC_CLIENT_SECRET": "known to the provider",
        "WARDLIGHT_OIDC_REDIRECT_URI": f"http://127.0.0.1:{port}/oauth2callback",
        "WARDLIGHT_OIDC_COOKIE_SECRET": SECRET,
        "WARDLIGHT_OIDC_GROUP_ROLES": '{"asb-sergeants": "sergeant"}',
        **more,
    }
    with running_app(database.url, port=port, environment=environment) as address:
        yield address


@pytest.fixture(scope="module")
def address(browser: Browser, module_county: Database) -> Iterator[str]:
    with (
        running_provider() as provider,
        running_with_sign_in(module_county, provider) as found,
    ):
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_init_script(WATCH_FRAMES)
    context.set_default_timeout(40_000)
    yield context
    context.close()


def sign_in(context: BrowserContext, address: str, subject: str) -> Page:
    """Go to Wardlight, press the button, and pick a person at the provider."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=subject, exact=True).click()
    page.wait_for_url(f"{address}/**")
    return page


def expect_door(page: Page, words: str) -> None:
    """Expect the words, the way back in, and nothing else of Wardlight."""
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("Explore", exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stDeckGlJsonChart")).to_have_count(0)
    expect(page.get_by_text("OFFICIAL")).to_have_count(0)


def status_of(address: str, path: str, cookie: str = "") -> int:
    request = urllib.request.Request(f"{address}{path}", headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def person_of(held: Database, subject: str) -> people.Person:
    found = people.find_person(held, subject)
    assert found
    return found


def test_nothing_is_shown_before_sign_in(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/map")
    expect_door(page, "You are not signed in.")


def test_analyst_signs_in_sees_the_map_and_signs_out_everywhere(
    context: BrowserContext, address: str, module_county: Database
) -> None:
    page = sign_in(context, address, "anna")
    expect(page.get_by_role("heading", name="ASB in all districts")).to_be_visible()
    expect(page.get_by_text("OFFICIAL-SENSITIVE", exact=True)).to_be_visible()
    expect(page.get_by_text("Anna Analyst: signed in. Roles: analyst.")).to_be_visible()
    expect(page.get_by_text("Ignored, since they are no roles here: wizard.")).to_be_visible()
    assert person_of(module_county, "anna").roles == "analyst"
    answers: list[int] = []
    page.on(
        "response",
        lambda answer: answers.append(answer.status) if "/geometry/" in answer.url else None,
    )
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"{address}/map")
    wait_for_map(page)
    assert answers and set(answers) == {200} and not faults
    header = page.request.get(address).headers["content-security-policy"]
    assert "default-src 'self'" in header

    other = context.new_page()
    other.goto(f"{address}/data-quality")
    expect(other.get_by_role("heading", name="Data quality").first).to_be_visible()
    cookie = "; ".join(f"{c.get('name')}={c.get('value')}" for c in context.cookies())
    assert status_of(address, "/geometry/ward/current.geojson", cookie) == 200
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("end_session|logout|oauth2"))
    assert not [c for c in context.cookies() if c.get("name") == COOKIE]
    # A copy of the cookie that somebody kept is worth nothing either.
    assert status_of(address, "/geometry/ward/current.geojson", cookie) == 401
    other.get_by_role("button", name="Share my screen").click()
    expect_door(other, "You are signed out.")
    page.goto(address)
    expect_door(page, "You are not signed in.")


def test_role_comes_from_a_group(context: BrowserContext, address: str) -> None:
    page = sign_in(context, address, "greta")
    expect(page.get_by_text("Greta Groups: signed in. Roles: sergeant.")).to_be_visible()
    expect(page.get_by_text("canteen")).to_have_count(0)


def test_page_opened_by_link_without_the_role_says_so(
    context: BrowserContext, address: str
) -> None:
    page = sign_in(context, address, "adam")
    expect(page.get_by_text("Adam Administrator: signed in.")).to_be_visible()
    page.goto(f"{address}/map")
    expect(page.get_by_text("Your role does not allow this.")).to_be_visible()
    expect(page.get_by_test_id("stDeckGlJsonChart")).to_have_count(0)
    page.goto(f"{address}/people")
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_download_and_upload_work_for_whoever_is_signed_in(
    context: BrowserContext, address: str
) -> None:
    page = sign_in(context, address, "greta")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the table (CSV)").click()
    link = started.value.url
    assert started.value.suggested_filename.endswith(".csv")
    assert status_of(address, link.removeprefix(address)) == 401
    context.clear_cookies()
    page = sign_in(context, address, "adam")
    page.goto(f"{address}/data")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"ward_code,residents\n"}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_text("people.csv")).to_be_visible()
    expect(page.get_by_text(re.compile("error", re.IGNORECASE))).to_have_count(0)


def test_shared_screen_empties_other_windows_by_itself(
    context: BrowserContext, address: str
) -> None:
    page = sign_in(context, address, "sheila")
    other = context.new_page()
    other.goto(f"{address}/map")
    wait_for_map(other)
    page.get_by_role("button", name="Share my screen").click()
    expect(page.get_by_text("You are sharing your screen.")).to_be_visible()
    expect(other.get_by_text("This is hidden while you share your screen.")).to_be_visible(
        timeout=40_000
    )
    expect(other.get_by_test_id("stDeckGlJsonChart")).to_have_count(0)


@pytest.mark.parametrize("subject", ["norma", "fred"])
def test_missing_or_misshapen_claim_gives_no_role(
    context: BrowserContext, address: str, subject: str
) -> None:
    page = sign_in(context, address, subject)
    expect_door(page, "You are signed in, but have no role in Wardlight.")
    expect(page.get_by_text("Ask an administrator of Wardlight")).to_be_visible()
    cookie = "; ".join(f"{c.get('name')}={c.get('value')}" for c in context.cookies())
    assert status_of(address, "/geometry/ward/current.geojson", cookie) == 401


def test_forged_cookie_is_nobody(
    context: BrowserContext, address: str, module_county: Database
) -> None:
    now = int(time.time())
    claims = {
        "is_logged_in": True, "origin": address, "provider": "default", "sub": "mallory",
        "roles": ["administrator"], "iat": now, "exp": now + 3600,
    }  # fmt: skip
    for secret in ("", "guessed secret", SECRET[:-1]):
        forged = create_signed_value(secret, COOKIE, json.dumps(claims)).decode()
        assert status_of(address, "/geometry/ward/current.geojson", f"{COOKIE}={forged}") == 401
        context.add_cookies([{"name": COOKIE, "value": forged, "url": address}])
        page = context.new_page()
        page.goto(address)
        expect_door(page, "You are not signed in.")
    assert people.find_person(module_county, "mallory") is None


def test_changed_cookie_is_nobody(context: BrowserContext, address: str) -> None:
    page = sign_in(context, address, "greta")
    expect(page.get_by_text("Greta Groups: signed in.")).to_be_visible()
    cookie = next(c for c in context.cookies() if c.get("name") == COOKIE)
    value = cookie.get("value") or ""
    middle = len(value) // 3
    changed = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    context.add_cookies([{"name": COOKIE, "value": changed, "url": address}])
    page.reload()
    expect_door(page, "You are not signed in.")


def test_deactivated_person_is_out_at_the_next_thing_they_do(
    context: BrowserContext, address: str, module_county: Database
) -> None:
    page = sign_in(context, address, "dora")
    expect(page.get_by_role("heading", name="ASB in all districts")).to_be_visible()
    people.note(module_county, person_of(module_county, "dora").id, active=False)
    page.get_by_text("Explore", exact=True).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text="Map").click()
    expect_door(page, "Your account is closed.")


def test_idle_session_ends_and_a_reload_does_not_wake_it(
    context: BrowserContext, address: str, module_county: Database
) -> None:
    page = sign_in(context, address, "idris")
    expect(page.get_by_role("heading", name="ASB in all districts")).to_be_visible()
    person = person_of(module_county, "idris")
    ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=31)
    people.note(module_county, person.id, last_seen_at=ago, signed_in_at=ago)
    # The token itself was issued a moment ago; as far as the person goes, half an hour.
    cookie = next(c for c in context.cookies() if c.get("name") == COOKIE)
    claims = {
        "is_logged_in": True, "origin": address, "provider": "default", "sub": "idris",
        "iat": int(ago.timestamp()), "exp": int(time.time()) + 3600,
    }  # fmt: skip
    old = create_signed_value(SECRET, COOKIE, json.dumps(claims)).decode()
    context.add_cookies([{"name": COOKIE, "value": old, "url": address}])
    assert cookie.get("httpOnly") and cookie.get("sameSite") == "Lax"
    for _ in range(2):
        page.reload()
        expect(
            page.get_by_text(re.compile("signed out because|You are signed out"))
        ).to_be_visible()
        expect(page.get_by_text("Explore", exact=True)).to_have_count(0)


def test_expired_token_ends_an_open_page_by_itself(
    context: BrowserContext, module_county: Database
) -> None:
    with (
        running_provider(seconds=12) as provider,
        running_with_sign_in(
            module_county, provider, WARDLIGHT_IDLE_LIMIT_MINUTES="0.15"
        ) as address,
    ):
        page = sign_in(context, address, "greta")
        expect(page.get_by_text("Greta Groups: signed in.")).to_be_visible()
        # Nobody touches it: the page looks after itself.
        expect_door_eventually(page)
        page.reload()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def expect_door_eventually(page: Page) -> None:
    ended = page.get_by_text(re.compile("signed out because nothing happened|has expired"))
    expect(ended).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Explore", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    "path", ["/geometry/ward/current.geojson", "/basemap/style.json", "/media/anything.csv"]
)
def test_nothing_beside_the_pages_is_sent_without_a_session(address: str, path: str) -> None:
    assert status_of(address, path) == 401
    assert status_of(address, path, f"{COOKIE}=nonsense") == 401


def test_inside_of_the_server_is_not_told(address: str) -> None:
    assert status_of(address, "/_stcore/metrics") == 404
    assert status_of(address, "/_stcore/agent/openapi.json") == 404
