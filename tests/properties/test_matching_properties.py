"""Whatever is written: order does not count, flats stay apart, and a text joins its own forms."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.repeats.matching import suggest_merges
from geodata.address_parts import read_address
from geodata.sources.demo.address_mess import MESSES, make_neighbour, write_anew

ADDRESSES = st.builds(
    "{}{} {} {}, {}, QX{} {}AB".format,
    st.one_of(st.just(""), st.integers(1, 30).map("Flat {}, ".format)),
    st.integers(1, 200),
    st.sampled_from(["Quorenholt", "Skelmarch", "Vynowstow", "St Ulm"]),
    st.sampled_from(["Road", "Close", "Street"]),
    st.sampled_from(["Zelowick", "Jathmere"]),
    st.integers(1, 2),
    st.integers(1, 2),
)


def frame(texts: list[str]) -> pd.DataFrame:
    keys = [f"addr-{i}" for i in range(len(texts))]
    return pd.DataFrame({"location_key": keys, "text": texts, "easting": 6e5, "northing": 1.5e5})


@settings(max_examples=60, deadline=None)
@given(st.lists(ADDRESSES, max_size=12), st.integers(0, 9))
def test_numbers_and_flats_of_a_suggested_pair_agree(texts: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    messy = [write_anew(rng, t, str(rng.choice(list(MESSES))), "Zelshire") or t for t in texts]
    places = frame([*texts, *messy])
    found = suggest_merges(places)
    parts = places.set_index("location_key")["text"].map(read_address)
    for one, other, evidence in found[["from_key", "to_key", "evidence"]].to_numpy().tolist():
        assert one < other
        if "'/'" not in evidence:
            assert parts[one].units == parts[other].units
            assert parts[one].house == parts[other].house
    shuffled = suggest_merges(places.sample(frac=1, random_state=seed))
    assert shuffled["score"].tolist() == found["score"].tolist()
    assert set(map(tuple, shuffled.to_numpy())) == set(map(tuple, found.to_numpy()))


@settings(max_examples=100, deadline=None)
@given(ADDRESSES, st.integers(0, 99))
def test_a_neighbour_has_another_key_and_is_not_suggested(text: str, seed: int) -> None:
    other = make_neighbour(np.random.default_rng(seed), text)
    assert read_address(other).text != read_address(text).text
    assert suggest_merges(frame([text, other])).empty
