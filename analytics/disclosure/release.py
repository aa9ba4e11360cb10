"""The released figures: everything that partners and the public can reach, protected as one.

The figures form trees, so that no two of them overlap in part: districts, wards, and those LSOAs
that lie in one ward; calendar years and their quarters, and months by district only. Categories
are released by district and year only: below a district there is no personal and no hate
category. Whatever a partner asks for is looked up here, and nothing is counted anew, so that two
filters or two dates can never be subtracted into a count from 1 to 4.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.disclosure.suppression import (
    ENOUGH,
    SHOWN,
    WITHHELD,
    Marks,
    protect_list,
    protect_table,
)
from geodata.calendar import Month, Period
from geodata.schemas import require_columns

ALL = ""
"""Code that stands for all districts together."""

KINDS = ("all", "district", "ward", "lsoa")
QUARTERS = 4
COLUMNS = ("district_code", "ward_code", "lsoa_code", "month", "nsir_category")
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Release:
    """What may be shown to partners and the public; holds no count that may not.

    Attributes
    ----------
    areas : DataFrame
        kind (`KINDS`), code, district_code, period ('2025' or '2025-Q3'), count (NaN unless
        shown) and mark (SHOWN, SMALL, WITHHELD).
    months : DataFrame
        district_code ("" for all), month (ordinal), count, mark.
    categories : DataFrame
        district_code ("" for all), period (a year), category, count, mark.
    periods : dict of str to Period
        What may be asked for, newest first.
    """

    areas: pd.DataFrame
    months: pd.DataFrame
    categories: pd.DataFrame
    periods: dict[str, Period]

    def of_areas(self, kind: str, period: str) -> pd.DataFrame:
        """Give the figures of a kind of area in a period, indexed by code."""
        chosen = (self.areas["kind"] == kind) & (self.areas["period"] == period)
        return self.areas[chosen].set_index("code")


def release_figures(
    incidents: pd.DataFrame,
    wards: pd.DataFrame,
    lsoas: pd.DataFrame,
    months_held: Collection[Month],
) -> Release:
    """Give everything that may be released of some incidents.

    Parameters
    ----------
    incidents : DataFrame
        `COLUMNS`; month as an ordinal. Incidents without a district are left out.
    wards, lsoas : DataFrame
        code and, for wards, district_code: the areas that figures are given for.
    months_held : collection of Month
        Months with complete data; a quarter or year is released only if all of it is held.

    Returns
    -------
    Release

    Raises
    ------
    FrameShapeError
        If a column is missing.

    Notes
    -----
    An LSOA is released only if every incident ever placed in it lies in one ward; the others
    would show, by subtraction, what happened in a sliver between two borders. What a ward holds
    beside its released LSOAs is protected like an LSOA of its own.
    """
    require_columns(incidents, COLUMNS, "incidents")
    require_columns(wards, ("code", "district_code"), "wards")
    district_of = dict(zip(wards["code"], wards["district_code"], strict=True))
    frame = incidents[incidents["ward_code"].isin(list(district_of))].copy()
    for name in ("ward_code", "lsoa_code", "nsir_category"):
        frame[name] = frame[name].astype("str")
    frame["district_code"] = frame["ward_code"].map(district_of)
    months = sorted(month.ordinal for month in months_held)
    quarters = [
        q for q in sorted({m // 3 for m in months}) if all(3 * q + i in months for i in range(3))
    ]
    years = [
        y
        for y in sorted({q // QUARTERS for q in quarters})
        if all(QUARTERS * y + i in quarters for i in range(QUARTERS))
    ]
    ward_codes = wards["code"].astype("str").tolist()
    tree = _Tree(
        frame, ward_codes, np.array([district_of[code] for code in ward_codes], dtype=object)
    )
    areas: list[pd.DataFrame] = []
    open_years = _release_years(tree, years, areas)
    _release_lsoas(tree, lsoas["code"].astype("str").tolist(), years, open_years, areas)
    open_quarters = _release_quarters(tree, years, quarters, open_years, areas)
    found_months = _release_months(tree, quarters, open_quarters)
    categories = _release_categories(tree, years, open_years)
    periods = {str(y): _year(y) for y in years} | {_name(q): _quarter(q) for q in quarters}
    newest_first = sorted(
        periods, key=lambda key: (periods[key].last, len(periods[key].months)), reverse=True
    )
    return Release(
        areas=_join(areas, ["kind", "code", "district_code", "period", "count", "mark"]),
        months=found_months,
        categories=categories,
        periods={key: periods[key] for key in newest_first},
    )


def release_by_ward(counts: pd.Series, wards: pd.DataFrame) -> pd.DataFrame:
    """Give what may be released of one count a ward, with totals of districts and of all.

    Parameters
    ----------
    counts : Series of int
        Indexed by ward code; a ward that is missing counts 0.
    wards : DataFrame
        code and district_code.

    Returns
    -------
    DataFrame
        kind ('all', 'district', 'ward'), code, district_code, period (""), count (NaN unless
        shown), mark.
    """
    require_columns(wards, ("code", "district_code"), "wards")
    codes = wards["code"].astype("str").tolist()
    of_ward = counts.reindex(codes, fill_value=0).to_numpy(dtype=np.int64)
    district = wards["district_code"].astype("str").to_numpy()
    names, place = np.unique(district, return_inverse=True)
    of_district = np.bincount(place, weights=of_ward).astype(np.int64)
    total = of_ward.sum(keepdims=True)
    none = np.full(len(names), total[0] < ENOUGH)
    district_marks = protect_list(of_district, np.zeros(len(names)), closed=none)
    ward_marks = protect_list(of_ward, district, closed=(district_marks != SHOWN)[place])
    all_mark = np.array([WITHHELD if total[0] < ENOUGH else SHOWN], dtype=np.int8)
    return _join(
        [
            _rows("all", [ALL], [ALL], "", total, all_mark),
            _rows("district", names, names, "", of_district, district_marks),
            _rows("ward", codes, district, "", of_ward, ward_marks),
        ],
        ["kind", "code", "district_code", "period", "count", "mark"],
    )


@dataclass(frozen=True)
class _Tree:
    """Incidents with their areas, and how to count them."""

    frame: pd.DataFrame
    wards: list[str]
    ward_district: npt.NDArray[np.object_]

    @property
    def districts(self) -> list[str]:
        return sorted(set(self.ward_district.tolist()))

    def count(
        self, rows: str, row_codes: list[str], columns: pd.Series, keys: list[int] | list[str]
    ) -> Ints:
        """Count incidents by a column of codes and a key of each incident."""
        table = pd.crosstab(self.frame[rows], columns)
        return np.asarray(
            table.reindex(index=row_codes, columns=keys, fill_value=0).to_numpy(dtype=np.int64)
        )


def _release_years(
    tree: _Tree, years: list[int], areas: list[pd.DataFrame]
) -> dict[int, npt.NDArray[np.bool_]]:
    """Release years of districts and wards; give which wards' years are shown."""
    shown: dict[int, npt.NDArray[np.bool_]] = {}
    quarter = tree.frame["month"] // 3
    for year in years:
        four = [QUARTERS * year + i for i in range(QUARTERS)]
        by_ward = tree.count("ward_code", tree.wards, quarter, four)
        by_district = tree.count("district_code", tree.districts, quarter, four)
        total = by_district.sum(axis=1)
        marks = protect_list(
            total, np.zeros(len(total)), partners=(by_district >= ENOUGH).all(axis=1),
            closed=np.full(len(total), total.sum() < ENOUGH),
        )  # fmt: skip
        closed = np.isin(tree.ward_district, np.array(tree.districts, dtype=object)[marks != SHOWN])
        ward_total = by_ward.sum(axis=1)
        ward_marks = protect_list(
            ward_total, tree.ward_district.astype(str), closed=closed,
            partners=(by_ward >= ENOUGH).all(axis=1),
        )  # fmt: skip
        all_mark = np.array([WITHHELD if total.sum() < ENOUGH else SHOWN], dtype=np.int8)
        areas += [
            _rows("all", [ALL], [ALL], str(year), total.sum(keepdims=True), all_mark),
            _rows("district", tree.districts, tree.districts, str(year), total, marks),
            _rows("ward", tree.wards, tree.ward_district, str(year), ward_total, ward_marks),
        ]
        shown[year] = ward_marks == SHOWN
    return shown


def _release_quarters(
    tree: _Tree, years: list[int], quarters: list[int],
    open_years: dict[int, npt.NDArray[np.bool_]], areas: list[pd.DataFrame],
) -> list[int]:  # fmt: skip
    """Release quarters of districts and wards; give those in which every district is shown."""
    fine: list[int] = []
    of_incident = tree.frame["month"] // 3
    names = np.array(tree.districts, dtype=object)
    for year in sorted({quarter // QUARTERS for quarter in quarters}):
        held = [quarter for quarter in quarters if quarter // QUARTERS == year]
        by_ward = tree.count("ward_code", tree.wards, of_incident, held)
        by_district = tree.count("district_code", tree.districts, of_incident, held)
        same, one = np.zeros(len(names)), np.zeros(len(held))
        marks = _protect(by_district, same, one, np.zeros(by_district.shape, bool))
        marks[:, by_district.sum(axis=0) < ENOUGH] = WITHHELD
        open_ward = open_years.get(year, np.ones(len(tree.wards), bool))
        place = np.searchsorted(names, tree.ward_district)
        closed = (marks[place] != SHOWN) | ~open_ward[:, None]
        ward_marks = _protect(by_ward, tree.ward_district.astype(str), one, closed)
        for column, quarter in enumerate(held):
            key, total = _name(quarter), by_district[:, column].sum(keepdims=True)
            all_mark = np.array([WITHHELD if total[0] < ENOUGH else SHOWN], dtype=np.int8)
            areas += [
                _rows("all", [ALL], [ALL], key, total, all_mark),
                _rows(
                    "district",
                    tree.districts,
                    tree.districts,
                    key,
                    by_district[:, column],
                    marks[:, column],
                ),
                _rows(
                    "ward",
                    tree.wards,
                    tree.ward_district,
                    key,
                    by_ward[:, column],
                    ward_marks[:, column],
                ),
            ]
            if (marks[:, column] == SHOWN).all():
                fine.append(quarter)
    return fine


def _protect(
    counts: Ints, rows: npt.ArrayLike, columns: npt.ArrayLike, closed: npt.NDArray[np.bool_]
) -> Marks:
    """Protect a table, or a list if it has one column."""
    if counts.shape[1] > 1:
        return protect_table(counts, rows, columns, closed=closed)
    return protect_list(counts[:, 0], rows, closed=closed[:, 0])[:, None]


def _release_lsoas(
    tree: _Tree, codes: list[str], years: list[int],
    open_years: dict[int, npt.NDArray[np.bool_]], areas: list[pd.DataFrame],
) -> None:  # fmt: skip
    """Release years of the LSOAs that lie in one ward, each ward's rest protected with them."""
    frame = tree.frame
    known = frame[frame["lsoa_code"].isin(codes)]
    pairs = known[["lsoa_code", "ward_code"]].drop_duplicates()
    nested = pairs.drop_duplicates("lsoa_code", keep=False).set_index("lsoa_code")["ward_code"]
    in_nested = frame["lsoa_code"].isin(nested.index)
    rest = frame.loc[~in_nested, "ward_code"]
    rest_wards = sorted(set(rest))
    names = [*nested.index.tolist(), *[f"rest of {ward}" for ward in rest_wards]]
    wards = [*nested.tolist(), *rest_wards]
    leaf = frame["lsoa_code"].where(in_nested, "rest of " + frame["ward_code"])
    hidden = np.array([False] * len(nested) + [True] * len(rest_wards))
    district = dict(zip(tree.wards, tree.ward_district, strict=True))
    year_of = frame["month"] // 12
    if not names:
        return
    table = pd.crosstab(leaf, year_of).reindex(index=names, columns=years, fill_value=0)
    crossing = sorted(set(codes) - set(nested.index))
    for year in years:
        is_open = dict(zip(tree.wards, open_years[year], strict=True))
        closed = np.array([not is_open[ward] for ward in wards])
        counts = table[year].to_numpy(dtype=np.int64)
        marks = protect_list(counts, np.array(wards, dtype=str), hidden=hidden, closed=closed)
        kept = ~hidden
        inside = [district[ward] for ward in nested.tolist()]
        areas += [
            _rows("lsoa", nested.index.tolist(), inside, str(year), counts[kept], marks[kept]),
            _rows("lsoa", crossing, [ALL] * len(crossing), str(year),
                  np.zeros(len(crossing), np.int64), np.full(len(crossing), WITHHELD, np.int8)),
        ]  # fmt: skip


def _release_months(tree: _Tree, quarters: list[int], open_quarters: list[int]) -> pd.DataFrame:
    """Release months by district, of the quarters in which every district is shown."""
    parts = []
    for quarter in quarters:
        months = [3 * quarter + i for i in range(3)]
        counts = tree.count("district_code", tree.districts, tree.frame["month"], months)
        closed = np.full(counts.shape, quarter not in open_quarters)
        closed |= (counts.sum(axis=0) < ENOUGH).any()
        marks = protect_table(counts, np.zeros(len(counts)), np.zeros(3), closed=closed)
        for column, month in enumerate(months):
            total = counts[:, column].sum()
            all_mark = WITHHELD if closed[0, column] else SHOWN
            parts.append(pd.DataFrame({
                "district_code": [ALL, *tree.districts], "month": month,
                "count": [total, *counts[:, column]], "mark": [all_mark, *marks[:, column]],
            }))  # fmt: skip
    return _join(parts, ["district_code", "month", "count", "mark"])


def _release_categories(
    tree: _Tree, years: list[int], open_years: dict[int, npt.NDArray[np.bool_]]
) -> pd.DataFrame:
    """Release categories by district and year, if every district's year is shown."""
    categories = sorted(set(tree.frame["nsir_category"]))
    parts = []
    for year in years:
        inside = tree.frame["month"] // 12 == year
        counts = tree.count(
            "district_code", tree.districts, tree.frame["nsir_category"].where(inside), categories
        )
        is_closed = (counts.sum(axis=1) < ENOUGH).any() or not open_years[year].any()
        is_closed |= bool((counts.sum(axis=0) < ENOUGH).any())
        closed = np.full(counts.shape, is_closed)
        same = np.zeros(len(categories))
        marks = _protect(counts, np.zeros(len(counts)), same, closed)
        for column, category in enumerate(categories):
            parts.append(pd.DataFrame({
                "district_code": [ALL, *tree.districts], "period": str(year),
                "category": category, "count": [counts[:, column].sum(), *counts[:, column]],
                "mark": [WITHHELD if is_closed else SHOWN, *marks[:, column]],
            }))  # fmt: skip
    return _join(parts, ["district_code", "period", "category", "count", "mark"])


def _rows(kind: str, codes, districts, period: str, counts: Ints, marks: Marks) -> pd.DataFrame:  # type: ignore[no-untyped-def]
    return pd.DataFrame(
        {"kind": kind, "code": codes, "district_code": districts, "period": period,
         "count": counts, "mark": marks}
    )  # fmt: skip


def _join(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Put parts together; a count that is not shown leaves no trace."""
    if not parts:
        return pd.DataFrame({name: [] for name in columns})
    joined = pd.concat(parts, ignore_index=True)
    joined["count"] = joined["count"].astype(float).where(joined["mark"] == SHOWN)
    return joined[columns]


def _name(quarter: int) -> str:
    return f"{quarter // QUARTERS}-Q{quarter % QUARTERS + 1}"


def _quarter(quarter: int) -> Period:
    first = Month(1900, 1) + (3 * quarter - 1900 * 12)
    return Period(first, first + 2)


def _year(year: int) -> Period:
    return Period(Month(year, 1), Month(year, 12))
