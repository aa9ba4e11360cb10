"""Kernel density: where is it concentrated?

Gives incidents per square kilometre on the cells of a grid, smoothed over a bandwidth that the
reader can picture in metres. A smooth map is for looking: it is not a test of chance (see
Getis-Ord), and smoothing costs accuracy when places are to be ranked for patrol.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import signal, spatial

from geodata.grids import Grid

Floats = npt.NDArray[np.float64]
Kernel = Literal["quartic", "gaussian"]

REACH = {"quartic": 1.0, "gaussian": 4.0}
"""Bandwidths after which a kernel is 0; a normal curve holds 0.03 % of its mass beyond 4."""

_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Density:
    """How densely incidents lie in each cell.

    Attributes
    ----------
    values_per_km2 : ndarray of float64, shape (cells,)
        Incidents (or weight) per square kilometre.
    inside_share : ndarray of float64, shape (cells,)
        Share of the kernel around each cell that lies inside the study area, 0 to 1; the values
        have been divided by it if `is_edge_corrected`.
    bandwidth_m : float
        Metres; the radius of a quartic kernel, the standard deviation of a Gaussian one.
    kernel : {'quartic', 'gaussian'}
        Shape of the smoothing.
    half_life_days : float or None
        Days in which an incident's weight halves; None for no decay.
    is_edge_corrected : bool
        Whether values near the edge were raised for the ground that could not be seen.
    total : float
        Weight of the incidents counted, after decay.
    effective_total : float
        Number of equal incidents that would give as much certainty: less than the count when
        weights differ.
    left_out : int
        Incidents outside the grid, or with no coordinate, no weight or no age.
    """

    values_per_km2: Floats
    inside_share: Floats
    bandwidth_m: float
    kernel: Kernel
    half_life_days: float | None
    is_edge_corrected: bool
    total: float
    effective_total: float
    left_out: int


def choose_bandwidth(x: npt.ArrayLike, y: npt.ArrayLike, *, nearest: int = 10) -> float:
    """Choose a bandwidth in metres that follows how close together the places are.

    Parameters
    ----------
    x, y : array_like of float
        Incidents, metres; NaN is left out.
    nearest : int, default 10
        The typical incident has so many other places (not incidents) within the bandwidth.

    Returns
    -------
    float
        The median over incidents of the distance to the `nearest` other place, kept between 150
        and 450 m (one to three times the radius of a patrol area) and rounded to 10 m; 150 with
        fewer places than that.

    Notes
    -----
    Rules such as Silverman's take the spread of the whole map for the spread of one hump, so on
    a county with several towns they smooth over kilometres. Incidents at one place are one place
    here, or snapped and repeated locations would bring the distance down to zero.
    """
    points = _finite_points(x, y)
    places, counts = np.unique(points, axis=0, return_counts=True)
    if len(places) <= nearest:
        return 150.0
    far, _ = spatial.KDTree(places).query(places, k=[nearest + 1])
    typical = _weighted_median(far[:, 0], counts)
    return float(np.clip(np.round(typical, -1), 150.0, 450.0))


def kernel_density(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    grid: Grid,
    *,
    bandwidth_m: float,
    kernel: Kernel = "quartic",
    weights: npt.ArrayLike | None = None,
    edge_correction: bool | None = None,
    age_days: npt.ArrayLike | None = None,
    half_life_days: float | None = None,
    exact: bool = False,
) -> Density:
    """Say how densely incidents lie around each cell.

    Parameters
    ----------
    x, y : array_like of float
        Incidents, metres, in the system of the grid. Those in no cell are left out and counted.
    grid : Grid
        Square or hexagon cells; values are those at the centres of the cells.
    bandwidth_m : float
        Metres: the radius of a quartic kernel, the standard deviation of a Gaussian one.
    kernel : {'quartic', 'gaussian'}
        'quartic' falls to 0 at the bandwidth, so nothing spreads further; 'gaussian' spreads to
        four bandwidths.
    weights : array_like of float, optional
        Weight of each incident (harm), 0 or more.
    edge_correction : bool, optional
        Divide by the share of the kernel inside the study area. By default done where the grid
        has a region; a grid drawn around the points themselves has no edge behind which more
        could lie.
    age_days : array_like of float, optional
        Age of each incident at the time of the map, 0 or more.
    half_life_days : float, optional
        Needed with `age_days`: days in which an incident's weight halves.
    exact : bool, default False
        True smooths from where each incident is; False from the centre of its cell, which is
        fast for any number of incidents and keeps the total even at small bandwidths.

    Returns
    -------
    Density
        Incidents per square kilometre.

    Notes
    -----
    Without `exact` the kernel is scaled so that it holds a mass of 1 on the lattice of cells:
    away from edges, value times area adds up to the incidents. With a bandwidth below the
    distance between centres it is the plain count per square kilometre. Cost grows with cells x
    log(cells); with `exact`, with places x cells within the kernel.

    References
    ----------
    Diggle (1985), Applied Statistics 34, 138-147, for the correction at the edge.
    """
    if not np.isfinite(bandwidth_m) or bandwidth_m <= 0:
        raise ValueError(f"bandwidth_m is a positive number of metres, got {bandwidth_m!r}")
    if kernel not in REACH:
        raise ValueError(f"kernel is 'quartic' or 'gaussian', got {kernel!r}")
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    mass = _decayed(np.shape(xs), weights, age_days, half_life_days)
    at = grid.find(xs, ys)
    used = (at >= 0) & (mass > 0)
    if edge_correction is None:
        edge_correction = grid.region is not None
    total, squares = float(mass[used].sum()), float((mass[used] ** 2).sum())
    counts = np.bincount(at[used], weights=mass[used], minlength=len(grid)).astype(np.float64)
    smooth = _Lattice(grid, bandwidth_m, kernel)
    share = smooth.spread(grid.area_m2 / grid.cell_m**2) * grid.cell_m**2
    share = np.clip(share, 0.0, 1.0)
    if exact:
        per_m2 = _spread_exactly(xs[used], ys[used], mass[used], grid, bandwidth_m, kernel)
    else:
        per_m2 = smooth.spread(counts)
    if edge_correction:
        per_m2 = np.divide(per_m2, share, out=np.zeros_like(per_m2), where=share > 0)
    return Density(
        values_per_km2=per_m2 * 1e6,
        inside_share=share,
        bandwidth_m=float(bandwidth_m),
        kernel=kernel,
        half_life_days=half_life_days,
        is_edge_corrected=edge_correction,
        total=total,
        effective_total=total**2 / squares if squares > 0 else 0.0,
        left_out=int(np.count_nonzero(~used)),
    )


class _Lattice:
    """Smooths numbers of cells over the lattice that the cells of a grid lie on."""

    def __init__(self, grid: Grid, bandwidth_m: float, kernel: Kernel) -> None:
        self.column = grid.column - (grid.column.min() if len(grid) else 0)
        self.row = grid.row - (grid.row.min() if len(grid) else 0)
        self.mask = _lattice_kernel(grid, bandwidth_m, kernel)

    def spread(self, numbers: Floats) -> Floats:
        """Give the density per square metre at each cell's centre."""
        if not numbers.any():
            return np.zeros(len(numbers))
        full = np.zeros((self.column.max() + 1, self.row.max() + 1))
        full[self.column, self.row] = numbers
        smooth = signal.oaconvolve(full, self.mask, mode="same")[self.column, self.row]
        # The fast transform leaves noise of this size where nothing reaches.
        return np.where(smooth > 1e-12 * smooth.max(), smooth, 0.0)


def _lattice_kernel(grid: Grid, bandwidth_m: float, kernel: Kernel) -> Floats:
    steps = int(np.ceil(REACH[kernel] * bandwidth_m / (grid.cell_m * 0.75))) + 1
    offsets = np.arange(-steps, steps + 1)
    column, row = (part.ravel() for part in np.meshgrid(offsets, offsets, indexing="ij"))
    around = Grid(grid.kind, grid.cell_m, column, row)
    middle = (column == 0) & (row == 0)
    away = np.hypot(
        around.centre_x - around.centre_x[middle], around.centre_y - around.centre_y[middle]
    )
    height = _kernel_height(away, bandwidth_m, kernel)
    return (height / height.sum() / grid.cell_m**2).reshape(len(offsets), len(offsets))


def _kernel_height(away_m: Floats, bandwidth_m: float, kernel: Kernel) -> Floats:
    scaled = (away_m / bandwidth_m) ** 2
    if kernel == "quartic":
        return np.asarray(3 / (np.pi * bandwidth_m**2) * np.maximum(1 - scaled, 0.0) ** 2)
    inside = away_m <= REACH[kernel] * bandwidth_m
    mass = 1 - np.exp(-(REACH[kernel] ** 2) / 2)
    return np.asarray(
        np.where(inside, np.exp(-scaled / 2), 0.0) / (2 * np.pi * bandwidth_m**2 * mass)
    )


def _spread_exactly(
    x: Floats, y: Floats, mass: Floats, grid: Grid, bandwidth_m: float, kernel: Kernel
) -> Floats:
    found = np.zeros(len(grid))
    if not len(x):
        return found
    places, place = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    heaps = np.bincount(place.ravel(), weights=mass, minlength=len(places))
    reach = REACH[kernel] * bandwidth_m
    centres = spatial.KDTree(np.column_stack([grid.centre_x, grid.centre_y]))
    each = int(np.pi * (reach / grid.cell_m + 1) ** 2) + 1
    chunk = max(_PAIRS_AT_ONCE // each, 1)
    for start in range(0, len(places), chunk):
        part = spatial.KDTree(places[start : start + chunk])
        pairs = part.sparse_distance_matrix(centres, reach, output_type="ndarray")
        heights = heaps[start + pairs["i"]] * _kernel_height(pairs["v"], bandwidth_m, kernel)
        found += np.bincount(pairs["j"], weights=heights, minlength=len(grid))
    return found


def _decayed(
    shape: tuple[int, ...],
    weights: npt.ArrayLike | None,
    age_days: npt.ArrayLike | None,
    half_life_days: float | None,
) -> Floats:
    mass = np.ones(shape) if weights is None else np.array(weights, dtype=np.float64)
    if mass.shape != shape:
        raise ValueError(f"shapes differ: points {shape}, weights {mass.shape}")
    if (mass < 0).any():
        raise ValueError("weights must be 0 or more")
    if (age_days is None) != (half_life_days is None):
        raise ValueError("age_days and half_life_days go together: give both or neither")
    if age_days is not None and half_life_days is not None:
        ages = np.asarray(age_days, dtype=np.float64)
        if not half_life_days > 0:
            raise ValueError(f"half_life_days must be above 0, got {half_life_days!r}")
        if ages.shape != shape or (ages < 0).any():
            raise ValueError("age_days must be 0 or more, one an incident")
        mass = mass * 0.5 ** (ages / half_life_days)
    return np.nan_to_num(mass, nan=0.0)


def _finite_points(x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    return np.asarray(points[np.isfinite(points).all(axis=1)])


def _weighted_median(values: Floats, counts: npt.NDArray[np.int64]) -> float:
    order = np.argsort(values, kind="stable")
    running = np.cumsum(counts[order])
    return float(values[order][np.searchsorted(running, running[-1] / 2)])
