"""Scores of a flagged set of cells: hits with ties, PAI, PEI, recapture rate and stability.

Coverage is the share of cells flagged, capture (hit rate) the share of events caught.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Flags:
    """The cells a forecast flags.

    Attributes
    ----------
    share : ndarray of float64, shape (cells,)
        1 for a flagged cell, 0 for others; cells tied at the edge of the list share the places
        that are left, so that each counts as flagged with that probability.
    cells : int
        How many cells are flagged.
    """

    share: Floats
    cells: int


def flag_cells(risk: npt.ArrayLike, coverage: float) -> Flags:
    """Flag the share of cells with the highest risk.

    Parameters
    ----------
    risk : array_like of float, shape (cells,)
        Expected events; NaN is not allowed.
    coverage : float
        Share of cells to flag, above 0 and at most 1; the number is rounded half to even and
        is at least 1.

    Returns
    -------
    Flags
        Ties at the edge share the remaining places equally, which gives the exact expectation
        over every way to break them.

    Examples
    --------
    >>> flag_cells([3.0, 1.0, 1.0, 0.0], 0.5).share.tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    values = np.asarray(risk, dtype=np.float64)
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage is a share above 0 and at most 1, got {coverage!r}")
    if not np.isfinite(values).all():
        raise ValueError("risk has values that are not finite")
    if not len(values):
        return Flags(np.empty(0), 0)
    many = min(len(values), max(1, round(coverage * len(values))))
    return Flags(share_flagged(values, many), many)


def share_flagged(values: Floats, many: int) -> Floats:
    """Flag the ``many`` highest values; those tied at the edge share the places left."""
    edge = np.partition(values, len(values) - many)[len(values) - many]
    above, tied = values > edge, values == edge
    left = many - int(above.sum())
    return np.asarray(above + tied * (left / tied.sum()))


@dataclass(frozen=True)
class Score:
    """How a flagged set did in one window.

    Attributes
    ----------
    cells_flagged : int
        Cells flagged.
    hits : float
        Events in flagged cells; a fraction where ties were shared.
    total : float
        Events in the study area.
    hit_rate : float
        Share of events caught (capture); NaN if there was none.
    pai : float
        Prediction accuracy index: hit rate over share of ground.
    pei : float
        Prediction efficiency index: hits over the most that as many cells could catch.
    share_empty : float
        Share of flagged cells with no event in the window.
    predicted : float
        Events that the forecast expected in the flagged cells.
    rri : float
        Recapture rate index: predicted over observed in the flagged cells.
    """

    cells_flagged: int
    hits: float
    total: float
    hit_rate: float
    pai: float
    pei: float
    share_empty: float
    predicted: float
    rri: float


def score_flags(risk: npt.ArrayLike, came: npt.ArrayLike, coverage: float) -> Score:
    """Score a forecast at one coverage.

    Parameters
    ----------
    risk : array_like of float, shape (cells,)
        Expected events of each cell.
    came : array_like of float, shape (cells,)
        Events that came.
    coverage : float
        Share of cells flagged.

    Returns
    -------
    Score

    References
    ----------
    Chainey, Tompson and Uhlig (2008), Security Journal 21, for PAI; Hunt (2016) for PEI; Levine
    (2008) for the recapture rate index.

    Examples
    --------
    >>> score = score_flags([8, 4, 4, 2, 1, 0], [6, 7, 3, 2, 1, 0], 1 / 6)
    >>> round(score.pai, 4), round(score.pei, 4), round(score.rri, 4)
    (1.8947, 0.8571, 1.3333)
    """
    values = np.asarray(risk, dtype=np.float64)
    events = np.asarray(came, dtype=np.float64)
    flags = flag_cells(values, coverage)
    hits, total = float(flags.share @ events), float(events.sum())
    best = float(np.sort(events)[::-1][: flags.cells].sum())
    predicted = float(flags.share @ values)
    nothing = float("nan")
    hit_rate = hits / total if total else nothing
    return Score(
        flags.cells,
        hits,
        total,
        hit_rate,
        hit_rate * len(values) / flags.cells if total else nothing,
        hits / best if best else nothing,
        float(flags.share @ (events == 0)) / flags.cells,
        predicted,
        predicted / hits if hits else nothing,
    )


def share_kept(before: Floats, now: Floats) -> float:
    """Say how alike two flagged sets are: Jaccard's share of cells in both among those in either.

    Takes the ``share`` of `Flags`; parts of ties count as parts.
    """
    either = np.maximum(before, now).sum()
    return float(np.minimum(before, now).sum() / either) if either else float("nan")


def bootstrap_difference(
    hits: npt.ArrayLike,
    base: npt.ArrayLike,
    *,
    level: float = 0.90,
    draws: int = 4_000,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Say how much more one method caught than another over the same windows.

    Parameters
    ----------
    hits, base : array_like of float, shape (windows,)
        Events caught by the method and by the baseline, window by window.
    level : float, default 0.90
        Level of the interval.
    draws : int, default 4000
        Bootstrap draws of whole windows, the same for both (paired).
    rng : Generator
        Source of chance.

    Returns
    -------
    difference, low, high : float
        Relative to the baseline: 0.05 is 5 % more; NaN if the baseline caught nothing or there
        are fewer than three windows to draw from.
    """
    ours = np.asarray(hits, dtype=np.float64)
    theirs = np.asarray(base, dtype=np.float64)
    if theirs.sum() <= 0:
        return float("nan"), float("nan"), float("nan")
    difference = float(ours.sum() / theirs.sum() - 1)
    if len(ours) < 3:
        return difference, float("nan"), float("nan")
    drawn = rng.multinomial(len(ours), np.full(len(ours), 1 / len(ours)), size=draws)
    below = drawn @ theirs
    ratio = np.divide(drawn @ ours, below, out=np.full(draws, np.nan), where=below > 0) - 1
    tail = (1 - level) / 2
    low, high = np.nanquantile(ratio, [tail, 1 - tail])
    return difference, float(low), float(high)
