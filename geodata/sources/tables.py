"""Reading a table as text: CSV in any common encoding and delimiter, XLSX and Parquet.

Every cell comes back as text with "" for missing, and the index is the row number as a
spreadsheet shows it (header = row 1), so that faults can name it. What a value means is not
decided here.
"""

import csv
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Protocol

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from geodata.errors import FileNotReadableError, safe_value
from geodata.faults import Faults
from geodata.settings import Settings

TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
DELIMITERS = (",", ";", "\t", "|")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MIDNIGHT = time(0, 0)
_LEAST_BLOCK = 1 << 20
_LEAST_CELL = 8
"""Bytes that a cell takes however short its text."""
_BATCH_ROWS = 1 << 16


class TableFile(Protocol):
    """What a table is read from: a name to show, a kind and a place on disk."""

    @property
    def name(self) -> str:
        """Name to show."""

    @property
    def suffix(self) -> str:
        """What the content is, such as '.csv'."""

    @property
    def path(self) -> Path:
        """Where it lies."""


def read_table(
    member: TableFile, *, settings: Settings, delimiter: str | None = None
) -> pd.DataFrame:
    """Read a CSV, XLSX or Parquet file as text.

    Parameters
    ----------
    member : TableFile
        The file.
    settings : Settings
        Gives the longest line and the largest unpacked size.
    delimiter : str, optional
        Delimiter of a text file; found from the header row if not given.

    Returns
    -------
    DataFrame
        All columns ``str``, "" for missing, index = row number in the file. ``attrs`` holds
        ``encoding`` and ``delimiter`` (text), ``ragged_rows`` (numbers of rows with another
        number of fields than the header, left out) and ``formula_cells`` (cells of a workbook
        that hold a formula without a stored result, read as "").

    Raises
    ------
    FileNotReadableError
        If the file is not such a table, holds nothing, or a line is longer than allowed.
    """
    if member.suffix in TEXT_SUFFIXES:
        frame = _read_text(member, settings, delimiter)
    elif member.suffix in (".xlsx", ".xlsm"):
        frame = _read_workbook(member, settings)
    elif member.suffix in (".parquet", ".pq"):
        frame = _read_parquet(member, settings)
    else:
        raise FileNotReadableError(
            "The kind of file is not known.",
            f"{safe_value(member.name)} ends in {safe_value(member.suffix)}; accepted are .csv, "
            ".xlsx and .parquet.",
            "Save it as CSV and try again.",
        )
    frame.attrs = {"ragged_rows": [], "formula_cells": [], **frame.attrs}
    return frame


def report_table_faults(frame: pd.DataFrame, faults: Faults) -> None:
    """Tell the faults and oddities that `read_table` met; to be called once a table."""
    ragged: list[int] = frame.attrs.get("ragged_rows", [])
    fields = [f"{len(frame.columns)} in the header"] * len(ragged)
    faults.add_rows(ragged, "number of fields", fields, "as many fields as the header is accepted")
    formulas: list[str] = frame.attrs.get("formula_cells", [])
    if formulas:
        shown = ", ".join(formulas[:3])
        faults.note(
            f"formulas without a stored result read as blank, such as {shown}", len(formulas)
        )
    if frame.attrs.get("encoding") == "cp1252":
        faults.note("the file is not UTF-8; it was read as Windows-1252", len(frame))


def _read_text(member: TableFile, settings: Settings, delimiter: str | None) -> pd.DataFrame:
    _check_lines(member, settings.line_limit_kb << 10)
    data, encoding = _decode(member)
    start = data[: settings.line_limit_kb << 10].decode("utf-8", errors="ignore")
    header = next(iter(start.splitlines()), "")
    if not header.strip():
        raise _unreadable(member, "Its first line is empty; column names are needed there.")
    found = delimiter or _sniff_delimiter(header)
    ragged: list[int] = []

    def note_ragged(row: pa_csv.InvalidRow) -> str:
        ragged.append(row.number)
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                autogenerate_column_names=True,
                block_size=max(_LEAST_BLOCK, settings.line_limit_kb << 11),
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=found,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=note_ragged,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={f"f{place}": pa.string() for place in range(10_000)},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise _unreadable(member, "Its rows cannot be told apart; a quote may be open.") from error
    frame = table.to_pandas()
    numbers = np.setdiff1d(
        np.arange(1, len(frame) + len(ragged) + 1), np.array(ragged, dtype=np.int64)
    )
    names = [str(name) for name in frame.iloc[0]]
    frame = _shape(frame.iloc[1:], names, numbers[1:])
    frame.attrs = {
        "encoding": encoding,
        "delimiter": found,
        "ragged_rows": ragged,
    }
    return frame


def _check_lines(member: TableFile, limit: int) -> None:
    """Refuse NUL bytes and over-long lines without holding more than a piece of the file."""
    with member.path.open("rb") as stream:
        start = stream.read(2)
        if not start:
            raise _unreadable(member, "It holds 0 bytes.", "The file is empty.")
        is_utf16 = start in UTF16_MARKS
        stream.seek(0)
        length = 0
        while piece := stream.read(min(limit, 1 << 16)):
            if b"\0" in piece and not is_utf16:
                raise _unreadable(member, "It holds zero bytes, as text does not.")
            first, last = piece.find(b"\n"), piece.rfind(b"\n")
            if first < 0:
                first, last = piece.find(b"\r"), piece.rfind(b"\r")
            length += len(piece) if first < 0 else first
            if length > limit:
                raise FileNotReadableError(
                    "A line of the file is too long.",
                    f"{safe_value(member.name)} has a line of more than {limit >> 10:,} KB.",
                    "Check that it is a table with line ends; if it is, raise "
                    "WARDLIGHT_LINE_LIMIT_KB.",
                )
            if first >= 0:
                length = len(piece) - last - 1


def _decode(member: TableFile) -> tuple[bytes, str]:
    """Give the file as UTF-8 bytes without a mark, and the encoding it was in."""
    raw = member.path.read_bytes()
    if raw.startswith(UTF16_MARKS):
        encoding = "utf-16"
    elif raw.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        encoding = "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise _unreadable(member, "It starts as UTF-16 text but is not.") from error
        encoding = "cp1252"
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            raise _unreadable(member, "It is not text in UTF-8, UTF-16 or Windows-1252.") from error
    if encoding == "utf-8":
        return raw, encoding
    return text.removeprefix("\ufeff").encode("utf-8"), encoding


def _sniff_delimiter(header: str) -> str:
    """Give the delimiter that parts the header into most fields; a comma if none does."""
    counts = {mark: len(next(csv.reader([header], delimiter=mark))) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def _read_workbook(member: TableFile, settings: Settings) -> pd.DataFrame:
    try:
        with zipfile.ZipFile(member.path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > settings.unpacked_limit_mb << 20:
                raise _unreadable(
                    member, f"It unpacks to more than {settings.unpacked_limit_mb:,} MB."
                )
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            has_formulas = any(_holds_formula(archive, name) for name in sheets)
        rows = _sheet_rows(member.path, data_only=True)
        formulas = _sheet_rows(member.path, data_only=False) if has_formulas else []
    except (zipfile.BadZipFile, InvalidFileException, KeyError, EOFError, ValueError) as error:
        raise _unreadable(member, "It is not a whole Excel workbook (.xlsx).") from error
    rows = _trim(rows)
    if not rows:
        raise _unreadable(member, "Its first sheet holds nothing.", "The file is empty.")
    width = max(len(row) for row in rows)
    texts = [[_say_cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    unresolved = [
        f"{get_column_letter(across + 1)}{down + 1}"
        for down, row in enumerate(formulas)
        for across, cell in enumerate(row)
        if isinstance(cell, str) and cell.startswith("=") and _missing(rows, down, across)
    ]
    frame = _shape(
        pd.DataFrame(texts[1:], columns=range(width), dtype="str"),
        texts[0],
        np.arange(2, len(rows) + 1),
    )
    frame.attrs = {"formula_cells": unresolved}
    return frame


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as stream:
        tail = b""
        while piece := stream.read(1 << 20):
            if b"<f>" in tail + piece or b"<f " in tail + piece:
                return True
            tail = piece[-3:]
    return False


def _sheet_rows(path: Path, *, data_only: bool) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=data_only, keep_links=False)
    try:
        return list(book.worksheets[0].iter_rows(values_only=True)) if book.worksheets else []
    finally:
        book.close()


def _trim(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows


def _missing(rows: list[tuple[object, ...]], down: int, across: int) -> bool:
    return down >= len(rows) or across >= len(rows[down]) or rows[down][across] is None


def _say_cell(cell: object) -> str:
    """Write a cell as text: dates in ISO form, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _read_parquet(member: TableFile, settings: Settings) -> pd.DataFrame:
    """Read piece by piece, and measure every piece before any is written out as text.

    A value that comes again is kept once in the file, so that a few KB can stand for gigabytes.
    """
    limit = settings.unpacked_limit_mb << 20
    too_large = _unreadable(member, f"It unpacks to more than {settings.unpacked_limit_mb:,} MB.")
    pieces: list[list[pd.Series]] = []
    rows = unpacked = size = 0
    try:
        schema = pq.read_schema(member.path)
        plain = list(dict.fromkeys(each.name for each in schema if not _says_nothing(each.type)))
        texts = [each.name for each in schema if _is_text(each.type)]
        with pq.ParquetFile(member.path, read_dictionary=texts) as file:
            about = file.metadata
            groups = (about.row_group(place) for place in range(about.num_row_groups))
            packed = sum(group.total_byte_size for group in groups)
            if max(packed, _LEAST_CELL * about.num_rows * len(schema)) > limit:
                raise too_large
            for batch in file.iter_batches(_BATCH_ROWS, columns=plain, use_threads=False):
                unpacked += sum(_measure(column) for column in batch.columns)
                if unpacked > limit:
                    raise too_large
            for batch in file.iter_batches(_BATCH_ROWS, columns=plain, use_threads=False):
                piece = [_say_column(column) for column in batch.columns]
                size += sum(column.memory_usage(index=False, deep=True) for column in piece)
                if size > limit:
                    raise too_large
                pieces.append(piece)
                rows += batch.num_rows
    except MemoryError as error:
        raise _unreadable(member, "It needs more memory than there is.") from error
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise _unreadable(member, "It is not a whole Parquet file.") from error
    columns = [pd.Series([""] * rows, dtype="str")] * len(schema)
    known = [at for name in plain for at, each in enumerate(schema) if each.name == name]
    for place, *parts in zip(known, *pieces, strict=True):
        columns[place] = pd.concat(parts, ignore_index=True) if parts else columns[place]
    frame = pd.DataFrame(dict(enumerate(columns)), dtype="str")
    return _shape(frame, schema.names, np.arange(2, rows + 2))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _says_nothing(kind: pa.DataType) -> bool:
    """Say whether values have no form as text, so that they are left unread."""
    tests = (
        pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary,
        pa.types.is_fixed_size_binary,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _measure(column: pa.Array) -> int:
    """Give the bytes of a column once every row holds its own text."""
    if not pa.types.is_dictionary(column.type) or not _is_text(column.type.value_type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


def _say_column(column: pa.Array) -> pd.Series:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _say_column(column.cast(kind.value_type))
    if pa.types.is_floating(kind) or pa.types.is_temporal(kind):
        values: pd.Series = column.to_pandas()
        said = values.map(_say_cell, na_action="ignore")
        return said.where(values.notna(), "").astype("str")
    text: pd.Series = column.cast(pa.string()).fill_null("").to_pandas()
    return text.astype("str")


def _shape(frame: pd.DataFrame, names: list[str], numbers: np.ndarray) -> pd.DataFrame:
    """Give the frame its stripped, unique column names and its row numbers."""
    unique: list[str] = []
    for name in (" ".join(name.split()) for name in names):
        tried, count = name, 1
        while tried and tried in unique:
            count += 1
            tried = f"{name} ({count})"
        unique.append(tried)
    frame = frame.set_axis(unique, axis=1).set_axis(pd.Index(numbers, name="row"), axis=0)
    frame = frame.loc[:, [bool(name) for name in unique]]
    if not len(frame.columns):
        return frame
    maybe_blank = frame.iloc[:, 0].eq("")
    blank = (frame[maybe_blank] == "").all(axis=1)
    return frame.drop(index=blank.index[blank])


def _unreadable(
    member: TableFile, detail: str, title: str = "The file cannot be read as a table."
) -> FileNotReadableError:
    return FileNotReadableError(
        title,
        f"{safe_value(member.name)}: {detail}",
        "Export it again as CSV with column names in the first row.",
    )
