"""Streets, addresses, flats and institutions that incidents are recorded at.

A location holds a public street label and an invented property number, never an address.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geodata.addresses import pseudonyms
from geodata.sources.demo import names
from geodata.sources.demo.geography import DISTRICTS, Floats, Geography, Ints

STREETS_PER_LSOA = 7
CENTRE_STREETS = 12
ADDRESSES_PER_STREET = 4
POLICE_STATIONS = 3
HOSPITALS = 3
MOST_ABOVE_MEAN = 15
"""No ordinary address has more than this many times the mean, so none is a hotspot by chance."""


@dataclass(frozen=True)
class Places:
    """Locations as equal-length arrays; `weight` is how likely background incidents are there.

    `block` numbers the flats of one building (-1 for other locations).
    """

    easting: Floats
    northing: Floats
    lsoa: Ints
    precision: npt.NDArray[np.object_]
    label: npt.NDArray[np.object_]
    block: Ints
    is_default: npt.NDArray[np.bool_]
    is_excluded: npt.NDArray[np.bool_]
    weight: Floats
    in_centre: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.easting)

    def join(self, *others: "Places") -> "Places":
        """Put the locations of others after these."""
        every = (self, *others)
        return Places(
            *(np.concatenate([getattr(one, f) for one in every]) for f in self.__annotations__)
        )

    def to_frame(self) -> pd.DataFrame:
        """List the locations as schemas.LOCATION_COLUMNS."""
        number = np.arange(1, len(self) + 1)
        has_uprn = np.isin(self.precision.astype(str), ["exact", "default"])
        # Numbers from 999 000 000 001 on are of no real home.
        uprns = np.where(has_uprn, number + 999_000_000_000, 0).astype(str)
        return pd.DataFrame(
            {
                "location_key": make_keys(number),
                "uprn_key": np.where(has_uprn, pseudonyms("uprn", uprns), ""),
                "easting": self.easting,
                "northing": self.northing,
                "precision": self.precision,
                "is_excluded": self.is_excluded,
                "is_default_geocode": self.is_default,
                "label": self.label,
            }
        )


def make_keys(number: Ints) -> npt.NDArray[np.object_]:
    """Make keys such as L-000001 from numbers that begin at 1."""
    return np.array([f"L-{n:06d}" for n in number.tolist()], dtype=object)


def make_places(
    geography: Geography,
    points: Floats,
    label: npt.NDArray[np.object_],
    *,
    precision: str = "exact",
    weight: Floats | float = 0.0,
    lsoa: Ints | None = None,
    block: Ints | None = None,
    is_default: bool = False,
    is_excluded: bool = False,
) -> Places:
    """Make locations at points, rounded to the metre."""
    points = np.round(points)
    count = len(points)
    centre_distance = cKDTree(geography.towns[:DISTRICTS]).query(points)[0]
    return Places(
        points[:, 0],
        points[:, 1],
        geography.find_lsoa(points, lsoa),
        np.full(count, precision, dtype=object),
        label,
        np.full(count, -1) if block is None else block,
        np.full(count, is_default),
        np.full(count, is_excluded),
        np.broadcast_to(np.asarray(weight, dtype=float), count).copy(),
        centre_distance < 600,
    )


def build_places(rng: np.random.Generator, geography: Geography, residents: Ints) -> Places:
    """Build streets with addresses, blocks of flats, police stations and hospitals.

    The weight of a location is gamma-distributed between LSOAs, between streets and between
    addresses, and higher near town centres, so counts are overdispersed at every level.
    """
    middle, lsoa, spread = _lay_streets(rng, geography)
    stems = names.make_names(rng, 1_500)
    label = "On or near " + name_of(rng, stems, len(middle))
    towns = geography.towns
    main = cKDTree(towns[:DISTRICTS]).query(middle)[0]
    near = 1 + 2.2 * np.exp(-((main / 700) ** 2) / 2)
    near += 1.2 * np.exp(-((cKDTree(towns[DISTRICTS:]).query(middle)[0] / 350) ** 2) / 2)
    between = rng.gamma(1.8, 1 / 1.8, len(residents)) * residents / residents.mean()
    street_weight = between[lsoa] * near * rng.gamma(2.0, 1 / 2.0, len(middle))

    angle = rng.uniform(0, np.pi, len(middle))
    along = np.linspace(-1, 1, ADDRESSES_PER_STREET)[None, :] * spread[:, None]
    along = along + rng.uniform(-6, 6, along.shape)
    points = (
        middle[:, None, :]
        + along[:, :, None] * np.column_stack([np.cos(angle), np.sin(angle)])[:, None, :]
    )
    points = points.reshape(-1, 2)
    owner = np.repeat(np.arange(len(middle)), ADDRESSES_PER_STREET)
    weight = (street_weight[owner] / ADDRESSES_PER_STREET) * rng.gamma(1.5, 1 / 1.5, len(owner))

    weight = np.minimum(weight, MOST_ABOVE_MEAN * weight.mean())

    is_block = rng.random(len(owner)) < 0.03
    flats = np.where(is_block, rng.integers(6, 19, len(owner)), 1)
    copy = np.repeat(np.arange(len(owner)), flats)
    block = np.where(is_block[copy], copy, -1)
    weight = np.where(is_block[copy], 2.5 * weight[copy] / flats[copy], weight[copy])
    addresses = make_places(
        geography, points[copy], label[owner[copy]], weight=weight, lsoa=lsoa[owner[copy]],
        block=block,
    )  # fmt: skip
    streets = make_places(
        geography, middle, label, precision="street", weight=0.42 * street_weight, lsoa=lsoa
    )
    snapped = make_places(
        geography, geography.lsoa_centres, _nearest_label(middle, label, geography.lsoa_centres),
        precision="snapped", weight=0.25 * between,
    )  # fmt: skip
    return addresses.join(streets).join(snapped).join(_institutions(geography, weight.sum()))


def name_of(rng: np.random.Generator, stems: list[str], count: int) -> npt.NDArray[np.object_]:
    """Draw street names for new streets."""
    return names.name_streets(rng, stems, count)


def _lay_streets(rng: np.random.Generator, geography: Geography) -> tuple[Floats, Ints, Floats]:
    """Place the middle of each street, its LSOA and half its length in metres."""
    land = np.flatnonzero(geography.cell_lsoa >= 0)
    land = land[np.argsort(geography.cell_lsoa[land], kind="stable")]
    size = np.bincount(geography.cell_lsoa[land])
    start = np.cumsum(size) - size
    lsoa = np.repeat(np.arange(len(size)), STREETS_PER_LSOA)
    pick = land[start[lsoa] + (rng.random(len(lsoa)) * size[lsoa]).astype(int)]
    gap = cKDTree(geography.cells).query(geography.cells, k=2)[0][:, 1]
    middle = geography.cells[pick] + rng.normal(0, 0.3, (len(pick), 2)) * gap[pick, None]
    centre = np.repeat(np.arange(DISTRICTS), CENTRE_STREETS)
    extra = geography.towns[centre] + rng.normal(0, 220, (len(centre), 2))
    spread = np.concatenate([np.clip(gap[pick] * 0.3, 30, 160), np.full(len(extra), 60.0)])
    lsoa = np.concatenate([lsoa, geography.find_lsoa(extra)])
    middle = np.vstack([middle, extra])
    return middle, geography.find_lsoa(middle, lsoa), spread


def _nearest_label(
    middle: Floats, label: npt.NDArray[np.object_], points: Floats
) -> npt.NDArray[np.object_]:
    return np.asarray(label[cKDTree(middle).query(points)[1]], dtype=object)


def _institutions(geography: Geography, total: float) -> Places:
    """Add police stations, where unplaced records land, and hospitals, which never rank."""
    town = geography.town_names
    stations = make_places(
        geography,
        geography.towns[:POLICE_STATIONS] + np.array([260.0, -140.0]),
        np.array([f"On or near {town[i]} Police Station" for i in range(3)], dtype=object),
        precision="default",
        is_default=True,
    )
    hospitals = make_places(
        geography,
        geography.towns[3 : 3 + HOSPITALS] + np.array([-820.0, 610.0]),
        np.array([f"On or near {town[i]} Hospital" for i in range(3, 6)], dtype=object),
        weight=0.002 * total,
        is_excluded=True,
    )
    return stations.join(hospitals)
