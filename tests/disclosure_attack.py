"""An attacker who holds every released figure and knows how figures add up.

Unknown are the counts of ward by quarter, of LSOA (and each ward's rest) by year, of district by
month and of district by category and year. What is released are sums of these; a mark says that
a count is 0 to 4, or nothing. Linear programmes then give the range that each count can have.
"""

from collections import defaultdict
from collections.abc import Hashable

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from analytics.disclosure import SHOWN, SMALL, Release

Cell = tuple[Hashable, ...]


class Attacker:
    """What can be worked out from a release, given what each ward is made of in each year."""

    def __init__(self, release: Release, parts: dict[str, dict[str, list[str]]]) -> None:
        self.place: dict[Cell, int] = {}
        self.equations: list[tuple[list[int], list[int], float]] = []
        self.caps: dict[int, float] = {}
        self.cells: dict[Cell, list[int]] = {}
        self.marks: dict[Cell, int] = {}
        areas = release.areas
        wards = areas[areas["kind"] == "ward"].drop_duplicates("code")
        self.wards = dict(zip(wards["code"], wards["district_code"], strict=True))
        for row in areas.itertuples():
            self._learn((row.kind, row.code, row.period), self._area_atoms(row), row)
        for row in release.months.itertuples():
            atoms = [self._atom("month", d, row.month) for d in self._districts(row.district_code)]
            self._learn(("month", row.district_code, row.month), atoms, row)
        for row in release.categories.itertuples():
            atoms = [
                self._atom("kind", district, row.period, row.category)
                for district in self._districts(row.district_code)
            ]
            self._learn(("kind", row.district_code, row.period, row.category), atoms, row)
        self._link(release, parts)

    def range_of(self, cell: Cell) -> tuple[float, float]:
        """Give the least and the most that a count, or a sum of counts, can be."""
        goal = np.zeros(len(self.place))
        goal[self.cells[cell]] = 1
        sizes = [len(parts) for parts, _, _ in self.equations]
        known = csr_array(
            (
                np.concatenate([signs for _, signs, _ in self.equations]),
                (
                    np.repeat(np.arange(len(sizes)), sizes),
                    np.concatenate([parts for parts, _, _ in self.equations]),
                ),
            ),
            shape=(len(sizes), len(self.place)),
        )
        values = [value for _, _, value in self.equations]
        bounds = [(0, self.caps.get(place)) for place in range(len(self.place))]
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, A_eq=known, b_eq=values, bounds=bounds, method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        return ends[0], ends[1]

    def knows(self, cell: Cell) -> bool:
        """Say whether any equation holds a part of the cell: else nothing is known of it."""
        atoms = set(self.cells[cell])
        return any(atoms & set(parts) for parts, _, _ in self.equations)

    def _atom(self, *name: Hashable) -> int:
        return self.place.setdefault(name, len(self.place))

    def _districts(self, code: str) -> list[str]:
        return [code] if code else sorted(set(self.wards.values()))

    def _area_atoms(self, row) -> list[int]:
        if row.kind == "lsoa":
            return [self._atom("lsoa", row.code, row.period)]
        quarters = _quarters(row.period)
        wards = [
            ward
            for ward, district in self.wards.items()
            if row.kind == "all" or row.code == (ward if row.kind == "ward" else district)
        ]
        return [self._atom(ward, quarter) for ward in wards for quarter in quarters]

    def _learn(self, cell: Cell, atoms: list[int], row) -> None:
        self.cells[cell], self.marks[cell] = atoms, row.mark
        if row.mark == SHOWN:
            self.equations.append((atoms, [1] * len(atoms), float(row.count)))
        elif row.mark == SMALL:
            slack = self._atom("slack", *cell)
            self.equations.append(([*atoms, slack], [1] * (len(atoms) + 1), 4.0))

    def _equal(self, one: list[int], other: list[int]) -> None:
        self.equations.append(([*one, *other], [1] * len(one) + [-1] * len(other), 0.0))

    def _link(self, release: Release, parts_of: dict[str, dict[str, list[str]]]) -> None:
        """Use that parts make up their whole, however the whole is published."""
        years = [period for period in release.periods if "Q" not in period]
        for year in years:
            for ward, lsoas in parts_of.get(year, {}).items():
                parts = [self._atom("lsoa", lsoa, year) for lsoa in lsoas]
                self._equal(parts, [self._atom(ward, quarter) for quarter in _quarters(year)])
            for district in self._districts(""):
                kinds = sorted({cell[3] for cell in self.cells if cell[0] == "kind"})
                parts = [self._atom("kind", district, year, kind) for kind in kinds]
                self._equal(parts, self._in_district(district, _quarters(year)))
        for quarter in [period for period in release.periods if "Q" in period]:
            for district in self._districts(""):
                months = [month.ordinal for month in release.periods[quarter].months]
                parts = [self._atom("month", district, month) for month in months]
                self._equal(parts, self._in_district(district, [quarter]))

    def _in_district(self, district: str, quarters: list[str]) -> list[int]:
        return [
            self._atom(ward, quarter)
            for ward, inside in self.wards.items()
            if inside == district
            for quarter in quarters
        ]


def find_parts(incidents: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """Say what each ward is made of in each year: LSOAs that lie in it alone, and its rest."""
    found: dict[str, dict[str, list[str]]] = {}
    for year, rows in incidents.groupby(incidents["month"] // 12):
        pairs = rows.loc[rows["lsoa_code"] != "", ["lsoa_code", "ward_code"]].drop_duplicates()
        nested = pairs.drop_duplicates("lsoa_code", keep=False)
        inside: dict[str, list[str]] = defaultdict(list)
        for lsoa, ward in nested.itertuples(index=False):
            inside[ward].append(lsoa)
        for ward in rows.loc[~rows["lsoa_code"].isin(nested["lsoa_code"]), "ward_code"].unique():
            inside[ward].append(f"rest of {ward}")
        found[str(year)] = {ward: parts for ward, parts in inside.items() if ward}
    return found


def _quarters(period: str) -> list[str]:
    return [period] if "Q" in period else [f"{period}-Q{number}" for number in range(1, 5)]
