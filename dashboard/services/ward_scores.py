"""The deprivation of wards: the newest score of areas that is held, averaged by residents.

A score is of a place, never of a person. The safety index alone takes it: nothing that estimates
worry or forecasts may import this module, which a test holds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.ward_scores import average_by_residents
from dashboard.permissions import Permission, needs
from dashboard.services.ward_mix import read_small_areas
from geodata.store.area_scores import AreaScoreHead, find_newest_score, read_area_scores
from geodata.store.database import Database


@dataclass(frozen=True)
class WardScores:
    """The deprivation of wards.

    Attributes
    ----------
    head : AreaScoreHead
        What the score is.
    kind : str
        lsoa or ward: what it came by.
    values : ndarray of float
        Of each ward in the order handed in, higher is more deprived: the score, or its distance
        from the top of its scale where higher is less deprived. NaN where too few residents live
        in areas with a score.
    """

    head: AreaScoreHead
    kind: str
    values: npt.NDArray[np.float64]


@needs(Permission.SEE_COUNTS)
def load_ward_scores(database: Database, wards: pd.DataFrame) -> WardScores | None:
    """Load the newest score of areas and average it to wards; None if none is held.

    Parameters
    ----------
    database : Database
    wards : DataFrame
        Current wards: code.
    """
    head = find_newest_score(database)
    if head is None:
        return None
    rows = read_area_scores(database, head.id)
    kind = "lsoa" if (rows["kind"] == "lsoa").any() else "ward"
    rows = rows[rows["kind"] == kind]
    if kind == "ward":
        by_ward = rows.set_index("code")["score"]
    else:
        areas, links = read_small_areas(database, kind)
        by_ward = average_by_residents(rows, areas, links).set_index("ward_code")["score"]
    values = wards["code"].map(by_ward).to_numpy(dtype=np.float64)
    if head.higher_is == "less deprived":
        assert head.top is not None
        values = head.top - values
    return WardScores(head, kind, values)
