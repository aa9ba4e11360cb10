"""Open data beside the repository as events for back-tests: one function for each set."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import Transformer

from geodata.crs import to_bng

US_FOOT_M = 1200 / 3937


@dataclass(frozen=True)
class EventSet:
    """Events with the parameters of their back-test."""

    events: pd.DataFrame
    region: shapely.Geometry | None
    cell_m: float
    folds: int
    step_days: float | None = None


def read_st_louis(folder: Path, cell_m: float) -> EventSet:
    """ASB-like events of St. Louis, 26 weekly windows every second week to the end of 2018."""
    table = pd.read_parquet(folder / "incidents" / "st_louis_2015_2018.parquet")
    table = table[table["asb_like"]]
    events = pd.DataFrame(
        {
            "x_m": table["x_ft"] * US_FOOT_M,
            "y_m": table["y_ft"] * US_FOOT_M,
            "occurred_at": table["occurred_at"],
        }
    )
    return EventSet(events, None, cell_m, 26, 14)


def read_chicago(folder: Path, cell_m: float) -> EventSet:
    """Assaults of Chicago, 26 weekly windows every second week from 7 January 2019."""
    name = "chicago_aggravated_assaults_2010_2019.parquet"
    table = pd.read_parquet(folder / "incidents" / name)
    table = table[table["date"] < "2019-12-30"]
    project = Transformer.from_crs("EPSG:4326", "EPSG:32616", always_xy=True)
    x, y = project.transform(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    events = pd.DataFrame({"x_m": x, "y_m": y, "occurred_at": table["date"]})
    return EventSet(events, None, cell_m, 26, 14)


def read_northumbria(folder: Path, cell_m: float) -> EventSet:
    """ASB of Northumbria by month, 2022."""
    table = pd.read_csv(folder / "asb_2022" / "northumbria_asb_2022.csv.gz")
    wards = gpd.read_file(folder / "asb_2022" / "northumbria_wards.geojson")
    return EventSet(_by_month(table, "longitude", "latitude", "month"), _area(wards), cell_m, 12)


def read_kent(folder: Path, cell_m: float) -> EventSet:
    """ASB of Kent and Medway by month, January to August 2025."""
    wards = gpd.read_file(folder / "boundaries" / "kent_medway_wards_2025.geojson")
    return EventSet(_read_police(folder, "kent/2025-*"), _area(wards), cell_m, 12)


def read_surrey(folder: Path, cell_m: float) -> EventSet:
    """ASB of Surrey by month, August 2020 to August 2021."""
    wards = gpd.read_file(folder / "boundaries" / "surrey_wards_2025.geojson")
    return EventSet(_read_police(folder, "surrey/*"), _area(wards), cell_m, 12)


def _read_police(folder: Path, pattern: str) -> pd.DataFrame:
    files = sorted((folder / "police_uk").glob(f"{pattern}-street.csv.gz"))
    table = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    table = table[(table["Crime type"] == "Anti-social behaviour") & table["Longitude"].notna()]
    return _by_month(table, "Longitude", "Latitude", "Month")


def _by_month(table: pd.DataFrame, longitude: str, latitude: str, month: str) -> pd.DataFrame:
    x, y = to_bng(table[longitude], table[latitude])
    months = pd.PeriodIndex(table[month], freq="M")
    return pd.DataFrame({"x_m": x, "y_m": y, "month": months})


def _area(wards: gpd.GeoDataFrame) -> shapely.Geometry:
    return wards.to_crs("EPSG:27700").union_all()


EVENT_SETS: dict[str, tuple[Callable[[Path, float], EventSet], float]] = {
    "St. Louis, weekly, 250 m": (read_st_louis, 250),
    "St. Louis, weekly, 150 m": (read_st_louis, 150),
    "Chicago, weekly, 250 m": (read_chicago, 250),
    "Northumbria, monthly, 250 m": (read_northumbria, 250),
    "Northumbria, monthly, 150 m": (read_northumbria, 150),
    "Kent 2025, monthly, 150 m": (read_kent, 150),
    "Surrey, monthly, 150 m": (read_surrey, 150),
}
"""Each set by name: its reader and the side of a cell in metres."""
