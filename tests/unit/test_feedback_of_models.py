"""The feedback-loop test played with a fitted model, not only with the count."""

import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.prediction import forecast
from analytics.prediction.feedback import MOST_DRIFT_POINTS, simulate_feedback

TWO_PLACES = shapely.union_all([shapely.box(-75, -75, 75, 75), shapely.box(4_925, -75, 5_075, 75)])


def share_by_blend(events: pd.DataFrame, at: pd.Timestamp) -> np.ndarray:
    made = forecast(events, TWO_PLACES, at=at, method="poisson_blend")
    first = made.expected[made.grid.centre_x < 2_500].sum()
    return np.array([first, made.expected.sum() - first])


@pytest.mark.slow
@pytest.mark.parametrize("discovered", [False, True])
def test_blend_runs_away_only_with_what_patrols_discover(
    discovered: bool, rng: np.random.Generator
) -> None:
    played = simulate_feedback(
        rng=rng,
        discovered_included=discovered,
        forecaster=share_by_blend,
        method="blend of counts here and nearby",
        runs=4,
    )
    assert played.passed is not discovered
    assert (played.drift_points > MOST_DRIFT_POINTS) is discovered
