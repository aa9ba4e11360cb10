"""Put predictors together, calibrate them, and decide which has earned its place.

All of it learns from folds that came earlier: what was forecast then, and what came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.prediction.blending import climb
from analytics.prediction.history import Floats
from analytics.prediction.scoring import bootstrap_difference

WEIGHT_STEPS = 5
"""EM steps for the weights of the ensemble; few, so that they stay near where they start unless
the evidence is strong."""

FEWEST_WINDOWS = 2
"""Windows below which nothing has earned its place."""

ENOUGH_WINDOWS = 8
"""Windows from which their own spread is enough to judge by."""


@dataclass
class Evidence:
    """What earlier folds have taught.

    Attributes
    ----------
    members : tuple of str
        Single predictors, in the order of the weights.
    rows, came, totals : lists
        For each fold, the members' expected events at cells that had events, the events, and
        each member's sum over all cells.
    """

    members: tuple[str, ...]
    rows: list[Floats] = field(default_factory=list)
    came: list[Floats] = field(default_factory=list)
    totals: list[Floats] = field(default_factory=list)

    def add(self, risks: Floats, came: Floats) -> None:
        """Add a fold: ``risks`` of shape (members, cells), ``came`` of shape (cells,)."""
        where = np.flatnonzero(came)
        self.rows.append(risks[:, where].T.astype(np.float64))
        self.came.append(came[where])
        self.totals.append(risks.sum(axis=1, dtype=np.float64))

    def weights(self, start: Mapping[str, float]) -> Floats:
        """Learn the weights of the ensemble from a start, which holds with nothing to learn from.

        Returns
        -------
        ndarray of float64, shape (members,)
            At or above zero, sum 1; 0 for members that are not in ``start``.
        """
        first = np.array([start.get(name, 0.0) for name in self.members])
        if not self.rows or not sum(map(len, self.came)):
            return first
        rows, came = np.vstack(self.rows), np.concatenate(self.came)
        totals = np.sum(self.totals, axis=0)
        found = climb(rows, came, totals, WEIGHT_STEPS, first * came.sum() / (first @ totals))
        return np.asarray(found / found.sum())


@dataclass
class Record:
    """Events caught by each method in earlier folds, to decide which has earned its place.

    Attributes
    ----------
    baseline : str
        The method to beat.
    hits : dict of str to list of ndarray
        For each method, one array a fold with the events caught at each coverage.
    gains : dict of str to list of ndarray
        For each method, one array a fold with the events caught beyond the baseline, summed
        over coverages, in each block of ground.
    """

    baseline: str
    hits: dict[str, list[Floats]] = field(default_factory=dict)
    gains: dict[str, list[Floats]] = field(default_factory=dict)

    def add(self, hits: Mapping[str, Floats], gains: Mapping[str, Floats]) -> None:
        """Add a fold."""
        for name, caught in hits.items():
            self.hits.setdefault(name, []).append(caught)
            self.gains.setdefault(name, []).append(gains[name])

    def lowest_gain(self, name: str, rng: np.random.Generator, level: float = 0.90) -> float:
        """Give the low end of the interval of a method's gain on the baseline, as a share.

        Events are summed over the coverages. Windows are drawn anew, method and baseline
        together. Fewer than `ENOUGH_WINDOWS` cannot tell their own spread; then blocks of
        ground are drawn instead, each with what it gained over all windows.
        """
        ours = np.array([caught.sum() for caught in self.hits.get(name, [])])
        theirs = np.array([caught.sum() for caught in self.hits.get(self.baseline, [])])
        if len(ours) < FEWEST_WINDOWS or theirs.sum() <= 0:
            return float("-inf")
        if len(ours) >= ENOUGH_WINDOWS:
            return bootstrap_difference(ours, theirs, level=level, draws=2_000, rng=rng)[1]
        gain = np.sum(self.gains[name], axis=0)
        gain = gain[gain != 0]
        if not len(gain):
            return 0.0
        drawn = rng.choice(gain, size=(2_000, len(gain))).sum(axis=1)
        return float(np.quantile(drawn, (1 - level) / 2) / theirs.sum())

    def choose(self, names: Sequence[str], first: str, rng: np.random.Generator) -> str:
        """Choose what to show: the method that has earned its place, else the baseline.

        A method has earned it if the 90 % interval of its gain lies above zero. ``first`` (the
        ensemble) goes before all others. A single method is chosen only where ``first`` has not
        earned its place, and its interval is widened for the number tried (Bonferroni), because
        picking the luckiest of many is how forecasts disappoint.
        """
        if self.lowest_gain(first, rng) > 0:
            return first
        tried = [name for name in names if name != self.baseline]
        level = 1 - 0.10 / max(len(tried), 1)
        lows = {name: self.lowest_gain(name, rng, level) for name in tried}
        best = max(lows, key=lambda name: lows[name], default=self.baseline)
        return best if lows.get(best, 0.0) > 0 else self.baseline
