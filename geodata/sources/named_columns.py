"""Find columns of a plain table by the names people give them, and read what stands there.

For files without a mapping: each field has a few accepted names, and a ward may stand as its
code or, where that is clear, as its name.
"""

from collections.abc import Collection, Mapping

import pandas as pd

from geodata.codes import read_ons_column
from geodata.errors import ColumnsMissingError
from geodata.faults import Faults
from geodata.sources.extract_dates import read_dates

DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")


def fold_name(name: str) -> str:
    """Give a name in small letters with one kind of gap: 'Agreed_On ' is 'agreed on'."""
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def find_columns(
    frame: pd.DataFrame,
    accepted: Mapping[str, Collection[str]],
    required: Collection[str],
    name: str,
) -> dict[str, str]:
    """Find the column of each field.

    Parameters
    ----------
    frame : DataFrame
        Text columns.
    accepted : mapping of str to collection of str
        Names of each field as `fold_name` writes them, beside its own; the first found counts.
    required : collection of str
        Fields that must be there.
    name : str
        File name for messages.

    Returns
    -------
    dict of str to str
        Column of each field that was found.

    Raises
    ------
    ColumnsMissingError
        Naming what is missing and what would be taken.
    """
    held = {fold_name(str(column)): str(column) for column in reversed(list(frame.columns))}
    found = {}
    for field, names in accepted.items():
        column = next((held[one] for one in (fold_name(field), *names) if one in held), None)
        if column is not None:
            found[field] = column
    missing = [field for field in required if field not in found]
    if missing:
        raise ColumnsMissingError(
            f"{name} lacks {', '.join(missing)}.",
            f"Columns are {', '.join(map(str, frame.columns))[:200]}.",
            f"Name them {', '.join(missing)}, or leave nothing out of the export.",
        )
    return found


def read_wards(
    frame: pd.DataFrame, name: str, faults: Faults, wards: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Read the ward of each row, by code or by name.

    Parameters
    ----------
    frame : DataFrame
        Holds ward_code, WD25CD or the like; or else ward, with district where a name repeats.
    name : str
        File name for messages.
    faults : Faults
        Takes rows whose ward is not held, or whose name is that of several.
    wards : DataFrame
        Current wards: code, name, district (its name), district_code.

    Returns
    -------
    codes : Series of str
        Code of the ward; "" where it is refused.
    good : Series of bool
        True where it is held.
    """
    ons = [c for c in map(str, frame.columns) if (o := read_ons_column(c)) and o.kind == "ward"]
    of_codes = [column for column in ons if column.upper().endswith("CD")]
    accepted = {"ward_code": ("ward", "ward name", *map(fold_name, [*of_codes, *ons]))}
    column = find_columns(frame, accepted, ["ward_code"], name)["ward_code"]
    given = frame[column].str.strip()
    known = set(wards["code"])
    is_code = given.isin(known)
    near = find_columns(frame, {"district": ("district code", "council")}, (), name)
    district = frame[near["district"]] if near else pd.Series("", index=frame.index)
    by_name: dict[tuple[str, str], set[str]] = {}
    for ward in wards.itertuples():
        for within in ("", fold_name(str(ward.district)), fold_name(str(ward.district_code))):
            by_name.setdefault((fold_name(str(ward.name)), within), set()).add(str(ward.code))
    keys = zip(given.map(fold_name), district.map(fold_name), strict=True)
    found = [by_name.get(key, set()) for key in keys]
    codes = pd.Series(
        [
            code if held else (next(iter(some)) if len(some) == 1 else "")
            for code, held, some in zip(given, is_code, found, strict=True)
        ],
        index=frame.index,
        dtype="str",
    )
    several = pd.Series([len(some) > 1 for some in found], index=frame.index) & ~is_code
    none = codes.eq("") & ~several
    faults.add_rows(
        frame.index[several], column, given[several],
        "a name of one ward; give its code, or a column with the district",
    )  # fmt: skip
    faults.add_rows(frame.index[none], column, given[none], "code or name of a ward that is held")
    return codes, codes.ne("")


def read_days(
    column: pd.Series, name: str, faults: Faults, *, required: bool
) -> tuple[pd.Series, pd.Series]:
    """Read days such as 2026-06-17, 17/06/2026 or 17 June 2026; give dates and which are good."""
    read = read_dates(column, DAY_FORMS)
    bad = read.unread | read.ambiguous
    if required:
        bad |= column.str.strip().eq("")
    faults.add_rows(
        column.index[bad], name, column[bad], "a day such as 2026-06-17 or 17/06/2026 is accepted"
    )
    days = [None if pd.isna(moment) else moment.date() for moment in read.moments]
    return pd.Series(days, index=column.index, dtype=object), ~bad


def read_flags(column: pd.Series, name: str, faults: Faults) -> tuple[pd.Series, pd.Series]:
    """Read yes and no (also true, false, y, n, 1, 0; blank is no); give them and which are good."""
    words = column.map(fold_name)
    yes, no = words.isin(["yes", "y", "true", "1"]), words.isin(["no", "n", "false", "0", ""])
    bad = ~(yes | no)
    faults.add_rows(column.index[bad], name, column[bad], "yes or no is accepted")
    return yes, ~bad
