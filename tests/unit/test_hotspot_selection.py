"""What is left out before anything is described."""

import numpy as np
import pandas as pd
import pytest

from analytics.hotspots.selection import leave_out
from geodata.errors import FrameShapeError


def incidents() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "easting": np.array([1, np.nan, 3, 4, 5, np.nan], dtype=np.float32),
            "northing": np.array([1, 2, 3, 4, 5, np.nan], dtype=np.float32),
            "is_default_geocode": [False, False, True, False, False, True],
            "is_excluded": [False, False, True, True, False, True],
            "location_precision": pd.Categorical(
                ["exact", "none", "street", "exact", "default", "default"]
            ),
        }
    )


def test_each_incident_is_left_out_once_under_the_first_reason() -> None:
    kept = leave_out(incidents())
    assert kept.left_out == {"no coordinate": 2, "default geocode": 2, "excluded place": 1}
    assert kept.frame.index.tolist() == [0]
    assert "2 without a place" in kept.sentence


def test_second_pass_changes_nothing() -> None:
    once = leave_out(incidents())
    twice = leave_out(once.frame)
    assert twice.frame.equals(once.frame)
    assert not sum(twice.left_out.values()) and not twice.sentence


def test_no_incidents_are_no_error() -> None:
    kept = leave_out(incidents().iloc[:0])
    assert kept.frame.empty and not any(kept.left_out.values())


def test_precision_is_not_needed() -> None:
    kept = leave_out(incidents().drop(columns="location_precision"))
    assert kept.left_out["default geocode"] == 1


def test_frame_without_the_marks_is_refused() -> None:
    with pytest.raises(FrameShapeError, match="is_default_geocode"):
        leave_out(incidents().drop(columns="is_default_geocode"))
