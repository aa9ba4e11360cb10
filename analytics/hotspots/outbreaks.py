"""Where has something broken out just now: more incidents close together lately than usual there?

The space-time permutation scan statistic. Cylinders (a circle of ground and a run of days up to
today) are laid over all busy places; each is compared with what the place's own share and the
days' own share give together. It needs no residents and is not fooled by places that are always
busy or by a busy season. It does not look for outbreaks that are over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from geodata.errors import EventsNotUsableError
from geodata.local_times import drop_offset

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SHOWN_BELOW_P = 0.05
FEWEST_INCIDENTS = 20
FEWEST_IN_CYLINDER = 3
RADII = 5
_WINDOWS_D = (1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 91)
_MONTH_D = 30.4
_COLUMNS = (
    "x_m", "y_m", "radius_m", "first_day", "last_day", "observed", "expected", "ratio", "p", "shown"
)  # fmt: skip


@dataclass(frozen=True)
class Outbreaks:
    """The clearest recent clusters, clearest first.

    Attributes
    ----------
    table : DataFrame
        x_m, y_m (centre), radius_m, first_day, last_day, observed, expected, ratio, p, shown
        (p below 0.05). No two circles overlap.
    found : bool
        True if any is shown.
    sentence : str
        The finding in plain English.
    incidents, left_out, permutations : int
        Incidents used; incidents without a place or day, or after the last day; shuffled orders.
    unit : str
        'day' or 'month'.
    """

    table: pd.DataFrame
    found: bool
    sentence: str
    incidents: int
    left_out: int
    permutations: int
    unit: str


def find_outbreaks(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    day: npt.ArrayLike,
    *,
    until: Any,
    max_radius_m: float = 500.0,
    max_days: int = 28,
    permutations: int = 199,
    rng: np.random.Generator,
    most: int = 10,
) -> Outbreaks:
    """Say where incidents have crowded lately, beyond what place and season explain.

    Parameters
    ----------
    x, y : array_like of float
        Metres, of any projected reference system; NaN where there is no place.
    day : array_like of datetime64
        Day of each incident (its shift-day is best). Month-only data (``datetime64[M]``,
        periods, or nothing but first days of months) go by months. NaT where not known. Of times
        with an offset the local day counts.
    until : date-like
        Last day (or month) looked at; later incidents are left out. An outbreak lasts up to it.
    max_radius_m : float, default 500
        Largest circle; five sizes up to it are tried. Incidents are gathered in squares of a
        fifth of it, and every square with an incident is the centre of circles.
    max_days : int, default 28
        Longest run of days; of month-only data as many whole months, at least one.
    permutations : int, default 199
        Shuffled orders, at least 19.
    rng : numpy.random.Generator
        Shuffles.
    most : int, default 10
        Rows of the table at most.

    Returns
    -------
    Outbreaks
        p says how often shuffled days give any cylinder anywhere that is as clear, so it already
        allows for all cylinders tried; for the second and later rows it errs on the safe side.

    Raises
    ------
    EventsNotUsableError
        If fewer than 20 incidents have a place and day, or all lie in the recent run or in one
        square.
    ValueError
        If days are no dates, `until` is none, or a limit is not above 0.

    Notes
    -----
    Null hypothesis: given how many incidents each place and each day has, they are paired by
    chance. Expected is incidents of the circle times incidents of the days over all; the score is
    the Poisson likelihood ratio. A step change of recording at one place looks like an outbreak.
    Cost per permutation grows with the recent incidents times the squares within reach.

    References
    ----------
    Kulldorff, M., Heffernan, R., Hartman, J., Assunção, R. & Mostashari, F. (2005). A space-time
    permutation scan statistic for disease outbreak detection. PLoS Medicine 2(3).
    """
    if permutations < 19:
        raise ValueError(f"permutations must be at least 19 for p below 0.05, got {permutations}")
    if not (0 < max_radius_m < np.inf and 1 <= max_days < np.inf):
        raise ValueError(
            f"limits must be above 0 and finite, got {max_radius_m!r} m and {max_days!r} days"
        )
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if isinstance(getattr(day, "dtype", None), pd.PeriodDtype):
        periods = pd.PeriodIndex(np.asarray(day, dtype=object))
        day = periods.to_timestamp().to_numpy().astype("datetime64[M]")
    values = np.asarray(drop_offset(day))
    if not np.issubdtype(values.dtype, np.datetime64):
        raise ValueError(f"day must hold datetime64, got {values.dtype}")
    unit = _read_unit(values)
    if pd.isna(until):
        raise ValueError(f"until must be a day or a month, got {until!r}")
    end = until.replace(tzinfo=None) if isinstance(until, datetime) else until
    last = np.datetime64(end, "M" if unit == "month" else "D")
    known = np.isfinite(xs) & np.isfinite(ys) & ~np.isnat(values)
    ages = np.full(len(values), -1, dtype=np.int64)
    ages[known] = (last - values[known].astype(last.dtype)).astype(np.int64)
    kept = known & (ages >= 0)
    windows = _choose_windows(max_days, unit)
    recent = int((ages[kept] < windows[-1]).sum())
    if kept.sum() < FEWEST_INCIDENTS or recent == kept.sum():
        raise EventsNotUsableError(
            "There is too little to look for outbreaks in.",
            f"{int(kept.sum())} incidents have a place and a {unit}, {recent} of them in the last "
            f"{windows[-1]} {unit}s; {FEWEST_INCIDENTS} are needed, and older ones beside them.",
            "Choose a longer history or a larger area.",
        )
    scan = _Scan.over(xs[kept], ys[kept], max_radius_m, windows)
    if len(scan.centres) == 1:
        raise EventsNotUsableError(
            "Outbreaks cannot be looked for here.",
            f"All {int(kept.sum()):,} incidents lie in one square of {max_radius_m / RADII:.0f} m, "
            "so there is no other place to compare with.",
            "Choose a larger area, or leave out a place that only stands for an unknown one.",
        )
    age = ages[kept]
    fresh = np.flatnonzero(age < windows[-1])
    scores, counts, expected = scan.score(scan.cell[fresh], age[fresh])
    best_by_chance = np.empty(permutations)
    for k in range(permutations):
        drawn = rng.choice(len(age), len(fresh), replace=False)
        best_by_chance[k] = scan.score(scan.cell[drawn], age[fresh])[0].max(initial=0.0)
    rows = []
    for at in _clearest_apart(scan, scores, most):
        centre, ring, window = at
        score = scores[at]
        rows.append(
            (
                *scan.centres[centre],
                scan.radii[ring],
                last - (windows[window] - 1),
                last,
                int(counts[at]),
                expected[at],
                counts[at] / expected[at],
                (1 + (best_by_chance >= score).sum()) / (permutations + 1),
                False,
            )
        )
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table["shown"] = table["p"] < SHOWN_BELOW_P
    return Outbreaks(
        table=table,
        found=bool(table["shown"].any()),
        sentence=_say(table, unit, most),
        incidents=int(kept.sum()),
        left_out=int((~kept).sum()),
        permutations=permutations,
        unit=unit,
    )


@dataclass(frozen=True)
class _Scan:
    """The cylinders over one history; only which incidents are recent changes between orders."""

    cell: IntArray
    centres: FloatArray
    radii: FloatArray
    rings: tuple[sparse.csr_array, ...]
    in_circle: FloatArray
    windows: IntArray
    total: int

    @classmethod
    def over(cls, x: FloatArray, y: FloatArray, max_radius_m: float, windows: IntArray) -> "_Scan":
        step = max_radius_m / RADII
        squares = np.column_stack([np.floor(x / step), np.floor(y / step)]).astype(np.int64)
        _, cell = np.unique(squares, axis=0, return_inverse=True)
        cell = cell.ravel().astype(np.int64)
        held: FloatArray = np.bincount(cell).astype(np.float64)
        centres = np.column_stack([np.bincount(cell, weights=v) / held for v in (x, y)])
        tree = cKDTree(centres)
        near = tree.sparse_distance_matrix(tree, max_radius_m, output_type="ndarray")
        ring = np.clip(np.ceil(near["v"] / step).astype(np.int64) - 1, 0, RADII - 1)
        size = (len(centres), len(centres))
        rings = tuple(
            sparse.csr_array(
                (
                    np.ones(int((ring == r).sum()), dtype=np.float32),
                    (near["i"][ring == r], near["j"][ring == r]),
                ),
                shape=size,
            )
            for r in range(RADII)
        )
        in_circle = np.cumsum([part @ held for part in rings], axis=0).T
        radii: FloatArray = step * np.arange(1.0, RADII + 1)
        return cls(cell, centres, radii, rings, in_circle, windows, len(x))

    def score(self, cell: IntArray, age: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Score every cylinder (centre, radius, window) with the recent incidents given."""
        window = np.searchsorted(self.windows, age, side="right")
        shape = (len(self.centres), len(self.windows))
        fresh = np.bincount(cell * shape[1] + window, minlength=shape[0] * shape[1])
        fresh = np.cumsum(fresh.reshape(shape), axis=1).astype(np.float32)
        counts = np.empty((shape[0], RADII, shape[1]), dtype=np.float32)
        for r, part in enumerate(self.rings):
            counts[:, r] = part @ fresh
            if r:
                counts[:, r] += counts[:, r - 1]
        share = np.cumsum(np.bincount(window, minlength=shape[1])) / self.total
        expected = self.in_circle[:, :, None] * share
        # Most cylinders hold too little to be scored: take the logarithms of the others only.
        chosen = np.nonzero((counts >= FEWEST_IN_CYLINDER) & (counts > expected))
        seen, mean = counts[chosen].astype(np.float64), expected[chosen]
        scores = np.zeros(counts.shape)
        rest = self.total - seen
        scores[chosen] = seen * np.log(seen / mean) + np.where(
            rest > 0, rest * np.log(np.maximum(rest, 1) / (self.total - mean)), 0.0
        )
        return scores, counts.astype(np.float64), expected


def _read_unit(values: npt.NDArray[np.datetime64]) -> str:
    """Say 'month' where only months are known, even if written as their first days."""
    known = values[~np.isnat(values)]
    months = known.astype("datetime64[M]")
    firsts = bool((known == months).all()) and len(np.unique(months)) > 1
    return "month" if firsts or np.datetime_data(values.dtype)[0] in ("M", "Y") else "day"


def _choose_windows(max_days: int, unit: str) -> IntArray:
    if unit == "month":
        return np.arange(1, max(1, round(max_days / _MONTH_D)) + 1)
    return np.array([*(w for w in _WINDOWS_D if w < max_days), max_days], dtype=np.int64)


def _clearest_apart(
    scan: _Scan, scores: FloatArray, most: int
) -> list[tuple[np.intp, np.intp, np.intp]]:
    """Choose the clearest cylinders whose circles do not overlap."""
    flat = scores.ravel()
    order = np.flatnonzero(flat > 0)
    order = order[np.argsort(-flat[order], kind="stable")]
    chosen: list[tuple[np.intp, np.intp, np.intp]] = []
    left = np.ones(len(order), dtype=bool)
    centre, ring, window = np.unravel_index(order, scores.shape)
    while len(chosen) < most and left.any():
        k = int(np.argmax(left))
        chosen.append((centre[k], ring[k], window[k]))
        apart = np.hypot(*(scan.centres[centre] - scan.centres[centre[k]]).T)
        left &= apart >= scan.radii[ring] + scan.radii[ring[k]]
    return chosen


def _say(table: pd.DataFrame, unit: str, most: int) -> str:
    shown = table[table["shown"]]
    if shown.empty:
        return "No outbreak: nowhere have incidents crowded lately more than chance gives."
    first = shown.iloc[0]
    length = int((first["last_day"] - first["first_day"]) / np.timedelta64(1, "D")) + 1
    lately = f"since {first['first_day']:%B %Y}" if unit == "month" else f"in {length} days"
    places = "1 place" if len(shown) == 1 else f"{len(shown)} places"
    if len(shown) == most:
        places += " or more"
    return (
        f"Incidents have crowded lately in {places}; the clearest has {first['observed']:,} within "
        f"{first['radius_m']:.0f} m {lately} where {first['expected']:.1f} are usual."
    )
