"""Hot hours and the split of day and night."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.hotspots.hours import find_hot_hours, list_hot_hours, split_day_night
from geodata.errors import EventsNotUsableError

FRIDAY = 4


def test_peak_passes_midnight_and_stays_on_its_night() -> None:
    found = find_hot_hours([22, 23, 0, 1] * 10 + [12] * 5, [FRIDAY] * 45)
    assert (found.peak_start, found.peak_end, found.peak_incidents) == (22, 2, 40)
    assert found.share == pytest.approx(40 / 45)
    assert found.low < found.share < found.high
    assert found.is_clear
    assert found.busiest_weekday == FRIDAY
    assert found.sentence == "Busiest 22:00 to 01:59: 40 of 45 timed incidents (89%)."


def test_table_runs_from_six_to_five() -> None:
    found = find_hot_hours([6] * 6 + [5] * 6, [0] * 12)
    assert found.table.index[0] == 6
    assert found.table.index[-1] == 5
    assert found.table.loc[5, 0] == 6
    assert found.by_hour.sum() == 12
    assert found.table.shape == (24, 7)


def test_even_day_has_no_clear_peak() -> None:
    found = find_hot_hours(list(range(24)) * 4, [0] * 96)
    assert not found.is_clear
    assert found.p == 1
    assert found.sentence.startswith("No hours stand out clearly")


def test_chance_rarely_makes_a_peak(rng: np.random.Generator) -> None:
    place = np.repeat(np.arange(1_000), 30)
    assert list_hot_hours(place, rng.integers(0, 24, len(place)))["is_clear"].mean() < 0.05


def test_fewer_than_ten_times_are_refused() -> None:
    with pytest.raises(EventsNotUsableError, match="9 of 12 incidents"):
        find_hot_hours([12] * 9 + [-1] * 3, [0] * 12)


def test_incidents_without_a_time_are_left_out_and_said() -> None:
    found = find_hot_hours([12] * 10 + [-1] * 3, [0] * 10 + [-1] * 3)
    assert (found.timed, found.untimed) == (10, 3)
    assert found.cautions == ("3 of 13 incidents have no time and are left out.",)


def test_weekday_may_be_unknown() -> None:
    found = find_hot_hours([12] * 10, [-1] * 10)
    assert found.busiest_weekday == -1
    assert found.table.to_numpy().sum() == 0
    assert found.by_hour[12] == 10


def test_midnight_and_full_hours_are_doubted() -> None:
    found = find_hot_hours([0] * 20 + [12] * 10, [0] * 30, minute=[0] * 20 + [7] * 10)
    assert "midnight" in found.cautions[0]
    assert found.cautions[1].startswith("67% of the times are on the full hour")


def test_places_are_listed_with_their_own_hours() -> None:
    place = ["a"] * 12 + ["b"] * 9 + ["c"] * 20
    hour = [20] * 12 + [9] * 9 + [-1] * 20
    found = list_hot_hours(place, hour, peak_hours=3)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.loc["a", ["peak_start", "peak_end"]].tolist() == [18, 21]
    assert found.loc["b", "peak_start"] == -1
    assert found["timed"].tolist() == [12, 9, 0]
    assert found["untimed"].tolist() == [0, 0, 20]
    assert found["is_clear"].tolist() == [True, False, False]


def test_one_place_listed_is_as_found_alone(rng: np.random.Generator) -> None:
    hour = rng.integers(0, 24, 200)
    alone = find_hot_hours(hour, np.zeros(200, dtype=int))
    listed = list_hot_hours(np.zeros(200), hour).iloc[0]
    for name in ("peak_start", "peak_end", "peak_incidents", "share", "low", "high", "p"):
        assert listed[name] == pytest.approx(getattr(alone, name))


def test_each_incident_is_day_night_or_unknown() -> None:
    found = split_day_night([*range(24), -1])
    assert np.flatnonzero(found.is_day).tolist() == list(range(7, 19))
    assert (found.is_day.astype(int) + found.is_night + found.is_unknown == 1).all()
    assert found.sentence == (
        "12 incidents by day (07:00 to 18:59), 12 in the evening or at night, 1 without a time."
    )


def test_day_can_be_set() -> None:
    found = split_day_night([6, 21, 22], day_starts=6, night_starts=22)
    assert found.is_night.tolist() == [False, False, True]


@pytest.mark.parametrize(
    "work",
    [
        lambda: find_hot_hours([24] * 10, [0] * 10),
        lambda: find_hot_hours([1] * 10, [0]),
        lambda: find_hot_hours([1] * 10, [0] * 10, peak_hours=24),
        lambda: list_hot_hours(["a"], [1, 2]),
        lambda: split_day_night([1], day_starts=19, night_starts=7),
    ],
)
def test_wrong_values_are_said(work: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"hour|night"):
        work()


@pytest.mark.parametrize("weekday", [7, -2, 0.5, float("nan")])
@pytest.mark.parametrize("hour", [5, 23])
def test_weekday_that_is_none_is_said(weekday: float, hour: int) -> None:
    with pytest.raises(ValueError, match=f"weekday must be 0 to 6.* got {weekday:g}"):
        find_hot_hours([hour] * 20, [weekday] * 20)


@pytest.mark.parametrize("hour", [24, -2, 1.5, float("nan")])
def test_hour_that_is_none_is_said(hour: float) -> None:
    told = f"hour must be 0 to 23.* got {hour:g}"
    with pytest.raises(ValueError, match=told):
        find_hot_hours([hour] * 20, [0] * 20)
    with pytest.raises(ValueError, match=told):
        list_hot_hours([1] * 20, [hour] * 20)
    with pytest.raises(ValueError, match=told):
        split_day_night([hour])
