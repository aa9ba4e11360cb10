"""Signal events: events that unsettle an area around them, tagged with how far they reach."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from dashboard.services.free_text import check_text
from geodata.engagement_words import (
    LEAST_RADIUS_M,
    LONGEST_TITLE,
    MOST_RADIUS_M,
    SIGNAL_KINDS,
)
from geodata.errors import SignalEventError
from geodata.joins import WardFinder
from geodata.map_references import read_map_reference
from geodata.store import engagement as store
from geodata.store.areas import read_areas
from geodata.store.database import Database

ROUNDED_TO_M = 50
"""The middle is rounded to this, so that it points at no home."""


@needs(Permission.SEE_COUNTS)
def load_signals(database: Database, on: dt.date | None = None) -> pd.DataFrame:
    """Load the signal events that are not withdrawn, or those that unsettle on a day."""
    return store.read_signals(database, on)


@handed
def mark_running(signals: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    """Add a column state: 'running', 'over' or 'to come' on a day."""
    states = [
        "to come" if began > on else ("over" if ended is not None and ended < on else "running")
        for began, ended in zip(signals["happened_on"], signals["ends_on"], strict=True)
    ]
    return signals.assign(state=pd.Series(states, index=signals.index, dtype="str"))


@handed
def find_wards_reached(signals: pd.DataFrame, wards: gpd.GeoDataFrame) -> list[list[str]]:
    """Give the names of the wards that the circle of each event touches, in order of name."""
    reached = []
    for row in signals.itertuples():
        middle = shapely.Point(float(row.easting), float(row.northing))
        distance = wards.geometry.distance(middle)
        reached.append(sorted(wards.loc[distance <= row.radius_m, "name"]))
    return reached


@needs(Permission.TAG_SIGNALS)
def add_signal(
    database: Database,
    *,
    title: str,
    kind: str,
    happened_on: dt.date | None,
    ends_on: dt.date | None = None,
    where: str = "",
    ward_code: str = "",
    radius_m: float = 500.0,
    source: str = "",
    today: dt.date | None = None,
) -> int:
    """Tag a signal event and give its number; logged as an alteration.

    Parameters
    ----------
    database : Database
    title, kind : str
        What happened, and one of `geodata.engagement_words.SIGNAL_KINDS`.
    happened_on, ends_on : date
        The day, and the last day it is thought to unsettle, if that is known.
    where : str
        A map reference (`geodata.map_references`); if empty, the middle of the ward counts.
    ward_code : str
        The ward, where no map reference is given.
    radius_m : float
        How far it reaches.
    source : str
        Who told of it.
    today : date, optional
        No event is later; default the day it is.

    Raises
    ------
    SignalEventError
        If a part is missing, cannot be read or lies outside the wards held, or a text holds a
        personal detail.
    """
    title, source = title.strip(), source.strip()
    if kind not in SIGNAL_KINDS:
        raise ValueError(f"kind is {kind!r}; accepted: {', '.join(SIGNAL_KINDS)}")
    if not title or happened_on is None or not (where.strip() or ward_code):
        raise SignalEventError(
            "A signal event needs a title, a day and a place.",
            "It is drawn on the map with its day and how far it reaches.",
            "Fill in all three and try again.",
        )
    if happened_on > (today or dt.date.today()) or (ends_on and ends_on < happened_on):
        raise SignalEventError(
            "The days do not fit.",
            "An event has happened, and does not end before it began.",
            "Check both days.",
        )
    if not LEAST_RADIUS_M <= radius_m <= MOST_RADIUS_M:
        raise SignalEventError(
            "The reach is out of range.",
            f"Accepted are {LEAST_RADIUS_M} to {MOST_RADIUS_M:,} metres.",
            "Give another reach.",
        )
    for text, what in ((title, "title"), (source, "source")):
        check_text(text, what, LONGEST_TITLE, SignalEventError, "A signal event")
    easting, northing, ward = _find_place(database, where.strip(), ward_code)
    values = {
        "title": title, "kind": kind, "happened_on": happened_on, "ends_on": ends_on,
        "easting": easting, "northing": northing, "radius_m": float(radius_m),
        "ward_code": ward, "source": source,
    }  # fmt: skip
    with database.begin() as connection:
        number = store.add_signal(connection, values, current_actor().name)
        audit.log(
            database, "alteration", "signal event", str(number), "problem_solving",
            connection=connection, details={"change": "created", "ward": ward},
        )  # fmt: skip
    return number


@needs(Permission.TAG_SIGNALS)
def withdraw_signal(database: Database, signal_id: int) -> None:
    """Take a signal event off the map; logged as an alteration, and its record stays.

    Raises
    ------
    SignalEventError
        If it is not on the map.
    """
    with database.begin() as connection:
        store.withdraw_signal(connection, signal_id, current_actor().name)
        audit.log(
            database, "alteration", "signal event", str(signal_id), "problem_solving",
            connection=connection, details={"change": "withdrawn"},
        )  # fmt: skip


def _find_place(database: Database, where: str, ward_code: str) -> tuple[float, float, str]:
    wards = read_areas(database, "ward")
    if not where:
        row = wards[wards["code"] == ward_code]
        if row.empty:
            raise ValueError(f"ward {ward_code!r} is not held")
        middle = _round(row["label_x"].iloc[0]), _round(row["label_y"].iloc[0])
        return (*middle, ward_code)
    found = read_map_reference(where)
    if found is None:
        raise SignalEventError(
            "The place cannot be read.",
            "Accepted are a grid reference such as TQ 760 555, an easting and a northing, or "
            "latitude and longitude.",
            "Copy one from a map, or leave it empty and choose the ward.",
        )
    easting, northing = map(_round, found)
    points = pd.DataFrame({"easting": [easting], "northing": [northing], "lsoa_code": [""]})
    nothing = pd.DataFrame({"lsoa_code": [], "ward_code": []})
    ward = str(WardFinder(wards, nothing, ROUNDED_TO_M).place(points)["ward_code"].iloc[0])
    if not ward:
        raise SignalEventError(
            "The place lies in no ward that is held.",
            "Signal events are shown with the wards around them.",
            "Check the map reference.",
        )
    return easting, northing, ward


def _round(metres: float) -> float:
    return float(np.round(metres / ROUNDED_TO_M) * ROUNDED_TO_M)
