import datetime as dt

import pandas as pd
import pytest

from analytics.repeats.prior import (
    judge_calls,
    judge_flag,
    judge_incidents,
    number_incidents,
    take_window,
)
from geodata.calendar import Month

AS_AT = dt.date(2024, 3, 1)


def incident(day: str | None, **other: object) -> dict[str, object]:
    moment = pd.Timestamp(day) if day else pd.NaT
    row = {
        "occurred_at": moment, "time_precision": "minute" if day else "month",
        "month": Month.of(moment).ordinal if day else Month(2023, 6).ordinal,
        "victim_key": "v1", "location_key": "l1", "location_precision": "exact",
        "source_system": "police", "event_key": "", "asb_type": "noise",
        "vulnerable_flag": "not recorded", "hate_flag": "not recorded",
    }  # fmt: skip
    return row | other


def frame_of(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame([{"id": n, **row} for n, row in enumerate(rows, 1)])
    frame["occurred_at"] = frame["occurred_at"].astype("datetime64[us]")
    return number_incidents(frame)


@pytest.mark.parametrize(
    ("earlier", "state"),
    [("2023-03-01 00:05", "repeat"), ("2023-02-28 23:55", "repeat if this is new")],
)
def test_window_of_twelve_calendar_months_has_both_ends(earlier: str, state: str) -> None:
    frame = frame_of(incident(earlier), incident("2024-03-01 18:00"))
    assert judge_incidents(frame, "person", {"v1"}, AS_AT).state == state


def test_leap_day_begins_the_window_on_28_february() -> None:
    frame = frame_of(incident("2023-02-28"), incident("2024-02-29"))
    assert judge_incidents(frame, "person", {"v1"}, dt.date(2024, 2, 29)).state == "repeat"


def test_same_person_at_two_addresses_is_repeat_victim_and_no_repeat_location() -> None:
    frame = frame_of(incident("2023-05-05"), incident("2023-09-05", location_key="l2"))
    assert judge_incidents(frame, "person", {"v1"}, AS_AT).state == "repeat"
    assert judge_incidents(frame, "place", {"l1"}, AS_AT).state == "repeat if this is new"


def test_two_people_at_one_address_are_repeat_location_and_no_repeat_victim() -> None:
    frame = frame_of(incident("2023-05-05"), incident("2023-09-05", victim_key="v2"))
    person = judge_incidents(frame, "person", {"v1", "v2"}, AS_AT)
    assert (person.state, person.count, person.others) == ("repeat if this is new", 1, 1)
    assert judge_incidents(frame, "place", {"l1"}, AS_AT).state == "repeat"


def test_one_incident_told_to_three_agencies_counts_once() -> None:
    frame = frame_of(
        *(
            incident("2023-05-05 21:00", source_system=name)
            for name in ("police", "council", "landlord")
        )
    )
    found = judge_incidents(frame, "person", {"v1"}, AS_AT)
    assert (found.state, found.count) == ("repeat if this is new", 1)
    assert judge_flag(take_window(frame, AS_AT), "hate_flag").words.endswith(
        "in the one incident. That is not a 'no'."
    )


def test_words_give_number_first_day_and_dates_newest_first() -> None:
    frame = frame_of(incident("2023-05-05"), incident("2023-09-06"))
    assert judge_incidents(frame, "person", {"v1"}, AS_AT).words == (
        "Repeat victim: 2 incidents since 1 March 2023 (6 September 2023, 5 May 2023)."
    )


def test_without_a_victim_nobody_can_tell() -> None:
    frame = frame_of(incident("2023-05-05", victim_key=""))
    assert judge_incidents(frame, "person", set(), AS_AT).state == "cannot tell"


def test_incident_with_a_month_only_counts_when_the_month_lies_inside() -> None:
    inside = frame_of(incident(None), incident("2023-09-06"))
    assert judge_incidents(inside, "person", {"v1"}, AS_AT).state == "repeat"
    edge = frame_of(incident(None, month=Month(2024, 3).ordinal), incident("2023-09-06"))
    assert judge_incidents(edge, "person", {"v1"}, AS_AT).state == "cannot tell"


def test_month_alone_that_the_window_cuts_cannot_be_told() -> None:
    frame = frame_of(incident(None, month=Month(2023, 3).ordinal))
    found = judge_incidents(frame, "place", {"l1"}, dt.date(2024, 3, 15))
    assert (found.state, found.count) == ("cannot tell", 0)
    assert "an incident" in found.words and "call" not in found.words


def test_not_asked_is_never_no() -> None:
    frame = frame_of(
        incident("2023-05-05", vulnerable_flag="no"),
        incident("2023-09-06", vulnerable_flag="not recorded"),
    )
    assert judge_flag(frame, "vulnerable_flag").words == (
        "No where asked, but asked in only 1 of 2 incidents."
    )
    assert judge_flag(frame, "vulnerable_flag").is_open, "one incident was never asked about"
    assert judge_flag(frame, "hate_flag").state == "not asked"
    assert judge_flag(frame.assign(hate_flag=["no", "yes"]), "hate_flag").state == "yes"
    assert judge_flag(frame.iloc[:0], "hate_flag").state == "not asked"


def test_calls_are_counted_by_caller_and_apart_from_incidents() -> None:
    calls = pd.DataFrame(
        {
            "caller_key": ["a", "b", "a", "", "a"],
            "called_at": pd.to_datetime(
                ["2023-03-01", "2023-05-05", "2024-03-01 23:59", "2024-01-01", "2023-02-28 23:59"],
                format="ISO8601",
            ),
        }
    )
    found = judge_calls(calls, AS_AT)
    assert (found.state, found.count, found.others) == ("repeat", 2, 1)
    assert "2 calls since 1 March 2023" in found.words
    assert judge_calls(calls.iloc[3:4], AS_AT).state == "cannot tell"
    assert judge_calls(calls.iloc[:0], AS_AT).state == "none"
