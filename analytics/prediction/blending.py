"""A blend of faded counts here and nearby, with weights that cannot be negative.

The expected rate of a cell is a weighted sum of parts: counts with short and long half-lives,
of the cell itself and of the rings of cells around it, the same season of earlier years, and
an even share for all. The weights are those under which later events were likeliest (Poisson),
found by EM, which keeps them at or above zero and calibrates the sum.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator

from analytics.prediction.counting import SameSeason
from analytics.prediction.history import MONTH_DAYS, YEAR_DAYS, Floats, History, Ints, Lattice

BLEND_HALF_LIVES = (7.0, 30.0, 90.0, 250.0, 650.0, 2_000.0)
BLEND_HALF_LIVES_MONTHLY = (30.0, 60.0, 120.0, 250.0, 650.0, 2_000.0)
RINGS = (0, 1, 2, 3)


@dataclass(frozen=True)
class Parts:
    """The parts of a blend at one moment: pictures of rates, each with a ring to average over."""

    pictures: list[Floats]
    lattice: Lattice
    half_lives: tuple[float, ...]

    @property
    def names(self) -> list[str]:
        """Names of the parts, in the order of the columns."""
        named = [f"half-life {h:g} days" for h in self.half_lives] + ["same season"]
        return [f"{name}, ring {ring}" for name in named for ring in RINGS] + ["even"]

    def at(self, cells: Ints) -> Floats:
        """Give the parts at some cells; shape (cells, parts)."""
        place = self.lattice.at[cells]
        rings = [self.lattice.steps(ring) for ring in RINGS]
        columns = [
            picture[place[:, None] + steps[None, :]].mean(axis=1)
            for picture in self.pictures
            for steps in rings
        ]
        return np.column_stack([*columns, np.ones(len(cells))])

    def totals(self, reach: Floats) -> Floats:
        """Add up each part over all cells; ``reach`` is from `ring_reach`."""
        sums = np.array(self.pictures) @ reach
        return np.append(sums.ravel(), float(len(self.lattice)))

    def weigh(self, weights: Floats) -> Floats:
        """Give the weighted sum of the parts at every cell."""
        size = self.lattice.shape[0] * self.lattice.shape[1]
        result = np.full(len(self.lattice), weights[-1])
        grid = weights[:-1].reshape(len(self.pictures), len(RINGS))
        for number, ring in enumerate(RINGS):
            mixed = np.zeros(size)
            for picture, weight in zip(self.pictures, grid[:, number], strict=True):
                if weight > 0:
                    mixed += weight * picture
            steps = self.lattice.steps(ring)
            for step in steps:
                result += mixed[self.lattice.at + step] / len(steps)
        return result


def ring_reach(lattice: Lattice) -> Floats:
    """Say which share of each value lands inside the area when averaged over a ring.

    Returns
    -------
    ndarray of float64, shape (places of the picture, rings)
    """
    inside = lattice.draw(np.ones(len(lattice))).ravel()
    shares = []
    for ring in RINGS:
        steps = lattice.steps(ring)
        share = np.zeros(len(inside))
        for step in steps:
            share[lattice.at] += inside[lattice.at + step]
        shares.append(share / len(steps))
    return np.column_stack(shares)


def make_parts(history: History, horizon: float) -> Parts:
    """Compute the parts of a blend at a history's moment."""
    monthly = history.unit == "month"
    half_lives = BLEND_HALF_LIVES_MONTHLY if monthly else BLEND_HALF_LIVES
    rates = [history.decay(half_life) for half_life in half_lives]
    rates.append(SameSeason().fit(history).predict(horizon) / horizon)
    pictures = [history.lattice.draw(rate).ravel() for rate in rates]
    return Parts(pictures, history.lattice, half_lives)


class PoissonBlend(BaseEstimator):
    """Blend faded counts and rings around them with non-negative Poisson weights.

    Parameters
    ----------
    learn_days : float, default 7
        Length of the windows learned from.
    most_origins : int, default 52
        Most earlier moments to learn from.
    iterations : int, default 150
        EM steps; stopping early keeps weights near one another, which guards against chance.
    """

    def __init__(
        self, learn_days: float = 7.0, most_origins: int = 52, iterations: int = 150
    ) -> None:
        self.learn_days = learn_days
        self.most_origins = most_origins
        self.iterations = iterations

    def fit(self, history: History) -> Self:
        """Learn the weights from earlier moments, each knowing only what came before it."""
        self.step_ = MONTH_DAYS if history.unit == "month" else self.learn_days
        reach = ring_reach(history.lattice)
        rows, came, totals = [], [], np.zeros(0)
        for now in history.origins(self.step_, self.most_origins, YEAR_DAYS / 2):
            parts = make_parts(history.until(now), self.step_)
            counts = history.count(now, now + self.step_)
            where = np.flatnonzero(counts)
            rows.append(parts.at(where) * self.step_)
            came.append(counts[where])
            totals = parts.totals(reach) * self.step_ + (totals if len(totals) else 0.0)
        self.parts_ = make_parts(history, self.step_)
        start = np.full(len(self.parts_.names), 1.0)
        if not rows or not sum(map(len, came)):
            start[len(RINGS) :] = 0
            self.weights_ = start
            return self
        self.weights_ = climb(np.vstack(rows), np.concatenate(came), totals, self.iterations)
        return self

    def predict(self, horizon: float) -> Floats:
        """Give the blended rate over the horizon."""
        return self.parts_.weigh(self.weights_) * horizon


def climb(
    rows: Floats, came: Floats, totals: Floats, iterations: int, start: Floats | None = None
) -> Floats:
    """Find non-negative weights that make counts likeliest, by EM.

    Parameters
    ----------
    rows : ndarray of float64, shape (cells with events, parts)
        Parts at each cell and moment that had an event.
    came : ndarray of float64, shape (cells with events,)
        Events that came.
    totals : ndarray of float64, shape (parts,)
        Each part added up over all cells and moments, with and without events.
    iterations : int
        EM steps.
    start : ndarray of float64, shape (parts,), optional
        Weights to start from; equal shares of the events otherwise. A weight of 0 stays 0.

    Returns
    -------
    ndarray of float64, shape (parts,)
        Weights; a part that is zero everywhere gets weight 0. After each step the weighted
        totals add up to the events that came.
    """
    usable = totals > 0
    weights = np.where(usable, came.sum() / np.maximum(totals, 1e-300) / usable.sum(), 0.0)
    weights = weights if start is None else start
    for _ in range(iterations):
        expected = np.maximum(rows @ weights, 1e-300)
        weights = np.where(
            usable, weights * (rows.T @ (came / expected)) / np.maximum(totals, 1e-300), 0.0
        )
    return np.asarray(weights)
