"""The released figures: everything that partners and the public can reach, protected as one.

The figures form trees, so that no two of them overlap in part: districts, wards, and those LSOAs
that lie in one ward; calendar years and their quarters, and months by district only. Categories
are released by district and year only: below a district there is no personal and no hate
category. Whatever a partner asks for is looked up here, and nothing is counted anew, so that two
filters or two dates can never be subtracted into a count from 1 to 4.

What is released of a quarter is decided by that quarter and earlier ones alone. A file saved
last quarter and one saved today agree on what both hold, so they cannot be subtracted either.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.disclosure.suppression import (
    ENOUGH,
    SHOWN,
    SMALL,
    WITHHELD,
    Marks,
    protect_list,
    protect_table,
)
from analytics.disclosure.trees import (
    ALL,
    AREA_COLUMNS,
    QUARTERS,
    Tree,
    count_by,
    join_parts,
    list_quarter,
    list_rows,
    list_year,
    mark_quarters,
    name_quarter,
)
from geodata.calendar import Month, Period
from geodata.schemas import require_columns

KINDS = ("all", "district", "ward", "lsoa")
COLUMNS = ("ward_code", "lsoa_code", "month", "nsir_category")


@dataclass(frozen=True)
class Release:
    """What may be shown to partners and the public; holds no count that may not.

    Attributes
    ----------
    areas : DataFrame
        kind (`KINDS`), code, district_code, period ('2025' or '2025-Q3'), count (NaN unless
        shown) and mark (SHOWN, SMALL, WITHHELD, YEARLY).
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
        `COLUMNS`; month as an ordinal. Those in none of the wards count nowhere, but they say
        which LSOAs cross the border of a ward.
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
    A ward is released by quarter if each quarter of the year before had 10 incidents or more (of
    the first quarter held, where there is none before), otherwise by calendar year only. Those
    wards of a district count as one cell in its quarters. A year is shown if its four quarters
    are, so that it says nothing new; for wards released by year only, the years are protected
    as a list whose total is known.

    An LSOA is released for a year if its incidents of that year lie in one ward; others would
    show, by subtraction, what happened in a sliver between two borders. What a ward holds beside
    its released LSOAs is protected like an LSOA of its own.
    """
    require_columns(incidents, COLUMNS, "incidents")
    require_columns(wards, ("code", "district_code"), "wards")
    months = {month.ordinal for month in months_held}
    quarters = sorted(
        q for q in {m // 3 for m in months} if {3 * q, 3 * q + 1, 3 * q + 2} <= months
    )
    years = sorted(
        {q // QUARTERS for q in quarters if {q - q % 4 + i for i in range(4)} <= set(quarters)}
    )
    frame = incidents.assign(
        **{
            name: incidents[name].astype("str")
            for name in ("ward_code", "lsoa_code", "nsir_category")
        }
    )
    tree = Tree.grow(frame, wards, quarters)
    marks = mark_quarters(tree)
    areas = [list_quarter(tree, marks, place) for place in range(len(quarters))]
    all_years_shown = []
    for year in years:
        inside = [quarters.index(QUARTERS * year + i) for i in range(QUARTERS)]
        listed, ward_marks, every_district = list_year(tree, marks, year, inside)
        areas += [listed, _release_lsoas(tree, frame, lsoas, year, ward_marks)]
        if every_district:
            all_years_shown.append(year)
    periods = {str(year): _year(year) for year in years} | {
        name_quarter(q): _quarter(q) for q in quarters
    }
    newest_first = sorted(
        periods, key=lambda key: (periods[key].last, len(periods[key].months)), reverse=True
    )
    return Release(
        areas=join_parts(areas, AREA_COLUMNS),
        months=_release_months(tree, marks.districts),
        categories=_release_categories(tree, years, all_years_shown),
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
    return join_parts(
        [
            list_rows("all", [ALL], [ALL], "", total, all_mark),
            list_rows("district", names, names, "", of_district, district_marks),
            list_rows("ward", codes, district, "", of_ward, ward_marks),
        ],
        AREA_COLUMNS,
    )


def _release_lsoas(
    tree: Tree, every: pd.DataFrame, lsoas: pd.DataFrame, year: int, ward_marks: Marks
) -> pd.DataFrame:
    """List a year of the LSOAs that lie in one ward, each ward's rest protected with them."""
    codes = set(lsoas["code"].astype("str"))
    placed = every[(every["month"] // 12 == year) & every["lsoa_code"].isin(codes)]
    pairs = placed[["lsoa_code", "ward_code"]].drop_duplicates()
    nested = pairs.drop_duplicates("lsoa_code", keep=False)
    nested = nested[nested["ward_code"].isin(tree.wards)].sort_values("lsoa_code")
    frame = tree.frame[tree.frame["month"] // 12 == year]
    is_nested = frame["lsoa_code"].isin(nested["lsoa_code"])
    counted = frame.loc[is_nested, "lsoa_code"].value_counts().reindex(nested["lsoa_code"])
    rest = frame.loc[~is_nested, "ward_code"].value_counts()
    place = {ward: number for number, ward in enumerate(tree.wards)}
    wards = np.array([place[ward] for ward in [*nested["ward_code"], *rest.index]], dtype=np.int64)
    kept = len(nested)
    marks = protect_list(
        np.concatenate([counted.to_numpy(), rest.to_numpy()]).astype(np.int64),
        wards,
        hidden=np.arange(len(wards)) >= kept,
        closed=(ward_marks != SHOWN)[wards],
    )
    seen = sorted(set(tree.frame["lsoa_code"]) & codes - set(nested["lsoa_code"]))
    crossing = np.isin(np.array(seen, dtype=object), pairs["lsoa_code"].to_numpy(dtype=object))
    names = np.array(tree.districts, dtype=object)
    listed = list_rows(
        "lsoa", nested["lsoa_code"].tolist(), names[tree.district_of_ward[wards[:kept]]],
        str(year), counted.to_numpy().astype(np.int64), marks[:kept],
    )  # fmt: skip
    others = list_rows(
        "lsoa", seen, [ALL] * len(seen), str(year), np.zeros(len(seen)).astype(np.int64),
        np.where(crossing, WITHHELD, SMALL).astype(np.int8),
    )  # fmt: skip
    return pd.concat([listed, others], ignore_index=True)


def _release_months(tree: Tree, quarter_marks: Marks) -> pd.DataFrame:
    """List months by district, of the quarters in which every district is shown."""
    parts = []
    for place, quarter in enumerate(tree.quarters):
        months = [3 * quarter + i for i in range(3)]
        counts = count_by(tree.frame["district_code"], tree.districts, tree.frame["month"], months)
        is_closed = (quarter_marks[:, place] != SHOWN).any() or (counts.sum(axis=0) < ENOUGH).any()
        closed = np.full(counts.shape, is_closed)
        marks = protect_table(counts, np.zeros(len(counts)), np.zeros(3), closed=closed)
        for column, month in enumerate(months):
            parts.append(pd.DataFrame({
                "district_code": [ALL, *tree.districts], "month": month,
                "count": [counts[:, column].sum(), *counts[:, column]],
                "mark": [WITHHELD if is_closed else SHOWN, *marks[:, column]],
            }))  # fmt: skip
    return join_parts(parts, ["district_code", "month", "count", "mark"])


def _release_categories(tree: Tree, years: list[int], shown: list[int]) -> pd.DataFrame:
    """List categories by district and year, of the years in which every district is shown."""
    categories = sorted(set(tree.frame["nsir_category"]))
    parts = []
    for year in years:
        inside = tree.frame["month"] // 12 == year
        counts = count_by(
            tree.frame["district_code"], tree.districts,
            tree.frame["nsir_category"].where(inside), categories,
        )  # fmt: skip
        is_closed = year not in shown or bool((counts.sum(axis=0) < ENOUGH).any())
        closed = np.full(counts.shape, is_closed)
        marks = np.full(counts.shape, SHOWN, dtype=np.int8)
        if len(categories) > 1 or is_closed:
            marks = protect_table(
                counts, np.zeros(len(counts)), np.zeros(len(categories)), closed=closed
            )
        for column, category in enumerate(categories):
            parts.append(pd.DataFrame({
                "district_code": [ALL, *tree.districts], "period": str(year),
                "category": category, "count": [counts[:, column].sum(), *counts[:, column]],
                "mark": [WITHHELD if is_closed else SHOWN, *marks[:, column]],
            }))  # fmt: skip
    return join_parts(parts, ["district_code", "period", "category", "count", "mark"])


def _quarter(quarter: int) -> Period:
    first = Month(1900, 1) + (3 * quarter - 1900 * 12)
    return Period(first, first + 2)


def _year(year: int) -> Period:
    return Period(Month(year, 1), Month(year, 12))
