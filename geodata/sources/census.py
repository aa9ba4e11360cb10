"""Read area tables: lookups between areas, population, and area segments.

Limits of the data: a best-fit lookup gives each LSOA whole to one ward, so figures made from
it are approximate; residents are where people live, not where they spend an evening.
"""

import re
from itertools import pairwise

import numpy as np
import pandas as pd

from geodata.codes import CODE_PATTERNS, OnsColumn, is_code, read_ons_column
from geodata.errors import ColumnsMissingError
from geodata.faults import Faults

_OA = re.compile(r"^(E|W|X)00\d{6}$")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_OA_COLUMN = re.compile(r"^OA(\d{2})CD$", re.IGNORECASE)
ORDER = {"oa": -1, "lsoa": 0, "ward": 1, "district": 2}


def read_lookup(frame: pd.DataFrame, name: str, faults: Faults) -> pd.DataFrame:
    """Read a lookup between areas from a table with two or more ONS code columns.

    Every pair of neighbouring kinds becomes a lookup: output area to LSOA, LSOA to ward, ward to
    district, and an older LSOA to a newer one.

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with a code that is not of its kind.

    Returns
    -------
    DataFrame
        Shape `schemas.LOOKUP_COLUMNS`.

    Raises
    ------
    ColumnsMissingError
        If fewer than two code columns are found.
    """
    found = {c: o for c in frame.columns if (o := _read_code_column(str(c)))}
    columns = sorted(found.items(), key=lambda item: (ORDER[item[1].kind], item[1].edition))
    # A district beside two LSOA columns says nothing about the change of LSOAs.
    lsoas = [item for item in columns if item[1].kind == "lsoa"]
    if len(lsoas) > 1:
        columns = lsoas
    if len(columns) < 2:
        raise ColumnsMissingError(
            f"{name} is not a lookup.",
            f"Columns are {', '.join(map(str, frame.columns))[:200]}; needed are two code columns "
            "such as LSOA21CD and WD24CD.",
            "Rename the columns as ONS names them.",
        )
    good = _good_codes(frame, dict(columns), faults)
    change = frame["CHGIND"] if "CHGIND" in frame.columns else pd.Series("", index=frame.index)
    parts = []
    for (left, left_ons), (right, right_ons) in pairwise(columns):
        parts.append(
            pd.DataFrame(
                {
                    "from_kind": left_ons.kind,
                    "from_edition": left_ons.edition,
                    "from_code": frame.loc[good, left],
                    "to_kind": right_ons.kind,
                    "to_edition": right_ons.edition,
                    "to_code": frame.loc[good, right],
                    "change": change[good] if left_ons.kind == right_ons.kind else "",
                }
            )
        )
    return pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)


def read_population(
    frame: pd.DataFrame, name: str, faults: Faults, *, year: int | None = None
) -> pd.DataFrame:
    """Read residents by area.

    Parameters
    ----------
    frame : DataFrame
        A code column (such as LSOA21CD, WD24CD or ward_code) and a residents column whose name
        starts with residents or population; its year is read from the name unless given.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with a bad code or figure.
    year : int, optional
        Year of the figures.

    Returns
    -------
    DataFrame
        Shape `schemas.POPULATION_COLUMNS`.

    Raises
    ------
    ColumnsMissingError
        If the code, the residents or the year cannot be found.
    """
    code_column, kind = find_code_column(frame, name)
    lower = {str(c).lower(): str(c) for c in frame.columns}
    figure = next((lower[c] for c in lower if c.startswith(("residents", "population"))), None)
    if figure is None:
        raise ColumnsMissingError(
            f"{name} holds no residents.",
            f"Columns are {', '.join(map(str, frame.columns))[:200]}; needed is one whose name "
            "starts with 'residents' or 'population'.",
            "Rename the column.",
        )
    found = _YEAR.search(figure)
    year = year or (int(found[0]) if found else None)
    if year is None:
        raise ColumnsMissingError(
            f"{name} does not say the year of its residents.",
            f"Column {figure!r} has no year in its name.",
            "Give --year, such as --year 2021.",
        )
    households = next((lower[c] for c in lower if c.startswith("households")), None)
    residents = _whole_numbers(frame[figure])
    bad_code = ~frame[code_column].map(lambda code: is_area_code(code, kind))
    twice = frame[code_column].duplicated() & ~bad_code
    bad_figure = residents.isna()
    faults.add_rows(
        frame.index[bad_code], code_column, frame.loc[bad_code, code_column], f"a {kind} code"
    )
    faults.add_rows(
        frame.index[twice], code_column, frame.loc[twice, code_column], "each area once in a file"
    )
    faults.add_rows(
        frame.index[bad_figure], figure, frame.loc[bad_figure, figure], "a whole number from 0 up"
    )
    good = ~(bad_code | bad_figure | twice)
    return pd.DataFrame(
        {
            "kind": kind,
            "code": frame.loc[good, code_column],
            "year": year,
            "residents": residents[good].astype("int64"),
            "households": (_whole_numbers(frame.loc[good, households]) if households else np.nan),
        }
    ).reset_index(drop=True)


def read_segments(
    frame: pd.DataFrame, name: str, faults: Faults, *, classification: str | None = None
) -> pd.DataFrame:
    """Read an area classification.

    Two forms are taken: one class an area (the ONS Output Area Classification: columns
    Supergroup, Group, Subgroup beside the area's code; each level becomes a classification),
    and shares (columns segment_code, segment_name and share beside the code).

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with a bad code or share.
    classification : str, optional
        Name of the classification; default 'OAC 2021' for the first form, else required.

    Returns
    -------
    DataFrame
        Shape `schemas.SEGMENT_COLUMNS`; the shares of an area sum to 1. Of the first form also
        parent_code, the segment of the level above ('' for the highest).

    Raises
    ------
    ColumnsMissingError
        If neither form is found.
    """
    code_column, kind = find_code_column(frame, name)
    lower = {str(c).lower(): str(c) for c in frame.columns}
    bad = ~frame[code_column].map(lambda code: is_area_code(code, kind))
    faults.add_rows(frame.index[bad], code_column, frame.loc[bad, code_column], f"a {kind} code")
    good = frame[~bad]
    if "segment_code" in lower:
        return _read_shares(good, name, faults, lower, code_column, kind, classification)
    levels = [level for level in ("supergroup", "group", "subgroup") if level in lower]
    if not levels:
        raise ColumnsMissingError(
            f"{name} holds no segments.",
            f"Columns are {', '.join(map(str, frame.columns))[:200]}; needed are Supergroup, Group "
            "or Subgroup, or segment_code, segment_name and share.",
            "Rename the columns.",
        )
    parts = []
    for level, larger in zip(levels, [None, *levels], strict=False):
        names = lower.get(f"{level}_name")
        parts.append(
            pd.DataFrame(
                {
                    "classification": f"{classification or 'OAC 2021'} {level}",
                    "kind": kind,
                    "code": good[code_column],
                    "segment_code": good[lower[level]],
                    "segment_name": good[names] if names else good[lower[level]],
                    "share": 1.0,
                    "parent_code": good[lower[larger]] if larger else "",
                }
            )
        )
    joined = pd.concat(parts)
    keys = ["classification", "kind", "code"]
    twice = joined.duplicated(keys)
    faults.add_rows(
        joined.index[twice], code_column, joined.loc[twice, "code"], "each area once in a file"
    )
    return joined[~twice].reset_index(drop=True)


def _read_shares(
    good: pd.DataFrame,
    name: str,
    faults: Faults,
    lower: dict[str, str],
    code_column: str,
    kind: str,
    classification: str | None,
) -> pd.DataFrame:
    if "share" not in lower or classification is None:
        raise ColumnsMissingError(
            f"{name} lacks a share or the name of its classification.",
            "Needed are columns segment_code, segment_name, share, and a name.",
            "Add the column, or give --classification 'Name'.",
        )
    share = pd.to_numeric(good[lower["share"]], errors="coerce")
    bad = share.isna() | (share < 0) | (share > 1)
    faults.add_rows(
        good.index[bad], lower["share"], good.loc[bad, lower["share"]], "a number from 0 to 1"
    )
    totals = share.groupby(good[code_column]).transform("sum")
    uneven = ~bad & ((totals - 1).abs() > 0.01)
    faults.add_rows(
        good.index[uneven], lower["share"], totals[uneven], "shares of an area that sum to 1"
    )
    keep = ~(bad | uneven)
    named = lower.get("segment_name", lower["segment_code"])
    return pd.DataFrame(
        {
            "classification": classification,
            "kind": kind,
            "code": good.loc[keep, code_column],
            "segment_code": good.loc[keep, lower["segment_code"]],
            "segment_name": good.loc[keep, named],
            "share": share[keep] / totals[keep],
        }
    ).reset_index(drop=True)


def _whole_numbers(column: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(column.str.replace(",", ""), errors="coerce")
    return numbers.where((numbers >= 0) & (numbers == np.floor(numbers)))


def _read_code_column(name: str) -> OnsColumn | None:
    output_area = _OA_COLUMN.match(name.strip())
    if output_area:
        return OnsColumn("oa", f"20{output_area[1]}", is_code=True)
    found = read_ons_column(name)
    return found if found and found.is_code else None


def is_area_code(code: str, kind: str) -> bool:
    """Say whether a text has the form of a code of this kind, census output areas ('oa') too."""
    return bool(_OA.match(code)) if kind == "oa" else is_code(code, kind)


def _good_codes(frame: pd.DataFrame, columns: dict[str, OnsColumn], faults: Faults) -> pd.Series:
    good = pd.Series(True, index=frame.index)
    for column, ons in columns.items():
        bad = ~frame[column].map(lambda code, kind=ons.kind: is_area_code(code, kind))
        faults.add_rows(frame.index[bad], column, frame.loc[bad, column], f"a {ons.kind} code")
        good &= ~bad
    return good


def find_code_column(frame: pd.DataFrame, name: str) -> tuple[str, str]:
    """Find the column of the areas a table is about: the finest kind it names."""
    for column in frame.columns:
        if str(column).upper() in {"OA21CD", "OA11CD", "OA_CODE"}:
            return str(column), "oa"
    found = [
        (ORDER[o.kind], str(c), o.kind)
        for c in frame.columns
        if (o := read_ons_column(str(c))) and o.is_code
    ]
    if found:
        _, column, kind = min(found)
        return column, kind
    lower = {str(c).lower(): str(c) for c in frame.columns}
    for kind in CODE_PATTERNS:
        if f"{kind}_code" in lower:
            return lower[f"{kind}_code"], kind
    raise ColumnsMissingError(
        f"{name} names no areas.",
        f"Columns are {', '.join(map(str, frame.columns))[:200]}; needed is a code column such as "
        "LSOA21CD, WD24CD, OA21CD or ward_code.",
        "Rename the column.",
    )
