"""Read area boundaries: GeoJSON, GeoPackage or zipped Shapefile.

Limits of the data: ONS boundaries are generalised and clipped to mean high water, so points
on piers, beaches and the county edge can lie outside every area.
"""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geodata.codes import AREA_KINDS, CODE_PATTERNS, is_code, read_ons_column
from geodata.crs import BNG, EASTING_RANGE, NORTHING_RANGE
from geodata.errors import ColumnsMissingError, CrsMismatchError, FileNotReadableError
from geodata.faults import Faults

PLAIN_CODE = ("code", "ward_code", "district_code", "lsoa_code")
PLAIN_NAME = ("name", "ward_name", "district_name", "lsoa_name")


def read_boundaries(
    path: Path,
    name: str,
    faults: Faults,
    *,
    kind: str | None = None,
    edition: str | None = None,
    as_at: dt.date | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Read boundaries and bring them into the house's shape.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What to call it in messages.
    faults : Faults
        Takes rows that are refused: no polygon, no code, a code twice, outside the country.
    kind, edition : str, optional
        Given, or read from ONS column names such as WD25CD.
    as_at : date, optional
        Date the boundaries were in force.
    crs : str, optional
        Coordinate system, for a file that does not say.

    Returns
    -------
    GeoDataFrame
        Shape `schemas.AREA_COLUMNS`, EPSG:27700. Self-touching polygons are repaired and
        counted in ``attrs["repaired"]``.

    Raises
    ------
    FileNotReadableError, ColumnsMissingError, CrsMismatchError
        If nothing of the file can be used.
    """
    frame = _read_file(path, name)
    kind, edition, code_column, name_column = _columns(frame, name, kind, edition)
    frame = _in_grid(frame, name, crs)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    codes = frame[code_column].astype("str").str.strip().where(frame[code_column].notna(), "")
    names = frame[name_column].astype("str").str.strip() if name_column else codes
    geometry = frame.geometry

    empty = geometry.isna() | geometry.is_empty
    flat = ~empty & ~geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    bad_code = ~codes.map(lambda code: is_code(code, kind))
    twice = codes.duplicated(keep="first") & ~bad_code
    pattern = CODE_PATTERNS.get(kind)
    form = f"a {kind} code, such as {_example(kind)}" if pattern else "a code of 1 to 40 characters"
    for mask, column, values, reason in (
        (empty | flat, "geometry", geometry.geom_type.fillna("none"), "a Polygon or MultiPolygon"),
        (bad_code, code_column, codes, form),
        (twice, code_column, codes, "each code once in a file; the first is kept"),
    ):
        faults.add_rows(frame.index[mask], column, values[mask], reason)
    keep = ~(empty | flat | bad_code | twice)
    geometry, codes, names = geometry[keep], codes[keep], names[keep]

    invalid = ~geometry.is_valid
    geometry = geometry.where(~invalid, shapely.make_valid(geometry.to_numpy()))
    geometry = gpd.GeoSeries(
        [_polygons_of(shape) for shape in geometry], index=geometry.index, crs=BNG
    )
    box = geometry.bounds
    outside = (
        (box["minx"] < EASTING_RANGE[0] - 100_000)
        | (box["maxx"] > EASTING_RANGE[1] + 100_000)
        | (box["miny"] < NORTHING_RANGE[0] - 100_000)
        | (box["maxy"] > NORTHING_RANGE[1] + 100_000)
        | geometry.is_empty
        | box.isna().any(axis=1)
    )
    faults.add_rows(
        geometry.index[outside], "geometry", codes[outside], "an area in England or Wales"
    )
    districts = _district_codes(frame, kind, edition)
    non_residential = frame.get("non_residential", pd.Series(False, index=frame.index))
    result = gpd.GeoDataFrame(
        {
            "kind": kind,
            "edition": edition,
            "code": codes[~outside],
            "name": names[~outside],
            "district_code": districts[codes.index][~outside],
            "as_at": as_at,
            "non_residential": non_residential[codes.index][~outside].fillna(False).astype(bool),
        },
        geometry=geometry[~outside],
        crs=BNG,
    )
    result.attrs["repaired"] = int(invalid.sum())
    return result


def _read_file(path: Path, name: str) -> gpd.GeoDataFrame:
    try:
        layers = pyogrio.list_layers(path)
        spatial = [layer[0] for layer in layers if layer[1] is not None]
        if len(spatial) != 1:
            raise FileNotReadableError(
                f"{name} does not hold one layer of areas.",
                f"It holds {len(spatial)}: {', '.join(map(str, spatial[:5])) or 'none'}.",
                "Save the layer you want as a file of its own (GeoJSON or GeoPackage).",
            )
        frame = pyogrio.read_dataframe(path, layer=spatial[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        raise FileNotReadableError(
            f"{name} cannot be read as a map file.",
            "Accepted are GeoJSON, GeoPackage and a zipped Shapefile.",
            "Check the file, or save it again as GeoJSON.",
        ) from None
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise FileNotReadableError(
            f"{name} holds no areas.", "It has no feature with a shape.", "Check the file."
        )
    return frame


def _columns(
    frame: gpd.GeoDataFrame, name: str, kind: str | None, edition: str | None
) -> tuple[str, str, str, str | None]:
    ons = {column: found for column in frame.columns if (found := read_ons_column(str(column)))}
    kinds = [found.kind for found in ons.values() if found.is_code]
    # A ward file also names its district; the finest kind is what the file is about.
    chosen = kind or next((each for each in ("lsoa", "ward", "district") if each in kinds), None)
    lower = {str(column).lower(): str(column) for column in frame.columns}
    code_column = next((c for c, f in ons.items() if f.is_code and f.kind == chosen), None)
    code_column = code_column or next((lower[c] for c in PLAIN_CODE if c in lower), None)
    if chosen is None and code_column and code_column.lower() != "code":
        chosen = code_column.lower().removesuffix("_code")
    if chosen not in AREA_KINDS or code_column is None:
        raise ColumnsMissingError(
            f"{name} does not say which areas it holds.",
            f"Columns are {', '.join(map(str, frame.columns))[:200]}; needed is a code column such "
            "as WD25CD, LAD25CD, LSOA21CD, or 'code' with the kind given.",
            "Rename the column, or give --kind ward, district, lsoa or place.",
        )
    edition = edition or (ons[code_column].edition if code_column in ons else None)
    if edition is None:
        raise ColumnsMissingError(
            f"{name} does not say which edition its boundaries are.",
            f"Column {code_column!r} has no year in its name.",
            "Give --edition, such as --edition 2025.",
        )
    name_column = next((c for c, f in ons.items() if not f.is_code and f.kind == chosen), None)
    name_column = name_column or next((lower[c] for c in PLAIN_NAME if c in lower), None)
    return chosen, edition, code_column, name_column


def _in_grid(frame: gpd.GeoDataFrame, name: str, crs: str | None) -> gpd.GeoDataFrame:
    if frame.crs is None:
        if crs is None:
            raise CrsMismatchError(
                f"{name} does not say its coordinate reference system.",
                "Without it, metres and degrees cannot be told apart.",
                "Give it, such as --crs EPSG:27700 or --crs EPSG:4326.",
            )
        frame = frame.set_crs(crs)
    bounds = frame.total_bounds
    if frame.crs.is_geographic and np.nanmax(np.abs(bounds)) > 360:
        raise CrsMismatchError(
            f"{name} says it is in degrees but holds other numbers.",
            f"Its coordinates go up to {np.nanmax(np.abs(bounds)):,.0f}.",
            "GeoJSON must be in longitude and latitude; for metres save it as GeoPackage.",
        )
    return frame.to_crs(BNG)


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]


def _district_codes(frame: gpd.GeoDataFrame, kind: str, edition: str) -> pd.Series:
    if kind == "district":
        return pd.Series("", index=frame.index)
    for column in frame.columns:
        found = read_ons_column(str(column))
        named = str(column).upper() in {"LADCD", "DISTRICT_CODE"}
        if named or (found and found.kind == "district" and found.is_code):
            return frame[column].astype("str").where(frame[column].notna(), "")
    return pd.Series("", index=frame.index)


def _example(kind: str) -> str:
    return {"ward": "E05014449", "district": "E07000105", "lsoa": "E01016016"}[kind]
