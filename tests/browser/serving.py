"""Start the application on a free port and look at it with Chromium."""

import math
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WATCH_FRAMES = """
window.__gl = {first: null, last: null, count: 0};
for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    const now = performance.now();
    window.__gl.first ??= now;
    window.__gl.last = now;
    window.__gl.count += 1;
    return draw.apply(this, given);
  };
}
"""


def find_chromium() -> str | None:
    """Find an installed Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def free_port() -> int:
    """Give a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_app(
    database_url: str,
    seconds: float = 120,
    *,
    port: int | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[str]:
    """Run the server on a free port until it answers; give its address."""
    port = port or free_port()
    code = f"from dashboard.server import serve; serve(port={port})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "WARDLIGHT_DATABASE_URL": database_url, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, time.monotonic() + seconds)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], deadline: float) -> None:
    while time.monotonic() < deadline:
        if process.poll() is not None:
            output = process.stdout.read().decode() if process.stdout else ""
            raise RuntimeError(f"the server stopped: {output[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("the server did not answer in time")


def launch(playwright: Playwright) -> Browser:
    """Launch the installed Chromium."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))


def open_page(browser: Browser) -> Page:
    """Open a page of a small laptop that counts drawn frames."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(WATCH_FRAMES)
    page.set_default_timeout(20_000)
    return page


def wait_for_map(page: Page) -> None:
    """Wait until the page has run and its map has drawn nothing new for half a second."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_function(
        "window.__gl.first !== null && performance.now() - window.__gl.last > 500"
    )


def map_point(
    page: Page, view: dict[str, float], longitude: float, latitude: float
) -> tuple[float, float]:
    """Give where on the screen a place of the map is, for a view of the deck."""
    box = page.get_by_test_id("stDeckGlJsonChart").bounding_box()
    assert box
    world = 512 * 2 ** view["zoom"]

    def down(lat: float) -> float:
        return 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)

    x = (longitude - view["longitude"]) / 360 * world
    y = (down(latitude) - down(view["latitude"])) * world
    return box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y
