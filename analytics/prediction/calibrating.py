"""Make the figures of a forecast counts: right in sum, and right in the places at the top.

The places at the top of a list are there partly by chance, so their figures are too high unless
they are shrunk (and too low if the method smooths too much). How much, earlier folds tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import stats
from sklearn.isotonic import isotonic_regression

from analytics.prediction.history import Floats

BAND_EDGES = (0.0, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.2, 1.0)
"""Bands of cells by rank of risk, as shares of all cells."""

PRIOR_EVENTS = 50.0
"""Events, as forecast, that each band starts with: a few folds change little."""

KEPT = 0.95
"""Share of what earlier folds taught that is kept with each new one, so that old years fade."""

SPREAD_KEPT = 0.7
"""The same for the spread, which shrinks as the history grows: a few folds measure it well."""

TRACE = 1e-6
QUIET_EVENTS = 0.2
FEWEST_FOLDS = 2


@dataclass
class Calibrator:
    """Sums of events by band of rank, over earlier folds.

    Attributes
    ----------
    predicted, expected, observed : ndarray of float64, shape (bands,)
        Events forecast before calibration (on the level of what came), forecast after
        calibration, and observed.
    excess, squared : ndarray of float64, shape (bands,)
        Sums from which the spread beyond Poisson follows.
    folds : int
        Folds learned from.
    kept : float
        Share of earlier sums that is kept with each fold.
    """

    predicted: Floats = field(default_factory=lambda: np.zeros(len(BAND_EDGES) - 1))
    observed: Floats = field(default_factory=lambda: np.zeros(len(BAND_EDGES) - 1))
    expected: Floats = field(default_factory=lambda: np.zeros(len(BAND_EDGES) - 1))
    excess: Floats = field(default_factory=lambda: np.zeros(len(BAND_EDGES) - 1))
    squared: Floats = field(default_factory=lambda: np.zeros(len(BAND_EDGES) - 1))
    folds: int = 0
    kept: float = KEPT

    def learn(self, raw: Floats, calibrated: Floats, came: Floats) -> None:
        """Add a fold: the forecast before and after calibration, and what came."""
        self.predicted *= self.kept
        self.observed *= self.kept
        order = np.argsort(-raw, kind="stable")
        edges = band_limits(len(raw))
        scale = came.sum() / raw.sum() if raw.sum() > 0 else 0.0
        for band, (low, high) in enumerate(pairwise(edges)):
            self.predicted[band] += raw[order[low:high]].sum() * scale
            self.observed[band] += came[order[low:high]].sum()
            self.expected[band] += calibrated[order[low:high]].sum()
        # The level is taken out, and within a band quiet and busy cells count alike.
        mean = calibrated * (came.sum() / max(float(calibrated.sum()), 1e-12))
        weight = 1 / (mean + QUIET_EVENTS)
        bands, many = _band_of(raw), len(self.excess)
        self.excess *= SPREAD_KEPT
        self.squared *= SPREAD_KEPT
        self.excess += np.bincount(bands, ((came - mean) ** 2 - mean) * weight, many)
        self.squared += np.bincount(bands, mean**2 * weight, many)
        self.folds += 1

    def to_dict(self) -> dict[str, object]:
        """Give the sums as plain values."""
        return {
            "predicted": [round(float(value), 6) for value in self.predicted],
            "observed": [float(value) for value in self.observed],
            "expected": [round(float(value), 6) for value in self.expected],
            "excess": self.excess.round(6).tolist(),
            "squared": self.squared.round(6).tolist(),
            "folds": self.folds,
        }

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave."""
        return cls(
            np.array(held["predicted"], dtype=np.float64),
            np.array(held["observed"], dtype=np.float64),
            np.array(held["expected"], dtype=np.float64),
            np.array(held["excess"], dtype=np.float64),
            np.array(held["squared"], dtype=np.float64),
            int(held["folds"]),
        )

    def spread(self, raw: Floats) -> Floats:
        """Say how much the count of each cell varies beyond Poisson.

        Parameters
        ----------
        raw : ndarray of float64, shape (cells,)
            Risks; a cell's band follows from its rank.

        Returns
        -------
        ndarray of float64, shape (cells,)
            Variance beyond Poisson as a share of the squared mean; 0 is Poisson, which is also
            what stands before two folds have taught otherwise.
        """
        if self.folds < FEWEST_FOLDS:
            return np.zeros(len(raw))
        known = np.maximum(self.squared, 1e-12)
        found = np.where(self.squared > 0, np.maximum(self.excess, 0.0) / known, 0.0)
        return np.asarray(found[_band_of(raw)])

    def apply(self, raw: Floats, total: float) -> Floats:
        """Calibrate a forecast without changing its order, to a given sum.

        Parameters
        ----------
        raw : ndarray of float64, shape (cells,)
            Expected events as the predictor gives them.
        total : float
            Events to be expected in all.

        Returns
        -------
        ndarray of float64, shape (cells,)
            Expected events; sums to ``total``, in the order of ``raw``.
        """
        whole = float(raw.sum())
        if whole <= 0:
            return np.full(len(raw), total / max(len(raw), 1))
        values = raw * (total / whole)
        if self.folds >= FEWEST_FOLDS:
            factor = (self.observed + PRIOR_EVENTS) / (self.predicted + PRIOR_EVENTS)
            order = np.argsort(-raw, kind="stable")
            centre = [(low + high) / 2 for low, high in pairwise(band_limits(len(raw)))]
            ranked = values[order] * np.interp(np.arange(len(raw)), centre, factor)
            _, place, size = np.unique(-raw[order], return_inverse=True, return_counts=True)
            tied = np.bincount(place, weights=ranked) / size
            # No risk may overtake another: where one would, both get their mean.
            tied = isotonic_regression(tied, sample_weight=size, increasing=False)
            # A trace of the raw risk keeps apart what the mean put level.
            at = np.cumsum(size) - size
            ranked = ((1 - TRACE) * tied + TRACE * values[order][at])[place]
            values = np.empty(len(raw))
            values[order] = ranked
            # What shrinking took from the top is spread over all ground: some of it falls where
            # the predictor expected nothing at all.
            left = total - float(values.sum())
            values = values + left / len(raw) if left > 0 else values * (total / values.sum())
        return values


def band_limits(cells: int) -> list[int]:
    """Give the ranks at which the bands begin and end, for a number of cells."""
    return [round(share * cells) for share in BAND_EDGES]


def _band_of(raw: Floats) -> npt.NDArray[np.int64]:
    """Give the number of each cell's band by rank of risk."""
    rank = np.empty(len(raw), dtype=np.int64)
    rank[np.argsort(-raw, kind="stable")] = np.arange(len(raw))
    edges = np.array(band_limits(len(raw))[1:-1])
    return np.searchsorted(edges, rank, side="right")


def likely_counts(expected: Floats, spread: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give the range in which the count of each cell is likely to fall.

    Parameters
    ----------
    expected : ndarray of float64, shape (cells,)
        Expected events.
    spread : ndarray of float64, shape (cells,)
        As `Calibrator.spread`; 0 gives a Poisson range.
    level : float, default 0.95
        Share of counts the range should hold at least.

    Returns
    -------
    low, high : ndarray of float64, shape (cells,)
        Whole numbers.
    """
    low, high = np.zeros(len(expected)), np.zeros(len(expected))
    for each in np.unique(spread):
        cells = spread == each
        low[cells], high[cells] = _range_of(expected[cells], float(each), (1 - level) / 2)
    return low, high


def _range_of(expected: Floats, spread: float, tail: float) -> tuple[Floats, Floats]:
    top = max(float(expected.max(initial=0.0)), 1e-3) * 1.001
    rates = np.concatenate([[0.0], np.geomspace(1e-4, top, 400)])
    if spread > 1e-9:
        size = 1 / spread
        chance = size / (size + rates)
        low = stats.nbinom.ppf(tail, size, chance)
        high = stats.nbinom.ppf(1 - tail, size, chance)
    else:
        low, high = stats.poisson.ppf(tail, rates), stats.poisson.ppf(1 - tail, rates)
    # The low end of the smaller and the high end of the larger rate: never too narrow.
    above = np.clip(np.searchsorted(rates, expected), 0, len(rates) - 1)
    below = np.maximum(above - 1, 0)
    return np.maximum(np.nan_to_num(low[below]), 0.0), np.nan_to_num(high[above])
