"""An invented score of deprivation of the county's LSOAs, for the safety index."""

import datetime as dt

import numpy as np
import pandas as pd

from geodata.schemas import AREA_SCORE_COLUMNS
from geodata.sources.area_scores import ScorePart
from geodata.sources.demo.geography import Geography
from geodata.sources.demo.people import measure_urban

HEAD = ScorePart(
    name="Synthetic deprivation score",
    measures="an invented score from 0 to 100 that no real place has",
    column="score",
    as_at=dt.date(2025, 1, 1),
    higher_is="more deprived",
    top=100.0,
    licence="Invented with the county; no licence is needed",
)
_IN_TOWNS = 11.0
"""Points that the middle of a town has more than the country."""


def build_scores(rng: np.random.Generator, geography: Geography) -> pd.DataFrame:
    """Draw the score of each LSOA: neighbours in a ward are alike, towns score higher.

    It is drawn apart from incidents and answers, so that it says nothing of either but what
    towns have in common.
    """
    of_ward = rng.gamma(3.0, 3.6, len(geography.ward_codes))[geography.lsoa_ward]
    own = rng.gamma(2.0, 2.0, len(geography.lsoa_codes))
    score = np.clip(of_ward + own + _IN_TOWNS * measure_urban(geography), 0.0, 100.0)
    frame = pd.DataFrame({"kind": "lsoa", "code": geography.lsoa_codes, "score": score.round(2)})
    return frame[list(AREA_SCORE_COLUMNS)]
