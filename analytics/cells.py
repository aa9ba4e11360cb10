"""Incidents gathered into square cells, so that a map never needs the points.

Cells lie on multiples of their size in the National Grid, so that the same place falls in the
same cell in every period. They are a picture of where incidents are, not a test of clustering.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

CELL_SIZES_M = (100, 150, 250, 500, 1_000, 2_000, 5_000)
"""Sizes tried, smallest first."""

MOST_CELLS = 5_000
"""Cells a map can take without slowing down."""


@dataclass(frozen=True)
class CellCounts:
    """Cells with at least one incident.

    Attributes
    ----------
    size_m : int
        Side of a cell in metres.
    cells : DataFrame
        easting, northing (centre, EPSG:27700) and incidents; most incidents first.
    without_place : int
        Incidents that have no coordinate and are in no cell.
    """

    size_m: int
    cells: pd.DataFrame
    without_place: int


def count_by_cell(
    easting: npt.ArrayLike,
    northing: npt.ArrayLike,
    *,
    most_cells: int = MOST_CELLS,
    smallest_m: int = 100,
) -> CellCounts:
    """Count incidents in square cells of the smallest size that stays within a limit.

    Parameters
    ----------
    easting, northing : array_like of float
        Metres in EPSG:27700, one an incident; NaN means no coordinate.
    most_cells : int, default 5000
        Most cells to return; the largest size is used if none keeps to it.
    smallest_m : int, default 100
        Smallest size to try.

    Returns
    -------
    CellCounts
        Incidents of the cells plus ``without_place`` add up to the incidents given. An
        incident on an edge belongs to the cell to its north and east.

    Raises
    ------
    ValueError
        If the two arrays differ in length.
    """
    x, y = np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"easting and northing differ: {x.shape} and {y.shape}")
    placed = np.isfinite(x) & np.isfinite(y)
    x, y = x[placed], y[placed]
    sizes = [size for size in CELL_SIZES_M if size >= smallest_m] or [CELL_SIZES_M[-1]]
    for size in sizes:
        keys, counts = _cells(x, y, size)
        if len(keys) <= most_cells:
            break
    columns, rows = keys // 10_000_000, keys % 10_000_000
    cells = pd.DataFrame(
        {
            "easting": (columns + 0.5) * size,
            "northing": (rows + 0.5) * size,
            "incidents": counts.astype("int64"),
        }
    )
    cells = cells.sort_values(["incidents", "easting", "northing"], ascending=[False, True, True])
    return CellCounts(size, cells.reset_index(drop=True), int((~placed).sum()))


def _cells(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    keys = (x // size).astype(np.int64) * 10_000_000 + (y // size).astype(np.int64)
    found, counts = np.unique(keys, return_counts=True)
    return found.astype(np.int64), counts.astype(np.int64)
