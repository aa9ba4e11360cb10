"""A self-exciting point process (ETAS) on cells, fitted by EM.

Each cell has a steady background; each event raises the rate of its own cell, which then fades
exponentially. Fading and strength are shared by all cells.

References
----------
Mohler et al. (2015), Journal of the American Statistical Association 110: 1399-1411.
Lewis and Mohler (2011), A nonparametric EM algorithm for multiscale Hawkes processes.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

from analytics.prediction.history import MONTH_DAYS, Floats, History

Ints = npt.NDArray[np.int64]

START_BACKGROUND = 0.5
FASTEST = 1_440.0
"""Fastest fading allowed, per day: a mean life of a minute. Reports of one event at the same
moment would otherwise drive it without end."""


class SelfExciting(BaseEstimator):
    """Forecast with a background rate and the after-effect of each event, over the horizon.

    Parameters
    ----------
    decay_days : tuple of float, default (3.0, 60.0)
        Mean lives of the after-effect that EM starts from, days; the fit of highest likelihood
        is kept, since EM finds the nearest peak only.
    grain_days : float, default 0.5
        Events of a cell in the same part of time count as one occasion that cannot set itself
        off: several reports of one evening are not after-effects. Data by month use the month.
        0 takes every moment as it is.
    iterations : int, default 20
        EM steps.
    corrected : bool, default True
        Allow for after-effects that fall after the end of the data (Lewis and Mohler).
    """

    def __init__(
        self,
        decay_days: tuple[float, ...] = (3.0, 60.0),
        grain_days: float = 0.5,
        iterations: int = 20,
        corrected: bool = True,
    ) -> None:
        self.decay_days = decay_days
        self.grain_days = grain_days
        self.iterations = iterations
        self.corrected = corrected

    def fit(self, history: History) -> Self:
        """Fit background, strength (``theta_``) and fading (``omega_``, per day)."""
        grain = MONTH_DAYS if history.unit == "month" else self.grain_days
        runs = _arrange(history, grain)
        fits = [
            _fit(runs, history, 1 / days, self.iterations, self.corrected)
            for days in self.decay_days
        ]
        best = max(fits, key=lambda found: found.likelihood)
        self.theta_, self.omega_, self.background_ = best.theta, best.omega, best.background
        excited = runs.many * np.exp(-self.omega_ * runs.to_end)
        self.excited_ = np.bincount(runs.cell, weights=excited, minlength=history.cells)
        return self

    def predict(self, horizon: float) -> Floats:
        """Give expected events: the intensity integrated over the horizon.

        After-effects of events that are yet to come are left out; they add the same small
        share everywhere.
        """
        fading = -np.expm1(-self.omega_ * horizon)
        return np.asarray(self.background_ * horizon + self.theta_ * fading * self.excited_)


@dataclass(frozen=True)
class _Runs:
    """Occasions cell by cell; ``layers`` holds the first, second, third … of every cell.

    The after-effect starts half a grain after the middle of an occasion, that is, at its end.
    """

    grain: float
    cell: Ints
    to_end: Floats
    many: Floats
    gap: Floats
    layers: list[Ints]


@dataclass(frozen=True)
class _Fit:
    theta: float
    omega: float
    background: Floats
    likelihood: float


def _arrange(history: History, grain: float) -> _Runs:
    day = history.day
    if grain > 0:
        # Counted back from now, so that the last part of time is whole.
        day = (
            history.now
            - (np.maximum(np.ceil((history.now - day) / grain - 1e-9) - 1, 0) + 0.5) * grain
        )
    order = np.lexsort((day, history.cell))
    cell, day = history.cell[order], day[order]
    many = np.ones(len(cell))
    if grain > 0 and len(cell):
        new = np.r_[True, (np.diff(cell) != 0) | (np.diff(day) != 0)]
        many = np.diff(np.r_[np.flatnonzero(new), len(cell)]).astype(np.float64)
        cell, day = cell[new], day[new]
    first = np.r_[True, np.diff(cell) != 0] if len(cell) else np.empty(0, dtype=bool)
    gap = np.r_[0.0, np.diff(day)] if len(day) else np.empty(0)
    gap[first] = 0
    starts = np.flatnonzero(first)
    rank = np.arange(len(cell)) - np.repeat(starts, np.diff(np.r_[starts, len(cell)]))
    by_rank = np.argsort(rank, kind="stable")
    edges = np.searchsorted(rank[by_rank], np.arange(1, rank.max() + 1 if len(rank) else 0))
    layers = [part for part in np.split(by_rank, edges) if len(part)]
    return _Runs(grain, cell, history.now - day - grain / 2, many, gap, layers)


def _fit(runs: _Runs, history: History, omega: float, steps: int, corrected: bool) -> _Fit:
    span = max(history.length, 1e-9)
    theta, total = 0.5, runs.many.sum()
    background = np.full(history.cells, START_BACKGROUND)
    to_end = runs.to_end
    fastest = min(FASTEST, 4 / runs.grain) if runs.grain > 0 else FASTEST
    for _ in range(steps):
        sums, waits = _excite(runs, omega)
        own = background[runs.cell]
        effect = theta * omega / np.maximum(own + theta * omega * sums, 1e-300)
        caused = runs.many * effect * sums
        waited, many = float(runs.many @ (effect * waits)), float(caused.sum())
        after = runs.many * np.exp(-omega * to_end) if corrected else np.zeros(len(to_end))
        lost, late = float(after.sum()), theta * float(after @ to_end)
        own_events = np.bincount(runs.cell, weights=runs.many - caused, minlength=history.cells)
        background = own_events / span
        if many <= 1e-9 or waited + late <= 0:
            theta = 0.0
            break
        omega = min(many / (waited + late), fastest)
        theta = min(many / max(total - lost, 1e-9), 0.99)
    sums, _ = _excite(runs, omega)
    rate = background[runs.cell] + theta * omega * sums
    in_all = float(background.sum()) * span - theta * float(runs.many @ np.expm1(-omega * to_end))
    likelihood = float(runs.many @ np.log(np.maximum(rate, 1e-300))) - in_all
    return _Fit(float(theta), float(omega), background, likelihood)


def _excite(runs: _Runs, omega: float) -> tuple[Floats, Floats]:
    """Give, for each event, the faded sum of earlier events of its cell and their faded waits."""
    fade = np.exp(-omega * runs.gap)
    sums, waits = np.zeros(len(runs.cell)), np.zeros(len(runs.cell))
    for layer in runs.layers[1:]:
        before = layer - 1
        raised = sums[before] + runs.many[before]
        sums[layer] = fade[layer] * raised
        waits[layer] = fade[layer] * (waits[before] + runs.gap[layer] * raised)
    half = runs.grain / 2
    waits -= half * sums
    earlier = np.exp(omega * half)
    return sums * earlier, waits * earlier
