"""What the server sends beside pages: headers, boundaries, and a basemap only if one is set."""

import gzip
import json
from collections.abc import Awaitable, Callable

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import Response
from streamlit import config as streamlit_config

from dashboard import server
from geodata import settings
from geodata.store.database import Database

ERROR_OPTIONS = {"client.showErrorLinks": False, "client.showErrorDetails": "none"}


def get(answer: Callable[[Request], Awaitable[Response]], query: str = "", **path: str) -> Response:
    """Ask a route without a socket."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "path_params": path,
        "query_string": query.encode(),
        "headers": [(b"accept-encoding", b"gzip")],
    }
    return anyio.run(answer, Request(scope))


def use(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    settings.get_settings.cache_clear()


def test_boundaries_are_sent_once_and_hold_no_figures(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, "WARDLIGHT_DATABASE_URL", small_county_database.url)
    answer = get(server.serve_geometry, "v=1", kind="ward", edition="current")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    features = json.loads(gzip.decompress(answer.body))["features"]
    assert len(features) == 280
    assert set(features[0]["properties"]) <= {"i", "code", "name", "district"}
    assert get(server.serve_geometry, kind="person", edition="current").status_code == 404
    assert get(server.serve_geometry, kind="ward", edition="1999").status_code == 404


def test_no_basemap_unless_the_settings_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(server.serve_basemap).status_code == 404
    tiles = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    use(monkeypatch, "WARDLIGHT_TILE_URL", tiles)
    style = json.loads(get(server.serve_basemap).body)
    assert style["sources"]["tiles"]["tiles"] == [tiles]


def test_error_pages_offer_no_way_to_another_machine() -> None:
    kept = {name: streamlit_config.get_option(name) for name in ERROR_OPTIONS}
    try:
        server.apply_config()
        assert {name: streamlit_config.get_option(name) for name in ERROR_OPTIONS} == ERROR_OPTIONS
    finally:
        for name, value in kept.items():
            streamlit_config.set_option(name, value)


def test_content_policy_lets_in_only_this_machine_and_the_tile_host() -> None:
    plain = server.security_headers()["Content-Security-Policy"]
    assert "http" not in plain
    assert "'unsafe-inline'" not in plain.split("style-src")[0]
    tiled = server.security_headers("http://tiles.example/{z}/{x}/{y}.png")
    assert "http://tiles.example" in tiled["Content-Security-Policy"]
