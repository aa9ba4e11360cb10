"""Measure a map page in a real browser: first map, filter change to new map, bytes a rerun.

Run: python -m tests.benchmarks.measure_pages DATABASE_URL [--repeats 9] [--json]
     python -m tests.benchmarks.measure_pages DATABASE_URL --page "hotspots?ask=next" \
         --filter District
Chromium draws in software here, so times are near the worst a user will see.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.browser.serving import launch, open_page, running_app, wait_for_map

FORGET = "window.__gl.first = null; window.__changed = performance.now()"
NEW_COLOURS = "window.__gl.first !== null && performance.now() - window.__gl.last > 1500"


def measure_first_map(browser: Browser, address: str, where: str) -> float:
    """Seconds from opening the page to the first drawn frame of the map."""
    page = open_page(browser)
    page.goto(f"{address}/{where}", wait_until="commit")
    page.wait_for_function("window.__gl.first !== null")
    seconds = float(page.evaluate("window.__gl.first")) / 1000
    page.close()
    return seconds


def measure_changes(
    page: Page, count: Callable[[], int], repeats: int, label: str
) -> list[dict[str, float]]:
    """Change a filter and wait for the new map, again and again; the choices take turns.

    The map counts as new at the last frame drawn after the change, before 1.5 s without one,
    so that a late frame is not missed.
    """
    found = []
    box = page.get_by_role("combobox", name=re.compile(label))
    for turn in range(repeats):
        box.click()
        options = page.get_by_role("option")
        options.first.wait_for()
        option = options.nth(1 + turn % (options.count() - 1))
        before = count()
        page.evaluate(FORGET)
        option.click()
        page.wait_for_function(NEW_COLOURS)
        page.wait_for_function(
            "document.querySelector('[data-test-script-state=running]') === null"
        )
        drawn = page.evaluate("({first: __gl.first - __changed, last: __gl.last - __changed})")
        found.append(
            {
                "first_frame_s": drawn["first"] / 1000,
                "last_frame_s": drawn["last"] / 1000,
                "bytes": count() - before,
            }
        )
        time.sleep(0.3)
    return found


def measure(database_url: str, repeats: int, where: str, label: str) -> dict[str, float]:
    """Measure everything on one server and give the medians."""
    received = [0]

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.__setitem__(0, received[0] + len(frame)))

    with sync_playwright() as playwright, running_app(database_url) as address:
        browser = launch(playwright)
        cold = measure_first_map(browser, address, where)
        warm = [measure_first_map(browser, address, where) for _ in range(5)]
        page = open_page(browser)
        page.on("websocket", watch)
        page.goto(f"{address}/{where}")
        wait_for_map(page)
        changes = measure_changes(page, lambda: received[0], repeats, label)
        browser.close()
    last = [change["last_frame_s"] for change in changes]
    return {
        "first_map_after_start_s": round(cold, 2),
        "first_map_s": round(statistics.median(warm), 2),
        "filter_change_first_frame_s": round(
            statistics.median(change["first_frame_s"] for change in changes), 2
        ),
        "filter_change_new_map_s": round(statistics.median(last), 2),
        "filter_change_new_map_worst_s": round(max(last), 2),
        "websocket_kb_a_rerun": round(
            statistics.median(change["bytes"] for change in changes) / 1000, 1
        ),
        "repeats": repeats,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database_url", help="such as sqlite:///demo.sqlite3")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--page", default="map")
    parser.add_argument("--filter", default="Time of day")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.database_url, given.repeats, given.page, given.filter)
    if given.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for name, value in found.items():
            sys.stdout.write(f"{name:34} {value}\n")


if __name__ == "__main__":
    main()
