"""Reading the files of statistics packages: SPSS (.sav, .zsav) and Stata (.dta).

Answers come as their codes, never as the words of a value label; values that the file itself
declares missing come as "". Labels are handed on beside the table for the draft of a mapping.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from geodata.errors import FileNotReadableError, safe_value
from geodata.settings import Settings
from geodata.sources.tables import MIDNIGHT, TableFile, read_table

STATISTICS_SUFFIXES = (".sav", ".zsav", ".dta")
_LONG_TEXT = 1 << 20
_MOST_PARTS = 50


def read_survey_table(
    member: TableFile, *, settings: Settings, delimiter: str | None = None
) -> pd.DataFrame:
    """Read a survey file as text: CSV, XLSX, Parquet, SPSS or Stata.

    Parameters
    ----------
    member : TableFile
        The file.
    settings : Settings
        Gives the limits of `read_table`.
    delimiter : str, optional
        Delimiter of a text file; found from the header row if not given.

    Returns
    -------
    DataFrame
        As `geodata.sources.tables.read_table` gives it. For SPSS and Stata ``attrs`` also holds
        ``labels`` (wording of each column) and ``value_labels`` (words of each code, by column).

    Raises
    ------
    FileNotReadableError
        If the file is not such a table.
    """
    if member.suffix not in STATISTICS_SUFFIXES:
        return read_table(member, settings=settings, delimiter=delimiter)
    read = pyreadstat.read_dta if member.suffix == ".dta" else pyreadstat.read_sav
    try:
        values, about = _read_values(member, read, settings)
    except MemoryError as error:
        raise _unreadable(member, "It needs more memory than there is.") from error
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        UnicodeDecodeError,
        OverflowError,
    ) as error:
        raise _unreadable(member, "It is not a whole SPSS or Stata file.") from error
    frame = pd.DataFrame(
        {str(name): _say_column(values[name]) for name in values.columns}, dtype="str"
    )
    frame.index = pd.Index(np.arange(2, len(frame) + 2), name="row")
    frame = frame[(frame != "").any(axis=1)]
    frame.attrs = {
        "ragged_rows": [],
        "formula_cells": [],
        "labels": {str(k): str(v) for k, v in about.column_names_to_labels.items() if v},
        "value_labels": {
            str(column): {_say(code): str(word) for code, word in words.items()}
            for column, words in about.variable_value_labels.items()
        },
    }
    return frame


def _read_values(
    member: TableFile, read: Callable[..., tuple[pd.DataFrame, Any]], settings: Settings
) -> tuple[pd.DataFrame, Any]:
    """Read as many rows at a time as the limit holds at their full width, and measure each part.

    Some headers do not say how many rows follow, and a text of 32 KB that is mostly blank takes
    few bytes in a packed file.
    """
    limit = settings.unpacked_limit_mb << 20
    _, about = read(str(member.path), metadataonly=True)
    # A long text of Stata states no width; it is as long as the file at the most.
    unstated = min(member.path.stat().st_size, _LONG_TEXT)
    widths = [max(width or unstated, 8) for width in about.variable_storage_width.values()]
    step = max(limit // max(sum(widths), 1), 1)
    parts, unpacked = [], 0
    for start in range(0, step * _MOST_PARTS, step):
        part, about = read(str(member.path), row_offset=start, row_limit=step)
        parts.append(part)
        unpacked += int(part.memory_usage(index=False, deep=True).sum())
        if unpacked > limit:
            break
        if len(part) < step:
            return pd.concat(parts, ignore_index=True), about
    raise _unreadable(member, f"It unpacks to more than {settings.unpacked_limit_mb:,} MB.")


def _say_column(column: pd.Series) -> pd.Series:
    missing = column.isna()
    if pd.api.types.is_float_dtype(column):
        # Respondent numbers pass 15 digits in some files and must not be rounded.
        whole = np.isfinite(column.fillna(0)) & (column == np.floor(column))
        said = column.map(repr, na_action="ignore").astype(object)
        said[whole] = [str(int(value)) for value in column[whole]]
    else:
        said = column.map(_say, na_action="ignore").astype(object)
    return said.where(~missing, "").astype("str")


def _say(value: object) -> str:
    if isinstance(value, dt.datetime):
        whole = value.time() == MIDNIGHT
        return value.date().isoformat() if whole else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _unreadable(member: TableFile, detail: str) -> FileNotReadableError:
    return FileNotReadableError(
        "The survey file cannot be read.",
        f"{safe_value(member.name)}: {detail}",
        "Save it again from its program, or export it as CSV with codes in place of words.",
    )
