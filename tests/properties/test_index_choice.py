"""Weights of the safety index survive the address, and nothing else gets through it."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.index_choice import HEAVIEST, find_unknown, read_weights, write_weights

USUAL = {"asb": 1, "worry": 1, "experience": 1, "confidence": 1, "repeats": 0}
weights = st.fixed_dictionaries({part: st.integers(0, HEAVIEST) for part in USUAL})


@given(weights)
def test_weights_come_back_as_they_were_written(given_weights: dict[str, int]) -> None:
    found, ignored = read_weights(write_weights(given_weights, USUAL), USUAL)
    # All of them 0 too: the page says that this gives no index, and keeps what was chosen.
    assert found == given_weights and not ignored


@given(st.text(max_size=60))
def test_any_text_gives_weights_that_can_be_used(text: str) -> None:
    found, _ = read_weights(text, USUAL)
    assert set(found) == set(USUAL)
    assert all(0 <= weight <= HEAVIEST for weight in found.values())


def test_what_is_not_a_weight_is_told() -> None:
    found, ignored = read_weights("asb.9-people.2-worry.3", USUAL)
    assert found == USUAL | {"worry": 3}
    assert len(ignored) == 2 and "'asb.9'" in ignored[0] and "'people.2'" in ignored[1]


def test_parameter_that_a_page_does_not_know_is_told() -> None:
    [said] = find_unknown({"w": "99", "weights": "asb.2"}, ("area", "weights"))
    assert said == "The link's parameter 'w' was ignored; accepted: area, weights."
