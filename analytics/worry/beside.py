"""What does a ward's recorded ASB add to what a survey leaves open about the ward?

Where little is reported, as a rule people meet less ASB and worry a little less. A survey's
estimates do not know that; a list that sets them against recorded ASB picks out the wards whose
estimate errs, unless it is allowed for. Only chances are weighed so: figures and ranges that are
shown stay those of the survey, and no forecast reads any of it.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.shrinkage import ShrunkenRates
from analytics.worry.sample import WardEffects

Floats = npt.NDArray[np.float64]

USUAL, DOUBT = 0.3, 0.5
"""Normal prior of how far a ward's own effect goes with its recorded rate, as a correlation: its
middle and its standard deviation."""
ALIKE = 1e-9


def weigh_beside(
    estimates: pd.DataFrame, effects: WardEffects | None, asb: ShrunkenRates
) -> pd.DataFrame:
    """Give value and error of each ward once its recorded ASB is known too.

    Parameters
    ----------
    estimates : DataFrame
        From `take_estimates`: modelled and modelled_se, with codes as index, in the order of
        `asb`.
    effects : WardEffects or None
        From `WardEstimates.effects` of the same estimates; without it the two are taken as
        independent and nothing changes.
    asb : ShrunkenRates
        Recorded ASB per 1,000 residents.

    Returns
    -------
    DataFrame
        modelled, modelled_se, with the same index. A ward whose rate is not known stands at
        the middle.

    Notes
    -----
    A ward's own effect is taken to be slope x z plus what is left, z being the logarithm of the
    recorded rate in standard deviations of the wards. The slope is learnt from the answers: with
    effects u of posterior mean m and covariance C, drawn with variance t^2, its precision is
    z'(I - C / t^2)z / t^2 and its score z'm / t^2. The prior is normal, 0.3 t with a standard
    deviation of 0.5 t; the doubt that is left of the slope widens the error. That is the exact
    posterior of the model with one more, normally distributed, effect, at given widths.

    Examples
    --------
    Two wards of which nothing is known but the prior (C = t^2 I, m = 0, t = 4) at z = 1 and -1:
    values move by +1.2 and -1.2, and 2 points (0.5 x 4) are added to the error in squares.
    """
    known = estimates[["modelled", "modelled_se"]]
    if effects is None:
        return known
    z = pd.Series(_standard_scores(asb.value), index=known.index).reindex(effects.wards)
    at = z.fillna(0.0).to_numpy()
    square = effects.spread**2
    precision = at @ (at - effects.covariance @ at / square) / square
    precision += 1 / (DOUBT * effects.spread) ** 2
    slope = (at @ effects.effect / square + USUAL / DOUBT**2 / effects.spread) / precision
    reach = pd.Series(effects.reach @ at / square, index=pd.Index(effects.wards))
    reach = reach.reindex(known.index).fillna(0.0)
    return pd.DataFrame(
        {
            "modelled": known["modelled"] + reach * slope,
            "modelled_se": np.sqrt(known["modelled_se"] ** 2 + reach**2 / precision),
        }
    )


def _standard_scores(rates: Floats) -> Floats:
    """Give the logarithms of the rates in standard deviations; 0 if they do not differ."""
    logs = np.log(rates)
    known = logs[np.isfinite(logs)]
    if len(known) < 2 or known.std() < ALIKE:
        return np.where(np.isfinite(logs), 0.0, np.nan)
    return np.asarray((logs - known.mean()) / known.std(), dtype=np.float64)
