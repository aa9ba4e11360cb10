"""Signal events on a map: a circle as wide as each reaches, with its number; no page, no store.

`signal_layers` stands over any map of wards; `build_map` is the map of the page of its own.
"""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk
import shapely

from dashboard.components import map_labels, maps
from dashboard.components.mapping import geometry_address
from dashboard.theme import INK, MAP_HEIGHT, ORANGE, to_rgba
from geodata.crs import BNG, WGS84, to_wgs84

NAME_SIZE = 12
BAR_SHARE = 0.3
"""Most of the map's width that its scale bar takes."""
BAR_AT_PX = (22, 34)
"""Where the bar begins: from the left and from the foot of the map."""
EQUATOR_M = 40_075_017
WIDTH, HEIGHT = 350, MAP_HEIGHT


def signal_layers(signals: pd.DataFrame, *, filled: bool = True) -> list[pdk.Layer]:
    """Draw signal events as circles on the ground with their numbers.

    Parameters
    ----------
    signals : DataFrame
        id, easting, northing, radius_m and, if there, state: one that is over has no fill.
    filled : bool, default True
        False leaves all circles empty, for a map whose colours say something else.
    """
    if signals.empty:
        return []
    longitude, latitude = to_wgs84(signals["easting"], signals["northing"])
    states = signals["state"] if "state" in signals else pd.Series("running", signals.index)
    data = [
        {"p": [round(lon, 5), round(lat, 5)], "r": radius, "f": to_rgba(ORANGE, alpha)}
        for lon, lat, radius, alpha in zip(
            longitude.tolist(), latitude.tolist(), signals["radius_m"].tolist(),
            np.where(filled & (states == "running"), 70, 0).tolist(), strict=True,
        )
    ]  # fmt: skip
    circles = pdk.Layer(
        "ScatterplotLayer",
        data=data,
        id="signal-events",
        pickable=False,
        get_position="p",
        get_radius="r",
        radius_units=pdk.types.String("meters"),
        radius_min_pixels=5,
        get_fill_color="f",
        stroked=True,
        get_line_color=to_rgba(INK),
        get_line_width=1.5 if filled else 2.5,
        line_width_units=pdk.types.String("pixels"),
    )
    named = pd.DataFrame(
        {"name": signals["id"].map("S{}".format), "longitude": longitude, "latitude": latitude}
    )
    numbers = maps.label_layer(named, "signal-numbers", 12)
    # Above the middle, so that a small circle is not hidden by its number.
    numbers.get_pixel_offset = [0, -17]
    return [circles, numbers]


def build_map(
    signals: pd.DataFrame,
    wards: gpd.GeoDataFrame,
    *,
    chosen: int | None,
    districts_held: bool,
    version: str,
    tile_url: str,
) -> maps.CompactDeck:
    """Build the map of signal events over the outlines of wards, with a scale bar.

    It is fitted to the wards that the chosen event reaches, named where a name can stand, or to
    all.

    Parameters
    ----------
    signals : DataFrame
        As for `signal_layers`.
    wards : GeoDataFrame
        Current wards.
    chosen : int or None
        Number of the event in focus.
    districts_held : bool
        Whether districts have boundaries to draw.
    version : str
        Data version, which makes the boundaries' address cacheable.
    tile_url : str
        Basemap of the settings, or empty.
    """
    layers = [maps.outline_layer(geometry_address("ward", version), "outlines", 0.6, alpha=150)]
    if districts_held:
        district = geometry_address("district", version)
        layers.append(maps.outline_layer(district, "district-outlines", 1.8))
    layers += signal_layers(signals)
    at = signals[signals["id"] == chosen]
    if at.empty:
        seen, near = wards.geometry, wards.iloc[:0]
    else:
        middle = shapely.Point(float(at["easting"].iloc[0]), float(at["northing"].iloc[0]))
        reached = middle.buffer(float(at["radius_m"].iloc[0]))
        distances = wards.geometry.distance(middle)
        near = wards.loc[distances.sort_values().index]
        near = near[near.geometry.intersects(reached)]
        seen = gpd.GeoSeries([reached, *near.geometry], crs=BNG)
    view = maps.fit_view(seen.to_crs(WGS84).total_bounds.tolist(), WIDTH)
    if len(near):
        longitude, latitude = to_wgs84(at["easting"], at["northing"])
        numbers = pd.DataFrame({"longitude": longitude, "latitude": latitude})
        names = map_labels.place_names(pd.DataFrame(near), numbers, view.zoom, NAME_SIZE)
        # Over the circles, below the numbers.
        layers.insert(-1, maps.label_layer(names, "names", NAME_SIZE))
    return maps.build_deck([*layers, *scale_layers(view)], view, None, based=bool(tile_url))


def scale_layers(view: pdk.ViewState) -> list[pdk.Layer]:
    """Draw a bar of a round number of metres at the foot of a map of `WIDTH` by `HEIGHT`.

    It lies on the ground, so it stays right when the map is moved or made larger.
    """
    world = 512 * 2**view.zoom
    metres_per_px = EQUATOR_M * math.cos(math.radians(view.latitude)) / world
    length = round_down(BAR_SHARE * WIDTH * metres_per_px)
    across = (BAR_AT_PX[0] - WIDTH / 2) / world
    north = math.asinh(math.tan(math.radians(view.latitude))) / (2 * math.pi)
    up = north + (BAR_AT_PX[1] - HEIGHT / 2) / world
    latitude = math.degrees(math.atan(math.sinh(2 * math.pi * up)))
    west = view.longitude + 360 * across
    east = west + 360 * length / metres_per_px / world
    bar = pdk.Layer(
        "PathLayer",
        data=[{"p": [[round(west, 6), round(latitude, 6)], [round(east, 6), round(latitude, 6)]]}],
        id="scale-bar",
        pickable=False,
        get_path="p",
        get_color=to_rgba(INK),
        get_width=4,
        width_units=pdk.types.String("pixels"),
    )
    said = f"{length / 1_000:,.0f} km" if length >= 1_000 else f"{length:,.0f} m"
    middle = pd.DataFrame(
        {"name": [said], "longitude": [(west + east) / 2], "latitude": [latitude]}
    )
    label = maps.label_layer(middle, "scale-words", 12)
    label.get_pixel_offset = [0, 13]
    return [bar, label]


def round_down(metres: float) -> float:
    """Give the largest of 1, 2 and 5 times a power of ten that is not more.

    Examples
    --------
    >>> round_down(749.0), round_down(2300.0), round_down(1000.0)
    (500.0, 2000.0, 1000.0)
    """
    ten = 10.0 ** math.floor(math.log10(metres))
    return max(times * ten for times in (1, 2, 5) if times * ten <= metres)
