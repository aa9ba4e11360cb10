"""Shares of answered questions, and marks of trust."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from analytics.completeness import (
    find_answered,
    find_shift,
    measure_by,
    measure_protected,
)
from analytics.rates import share_of
from analytics.trust import mark_trust
from dashboard.components.question_parts import protected_table
from geodata.categories import NOT_RECORDED, PROTECTED_COLUMNS


def _incidents(count: int, **columns: object) -> pd.DataFrame:
    usual = {
        "repeat_asked": "yes", "repeat_flag": "no", "vulnerable_asked": "yes",
        "vulnerable_flag": "no", "hate_flag": "no", "thrive_recorded": "yes",
        "location_precision": "exact", "report_channel": "public",
    }  # fmt: skip
    return pd.DataFrame({**usual, **columns}, index=range(count))


@pytest.mark.parametrize(
    ("asked", "flag", "answered"),
    [
        ("yes", "no", True), ("yes", "yes", True), (NOT_RECORDED, "no", True),
        ("no", "no", False), ("no", "yes", True), ("yes", NOT_RECORDED, False),
        (NOT_RECORDED, NOT_RECORDED, False),
    ],
)  # fmt: skip
def test_not_asked_is_never_no(asked: str, flag: str, answered: bool) -> None:
    frame = _incidents(1, repeat_asked=asked, repeat_flag=flag)
    assert find_answered(frame)["repeat"].tolist() == [answered]


def test_hate_and_thrive_count_only_what_was_written_down() -> None:
    frame = _incidents(3, hate_flag=["yes", "no", NOT_RECORDED],
                       thrive_recorded=["yes", "no", NOT_RECORDED])  # fmt: skip
    found = find_answered(frame)
    assert found["hate"].tolist() == [True, True, False]
    assert found["thrive"].tolist() == [True, False, False]


@pytest.mark.parametrize(("hits", "of"), [(0, 7), (7, 7), (39, 100), (1, 2_000)])
def test_share_has_the_exact_range(hits: int, of: int) -> None:
    found = share_of([hits], [of])
    exact = binomtest(hits, of).proportion_ci(0.95, "exact")
    assert found.low[0] == pytest.approx(exact.low) and found.high[0] == pytest.approx(exact.high)


def test_share_of_nothing_is_unknown_and_more_hits_than_trials_are_refused() -> None:
    assert np.isnan(share_of([0], [0]).value[0]) and np.isnan(share_of([0], [0]).high[0])
    with pytest.raises(ValueError, match="at most"):
        share_of([3], [2])


def test_groups_stand_in_order_and_add_up() -> None:
    answered = pd.Series([True, False, True, True])
    found = measure_by(answered, pd.Series(["b", "a", "a", "b"]))
    assert found["group"].tolist() == ["a", "b"]
    assert found["recorded"].sum() == 3 and found["incidents"].sum() == 4
    assert (found["low"] <= found["share"]).all() and (found["share"] <= found["high"]).all()


@pytest.mark.parametrize(("count", "shown"), [(9, False), (10, True)])
def test_protected_characteristics_are_not_shown_under_ten(count: int, shown: bool) -> None:
    frame = pd.DataFrame(dict.fromkeys(PROTECTED_COLUMNS, "yes"), index=range(count))
    found = measure_protected(frame)
    assert len(found) == 9
    assert found["share"].notna().all() == shown and found["incidents"].notna().all() == shown


@pytest.mark.parametrize("held", [0, 1, 9, 10, 50])
def test_few_on_record_are_neither_shown_nor_given_back_by_their_share(held: int) -> None:
    frame = pd.DataFrame(dict.fromkeys(PROTECTED_COLUMNS, "no"), index=range(50))
    frame.loc[frame.index[:held], PROTECTED_COLUMNS[0]] = "yes"
    row = measure_protected(frame).iloc[0]
    shown = held == 0 or held >= 10
    assert row[["recorded", "share", "low", "high"]].notna().tolist() == [shown] * 4
    assert row["incidents"] == 50
    table = protected_table(measure_protected(frame))
    assert table["Recorded"].tolist() == [f"{2 * held}%" if shown else "fewer than 10"] + ["0%"] * 8
    assert bool(table["Likely range"].iloc[0]) is shown


def test_shift_begins_on_the_hour_and_unknown_times_stay_unknown() -> None:
    times = ["2026-01-01 06:59", "2026-01-01 07:00", "2026-01-01 15:00", "2026-01-01 23:00", None]
    found = find_shift(pd.to_datetime(pd.Series(times)))
    assert found.tolist() == ["night", "early", "late", "night", "unknown"]


def test_fewer_answers_never_raise_the_mark_and_a_break_takes_good_away() -> None:
    order = {"Weak": 0, "Fair": 1, "Good": 2}
    levels = []
    for missing in range(0, 101, 10):
        flags = [NOT_RECORDED] * missing + ["no"] * (100 - missing)
        frame = _incidents(100, repeat_flag=flags, vulnerable_flag=flags)
        levels.append(order[mark_trust(frame).level])
    assert levels == sorted(levels, reverse=True) and levels[0] == 2 and levels[-1] < 2
    good = _incidents(50)
    broken = mark_trust(good, ["reports to staff are recorded"])
    assert mark_trust(good).level == "Good" and broken.level == "Fair"
    assert "Recording changed" in broken.sentence
    assert "one side" in broken.what_would_raise_it


def test_mark_has_a_shape_and_says_what_would_raise_it() -> None:
    weak = mark_trust(_incidents(10, location_precision="snapped", repeat_flag=NOT_RECORDED))
    assert weak.shape in "◐○"
    assert "address or the street" in weak.what_would_raise_it
    assert "happened before" in weak.what_would_raise_it
    assert mark_trust(_incidents(5)).what_would_raise_it.startswith("Nothing")
    assert "none to judge" in mark_trust(_incidents(0)).what_would_raise_it
