"""The feedback-loop test: it finds the loop where there is one and none where there is none."""

import numpy as np
import pandas as pd
import pytest

from analytics.prediction.feedback import simulate_feedback


def count_both(events: pd.DataFrame, at: pd.Timestamp) -> list[float]:
    assert (events["occurred_at"] < at).all()
    recent = events[events["occurred_at"] >= at - pd.Timedelta(days=365)]
    first = int((recent["x_m"] == 0).sum())
    return [first, len(recent) - first]


def test_forecast_stays_put_without_what_patrols_discover(rng: np.random.Generator) -> None:
    found = simulate_feedback(rng=rng, discovered_included=False, runs=60)
    assert found.passed
    assert abs(found.drift_points) < 1 and found.typical_points < 5
    assert found.drift_low < 0.5 and found.drift_high > -0.5
    # Every record that patrols made went through the exclusions and was left out.
    assert found.left_out == pytest.approx(60 * 52 * 10, rel=0.05)
    assert (
        "the forecast (last 365 days' count) stays put" in found.sentence and len(found.limits) == 2
    )


def test_forecast_runs_away_with_what_patrols_discover(rng: np.random.Generator) -> None:
    found = simulate_feedback(rng=rng, discovered_included=True, runs=60)
    assert not found.passed
    assert found.typical_points > 5 and found.drift_low > 2
    assert found.left_out == 0
    assert "runs away" in found.sentence
    assert found.weekly["share"].iloc[-1] > found.weekly["share"].iloc[0] + 0.05
    assert found.weekly["week"].tolist() == list(range(1, 53))


def test_neither_place_has_a_head_start(rng: np.random.Generator) -> None:
    found = simulate_feedback(rng=rng, discovered_included=False, runs=5, weeks=8)
    assert found.weekly.loc[0, ["share", "low", "high"]].tolist() == [0.5, 0.5, 0.5]


def test_reports_that_follow_patrols_still_drift(rng: np.random.Generator) -> None:
    found = simulate_feedback(rng=rng, discovered_included=False, runs=60, reporting_lift=0.5)
    assert not found.passed


def test_forecaster_sees_only_the_past_and_gives_the_same_as_the_default() -> None:
    drifts = [
        simulate_feedback(
            rng=np.random.default_rng(4),
            discovered_included=True,
            runs=3,
            weeks=8,
            forecaster=forecaster,
            method="a count",
        ).weekly
        for forecaster in (None, count_both)
    ]
    pd.testing.assert_frame_equal(drifts[0], drifts[1])


def test_same_seed_gives_the_same_finding() -> None:
    first, second = (
        simulate_feedback(rng=np.random.default_rng(1), discovered_included=True, runs=4, weeks=8)
        for _ in range(2)
    )
    assert first.drift_points == second.drift_points


@pytest.mark.parametrize("given", [[1, 2, 3], [0, 0], [np.nan, 1]])
def test_forecaster_that_gives_no_two_shares_is_refused(
    given: list[float], rng: np.random.Generator
) -> None:
    with pytest.raises(ValueError, match="two shares"):
        simulate_feedback(
            rng=rng, discovered_included=False, runs=2, weeks=8, forecaster=lambda events, at: given
        )


@pytest.mark.parametrize(
    "wrong", [{"weeks": 7}, {"runs": 1}, {"reported_per_week": 0}, {"reporting_lift": -1}]
)
def test_sizes_that_make_no_sense_are_refused(
    wrong: dict[str, float], rng: np.random.Generator
) -> None:
    with pytest.raises(ValueError):
        simulate_feedback(rng=rng, discovered_included=False, **wrong)  # type: ignore[arg-type]
