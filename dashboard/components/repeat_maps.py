"""The map of repeats: wards coloured by how many they have, repeat places as circles over them.

Circles are drawn to the nearest 25 m and say street and ward, never an address. As on the map of
hotspots, what can be clicked is an all but invisible disc, since Streamlit dims a chosen layer.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk

from dashboard.components import maps
from dashboard.components.classes import Classes, classify
from dashboard.components.mapping import geometry_address
from dashboard.messages import say_count
from dashboard.services.repeats import RepeatList
from dashboard.theme import INK, PAPER, PLUM, to_rgba
from dashboard.theme import MAP_HEIGHT as THEIR_HEIGHT

PICK_LAYER = "repeat-picks"
SMALLEST_PX, LARGEST_PX = 3.0, 13.0
MOST_BADGES = 10
LABEL_PX = (26, 20)
"""Width and height that a label takes."""
MAP_HEIGHT, MAP_WIDTH = 380, 330
FOCUS_DEGREES = 0.03


def classify_wards(found: RepeatList, wards: gpd.GeoDataFrame, shown: np.ndarray) -> Classes:
    """Sort the wards looked at into classes by how many repeats they have."""
    counts = wards["code"].map(found.by_ward).fillna(0).to_numpy(dtype=float)
    return classify(counts, shown, "count")


def find_shown(wards: gpd.GeoDataFrame, district: str | None, ward: str | None) -> np.ndarray:
    """Say which wards are looked at."""
    if ward:
        return (wards["code"] == ward).to_numpy()
    if district:
        return (wards["district_code"] == district).to_numpy()
    return np.ones(len(wards), dtype=bool)


def build_map(
    found: RepeatList,
    wards: gpd.GeoDataFrame,
    classes: Classes,
    shown: np.ndarray,
    *,
    row: int | None,
    version: str,
    districts_held: bool,
    tile_url: str,
) -> maps.CompactDeck:
    """Build the map of a list, from the ground up: wards, outlines, places, ranks, the chosen one.

    Parameters
    ----------
    found : RepeatList
    wards : GeoDataFrame
        In the order of the geometry that the server hands out.
    classes, shown
        From `classify_wards` and `find_shown`.
    row : int or None
        Row of the list in focus.
    version : str
        Data version, which makes the boundaries' address cacheable.
    districts_held : bool
        Whether districts have boundaries to draw.
    tile_url : str
        Basemap of the settings, or empty.
    """
    ward, district = (geometry_address(kind, version) for kind in ("ward", "district"))
    places = found.table[np.isfinite(found.table["longitude"])]
    layers = [maps.area_layer(ward, classes), maps.outline_layer(ward, "outlines", 0.6, alpha=150)]
    if districts_held:
        layers.append(maps.outline_layer(district, "district-outlines", 1.8))
    if len(places):
        layers += _place_layers(places, len(wards))
    bounds = (wards[shown] if shown.any() else wards).geometry.to_crs("EPSG:4326").total_bounds
    at = places.loc[row] if row is not None and row in places.index else None
    if at is not None:
        lon, lat = float(at["longitude"]), float(at["latitude"])
        bounds = np.array(
            [lon - FOCUS_DEGREES, lat - FOCUS_DEGREES, lon + FOCUS_DEGREES, lat + FOCUS_DEGREES]
        )
    view = maps.fit_view(_heighten(bounds), MAP_WIDTH)
    if len(places):
        first = _keep_apart(places.head(MOST_BADGES), view.zoom)
        layers.append(maps.badge_layer(first[["rank", "longitude", "latitude"]]))
    if at is not None:
        layers += _rings(at)
    tip = maps.tooltip([*_ward_tips(found, wards), *_place_tips(places)])
    return maps.build_deck(layers, view, tip, based=bool(tile_url))


def _keep_apart(places: pd.DataFrame, zoom: float) -> pd.DataFrame:
    """Leave out places whose label would lie over one of a place before them."""
    world = 512 * 2**zoom
    across = places["longitude"].to_numpy() / 360 * world
    down = np.arcsinh(np.tan(np.radians(places["latitude"].to_numpy()))) / (2 * np.pi) * world
    kept: list[int] = []
    for one in range(len(places)):
        apart_x, apart_y = np.abs(across[kept] - across[one]), np.abs(down[kept] - down[one])
        if not ((apart_x < LABEL_PX[0]) & (apart_y < LABEL_PX[1])).any():
            kept.append(one)
    return places.iloc[kept]


def _heighten(bounds: np.ndarray) -> list[float]:
    """Widen the bounds to north and south, since this map is lower than the others."""
    west, south, east, north = (float(end) for end in bounds)
    more = (north - south) * (THEIR_HEIGHT / MAP_HEIGHT - 1) / 2
    return [west, south - more, east, north + more]


def _radii(places: pd.DataFrame) -> np.ndarray:
    most = float(places["incidents"].max())
    return np.maximum(SMALLEST_PX, LARGEST_PX * np.sqrt(places["incidents"] / most)).round(1)


def _place_layers(places: pd.DataFrame, wards: int) -> list[pdk.Layer]:
    data = [
        {"p": [lon, lat], "r": radius, "n": int(row), "i": wards + place}
        for place, (row, lon, lat, radius) in enumerate(
            zip(
                places.index, places["longitude"].tolist(), places["latitude"].tolist(),
                _radii(places).tolist(), strict=True,
            )
        )
    ]  # fmt: skip
    # The smallest lie on top, so that none hides another.
    data = sorted(data, key=lambda item: -item["r"])
    common = {"get_position": "p", "get_radius": "r", "radius_units": pdk.types.String("pixels")}
    circles = pdk.Layer(
        "ScatterplotLayer",
        data=data,
        id="repeat-places",
        pickable=False,
        get_fill_color=to_rgba(PLUM, 150),
        stroked=True,
        get_line_color=to_rgba(PAPER),
        get_line_width=1,
        line_width_units=pdk.types.String("pixels"),
        **common,
    )
    # To be clicked, the first of the list lie on top, as their numbers do.
    picks = pdk.Layer(
        "ScatterplotLayer",
        data=sorted(data, key=lambda item: -item["n"]),
        id=PICK_LAYER,
        pickable=True,
        get_fill_color=to_rgba(INK, 2),
        radius_min_pixels=8,
        **common,
    )
    return [circles, picks]


def _rings(at: pd.Series) -> list[pdk.Layer]:
    """Ring the chosen place dark on white, which shows on light and dark wards alike."""
    return [
        pdk.Layer(
            "ScatterplotLayer",
            data=[{"p": [float(at["longitude"]), float(at["latitude"])]}],
            id=f"focus-{place}",
            pickable=False,
            get_position="p",
            get_radius=LARGEST_PX + 5,
            radius_units=pdk.types.String("pixels"),
            filled=False,
            stroked=True,
            get_line_color=to_rgba(colour),
            get_line_width=width,
            line_width_units=pdk.types.String("pixels"),
        )
        for place, (colour, width) in enumerate(((PAPER, 9), (INK, 4)))
    ]


def _ward_tips(found: RepeatList, wards: gpd.GeoDataFrame) -> list[list[str]]:
    word = "repeat place" if found.kind == "places" else "repeat victim"
    counts = wards["code"].map(found.by_ward).fillna(0).astype(int)
    return [
        [f"{name}, {district}" if district else name, say_count(count, word)]
        for name, district, count in zip(wards["name"], wards["district"], counts, strict=True)
    ]


def _place_tips(places: pd.DataFrame) -> list[list[str]]:
    return [
        [
            f"Number {row.rank:,} on the list",
            str(row.label),
            str(row.ward),
            say_count(row.incidents),
        ]
        for row in places.itertuples()
    ]
