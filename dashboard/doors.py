"""What every request passes before Streamlit sees it: the address asked for, and the session.

Pages look after themselves, since Streamlit runs them with the user of their connection. All
else that carries something, such as boundaries, downloads and uploads, is checked here.
"""

import datetime as dt

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.cookies import read_claims
from dashboard.provider import Provider
from dashboard.services import sessions
from geodata.errors import UserFacingError

BEHIND_SIGN_IN = ("/geometry/", "/basemap/", "/media/", "/_stcore/upload_file/")
NOT_SERVED = ("/_stcore/metrics", "/_stcore/agent")
"""Streamlit's own paths that tell about its inside and that nothing here uses."""

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class SessionDoor:
    """Refuse what needs a session to requests without a good one."""

    def __init__(self, app: ASGIApp, provider: Provider | None) -> None:
        self.app = app
        self.provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 401 or 404."""
        path = scope.get("path", "")
        answer: Response | None = None
        if scope["type"] == "http" and path.startswith(NOT_SERVED):
            answer = Response("Not here.", status_code=404)
        elif scope["type"] == "http" and self.provider and path.startswith(BEHIND_SIGN_IN):
            request = Request(scope)
            if not await anyio.to_thread.run_sync(has_session, request, self.provider):
                answer = Response("Sign in to go on.", status_code=401)
        if answer is None:
            await self.app(scope, receive, send)
        else:
            answer.headers["Cache-Control"] = "no-store"
            await answer(scope, receive, send)


def has_session(request: Request, provider: Provider) -> bool:
    """Say whether a request carries a sign-in that is good now; asking is no use of it."""
    now = dt.datetime.now(dt.UTC)
    try:
        database = sessions.session_database()
        sessions.find_session(database, provider, read_claims(request), now, touch=False)
    except UserFacingError:
        return False
    return True


class SecureCookies:
    """Mark every cookie Secure, which Streamlit leaves out, and keep browsers to TLS."""

    HEADER = (b"strict-transport-security", b"max-age=31536000")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and mark the cookies of its answer."""

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [mark_secure(name, text) for name, text in message["headers"]]
                message["headers"] = [*headers, self.HEADER]
            await send(message)

        await self.app(scope, receive, send_marked if scope["type"] == "http" else send)


def mark_secure(name: bytes, text: bytes) -> tuple[bytes, bytes]:
    """Give a header, with Secure added if it sets a cookie without it."""
    attributes = [part.strip().lower() for part in text.split(b";")]
    if name.lower() == b"set-cookie" and b"secure" not in attributes:
        return name, text + b"; Secure"
    return name, text
