"""Maps of hotspots and cells as pydeck layers built from frames; no page, no store.

Cells carry their own corners, a few thousand at most. What can be clicked is an all but
invisible disc over each number, since Streamlit dims the layer that something is chosen in.
"""

import html
from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk
import shapely

from dashboard.components import map_labels, maps
from dashboard.components.classes import Classes, classify
from dashboard.components.mapping import geometry_address
from dashboard.theme import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PLUM,
    RULE,
    TURQUOISE,
    to_rgba,
)
from geodata.crs import to_wgs84

SPOT_LAYER = "spots"
CLASS_COLOURS = {
    "new": ORANGE,
    "growing": PLUM,
    "lasting": BLUE,
    "fading": TURQUOISE,
    "sporadic": RULE,
}
CELL_RAMP = ("#A9CBEA", "#7DB5E6", "#4590CF", "#2073BC", BLUE)
"""Darker at its light end than the ramp of areas: a cell has no outline on a white map."""

FOCUS_M = 1_500.0
LARGEST_BADGES = 60


def classify_cells(cells: pd.DataFrame, measure: str = "count") -> Classes:
    """Sort the values of cells into classes; the cells are all shown."""
    values = cells["value"].to_numpy(dtype=float)
    found = classify(values, np.ones(len(values), dtype=bool), measure)
    return replace(found, colours=CELL_RAMP[-len(found.colours) :] if found.colours else ())


def classify_names(cells: pd.DataFrame) -> Classes:
    """Give the classes of named cells, in the order of `CLASS_COLOURS`."""
    names = cells["name"].to_numpy()
    present = [name for name in reversed(CLASS_COLOURS) if (names == name).any()]
    return Classes(
        colours=tuple(CLASS_COLOURS[name] for name in present),
        labels=tuple(name.capitalize() for name in present),
        sizes=tuple(int((names == name).sum()) for name in present),
        of_area=np.array([present.index(name) for name in names], dtype=np.int64),
    )


def cell_layer(cells: pd.DataFrame, classes: Classes, name: str = "cells") -> pdk.Layer:
    """Fill cells (column ``corners``, degrees) with the colour of their class."""
    colours = [to_rgba(colour) for colour in classes.colours]
    data = [
        {"p": corners, "c": colours[place]}
        for corners, place in zip(cells["corners"], classes.of_area.tolist(), strict=True)
        if place >= 0
    ]
    return pdk.Layer(
        "PolygonLayer",
        data=data,
        id=name,
        pickable=False,
        get_polygon="p",
        get_fill_color="c",
        # A line of the same colour keeps a cell visible where it is smaller than a pixel.
        stroked=True,
        get_line_color="c",
        get_line_width=1.5,
        line_width_units=pdk.types.String("pixels"),
    )


def area_layers(listed: pd.DataFrame, unlisted: pd.DataFrame) -> list[pdk.Layer]:
    """Draw the areas of hotspots: those on the list filled, the others as thin outlines."""
    layers = []
    for name, frame, fill, line in (
        ("spot-areas", listed, to_rgba(ORANGE, 110), to_rgba(INK)),
        ("other-areas", unlisted, to_rgba(PAPER, 0), to_rgba(MUTED, 200)),
    ):
        if len(frame):
            layers.append(
                pdk.Layer(
                    "PolygonLayer",
                    data=[{"p": ring} for ring in outer_rings(frame["geometry"])],
                    id=name,
                    pickable=False,
                    get_polygon="p",
                    get_fill_color=fill,
                    stroked=True,
                    get_line_color=line,
                    get_line_width=1.4 if name == "spot-areas" else 0.8,
                    line_width_units=pdk.types.String("pixels"),
                )
            )
    return layers


def outer_rings(shapes: Sequence[shapely.Polygon]) -> list[list[list[float]]]:
    """Give the outer ring of each polygon (metres, EPSG:27700) in rounded degrees."""
    outer = shapely.get_exterior_ring(np.asarray(shapes, dtype=object))
    points, which = shapely.get_coordinates(outer, return_index=True)
    # All at once: to set up the turning takes far longer than to turn.
    longitude, latitude = to_wgs84(points[:, 0], points[:, 1])
    ends = np.searchsorted(which, np.arange(1, len(outer)))
    return [
        part.tolist()
        for part in np.split(np.column_stack([longitude, latitude]).round(5), ends)
        if len(outer)
    ]


def number_layers(
    table: pd.DataFrame, tips: Sequence[str], zoom: float, spot: int | None = None
) -> list[pdk.Layer]:
    """Write the number of each place (spot, longitude, latitude) over a disc that can be clicked.

    Parameters
    ----------
    table : DataFrame
    tips : sequence of str
        Tooltip of each place; lines are parted by newlines.
    zoom : float
        Of the view: a number that would cover a smaller one is left out, its disc stays.
    spot : int, optional
        Number of the place in focus, which always stands.
    """
    data = [
        {"n": int(number), "p": [lon, lat], "t": _as_text(tip)}
        for number, lon, lat, tip in zip(
            table["spot"], table["longitude"].tolist(), table["latitude"].tolist(), tips,
            strict=True,
        )
    ]  # fmt: skip
    disc = pdk.Layer(
        "ScatterplotLayer",
        data=data,
        id=SPOT_LAYER,
        pickable=True,
        get_position="p",
        get_radius=14,
        radius_units=pdk.types.String("pixels"),
        get_fill_color=to_rgba(INK, 2),
    )
    named = table.head(LARGEST_BADGES).assign(rank=table["spot"])
    return [disc, maps.badge_layer(map_labels.thin_numbers(named, zoom, spot))]


def circle_layer(table: pd.DataFrame) -> pdk.Layer:
    """Ring the ground of outbreaks (longitude, latitude, radius_m)."""
    data = [
        {"p": [lon, lat], "r": radius}
        for lon, lat, radius in zip(
            table["longitude"].tolist(), table["latitude"].tolist(), table["radius_m"].tolist(),
            strict=True,
        )
    ]  # fmt: skip
    return pdk.Layer(
        "ScatterplotLayer",
        data=data,
        id="outbreaks",
        pickable=False,
        get_position="p",
        get_radius="r",
        radius_min_pixels=9,
        filled=False,
        stroked=True,
        get_line_color=to_rgba(PLUM),
        get_line_width=3,
        line_width_units=pdk.types.String("pixels"),
    )


def build_map(
    layers: Sequence[pdk.Layer],
    places: pd.DataFrame,
    tips: Sequence[str],
    *,
    version: str,
    districts_held: bool,
    bounds: Sequence[float],
    focus: pd.Series | None,
    tile_url: str,
) -> maps.CompactDeck:
    """Put layers under ward outlines and the numbers of places, and fit the view.

    Parameters
    ----------
    layers : sequence of Layer
        From the ground up.
    places, tips
        As `number_layers` takes them.
    version : str
        Data version, which makes the boundaries' address cacheable.
    districts_held : bool
        Whether districts have boundaries to draw.
    bounds : sequence of float
        West, south, east and north in degrees of what is looked at.
    focus : Series, optional
        Place in focus with x, y, geometry: the view closes in on it and it is ringed.
    tile_url : str
        Basemap of the settings, or empty.
    """
    ward, district = (geometry_address(kind, version) for kind in ("ward", "district"))
    ground = [maps.outline_layer(ward, "outlines", 0.5, alpha=110)]
    if districts_held:
        ground.append(maps.outline_layer(district, "district-outlines", 1.6))
    ringed: list[pdk.Layer] = []
    if focus is not None:
        ring = outer_rings([focus["geometry"]])[0]
        ringed = maps.focus_layer(
            {"type": "Feature", "properties": {},
             "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )  # fmt: skip
        west_east, south_north = to_wgs84(
            [focus["x"] - FOCUS_M, focus["x"] + FOCUS_M],
            [focus["y"] - FOCUS_M, focus["y"] + FOCUS_M],
        )
        bounds = [west_east[0], south_north[0], west_east[1], south_north[1]]
    view = maps.fit_view(bounds)
    over = number_layers(places, tips, view.zoom, None if focus is None else int(focus["spot"]))
    tip = {
        "html": '<div style="white-space:pre">{t}</div>',
        "style": {
            "backgroundColor": PAPER,
            "color": INK,
            "border": f"2px solid {BLUE}",
            "fontSize": "13px",
            "padding": "6px 10px",
        },
    }
    return maps.build_deck([*layers, *ground, *ringed, *over], view, tip, based=bool(tile_url))


def find_bounds(areas: gpd.GeoDataFrame, districts: Sequence[str]) -> list[float]:
    """Give west, south, east and north of the areas of some districts, or of all."""
    inside = areas[areas["district_code"].isin(districts)]
    chosen = inside if len(inside) else areas
    return chosen.geometry.to_crs("EPSG:4326").total_bounds.tolist()


def _as_text(tip: str) -> str:
    return html.escape(tip).replace("{", "(").replace("}", ")")
