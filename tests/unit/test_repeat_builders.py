"""Sentences, tables and the map of the page of repeats: words, ties, and no address anywhere."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.repeats.exclusions import ABUSE_ADDRESS, LeftOut
from analytics.repeats.repeaters import PRESETS
from dashboard.components import repeat_filters, repeat_maps, repeat_tables
from dashboard.services.repeat_records import Record
from dashboard.services.repeats import RepeatList

KEYS = ("addr-0123456789ab", "addr-0123456789cd", "addr-0123456789ef")


def make_list(incidents: tuple[int, ...] = (7, 3, 3), **changes: object) -> RepeatList:
    count = len(incidents)
    ranks = [1 + sum(other > n for other in incidents) for n in incidents]
    day = np.datetime64("2024-02-29", "s")
    table = pd.DataFrame(
        {
            "rank": ranks, "tied": [incidents.count(n) > 1 for n in incidents],
            "short": [key[-6:].upper() for key in KEYS[:count]],
            "label": ["On or near High Street", "On or near Mill Lane", ""][:count],
            "ward_code": ["W1"] * count, "ward": ["Northfield"] * count,
            "district_code": ["D1"] * count, "district": ["Exton"] * count,
            "incidents": incidents, "reports": incidents, "most": incidents,
            "first": [day] * count, "last": [day] * count, "sources": ["police 3"] * count,
            "channels": ["public 3"] * count,
            "types": ["noise 4, trespass 2, fireworks 1, neighbours 1, street drinking 1"] * count,
            "flags": [""] * count,
            "longitude": [1.0, 1.01, np.nan][:count], "latitude": [51.0, 51.01, np.nan][:count],
        }
    )  # fmt: skip
    given = {
        "kind": "places", "rule": PRESETS["12-months"], "as_at": dt.date(2024, 3, 1),
        "table": table, "keys": KEYS[:count], "total": count, "incidents": sum(incidents),
        "cannot_tell": 0, "left_out": (LeftOut(ABUSE_ADDRESS, 1_204, 1),),
        "by_ward": pd.Series({"W1": count}),
    }  # fmt: skip
    return RepeatList(**given | changes)  # type: ignore[arg-type]


def test_finding_names_rule_window_and_first() -> None:
    assert repeat_tables.say_finding(make_list(), "Exton") == (
        "**3 repeat places in Exton** with 13 incidents (2 incidents or more in 12 calendar "
        "months; 1 March 2023 to 1 March 2024): the first, on or near High Street in Northfield, "
        "has 7 incidents."
    )
    assert "2 share the first rank with 3 incidents each" in repeat_tables.say_finding(
        make_list((3, 3)), "Exton"
    )


def test_ties_share_a_rank_and_thousands_have_a_comma() -> None:
    table = repeat_tables.list_table(make_list(), ["PC Example (case)", "", ""])
    assert table["Rank"].tolist() == ["1", "2=", "2="]
    assert table["Plan and owner"].tolist() == ["PC Example (case)", "nobody yet", "nobody yet"]
    assert table["Last incident"].iloc[0] == "29 February 2024"
    assert table["Types"].iloc[0] == "noise 4, trespass 2, fireworks 1 and 2 more types"
    assert f"1,204 reports {ABUSE_ADDRESS} (1 place)" in (repeat_tables.say_notes(make_list()))


def test_what_cannot_be_told_is_said() -> None:
    assert "Cannot tell for 12 more: the day of some" in repeat_tables.say_notes(
        make_list(cannot_tell=12)
    )
    similar = make_list(cannot_tell=1, rule=PRESETS["3-similar-in-3-months"])
    assert "the ASB type of some" in repeat_tables.say_notes(similar)


def test_nothing_a_page_or_file_is_made_from_holds_a_key() -> None:
    found = make_list()
    said = [
        repeat_tables.list_table(found, ["", "", ""]).to_csv(), repeat_tables.file_name(found),
        repeat_tables.title_action(found, 0), *repeat_tables.name_rows(found), repr(found),
        repeat_tables.say_notes(found), str(repeat_tables.describe_list(found, "Exton")),
        repeat_filters.token_of(("x", KEYS)), build(found, None).to_json(),
    ]  # fmt: skip
    assert not [key for key in KEYS for text in said if key in text]


def wards() -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(600_000 + 1_000 * i, 150_000, 601_000 + 1_000 * i, 151_000) for i in (0, 1)
    ]
    return gpd.GeoDataFrame(
        {"code": ["W1", "W2"], "name": ["Northfield", "{South}field"], "district": ["Exton", ""],
         "district_code": ["D1", "D2"]},
        geometry=boxes, crs="EPSG:27700",
    )  # fmt: skip


def build(found: RepeatList, row: int | None) -> repeat_maps.maps.CompactDeck:
    areas = wards()
    shown = repeat_maps.find_shown(areas, None, None)
    return repeat_maps.build_map(
        found, areas, repeat_maps.classify_wards(found, areas, shown), shown, row=row,
        version="v", districts_held=True, tile_url="",
    )  # fmt: skip


def test_map_draws_places_by_size_and_rings_the_chosen_one() -> None:
    layers = {layer.id: layer for layer in build(make_list(), 1).layers}
    assert list(layers) == [
        "areas", "outlines", "district-outlines", "repeat-places", "repeat-picks", "ranks",
        "focus-0", "focus-1",
    ]  # fmt: skip
    places = layers["repeat-places"].data
    assert [item["n"] for item in places] == [0, 1] and places[0]["r"] > places[1]["r"]
    # The tooltip's rows of places follow those of the two wards.
    assert [item["i"] for item in places] == [2, 3]
    assert "focus-0" not in {layer.id for layer in build(make_list(), 2).layers}


def test_wards_outside_the_choice_have_no_class() -> None:
    areas = wards()
    assert repeat_maps.find_shown(areas, "D2", None).tolist() == [False, True]
    assert repeat_maps.find_shown(areas, "D1", "W2").tolist() == [False, True]
    classes = repeat_maps.classify_wards(make_list(), areas, np.array([True, False]))
    assert classes.of_area.tolist() == [0, -2]


@pytest.mark.parametrize(
    ("when", "precision", "said"),
    [
        ("2024-06-17 17:30", "minute", "17 June 2024, 5:30pm"),
        ("2024-06-17 00:00", "minute", "17 June 2024, midnight"),
        ("2024-06-17", "day", "17 June 2024"),
        (None, "month", "June 2024 (day not known)"),
    ],
)
def test_timeline_says_as_much_of_the_time_as_is_known(when, precision, said) -> None:
    timeline = pd.DataFrame(
        {
            "incident": [1], "when": pd.to_datetime([when]), "precision": [precision],
            "month": [2024 * 12 + 5], "source": ["police"], "channel": ["public"],
            "category": ["personal"], "type": ["noise"], "flags": [""], "agency": [""],
            "label": [""], "ward_code": ["W1"], "in_window": [True],
        }
    )  # fmt: skip
    none = pd.DataFrame(columns=["when", "label", "distance_m", "days", "type"])
    record = Record("places", "ABCDEF", ("1 Secret Street",), timeline, 1, none, pd.DataFrame())
    table = repeat_tables.timeline_table(record)
    assert table["Began"].tolist() == [said]
    assert table["Flags"].tolist() == ["none recorded"]
    assert "Secret" not in repr(record) + repeat_tables.say_record(record)


def test_list_says_why_it_is_cut_and_tells_rows_of_a_street_apart() -> None:
    found = make_list()
    assert "The first 3 of 9. " in repeat_tables.say_rows(make_list(total=9))
    table = repeat_tables.list_table(found, ["", "", ""])
    assert table["On or near"].tolist() == ["High Street", "Mill Lane", "not recorded"]
    assert table["Place"].tolist() == ["…6789AB", "…6789CD", "…6789EF"]
    assert table["Reported by"].iloc[0] == "the public 3"
    assert repeat_tables.name_rows(found)[0] == (
        "1. …6789AB, on or near High Street, Northfield: 7 incidents, last 29 February 2024"
    )


def test_labels_that_would_lie_on_each_other_are_left_out() -> None:
    far = {layer.id: layer.data for layer in build(make_list(), None).layers}["ranks"]
    assert [item["t"] for item in far] == ["1", "2"]
    found = make_list()
    found.table["longitude"] = found.table["longitude"].mask(found.table.index == 1, 1.0001)
    found.table["latitude"] = found.table["latitude"].mask(found.table.index == 1, 51.0)
    near = {layer.id: layer.data for layer in build(found, None).layers}["ranks"]
    assert [item["t"] for item in near] == ["1"]
