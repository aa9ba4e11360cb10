"""Read the list of neighbourhood officers: who works for which ward, and how to reach them.

A file is the whole list of the wards it names. Only what is public is asked for: the name,
number and address at work. A row with a ward and no name says that the ward has nobody now.
"""

import re

import pandas as pd

from geodata.faults import Faults
from geodata.schemas import OFFICER_COLUMNS
from geodata.signs import is_unfit
from geodata.sources.named_columns import find_columns, read_days, read_flags, read_wards

ACCEPTED = {
    "name": ("officer", "officer name", "named officer"),
    "role": ("rank", "post", "job title"),
    "team": ("neighbourhood team", "team name"),
    "email": ("e mail", "email address"),
    "phone": ("telephone", "tel", "phone number"),
    "is_lead": ("lead", "named first", "lead officer"),
    "as_at": ("date", "as at", "list date"),
}
LONGEST = 120


def read_teams(frame: pd.DataFrame, name: str, faults: Faults, wards: pd.DataFrame) -> pd.DataFrame:
    """Read officers by ward.

    Parameters
    ----------
    frame : DataFrame
        Text columns, index = row number in the file; a ward and a name, and of `ACCEPTED` what
        there is.
    name : str
        File name for messages.
    faults : Faults
        Takes rows with an unknown ward, a bad day, an address or number that is none, an
        over-long text, or a ward and officer that stood before.
    wards : DataFrame
        Current wards: code, name, district, district_code.

    Returns
    -------
    DataFrame
        Shape `schemas.OFFICER_COLUMNS`.

    Raises
    ------
    ColumnsMissingError
        If ward or name are missing.
    """
    found = find_columns(frame, ACCEPTED, ["name"], name)
    codes, good = read_wards(frame, name, faults, wards)
    columns: dict[str, pd.Series] = {"ward_code": codes}
    for field in ("name", "role", "team", "email", "phone"):
        text = frame[found[field]].str.strip() if field in found else _blank(frame)
        bad = (text.str.len() > LONGEST) | text.map(is_unfit)
        reason = f"at most {LONGEST} characters and no control signs are accepted"
        if field in _FORMS:
            form, reason = _FORMS[field]
            bad |= text.ne("") & ~text.str.fullmatch(form)
        where = found.get(field, field)
        faults.add_rows(frame.index[bad], where, text[bad], reason, personal=True)
        good &= ~bad
        columns[field] = text
    columns["is_lead"] = pd.Series(False, index=frame.index)
    if "is_lead" in found:
        column = found["is_lead"]
        columns["is_lead"], read = read_flags(frame[column], column, faults)
        good &= read
    columns["as_at"] = pd.Series(None, index=frame.index, dtype=object)
    if "as_at" in found:
        column = found["as_at"]
        columns["as_at"], read = read_days(frame[column], column, faults, required=False)
        good &= read
    rows = pd.DataFrame(columns)[list(OFFICER_COLUMNS)]
    twice = good & rows.duplicated(["ward_code", "name"])
    faults.add_rows(
        frame.index[twice], found["name"], rows.loc[twice, "name"],
        "each officer once a ward is accepted", personal=True,
    )  # fmt: skip
    return rows[good & ~twice].reset_index(drop=True)


_FORMS = {
    "email": (
        re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"), "an e-mail address at work is accepted",
    ),
    "phone": (
        re.compile(r"\+?[\d\s()\-]{3,20}(?:,?\s*(?:ext\.?|extension)\s*\d{1,8})?", re.IGNORECASE),
        "a telephone number at work is accepted",
    ),
}  # fmt: skip


def _blank(frame: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=frame.index, dtype="str")
