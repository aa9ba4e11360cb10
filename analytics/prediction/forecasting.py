"""Forecast: expected events of each cell over the next days, and whether to show them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from analytics.prediction.calibrating import Calibrator, likely_counts
from analytics.prediction.folds import lay_ground, note_left_out
from analytics.prediction.history import MONTH_DAYS, Floats, Ints, Timeline, read_events
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
from geodata.errors import EventsNotUsableError
from geodata.grids import Grid

MOST_DAYS_LATE = 93.0


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
        First moment forecast; a month for data by month. Where the data end earlier, what is
        known up to their end is carried forward, at most three months, and a note says so.
    cell_m : float, default 150
        Side of a square cell, metres.
    horizon_days : float, default 7
        Days forecast, less than one for a shift; one month for data by month.
    method : str, default 'default'
        A name out of `METHODS`. ``default`` uses the method that ``evidence`` has chosen.
    evidence : BacktestResult, optional
        The back-test of the same events, horizon and cells, ended by ``at``. It decides the
        method and brings the weights of the ensemble and the calibration. Without it (or with
        one that does not fit, which is noted), no forecast has earned its place: ``default`` is
        then the ranking of the last 12 months.
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
        If there is too little before ``at`` to learn from, or it ends long before.
    ValueError
        If the method or moment is not known or the horizon not above 0.
    """
    del rng
    if method not in METHODS:
        raise ValueError(f"{method!r} is not a method; accepted are {', '.join(METHODS)}")
    if not 0 < horizon_days < np.inf:
        raise ValueError(f"horizon_days is above 0, got {horizon_days!r}")
    timeline = read_events(events, before=at)
    start = timeline.day_of(at)
    now = min(start, timeline.end)
    if start - now > MOST_DAYS_LATE:
        raise EventsNotUsableError(
            "The data end too long before the moment forecast.",
            f"They end on {timeline.date_of(now).date()}; the forecast is for "
            f"{timeline.date_of(start).date()}.",
            "Load newer incidents, or forecast an earlier date.",
        )
    horizon = MONTH_DAYS if timeline.unit == "month" else float(horizon_days)
    ground = lay_ground(timeline, region, float(cell_m), grid)
    history, cells = ground.history(timeline, now)
    history = replace(history, ahead=start - now)
    notes = note_left_out(timeline, ground)
    if start > now:
        notes.append(
            f"The data end on {timeline.date_of(now).date()}; nothing is known of the days from "
            "then to the forecast."
        )
    unfit = _why_unfit(evidence, timeline, start, horizon, ground.grid.cell_m)
    if unfit:
        evidence = None
        notes.append(unfit)
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
        risk = make_predictor(name, horizon).fit(history).predict(horizon)
        risk = risk if name == BASELINE else risk * hours
        whole = float(risk.sum())
        raw += weight * risk * (total / whole) if whole > 0 else 0.0
    kept = learned.get("calibrators", {}).get(used)
    calibrator = Calibrator.from_dict(kept) if kept else Calibrator()
    expected = np.zeros(len(ground.grid))
    expected[cells] = calibrator.apply(raw, total)
    spread = np.zeros(len(expected))
    spread[cells] = calibrator.spread(raw)
    low, high = likely_counts(expected, spread)
    shown = used != BASELINE and evidence is not None and used == evidence.chosen
    settings = {
        "version": VERSION,
        "unit": timeline.unit,
        "cell_m": ground.grid.cell_m,
        "horizon_days": horizon,
        "cells": len(ground.grid),
        "incidents": len(history.day),
        "expected_total": total,
        "spread_at_top": float(spread[int(np.argmax(expected))]),
        "weights": weights,
        "parameters": learned.get("seed"),
    }
    return ForecastResult(
        ground.grid,
        expected,
        low,
        high,
        used,
        shown,
        _say(used, shown, evidence),
        str(timeline.date_of(start)),
        str(timeline.date_of(start + horizon)),
        settings,
        tuple(notes),
    )


def _why_unfit(
    evidence: BacktestResult | None, timeline: Timeline, start: float, horizon: float, cell_m: float
) -> str:
    """Say why a back-test does not speak for a forecast; empty if it does."""
    if evidence is None:
        return ""
    asked = {"unit": timeline.unit, "horizon_days": horizon, "cell_m": cell_m}
    for name, value in asked.items():
        if evidence.settings[name] != value:
            return (
                f"The back-test has {name} {evidence.settings[name]}, the forecast {value}: it "
                "says nothing about this forecast and was not used."
            )
    if pd.Timestamp(evidence.settings["last"]) > timeline.date_of(start):
        return (
            f"The back-test used events up to {evidence.settings['last']}, after the first day "
            "forecast, and was not used."
        )
    return ""


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
