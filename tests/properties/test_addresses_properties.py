"""Whatever the text, normalising twice is normalising once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.addresses import address_key, normalise_address

WORDS = st.sampled_from(
    ["flat", "Flat2", "no", "unit", "2", "14", "14a", "a", "b", "x", "St", "saint", "Rd", "road",
     "ME1", "1AA", "High", "apt.", "room", "2/14", "-", "number", "Ave,", "O'Neil"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_normalised_once_and_for_all(text: str) -> None:
    once = normalise_address(text)
    assert normalise_address(once) == once


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, max_size=9).map(" ".join))
def test_address_words_are_normalised_once_and_for_all(text: str) -> None:
    once = normalise_address(text)
    assert normalise_address(once) == once
    assert address_key("", text) == address_key("", once)


@given(
    st.integers(1, 40), st.integers(1, 400), st.sampled_from(["Mill", "Church", "St Johns"]),
    st.sampled_from([("Rd", "Road"), ("Ave", "Avenue"), ("St", "Street"), ("Cl", "Close")]),
)  # fmt: skip
def test_order_of_flat_and_house_does_not_matter(
    flat: int, house: int, name: str, kind: tuple[str, str]
) -> None:
    written = f"Flat {flat}, {house} {name} {kind[0]}"
    assert address_key("", written) == address_key("", f"{house} FLAT {flat} {name} {kind[1]}")
    assert address_key("", written) != address_key("", f"{house} {name} {kind[1]}")
