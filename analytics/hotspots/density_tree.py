"""Density tree: HDBSCAN on places that carry weights, for maps with towns and villages.

Written here because the kept library's HDBSCAN knows no weights, takes every copy of a snapped
point for a point of its own and compares every pair of them. It finds groups; `clusters` numbers
and describes them.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse, spatial

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NEAREST = 32


@dataclass
class _Branch:
    """A group of enough weight, from the density at which it forms to that at which it ends.

    A level is 1 over a distance. `levels` adds up, over the weight, the level at which each part
    joined; `own` are the places that joined it directly, the first `born` of them when it formed.
    """

    formed: float
    children: list[int]
    parent: int = -1
    weight: float = 0.0
    levels: float = 0.0
    own: list[int] = field(default_factory=list)
    born: int = 0

    def take(self, places: list[int], weight: float, level: float) -> None:
        """Let places join at a level."""
        self.own.extend(places)
        self.weight += weight
        self.levels += weight * level


def group_by_density(points: Floats, weights: Floats, *, min_weight: float, floor_m: float) -> Ints:
    """Group places so that each group is denser inside than between it and the next.

    Parameters
    ----------
    points : ndarray of float64, shape (places, 2)
        Distinct places, metres.
    weights : ndarray of float64, shape (places,)
        Weight of each, 0 or more.
    min_weight : float
        Least weight of a group, and the weight whose distance from a place says how dense it is
        there.
    floor_m : float
        Places within this distance of one another are never taken apart; above 0.

    Returns
    -------
    ndarray of int64
        Group of each place, -1 for none.

    Notes
    -----
    HDBSCAN with excess of mass: groups are those that persist over the widest range of densities.
    A place of weight k acts as k places at one spot. The spanning tree is sought among the edges
    of the Delaunay triangulation and those to each place's nearest 32 or more, which have held
    the tree of all pairs in every map tried. Merges at the same distance happen at once: taken
    one by one in the order of the places, as elsewhere, they split groups for no reason. If
    there is but one group on the map, it is the places that reach its densest level. Cost grows
    with n log n.

    References
    ----------
    Campello, Moulavi and Sander (2013), PAKDD 2013, 160-172.
    Malzer and Baum (2020), IEEE MFI 2020, 223-228, for the floor.
    """
    count = len(points)
    nothing = np.full(count, -1, dtype=np.int64)
    enough = min_weight * (1 - 1e-12)
    if count == 0 or weights.sum() < enough:
        return nothing
    if count == 1:
        return np.zeros(1, dtype=np.int64)
    centred = points - points.mean(axis=0)
    core, here, there = _find_core(centred, weights, enough)
    more = _triangulate(centred)
    here, there = np.concatenate([here, more[0]]), np.concatenate([there, more[1]])
    keys = np.unique(np.minimum(here, there) * count + np.maximum(here, there))
    here, there = keys // count, keys % count
    away = np.maximum(
        np.hypot(*(centred[here] - centred[there]).T), np.maximum(core[here], core[there])
    )
    # The same distance taken from both ends differs in its last digits: that is a tie.
    away = np.maximum(np.round(away, 6), floor_m)
    graph = sparse.csr_array((away, (here, there)), shape=(count, count))
    tree = sparse.csgraph.minimum_spanning_tree(graph).tocoo()
    order = np.argsort(tree.data, kind="stable")
    branches = _merge(
        tree.row[order].tolist(),
        tree.col[order].tolist(),
        tree.data[order],
        weights,
        enough,
        1 / floor_m,
    )
    return _choose(branches, count)


def _find_core(points: Floats, weights: Floats, enough: float) -> tuple[Floats, Ints, Ints]:
    """Give the distance within which each place has enough weight, and pairs at least so near."""
    count = len(points)
    tree = spatial.KDTree(points)
    core = np.zeros(count)
    here, there = [], []
    pending, nearest = np.arange(count), min(_NEAREST, count)
    while len(pending):
        away, who = tree.query(points[pending], k=nearest)
        away, who = away.reshape(len(pending), -1), who.reshape(len(pending), -1)
        reached = np.cumsum(weights[who], axis=1) >= enough
        done = reached[:, -1] | (nearest == count)
        last = np.where(reached.any(axis=1), reached.argmax(axis=1), nearest - 1)
        rows = np.flatnonzero(done)
        core[pending[rows]] = away[rows, last[rows]]
        here.append(np.repeat(pending[rows], nearest))
        there.append(who[rows].ravel())
        pending, nearest = pending[~done], min(2 * nearest, count)
    first, second = np.concatenate(here), np.concatenate(there)
    apart = first != second
    return core, first[apart], second[apart]


def _triangulate(points: Floats) -> tuple[Ints, Ints]:
    """Give the edges of the Delaunay triangulation, and a chain through all places."""
    # The chain joins what a triangulation leaves out; on a line it is the triangulation.
    chain = np.lexsort((points[:, 1], points[:, 0])).astype(np.int64)
    here, there = [chain[:-1]], [chain[1:]]
    if len(points) > 3:
        try:
            mesh = spatial.Delaunay(points)
        except spatial.QhullError:
            return here[0], there[0]
        for one, other in ((0, 1), (1, 2), (2, 0)):
            here.append(mesh.simplices[:, one].astype(np.int64))
            there.append(mesh.simplices[:, other].astype(np.int64))
        if len(mesh.coplanar):
            here.append(mesh.coplanar[:, 0].astype(np.int64))
            there.append(mesh.coplanar[:, 2].astype(np.int64))
    return np.concatenate(here), np.concatenate(there)


def _merge(
    here: list[int], there: list[int], away: Floats, weights: Floats, enough: float, finest: float
) -> list[_Branch]:
    """Join places from near to far, and note where groups of enough weight meet."""
    branches: list[_Branch] = []
    up = list(range(len(weights)))
    weight = weights.tolist()
    members: list[list[int]] = [[place] for place in up]
    branch = [-1] * len(up)
    for place, heap in enumerate(weight):
        if heap >= enough:
            branch[place] = len(branches)
            branches.append(_Branch(finest, [], born=1))
            branches[-1].take([place], heap, finest)

    def top(place: int) -> int:
        while up[place] != place:
            up[place] = up[up[place]]
            place = up[place]
        return place

    starts = np.flatnonzero(np.diff(away, prepend=-1.0)).tolist()
    for start, stop in zip(starts, [*starts[1:], len(here)], strict=True):
        level = 1 / float(away[start])
        merging: dict[int, list[int]] = {}
        for edge in range(start, stop):
            one, other = top(here[edge]), top(there[edge])
            up[other] = one
            parts = merging.pop(other, [other])
            merging.setdefault(one, [one]).extend(parts)
        for root, parts in merging.items():
            large = [part for part in parts if branch[part] >= 0]
            small = [part for part in parts if branch[part] < 0]
            light = sum(weight[part] for part in small)
            total = light + sum(weight[part] for part in large)
            gathered = [place for part in small for place in members[part]]
            into = branch[large[0]] if len(large) == 1 else -1
            if len(large) != 1 and total >= enough:
                into = len(branches)
                children = [branch[part] for part in large]
                branches.append(_Branch(level, children, born=len(gathered)))
                branches[into].take([], total - light, level)
                for child in children:
                    branches[child].parent = into
            if into >= 0:
                branches[into].take(gathered, light, level)
                gathered = []
            weight[root], branch[root], members[root] = total, into, gathered
    return branches


def _choose(branches: list[_Branch], count: int) -> Ints:
    """Choose the branches of most excess of mass, and name the places on them."""
    found = np.full(count, -1, dtype=np.int64)
    if len(branches) == 1:
        found[branches[0].own[: branches[0].born]] = 0
        return found
    best, is_chosen = [0.0] * len(branches), [False] * len(branches)
    # A branch comes after its children, and the last holds the whole map.
    for at, one in enumerate(branches[:-1]):
        excess = one.levels - one.weight * branches[one.parent].formed
        below = sum(best[child] for child in one.children)
        is_chosen[at] = below <= excess
        best[at] = max(below, excess)
    group = [-1] * len(branches)
    for at in range(len(branches) - 2, -1, -1):
        above = group[branches[at].parent]
        group[at] = above if above >= 0 else at if is_chosen[at] else -1
        found[branches[at].own] = group[at]
    return found
