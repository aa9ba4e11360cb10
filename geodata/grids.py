"""Grids: a study area cut into equal square or hexagonal cells.

Cells lie on multiples of their size in the coordinate system of the points (any projected
system in metres), so the same place falls in the same cell in every period and every run.
A grid does not know what is counted in it.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse

from geodata.errors import GridError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Kind = Literal["square", "hexagon"]

MOST_CELLS = 4_000_000
"""Cells above which a grid is refused: the size or the coordinates are then a mistake."""

_SPAN = 4_000_000


@dataclass(frozen=True)
class Grid:
    """Cells of one size over a study area.

    Attributes
    ----------
    kind : {'square', 'hexagon'}
        Shape of a cell. A hexagon has flat sides to the east and west and the area of the
        square with side ``cell_m``, so that counts of both can be compared.
    cell_m : float
        Side of a square cell in metres.
    column, row : ndarray of int64, shape (cells,)
        Place of each cell in the lattice; sorted by column, then row.
    region : shapely geometry or None
        The study area that cells are clipped to; None leaves whole cells.
    """

    kind: Kind
    cell_m: float
    column: Ints
    row: Ints
    region: shapely.Geometry | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.column)

    @cached_property
    def _keys(self) -> Ints:
        return self.column * _SPAN + self.row

    @cached_property
    def _centres(self) -> tuple[Floats, Floats]:
        if self.kind == "square":
            x, y = (self.column + 0.5) * self.cell_m, (self.row + 0.5) * self.cell_m
        else:
            width = _hexagon_width(self.cell_m)
            x, y = (self.column + self.row / 2) * width, self.row * width * np.sqrt(0.75)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    @property
    def centre_x(self) -> Floats:
        """Centres of the cells, metres east."""
        return self._centres[0]

    @property
    def centre_y(self) -> Floats:
        """Centres of the cells, metres north."""
        return self._centres[1]

    @cached_property
    def area_m2(self) -> Floats:
        """Area of each cell inside the study area, square metres."""
        if self.region is None:
            return np.full(len(self), self.cell_m**2)
        return np.asarray(shapely.area(self.polygons()))

    def find(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Ints:
        """Find the cell of each point.

        Parameters
        ----------
        x, y : array_like of float
            Metres, in the system of the grid; NaN is outside.

        Returns
        -------
        ndarray of int64
            Number of the cell, or -1 for a point in none. A point on an edge belongs to the
            square to its north and east.
        """
        xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        found = np.full(xs.shape, -1, dtype=np.int64)
        finite = np.isfinite(xs) & np.isfinite(ys)
        if not len(self) or not finite.any():
            return found
        column, row = _lattice(xs[finite], ys[finite], self.cell_m, self.kind)
        keys = column * _SPAN + row
        at = np.minimum(np.searchsorted(self._keys, keys), len(self) - 1)
        found[finite] = np.where(self._keys[at] == keys, at, -1)
        return found

    def count(
        self, x: npt.ArrayLike, y: npt.ArrayLike, weights: npt.ArrayLike | None = None
    ) -> Floats:
        """Count points, or add up their weights, in each cell; points in no cell are left out."""
        at = self.find(x, y)
        inside = at >= 0
        chosen = None if weights is None else np.asarray(weights, dtype=np.float64)[inside]
        return np.bincount(at[inside], weights=chosen, minlength=len(self)).astype(np.float64)

    def polygons(self) -> npt.NDArray[np.object_]:
        """Draw the cells, clipped to the study area."""
        x, y = self.centre_x, self.centre_y
        if self.kind == "square":
            half = self.cell_m / 2
            shapes = shapely.box(x - half, y - half, x + half, y + half)
        else:
            shapes = _hexagons(x, y, self.cell_m)
        if self.region is None:
            return np.asarray(shapes)
        shapely.prepare(self.region)
        cut = ~shapely.contains_properly(self.region, shapes)
        shapes[cut] = shapely.intersection(shapes[cut], self.region)
        return np.asarray(shapes)

    def neighbours(self, rings: int = 1) -> sparse.csr_array:
        """List the neighbours of each cell, without the cell itself.

        Parameters
        ----------
        rings : int, default 1
            How many rings of cells count: one is 8 cells of a square grid (those that share an
            edge or a corner) and 6 of a hexagon grid.

        Returns
        -------
        csr_array of float64, shape (cells, cells)
            1 where two cells are neighbours.
        """
        if rings < 1:
            raise ValueError(f"rings is at least 1, got {rings!r}")
        here, there = [], []
        cells = np.arange(len(self))
        for right in range(-rings, rings + 1):
            for up in range(-rings, rings + 1):
                far = self.kind == "hexagon" and abs(right + up) > rings
                if far or (right == 0 and up == 0):
                    continue
                keys = self._keys + right * _SPAN + up
                at = np.minimum(np.searchsorted(self._keys, keys), max(len(self) - 1, 0))
                hit = self._keys[at] == keys
                here.append(cells[hit])
                there.append(at[hit])
        rows, columns = np.concatenate(here), np.concatenate(there)
        shape = (len(self), len(self))
        return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def make_grid(region: shapely.Geometry, cell_m: float = 150.0, kind: Kind = "square") -> Grid:
    """Cut a study area into the cells that overlap it.

    Parameters
    ----------
    region : shapely Polygon or MultiPolygon
        The study area, in a projected system in metres.
    cell_m : float, default 150
        Side of a square cell, metres; a hexagon has the same area.
    kind : {'square', 'hexagon'}
        Shape of a cell.

    Returns
    -------
    Grid
        Every cell that shares ground with the area, so that no point of the area is lost.

    Raises
    ------
    GridError
        If the area is empty or not in metres, or the grid would have over `MOST_CELLS` cells.
    """
    _check(cell_m, kind)
    if region is not None and not shapely.is_valid(region):
        region = shapely.make_valid(region)
    if region is None or shapely.is_empty(region) or shapely.area(region) <= 0:
        raise GridError(
            "The study area is empty.",
            f"Got {shapely.get_type_id(region) if region is not None else None} without area.",
            "Give a polygon in a projected coordinate system in metres.",
        )
    low_x, low_y, high_x, high_y = shapely.bounds(region)
    _check_span(low_x, low_y, high_x, high_y, cell_m)
    width = _hexagon_width(cell_m)
    if kind == "square":
        column = np.arange(np.floor(low_x / cell_m), np.floor(high_x / cell_m) + 1, dtype=np.int64)
        row = np.arange(np.floor(low_y / cell_m), np.floor(high_y / cell_m) + 1, dtype=np.int64)
        columns, rows = (part.ravel() for part in np.meshgrid(column, row, indexing="ij"))
    else:
        tall = width * np.sqrt(0.75)
        row = np.arange(np.floor(low_y / tall) - 1, np.ceil(high_y / tall) + 2, dtype=np.int64)
        steps = np.arange(np.floor(low_x / width) - 1, np.ceil(high_x / width) + 2, dtype=np.int64)
        across, rows = (part.ravel() for part in np.meshgrid(steps, row, indexing="ij"))
        columns = across - np.floor_divide(rows, 2)
    order = np.lexsort((rows, columns))
    whole = Grid(kind, float(cell_m), columns[order], rows[order])
    shapely.prepare(region)
    shapes = whole.polygons()
    touching = shapely.intersects(region, shapes)
    # A cell that only shares an edge with the area has none of its ground.
    edge = np.flatnonzero(touching & ~shapely.contains_properly(region, shapes))
    touching[edge] = shapely.area(shapely.intersection(shapes[edge], region)) > 1e-6
    return Grid(kind, float(cell_m), whole.column[touching], whole.row[touching], region)


def cover_points(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    cell_m: float = 150.0,
    within_m: float = 500.0,
    kind: Kind = "square",
) -> Grid:
    """Make the grid of all cells near any point, for data that come without a study area.

    Parameters
    ----------
    x, y : array_like of float
        Points, metres; NaN is left out.
    cell_m : float, default 150
        Side of a cell, metres.
    within_m : float, default 500
        A cell belongs if its centre is within this distance of a point, or holds one.
    kind : {'square', 'hexagon'}
        Shape of a cell.

    Returns
    -------
    Grid
        Unclipped; empty if there is no point.
    """
    _check(cell_m, kind)
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    finite = np.isfinite(xs) & np.isfinite(ys)
    points = np.unique(np.column_stack([xs[finite], ys[finite]]), axis=0)
    if not len(points):
        return Grid(kind, float(cell_m), np.empty(0, np.int64), np.empty(0, np.int64))
    column, row = _lattice(points[:, 0], points[:, 1], cell_m, kind)
    step = cell_m if kind == "square" else _hexagon_width(cell_m) * 0.8
    reach = int(np.ceil(within_m / step)) + 1
    keys = [np.unique(column * _SPAN + row)]
    for right in range(-reach, reach + 1):
        for up in range(-reach, reach + 1):
            there = Grid(kind, float(cell_m), column + right, row + up)
            away = np.hypot(there.centre_x - points[:, 0], there.centre_y - points[:, 1])
            keys.append(np.unique(there._keys[away <= within_m]))
    found = np.unique(np.concatenate(keys))
    columns = np.floor_divide(found + _SPAN // 2, _SPAN)
    return Grid(kind, float(cell_m), columns, found - columns * _SPAN)


def _check(cell_m: float, kind: str) -> None:
    if not np.isfinite(cell_m) or cell_m <= 0:
        raise ValueError(f"cell_m is a positive number of metres, got {cell_m!r}")
    if kind not in ("square", "hexagon"):
        raise ValueError(f"kind is 'square' or 'hexagon', got {kind!r}")


def _check_span(low_x: float, low_y: float, high_x: float, high_y: float, cell_m: float) -> None:
    cells = ((high_x - low_x) / cell_m + 1) * ((high_y - low_y) / cell_m + 1)
    if cells > MOST_CELLS * 5:
        raise GridError(
            "The grid would have too many cells.",
            f"An area of {(high_x - low_x) / 1000:,.0f} by {(high_y - low_y) / 1000:,.0f} km in "
            f"cells of {cell_m:g} m makes about {cells:,.0f}.",
            "Use larger cells or a smaller area; coordinates must be in metres.",
        )
    if max(high_x - low_x, high_y - low_y) < 2 * cell_m / 100:
        raise GridError(
            "The study area is smaller than a hundredth of a cell.",
            f"It spans {high_x - low_x:g} by {high_y - low_y:g}; cells are {cell_m:g} m.",
            "Give coordinates in a projected system in metres, not degrees.",
        )


def _hexagon_width(cell_m: float) -> float:
    # Distance between flat sides of a hexagon with the area of the square.
    return float(cell_m * np.sqrt(2 / np.sqrt(3)))


def _lattice(x: Floats, y: Floats, cell_m: float, kind: Kind) -> tuple[Ints, Ints]:
    if kind == "square":
        return np.floor(x / cell_m).astype(np.int64), np.floor(y / cell_m).astype(np.int64)
    width = _hexagon_width(cell_m)
    row = y / (width * np.sqrt(0.75))
    column = x / width - row / 2
    # Rounding in cube coordinates gives the hexagon whose centre is nearest.
    third = -column - row
    r_column, r_row, r_third = np.rint(column), np.rint(row), np.rint(third)
    off_column, off_row = np.abs(r_column - column), np.abs(r_row - row)
    off_third = np.abs(r_third - third)
    fix_column = (off_column > off_row) & (off_column > off_third)
    fix_row = ~fix_column & (off_row > off_third)
    r_column = np.where(fix_column, -r_row - r_third, r_column)
    r_row = np.where(fix_row, -r_column - r_third, r_row)
    return r_column.astype(np.int64), r_row.astype(np.int64)


def _hexagons(x: Floats, y: Floats, cell_m: float) -> npt.NDArray[np.object_]:
    radius = _hexagon_width(cell_m) / np.sqrt(3)
    angle = np.deg2rad(30 + 60 * np.arange(6))
    corners = np.stack(
        [
            x[:, None] + radius * np.cos(angle)[None, :],
            y[:, None] + radius * np.sin(angle)[None, :],
        ],
        axis=-1,
    )
    return np.asarray(shapely.polygons(corners))
