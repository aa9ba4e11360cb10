"""Runs are queued, taken once, followed, cancelled and read again, on both databases."""

import threading

import pandas as pd
import pytest

from geodata.errors import JobError
from geodata.store import runs
from geodata.store.database import Database

CELLS = pd.DataFrame(
    {"x": [75.0, 225.0], "y": [75.0, 75.0], "expected": [3.5, 1.25], "low": [1.0, 0.0],
     "high": [8.0, 4.0]}
)  # fmt: skip


def ask(database: Database, kind: str = "backtest", scope: str = "Kent Police", **more) -> int:
    given = {"horizon": "7 days", "parameters": {"cell_m": 150}, "seed": 1, "data_version": "3-3"}
    return runs.start_run(
        database, kind=kind, scope=scope, requested_by="tests", **{**given, **more}
    )


def test_run_goes_from_queue_to_result(database: Database) -> None:
    run_id = ask(database, "forecast")
    waiting = runs.read_unfinished_run(database, "forecast", "Kent Police")
    assert waiting and waiting.status == "queued" and pd.isna(waiting.started_at)
    assert runs.claim_run(database, run_id, "here:1").status == "running"
    runs.update_progress(database, run_id, "Fold 1", 1, 12)
    running = runs.read_run(database, run_id)
    assert (running.doing, running.done, running.total) == ("Fold 1", 1, 12)
    assert running.seen_at >= running.started_at >= running.requested_at
    assert runs.read_latest_run(database, "forecast", "Kent Police") is None

    runs.finish_run(database, run_id, result='{"a": 1}', method="ensemble", cells=CELLS)
    done = runs.read_latest_run(database, "forecast", "Kent Police", "7 days")
    assert done and done.result == '{"a": 1}' and done.method == "ensemble"
    assert done.parameters == {"cell_m": 150} and done.finished_at >= done.started_at
    stored = runs.read_forecast_cells(database, run_id)
    pd.testing.assert_frame_equal(stored[list(runs.CELL_COLUMNS)], CELLS)
    assert stored["rank"].tolist() == [1, 2]
    assert runs.read_latest_run(database, "forecast", "Kent Police", "28 days") is None
    assert runs.read_unfinished_run(database, "forecast", "Kent Police") is None


def test_second_run_of_one_kind_and_scope_is_refused(database: Database) -> None:
    first = ask(database)
    with pytest.raises(JobError, match="running already"):
        ask(database)
    ask(database, scope="Essex Police")
    ask(database, "forecast")
    runs.fail_run(database, first, "Too few incidents.")
    second = ask(database)
    assert [run.id for run in runs.read_runs(database, "backtest", "Kent Police")] == [
        second, first,
    ]  # fmt: skip
    assert runs.read_run(database, first).error == "Too few incidents."


def test_two_people_who_ask_together_start_one_run(database: Database) -> None:
    outcomes: list[str] = []

    def press() -> None:
        try:
            ask(database)
            outcomes.append("started")
        except JobError:
            outcomes.append("refused")

    people = [threading.Thread(target=press) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=30)
    assert sorted(outcomes) == ["refused"] * 3 + ["started"]


def test_run_is_taken_by_one_process_only(database: Database) -> None:
    run_id = ask(database)
    runs.claim_run(database, run_id, "here:1")
    with pytest.raises(JobError, match="does not wait"):
        runs.claim_run(database, run_id, "here:2")


def test_cancelled_run_hears_of_it_at_its_next_sign_of_life(database: Database) -> None:
    run_id = ask(database)
    runs.claim_run(database, run_id, "here:1")
    assert not runs.is_cancel_requested(database, run_id)
    runs.request_cancel(database, run_id)
    assert runs.is_cancel_requested(database, run_id)
    with pytest.raises(JobError, match="cancelled"):
        runs.update_progress(database, run_id, "Fold 2", 2, 12)
    runs.fail_run(database, run_id, "Cancelled.", cancelled=True)
    assert runs.read_run(database, run_id).status == "cancelled"
    with pytest.raises(JobError, match="ended before"):
        runs.finish_run(database, run_id, result="{}", cells=CELLS)
    assert runs.read_forecast_cells(database, run_id).empty


def test_waiting_run_is_cancelled_at_once(database: Database) -> None:
    run_id = ask(database)
    runs.request_cancel(database, run_id)
    assert runs.read_run(database, run_id).status == "cancelled"
    with pytest.raises(JobError):
        runs.claim_run(database, run_id, "here:1")


def test_run_whose_process_is_gone_is_marked_failed(database: Database) -> None:
    gone, alive = ask(database), ask(database, scope="a")
    runs.claim_run(database, gone, "gone")
    runs.claim_run(database, alive, "alive")
    assert runs.fail_stopped_runs(database, lambda run: run.process == "alive") == [gone]
    assert runs.read_run(database, gone).error == runs.STOPPED
    assert runs.read_run(database, alive).status == "running"


def test_run_that_is_not_held_and_unknown_kind_are_refused(database: Database) -> None:
    with pytest.raises(JobError, match="77"):
        runs.read_run(database, 77)
    with pytest.raises(ValueError, match="backtest"):
        ask(database, "guess")
