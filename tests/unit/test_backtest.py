"""The back-test as a user calls it: shapes, folds, months, shifts, resuming and errors."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.prediction import BASELINE, METHODS, BacktestResult, backtest, forecast
from analytics.prediction.methods import SINGLE_METHODS
from analytics.prediction.results import TABLE_COLUMNS
from geodata.errors import EventsNotUsableError

CHEAP = [BASELINE, "decayed_count", "poisson_blend"]


def draw_events(
    rng: np.random.Generator, *, days: int = 200, hot: int = 12, a_day: float = 6.0
) -> pd.DataFrame:
    """Lasting hot places over a thin background, three kilometres square, by the minute."""
    many = rng.poisson(days * a_day)
    centres = rng.uniform(200, 2_800, size=(hot, 2))
    at = centres[
        rng.choice(hot, size=many, p=np.linspace(2, 1, hot) / np.linspace(2, 1, hot).sum())
    ]
    spread = rng.uniform(0, 3_000, size=(many, 2))
    place = np.where(rng.random((many, 1)) < 0.7, at + rng.normal(0, 20, (many, 2)), spread)
    when = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.uniform(0, days, many)), "D")
    return pd.DataFrame({"x_m": place[:, 0], "y_m": place[:, 1], "occurred_at": when})


@pytest.fixture
def events(rng: np.random.Generator) -> pd.DataFrame:
    return draw_events(rng)


def test_table_holds_every_method_fold_and_coverage(events: pd.DataFrame) -> None:
    found = backtest(events, folds=3, methods=CHEAP, coverage=(0.01, 0.05))
    assert tuple(found.table.columns[: len(TABLE_COLUMNS)]) == TABLE_COLUMNS
    assert len(found.table) == 3 * 3 * 2
    assert set(found.table["method"]) == set(CHEAP)
    assert (found.table["hits"] <= found.table["total"]).all()
    share = found.table["cells_flagged"] / found.table["cells"]
    assert np.allclose(found.table["pai"], found.table["hit_rate"] / share)


def test_last_fold_is_the_last_whole_horizon_and_a_partial_one_is_not_run(
    events: pd.DataFrame,
) -> None:
    found = backtest(events, folds=4, horizon_days=7, methods=[BASELINE])
    cutoffs = found.table["cutoff"].drop_duplicates().tolist()
    end = events["occurred_at"].max().normalize() + pd.Timedelta(days=1)
    assert cutoffs[-1] == end - pd.Timedelta(days=7)
    assert {later - sooner for sooner, later in itertools.pairwise(cutoffs)} == {
        pd.Timedelta(days=7)
    }
    counted = found.table[found.table["coverage"] == 0.01]
    for row in counted.itertuples():
        inside = events["occurred_at"].between(
            row.cutoff, row.cutoff + pd.Timedelta(days=7), inclusive="left"
        )
        assert row.total == inside.sum()


def test_region_leaves_out_events_outside_and_says_so(events: pd.DataFrame) -> None:
    half = shapely.box(0, 0, 1_500, 3_000)
    found = backtest(events, half, folds=2, methods=[BASELINE])
    assert found.settings["incidents"] == int((events["x_m"] < 1_500).sum())
    assert any("outside the study area" in note for note in found.notes)
    assert found.settings["cells"] == 10 * 20


def test_all_methods_run_under_their_names_and_default_is_one_of_them(
    rng: np.random.Generator,
) -> None:
    found = backtest(draw_events(rng, days=120, a_day=10), folds=2, coverage=(0.02,))
    assert set(found.table["method"]) == set(METHODS)
    table = found.table.set_index(["method", "fold"])["hits"]
    for fold in (1, 2):
        others = [table[name, fold] for name in [*SINGLE_METHODS, "ensemble"]]
        assert table["default", fold] in others
    assert abs(sum(found.settings["weights"].values()) - 1) < 1e-4


def test_month_only_data_are_forecast_a_month_ahead(events: pd.DataFrame) -> None:
    monthly = pd.DataFrame(
        {
            "x_m": events["x_m"],
            "y_m": events["y_m"],
            "month": events["occurred_at"].dt.to_period("M"),
        }
    )
    area = shapely.box(-500, -500, 3_500, 3_500)
    found = backtest(monthly, area, folds=12, methods=CHEAP)
    assert found.settings["unit"] == "month"
    cutoffs = found.table["cutoff"].drop_duplicates()
    assert (cutoffs.dt.day == 1).all()
    by_month = monthly["month"].value_counts()
    at = found.table[(found.table["coverage"] == 0.01) & (found.table["method"] == BASELINE)]
    for row in at.itertuples():
        assert row.total == by_month[row.cutoff.to_period("M")]
    as_text = backtest(monthly.assign(month=monthly["month"].astype(str)), area, methods=CHEAP)
    pd.testing.assert_series_equal(as_text.table["hits"], found.table["hits"])


def test_a_shift_is_forecast_from_its_own_hours(rng: np.random.Generator) -> None:
    night = draw_events(rng, days=150, a_day=4)
    night["occurred_at"] = night["occurred_at"].dt.normalize() + pd.Timedelta(hours=1)
    night["x_m"] = night["x_m"] / 2
    day = draw_events(rng, days=150, a_day=4)
    day["occurred_at"] = day["occurred_at"].dt.normalize() + pd.Timedelta(hours=13)
    day["x_m"] = 1_500 + day["x_m"] / 2
    events = pd.concat([night, day], ignore_index=True)
    shift = forecast(events, at="2024-05-20 00:00", horizon_days=1 / 3, method="decayed_count")
    in_night = shift.grid.centre_x < 1_500
    assert shift.expected[in_night].sum() > 2 * shift.expected[~in_night].sum()
    assert 1 < shift.expected.sum() < 10
    assert backtest(events, horizon_days=1 / 3, folds=3, methods=[BASELINE]).settings["folds"] == 3


def test_result_survives_json(events: pd.DataFrame) -> None:
    found = backtest(events, folds=3, methods=CHEAP)
    again = BacktestResult.from_json(found.to_json())
    pd.testing.assert_frame_equal(again.summary(), found.summary())
    assert again.verdict == found.verdict
    assert again.settings == found.settings


def test_same_call_gives_the_same_figures(events: pd.DataFrame) -> None:
    shuffled = events.sample(frac=1, random_state=3)
    one = backtest(events, folds=2, methods=CHEAP)
    two = backtest(shuffled, folds=2, methods=CHEAP)
    pd.testing.assert_frame_equal(
        one.table.drop(columns=["fit_seconds", "predict_seconds"]),
        two.table.drop(columns=["fit_seconds", "predict_seconds"]),
    )


def test_stopped_run_goes_on_where_it_stopped(
    events: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StopError(Exception):
        pass

    def stop_after_two(doing: str, done: int, total: int) -> None:
        if done == 2:
            raise StopError

    with pytest.raises(StopError):
        backtest(events, folds=2, methods=CHEAP, checkpoint=tmp_path, progress=stop_after_two)
    kept = len(list(tmp_path.rglob("*.npz")))
    assert kept >= 2

    from analytics.prediction import running

    fitted: list[float] = []
    original = running.forecast_fold

    def count_fits(*given: object) -> object:
        fitted.append(0)
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "forecast_fold", count_fits)
    resumed = backtest(events, folds=2, methods=CHEAP, checkpoint=tmp_path)
    every = resumed.settings["folds"] + resumed.settings["warm_up_folds"]
    assert len(fitted) == every - kept
    fresh = backtest(events, folds=2, methods=CHEAP)
    pd.testing.assert_series_equal(resumed.table["hits"], fresh.table["hits"])
    damaged = next(tmp_path.rglob("*.npz"))
    damaged.write_bytes(b"not an archive")
    again = backtest(events, folds=2, methods=CHEAP, checkpoint=tmp_path)
    pd.testing.assert_series_equal(again.table["hits"], fresh.table["hits"])


def test_processes_give_the_same_table(events: pd.DataFrame) -> None:
    one = backtest(events, folds=2, methods=CHEAP, n_jobs=1)
    two = backtest(events, folds=2, methods=CHEAP, n_jobs=2)
    pd.testing.assert_series_equal(one.table["hits"], two.table["hits"])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cell_m": 0}, "cell_m"),
        ({"horizon_days": -1}, "horizon_days"),
        ({"folds": 0}, "folds"),
        ({"coverage": (0.0,)}, "coverage"),
        ({"methods": ["magic"]}, "magic"),
        ({"step_days": 0}, "step_days"),
    ],
)
def test_wrong_parameter_is_named(
    events: pd.DataFrame, change: dict[str, object], word: str
) -> None:
    if change == {"step_days": 0}:
        change = {"step_days": -1}
    with pytest.raises(ValueError, match=word):
        backtest(events, **change)  # type: ignore[arg-type]


def test_events_that_cannot_be_used_say_why(events: pd.DataFrame) -> None:
    with pytest.raises(EventsNotUsableError, match="columns"):
        backtest(events[["x_m", "y_m"]])
    with pytest.raises(EventsNotUsableError, match="too few"):
        backtest(events.head(20))
    with pytest.raises(EventsNotUsableError, match="degrees"):
        backtest(events.assign(x_m=events["x_m"] / 1e5, y_m=events["y_m"] / 1e5))
    with pytest.raises(EventsNotUsableError, match="too short"):
        backtest(events[events["occurred_at"] < "2024-01-12"], horizon_days=7)
    with pytest.raises(EventsNotUsableError, match="place and a time"):
        backtest(events.assign(x_m=np.nan))
    with pytest.raises(EventsNotUsableError, match="too large an area"):
        far = events.copy()
        far.loc[0, "x_m"] = 5e7
        far.loc[1, "y_m"] = 5e7
        backtest(far)


def test_rows_without_place_or_time_are_counted(events: pd.DataFrame) -> None:
    broken = events.copy()
    broken.loc[:4, "x_m"] = np.nan
    broken.loc[5:6, "occurred_at"] = pd.NaT
    found = backtest(broken, folds=2, methods=[BASELINE])
    assert "7 rows without place or time were left out." in found.notes


def test_a_forecast_without_a_back_test_is_the_ranking(events: pd.DataFrame) -> None:
    made = forecast(events, at="2024-07-01")
    assert (made.method, made.shown) == (BASELINE, False)
    assert "not earned its place" in made.verdict
    assert made.expected[made.top(cells=1)[0]] == made.expected.max()
    assert (made.low <= made.expected + 1).all()
    assert (made.high >= np.floor(made.expected)).all()


def test_a_forecast_takes_what_its_evidence_chose(events: pd.DataFrame) -> None:
    proof = backtest(events, folds=3, methods=CHEAP)
    made = forecast(events, at="2024-07-18", evidence=proof)
    assert made.method == proof.chosen
    assert made.shown == proof.earned
    usual = len(events) / 200 * 7
    assert 0.6 * usual < made.expected.sum() < 1.6 * usual


def test_unknown_method_or_moment_is_refused(events: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="magic"):
        forecast(events, at="2024-07-01", method="magic")
    with pytest.raises(ValueError, match="at is a date"):
        forecast(events, at="yesterday-ish")
    with pytest.raises(EventsNotUsableError, match="before the moment"):
        forecast(events, at="2020-01-01")


def test_months_that_are_not_held_are_not_months_without_asb(events: pd.DataFrame) -> None:
    old = events.assign(occurred_at=events["occurred_at"] - pd.Timedelta(days=900), x_m=9_000.0)
    both = pd.concat([old, events])
    found = backtest(both, folds=2, methods=CHEAP)
    alone = backtest(events, folds=2, methods=CHEAP)
    pd.testing.assert_series_equal(found.table["hits"], alone.table["hits"])
    assert any("before a gap" in note for note in found.notes)
    monthly = both.assign(month=both["occurred_at"].dt.to_period("M")).drop(columns="occurred_at")
    assert forecast(monthly, at="2024-08").grid.centre_x.max() < 5_000
    early = forecast(both, at="2022-01-05")
    assert early.grid.centre_x.min() > 5_000
