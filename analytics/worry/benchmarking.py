"""Make the wards of a district add up to the district's own figure.

Each ward is scaled by the same ratio and kept within 0 and 100; what that is expected to move it
by is added to its error, so a benchmarked ward is never said to be surer than before.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

WITHIN = 1e-6
"""Points by which the mean of the wards may miss the district's figure."""


def scale_to(values: Floats, residents: Floats, target: float) -> Floats:
    """Scale values by one ratio, within 0 to 100, until their weighted mean is the target.

    Parameters
    ----------
    values : ndarray (n,)
        0 to 100.
    residents : ndarray (n,)
        Weights, 0 or more, not all 0.
    target : float
        0 to 100.

    Notes
    -----
    Values that would pass 100 stop there and the others are scaled on. Where every value is 0
    no ratio helps, and all are set to the target.

    Examples
    --------
    >>> scale_to(np.array([10.0, 30.0]), np.array([1.0, 1.0]), 22.0).tolist()
    [11.0, 33.0]
    """
    if not 0 <= target <= 100:
        raise ValueError(f"the target must lie between 0 and 100, got {target!r}")
    scaled = np.clip(np.asarray(values, dtype=np.float64), 0.0, 100.0)
    share = residents / residents.sum()
    for _ in range(len(scaled) + 60):
        missing = target - float(share @ scaled)
        free = scaled < 100.0 if missing > 0 else scaled > 0.0
        reach = float(share[free] @ scaled[free])
        if abs(missing) <= WITHIN:
            break
        if reach <= 0:
            return np.full_like(scaled, target)
        scaled = np.where(free, np.clip(scaled * (1 + missing / reach), 0.0, 100.0), scaled)
    return scaled


def expect_moves(districts: pd.DataFrame) -> pd.Series:
    """Give the squared move that benchmarking is expected to make in each district.

    Parameters
    ----------
    districts : DataFrame
        shift (direct figure less that of the model) and n_eff (above 0) of the districts that
        are benchmarked, by code.

    Returns
    -------
    Series
        Squared points by code; empty without a district.

    Notes
    -----
    Mostly it is the direct figure that is wrong, by chance: the expected square falls with the
    effective number asked, and the mean over all districts tells it better than the one move
    that a district happened to see. With that one move, a district whose direct figure happens
    to lie near the model's would look sure although its figure is taken over too.

    References
    ----------
    Steorts, R. C. and Ghosh, M. (2013). On estimation of mean squared errors of benchmarked
    empirical Bayes estimators. Statistica Sinica 23.

    Examples
    --------
    Moves of 1 and 3 points with 200 effective answers each: 5 squared points for both. With 100
    and 300: (1 x 100 + 9 x 300) / 2 / n_eff, so 14 and 4.7.
    """
    each = districts["shift"].astype("float64") ** 2 * districts["n_eff"]
    return pd.Series(each.mean() / districts["n_eff"], index=districts.index, dtype="float64")
