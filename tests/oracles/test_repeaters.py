"""Repeats found fast against the definition followed day by day, and its published examples."""

import calendar
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.repeats.repeaters import PRESETS, RepeatRule, find_repeats

TWELVE = PRESETS["12-months"]
days = st.dates(dt.date(2022, 12, 1), dt.date(2024, 4, 30))
incidents = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "b", "c"]),
        days,
        st.booleans(),
        st.sampled_from(["noise", "trespass", "not recorded"]),
    ),
    max_size=30,
)
rules = st.one_of(
    st.builds(RepeatRule, st.just("m"), st.integers(1, 4), months=st.integers(1, 14)),
    st.builds(RepeatRule, st.just("d"), st.integers(1, 4), days=st.integers(1, 200)),
    st.builds(
        RepeatRule, st.just("s"), st.integers(1, 3), months=st.integers(1, 6), similar=st.just(True)
    ),
)


def months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def window(rule: RepeatRule, last: dt.date) -> tuple[dt.date, dt.date]:
    first = months_before(last, rule.months) if rule.months else last - dt.timedelta(rule.days)
    return first, last


def brute_force(rows, rule: RepeatRule, as_at: dt.date) -> dict[str, tuple]:
    first, last = window(rule, as_at)
    found = {}
    for key in sorted({row[0] for row in rows} - {""}):
        mine = [row[1:] for row in rows if row[0] == key]
        kinds = sorted({kind for *_, kind in mine} - {"not recorded"}) if rule.similar else [None]
        sure, maybe, most = [0], 0, [0]
        for kind in kinds:
            held = [row for row in mine if kind is None or row[2] == kind]
            sure.append(0)
            for day, dated, _ in held:
                ends = day.replace(day=calendar.monthrange(day.year, day.month)[1])
                begins = day.replace(day=1)
                if (dated and first <= day <= last) or (
                    not dated and first <= begins and ends <= last
                ):
                    sure[-1] += 1
            dates = [day for day, dated, _ in held if dated and day <= last]
            for end in dates:
                low, high = window(rule, end)
                most.append(sum(low <= day <= high for day in dates))
        for day, dated, kind in mine:
            ends = day.replace(day=calendar.monthrange(day.year, day.month)[1])
            cut = not dated and day.replace(day=1) <= last and ends >= first
            surely = (dated and first <= day <= last) or (
                not dated and first <= day.replace(day=1) and ends <= last
            )
            unsaid = rule.similar and kind == "not recorded"
            maybe += (cut and not surely) or (surely and unsaid)
        inside = [day for day, dated, _ in mine if dated and first <= day <= last]
        found[key] = (
            max(sure), max(sure) + maybe, min(inside, default=None), max(inside, default=None),
            max(most),
        )  # fmt: skip
    return found


@given(incidents, rules, days, st.booleans())
@settings(deadline=None, max_examples=400)
def test_repeats_are_those_of_brute_force(rows, rule, as_at, as_categories) -> None:
    keys = pd.Series([row[0] for row in rows], dtype=object)
    kinds = pd.Series([row[3] for row in rows], dtype=object)
    if as_categories:
        keys, kinds = keys.astype("category"), kinds.astype("category")
    moments = np.array(
        [row[1] if row[2] else None for row in rows], dtype="datetime64[D]"
    ).astype("datetime64[us]") + np.timedelta64(23, "h")  # fmt: skip
    months = np.array([row[1].year * 12 + row[1].month - 1 for row in rows], dtype=np.int64)
    found = find_repeats(keys, moments, rule, as_at, months=months, kinds=kinds)
    expected = brute_force(rows, rule, as_at)
    assert found["key"].tolist() == list(expected)
    for row in found.itertuples():
        sure, possible, first, last, most = expected[row.key]
        assert (row.incidents, row.possible, row.most_in_any_window) == (sure, possible, most)
        assert row.is_repeat == (sure >= rule.least)
        assert row.cannot_tell == (sure < rule.least <= possible)
        assert (None if pd.isna(row.first) else row.first.date()) == first
        assert (None if pd.isna(row.last) else row.last.date()) == last


def repeats(*dates: str, as_at: str = "", rule: RepeatRule = TWELVE) -> bool:
    at = dt.date.fromisoformat(as_at or max(dates))
    found = find_repeats(["v"] * len(dates), pd.to_datetime(list(dates)), rule, at)
    return bool(found["is_repeat"].iloc[0])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("2023-03-01", "2024-03-01"), True),
        (("2023-02-28", "2024-03-01"), False),
        (("2023-02-28", "2024-02-29"), True),
        (("2023-02-27", "2024-02-29"), False),
        (("2024-02-29", "2025-02-28"), True),
        (("2024-02-29", "2025-03-01"), False),
        (("2024-02-28", "2025-02-28"), True),
    ],
)
def test_twelve_calendar_months_with_both_ends(dates, expected) -> None:
    assert repeats(*dates) is expected


def test_presets_of_days_count_both_ends() -> None:
    assert repeats("2024-01-01", "2024-01-15", rule=PRESETS["2-in-14-days"])
    assert not repeats("2024-01-01", "2024-01-16", rule=PRESETS["2-in-14-days"])
    five = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-06-29"]
    assert repeats(*five, rule=PRESETS["5-in-180-days"])
    assert not repeats(*five[:-1], "2024-06-30", rule=PRESETS["5-in-180-days"])


def test_a_repeat_lapses_when_the_window_has_moved_on() -> None:
    assert repeats("2023-03-01", "2024-03-01", as_at="2024-03-01")
    assert not repeats("2023-03-01", "2024-03-01", as_at="2024-03-02")


def test_incidents_after_the_date_do_not_count() -> None:
    assert not repeats("2024-01-01", "2024-03-01", as_at="2024-02-01")


def test_month_cut_by_the_window_cannot_tell_and_whole_month_counts() -> None:
    def state(month: int) -> tuple[bool, bool]:
        moments = np.array(["2024-03-15", "NaT"], dtype="datetime64[us]")
        months = [2024 * 12 + 2, month]
        row = find_repeats(["v", "v"], moments, TWELVE, dt.date(2024, 3, 15), months=months).iloc[0]
        return bool(row["is_repeat"]), bool(row["cannot_tell"])

    assert state(2023 * 12 + 3) == (True, False)
    assert state(2023 * 12 + 2) == (False, True)
    assert state(2024 * 12 + 2) == (False, True)
    assert state(2023 * 12 + 1) == (False, False)


def test_rule_says_itself_and_refuses_nonsense() -> None:
    assert TWELVE.label == "2 incidents or more in 12 calendar months"
    assert TWELVE.say_window(dt.date(2024, 3, 1)) == "1 March 2023 to 1 March 2024"
    assert PRESETS["3-similar-in-3-months"].label == (
        "3 similar incidents or more in 3 calendar months"
    )
    for wrong in ({}, {"months": 1, "days": 1}, {"days": 0}):
        with pytest.raises(ValueError, match=r"months or in days|at least 1"):
            RepeatRule("x", 2, **wrong)
    with pytest.raises(ValueError, match="needs kinds"):
        find_repeats(
            ["a"], np.array(["2024-01-01"]), PRESETS["3-similar-in-3-months"], dt.date(2024, 1, 1)
        )
