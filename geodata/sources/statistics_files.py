"""Reading the files of statistics packages: SPSS (.sav, .zsav) and Stata (.dta).

Answers come as their codes, never as the words of a value label; values that the file itself
declares missing come as "". Labels are handed on beside the table for the draft of a mapping.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat

from geodata.errors import FileNotReadableError, safe_value
from geodata.settings import Settings
from geodata.sources.tables import MIDNIGHT, TableFile, read_table

STATISTICS_SUFFIXES = (".sav", ".zsav", ".dta")


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
        _, about = read(str(member.path), metadataonly=True)
        most_rows = (settings.unpacked_limit_mb << 20) // (8 * max(about.number_columns or 1, 1))
        # Some headers do not say how many rows follow, so the reading itself is held as well.
        values, about = read(str(member.path), row_limit=most_rows + 1)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise _unreadable(member, "It is not a whole SPSS or Stata file.") from error
    if len(values) > most_rows:
        raise _unreadable(member, f"It unpacks to more than {settings.unpacked_limit_mb:,} MB.")
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
