"""Make, store and read forecasts and back-tests; keys in, findings out, no screen.

A run is about one force, since recording differs between forces and a rule that holds for one
need not hold for another. Data that know only the month are forecast by the month.
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import platformdirs
import shapely

from analytics import prediction
from analytics.prediction import BacktestResult, ForecastResult
from analytics.prediction.exclusions import MOST_UNKNOWN, TrainingEvents, training_events
from dashboard.permissions import Permission, handed, needs
from dashboard.services.explore import MOST_STRAYS
from geodata.errors import JobError
from geodata.grids import make_grid
from geodata.store import runs
from geodata.store.areas import read_areas
from geodata.store.database import Database
from geodata.store.imports import data_version
from geodata.store.incidents import count_by_precision, read_incident_frame
from geodata.store.runs import Run

STORED_SHARE = 0.05
"""Share of the cells of a forecast that is stored: the highest."""

MONTH = "1 month"

WORKERS = min(os.cpu_count() or 1, 4)
"""Processes of a back-test started from a page."""


@dataclass(frozen=True)
class Ask:
    """What a forecast or back-test is asked to do; stored with its result."""

    kind: str
    force: str
    horizon_days: int = 7
    cell_m: float = 150.0
    seed: int = 1
    method: str = "default"
    at: str = ""
    folds: int = 12
    coverage: tuple[float, ...] = (0.0025, 0.005, 0.01, 0.02)
    jobs: int = 1
    declared_public_on: str = ""

    @classmethod
    def of_run(cls, run: Run) -> Self:
        """Read what a stored run was asked."""
        given = {**run.parameters, "coverage": tuple(run.parameters["coverage"])}
        return cls(kind=run.kind, force=run.scope, seed=run.seed, **given)

    @property
    def parameters(self) -> dict[str, Any]:
        """What is stored as the parameters of the run."""
        given = asdict(self)
        for name in ("kind", "force", "seed"):
            del given[name]
        return given


@dataclass(frozen=True)
class Prepared:
    """Incidents that may be learned from, and the ground they lie on."""

    training: TrainingEvents
    region: shapely.Geometry | None


@dataclass(frozen=True)
class Finding:
    """What a run stores."""

    result: str
    method: str
    cells: pd.DataFrame | None = None


@dataclass(frozen=True)
class Tools:
    """The analyses behind a run, so that a test of jobs need not fit a model."""

    backtest: Callable[..., BacktestResult] = prediction.backtest
    forecast: Callable[..., ForecastResult] = prediction.forecast
    checkpoints: Path | None = None


TOOLS = Tools()


@dataclass(frozen=True)
class StoredBacktest:
    """A back-test as the pages show it."""

    run: Run
    result: BacktestResult
    training: dict[str, Any]
    is_current: bool


@dataclass(frozen=True)
class StoredForecast:
    """A forecast as the pages show it: what it says, and its highest cells."""

    run: Run
    said: dict[str, Any]
    cells: pd.DataFrame = field(repr=False)
    is_current: bool


@handed
def choose_force(forces: list[str], asked: str | None) -> str:
    """Give the force a run is about.

    Raises
    ------
    JobError
        If none is held, the one asked for is not, or several are and none was asked for.
    """
    if not forces:
        raise JobError(
            "No incidents are held yet.", "", "Run 'wardlight import --help' or 'wardlight demo'."
        )
    if asked is None and len(forces) == 1:
        return forces[0]
    if asked not in forces:
        got = f"{asked!r} is not held. " if asked else ""
        raise JobError(
            "Say which force to look at.",
            f"{got}Held: {', '.join(forces)}.",
            "Give one of them with --force, or choose it on the page.",
        )
    return asked


@needs(Permission.SEE_COUNTS)
def say_horizon(database: Database, force: str, horizon_days: int) -> str:
    """Say how far ahead a run of a force looks: days where they are known, else a month."""
    counts = count_by_precision(database, force)
    dated = counts.get("minute", 0) + counts.get("day", 0)
    return f"{horizon_days} days" if dated * 2 > sum(counts.values()) else MONTH


@handed
def needs_declaration(frame: pd.DataFrame, force: str) -> bool:
    """Say whether incidents of a force may be learned from only if somebody declares it.

    True for open data such as police.uk, which never say who reported an incident.
    """
    own = frame[(frame["force"] == force).to_numpy()]
    unknown = (own["report_channel"] == "unknown").to_numpy()
    return bool(len(own) and unknown.mean() > MOST_UNKNOWN)


@needs(Permission.SEE_COUNTS)
def read_failure(database: Database, kind: str, force: str) -> Run | None:
    """Read the newest run of a kind and force, if it failed or was cancelled."""
    newest = runs.read_runs(database, kind, force, limit=1)
    return newest[0] if newest and newest[0].status in ("failed", "cancelled") else None


@needs(Permission.RUN_FORECASTS)
def ask_run(database: Database, ask: Ask, requested_by: str) -> int:
    """Put a run into the queue and give its id.

    Raises
    ------
    JobError
        If one of its kind and force is not finished yet.
    """
    return runs.start_run(
        database,
        kind=ask.kind,
        scope=ask.force,
        horizon=say_horizon(database, ask.force, ask.horizon_days),
        parameters=ask.parameters,
        seed=ask.seed,
        data_version=data_version(database),
        requested_by=requested_by,
    )


@needs(Permission.RUN_FORECASTS)
def prepare(database: Database, ask: Ask) -> Prepared:
    """Read the incidents that may be learned from, and the ground of their force.

    Raises
    ------
    ForecastBlockedError
        If too many incidents do not say who reported them.
    """
    frame = read_incident_frame(database)
    frame = frame[(frame["force"] == ask.force) & frame["asb"]]
    declared = dt.date.fromisoformat(ask.declared_public_on) if ask.declared_public_on else None
    region = find_ground(database, frame)
    training = training_events(
        frame,
        declared_public=declared is not None,
        declared_on=declared,
        grid=make_grid(region, ask.cell_m) if region is not None else None,
    )
    return Prepared(training, region)


@needs(Permission.RUN_FORECASTS)
def find_ground(database: Database, frame: pd.DataFrame) -> shapely.Geometry | None:
    """Join the wards of the districts that the incidents reach; None if no wards are held.

    A few strays over a border do not make a district part of the ground.
    """
    counts = frame["district_code"].value_counts()
    reached = {str(code) for code in counts[counts >= MOST_STRAYS].index if code}
    wards = read_areas(database, "ward")
    inside = wards[wards["district_code"].isin(reached)]
    return shapely.union_all(inside.geometry.to_numpy()) if len(inside) else None


@needs(Permission.RUN_FORECASTS)
def make_finding(
    database: Database,
    ask: Ask,
    progress: Callable[[str, int, int], None],
    tools: Tools = TOOLS,
) -> Finding:
    """Fit what a run asks for."""
    progress("Choosing incidents", 0, 1)
    prepared = prepare(database, ask)
    rng = np.random.default_rng(ask.seed)
    if ask.kind == "backtest":
        result = tools.backtest(
            prepared.training.events,
            prepared.region,
            cell_m=ask.cell_m,
            horizon_days=ask.horizon_days,
            folds=ask.folds,
            coverage=ask.coverage,
            rng=rng,
            n_jobs=ask.jobs,
            progress=progress,
            checkpoint=checkpoint_folder(database, ask, tools.checkpoints),
        )
        stored = {
            "training": _describe_training(prepared.training),
            "backtest": json.loads(result.to_json()),
        }
        return Finding(json.dumps(stored), result.chosen)
    evidence = read_backtest(
        database, ask.force, say_horizon(database, ask.force, ask.horizon_days)
    )
    progress("Fitting", 0, 1)
    found = tools.forecast(
        prepared.training.events,
        prepared.region,
        at=ask.at or next_day(prepared.training),
        cell_m=ask.cell_m,
        horizon_days=ask.horizon_days,
        method=ask.method,
        evidence=evidence.result if evidence else None,
        rng=rng,
    )
    return _pack_forecast(found, prepared, evidence)


def _describe_training(training: TrainingEvents) -> dict[str, Any]:
    return {
        "considered": training.considered,
        "events": len(training.events),
        "left_out": training.left_out,
        "unknown_share": training.unknown_share,
        "declared": training.declared,
        "unit": training.unit,
        "notes": [*training.notes, *([training.effect.sentence] if training.effect else [])],
    }


@handed
def next_day(training: TrainingEvents) -> str:
    """Give the first day (or month) after the newest incident, from which a forecast looks."""
    events = training.events
    if training.unit == "day":
        return str((events["occurred_at"].max().normalize() + pd.Timedelta(days=1)).date())
    return str(events["month"].max() + 1)


def _pack_forecast(
    found: ForecastResult, prepared: Prepared, evidence: StoredBacktest | None
) -> Finding:
    top = found.top(STORED_SHARE)
    cells = pd.DataFrame(
        {
            "x": found.grid.centre_x[top],
            "y": found.grid.centre_y[top],
            "expected": found.expected[top],
            "low": found.low[top],
            "high": found.high[top],
        }
    )
    said = {
        "method": found.method,
        "label": prediction.METHODS.get(found.method, found.method),
        "shown": bool(found.shown),
        "verdict": found.verdict,
        "first_day": str(pd.Timestamp(found.at).date()),
        # The horizon ends at midnight, so its last day is the one before.
        "last_day": str((pd.Timestamp(found.until) - pd.Timedelta(seconds=1)).date()),
        "notes": list(found.notes),
        "training": _describe_training(prepared.training),
        "settings": found.settings,
        "shape": found.grid.kind,
        "cell_m": float(found.grid.cell_m),
        "cells": len(found.grid),
        "expected_total": float(found.expected.sum()),
        "expected_stored": float(found.expected[top].sum()),
        "backtest": evidence.run.id if evidence else None,
    }
    return Finding(json.dumps(said, default=str), found.method, cells)


@needs(Permission.RUN_FORECASTS)
def checkpoint_folder(database: Database, ask: Ask, folder: Path | None = None) -> Path:
    """Give the folder in which a back-test keeps finished folds.

    The same request on the same data finds them again; the number of processes makes no
    difference to the result and so none to the folder.
    """
    asked = asdict(replace(ask, jobs=1))
    key = json.dumps([database.label, data_version(database), asked], sort_keys=True)
    folder = folder or platformdirs.user_data_path("wardlight") / "backtests"
    found = folder / hashlib.sha256(key.encode()).hexdigest()[:16]
    found.mkdir(parents=True, exist_ok=True)
    return found


@needs(Permission.SEE_COUNTS)
def latest_run(database: Database, kind: str, force: str, horizon: str = "") -> int | None:
    """Give the id of the newest finished run of a kind and force, of one horizon or of any."""
    run = runs.read_latest_run(database, kind, force, horizon)
    return run.id if run else None


@needs(Permission.SEE_COUNTS)
def read_backtest(database: Database, force: str, horizon: str = "") -> StoredBacktest | None:
    """Read the newest finished back-test of a force."""
    run_id = latest_run(database, "backtest", force, horizon)
    return read_backtest_run(database, run_id) if run_id else None


@needs(Permission.SEE_COUNTS)
def read_backtest_run(database: Database, run_id: int) -> StoredBacktest:
    """Read a finished back-test."""
    run = runs.read_run(database, run_id)
    stored = json.loads(run.result)
    return StoredBacktest(
        run=run,
        result=BacktestResult.from_json(json.dumps(stored["backtest"])),
        training=stored["training"],
        is_current=run.data_version == data_version(database),
    )


@needs(Permission.SEE_COUNTS)
def read_forecast(database: Database, force: str, horizon: str = "") -> StoredForecast | None:
    """Read the newest finished forecast of a force with its highest cells."""
    run_id = latest_run(database, "forecast", force, horizon)
    return read_forecast_run(database, run_id) if run_id else None


@needs(Permission.SEE_COUNTS)
def read_forecast_run(database: Database, run_id: int) -> StoredForecast:
    """Read a finished forecast with its highest cells."""
    run = runs.read_run(database, run_id)
    return StoredForecast(
        run=run,
        said=json.loads(run.result),
        cells=runs.read_forecast_cells(database, run.id),
        is_current=run.data_version == data_version(database),
    )
