"""What the maps of the Crime and worry page show: a class and a hatch for each quadrant."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.components.classes import Classes
from dashboard.components.quadrant_style import GAP_LOOKS, LOOKS, Look
from dashboard.components.ward_maps import WardMarks, first_ranks

WIDTH, HEIGHT = 430, 420


def classify(
    quadrants: Sequence[str], shown: npt.NDArray[np.bool_], names: Mapping[str, str]
) -> Classes:
    """Give each ward the class of its quadrant; wards left out have none."""
    order = list(LOOKS)
    place = np.array([order.index(quadrant) for quadrant in quadrants], dtype=np.int64)
    return _make_classes(LOOKS, names, np.where(shown, place, -2))


def classify_gap(rows: pd.DataFrame) -> Classes:
    """Give wards two classes: likely under-reported, and not clear."""
    known = np.isfinite(rows["p_gap"].to_numpy(dtype=float))
    place = np.where(known, rows["marked"].to_numpy().astype(int), -1)
    names = {"unclear": "Not clear", "likely": "Likely under-reported"}
    return _make_classes(GAP_LOOKS, names, np.where(rows["shown"].to_numpy(), place, -2))


def mark_wards(
    rows: pd.DataFrame,
    tips: Sequence[Sequence[str]],
    focus: str | None,
    looks: Mapping[str, Look] = LOOKS,
) -> WardMarks:
    """Give tooltips, the numbers of the first of the list, the ring and the hatch of the looks."""
    hatches = {
        place: (look.hatch_degrees, look.hatch_colour)
        for place, look in enumerate(looks.values())
        if look.hatch_degrees is not None
    }
    return WardMarks(tips=tips, ranks=first_ranks(rows), focus=focus, hatches=hatches)


def _make_classes(
    looks: Mapping[str, Look], names: Mapping[str, str], of_area: npt.NDArray[np.int64]
) -> Classes:
    return Classes(
        colours=tuple(look.colour for look in looks.values()),
        labels=tuple(names[each] for each in looks),
        sizes=tuple(int((of_area == place).sum()) for place in range(len(looks))),
        of_area=of_area,
    )
