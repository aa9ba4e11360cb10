"""Which places go on a list, when they must lie apart and every district must have one?

The choice is exact, not a rule of thumb: of all lists that keep the distance and serve as many
districts as can be served, it is the one whose first place ranks highest, then whose second
does, and so on. Nothing here knows what a place is or why it ranks where it does.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Choice:
    """Places chosen in order of rank.

    Attributes
    ----------
    chosen : tuple of int
        Places on the list, in order of rank.
    too_close : tuple of int
        Places passed over because a place above them lies too near.
    held_back : tuple of int
        Places passed over because taking them would leave a district without a place.
    """

    chosen: tuple[int, ...]
    too_close: tuple[int, ...]
    held_back: tuple[int, ...]


@dataclass(frozen=True)
class Places:
    """Places that can be chosen, with what keeps two of them apart.

    Attributes
    ----------
    district : ndarray of int64, shape (places,)
        Number of each place's district, -1 for one that need not be served.
    near : list of ndarray of int64
        Places too near to each place.
    """

    district: Ints
    near: list[Ints] = field(repr=False)

    def __len__(self) -> int:
        return len(self.district)


def lay_out(x: npt.ArrayLike, y: npt.ArrayLike, district: npt.ArrayLike, apart_m: float) -> Places:
    """Find which places are too near to one another.

    Parameters
    ----------
    x, y : array_like of float
        Centres in metres, all finite.
    district : array_like of int
        Number of each place's district, -1 for one that need not be served.
    apart_m : float
        Smallest distance between two chosen places; exactly this far is far enough.

    Returns
    -------
    Places
    """
    points = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    codes = np.asarray(district, dtype=np.int64)
    near: list[Ints] = [np.empty(0, np.int64)] * len(points)
    if len(points) > 1 and apart_m > 0:
        pairs = cKDTree(points).query_pairs(apart_m, output_type="ndarray")
        away = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
        pairs = pairs[away < apart_m]
        both = np.concatenate([pairs, pairs[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        ends = np.searchsorted(both[:, 0], np.arange(len(points) + 1))
        near = [both[ends[k] : ends[k + 1], 1].astype(np.int64) for k in range(len(points))]
    return Places(codes, near)


def choose(places: Places, order: npt.ArrayLike, how_many: int, *, floor: bool = True) -> Choice:
    """Choose the places of a list.

    Parameters
    ----------
    places : Places
        From `lay_out`.
    order : array_like of int
        Every place once, best rank first.
    how_many : int
        Most places to choose.
    floor : bool, default True
        Serve as many districts as can be served, whatever the rank of the places it takes.

    Returns
    -------
    Choice
        At most ``how_many`` places, no two too near. With ``floor`` it serves the largest number
        of districts that any such list can; among those lists it is the first by rank.
    """
    walk = _Walk(places, how_many, floor)
    for place in np.asarray(order, dtype=np.int64):
        if walk.is_full:
            break
        walk.offer(int(place))
    return Choice(tuple(walk.chosen), tuple(walk.too_close), tuple(walk.held_back))


def find_what_displaces(
    places: Places, order: npt.ArrayLike, how_many: int, place: int, *, floor: bool = True
) -> int:
    """Find the place below which a chosen place would have to fall to leave the list.

    Parameters
    ----------
    places, order, how_many, floor
        As for `choose`.
    place : int
        The place to be dropped; the others keep their order.

    Returns
    -------
    int
        The place that displaces it: anywhere above that one it stays on the list, anywhere
        below it does not. -1 if it stays even when it ranks last.

    Notes
    -----
    The others are chosen one by one as if ``place`` came last. Once it cannot be taken it can
    never be taken again, since places on the list only block more ground, so the first choice
    after which it cannot be taken is the one sought.
    """
    walk = _Walk(places, how_many, floor)
    for other in np.asarray(order, dtype=np.int64):
        if other == place or not walk.offer(int(other)):
            continue
        if walk.is_full or not walk.can_take(place):
            return int(other)
    return -1


class _Walk:
    """A list being filled from the best rank down."""

    def __init__(self, places: Places, how_many: int, floor: bool) -> None:
        if how_many < 1:
            raise ValueError(f"a list has at least 1 place, got {how_many!r}")
        self.places, self.slots = places, how_many
        self.chosen: list[int] = []
        self.too_close: list[int] = []
        self.held_back: list[int] = []
        self.blocked: Bools = np.zeros(len(places), dtype=bool)
        self.open = set(places.district[places.district >= 0].tolist()) if floor else set()
        self.goal = 0
        self.goal = self._servable(self.open, self.blocked, how_many)

    @property
    def is_full(self) -> bool:
        return len(self.chosen) == self.slots

    def offer(self, place: int) -> bool:
        """Take a place if the rules allow; say whether it was taken."""
        if self.blocked[place]:
            self.too_close.append(place)
            return False
        if not self.can_take(place):
            self.held_back.append(place)
            return False
        self.chosen.append(place)
        self.blocked[self.places.near[place]] = True
        self.blocked[place] = True
        district = int(self.places.district[place])
        if district in self.open:
            self.open.discard(district)
            self.goal -= 1
        return True

    def can_take(self, place: int) -> bool:
        """Say whether taking a place leaves the goal within reach."""
        if self.blocked[place] or self.is_full:
            return False
        district = int(self.places.district[place])
        still_open = self.open - {district}
        needed = self.goal - (district in self.open)
        left = self.slots - len(self.chosen) - 1
        if needed <= 0:
            return True
        if needed > left:
            return False
        blocked = self.blocked.copy()
        blocked[self.places.near[place]] = True
        blocked[place] = True
        return self._servable(still_open, blocked, needed) >= needed

    def _servable(self, districts: set[int], blocked: Bools, enough: int) -> int:
        """Count the districts that can still be served at once, up to ``enough``."""
        district_of, near = self.places.district, self.places.near
        held = {
            each: np.flatnonzero((district_of == each) & ~blocked) for each in sorted(districts)
        }
        held = {each: places for each, places in held.items() if len(places)}
        active = np.isin(district_of, list(held)) & ~blocked
        free = 0
        tied: dict[int, list[frozenset[int]]] = {}
        for district, places in held.items():
            rivals: list[frozenset[int]] = []
            for place in places:
                others = near[place]
                others = others[active[others] & (district_of[others] != district)]
                rivals.append(frozenset(others.tolist()))
                if not len(others):
                    break
            if rivals[-1]:
                tied[district] = rivals
            else:
                # A place that bars no other district serves its own at no cost.
                free += 1
        if free >= enough or not tied:
            return min(free, enough)
        held_by = {district: held[district].tolist() for district in tied}
        most = min(enough - free, len(tied))
        return free + _most_served(tied, held_by, most)


def _most_served(
    rivals: dict[int, list[frozenset[int]]], held: dict[int, list[int]], enough: int
) -> int:
    """Count how many districts can be served at once by trying every way, best first."""
    districts = sorted(rivals, key=lambda district: len(held[district]))
    best = 0

    def try_from(start: int, served: int, barred: frozenset[int]) -> None:
        nonlocal best
        best = max(best, served)
        if best >= enough or start == len(districts) or served + len(districts) - start <= best:
            return
        district = districts[start]
        tried: set[frozenset[int]] = set()
        for place, bars in zip(held[district], rivals[district], strict=True):
            # Two places that bar the same others are alike.
            if place not in barred and bars not in tried:
                tried.add(bars)
                try_from(start + 1, served + 1, barred | bars)
                if best >= enough:
                    return
        try_from(start + 1, served, barred)

    try_from(0, 0, frozenset())
    return best
