"""Invented addresses of the synthetic county, and a labelled set of ways to write them.

Road and town names are the county's own invented ones, and no postcode area is called QX, so no
address is anybody's home.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sources.demo.address_mess import (
    MESSES,
    SELDOM,
    make_namesake,
    make_neighbour,
    write_anew,
)
from geodata.sources.demo.geography import Floats, Geography, Ints
from geodata.sources.demo.places import Places

Texts = npt.NDArray[np.object_]

AREA = "QX"
COUNTY = "Zelshire"
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_HOUSE_NAMES = (
    "Rose Cottage", "Holly Cottage", "The Old Barn", "Orchard House", "Brook Lodge",
    "Hill Farm", "Meadow View House", "Ivy Villa", "Beech Lodge", "Forge Cottage",
)  # fmt: skip
_BLOCK_NAMES = (
    "Garden Court", "Harbour House", "Lime Tower", "Weavers Court", "Station House",
    "Priory Heights", "Malthouse Buildings", "Juniper House",
)  # fmt: skip
_SHOPS = (
    "Corner Stores", "Golden Kebab", "Quick Tan", "Lucky Bets", "Fresh Bakes", "Phone Fix",
)  # fmt: skip
LABELLED = 4_000
"""Addresses that the labelled set is drawn from."""


def write_addresses(rng: np.random.Generator, geography: Geography, places: Places) -> Texts:
    """Give each location an invented address, '' where it has none (a street, a snap point).

    Flats of one block share its house number or building name; house numbers of one street in
    one town differ; a postcode belongs to one street within one LSOA.

    Returns
    -------
    ndarray of str
        One a location, such as 'Flat 2, 14 Quorenholt Road, Zelowick, QX3 4AB'.
    """
    count = len(places)
    exact = (places.precision == "exact") & ~places.is_default
    town = cKDTree(geography.towns).query(np.column_stack([places.easting, places.northing]))[1]
    street = np.array([str(label).removeprefix("On or near ") for label in places.label], object)
    road = _number(street, town)
    postcode = _write_postcodes(rng, road, places.lsoa, town)
    building = np.where(places.block >= 0, places.block, count + np.arange(count))
    first, owner = np.unique(building[exact], return_index=True)[1], np.zeros(count, np.int64)
    owner[exact] = np.unique(building[exact], return_inverse=True)[1]
    heads = np.flatnonzero(exact)[first]
    front = _write_fronts(rng, places, road, heads)[owner]
    flat = _number_flats(places.block)
    towns = np.array(geography.town_names, dtype=object)[town]
    texts = np.full(count, "", dtype=object)
    for i in np.flatnonzero(exact).tolist():
        place = f"{towns[i]}, {postcode[i]}"
        if places.is_excluded[i]:
            texts[i] = f"{street[i]}, {place}"
        elif flat[i]:
            texts[i] = f"Flat {flat[i]}, {front[i]}{street[i]}, {place}"
        else:
            texts[i] = f"{front[i]}{street[i]}, {place}"
    return texts


def label_pairs(
    rng: np.random.Generator, addresses: Texts, points: Floats | None = None
) -> pd.DataFrame:
    """Write the labelled set: addresses as different people would write them, and whose it is.

    Each of up to `LABELLED` addresses comes in its own form and one to three others; a third of
    them also gets a neighbour that must not be joined to it, such as Flat 12 beside Flat 2, and
    a tenth a namesake: the same number of a road that is called much the same.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    addresses : ndarray of str
        As `write_addresses` gives them; '' is left out.
    points : ndarray (n, 2), optional
        Easting and northing of the addresses. Most texts then lie within 15 m of theirs, one in
        ten within 120 m, and one in thirty anywhere within 5 km; namesakes lie 150 m to 5 km off.

    Returns
    -------
    DataFrame
        text, truth (number of the home), mess (how it was written: 'as kept', 'neighbour',
        'namesake' or a key of `address_mess.MESSES`), easting, northing (NaN without ``points``).
    """
    held = np.flatnonzero(np.array([bool(text) for text in addresses]))
    start = int(rng.integers(0, max(len(held) - LABELLED, 0) + 1))
    drawn = held[start : start + LABELLED]
    kinds = np.array(list(MESSES), dtype=object)
    often = np.where(np.isin(kinds.astype(str), list(SELDOM)), 0.25, 1.0)
    rows: list[tuple[str, int, str, int]] = []
    truths = {str(addresses[i]): int(i) for i in held.tolist()}
    for i in drawn.tolist():
        text = str(addresses[i])
        rows.append((text, truths[text], "as kept", i))
        for mess in rng.choice(kinds, int(rng.integers(1, 4)), False, often / often.sum()).tolist():
            written = write_anew(rng, text, mess, COUNTY)
            if written and written != text:
                rows.append((written, truths[text], mess, i))
        for chance, kind, make in (
            (1 / 3, "neighbour", make_neighbour),
            (1 / 10, "namesake", make_namesake),
        ):
            other = make(rng, text) if rng.random() < chance else ""
            if other and kind == "neighbour":
                truths.setdefault(other, len(addresses) + len(truths))
                rows.append((other, truths[other], kind, i))
            elif other:
                rows.append((other, 2 * len(addresses) + len(rows), kind, i))
    frame = pd.DataFrame(rows, columns=["text", "truth", "mess", "near"])
    frame[["easting", "northing"]] = np.nan
    if points is not None:
        place = np.asarray(points)[frame["near"].to_numpy()]
        frame[["easting", "northing"]] = place + _stray(
            rng, frame["mess"].eq("namesake").to_numpy()
        )
    return frame.drop(columns="near").sample(frac=1, random_state=rng, ignore_index=True)


def _stray(rng: np.random.Generator, is_namesake: npt.NDArray[np.bool_]) -> Floats:
    """Give how far the point of a text lies from its home, in metres east and north."""
    count = len(is_namesake)
    reach = np.array([15.0, 120.0, 5_000.0])[rng.choice(3, count, p=[0.87, 0.10, 0.03])]
    apart = np.where(
        is_namesake, np.exp(rng.uniform(np.log(150), np.log(5_000), count)),
        reach * np.sqrt(rng.random(count)),
    )  # fmt: skip
    turn = rng.uniform(0, 2 * np.pi, count)
    return np.column_stack([apart * np.cos(turn), apart * np.sin(turn)])


def _number(street: Texts, town: Ints) -> Ints:
    """Give each road a number: a street name in a town is one road."""
    names = np.unique(street.astype(str), return_inverse=True)[1]
    return np.unique(names * (town.max() + 1) + town, return_inverse=True)[1].astype(np.int64)


def _write_postcodes(rng: np.random.Generator, road: Ints, lsoa: Ints, town: Ints) -> Texts:
    """Give each stretch of road (a road within an LSOA) a postcode of its own."""
    first, stretch = np.unique(
        road * (lsoa.max() + 1) + lsoa, return_index=True, return_inverse=True
    )[1:]
    of_town = town[first]
    rank = pd.Series(of_town).groupby(of_town).cumcount().to_numpy()
    each = len(_INWARD) ** 2 * 10
    if rank.max(initial=0) >= each:
        raise ValueError(f"{rank.max() + 1} stretches of road in a town; {each} have postcodes")
    drawn = rng.permutation(each)[rank][stretch]
    letters = np.array(list(_INWARD), dtype=object)
    inward = drawn % 10
    one, other = drawn // 10 % len(_INWARD), drawn // (10 * len(_INWARD))
    return np.array(
        [f"{AREA}{t} {n}{a}{b}" for t, n, a, b in
         zip((town + 1).tolist(), inward.tolist(), letters[one], letters[other], strict=True)],
        dtype=object,
    )  # fmt: skip


def _write_fronts(rng: np.random.Generator, places: Places, road: Ints, heads: Ints) -> Texts:
    """Write what stands before the road's name: number, name of house, block or shop."""
    numbers: dict[int, int] = {}
    named: dict[int, int] = {}
    fronts = np.full(len(heads), "", dtype=object)
    for place, i in enumerate(heads.tolist()):
        here = int(road[i])
        number = numbers[here] = numbers.get(here, int(rng.integers(0, 9))) + int(
            rng.integers(1, 7)
        )
        chance = rng.random()
        used = named.get(here, 0)
        if places.block[i] >= 0:
            name = _BLOCK_NAMES[(here + used) % len(_BLOCK_NAMES)]
            named[here] = used + 1
            both = f"{name}, {number} " if used < len(_BLOCK_NAMES) else f"{number} "
            fronts[place] = f"{number} " if chance < 0.6 else both
        elif chance < 0.04 and used < len(_HOUSE_NAMES):
            fronts[place] = f"{_HOUSE_NAMES[(here + used) % len(_HOUSE_NAMES)]}, "
            named[here] = used + 1
        elif chance < 0.07:
            fronts[place] = f"First floor flat, {number} "
        elif chance < 0.10:
            fronts[place] = f"{number}{'AB'[int(rng.integers(0, 2))]} "
        elif chance < 0.13 and places.in_centre[i]:
            fronts[place] = f"{_SHOPS[number % len(_SHOPS)]}, {number} "
        elif chance < 0.15:
            fronts[place] = f"{number}-{number + 2} "
            numbers[here] = number + 2
        else:
            fronts[place] = f"{number} "
    return fronts


def _number_flats(block: Ints) -> Ints:
    """Give the flats of each block numbers from 1, other locations 0."""
    flats = np.zeros(len(block), dtype=np.int64)
    held = np.flatnonzero(block >= 0)
    flats[held] = pd.Series(block[held]).groupby(block[held]).cumcount().to_numpy() + 1
    return flats
