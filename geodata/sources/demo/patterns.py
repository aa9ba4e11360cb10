"""Patterns planted in the county on purpose, so that tests can ask whether they are found.

What is planted: lasting and short-lived hotspots, near-repeat runs, repeat victims, repeat
locations (some of them one flat of a block) and records that land at a police station. A county
too small for all of them goes without some, and counts which.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sources.demo.geography import DISTRICTS, Floats, Geography, Ints
from geodata.sources.demo.places import Places, make_places
from geodata.sources.demo.timing import Diary, Times

LASTING, SHORT_LIVED, NEAR_REPEATS = 20, 10, 40
VICTIMS, LOCATIONS = 60, 40
DEFAULT_SHARE = 0.015
LONGEST_DAYS = 365
"""Days of the longest pattern: as long as the shortest county, so that every one fits."""
FULL_SIZE = 45_000
APART_M = 700.0
MOST_PLANTED = 0.75
"""Share of all incidents that hotspots, runs, victims and places may take up, so that a small
county keeps a background that they stand out from."""

_PEAKS = (
    ("weekend nights", (4, 5), (21, 22, 23, 0, 1, 2)),
    ("after school", (0, 1, 2, 3, 4), (15, 16, 17, 18)),
    ("every evening", (0, 1, 2, 3, 4, 5, 6), (18, 19, 20, 21, 22)),
    ("daytime", (0, 1, 2, 3, 4, 5), (10, 11, 12, 13, 14, 15)),
)


@dataclass
class Planting:
    """Planted incidents as they are added: location number and time of each, by pattern.

    `left_out` counts by kind the patterns that the county is too small for.
    """

    built: Places
    added: list[Places] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    location: list[Ints] = field(default_factory=list)
    time: list[Times] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def pattern(self) -> Ints:
        """Number of the pattern of each planted incident."""
        return np.repeat(np.arange(len(self.rows)), [len(one) for one in self.location])

    @property
    def places(self) -> Places:
        """Every location: those of the county, then those that were added."""
        if self.added:
            self.built = self.built.join(*self.added)
            self.added = []
        return self.built

    @cached_property
    def streets(self) -> tuple[cKDTree, np.ndarray]:
        """Where the streets are, and what they are called; no street is ever added."""
        streets = np.flatnonzero(self.built.precision == "street")
        points = np.column_stack([self.built.easting, self.built.northing])[streets]
        return cKDTree(points), self.built.label[streets]

    def add(
        self,
        kind: str,
        label: str,
        *,
        centre: Floats | None,
        radius: float,
        where: Ints,
        when: Times,
    ) -> None:
        """Add one pattern with the location and time of each of its incidents, if it has any."""
        if not len(when):
            self.left_out[kind] += 1
            return
        days = when.astype("datetime64[D]").astype("datetime64[s]")
        self.rows.append(
            {
                "kind": kind,
                "label": label,
                "easting": np.nan if centre is None else float(centre[0]),
                "northing": np.nan if centre is None else float(centre[1]),
                "radius_m": radius,
                "first_day": days.min(),
                "last_day": days.max(),
            }
        )
        self.location.append(where)
        self.time.append(when)

    def extend_places(self, more: Places) -> Ints:
        """Add locations and return their numbers."""
        start = len(self.built) + sum(len(one) for one in self.added)
        self.added.append(more)
        return np.arange(start, start + len(more))

    def keep_within(self, most: int) -> None:
        """Leave out patterns, evenly of every kind, until at most so many incidents are planted."""
        kinds = pd.Series([row["kind"] for row in self.rows], dtype=object)
        of_kind = kinds.groupby(kinds)
        rank = ((of_kind.cumcount() + 0.5) / of_kind.transform("size")).to_numpy()
        order = np.argsort(rank, kind="stable")
        size = np.array([len(one) for one in self.location])
        fits = np.cumsum(size[order]) <= most
        self.left_out.update(kinds[order[~fits]].tolist())
        kept = np.sort(order[fits]).tolist()
        self.rows = [self.rows[i] for i in kept]
        self.location = [self.location[i] for i in kept]
        self.time = [self.time[i] for i in kept]

    def to_frame(self, ids: np.ndarray, pattern: Ints) -> pd.DataFrame:
        """List the patterns with the references of their incidents."""
        frame = pd.DataFrame(self.rows)
        numbers = range(1, len(frame) + 1)
        frame.insert(0, "planted_id", [f"SYN-PLANTED-{number:03d}" for number in numbers])
        order = np.argsort(pattern, kind="stable")
        order = order[np.searchsorted(pattern[order], 0) :]
        parts = np.split(ids[order], np.cumsum(np.bincount(pattern[order]))[:-1])
        frame["incident_ids"] = [" ".join(part) for part in parts]
        return frame


def plant_patterns(
    rng: np.random.Generator,
    geography: Geography,
    places: Places,
    diary: Diary,
    incidents_per_year: int,
) -> Planting:
    """Plant every kind of pattern; sizes shrink with the number of incidents.

    Where even the least sizes are more than `MOST_PLANTED` of all incidents, some patterns of
    every kind are left out, and so is a police station that no record lands at.
    """
    planting = Planting(places)
    scale = incidents_per_year / FULL_SIZE
    centres = _choose_centres(rng, geography, places, LASTING + SHORT_LIVED)
    _plant_lasting(rng, geography, planting, diary, centres=centres[:LASTING], scale=scale)
    _plant_short_lived(rng, geography, planting, diary, centres=centres[LASTING:], scale=scale)
    _plant_near_repeats(rng, geography, planting, diary, places)
    _plant_victims(rng, planting, diary, places, max(12, round(VICTIMS * min(scale, 1))))
    _plant_locations(rng, planting, diary, places, max(10, round(LOCATIONS * min(scale, 1))))
    total = incidents_per_year * len(diary.days) / 365.25
    planting.keep_within(round(MOST_PLANTED * total))
    _plant_defaults(rng, planting, diary, round(DEFAULT_SHARE * total))
    return planting


def _choose_centres(
    rng: np.random.Generator, geography: Geography, places: Places, count: int
) -> Floats:
    """Choose hotspot centres that keep apart: one in each main town first, then by chance."""
    streets = np.flatnonzero(places.precision == "street")
    points = np.column_stack([places.easting, places.northing])[streets]
    weight = places.weight[streets]
    by_chance = points[rng.choice(len(streets), 2_000, p=weight / weight.sum())]
    near_towns = [
        town + rng.normal(0, 450, (1, 2)) + rng.choice([-900, 900], (1, 2))
        for town in geography.towns[:DISTRICTS]
    ]
    chosen: list[Floats] = []
    for point in np.vstack([*near_towns, by_chance]):
        if all(np.hypot(*(point - other)) >= APART_M for other in chosen):
            chosen.append(np.round(point))
        if len(chosen) == count:
            break
    return np.array(chosen)


def _around(
    rng: np.random.Generator, geography: Geography, planting: Planting, *,
    centre: Floats, radius: float, count: int,
) -> Ints:  # fmt: skip
    """Add addresses within a radius of a centre, on the street that is nearest."""
    tree, labels = planting.streets
    label = labels[tree.query(centre)[1]]
    reach = (radius - 2) * np.sqrt(rng.random(count))
    angle = rng.uniform(0, 2 * np.pi, count)
    spots = centre + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    return planting.extend_places(
        make_places(geography, spots, np.full(count, label, dtype=object))
    )


def _draw_first_day(rng: np.random.Generator, diary: Diary, days: int) -> int:
    """Draw the first of so many days; as many as the diary has begin with it."""
    later = len(diary.days) - days
    if later < 0:
        raise ValueError(f"{days} days do not fit into {len(diary.days)}")
    # The last possible start is never drawn when there are several, so that counties that were
    # built before stay as they are.
    return int(rng.integers(0, later)) if later else 0


def _peak_times(
    rng: np.random.Generator, diary: Diary, count: int, *, first: int, days: int, peak: int
) -> Times:
    """Draw times within some days, mostly in a peak of the week."""
    _, weekdays, hours = _PEAKS[peak]
    table = diary.home[first : first + days].copy()
    busy = np.isin(diary.weekday[first : first + days], weekdays)
    table[np.ix_(busy, np.array(hours))] *= 7.0
    day, hour = diary.draw(rng, count, table)
    return diary.to_times(rng, day + first, hour)


def _plant_lasting(
    rng: np.random.Generator, geography: Geography, planting: Planting, diary: Diary, *,
    centres: Floats, scale: float,
) -> None:  # fmt: skip
    for i, centre in enumerate(centres):
        a_year = max(10.0, rng.uniform(60, 190) * scale)
        count = round(a_year * len(diary.days) / 365.25)
        spots = _around(rng, geography, planting, centre=centre, radius=75, count=14)
        where = rng.choice(spots, count, p=rng.dirichlet(np.full(14, 1.5)))
        peak = i % len(_PEAKS)
        when = _peak_times(rng, diary, count, first=0, days=len(diary.days), peak=peak)
        label = f"About {a_year:.0f} incidents a year within 75 m, mostly {_PEAKS[peak][0]}"
        planting.add("lasting hotspot", label, centre=centre, radius=75.0, where=where, when=when)


def _plant_short_lived(
    rng: np.random.Generator, geography: Geography, planting: Planting, diary: Diary, *,
    centres: Floats, scale: float,
) -> None:  # fmt: skip
    for i, centre in enumerate(centres):
        weeks = int(rng.integers(3, 9))
        count = max(12, round(float(rng.uniform(25, 60)) * min(scale, 1)))
        latest = len(diary.days) - 7 * weeks
        first = latest if i == 0 else int(rng.integers(30, latest))
        spots = _around(rng, geography, planting, centre=centre, radius=75, count=9)
        peak = (i + 1) % len(_PEAKS)
        when = _peak_times(rng, diary, count, first=first, days=7 * weeks, peak=peak)
        label = f"{count} incidents in {weeks} weeks within 75 m, mostly {_PEAKS[peak][0]}"
        where = rng.choice(spots, count)
        planting.add(
            "short-lived hotspot", label, centre=centre, radius=75.0, where=where, when=when
        )


def _plant_near_repeats(
    rng: np.random.Generator, geography: Geography, planting: Planting, diary: Diary,
    places: Places,
) -> None:  # fmt: skip
    streets = np.flatnonzero(places.precision == "street")
    for street in rng.choice(streets, NEAR_REPEATS, replace=False):
        count = int(rng.integers(4, 10))
        centre = np.array([places.easting[street], places.northing[street]])
        gaps = rng.integers(1, 9, count)
        gaps[0] = 0
        day = np.cumsum(gaps)
        day += int(rng.integers(0, len(diary.days) - day[-1]))
        hour = rng.integers(16, 24, count)
        where = _around(rng, geography, planting, centre=centre, radius=95, count=count)
        label = f"{count} incidents, each within 8 days and 190 m of the one before"
        when = diary.to_times(rng, day, hour)
        planting.add("near-repeat run", label, centre=centre, radius=95.0, where=where, when=when)


def _plant_victims(
    rng: np.random.Generator, planting: Planting, diary: Diary, places: Places, number: int
) -> None:
    homes = np.flatnonzero((places.precision == "exact") & ~places.is_excluded & ~places.in_centre)
    for home in rng.choice(homes, number, replace=False):
        count = int(rng.integers(3, 13))
        span = int(rng.integers(40, 181))
        first = _draw_first_day(rng, diary, span)
        when = _peak_times(rng, diary, count, first=first, days=span, peak=2)
        label = f"One victim at one address, {count} reports in {span} days"
        planting.add(
            "repeat victim", label, centre=None, radius=0.0, where=np.full(count, home), when=when
        )


def _plant_locations(
    rng: np.random.Generator, planting: Planting, diary: Diary, places: Places, number: int
) -> None:
    usable = (places.precision == "exact") & ~places.is_excluded
    flats = rng.choice(np.flatnonzero(usable & (places.block >= 0)), number // 4, replace=False)
    others = np.flatnonzero(usable & (places.block < 0))
    houses = rng.choice(others, number - len(flats), replace=False)
    for place in np.concatenate([flats, houses]):
        count = int(rng.integers(9, 26))
        span = int(rng.integers(120, LONGEST_DAYS + 1))
        first = _draw_first_day(rng, diary, span)
        centre = np.array([places.easting[place], places.northing[place]])
        kind = "flat in a block" if places.block[place] >= 0 else "address"
        label = f"One {kind}, {count} incidents in {span} days"
        peak = int(rng.integers(len(_PEAKS)))
        when = _peak_times(rng, diary, count, first=first, days=span, peak=peak)
        planting.add(
            "repeat location",
            label,
            centre=centre,
            radius=0.0,
            where=np.full(count, place),
            when=when,
        )


def _plant_defaults(rng: np.random.Generator, planting: Planting, diary: Diary, total: int) -> None:
    stations = np.flatnonzero(planting.places.is_default)
    counts = rng.multinomial(total, [0.5, 0.3, 0.2])
    for station, count in zip(stations, counts, strict=True):
        day, hour = diary.draw(rng, int(count), diary.home)
        centre = np.array([planting.places.easting[station], planting.places.northing[station]])
        records = "record" if count == 1 else "records"
        label = f"{count} {records} without a place, put at a police station"
        where = np.full(int(count), station)
        when = diary.to_times(rng, day, hour)
        planting.add("default geocode", label, centre=centre, radius=0.0, where=where, when=when)
