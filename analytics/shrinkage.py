"""Rates of wards drawn towards the county's: how high is a rate, and how sure is that?

A small ward's rate jumps about by chance, so that the highest and the lowest of a raw list are
mostly small wards. Each ward's rate is here weighed against how the county's wards are spread.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

FloatArray = npt.NDArray[np.float64]

LIKELY = 0.95
"""Confidence of the likely range."""

PER = 1_000.0
RANK_DRAWS = 2_000
LEAST_SHAPE = 1e-3
FLAT_SHAPE = 0.5


@dataclass(frozen=True)
class ShrunkenRates:
    """Rates per 1,000 residents with all that is known of each; arrays of one shape.

    Attributes
    ----------
    value : ndarray of float (n,)
        Posterior mean; NaN where the count or the residents are not known.
    low, high : ndarray of float (n,)
        Ends of the 95 % likely range (posterior quantiles).
    shape, rate : ndarray of float (n,)
        Gamma distribution of each rate per 1,000; NaN where it is not known.
    prior_shape, prior_rate : float
        Gamma distribution that the county's wards were found to follow; the rate is in
        thousands of residents. Their ratio is the county's level.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    shape: FloatArray
    rate: FloatArray
    prior_shape: float
    prior_rate: float

    def chance_above(self, cut_per_1000: float) -> FloatArray:
        """Give the probability that each true rate lies above a cut.

        Parameters
        ----------
        cut_per_1000 : float
            In incidents per 1,000 residents, 0 or more.

        Returns
        -------
        ndarray of float (n,)
            Between 0 and 1; NaN where the rate is not known.

        Raises
        ------
        ValueError
            If the cut is negative or NaN.
        """
        if not cut_per_1000 >= 0:
            raise ValueError(f"the cut must be 0 or more, got {cut_per_1000!r}")
        return np.asarray(special.gammaincc(self.shape, self.rate * cut_per_1000), dtype=np.float64)

    def likely_ranks(
        self, rng: np.random.Generator, *, draws: int = RANK_DRAWS
    ) -> tuple[FloatArray, FloatArray]:
        """Give the range that each rank probably lies in, 1 the highest rate of those known.

        Parameters
        ----------
        rng : numpy.random.Generator
        draws : int, default 2,000
            Sets of rates drawn from what is known of each and put in order.

        Returns
        -------
        low, high : ndarray of float (n,)
            Ranks that hold the middle 95 % of the draws; NaN where the rate is not known.
        """
        known = np.flatnonzero(np.isfinite(self.shape))
        low, high = np.full((2, len(self.shape)), np.nan)
        if len(known):
            drawn = rng.gamma(self.shape[known], 1 / self.rate[known], size=(draws, len(known)))
            ranks = stats.rankdata(-drawn, axis=1)
            tail = (1 - LIKELY) / 2
            low[known] = np.quantile(ranks, tail, axis=0, method="lower")
            high[known] = np.quantile(ranks, 1 - tail, axis=0, method="higher")
        return low, high


def shrink_rates(
    counts: npt.ArrayLike, residents: npt.ArrayLike, *, confidence: float = LIKELY
) -> ShrunkenRates:
    """Give each ward's rate per 1,000 residents, drawn towards the level of all wards.

    Parameters
    ----------
    counts : array_like of float (n,)
        Incidents of one period, 0 or more; NaN where they are not known or not released.
    residents : array_like of float (n,)
        Usual residents; 0 or NaN where they are not known.
    confidence : float, default 0.95
        Of the likely range, between 0 and 1.

    Returns
    -------
    ShrunkenRates
        A ward without a count or without residents stays NaN and teaches nothing about the
        others. A ward of many residents keeps nearly its own rate; a small one moves towards
        the county's. With fewer than two wards, or no incident at all, no spread can be learnt:
        each ward then stands alone with Jeffreys' prior (half an incident).

    Raises
    ------
    ValueError
        If the shapes differ or a count or a number of residents is negative.

    Notes
    -----
    Counts are Poisson with mean rate times residents, and the rates of all wards follow one
    gamma distribution, found by maximum likelihood of the negative binomial counts. The
    distribution of a rate given its count is then again a gamma: exact, not approximate, except
    that the two figures of the county's distribution are taken as known. That is safe with
    dozens of wards and too sure of itself with a handful. The spread between wards is never
    taken to be smaller than the county's rate is itself uncertain (shape at most the number of
    incidents), so that wards that do not differ are not said to be known exactly.

    If counts are missing because they are small, the level learnt is a little too high and
    those wards are shown without a figure.

    References
    ----------
    Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative
    risks for use in disease mapping. Biometrics 43.

    Examples
    --------
    >>> found = shrink_rates([90, 4, 60, 30, 0], [3_000, 100, 3_000, 3_000, 100])
    >>> found.value.round(1).tolist()
    [29.2, 25.6, 20.0, 10.8, 14.4]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence!r}")
    y = np.asarray(counts, dtype=np.float64)
    thousands = np.asarray(residents, dtype=np.float64) / PER
    if y.shape != thousands.shape:
        raise ValueError(f"shapes differ: counts {y.shape}, residents {thousands.shape}")
    if (y < 0).any() or (thousands < 0).any():
        raise ValueError("counts and residents must be 0 or more")
    known = np.isfinite(y) & np.isfinite(thousands) & (thousands > 0)
    prior_shape, prior_rate = _fit(y[known], thousands[known])
    shape = np.where(known, prior_shape + y, np.nan)
    rate = np.where(known, prior_rate + thousands, np.nan)
    tail = (1 - confidence) / 2
    return ShrunkenRates(
        value=shape / rate,
        low=np.asarray(stats.gamma.ppf(tail, shape, scale=1 / rate), dtype=np.float64),
        high=np.asarray(stats.gamma.ppf(1 - tail, shape, scale=1 / rate), dtype=np.float64),
        shape=shape,
        rate=rate,
        prior_shape=prior_shape,
        prior_rate=prior_rate,
    )


def _fit(y: FloatArray, thousands: FloatArray) -> tuple[float, float]:
    """Find shape and rate of the gamma distribution by maximum likelihood."""
    total = float(y.sum())
    if len(y) < 2 or total == 0:
        return FLAT_SHAPE, 0.0
    level = total / float(thousands.sum())

    def loss(at: FloatArray) -> tuple[float, FloatArray]:
        shape, mean = np.exp(at)
        expected = mean * thousands
        both = shape + expected
        likelihood = (
            special.gammaln(shape + y)
            - special.gammaln(shape)
            + shape * np.log(shape / both)
            + y * np.log(expected / both)
        )
        by_shape = (
            special.digamma(shape + y)
            - special.digamma(shape)
            + np.log(shape / both)
            + 1
            - (shape + y) / both
        )
        by_mean = y / mean - (shape + y) * thousands / both
        slope = np.array([shape * by_shape.sum(), mean * by_mean.sum()])
        return -float(likelihood.sum()), -slope

    highest = float(np.log(max(total, 1.0)))
    found = optimize.minimize(
        loss,
        np.array([min(0.0, highest), np.log(level)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(np.log(LEAST_SHAPE), highest), (np.log(level) - 5, np.log(level) + 5)],
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
    )
    shape, mean = np.exp(found.x)
    return float(shape), float(shape / mean)
