"""Read residents' priorities: what a ward asked for, when, who was asked, and what came of it.

The register names nobody: a row whose texts hold a name, an address, a postcode, a telephone
number or an e-mail address is refused.
"""

import datetime as dt

import numpy as np
import pandas as pd

from geodata.engagement_words import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PEOPLE_ASKED,
    PRIORITY_SOURCES,
    PRIORITY_STATES,
)
from geodata.faults import Faults
from geodata.personal_details import find_personal
from geodata.schemas import PRIORITY_COLUMNS
from geodata.signs import is_unfit
from geodata.sources.named_columns import find_columns, fold_name, read_days, read_wards

ACCEPTED = {
    "title": ("priority", "issue"),
    "source": ("agreed by", "raised by", "raised at"),
    "agreed_on": ("agreed", "date agreed", "date"),
    "status": ("state",),
    "linked_plan": ("plan", "plan reference"),
    "people_asked": ("people", "number asked", "responses"),
    "how_representative": ("representative", "who was asked"),
    "you_said": ("you said",),
    "we_did": ("we did",),
}
TEXTS = {"title": LONGEST_TITLE, "linked_plan": LONGEST_TITLE} | dict.fromkeys(
    ("how_representative", "you_said", "we_did"), LONGEST_TEXT
)
SOURCE_WORDS = {
    **{fold_name(word): word for word in PRIORITY_SOURCES},
    **{fold_name(label): word for word, label in PRIORITY_SOURCES.items()},
    "pact meeting": "pact", "pact panel": "pact", "partners and communities together": "pact",
    "parish council": "parish", "town council": "parish", "residents survey": "survey",
    "community voice": "mcv", "online messages": "online", "online messaging": "online",
    "": "other",
}  # fmt: skip
STATE_WORDS = {fold_name(word): word for word in PRIORITY_STATES} | {
    "open": "agreed", "new": "agreed", "in progress": "in hand", "closed": "done",
    "completed": "done", "complete": "done", "": "agreed",
}  # fmt: skip


def read_priority_file(
    frame: pd.DataFrame, name: str, faults: Faults, wards: pd.DataFrame, *, today: dt.date
) -> pd.DataFrame:
    """Read priorities by ward.

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file; a ward, a title and a day, and of
        `ACCEPTED` what there is.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with an unknown ward, word or day, a day to come, a personal detail, an
        over-long text, or a ward, title and day that stood before.
    wards : DataFrame
        Current wards: code, name, district, district_code.
    today : date
        No priority is agreed later.

    Returns
    -------
    DataFrame
        Shape `schemas.PRIORITY_COLUMNS`.

    Raises
    ------
    ColumnsMissingError
        If ward, title or day are missing.
    """
    found = find_columns(frame, ACCEPTED, ["title", "agreed_on"], name)
    codes, good = read_wards(frame, name, faults, wards)
    columns: dict[str, pd.Series] = {"ward_code": codes}
    for field, longest in TEXTS.items():
        columns[field], read = _read_text(frame, found.get(field), faults, longest)
        good &= read
    where = found["title"]
    untitled = columns["title"].eq("")
    faults.add_rows(frame.index[untitled], where, columns["title"][untitled], "a title is needed")
    for field, words in (("source", SOURCE_WORDS), ("status", STATE_WORDS)):
        columns[field], read = _read_word(frame, found.get(field), faults, words)
        good &= read
    column = found["agreed_on"]
    columns["agreed_on"], read = read_days(frame[column], column, faults, required=True)
    late = pd.Series(
        [day is not None and day > today for day in columns["agreed_on"]], index=frame.index
    )
    faults.add_rows(
        frame.index[late], column, frame.loc[late, column], "no day to come is accepted"
    )
    good &= read & ~late & ~untitled
    columns["people_asked"], read = _read_people(frame, found.get("people_asked"), faults)
    good &= read
    rows = pd.DataFrame(columns)[list(PRIORITY_COLUMNS)]
    twice = good & rows.duplicated(["ward_code", "title", "agreed_on"])
    faults.add_rows(
        frame.index[twice], where, rows.loc[twice, "title"],
        "each title once a ward and day is accepted",
    )  # fmt: skip
    return rows[good & ~twice].reset_index(drop=True)


def _read_text(
    frame: pd.DataFrame, column: str | None, faults: Faults, longest: int
) -> tuple[pd.Series, pd.Series]:
    if column is None:
        return _blank(frame), pd.Series(True, index=frame.index)
    text = frame[column].str.strip()
    long = text.str.len() > longest
    faults.add_rows(
        frame.index[long], column, text[long], f"at most {longest:,} characters are accepted",
        personal=True,
    )  # fmt: skip
    unfit = ~long & text.map(is_unfit)
    faults.add_rows(
        frame.index[unfit], column, text[unfit], "a text without control signs is accepted",
        personal=True,
    )  # fmt: skip
    told = ~long & ~unfit & text.map(lambda one: bool(find_personal(one)))
    faults.add_rows(
        frame.index[told], column, text[told],
        "a text without names, addresses, postcodes, numbers or e-mail addresses is accepted",
        personal=True,
    )  # fmt: skip
    return text, ~(long | unfit | told)


def _read_word(
    frame: pd.DataFrame, column: str | None, faults: Faults, words: dict[str, str]
) -> tuple[pd.Series, pd.Series]:
    given = _blank(frame) if column is None else frame[column]
    read = given.map(fold_name).map(words)
    bad = read.isna()
    accepted = ", ".join(sorted(set(words.values())))
    faults.add_rows(given.index[bad], column or "", given[bad], f"accepted are {accepted}")
    return read, ~bad


def _read_people(
    frame: pd.DataFrame, column: str | None, faults: Faults
) -> tuple[pd.Series, pd.Series]:
    given = _blank(frame) if column is None else frame[column].str.strip()
    number = pd.to_numeric(given.str.replace(",", ""), errors="coerce")
    whole = number.where(number.between(1, MOST_PEOPLE_ASKED) & (number == np.floor(number)))
    bad = whole.isna() & given.ne("")
    faults.add_rows(
        given.index[bad], column or "", given[bad],
        f"a whole number from 1 to {MOST_PEOPLE_ASKED:,}, or nothing",
    )  # fmt: skip
    return whole.astype("Int64"), ~bad


def _blank(frame: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=frame.index, dtype="str")
