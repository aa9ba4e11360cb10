"""Back-tests on open data against what others measured on the same windows."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.prediction import BASELINE, backtest
from tests.benchmarks.open_events import read_chicago, read_northumbria

pytestmark = pytest.mark.slow


def at(summary: pd.DataFrame, method: str, coverage: float) -> pd.Series:
    return summary[(summary["method"] == method) & (summary["coverage"] == coverage)].iloc[0]


def test_chicago_weeks_give_the_published_baseline(shared_data: Path) -> None:
    given = read_chicago(shared_data, 250)
    found = backtest(
        given.events,
        cell_m=250,
        folds=26,
        step_days=14,
        coverage=(0.005, 0.01, 0.02),
        methods=[BASELINE, "decayed_count"],
        n_jobs=2,
    )
    # Published with a study area of all cells near any event, ours of those before the cutoff,
    # and a window of 365 against 365.25 days: hence two per cent.
    pai = found.table.groupby(["method", "coverage"])["pai"].mean()
    for coverage, published in ((0.005, 12.69), (0.01, 10.48), (0.02, 8.40)):
        assert pai[BASELINE, coverage] == pytest.approx(published, rel=0.02)
    assert pai["decayed_count", 0.01] == pytest.approx(10.96, rel=0.02)
    gain = at(found.summary(), "decayed_count", 0.01)
    assert gain["low"] > 0


def test_northumbria_months_reach_the_published_blend(shared_data: Path) -> None:
    given = read_northumbria(shared_data, 250)
    found = backtest(
        given.events, given.region, cell_m=250, folds=7, methods=["poisson_blend"], n_jobs=2
    )
    summary = found.summary()
    # Seven windows from month 5 on; published .520 for all months and .531 for the blend.
    assert at(summary, BASELINE, 0.01)["hit_rate"] == pytest.approx(0.520, abs=0.005)
    assert at(summary, "poisson_blend", 0.01)["hit_rate"] >= 0.531
    assert at(summary, "poisson_blend", 0.01)["low"] > 0
    assert at(summary, "poisson_blend", 0.01)["rri"] == pytest.approx(1.0, abs=0.05)
