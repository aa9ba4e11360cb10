"""What a forecast may learn from: reports by people, at places, and nothing else."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.prediction.exclusions import (
    EVENT_COLUMNS,
    measure_exclusion_effect,
    training_events,
)
from geodata.errors import ForecastBlockedError, FrameShapeError
from geodata.grids import cover_points

MARCH = 2025 * 12 + 2


def incidents(channels: list[str], **columns: object) -> pd.DataFrame:
    count = len(channels)
    frame = pd.DataFrame(
        {
            "asb": True,
            "easting": np.arange(count, dtype=np.float32) * 10,
            "northing": 0.0,
            "month": MARCH,
            "occurred_at": pd.Timestamp("2025-03-05 22:30"),
            "report_channel": pd.Categorical(channels),
            "location_precision": "exact",
            "is_default_geocode": False,
            "is_excluded": False,
        }
    )
    return frame.assign(**columns)


def open_data(count: int) -> pd.DataFrame:
    return incidents(["unknown"] * count, occurred_at=pd.NaT, location_precision="snapped")


def test_public_and_partner_reports_stay_and_officers_records_go() -> None:
    found = training_events(incidents(["public"] * 6 + ["partner"] * 3 + ["officer-generated"]))
    assert len(found.events) == 9
    assert found.left_out["officer-generated"] == 1
    assert found.unit == "day" and found.unknown_share == 0
    assert found.notes == ("Left out of 10 ASB incidents: 1 recorded by officers, not reported.",)


def test_few_unknown_channels_are_left_out_and_counted() -> None:
    found = training_events(incidents(["public"] * 9 + ["unknown"]))
    assert found.unknown_share == 0.1
    assert len(found.events) == 9 and found.left_out["unknown channel"] == 1


def test_more_than_a_tenth_unknown_blocks_the_forecast() -> None:
    with pytest.raises(ForecastBlockedError) as caught:
        training_events(incidents(["public"] * 8 + ["unknown"]))
    assert "1 of 9 located ASB incidents (11%)" in caught.value.detail
    assert caught.value.next_step


def test_missing_channel_is_unknown() -> None:
    with pytest.raises(ForecastBlockedError):
        training_events(incidents(["public", "public"], report_channel=["public", None]))


def test_unknown_share_is_of_located_incidents_only() -> None:
    frame = incidents(["public"] * 9 + ["unknown"] * 9)
    frame.loc[10:, "easting"] = np.nan
    found = training_events(frame)
    assert found.unknown_share == 0.1 and found.left_out["no coordinate"] == 8


def test_places_that_are_no_places_are_left_out_first() -> None:
    frame = incidents(["officer-generated", "public", "public", "public"])
    frame.loc[0, "is_default_geocode"] = True
    frame.loc[1, "is_excluded"] = True
    frame.loc[2, "location_precision"] = "default"
    found = training_events(frame)
    assert found.left_out["default geocode"] == 2 and found.left_out["excluded place"] == 1
    assert found.left_out["officer-generated"] == 0
    assert len(found.events) + sum(found.left_out.values()) == found.considered == 4


def test_crimes_are_not_considered() -> None:
    frame = incidents(["public", "unknown"]).assign(asb=[True, False])
    found = training_events(frame)
    assert found.considered == 1 and len(found.events) == 1


def test_open_data_are_blocked_until_declared() -> None:
    with pytest.raises(ForecastBlockedError, match="declare"):
        training_events(open_data(5))
    found = training_events(open_data(5), declared_public=True, declared_on=dt.date(2026, 6, 17))
    assert found.declared == 5 and found.unit == "month" and found.unknown_share == 0
    assert found.events["month"].astype(str).tolist() == ["2025-03"] * 5
    assert "declared on 17 June 2026 that they are reports by the public" in found.notes[-1]


def test_declaration_covers_open_data_only() -> None:
    extract = incidents(["unknown"] * 5)
    with pytest.raises(ForecastBlockedError):
        training_events(extract, declared_public=True)


def test_declaration_without_a_date_says_so() -> None:
    found = training_events(open_data(2), declared_public=True)
    assert "without a date" in found.notes[-1]


def test_few_records_without_a_day_are_left_out() -> None:
    frame = incidents(["public"] * 20)
    frame.loc[0, "occurred_at"] = pd.NaT
    found = training_events(frame)
    assert found.unit == "day" and found.left_out["only the month is known"] == 1
    assert found.events["occurred_at"].notna().all()


def test_many_records_without_a_day_make_every_event_a_month() -> None:
    frame = incidents(["public"] * 20)
    frame.loc[:1, "occurred_at"] = pd.NaT
    found = training_events(frame)
    assert found.unit == "month" and len(found.events) == 20
    assert "2 of 20 incidents are known by their month only" in found.notes[-1]


def test_nothing_but_place_and_time_can_reach_a_model() -> None:
    frame = incidents(["public"] * 4)
    told = frame.assign(
        deprivation=1,
        ethnicity="x",
        age=17,
        segment="s",
        worry=0.4,
        victim_key="v",
        location_key="12 Secret Street",
        nsir_category="personal",
        ward_code="W",
    )
    events = training_events(told).events
    assert set(events.columns) <= set(EVENT_COLUMNS) == {"x_m", "y_m", "occurred_at", "month"}
    assert events.equals(training_events(frame).events)
    months = training_events(told.assign(occurred_at=pd.NaT)).events
    assert list(months.columns) == ["x_m", "y_m", "month"]


def test_effect_counts_the_places_that_change() -> None:
    channels = ["public"] * 6 + ["officer-generated"] * 9
    frame = incidents(channels)
    frame["easting"] = np.array([75.0] * 6 + [1_575.0] * 9)
    frame["northing"] = 75.0
    grid = cover_points(frame["easting"], frame["northing"], within_m=150)
    found = measure_exclusion_effect(frame, grid, 0.01)
    assert (found.incidents_all, found.incidents_kept) == (15, 6)
    assert (found.cells_flagged, found.cells_changed, found.jaccard) == (1, 1, 0)
    assert (found.share_before, found.share_after) == (0, 1)
    assert "changes 1 of the 1 top places" in found.sentence
    assert training_events(frame, grid=grid).effect == found


def test_effect_of_nothing_left_out_is_nothing() -> None:
    frame = incidents(["public"] * 6)
    grid = cover_points(frame["easting"], frame["northing"], within_m=150)
    found = measure_exclusion_effect(frame, grid)
    assert found.cells_changed == 0 and found.jaccard == 1
    assert "the ranking is the same" in found.sentence


def test_no_incidents_are_no_error() -> None:
    found = training_events(incidents([]))
    assert found.events.empty and found.considered == 0 and found.notes == ()


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_limit_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="most_unknown"):
        training_events(incidents(["public"]), most_unknown=share)


def test_coverage_of_nothing_is_refused() -> None:
    frame = incidents(["public"])
    with pytest.raises(ValueError, match="coverage"):
        measure_exclusion_effect(frame, cover_points([0], [0]), 0)


def test_frame_without_channel_is_refused() -> None:
    with pytest.raises(FrameShapeError, match="report_channel"):
        training_events(incidents(["public"]).drop(columns="report_channel"))
