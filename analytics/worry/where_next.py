"""Which wards need somebody next: high ASB, or high worry with low confidence, and no live plan?"""

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from analytics.worry.cuts import find_chances, find_cut, require_certainty, take_estimates

HIGH_ASB = "high ASB"
HIGH_WORRY_LOW_CONFIDENCE = "high worry and low confidence"
REASONS = (HIGH_ASB, HIGH_WORRY_LOW_CONFIDENCE)
CERTAINTY = 0.8
LISTED: Final = "listed"
PLANNED: Final = "planned"
UNSURE: Final = "unsure"
REST: Final = "rest"


def list_where_next(
    matrix_table: pd.DataFrame,
    confidence_table: pd.DataFrame,
    plans: Collection[str],
    *,
    certainty: float = CERTAINTY,
    worry_cut: float | None = None,
    confidence_cut: float | None = None,
) -> pd.DataFrame:
    """Say of every ward whether it qualifies, with every reason why, those that do first.

    Parameters
    ----------
    matrix_table : DataFrame
        `Matrix.table`: at least code, asb, worry, p_asb_high, p_worry_high.
    confidence_table : DataFrame
        Confidence of the wards (0 to 100, higher is more confident): code, value, se, low, high,
        in any order.
    plans : collection of str
        Codes of the wards that have a live plan.
    certainty : float, default 0.8
        From 0.5 to below 1; how likely each condition must be on its own.
    worry_cut : float, optional
        Cut that `p_worry_high` was taken of; without it, the median of the wards' estimates.
    confidence_cut : float, optional
        Confidence below this is low; without it, the median of the wards' estimates.

    Returns
    -------
    DataFrame
        One row a ward: code, state, because (tuple of `REASONS`, in that order), certainty
        (probability that at least one of the two reasons holds: it orders the list, and does
        not say that every reason named holds), p_asb_high, p_worry_high, p_confidence_low (the
        chance of each condition by itself), confidence. State is `LISTED`; `PLANNED` if it would
        be listed without its live plan; `UNSURE` if it has no plan and no reason holds, yet one
        is not ruled out with the certainty; else `REST`. Those listed come first: with more
        reasons, then the surer by the per cent, then the higher rate of ASB, then by code. A
        condition with a figure missing does not hold and cannot.

    Raises
    ------
    ValueError
        If a column is missing, a ward stands twice, or the certainty or the cut is out of range.

    Notes
    -----
    The rule is that of the problem-solving task force: areas with much ASB, or where people
    worry and confidence may be lacking. Worry and confidence are each asked for the certainty,
    as in the matrix, and a figure that is shown on the other side of its cut than its chance does
    not hold. They are estimated from one sample and go together, so that the product behind
    `certainty` is on the careful side.

    Examples
    --------
    P(high ASB) 0.9, P(high worry) 0.85, P(low confidence) 0.6: listed for high ASB only; the
    certainty is 1 - 0.1 x (1 - 0.51) = 0.951.
    """
    require_certainty(certainty)
    needed = ("code", "asb", "worry", "p_asb_high", "p_worry_high")
    if missing := [column for column in needed if column not in matrix_table.columns]:
        raise ValueError(f"matrix_table lacks {', '.join(missing)}")
    codes = matrix_table["code"].to_numpy(dtype=object)
    confidence = take_estimates(confidence_table, codes, "confidence_table")
    p_low = 1 - find_chances(confidence, confidence_cut)
    p_asb, p_worry = (
        np.asarray(matrix_table[name], dtype=np.float64) for name in ("p_asb_high", "p_worry_high")
    )
    worry = np.asarray(matrix_table["worry"], dtype=np.float64)
    worried = (p_worry >= certainty) & (worry >= find_cut(worry, worry_cut))
    level = confidence["value"].to_numpy(dtype=np.float64)
    doubtful = (p_low >= certainty) & (level <= find_cut(level, confidence_cut))
    holds = np.column_stack([p_asb >= certainty, worried & doubtful])
    out = 1 - certainty
    may = (p_asb > out) | ((p_worry > out) & (p_low > out))
    planned = np.isin(codes.astype(str), list(plans))
    qualifies = np.any(holds, axis=1)
    both = np.nan_to_num(p_worry * p_low)
    chance = 1 - (1 - np.nan_to_num(p_asb)) * (1 - both)
    found = pd.DataFrame(
        {
            "code": codes.astype(str),
            "state": np.select(
                [qualifies & ~planned, qualifies, may & ~planned], [LISTED, PLANNED, UNSURE], REST
            ),
            "because": [
                tuple(reason for reason, held in zip(REASONS, row, strict=True) if held)
                for row in holds
            ],
            "certainty": chance,
            "p_asb_high": p_asb,
            "p_worry_high": p_worry,
            "p_confidence_low": p_low,
            "confidence": level,
        }
    )
    rate = np.nan_to_num(np.asarray(matrix_table["asb"], dtype=np.float64), nan=-1.0)
    # The last key weighs most.
    order = np.lexsort(
        (codes.astype(str), -rate, -chance.round(2), -holds.sum(axis=1), found["state"] != LISTED)
    )
    return found.iloc[order].reset_index(drop=True)
