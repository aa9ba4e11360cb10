"""Predictors that smooth: kernel density of the last year, and of all years fading with age."""

from typing import Self

import numpy as np
from scipy import ndimage
from sklearn.base import BaseEstimator

from analytics.prediction.counting import DecayedCount, RecentCount, capture, smooth_votes
from analytics.prediction.history import MONTH_DAYS, YEAR_DAYS, Floats, History, Lattice

BANDWIDTHS_M = (75.0, 125.0, 200.0, 300.0, 500.0)
"""Standard deviations of the Gaussian kernel that are tried, metres."""


class Density(BaseEstimator):
    """Smooth counts with a Gaussian kernel, corrected at the edge of the study area.

    The bandwidth is the one under which the top cells caught most of what followed, chosen as
    `DecayedCount` chooses its half-life, at up to 26 earlier moments.

    Parameters
    ----------
    with_decay : bool, default False
        Smooth counts that fade with age (half-life as in `DecayedCount`) instead of the plain
        count of the last 12 months.
    bandwidths_m : tuple of float
        Bandwidths tried, metres.
    learn_days : float, default 7
        Length of the windows learned from; data by month use months.
    most_origins : int, default 26
        Most earlier moments to learn from.
    """

    def __init__(
        self,
        with_decay: bool = False,
        bandwidths_m: tuple[float, ...] = BANDWIDTHS_M,
        learn_days: float = 7.0,
        most_origins: int = 26,
    ) -> None:
        self.with_decay = with_decay
        self.bandwidths_m = bandwidths_m
        self.learn_days = learn_days
        self.most_origins = most_origins

    def fit(self, history: History) -> Self:
        """Choose the bandwidth and smooth."""
        self.half_life_ = None
        if self.with_decay:
            decayed = DecayedCount(learn_days=self.learn_days, most_origins=self.most_origins)
            self.half_life_ = decayed.fit(history).half_life_
        step = MONTH_DAYS if history.unit == "month" else self.learn_days
        most = max(4, min(self.most_origins, 8_000_000 // max(history.cells, 1)))
        caught = np.zeros(len(self.bandwidths_m))
        for now in history.origins(step, most, YEAR_DAYS):
            came = history.count(now, now + step)
            rate = self._rate(history.until(now))
            caught += [
                capture(smooth_cells(rate, history.lattice, bandwidth_m), came)
                for bandwidth_m in self.bandwidths_m
            ]
        self.bandwidth_m_ = float(self.bandwidths_m[int(np.argmax(smooth_votes(caught)))])
        self.rate_ = smooth_cells(self._rate(history), history.lattice, self.bandwidth_m_)
        return self

    def predict(self, horizon: float) -> Floats:
        """Give the smoothed rate over the horizon."""
        return self.rate_ * horizon

    def _rate(self, history: History) -> Floats:
        if self.half_life_ is not None:
            return history.decay(self.half_life_)
        return RecentCount().fit(history).rate_


def smooth_cells(values: Floats, lattice: Lattice, bandwidth_m: float) -> Floats:
    """Smooth values of cells with a Gaussian kernel; none leaks out of the study area.

    Each cell hands all of its value to the cells inside the area, so that the sum is kept.
    """
    sigma = bandwidth_m / lattice.cell_m
    inside = lattice.draw(np.ones(len(lattice)))
    kept = ndimage.gaussian_filter(inside, sigma, mode="constant", truncate=3.0)
    share = np.divide(lattice.draw(values), kept, out=np.zeros(lattice.shape), where=inside > 0)
    return lattice.read(ndimage.gaussian_filter(share, sigma, mode="constant", truncate=3.0))
