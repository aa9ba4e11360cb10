"""Forecast: expected events of each cell over the next days, and whether to show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from analytics.prediction.calibrating import Calibrator, likely_counts
from analytics.prediction.folds import lay_ground, note_left_out
from analytics.prediction.history import MONTH_DAYS, Floats, Ints, read_events
from analytics.prediction.level import expected_total, hour_factor
from analytics.prediction.methods import (
    BASELINE,
    DEFAULT,
    ENSEMBLE,
    ENSEMBLE_MEMBERS,
    METHODS,
    make_predictor,
)
from analytics.prediction.results import NO_BETTER, BacktestResult
from analytics.prediction.running import VERSION
from geodata.grids import Grid


@dataclass(frozen=True)
class ForecastResult:
    """Expected events of each cell.

    Attributes
    ----------
    grid : Grid
        The cells.
    expected : ndarray of float64, shape (cells,)
        Expected events over the horizon.
    low, high : ndarray of float64, shape (cells,)
        Range in which the count of the cell is likely to fall (95 %).
    method : str
        The method used.
    shown : bool
        True if a forecast has earned its place; False if this is the ranking of the last 12
        months in its stead.
    verdict : str
        What to tell the reader about it.
    at, until : str
        First day (or moment) forecast and the end of the horizon, ISO 8601.
    settings : dict
        Parameters and what was learned.
    notes : tuple of str
        What was left out.
    """

    grid: Grid
    expected: Floats
    low: Floats
    high: Floats
    method: str
    shown: bool
    verdict: str
    at: str
    until: str
    settings: dict[str, Any]
    notes: tuple[str, ...] = ()

    def top(self, coverage: float = 0.01, cells: int | None = None) -> Ints:
        """List the cells with the highest expected events, highest first.

        Parameters
        ----------
        coverage : float, default 0.01
            Share of cells to list.
        cells : int, optional
            How many to list, instead of a share.

        Returns
        -------
        ndarray of int64
            Numbers of cells; of equals, the one further west and south first.
        """
        many = round(coverage * len(self.expected)) if cells is None else cells
        return np.argsort(-self.expected, kind="stable")[: max(many, 1)]


def forecast(
    events: pd.DataFrame,
    region: shapely.Geometry | None = None,
    *,
    at: object,
    cell_m: float = 150,
    horizon_days: float = 7,
    method: str = DEFAULT,
    evidence: BacktestResult | None = None,
    rng: np.random.Generator | None = None,
    grid: Grid | None = None,
) -> ForecastResult:
    """Ask where events are to be expected over the days from a moment on.

    Parameters
    ----------
    events : DataFrame
        As for `backtest`. Events at or after ``at`` are not looked at.
    region : shapely geometry, optional
        Study area; None is the cells near any event before ``at``.
    at : date, Timestamp, Period or str
        First moment forecast; a month for data by month.
    cell_m : float, default 150
        Side of a square cell, metres.
    horizon_days : float, default 7
        Days forecast, less than one for a shift; one month for data by month.
    method : str, default 'default'
        A name out of `METHODS`. ``default`` uses the method that ``evidence`` has chosen.
    evidence : BacktestResult, optional
        The back-test of the same events and horizon, ended before ``at``. It decides the method
        and brings the weights of the ensemble and the calibration. Without it, no forecast has
        earned its place: ``default`` is then the ranking of the last 12 months.
    rng : Generator, optional
        Not used by today's methods, whose samples have fixed seeds; accepted so that callers
        need not change.
    grid : Grid, optional
        Square cells to use instead of those of ``region`` and ``cell_m``.

    Returns
    -------
    ForecastResult

    Raises
    ------
    EventsNotUsableError
        If there is too little before ``at`` to learn from.
    ValueError
        If the method is not known or the horizon not above 0.
    """
    del rng
    if method not in METHODS:
        raise ValueError(f"{method!r} is not a method; accepted are {', '.join(METHODS)}")
    if not horizon_days > 0:
        raise ValueError(f"horizon_days is above 0, got {horizon_days!r}")
    timeline = read_events(events, before=at)
    now = timeline.day_of(at)
    horizon = MONTH_DAYS if timeline.unit == "month" else float(horizon_days)
    ground = lay_ground(timeline, region, float(cell_m), grid)
    history, cells = ground.history(timeline, now)
    learned: Mapping[str, Any] = evidence.settings if evidence is not None else {}
    used = method
    if method == DEFAULT:
        used = evidence.chosen if evidence is not None else BASELINE
    weights = {used: 1.0}
    if used == ENSEMBLE:
        weights = dict(learned.get("weights") or ENSEMBLE_MEMBERS)
    total = expected_total(history, horizon)
    hours = hour_factor(history, horizon)
    raw = np.zeros(len(cells))
    for name, weight in weights.items():
        risk = make_predictor(name, horizon).fit(history).predict(horizon) * hours
        whole = float(risk.sum())
        raw += weight * risk * (total / whole) if whole > 0 else 0.0
    kept = learned.get("calibrators", {}).get(used)
    calibrator = Calibrator.from_dict(kept) if kept else Calibrator()
    expected = np.zeros(len(ground.grid))
    expected[cells] = calibrator.apply(raw, total)
    low, high = likely_counts(expected, calibrator.dispersion)
    shown = used != BASELINE and evidence is not None and used == evidence.chosen
    settings = {
        "version": VERSION,
        "unit": timeline.unit,
        "cell_m": ground.grid.cell_m,
        "horizon_days": horizon,
        "cells": len(ground.grid),
        "incidents": len(history.day),
        "expected_total": total,
        "dispersion": calibrator.dispersion,
        "weights": weights,
        "parameters": learned.get("seed"),
    }
    notes = note_left_out(timeline, ground)
    return ForecastResult(
        ground.grid,
        expected,
        low,
        high,
        used,
        shown,
        _say(used, shown, evidence),
        str(timeline.date_of(now)),
        str(timeline.date_of(now + horizon)),
        settings,
        tuple(notes),
    )


def _say(used: str, shown: bool, evidence: BacktestResult | None) -> str:
    if evidence is None:
        return (
            "No back-test has been run, so a forecast has not earned its place: this is last "
            "year's ranking."
            if used == BASELINE
            else "No back-test has been run for this forecast; do not use it to decide."
        )
    if shown or (used == BASELINE and not evidence.earned):
        return evidence.verdict
    if used == BASELINE:
        return "This is last year's ranking, as asked for."
    return f"This method has not earned its place; a forecast by it is {NO_BETTER}."
