"""The attainable ceiling: what a forecaster who knew the true rates could expect.

Events are partly chance. Even with every rate known, the next weeks fall where they fall, so
that no forecast reaches an efficiency of 1. How much is left to win is found by simulation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.prediction.history import Floats
from analytics.prediction.scoring import flag_cells


@dataclass(frozen=True)
class Ceiling:
    """What a forecaster with the true rates would catch at one coverage.

    Attributes
    ----------
    hit_rate, low, high : float
        Mean and the range that holds 90 % of simulated windows.
    pei : float
        Mean prediction efficiency index.
    """

    hit_rate: float
    low: float
    high: float
    pei: float


def find_ceilings(
    rates: Floats,
    coverages: Sequence[float],
    *,
    spread: Floats,
    rng: np.random.Generator,
    draws: int = 40,
) -> list[Ceiling]:
    """Simulate windows from given rates and flag the cells whose rates are highest.

    Parameters
    ----------
    rates : ndarray of float64, shape (cells,)
        Expected events: shrunken rates, such as a calibrated forecast. Raw counts would make the
        ceiling too high, because their peaks are partly chance.
    coverages : sequence of float
        Shares of cells flagged.
    spread : ndarray of float64, shape (cells,)
        How much true rates vary around ``rates``: variance over squared mean, measured as the
        spread of what came around what was forecast. The forecaster of the ceiling knows the
        varied rates.
    rng : Generator
        Source of chance.
    draws : int, default 40
        Windows simulated.

    Returns
    -------
    list of Ceiling
        One a coverage; NaN if no event is to be expected.
    """
    shares = np.full((len(coverages), draws), np.nan)
    efficiencies = np.full((len(coverages), draws), np.nan)
    varied = spread > 1e-9
    for draw in range(draws):
        true = rates.copy()
        true[varied] *= rng.gamma(1 / spread[varied], spread[varied])
        came = rng.poisson(true).astype(np.float64)
        total, best = came.sum(), np.cumsum(np.sort(came)[::-1])
        if not total:
            continue
        for number, coverage in enumerate(coverages):
            flags = flag_cells(true, coverage)
            hits = float(flags.share @ came)
            shares[number, draw] = hits / total
            efficiencies[number, draw] = hits / best[flags.cells - 1]
    return [_sum_up(*both) for both in zip(shares, efficiencies, strict=True)]


def _sum_up(shares: Floats, efficiencies: Floats) -> Ceiling:
    if np.isnan(shares).all():
        return Ceiling(np.nan, np.nan, np.nan, np.nan)
    low, high = np.nanquantile(shares, [0.05, 0.95])
    mean, efficiency = float(np.nanmean(shares)), float(np.nanmean(efficiencies))
    return Ceiling(mean, float(low), float(high), efficiency)
