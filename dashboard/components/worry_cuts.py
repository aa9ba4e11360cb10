"""The sliders of the Crime and worry page: as far as the wards' own figures go."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDE = 20.0
"""Span of the wards from which half a unit is fine enough; below, a tenth."""

LEAST = 0.1
"""The smallest cut that a link may hold."""


@dataclass(frozen=True)
class CutScale:
    """A slider: its ends, its steps, and the place that stands for the county's median."""

    low: float
    high: float
    step: float
    usual: float

    def is_usual(self, value: float) -> bool:
        """Say whether a place on the slider is that of the median."""
        return abs(value - self.usual) < self.step / 2


def scale_cut(values: npt.ArrayLike, median: float, chosen: float | None) -> CutScale | None:
    """Give the slider of a cut; None without a known figure.

    Parameters
    ----------
    values : array_like of float
        The figures of the wards; NaN for those without one.
    median : float
        That of the county.
    chosen : float or None
        A cut that is set, such as one of a link: the slider reaches as far as that.

    Examples
    --------
    Wards from 2.1 to 60 with a median of 8.53 get steps of a half from 2 to 60 that meet 8.5.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known) or not math.isfinite(median):
        return None
    low, high = float(known.min()), float(known.max())
    step = 0.5 if high - low > WIDE else 0.1
    if chosen is not None:
        low, high = min(low, chosen), max(high, chosen)
    usual = round(median, 1)
    # Steps are counted from the median, so that the slider can be put back on it.
    below = min(math.ceil((usual - low) / step), math.floor((usual - LEAST) / step))
    above = max(math.ceil((high - usual) / step), 1)
    least = round(usual - max(below, 0) * step, 1)
    if chosen is not None:
        least = min(least, chosen)
    return CutScale(least, round(usual + above * step, 1), step, usual)
