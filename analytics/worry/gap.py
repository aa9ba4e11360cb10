"""Where do residents meet ASB that is not reported? A list for engagement, never enforcement.

Compares what a survey's residents say they have met with what is recorded. Few reports beside
much experience is a reason to go and listen: it is no evidence against anybody, and no plan of
patrols or powers may rest on it.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.shrinkage import ShrunkenRates
from analytics.worry.beside import weigh_beside
from analytics.worry.cuts import find_chances, find_cut, require_certainty, take_estimates
from analytics.worry.sample import WardEffects

CERTAINTY = 0.8


def find_reporting_gap(
    experience_table: pd.DataFrame,
    asb: ShrunkenRates,
    codes: npt.ArrayLike,
    *,
    certainty: float = CERTAINTY,
    experience_cut: float | None = None,
    asb_cut: float | None = None,
    effects: WardEffects | None = None,
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
    effects : WardEffects, optional
        From `WardEstimates.effects`, so that chances allow for how experience goes with reports
        (`analytics.worry.beside`). Without it the two are taken as independent, and wards are
        listed too readily.

    Returns
    -------
    DataFrame
        code, experience, experience_low, experience_high (per cent), asb, asb_low, asb_high (per
        1,000), p_gap (probability that experience is above its cut and reports are below
        theirs), order (1 for the likeliest; equals share the smaller number; 0 where it is not
        known), likely (True from the certainty, if experience as shown is above its cut).
        Likeliest first, then by code; wards without one of the two figures last, with p_gap NaN.

    Raises
    ------
    ValueError
        If codes and rates do not match, a ward stands twice, a column is missing, or the
        certainty or a cut is out of range.

    Notes
    -----
    Where little is reported, as a rule little happens. The ward estimates do not know that, and
    a list of the wards with few reports would pick out those whose experience is estimated too
    high. So the chance is taken of the estimate as it is once the recorded rate is known too: how
    far the wards' own effects go with it is learnt from the answers, and what stays unknown of
    that widens the error. Figures and ranges are shown as they were estimated. Given that, p_gap
    is the product of the two probabilities.

    About half of the wards are above a median and half below it whatever is reported, so that
    some wards have a gap by chance alone in a county where everything is reported: with a
    certainty of 0.8 both sides must be clear.

    Examples
    --------
    Experience of 40 % (standard error 5) against a cut of 30 %, where recorded ASB takes 3.5 points
    off: above it with the probability of 36.5 with an error of 5, which is 0.903. With reports
    below their cut at 0.9, p_gap is 0.813.
    """
    require_certainty(certainty)
    wards = np.asarray(codes, dtype=object)
    if wards.shape != asb.value.shape:
        raise ValueError(f"{wards.size} codes for {asb.value.size} rates")
    experience = take_estimates(experience_table, wards, "experience_table")
    by_experience = find_cut(experience["value"], experience_cut)
    by_asb = find_cut(asb.value, asb_cut)
    above = find_chances(experience, experience_cut, weigh_beside(experience, effects, asb))
    met = experience["value"].to_numpy() > by_experience
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
            "likely": (p_gap >= certainty) & met,
        }
    )
    return table.sort_values(
        ["p_gap", "code"], ascending=[False, True], na_position="last", ignore_index=True
    )
