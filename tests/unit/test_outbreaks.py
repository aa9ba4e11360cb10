"""The space-time scan: planted bursts are found, busy places and seasons are not."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.hotspots.outbreaks import find_outbreaks
from geodata.errors import EventsNotUsableError

UNTIL = np.datetime64("2026-06-30")


def background(rng: np.random.Generator, count: int = 600) -> tuple[np.ndarray, ...]:
    x, y = rng.uniform(0, 6_000, (2, count))
    return x, y, UNTIL - rng.integers(0, 365, count)


def with_burst(
    rng: np.random.Generator, x: float, y: float, *, count: int = 15, days: int = 10
) -> tuple[np.ndarray, ...]:
    xs, ys, day = background(rng)
    return (
        np.append(xs, x + rng.uniform(-60, 60, count)),
        np.append(ys, y + rng.uniform(-60, 60, count)),
        np.append(day, UNTIL - rng.integers(0, days, count)),
    )


def test_burst_is_found_where_and_when_it_is(rng: np.random.Generator) -> None:
    found = find_outbreaks(*with_burst(rng, 2_000, 4_000), until=UNTIL, permutations=99, rng=rng)
    first = found.table.iloc[0]
    assert np.hypot(first["x_m"] - 2_000, first["y_m"] - 4_000) < 150
    assert first["p"] == 0.01
    assert first["shown"]
    assert first["observed"] >= 14
    assert first["last_day"] == pd.Timestamp(UNTIL)
    assert 8 <= (first["last_day"] - first["first_day"]).days + 1 <= 14
    assert found.sentence.startswith("Incidents have crowded lately in 1 place;")


def test_two_bursts_are_two_circles_that_do_not_overlap(rng: np.random.Generator) -> None:
    both = zip(with_burst(rng, 1_000, 1_000), with_burst(rng, 4_000, 4_000), strict=True)
    x, y, day = (np.append(one, other) for one, other in both)
    found = find_outbreaks(x, y, day, until=UNTIL, permutations=39, rng=rng)
    assert found.table["shown"].sum() == 2
    places = found.table[["x_m", "y_m"]].to_numpy()
    radius = found.table["radius_m"].to_numpy()
    for i in range(len(places)):
        for j in range(i):
            assert np.hypot(*(places[i] - places[j])) >= radius[i] + radius[j]


def test_place_that_is_always_busy_is_no_outbreak(rng: np.random.Generator) -> None:
    x, y, day = background(rng)
    x[:200], y[:200] = 3_000 + rng.uniform(-50, 50, (2, 200))
    assert not find_outbreaks(x, y, day, until=UNTIL, permutations=99, rng=rng).found


def test_busy_month_everywhere_is_no_outbreak(rng: np.random.Generator) -> None:
    x, y, day = background(rng)
    day[:300] = UNTIL - rng.integers(0, 28, 300)
    found = find_outbreaks(x, y, day, until=UNTIL, permutations=99, rng=rng)
    assert not found.found
    assert found.sentence.startswith("No outbreak")


def test_expected_is_share_of_place_times_share_of_days(rng: np.random.Generator) -> None:
    x = np.repeat([0.0, 5_000.0], 50)
    day = np.repeat(UNTIL - 200, 100)
    day[:12] = UNTIL
    day[50:54] = UNTIL
    found = find_outbreaks(x, np.zeros(100), day, until=UNTIL, permutations=19, rng=rng)
    first = found.table.iloc[0]
    assert (first["observed"], first["expected"], first["ratio"]) == (12, 8, 1.5)


def test_p_is_even_where_nothing_is_planted() -> None:
    """Under the null the p of the clearest cylinder is uniform, but for its few steps."""
    smallest = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        # Crowded, so that ties are few.
        x, y = rng.uniform(0, 1_500, (2, 400))
        day = UNTIL - rng.integers(0, 200, 400)
        found = find_outbreaks(x, y, day, until=UNTIL, permutations=19, rng=rng)
        smallest.append(found.table["p"].iloc[0])
    assert np.mean(np.array(smallest) <= 0.05) <= 0.15
    # A share of 20 orders stands for the twentieth below it.
    assert stats.kstest(np.array(smallest) - 0.025, "uniform").pvalue > 0.001


@pytest.mark.parametrize("unit", ["M", "s", "period"])
def test_month_only_data_go_by_months(unit: str, rng: np.random.Generator) -> None:
    x, y, day = with_burst(rng, 2_000, 4_000, count=20, days=25)
    if unit == "period":
        month = pd.Series(day).dt.to_period("M")
    else:
        month = day.astype("datetime64[M]").astype(f"datetime64[{unit}]")
    found = find_outbreaks(x, y, month, until=UNTIL, max_days=61, permutations=39, rng=rng)
    assert found.unit == "month"
    assert found.found
    first = found.table.iloc[0]
    assert np.hypot(first["x_m"] - 2_000, first["y_m"] - 4_000) < 150
    assert f"{first['first_day']:%Y-%m}" == "2026-06"
    assert "since June 2026" in found.sentence


def test_what_lies_later_or_has_no_place_or_day_is_left_out(rng: np.random.Generator) -> None:
    x, y, day = background(rng)
    x[0], day[1], day[2] = np.nan, np.datetime64("NaT"), UNTIL + 5
    found = find_outbreaks(x, y, day, until=UNTIL, permutations=19, rng=rng)
    assert (found.incidents, found.left_out) == (597, 3)


def test_too_little_history_is_refused(rng: np.random.Generator) -> None:
    x, y, day = background(rng, 50)
    with pytest.raises(EventsNotUsableError, match="older ones"):
        find_outbreaks(x, y, np.full(50, UNTIL), until=UNTIL, rng=rng)
    with pytest.raises(EventsNotUsableError, match="20 are needed"):
        find_outbreaks(x[:10], y[:10], day[:10], until=UNTIL, rng=rng)


@pytest.mark.parametrize("as_objects", [False, True], ids=["column", "objects"])
def test_day_of_a_time_with_an_offset_is_the_local_one(
    as_objects: bool, rng: np.random.Generator
) -> None:
    x, y, day = with_burst(rng, 2_000, 4_000)
    # Half past midnight in summer is still the day before in UTC.
    wall = pd.Series(day.astype("datetime64[us]")) + pd.Timedelta(minutes=30)
    local = wall.dt.tz_localize("Europe/London")
    given = local.to_numpy() if as_objects else local
    one, other = (
        find_outbreaks(x, y, days, until=end, permutations=19, rng=np.random.default_rng(3))
        for days, end in ((wall, UNTIL), (given, pd.Timestamp("2026-06-30 00:30+01:00")))
    )
    assert one.table.equals(other.table)
    assert one.left_out == other.left_out == 0


def test_all_incidents_at_one_place_are_refused(rng: np.random.Generator) -> None:
    x, y, day = background(rng)
    with pytest.raises(EventsNotUsableError, match="All 600 incidents lie in one square of 100 m"):
        find_outbreaks(x * 0 + 50, y * 0 + 50, day, until=UNTIL, rng=rng)


@pytest.mark.parametrize("until", [None, pd.NaT, np.datetime64("NaT")])
def test_end_that_is_no_day_is_said(until: object, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="until must be a day"):
        find_outbreaks(*background(rng, 50), until=until, rng=rng)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"permutations": 5}, "at least 19"),
        ({"max_radius_m": 0}, "above 0"),
        ({"max_radius_m": float("nan")}, "above 0"),
        ({"max_radius_m": float("inf")}, "above 0"),
        ({"max_days": 0}, "above 0"),
    ],
)
def test_wrong_options_are_said(
    options: dict[str, object], told: str, rng: np.random.Generator
) -> None:
    with pytest.raises(ValueError, match=told):
        find_outbreaks(*background(rng, 50), until=UNTIL, rng=rng, **options)


def test_days_must_be_dates(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="datetime64"):
        find_outbreaks(np.zeros(30), np.zeros(30), np.arange(30), until=UNTIL, rng=rng)
