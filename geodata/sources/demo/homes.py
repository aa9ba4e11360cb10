"""Keys and seals of the county's addresses, and homes that are recorded under two spellings."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.address_parts import read_address
from geodata.addresses import describe_address, pseudonyms
from geodata.schemas import LOCATION_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.demo.address_mess import MESSES, write_anew
from geodata.sources.demo.addresses import COUNTY, write_addresses
from geodata.sources.demo.agencies import Background, Truths
from geodata.sources.demo.geography import Geography, Ints
from geodata.sources.demo.places import Places, make_keys

SPELT_TWICE = 120
LEAST_RECORDS = 2

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Homes:
    """Addresses of the locations with their pseudonyms; "" where a location has none.

    A location without an address keeps a plain key such as L-000001. The last ``spelt_twice``
    locations are second spellings, which no property number is known of.
    """

    address: Texts
    key: Texts
    postcode_key: Texts
    block_key: Texts
    spelt_twice: int = 0

    def __repr__(self) -> str:
        """Say how many there are, and no address."""
        return f"Homes({len(self.address)} locations)"

    def to_frame(self, places: Places) -> pd.DataFrame:
        """List the locations as schemas.LOCATION_COLUMNS, the addresses sealed."""
        ring = get_key_ring()
        frame = places.to_frame().assign(
            location_key=self.key,
            sealed_address=[ring.seal(text) for text in self.address.tolist()],
            postcode_key=self.postcode_key,
            block_key=self.block_key,
        )
        frame.loc[frame.index >= len(frame) - self.spelt_twice, "uprn_key"] = ""
        return frame[list(LOCATION_COLUMNS)]


def build_homes(rng: np.random.Generator, geography: Geography, places: Places) -> Homes:
    """Write an address for every exact location and give its keys."""
    address = write_addresses(rng, geography, places)
    tidy = [_tidy(text) for text in address.tolist()]
    for place in np.flatnonzero(places.is_excluded).tolist():
        parts = read_address(str(address[place]))
        tidy[place] = (parts.text, parts.building, parts.postcode)
    texts, blocks, postcodes = (list(column) for column in zip(*tidy, strict=True))
    key = np.array(pseudonyms("addr", texts), dtype=object)
    key = np.where(key == "", make_keys(np.arange(1, len(places) + 1)), key)
    return Homes(address, key, _distinct("postcode", postcodes), _distinct("block", blocks))


def _tidy(text: str) -> tuple[str, str, str]:
    """Give the one form of an address of the county, without its flat, and its postcode.

    The county's addresses are written in few and tidy ways, so this need not read them as
    `read_address` does, with the same answer and in a twentieth of the time.
    """
    if not text:
        return "", "", ""
    front, _, postcode = text.lower().rsplit(", ", 2)
    postcode = postcode.replace(" ", "")
    unit = ""
    if front.startswith("flat "):
        unit, front = front.split(", ", 1)
        unit += " "
    elif front.startswith("first floor flat, "):
        unit, front = "floor 1 ", front.removeprefix("first floor flat, ")
    building = f"{front.replace(',', '')} {postcode}"
    return unit + building, building, postcode


def _distinct(kind: str, texts: list[str]) -> Texts:
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    return np.array(pseudonyms(kind, distinct.tolist()), dtype=object)[codes]


def spell_twice(
    rng: np.random.Generator,
    homes: Homes,
    places: Places,
    frame: pd.DataFrame,
    background: Background,
    truths: Truths,
    scale: float,
) -> tuple[Homes, Places]:
    """Record some homes under a second spelling too, as a location of its own.

    About half of the home's incidents move to the second location; the truth lists them all.

    Returns
    -------
    homes, places
        With the second spellings after the rest.
    """
    rows = np.flatnonzero(background.free)
    place, number = np.unique(background.where[rows], return_counts=True)
    usable = place[number >= LEAST_RECORDS]
    hoped = max(12, round(SPELT_TWICE * min(scale, 1)))
    wanted = min(hoped, len(usable))
    truths.left_out["same address"] += hoped - wanted
    chosen = np.sort(rng.choice(usable, wanted, replace=False)).tolist()
    told = frame[["occurred_from", "incident_id"]]
    known = set(homes.key.tolist())
    keys = frame["location_key"].to_numpy(dtype=object)
    second: list[tuple[int, str, str, str, str]] = []
    for home in chosen:
        text, mess = _spell_anew(rng, str(homes.address[home]))
        found = describe_address("", text)
        if not text or found.location_key in known:
            continue
        known.add(found.location_key)
        here = rows[background.where[rows] == home]
        moved = here[rng.permutation(len(here))[: max(1, len(here) // 2)]]
        keys[moved] = found.location_key
        second.append((home, text, found.location_key, found.postcode_key, found.block_key))
        records = told.iloc[here]
        label = f"One address under two spellings ({mess}), {len(here)} records"
        truths.add("same address", label, records["occurred_from"], records["incident_id"])
        background.take(here)
    frame["location_key"] = keys
    return _add(homes, places, second)


def _spell_anew(rng: np.random.Generator, text: str) -> tuple[str, str]:
    """Write an address so that its key differs; most ways of writing do not change the key."""
    for mess in rng.permutation(np.array(list(MESSES), dtype=object)).tolist():
        written = write_anew(rng, text, mess, COUNTY)
        if written and read_address(written).text != read_address(text).text:
            return written, str(mess)
    return "", ""


def _add(
    homes: Homes, places: Places, second: list[tuple[int, str, str, str, str]]
) -> tuple[Homes, Places]:
    if not second:
        return homes, places
    of: Ints = np.array([one[0] for one in second], dtype=np.int64)
    columns = zip(*(one[1:] for one in second), strict=True)
    address, key, postcode_key, block_key = (np.array(column, dtype=object) for column in columns)
    copies = Places(*(getattr(places, name)[of] for name in Places.__annotations__))
    return (
        Homes(
            np.concatenate([homes.address, address]),
            np.concatenate([homes.key, key]),
            np.concatenate([homes.postcode_key, postcode_key]),
            np.concatenate([homes.block_key, block_key]),
            len(of),
        ),
        places.join(replace(copies, weight=np.zeros(len(of)))),
    )
