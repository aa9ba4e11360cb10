"""Patrol areas: what ground can officers walk, out of the clusters that were found?

Turns each cluster into one or several areas of at most 150 m radius with centres at least 500 m
apart, and refuses what is too little or too short-lived to be a place. Says how many were refused
and why. It ranks nothing against need or fairness: see `candidates`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import spatial

from analytics.hotspots.clusters import (
    Floats,
    Ints,
    Places,
    count_weeks,
    gather_places,
    read_near_pairs,
)

_Centre = tuple[float, float, int]

TOO_FEW = "fewer than {:d} incidents"
TOO_SHORT = "fewer than {:d} weeks"
TOO_NEAR = "within {:g} m of a stronger area"

_AROUND_PLACE_M = 25.0
_CORNERS = 64
# A disc drawn with corners lies this much inside the circle; incidents are taken from within it.
_INSIDE = 0.999
_STEPS = 20
_SMALL_STEP_M = 1.0


@dataclass(frozen=True)
class PatrolAreas:
    """Ground that can be patrolled.

    Attributes
    ----------
    frame : DataFrame
        One row an area: ``hotspot`` (number from 1, highest harm first), ``cluster``, ``x``,
        ``y`` (centre, metres), ``radius_m`` (furthest point from the centre), ``area_m2``,
        ``incidents``, ``harm``, ``weeks`` (-1 if no weeks were given) and ``geometry`` (one
        shapely Polygon). Counts are of all incidents inside the polygon.
    area_of : ndarray of int64, shape (incidents,)
        Hotspot number that each incident lies in, 0 for none.
    refused : dict of str to int
        Clusters without an area, by reason; every reason is there, with 0 if it had none.
    clusters : int
        Clusters given.
    outside : int
        Incidents of clusters that lie in no area.
    """

    frame: pd.DataFrame
    area_of: Ints
    refused: dict[str, int]
    clusters: int
    outside: int


def draw_patrol_areas(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    week: npt.ArrayLike | None = None,
    radius_m: float = 150.0,
    separation_m: float = 500.0,
    min_incidents: int = 10,
    min_weeks: int = 3,
) -> PatrolAreas:
    """Draw areas that can be patrolled out of clusters of incidents.

    Parameters
    ----------
    x, y : array_like of float
        Incidents, metres; those with NaN are in no area.
    labels : array_like of int
        Cluster of each incident, -1 for none, as in `Clusters.labels`.
    weights : array_like of float, optional
        Weight of each incident (harm); 1 by default.
    week : array_like of int, optional
        Number of the week (or month, if only that is known) of each incident. Without it the
        rule of distinct weeks is not applied.
    radius_m : float, default 150
        No point of an area lies further from its centre.
    separation_m : float, default 500
        Least distance between two centres; at least twice the radius, so that areas do not meet.
    min_incidents : int, default 10
        Fewer make no area.
    min_weeks : int, default 3
        Incidents in fewer distinct weeks make no area.

    Returns
    -------
    PatrolAreas
        The areas, highest harm first, and what was refused.

    Notes
    -----
    A disc is laid on every place that belongs to a cluster and weighed by the cluster's incidents
    in it. Discs are taken heaviest first (ties: more incidents, then further west, then further
    south); each is moved to the weighted mean of its incidents while that makes it no lighter,
    and kept if it lies far enough from those before. So the centre of a town, one large cluster,
    becomes several areas on its densest spots, and the ground between them is left out. As discs
    never meet, no incident is counted twice. The polygon is the concave hull of the incidents in
    the disc, widened by 25 m and cut to the disc: one piece without holes. Cost grows with places
    x places within the radius.
    """
    if not 0 < 2 * radius_m <= separation_m:
        raise ValueError(
            f"separation_m must be at least twice radius_m, got {separation_m!r} and {radius_m!r}"
        )
    given = np.asarray(labels, dtype=np.int64)
    weeks = None if week is None else np.asarray(week, dtype=np.float64)
    places = gather_places(x, y, weights)
    if given.shape != places.place.shape or (weeks is not None and weeks.shape != given.shape):
        raise ValueError(f"shapes differ: points {places.place.shape}, labels {given.shape}")
    member = (places.place >= 0) & (given >= 0)
    cluster = np.full(len(places.x), -1, dtype=np.int64)
    cluster[places.place[member]] = given[member]
    search = _Search(
        places, cluster, weeks, radius_m * _INSIDE, separation_m, min_incidents, min_weeks
    )
    centres, came = search.find_centres()
    shapes = [_draw_area(search.members(*centre), centre, places, radius_m) for centre in centres]
    frame, area_of = _describe(centres, shapes, places, weeks)
    reasons = (
        TOO_FEW.format(min_incidents),
        TOO_SHORT.format(min_weeks),
        TOO_NEAR.format(separation_m),
    )
    return PatrolAreas(
        frame=frame,
        area_of=area_of,
        refused={why: sum(n == step for n in came.values()) for step, why in enumerate(reasons)},
        clusters=len(came),
        outside=int(np.count_nonzero(member & (area_of == 0))),
    )


class _Search:
    """Finds the centres of areas, heaviest first."""

    def __init__(
        self,
        places: Places,
        cluster: Ints,
        week: Floats | None,
        radius_m: float,
        separation_m: float,
        min_incidents: int,
        min_weeks: int,
    ) -> None:
        self.places, self.cluster, self.week = places, cluster, week
        self.radius_m, self.separation_m = radius_m, separation_m
        self.min_incidents, self.min_weeks = min_incidents, min_weeks
        self.tree = spatial.KDTree(np.column_stack([places.x, places.y]))
        self.order = np.argsort(places.place, kind="stable")
        bounds = np.arange(len(places.x) + 1)
        self.starts = np.searchsorted(places.place[self.order], bounds)

    def find_centres(self) -> tuple[list[_Centre], dict[int, int]]:
        """Give the centres, and how far each cluster came: a step of refusal, or 3 for an area."""
        came = dict.fromkeys(np.unique(self.cluster[self.cluster >= 0]).tolist(), 0)
        centres: list[_Centre] = []
        blocked = np.zeros(len(self.cluster), dtype=bool)
        for start in self._heaviest_first().tolist():
            of = int(self.cluster[start])
            if blocked[start] and came[of] >= 2:
                continue
            centre = (float(self.places.x[start]), float(self.places.y[start]), of)
            if not self._lasts(self.members(*centre)):
                came[of] = max(came[of], 1)
            elif blocked[start]:
                came[of] = max(came[of], 2)
            else:
                centre = self._climb(centre, centres)
                centres.append(centre)
                came[of] = 3
                # Rounding must not block a place at exactly the distance.
                near = self.tree.query_ball_point(centre[:2], self.separation_m * (1 - 1e-12))
                blocked[near] = True
        return centres, came

    def members(self, x: float, y: float, of: int) -> Ints:
        """Give the places of one cluster in the disc around a point."""
        near = np.asarray(self.tree.query_ball_point((x, y), self.radius_m), dtype=np.int64)
        return np.sort(near[self.cluster[near] == of])

    def _heaviest_first(self) -> Ints:
        places = self.places
        incidents, harm = np.zeros(len(places.x)), np.zeros(len(places.x))
        if not len(places.x):
            return np.empty(0, dtype=np.int64)
        for here, there in read_near_pairs(places, self.radius_m)():
            same = (self.cluster[here] == self.cluster[there]) & (self.cluster[here] >= 0)
            at, by = here[same], there[same]
            incidents += np.bincount(at, weights=places.incidents[by], minlength=len(incidents))
            harm += np.bincount(at, weights=places.harm[by], minlength=len(incidents))
        enough = np.flatnonzero((self.cluster >= 0) & (incidents >= self.min_incidents))
        # Sums of the same weights in another order differ in the last digits: those are ties.
        rank = (enough, -incidents[enough], -np.round(harm[enough], 6))
        return np.asarray(enough[np.lexsort(rank)])

    def _climb(self, start: _Centre, centres: list[_Centre]) -> _Centre:
        taken = np.array([other[:2] for other in centres]).reshape(-1, 2)
        best, of = start, start[2]
        inside = self.members(*best)
        for _ in range(_STEPS):
            pull = self.places.harm[inside]
            if not pull.sum() > 0:
                break
            x = float(np.average(self.places.x[inside], weights=pull))
            y = float(np.average(self.places.y[inside], weights=pull))
            there = self.members(x, y, of)
            apart = np.hypot(taken[:, 0] - x, taken[:, 1] - y)
            if (
                np.hypot(x - best[0], y - best[1]) < _SMALL_STEP_M
                or self.places.harm[there].sum() < pull.sum() * (1 - 1e-9)
                or self.places.incidents[there].sum() < self.min_incidents
                or (apart < self.separation_m).any()
                or not self._lasts(there)
            ):
                break
            best, inside = (x, y, of), there
        return best

    def _lasts(self, inside: Ints) -> bool:
        if self.week is None:
            return True
        rows = [self.order[self.starts[at] : self.starts[at + 1]] for at in inside]
        weeks = self.week[np.concatenate(rows)]
        return len(np.unique(weeks[np.isfinite(weeks)])) >= self.min_weeks


def _draw_area(inside: Ints, centre: _Centre, places: Places, radius_m: float) -> shapely.Polygon:
    points = shapely.multipoints(np.column_stack([places.x[inside], places.y[inside]]))
    hull = shapely.concave_hull(points, ratio=0.5)
    disc = shapely.buffer(shapely.Point(centre[:2]), radius_m * (1 - 1e-9), quad_segs=_CORNERS)
    # The hull lies in the disc, so widening and cutting leaves it in one piece.
    shape = shapely.intersection(shapely.buffer(hull, _AROUND_PLACE_M), disc)
    return shapely.Polygon(shape.exterior)


def _describe(
    centres: list[_Centre], shapes: list[shapely.Polygon], places: Places, week: Floats | None
) -> tuple[pd.DataFrame, Ints]:
    # One more than the places: -1, no place, finds no area there.
    area = np.full(len(places.x) + 1, -1, dtype=np.int64)
    tree = shapely.STRtree(shapely.points(places.x, places.y))
    which, where = tree.query(np.asarray(shapes, dtype=object), predicate="covers")
    area[where] = which
    inside, count = np.flatnonzero(area >= 0), len(centres)
    incidents = np.bincount(area[inside], places.incidents[inside], count).astype(np.int64)
    harm = np.bincount(area[inside], places.harm[inside], count)
    middle = np.array([centre[:2] for centre in centres]).reshape(-1, 2)
    order = np.lexsort((middle[:, 1], middle[:, 0], -incidents, -np.round(harm, 6)))
    number = np.zeros(count + 1, dtype=np.int64)
    number[order] = np.arange(1, count + 1)
    area_of = number[area[places.place]]
    frame = pd.DataFrame(
        {
            "hotspot": np.arange(1, count + 1),
            "cluster": np.array([centre[2] for centre in centres], dtype=np.int64)[order],
            "x": middle[order, 0],
            "y": middle[order, 1],
            "radius_m": [_reach(shapes[at], middle[at]) for at in order],
            "area_m2": [shapely.area(shapes[at]) for at in order],
            "incidents": incidents[order],
            "harm": harm[order],
            "weeks": count_weeks(area_of - 1, week, count),
            "geometry": pd.Series([shapes[at] for at in order], dtype=object),
        }
    )
    return frame, area_of


def _reach(shape: shapely.Polygon, middle: Floats) -> float:
    corners = shapely.get_coordinates(shape)
    return float(np.hypot(corners[:, 0] - middle[0], corners[:, 1] - middle[1]).max())
