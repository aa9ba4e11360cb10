"""Turn a stored forecast into places to look at: the county rule over its highest cells."""

import math
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analytics.hotspots.candidates import APART_M
from analytics.hotspots.reasons import Card, explain_place
from analytics.hotspots.selection import leave_out
from analytics.hotspots.spacing import choose, lay_out
from dashboard.permissions import handed
from dashboard.services.explore import Held, usual_period
from dashboard.services.forecasts import StoredForecast
from dashboard.services.hotspot_cells import CellMap, draw_shapes
from dashboard.services.hotspots import name_places

NEAREST_WARD_M = 500.0
DRAWN_SHARE = 0.01
"""Share of the ground that is coloured: the highest cells."""


@dataclass(frozen=True)
class NextPlaces:
    """Where the most incidents are expected.

    Attributes
    ----------
    stored : StoredForecast
    table : DataFrame
        The list: spot, x, y, expected, low, high, ward, near, district, by_floor, area_ha,
        longitude, latitude and geometry (one cell).
    cells : CellMap
        The highest `DRAWN_SHARE` of the cells.
    expected_listed : float
        Incidents expected in the places of the list together.
    districts : tuple of str
        Codes of the districts that hold any of the highest cells.
    """

    stored: StoredForecast
    table: pd.DataFrame = field(repr=False)
    cells: CellMap
    expected_listed: float
    districts: tuple[str, ...]

    def row(self, spot: int | None) -> pd.Series | None:
        """Give the row of a place on the list."""
        found = self.table[self.table["spot"] == spot] if spot else self.table[:0]
        return found.iloc[0] if len(found) else None


@handed
def find_next(
    stored: StoredForecast,
    wards: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    districts: dict[str, str],
    district: str | None,
    slots: int,
) -> NextPlaces:
    """List the places with most incidents expected, 500 m apart and one in each district.

    Parameters
    ----------
    stored : StoredForecast
    wards, places : GeoDataFrame
        For names; EPSG:27700.
    districts : dict of str to str
        Names of districts by code.
    district : str, optional
        Code of the only district looked at.
    slots : int
        Places on the list.
    """
    cells = _with_wards(stored.cells, wards)
    # The cells come highest first, so the ones drawn are the head of all, not of a district.
    cells["drawn"] = np.arange(len(cells)) < math.ceil(DRAWN_SHARE * stored.said["cells"])
    if district:
        cells = cells[cells["district_code"] == district].reset_index(drop=True)
    half = stored.said["cell_m"] / 2
    shapes = shapely.box(cells["x"] - half, cells["y"] - half, cells["x"] + half, cells["y"] + half)
    cells = cells.assign(geometry=shapes, area_m2=stored.said["cell_m"] ** 2)
    codes = {code: at for at, code in enumerate(sorted(set(cells["district_code"]) - {""}))}
    number = cells["district_code"].map(codes).fillna(-1).to_numpy(dtype=np.int64)
    laid = lay_out(cells["x"], cells["y"], number, APART_M)
    order = np.arange(len(cells))
    listed = choose(laid, order, slots).chosen if len(cells) else ()
    plain = set(choose(laid, order, slots, floor=False).chosen) if len(cells) else set()
    table = cells.iloc[list(listed)].reset_index(drop=True)
    table.insert(0, "spot", range(1, len(table) + 1))
    table["by_floor"] = [place not in plain for place in listed]
    drawn = cells[cells["drawn"]]
    return NextPlaces(
        stored=stored,
        table=name_places(table, wards, places, districts),
        cells=draw_shapes(drawn["geometry"].to_numpy(), drawn["expected"].to_numpy()),
        expected_listed=float(table["expected"].sum()),
        districts=tuple(codes),
    )


@handed
def explain_next(found: NextPlaces, held: Held, spot: int) -> Card | None:
    """Explain a place of the list by what was reported in its cell in the latest months."""
    row = found.row(spot)
    if row is None:
        return None
    force = found.stored.run.scope
    incidents = held.incidents
    usable = leave_out(incidents[(incidents["force"] == force).to_numpy()]).frame
    inside = shapely.contains_xy(row["geometry"], usable["easting"], usable["northing"])
    months = held.months_of(force)
    return explain_place(usable[inside], period=usual_period(months), held=months)


def _with_wards(cells: pd.DataFrame, wards: gpd.GeoDataFrame) -> pd.DataFrame:
    points = shapely.points(cells["x"], cells["y"])
    tree = shapely.STRtree(wards.geometry.to_numpy())
    found = tree.query_nearest(
        points, max_distance=NEAREST_WARD_M, all_matches=False, return_distance=False
    )
    ward = pd.Series("", index=range(len(cells)))
    district = ward.copy()
    ward.iloc[found[0]] = wards["code"].to_numpy()[found[1]]
    district.iloc[found[0]] = wards["district_code"].to_numpy()[found[1]]
    return cells.reset_index(drop=True).assign(ward_code=ward, district_code=district)
