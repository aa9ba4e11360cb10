"""Stored runs of forecasts and back-tests: asked for, followed, cancelled, and read again.

A run goes from queued to running to done, failed or cancelled, and never back. At most one run
of a kind and scope is unfinished at any time; the database itself holds to that, so that two
people who press the button together start one job.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import JobError
from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.models import AnalysisRun, ForecastCell

KINDS = {"forecast": "forecast", "backtest": "back-test"}
STATUSES = ("queued", "running", "done", "failed", "cancelled")
CELL_COLUMNS = ("x", "y", "expected", "low", "high")
STOPPED = "The job stopped without saying why; its process is gone."
_COLUMNS = (
    "id, kind, scope, horizon, method, status, requested_at, requested_by, started_at, seen_at, "
    "finished_at, process, cancel_requested, doing, done, total, data_version, parameters, seed, "
    "result, error"
)


@dataclass(frozen=True)
class Run:
    """One run as it is stored.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    scope : str
        The force or council that it is about.
    horizon : str
        How far ahead, such as '7 days' or '1 month'.
    method : str
        The predictor whose result counts; empty until it is known.
    status : str
        One of `STATUSES`.
    requested_at, started_at, seen_at, finished_at : Timestamp, UTC
        ``seen_at`` is the last sign of life of a running job; NaT where it has not happened.
    process : str
        Which process works on it, in the words of whoever started it.
    doing, done, total : str, int, int
        How far it is.
    data_version : str
        What was held when it was asked for.
    parameters : dict
        Settings of the run.
    result : str
        JSON of the finding; empty until done.
    error : str
        Why it failed.
    """

    id: int
    kind: str
    scope: str
    horizon: str
    method: str
    status: str
    requested_at: pd.Timestamp
    requested_by: str
    started_at: pd.Timestamp
    seen_at: pd.Timestamp
    finished_at: pd.Timestamp
    process: str
    cancel_requested: bool
    doing: str
    done: int
    total: int
    data_version: str
    parameters: dict[str, Any]
    seed: int
    result: str
    error: str

    @property
    def is_unfinished(self) -> bool:
        """True while it waits or runs."""
        return self.status in ("queued", "running")


def start_run(
    database: Database,
    *,
    kind: str,
    scope: str,
    horizon: str,
    parameters: dict[str, Any],
    seed: int,
    data_version: str,
    requested_by: str,
) -> int:
    """Ask for a run; it waits in the queue until a process takes it.

    Returns
    -------
    int
        Id of the run.

    Raises
    ------
    JobError
        If a run of this kind and scope is not finished yet.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}, got {kind!r}")
    values = {
        "kind": kind,
        "scope": scope,
        "horizon": horizon,
        "method": "",
        "status": "queued",
        "requested_at": _now(),
        "requested_by": requested_by,
        "process": "",
        "cancel_requested": False,
        "doing": "Waiting to start",
        "done": 0,
        "total": 0,
        "data_version": data_version,
        "parameters": json.dumps(parameters),
        "seed": seed,
        "result": "",
        "error": "",
    }
    try:
        with database.begin() as connection:
            result = connection.execute(sa.insert(table_of(AnalysisRun)).values(values))
    except sa.exc.IntegrityError:
        raise JobError(
            f"A {KINDS[kind]} of {scope} is running already.",
            "Only one can run at a time.",
            "Wait until it has finished, or cancel it.",
        ) from None
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def claim_run(database: Database, run_id: int, process: str) -> Run:
    """Take a queued run; exactly one process gets it.

    Raises
    ------
    JobError
        If there is no such run, or it does not wait any more.
    """
    now = _now()
    taken = _change(
        database, run_id, ("queued",), status="running", started_at=now, seen_at=now,
        process=process, doing="Reading incidents",
    )  # fmt: skip
    if not taken:
        raise JobError(
            f"Run {run_id} does not wait to be started.",
            "It was cancelled, or another process works on it.",
            "Start a new run.",
        )
    return read_run(database, run_id)


def update_progress(database: Database, run_id: int, doing: str, done: int, total: int) -> None:
    """Say how far a running job is; doubles as its sign of life.

    Raises
    ------
    JobError
        If it was cancelled, or is held to have stopped: the job should then stop.
    """
    going = _change(
        database, run_id, ("running",), doing=doing, done=done, total=total, seen_at=_now()
    )
    if not going or is_cancel_requested(database, run_id):
        raise JobError("The job was cancelled.", "", "Start it again when you want it.")


def finish_run(
    database: Database,
    run_id: int,
    *,
    result: str,
    method: str = "",
    cells: pd.DataFrame | None = None,
) -> None:
    """Store what a running job found.

    Parameters
    ----------
    database : Database
    run_id : int
    result : str
        JSON of the finding.
    method : str
        The predictor whose result counts.
    cells : DataFrame, optional
        Cells of a forecast with `CELL_COLUMNS`, highest first.

    Raises
    ------
    JobError
        If the run is not running any more; nothing is stored then.
    """
    table = table_of(AnalysisRun)
    with database.begin() as connection:
        done = connection.execute(
            sa.update(table)
            .where(table.c.id == run_id, table.c.status == "running")
            .values(status="done", finished_at=_now(), result=result, method=method,
                    done=table.c.total, doing="")
        )  # fmt: skip
        if not done.rowcount:
            raise JobError(
                "The run was ended before its result came.", "", "Start it again if you need it."
            )
        if cells is not None:
            rows = cells[list(CELL_COLUMNS)].astype(float)
            rows = rows.assign(run_id=run_id, rank=range(1, len(rows) + 1))
            database.write_frame(connection, table_of(ForecastCell), rows)


def fail_run(database: Database, run_id: int, error: str, *, cancelled: bool = False) -> None:
    """End an unfinished run without a result; a finished one stays as it is.

    Parameters
    ----------
    database : Database
    run_id : int
    error : str
        Why, in words for a user; never a value of the data.
    cancelled : bool, default False
        Whether somebody asked for the end.
    """
    _change(
        database, run_id, ("queued", "running"), error=error, finished_at=_now(),
        status="cancelled" if cancelled else "failed",
    )  # fmt: skip


def request_cancel(database: Database, run_id: int) -> None:
    """Ask an unfinished run to stop: at once if it waits, else at its next sign of life."""
    waiting = _change(
        database, run_id, ("queued",), status="cancelled", finished_at=_now(), error="Cancelled."
    )
    if not waiting:
        _change(database, run_id, ("running",), cancel_requested=True)


def is_cancel_requested(database: Database, run_id: int) -> bool:
    """Say whether somebody asked the run to stop."""
    frame = database.read_frame(
        "SELECT COUNT(*) AS n FROM analysis_runs WHERE id = ? AND cancel_requested", run_id
    )
    return int(frame["n"].iloc[0]) > 0


def fail_stopped_runs(database: Database, is_alive: Callable[[Run], bool]) -> list[int]:
    """Mark unfinished jobs whose process is gone, or never came, as failed.

    Parameters
    ----------
    database : Database
    is_alive : callable
        Says of an unfinished `Run` whether a process still works on it, or may yet take it.

    Returns
    -------
    list of int
        The runs that were marked.
    """
    unfinished = _read(database, "status IN ('queued', 'running')")
    gone = [run.id for run in unfinished if not is_alive(run)]
    for run_id in gone:
        fail_run(database, run_id, STOPPED)
    return gone


def read_run(database: Database, run_id: int) -> Run:
    """Read one run.

    Raises
    ------
    JobError
        If it is not held.
    """
    found = _read(database, "id = ?", run_id)
    if not found:
        raise JobError(f"Run {run_id} is not held.", "", "Start a new run.")
    return found[0]


def read_runs(database: Database, kind: str, scope: str, limit: int = 10) -> list[Run]:
    """Read the newest runs of a kind and scope, newest first."""
    return _read(database, "kind = ? AND scope = ?", kind, scope, limit=limit)


def read_latest_run(database: Database, kind: str, scope: str, horizon: str = "") -> Run | None:
    """Read the newest finished run of a kind and scope, of one horizon or of any."""
    if horizon:
        where = "kind = ? AND scope = ? AND status = 'done' AND horizon = ?"
        found = _read(database, where, kind, scope, horizon, limit=1)
    else:
        found = _read(database, "kind = ? AND scope = ? AND status = 'done'", kind, scope, limit=1)
    return found[0] if found else None


def read_unfinished_run(database: Database, kind: str, scope: str) -> Run | None:
    """Read the run of a kind and scope that waits or runs."""
    where = "kind = ? AND scope = ? AND status IN ('queued', 'running')"
    found = _read(database, where, kind, scope, limit=1)
    return found[0] if found else None


def read_forecast_cells(database: Database, run_id: int) -> pd.DataFrame:
    """Read the stored cells of a forecast, highest first: rank and `CELL_COLUMNS`."""
    return database.read_frame(
        f"SELECT rank, {', '.join(CELL_COLUMNS)} FROM forecast_cells WHERE run_id = ? "
        "ORDER BY rank",
        run_id,
    )


def _read(database: Database, where: str, *values: str | int, limit: int = 100) -> list[Run]:
    frame = database.read_frame(
        f"SELECT {_COLUMNS} FROM analysis_runs WHERE {where} ORDER BY id DESC LIMIT {int(limit)}",
        *values,
    )
    for name in ("requested_at", "started_at", "seen_at", "finished_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    frame["cancel_requested"] = frame["cancel_requested"].astype(bool)
    return [
        Run(**{**row, "parameters": json.loads(row["parameters"])})
        for row in ({str(k): v for k, v in row.items()} for row in frame.to_dict("records"))
    ]


def _change(database: Database, run_id: int, statuses: tuple[str, ...], **values: object) -> bool:
    table = table_of(AnalysisRun)
    with database.begin() as connection:
        result = connection.execute(
            sa.update(table)
            .where(table.c.id == run_id, table.c.status.in_(statuses))
            .values(values)
        )
    return bool(result.rowcount)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
