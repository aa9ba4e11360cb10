"""The map of the Crime and worry page: quadrants by colour and hatch, signal events by radius."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pydeck as pdk
import shapely
import shapely.affinity

from dashboard.components import maps
from dashboard.components.classes import Classes
from dashboard.components.mapping import geometry_address
from dashboard.components.quadrant_style import LOOKS, Look
from dashboard.services.geometry import to_geojson
from dashboard.theme import INK, PAPER, to_rgba
from dashboard.theme import MAP_HEIGHT as THEIR_HEIGHT
from geodata.crs import to_wgs84

HEIGHT, WIDTH = 370, 470
LINES_ACROSS = 95
"""Hatch lines over the longer side of what is looked at."""

MOST_BADGES = 10


def classify(
    quadrants: Sequence[str], shown: npt.NDArray[np.bool_], names: dict[str, str]
) -> Classes:
    """Give each ward the class of its quadrant; wards left out have none."""
    order = list(LOOKS)
    place = np.array([order.index(quadrant) for quadrant in quadrants], dtype=np.int64)
    of_area = np.where(shown, place, -2)
    return Classes(
        colours=tuple(LOOKS[each].colour for each in order),
        labels=tuple(names[each] for each in order),
        sizes=tuple(int((of_area == number).sum()) for number in range(len(order))),
        of_area=of_area,
    )


def build_map(
    wards: gpd.GeoDataFrame,
    classes: Classes,
    tips: Sequence[Sequence[str]],
    *,
    ranks: dict[str, int],
    focus: str | None,
    district: str | None,
    districts_held: bool,
    signals: pd.DataFrame | None,
    version: str,
    tile_url: str,
    looks: Mapping[str, Look] = LOOKS,
) -> maps.CompactDeck:
    """Build the map: fill, hatch, outlines, signal events, numbers, the ring of the ward in focus.

    Parameters
    ----------
    wards : GeoDataFrame
        In the order of the geometry that the server hands out.
    classes : Classes
        From `classify`.
    tips : sequence of sequence of str
        Lines of each ward's tooltip.
    ranks : dict of str to int
        Number of the first wards of the list, by code.
    focus, district : str or None
        Codes of the ward that is ringed and the district that the map is fitted to.
    districts_held : bool
        Whether districts have boundaries to draw.
    signals : DataFrame or None
        Signal events: number, easting, northing, radius_m; None draws none.
    version : str
        Data version, which makes the boundaries' address cacheable.
    tile_url : str
        Basemap of the settings, or empty.
    looks : mapping of str to Look
        How each class is drawn, in the order of the classes.
    """
    ward, whole = (geometry_address(kind, version) for kind in ("ward", "district"))
    inside = wards[wards["district_code"] == district] if district else wards
    inside = inside if len(inside) else wards
    layers = [
        maps.area_layer(ward, classes),
        *hatch_layers(wards, classes, inside.total_bounds.tolist(), looks),
        maps.outline_layer(ward, "outlines", 0.6, alpha=150),
    ]
    if districts_held:
        layers.append(maps.outline_layer(whole, "district-outlines", 1.8))
    if signals is not None and len(signals):
        layers += signal_layers(signals)
    if focus is not None and (wards["code"] == focus).any():
        layers += maps.focus_layer(orjson.loads(to_geojson(wards[wards["code"] == focus])))
    numbered = wards[wards["code"].isin(list(ranks))]
    if len(numbered):
        rank = numbered["code"].map(ranks)
        places = pd.DataFrame(numbered[["longitude", "latitude"]]).assign(rank=rank)
        layers.append(maps.badge_layer(places))
    bounds = inside.geometry.to_crs("EPSG:4326").total_bounds.tolist()
    return maps.build_deck(
        layers, maps.fit_view(_heighten(bounds), WIDTH), maps.tooltip(tips), based=bool(tile_url)
    )


def _heighten(bounds: Sequence[float]) -> list[float]:
    """Widen the bounds to north and south, since this map is lower than the others."""
    west, south, east, north = bounds
    more = (north - south) * (THEIR_HEIGHT / HEIGHT - 1) / 2
    return [west, south - more, east, north + more]


def hatch_layers(
    wards: gpd.GeoDataFrame,
    classes: Classes,
    bounds: Sequence[float],
    looks: Mapping[str, Look] = LOOKS,
) -> list[pdk.Layer]:
    """Draw the lines that tell quadrants apart without colour.

    The lines are cut to the wards here, since a pattern in the browser would need an image from
    somewhere; they are as far apart as suits what is looked at (``bounds``, metres).
    """
    west, south, east, north = bounds
    gap = max(east - west, north - south, 1.0) / LINES_ACROSS
    layers = []
    for number, (name, look) in enumerate(looks.items()):
        marked = wards.geometry[classes.of_area == number]
        if look.hatch_degrees is None or marked.empty:
            continue
        paths = hatch(shapely.union_all(marked.to_numpy()), look.hatch_degrees, gap)
        if not paths:
            continue
        layers.append(
            pdk.Layer(
                "PathLayer",
                data=[{"p": path} for path in paths],
                id=f"hatch-{name}",
                pickable=False,
                get_path="p",
                get_color=to_rgba(look.hatch_colour, 235),
                get_width=1.1,
                width_units=pdk.types.String("pixels"),
            )
        )
    return layers


def hatch(area: shapely.Geometry, degrees: float, gap_m: float) -> list[list[list[float]]]:
    """Give parallel lines over an area (EPSG:27700) as paths in degrees.

    Parameters
    ----------
    area : Geometry
        Polygon or MultiPolygon in metres.
    degrees : float
        Slope of the lines, anticlockwise from the east.
    gap_m : float
        Distance between two lines.
    """
    turned = shapely.affinity.rotate(area, -degrees, origin=(0, 0))
    west, south, east, north = turned.bounds
    # On multiples of the gap, so that the lines of neighbours meet.
    heights = np.arange(np.ceil(south / gap_m), np.floor(north / gap_m) + 1) * gap_m
    if not len(heights):
        return []
    ends = np.stack(
        [
            np.column_stack([np.full(len(heights), west - 1), heights]),
            np.column_stack([np.full(len(heights), east + 1), heights]),
        ],
        axis=1,
    )
    shapely.prepare(turned)
    cut = shapely.intersection(shapely.linestrings(ends), turned)
    parts = shapely.get_parts(shapely.get_parts(cut))
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts = parts[is_line & ~shapely.is_empty(parts)]
    if not len(parts):
        return []
    first, last = (shapely.get_coordinates(shapely.get_point(parts, end)) for end in (0, -1))
    ends = np.concatenate([first, last])
    slope = np.radians(degrees)
    lon, lat = to_wgs84(
        ends[:, 0] * np.cos(slope) - ends[:, 1] * np.sin(slope),
        ends[:, 0] * np.sin(slope) + ends[:, 1] * np.cos(slope),
    )
    both = np.column_stack([np.round(lon, 5), np.round(lat, 5)])
    paths: list[list[list[float]]] = np.stack([both[: len(parts)], both[len(parts) :]], 1).tolist()
    return paths


def signal_layers(signals: pd.DataFrame) -> list[pdk.Layer]:
    """Draw signal events as rings of the ground they reach, each with its letter and number."""
    lon, lat = to_wgs84(signals["easting"], signals["northing"])
    data = [
        {"p": [round(x, 5), round(y, 5)], "r": radius, "t": f"S{number}"}
        for x, y, radius, number in zip(
            np.asarray(lon).tolist(), np.asarray(lat).tolist(),
            signals["radius_m"].astype(float).tolist(), signals["number"].tolist(), strict=True,
        )
    ]  # fmt: skip
    rings = [
        pdk.Layer(
            "ScatterplotLayer",
            data=data,
            id=f"signals-{place}",
            pickable=False,
            get_position="p",
            get_radius="r",
            radius_min_pixels=9,
            filled=False,
            stroked=True,
            get_line_color=to_rgba(colour),
            get_line_width=width,
            line_width_units=pdk.types.String("pixels"),
        )
        for place, (colour, width) in enumerate(((PAPER, 6), (INK, 2.5)))
    ]
    words = pdk.Layer(
        "TextLayer",
        data=data,
        id="signal-names",
        pickable=False,
        get_position="p",
        get_text="t",
        get_size=12,
        get_color=to_rgba(INK),
        background=True,
        get_background_color=to_rgba(PAPER, 230),
        get_border_color=to_rgba(INK),
        get_border_width=1,
        background_padding=[3, 1, 3, 1],
        font_family=pdk.types.String("Arial, sans-serif"),
        font_weight=700,
        character_set=pdk.types.String("auto"),
    )
    return [*rings, words]
