"""A choice of the Hotspots page survives the address, and nonsense is said and dropped."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.hotspot_choice import MOST_SPOTS, OPTIONS, HotspotChoice
from geodata.calendar import Month

months = st.builds(Month, st.integers(2000, 2099), st.integers(1, 12))
choices = st.builds(
    HotspotChoice,
    **{name: st.sampled_from(accepted) for name, accepted in OPTIONS.items()},
    month=st.none() | months,
    spot=st.none() | st.integers(1, MOST_SPOTS),
)


@given(choices)
def test_choice_comes_back_from_its_address(choice: HotspotChoice) -> None:
    assert HotspotChoice.from_query(choice.to_query()) == (choice, [])


@given(st.dictionaries(st.sampled_from([*OPTIONS, "spot", "month"]), st.text(max_size=20)))
def test_any_address_gives_a_choice_and_says_what_it_dropped(query: dict[str, str]) -> None:
    choice, ignored = HotspotChoice.from_query(query)
    kept = choice.to_query()
    for name, value in query.items():
        if any(f"{name} {value!r}" in sentence for sentence in ignored):
            assert name not in kept


def test_another_list_drops_the_hotspot_in_focus() -> None:
    choice = HotspotChoice(spot=3)
    assert choice.change(ask="chance").spot == 3
    assert choice.change(eps=200).spot is None
    assert choice.change(ask="next").spot is None
    assert choice.change(ask="next", spot=2).spot == 2
    assert choice.change(cell=100).spot == 3
