"""Recorded ASB by ward: one count for worry, profiles and the safety index."""

import numpy as np
import pandas as pd

from dashboard.permissions import handed
from dashboard.services.explore import MOST_STRAYS, Held
from geodata.calendar import Period


@handed
def within(incidents: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Give the incidents of some months."""
    month = incidents["month"].to_numpy()
    return incidents[(month >= period.first.ordinal) & (month <= period.last.ordinal)]


@handed
def is_covered(held: Held, wards: pd.DataFrame, period: Period) -> np.ndarray:
    """Say of each ward whether the data reach its district.

    A district counts as reached from 20 incidents in the period: a stray point or two over a
    border says nothing of the wards around it, and a 0 there would say that nothing happened
    where nothing is known.
    """
    sizes = within(held.incidents, period)["district_code"].astype(str).value_counts()
    return wards["district_code"].isin(sizes[sizes >= MOST_STRAYS].index).to_numpy()


@handed
def count_by_ward(held: Held, wards: pd.DataFrame, period: Period) -> np.ndarray:
    """Count the incidents of each ward in some months; NaN where its district is not covered."""
    of_ward = within(held.incidents, period)["ward_code"].astype(str).value_counts()
    counts = wards["code"].map(of_ward).fillna(0).to_numpy(dtype=float)
    return np.where(is_covered(held, wards, period), counts, np.nan)
