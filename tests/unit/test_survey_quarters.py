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


def test_quarter_with_one_answer_makes_the_year_incomplete_and_is_named() -> None:
    counts = dict.fromkeys(EIGHT, 940) | {"2026-Q2": 1}
    year = rolling_year(counts, END)
    assert not year.complete and year.missing == () and year.short == (("2026-Q2", 1),)
    assert year.gaps_label == (
        "only 1 answer in April to June 2026, fewer than half of the 940 of a usual quarter"
    )
    # Every year that holds the quarter has the same gap; those before have none.
    assert [one.complete for one in years_back(counts, END)] == [True, True, True, False, False]
    assert rolling_year(dict.fromkeys(EIGHT, 940), END).complete
    assert rolling_year({**counts, "2026-Q2": 470}, END).complete
    assert not rolling_year({**counts, "2026-Q2": 469}, END).complete


def test_smaller_first_quarter_is_named_until_the_year_no_longer_has_it() -> None:
    counts = dict.fromkeys(FIVE, 900) | {FIVE[0]: 300}
    first = rolling_year(counts, dt.date(2026, 6, 30))
    assert first.short == ((FIVE[0], 300),) and "300 answers" in first.gaps_label
    assert rolling_year(counts, END).complete


def test_usual_quarter_is_of_the_two_years_up_to_the_year() -> None:
    quarters = [f"{year}-Q{quarter}" for year in range(2021, 2027) for quarter in (1, 2, 3, 4)]
    counts = {one: 1_000 if one < "2025-Q2" else 300 for one in quarters}
    cut = [rolling_year(counts, last_day_of(one)) for one in quarters if one >= "2025-Q1"]
    # A sample that was really cut is the usual one after a year and a quarter.
    assert [year.complete for year in cut] == [
        True, False, False, False, False, True, True, True,
    ]  # fmt: skip
    assert cut[-1].usual == 300
    # Later quarters never change what was said of an earlier year.
    known = {one: count for one, count in counts.items() if one <= "2025-Q3"}
    for end in (dt.date(2025, 6, 30), dt.date(2025, 9, 30)):
        assert rolling_year(known, end) == rolling_year(counts, end)
