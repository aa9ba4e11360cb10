"""The rolling year: always the last four complete quarters, and no figure if one is missing."""

import datetime as dt

import pytest

from analytics.worry.quarters import last_day_of, rolling_year, say_quarter, year_before, years_back

FIVE = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
EIGHT = ["2024-Q4", "2025-Q1", "2025-Q2", *FIVE]
END = dt.date(2026, 9, 30)


def test_a_fifth_quarter_drops_the_first() -> None:
    first = rolling_year(FIVE[:4], dt.date(2026, 6, 30))
    assert (first.quarters, first.complete) == (tuple(FIVE[:4]), True)
    second = rolling_year(FIVE, END)
    assert (second.quarters, second.complete, second.last) == (tuple(FIVE[1:]), True, END)


def test_quarter_in_progress_never_counts() -> None:
    year = rolling_year([*FIVE, "2026-Q4"], dt.date(2026, 12, 30))
    assert year.quarters[-1] == "2026-Q3"
    assert rolling_year([*FIVE, "2026-Q4"], dt.date(2026, 12, 31)).quarters[-1] == "2026-Q4"


def test_missing_quarter_makes_the_year_incomplete_and_is_named() -> None:
    year = rolling_year(["2025-Q4", "2026-Q1", "2026-Q3", ""], END)
    assert not year.complete and year.missing == ("2026-Q2",)
    assert year.missing_label == "April to June 2026"
    # A year that has ended without its newest quarter is incomplete too, never the year before.
    late = rolling_year(FIVE[:4], END)
    assert late.missing == ("2026-Q3",) and not late.complete


def test_year_before_shares_no_quarter() -> None:
    year = rolling_year(EIGHT, END)
    before = year_before(EIGHT, year)
    assert before.complete and not set(before.quarters) & set(year.quarters)
    assert before.label == "October 2024 to September 2025"
    assert not year_before(FIVE, year).complete


def test_years_back_slide_by_a_quarter_and_begin_with_the_first_full_one() -> None:
    years = years_back(EIGHT, END)
    assert [year.quarters[-1] for year in years] == EIGHT[3:]
    assert all(year.complete for year in years)
    gap = years_back([quarter for quarter in EIGHT if quarter != "2025-Q4"], END)
    assert [year.complete for year in gap] == [True, False, False, False, False]
    assert years_back([], END) == [] and years_back(FIVE[:3], dt.date(2026, 3, 31)) == []
    assert len(years_back(EIGHT, END, most=2)) == 2


@pytest.mark.parametrize(
    ("quarter", "day"), [("2024-Q1", (2024, 3, 31)), ("2025-Q4", (2025, 12, 31))]
)
def test_last_day_of_a_quarter(quarter: str, day: tuple[int, int, int]) -> None:
    assert last_day_of(quarter) == dt.date(*day)
    assert "to" in say_quarter(quarter)


@pytest.mark.parametrize("quarter", ["2026Q3", "2026-Q5", "2026-07"])
def test_what_is_no_quarter_is_refused(quarter: str) -> None:
    with pytest.raises(ValueError, match="YYYY-QN"):
        rolling_year([quarter], END)
