"""Time the call check on 500,000 incidents: p50, p95, p99 and worst of random look-ups by kind.

Run: python -m tests.benchmarks.measure_call_check [--incidents 500000] [--looks 300]
It makes a SQLite file and a database on a PostgreSQL server of its own, fills both alike and
removes them. Every look includes its line in the audit log; the server does not sync to disk.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dashboard.permissions import Actor, Role, acting_as
from dashboard.services.call_check import check_call
from geodata import settings
from geodata.store.database import Database, open_database, upgrade
from geodata.store.repeats import read_repeat_frame
from tests.benchmarks.call_records import LAST_DAY, CallRecords, write_call_records
from tests.postgresql_server import find_programs, start_server

PLACES = 60_000
SOMEBODY = Actor("test:measure", "Measure", frozenset({Role.SERGEANT}))


def misspell(rng: np.random.Generator, address: str) -> str:
    """Swap two letters of the road's name, as a hasty hand does."""
    at = int(rng.integers(4, 10))
    return address[:at] + address[at + 1] + address[at] + address[at + 2 :]


def typed_of_kinds(held: CallRecords, rng: np.random.Generator) -> dict[str, Callable[[], str]]:
    """Give for each kind of look-up what draws one; places are drawn as incidents fall."""

    def address() -> str:
        return str(held.addresses[rng.choice(held.place_of_incident)])

    return {
        "address": lambda: address().upper().replace(" ROAD", " RD"),
        "address misspelt": lambda: misspell(rng, address()),
        "postcode": lambda: address().rpartition(", ")[2],
        "phone": lambda: str(rng.choice(held.phones)),
        "incident": lambda: str(rng.choice(held.incident_ids)),
        "case": lambda: str(rng.choice(held.case_ids)),
        "call": lambda: str(rng.choice(held.call_ids)),
    }


def time_looks(database: Database, draw: Callable[[], str], looks: int) -> np.ndarray:
    """Time some look-ups of one kind, in milliseconds."""
    found = []
    with acting_as(SOMEBODY):
        for _ in range(looks):
            typed = draw()
            start = time.perf_counter()
            check_call(database, typed, "call_handling", today=LAST_DAY)
            found.append((time.perf_counter() - start) * 1_000)
    return np.array(found)


def measure(database: Database, name: str, incidents: int, looks: int) -> None:
    """Fill a database and print its table."""
    rng = np.random.default_rng(2026)
    upgrade(database)
    start = time.perf_counter()
    held = write_call_records(rng, database, incidents, PLACES)
    _say(f"\n{name}: {incidents:,} incidents, filled in {time.perf_counter() - start:.0f} s")
    _say(f"{'look-up by':18}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'worst ms':>10}")
    for kind, draw in typed_of_kinds(held, rng).items():
        times = time_looks(database, draw, looks)
        p50, p95, p99 = np.percentile(times, (50, 95, 99))
        _say(f"{kind:18}{p50:9.0f}{p95:9.0f}{p99:9.0f}{times.max():10.0f}")
    start = time.perf_counter()
    read_repeat_frame(database)
    _say(f"{'(whole table read)':18}{(time.perf_counter() - start) * 1_000:9.0f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure both databases and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=500_000)
    parser.add_argument("--looks", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WARDLIGHT_KEY_FILE"] = str(Path(folder) / "keys")
        settings.get_settings.cache_clear()
        sqlite = open_database(f"sqlite:///{folder}/calls.sqlite3")
        measure(sqlite, "SQLite", given.incidents, given.looks)
        sqlite.engine.dispose()
        programs = find_programs()
        if programs is None:
            _say("\nPostgreSQL is not installed here.")
            return
        with start_server(programs) as server:
            server.execute("CREATE DATABASE calls")
            database = open_database(server.url("calls"))
            measure(database, "PostgreSQL", given.incidents, given.looks)
            database.engine.dispose()


if __name__ == "__main__":
    main()
