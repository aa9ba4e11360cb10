"""How concentrated are incidents: what share falls in how few places, and is that chance?

With fewer incidents than cells most cells are empty whatever happens, so a Gini near 1 or "half
of all ASB in 3 % of cells" says little by itself. Each figure stands beside what equal risk in
every cell would give by chance. Nothing here knows where the cells lie.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from geodata.errors import EventsNotUsableError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TOP_SHARES = (0.005, 0.01, 0.02, 0.05)
HOLDING = (0.25, 0.5)
_CURVE_POINTS = 201
_TAIL = 0.025
_HALVES = 19


@dataclass(frozen=True)
class Concentration:
    """How concentrated incidents are, each figure beside what chance gives.

    Ranges of chance hold 95 of 100 simulations in which every cell has the same risk.

    Attributes
    ----------
    incidents, cells : int
        What was counted, cells without an incident included.
    gini : float
        0 if all cells hold the same number, near 1 if one cell holds all.
    gini_poisson, gini_poisson_low, gini_poisson_high : float
        The Gini that chance alone gives with as many incidents in as many cells.
    adjusted_gini : float
        ``(gini - gini_poisson) / (1 - gini_poisson)``: 0 is chance; below 0 is more even.
    generalised_gini : float
        Gini against the most even spread that whole incidents allow; differs from `gini` only
        if there are fewer incidents than cells.
    lorenz : DataFrame
        share_of_cells, share_of_incidents and share_by_chance, busiest cells first, at most a few
        hundred points from (0, 0) to (1, 1).
    top : DataFrame
        For each share of cells asked for: share_of_cells, cells, incidents, share (of all
        incidents), low, high (exact binomial range, the cells taken as given), share_held_out (as
        many cells chosen by one half of the incidents, their share of the other half; NaN if no
        incident was left for one of the halves), share_by_chance, chance_low and chance_high.
    holding : DataFrame
        For each share of incidents: share_of_incidents, cells (fewest that hold it),
        share_of_cells, cells_by_chance.
    sentence : str
        The finding in plain English.
    """

    incidents: int
    cells: int
    gini: float
    gini_poisson: float
    gini_poisson_low: float
    gini_poisson_high: float
    adjusted_gini: float
    generalised_gini: float
    lorenz: pd.DataFrame
    top: pd.DataFrame
    holding: pd.DataFrame
    sentence: str


def measure_concentration(
    counts: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    simulations: int = 199,
    shares: tuple[float, ...] = TOP_SHARES,
) -> Concentration:
    """Say how concentrated incidents are over cells, and how much of it chance alone gives.

    Parameters
    ----------
    counts : array_like of int
        Incidents in every cell, cells with none included, in any order.
    rng : numpy.random.Generator
        Draws the simulations.
    simulations : int, default 199
        Times that as many incidents are thrown into the cells at random, at least 1.
    shares : tuple of float, default (0.005, 0.01, 0.02, 0.05)
        Shares of the cells, above 0 and up to 1, busiest first; ``round(share * cells)`` of them,
        at least 1.

    Returns
    -------
    Concentration
        The figures and their ranges.

    Raises
    ------
    EventsNotUsableError
        If no cell holds an incident.
    ValueError
        If a count is negative or not whole, a share is none, or nothing is to be simulated.

    Notes
    -----
    Null hypothesis: every incident falls in any cell with equal chance (a multinomial: Poisson
    counts given their sum). The busiest cells are chosen by the same incidents that are counted
    in them, so `share` is too high for the future: `share_held_out`, the mean of 19 random halves
    with ties broken by chance, is not, though it has half the incidents to choose by (divisions
    that leave a half empty are skipped). Cells of unequal size would need unequal chances. Cost
    grows with simulations times (incidents plus cells).

    References
    ----------
    Bernasco, W. & Steenbeek, W. (2017). More places than crimes. Journal of Quantitative
    Criminology 33. Chalfin, A., Kaplan, J. & Cuellar, M. (2021). Measuring marginal crime
    concentration. Journal of Research in Crime and Delinquency 58.

    Examples
    --------
    >>> found = measure_concentration([6, 0, 0], rng=np.random.default_rng(1))
    >>> round(found.gini, 3), found.top["share"].iloc[0].item()
    (0.667, 1.0)
    """
    if simulations < 1:
        raise ValueError(f"simulations must be at least 1, got {simulations!r}")
    wrong = [share for share in shares if not 0 < share <= 1]
    if wrong:
        raise ValueError(f"shares must be above 0 and at most 1, got {wrong[0]!r}")
    values = _read_counts(counts)
    cells, total = len(values), int(values.sum())
    if total == 0:
        raise EventsNotUsableError(
            "There is no incident to measure concentration from.",
            f"All {cells:,} cells are empty.",
            "Choose a longer period, a larger area or more categories.",
        )
    ranks = _curve_ranks(cells)
    sizes = np.array([max(1, round(share * cells)) for share in shares], dtype=np.int64)
    seen = _Spread.of(values)
    ginis, curves, tops, holdings = [], [], [], []
    for _ in range(simulations):
        drawn = np.bincount(rng.integers(0, cells, total), minlength=cells)
        spread = _Spread.of(drawn)
        ginis.append(spread.gini())
        curves.append(spread.held_by(ranks))
        tops.append(spread.held_by(sizes))
        holdings.append([spread.cells_holding(share) for share in HOLDING])
    by_chance = np.array(ginis)
    chance = float(by_chance.mean())
    gini = seen.gini()
    top = _top_table(seen, sizes, np.array(shares), np.array(tops))
    top.insert(6, "share_held_out", _hold_out(values, sizes, rng))
    fewest = np.array([seen.cells_holding(share) for share in HOLDING])
    holding = pd.DataFrame(
        {
            "share_of_incidents": HOLDING,
            "cells": fewest,
            "share_of_cells": fewest / cells,
            "cells_by_chance": np.mean(holdings, axis=0),
        }
    )
    lorenz = pd.DataFrame(
        {
            "share_of_cells": ranks / cells,
            "share_of_incidents": seen.held_by(ranks) / total,
            "share_by_chance": np.mean(curves, axis=0) / total,
        }
    )
    return Concentration(
        incidents=total,
        cells=cells,
        gini=gini,
        gini_poisson=chance,
        gini_poisson_low=float(np.quantile(by_chance, _TAIL)),
        gini_poisson_high=float(np.quantile(by_chance, 1 - _TAIL)),
        adjusted_gini=(gini - chance) / (1 - chance) if chance < 1 else float("nan"),
        generalised_gini=1 + max(cells / total, 1.0) * (gini - 1),
        lorenz=lorenz,
        top=top,
        holding=holding,
        sentence=_say(fewest[1], cells, holding["cells_by_chance"].iloc[1]),
    )


def measure_gini(counts: npt.ArrayLike) -> float:
    """Give the Gini of counts: 0 if all are equal, ``1 - 1/n`` if one of n holds all.

    Parameters
    ----------
    counts : array_like of int
        Whole numbers, 0 or more.

    Returns
    -------
    float
        NaN if there is no count or all are 0.
    """
    if np.shape(counts) == (0,):
        return float("nan")
    values = _read_counts(counts)
    return _Spread.of(values).gini() if values.any() else float("nan")


@dataclass(frozen=True)
class _Spread:
    """Counts as a table of how many cells hold how many, most first; needs no sorting."""

    size: IntArray
    cells: IntArray
    cells_before: IntArray
    held_before: IntArray

    @classmethod
    def of(cls, counts: IntArray) -> "_Spread":
        if counts.size and counts.max() > 4 * len(counts) + 1_000:
            size, cells = np.unique(counts, return_counts=True)
        else:
            table = np.bincount(counts)
            size = np.flatnonzero(table)
            cells = table[size]
        size, cells = size[::-1], cells[::-1]
        return cls(
            size.astype(np.int64),
            cells.astype(np.int64),
            np.concatenate([[0], np.cumsum(cells)]),
            np.concatenate([[0], np.cumsum(size * cells)]),
        )

    def held_by(self, ranks: IntArray) -> IntArray:
        """Give the incidents in the busiest cells, for each number of cells."""
        at = np.searchsorted(self.cells_before, ranks, side="right") - 1
        at = np.minimum(at, len(self.size) - 1)
        return np.asarray(self.held_before[at] + self.size[at] * (ranks - self.cells_before[at]))

    def cells_holding(self, share: float) -> int:
        """Give the fewest cells that hold a share of the incidents."""
        wanted = share * float(self.held_before[-1])
        at = int(np.searchsorted(self.held_before[1:], wanted, side="left"))
        more = np.ceil((wanted - self.held_before[at]) / self.size[at] - 1e-9)
        return int(self.cells_before[at] + more)

    def gini(self) -> float:
        count, total = float(self.cells_before[-1]), float(self.held_before[-1])
        # Mean rank (1 = busiest) of the cells of one size, weighed by what they hold.
        mean_rank = self.cells_before[:-1] + (self.cells + 1) / 2
        held = (self.size * self.cells).astype(np.float64)
        return (count + 1 - 2 * float((mean_rank * held).sum()) / total) / count


def _read_counts(counts: npt.ArrayLike) -> IntArray:
    values = np.asarray(counts)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"counts must be one row of cells, got shape {values.shape}")
    wrong = values[~(np.isfinite(values) & (values >= 0) & (values == np.round(values)))]
    if len(wrong):
        raise ValueError(f"counts must be whole numbers of 0 or more, got {wrong[0].item()!r}")
    return values.astype(np.int64)


def _curve_ranks(cells: int) -> IntArray:
    """Choose where the curve is drawn: close together among the busiest cells."""
    even = np.linspace(0, cells, _CURVE_POINTS)
    close = np.geomspace(1, cells, _CURVE_POINTS)
    return np.unique(np.round(np.concatenate([even, close])).astype(np.int64))


def _top_table(
    seen: _Spread, sizes: IntArray, shares: FloatArray, by_chance: IntArray
) -> pd.DataFrame:
    total = int(seen.held_before[-1])
    held = seen.held_by(sizes)
    chance = by_chance / total
    return pd.DataFrame(
        {
            "share_of_cells": shares,
            "cells": sizes,
            "incidents": held,
            "share": held / total,
            "low": np.where(held > 0, stats.beta.ppf(_TAIL, held, total - held + 1), 0.0),
            "high": np.where(
                held < total, stats.beta.ppf(1 - _TAIL, held + 1, np.maximum(total - held, 1)), 1.0
            ),
            "share_by_chance": chance.mean(axis=0),
            "chance_low": np.quantile(chance, _TAIL, axis=0),
            "chance_high": np.quantile(chance, 1 - _TAIL, axis=0),
        }
    )


def _hold_out(counts: IntArray, sizes: IntArray, rng: np.random.Generator) -> FloatArray:
    """Give the share of one half of the incidents in the cells busiest in the other half."""
    shares = []
    for _ in range(_HALVES):
        chosen_by = rng.binomial(counts, 0.5)
        left = counts - chosen_by
        # An empty half chooses nothing, and of an empty half there is no share.
        if not (chosen_by.any() and left.any()):
            continue
        known = np.flatnonzero(chosen_by)
        order = known[np.lexsort((rng.random(len(known)), -chosen_by[known]))]
        caught = np.concatenate([[0], np.cumsum(left[order])])
        # Cells beyond the known ones are chosen blindly and hold the mean of the rest.
        blind = np.maximum(sizes - len(known), 0)
        each = (left.sum() - caught[-1]) / max(len(counts) - len(known), 1)
        shares.append((caught[np.minimum(sizes, len(known))] + blind * each) / left.sum())
    if not shares:
        return np.full(len(sizes), np.nan)
    return np.asarray(np.mean(shares, axis=0), dtype=np.float64)


def _say(half: int, cells: int, by_chance: float) -> str:
    return (
        f"Half of all incidents lie in {half:,} of {cells:,} cells ({half / cells:.1%}); "
        f"equal risk everywhere would give {by_chance:,.0f} cells ({by_chance / cells:.1%})."
    )
