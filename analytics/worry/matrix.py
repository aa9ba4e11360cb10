"""Where does each ward stand between recorded ASB and worry, and is it too close to call?

A ward is put into a quadrant only if it is likely enough to be on that side of both cuts. Worry
is a model's estimate and no ground to enforce against anybody.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.shrinkage import ShrunkenRates
from analytics.worry.beside import weigh_beside
from analytics.worry.cuts import find_chances, find_cut, require_certainty, take_estimates
from analytics.worry.sample import WardEffects

CERTAINTY = 0.8
"""How likely the side of each cut must be before a ward is put into a quadrant."""


class Quadrant(StrEnum):
    """What a ward can be; `CLOSE` and `UNKNOWN` are answers, not gaps."""

    ACT = "act"
    QUIET = "quiet"
    REASSURE = "reassure"
    KEEP = "keep"
    CLOSE = "close"
    UNKNOWN = "unknown"


QUADRANTS = (Quadrant.ACT, Quadrant.QUIET, Quadrant.REASSURE, Quadrant.KEEP)
"""High ASB and high worry; high ASB only; high worry only; neither."""

REASONS = ("ASB", "worry", "both")
"""Which side of a ward is too close to its cut."""


@dataclass(frozen=True)
class Matrix:
    """Every ward with its place, the cuts, and how many there are of each.

    Attributes
    ----------
    table : DataFrame
        One row a ward in the order handed in: code, asb, asb_low, asb_high (per 1,000),
        p_asb_high, worry, worry_low, worry_high (0 to 100), p_worry_high, quadrant (a value of
        `Quadrant`), why ('' unless too close: 'ASB', 'worry' or 'both').
    asb_cut, worry_cut : float
        The cuts in use; NaN if no ward is known.
    certainty : float
        The probability asked for on each side.
    counts : dict of str to int
        Wards by quadrant, every value of `Quadrant` named.
    """

    table: pd.DataFrame
    asb_cut: float
    worry_cut: float
    certainty: float
    counts: dict[str, int]

    @property
    def close_because(self) -> dict[str, int]:
        """How many wards are too close to call, by the side that is: every reason named."""
        why = self.table.loc[self.table["quadrant"] == Quadrant.CLOSE, "why"]
        return {reason: int((why == reason).sum()) for reason in REASONS}

    @property
    def share_close(self) -> float:
        """Share of the wards that are known on both sides that is too close to call, 0 to 1."""
        known = len(self.table) - self.counts[Quadrant.UNKNOWN]
        return self.counts[Quadrant.CLOSE] / known if known else float("nan")


def place_in_matrix(
    asb: ShrunkenRates,
    estimates_table: pd.DataFrame,
    *,
    codes: npt.ArrayLike,
    certainty: float = CERTAINTY,
    asb_cut: float | None = None,
    worry_cut: float | None = None,
    effects: WardEffects | None = None,
) -> Matrix:
    """Put each ward into a quadrant, or say that it is too close to call.

    Parameters
    ----------
    asb : ShrunkenRates
        Recorded ASB per 1,000 residents of each ward.
    estimates_table : DataFrame
        Worry of the wards: code, value, se, low, high, in any order.
    codes : array_like of str (n,)
        Codes of the wards in the order of `asb`.
    certainty : float, default 0.8
        From 0.5 to below 1.
    asb_cut, worry_cut : float, optional
        Fixed cuts, per 1,000 and in points; without one, the median of the wards' estimates.
    effects : WardEffects, optional
        From `WardEstimates.effects`, so that chances of worry allow for how worry goes with ASB
        (`analytics.worry.beside`); without it the two are taken as independent.

    Returns
    -------
    Matrix
        High on a side from ``P(above the cut) >= certainty``, low from ``P <= 1 - certainty``,
        else too close to call; so too where worry as shown lies on the other side. A ward
        without an ASB figure or without an estimate is
        'unknown'.

    Raises
    ------
    ValueError
        If codes and rates do not match, a ward stands twice, a column is missing, or the
        certainty or a cut is out of range.

    Notes
    -----
    The ASB side is the exact gamma distribution of the shrunken rate. The worry side is a normal
    of the model's figure and error before benchmarking (`find_chances`), given what ASB is
    recorded: a ward with much worry and little ASB is the likelier to be there by chance
    (`analytics.worry.beside`). Figures and ranges that are shown stay those of the survey,
    benchmarked. Cuts are taken as fixed. The two sides are each asked for the certainty on their
    own: a ward that just reaches 0.8 on both is in its quadrant with probability 0.64 if the
    errors are independent.

    Half of the wards are above a median whatever the level, so that a county that has become
    calmer still shows wards as high: a fixed cut shows a change of level.

    Examples
    --------
    A worry of 55 (standard error 2) against a cut of 50 is above it with probability 0.994; one
    of 51 with 0.69, which is too close to call.
    """
    require_certainty(certainty)
    wards = np.asarray(codes, dtype=object)
    if wards.shape != asb.value.shape:
        raise ValueError(f"{wards.size} codes for {asb.value.size} rates")
    worry = take_estimates(estimates_table, wards, "estimates_table")
    by_asb = find_cut(asb.value, asb_cut)
    by_worry = find_cut(worry["value"], worry_cut)
    p_asb = asb.chance_above(by_asb) if np.isfinite(by_asb) else np.full(len(wards), np.nan)
    p_worry = find_chances(worry, worry_cut, weigh_beside(worry, effects, asb))
    over = worry["value"].to_numpy() - by_worry
    quadrant, why = name_places(p_asb, p_worry, over, certainty)
    table = pd.DataFrame(
        {
            "code": wards.astype(str),
            "asb": asb.value,
            "asb_low": asb.low,
            "asb_high": asb.high,
            "p_asb_high": p_asb,
            "worry": worry["value"].to_numpy(),
            "worry_low": worry["low"].to_numpy(),
            "worry_high": worry["high"].to_numpy(),
            "p_worry_high": p_worry,
            "quadrant": quadrant,
            "why": why,
        }
    )
    counts = {each.value: int((quadrant == each.value).sum()) for each in Quadrant}
    return Matrix(table, by_asb, by_worry, certainty, counts)


def count_changes(before: Matrix, after: Matrix) -> int:
    """Say how many wards another certainty or cut puts somewhere else.

    Raises
    ------
    ValueError
        If the two do not hold the same wards.
    """
    was = before.table.set_index("code")["quadrant"]
    now = after.table.set_index("code")["quadrant"]
    if len(was) != len(now) or not was.index.isin(now.index).all():
        raise ValueError("the two matrices hold different wards")
    return int((was != now.reindex(was.index)).sum())


def name_places(
    p_asb: npt.NDArray[np.float64],
    p_worry: npt.NDArray[np.float64],
    over: npt.NDArray[np.float64],
    certainty: float,
    over_asb: npt.NDArray[np.float64] | None = None,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Name the quadrant of each ward and the side that is too close.

    Parameters
    ----------
    p_asb, p_worry : ndarray of float (n,)
        Chance that each ward is high on either side; NaN where it is not known.
    over : ndarray of float (n,)
        How far worry as shown lies above its cut.
    certainty : float
        From 0.5 to below 1.
    over_asb : ndarray of float (n,), optional
        The same of the horizontal side, where its figures are not those that chances rest on.
    """
    with np.errstate(invalid="ignore"):
        (asb_high, asb_low), (worry_high, worry_low) = (
            (p >= certainty, 1 - p >= certainty) for p in (p_asb, p_worry)
        )
    # A ward whose figure is shown on the other side of the cut is not called surely on this one.
    worry_high, worry_low = worry_high & (over >= 0), worry_low & (over <= 0)
    if over_asb is not None:
        asb_high, asb_low = asb_high & (over_asb >= 0), asb_low & (over_asb <= 0)
    unknown = np.isnan(p_asb) | np.isnan(p_worry)
    asb_close, worry_close = ~(asb_high | asb_low), ~(worry_high | worry_low)
    close = ~unknown & (asb_close | worry_close)
    quadrant = np.select(
        [
            unknown,
            close,
            asb_high & worry_high,
            asb_high & worry_low,
            asb_low & worry_high,
        ],
        [
            Quadrant.UNKNOWN.value,
            Quadrant.CLOSE.value,
            Quadrant.ACT.value,
            Quadrant.QUIET.value,
            Quadrant.REASSURE.value,
        ],
        Quadrant.KEEP.value,
    ).astype(object)
    why = np.select(
        [close & asb_close & worry_close, close & asb_close, close],
        ["both", "ASB", "worry"],
        "",
    ).astype(object)
    return quadrant, why
