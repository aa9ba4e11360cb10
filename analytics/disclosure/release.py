"""The released figures: everything that partners and the public can reach, protected as one.

The figures form trees, so that no two of them overlap in part: districts, wards, and those LSOAs
that lie in one ward; calendar years and their quarters, and months by district only. Categories
are released by district and year only: below a district there is no personal and no hate
category. Whatever a partner asks for is looked up here, and nothing is counted anew, so that two
filters or two dates can never be subtracted into a count from 1 to 4.

What is released of a quarter is decided by that quarter and earlier ones alone. A file saved
last quarter and one saved today agree on what both hold, so they cannot be subtracted either.
"""

from collections.abc import Collection, Sequence
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
    MONTHS,
    QUARTERS,
    Ints,
    Tree,
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
MONTHS_OF_YEAR = MONTHS * QUARTERS


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
    tree = Tree.grow(incidents, wards, lsoas, quarters)
    marks = mark_quarters(tree)
    areas = [list_quarter(tree, marks, place) for place in range(len(quarters))]
    all_years_shown = []
    for year in years:
        inside = [quarters.index(QUARTERS * year + i) for i in range(QUARTERS)]
        listed, ward_marks, every_district = list_year(tree, marks, year, inside)
        areas += [listed, _release_lsoas(tree, year, ward_marks)]
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


def _release_lsoas(tree: Tree, year: int, ward_marks: Marks) -> pd.DataFrame:
    """List a year of the LSOAs that lie in one ward, each ward's rest protected with them."""
    found = tree.incidents
    count = len(found.lsoas)
    in_year = found.month // MONTHS_OF_YEAR == year
    placed = in_year & (found.lsoa >= 0)
    lsoa, home, ward = found.lsoa[placed], found.home[placed], found.ward[placed]
    crossing, of_lsoa = np.zeros(count, dtype=bool), np.full(count, -1, dtype=np.int64)
    one_home = np.empty(count, dtype=np.int64)
    one_home[lsoa], of_lsoa[lsoa] = home, ward
    crossing[lsoa[home != one_home[lsoa]]] = True
    is_nested = ~crossing & (of_lsoa >= 0)
    nested = np.flatnonzero(is_nested)
    of_year = np.bincount(lsoa, minlength=count)
    counted = of_year[nested].astype(np.int64)
    is_rest = in_year & (found.ward >= 0) & ~np.append(is_nested, False)[found.lsoa]
    of_rest = np.bincount(found.ward[is_rest], minlength=len(tree.wards))
    rest = np.flatnonzero(of_rest)
    wards = np.concatenate([of_lsoa[nested], rest])
    kept = len(nested)
    marks = protect_list(
        np.concatenate([counted, of_rest[rest]]).astype(np.int64),
        wards,
        hidden=np.arange(len(wards)) >= kept,
        closed=(ward_marks != SHOWN)[wards],
    )
    ever = np.unique(found.lsoa[(found.ward >= 0) & (found.lsoa >= 0)])
    seen = ever[~is_nested[ever]]
    names = np.array(tree.districts, dtype=object)
    listed = list_rows(
        "lsoa", [found.lsoas[place] for place in nested],
        names[tree.district_of_ward[wards[:kept]]], str(year), counted, marks[:kept],
    )  # fmt: skip
    others = list_rows(
        "lsoa", [found.lsoas[place] for place in seen], [ALL] * len(seen), str(year),
        np.zeros(len(seen)).astype(np.int64),
        np.where(of_year[seen] > 0, WITHHELD, SMALL).astype(np.int8),
    )  # fmt: skip
    return pd.concat([listed, others], ignore_index=True)


def _release_months(tree: Tree, quarter_marks: Marks) -> pd.DataFrame:
    """List months by district, of the quarters in which every district is shown."""
    by_month = tree.of_districts(tree.by_month)
    parts = []
    for place, quarter in enumerate(tree.quarters):
        counts = by_month[:, MONTHS * place : MONTHS * (place + 1)]
        is_closed = (quarter_marks[:, place] != SHOWN).any() or (counts.sum(axis=0) < ENOUGH).any()
        closed = np.full(counts.shape, is_closed)
        marks = protect_table(counts, np.zeros(len(counts)), np.zeros(MONTHS), closed=closed)
        keys = [MONTHS * quarter + i for i in range(MONTHS)]
        parts.append(_list_columns(tree, counts, marks, is_closed=is_closed, month=keys))
    return join_parts(parts, ["district_code", "month", "count", "mark"])


def _release_categories(tree: Tree, years: list[int], shown: list[int]) -> pd.DataFrame:
    """List categories by district and year, of the years in which every district is shown."""
    found = tree.incidents
    categories = found.categories
    parts = []
    for year in years:
        inside = np.where(found.month // MONTHS_OF_YEAR == year, found.category, -1)
        counts = tree.of_districts(
            found.count(found.ward, len(tree.wards), inside, len(categories))
        )
        is_closed = year not in shown or bool((counts.sum(axis=0) < ENOUGH).any())
        closed = np.full(counts.shape, is_closed)
        marks = np.full(counts.shape, SHOWN, dtype=np.int8)
        if len(categories) > 1 or is_closed:
            marks = protect_table(
                counts, np.zeros(len(counts)), np.zeros(len(categories)), closed=closed
            )
        listed = _list_columns(tree, counts, marks, is_closed=is_closed, category=categories)
        parts.append(listed.assign(period=str(year)))
    return join_parts(parts, ["district_code", "period", "category", "count", "mark"])


def _list_columns(
    tree: Tree, counts: Ints, marks: Marks, *, is_closed: bool, **keys: Sequence[object]
) -> pd.DataFrame:
    """List a table of districts, all of them first, column by column under one key."""
    ((name, values),) = keys.items()
    height = len(tree.districts) + 1
    whole = np.full((1, len(values)), WITHHELD if is_closed else SHOWN)
    return pd.DataFrame({
        "district_code": [ALL, *tree.districts] * len(values),
        name: [value for value in values for _ in range(height)],
        "count": np.concatenate([counts.sum(axis=0, keepdims=True), counts]).T.ravel(),
        "mark": np.concatenate([whole, marks]).T.ravel(),
    })  # fmt: skip


def _quarter(quarter: int) -> Period:
    first = Month(1900, 1) + (3 * quarter - 1900 * 12)
    return Period(first, first + 2)


def _year(year: int) -> Period:
    return Period(Month(year, 1), Month(year, 12))
