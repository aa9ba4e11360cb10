"""The shape of the county: cells dissolved into LSOAs, wards and districts.

Small Voronoi cells of clustered points are grouped upwards, so every border is shared to the
last vertex and the areas nest. Land ends where a cell's centre lies outside a wavy outline.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Voronoi, cKDTree

from geodata.crs import BNG
from geodata.sources.demo import names

CENTRE = np.array([677_000.0, 222_000.0])
HALF_WIDTH = np.array([16_500.0, 33_500.0])
DISTRICTS, WARDS, LSOAS = 13, 280, 1_100
SMALL_TOWNS = 24
EDITION = "2025"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Outline = Callable[[Floats, float], npt.NDArray[np.bool_]]
"""Says which points lie inside the outline, shrunk by a factor."""


@dataclass(frozen=True)
class Geography:
    """Areas and what later steps need to place people and streets in them.

    Attributes
    ----------
    cells : ndarray (n, 2)
        Centres of the cells on land and at sea, metres.
    cell_lsoa : ndarray (n,)
        Number of each cell's LSOA; -1 at sea.
    lsoa_ward, ward_district : ndarray
        Number of the area above.
    towns : ndarray (t, 2)
        Town centres, the main town of each district first.
    areas : GeoDataFrame
        Every area, of schemas.AREA_COLUMNS.
    """

    cells: Floats
    cell_lsoa: Ints
    lsoa_ward: Ints
    ward_district: Ints
    towns: Floats
    town_names: list[str]
    lsoa_codes: npt.NDArray[np.object_]
    ward_codes: npt.NDArray[np.object_]
    district_codes: npt.NDArray[np.object_]
    lsoa_centres: Floats
    areas: gpd.GeoDataFrame

    def find_lsoa(self, points: Floats, fallback: Ints | None = None) -> Ints:
        """Say which LSOA holds each point; at sea the fallback, or the nearest LSOA on land."""
        found = self.cell_lsoa[self._nearest_cell.query(points)[1]]
        at_sea = found < 0
        if fallback is not None:
            return np.asarray(np.where(at_sea, fallback, found))
        if at_sea.any():
            tree, land = self._nearest_land
            found[at_sea] = self.cell_lsoa[land[tree.query(points[at_sea])[1]]]
        return np.asarray(found)

    @cached_property
    def _nearest_cell(self) -> cKDTree:
        return cKDTree(self.cells)

    @cached_property
    def _nearest_land(self) -> tuple[cKDTree, Ints]:
        land = np.flatnonzero(self.cell_lsoa >= 0)
        return cKDTree(self.cells[land]), land


def build_geography(rng: np.random.Generator) -> Geography:
    """Draw the county's areas.

    Returns
    -------
    Geography
        13 districts, about 280 wards and about 1,100 LSOAs that share their borders exactly,
        and a town-centre polygon for each district.
    """
    inside = _make_outline(rng)
    main = _spread_points(rng, inside, DISTRICTS, 0.80)
    small = _spread_points(rng, inside, SMALL_TOWNS, 0.95)
    cells = _scatter_cells(rng, main, small)
    land = inside(cells, 1.0)
    points = cells[land]

    lsoa = _group(points, points[rng.choice(len(points), LSOAS, replace=False)], 6)
    lsoa_centres = _mean_of(points, lsoa)
    ward = _group(lsoa_centres, lsoa_centres[rng.choice(len(lsoa_centres), WARDS, False)], 6)
    ward_centres = _mean_of(lsoa_centres, ward)
    district = _group(ward_centres, main, 1)

    cell_lsoa = np.full(len(cells), -1)
    cell_lsoa[land] = lsoa
    every_name = names.make_names(rng, DISTRICTS + SMALL_TOWNS + len(ward_centres))
    town_names = every_name[: DISTRICTS + SMALL_TOWNS]
    codes = [
        np.array([f"{prefix}{i:06d}" for i in range(1, count + 1)], dtype=object)
        for prefix, count in (
            ("X01", len(lsoa_centres)), ("X05", len(ward_centres)), ("X07", DISTRICTS))
    ]  # fmt: skip
    codes[2][-1] = "X06000001"
    lsoa_shapes = _dissolve(_voronoi_cells(cells, np.flatnonzero(land)), lsoa)
    ward_shapes = _dissolve(lsoa_shapes, ward)
    district_shapes = _dissolve(ward_shapes, district)
    areas = gpd.GeoDataFrame(crs=BNG, geometry=np.concatenate(
        [district_shapes, ward_shapes, lsoa_shapes, _town_centres(rng, main)]))  # fmt: skip
    counts = [DISTRICTS, len(ward_centres), len(lsoa_centres), DISTRICTS]
    areas["kind"] = np.repeat(["district", "ward", "lsoa", "place"], counts)
    areas["edition"] = EDITION
    place_codes = [f"SYN-PLACE-{i:02d}" for i in range(1, DISTRICTS + 1)]
    areas["code"] = np.concatenate([codes[2], codes[1], codes[0], place_codes])
    centre_wards = _areas_holding(ward_shapes, main[:5])
    main_districts = district[_areas_holding(ward_shapes, main)]
    district_names = names.name_districts(rng, town_names[:DISTRICTS])
    ward_names = names.name_wards(rng, every_name[DISTRICTS + SMALL_TOWNS :])
    lsoa_names = _name_lsoas(district_names, district[ward], ward)
    place_names = [f"{name} town centre" for name in town_names[:DISTRICTS]]
    areas["name"] = np.array(district_names + ward_names + lsoa_names + place_names, dtype=object)
    areas["district_code"] = codes[2][
        np.concatenate([np.arange(DISTRICTS), district, district[ward], main_districts])
    ]
    areas["as_at"] = np.datetime64("2025-05-01", "s")
    areas["non_residential"] = areas["kind"].eq("place")
    areas.loc[DISTRICTS + centre_wards, "non_residential"] = True
    return Geography(
        cells, cell_lsoa, ward, district, np.vstack([main, small]), town_names,
        codes[0], codes[1], codes[2], lsoa_centres, areas,
    )  # fmt: skip


def _make_outline(rng: np.random.Generator) -> Outline:
    """Return a test for points inside the wavy outline, shrunk by a factor."""
    waves = np.arange(2, 15)
    sizes = rng.normal(0, 0.16, len(waves)) / np.sqrt(waves) ** 1.4
    turns = rng.uniform(0, 2 * np.pi, len(waves))

    def inside(points: Floats, shrink: float) -> npt.NDArray[np.bool_]:
        scaled = (points - CENTRE) / HALF_WIDTH
        angle = np.arctan2(scaled[:, 1], scaled[:, 0])
        reach = (sizes * np.cos(angle[:, None] * waves + turns)).sum(axis=1)
        distance = (np.abs(scaled) ** 3).sum(axis=1) ** (1 / 3)
        return np.asarray(distance < shrink * (1 + np.clip(reach, -0.3, 0.18)))

    return inside


def _spread_points(rng: np.random.Generator, inside: Outline, count: int, shrink: float) -> Floats:
    """Choose points inside the outline that keep apart (best of 40 candidates each time)."""
    chosen: list[Floats] = []
    while len(chosen) < count:
        tries = CENTRE + rng.uniform(-1, 1, (60, 2)) * HALF_WIDTH
        tries = tries[inside(tries, shrink)]
        if len(tries) and chosen:
            apart = cKDTree(np.array(chosen)).query(tries)[0]
            chosen.append(tries[int(apart.argmax())])
        elif len(tries):
            chosen.append(tries[0])
    return np.array(chosen)


def _scatter_cells(rng: np.random.Generator, main: Floats, small: Floats) -> Floats:
    """Scatter cell centres: thin over land and sea, dense in towns."""
    rural = CENTRE + rng.uniform(-1.45, 1.45, (6_400, 2)) * HALF_WIDTH
    town_sizes = np.linspace(460, 220, len(main)).astype(int)
    parts = [rural]
    for centre, size in zip(main, town_sizes, strict=True):
        parts.append(centre + rng.normal(0, 1_000 * np.sqrt(size / 90), (size, 2)))
    for centre in small:
        parts.append(centre + rng.normal(0, 850, (75, 2)))
    points = np.vstack(parts)
    near = (np.abs((points - CENTRE) / HALF_WIDTH) < 1.45).all(axis=1)
    return np.asarray(points[near])


def _group(points: Floats, seeds: Floats, rounds: int) -> Ints:
    """Group points around moving seeds (Lloyd's method); groups are numbered without gaps."""
    centres = seeds.copy()
    for _ in range(rounds):
        label = cKDTree(centres).query(points)[1]
        size = np.bincount(label, minlength=len(centres))
        for axis in (0, 1):
            total = np.bincount(label, weights=points[:, axis], minlength=len(centres))
            centres[:, axis] = np.where(size > 0, total / np.maximum(size, 1), centres[:, axis])
    label = cKDTree(centres).query(points)[1]
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _mean_of(points: Floats, label: Ints) -> Floats:
    size = np.bincount(label)
    return np.column_stack([np.bincount(label, weights=points[:, i]) / size for i in (0, 1)])


def _voronoi_cells(points: Floats, wanted: Ints) -> npt.NDArray[np.object_]:
    """Give each wanted point its cell; those on land are bounded by the cells of the sea."""
    diagram = Voronoi(points - CENTRE)
    regions = [diagram.regions[region] for region in diagram.point_region[wanted].tolist()]
    size = np.array([len(region) for region in regions])
    cell = np.repeat(np.arange(len(regions)), size)
    ring = diagram.vertices[np.concatenate(regions)]
    middle = np.add.reduceat(ring, np.cumsum(size) - size) / size[:, None]
    around = ring - middle[cell]
    order = np.lexsort((np.arctan2(around[:, 1], around[:, 0]), cell))
    rings = shapely.linearrings(ring[order] + CENTRE, indices=cell)
    return np.asarray(shapely.polygons(rings), dtype=object)


def _dissolve(shapes: npt.NDArray[np.object_], label: Ints) -> npt.NDArray[np.object_]:
    order = np.argsort(label, kind="stable")
    parts = np.split(shapes[order], np.cumsum(np.bincount(label))[:-1])
    return np.array([shapely.coverage_union_all(part) for part in parts], dtype=object)


def _town_centres(rng: np.random.Generator, main: Floats) -> npt.NDArray[np.object_]:
    """Draw an irregular outline of 300 to 550 m around each main town's centre."""
    angles = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    shapes = []
    for centre in main:
        reach = rng.uniform(350, 500) * rng.uniform(0.85, 1.1, len(angles))
        ring = np.column_stack([np.cos(angles), np.sin(angles)]) * reach[:, None]
        shapes.append(shapely.Polygon(np.round(centre + ring, 1)))
    return np.array(shapes, dtype=object)


def _areas_holding(shapes: npt.NDArray[np.object_], points: Floats) -> Ints:
    held, area = shapely.STRtree(shapes).query_nearest(shapely.points(points))
    return np.asarray(area[np.unique(held, return_index=True)[1]], dtype=np.int64)


def _name_lsoas(districts: list[str], lsoa_district: Ints, lsoa_ward: Ints) -> list[str]:
    """Name LSOAs as the census does: district, a number for the group, a letter."""
    group_number: dict[int, int] = {}
    groups = [0] * len(districts)
    seen: dict[int, int] = {}
    result = []
    for district, ward in zip(lsoa_district.tolist(), lsoa_ward.tolist(), strict=True):
        if ward not in group_number:
            groups[district] += 1
            group_number[ward] = groups[district]
        seen[ward] = seen.get(ward, 0) + 1
        letter = chr(64 + seen[ward]) if seen[ward] <= 26 else f"Z{seen[ward]}"
        result.append(f"{districts[district]} {group_number[ward]:03d}{letter}")
    return result
