"""Wards with a live priority on the map, the register's flag for old ones, signal maps to scale."""

import datetime as dt

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from dashboard.components import priority_maps, priority_tables, signal_maps
from dashboard.services import engagement, signal_events
from dashboard.services.priorities import SILENT_DAYS, make_register
from geodata.crs import BNG
from tests.unit.test_engagement_words import DAY, events, priorities, register, wards

LIVE, MET, NONE = priority_maps.LIVE, priority_maps.MET, priority_maps.NONE


def classes_of(table: pd.DataFrame, district: str | None = None) -> list[int]:
    return priority_maps.classify(wards(), table, district).of_area.tolist()


def test_ward_is_of_the_class_of_its_liveliest_priority() -> None:
    assert classes_of(register().table) == [LIVE, NONE, MET]
    assert classes_of(register().table.iloc[:0]) == [NONE] * 3
    assert classes_of(register().table, "X07000002") == [-2, -2, MET]


def test_chosen_source_filters_the_layer_and_is_named() -> None:
    pact = priority_tables.choose(register().table, ward=None, source="pact", standing="")
    classes = priority_maps.classify(wards(), pact, None)
    assert classes.of_area.tolist() == [MET, NONE, NONE]
    said = priority_maps.say_map(classes, "mcv")
    assert said.startswith(
        "On the map: **0 wards have a priority through My Community Voice still to be met**"
    )
    assert "1 only" in said and "2 none listed through My Community Voice" in said


@pytest.mark.parametrize("seed", range(5))
def test_map_counts_every_ward_once_as_a_slow_count_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = wards()["code"].to_numpy()
    table = pd.DataFrame(
        {
            "ward_code": rng.choice(codes, 4),
            "status": rng.choice(["agreed", "in hand", "done", "not taken up"], 4),
        }
    )
    slow = []
    for code in codes:
        states = [s for c, s in zip(table["ward_code"], table["status"], strict=True) if c == code]
        live = any(state in ("agreed", "in hand") for state in states)
        slow.append(LIVE if live else MET if states else NONE)
    classes = priority_maps.classify(wards(), table, None)
    assert classes.of_area.tolist() == slow
    assert list(classes.sizes) == [slow.count(place) for place in (NONE, MET, LIVE)]


def test_no_class_goes_by_colour_alone() -> None:
    marks = priority_maps.mark_wards(wards(), register().table, "X05000003")
    assert set(marks.hatches) == {LIVE} and marks.focus == "X05000003"
    assert marks.tips[0] == ["Vale", "1 thing still to be met", "Litter"]
    assert marks.tips[1] == ["Mill", "No priority listed"]
    assert marks.tips[2] == ["Coast", "Nothing still to be met"]
    assert all("(" in label for label in priority_maps.LABELS)


def test_old_priority_without_a_word_of_what_was_done_is_flagged() -> None:
    edge = DAY - dt.timedelta(SILENT_DAYS)
    days = [edge, edge - dt.timedelta(1), edge - dt.timedelta(1), DAY]
    table = priorities(
        ward_code=["X05000001"] * 4, status=["agreed", "in hand", "done", "agreed"], agreed_on=days
    )
    found = make_register(table, wards(), on=DAY)
    assert found.silent == 1
    assert found.table.set_index("title")["is_silent"].to_dict() == {
        "Off-road bikes": False, "Litter": True, "Gone": False, "Noise": False,
    }  # fmt: skip
    shown = priority_tables.register_table(found.table).set_index("Priority")["Status"]
    assert shown["Litter"] == "◐ In hand ▲" and shown["Gone"] == "○ Agreed"
    assert (
        "1 agreed over 6 months ago with nothing recorded since (▲)"
        in priority_tables.say_standing(found, "x")
    )
    told = make_register(table.assign(we_did="Gates"), wards(), on=DAY)
    assert told.silent == 0


def test_headline_of_a_ward_speaks_of_the_ward() -> None:
    vale = priority_tables.say_ward(register(ward="X05000001"), "Vale, Medford")
    assert vale.startswith("**Vale, Medford has 2 priorities listed**, 1 still to be met")
    assert register(ward="X05000001").wards == 1
    mill = priority_tables.say_ward(register(ward="X05000002"), "Mill, Medford")
    assert mill.startswith("**Mill, Medford has no priority listed.**")


def test_choice_of_priorities_is_said() -> None:
    assert priority_tables.say_holds("", "") == ""
    assert priority_tables.say_holds("mcv", "live") == (
        "Only priorities through My Community Voice, still to be met."
    )


@pytest.mark.parametrize("days, is_old", [(90, False), (91, True)])
def test_list_of_officers_is_old_after_its_days(days: int, is_old: bool) -> None:
    rows = pd.DataFrame({"as_at": [DAY, None, DAY - dt.timedelta(days)]}, dtype=object)
    day = engagement.find_list_day(rows)
    assert day == DAY - dt.timedelta(days)
    assert bool(engagement.say_old(day, DAY)) == is_old
    assert engagement.find_list_day(rows.iloc[1:2]) is None
    assert engagement.say_old(None, DAY) == ""


def squares() -> geopandas.GeoDataFrame:
    """Three wards side by side, 2 km wide, in the middle of a county."""
    boxes = [shapely.box(x, 150_000, x + 2_000, 152_000) for x in (600_000, 602_000, 640_000)]
    frame = geopandas.GeoDataFrame(
        {"name": ["West", "East", "Far"], "code": ["a", "b", "c"]}, geometry=boxes, crs=BNG
    )
    middle = frame.geometry.centroid.to_crs(4326)
    return frame.assign(longitude=middle.x, latitude=middle.y)


def test_map_of_an_event_holds_the_wards_it_reaches_and_a_bar_to_scale() -> None:
    at = events().iloc[:1].assign(easting=602_100.0, northing=151_000.0, radius_m=300.0)
    marked = signal_events.mark_running(at, DAY)
    areas = squares()
    decks = {
        chosen: signal_maps.build_map(
            marked, areas, chosen=chosen, districts_held=False, version="v", tile_url=""
        )
        for chosen in (1, None)
    }
    near = {layer.id: layer for layer in decks[1].layers}
    assert [one["t"] for one in near["names"].data] == ["East", "West"]
    view = decks[1].initial_view_state
    degrees_across = 360 * signal_maps.WIDTH / (512 * 2**view.zoom)
    west, _, east, _ = areas.iloc[:2].to_crs(4326).total_bounds
    assert view.longitude - degrees_across / 2 < west and east < view.longitude + degrees_across / 2
    far = areas.iloc[2:].to_crs(4326).total_bounds[0]
    assert far > view.longitude + degrees_across / 2
    for deck in decks.values():
        layers = {layer.id: layer for layer in deck.layers}
        (start, end) = layers["scale-bar"].data[0]["p"]
        *_, metres = Geod(ellps="WGS84").inv(*start, *end)
        said = layers["scale-words"].data[0]["t"]
        number, unit = said.split()
        assert metres == pytest.approx(float(number) * (1_000 if unit == "km" else 1), rel=0.01)
