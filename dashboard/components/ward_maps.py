"""A map of wards: filled, hatched, numbered, with signal events; no page, no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pydeck as pdk
import shapely
import shapely.affinity

from dashboard.components import maps, signal_maps
from dashboard.components.classes import Classes
from dashboard.components.map_labels import thin_numbers
from dashboard.components.mapping import geometry_address
from dashboard.services.geometry import to_geojson
from dashboard.theme import MAP_HEIGHT, to_rgba
from geodata.crs import to_wgs84

WIDTH, HEIGHT = 400, 430
CLOSER = 0.08
"""Zoom that is added to the general view: a map beside a list has no width to leave empty."""

LINES_ACROSS = 95
"""Hatch lines over the longer side of what is looked at."""

MOST_NUMBERS = 10
Hatches = Mapping[int, tuple[float, str]]


@dataclass(frozen=True)
class WardMarks:
    """What a ward map shows beside its colours; codes point at wards.

    Attributes
    ----------
    tips : sequence of sequence of str
        Lines of the tooltip of each ward, in the order of the wards.
    ranks : dict of str to int
        Number drawn on a ward, by its code; left out where it would cover a smaller one.
    focus : str or None
        Code of the ward that is ringed.
    hatches : dict of int to (float, str)
        Slope in degrees and colour of the lines over a class: what its colour says, without
        colour.
    """

    tips: Sequence[Sequence[str]]
    ranks: dict[str, int]
    focus: str | None = None
    hatches: Hatches = field(default_factory=dict)


def build_map(
    wards: gpd.GeoDataFrame,
    classes: Classes,
    marks: WardMarks,
    *,
    district: str | None,
    districts_held: bool,
    version: str,
    tile_url: str,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    signals: pd.DataFrame | None = None,
) -> maps.CompactDeck:
    """Build the map: fill, hatch, outlines, signal events, numbers and the ring of the focus.

    Parameters
    ----------
    wards : GeoDataFrame
        In the order of the geometry that the server hands out.
    classes : Classes
        Class of each ward.
    marks : WardMarks
        What stands on the wards.
    district : str or None
        Code of the district that the map is fitted to.
    districts_held : bool
        Whether districts have boundaries to draw.
    version : str
        Data version, which makes the boundaries' address cacheable.
    tile_url : str
        Basemap of the settings, or empty.
    size : tuple of int
        Width and height that the view is fitted to, in pixels.
    signals : DataFrame, optional
        Signal events to draw, as for `signal_maps.signal_layers`.
    """
    ward, whole = (geometry_address(kind, version) for kind in ("ward", "district"))
    inside = wards[wards["district_code"] == district] if district else wards
    inside = inside if len(inside) else wards
    layers = [
        maps.area_layer(ward, classes),
        *_hatch(wards, classes, marks.hatches, inside.total_bounds.tolist()),
        maps.outline_layer(ward, "outlines", 0.6, alpha=150),
    ]
    if districts_held:
        layers.append(maps.outline_layer(whole, "district-outlines", 1.8))
    if signals is not None:
        layers += signal_maps.signal_layers(signals, filled=False)
    if marks.focus in set(wards["code"]):
        chosen = wards[wards["code"] == marks.focus]
        layers += maps.focus_layer(orjson.loads(to_geojson(chosen)))
    west, south, east, north = inside.geometry.to_crs("EPSG:4326").total_bounds.tolist()
    width, height = size
    # The view is made for maps of another height.
    more = (north - south) * (MAP_HEIGHT / height - 1) / 2
    view = maps.fit_view([west, south - more, east, north + more], width)
    view.zoom = round(view.zoom + CLOSER, 2)
    numbered = wards[wards["code"].isin(list(marks.ranks))]
    if len(numbered):
        places = pd.DataFrame(numbered[["longitude", "latitude"]])
        places = places.assign(rank=numbered["code"].map(marks.ranks))
        layers.append(maps.badge_layer(thin_numbers(places, view.zoom)))
    return maps.build_deck(layers, view, maps.tooltip(marks.tips), based=bool(tile_url))


def first_ranks(rows: pd.DataFrame) -> dict[str, int]:
    """Give the numbers of the first wards of a list (columns code, rank), by code."""
    first = rows[rows["rank"] <= MOST_NUMBERS]
    return {code: int(rank) for code, rank in zip(first["code"], first["rank"], strict=True)}


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


def _hatch(
    wards: gpd.GeoDataFrame, classes: Classes, hatches: Hatches, bounds: Sequence[float]
) -> list[pdk.Layer]:
    """Draw the lines that tell classes apart without colour.

    They are cut to the wards here, since a pattern in the browser would need an image from
    somewhere; they are as far apart as suits what is looked at (``bounds``, metres).
    """
    west, south, east, north = bounds
    gap_m = max(east - west, north - south, 1.0) / LINES_ACROSS
    layers = []
    for place, (degrees, colour) in hatches.items():
        marked = wards.geometry[classes.of_area == place]
        paths = hatch(shapely.union_all(marked.to_numpy()), degrees, gap_m) if len(marked) else []
        if paths:
            layers.append(
                pdk.Layer(
                    "PathLayer",
                    data=[{"p": path} for path in paths],
                    id=f"hatch-{place}",
                    pickable=False,
                    get_path="p",
                    get_color=to_rgba(colour, 235),
                    get_width=1.1,
                    width_units=pdk.types.String("pixels"),
                )
            )
    return layers
