"""A small map of a ward within its district, as SVG that needs no colour and no basemap."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from dashboard.permissions import handed

SIDE = 300.0
MARGIN = 8.0
SCALES_KM = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True)
class Outline:
    """The map and what it shows.

    Attributes
    ----------
    svg : str
        Numbers and fixed words only; no name stands in it.
    words : str
        What is seen, for those who do not see it.
    scale_km : int
        Length of the bar drawn in the corner.
    """

    svg: str
    words: str
    scale_km: int


@handed
def draw_outline(wards: gpd.GeoDataFrame, ward_code: str) -> Outline | None:
    """Draw the wards of a district with one of them filled; None if there is no boundary.

    Parameters
    ----------
    wards : GeoDataFrame
        code, name, district_code, district; metres, EPSG:27700.
    ward_code : str
    """
    row = wards[wards["code"] == ward_code].iloc[0]
    near = wards[wards["district_code"] == row["district_code"]]
    shapes = near.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(shapes) or row.geometry is None or row.geometry.is_empty:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    scale = (SIDE - 2 * MARGIN) / max(east - west, north - south)
    width = (east - west) * scale + 2 * MARGIN
    foot = 14.0
    height = (north - south) * scale + 2 * MARGIN + foot
    origin = np.array([west, north])

    def path(shape: shapely.Geometry) -> str:
        parts = []
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type != "Polygon":
                continue
            for ring in [polygon.exterior, *polygon.interiors]:
                points = np.array(ring.coords)[:, :2]
                points = (points - origin) * np.array([scale, -scale]) + MARGIN
                parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
        return "".join(parts)

    fitting = [km for km in SCALES_KM if km * 1_000 * scale <= width / 2]
    scale_km = fitting[-1] if fitting else SCALES_KM[0]
    bar = scale_km * 1_000 * scale
    floor = height - 6
    every = "".join(f'<path d="{path(shape)}"/>' for shape in shapes)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}">'
        f'<g fill="#ffffff" stroke="#707070" stroke-width="0.9">{every}</g>'
        f'<path d="{path(row.geometry)}" fill="#2b2b2b" stroke="#000000" stroke-width="1.6"/>'
        f'<path d="M{MARGIN} {floor - 4:.1f}V{floor:.1f}H{MARGIN + bar:.1f}V{floor - 4:.1f}" '
        'fill="none" stroke="#000000" stroke-width="1.6"/></svg>'
    )
    words = (
        f"Map of the wards of {row['district'] or 'the district'}; {row['name']} is filled dark."
    )
    return Outline(svg, words, scale_km)
