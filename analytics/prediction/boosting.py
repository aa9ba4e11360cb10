"""Boosted trees with a Poisson loss on lagged, ring-neighbour and seasonal counts.

Two sets of trees are averaged: one learns expected events directly, the other the factor by
which a `PoissonBlend` was wrong, given how recent, how steady and how wide the history of a
place is. The first can leave the blend behind, the second cannot do much worse than it.
"""

from typing import Self

import numpy as np
from scipy.ndimage import uniform_filter
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from analytics.prediction.blending import PoissonBlend, make_parts
from analytics.prediction.history import MONTH_DAYS, YEAR_DAYS, Floats, History, Ints

EMPTY_PER_EVENT = 6
MOST_ROWS = 200_000
BINS = 64
SMALLEST = 1e-9


class BoostedTrees(BaseEstimator):
    """Forecast with gradient-boosted trees.

    Cells with events are all learned from; of those without, a sample in which busy
    surroundings are likelier, weighted to stand for the rest.

    Parameters
    ----------
    learn_days : float, default 7
        Length of the windows learned from; longer than a day, since single days are too thin.
    most_origins : int, default 52
        Most earlier moments to learn from.
    trees : int, default 80
        Boosting steps of each set.
    seed : int, default 0
        Seed of the sample of cells without events.
    """

    def __init__(
        self, learn_days: float = 7.0, most_origins: int = 52, trees: int = 80, seed: int = 0
    ) -> None:
        self.learn_days = learn_days
        self.most_origins = most_origins
        self.trees = trees
        self.seed = seed

    def fit(self, history: History) -> Self:
        """Learn from earlier moments, each knowing only what came before it."""
        rng = np.random.default_rng(self.seed)
        self.history_ = history
        self.blend_ = PoissonBlend(self.learn_days, self.most_origins).fit(history)
        step = MONTH_DAYS if history.unit == "month" else self.learn_days
        self.step_ = step
        origins = history.origins(step, self.most_origins, YEAR_DAYS / 2)
        tables, came, weights, blended = [], [], [], []
        for now in origins:
            known = history.until(now)
            counts = history.count(now, now + step)
            parts = make_parts(known, step)
            at, weight = _sample(parts.pictures[-2], counts, history, len(origins), rng)
            there = parts.at(at)
            base = np.maximum(there @ self.blend_.weights_ * step, SMALLEST)
            tables.append(_describe(known, at, base, there))
            came.append(counts[at])
            weights.append(weight)
            blended.append(base)
        self.models_: list[HistGradientBoostingRegressor] = []
        if not came or np.concatenate(came).sum() < 20:
            return self  # too little to grow trees on: the blend stands alone
        table, y = np.vstack(tables), np.concatenate(came)
        weight, base = np.concatenate(weights), np.concatenate(blended)
        # Threads of the library wait in busy loops, which stalls a machine that has other work;
        # folds run in parallel instead.
        # Few, unweighted bins are found quickly; the library's weighted search takes longer
        # than growing the trees.
        steps = np.linspace(0, 1, BINS)[1:-1]
        self.edges_ = [np.unique(np.quantile(column, steps)) for column in table.T]
        table = self._bin(table)
        with threadpool_limits(1):
            self.models_ = [
                self._grow(table, y, weight),
                self._grow(table, y / base, weight * base),
            ]
        return self

    def predict(self, horizon: float) -> Floats:
        """Give expected events: the mean of both sets of trees."""
        blended = np.maximum(self.blend_.predict(self.step_), SMALLEST)
        if not self.models_:
            return blended * (horizon / self.step_)
        at = np.arange(self.history_.cells)
        table = self._bin(_describe(self.history_, at, blended, self.blend_.parts_.at(at)))
        with threadpool_limits(1):
            direct, factor = (model.predict(table) for model in self.models_)
        # Both are put on one level, so that neither outweighs the other.
        corrected = blended * factor
        corrected *= direct.sum() / corrected.sum()
        return np.asarray((direct + corrected) / 2 * (horizon / self.step_))

    def _grow(self, table: Floats, y: Floats, weight: Floats) -> HistGradientBoostingRegressor:
        model = HistGradientBoostingRegressor(
            loss="poisson",
            max_iter=self.trees,
            learning_rate=0.05,
            max_leaf_nodes=12,
            min_samples_leaf=max(20, min(200, len(y) // 100)),
            l2_regularization=5.0,
            early_stopping=False,
            random_state=self.seed,
        )
        return model.fit(table, y, sample_weight=weight)

    def _bin(self, table: Floats) -> Floats:
        columns = [
            np.searchsorted(edges, column)
            for edges, column in zip(self.edges_, table.T, strict=True)
        ]
        return np.column_stack(columns).astype(np.float32)


def _sample(
    picture: Floats, counts: Floats, history: History, origins: int, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Choose cells to learn from and how many cells each stands for."""
    near = uniform_filter(picture.reshape(history.lattice.shape), 7)
    hit, empty = np.flatnonzero(counts), np.flatnonzero(counts == 0)
    many = min(len(empty), EMPTY_PER_EVENT * max(len(hit), 50), MOST_ROWS // max(origins, 1))
    chance = np.sqrt(np.maximum(history.lattice.read(near)[empty], 1e-6))
    chance = np.minimum(1.0, many * chance / max(chance.sum(), SMALLEST))
    picked = rng.random(len(empty)) < chance
    weight = np.concatenate([np.ones(len(hit)), 1 / chance[picked]])
    return np.concatenate([hit, empty[picked]]), weight


def _describe(known: History, at: Ints, blended: Floats, parts: Floats) -> Floats:
    """Make the table that trees learn from; shape (cells, features).

    Only counts of reported events, their times and their places enter.
    """
    last = np.full(known.cells, known.start - YEAR_DAYS)
    last[known.cell] = known.day
    year = np.searchsorted(known.day, known.now - YEAR_DAYS)
    week = ((known.now - known.day[year:]) // 7).astype(np.int64)
    weeks = np.unique(known.cell[year:] * 64 + week) // 64
    columns = [
        np.log(blended),
        np.log1p(known.now - last[at]),
        np.bincount(weeks, minlength=known.cells)[at],
        known.count(known.now - YEAR_DAYS / 4, known.now)[at],
        known.count(known.now - YEAR_DAYS, known.now)[at],
        np.bincount(known.cell, minlength=known.cells)[at],
        *parts[:, :-1].T,
    ]
    return np.column_stack(columns).astype(np.float32)
