"""Which incidents have a place that may be analysed: the one rule for every analysis.

An incident without a coordinate has no place. A default geocode is where records land for want
of a place (a police station, a headquarters), and an excluded place is an institution such as a
hospital or a prison: both would top every ranking and neither is a place to patrol.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schemas import require_columns

NO_COORDINATE = "no coordinate"
DEFAULT_GEOCODE = "default geocode"
EXCLUDED_PLACE = "excluded place"
REASONS = (NO_COORDINATE, DEFAULT_GEOCODE, EXCLUDED_PLACE)
"""Why an incident is left out, in the order they are tried; each incident has one reason."""

PLACE_COLUMNS = ("easting", "northing", "is_default_geocode", "is_excluded")


def say_why_unusable(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Say of each incident why its place cannot be analysed.

    Parameters
    ----------
    frame : DataFrame
        Incidents with `PLACE_COLUMNS` and, if known, ``location_precision``.

    Returns
    -------
    ndarray of str, shape (incidents,)
        One of `REASONS`, or an empty text where the place may be used. A place is a default
        geocode if its location is marked so or the incident's precision is 'default'.

    Raises
    ------
    FrameShapeError
        If a column is missing.
    """
    require_columns(frame, PLACE_COLUMNS, "incidents")
    placed = np.isfinite(frame["easting"].to_numpy(dtype=np.float64)) & np.isfinite(
        frame["northing"].to_numpy(dtype=np.float64)
    )
    default = frame["is_default_geocode"].to_numpy(dtype=bool)
    if "location_precision" in frame.columns:
        default = default | (frame["location_precision"] == "default").to_numpy(dtype=bool)
    excluded = frame["is_excluded"].to_numpy(dtype=bool)
    reasons = np.full(len(frame), "", dtype=object)
    # The last written wins, so the reasons are written last to first.
    reasons[excluded] = EXCLUDED_PLACE
    reasons[default] = DEFAULT_GEOCODE
    reasons[~placed] = NO_COORDINATE
    return reasons
