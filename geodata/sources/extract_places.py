"""Places of an extract: coordinates checked, the key of each place, and its address sealed."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses import describe_address, pseudonyms
from geodata.crs import (
    BNG,
    EASTING_RANGE,
    LATITUDE_RANGE,
    LONGITUDE_RANGE,
    NORTHING_RANGE,
    WGS84,
    transform,
)
from geodata.faults import Faults
from geodata.schemas import LOCATION_COLUMNS
from geodata.sealing import get_key_ring
from geodata.sources.extract_columns import column_of
from geodata.sources.mapping import Mapping

LABEL_LENGTH = 100
_LIKE_AN_ADDRESS = (
    r"(?i)^\s*(?:flat|apartment|apt|unit)\s*\w+|^\s*\d+[a-z]?\s*[,\s]\s*[a-z]"
    r"|\b[a-z]{1,2}\d[\da-z]?\s?\d[a-z]{2}\b"
)

BoolArray = npt.NDArray[np.bool_]


def read_coordinates(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults
) -> tuple[pd.Series, pd.Series]:
    """Give easting and northing of each row, NaN where there is none.

    A row without coordinates is not a fault. Faults are: only one of the two, not a number,
    0,0, swapped, and outside England and Wales.

    Returns
    -------
    easting, northing : Series of float64
        Metres in EPSG:27700, aligned with ``frame``.
    """
    pair = mapping.coordinate_fields
    if pair is None:
        missing = pd.Series(np.nan, index=frame.index)
        return missing, missing.copy()
    names = [mapping.columns[field] for field in pair]
    texts = [frame[name].str.strip() for name in names]
    numbers = [pd.to_numeric(text, errors="coerce").to_numpy(dtype=float) for text in texts]
    blank = [text.eq("").to_numpy() for text in texts]
    bad = np.zeros(len(frame), dtype=bool)
    for place, name in enumerate(names):
        unread = ~blank[place] & ~np.isfinite(numbers[place])
        _add(faults, frame, unread, name, "a number is accepted")
        alone = blank[place] & ~blank[1 - place]
        _add(faults, frame, alone, name, "a number beside the other coordinate is accepted")
        bad |= unread | alone
    x, y = (np.where(bad, np.nan, number) for number in numbers)
    both = f"{names[0]}, {names[1]}"
    zero = (x == 0) & (y == 0)
    _add(
        faults, frame, zero, both, "a place other than 0, 0 is accepted; leave it blank if unknown"
    )
    x, y = np.where(zero, np.nan, x), np.where(zero, np.nan, y)
    held = np.isfinite(x)
    easting, northing, inside = _to_bng_inside(mapping.crs, x, y)
    outside = held & ~inside
    swapped = np.zeros(len(frame), dtype=bool)
    if outside.any():
        swapped[outside] = _to_bng_inside(mapping.crs, y[outside], x[outside])[2]
        words = f"it looks swapped: {pair[0]} first, then {pair[1]} is accepted"
        _add(faults, frame, swapped, both, words)
        _add(
            faults,
            frame,
            outside & ~swapped,
            both,
            f"a place in England or Wales in {mapping.crs} is accepted",
        )
    easting[~inside], northing[~inside] = np.nan, np.nan
    return pd.Series(easting, index=frame.index), pd.Series(northing, index=frame.index)


def _to_bng_inside(
    crs: str, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], BoolArray]:
    """Give National Grid coordinates and which of them lie in England and Wales."""
    if crs == WGS84:
        plausible = _within(x, LONGITUDE_RANGE) & _within(y, LATITUDE_RANGE)
        x, y = np.where(plausible, x, np.nan), np.where(plausible, y, np.nan)
    easting, northing = (np.array(part) for part in transform(crs, x, y))
    inside = _within(easting, EASTING_RANGE) & _within(northing, NORTHING_RANGE)
    if crs == BNG:
        # Degrees in metre columns fall near the grid's origin, far out at sea.
        inside &= ~((easting < 1_000) & (northing < 1_000))
    return easting, northing, inside


def _within(values: npt.NDArray[np.float64], limits: tuple[float, float]) -> BoolArray:
    with np.errstate(invalid="ignore"):
        return (values >= limits[0]) & (values <= limits[1])


def _add(faults: Faults, frame: pd.DataFrame, where: BoolArray, name: str, reason: str) -> None:
    if not where.any():
        return
    names = [one for one in name.split(", ") if one in frame.columns] or [name]
    names = [name] if name in frame.columns else names
    values = frame.loc[where, names].agg(", ".join, axis=1) if len(names) > 1 else None
    faults.add_rows(
        frame.index[where], name, frame.loc[where, names[0]] if values is None else values, reason
    )


def read_places(
    frame: pd.DataFrame, mapping: Mapping, faults: Faults, easting: pd.Series, northing: pd.Series
) -> pd.DataFrame:
    """Give each row's place: location_key, uprn_key, label and whether the key is of an address.

    A row with a UPRN or an address has their key; one with coordinates only has the key of
    that point, to the metre; any other has "".

    Returns
    -------
    DataFrame
        Columns location_key, uprn_key, label, is_address, sealed_address, postcode_key,
        block_key; aligned with ``frame``.
    """
    homes = read_homes(frame, mapping, faults)
    key = homes["location_key"]
    is_address = key.ne("")
    located = easting.notna() & ~is_address
    points = (
        "pt-"
        + easting[located].round().astype("int64").astype("str")
        + "-"
        + northing[located].round().astype("int64").astype("str")
    )
    key = key.where(~located, points.reindex(key.index, fill_value=""))
    label = column_of(frame, mapping, "location").str.slice(0, LABEL_LENGTH)
    like_address = label.str.contains(_LIKE_AN_ADDRESS, regex=True)
    if like_address.any():
        faults.note(
            "location: looks like an address, so it was not kept as a place name",
            int(like_address.sum()),
        )
        label = label.mask(like_address, "")
    return homes.assign(location_key=key, label=label, is_address=is_address)


def read_homes(frame: pd.DataFrame, mapping: Mapping, faults: Faults) -> pd.DataFrame:
    """Give the keys and the seal of each row's address; each distinct one is read once.

    Only pseudonyms and seals of an address or postcode come back. A postcode that stands in a
    column of its own is put behind an address that lacks it; alone it is no home.

    Returns
    -------
    DataFrame
        location_key (of the UPRN, else the address, else ""), uprn_key, sealed_address,
        postcode_key, block_key; aligned with ``frame``. Zeros before a UPRN do not count.
    """
    uprn = column_of(frame, mapping, "uprn").str.replace(r"\.0$", "", regex=True)
    odd = uprn.ne("") & ~uprn.str.fullmatch(r"\d{1,12}")
    if odd.any():
        faults.note("uprn: not 1 to 12 digits, read as not known", int(odd.sum()))
    uprn = uprn.mask(odd, "").str.lstrip("0")
    address = column_of(frame, mapping, "address")
    postcode = column_of(frame, mapping, "postcode")
    columns = ["location_key", "sealed_address", "postcode_key", "block_key"]
    if not (uprn.ne("") | address.ne("") | postcode.ne("")).any():
        return pd.DataFrame("", index=uprn.index, columns=[*columns, "uprn_key"], dtype="str")
    lacking = address.ne("") & postcode.ne("") & ~_ends_with(address, postcode)
    whole = address.where(~lacking, address + ", " + postcode).mask(address.eq(""), postcode)
    codes, distinct = pd.factorize(whole)
    ring = get_key_ring()
    described = [describe_address("", text) for text in distinct]
    sealed = [ring.seal(text) for text in distinct]
    by_text = pd.DataFrame(
        [
            (keys.location_key, seal, keys.postcode_key, keys.block_key)
            for keys, seal in zip(described, sealed, strict=True)
        ],
        columns=columns,
        dtype="str",
    )
    homes = by_text.take(codes).set_axis(uprn.index, axis=0)
    for column in ("location_key", "sealed_address", "block_key"):
        homes[column] = homes[column].mask(address.eq(""), "")
    homes["uprn_key"] = _uprn_keys(uprn)
    homes["location_key"] = homes["location_key"].mask(uprn.ne(""), homes["uprn_key"])
    homes["postcode_key"] = homes["postcode_key"].mask(homes["location_key"].eq(""), "")
    return homes


def _ends_with(address: pd.Series, postcode: pd.Series) -> pd.Series:
    tight = address.str.replace(" ", "").str.casefold()
    ends = [
        one.endswith(other)
        for one, other in zip(tight, postcode.str.replace(" ", "").str.casefold(), strict=True)
    ]
    return pd.Series(ends, index=address.index, dtype="bool")


def _uprn_keys(uprn: pd.Series) -> pd.Series:
    codes, distinct = pd.factorize(uprn)
    keys = np.array(pseudonyms("uprn", distinct), dtype=object)
    return pd.Series(keys[codes], index=uprn.index, dtype="str")


def collect_locations(incidents: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Give one row a place, with schemas.LOCATION_COLUMNS.

    What is first said of a place counts: coordinates, label and sealed address.
    """
    texts = ["label", "sealed_address", "postcode_key", "block_key"]
    joined = incidents[["location_key", "easting", "northing", "location_precision"]].assign(
        uprn_key=places["uprn_key"],
        **{name: places[name].where(places[name].ne("")).astype("object") for name in texts},
    )
    joined = joined[joined["location_key"].ne("")]
    found = joined.groupby("location_key", sort=True).agg(
        uprn_key=("uprn_key", "first"),
        easting=("easting", "first"),
        northing=("northing", "first"),
        precision=("location_precision", "first"),
        **{name: (name, "first") for name in texts},
    )
    found = found.reset_index().assign(is_excluded=False, is_default_geocode=False)
    found["is_default_geocode"] = found["precision"].eq("default")
    for name in texts:
        found[name] = found[name].fillna("").astype("str")
    return found[list(LOCATION_COLUMNS)]


def collect_homes(homes: pd.DataFrame) -> pd.DataFrame:
    """Give one row a home without coordinates, with schemas.LOCATION_COLUMNS.

    Calls and cases say at which address, and not where on the map that is.
    """
    found = homes[homes["location_key"].ne("")].drop_duplicates("location_key", ignore_index=True)
    found = found.assign(
        easting=np.nan, northing=np.nan, precision="none", is_excluded=False,
        is_default_geocode=False, label="",
    )  # fmt: skip
    return found[list(LOCATION_COLUMNS)]
