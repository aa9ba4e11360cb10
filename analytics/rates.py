"""Rates and changes with their likely ranges: how sure can one be of a count?

Counts of incidents are treated as Poisson, so that a small count carries a wide range. Nothing
here knows an area, a screen or a file. A change is never said as a bare percentage.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

FloatArray = npt.NDArray[np.float64]

LIKELY = 0.95
"""Default confidence of a likely range."""

CLEAR_CHANGE = 3.0
"""Size of z from which a change is flagged."""

CHANGE_LIKELY = float(1 - 2 * special.ndtr(-CLEAR_CHANGE / np.sqrt(2)))
"""Confidence of the range of a change, 96.6 %: chance alone takes z past `CLEAR_CHANGE` in the
rest, about 1 of 30. With large counts the range leaves out 1 just where z does that."""


@dataclass(frozen=True)
class Estimate:
    """Values with the ends of their likely ranges; arrays of one shape.

    A value that cannot be known (no residents, nothing expected) is NaN in all three.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Change:
    """What can be said of a count now against a count before.

    Attributes
    ----------
    now, before : int
        The counts.
    z : float
        ``2 * (sqrt(now) - sqrt(before))``; near 0 when nothing changed.
    is_clear : bool
        True if the range of the ratio leaves out 1, so that what is said and what is printed
        never disagree; otherwise there is no clear change.
    ratio : float
        Now over before (per unit of length); NaN if there was nothing before.
    ratio_low, ratio_high : float
        Likely range of the ratio; high is infinite if there was nothing before.
    """

    now: int
    before: int
    z: float
    is_clear: bool
    ratio: float
    ratio_low: float
    ratio_high: float

    @property
    def direction(self) -> str:
        """Say 'more', 'fewer' or 'no clear change'."""
        if not self.is_clear:
            return "no clear change"
        return "more" if self.z > 0 else "fewer"


def poisson_interval(counts: npt.ArrayLike, confidence: float = LIKELY) -> Estimate:
    """Give the exact range in which the true mean of each count is likely to lie.

    Parameters
    ----------
    counts : array_like of float
        Counts, 0 or more; NaN stays NaN.
    confidence : float, default 0.95
        Between 0 and 1.

    Returns
    -------
    Estimate
        The counts and the ends of the ranges, as float arrays of the same shape. The low end
        of a count of 0 is 0.

    Raises
    ------
    ValueError
        If a count is negative or the confidence is not between 0 and 1.

    Notes
    -----
    Both ends hold half of the error each, so the range is never too narrow and is somewhat
    too wide for small counts.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28.

    Examples
    --------
    >>> found = poisson_interval([0, 10])
    >>> found.low.round(2).tolist(), found.high.round(2).tolist()
    ([0.0, 4.8], [3.69, 18.39])
    """
    _require_confidence(confidence)
    values = np.asarray(counts, dtype=np.float64)
    if (values < 0).any():
        raise ValueError(f"counts must be 0 or more, got {values[values < 0][:3].tolist()}")
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = np.asarray(stats.chi2.ppf(tail, 2 * values) / 2, dtype=np.float64)
        high = np.asarray(stats.chi2.ppf(1 - tail, 2 * values + 2) / 2, dtype=np.float64)
    return Estimate(values, np.where(values == 0, 0.0, low), high)


def rate_per_1000(
    counts: npt.ArrayLike, residents: npt.ArrayLike, confidence: float = LIKELY
) -> Estimate:
    """Give incidents per 1,000 residents with the exact Poisson range.

    Parameters
    ----------
    counts : array_like of float
        Incidents in the period.
    residents : array_like of float
        Usual residents, same shape; 0 or NaN where not known.
    confidence : float, default 0.95
        Between 0 and 1.

    Returns
    -------
    Estimate
        NaN where residents are 0 or not known. The rate is for the whole period: it is not
        made yearly. Residents are taken as known without error.

    Examples
    --------
    >>> rate_per_1000([10], [5_000]).value.tolist()
    [2.0]
    """
    return _scaled(counts, residents, 1_000.0, confidence)


def standardised_ratio(
    observed: npt.ArrayLike, expected: npt.ArrayLike, confidence: float = LIKELY
) -> Estimate:
    """Give 100 times observed over expected with the exact Poisson range.

    Parameters
    ----------
    observed : array_like of float
        Incidents seen.
    expected : array_like of float
        Incidents expected, for example residents times the rate of the whole county.
    confidence : float, default 0.95
        Between 0 and 1.

    Returns
    -------
    Estimate
        100 is just as expected; NaN where nothing is expected.

    Examples
    --------
    >>> standardised_ratio([12], [8.0]).value.tolist()
    [150.0]
    """
    return _scaled(observed, expected, 100.0, confidence)


def share_of(hits: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = LIKELY) -> Estimate:
    """Give hits as a share of trials with the exact range in which the true share is likely.

    Parameters
    ----------
    hits, trials : array_like of int
        Same shape; hits at most trials.
    confidence : float, default 0.95
        Between 0 and 1.

    Returns
    -------
    Estimate
        Shares from 0 to 1; NaN where there are no trials.

    Raises
    ------
    ValueError
        If there are more hits than trials, or either is negative.

    References
    ----------
    Clopper, C. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26.

    Examples
    --------
    >>> found = share_of([7, 0], [10, 0])
    >>> found.value.tolist()[0], found.low.round(3).tolist()[0], found.high.round(3).tolist()[0]
    (0.7, 0.348, 0.933)
    """
    _require_confidence(confidence)
    had, of = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if (had < 0).any() or (had > of).any():
        raise ValueError("hits must be 0 or more and at most the trials")
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(had > 0, stats.beta.ppf(tail, had, of - had + 1), 0.0)
        high = np.where(had < of, stats.beta.ppf(1 - tail, had + 1, of - had), 1.0)
        value = had / of
    none = of == 0
    return Estimate(value, np.where(none, np.nan, low), np.where(none, np.nan, high))


def compare_counts(
    now: int,
    before: int,
    *,
    now_length: float = 1.0,
    before_length: float = 1.0,
    confidence: float = CHANGE_LIKELY,
) -> Change:
    """Say whether a count now differs clearly from a count before.

    Parameters
    ----------
    now, before : int
        Counts, 0 or more.
    now_length, before_length : float, default 1
        Lengths of the two periods in one unit (days, months); both counts are compared per
        unit of length.
    confidence : float, default 0.966
        Of the range of the ratio, and so of what is called clear.

    Returns
    -------
    Change
        With unequal lengths, z measures the same difference on counts scaled to the shared
        exposure and equals ``2 * (sqrt(now) - sqrt(before))`` when lengths are equal.

    Raises
    ------
    ValueError
        If a count is negative or a length is not above 0.

    Notes
    -----
    Null hypothesis: one Poisson rate in both periods. The range of the ratio is exact: given the
    sum, the count now is binomial (Clopper-Pearson). A change is clear if that range leaves out
    1, which chance alone brings about in at most 1 of 30 comparisons, with small counts in fewer.
    The square roots of Poisson counts have a variance of about 1/4 each, so z has a standard
    deviation of about 1.4 and ``|z| >= 3`` is as rare; but a rise from 0 to 3 reaches it too,
    which one in four such triples does by chance, so z alone flags nothing here.

    References
    ----------
    Wheeler, A. P. (2016). Tables and graphs for monitoring temporal crime trends.
    International Journal of Police Science & Management 18(3).

    Examples
    --------
    >>> compare_counts(20, 12).direction, compare_counts(30, 12).direction
    ('no clear change', 'more')
    """
    _require_confidence(confidence)
    if now < 0 or before < 0:
        raise ValueError(f"counts must be 0 or more, got {now} and {before}")
    if not (now_length > 0 and before_length > 0):
        raise ValueError(f"lengths must be above 0, got {now_length} and {before_length}")
    # Each root is scaled so that equal lengths, in any unit, give the plain difference.
    scale = float(np.sqrt(2 / (now_length + before_length)))
    z = 2 * scale * float(np.sqrt(now * before_length) - np.sqrt(before * now_length))
    low_share, high_share = _binomial_interval(now, now + before, confidence)
    exposure = before_length / now_length
    low, high = _odds(low_share) * exposure, _odds(high_share) * exposure
    return Change(
        now=now,
        before=before,
        z=z,
        is_clear=low > 1 or high < 1,
        ratio=now / before * exposure if before else float("nan"),
        ratio_low=low,
        ratio_high=high,
    )


def _scaled(
    counts: npt.ArrayLike, base: npt.ArrayLike, factor: float, confidence: float
) -> Estimate:
    below = np.asarray(base, dtype=np.float64)
    found = poisson_interval(counts, confidence)
    if below.shape != found.value.shape:
        raise ValueError(f"shapes differ: counts {found.value.shape}, base {below.shape}")
    scale = np.divide(factor, below, out=np.full_like(below, np.nan), where=below > 0)
    return Estimate(found.value * scale, found.low * scale, found.high * scale)


def _binomial_interval(hits: int, trials: int, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = float(stats.beta.ppf(tail, hits, trials - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(1 - tail, hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


def _require_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence!r}")
