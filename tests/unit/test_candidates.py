"""The county rule for candidate hotspots, on small maps a person can check."""

import numpy as np
import pandas as pd
import pytest

from analytics.hotspots.candidates import list_candidates
from geodata.errors import FrameShapeError


def places(*rows: tuple[float, float, int, float, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["x", "y", "incidents", "harm", "district_code"])


TOWN = places(
    (0, 0, 100, 100, "A"),
    (400, 0, 90, 200, "A"),
    (2_000, 0, 80, 80, "A"),
    (4_000, 0, 70, 70, "A"),
    (9_000, 0, 12, 12, "B"),
)


def test_low_place_is_listed_for_its_district_and_says_so() -> None:
    found = list_candidates(TOWN, districts=["A", "B"], how_many=3)
    assert found.table["incidents"].tolist() == [100, 80, 12]
    assert found.table["by_floor"].tolist() == [False, False, True]
    assert found.table["position"].tolist() == [1, 2, 3]
    assert found.too_close == 1 and found.held_back == 1
    assert "1 would not be on the list but for the rule on districts." in found.sentences


def test_volume_and_harm_keep_their_own_columns_and_ranks() -> None:
    found = list_candidates(TOWN, districts=["A", "B"], how_many=3).table
    assert found["rank_incidents"].tolist() == [1, 3, 5]
    assert found["rank_harm"].tolist() == [2, 3, 5]
    assert not [name for name in found.columns if "score" in name]


def test_list_by_harm_takes_the_more_harmful_of_two_near_places() -> None:
    found = list_candidates(TOWN, districts=["A", "B"], how_many=3, rank_by="harm").table
    assert found["harm"].tolist() == [200, 80, 12]


def test_list_by_both_orders_by_the_lower_rank() -> None:
    three = places((0, 0, 9, 1, "A"), (5e3, 0, 8, 8, "A"), (9e3, 0, 1, 9, "A"))
    found = list_candidates(three, districts=["A"], rank_by="both").table
    assert found["incidents"].tolist() == [8, 9, 1]
    assert found["cut_value"].isna().all()


def test_exactly_the_distance_apart_is_allowed() -> None:
    pair = places((0, 0, 9, 9, "A"), (500, 0, 8, 8, "A"), (999.9, 0, 7, 7, "A"))
    assert len(list_candidates(pair, districts=["A"]).table) == 2
    assert len(list_candidates(pair, districts=["A"], apart_m=0).table) == 3


def test_district_blocked_by_distance_gets_the_place_and_the_higher_one_goes() -> None:
    border = places((0, 0, 50, 50, "A"), (300, 0, 20, 20, "B"), (3_000, 0, 10, 10, "A"))
    found = list_candidates(border, districts=["A", "B"])
    # Only by giving up the highest place do both districts have one.
    assert found.table["incidents"].tolist() == [20, 10]
    assert found.table["by_floor"].tolist() == [True, False]
    assert found.held_back == 1 and found.without_place == {}


def test_districts_without_a_place_are_named_with_the_reason() -> None:
    border = places((0, 0, 50, 50, "A"), (300, 0, 20, 20, "B"), (9_000, 0, 5, 5, "D"))
    found = list_candidates(border, districts=["A", "B", "C", "D"])
    assert found.without_place == {
        "B": "every place lies too near to one on the list",
        "C": "no place with enough incidents",
    }
    short = list_candidates(border, districts=["A", "D"], how_many=1)
    assert short.without_place == {"D": "the list is full"}


def test_place_in_no_district_competes_by_rank_only() -> None:
    found = list_candidates(
        places((0, 0, 9, 9, ""), (5e3, 0, 8, 8, "A")), districts=["A"], how_many=2
    )
    assert found.table["incidents"].tolist() == [9, 8]


def test_ranks_that_chance_could_swap_are_marked() -> None:
    three = places((0, 0, 100, 100, "A"), (5e3, 0, 30, 30, "A"), (9e3, 0, 22, 22, "A"))
    found = list_candidates(three, districts=["A"]).table
    assert found["same_as_next"].tolist() == [False, True, False]
    assert found["rank_best"].tolist() == [1, 2, 2]
    assert found["rank_worst"].tolist() == [1, 3, 3]
    assert (found["low"] < found["incidents"]).all() and (found["high"] > found["incidents"]).all()


def test_last_place_is_compared_with_the_best_one_left_off() -> None:
    three = places((0, 0, 100, 100, "A"), (5e3, 0, 30, 30, "A"), (9e3, 0, 22, 22, "A"))
    found = list_candidates(three, districts=["A"], how_many=2).table
    assert found["same_as_next"].tolist() == [False, True]


def test_cut_value_is_the_place_that_would_take_the_slot() -> None:
    found = list_candidates(TOWN, districts=["A", "B"], how_many=3).table
    # The first loses its slot to its near neighbour, the second to the next in the district,
    # and the place that serves its district alone to nobody.
    assert found["cut_value"].tolist()[:2] == [90, 70]
    assert np.isnan(found["cut_value"].iloc[2])


def test_columns_that_come_along_are_kept() -> None:
    found = list_candidates(TOWN.assign(name=list("abcde")), districts=["A", "B"], how_many=2)
    assert found.table["name"].tolist() == ["a", "e"]
    assert found.table["source_row"].tolist() == [0, 4]


def test_no_places_make_an_empty_list() -> None:
    found = list_candidates(TOWN.iloc[:0], districts=["A"])
    assert found.table.empty and found.without_place == {"A": "no place with enough incidents"}


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({"x": np.nan}, {}),
        ({"incidents": -1}, {}),
        ({}, {"how_many": 0}),
        ({}, {"apart_m": -1}),
        ({}, {"rank_by": "score"}),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict, options: dict) -> None:
    with pytest.raises(ValueError):
        list_candidates(TOWN.assign(**change), districts=["A"], **options)


def test_places_without_harm_are_refused() -> None:
    with pytest.raises(FrameShapeError, match="harm"):
        list_candidates(TOWN.drop(columns="harm"), districts=["A"])
