"""Maps of cells for the Hotspots page: density, chance, change by month, and concentration.

Every random draw has a fixed seed, so that a link shows the same map to everyone.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import stats

from analytics.concentration import Concentration, measure_concentration
from analytics.hotspots.density import kernel_density
from analytics.hotspots.emerging import (
    FEWEST_HOT,
    HOT_CHANCE,
    LOOKBACK_MONTHS,
    Emerging,
    classify_emerging,
)
from analytics.hotspots.getis_ord import GetisOrd, score_getis_ord
from analytics.hotspots.moran import GlobalMoran, measure_moran
from analytics.hotspots.outbreaks import Outbreaks, find_outbreaks
from analytics.rates import compare_counts
from analytics.repeats.near_repeat import NearRepeat, find_near_repeats
from dashboard.permissions import Permission, handed, needs
from dashboard.services.hotspots import Spots, Usable
from geodata.calendar import Month, Period
from geodata.crs import to_wgs84
from geodata.errors import EventsNotUsableError
from geodata.grids import Grid, Kind, make_grid
from geodata.store.areas import read_areas
from geodata.store.database import Database

SEED = 1
DRAWS = 99_999
SHUFFLES = 199
MOST_CELLS = 4_000
SMALLEST_CHANCE = 0.05
EMERGING_SHOWN = ("new", "growing", "lasting", "fading", "sporadic")
MONTH_DAYS = 28


@dataclass(frozen=True)
class CellMap:
    """Cells to draw: at most `MOST_CELLS`, highest first.

    Attributes
    ----------
    cells : DataFrame
        ``corners`` (longitude and latitude of each corner, rounded), ``value`` and, for classes,
        ``name``.
    hidden : int
        Cells with a value that are not drawn.
    """

    cells: pd.DataFrame = field(repr=False)
    hidden: int


@dataclass(frozen=True)
class Concentrated:
    """Where incidents lie densest, and how much of them few cells hold."""

    density: CellMap
    spread: Concentration
    cells: int


@dataclass(frozen=True)
class Chance:
    """Which cells hold more than chance would give them, and whether one incident brings more."""

    hot: CellMap
    scores: GetisOrd = field(repr=False)
    moran: GlobalMoran
    near_repeat: NearRepeat | None
    near_repeat_reason: str
    cells: int
    spots: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class News:
    """What is new: classes of cells and hotspots, outbreaks, and two periods compared.

    Attributes
    ----------
    classes : CellMap
        Cells that are a hotspot by the rule on months, named by class.
    by_month : dict of Month to CellMap
        Counts of those cells, month by month.
    emerging : Emerging
        Classes of all cells.
    spots : DataFrame
        spot, now, before, z, ratio, ratio_low, ratio_high, verdict and class of each listed
        hotspot.
    outbreaks : Outbreaks or None
    outbreaks_reason : str
        Why outbreaks could not be looked for.
    """

    classes: CellMap
    by_month: dict[Month, CellMap] = field(repr=False)
    emerging: Emerging = field(repr=False)
    spots: pd.DataFrame = field(repr=False)
    outbreaks: Outbreaks | None = field(repr=False)
    outbreaks_reason: str


@needs(Permission.SEE_COUNTS)
def build_grid(database: Database, districts: tuple[str, ...], cell_m: float, kind: Kind) -> Grid:
    """Cut the wards of some districts into cells."""
    wards = read_areas(database, "ward")
    inside = wards[wards["district_code"].isin(districts)]
    return make_grid(shapely.union_all(inside.geometry.to_numpy()), cell_m, kind)


@handed
def find_concentrated(usable: Usable, grid: Grid, bandwidth_m: float) -> Concentrated:
    """Find where incidents lie densest and how concentrated they are."""
    density = kernel_density(usable.x, usable.y, grid, bandwidth_m=bandwidth_m)
    counts = grid.count(usable.x, usable.y)
    spread = measure_concentration(counts, rng=np.random.default_rng(SEED), simulations=99)
    return Concentrated(draw_cells(grid, density.values_per_km2), spread, len(grid))


@handed
def find_chance(spots: Spots, grid: Grid) -> Chance:
    """Find the cells that hold more than chance, with false finds controlled."""
    usable = spots.usable
    counts = grid.count(usable.x, usable.y)
    near = grid.neighbours(1)
    # One place with hundreds of incidents would otherwise be in nine of every few thousand
    # random deals, and nothing below its size could ever stand out.
    scores = score_getis_ord(
        np.sqrt(counts), near, permutations=DRAWS, rng=np.random.default_rng(SEED),
        false_share=SMALLEST_CHANCE,
    )  # fmt: skip
    hot = scores.is_hot
    at = grid.find(spots.table["x"], spots.table["y"])
    inside = at >= 0
    table = pd.DataFrame(
        {
            "spot": spots.table["spot"],
            "is_hot": inside & hot[at],
            "q_value": np.where(inside, scores.q_value[at], np.nan),
        }
    )
    try:
        found = find_near_repeats(
            usable.x, usable.y, usable.frame["shift_date"].to_numpy(), permutations=SHUFFLES,
            rng=np.random.default_rng(SEED),
        )  # fmt: skip
        reason = ""
    except EventsNotUsableError as error:
        found, reason = None, f"{error.title} {error.detail}"
    return Chance(
        hot=draw_cells(grid, np.where(hot, counts, 0.0)),
        scores=scores,
        moran=measure_moran(np.sqrt(counts), near),
        near_repeat=found,
        near_repeat_reason=reason,
        cells=len(grid),
        spots=table,
    )


@handed
def find_news(spots: Spots, grid: Grid, compared_with: Period | None) -> News:
    """Find what is new, month by month and against an earlier period.

    Raises
    ------
    EventsNotUsableError
        If fewer than 6 months are held up to the end of the period.
    """
    usable = spots.usable
    year = Period.ending(usable.period.last, LOOKBACK_MONTHS)
    held = [month for month in usable.months if month in year]
    every = usable.every
    cell = grid.find(every["easting"], every["northing"])
    counts = _count_months(cell, every["month"], held, len(grid))
    emerging = classify_emerging(counts, expected_by_month=counts.sum(axis=0) + 1)
    names = np.asarray(emerging.classes)
    shown = np.isin(names, EMERGING_SHOWN)
    weight = np.where(shown, counts.sum(axis=1), 0.0)
    try:
        outbreaks, reason = _outbreaks(usable, held), ""
    except EventsNotUsableError as error:
        outbreaks, reason = None, f"{error.title} {error.detail}"
    return News(
        classes=draw_cells(grid, weight, names),
        by_month={
            month: draw_cells(grid, np.where(shown, counts[:, place], 0.0), names)
            for place, month in enumerate(held)
        },
        emerging=emerging,
        spots=_news_of_spots(spots, held, counts, grid, compared_with),
        outbreaks=outbreaks,
        outbreaks_reason=reason,
    )


@handed
def draw_cells(
    grid: Grid, values: npt.NDArray[np.float64], names: npt.NDArray[np.object_] | None = None
) -> CellMap:
    """Give the highest cells with their corners in degrees; cells of 0 are not drawn."""
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > 0]
    top = order[:MOST_CELLS]
    shapes = Grid(grid.kind, grid.cell_m, grid.column[top], grid.row[top]).polygons()
    drawn = draw_shapes(shapes, values[top], None if names is None else names[top])
    return CellMap(drawn.cells, len(order) - len(top))


@handed
def draw_shapes(
    shapes: npt.NDArray[np.object_],
    values: npt.NDArray[np.float64],
    names: npt.NDArray[np.object_] | None = None,
) -> CellMap:
    """Give cells of one shape with their corners in degrees."""
    points = shapely.get_coordinates(shapes)
    longitude, latitude = to_wgs84(points[:, 0], points[:, 1])
    each = len(points) // len(shapes) if len(shapes) else 1
    corners = np.column_stack([longitude, latitude]).round(5).reshape(len(shapes), each, 2)
    cells = pd.DataFrame({"corners": corners[:, :-1].tolist(), "value": values})
    return CellMap(cells if names is None else cells.assign(name=names), 0)


def _outbreaks(usable: Usable, held: list[Month]) -> Outbreaks:
    every = usable.every
    if usable.knows_days:
        days = every["shift_date"].to_numpy()
        end = usable.period.last + 1
        until = min(np.datetime64(end.first_day) - 1, days[~np.isnat(days)].max())
    else:
        days = (every["month"].to_numpy(dtype=np.int64) - 1970 * 12).astype("datetime64[M]")
        until = np.datetime64(str(held[-1]), "M")
    recent = every["month"].to_numpy() >= (held[0].ordinal)
    return find_outbreaks(
        every["easting"].to_numpy(dtype=float)[recent],
        every["northing"].to_numpy(dtype=float)[recent],
        days[recent],
        until=until,
        max_days=MONTH_DAYS,
        permutations=SHUFFLES,
        rng=np.random.default_rng(SEED),
    )


def _count_months(
    place: npt.NDArray[np.int64], month: pd.Series, held: list[Month], places: int
) -> npt.NDArray[np.float64]:
    columns = {each.ordinal: at for at, each in enumerate(held)}
    column = month.map(columns).fillna(-1).to_numpy(dtype=np.int64)
    inside = (place >= 0) & (column >= 0)
    counts = np.bincount(place[inside] * len(held) + column[inside], minlength=places * len(held))
    return counts.reshape(places, len(held)).astype(np.float64)


def _news_of_spots(
    spots: Spots,
    held: list[Month],
    counts: npt.NDArray[np.float64],
    grid: Grid,
    compared_with: Period | None,
) -> pd.DataFrame:
    every, table = spots.usable.every, spots.table
    place = np.full(len(every), -1, dtype=np.int64)
    tree = shapely.STRtree(shapely.points(every["easting"], every["northing"]))
    for number, shape in enumerate(table["geometry"]):
        place[tree.query(shape, predicate="contains")] = number
    monthly = _count_months(place, every["month"], held, len(table))
    # A hotspot's month is hot by the same chance as a cell's, for the ground it covers.
    ground = table["area_m2"].to_numpy()[:, None] / grid.cell_m**2
    from_count = stats.poisson.isf(HOT_CHANCE, counts.mean(axis=0)[None, :] * ground) + 1
    found = classify_emerging(
        monthly,
        hot=monthly >= np.maximum(from_count, FEWEST_HOT),
        expected_by_month=counts.sum(axis=0) + 1,
    )
    news = pd.DataFrame({"spot": table["spot"], "class": np.asarray(found.classes)})
    months = every["month"].to_numpy()

    def count(period: Period) -> npt.NDArray[np.int64]:
        inside = (place >= 0) & (months >= period.first.ordinal) & (months <= period.last.ordinal)
        return np.bincount(place[inside], minlength=len(table))

    news["now"] = count(spots.usable.period)
    if compared_with is None:
        return news
    before = count(compared_with)
    changes = [compare_counts(int(a), int(b)) for a, b in zip(news["now"], before, strict=True)]
    return news.assign(
        before=before,
        z=[change.z for change in changes],
        ratio=[change.ratio for change in changes],
        ratio_low=[change.ratio_low for change in changes],
        ratio_high=[change.ratio_high for change in changes],
        verdict=[change.direction for change in changes],
    )
