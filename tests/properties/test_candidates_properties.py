"""Lists of candidate hotspots, against every list that could have been made."""

from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as some

from analytics.hotspots.candidates import list_candidates
from analytics.hotspots.counterfactual import find_counterfactual
from analytics.hotspots.spacing import choose, find_what_displaces, lay_out

# Six by six crossings 300 m apart: neighbours are too near at 500 m, every second one is not.
crossing = some.tuples(some.integers(0, 5), some.integers(0, 5))
towns = some.lists(
    some.tuples(crossing, some.integers(-1, 3)),
    min_size=1,
    max_size=9,
    unique_by=lambda one: one[0],
)


def laid_out(town: list[tuple[tuple[int, int], int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = np.array([300.0 * one[0][0] for one in town])
    y = np.array([300.0 * one[0][1] for one in town])
    return x, y, np.array([one[1] for one in town])


def best_of_all_lists(
    x: np.ndarray, y: np.ndarray, district: np.ndarray, order: list[int], how_many: int
) -> tuple[int, ...]:
    """Try every list: most districts served first, then the first by rank."""
    allowed = [
        kept
        for size in range(how_many + 1)
        for kept in combinations(range(len(order)), size)
        if all(
            np.hypot(x[order[a]] - x[order[b]], y[order[a]] - y[order[b]]) >= 500
            for a, b in combinations(kept, 2)
        )
    ]
    served = [len({district[order[k]] for k in kept} - {-1}) for kept in allowed]
    full = [kept for kept, count in zip(allowed, served, strict=True) if count == max(served)]
    # A list that goes on is better than the same list cut short.
    first = min(full, key=lambda kept: (*kept, *[len(order)] * (how_many - len(kept))))
    return tuple(order[k] for k in first)


@settings(max_examples=150, deadline=None)
@given(towns, some.integers(1, 6), some.randoms(use_true_random=False))
def test_choice_is_the_best_of_all_lists(town: list, how_many: int, random: object) -> None:
    x, y, district = laid_out(town)
    order = list(range(len(town)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found = choose(lay_out(x, y, district, 500), order, how_many)
    assert found.chosen == best_of_all_lists(x, y, district, order, how_many)


@settings(max_examples=100, deadline=None)
@given(towns, some.integers(1, 5), some.booleans())
def test_place_leaves_the_list_exactly_below_what_displaces_it(
    town: list, how_many: int, floor: bool
) -> None:
    x, y, district = laid_out(town)
    places, order = lay_out(x, y, district, 500), list(range(len(town)))
    for place in choose(places, order, how_many, floor=floor).chosen:
        displacer = find_what_displaces(places, order, how_many, place, floor=floor)
        others = [other for other in order if other != place]
        limit = len(others) if displacer < 0 else others.index(displacer)
        for at in range(len(others) + 1):
            moved = [*others[:at], place, *others[at:]]
            stays = place in choose(places, moved, how_many, floor=floor).chosen
            assert stays == (at <= limit)


counted_towns = some.lists(
    some.tuples(crossing, some.sampled_from(["A", "B", ""]), some.integers(1, 9)),
    min_size=1,
    max_size=7,
    unique_by=lambda one: one[0],
)


@settings(max_examples=60, deadline=None)
@given(counted_towns, some.integers(1, 4))
def test_removing_the_incidents_told_drops_a_place_and_one_fewer_does_not(
    town: list, how_many: int
) -> None:
    places = pd.DataFrame(
        {
            "x": [300.0 * one[0][0] for one in town],
            "y": [300.0 * one[0][1] for one in town],
            "district_code": [one[1] for one in town],
            "incidents": [one[2] for one in town],
            "harm": 1.0,
        }
    )

    def listed(row: int, removed: int) -> bool:
        fewer = places.copy()
        fewer.loc[row, "incidents"] -= removed
        again = list_candidates(fewer, districts=["A", "B"], how_many=how_many)
        return row in again.table["source_row"].to_numpy()

    found = list_candidates(places, districts=["A", "B"], how_many=how_many).table
    for row, count, cut, tie, floor in zip(
        found["source_row"],
        found["incidents"],
        found["cut_value"],
        found["drops_at_tie"],
        found["by_floor"],
        strict=True,
    ):
        told = find_counterfactual(int(count), cut, drops_at_tie=tie, by_floor=floor)
        if told.remove is None:
            assert listed(row, int(count))
        else:
            assert not listed(row, told.remove)
            assert listed(row, told.remove - 1)
        assert ("only as the highest place of its district" in told.sentence) == floor


@settings(max_examples=100, deadline=None)
@given(
    some.lists(some.sampled_from([1.0, 1.5, 2.0, 3.0, 6.0]), min_size=1, max_size=40),
    some.floats(0, 1),
    some.booleans(),
)
def test_no_smaller_set_of_harm_drops_a_place(
    weights: list[float], share: float, tie: bool
) -> None:
    cut = round(sum(weights) * share * 2) / 2
    if cut >= sum(weights):
        return
    told = find_counterfactual(len(weights), cut, weights=weights, drops_at_tie=tie)
    if told.remove is None:
        assert cut == 0 and not tie
        return
    heaviest = sorted(weights, reverse=True)

    def off(removed: int) -> bool:
        left = sum(heaviest[removed:])
        return left <= cut if tie else left < cut

    assert off(told.remove) and not off(told.remove - 1)


@settings(max_examples=60, deadline=None)
@given(counted_towns, some.integers(1, 5), some.sampled_from(["incidents", "harm", "both"]))
def test_list_keeps_its_rules_whatever_the_order_is_by(
    town: list, how_many: int, rank_by: str
) -> None:
    places = pd.DataFrame(
        {
            "x": [300.0 * one[0][0] for one in town],
            "y": [300.0 * one[0][1] for one in town],
            "district_code": [one[1] for one in town],
            "incidents": [one[2] for one in town],
            "harm": [one[2] * 1.5 + one[0][0] for one in town],
        }
    )
    found = list_candidates(places, districts=["A", "B"], how_many=how_many, rank_by=rank_by)  # type: ignore[arg-type]
    table = found.table
    assert 1 <= len(table) <= how_many
    points = table[["x", "y"]].to_numpy()
    assert all(np.hypot(*(a - b)) >= 500 for a, b in combinations(points, 2))
    assert set(found.without_place) == {"A", "B"} - set(table["district_code"])
    assert (table["rank_best"] <= table["rank_incidents"]).all()
    assert (table["rank_incidents"] <= table["rank_worst"]).all()
