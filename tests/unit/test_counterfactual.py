"""What would take a place off the list, in words and numbers."""

import numpy as np
import pytest

from analytics.hotspots.counterfactual import find_counterfactual


def test_seven_fewer_of_48_fall_below_42() -> None:
    told = find_counterfactual(48, 42)
    assert told.remove == 7
    assert told.sentence.startswith("With 7 incidents fewer, of 48, it would leave the list")


def test_one_fewer_is_said_in_the_singular() -> None:
    assert "With 1 incident fewer" in find_counterfactual(10, 10).sentence


def test_level_is_enough_where_ties_go_to_the_other() -> None:
    assert find_counterfactual(48, 42, drops_at_tie=True).remove == 6


def test_place_nobody_would_displace_stays() -> None:
    told = find_counterfactual(48, np.nan, by_floor=True)
    assert told.remove is None
    assert told.sentence.startswith("It is on the list only as the highest place of its district.")


def test_most_harmful_incidents_go_first() -> None:
    told = find_counterfactual(4, 4, weights=[1, 1, 1, 6])
    assert told.remove == 1 and "most harmful" in told.sentence


def test_sums_of_fractions_do_not_miss_a_tie() -> None:
    weights = [0.1] * 10
    assert find_counterfactual(10, 0.7, weights=weights, drops_at_tie=True).remove == 3
    assert find_counterfactual(10, 0.7, weights=weights).remove == 4


def test_zero_cannot_be_undercut() -> None:
    assert find_counterfactual(3, 0).remove is None


@pytest.mark.parametrize(("count", "cut", "weights"), [(3, 5, None), (3, 1, [1, 1]), (-1, 0, None)])
def test_what_makes_no_sense_is_refused(count: int, cut: float, weights: list | None) -> None:
    with pytest.raises(ValueError):
        find_counterfactual(count, cut, weights=weights)
