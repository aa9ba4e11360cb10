"""Coordinate systems: British National Grid inside, WGS 84 at the glass.

Inside, every coordinate is in metres of EPSG:27700. Longitude and latitude (EPSG:4326)
appear only in files that come in and maps that go out.
"""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from geodata.errors import CrsMismatchError

BNG = "EPSG:27700"
WGS84 = "EPSG:4326"

# The bounds of the British National Grid in use: England and Wales with a margin.
EASTING_RANGE = (0.0, 700_000.0)
NORTHING_RANGE = (0.0, 700_000.0)
LONGITUDE_RANGE = (-7.0, 2.5)
LATITUDE_RANGE = (49.5, 56.2)

FloatArray = npt.NDArray[np.float64]


def to_bng(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Turn WGS 84 degrees into National Grid metres.

    Parameters
    ----------
    longitude, latitude : array_like
        Degrees, same shape; NaN stays NaN.

    Returns
    -------
    easting, northing : ndarray of float64
        Metres in EPSG:27700.
    """
    return _transform(WGS84, BNG, longitude, latitude)


def to_wgs84(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Turn National Grid metres into WGS 84 longitude and latitude; NaN stays NaN."""
    return _transform(BNG, WGS84, easting, northing)


def transform(source: str, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Turn coordinates of any system (x or longitude first) into National Grid metres."""
    return _transform(source, BNG, x, y)


def _transform(
    source: str, target: str, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if source == target:
        return xs, ys
    transformer = Transformer.from_crs(source, target, always_xy=True)
    out_x, out_y = transformer.transform(xs, ys)
    out_x, out_y = np.asarray(out_x, dtype=float), np.asarray(out_y, dtype=float)
    bad = ~(np.isfinite(out_x) & np.isfinite(out_y))
    return np.where(bad, np.nan, out_x), np.where(bad, np.nan, out_y)


def require_bng(frame: gpd.GeoDataFrame, name: str) -> None:
    """Refuse a frame that is not in the National Grid.

    Raises
    ------
    CrsMismatchError
        If the frame has no reference system or another one.
    """
    if frame.crs is None or frame.crs.to_epsg() != 27700:
        raise CrsMismatchError(
            f"{name} is not in the British National Grid.",
            f"It has {frame.crs.to_string() if frame.crs else 'no coordinate reference system'}; "
            "EPSG:27700 is needed.",
            "Convert the frame with to_crs('EPSG:27700') first.",
        )
