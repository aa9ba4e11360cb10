"""What requests beside the pages meet: sign-in, loopback, Secure cookies, Streamlit's cookie."""

import json
import subprocess
import sys
from collections.abc import Iterator

import anyio
import pytest
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit.web.server.starlette import starlette_auth_routes
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard import server
from dashboard.cookies import read_claims
from dashboard.doors import SecureCookies, SessionDoor, mark_secure
from dashboard.provider import Provider
from tests.conftest import ROOT

SECRET = "0123456789abcdef" * 2
COOKIE = "_streamlit_user"
CLAIMS = {"is_logged_in": True, "sub": "anna", "iat": 1, "exp": 2}


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Streamlit sign with a known secret."""
    monkeypatch.setattr(starlette_auth_routes, "get_cookie_secret", lambda: SECRET)
    yield


def request_with(cookie: str) -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


def cookie_of(secret: str, claims: object) -> str:
    return f"{COOKIE}={create_signed_value(secret, COOKIE, json.dumps(claims)).decode()}"


def test_streamlits_cookie_is_read_as_streamlit_writes_it(signed: None) -> None:
    assert read_claims(request_with(cookie_of(SECRET, CLAIMS))) == CLAIMS


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=", f"{COOKIE}=nonsense", "other=1"])
def test_missing_or_broken_cookie_says_nothing(signed: None, cookie: str) -> None:
    assert read_claims(request_with(cookie)) == {}


def test_cookie_under_another_secret_says_nothing(signed: None) -> None:
    assert read_claims(request_with(cookie_of("guessed", CLAIMS))) == {}
    assert read_claims(request_with(cookie_of(SECRET, ["no", "claims"]))) == {}


def test_cookie_of_another_name_does_not_pass_for_the_sign_in(signed: None) -> None:
    other = create_signed_value(SECRET, "_xsrf", json.dumps(CLAIMS)).decode()
    assert read_claims(request_with(f"{COOKIE}={other}")) == {}


def test_cookies_are_marked_secure_once() -> None:
    assert mark_secure(b"Set-Cookie", b"a=1; HttpOnly") == (b"Set-Cookie", b"a=1; HttpOnly; Secure")
    assert mark_secure(b"set-cookie", b"a=1; secure") == (b"set-cookie", b"a=1; secure")
    assert mark_secure(b"set-cookie", b"secure_a=secure")[1].endswith(b"; Secure")
    assert mark_secure(b"content-type", b"text/plain") == (b"content-type", b"text/plain")


def provider_at(redirect_uri: str) -> Provider:
    return Provider("https://sign-in.example", "wardlight", redirect_uri, "secret", SECRET)


def test_cookies_of_a_whole_answer_are_marked_behind_tls() -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = PlainTextResponse("here")
        response.set_cookie("_streamlit_user", "signed", httponly=True)
        response.set_cookie("session", "state")
        await response(scope, receive, send)

    sent: list[Message] = []

    async def ask() -> None:
        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        await SecureCookies(answer)({"type": "http"}, receive, send)

    anyio.run(ask)
    headers = sent[0]["headers"]
    cookies = [text for name, text in headers if name == b"set-cookie"]
    assert len(cookies) == 2 and all(b"; Secure" in text for text in cookies)
    assert (b"strict-transport-security", b"max-age=31536000") in headers


@pytest.mark.parametrize(
    ("redirect_uri", "has", "lacks"),
    [
        ("https://wardlight.example/oauth2callback", SecureCookies, TrustedHostMiddleware),
        ("http://127.0.0.1:8501/oauth2callback", SessionDoor, SecureCookies),
        (None, TrustedHostMiddleware, SecureCookies),
    ],
)
def test_what_wraps_the_application(redirect_uri: str | None, has: type, lacks: type) -> None:
    found = server.list_middleware(provider_at(redirect_uri) if redirect_uri else None)
    kinds = [middleware.cls for middleware in found]
    assert {has, SessionDoor, server.SecurityHeaders} <= set(kinds) and lacks not in kinds


ORDER = """
from dashboard.server import build_app
print(*(found.cls.__name__ for found in build_app()._build_starlette_app().user_middleware))
"""


def test_streamlits_own_middleware_lies_inside_ours() -> None:
    # Its session cookie, which holds the state of a sign-in under way, must be marked too.
    # A process of its own, since building the application leaves a runtime behind.
    done = subprocess.run(
        [sys.executable, "-c", ORDER], cwd=ROOT, capture_output=True, text=True, check=True
    )
    kinds = done.stdout.split()
    assert kinds.index("SessionMiddleware") > kinds.index("SessionDoor")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_this_computer_needs_no_sign_in(host: str) -> None:
    server.require_sign_in(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.9", "county-server", ""])
def test_other_addresses_are_refused_without_sign_in(host: str) -> None:
    with pytest.raises(server.OpenDoorError) as refused:
        server.require_sign_in(host)
    assert "WARDLIGHT_OIDC_METADATA_URL" in refused.value.next_step
