"""Which hotspots are new, growing, lasting, fading or sporadic, by a rule anyone can check?

Each cell or area is read month by month. A month is hot by a count no cell would reach by chance;
a class follows from which months were hot and from a clear change of the counts. The rules are in
`RULES` and are applied in that order. Months that are not held are left out, never read as 0.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analytics.rates import CLEAR_CHANGE
from geodata.errors import EventsNotUsableError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

RULES: tuple[tuple[str, str], ...] = (
    ("new", "Hot in a recent month, in none before, and clearly more incidents than before."),
    ("growing", "Hot in a recent month and before, and clearly more incidents than before."),
    ("fading", "Hot in at least two months before, and clearly fewer incidents than before."),
    ("lasting", "Hot in at least two thirds of the months, a recent one among them."),
    ("sporadic", "Hot in at least two months, and none of the rules above."),
    ("not a hotspot", "None of the rules above."),
)
"""Classes and their rules, first match first. 'Recent' is the last 3 months held, 'before' the
other months of the last 12 held. 'Clearly' asks for ``|2 (sqrt(now) - sqrt(before))| >= 3`` and for
an exact test that holds although many cells are tested (false discoveries at most 5 %)."""

CLASSES = tuple(name for name, _ in RULES)
LOOKBACK_MONTHS = 12
RECENT_MONTHS = 3
FEWEST_MONTHS = 6
LASTING_SHARE = 2 / 3
HOT_CHANCE = 0.001
"""A month is hot from the smallest count that a mean cell reaches less often than this."""

FEWEST_HOT = 3
"""No month is hot with fewer incidents than this, however quiet the rest."""

FALSE_DISCOVERIES = 0.05
"""Share of the changes called clear that may be chance."""


@dataclass(frozen=True)
class Emerging:
    """The class of each cell with its evidence.

    Attributes
    ----------
    classes : pandas.Categorical
        One of `CLASSES` a cell.
    table : DataFrame
        Evidence, one row a cell: class, months_hot, months_hot_recent, recent and before
        (incidents), before_scaled (what `before` would be in as long a time as `recent`), z
        and is_clear.
    months : int
        Months looked at (held, at most 12).
    recent_months : int
        How many of them are recent.
    threshold : ndarray of float64
        Count from which each of the months looked at is hot; NaN if hot months were given.
    sentence : str
        How many cells of each class.
    """

    classes: pd.Categorical
    table: pd.DataFrame
    months: int
    recent_months: int
    threshold: FloatArray
    sentence: str


def classify_emerging(
    counts: npt.ArrayLike,
    *,
    held: npt.ArrayLike | None = None,
    hot: npt.ArrayLike | None = None,
    expected_by_month: npt.ArrayLike | None = None,
) -> Emerging:
    """Say of each cell whether it is a new, growing, lasting, fading or sporadic hotspot.

    Parameters
    ----------
    counts : array_like of float, shape (cells, months)
        Incidents (whole numbers, not weights), oldest month first; a month that is not held may
        be NaN in every cell.
    held : array_like of bool, shape (months,), optional
        False for months that are not held, if they are not NaN.
    hot : array_like of bool, shape (cells, months), optional
        Months already found hot by another test; by default a month is hot from the count that a
        Poisson cell of the mean of all cells reaches less than once in 1,000 times, and from 3.
    expected_by_month : array_like of float, shape (months,), optional
        What each month weighs, for example the incidents of the whole county, so that a summer
        is not read as growth of every cell. Equal by default.

    Returns
    -------
    Emerging
        By `RULES`, on the last 12 months held.

    Raises
    ------
    EventsNotUsableError
        If fewer than 6 months are held.
    ValueError
        If shapes differ, a count is negative or not whole, or only some cells lack a month.

    Notes
    -----
    The change is tested as the product tests every change: z is 2 times the difference of the
    square roots, `before` scaled to the length of `recent` (see `analytics.rates.compare_counts`).
    Roots of very small counts jump too far (0 to 3 has z 3.5) and thousands of cells are tested, so
    the exact binomial p must also pass the Benjamini-Hochberg control over all cells that hold an
    incident. Cost grows with cells times months.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57.

    Examples
    --------
    >>> counts = np.zeros((50, 12))
    >>> counts[0] = 10
    >>> classify_emerging(counts).classes[:2].tolist()
    ['lasting', 'not a hotspot']
    """
    values = np.asarray(counts, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"counts must be cells x months, got shape {values.shape}")
    months_held = _held_months(values, held)
    kept = np.flatnonzero(months_held)[-LOOKBACK_MONTHS:]
    if len(kept) < FEWEST_MONTHS:
        raise EventsNotUsableError(
            "There are too few months to say which hotspots are new or lasting.",
            f"{len(kept)} months are held; {FEWEST_MONTHS} are needed.",
            "Import more months, or choose a longer period.",
        )
    _require_counts(values[:, months_held])
    counted = values[:, kept]
    weight = _month_weights(expected_by_month, values.shape[1])[kept]
    if hot is None:
        threshold = _hot_from(counted)
        is_hot = counted >= threshold
    else:
        threshold = np.full(len(kept), np.nan)
        is_hot = np.asarray(hot, dtype=bool)
        if is_hot.shape != values.shape:
            raise ValueError(
                f"hot must have the shape of counts {values.shape}, got {is_hot.shape}"
            )
        is_hot = is_hot[:, kept]
    recent = slice(len(kept) - RECENT_MONTHS, None)
    before = slice(0, len(kept) - RECENT_MONTHS)
    now, then = counted[:, recent].sum(axis=1), counted[:, before].sum(axis=1)
    z, scaled = _change(now, then, weight[recent].sum(), weight[before].sum())
    months_hot = is_hot.sum(axis=1)
    hot_recent = is_hot[:, recent].sum(axis=1)
    clear = (np.abs(z) >= CLEAR_CHANGE) & _holds_for_many(
        now, then, weight[recent].sum() / weight.sum()
    )
    classes = _apply_rules(months_hot, hot_recent, np.where(clear, z, 0.0), len(kept))
    table = pd.DataFrame(
        {
            "class": classes,
            "months_hot": months_hot,
            "months_hot_recent": hot_recent,
            "recent": now.astype(np.int64),
            "before": then.astype(np.int64),
            "before_scaled": scaled,
            "z": z,
            "is_clear": clear,
        }
    )
    return Emerging(classes, table, len(kept), RECENT_MONTHS, threshold, _say(classes, len(kept)))


def _held_months(values: FloatArray, held: npt.ArrayLike | None) -> BoolArray:
    missing = np.isnan(values)
    # Without a cell no month can be missing.
    nowhere: BoolArray = np.asarray(missing.all(axis=0) & (len(values) > 0))
    if (missing.any(axis=0) & ~nowhere).any():
        raise ValueError("a month must be held in every cell or in none")
    if held is None:
        return ~nowhere
    given = np.asarray(held, dtype=bool)
    if given.shape != nowhere.shape:
        raise ValueError(f"held must have {len(nowhere)} months, got {given.shape}")
    return np.asarray(given & ~nowhere)


def _require_counts(values: FloatArray) -> None:
    wrong = values[~(np.isfinite(values) & (values >= 0) & (values == np.round(values)))]
    if len(wrong):
        raise ValueError(
            "counts must be incidents, whole numbers of 0 or more in every month held, "
            f"got {wrong[0].item()!r}"
        )


def _month_weights(expected: npt.ArrayLike | None, months: int) -> FloatArray:
    if expected is None:
        return np.ones(months)
    weight = np.asarray(expected, dtype=np.float64)
    if weight.shape != (months,):
        raise ValueError(f"expected_by_month must have {months} months, got {weight.shape}")
    return weight


def _hot_from(counted: FloatArray) -> FloatArray:
    mean = counted.mean(axis=0) if len(counted) else np.zeros(counted.shape[1])
    # isf gives the largest count that is still common enough; the next one is hot.
    above = stats.poisson.isf(HOT_CHANCE, np.maximum(mean, 1e-12)) + 1
    return np.maximum(above, FEWEST_HOT)


def _change(
    now: FloatArray, then: FloatArray, now_length: float, then_length: float
) -> tuple[FloatArray, FloatArray]:
    if not (now_length > 0 and then_length > 0):
        raise ValueError(f"months must weigh more than 0, got {now_length} and {then_length}")
    scale = np.sqrt(2 / (now_length + then_length))
    z = 2 * scale * (np.sqrt(now * then_length) - np.sqrt(then * now_length))
    return z, then * now_length / then_length


def _holds_for_many(now: FloatArray, then: FloatArray, share_now: float) -> BoolArray:
    """Say where two Poisson counts differ although so many cells are tested."""
    both = now + then
    below = stats.binom.cdf(now, both, share_now)
    above = stats.binom.sf(now - 1, both, share_now)
    # An empty cell cannot differ and is no test.
    tested = np.flatnonzero(both > 0)
    differs = np.zeros(len(now), dtype=bool)
    if len(tested):
        p = np.minimum(1.0, 2 * np.minimum(below, above)[tested])
        differs[tested] = stats.false_discovery_control(p) < FALSE_DISCOVERIES
    return differs


def _apply_rules(
    months_hot: npt.NDArray[np.int64],
    hot_recent: npt.NDArray[np.int64],
    change: FloatArray,
    months: int,
) -> pd.Categorical:
    hot_before = months_hot - hot_recent
    more, fewer = change > 0, change < 0
    matches = {
        "new": (hot_recent > 0) & (hot_before == 0) & more,
        "growing": (hot_recent > 0) & (hot_before > 0) & more,
        "fading": (hot_before >= 2) & fewer,
        "lasting": (months_hot >= LASTING_SHARE * months) & (hot_recent > 0),
        "sporadic": months_hot >= 2,
        "not a hotspot": np.ones(len(change), dtype=bool),
    }
    kinds = np.select([matches[name] for name in CLASSES], list(CLASSES), CLASSES[-1])
    return pd.Categorical(kinds, categories=list(CLASSES))


def _say(classes: pd.Categorical, months: int) -> str:
    counts = classes.value_counts()
    parts = [f"{counts[name]:,} {name}" for name in CLASSES[:-1] if counts[name]]
    found = ", ".join(parts) if parts else "no hotspot"
    return f"Over the last {months} months held: {found}."
