"""Columns of times as arrays on the clock on the wall, whatever form they came in."""

from datetime import datetime
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd


def drop_offset(day: npt.ArrayLike) -> npt.ArrayLike:
    """Give times with an offset as the clock on the wall showed them, all else as it came."""
    if isinstance(getattr(day, "dtype", None), pd.DatetimeTZDtype):
        return pd.DatetimeIndex(cast("Any", day)).tz_localize(None).to_numpy()
    values = np.asarray(day)
    # A column of times with an offset becomes single objects on its way to NumPy.
    single = values.dtype == object and values.ndim == 1
    if single and all(isinstance(each, datetime) for each in values):
        return pd.DatetimeIndex([each.replace(tzinfo=None) for each in values]).to_numpy()
    return day
