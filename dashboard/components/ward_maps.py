"""A map of wards for pages about where to work: filled, hatched, numbered; no page, no store."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import orjson
import pandas as pd
import pydeck as pdk
import shapely

from dashboard.components import maps
from dashboard.components.classes import Classes
from dashboard.components.mapping import geometry_address
from dashboard.components.worry_maps import hatch
from dashboard.services.geometry import to_geojson
from dashboard.theme import MAP_HEIGHT, to_rgba

HEIGHT, WIDTH = 430, 400
LINES_ACROSS = 95
"""Hatch lines over the longer side of what is looked at."""


@dataclass(frozen=True)
class WardMarks:
    """What a ward map shows beside its colours; codes point at wards.

    Attributes
    ----------
    tips : sequence of sequence of str
        Lines of the tooltip of each ward, in the order of the wards.
    ranks : dict of str to int
        Number drawn on a ward, by its code.
    focus : str or None
        Code of the ward that is ringed.
    hatches : dict of int to (float, str)
        Slope in degrees and colour of the lines over a class: what its colour says, without
        colour.
    """

    tips: Sequence[Sequence[str]]
    ranks: dict[str, int]
    focus: str | None = None
    hatches: dict[int, tuple[float, str]] = field(default_factory=dict)


def build_map(
    wards: gpd.GeoDataFrame,
    classes: Classes,
    marks: WardMarks,
    *,
    district: str | None,
    districts_held: bool,
    version: str,
    tile_url: str,
) -> maps.CompactDeck:
    """Build the map: fill, hatch, outlines, numbers and the ring of the ward in focus.

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
    """
    ward, whole = (geometry_address(kind, version) for kind in ("ward", "district"))
    inside = wards[wards["district_code"] == district] if district else wards
    inside = inside if len(inside) else wards
    layers = [
        maps.area_layer(ward, classes),
        *_hatch(wards, classes, marks, inside.total_bounds.tolist()),
        maps.outline_layer(ward, "outlines", 0.6, alpha=150),
    ]
    if districts_held:
        layers.append(maps.outline_layer(whole, "district-outlines", 1.8))
    if marks.focus in set(wards["code"]):
        chosen = wards[wards["code"] == marks.focus]
        layers += maps.focus_layer(orjson.loads(to_geojson(chosen)))
    numbered = wards[wards["code"].isin(list(marks.ranks))]
    if len(numbered):
        places = pd.DataFrame(numbered[["longitude", "latitude"]])
        layers.append(maps.badge_layer(places.assign(rank=numbered["code"].map(marks.ranks))))
    west, south, east, north = inside.geometry.to_crs("EPSG:4326").total_bounds.tolist()
    # This map is lower than those that the view is made for.
    more = (north - south) * (MAP_HEIGHT / HEIGHT - 1) / 2
    view = maps.fit_view([west, south - more, east, north + more], WIDTH)
    return maps.build_deck(layers, view, maps.tooltip(marks.tips), based=bool(tile_url))


def _hatch(
    wards: gpd.GeoDataFrame, classes: Classes, marks: WardMarks, bounds: Sequence[float]
) -> list[pdk.Layer]:
    west, south, east, north = bounds
    gap_m = max(east - west, north - south, 1.0) / LINES_ACROSS
    layers = []
    for place, (degrees, colour) in marks.hatches.items():
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
