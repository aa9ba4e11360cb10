"""The Map page's deck: which layers stand over each other for a selection."""

import geopandas as gpd
import orjson
import pandas as pd

from dashboard.components import map_labels, maps
from dashboard.components.classes import Classes
from dashboard.components.tables import tooltip_lines, top_rows
from dashboard.selection import Selection
from dashboard.services.explore import NON_RESIDENTIAL, MapFinding
from dashboard.services.geometry import to_geojson
from dashboard.theme import MAP_HEIGHT

HEIGHT = MAP_HEIGHT
MOST_LABELS = 40
NAME_PX, WARD_NAME_PX = 12, 11


def geometry_address(kind: str, version: str) -> str:
    """Give the address of a kind of boundaries; the version makes it cacheable for good."""
    return f"/geometry/{kind}/current.geojson?v={version}"


def build_map(
    selection: Selection,
    found: MapFinding,
    areas: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame | None,
    classes: Classes,
    version: str,
    tile_url: str,
) -> maps.CompactDeck:
    """Build the map of a selection, from the ground up: fill, outlines, incidents, names, ranks."""
    address = geometry_address(selection.kind, version)
    thin = 0.6 if selection.kind == "ward" else 0.3
    layers = [
        maps.area_layer(address, classes),
        maps.outline_layer(address, "outlines", thin, alpha=150),
    ]
    if districts is not None:
        layers.append(
            maps.outline_layer(geometry_address("district", version), "district-outlines", 1.8)
        )
    if found.cells is not None and len(found.cells.cells):
        layers.append(maps.incident_layer(found.cells.cells, "cells", largest_px=14))
    if found.points is not None and len(found.points):
        layers.append(maps.incident_layer(found.points, "points", largest_px=16))
    if selection.area:
        focused = areas[areas["code"] == selection.area]
        layers += maps.focus_layer(orjson.loads(to_geojson(focused)))
    table = found.table
    marked = ((table["note"] == NON_RESIDENTIAL) & table["shown"]).to_numpy()
    if marked.any():
        layers.append(maps.marker_layer(areas[marked]))
    return _finish(layers, selection, table, areas, districts, tile_url)


def build_released_map(
    table: pd.DataFrame,
    areas: gpd.GeoDataFrame,
    classes: Classes,
    *,
    kind: str,
    district: str | None,
    districts: gpd.GeoDataFrame | None,
    version: str,
    tile_url: str,
) -> maps.CompactDeck:
    """Build the map of released figures: fill, outlines, names and ranks; no incident."""
    selection = Selection(kind=kind, district=district)
    address = geometry_address(kind, version)
    thin = 0.6 if kind == "ward" else 0.3
    layers = [
        maps.area_layer(address, classes),
        maps.outline_layer(address, "outlines", thin, alpha=150),
    ]
    if districts is not None:
        layers.append(
            maps.outline_layer(geometry_address("district", version), "district-outlines", 1.8)
        )
    return _finish(layers, selection, table, areas, districts, tile_url)


def _finish(
    layers: list[maps.pdk.Layer],
    selection: Selection,
    table: pd.DataFrame,
    areas: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame | None,
    tile_url: str,
) -> maps.CompactDeck:
    """Put names and ranks over the layers, none over another, and fit the view."""
    shown = table["shown"].to_numpy()
    view = maps.fit_view(_bounds(selection, areas[shown] if shown.any() else areas))
    top = top_rows(table)
    ranks = map_labels.thin_numbers(
        pd.DataFrame(areas.iloc[top["i"]]).assign(rank=top["rank"].to_numpy()), view.zoom
    )
    named, size = _names(selection, areas, districts)
    if len(named):
        placed = map_labels.place_names(named, ranks, view.zoom, size)
        layers.append(maps.label_layer(placed, "names", size))
    layers.append(maps.badge_layer(ranks))
    tip = maps.tooltip(tooltip_lines(table))
    return maps.build_deck(layers, view, tip, based=bool(tile_url))


def _names(
    selection: Selection, areas: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, int]:
    """Give whose names stand on the map (name, longitude, latitude), and their size."""
    columns = ["name", "longitude", "latitude"]
    if selection.district and selection.kind == "ward":
        inside = areas[areas["district_code"] == selection.district]
        # The ward in focus first, so that its name is the one that stands.
        order = (inside["code"] != selection.area).to_numpy().argsort(kind="stable")
        return pd.DataFrame(inside.iloc[order][columns]).head(MOST_LABELS), WARD_NAME_PX
    if districts is None or districts.empty:
        return pd.DataFrame(columns=columns), NAME_PX
    if selection.district:
        districts = districts[districts["code"] == selection.district]
    return pd.DataFrame(districts[columns]), NAME_PX


def _bounds(selection: Selection, areas: gpd.GeoDataFrame) -> list[float]:
    chosen = areas
    if selection.layer == "points" and selection.area:
        chosen = areas[areas["code"] == selection.area]
    elif selection.district:
        chosen = areas[areas["district_code"] == selection.district]
    chosen = chosen if len(chosen) else areas
    return chosen.geometry.to_crs("EPSG:4326").total_bounds.tolist()
