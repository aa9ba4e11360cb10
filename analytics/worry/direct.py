"""Direct figures of a survey: what do its answers say of the county and of each district?

Ranges know of weights and, where the survey names them, of strata and clusters (sampling points).
Nothing finer than a district has a direct figure.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analytics.worry.weighting import mean_by_group, read_design

LEAST_N_EFF = 100
"""Fewest effective respondents of a direct figure."""

Z = 1.959963984540054
_NOTHING = 1e-9
"""Variance below which all answers are alike: what is left is rounding."""
DISTRICT = "district_code"
COLUMNS = ("code", "n", "n_eff", "deff", "points", "value", "low", "high", "margin", "refused")
TOO_FEW_POINTS = "Too few sampling points to tell how far others would differ"
TOO_FINE = "The survey is drawn to speak for districts; below them there are only modelled figures"
MORE, LESS, NO_CLEAR_CHANGE = "more", "less", "no clear change"


@dataclass(frozen=True)
class Figure:
    """A percentage or score with the ends of its likely range (95 %)."""

    value: float
    low: float
    high: float


def estimate_direct(
    frame: pd.DataFrame,
    by: str | None = None,
    *,
    is_share: bool,
    least_n_eff: float = LEAST_N_EFF,
) -> pd.DataFrame:
    """Give the weighted figure of the county or of each district, with its likely range.

    Parameters
    ----------
    frame : DataFrame
        One row a respondent with weight (above 0), value (0 to 100), the column ``by``, and if
        known stratum and cluster (see `analytics.worry.weighting.read_design`). All respondents of
        the survey, also for districts: a cluster elsewhere is part of the design.
    by : str, optional
        'district_code', or None for all respondents together. Anything finer is refused.
    is_share : bool
        True if values are 0 or 100 for no or yes.
    least_n_eff : float, default 100
        A figure from fewer effective respondents is refused.

    Returns
    -------
    DataFrame
        code ('' for all), n, n_eff (how many respondents of equal weight would tell as much:
        Kish's of anything where only weights are known, else n / deff of this figure, at most
        n), deff (variance of this figure over that of a simple random sample of n; NaN where
        all answer alike), points (its clusters; NaN if not known), value, low, high, margin
        (half the width of the range, in points), refused (why there is no figure; '' if there
        is). A refused row has NaN for value, low, high and margin. Respondents without a
        district count for the county only.

    Raises
    ------
    ValueError
        If a weight is not above 0, a value lies outside 0 to 100 or the column is missing.

    Notes
    -----
    The range of a mean score is the value plus and minus 1.96 linearised standard errors, cut
    at 0 and 100. That of a percentage is Wilson's, with the number of respondents that gives
    the linearised variance, so that it stays inside 0 to 100 and has a width when all agree.

    With clusters, Student's t with as many degrees of freedom as the figure's clusters outnumber
    its strata stands in place of 1.96, in Wilson's range by a number of respondents that is
    smaller by the square of their ratio (Korn and Graubard). A figure whose clusters do not
    outnumber its strata is refused. Clusters in which nobody answered are not in the frame, so
    they do not count.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22.
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24.

    Examples
    --------
    >>> asked = pd.DataFrame({"weight": 1.0, "value": [0.0, 100.0] * 2_000})
    >>> found = estimate_direct(asked, is_share=True).iloc[0]
    >>> f"{found['value']:.0f} per cent, plus or minus {found['margin']:.2f}"
    '50 per cent, plus or minus 1.55'
    """
    _require(frame, by)
    label = pd.Series("", index=frame.index) if by is None else frame[by].astype(str)
    if frame.empty or (by is not None and (label == "").all()):
        return pd.DataFrame(columns=list(COLUMNS))
    found = mean_by_group(label, frame["value"], frame["weight"], read_design(frame))
    if by is not None:
        found = found[found.index != ""]
    table = found.reset_index().rename(columns={"group": "code", "mean": "value"})
    value = table["value"].to_numpy(dtype=float)
    variance = table["variance"].to_numpy(dtype=float)
    # 100 equal weights of 0.1 are 100 respondents, whatever their sums round to.
    n_eff = np.round(table["n_eff"].to_numpy(dtype=float), 6)
    table["n_eff"] = n_eff
    table.loc[variance <= _NOTHING, "deff"] = np.nan
    df = table["df"].to_numpy(dtype=float)
    low, high = _range_of(value, variance, n_eff, df, is_share=is_share)
    few, lone = ~(n_eff >= least_n_eff), df < 1
    table["refused"] = np.select([few, lone], [_say_few(least_n_eff), TOO_FEW_POINTS], "")
    few |= lone
    if by not in (None, DISTRICT):
        table["refused"], few = TOO_FINE, np.ones(len(table), dtype=bool)
    table["low"], table["high"], table["margin"] = low, high, (high - low) / 2
    table.loc[few, ["value", "low", "high", "margin"]] = np.nan
    return table[list(COLUMNS)]


def compare_estimates(now: Figure, before: Figure) -> str:
    """Say whether a figure is clearly 'more' or 'less' than one before, or 'no clear change'.

    The two must come from different respondents. A change is clear when the likely range of
    the difference (see `difference_between`) leaves out 0; with a figure missing it never is.

    Examples
    --------
    >>> compare_estimates(Figure(86.7, 85.5, 87.9), Figure(85.0, 84.8, 85.2))
    'more'
    """
    change = difference_between(now, before)
    if change.low > 0:
        return MORE
    return LESS if change.high < 0 else NO_CLEAR_CHANGE


def difference_between(now: Figure, before: Figure) -> Figure:
    """Give the difference of two figures from different respondents, with its likely range.

    Notes
    -----
    Each side of the range joins the matching sides of the two ranges by squares; for two
    symmetric ranges that is the usual difference of means, for two Wilson ranges Newcombe's.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions. Statistics in Medicine 17.
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
    a general approach. Statistics in Medicine 27.
    """
    change = now.value - before.value
    down = float(np.hypot(now.value - now.low, before.high - before.value))
    up = float(np.hypot(now.high - now.value, before.value - before.low))
    return Figure(change, change - down, change + up)


def margin_of_error(n_eff: float, percent: float = 50.0) -> float:
    """Give half the width of the likely range of a percentage, in points.

    Parameters
    ----------
    n_eff : float
        Effective respondents, above 0.
    percent : float, default 50
        The percentage, from 0 to 100; 50 gives the widest range.

    Examples
    --------
    >>> round(margin_of_error(4_000), 2)
    1.55
    """
    if not n_eff > 0 or not 0 <= percent <= 100:
        raise ValueError(f"n_eff must be above 0 and percent 0 to 100, got {n_eff}, {percent}")
    return Z * float(np.sqrt(percent * (100 - percent) / n_eff))


def _range_of(
    value: np.ndarray, variance: np.ndarray, n_eff: np.ndarray, df: np.ndarray, *, is_share: bool
) -> tuple[np.ndarray, np.ndarray]:
    times = np.where(np.isfinite(df), stdtrit(np.maximum(df, 1), 0.975), Z)
    if not is_share:
        half = times * np.sqrt(variance)
        return np.clip(value - half, 0, 100), np.clip(value + half, 0, 100)
    # Weighted sums of nothing but 100 end a hair's breadth off, with a variance that means nothing.
    share = np.round(value / 100, 12)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(variance > _NOTHING, share * (1 - share) * 1e4 / variance, n_eff)
    size = size * (Z / times) ** 2
    middle = (share + Z**2 / (2 * size)) / (1 + Z**2 / size)
    half = Z / (1 + Z**2 / size) * np.sqrt(share * (1 - share) / size + Z**2 / (4 * size**2))
    low = np.where(share <= 0, 0, np.clip(100 * (middle - half), 0, 100))
    return low, np.where(share >= 1, 100, np.clip(100 * (middle + half), 0, 100))


def _say_few(least: float) -> str:
    return f"Fewer than {least:,.0f} effective respondents"


def _require(frame: pd.DataFrame, by: str | None) -> None:
    missing = [name for name in ("weight", "value", by) if name and name not in frame.columns]
    if missing:
        raise ValueError(f"the answers lack {', '.join(missing)}")
    weight, value = (frame[name].to_numpy(dtype=float) for name in ("weight", "value"))
    if not (weight > 0).all():
        raise ValueError("weights must be above 0")
    if not ((value >= 0) & (value <= 100)).all():
        raise ValueError("values must lie between 0 and 100")
