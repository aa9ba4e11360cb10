"""Near repeats on events whose answer can be checked by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.repeats import near_repeat
from analytics.repeats.near_repeat import NO_PATTERN, NearRepeat, find_near_repeats, knox
from geodata.errors import EventsNotUsableError


def scattered(rng: np.random.Generator, count: int = 300) -> tuple[np.ndarray, ...]:
    x, y = rng.uniform(0, 5_000, (2, count))
    return x, y, rng.integers(0, 365, count)


def with_followers(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """300 scattered events; the first 60 are each followed 3 days later 50 m further east."""
    x, y, day = scattered(rng)
    return (
        np.append(x, x[:60] + 50),
        np.append(y, y[:60]),
        np.append(day, day[:60] + 3),
    )


@pytest.fixture
def found(rng: np.random.Generator) -> NearRepeat:
    return find_near_repeats(*with_followers(rng), permutations=99, rng=rng)


def test_followers_are_found_in_their_band(found: NearRepeat) -> None:
    shown = found.table[found.table["shown"]]
    first = shown.iloc[0]
    assert (first["distance_to_m"], first["time_from_d"], first["time_to_d"]) == (100, 0, 7)
    assert found.found
    assert found.p_near == 0.01
    assert "chance gives" in found.sentence
    assert "0 to 6 days" in found.sentence


def test_followers_are_near_repeats_and_leaders_originators(found: NearRepeat) -> None:
    kinds = found.events["kind"].astype(str)
    assert (kinds[300:] == "near repeat").all()
    assert (kinds[:60].isin(["originator", "near repeat"])).all()
    assert (kinds[60:300] == "isolated").mean() > 0.9


def test_places_busy_all_year_are_no_near_repeats(rng: np.random.Generator) -> None:
    centre = rng.integers(0, 10, 600)
    x = centre * 1_000.0 + rng.uniform(0, 80, 600)
    y = rng.uniform(0, 80, 600)
    day = rng.integers(0, 365, 600)
    found = find_near_repeats(x, y, day, permutations=99, rng=rng)
    assert not found.found
    assert found.sentence.startswith(NO_PATTERN)
    assert (found.events["kind"] == "isolated").all()
    assert found.runs.empty


def test_return_to_the_same_place_is_a_repeat_not_a_near_repeat(rng: np.random.Generator) -> None:
    x, y, day = scattered(rng)
    found = find_near_repeats(
        np.append(x, x[:60]), np.append(y, y[:60]), np.append(day, day[:60] + 3),
        permutations=99, rng=rng,
    )  # fmt: skip
    assert not found.found
    assert found.p_repeat == 0.01
    assert (found.events["kind"].astype(str)[300:] == "repeat").all()
    assert "same places" in found.sentence


def test_bands_are_closed_below_and_open_above(rng: np.random.Generator) -> None:
    gaps = np.array([0.0, 0.1, 99.9, 100.0, 199.9, 200.0])
    x = np.concatenate([[i * 10_000.0, i * 10_000.0 + gap] for i, gap in enumerate(gaps)])
    x = np.append(x, 1e6 + 1e4 * np.arange(20))
    days = np.append(np.zeros(12, dtype=np.int64), np.full(20, 1_000))
    found = find_near_repeats(
        x - x[0], np.zeros(32), days, distance_bands_m=(100, 200), time_bands_d=(7, 14),
        permutations=19, rng=rng,
    )  # fmt: skip
    in_band = found.table.set_index(["distance_to_m", "time_to_d"])["observed"]
    # 0.1 m is not kept exactly at a large coordinate, so it may fall on either side.
    assert in_band[(0.1, 7)] + in_band[(100, 7)] == 3
    assert in_band[(200, 7)] == 2
    assert in_band.loc[:, 14].sum() == 0


def test_same_day_counts_in_the_first_band_and_day_seven_in_the_second(
    rng: np.random.Generator,
) -> None:
    x = np.repeat(np.arange(12) * 5_000.0, 2)
    day = np.repeat(np.arange(12) * 400, 2)
    day[1::2] += np.tile([0, 6, 7, 13, 14, 27], 2)
    found = find_near_repeats(x, np.zeros(24), day, permutations=19, rng=rng)
    assert found.table["observed"][:4].tolist() == [4, 4, 2, 2]


def test_run_has_its_days_and_place(rng: np.random.Generator) -> None:
    x, y, day = scattered(rng)
    burst = 2_500 + 20.0 * np.arange(8)
    found = find_near_repeats(
        np.append(x, np.tile(burst, 2) + np.repeat([0, 2_000], 8)),
        np.append(y, np.full(16, 2_500.0)),
        np.append(day, np.tile(100 + np.arange(8), 2)),
        permutations=99,
        rng=rng,
    )
    first = found.runs.iloc[0]
    assert first["incidents"] >= 8
    assert abs(first["first_day"] - 100) <= 7
    assert first["radius_m"] <= 250
    assert (found.events["run"][300:] >= 0).all()


@pytest.mark.parametrize(
    "days",
    [
        np.arange("2025-01", "2027-01", dtype="datetime64[M]"),
        np.arange("2025-01", "2027-01", dtype="datetime64[M]").astype("datetime64[s]"),
        pd.period_range("2025-01", periods=24, freq="M"),
        np.full(24, "NaT", dtype="datetime64[D]"),
    ],
    ids=["months", "first days of months", "periods", "no day at all"],
)
def test_month_only_data_are_refused(days: np.ndarray, rng: np.random.Generator) -> None:
    with pytest.raises(EventsNotUsableError, match="month"):
        find_near_repeats(np.arange(24.0), np.zeros(24), days, rng=rng)


def test_too_many_pairs_are_refused_before_they_are_made(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_repeat, "MOST_PAIRS", 100)
    with pytest.raises(EventsNotUsableError, match=r"435 pairs lie within 400 m"):
        find_near_repeats(np.arange(30.0), np.zeros(30), np.arange(30), rng=rng)


def test_few_incidents_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(EventsNotUsableError, match="19 incidents"):
        find_near_repeats(np.arange(19.0), np.zeros(19), np.arange(19), rng=rng)


def test_incidents_without_place_or_day_are_left_out_and_counted(rng: np.random.Generator) -> None:
    x, y, number = scattered(rng, 100)
    day = np.datetime64("2025-01-01") + number
    x[3], day[5] = np.nan, np.datetime64("NaT")
    found = find_near_repeats(x, y, day, permutations=19, rng=rng)
    assert (found.incidents, found.left_out) == (98, 2)
    assert len(found.events) == 100
    assert found.events["kind"].isna().tolist() == [i in (3, 5) for i in range(100)]
    assert found.events.loc[3, ["links", "run"]].tolist() == [0, -1]
    assert found.events["run"].dtype == np.int64


def test_time_of_day_is_dropped(rng: np.random.Generator) -> None:
    x, y, number = scattered(rng, 100)
    day = np.datetime64("2025-01-01") + number
    late = day.astype("datetime64[h]") + 23
    one, other = (
        find_near_repeats(x, y, days, permutations=19, rng=np.random.default_rng(3)).table
        for days in (day, late)
    )
    assert one.equals(other)


@pytest.mark.parametrize("as_objects", [False, True], ids=["column", "objects"])
def test_day_of_a_time_with_an_offset_is_the_local_one(
    as_objects: bool, rng: np.random.Generator
) -> None:
    x, y, number = scattered(rng, 100)
    # Half past midnight in summer is still the day before in UTC.
    wall = pd.Series(pd.Timestamp("2025-03-01 00:30") + pd.to_timedelta(number, unit="D"))
    local = wall.dt.tz_localize("Europe/London")
    local[4] = pd.NaT
    wall[4] = pd.NaT
    given = local.to_numpy() if as_objects else local
    one, other = (
        find_near_repeats(x, y, days, permutations=19, rng=np.random.default_rng(3))
        for days in (wall, given)
    )
    assert one.table.equals(other.table)
    assert other.left_out == 1


def test_all_incidents_at_one_place_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(EventsNotUsableError, match="All 200 incidents lie at one place"):
        find_near_repeats(np.zeros(200), np.full(200, 7.0), np.arange(200), rng=rng)


@pytest.mark.parametrize("apart", ["in space", "in time"])
def test_nothing_to_compare_is_said(apart: str, rng: np.random.Generator) -> None:
    x, day = (
        (np.repeat([0.0, 9_000.0], 20), np.arange(40))
        if apart == "in space"
        else (10.0 * np.arange(40), 100 * np.arange(40))
    )
    found = find_near_repeats(x, np.zeros(40), day, permutations=19, rng=rng)
    assert not found.found
    assert "nan" not in found.sentence
    assert found.sentence == (
        f"{NO_PATTERN}: no two incidents at different places lie within 400 m, or no two within "
        "28 days, so there are no pairs to compare."
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"permutations": 9}, "at least 19"),
        ({"distance_bands_m": (200, 100)}, "distance_bands_m must rise"),
        ({"time_bands_d": ()}, "time_bands_d must rise"),
        ({"metric": "taxicab"}, "metric must be one of"),
    ],
)
def test_wrong_options_are_said(
    options: dict[str, object], told: str, rng: np.random.Generator
) -> None:
    with pytest.raises(ValueError, match=told):
        find_near_repeats(*scattered(rng, 30), rng=rng, **options)


def test_knox_counts_pairs_at_the_cut() -> None:
    found = knox([0, 20, 41], [0, 0, 0], [0, 5, 9], delta_m=20, tau=5)
    assert (found.observed, found.space_pairs, found.time_pairs, found.pairs) == (1, 1, 2, 3)
    assert found.expected == pytest.approx(2 / 3)
    assert np.isnan(found.p)


def test_knox_leaves_out_and_counts_what_has_no_place_or_time(rng: np.random.Generator) -> None:
    x = [0, 20, 41, 0, np.nan, 5, 5]
    y = [0, 0, 0, 0, 0, np.inf, 0]
    t = [0, 5, 9, np.nan, 0, 0, np.inf]
    found = knox(x, y, t, delta_m=20, tau=5, permutations=19, rng=rng)
    alone = knox(x[:3], y[:3], t[:3], delta_m=20, tau=5)
    assert (found.left_out, alone.left_out) == (4, 0)
    for name in ("observed", "expected", "space_pairs", "time_pairs", "pairs", "p_poisson"):
        assert getattr(found, name) == getattr(alone, name)
    assert 0 < found.p <= 1


def test_knox_of_nobody_is_nothing() -> None:
    assert knox([], [], [], 20, 5).observed == 0


def test_knox_needs_a_generator_to_shuffle() -> None:
    with pytest.raises(ValueError, match="rng"):
        knox([0, 1], [0, 0], [0, 1], 20, 5, permutations=99)


def test_nothing_is_found_among_independent_days_most_of_the_time() -> None:
    """Under the null, 'found' comes up in 5 of 100 data sets at most, but for chance."""
    found = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, y = rng.integers(0, 40, (2, 150)) * 40.0
        day = rng.integers(0, 120, 150)
        found += find_near_repeats(x, y, day, permutations=39, rng=rng).found
    # Binomial(60, 0.05): more than 9 comes about once in 1,000 times.
    assert found <= 9
