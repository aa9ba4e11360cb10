"""Sort values into a few classes of about equal size, each with a colour and its numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.theme import SEQUENTIAL

MOST_CLASSES = 5
DIGITS = {"count": 0, "rate": 1, "ratio": 0}


@dataclass(frozen=True)
class Classes:
    """Classes of a measure.

    Attributes
    ----------
    colours, labels : tuple of str
        Light to dark; a label holds the smallest and largest value found in the class.
    sizes : tuple of int
        Areas in each class.
    of_area : ndarray of int
        Class of each area; -1 has no figure, -2 lies outside what is looked at.
    """

    colours: tuple[str, ...]
    labels: tuple[str, ...]
    sizes: tuple[int, ...]
    of_area: npt.NDArray[np.int64]


def classify(
    values: npt.NDArray[np.float64], shown: npt.NDArray[np.bool_], measure: str
) -> Classes:
    """Sort values into at most five classes of about the same number of areas.

    Parameters
    ----------
    values : ndarray of float
        NaN has no class.
    shown : ndarray of bool
        Areas looked at; the others have no class and do not shape the classes.
    measure : str
        count, rate or ratio: how many decimals the labels have.
    """
    of_area = np.where(shown, -1, -2)
    usable = shown & np.isfinite(values)
    if not usable.any():
        return Classes((), (), (), of_area)
    rounded = values.round(DIGITS[measure])
    known = rounded[usable]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, MOST_CLASSES + 1)[1:], method="lower"))
    of_area[usable] = np.searchsorted(edges, known)
    colours = SEQUENTIAL[len(edges)]
    labels, sizes = [], []
    for place in range(len(edges)):
        inside = rounded[of_area == place]
        low, high = (f"{end:,.{DIGITS[measure]}f}" for end in (inside.min(), inside.max()))
        labels.append(low if low == high else f"{low} to {high}")
        sizes.append(len(inside))
    return Classes(colours, tuple(labels), tuple(sizes), of_area)
