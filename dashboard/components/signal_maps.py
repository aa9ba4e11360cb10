"""Signal events on a map: a circle as wide as each reaches, with its number; no page, no store.

`signal_layers` stands over any map of wards; `build_map` is the map of the page of its own.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk
import shapely

from dashboard.components import maps
from dashboard.components.mapping import geometry_address
from dashboard.theme import INK, MAP_HEIGHT, ORANGE, to_rgba
from geodata.crs import BNG, WGS84, to_wgs84

VIEW_TIMES = 0.4
"""How much of its reach is seen around the event in focus."""
MOST_LABELS = 15
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
    """Build the map of signal events over the outlines of wards, fitted to the chosen one.

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
        bounds = wards.geometry.to_crs(WGS84).total_bounds.tolist()
    else:
        middle = shapely.Point(float(at["easting"].iloc[0]), float(at["northing"].iloc[0]))
        reached = middle.buffer(float(at["radius_m"].iloc[0]))
        view = reached.buffer(VIEW_TIMES * float(at["radius_m"].iloc[0]))
        bounds = gpd.GeoSeries([view], crs=BNG).to_crs(WGS84).total_bounds.tolist()
        near = wards[wards.geometry.intersects(reached)]
        layers.insert(-2, maps.label_layer(near.head(MOST_LABELS), "names", 11))
    return maps.build_deck(layers, maps.fit_view(bounds, WIDTH), None, based=bool(tile_url))
