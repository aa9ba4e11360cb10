"""Reading one column of an extract that a mapping file names: texts, words, dates, pseudonyms."""

import datetime as dt

import numpy as np
import pandas as pd

from geodata.addresses import pseudonyms
from geodata.errors import ColumnsMissingError, safe_value
from geodata.faults import Faults
from geodata.personal_details import ADDRESS, NAME, POSTCODE, find_personal, looks_like_text
from geodata.sources.extract_dates import ReadDates, read_dates
from geodata.sources.extract_fields import BUILT_IN_ANSWERS, YES_NO_FIELDS, nearest
from geodata.sources.mapping import Mapping

EARLIEST = dt.date(1990, 1, 1)
TEXT_LENGTH = 200
NOTED_WORDS = 20
PERSONAL_IN_REFERENCES = (ADDRESS, NAME, POSTCODE)
"""What no reference may hold; it may be a long number, which a telephone number is too."""
_WITH_WORDS = r"[^\W\d_]{4,}"
"""What a date does not hold, other than the name of a month: it may be a name or an address."""


def require_mapped(frame: pd.DataFrame, mapping: Mapping, file_name: str) -> None:
    """Refuse a file that lacks a column which the mapping names.

    Raises
    ------
    ColumnsMissingError
        Naming each one and the nearest that is there.
    """
    missing = [name for name in mapping.columns.values() if name not in frame.columns]
    if not missing:
        return
    held = [str(name) for name in frame.columns]
    said = "; ".join(f"{name!r} is not there{nearest(name, held)}" for name in missing)
    hint = " It has one column: is the delimiter right?" if len(held) == 1 else ""
    raise ColumnsMissingError(
        "The file lacks columns that the mapping names.",
        f"{safe_value(file_name)}: {said}. It holds {safe_value(', '.join(held))}.{hint}",
        "Correct the column names in the mapping file, or delimiter in its [source].",
    )


def column_of(frame: pd.DataFrame, mapping: Mapping, field: str) -> pd.Series:
    """Give the texts of a field, without spaces at their ends; "" where there are none."""
    name = mapping.columns.get(field)
    if name is None:
        return pd.Series("", index=frame.index, dtype="str")
    return frame[name].str.strip()


def read_date_column(
    frame: pd.DataFrame,
    mapping: Mapping,
    faults: Faults,
    field: str,
    today: dt.date,
    *,
    may_lie_ahead: bool = False,
) -> ReadDates:
    """Read a column of dates; what cannot be read, or lies out of range, is a fault."""
    name, dates = mapping.columns[field], mapping.dates
    formats = list(dates.formats)
    if field == "month" and "%Y-%m" not in formats:
        formats.append("%Y-%m")
    read = read_dates(frame[name], formats, dates.timezone)
    shown = ", ".join(dates.formats[:4]) + (", ..." if len(dates.formats) > 4 else "")
    tomorrow = pd.Timestamp(today) + pd.Timedelta(days=1)
    ahead = (read.moments >= tomorrow) & (not may_lie_ahead)
    kinds = (
        (read.unread, f"a date in a form of the mapping is accepted ({shown})"),
        (read.ambiguous, "a date that only one form of the mapping reads is accepted"),
        (ahead, "a date that is not in the future is accepted"),
        (read.moments < pd.Timestamp(EARLIEST), f"a date from {EARLIEST.year} on is accepted"),
    )
    for where, reason in kinds:
        if not where.any():
            continue
        worded = frame[name].str.contains(_WITH_WORDS, regex=True)
        for personal, here in ((True, where & worded), (False, where & ~worded)):
            faults.add_rows(frame.index[here], name, frame.loc[here, name], reason, personal)
    return read


def read_words(
    frame: pd.DataFrame,
    mapping: Mapping,
    faults: Faults,
    field: str,
    accepted: tuple[str, ...],
    *,
    of_people: bool = False,
) -> pd.Series:
    """Give the accepted word of each row; untranslated ones are noted and count as not known.

    Parameters
    ----------
    frame, mapping, faults
        The table as text, which column is what, and what takes the notes.
    field : str
        Field of a mapping file.
    accepted : tuple of str
        Its words; the last means that nothing is known.
    of_people : bool, default False
        True for calls and cases, whose records are about somebody. A word that looks like free
        text (see `looks_like_text`) is told by its length only.
    """
    otherwise = mapping.constants.get(field, accepted[-1])
    if field not in mapping.columns:
        return pd.Series(otherwise, index=frame.index, dtype="str")
    known = {word: word for word in accepted}
    if field in YES_NO_FIELDS:
        known |= BUILT_IN_ANSWERS
    known |= {fold(word): meant for word, meant in mapping.translate.get(field, {}).items()}
    codes, distinct = pd.factorize(frame[mapping.columns[field]])
    counts = np.bincount(codes, minlength=len(distinct))
    meant: list[str] = []
    strange: list[tuple[str, int]] = []
    for word, count in zip(distinct, counts.tolist(), strict=True):
        folded = fold(word)
        if folded and folded not in known:
            strange.append((word, count))
            meant.append(accepted[-1])
        else:
            meant.append(known.get(folded, otherwise))
    for word, count in sorted(strange, key=lambda one: -one[1])[:NOTED_WORDS]:
        shown = safe_value(word, personal=looks_like_text(word, of_people=of_people))
        faults.note(f"{field}: {shown} is not translated, read as {accepted[-1]}", count)
    others = sorted(strange, key=lambda one: -one[1])[NOTED_WORDS:]
    if others:
        faults.note(
            f"{field}: {len(others):,} more words are not translated, read as {accepted[-1]}",
            sum(count for _, count in others),
        )
    return pd.Series(np.array(meant, dtype=object)[codes], index=frame.index, dtype="str")


def fold(word: str) -> str:
    """Give a word as words are compared: case and spaces do not count."""
    return " ".join(word.casefold().split())


def read_text(frame: pd.DataFrame, mapping: Mapping, field: str) -> pd.Series:
    """Give a short text, translated where the mapping says so, or the mapping's constant."""
    text = column_of(frame, mapping, field).str.slice(0, TEXT_LENGTH)
    words = {fold(word): meant for word, meant in mapping.translate.get(field, {}).items()}
    if words:
        codes, distinct = pd.factorize(text)
        meant = np.array([words.get(fold(word), word) for word in distinct], dtype=object)
        text = pd.Series(meant[codes], index=text.index, dtype="str")
    return text.mask(text.eq(""), mapping.constants.get(field, ""))


def refuse_personal_references(
    given: pd.Series, mapping: Mapping, faults: Faults, field: str
) -> pd.Series:
    """Refuse references that look like an address, a name or an e-mail address; say which do.

    A reference is kept and shown as it is, so what tells who or where somebody is may not be one.
    Its value is told by its length only.
    """
    possible = given.str.contains("[ @]", regex=True)
    looks = pd.Series(
        [
            could and ("@" in text or bool(find_personal(text, PERSONAL_IN_REFERENCES)))
            for could, text in zip(possible, given, strict=True)
        ],
        index=given.index,
        dtype=bool,
    )
    faults.add_rows(
        given.index[looks],
        mapping.columns.get(field, field),
        given[looks],
        "a reference that is no address and no name is accepted",
        personal=True,
    )
    return looks


def read_pseudonyms(frame: pd.DataFrame, mapping: Mapping, field: str, kind: str) -> pd.Series:
    """Give the pseudonym of each text; the text itself goes no further."""
    codes, distinct = pd.factorize(column_of(frame, mapping, field))
    keys = np.array(pseudonyms(kind, distinct), dtype=object)
    return pd.Series(keys[codes], index=frame.index, dtype="str")
