"""Which places may be one address, written differently? Suggestions for a person to judge.

Flat, house number and words such as 'rear' must agree exactly: a flat is never joined to another
flat, nor 14A to 14. Streets may differ by one letter or by spaces, by two letters within a
postcode, or by a road word left out, but never in the kind of road. What is left - postcode,
town, distance, name of the building - adds to or takes from a score. An address without number
and name is nobody's home here and is left out.

What is deliberately missed: a wrong number, a wrong road word, '14-2' for flat 2, two typing
errors without a postcode, a mistyped name of a house without a number, a business known by its
name alone.
"""

import re
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz.distance import OSA

from geodata.address_parts import AddressParts, read_address
from geodata.address_words import KEPT_WORDS, ROAD_WORDS, SIDES

SUGGESTION_COLUMNS = ("from_key", "to_key", "score", "evidence")
THRESHOLD = 6.0
"""Points from which a pair is suggested; calibrated on the labelled set of one seed."""

SHORTEST_MISTYPED = 5
"""Names of streets shorter than this must agree: one letter parts Mill Road from Hill Road."""

SHORTEST_MISTYPED_TWICE = 8
NEAR_M, BESIDE_M, FAR_M = 30.0, 100.0, 300.0
_MOST_POINTS = 14.0

_STREET = {
    "same": (4.0, "same street"),
    "one letter": (3.0, "street differs by one letter"),
    "two letters": (1.5, "street differs by two letters"),
    "no road word": (2.5, "road, close or the like left out in one"),
}
_POSTCODE = {
    "same": (5.0, "same postcode"),
    "swapped": (2.5, "two letters of the postcode swapped"),
    "close": (0.5, "postcode differs by one letter"),
    "absent": (0.0, "no postcode in one"),
    "none": (0.0, "no postcode in either"),
    "differs": (-4.0, "postcodes differ"),
}
_TOWN = {
    "same": (2.5, "same town"),
    "close": (2.0, "town differs by one letter"),
    "absent": (0.0, "no town in one"),
    "none": (0.0, "no town in either"),
    "differs": (-3.0, "towns differ"),
}
_NAME = {
    "same": (0.5, "same name of building"),
    "close": (0.0, "name of building differs by one letter"),
    "absent": (0.0, "name of building in one only"),
    "none": (0.0, ""),
    "differs": (-3.0, "names of building differ"),
}
_LETTERED = re.compile(r"^flat ([a-h])$")
_SLASH = re.compile(r"^([0-9]+[a-z]?)/([0-9]+[a-z]?)$")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read an address: what must agree exactly, and what may differ."""

    row: int
    exact: str
    stem: str
    kind: str
    town: str
    name: str
    postcode: str
    is_guess: bool


def suggest_merges(addresses: pd.DataFrame, threshold: float = THRESHOLD) -> pd.DataFrame:
    """Suggest which places are one address.

    Parameters
    ----------
    addresses : DataFrame
        One row a place: location_key (unique), text (the address), easting and northing in
        metres (NaN where not known); uprn_key, if at hand, or else a location_key that begins
        with 'uprn-'. Two different ones are two homes and are never joined.
    threshold : float, default `THRESHOLD`
        Points from which a pair is suggested.

    Returns
    -------
    DataFrame
        `SUGGESTION_COLUMNS`, best first: two keys in order, score from 0 to 1 and the evidence in
        words that hold no address. Every pair comes once.

    Notes
    -----
    Cost grows with the number of places that share number, flat and street name, not with the
    square of the number of places.
    """
    texts = addresses["text"].to_numpy(dtype=object)
    readings = [one for row, text in enumerate(texts) for one in _read(row, str(text))]
    pairs = _find_candidates(readings)
    if not pairs:
        return _make_frame([])
    keys = addresses["location_key"].to_numpy(dtype=object)
    uprns = _read_uprns(addresses)
    points = addresses[["easting", "northing"]].to_numpy(dtype=float)
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for one, other, street in pairs:
        first, second = readings[one], readings[other]
        pair = (str(keys[first.row]), str(keys[second.row]))
        numbers = {uprns[first.row], uprns[second.row]} - {""}
        if first.row == second.row or len(numbers) > 1:
            continue
        apart = float(np.hypot(*(points[first.row] - points[second.row])))
        score, words = _judge(first, second, street, apart)
        pair = (min(pair), max(pair))
        if score >= threshold and score > best.get(pair, (-1.0, ""))[0]:
            best[pair] = (score, words)
    rows = [
        (*pair, round(min(score / _MOST_POINTS, 1.0), 3), words)
        for pair, (score, words) in best.items()
    ]
    return _make_frame(rows)


def _read_uprns(addresses: pd.DataFrame) -> list[str]:
    keys = addresses["location_key"].astype(str).tolist()
    held = addresses["uprn_key"].tolist() if "uprn_key" in addresses else [""] * len(keys)
    return [
        str(uprn) or (key if key.startswith("uprn-") else "")
        for uprn, key in zip(held, keys, strict=True)
    ]


def thin_suggestions(
    suggestions: pd.DataFrame, joined: dict[str, str] | None = None
) -> pd.DataFrame:
    """Keep the suggestions that join what better ones do not join already.

    Five ways of writing one address make ten pairs; four of them are enough to join all five.

    Parameters
    ----------
    suggestions : DataFrame
        As `suggest_merges` gives them.
    joined : dict, optional
        For a key that counts under another one already, that other one.
    """
    head: dict[str, str] = dict(joined or {})

    def find(key: str) -> str:
        while (above := head.get(key, key)) != key:
            key = above
        return key

    kept = []
    for one, other in suggestions[["from_key", "to_key"]].itertuples(index=False):
        first, second = find(one), find(other)
        kept.append(first != second)
        head[max(first, second)] = min(first, second)
    return suggestions[np.array(kept, dtype=bool)].reset_index(drop=True)


def _read(row: int, text: str) -> list[_Reading]:
    parts = read_address(text)
    ways = [_describe(row, parts, parts.units, parts.house, False)]
    slashed = _SLASH.match(parts.house)
    lettered = _LETTERED.match(parts.units[0]) if len(parts.units) == 1 else None
    if slashed and not parts.units:
        # '2/14 X Road' is flat 2 of number 14, or else two houses: only a suggestion.
        ways.append(_describe(row, parts, (f"flat {slashed[1]}",), slashed[2], True))
    elif lettered and parts.house.isdecimal():
        # 'Flat A, 14 X Road' is mostly, and not always, 14A.
        ways.append(_describe(row, parts, (), parts.house + lettered[1], True))
    return [one for one in ways if one is not None]


def _describe(
    row: int, parts: AddressParts, units: tuple[str, ...], house: str, is_guess: bool
) -> _Reading | None:
    name = " ".join(word for word in parts.name if word not in KEPT_WORDS)
    street = list(parts.street)
    if not (house or name) or not street:
        return None
    words = [*parts.name, *street, *parts.locality]
    beside = sorted(word for word in set(words) if word in KEPT_WORDS)
    kind: list[str] = []
    while len(street) > 1 and street[-1] in ROAD_WORDS | SIDES:
        kind.insert(0, street.pop())
    town = list(parts.locality)
    if not kind and not town:
        # Without a road word nothing says where the street ends: the first word is its name.
        town = street[1:]
        street = street[:1]
    exact = "|".join([*units, house or name, *beside])
    return _Reading(
        row, exact, "".join(street), " ".join(kind), " ".join(town), name if house else "",
        parts.postcode, is_guess,
    )  # fmt: skip


def _find_candidates(readings: list[_Reading]) -> list[tuple[int, int, str]]:
    """Pair readings that agree exactly where they must, in streets that may be one.

    Streets may differ by one letter; by two, or by a road word left out, within a postcode (a
    road word also where both lie close together, which the points see to).
    """
    streets: dict[tuple[str, str], dict[str, list[int]]] = {}
    for number, one in enumerate(readings):
        streets.setdefault((one.kind, one.stem), {}).setdefault(one.exact, []).append(number)
    pairs = [
        (one, other, "same")
        for homes in streets.values()
        for members in homes.values()
        for one, other in combinations(members, 2)
    ]
    kinds: dict[str, list[str]] = {}
    for kind, stem in streets:
        kinds.setdefault(stem, []).append(kind)
    for street, mistyped in _find_mistyped(list(kinds)):
        for kind in kinds[street]:
            pairs += _cross(streets[kind, street], streets.get((kind, mistyped), {}), "one letter")
    for (kind, stem), homes in streets.items():
        if kind:
            pairs += _cross(homes, streets.get(("", stem), {}), "no road word")
    return pairs + _find_mistyped_twice(readings)


def _find_mistyped(stems: list[str]) -> list[tuple[str, str]]:
    """Pair the names of streets that differ by one letter."""
    shapes: dict[str, list[str]] = {}
    for stem in sorted(stems):
        if len(stem) >= SHORTEST_MISTYPED - 1:
            for shape in _leave_one_out(stem):
                shapes.setdefault(shape, []).append(stem)
    found = {pair for alike in shapes.values() for pair in combinations(alike, 2)}
    return sorted(pair for pair in found if _count_letters(*pair, 1) == 1)


def _find_mistyped_twice(readings: list[_Reading]) -> list[tuple[int, int, str]]:
    within: dict[tuple[str, str, str], list[int]] = {}
    for number, one in enumerate(readings):
        if one.postcode and len(one.stem) >= SHORTEST_MISTYPED_TWICE:
            within.setdefault((one.exact, one.kind, one.postcode), []).append(number)
    return [
        (one, other, "two letters")
        for members in within.values()
        for one, other in combinations(members, 2)
        if _count_letters(readings[one].stem, readings[other].stem, 2) == 2
    ]


def _cross(
    ones: dict[str, list[int]], others: dict[str, list[int]], how: str
) -> list[tuple[int, int, str]]:
    return [
        (one, other, how)
        for exact in ones.keys() & others.keys()
        for one in ones[exact]
        for other in others[exact]
    ]


def _leave_one_out(word: str) -> set[str]:
    """Give a word and the word without each of its letters: one typing error shares a form."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _count_letters(one: str, other: str, most: int) -> int:
    """Count the letters by which two names of streets differ; most + 1 if they are too short."""
    if max(len(one), len(other)) < SHORTEST_MISTYPED:
        return 0 if one == other else most + 1
    if [mark for mark in one if mark.isdigit()] != [mark for mark in other if mark.isdigit()]:
        return most + 1
    return OSA.distance(one, other, score_cutoff=most)


def _compare(one: str, other: str, shortest: int) -> str:
    if not one or not other:
        return "none" if one == other else "absent"
    if one == other:
        return "same"
    if min(len(one), len(other)) < shortest or OSA.distance(one, other, score_cutoff=1) > 1:
        return "differs"
    return "close"


def _judge(one: _Reading, other: _Reading, street: str, apart_m: float) -> tuple[float, str]:
    """Give the points of a pair and what they rest on, in words."""
    postcode = _compare(one.postcode, other.postcode, 5)
    if postcode == "close" and sorted(one.postcode) == sorted(other.postcode):
        postcode = "swapped"
    elif postcode == "close" and street != "same":
        postcode = "differs"  # Streets side by side have such postcodes, and some such names.
    town = _compare(one.town, other.town, 5)
    found = [
        (-1.5, "number and flat agree if '/' parts them, or if a letter is the flat")
        if one.is_guess or other.is_guess
        else (0.0, "same number and flat"),
        _STREET[street],
        _POSTCODE[postcode],
        (-0.5, _TOWN[town][1]) if town == "differs" and postcode == "same" else _TOWN[town],
        _NAME[_compare(one.name, other.name, 6)],
        _weigh_distance(apart_m),
    ]
    return sum(points for points, _ in found), "; ".join(words for _, words in found if words)


def _weigh_distance(apart_m: float) -> tuple[float, str]:
    if not np.isfinite(apart_m):
        return -0.5, "distance not known"
    words = f"{apart_m:.0f} m apart" if apart_m < 1_000 else f"{apart_m / 1_000:.0f} km apart"
    if apart_m <= NEAR_M:
        return 2.5, words
    if apart_m <= BESIDE_M:
        return 1.0, words
    return (0.0, words) if apart_m <= FAR_M else (-3.0, words)


def _make_frame(rows: list[tuple[str, str, float, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(SUGGESTION_COLUMNS))
    order = ["score", "from_key", "to_key"]
    return frame.sort_values(order, ascending=[False, True, True], ignore_index=True)
