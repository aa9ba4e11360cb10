"""Placing held incidents: build the ward finder from the store, and place again after new areas."""

import geopandas as gpd
import pandas as pd

from geodata.joins import WardFinder, chain_lsoa_to_ward
from geodata.store.areas import read_areas, read_lookups
from geodata.store.database import Database, Transaction
from geodata.store.incidents import read_for_placing, write_places


def make_finder(database: Database, nearest_limit_m: float) -> WardFinder:
    """Build the finder from the current wards and every lookup held.

    A ward file without districts gets them from a ward-to-district lookup.

    Parameters
    ----------
    database : Database
        As seen by the open transaction, if there is one.
    nearest_limit_m : float
        How far a point may lie from the ward it is given to.
    """
    wards = read_areas(database, "ward")
    districts = read_lookups(database, "ward", "district").drop_duplicates("from_code", keep="last")
    known = dict(zip(districts["from_code"], districts["to_code"], strict=True))
    wards["district_code"] = [
        given or known.get(code, "")
        for code, given in zip(wards["code"], wards["district_code"], strict=True)
    ]
    lookup = chain_lsoa_to_ward(
        read_lookups(database, "lsoa", "ward"), read_lookups(database, "lsoa", "lsoa"), wards
    )
    return WardFinder(wards, lookup, nearest_limit_m)


def fill_lsoas(incidents: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> pd.Series:
    """Give each incident a current LSOA: the one its source names, else the one it lies in.

    A code of an older edition, or none at all, is replaced by the LSOA around the point; where
    there is no point, or it lies in no LSOA, the source's code stays.

    Parameters
    ----------
    incidents : DataFrame
        ``easting``, ``northing`` (metres, EPSG:27700), ``lsoa_code``.
    lsoas : GeoDataFrame
        Current LSOAs, EPSG:27700.
    """
    codes = incidents["lsoa_code"]
    open_rows = incidents[~codes.isin(lsoas["code"])]
    if lsoas.empty or open_rows.empty:
        return codes
    none = pd.DataFrame({"lsoa_code": [], "ward_code": []})
    inside = WardFinder(lsoas, none, 0).place(open_rows)["ward_code"]
    found = inside[inside.ne("")]
    filled = codes.astype(object).copy()
    filled.loc[found.index] = found
    return filled


def place_again(
    database: Database, connection: Transaction, nearest_limit_m: float
) -> tuple[int, int]:
    """Give every held incident its ward anew, after boundaries or lookups changed.

    Returns
    -------
    held, changed : int
        Incidents held, and those whose ward or way of placing changed.
    """
    seen = database.inside(connection)
    held = read_for_placing(seen)
    if held.empty:
        return 0, 0
    placed = make_finder(seen, nearest_limit_m).place(held)
    placed["lsoa_code"] = fill_lsoas(held, read_areas(seen, "lsoa"))
    same = pd.Series(True, index=held.index)
    for column in placed.columns:
        same &= placed[column].to_numpy() == held[column].to_numpy()
    changed = placed[~same].assign(id=held["id"][~same])
    write_places(connection, changed)
    return len(held), len(changed)
