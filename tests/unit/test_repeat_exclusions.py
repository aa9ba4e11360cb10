"""What never ranks as a repeat, counted; and what lies near one place."""

import numpy as np
import pandas as pd

from analytics.repeats.exclusions import (
    ABUSE_ADDRESS,
    ABUSE_VICTIM,
    DEFAULT,
    INSTITUTION,
    NO_ADDRESS,
    NO_VICTIM,
    LeftOut,
    rank_places,
    rank_victims,
)
from analytics.repeats.neighbours import find_neighbours


def incidents(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {
        "location_key": "a1", "location_precision": "exact", "domestic_abuse_flag": "no",
        "is_default_geocode": False, "is_excluded": False, "victim_key": "",
    }  # fmt: skip
    return pd.DataFrame([usual | row for row in rows])


def test_each_place_that_never_ranks_has_its_reason() -> None:
    frame = incidents(
        {},
        {"location_key": "a2", "location_precision": "street"},
        {"location_key": "a3", "is_excluded": True},
        {"location_key": "a4", "location_precision": "default", "is_default_geocode": True},
        {"location_key": "a5", "domestic_abuse_flag": "yes"},
        {"location_key": "", "location_precision": "none"},
        {"location_key": "a6", "location_precision": "snapped", "domestic_abuse_flag": "yes"},
    )
    expected = ["", NO_ADDRESS, INSTITUTION, DEFAULT, ABUSE_ADDRESS, NO_ADDRESS, NO_ADDRESS]
    for given in (frame, frame.astype({"location_key": "category"})):
        ranking = rank_places(given)
        assert ranking.reason.tolist() == expected
        assert ranking.keep.tolist() == [reason == "" for reason in expected]


def test_one_incident_of_domestic_abuse_takes_the_whole_address_out() -> None:
    frame = incidents({}, {"domestic_abuse_flag": "yes"}, {}, {"location_key": "a2"})
    assert rank_places(frame).keep.tolist() == [False, False, False, True]


def test_incidents_without_a_place_do_not_share_a_fate() -> None:
    gone = {"location_key": "", "location_precision": "none"}
    frame = incidents(
        gone | {"victim_key": "v1", "domestic_abuse_flag": "yes"}, gone | {"victim_key": "v2"}
    )
    assert rank_victims(frame).reason.tolist() == [ABUSE_VICTIM, ""]


def test_victim_of_domestic_abuse_or_of_such_an_address_is_out_altogether() -> None:
    frame = incidents(
        {"victim_key": "v1"},
        {"victim_key": "v1", "location_key": "a2", "domestic_abuse_flag": "yes"},
        {"victim_key": "v2", "location_key": "a2"},
        {"victim_key": "v2", "location_key": "a3"},
        {"victim_key": "v3", "location_key": "a3"},
        {"location_key": "a3"},
    )
    assert rank_victims(frame).reason.tolist() == [ABUSE_VICTIM] * 4 + ["", NO_VICTIM]


def test_street_where_abuse_was_recorded_is_no_address_of_a_victim() -> None:
    frame = incidents(
        {"victim_key": "v1", "location_precision": "street", "domestic_abuse_flag": "yes"},
        {"victim_key": "v2", "location_precision": "street"},
    )
    assert rank_victims(frame).keep.tolist() == [False, True]


def test_counts_add_up_to_what_is_left_out() -> None:
    frame = incidents(
        {}, {"location_key": "a5", "domestic_abuse_flag": "yes"}, {"location_key": "a5"},
        {"location_key": "", "location_precision": "none"},
    )  # fmt: skip
    ranking = rank_places(frame)
    found = ranking.count(frame["location_key"])
    assert found == (LeftOut(NO_ADDRESS, 1, 0), LeftOut(ABUSE_ADDRESS, 2, 1))
    assert sum(left.incidents for left in found) + ranking.keep.sum() == len(frame)
    chosen = np.array([True, True, False, False])
    assert ranking.count(frame["location_key"], chosen) == (LeftOut(ABUSE_ADDRESS, 1, 1),)


def test_neighbours_lie_within_reach_in_space_and_time_and_elsewhere() -> None:
    day = np.datetime64("2024-03-10T12:00", "us")
    days = [0, 1, 14, 15, 2, 0, np.timedelta64("NaT")]
    x = np.array([0.0, 0.0, 200.0, 10.0, 201.0, 0.0, 5.0])
    mine = np.array([True, True, False, False, False, False, False])
    moments = np.array([day + np.timedelta64(d, "D") for d in days])
    found = find_neighbours(x, np.zeros(7), moments, mine)
    # 2: at the edge of both; 3: 14 days from the second here; 5: the same point, another home.
    assert found["row"].tolist() == [2, 3, 5]
    assert found["days"].tolist() == [13, 14, 0]
    assert found["distance_m"].tolist() == [200.0, 10.0, 0.0]


def test_place_without_incidents_has_no_neighbours() -> None:
    nobody = np.zeros(2, dtype=bool)
    moments = np.array(["2024-01-01", "2024-01-02"], dtype="datetime64[us]")
    assert find_neighbours([0, 1], [0, 1], moments, nobody).empty
