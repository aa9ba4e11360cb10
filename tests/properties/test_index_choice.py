"""Weights of the safety index survive the address, and nothing else gets through it."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.index_choice import HEAVIEST, read_weights, write_weights

USUAL = {"asb": 1, "worry": 1, "experience": 1, "confidence": 1, "repeats": 0}
weights = st.fixed_dictionaries({part: st.integers(0, HEAVIEST) for part in USUAL})


@given(weights)
def test_weights_come_back_as_they_were_written(given_weights: dict[str, int]) -> None:
    found, ignored = read_weights(write_weights(given_weights, USUAL), USUAL)
    if any(given_weights.values()):
        assert found == given_weights and not ignored
    else:
        assert found == USUAL and "weight 0" in ignored[0]


@given(st.text(max_size=60))
def test_any_text_gives_weights_that_can_be_used(text: str) -> None:
    found, _ = read_weights(text, USUAL)
    assert set(found) == set(USUAL) and any(found.values())
    assert all(0 <= weight <= HEAVIEST for weight in found.values())


def test_what_is_not_a_weight_is_told() -> None:
    found, ignored = read_weights("asb.9-people.2-worry.3", USUAL)
    assert found == USUAL | {"worry": 3}
    assert len(ignored) == 2 and "'asb.9'" in ignored[0] and "'people.2'" in ignored[1]
