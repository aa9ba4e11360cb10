"""Suggestions join what people wrote differently, never two flats, and hold no address."""

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.match_quality import measure_matching
from analytics.repeats.matching import suggest_merges, thin_suggestions


def frame(*texts: str, points: list[tuple[float, float]] | None = None) -> pd.DataFrame:
    places = np.array(points or [(600_000.0, 150_000.0)] * len(texts))
    return pd.DataFrame(
        {
            "location_key": [f"addr-{i}" for i in range(len(texts))],
            "text": texts,
            "easting": places[:, 0],
            "northing": places[:, 1],
        }
    )


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("14 Quorenholt Road, Anytown, QX1 2AB", "14 Quorenholt Road, Anytown", "no postcode"),
        ("14 Quorenholt Road, QX1 2AB", "14 Quorenhlot Rd, Anytown, QX1 2AB", "one letter"),
        ("14 Quorenholt Road, QX1 2AB", "14 Quorenhlto Raod, QX1 2AB", ""),
        ("14 Quorenholt Road, QX1 2AB", "14 Quorenholt, QX1 2AB", "left out in one"),
        ("14 Quorenholt Road, QX1 2AB", "14 Quoernohlt Road, QX1 2AB", "two letters"),
        ("Flat 2, 14 Quorenholt Road, QX1 2AB", "2/14 Quorenholt Road, QX1 2AB", "'/'"),
        ("14A Quorenholt Road, QX1 2AB", "Flat A, 14 Quorenholt Road, QX1 2AB", "letter is the"),
        ("7 Mill Field Road, QX1 2AB", "7 Millfield Road, QX1 2AB", "same street"),
        ("Lucky Bets, 7 Mill Road, QX1 2AB", "7 Mill Road, QX1 2AB", "in one only"),
        ("14 Quorenholt Road, QX1 2AB", "14 Quorenholt Road, QX1 2BA", "swapped"),
    ],
)
def test_one_home_in_two_ways_is_suggested_with_reasons(one: str, other: str, words: str) -> None:
    found = suggest_merges(frame(one, other))
    if not words:
        assert found.empty
        return
    assert found[["from_key", "to_key"]].to_numpy().tolist() == [["addr-0", "addr-1"]]
    evidence = found["evidence"][0]
    assert words in evidence
    assert "uoren" not in evidence.lower()
    assert "2ab" not in evidence.lower()
    assert 0 < found["score"][0] <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 2, 14 Quorenholt Road, QX1 2AB", "Flat 12, 14 Quorenholt Road, QX1 2AB"),
        ("Flat 2, 14 Quorenholt Road, QX1 2AB", "14 Quorenholt Road, QX1 2AB"),
        ("14 Quorenholt Road, QX1 2AB", "14A Quorenholt Road, QX1 2AB"),
        ("14 Quorenholt Road, QX1 2AB", "12-14 Quorenholt Road, QX1 2AB"),
        ("14 Quorenholt Road, QX1 2AB", "14 Quorenholt Close, QX1 2AB"),
        ("14 Quorenholt Road, QX1 2AB", "Rear of 14 Quorenholt Road, QX1 2AB"),
        ("14 Mill Road, QX1 2AB", "14 Hill Road, QX1 2AB"),
        ("First floor flat, 14 High Street, QX1 2AB", "Top floor flat, 14 High Street, QX1 2AB"),
        ("Rose Cottage, Mill Road, QX1 2AB", "Ross Cottage, Mill Road, QX1 2AB"),
        ("Mill Road, Anytown, QX1 2AB", "Mill Road, Anytown"),
        ("3 14th Avenue, Anytown, QX1 2AB", "3 15th Avenue, Anytown, QX1 2AB"),
    ],
)
def test_different_homes_are_never_suggested(one: str, other: str) -> None:
    assert suggest_merges(frame(one, other)).empty


def test_same_text_far_away_without_postcode_is_not_suggested() -> None:
    texts = ("14 Mill Road, Anytown", "14 Mill Road")
    near = frame(*texts)
    far = frame(*texts, points=[(600_000.0, 150_000.0), (606_000.0, 150_000.0)])
    assert len(suggest_merges(near)) == 1
    assert suggest_merges(far).empty


def test_two_homes_of_the_register_are_never_joined() -> None:
    places = frame("14 Mill Road, Anytown, QX1 2AB", "14 Mill Road, QX1 2AB")
    places["location_key"] = ["uprn-a", "uprn-b"]
    assert suggest_merges(places).empty
    places["location_key"] = ["uprn-a", "addr-b"]
    assert len(suggest_merges(places)) == 1


def test_unreadable_and_no_addresses_give_no_suggestion() -> None:
    assert suggest_merges(frame("", "...", "Anytown")).empty
    assert list(suggest_merges(frame("14 Mill Road")).columns) == [
        "from_key", "to_key", "score", "evidence",
    ]  # fmt: skip
    assert suggest_merges(frame("x").iloc[:0]).empty


def test_as_few_pairs_are_asked_as_join_all() -> None:
    texts = [f"14 Quorenholt Road{town}{code}" for town in ("", ", Anytown") for code in
             ("", ", QX1 2AB")]  # fmt: skip
    found = suggest_merges(frame(*texts))
    assert len(found) == 6
    assert len(thin_suggestions(found)) == 3
    assert len(thin_suggestions(found, {"addr-1": "addr-0"})) == 2


def test_precision_and_recall_are_counted_by_hand() -> None:
    labelled = pd.DataFrame(
        {
            "text": [
                "14 Quorenholt Road, Anytown, QX1 2AB", "14 Quorenholt Road, Anytown",
                "99 Quorenholt Road, Anytown, QX1 2AB", "14 Quorenholt Road",
            ],
            "location_key": ["a", "b", "c", "d"],
            "truth": [1, 1, 1, 2],
            "mess": ["as kept", "no postcode", "wrong house number", "namesake"],
            "easting": 600_000.0,
            "northing": 150_000.0,
        }
    )  # fmt: skip
    found = measure_matching(labelled)
    assert (found.precision.hits, found.precision.pairs) == (1, 3)
    assert (found.recall.hits, found.recall.pairs) == (1, 3)
    assert found.exact_recall.hits == 0
    assert found.precision.low < 1 / 3 < found.precision.high
    by_mess = found.by_mess.set_index("mess")["joined"]
    assert by_mess["no postcode"] == 1
    assert by_mess["wrong house number"] == 0
    assert set(found.wrong.columns) == {"one", "other", "score", "evidence"}
