"""A job as a process of its own: followed through the store, cancelled, and killed."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import jobs
from dashboard.services import forecasts, running
from dashboard.services.forecasts import Ask
from geodata.county import load_county
from geodata.sources.demo import build_county
from geodata.store import runs
from geodata.store.database import Database
from geodata.store.status import read_forces

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]


@pytest.fixture
def county(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    load_county(
        sqlite_database, build_county(incidents_per_year=1_500, years=2), imported_by="tests"
    )
    return sqlite_database


def wait_until(is_so: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_forecast_is_made_by_another_process(county: Database) -> None:
    force = read_forces(county)[0]
    run_id = running.start(county, Ask("forecast", force, cell_m=500.0), "tests")
    wait_until(lambda: not runs.read_run(county, run_id).is_unfinished)
    run = runs.read_run(county, run_id)
    assert run.status == "done", run.error
    assert f"|{os.getpid()}|" not in run.process
    stored = forecasts.read_forecast(county, force)
    assert stored and len(stored.cells)


def test_backtest_is_cancelled_and_a_killed_one_is_noticed(county: Database) -> None:
    force = read_forces(county)[0]
    ask = Ask("backtest", force, cell_m=500.0, folds=12)
    run_id = running.start(county, ask, "tests")
    wait_until(lambda: runs.read_run(county, run_id).status == "running")
    running.cancel(county, run_id)
    wait_until(lambda: not runs.read_run(county, run_id).is_unfinished)
    assert runs.read_run(county, run_id).status == "cancelled"

    again = running.start(county, ask, "tests")
    wait_until(lambda: runs.read_run(county, again).status == "running")
    run = runs.read_run(county, again)
    assert running.is_alive(run)
    os.kill(int(run.process.split("|")[1]), signal.SIGKILL)
    wait_until(lambda: jobs.is_process_alive(run.process) is False)
    assert running.follow(county, "backtest", force) is None
    assert runs.read_run(county, again).status == "failed"
