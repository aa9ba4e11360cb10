"""What happened soon and near, but elsewhere: the near-repeat neighbours of one place.

Says what lies near, not that it lies nearer than chance gives; that is asked of a whole district
by `analytics.repeats.near_repeat`.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.repeats.pairs import find_space_pairs

REACH_M = 200.0
REACH_DAYS = 14
SAME_PLACE_M = 0.1


def find_neighbours(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    moments: npt.ArrayLike,
    mine: npt.NDArray[np.bool_],
    *,
    reach_m: float = REACH_M,
    reach_days: int = REACH_DAYS,
) -> pd.DataFrame:
    """Say which incidents elsewhere lie near in space and time to those of one place.

    Parameters
    ----------
    x_m, y_m : array_like of float
        Metres; an incident without a place has no neighbours.
    moments : array_like of datetime64
        When each began; one without a day has no neighbours.
    mine : ndarray of bool
        The incidents of the place.
    reach_m : float, default 200
        Near is at most this far.
    reach_days : int, default 14
        Soon is at most so many days before or after.

    Returns
    -------
    DataFrame
        One row a neighbour in order of position: ``row`` (position), ``distance_m`` and ``days``
        (from its nearest incident in time here; negative is before).
    """
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    begun = np.asarray(moments, dtype="datetime64[us]")
    usable = np.isfinite(x) & np.isfinite(y) & ~np.isnat(begun)
    here = usable & mine
    none = pd.DataFrame({"row": np.empty(0, np.int64), "distance_m": [], "days": []})
    if not here.any():
        return none.astype({"distance_m": float, "days": np.int64})
    near = usable & (x >= x[here].min() - reach_m) & (x <= x[here].max() + reach_m)
    near &= (y >= y[here].min() - reach_m) & (y <= y[here].max() + reach_m)
    rows = np.flatnonzero(near)
    edges = np.array([0.0, SAME_PLACE_M, reach_m])
    pairs = find_space_pairs(x[rows], y[rows], edges, metric="euclidean", closed=True)
    # Another home at the very same point, such as a flat, is a neighbour too.
    one = np.concatenate([rows[pairs.first], rows[pairs.second]])
    other = np.concatenate([rows[pairs.second], rows[pairs.first]])
    kept = mine[one] & ~mine[other]
    one, other = one[kept], other[kept]
    days = begun.astype("datetime64[D]").astype(np.int64)
    gap = days[other] - days[one]
    soon = np.abs(gap) <= reach_days
    found = pd.DataFrame(
        {
            "row": other[soon],
            "distance_m": np.hypot(x[other] - x[one], y[other] - y[one])[soon],
            "days": gap[soon],
        }
    )
    found = found.assign(apart=found["days"].abs()).sort_values(["row", "apart", "days"])
    return found.drop_duplicates("row")[["row", "distance_m", "days"]].reset_index(drop=True)
