"""What must hold for any forecast: no future, shares that add up, order that stays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone

from analytics.prediction import BASELINE, backtest, forecast
from analytics.prediction.calibrating import Calibrator, likely_counts
from analytics.prediction.folds import lay_ground
from analytics.prediction.history import read_events
from analytics.prediction.methods import SINGLE_METHODS, make_predictor
from analytics.prediction.running import forecast_fold
from analytics.prediction.scoring import flag_cells, score_flags, share_kept
from tests.unit.test_backtest import draw_events

risks = arrays(np.float64, st.integers(2, 60), elements=st.integers(0, 5).map(float))


@given(risks, st.floats(0.01, 1.0))
def test_flags_add_up_to_the_cells_flagged(risk: np.ndarray, coverage: float) -> None:
    flags = flag_cells(risk, coverage)
    assert np.isclose(flags.share.sum(), flags.cells)
    assert flags.share.min() >= 0 and flags.share.max() <= 1


@given(risks)
def test_whole_map_has_a_pai_of_one(risk: np.ndarray) -> None:
    score = score_flags(risk, np.ones(len(risk)), 1.0)
    assert np.isclose(score.pai, 1) and np.isclose(score.pei, 1)


@given(risks, st.floats(0.01, 1.0), st.integers(0, 2**31))
def test_ties_give_the_expectation_over_every_order(
    risk: np.ndarray, coverage: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    came = rng.poisson(1.0, len(risk)).astype(float)
    score = score_flags(risk, came, coverage)
    hits = []
    for _ in range(400):
        order = np.lexsort((rng.random(len(risk)), -risk))
        hits.append(came[order[: score.cells_flagged]].sum())
    assert abs(np.mean(hits) - score.hits) <= 5 * np.std(hits) / 20 + 1e-9


@given(risks, st.floats(0.5, 50.0), st.integers(0, 2**31))
def test_calibration_keeps_order_and_sum(risk: np.ndarray, total: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    known = Calibrator()
    for _ in range(3):
        known.learn(risk, risk, rng.poisson(risk * 2 + 0.1).astype(float))
    made = known.apply(risk, total)
    assert np.isclose(made.sum(), total)
    order = np.argsort(-risk, kind="stable")
    assert (np.diff(made[order]) <= 1e-9).all()
    for value in np.unique(risk):
        assert np.ptp(made[risk == value]) <= 1e-9


@given(arrays(np.float64, 20, elements=st.floats(0, 40)), st.sampled_from([0.0, 0.1, 0.8]))
def test_likely_counts_hold_what_they_say(expected: np.ndarray, dispersion: float) -> None:
    low, high = likely_counts(expected, np.full(20, dispersion))
    rng = np.random.default_rng(5)
    rate = (
        expected
        if dispersion == 0
        else expected * rng.gamma(1 / dispersion, dispersion, (4000, 20))
    )
    came = rng.poisson(rate, (4000, 20))
    assert ((came >= low) & (came <= high)).mean(axis=0).min() > 0.93


def test_flagged_sets_are_alike_by_what_they_share() -> None:
    assert share_kept(np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0])) == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", list(SINGLE_METHODS))
@pytest.mark.parametrize("monthly", [False, True])
def test_what_comes_after_the_cutoff_changes_no_forecast(
    name: str, monthly: bool, rng: np.random.Generator
) -> None:
    events = draw_events(rng, days=150)
    cut = pd.Timestamp("2024-05-01")
    past = events[events["occurred_at"] < cut]
    planted = past.head(400).assign(
        x_m=1_600.0, y_m=1_600.0, occurred_at=cut + pd.Timedelta(hours=30)
    )
    last = events.tail(1)
    risks = []
    for future in (events[events["occurred_at"] >= cut], pd.concat([planted, last])):
        frame = pd.concat([past, future])
        if monthly:
            frame = frame.assign(month=frame["occurred_at"].dt.to_period("M"))
            frame = frame.drop(columns="occurred_at")
        timeline = read_events(frame)
        ground = lay_ground(timeline, None, 150.0)
        day = timeline.day_of(cut)
        fold = forecast_fold(timeline, ground, day, 30.4375 if monthly else 7.0, [name])
        where = pd.MultiIndex.from_arrays(
            [ground.grid.column[fold.cells], ground.grid.row[fold.cells]]
        )
        risks.append(pd.Series(fold.risks[0], index=where))
    pd.testing.assert_series_equal(risks[0], risks[1])


def test_a_planted_future_brings_no_gain(rng: np.random.Generator) -> None:
    events = draw_events(rng, days=120)
    plain = backtest(events, folds=2, methods=["decayed_count", "poisson_blend", "ensemble"])
    last = plain.table["cutoff"].max()
    came = events["occurred_at"] >= last
    # The last window's events move to places that never had any: whoever knows them would
    # catch them, whoever does not cannot.
    moved = events.copy()
    moved.loc[came, "x_m"] = rng.uniform(0, 3_000, int(came.sum()))
    moved.loc[came, "y_m"] = 3_000 + rng.uniform(0, 400, int(came.sum()))
    found = backtest(moved, folds=2, methods=["decayed_count", "poisson_blend", "ensemble"])
    at = found.table[(found.table["fold"] == 2) & (found.table["coverage"] <= 0.01)]
    assert (at["hits"] <= 0.02 * at["total"]).all()


@pytest.mark.parametrize("name", list(SINGLE_METHODS))
def test_predictors_keep_the_rules_of_estimators(name: str, rng: np.random.Generator) -> None:
    timeline = read_events(draw_events(rng, days=120))
    history, _ = lay_ground(timeline, None, 150.0).history(timeline, 100.0)
    predictor = make_predictor(name)
    before = dict(predictor.get_params())
    copy = clone(predictor)
    first = predictor.fit(history).predict(7.0)
    assert predictor.get_params() == before
    assert first.shape == (history.cells,) and np.isfinite(first).all() and (first >= 0).all()
    assert np.allclose(copy.fit(history).predict(7.0), first)
    assert predictor.predict(14.0).sum() > predictor.predict(7.0).sum() * 1.2


@settings(max_examples=5)
@given(st.integers(0, 1000))
def test_coverage_more_ground_never_catches_less(seed: int) -> None:
    events = draw_events(np.random.default_rng(seed), days=110)
    table = backtest(events, folds=2, methods=[BASELINE], coverage=(0.01, 0.05, 0.5)).table
    for _, fold in table.groupby("fold"):
        assert fold.sort_values("coverage")["hits"].is_monotonic_increasing


def test_no_column_but_place_and_time_is_looked_at(rng: np.random.Generator) -> None:
    events = draw_events(rng, days=120)
    more = events.assign(
        deprivation=1, ethnicity="x", age=17, segment="y", worry=np.arange(len(events))
    )
    plain = forecast(events, at="2024-04-20", method="boosted_trees")
    with_more = forecast(more, at="2024-04-20", method="boosted_trees")
    assert (plain.expected == with_more.expected).all()
