"""The repeat finder at 500,000 incidents, against pandas' rolling count in the same run.

Both limits of time are those that the finder was built to: the whole table in 2 seconds on two
cores, one address in 50 milliseconds, from the database.
"""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.events import keep_one_report, number_events
from analytics.repeats.exclusions import rank_places, rank_victims
from analytics.repeats.repeaters import PRESETS, RepeatRule, find_repeats
from geodata.store.database import open_database, upgrade
from geodata.store.repeats import read_incidents_of
from tests.repeat_rows import write_rows

INCIDENTS = 500_000
AS_AT = dt.date(2026, 9, 30)
RULE = PRESETS["12-months"]
MOST_SECONDS = 2
MOST_SECONDS_ONE = 0.05
LEAST_RATIO = 3


def make_incidents(rng: np.random.Generator, count: int = INCIDENTS) -> pd.DataFrame:
    """Three years of incidents: a third have a victim, some are told by two agencies."""
    minutes = rng.integers(0, 3 * 365 * 1_440, count)
    begun = np.datetime64("2023-10-01", "us") + minutes.astype("timedelta64[m]")
    places = (rng.zipf(1.3, count) % 120_000).astype(str)
    victims = np.where(rng.random(count) < 0.33, (rng.zipf(1.2, count) % 90_000).astype(str), "")
    frame = pd.DataFrame(
        {
            "occurred_at": begun,
            "time_precision": rng.choice(["minute", "day"], count, p=[0.95, 0.05]),
            "source_system": rng.choice(
                ["police", "council", "landlord"], count, p=[0.8, 0.1, 0.1]
            ),
            "victim_key": victims,
            "location_key": places,
            "location_precision": rng.choice(["exact", "street"], count, p=[0.7, 0.3]),
            "asb_type": rng.choice(["noise", "neighbours", "trespass"], count),
            "event_key": "",
            "domestic_abuse_flag": rng.choice(["yes", "not recorded"], count, p=[0.01, 0.99]),
            "is_default_geocode": rng.random(count) < 0.0001,
            "is_excluded": rng.random(count) < 0.0001,
        }
    )
    # One incident in ten is told again, by somebody else and a quarter of an hour later.
    again = rng.random(count) < 0.1
    told = frame[again][: count // 10].assign(source_system="council")
    told["occurred_at"] += np.timedelta64(15, "m")
    frame = pd.concat([frame[: count - len(told)], told], ignore_index=True)
    hourless = frame["time_precision"] == "day"
    frame.loc[hourless, "occurred_at"] = frame.loc[hourless, "occurred_at"].dt.normalize()
    texts = frame.select_dtypes(["str", "object"]).columns
    return frame.astype(dict.fromkeys(texts, "category"))


@pytest.fixture(scope="module")
def incidents() -> pd.DataFrame:
    return make_incidents(np.random.default_rng(2026))


def find_all(frame: pd.DataFrame, rule: RepeatRule = RULE) -> list[pd.DataFrame]:
    events = number_events(frame)
    found = []
    for name, rank in (("location_key", rank_places), ("victim_key", rank_victims)):
        kept = keep_one_report(frame[name], events, frame["occurred_at"])
        kept = kept[rank(frame).keep[kept]]
        found.append(
            find_repeats(
                frame[name].iloc[kept],
                frame["occurred_at"].iloc[kept],
                rule,
                AS_AT,
                kinds=frame["asb_type"].iloc[kept],
            )
        )
    return found


def least_time(run: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest run: what else the machine does only adds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.slow
def test_whole_table_of_victims_and_places_in_two_seconds(incidents: pd.DataFrame) -> None:
    assert sum(found["is_repeat"].sum() for found in find_all(incidents)) > 1_000
    taken = least_time(lambda: find_all(incidents))
    assert taken < MOST_SECONDS, f"{taken:.2f} s for {len(incidents):,} incidents"


@pytest.mark.slow
def test_any_window_is_faster_than_rolling_and_the_same(incidents: pd.DataFrame) -> None:
    rule = PRESETS["5-in-180-days"]
    keys = incidents["location_key"].astype(str)
    days = incidents["occurred_at"].dt.normalize()
    ours = least_time(lambda: find_repeats(incidents["location_key"], days, rule, AS_AT))
    found = find_repeats(keys, days, rule, AS_AT).set_index("key")["most_in_any_window"]

    start = time.perf_counter()
    ordered = pd.DataFrame({"key": keys, "day": days, "n": 1}).sort_values("day").set_index("day")
    theirs = ordered.groupby("key")["n"].rolling("181D").sum().groupby(level=0).max()
    taken = time.perf_counter() - start
    assert (theirs.astype(int) == found.loc[theirs.index]).all()
    assert taken > LEAST_RATIO * ours, f"{ours:.2f} s against {taken:.2f} s"


@pytest.mark.slow
def test_one_address_in_fifty_milliseconds(incidents: pd.DataFrame, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'many.sqlite3'}")
    upgrade(database)
    columns = ["source_system", "victim_key", "location_key", "location_precision", "asb_type",
               "time_precision", "domestic_abuse_flag", "event_key"]  # fmt: skip
    texts = incidents[columns].astype(str)
    write_rows(database, texts.assign(occurred_from=incidents["occurred_at"]))
    often = incidents["location_key"].value_counts()
    key = next(str(k) for k in often.index if often[k] < 200)

    def look() -> pd.DataFrame:
        mine = read_incidents_of(database, location_keys=[key])
        kept = keep_one_report(mine["location_key"], number_events(mine), mine["occurred_at"])
        one = mine.iloc[kept]
        return find_repeats(one["location_key"], one["occurred_at"], RULE, AS_AT)

    assert len(look()) == 1
    taken = least_time(look, 5)
    assert taken < MOST_SECONDS_ONE, f"{taken * 1_000:.0f} ms for {often[key]:,} incidents"
    database.engine.dispose()
