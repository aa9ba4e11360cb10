"""Matching 100,000 addresses, against reading them alone: the comparing must cost little more."""

import time

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.matching import suggest_merges
from geodata.address_parts import read_address
from geodata.addresses import pseudonyms

ADDRESSES = 100_000
MOST_SECONDS = 30
MOST_RATIO = 2.5
MOST_SECONDS_OF_KEYS = 5


def write_many(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Addresses on 5,000 streets, one in ten a second writing of another."""
    stems = ["".join(rng.choice(list("aeiklmnorstuvz"), 9)) for _ in range(5_000)]
    street = rng.integers(0, len(stems), count)
    number = rng.integers(1, 90, count)
    texts = [
        f"{n} {stems[s]} road, town{s % 40}, QX{s % 40} {s % 10}{'ABDEFGHJ'[s // 10 % 8]}B"
        for n, s in zip(number.tolist(), street.tolist(), strict=True)
    ]
    again = rng.random(count) < 0.1
    texts = [
        text.rsplit(",", 1)[0] if one else text for text, one in zip(texts, again, strict=True)
    ]
    middle = rng.uniform(0, 50_000, (len(stems), 2))[street] + number[:, None]
    return pd.DataFrame(
        {
            "location_key": [f"addr-{i}" for i in range(count)],
            "text": texts,
            "easting": middle[:, 0],
            "northing": middle[:, 1],
        }
    ).drop_duplicates("text", ignore_index=True)


@pytest.mark.slow
def test_matching_costs_little_more_than_reading(rng: np.random.Generator) -> None:
    places = write_many(rng, ADDRESSES)
    begun = time.perf_counter()
    for text in places["text"]:
        read_address(text)
    reading = time.perf_counter() - begun
    begun = time.perf_counter()
    found = suggest_merges(places)
    matching = time.perf_counter() - begun
    assert len(found) > 1_000
    assert matching < MOST_SECONDS, f"{len(places):,} addresses took {matching:.1f} s"
    assert matching / reading < MOST_RATIO


@pytest.mark.slow
def test_half_a_million_pseudonyms_take_a_few_seconds() -> None:
    texts = [f"person {i}" for i in range(500_000)]
    begun = time.perf_counter()
    keys = pseudonyms("victim", texts)
    seconds = time.perf_counter() - begun
    assert len(set(keys)) == len(texts)
    assert seconds < MOST_SECONDS_OF_KEYS
