"""Give incidents their ward: by polygon, else by LSOA and lookup, else the nearest ward.

Every incident comes out exactly once, with the way it was placed, so totals are conserved.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.crs import require_bng


@dataclass(frozen=True)
class WardFinder:
    """What is needed to place incidents in wards.

    Parameters
    ----------
    wards : GeoDataFrame
        Current wards with code, edition and district_code, EPSG:27700.
    lsoa_wards : DataFrame
        ``lsoa_code`` to ``ward_code``, for LSOA codes of any edition, to current wards only;
        one row an LSOA (best fit).
    nearest_limit_m : float
        How far a point may lie from the ward it is given to when no lookup knows its LSOA.
    """

    wards: gpd.GeoDataFrame
    lsoa_wards: pd.DataFrame
    nearest_limit_m: float

    def place(self, incidents: pd.DataFrame) -> pd.DataFrame:
        """Say which ward each incident is counted in, and how that was found.

        A point on a shared edge belongs to the ward that comes first by code. A point inside
        no ward (coast, generalised edges) goes by the LSOA its source names, else to the
        nearest ward within the limit; an incident without a point goes by its LSOA; the rest
        have no ward.

        Parameters
        ----------
        incidents : DataFrame
            ``easting``, ``northing`` (metres, EPSG:27700, NaN if not located), ``lsoa_code``.

        Returns
        -------
        DataFrame
            ``ward_code``, ``ward_edition``, ``ward_by``, ``district_code``; same index.
        """
        require_bng(self.wards, "wards")
        count = len(incidents)
        row_of_ward = np.full(count, -1, dtype=np.int64)
        method = np.full(count, "none", dtype=object)
        x = incidents["easting"].to_numpy(dtype=float)
        y = incidents["northing"].to_numpy(dtype=float)
        points = pd.DataFrame({"x": x, "y": y})
        located = np.isfinite(x) & np.isfinite(y)

        unique = points[located].drop_duplicates(ignore_index=True)
        unique["ward"] = self._containing(unique["x"].to_numpy(), unique["y"].to_numpy())
        found = points.merge(unique, how="left", on=["x", "y"])["ward"].fillna(-1).to_numpy(int)
        row_of_ward[located] = found[located]
        method[row_of_ward >= 0] = "polygon"

        ward_rows = pd.Series(np.arange(len(self.wards)), index=self.wards["code"].to_numpy())
        lookup = self.lsoa_wards.set_index("lsoa_code")["ward_code"].map(ward_rows)
        by_code = incidents["lsoa_code"].map(lookup).fillna(-1).to_numpy(dtype=np.int64)
        use = (row_of_ward < 0) & (by_code >= 0)
        row_of_ward[use] = by_code[use]
        method[use] = "lookup"

        left = np.flatnonzero((row_of_ward < 0) & located)
        if left.size and len(self.wards) and self.nearest_limit_m > 0:
            tree = shapely.STRtree(self.wards.geometry.to_numpy())
            pairs = tree.query_nearest(
                shapely.points(x[left], y[left]),
                max_distance=self.nearest_limit_m,
                all_matches=False,
            )
            row_of_ward[left[pairs[0]]] = pairs[1]
            method[left[pairs[0]]] = "nearest"
        return self._describe(row_of_ward, method, incidents.index)

    def _containing(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        found = np.full(len(x), -1, dtype=np.int64)
        order = np.argsort(x, kind="stable")
        sorted_x = x[order]
        for row, ward in enumerate(self.wards.geometry.to_numpy()):
            min_x, min_y, max_x, max_y = ward.bounds
            low, high = np.searchsorted(sorted_x, [min_x, max_x + 1e-9])
            near = order[low:high]
            near = near[(y[near] >= min_y) & (y[near] <= max_y) & (found[near] < 0)]
            if near.size:
                shapely.prepare(ward)
                inside = shapely.intersects_xy(ward, x[near], y[near])
                found[near[inside]] = row
        return found

    def _describe(self, rows: np.ndarray, method: np.ndarray, index: pd.Index) -> pd.DataFrame:
        placed = rows >= 0
        columns = {}
        for name, source in (
            ("ward_code", "code"),
            ("ward_edition", "edition"),
            ("district_code", "district_code"),
        ):
            values = np.append(self.wards[source].to_numpy(dtype=object), "")
            columns[name] = values[np.where(placed, rows, len(self.wards))]
        columns["ward_by"] = method
        return pd.DataFrame(columns, index=index)


def chain_lsoa_to_ward(
    lsoa_to_ward: pd.DataFrame,
    lsoa_to_lsoa: pd.DataFrame,
    wards: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Make one table from LSOA codes of any edition to current wards.

    A direct lookup to a current ward wins, the newest edition first. An older LSOA goes by
    its successor; where it was split, by the successor that comes first by code, as best fit.
    A ward code counts as current if the current boundaries have it, whatever the edition of
    the lookup: ONS reuses a code only for an unchanged ward.

    Parameters
    ----------
    lsoa_to_ward, lsoa_to_lsoa : DataFrame
        As `geodata.store.areas.read_lookups` gives them.
    wards : GeoDataFrame
        Current wards.

    Returns
    -------
    DataFrame
        ``lsoa_code``, ``ward_code``; one row an LSOA code.
    """
    current = lsoa_to_ward[lsoa_to_ward["to_code"].isin(wards["code"])]
    direct = current.sort_values("to_edition", ascending=False, kind="stable")
    direct = direct.rename(columns={"from_code": "lsoa_code", "to_code": "ward_code"})
    direct = direct[["lsoa_code", "ward_code"]].drop_duplicates("lsoa_code")
    links = lsoa_to_lsoa[["from_code", "to_code"]].rename(
        columns={"from_code": "lsoa_code", "to_code": "newer"}
    )
    later = direct.rename(columns={"lsoa_code": "newer"})
    chained = links.merge(later, on="newer").sort_values(["lsoa_code", "newer"])
    both = pd.concat([direct, chained[["lsoa_code", "ward_code"]]], ignore_index=True)
    return both.drop_duplicates("lsoa_code", ignore_index=True)
