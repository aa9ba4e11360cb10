"""Repeats counted from the months that decide them are those counted from everything held."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.repeats.repeaters import PRESETS
from dashboard.services import area_figures, repeats
from geodata.calendar import Month, Period
from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.merges import ACCEPTED
from geodata.store.models import LocationMerge
from tests.repeat_rows import write_places, write_rows

RULE = PRESETS["12-months"]
AS_AT = dt.date(2025, 9, 30)
WINDOW = Period(Month.of(RULE.first_day(AS_AT)), Month.of(AS_AT))
TURNS = [dt.datetime(2024, 9, 1), dt.datetime(2024, 8, 1), dt.datetime(2025, 10, 1)]
TURNS += [dt.datetime(2024, 9, 30), dt.datetime(2025, 5, 6), dt.datetime(2023, 3, 1)]


def _make(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Make reports of few people and places by several systems, most near the turn of a month."""
    begun = [
        TURNS[rng.choice(6, p=[0.3, 0.1, 0.2, 0.1, 0.2, 0.1])]
        + dt.timedelta(minutes=int(rng.integers(-140, 140)))
        for _ in range(count)
    ]
    precision = rng.choice(["minute", "day", "month"], count, p=[0.8, 0.15, 0.05])
    midnight = {"minute": {}, "day": {"hour": 0, "minute": 0}}
    midnight["month"] = midnight["day"] | {"day": 1}
    return pd.DataFrame({
        "occurred_from": [
            moment.replace(**midnight[known])
            for moment, known in zip(begun, precision, strict=True)
        ],
        "time_precision": precision,
        "source_system": rng.choice(["police", "council", "housing"], count),
        "victim_key": rng.choice(["", *(f"v{i}" for i in range(8))], count),
        "location_key": [f"L{i}" for i in rng.integers(0, 7, count)],
        "location_precision": rng.choice(["exact", "street"], count, p=[0.85, 0.15]),
        "event_key": rng.choice(["", *(f"e{i}" for i in range(5))], count, p=[0.9] + [0.02] * 5),
        "asb_type": rng.choice(["noise", "littering"], count),
        "domestic_abuse_flag": rng.choice(["no", "yes"], count, p=[0.985, 0.015]),
        "ward_code": [f"W{i}" for i in rng.integers(0, 3, count)],
    })  # fmt: skip


def _merge(database: Database, one: str, other: str) -> None:
    with database.begin() as connection:
        connection.execute(
            sa.insert(table_of(LocationMerge)).values(
                from_key=one, to_key=other, score=1.0, evidence="", status=ACCEPTED,
                suggested_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            )
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_months_that_decide_give_what_everything_gives(
    sqlite_database: Database, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    write_places(
        sqlite_database,
        *({"location_key": f"L{i}", "is_excluded": i == 5, "label": "A street"} for i in range(7)),
    )
    write_rows(sqlite_database, _make(rng, 60))
    _merge(sqlite_database, "L1", "L2")
    if seed % 2:
        _merge(sqlite_database, "L4", "L5")
    whole = repeats.load_repeats(sqlite_database)
    some = repeats.load_repeats(sqlite_database, WINDOW)
    expected = repeats.count_by_ward(whole, RULE, AS_AT)
    pd.testing.assert_frame_equal(repeats.count_by_ward(some, RULE, AS_AT), expected)


@pytest.mark.parametrize("as_at", [AS_AT, dt.date(2025, 2, 28), dt.date(2024, 8, 31)])
def test_county_gives_the_same_for_every_released_day(
    small_county_database: Database, as_at: dt.date
) -> None:
    months = Period(Month.of(RULE.first_day(as_at)), Month.of(as_at))
    whole = repeats.load_repeats(small_county_database)
    some = repeats.load_repeats(small_county_database, months)
    found = repeats.count_by_ward(some, RULE, as_at)
    pd.testing.assert_frame_equal(found, repeats.count_by_ward(whole, RULE, as_at))
    assert len(found) > 20 and len(some.frame) < len(whole.frame) / 2


def test_report_of_last_year_takes_its_incident_along(database: Database) -> None:
    early = {"occurred_from": dt.datetime(2024, 3, 1, 9), "source_system": "council"}
    shared = {"location_key": "L1", "event_key": "e1", "ward_code": "W1"}
    rows = [
        shared | early,
        shared | {"occurred_from": dt.datetime(2025, 3, 1, 9)},
        {"location_key": "L1", "ward_code": "W1", "occurred_from": dt.datetime(2025, 4, 1, 9)},
    ]
    write_places(database, {"location_key": "L1", "label": "A street"})
    write_rows(database, pd.DataFrame(rows).fillna({"event_key": "", "source_system": "police"}))
    some = repeats.load_repeats(database, WINDOW)
    assert len(some.frame) == 3
    assert repeats.count_by_ward(some, RULE, AS_AT).empty


def test_no_repeat_in_the_window_is_not_the_same_as_nothing_held(database: Database) -> None:
    assert area_figures.load_repeat_figures(database, AS_AT).empty
    write_places(database, {"location_key": "L1", "label": "A street"})
    old = [{"occurred_from": dt.datetime(2021, 3, 1, 9), "location_key": "L1", "ward_code": "W1"}]
    write_rows(database, pd.DataFrame(old))
    assert not area_figures.load_repeat_figures(database, AS_AT).empty


def test_report_just_after_the_window_joins_two_within_it(database: Database) -> None:
    night = [
        {"occurred_from": dt.datetime(2025, 9, 30, 23, 40), "source_system": "police"},
        {"occurred_from": dt.datetime(2025, 9, 30, 23, 50), "source_system": "police",
         "victim_key": "v1"},
        {"occurred_from": dt.datetime(2025, 10, 1, 0, 10), "source_system": "council",
         "victim_key": "v1"},
    ]  # fmt: skip
    frame = pd.DataFrame(night).assign(location_key="L1", ward_code="W1").fillna("")
    write_places(database, {"location_key": "L1", "label": "A street"})
    write_rows(database, frame)
    some = repeats.load_repeats(database, WINDOW)
    assert len(some.frame) == 3 and len(set(some.events)) == 1
    assert repeats.count_by_ward(some, RULE, AS_AT).empty


@pytest.mark.parametrize("mark", ["is_excluded", "is_default_geocode"])
def test_address_merged_with_an_institution_of_long_ago_never_ranks(
    database: Database, mark: str
) -> None:
    days = [dt.datetime(2025, 3, 1, 9), dt.datetime(2025, 4, 1, 9), dt.datetime(2021, 4, 1, 9)]
    frame = pd.DataFrame({"occurred_from": days, "location_key": ["L1", "L1", "L2"]})
    write_places(database, {"location_key": "L1"}, {"location_key": "L2", mark: True})
    write_rows(database, frame.assign(ward_code="W1"))
    alone = repeats.load_repeats(database, WINDOW)
    assert repeats.count_by_ward(alone, RULE, AS_AT)["repeat_places"].tolist() == [1]
    _merge(database, "L1", "L2")
    merged = repeats.load_repeats(database, WINDOW)
    assert repeats.count_by_ward(merged, RULE, AS_AT).empty
