"""What a predictor may know: the events before a moment, on the cells of a study area.

Time is counted in days from an origin. Data that know only the month put every event in the
middle of its month, and a month is 365.25 / 12 days, so that half-lives and windows mean the
same for both. A `History` never holds an event at or after its own moment `now`: whatever is
computed from it cannot know the future.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import EventsNotUsableError, safe_value
from geodata.grids import Grid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Unit = Literal["day", "month"]

MONTH_DAYS = 365.25 / 12
YEAR_DAYS = 365.25
GAP_DAYS = 92.0
GAP_EVENTS = 20.0
FEWEST_AFTER_GAP = 0.05


@dataclass(frozen=True)
class Timeline:
    """Events of a study area in order of time.

    Attributes
    ----------
    x, y : ndarray of float64, shape (events,)
        Metres.
    day : ndarray of float64, shape (events,)
        Days since ``origin``, ascending.
    origin : Timestamp
        Midnight of the first event's day, or the first of its month.
    unit : {'day', 'month'}
        What is known of the time.
    end : float
        Day on which the data end: midnight after the last event, or the end of its month.
    dropped : int
        Rows without a usable place or time.
    before_gap, after_gap : int
        Events on the other side of a long gap in the data, which are not among these.
    """

    x: Floats
    y: Floats
    day: Floats
    origin: pd.Timestamp
    unit: Unit
    end: float
    dropped: int
    before_gap: int = 0
    after_gap: int = 0

    def date_of(self, day: float) -> pd.Timestamp:
        """Give the date (or first of the month) of a day number."""
        if self.unit == "month":
            months = round(day / MONTH_DAYS)
            return pd.Timestamp((self.origin.to_period("M") + months).start_time)
        return self.origin + pd.Timedelta(days=day)

    def day_of(self, moment: object) -> float:
        """Give the day number of a date, or of a month in month-only data."""
        stamp = _moment(moment, self.unit)
        if isinstance(stamp, pd.Period):
            return float((stamp.ordinal - self.origin.to_period("M").ordinal) * MONTH_DAYS)
        return float((stamp - self.origin) / pd.Timedelta(days=1))


def _moment(moment: object, unit: Unit) -> pd.Timestamp | pd.Period:
    """Read a moment as a month or as a local time without offset."""
    try:
        if moment is None or moment is pd.NaT:
            raise TypeError
        if unit == "month":
            if isinstance(moment, pd.Period):
                return moment.asfreq("M")
            return pd.Timestamp(moment).tz_localize(None).to_period("M")  # type: ignore[arg-type]
        start = moment.start_time if isinstance(moment, pd.Period) else moment
        return pd.Timestamp(start).tz_localize(None)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"at is a date or a month, got {moment!r}") from None


def read_events(events: pd.DataFrame, before: object = None) -> Timeline:
    """Put events in order and on one clock.

    Parameters
    ----------
    events : DataFrame
        ``x_m`` and ``y_m`` (metres, any projected system) and ``occurred_at`` (datetime64, local
        time) or ``month`` (monthly period, or text YYYY-MM). No other column is looked at.
    before : date, Timestamp, Period or str, optional
        Events at or after this moment (or month) are not looked at.

    Returns
    -------
    Timeline
        Rows without place or time are dropped and counted. So are events before the last gap
        of over three months in which more than `GAP_EVENTS` would have been expected: months
        that are not held must not be read as months without ASB. Where next to nothing follows
        a gap (a wrong year, say), what follows is dropped instead.

    Raises
    ------
    EventsNotUsableError
        If columns are missing, nothing is left, or the coordinates look like degrees.
    """
    named = {"x_m", "y_m"} - set(events.columns)
    exact = "occurred_at" in events.columns
    if exact and "month" in events.columns and events["occurred_at"].isna().all():
        exact = False
    if named or not (exact or "month" in events.columns):
        raise EventsNotUsableError(
            "The events lack columns.",
            f"They have {', '.join(map(str, events.columns))[:120] or 'none'}.",
            "Give x_m and y_m in metres, and occurred_at (dates and times) or month.",
        )
    x = events["x_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    y = events["y_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    if exact:
        when = _read_times(events["occurred_at"])
        known = when.notna().to_numpy()
    else:
        months = _read_months(events["month"])
        known = months.notna().to_numpy()
    usable = np.isfinite(x) & np.isfinite(y) & known
    dropped = int((~usable).sum())
    if before is not None and usable.any():
        limit = _moment(before, "day" if exact else "month")
        times = when if exact else months
        usable &= np.asarray(times < limit)
        if not usable.any():
            raise EventsNotUsableError(
                "No event lies before the moment forecast.",
                f"The moment is {limit}.",
                "Choose a later date, or load earlier months.",
            )
    if not usable.any():
        raise EventsNotUsableError(
            "No event has a place and a time.",
            f"{len(events):,} rows were given.",
            "Check the columns x_m, y_m and occurred_at or month.",
        )
    x, y = x[usable], y[usable]
    if np.abs(x).max() <= 180 and np.abs(y).max() <= 90 and len(x) > 1:
        raise EventsNotUsableError(
            "The coordinates look like degrees.",
            f"They lie between {x.min():.3f} and {x.max():.3f}, {y.min():.3f} and {y.max():.3f}.",
            "Project them to metres first, such as EPSG:27700.",
        )
    if exact:
        moments = when[usable].to_numpy(dtype="datetime64[ns]")
        order = np.argsort(moments, kind="stable")
        first, last = _unbroken((moments[order] - moments[order[0]]) / np.timedelta64(1, "D"))
        strays, order = len(order) - last, order[first:last]
        origin = pd.Timestamp(moments[order[0]]).normalize()
        day = (moments[order] - origin.to_datetime64()) / np.timedelta64(1, "D")
        end = float(np.floor(day[-1]) + 1)
    else:
        ordinal = pd.PeriodIndex(months[usable], freq="M").asi8
        order = np.argsort(ordinal, kind="stable")
        first, last = _unbroken((ordinal[order] - ordinal[order[0]]) * MONTH_DAYS)
        strays, order = len(order) - last, order[first:last]
        origin = pd.Period(ordinal=int(ordinal[order[0]]), freq="M").start_time
        day = (ordinal[order] - ordinal[order[0]] + 0.5) * MONTH_DAYS
        end = float((ordinal[order[-1]] - ordinal[order[0]] + 1) * MONTH_DAYS)
    return Timeline(
        x[order],
        y[order],
        np.asarray(day, dtype=np.float64),
        origin,
        "day" if exact else "month",
        end,
        dropped,
        first,
        strays,
    )


def _unbroken(day: Floats) -> tuple[int, int]:
    """Find the stretch of events without a long gap that a history is made of.

    Returns
    -------
    first, last : int
        The events from ``first`` up to but not including ``last``.
    """
    last = len(day)
    for at in np.flatnonzero(np.diff(day) > GAP_DAYS)[::-1]:
        before = int(at) + 1
        gap = float(day[before] - day[at])
        # What was usual before the gap decides, so that nothing after it has a say.
        if gap * before / max(float(day[at]), 1.0) <= GAP_EVENTS:
            continue
        if last - before >= max(GAP_EVENTS, FEWEST_AFTER_GAP * before):
            return before, last
        last = before
    return 0, last


def _read_times(times: pd.Series) -> pd.Series:
    try:
        when = pd.to_datetime(times)
    except (TypeError, ValueError) as error:
        raise EventsNotUsableError(
            "The column occurred_at holds something that is not a date and time.",
            str(error)[:120],
            "Give datetime64, or text such as 2025-06-30 21:15.",
        ) from None
    return when.dt.tz_localize(None) if when.dt.tz is not None else when


def _read_months(months: pd.Series) -> pd.Series:
    if isinstance(months.dtype, pd.PeriodDtype):
        return months.dt.asfreq("M")
    if pd.api.types.is_datetime64_any_dtype(months):
        return months.dt.to_period("M")
    text = months.astype(str).str.strip()
    known = text.str.fullmatch(r"\d{4}-\d{2}(-\d{2}.*)?")
    if not known.all() and not months[~known].isna().all():
        wrong = str(months[~known & months.notna()].iloc[0])
        raise EventsNotUsableError(
            "The column month holds something that is not a month.",
            f"{safe_value(wrong)} is not YYYY-MM.",
            "Give monthly periods or text such as 2025-06.",
        )
    read = pd.to_datetime(text.where(known).str[:7], format="%Y-%m", errors="coerce")
    return read.dt.to_period("M")


@dataclass(frozen=True)
class Lattice:
    """Cells laid out as a picture, so that neighbours are a step away.

    Attributes
    ----------
    shape : tuple of int
        Columns and rows of the picture, with an empty margin of `MARGIN` cells.
    at : ndarray of int64, shape (cells,)
        Place of each cell in the flattened picture.
    cell_m : float
        Side of a cell, metres.
    """

    shape: tuple[int, int]
    at: Ints
    cell_m: float

    def __len__(self) -> int:
        return len(self.at)

    def draw(self, values: Floats) -> Floats:
        """Lay values of cells out as a picture; ground outside is 0."""
        picture = np.zeros(self.shape[0] * self.shape[1])
        picture[self.at] = values
        return picture.reshape(self.shape)

    def read(self, picture: Floats) -> Floats:
        """Read the cells back from a picture."""
        return np.asarray(picture.ravel()[self.at])

    def steps(self, ring: int) -> Ints:
        """Give the steps in the flattened picture to the cells of one ring."""
        if ring > MARGIN:
            raise ValueError(f"the margin holds rings up to {MARGIN}, got {ring}")
        steps = [
            right * self.shape[1] + up
            for right in range(-ring, ring + 1)
            for up in range(-ring, ring + 1)
            if max(abs(right), abs(up)) == ring
        ]
        return np.array(steps, dtype=np.int64)


MARGIN = 4
MOST_PICTURE = 30_000_000


def lay_out(grid: Grid) -> Lattice:
    """Lay the cells of a square grid out as a picture.

    Raises
    ------
    EventsNotUsableError
        If the area is so stretched that the picture would not fit in memory.
    """
    if not len(grid):
        return Lattice((2 * MARGIN + 1, 2 * MARGIN + 1), np.empty(0, np.int64), grid.cell_m)
    column = grid.column - grid.column.min() + MARGIN
    row = grid.row - grid.row.min() + MARGIN
    shape = (int(column.max()) + 1 + MARGIN, int(row.max()) + 1 + MARGIN)
    if shape[0] * shape[1] > MOST_PICTURE:
        raise EventsNotUsableError(
            "The events are spread over too large an area.",
            f"A map of {shape[0]:,} by {shape[1]:,} cells would be needed.",
            "Give a region, use larger cells, or leave out events with a wrong place.",
        )
    return Lattice(shape, column * shape[1] + row, grid.cell_m)


@dataclass(frozen=True)
class History:
    """Events on cells before a moment.

    Attributes
    ----------
    cell : ndarray of int64, shape (events,)
        Cell of each event, in order of time.
    day : ndarray of float64, shape (events,)
        Day of each event, ascending and before ``now``.
    start, now : float
        First day of the data and the moment of the forecast.
    lattice : Lattice
        The cells.
    unit : {'day', 'month'}
        What is known of the time.
    ahead : float, default 0
        Days between ``now`` and the first day forecast: data often end earlier.
    """

    cell: Ints
    day: Floats
    start: float
    now: float
    lattice: Lattice
    unit: Unit
    ahead: float = 0.0

    def __post_init__(self) -> None:
        if len(self.day) and self.day[-1] >= self.now:
            raise ValueError("a history holds an event at or after its own moment")

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.lattice)

    @property
    def length(self) -> float:
        """Days of data."""
        return self.now - self.start

    def until(self, now: float) -> "History":
        """Give what was known at an earlier moment."""
        stop = int(np.searchsorted(self.day, now, side="left"))
        return replace(self, cell=self.cell[:stop], day=self.day[:stop], now=now, ahead=0.0)

    def count(self, first: float, last: float) -> Floats:
        """Count events of each cell from day ``first`` up to but not including ``last``."""
        low, high = np.searchsorted(self.day, [first, last], side="left")
        return np.bincount(self.cell[low:high], minlength=self.cells).astype(np.float64)

    def decay(self, half_life: float) -> Floats:
        """Add up events of each cell, each worth half as much every half-life.

        Scaled to events per day: with a steady rate the result is that rate.
        """
        weight = np.exp2((self.day - self.now) / half_life)
        whole = half_life / np.log(2) * -np.expm1(-np.log(2) * self.length / half_life)
        return np.bincount(self.cell, weights=weight, minlength=self.cells) / whole

    def origins(self, horizon: float, most: int, least_history: float) -> Floats:
        """Give earlier moments to learn from, latest first in time order, a horizon apart.

        Each has at least ``least_history`` days (or a third of the data, if that is shorter)
        before it and a whole horizon after it.
        """
        first = self.start + min(least_history, self.length / 3)
        if self.unit == "month":
            first = self.start + np.ceil((first - self.start) / MONTH_DAYS - 1e-9) * MONTH_DAYS
        possible = int(np.floor((self.now - first) / horizon + 1e-9))
        return np.asarray(self.now - horizon * np.arange(min(possible, most), 0.0, -1))
