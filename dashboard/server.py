"""The web server: Streamlit as an ASGI application with our headers and one extra route.

The route hands out boundary geometry only, once and cacheable. Incidents never leave by a
route: they travel inside the page's own connection.
"""

import base64
import gzip
import hashlib
import importlib
import os
import re
import threading
import tomllib
import webbrowser
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio.to_thread
import streamlit
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config as streamlit_config
from streamlit.logger import set_log_level
from streamlit.starlette import App

from dashboard.doors import LOOPBACK_NAMES, SecureCookies, SessionDoor
from dashboard.permissions import acting_as, system_actor
from dashboard.provider import Provider, is_loopback, read_provider
from dashboard.services.geometry import follow_wards, simplify_areas, to_geojson
from geodata.codes import AREA_KINDS
from geodata.errors import UnknownAreaError, UserFacingError
from geodata.settings import get_settings
from geodata.store.areas import read_areas
from geodata.store.database import open_database

ENTRY = Path(__file__).parent / "app.py"
CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"
CURRENT = "current"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Maps need 'unsafe-eval' (deck.gl compiles shaders and expressions); nothing else is let in.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{tiles}; "
    "connect-src 'self' blob: data:{tiles}; worker-src 'self' blob:; child-src blob:; "
    "font-src 'self' data:; frame-ancestors 'none'; object-src 'none'; base-uri 'self'"
)


class SecurityHeaders:
    """Add the security headers to every answer."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), text.encode()) for name, text in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and put the headers on its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def security_headers(tile_url: str = "") -> dict[str, str]:
    """Give the headers; a basemap's host is let in only if the settings name one."""
    host = "/".join(tile_url.split("/")[:3])
    policy = POLICY.format(tiles=f" {host}" if host else "", scripts=_inline_scripts())
    return {**HEADERS, "Content-Security-Policy": policy}


def _inline_scripts() -> str:
    """Give the hashes of the scripts inside Streamlit's own page, which change by release."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


@lru_cache(maxsize=16)
def packed_geometry(url: str, kind: str, edition: str, version: str) -> bytes:
    """Give simplified boundaries as gzipped GeoJSON; ``version`` tells one import from the next."""
    del version
    database = open_database(url)
    areas = read_areas(database, kind, None if edition == CURRENT else edition)
    simple = simplify_areas(areas, kind)
    if kind == "district" and edition == CURRENT:
        simple = follow_wards(simple, simplify_areas(read_areas(database, "ward"), "ward"))
    return gzip.compress(to_geojson(simple), compresslevel=6)


async def serve_geometry(request: Request) -> Response:
    """Answer ``/geometry/<kind>/<edition>.geojson?v=<data version>``."""
    kind, edition = request.path_params["kind"], request.path_params["edition"]
    if kind not in AREA_KINDS:
        return Response("No such kind of area.", status_code=404)
    url, version = get_settings().database_url, request.query_params.get("v", "")[:80]
    try:
        body = await anyio.to_thread.run_sync(packed_geometry, url, kind, edition, version)
    except UnknownAreaError as error:
        return Response(error.title, status_code=404)
    return Response(
        body,
        media_type="application/geo+json",
        headers={
            "Content-Encoding": "gzip",
            "Cache-Control": f"{_reach()}, max-age=31536000, immutable",
        },
    )


def _reach() -> str:
    """Say who may keep an answer: behind sign-in only the reader's own browser."""
    return "public" if read_provider() is None else "private"


def build_app() -> App:
    """Build the ASGI application."""
    provider = read_provider()
    return App(
        ENTRY,
        secrets=provider.secrets() if provider else None,
        routes=[
            Route("/geometry/{kind}/{edition}.geojson", serve_geometry),
            Route("/basemap/style.json", serve_basemap),
        ],
        middleware=list_middleware(provider),
    )


def list_middleware(provider: Provider | None) -> list[Middleware]:
    """List what wraps Streamlit, its own cookies included, from the outside in."""
    found = [
        Middleware(SecurityHeaders, headers=security_headers(get_settings().tile_url)),
        Middleware(SessionDoor, provider=provider),
    ]
    if provider is None:
        # A page elsewhere whose name is bent to this computer gets no further than its name.
        found.append(Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_NAMES)))
    elif provider.is_https:
        found.append(Middleware(SecureCookies))
    return found


async def serve_basemap(request: Request) -> Response:
    """Answer the map style that draws the raster tiles of the settings, or 404 without any."""
    del request
    tile_url = get_settings().tile_url
    if not tile_url:
        return Response("No basemap is set.", status_code=404)
    source = {"type": "raster", "tiles": [tile_url], "tileSize": 256}
    layer = {"id": "tiles", "type": "raster", "source": "tiles"}
    return JSONResponse({"version": 8, "sources": {"tiles": source}, "layers": [layer]})


def apply_config(path: Path = CONFIG) -> None:
    """Use the options of ``.streamlit/config.toml`` from whichever folder one starts."""
    options: dict[str, dict[str, Any]] = tomllib.loads(path.read_text()) if path.exists() else {}
    for section, values in options.items():
        for name, value in values.items():
            streamlit_config.set_option(f"{section}.{name}", value)


class OpenDoorError(UserFacingError):
    """Others could reach Wardlight, and it would not know who they are."""


def require_sign_in(host: str) -> None:
    """Refuse to listen where others can reach it unless a sign-in provider is configured.

    Raises
    ------
    OpenDoorError
    """
    if read_provider() is None and not is_loopback(host):
        raise OpenDoorError(
            "Wardlight does not open to others without sign-in.",
            f"It was asked to listen on {host}, and no sign-in provider is configured.",
            "Set WARDLIGHT_OIDC_METADATA_URL and the settings beside it, or leave out --host.",
        )


def serve(
    database_url: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8501,
    open_browser: bool = False,
) -> None:
    """Serve the application until it is stopped.

    Parameters
    ----------
    database_url : str, optional
        Where the data are; default from the settings.
    host : str, default '127.0.0.1'
        Address to listen on; any but this computer's own needs sign-in.
    port : int, default 8501
        Port to listen on.
    open_browser : bool, default False
        Whether to open the user's browser on the application.

    Raises
    ------
    OpenDoorError
        If others could reach the application and no sign-in is set up.
    """
    if database_url:
        os.environ["WARDLIGHT_DATABASE_URL"] = database_url
        get_settings.cache_clear()
    require_sign_in(host)
    apply_config()
    streamlit_config.set_option("server.address", host)
    streamlit_config.set_option("server.port", port)
    _warm_up()
    if open_browser:
        # A second later the server listens.
        threading.Timer(1.0, webbrowser.open, [f"http://{host}:{port}"]).start()
    uvicorn.run(build_app(), host=host, port=port, log_level="warning", ws="auto")


def _warm_up() -> None:
    """Pack the boundaries and load the screens' libraries before the first visitor waits."""
    set_log_level(streamlit_config.get_option("logger.level").upper())
    importlib.import_module("dashboard.components.mapping")
    importlib.import_module("dashboard.components.charts")
    try:
        with acting_as(system_actor("warm-up")):
            loading = importlib.import_module("dashboard.loading")
            version = loading.version()
            loading.held(version)
            for kind in loading.kinds_held(version):
                loading.areas(kind, version)
                packed_geometry(get_settings().database_url, kind, CURRENT, version)
    except UserFacingError:
        return  # The pages say what is wrong and what to do.
    # Seconds of work: it goes on while the first visitor reads the first page.
    threading.Thread(target=_warm_pages, args=(loading, version), daemon=True).start()


def _warm_pages(loading: ModuleType, version: str) -> None:
    try:
        with acting_as(system_actor("warm-up")):
            loading.warm_hotspots(version)
            loading.warm_worry(version)
            loading.repeat_data(loading.repeats_version(version))
            if loading.released_periods(version):
                loading.released_repeats(version)
    except UserFacingError:
        return
