"""Run the single predictors at the cutoffs of a back-test, in parallel and resumable."""

import hashlib
import os
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from joblib import Parallel, delayed

from analytics.prediction.folds import Ground
from analytics.prediction.history import Floats, Ints, Timeline
from analytics.prediction.level import expected_total, hour_factor
from analytics.prediction.methods import BASELINE, make_predictor

VERSION = "3"
"""Version of the predictors; finished folds of another version are not taken up again."""


@dataclass(frozen=True)
class FoldForecast:
    """What every single predictor said at one cutoff, and what came.

    Attributes
    ----------
    cells : ndarray of int64, shape (cells,)
        The study area as known at the cutoff: numbers of cells in the grid.
    risks : ndarray of float32, shape (methods, cells)
        Expected events, scaled to ``total``.
    came : ndarray of float64, shape (cells,)
        Events of the horizon.
    elsewhere : int
        Events of the horizon outside the study area as known at the cutoff.
    total : float
        Events expected in all.
    fit_seconds, predict_seconds : ndarray of float64, shape (methods,)
        Time taken.
    """

    cells: Ints
    risks: np.ndarray
    came: Floats
    elsewhere: int
    total: float
    fit_seconds: Floats
    predict_seconds: Floats


def forecast_fold(
    timeline: Timeline, ground: Ground, cutoff: float, horizon: float, methods: Sequence[str]
) -> FoldForecast:
    """Fit every method on what was known at a cutoff and forecast the horizon after it."""
    history, cells = ground.history(timeline, cutoff)
    came, elsewhere = ground.came(cells, cutoff, cutoff + horizon)
    total = expected_total(history, horizon)
    hours = hour_factor(history, horizon)
    risks, fits, predicts = [], [], []
    for name in methods:
        start = time.perf_counter()
        predictor = make_predictor(name, horizon).fit(history)
        fitted = time.perf_counter()
        risk = predictor.predict(horizon) * (1.0 if name == BASELINE else hours)
        predicts.append(time.perf_counter() - fitted)
        fits.append(fitted - start)
        whole = float(risk.sum())
        risks.append(risk * (total / whole) if whole > 0 else np.zeros(len(risk)))
    return FoldForecast(
        cells,
        np.array(risks, dtype=np.float32).reshape(len(methods), len(cells)),
        came,
        elsewhere,
        total,
        np.array(fits),
        np.array(predicts),
    )


def forecast_folds(
    timeline: Timeline,
    ground: Ground,
    cutoffs: Floats,
    horizon: float,
    methods: Sequence[str],
    *,
    n_jobs: int,
    checkpoint: Path | None,
) -> Iterator[FoldForecast]:
    """Give the forecasts of all cutoffs in order, as they are finished.

    Parameters
    ----------
    timeline, ground : Timeline, Ground
        Events and the cells they lie in.
    cutoffs : ndarray of float64
        Moments, in order.
    horizon : float
        Days.
    methods : sequence of str
        Single predictors.
    n_jobs : int
        Processes; 1 runs in this one.
    checkpoint : Path or None
        Folder of finished folds; what is there already for the same input is not run again.

    Yields
    ------
    FoldForecast
    """
    store = None
    if checkpoint is not None:
        store = checkpoint / _digest(timeline, ground, horizon, methods)
        store.mkdir(parents=True, exist_ok=True)
    tasks = (
        delayed(_kept_or_run)(timeline, ground, float(cutoff), horizon, tuple(methods), store)
        for cutoff in cutoffs
    )
    yield from Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="n_jobs")(tasks)


def _kept_or_run(
    timeline: Timeline,
    ground: Ground,
    cutoff: float,
    horizon: float,
    methods: tuple[str, ...],
    store: Path | None,
) -> FoldForecast:
    path = store / f"cutoff-{cutoff:.4f}.npz" if store is not None else None
    if path is not None and path.exists():
        kept = _read(path)
        if kept is not None:
            return kept
    fold = forecast_fold(timeline, ground, cutoff, horizon, methods)
    if path is not None:
        # Written aside and renamed, so that a stop half-way leaves no half file.
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        with aside.open("wb") as file:
            np.savez_compressed(file, **{name: getattr(fold, name) for name in _FIELDS})
        aside.replace(path)
    return fold


_FIELDS = tuple(FoldForecast.__dataclass_fields__)


def _read(path: Path) -> FoldForecast | None:
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays = {name: held[name] for name in _FIELDS}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None  # a damaged file is made anew
    return FoldForecast(
        arrays["cells"],
        arrays["risks"],
        arrays["came"],
        int(arrays["elsewhere"]),
        float(arrays["total"]),
        arrays["fit_seconds"],
        arrays["predict_seconds"],
    )


def _digest(timeline: Timeline, ground: Ground, horizon: float, methods: Sequence[str]) -> str:
    grid = ground.grid
    told = hashlib.sha256(f"{VERSION} {horizon} {grid.cell_m} {timeline.unit}".encode())
    told.update(" ".join(methods).encode())
    for array in (grid.column, grid.row, ground.cell, ground.day, ground.joins):
        told.update(np.ascontiguousarray(array).tobytes())
    if grid.region is not None:
        told.update(shapely.to_wkb(grid.region))
    return told.hexdigest()[:24]
