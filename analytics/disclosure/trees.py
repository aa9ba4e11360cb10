"""The tree of areas by month, quarter and year, and which of its figures may be shown.

Quarters are marked each by itself, so that a later quarter changes nothing of an earlier one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.disclosure.numbered import Numbered, place_among
from analytics.disclosure.suppression import (
    ENOUGH,
    SHOWN,
    SMALL,
    THRESHOLD,
    WITHHELD,
    YEARLY,
    Marks,
    protect_list,
)

ALL = ""
"""Code that stands for all districts together."""

QUARTERS = 4
MONTHS = 3
"""Quarters of a year and months of a quarter."""

STEADY = 2 * THRESHOLD
"""A ward has figures by quarter in a year if no quarter of the year before had fewer."""

AREA_COLUMNS = ["kind", "code", "district_code", "period", "count", "mark"]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """Counts of some wards by month and quarter, with the incidents as numbers.

    Attributes
    ----------
    incidents : Numbered
        Also those of no ward of the tree.
    wards, districts : list of str
    district_of_ward : ndarray of int64
        Place of each ward's district.
    quarters : list of int
    by_month : ndarray (wards, 3 * quarters)
    counts : ndarray (wards, quarters)
    steady : ndarray of bool (wards, quarters)
        Whether the ward has figures by quarter then.
    """

    incidents: Numbered
    wards: list[str]
    district_of_ward: npt.NDArray[np.int64]
    districts: list[str]
    quarters: list[int]
    by_month: Ints
    counts: Ints
    steady: npt.NDArray[np.bool_]

    @classmethod
    def grow(
        cls, frame: pd.DataFrame, wards: pd.DataFrame, lsoas: pd.DataFrame, quarters: list[int]
    ) -> Self:
        """Count the incidents of some wards, and say which wards have figures by quarter."""
        codes = wards["code"].astype("str").tolist()
        names, place = np.unique(wards["district_code"].astype("str"), return_inverse=True)
        incidents = Numbered.of(frame, codes, lsoas["code"].astype("str").tolist())
        months = [MONTHS * quarter + i for quarter in quarters for i in range(MONTHS)]
        by_month = incidents.count(
            incidents.ward, len(codes), place_among(incidents.month, months), len(months)
        )
        counts = by_month.reshape(len(codes), len(quarters), MONTHS).sum(axis=2)
        steady = np.zeros(counts.shape, dtype=bool)
        for column, quarter in enumerate(quarters):
            year = quarter // QUARTERS
            base = [q // QUARTERS == year - 1 for q in quarters]
            if not any(base):
                first = next(q for q in quarters if q // QUARTERS == year)
                base = [q == first for q in quarters]
            steady[:, column] = (counts[:, base] >= STEADY).all(axis=1)
        return cls(incidents, codes, place, names.tolist(), quarters, by_month, counts, steady)

    def of_districts(self, counts: Ints) -> Ints:
        """Add the rows of wards up to districts."""
        added = np.zeros((len(self.districts), *counts.shape[1:]), dtype=np.int64)
        np.add.at(added, self.district_of_ward, counts)
        return added


@dataclass(frozen=True)
class QuarterMarks:
    """Marks of every quarter (columns): of all together, districts, wards, and of each district's
    wards that are released by year only, as one.
    """

    whole: Marks
    districts: Marks
    wards: Marks
    others: Marks


def mark_quarters(tree: Tree) -> QuarterMarks:
    """Mark the quarters, each by itself."""
    districts = tree.of_districts(tree.counts)
    others = tree.of_districts(np.where(tree.steady, 0, tree.counts))
    shape = (len(tree.districts), len(tree.quarters))
    whole = np.where(districts.sum(axis=0) < ENOUGH, WITHHELD, SHOWN).astype(np.int8)
    of_district, of_others = np.empty(shape, np.int8), np.empty(shape, np.int8)
    of_ward = np.full(tree.counts.shape, YEARLY, dtype=np.int8)
    numbers = np.arange(len(tree.districts))
    for column in range(len(tree.quarters)):
        closed = np.full(len(numbers), whole[column] != SHOWN)
        of_district[:, column] = protect_list(
            districts[:, column], np.zeros(len(numbers)), closed=closed
        )
        steady = tree.steady[:, column]
        some = np.bincount(tree.district_of_ward[~steady], minlength=len(numbers)) > 0
        groups = np.concatenate([tree.district_of_ward[steady], numbers[some]])
        marks = protect_list(
            np.concatenate([tree.counts[steady, column], others[some, column]]),
            groups,
            closed=(of_district[:, column] != SHOWN)[groups],
        )
        of_ward[steady, column] = marks[: int(steady.sum())]
        of_others[:, column] = SHOWN
        of_others[some, column] = marks[int(steady.sum()) :]
    return QuarterMarks(whole, of_district, of_ward, of_others)


def list_quarter(tree: Tree, marks: QuarterMarks, place: int) -> pd.DataFrame:
    """List the figures of a quarter: all, districts, wards."""
    districts = tree.of_districts(tree.counts)[:, place]
    return _list(
        tree, name_quarter(tree.quarters[place]),
        (districts.sum(keepdims=True), marks.whole[place : place + 1]),
        (districts, marks.districts[:, place]),
        (tree.counts[:, place], marks.wards[:, place]),
    )  # fmt: skip


def list_year(
    tree: Tree, marks: QuarterMarks, year: int, inside: list[int]
) -> tuple[pd.DataFrame, Marks, bool]:
    """List the figures of a year; give the marks of wards, and whether all districts are shown."""
    by_ward = tree.counts[:, inside].sum(axis=1)
    by_district = tree.of_districts(by_ward)
    whole = _sum_up(by_district.sum(keepdims=True), marks.whole[None, inside])
    districts = _sum_up(by_district, marks.districts[:, inside])
    wards = _sum_up(by_ward, marks.wards[:, inside])
    yearly = ~tree.steady[:, inside[0]]
    known = (marks.others[:, inside] == SHOWN).all(axis=1) & (districts == SHOWN)
    wards[yearly] = protect_list(
        by_ward[yearly],
        tree.district_of_ward[yearly],
        closed=~known[tree.district_of_ward[yearly]],
    )
    listed = _list(
        tree, str(year), (by_district.sum(keepdims=True), whole), (by_district, districts),
        (by_ward, wards),
    )  # fmt: skip
    return listed, wards, bool((districts == SHOWN).all())


def _sum_up(totals: Ints, parts: Marks) -> Marks:
    """Mark totals that are shown where every part is: then they say nothing new."""
    hidden = np.where(totals < THRESHOLD, SMALL, WITHHELD)
    return np.where((parts == SHOWN).all(axis=1), SHOWN, hidden).astype(np.int8)


def _list(
    tree: Tree, period: str, whole: tuple[Ints, Marks], districts: tuple[Ints, Marks],
    wards: tuple[Ints, Marks],
) -> pd.DataFrame:  # fmt: skip
    names = np.array(tree.districts, dtype=object)
    return pd.concat(
        [
            list_rows("all", [ALL], [ALL], period, *whole),
            list_rows("district", tree.districts, tree.districts, period, *districts),
            list_rows("ward", tree.wards, names[tree.district_of_ward], period, *wards),
        ],
        ignore_index=True,
    )


def list_rows(
    kind: str,
    codes: Sequence[str] | npt.NDArray[np.object_],
    districts: Sequence[str] | npt.NDArray[np.object_],
    period: str,
    counts: Ints,
    marks: Marks,
) -> pd.DataFrame:
    """List figures of one kind of area in one period."""
    return pd.DataFrame(
        {"kind": kind, "code": codes, "district_code": districts, "period": period,
         "count": counts, "mark": marks}
    )  # fmt: skip


def join_parts(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Put parts together; a count that is not shown leaves no trace."""
    if not parts:
        return pd.DataFrame({name: [] for name in columns})
    joined = pd.concat(parts, ignore_index=True)
    joined["count"] = joined["count"].astype(float).where(joined["mark"] == SHOWN)
    return joined[columns]


def name_quarter(quarter: int) -> str:
    """Name a quarter, given as quarters since year 0: '2025-Q3'."""
    return f"{quarter // QUARTERS}-Q{quarter % QUARTERS + 1}"
