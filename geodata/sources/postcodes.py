"""Read a table of postcodes: which ward each lies in.

Takes the ONS Postcode Directory in its old and new column names (whole, or one file of its
folder for a postcode area, which loads far faster) and any table with a postcode and a ward
code, an LSOA code or coordinates.

Limits of the data: a postcode is placed by one point of it, so a long one may reach into the
next ward; a large user's postcode is placed where its mail goes.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.codes import read_ons_column
from geodata.crs import to_bng
from geodata.errors import ColumnsMissingError
from geodata.faults import Faults
from geodata.joins import WardFinder
from geodata.postcodes import read_postcode
from geodata.sources.named_columns import find_columns

ACCEPTED = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd", "pcd2", "post code"),
    "ward_code": ("osward", "ward", "admin ward", "admin ward code"),
    "lsoa_code": ("lsoa21", "lsoa", "lsoa11"),
    "easting": ("oseast1m", "east1m", "eastings"),
    "northing": ("osnrth1m", "north1m", "northings"),
    "longitude": ("long", "lng"),
    "latitude": ("lat",),
}


@dataclass(frozen=True)
class PostcodesRead:
    """Postcodes of a file that lie in a ward that is held.

    Attributes
    ----------
    table : DataFrame
        Shape `schemas.POSTCODE_COLUMNS`.
    elsewhere : int
        Postcodes in no ward that is held.
    by : dict of str to int
        How many were placed by the ward's code, by their point and by their LSOA.
    """

    table: pd.DataFrame
    elsewhere: int
    by: dict[str, int]


def read_postcode_file(
    frame: pd.DataFrame, name: str, faults: Faults, finder: WardFinder
) -> PostcodesRead:
    """Read postcodes with their ward.

    A ward code that is held counts first; else the ward around the point, since the code may be
    of another edition; else the ward of the LSOA.

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file.
    name : str
        File name for messages.
    faults : Faults
        Takes rows whose postcode is none, or stood before.
    finder : WardFinder
        Current wards and the lookup from LSOAs.

    Raises
    ------
    ColumnsMissingError
        If there is no postcode, or nothing that says where it lies.
    """
    accepted = {field: (*names, *_ons_names(frame, field)) for field, names in ACCEPTED.items()}
    found = find_columns(frame, accepted, ["postcode"], name)
    if not {"ward_code", "lsoa_code"} & set(found) and not (
        {"easting", "northing"} <= set(found) or {"longitude", "latitude"} <= set(found)
    ):
        raise ColumnsMissingError(
            f"{name} does not say where a postcode lies.",
            f"Columns are {', '.join(map(str, frame.columns))[:200]}; needed is a ward code "
            "(osward, WD25CD), an LSOA code (lsoa21) or coordinates.",
            "Export one of them with the postcodes.",
        )
    column = found["postcode"]
    codes = frame[column].map(lambda text: read_postcode(text) or "").astype("str")
    bad = codes.eq("")
    twice = codes.duplicated() & ~bad
    faults.add_rows(
        frame.index[bad], column, frame.loc[bad, column], "a whole postcode is accepted",
        personal=True,
    )  # fmt: skip
    faults.add_rows(
        frame.index[twice], column, frame.loc[twice, column], "each postcode once is accepted",
        personal=True,
    )  # fmt: skip
    good = frame[~(bad | twice)]
    lsoas = good[found["lsoa_code"]].str.strip() if "lsoa_code" in found else _blank(good)
    wards = good[found["ward_code"]].str.strip() if "ward_code" in found else _blank(good)
    wards = wards.where(wards.isin(finder.wards["code"]), "")
    by = {"code": int(wards.ne("").sum())}
    east, north = _points(good, found)
    rest = pd.DataFrame({"easting": east, "northing": north, "lsoa_code": lsoas})[wards.eq("")]
    placed = WardFinder(finder.wards, finder.lsoa_wards, 0).place(rest)
    by |= {way: int((placed["ward_by"] == way).sum()) for way in ("polygon", "lookup")}
    wards = wards.copy()
    wards.loc[placed.index] = placed["ward_code"].astype("str")
    table = pd.DataFrame({"postcode": codes[good.index], "ward_code": wards, "lsoa_code": lsoas})
    held = table["ward_code"].ne("")
    return PostcodesRead(table[held].reset_index(drop=True), int((~held).sum()), by)


def _ons_names(frame: pd.DataFrame, field: str) -> list[str]:
    kind = {"ward_code": "ward", "lsoa_code": "lsoa"}.get(field)
    named = {str(column): read_ons_column(str(column)) for column in frame.columns}
    mine = [(o.edition, c) for c, o in named.items() if o and o.is_code and o.kind == kind]
    return [column.casefold() for _, column in sorted(mine, reverse=True)]


def _points(frame: pd.DataFrame, found: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    def numbers(field: str) -> np.ndarray:
        return pd.to_numeric(frame[found[field]], errors="coerce").to_numpy(dtype=float)

    if {"easting", "northing"} <= set(found):
        return numbers("easting"), numbers("northing")
    if {"longitude", "latitude"} <= set(found):
        longitude, latitude = numbers("longitude"), numbers("latitude")
        # The directory writes 99.999999 where it knows no point.
        known = latitude < 99
        return to_bng(np.where(known, longitude, np.nan), np.where(known, latitude, np.nan))
    nothing = np.full(len(frame), np.nan)
    return nothing, nothing


def _blank(frame: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=frame.index, dtype="str")
