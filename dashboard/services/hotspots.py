"""Find the hotspots of a selection and explain each: incidents in, a list with its reasons out.

The list is the same behind three of the page's questions, so that number 5 is the same place
whatever is asked of it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from analytics.hotspots.candidates import Candidates, list_candidates
from analytics.hotspots.clusters import find_clusters
from analytics.hotspots.counterfactual import find_counterfactual
from analytics.hotspots.harm import HarmWeights, pick_weights, read_harm_weights, weigh_harm
from analytics.hotspots.hours import split_day_night
from analytics.hotspots.patrol_areas import PatrolAreas, draw_patrol_areas
from analytics.hotspots.reasons import Card, explain_place
from analytics.hotspots.selection import leave_out
from dashboard.hotspot_choice import HotspotChoice
from dashboard.permissions import handed
from dashboard.selection import Selection
from dashboard.services.explore import MOST_STRAYS, Held, choose, usual_period
from dashboard.services.questions import Break, breaks_between
from geodata.calendar import Month, Period
from geodata.crs import to_wgs84
from geodata.errors import EventsNotUsableError
from geodata.settings import harm_weights_path

NO_HOUR = "time of day not known"
OTHER_LIGHT = "at the other time of day"
NEAR_PLACE_M = 1_000.0
MOST_NAMES = 3


@dataclass(frozen=True)
class Usable:
    """Incidents of a selection that can be placed, and what was left out.

    Attributes
    ----------
    period : Period
        Months looked at.
    months : list of Month
        Months held of the forces looked at.
    every : DataFrame
        Usable incidents of all months held.
    frame : DataFrame
        Those of the period.
    left_out : dict of str to int
        Incidents of the period that were left out, by reason.
    total : int
        Incidents of the period; those kept and left out add up to it.
    forces : int
        How many forces the incidents come from.
    """

    period: Period
    months: list[Month]
    every: pd.DataFrame = field(repr=False)
    frame: pd.DataFrame = field(repr=False)
    left_out: dict[str, int]
    total: int
    forces: int

    @property
    def x(self) -> npt.NDArray[np.float64]:
        """Metres east of the incidents of the period."""
        return self.frame["easting"].to_numpy(dtype=np.float64)

    @property
    def y(self) -> npt.NDArray[np.float64]:
        """Metres north of the incidents of the period."""
        return self.frame["northing"].to_numpy(dtype=np.float64)

    @property
    def knows_days(self) -> bool:
        """True if the day of most incidents is known."""
        return bool(self.frame["shift_date"].notna().mean() > 0.5) if len(self.frame) else False

    @property
    def districts(self) -> list[str]:
        """Districts that the incidents reach; a few strays do not make one."""
        counts = self.every["district_code"].value_counts()
        return sorted(str(code) for code in counts[counts >= MOST_STRAYS].index if code)


@dataclass(frozen=True)
class Spots:
    """The hotspots of a selection.

    Attributes
    ----------
    usable : Usable
    table : DataFrame
        The list, as `Candidates.table` with ``spot`` (number on the list), ``name``, ``near``,
        ``ward``, ``district``, ``area_ha``, ``longitude``, ``latitude`` and ``geometry``.
    unlisted : DataFrame
        Hotspots that did not get on the list.
    areas : PatrolAreas
        All of them, and the clusters refused.
    candidates : Candidates
        The rule of the list and what it did.
    harm : ndarray of float
        Harm weight of each incident of the period.
    weights : HarmWeights
        Where the weights come from.
    """

    usable: Usable
    table: pd.DataFrame = field(repr=False)
    unlisted: pd.DataFrame = field(repr=False)
    areas: PatrolAreas = field(repr=False)
    candidates: Candidates = field(repr=False)
    harm: npt.NDArray[np.float64] = field(repr=False)
    weights: HarmWeights

    def row(self, spot: int | None) -> pd.Series | None:
        """Give the row of a hotspot on the list."""
        found = self.table[self.table["spot"] == spot] if spot else self.table[:0]
        return found.iloc[0] if len(found) else None

    def in_order(self, numbers: Iterable[int]) -> pd.DataFrame:
        """Give the rows of the list in another order of their numbers."""
        return self.table.set_index("spot").loc[list(numbers)].reset_index()


@handed
def find_usable(held: Held, selection: Selection, light: str | None) -> Usable:
    """Choose the incidents of a selection whose place and, if asked, time of day are known."""
    months = held.months_of(selection.force)
    period = selection.period or usual_period(months)
    chosen = choose(held.incidents, selection, None)
    now = choose(chosen, Selection(), period)
    left_out = dict(leave_out(now).left_out)
    every = leave_out(chosen).frame
    if light:
        # Counted before the split, so that kept and left out add up.
        located = choose(every, Selection(), period)
        parts = split_day_night(located["hour"].to_numpy())
        left_out[NO_HOUR] = int(parts.is_unknown.sum())
        left_out[OTHER_LIGHT] = int((parts.is_night if light == "day" else parts.is_day).sum())
        of_all = split_day_night(every["hour"].to_numpy())
        every = every[of_all.is_day if light == "day" else of_all.is_night]
    every = every.reset_index(drop=True)
    frame = choose(every, Selection(), period).reset_index(drop=True)
    forces = int(frame["force"].nunique())
    return Usable(period, months, every, frame, left_out, len(now), forces)


@handed
def find_spots(
    usable: Usable,
    wards: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    districts: dict[str, str],
    choice: HotspotChoice,
) -> Spots:
    """Find the clusters of a selection, draw their areas and put them on a list.

    Parameters
    ----------
    usable : Usable
    wards, places : GeoDataFrame
        For names; EPSG:27700.
    districts : dict of str to str
        Names of districts by code.
    choice : HotspotChoice
        method, eps, least, rank and slots.
    """
    weights = pick_weights(read_harm_weights(harm_weights_path()), usable.period.last.first_day)
    harm = weigh_harm(usable.frame, weights).values
    week = find_weeks(usable.frame)
    clusters = find_clusters(
        usable.x, usable.y, weights=harm, week=week, method=choice.method, eps_m=choice.eps,
        min_weight=choice.least,
    )  # fmt: skip
    areas = draw_patrol_areas(
        usable.x, usable.y, clusters.labels, weights=harm, week=week, min_incidents=choice.least
    )
    found = areas.frame.assign(
        ward_code=_most_common(usable.frame["ward_code"], areas),
        district_code=_most_common(usable.frame["district_code"], areas),
    )
    candidates = list_candidates(
        found, districts=usable.districts, how_many=choice.slots, rank_by=choice.rank
    )
    table = candidates.table.rename(columns={"position": "spot"})
    listed = found["hotspot"].isin(table["hotspot"])
    return Spots(
        usable=usable,
        table=name_places(table, wards, places, districts),
        unlisted=name_places(found[~listed], wards, None, districts),
        areas=areas,
        candidates=candidates,
        harm=harm,
        weights=weights,
    )


@handed
def find_weeks(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Give the number of the week of each incident, or its month where most know no more."""
    months = frame["month"].to_numpy(dtype=np.int64)
    days = frame["shift_date"]
    if not len(frame) or days.notna().mean() <= 0.5:
        return months
    first = (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    known = days.to_numpy().astype("datetime64[D]")
    return np.where(days.notna(), known, first).astype("datetime64[D]").astype(np.int64) // 7


@handed
def name_places(
    table: pd.DataFrame,
    wards: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame | None,
    districts: dict[str, str],
) -> pd.DataFrame:
    """Name each place by its ward and what lies near, never by an address.

    Without ``places`` nothing near is looked for, which takes the time.
    """
    codes = table["ward_code"].astype(str)
    names = codes.map(dict(zip(wards["code"], wards["name"], strict=True))).fillna("No ward")
    longitude, latitude = to_wgs84(table["x"], table["y"])
    near = [
        "" if places is None else _say_near(shapely.Point(x, y), name, wards, places)
        for x, y, name in zip(table["x"], table["y"], names, strict=True)
    ]
    return table.assign(
        ward=names.to_numpy(),
        near=near,
        district=table["district_code"].astype(str).map(districts).fillna("").to_numpy(),
        area_ha=table["area_m2"] / 10_000,
        longitude=longitude.round(5),
        latitude=latitude.round(5),
    )


@handed
def explain_spot(
    spots: Spots, spot: int, emerging: str | None = None, compared_with: Period | None = None
) -> Card | None:
    """Explain a hotspot of the list: its facts, its trust and what would drop it.

    Parameters
    ----------
    spots : Spots
    spot : int
        Number on the list.
    emerging : str, optional
        Its class by the rule on months.
    compared_with : Period, optional
        Held period of the same length whose count stands as the expectation.
    """
    row = spots.row(spot)
    if row is None:
        return None
    usable = spots.usable
    every = usable.every
    inside = shapely.contains_xy(row["geometry"], every["easting"], every["northing"])
    now = (spots.areas.area_of == row["hotspot"]) if len(usable.frame) else np.empty(0, bool)
    by_harm = spots.candidates.rank_by == "harm"
    listed = None
    if spots.candidates.rank_by != "both":
        listed = find_counterfactual(
            int(row["incidents"]),
            float(row["cut_value"]),
            weights=spots.harm[now] if by_harm else None,
            drops_at_tie=bool(row["drops_at_tie"]),
            by_floor=bool(row["by_floor"]),
        )
    types = usable.frame["asb_type"].value_counts(normalize=True)
    return explain_place(
        every[inside],
        period=usable.period,
        expected=_count(every[inside], compared_with) if compared_with else None,
        expected_from=f"its own count in {compared_with.label}" if compared_with else "",
        usual_types={str(name): float(share) for name, share in types.items()},
        emerging=emerging,
        held=usable.months,
        listed=listed,
    )


@handed
def comparable_period(usable: Usable, against: str, breaks: Sequence[Break] = ()) -> Period | None:
    """Give the earlier period to compare with, if every month of both is held.

    There is none either if recording changed between its start and the end of the period.
    """
    earlier = usable.period.year_before() if against == "year" else usable.period.before()
    if earlier.last >= usable.period.first:
        return None
    forces = sorted(set(usable.frame["force"].astype(str)))
    if breaks_between(breaks, earlier.first, usable.period.last, forces):
        return None
    return earlier if {*earlier.months, *usable.period.months} <= set(usable.months) else None


@handed
def require_some(usable: Usable) -> None:
    """Refuse to look for hotspots in nothing.

    Raises
    ------
    EventsNotUsableError
        If no incident of the selection has a usable place.
    """
    if usable.frame.empty:
        raise EventsNotUsableError(
            "No incident of this selection can be placed.",
            f"{usable.total:,} were found, all without a usable place or time of day.",
            "Widen the period, or clear a filter on the left.",
        )


@handed
def say_today() -> str:
    """Give today's date as text, for what a person declares."""
    return dt.date.today().isoformat()


def _count(frame: pd.DataFrame, period: Period) -> int:
    return len(choose(frame, Selection(), period))


def _most_common(column: pd.Series, areas: PatrolAreas) -> list[str]:
    inside = areas.area_of > 0
    counts = pd.crosstab(areas.area_of[inside], column[inside].astype(str).to_numpy())
    best = counts.idxmax(axis=1) if len(counts) else pd.Series(dtype=str)
    return [str(best.get(number, "")) for number in areas.frame["hotspot"]]


def _say_near(
    point: shapely.Point, own: str, wards: gpd.GeoDataFrame, places: gpd.GeoDataFrame
) -> str:
    """Name what lies near a point, nearest first: named places, then other wards."""
    found: list[str] = []
    for frame in (places, wards):
        if frame.empty:
            continue
        away = frame.geometry.distance(point).to_numpy()
        for k in np.argsort(away, kind="stable")[: MOST_NAMES + 1]:
            name = str(frame["name"].iloc[k])
            if away[k] <= NEAR_PLACE_M and name != own and name not in found:
                found.append(name)
    return ", ".join(found[:MOST_NAMES])
