"""Times of day and the length of a rule, in the words a reader sees."""

import datetime as dt

import pandas as pd
import pytest

from analytics.repeats.repeaters import PRESETS, find_repeats
from geodata.calendar import say_time


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(3, 6, "3:06am"), (17, 0, "5pm"), (0, 0, "midnight"), (12, 0, "midday"), (12, 5, "12:05pm"),
     (0, 30, "12:30am")],
)  # fmt: skip
def test_time_is_said_as_people_say_it(hour: int, minute: int, said: str) -> None:
    assert say_time(dt.time(hour, minute)) == said


@pytest.mark.parametrize(("day", "is_repeat"), [(15, False), (16, True)])
def test_incident_14_days_after_another_is_within_14_days_of_it(day: int, is_repeat: bool) -> None:
    rule = PRESETS["2-in-14-days"]
    assert rule.label == "2 incidents or more, at most 14 days apart"
    assert rule.say_window(dt.date(2026, 9, 30)) == "16 September 2026 to 30 September 2026"
    moments = pd.to_datetime([f"2026-09-{day} 23:00", "2026-09-30 01:00"])
    found = find_repeats(["a", "a"], moments, rule, dt.date(2026, 9, 30))
    assert found["is_repeat"].tolist() == [is_repeat]
