"""Which places go forward for patrol and problem solving this period, and by which rule?

The county rule: at least one place in every district, no two nearer than 500 m, the other slots
by rank. Volume and harm stand side by side with their own ranks and are never merged into one
score, and an entry that is there only for its district says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.hotspots.spacing import Choice, Places, choose, find_what_displaces, lay_out
from analytics.rates import CLEAR_CHANGE, poisson_interval
from geodata.schemas import require_columns

RankBy = Literal["incidents", "harm", "both"]
Floats = npt.NDArray[np.float64]

HOW_MANY = 27
APART_M = 500.0

NO_PLACE = "no place with enough incidents"
TOO_NEAR = "every place lies too near to one on the list"
NO_SLOT = "the list is full"

PLACE_COLUMNS = ("x", "y", "incidents", "harm", "district_code")


@dataclass(frozen=True)
class Candidates:
    """The list, and what the rule kept off it.

    Attributes
    ----------
    table : DataFrame
        One row a place, in the order of the list, numbered from 1 by ``position``, with the
        columns given and: ``source_row`` (row number in the frame given), ``low`` and ``high``
        (likely range of incidents), ``rank_incidents`` and ``rank_harm`` (1 is most, ties share
        a rank, among all places given), ``rank_best`` and ``rank_worst`` (the ranks that the
        count is compatible with: only places with clearly more, or clearly fewer, are surely
        above or below), ``same_as_next`` (True if it cannot be told apart from the next place),
        ``by_floor`` (True if it would not be on the list but for its district), ``cut_value``
        (incidents or harm of the place that would displace it; NaN if nothing would, or if
        ranked by both) and ``drops_at_tie`` (True if it would already leave when level).
    without_place : dict of str to str
        Districts with no place on the list, and why.
    too_close : int
        Places passed over because a place above them on the list is nearer than ``apart_m``.
    held_back : int
        Places passed over so that a district below them keeps its place.
    how_many : int
        Slots of the list.
    apart_m : float
        Smallest distance between two places on the list, metres.
    rank_by : {'incidents', 'harm', 'both'}
        What the order is by.
    """

    table: pd.DataFrame = field(repr=False)
    without_place: dict[str, str]
    too_close: int
    held_back: int
    how_many: int
    apart_m: float
    rank_by: RankBy

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say the rule and what it did, in words."""
        by = {"incidents": "incidents", "harm": "harm", "both": "the lower of its two ranks"}
        said = [
            f"{len(self.table)} of {self.how_many} slots filled: at least one place in each "
            f"district, {self.apart_m:,.0f} m apart, the others by {by[self.rank_by]}."
        ]
        floor = int(self.table["by_floor"].sum())
        if floor:
            said.append(f"{floor} would not be on the list but for the rule on districts.")
        if self.too_close:
            said.append(f"{self.too_close} were passed over as too near to a higher place.")
        if self.held_back:
            said.append(
                f"{self.held_back} rank above the lowest place listed but gave way so that every "
                "district has one."
            )
        return tuple(said)


def list_candidates(
    places: pd.DataFrame,
    *,
    districts: Sequence[str],
    how_many: int = HOW_MANY,
    apart_m: float = APART_M,
    rank_by: RankBy = "incidents",
) -> Candidates:
    """List the places that go forward.

    Parameters
    ----------
    places : DataFrame
        One row a place that has enough incidents: x, y (centre, metres), incidents, harm,
        district_code and whatever else shall be shown. Places that tie keep the order given.
    districts : sequence of str
        Codes of all districts that shall have a place. A place in another district, or in none,
        competes by rank only.
    how_many : int, default 27
        Slots of the list.
    apart_m : float, default 500
        Smallest distance between two places; exactly this far is allowed. 0 for no rule.
    rank_by : {'incidents', 'harm', 'both'}
        'both' orders by the lower of the two ranks, then by the higher, so that a place stands
        high only if it does in both.

    Returns
    -------
    Candidates
        Among all lists that keep the distance and serve as many districts as can be served, the
        one whose first place ranks highest, then whose second does, and so on. If there are
        fewer slots than districts, each slot serves another district.

    Raises
    ------
    FrameShapeError
        If a column is missing.
    ValueError
        If a coordinate, count or harm is missing or negative, or an option is not accepted.

    Notes
    -----
    Two counts a and b cannot be told apart if ``2 * |sqrt(a) - sqrt(b)| < 3``. For harm the same
    yardstick is used with the variance that a sum of equal weights would have, which is the least
    it can be, so two sums of harm that differ by chance may still be told apart.
    """
    require_columns(places, PLACE_COLUMNS, "places")
    if rank_by not in ("incidents", "harm", "both"):
        raise ValueError(f"rank_by is 'incidents', 'harm' or 'both', got {rank_by!r}")
    if apart_m < 0:
        raise ValueError(f"apart_m is 0 or more, got {apart_m!r}")
    x, y, incidents, harm = (
        places[name].to_numpy(dtype=np.float64) for name in ("x", "y", "incidents", "harm")
    )
    if not all(np.isfinite(each).all() for each in (x, y, incidents, harm)):
        raise ValueError("x, y, incidents and harm of every place are numbers")
    if (incidents < 0).any() or (harm < 0).any():
        raise ValueError("incidents and harm are 0 or more")
    codes = {code: number for number, code in enumerate(dict.fromkeys(districts))}
    district = np.array([codes.get(code, -1) for code in places["district_code"]], dtype=np.int64)
    rank_incidents, rank_harm = _ranks(incidents), _ranks(harm)
    order = _order(incidents, harm, rank_incidents, rank_harm, rank_by)
    laid = lay_out(x, y, district, apart_m)
    listed = choose(laid, order, how_many)
    plain = set(choose(laid, order, how_many, floor=False).chosen)
    chosen = np.array(listed.chosen, dtype=np.int64)
    counts = poisson_interval(incidents[chosen])
    best, worst = _rank_range(incidents)
    cut, at_tie = _cuts(laid, order, how_many, chosen, incidents, harm, rank_by)
    table = places.iloc[chosen].reset_index(drop=True)
    table.insert(0, "position", np.arange(1, len(chosen) + 1))
    table = table.assign(
        source_row=chosen,
        low=counts.low,
        high=counts.high,
        rank_incidents=rank_incidents[chosen],
        rank_harm=rank_harm[chosen],
        rank_best=best[chosen],
        rank_worst=worst[chosen],
        same_as_next=_same_as_next(order, listed, incidents, harm, rank_by),
        by_floor=np.array([place not in plain for place in listed.chosen], dtype=bool),
        cut_value=cut,
        drops_at_tie=at_tie,
    )
    return Candidates(
        table=table,
        without_place=_unserved(codes, district, laid, listed),
        too_close=len(listed.too_close),
        held_back=len(listed.held_back),
        how_many=how_many,
        apart_m=apart_m,
        rank_by=rank_by,
    )


def _ranks(values: Floats) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.sort(-values), -values).astype(np.int64) + 1


def _order(
    incidents: Floats,
    harm: Floats,
    rank_incidents: npt.NDArray[np.int64],
    rank_harm: npt.NDArray[np.int64],
    rank_by: RankBy,
) -> npt.NDArray[np.int64]:
    if rank_by == "incidents":
        return np.argsort(-incidents, kind="stable")
    if rank_by == "harm":
        return np.argsort(-harm, kind="stable")
    lower = np.maximum(rank_incidents, rank_harm)
    return np.lexsort((np.minimum(rank_incidents, rank_harm), lower))


def _rank_range(counts: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    roots = np.sort(np.sqrt(counts))
    own = np.sqrt(counts)
    step = CLEAR_CHANGE / 2
    surely_more = len(roots) - np.searchsorted(roots, own + step, side="left")
    surely_fewer = np.searchsorted(roots, own - step, side="right")
    return surely_more.astype(np.int64) + 1, (len(roots) - surely_fewer).astype(np.int64)


def _same_as_next(
    order: npt.NDArray[np.int64],
    listed: Choice,
    incidents: Floats,
    harm: Floats,
    rank_by: RankBy,
) -> npt.NDArray[np.bool_]:
    if not listed.chosen:
        return np.empty(0, dtype=bool)
    passed = {*listed.chosen, *listed.too_close}
    after = next((int(place) for place in order if int(place) not in passed), None)
    here = np.array(listed.chosen, dtype=np.int64)
    following = np.append(here[1:], here[-1] if after is None else after)
    apart = np.ones(len(here), dtype=bool)
    if rank_by != "harm":
        apart &= (
            2 * np.abs(np.sqrt(incidents[here]) - np.sqrt(incidents[following])) >= CLEAR_CHANGE
        )
    if rank_by != "incidents":
        spread = np.hypot(
            *(harm[k] / np.sqrt(np.maximum(incidents[k], 1)) for k in (here, following))
        )
        gap = np.sqrt(2) * np.abs(harm[here] - harm[following])
        apart &= gap >= CLEAR_CHANGE * np.maximum(spread, np.finfo(float).tiny)
    if after is None:
        apart[-1] = True
    return ~apart


def _cuts(
    laid: Places,
    order: npt.NDArray[np.int64],
    how_many: int,
    chosen: npt.NDArray[np.int64],
    incidents: Floats,
    harm: Floats,
    rank_by: RankBy,
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    cut = np.full(len(chosen), np.nan)
    at_tie = np.zeros(len(chosen), dtype=bool)
    if rank_by == "both":
        return cut, at_tie
    values = incidents if rank_by == "incidents" else harm
    for row, place in enumerate(chosen):
        displacer = find_what_displaces(laid, order, how_many, int(place))
        if displacer >= 0:
            cut[row] = values[displacer]
            at_tie[row] = displacer < place
    return cut, at_tie


def _unserved(
    codes: dict[str, int],
    district: npt.NDArray[np.int64],
    laid: Places,
    listed: Choice,
) -> dict[str, str]:
    served = {int(district[place]) for place in listed.chosen}
    near = {int(other) for place in listed.chosen for other in laid.near[place]}
    unserved = {}
    for code, number in codes.items():
        if number in served:
            continue
        held = np.flatnonzero(district == number).tolist()
        if not held:
            unserved[code] = NO_PLACE
        elif near.issuperset(held):
            unserved[code] = TOO_NEAR
        else:
            unserved[code] = NO_SLOT
    return unserved
