"""The synthetic county can be built from any seed, for any years and in any size, truth and all."""

import datetime as dt
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.sources.demo import build_county
from geodata.sources.demo.geography import Geography, build_geography
from geodata.sources.demo.patterns import (
    FULL_SIZE,
    LASTING,
    LOCATIONS,
    MOST_PLANTED,
    NEAR_REPEATS,
    SHORT_LIVED,
    VICTIMS,
    plant_patterns,
)
from geodata.sources.demo.people import count_residents
from geodata.sources.demo.places import POLICE_STATIONS, Places, build_places
from geodata.sources.demo.timing import build_diary

LAST_DAY = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def ground() -> tuple[Geography, Places]:
    shape, people, place = (np.random.default_rng(seed) for seed in (1, 2, 3))
    geography = build_geography(shape)
    return geography, build_places(place, geography, count_residents(people, 1_100))


def number_wanted(size: int) -> dict[str, int]:
    shrunk = min(size / FULL_SIZE, 1)
    return {
        "lasting hotspot": LASTING,
        "short-lived hotspot": SHORT_LIVED,
        "near-repeat run": NEAR_REPEATS,
        "repeat victim": max(12, round(VICTIMS * shrunk)),
        "repeat location": max(10, round(LOCATIONS * shrunk)),
        "default geocode": POLICE_STATIONS,
    }


@settings(max_examples=15, deadline=None)
@example(seed=5, years=1, size=1_000)
@example(seed=2, years=1, size=500)
@given(
    seed=st.integers(0, 2**32),
    years=st.integers(1, 6),
    size=st.sampled_from([500, 700, 1_000, 1_500, 3_000, 20_000, 60_000]),
)
def test_every_pattern_is_planted_as_it_says_or_counted_as_left_out(
    ground: tuple[Geography, Places], seed: int, years: int, size: int
) -> None:
    geography, places = ground
    diary = build_diary(np.random.default_rng(4), LAST_DAY, years)
    planting = plant_patterns(np.random.default_rng(seed), geography, places, diary, size)
    kinds = Counter(str(row["kind"]) for row in planting.rows)
    assert kinds + planting.left_out == number_wanted(size)
    total = size * len(diary.days) / 365.25
    sizes = [
        len(where)
        for row, where in zip(planting.rows, planting.location, strict=True)
        if row["kind"] != "default geocode"
    ]
    assert sum(sizes) <= MOST_PLANTED * total + 1
    if total >= 9_000:
        assert not planting.left_out
    east, north = planting.places.easting, planting.places.northing
    for row, where, when in zip(planting.rows, planting.location, planting.time, strict=True):
        days = when.astype("datetime64[D]")
        assert len(where) == len(when) > 0
        assert diary.days[0] <= days.min() == row["first_day"]
        assert diary.days[-1] >= days.max() == row["last_day"]
        if not np.isnan(row["easting"]):
            apart = np.hypot(east[where] - row["easting"], north[where] - row["northing"])
            assert apart.max() <= row["radius_m"]
        said = re.search(r"(\d+) (?:incidents|reports) in (\d+) (days|weeks)", str(row["label"]))
        if said:
            assert len(where) == int(said[1])
            length = int(said[2]) * (7 if said[3] == "weeks" else 1)
            assert (days.max() - days.min()).astype(int) < length


@pytest.mark.parametrize(("seed", "years", "size"), [(12, 1, 1_000), (6, 1, 3_000)])
def test_truth_of_a_small_county_names_only_what_it_holds(seed: int, years: int, size: int) -> None:
    county = build_county(seed, incidents_per_year=size, last_day=LAST_DAY, years=years)
    assert len(county.incidents) == pytest.approx(size * years, abs=40)
    incidents = set(county.incidents["incident_id"])
    calls = county.calls.set_index("call_id")["caller_key"]
    assert county.planted["planted_id"].is_unique
    for row in county.planted.itertuples():
        told = row.incident_ids.split()
        if row.kind == "repeat caller":
            assert len(told) >= 2 and calls[told].nunique() == 1
        else:
            assert told and incidents.issuperset(told)
    assert county.caller_plans["caller_key"].is_unique
    assert set(county.caller_plans["caller_key"]) <= set(calls)
    assert min(county.left_out.values(), default=1) > 0
    said = re.findall(r"([a-z][a-z -]+) \((\d+)\)", county.note.rpartition(":")[2])
    assert {kind: int(number) for kind, number in said} == county.left_out
