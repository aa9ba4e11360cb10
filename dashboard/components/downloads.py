"""Files to take away: CSV for people, GeoJSON for maps, both with what the page shows."""

from collections.abc import Sequence

import geopandas as gpd
import orjson
import pandas as pd

from dashboard.selection import Selection
from dashboard.services.geometry import to_geojson

FIGURES = (
    "incidents", "residents", "rate", "rate_low", "rate_high",
    "ratio", "ratio_low", "ratio_high", "note",
)  # fmt: skip

_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(frame: pd.DataFrame, notice: str) -> bytes:
    """Write a table as CSV that opens in a spreadsheet with its accents and without formulas.

    The notice (synthetic data, or the licence of the sources) stands in a column of its own, so
    that it goes wherever the rows go. Cells that a spreadsheet would run (they begin with =, +,
    -, @, a tab or a line break) get a leading apostrophe.
    """
    texts = frame.select_dtypes(include=["object", "str"]).columns
    safe = frame.assign(Source=notice)
    for name in texts:
        safe[name] = [
            f"'{text}" if isinstance(text, str) and text.startswith(_RUN) else text
            for text in safe[name]
        ]
    return safe.to_csv(index=False).encode("utf-8-sig")


def to_map_file(areas: gpd.GeoDataFrame, table: pd.DataFrame, notice: str) -> bytes:
    """Write the areas looked at as GeoJSON (WGS 84) with their figures and the notice."""
    shown = table["shown"].to_numpy()
    collection = orjson.loads(to_geojson(areas[shown]))
    figures = table.loc[shown, list(FIGURES)].astype(object)
    figures = figures.where(figures.notna(), None).to_dict("records")
    for feature, values in zip(collection["features"], figures, strict=True):
        feature["properties"].pop("i")
        feature["properties"] |= values
    collection["notice"] = notice
    return orjson.dumps(collection, option=orjson.OPT_SERIALIZE_NUMPY)


def to_places_file(
    places: pd.DataFrame, rings: Sequence[Sequence[Sequence[float]]], notice: str
) -> bytes:
    """Write places as GeoJSON: a ring in degrees each, every column as a property, the notice."""
    figures = places.astype(object).where(places.notna(), None).to_dict("records")
    features = [
        {
            "type": "Feature",
            "properties": {str(name): value for name, value in row.items()},
            "geometry": {"type": "Polygon", "coordinates": [_closed(ring)]},
        }
        for row, ring in zip(figures, rings, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features, "notice": notice}
    return orjson.dumps(collection, option=orjson.OPT_SERIALIZE_NUMPY)


def _closed(ring: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    return [*ring] if ring[0] == ring[-1] else [*ring, ring[0]]


def file_name(selection: Selection, period: str, suffix: str) -> str:
    """Name a file after what it holds, in codes and fixed words only."""
    parts = ["wardlight", selection.kind, selection.measure, selection.district or "all", period]
    return "-".join(parts) + f".{suffix}"
