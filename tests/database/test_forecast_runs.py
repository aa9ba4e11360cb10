"""Runs made by a stand-in model: stored, read again, cancelled, failed; no model is fitted here."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.services import forecasts, running
from dashboard.services.forecasts import Ask, Tools
from geodata.county import load_county
from geodata.errors import ForecastBlockedError, JobError
from geodata.grids import Grid, cover_points
from geodata.sources.demo import build_county
from geodata.store import runs
from geodata.store.database import Database
from geodata.store.status import read_forces


@pytest.fixture(scope="module")
def tiny_county():
    return build_county(incidents_per_year=1_000, years=2)


@pytest.fixture
def county(database: Database, tiny_county) -> Database:
    load_county(database, tiny_county, imported_by="tests")
    return database


@dataclass(frozen=True)
class StandInForecast:
    """Ranks cells by what they held, which is all that storing needs."""

    grid: Grid
    expected: np.ndarray
    method: str = "count_12_months"
    shown: bool = False
    verdict: str = "No better than last year's ranking here."
    at: str = "2026-01-01"
    until: str = "2026-01-07"
    notes: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, object]:
        return {"cells": len(self.grid)}

    @property
    def low(self) -> np.ndarray:
        return self.expected * 0

    @property
    def high(self) -> np.ndarray:
        return self.expected + 3

    def top(self, coverage: float) -> np.ndarray:
        return np.argsort(-self.expected, kind="stable")[: max(1, round(coverage * len(self.grid)))]


def stand_in_forecast(events: pd.DataFrame, region, *, at, cell_m, **_) -> StandInForecast:
    assert region is not None and region.area > 0
    assert not set(events.columns) - {"x_m", "y_m", "occurred_at", "month"}
    assert pd.Timestamp(at) > events["occurred_at"].max()
    grid = cover_points(events["x_m"], events["y_m"], cell_m)
    return StandInForecast(grid, grid.count(events["x_m"], events["y_m"]))


def ask(database: Database, kind: str = "forecast", **more) -> Ask:
    return Ask(kind, forecasts.choose_force(read_forces(database), None), **more)


def test_forecast_is_stored_with_what_it_was_made_from(county: Database) -> None:
    asked = ask(county, seed=7, cell_m=200.0)
    run_id = forecasts.ask_run(county, asked, "tests")
    said: list[str] = []
    run = running.work_on(
        county, run_id, lambda doing, *_: said.append(doing), Tools(forecast=stand_in_forecast)
    )
    assert run.status == "done" and run.seed == 7 and run.parameters["cell_m"] == 200.0
    assert Ask.of_run(run) == asked
    assert said
    stored = forecasts.read_forecast(county, asked.force)
    assert stored and stored.is_current and stored.run.horizon == "7 days"
    assert stored.said["shown"] is False and stored.said["cells"] >= len(stored.cells)
    assert stored.cells["expected"].is_monotonic_decreasing
    assert 0.04 < len(stored.cells) / stored.said["cells"] < 0.06
    with county.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO imports (source, file_name, content_hash, scope, rows_read, rows_stored, "
            "rows_refused, rows_left_out, imported_at, imported_by, is_synthetic, details) SELECT "
            "source, 'newer', 'newer', scope, 0, 0, 0, 0, imported_at, imported_by, is_synthetic, "
            "details FROM imports WHERE id = 1"
        )
    again = forecasts.read_forecast(county, asked.force)
    assert again and not again.is_current


def test_run_says_what_leaving_records_out_changed(county: Database) -> None:
    training = forecasts.prepare(county, ask(county)).training
    assert training.effect is not None
    assert training.effect.incidents_all > training.effect.incidents_kept
    said = forecasts._describe_training(training)["notes"]
    assert any("for their report channel changes" in note for note in said)


def test_cancelled_job_stops_at_its_next_step(county: Database, tmp_path: Path) -> None:
    def stand_in_backtest(events, region, *, progress, checkpoint, **_):
        assert checkpoint.is_dir()
        progress("Fold 1", 1, 12)
        runs.request_cancel(county, run_id)
        for fold in range(2, 13):
            progress(f"Fold {fold}", fold, 12)
        raise AssertionError("went on after it was cancelled")

    run_id = forecasts.ask_run(county, ask(county, "backtest"), "tests")
    with pytest.raises(JobError, match="cancelled"):
        running.work_on(county, run_id, None, Tools(stand_in_backtest, checkpoints=tmp_path))
    run = runs.read_run(county, run_id)
    assert run.status == "cancelled"
    forecasts.ask_run(county, ask(county, "backtest"), "tests")


def test_blocked_and_broken_jobs_say_why_and_hold_no_data(county: Database, tmp_path: Path) -> None:
    def blocked(*_, **__):
        raise ForecastBlockedError("Too many are unknown.", "40 of 100.", "Map the channel.")

    def broken(*_, **__):
        raise KeyError("12 High Street")

    for tool, kind, words in (
        (blocked, ForecastBlockedError, "Too many are unknown. 40 of 100. Map the channel."),
        (broken, KeyError, "The program failed (KeyError); the terminal shows where."),
    ):
        run_id = forecasts.ask_run(county, ask(county, "backtest"), "tests")
        with pytest.raises(kind):
            running.work_on(county, run_id, None, Tools(tool, checkpoints=tmp_path))
        run = runs.read_run(county, run_id)
        assert (run.status, run.error) == ("failed", words)


def test_job_whose_process_was_killed_gives_way_to_a_new_one(county: Database) -> None:
    asked = ask(county)
    run_id = forecasts.ask_run(county, asked, "tests")
    runs.claim_run(county, run_id, "elsewhere|1|1")
    running.mend_stopped(county)
    assert runs.read_run(county, run_id).status == "running"
    mark = running.jobs.mark_of_this_process()
    runs.fail_run(county, run_id, "ended")
    again = forecasts.ask_run(county, asked, "tests")
    runs.claim_run(county, again, mark.rpartition("|")[0] + "|0")
    running.mend_stopped(county)
    assert runs.read_run(county, again).status == "failed"
    assert forecasts.ask_run(county, asked, "tests") > again


def test_force_is_asked_for_where_several_are_held() -> None:
    assert forecasts.choose_force(["Kent Police"], None) == "Kent Police"
    with pytest.raises(JobError, match="Held: Essex Police, Kent Police"):
        forecasts.choose_force(["Essex Police", "Kent Police"], None)
    with pytest.raises(JobError, match="'Sussex' is not held"):
        forecasts.choose_force(["Kent Police"], "Sussex")
    with pytest.raises(JobError, match="wardlight demo"):
        forecasts.choose_force([], None)


def test_same_request_finds_its_finished_folds_again(county: Database, tmp_path: Path) -> None:
    asked = ask(county, "backtest")
    found = forecasts.checkpoint_folder(county, asked, tmp_path)
    assert found == forecasts.checkpoint_folder(county, forecasts.replace(asked, jobs=2), tmp_path)
    assert found != forecasts.checkpoint_folder(county, forecasts.replace(asked, seed=2), tmp_path)
    assert json.loads(json.dumps(asked.parameters))["cell_m"] == 150.0
