"""Where do residents meet ASB that is not reported? A list for engagement, never enforcement.

Compares what a survey's residents say they have met with what is recorded. Few reports beside
much experience is a reason to go and listen: it is no evidence against anybody, and no plan of
patrols or powers may rest on it.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.shrinkage import ShrunkenRates
from analytics.worry.cuts import chance_above, find_cut, require_certainty, take_estimates

CERTAINTY = 0.8
TOGETHER = 0.7
"""Assumed correlation of what the survey leaves open about a ward with its recorded rate."""
ALIKE = 1e-9


def find_reporting_gap(
    experience_table: pd.DataFrame,
    asb: ShrunkenRates,
    codes: npt.ArrayLike,
    *,
    certainty: float = CERTAINTY,
    experience_cut: float | None = None,
    asb_cut: float | None = None,
    together: float = TOGETHER,
) -> pd.DataFrame:
    """Order wards by how likely it is that much ASB is met there and little of it is reported.

    Parameters
    ----------
    experience_table : DataFrame
        Per cent of residents who saw or suffered ASB: code, value, se, low, high, in any order.
    asb : ShrunkenRates
        Recorded ASB per 1,000 residents.
    codes : array_like of str (n,)
        Codes of the wards in the order of `asb`.
    certainty : float, default 0.8
        From 0.5 to below 1; from here a ward is 'likely'.
    experience_cut, asb_cut : float, optional
        Fixed cuts, in per cent and per 1,000; without one, the median of the wards' estimates.
    together : float, default 0.7
        From 0 to below 1: how far the error of the experience figure is taken to go with the
        recorded rate. 0 takes the two as independent, and lists wards too readily.

    Returns
    -------
    DataFrame
        code, experience, experience_low, experience_high (per cent), asb, asb_low, asb_high (per
        1,000), p_gap (probability that experience is above its cut and reports are below
        theirs), order (1 for the likeliest; equals share the smaller number; 0 where it is not
        known), likely (True from the certainty). Likeliest first, then by code; wards without
        one of the two figures last, with p_gap NaN.

    Raises
    ------
    ValueError
        If codes and rates do not match, a ward stands twice, a column is missing, or the
        certainty, a cut or `together` is out of range.

    Notes
    -----
    Where little is reported, as a rule little happens. The ward estimates do not know that, and
    a list of the wards with few reports would pick out those whose experience is estimated too
    high. So the error that the estimate leaves, of standard error se, is taken to correlate with
    the recorded rate (its logarithm, in standard deviations z of the wards): the chance is taken
    at value + together x se x z with what is left of the error. The correlation is an assumption
    on the careful side: one survey of a county is too small to learn it from. Figures and ranges
    are shown as they were estimated. Given that, p_gap is the product of the two probabilities.

    About half of the wards are above a median and half below it whatever is reported, so that
    some wards have a gap by chance alone in a county where everything is reported: with a
    certainty of 0.8 both sides must be clear.

    Examples
    --------
    Experience of 40 % (standard error 5) against a cut of 30 %, in a ward whose recorded rate is
    one standard deviation low: above it with the probability of 40 - 0.7 x 5 = 36.5 with an
    error of 3.57, which is 0.966. With reports below their cut at 0.9, p_gap is 0.869.
    """
    require_certainty(certainty)
    wards = np.asarray(codes, dtype=object)
    if wards.shape != asb.value.shape:
        raise ValueError(f"{wards.size} codes for {asb.value.size} rates")
    experience = take_estimates(experience_table, wards, "experience_table")
    by_experience = find_cut(experience["value"], experience_cut)
    by_asb = find_cut(asb.value, asb_cut)
    if not 0 <= together < 1:
        raise ValueError(f"together must be from 0 to below 1, got {together!r}")
    above = chance_above(
        experience["value"] + together * experience["se"] * _standard_scores(asb.value),
        experience["se"] * np.sqrt(1 - together**2),
        by_experience,
    )
    below = 1 - asb.chance_above(by_asb) if np.isfinite(by_asb) else np.full(len(wards), np.nan)
    p_gap = above * below
    table = pd.DataFrame(
        {
            "code": wards.astype(str),
            "experience": experience["value"].to_numpy(),
            "experience_low": experience["low"].to_numpy(),
            "experience_high": experience["high"].to_numpy(),
            "asb": asb.value,
            "asb_low": asb.low,
            "asb_high": asb.high,
            "p_gap": p_gap,
            "order": pd.Series(p_gap).rank(method="min", ascending=False).fillna(0).astype(int),
            "likely": p_gap >= certainty,
        }
    )
    return table.sort_values(
        ["p_gap", "code"], ascending=[False, True], na_position="last", ignore_index=True
    )


def _standard_scores(rates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the logarithms of the rates in standard deviations; 0 if they do not differ."""
    logs = np.log(rates)
    known = logs[np.isfinite(logs)]
    if len(known) < 2 or known.std() < ALIKE:
        return np.where(np.isfinite(logs), 0.0, np.nan)
    return np.asarray((logs - known.mean()) / known.std(), dtype=np.float64)
