"""Exclusions conserve incidents, and no channel but the public's and partners' gets through."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from analytics.prediction.exclusions import training_events
from geodata.categories import CHANNELS

record = some.tuples(
    some.sampled_from(CHANNELS),
    some.one_of(some.floats(0, 500_000), some.just(float("nan"))),
    some.booleans(),
    some.booleans(),
    some.booleans(),
)


@given(some.lists(record, max_size=50))
def test_kept_and_left_out_add_up_and_are_what_the_rule_says(records: list[tuple]) -> None:
    frame = pd.DataFrame(
        records, columns=["report_channel", "easting", "default", "excluded", "timed"]
    )
    frame = pd.DataFrame(
        {
            "easting": frame["easting"].astype(float),
            "northing": 1.0,
            "month": 24_300,
            "occurred_at": pd.Series(
                np.where(frame["timed"], np.datetime64("2025-01-05"), np.datetime64("NaT")),
                dtype="datetime64[us]",
            ),
            "report_channel": frame["report_channel"],
            "is_default_geocode": frame["default"].astype(bool),
            "is_excluded": frame["excluded"].astype(bool),
        }
    )
    found = training_events(frame, most_unknown=1)
    usable = (
        frame["easting"].notna()
        & ~frame["is_default_geocode"]
        & ~frame["is_excluded"]
        & frame["report_channel"].isin(["public", "partner"])
    )
    assert len(found.events) + sum(found.left_out.values()) == len(frame) == found.considered
    assert len(found.events) + found.left_out["only the month is known"] == usable.sum()
    assert found.events["x_m"].isin(frame.loc[usable, "easting"]).all()
