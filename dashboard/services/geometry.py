"""Polygons made small enough to send once: simplified together, rounded, as GeoJSON.

Only boundaries pass through here. Each feature carries a stable index, so that colours can be
sent later as one digit an area, without the polygons.
"""

import geopandas as gpd
import orjson
import shapely

from dashboard.permissions import handed
from geodata.crs import WGS84

SIMPLIFY_M = {"ward": 100.0, "lsoa": 60.0, "district": 150.0}
DECIMALS = 5


@handed
def simplify_areas(areas: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Simplify polygons so that neighbours keep their shared border.

    Parameters
    ----------
    areas : GeoDataFrame
        Shape `schemas.AREA_COLUMNS`, EPSG:27700.
    kind : str
        Kind of area; picks the tolerance in metres.

    Returns
    -------
    GeoDataFrame
        Same rows. Polygons that overlap or do not fit together are simplified one by one,
        which may open slivers but never loses an area.
    """
    if areas.empty:
        return areas
    tolerance = SIMPLIFY_M.get(kind, 100.0)
    shapes = shapely.make_valid(areas.geometry.to_numpy())
    if shapely.coverage_is_valid(shapes):
        simple = shapely.coverage_simplify(shapes, tolerance)
    else:
        simple = shapely.simplify(shapes, tolerance / 2, preserve_topology=True)
    lost = shapely.is_empty(simple)
    simple[lost] = shapes[lost]
    return areas.set_geometry(gpd.GeoSeries(simple, index=areas.index, crs=areas.crs))


@handed
def follow_wards(districts: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give districts the outline of their simplified wards, so that the two lines fall together.

    A district without wards keeps its own outline.
    """
    if wards.empty or districts.empty:
        return districts
    outlines = wards.dissolve("district_code").geometry
    shapes = districts["code"].map(outlines).rename("geometry")
    return districts.set_geometry(
        gpd.GeoSeries(shapes.where(shapes.notna(), districts.geometry), crs=districts.crs)
    )


@handed
def to_geojson(areas: gpd.GeoDataFrame) -> bytes:
    """Write areas as compact GeoJSON in WGS 84.

    Parameters
    ----------
    areas : GeoDataFrame
        Sorted as the pages list them; the position of a row becomes property ``i``.

    Returns
    -------
    bytes
        A FeatureCollection with properties i, code, name and district, 5 decimals (1 m).
    """
    turned = areas.geometry.to_crs(WGS84) if len(areas) else areas.geometry
    rounded = shapely.transform(turned.to_numpy(), lambda points: points.round(DECIMALS))
    features = [
        {
            "type": "Feature",
            "properties": {"i": i, "code": code, "name": name, "district": district},
            "geometry": orjson.loads(shape),
        }
        for i, (code, name, district, shape) in enumerate(
            zip(
                areas["code"],
                areas["name"],
                areas["district_code"],
                shapely.to_geojson(rounded),
                strict=True,
            )
        )
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})
