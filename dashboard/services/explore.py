"""Explore incidents by area and time: frames in, findings for the Overview and the Map out.

Knows no screen. Frames come from the store once and are treated as read-only by everyone.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from analytics.cells import CellCounts, count_by_cell
from analytics.counts import NO_AREA, count_by_area, count_by_month
from analytics.rates import rate_per_1000, standardised_ratio
from dashboard.permissions import Permission, handed, needs
from dashboard.selection import HOUR_BANDS, Selection
from dashboard.services.geometry import simplify_areas
from geodata.calendar import Month, Period
from geodata.categories import NOT_RECORDED
from geodata.crs import to_wgs84
from geodata.store.areas import read_areas, read_population
from geodata.store.database import Database
from geodata.store.incidents import read_asb_columns, read_incident_frame

USUAL_MONTHS = 12
MOST_POINTS = 5_000
MOST_CELLS = 1_500
NON_RESIDENTIAL = "Mainly non-residential"
NO_RESIDENTS = "Residents not held"


@dataclass(frozen=True)
class Held:
    """ASB incidents with what is known of their coverage."""

    incidents: pd.DataFrame
    months: dict[str, list[Month]]
    districts: dict[str, str]

    @property
    def forces(self) -> list[str]:
        """Forces and councils with ASB incidents, by name."""
        return sorted(self.months)

    def months_of(self, force: str | None) -> list[Month]:
        """Months with data of one force, or of any."""
        if force:
            return self.months.get(force, [])
        return sorted({month for months in self.months.values() for month in months})

    def recorded(self, column: str) -> list[str]:
        """Values of a column that occur, without 'not recorded' and 'unknown'."""
        found = self.incidents[column].value_counts()
        return [str(v) for v in found.index[found > 0] if v not in (NOT_RECORDED, "unknown", "")]

    @property
    def has_times(self) -> bool:
        """True if the time of day of any incident is known."""
        return bool((self.incidents["hour"] >= 0).any())


@dataclass(frozen=True)
class MapFinding:
    """What the map and its table show; ``table`` has one row an area of the whole county."""

    period: Period
    table: pd.DataFrame
    total: int
    without_area: int
    default_geocodes: int
    cells: CellCounts | None
    points: pd.DataFrame | None
    months: pd.DataFrame
    too_many_points: bool


@needs(Permission.SEE_COUNTS)
def load_held(database: Database) -> Held:
    """Load the ASB incidents and the names of districts."""
    frame = read_incident_frame(database)
    return _hold(database, frame[frame["asb"]].reset_index(drop=True))


@needs(Permission.SEE_COUNTS)
def load_held_wards(database: Database) -> Held:
    """Load only the month, source and ward of the ASB incidents: enough to count them by ward."""
    return _hold(database, read_asb_columns(database, "force", "ward_code", "district_code"))


@needs(Permission.SEE_COUNTS)
def load_ward_incidents(database: Database, ward_code: str) -> pd.DataFrame:
    """Load the ASB incidents of a ward, as `Held` has those of all."""
    frame = read_incident_frame(database, ward_code)
    return frame[frame["asb"]].reset_index(drop=True)


def _hold(database: Database, frame: pd.DataFrame) -> Held:
    pairs = frame[["force", "month"]].drop_duplicates()
    months: dict[str, list[Month]] = {}
    for force, ordinal in sorted(zip(pairs["force"].astype(str), pairs["month"], strict=True)):
        months.setdefault(force, []).append(Month(1900, 1) + int(ordinal - 1900 * 12))
    areas = read_areas(database, "district")
    return Held(frame, months, dict(zip(areas["code"], areas["name"], strict=True)))


@needs(Permission.SEE_RELEASED)
def load_areas(database: Database, kind: str) -> gpd.GeoDataFrame:
    """Load current areas, simplified, with residents, district name and label point in degrees."""
    areas = simplify_areas(read_areas(database, kind), kind)
    population = read_population(database, kind).set_index("code")["residents"]
    names = read_areas(database, "district").set_index("code")["name"].to_dict()
    longitude, latitude = to_wgs84(areas["label_x"], areas["label_y"])
    return areas.assign(
        residents=areas["code"].map(population).astype(float),
        district=[names.get(code, "") for code in areas["district_code"]],
        longitude=longitude,
        latitude=latitude,
    )


@handed
def name_apart(wards: pd.DataFrame) -> pd.Series:
    """Give wards names that tell them apart: with the district where a name repeats.

    Parameters
    ----------
    wards : DataFrame
        All wards among which a name may repeat: code, name, district (its name, or '').

    Returns
    -------
    Series of str
        Same index. Two of one name in one district, or in none, get their code.
    """
    names = wards["name"].astype(str)
    repeats = names.duplicated(keep=False)
    within = names.where(~repeats | wards["district"].eq(""), names + ", " + wards["district"])
    return within.where(~within.duplicated(keep=False), within + " (" + wards["code"] + ")")


MOST_STRAYS = 20
"""Incidents of a period below which a district counts as not covered by the data held."""


@handed
def fit_selection(selection: Selection, held: Held, codes: set[str]) -> tuple[Selection, list[str]]:
    """Drop from a selection what is not held, and say so."""
    ignored: list[str] = []
    for name, known in (("force", held.months), ("district", held.districts), ("area", codes)):
        value = getattr(selection, name)
        if value is not None and value not in known:
            selection = selection.change(**{name: None})
            ignored.append(f"The link's {name} {value!r} is not held here and was ignored.")
    if selection.period:
        months = held.months_of(selection.force)
        if months and not any(month in selection.period for month in months):
            ignored.append(
                f"No data are held for {selection.period.label}; the latest months are shown."
            )
            selection = selection.change(period=None)
    return selection, ignored


@handed
def usual_period(months: list[Month]) -> Period:
    """Give the latest run of held months, at most twelve."""
    first = last = months[-1]
    while first - 1 in months and last.ordinal - first.ordinal + 1 < USUAL_MONTHS:
        first = first - 1
    return Period(first, last)


@handed
def choose(frame: pd.DataFrame, selection: Selection, period: Period | None) -> pd.DataFrame:
    """Keep the incidents of a selection; ``period`` None keeps all months."""
    keep = np.ones(len(frame), dtype=bool)
    if period:
        month = frame["month"].to_numpy()
        keep &= (month >= period.first.ordinal) & (month <= period.last.ordinal)
    for column, value in (
        ("district_code", selection.district),
        ("force", selection.force),
        ("nsir_category", selection.category),
        ("asb_type", selection.type),
        ("report_channel", selection.channel),
    ):
        if value is not None:
            keep &= (frame[column] == value).to_numpy()
    if selection.hours:
        start, end = HOUR_BANDS[selection.hours]
        hour = frame["hour"].to_numpy()
        in_band = (hour >= start) & (hour < end) if start < end else (hour >= start) | (hour < end)
        keep &= in_band & (hour >= 0)
    return frame[keep]


@handed
def measure_areas(
    chosen: pd.DataFrame,
    areas: pd.DataFrame,
    selection: Selection,
    within: set[str] | None = None,
) -> tuple[pd.DataFrame, int]:
    """Count and rate every area, or those of the districts in ``within``.

    Returns
    -------
    table : DataFrame
        i, code, name, district, incidents, residents, rate, rate_low, rate_high, ratio,
        ratio_low, ratio_high, note and shown (False outside the district looked at), in the
        order of ``areas``.
    without_area : int
        Incidents that lie in none of the areas.
    """
    column = "ward_code" if selection.kind == "ward" else "lsoa_code"
    counts = count_by_area(chosen[column], areas["code"].tolist())
    without_area = int(counts.loc[NO_AREA])
    seen = counts.iloc[:-1].to_numpy(dtype=float)
    residents = areas["residents"].to_numpy()
    shown = np.ones(len(areas), dtype=bool)
    if within is not None:
        shown = areas["district_code"].isin(within).to_numpy()
    if selection.district:
        shown = (areas["district_code"] == selection.district).to_numpy()
    rate = rate_per_1000(seen, residents)
    base = shown & (residents > 0)
    overall = seen[base].sum() / residents[base].sum() if base.any() else np.nan
    ratio = standardised_ratio(seen, residents * overall)
    note = np.where(
        areas["non_residential"], NON_RESIDENTIAL, np.where(residents > 0, "", NO_RESIDENTS)
    )
    table = pd.DataFrame(
        {
            "i": np.arange(len(areas)),
            "code": areas["code"].to_numpy(),
            "name": areas["name"].to_numpy(),
            "district": areas["district"].to_numpy(),
            "incidents": seen.astype(int),
            "residents": residents,
            "rate": rate.value,
            "rate_low": rate.low,
            "rate_high": rate.high,
            "ratio": ratio.value,
            "ratio_low": ratio.low,
            "ratio_high": ratio.high,
            "note": note,
            "shown": shown,
        }
    )
    value = {"count": "incidents"}.get(selection.measure, selection.measure)
    ranks = table[value].where(table["shown"]).rank(ascending=False, method="min")
    return table.assign(value=table[value].astype(float), rank=ranks), without_area


def _districts_covered(held: Held, selection: Selection, period: Period) -> set[str] | None:
    """Name the districts that the data of a period reach; None where one force is held.

    With several forces held, the others' areas are no part of the picture: a 0 there would say
    that nothing happened where nothing is known.
    """
    if len(held.forces) < 2:
        return None
    every = choose(held.incidents, Selection(force=selection.force), period)
    counts = every["district_code"].value_counts()
    # A stray point or two over a border does not make a district covered.
    return set(counts[counts >= MOST_STRAYS].index) or None


@handed
def find_map(held: Held, areas: pd.DataFrame, selection: Selection) -> MapFinding:
    """Find what the map shows for a selection."""
    months_held = held.months_of(selection.force)
    period = selection.period or usual_period(months_held)
    chosen = choose(held.incidents, selection, period)
    table, without_area = measure_areas(
        chosen, areas, selection, _districts_covered(held, selection, period)
    )
    column = "ward_code" if selection.kind == "ward" else "lsoa_code"
    in_focus = chosen[chosen[column] == selection.area] if selection.area else chosen
    placed = in_focus[~in_focus["is_default_geocode"]]
    cells = points = None
    too_many = False
    if selection.layer == "points" and selection.area and len(placed) <= MOST_POINTS:
        points = _points(placed)
    elif selection.layer != "none":
        too_many = selection.layer == "points"
        found = count_by_cell(
            placed["easting"], placed["northing"], most_cells=MOST_CELLS, smallest_m=100
        )
        cells = CellCounts(found.size_m, _with_degrees(found.cells), found.without_place)
    months = count_months(in_focus, [month for month in months_held if month in period])
    return MapFinding(
        period=period,
        table=table,
        total=len(chosen),
        without_area=without_area,
        default_geocodes=int(chosen["is_default_geocode"].sum()),
        cells=cells,
        points=points,
        months=months,
        too_many_points=too_many,
    )


@handed
def count_months(frame: pd.DataFrame, held: list[Month]) -> pd.DataFrame:
    """Count incidents by held month: month (first day), label, incidents."""
    found = count_by_month(frame["month"], held)
    return pd.DataFrame(
        {
            "month": pd.to_datetime([month.first_day for month in held]),
            "label": [month.label for month in held],
            "incidents": found.to_numpy(),
        }
    )


def _points(frame: pd.DataFrame) -> pd.DataFrame:
    places = frame.dropna(subset=["easting"]).groupby(["easting", "northing"], observed=True)
    return _with_degrees(places.size().rename("incidents").reset_index())


def _with_degrees(frame: pd.DataFrame) -> pd.DataFrame:
    longitude, latitude = to_wgs84(frame["easting"], frame["northing"])
    return frame.assign(longitude=longitude.round(5), latitude=latitude.round(5))
