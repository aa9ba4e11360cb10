"""Dual density: where is it denser than residents, or another period, would lead to expect?

A plain density map is mostly a map of where people are. This one divides by what was expected,
draws the ratio towards 1 where little is known, and gives its likely range.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.hotspots.density import Density, Floats


@dataclass(frozen=True)
class DualDensity:
    """How much denser than expected each cell is; arrays of shape (cells,).

    Attributes
    ----------
    ratio : ndarray of float64
        Density over the density expected, drawn towards 1 where little is known; 1 is as
        expected, 2 is twice as dense.
    low, high : ndarray of float64
        Likely range of the ratio.
    is_clear : ndarray of bool
        True where the likely range does not hold 1.
    level : float
        Confidence of the range.
    """

    ratio: Floats
    low: Floats
    high: Floats
    is_clear: npt.NDArray[np.bool_]
    level: float

    @property
    def log_ratio(self) -> Floats:
        """Natural logarithm of the ratio: 0 is as expected, and half and double lie alike."""
        return np.asarray(np.log(self.ratio))


def dual_density(
    density: Density,
    expected: Density,
    *,
    expected_is_counted: bool,
    shrink_incidents: float = 5.0,
    level: float = 0.95,
) -> DualDensity:
    """Say where incidents are denser than residents, or another period, would lead to expect.

    Parameters
    ----------
    density : Density
        The incidents.
    expected : Density
        What they are set against: residents, other incidents, or an earlier period, on the same
        grid with the same kernel and bandwidth. Only its pattern counts: its total is scaled to
        that of `density`.
    expected_is_counted : bool
        True for incidents, which carry chance of their own; False for residents or another known
        quantity, which do not.
    shrink_incidents : float, default 5
        The ratio is drawn towards 1 as though so many more incidents had been seen, and expected,
        in every window: empty ground has a ratio of 1, not infinity.
    level : float, default 0.95
        Confidence of the likely range.

    Returns
    -------
    DualDensity
        Ratios with their likely ranges.

    Notes
    -----
    A window is the ground over which a flat kernel would smooth as much (5 pi h^2 / 9 for the
    quartic, 4 pi h^2 for the Gaussian); density times window is a count, taken as Poisson. With a
    gamma prior of mean 1 the ratio's range is a gamma quantile, or an F quantile when both sides
    are counted. Neighbouring cells share incidents, and nothing is corrected for many cells: a
    flag says "likely here", not "found on this map".

    References
    ----------
    Bithell (1990), Statistics in Medicine 9, 691-701; Bowman and Azzalini (1997), chapter 6.
    """
    same = ("bandwidth_m", "kernel", "is_edge_corrected")
    if any(getattr(density, name) != getattr(expected, name) for name in same) or (
        density.values_per_km2.shape != expected.values_per_km2.shape
    ):
        raise ValueError("both densities need the same grid, bandwidth, kernel and edges")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}")
    if not shrink_incidents > 0:
        raise ValueError(f"shrink_incidents must be above 0, got {shrink_incidents!r}")
    if not expected.total > 0:
        raise ValueError("nothing is expected: the second density holds no weight")
    window_km2 = density.bandwidth_m**2 * np.pi * (5 / 9 if density.kernel == "quartic" else 4)
    window_km2 /= 1e6
    seen = density.values_per_km2 * window_km2 * _count_scale(density)
    pattern = expected.values_per_km2 * window_km2
    due = pattern * density.effective_total / expected.total
    ratio = (shrink_incidents + seen) / (shrink_incidents + due)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if expected_is_counted and density.effective_total > 0:
        scale = density.effective_total / expected.effective_total
        below = shrink_incidents / scale + pattern * _count_scale(expected)
        low, high = (
            ratio * stats.f.ppf(tail, 2 * (shrink_incidents + seen), 2 * below) for tail in tails
        )
    else:
        low, high = (
            stats.gamma.ppf(tail, shrink_incidents + seen) / (shrink_incidents + due)
            for tail in tails
        )
    return DualDensity(ratio, low, high, (low > 1) | (high < 1), level)


def _count_scale(density: Density) -> float:
    return density.effective_total / density.total if density.total > 0 else 0.0
