import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.callers import estimate_saving, list_complete_months, rank_callers
from geodata.calendar import Month

MONTH = Month(2026, 3)
YEAR = [MONTH - step for step in range(12)]


def counts_of(rows: list[tuple[str, Month, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(key, month.ordinal, calls) for key, month, calls in rows],
        columns=["caller_key", "month", "calls"],
    )


def test_tie_at_the_last_place_shows_everybody_tied() -> None:
    rows = [(f"c{n:02d}", MONTH, 30 - n) for n in range(9)]
    rows += [(f"t{n}", MONTH, 5) for n in range(4)]
    found = rank_callers(counts_of(rows), MONTH, YEAR)
    assert len(found.table) == 13
    assert found.table["rank"].tolist() == [*range(1, 10), 10, 10, 10, 10]
    assert found.tied_at_end == 4


def test_tie_before_the_end_leaves_ten_and_nobody_tied_at_the_end() -> None:
    rows = [(f"c{n:02d}", MONTH, 30 - n // 2) for n in range(10)]
    found = rank_callers(counts_of(rows), MONTH, YEAR)
    assert len(found.table) == 10
    assert found.table["is_tied"].all()
    assert found.tied_at_end == 0


def test_order_within_a_tie_is_by_calls_of_the_year() -> None:
    rows = [("a", MONTH, 5), ("b", MONTH, 5), ("b", MONTH - 1, 7)]
    found = rank_callers(counts_of(rows), MONTH, YEAR)
    assert found.table["caller_key"].tolist() == ["b", "a"]
    assert found.table["rank"].tolist() == [1, 1]
    assert found.table["calls_year"].tolist() == [12, 5]


def test_thirteenth_month_back_and_later_months_do_not_count() -> None:
    complete = [*YEAR, MONTH - 12, MONTH + 1]
    rows = [("a", MONTH, 3), ("a", MONTH - 11, 1), ("a", MONTH - 12, 9), ("a", MONTH + 1, 9)]
    found = rank_callers(counts_of(rows), MONTH, complete)
    assert found.table["calls_year"].tolist() == [4]
    assert found.months_held == 12


def test_one_call_is_not_a_repeat_and_nobody_is_not_a_caller() -> None:
    rows = [("a", MONTH, 1), ("", MONTH, 50), ("b", MONTH, 1), ("b", MONTH, 1)]
    found = rank_callers(counts_of(rows), MONTH, YEAR)
    assert found.table["caller_key"].tolist() == ["b"]
    assert found.left_below == 1


def test_part_of_a_month_never_ranks() -> None:
    with pytest.raises(ValueError, match="not held whole"):
        rank_callers(counts_of([("a", MONTH, 4)]), MONTH, YEAR[1:])


def test_nobody_called_gives_an_empty_table() -> None:
    found = rank_callers(counts_of([]), MONTH, YEAR)
    assert found.table.empty
    assert found.tied_at_end == 0


@pytest.mark.parametrize("by", ["month", "year"])
def test_equal_to_brute_force_on_random_calls(rng: np.random.Generator, by: str) -> None:
    for _ in range(40):
        calls = rng.integers(0, 40, 60)
        months = rng.integers(0, 15, 60)
        rows = [
            (f"k{key}", MONTH - int(ago) + 1, 1)
            for key, ago in zip(calls % 17, months, strict=True)
        ]
        found = rank_callers(counts_of(rows), MONTH, YEAR, by=by, places=5)
        callers = {key for key, _, _ in rows}
        month = {k: sum(m == MONTH for key, m, _ in rows if key == k) for k in callers}
        year = {k: sum(m in YEAR for key, m, _ in rows if key == k) for k in callers}
        ranking = {k for k in callers if month[k] >= 2}
        value = month if by == "month" else year
        rank = {k: 1 + sum(value[other] > value[k] for other in ranking) for k in ranking}
        expected = {(rank[k], k, month[k], year[k]) for k in ranking if rank[k] <= 5}
        columns = ["rank", "caller_key", "calls_month", "calls_year"]
        assert set(found.table[columns].itertuples(index=False, name=None)) == expected


def test_months_are_complete_from_first_to_last_day() -> None:
    months = list_complete_months(dt.date(2025, 11, 2), dt.date(2026, 2, 28))
    assert [str(month) for month in months] == ["2025-12", "2026-01", "2026-02"]
    assert list_complete_months(dt.date(2026, 2, 1), dt.date(2026, 2, 27)) == []


def spread(key: str, before: int, after: int) -> list[tuple[str, Month, int]]:
    start = Month(2025, 9)
    return [(key, start - step, before) for step in range(1, 7)] + [
        (key, start + step, after) for step in range(1, 7)
    ]


def test_saving_counts_equal_months_and_leaves_out_the_month_of_the_plan() -> None:
    rows = [*spread("a", 10, 4), ("a", Month(2025, 9), 99)]
    complete = list_complete_months(dt.date(2025, 1, 1), dt.date(2026, 3, 31))
    found = estimate_saving(counts_of(rows), {"a": Month(2025, 9)}, complete)
    assert (found.before, found.after, found.fewer) == (60, 24, 36.0)
    assert 0 < found.fewer_low < 36 < found.fewer_high
    assert found.change.is_clear


def test_saving_of_small_counts_has_no_clear_change_and_a_range_over_nothing() -> None:
    complete = list_complete_months(dt.date(2025, 1, 1), dt.date(2026, 3, 31))
    found = estimate_saving(counts_of(spread("a", 1, 0)), {"a": Month(2025, 9)}, complete)
    assert found.fewer_low < found.fewer < found.fewer_high
    few = estimate_saving(
        counts_of([("a", Month(2025, 8), 3), ("a", Month(2025, 10), 1)]),
        {"a": Month(2025, 9)},
        complete,
    )
    assert not few.change.is_clear
    assert few.fewer_low < 0 < few.fewer_high


def test_plan_of_last_month_is_too_early() -> None:
    complete = list_complete_months(dt.date(2025, 1, 1), dt.date(2026, 3, 31))
    found = estimate_saving(counts_of(spread("a", 5, 5)), {"a": Month(2026, 2)}, complete)
    assert (found.callers, found.too_early, found.before) == (0, 1, 0)


def test_others_as_high_without_a_plan_are_counted_beside() -> None:
    complete = list_complete_months(dt.date(2025, 1, 1), dt.date(2026, 3, 31))
    rows = [*spread("a", 10, 4), *spread("b", 9, 5), *spread("c", 8, 8)]
    found = estimate_saving(counts_of(rows), {"a": Month(2025, 9)}, complete, planned={"a", "c"})
    assert (found.others, found.others_before, found.others_after) == (1, 54, 30)


def test_likely_range_of_a_difference_holds_the_truth_nineteen_times_of_twenty(
    rng: np.random.Generator,
) -> None:
    complete = list_complete_months(dt.date(2025, 1, 1), dt.date(2026, 3, 31))
    hits = 0
    for _ in range(300):
        before, after = rng.poisson(5, 6), rng.poisson(3, 6)
        start = Month(2025, 9)
        rows = [("a", start - (n + 1), int(calls)) for n, calls in enumerate(before)]
        rows += [("a", start + (n + 1), int(calls)) for n, calls in enumerate(after)]
        found = estimate_saving(counts_of(rows), {"a": start}, complete)
        hits += found.fewer_low <= 12 <= found.fewer_high
    assert hits >= 280
