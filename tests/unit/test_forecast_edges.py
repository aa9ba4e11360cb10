"""Forecasts at the edges: late data, wrong dates, evidence that does not fit, odd regions."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.prediction import BASELINE, backtest, forecast
from geodata.errors import EventsNotUsableError
from tests.unit.test_backtest import CHEAP, draw_events

AREA = shapely.box(-500, -500, 3_500, 3_500)


@pytest.fixture
def events(rng: np.random.Generator) -> pd.DataFrame:
    return draw_events(rng)


def as_months(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(month=events["occurred_at"].dt.to_period("M")).drop(columns="occurred_at")


@pytest.mark.parametrize("method", [BASELINE, "decayed_count", "poisson_blend", "boosted_trees"])
def test_data_that_end_early_are_carried_forward_and_it_is_said(
    events: pd.DataFrame, method: str
) -> None:
    monthly = as_months(events)
    on_time = forecast(monthly, AREA, at="2024-08", method=method)
    late = forecast(monthly, AREA, at="2024-10", method=method)
    assert late.expected.sum() == pytest.approx(on_time.expected.sum(), rel=0.2)
    assert np.isin(late.top(cells=8), on_time.top(cells=12)).all()
    assert any("The data end on 2024-08-01" in note for note in late.notes)
    assert late.at.startswith("2024-10-01")
    with pytest.raises(EventsNotUsableError, match="too long before"):
        forecast(monthly, AREA, at="2025-08", method=method)


def test_quiet_last_weeks_do_not_end_all_asb(events: pd.DataFrame) -> None:
    quiet = events[events["occurred_at"] < "2024-05-20"]
    late = forecast(quiet, AREA, at="2024-07-15", method="decayed_count")
    assert late.expected.sum() == pytest.approx(42, rel=0.3)
    assert late.expected[late.top(cells=1)[0]] > 10 * np.median(late.expected)


def test_overlapping_windows_teach_only_when_they_have_ended(events: pd.DataFrame) -> None:
    options = {"horizon_days": 28, "step_days": 7, "folds": 4, "methods": CHEAP}
    found = backtest(events, AREA, **options)
    last = found.table["cutoff"].max()
    altered = events.copy()
    after = altered["occurred_at"] >= last
    altered.loc[after, ["x_m", "y_m"]] = 3_300.0
    again = backtest(altered, AREA, **options)
    for column in ("predicted", "ceiling_hit_rate"):
        one = found.table[found.table["cutoff"] == last].set_index(["method", "coverage"])[column]
        two = again.table[again.table["cutoff"] == last].set_index(["method", "coverage"])[column]
        pd.testing.assert_series_equal(one, two)


def test_hits_of_the_ranking_are_those_of_the_count(events: pd.DataFrame) -> None:
    monthly = as_months(events)
    found = backtest(monthly, AREA, folds=3, methods=[BASELINE], coverage=(0.01, 0.02, 0.05))
    column, row = np.floor(events["x_m"] / 150), np.floor(events["y_m"] / 150)
    cell = (column * 1_000 + row).astype(int)
    month = monthly["month"]
    for given in found.table.itertuples():
        now = given.cutoff.to_period("M")
        before = cell[month < now].value_counts()
        came = cell[month == now].value_counts()
        risk = before.reindex(cell.unique(), fill_value=0)
        edge = risk.sort_values(ascending=False).iloc[given.cells_flagged - 1]
        above, tied = risk.index[risk > edge], risk.index[risk == edge]
        expected = came.reindex(above).sum()
        expected += came.reindex(tied).sum() * (given.cells_flagged - len(above)) / len(tied)
        assert given.hits == pytest.approx(expected)


def test_counts_of_a_dominant_place_are_not_pushed_up(rng: np.random.Generator) -> None:
    days, thin = 400, 1_500
    when = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.uniform(0, days, thin), "D")
    place = rng.uniform(0, 6_000, (thin, 2))
    busy = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.uniform(0, days, days * 4), "D")
    events = pd.DataFrame(
        {
            "x_m": np.r_[place[:, 0], np.full(len(busy), 3_010.0)],
            "y_m": np.r_[place[:, 1], np.full(len(busy), 3_010.0)],
            "occurred_at": when.append(busy),
        }
    )
    found = backtest(events, shapely.box(0, 0, 6_000, 6_000), folds=12, methods=[BASELINE])
    rri = found.summary().set_index(["method", "coverage"])["rri"]
    assert 0.93 < rri[BASELINE, 0.01] < 1.12


def test_ceiling_does_not_depend_on_the_methods_asked_for(events: pd.DataFrame) -> None:
    some = backtest(events, AREA, folds=3, methods=[BASELINE]).table
    more = backtest(events, AREA, folds=3, methods=["decayed_count", "density"]).table
    base = "ceiling_hit_rate"
    one = some[some["method"] == BASELINE][base].to_numpy()
    assert np.allclose(one, more[more["method"] == BASELINE][base].to_numpy(), rtol=0.02)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"at": "2024-04-01"}, "after the first day"),
        ({"at": "2024-07-18", "horizon_days": 1}, "horizon_days"),
        ({"at": "2024-07-18", "cell_m": 450}, "cell_m"),
    ],
)
def test_evidence_that_does_not_fit_is_not_used(
    events: pd.DataFrame, change: dict[str, object], word: str
) -> None:
    proof = backtest(events, AREA, folds=3, methods=CHEAP)
    made = forecast(events, AREA, evidence=proof, **change)
    assert (made.method, made.shown) == (BASELINE, False)
    assert any(word in note for note in made.notes)


def test_a_wrong_year_costs_one_row_and_not_the_history(events: pd.DataFrame) -> None:
    typo = pd.concat([events, events.tail(1).assign(occurred_at=pd.Timestamp("2026-07-01"))])
    found = backtest(typo, AREA, folds=2, methods=[BASELINE])
    assert found.settings["incidents"] == len(events)
    assert any("is their date right" in note for note in found.notes)


def test_verdict_follows_the_choice_when_only_default_is_asked_for(
    rng: np.random.Generator,
) -> None:
    late = draw_events(rng, days=160, a_day=12)
    early = late["occurred_at"] < "2024-04-10"
    late.loc[early, "x_m"] = 3_000 - late.loc[early, "x_m"]
    found = backtest(late, AREA, folds=2, methods=["default"], coverage=(0.01, 0.02))
    assert set(found.table["method"]) == {BASELINE, "default"}
    assert ("so the ranking is shown" in found.verdict) is (not found.earned)


def test_region_may_be_a_frame_or_crossing_itself_but_not_a_list(events: pd.DataFrame) -> None:
    bow_tie = shapely.Polygon([(0, 0), (3_000, 3_000), (3_000, 0), (0, 3_000)])
    for region in (gpd.GeoSeries([AREA]), gpd.GeoDataFrame(geometry=[AREA]), bow_tie):
        assert backtest(events, region, folds=2, methods=[BASELINE]).settings["cells"] > 100
    with pytest.raises(ValueError, match="list"):
        backtest(events, [AREA], methods=[BASELINE])  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [None, pd.NaT, "soon"])
def test_moment_that_is_none_is_refused(events: pd.DataFrame, bad: object) -> None:
    for frame in (events, as_months(events)):
        with pytest.raises(ValueError, match="at is a date or a month"):
            forecast(frame, at=bad)


def test_months_and_times_in_other_words_are_refused_by_name(events: pd.DataFrame) -> None:
    monthly = as_months(events)
    with pytest.raises(EventsNotUsableError, match="not YYYY-MM"):
        backtest(monthly.assign(month="Jan 2024"))
    with pytest.raises(EventsNotUsableError, match="occurred_at"):
        backtest(events.assign(occurred_at="last night"))
    both = monthly.assign(occurred_at=pd.NaT)
    assert backtest(both, folds=2, methods=[BASELINE]).settings["unit"] == "month"
    degrees = events.assign(x_m=-99 + events["x_m"] / 400, y_m=40 + events["y_m"] / 400)
    with pytest.raises(EventsNotUsableError, match="degrees"):
        backtest(degrees)
