"""Folds of a back-test: moments to forecast from, and the cells and events each may know."""

from dataclasses import dataclass

import numpy as np
import shapely

from analytics.prediction.history import MONTH_DAYS, Floats, History, Ints, Timeline, lay_out
from geodata.calendar import say_date
from geodata.errors import EventsNotUsableError
from geodata.grids import Grid, cover_points, make_grid

NEAR_M = 500.0
"""Without a region, a cell belongs if an event before the cutoff lies within this distance."""

FEWEST_EVENTS = 50
FEWEST_DAYS = 4 * MONTH_DAYS
MOST_WARM_UP = 26


@dataclass(frozen=True)
class Ground:
    """A grid with its events, each in a cell.

    Attributes
    ----------
    grid : Grid
        Cells of the study area.
    cell : ndarray of int64
        Cell of each event in the area, in order of time.
    day : ndarray of float64
        Day of each of these events.
    joins : ndarray of float64, shape (cells,)
        Day from which a cell belongs to the study area; -inf for a given region.
    outside : int
        Events that lie in no cell.
    """

    grid: Grid
    cell: Ints
    day: Floats
    joins: Floats
    outside: int

    def history(self, timeline: Timeline, cutoff: float) -> tuple[History, Ints]:
        """Give what is known at a cutoff, and the cells of the study area then.

        Returns
        -------
        history : History
            Its cells are those known at the cutoff.
        cells : ndarray of int64
            The number in the grid of each cell of the history.
        """
        cells = np.flatnonzero(self.joins < cutoff)
        place = np.full(len(self.grid), -1, dtype=np.int64)
        place[cells] = np.arange(len(cells))
        stop = int(np.searchsorted(self.day, cutoff, side="left"))
        part = Grid(self.grid.kind, self.grid.cell_m, self.grid.column[cells], self.grid.row[cells])
        known = History(
            place[self.cell[:stop]], self.day[:stop], 0.0, cutoff, lay_out(part), timeline.unit
        )
        return known, cells

    def came(self, cells: Ints, first: float, last: float) -> tuple[Floats, int]:
        """Count events from day ``first`` to before ``last`` in the cells, and those elsewhere."""
        low, high = np.searchsorted(self.day, [first, last], side="left")
        counts = np.bincount(self.cell[low:high], minlength=len(self.grid)).astype(np.float64)
        return counts[cells], int(high - low - counts[cells].sum())


def lay_ground(
    timeline: Timeline, region: shapely.Geometry | None, cell_m: float, grid: Grid | None = None
) -> Ground:
    """Lay events on the cells of the study area.

    Raises
    ------
    EventsNotUsableError
        If fewer than `FEWEST_EVENTS` events lie in the area.
    """
    if grid is None and region is None:
        grid = cover_points(timeline.x, timeline.y, cell_m, NEAR_M)
    elif grid is None:
        grid = make_grid(read_region(region), cell_m)
    cell = grid.find(timeline.x, timeline.y)
    inside = cell >= 0
    if int(inside.sum()) < FEWEST_EVENTS:
        raise EventsNotUsableError(
            "There are too few events in the study area to learn from.",
            f"{int(inside.sum()):,} of {len(cell):,} events lie in it; at least "
            f"{FEWEST_EVENTS} are needed.",
            "Choose a longer period or a larger area, and check that the region and the events "
            "use the same coordinate system.",
        )
    given = region is not None or grid.region is not None
    joins = np.full(len(grid), -np.inf) if given else _first_day_near(grid, timeline)
    return Ground(grid, cell[inside], timeline.day[inside], joins, int((~inside).sum()))


def read_region(region: object) -> shapely.Geometry:
    """Take a study area as shapely geometry, or as a frame or series of it.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if hasattr(region, "union_all"):
        region = region.union_all()
    if not isinstance(region, shapely.Geometry):
        raise ValueError(f"region is a shapely geometry, got {type(region).__name__}")
    return region


def _first_day_near(grid: Grid, timeline: Timeline) -> Floats:
    """Find the day of the first event within `NEAR_M` of each cell's centre, or in the cell."""
    points, first = np.unique(np.column_stack([timeline.x, timeline.y]), axis=0, return_index=True)
    day = timeline.day[first]  # np.unique gives the first of equals, and events are in order
    joins = np.full(len(grid), np.inf)
    own = grid.find(points[:, 0], points[:, 1])
    np.minimum.at(joins, own[own >= 0], day[own >= 0])
    reach = int(np.ceil(NEAR_M / grid.cell_m)) + 1
    for right in range(-reach, reach + 1):
        for up in range(-reach, reach + 1):
            at = grid.find(points[:, 0] + right * grid.cell_m, points[:, 1] + up * grid.cell_m)
            there = at >= 0
            away = np.hypot(grid.centre_x[at] - points[:, 0], grid.centre_y[at] - points[:, 1])
            near = there & (away <= NEAR_M)
            np.minimum.at(joins, at[near], day[near])
    return joins


def note_left_out(timeline: Timeline, ground: Ground) -> list[str]:
    """Say in words which events were left out, and why."""
    notes = []
    if timeline.dropped:
        notes.append(f"{timeline.dropped:,} rows without place or time were left out.")
    if timeline.after_gap:
        notes.append(
            f"{timeline.after_gap:,} events long after all others were left out; is their date "
            "right?"
        )
    if timeline.before_gap:
        notes.append(
            f"{timeline.before_gap:,} events from before a gap in the data were left out; the "
            f"history starts on {say_date(timeline.origin.date())}."
        )
    if ground.outside:
        notes.append(f"{ground.outside:,} events outside the study area were left out.")
    return notes


@dataclass(frozen=True)
class Cutoffs:
    """Moments of a back-test, in order of time; the first ``warm_up`` are not reported."""

    days: Floats
    warm_up: int


def plan_cutoffs(timeline: Timeline, horizon: float, folds: int, step: float) -> Cutoffs:
    """Place the cutoffs of a back-test.

    The last whole horizon of the data is the last fold; the others lie a step apart before it.
    A fold needs four months (or half of the data, if that is less) before it; where the data
    hold fewer, there are fewer folds. Up to `MOST_WARM_UP` folds before the reported
    ones, with at least one horizon of history, teach weights, calibration and choice.

    Raises
    ------
    EventsNotUsableError
        If not even one fold fits.
    """
    least = min(FEWEST_DAYS, timeline.end / 2)
    if timeline.unit == "month":
        least = np.floor(least / MONTH_DAYS + 1e-6) * MONTH_DAYS
    least = max(least, horizon)
    last = timeline.end - horizon
    possible = int(np.floor((last - least) / step + 1e-6)) + 1
    if possible < 1:
        raise EventsNotUsableError(
            "The history is too short for a back-test.",
            f"It covers {timeline.end:,.0f} days; a fold needs {least:,.0f} days before and "
            f"{horizon:,.0f} days after its cutoff.",
            "Load more months, or choose a shorter horizon.",
        )
    reported = min(folds, possible)
    first = last - (reported - 1) * step
    early = int(np.floor((first - horizon) / step + 1e-6))
    warm_up = int(np.clip(early, 0, MOST_WARM_UP))
    days = last - step * np.arange(reported + warm_up - 1, -1, -1)
    return Cutoffs(np.asarray(days, dtype=np.float64), warm_up)
