"""Neighbourhood teams: who works for a ward, and which ward a postcode lies in."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from dashboard.messages import say_count
from dashboard.permissions import Permission, handed, needs
from geodata.errors import PostcodeError
from geodata.postcodes import read_postcode
from geodata.store import engagement as store
from geodata.store.database import Database

OLD_DAYS = 90
"""Days after which a list of officers is said to be old."""


@dataclass(frozen=True)
class Team:
    """Who works for a ward.

    Attributes
    ----------
    ward_code, ward, district : str
        The ward, with its name and that of its district.
    name : str
        Name of the team; empty if none is given.
    officers : DataFrame
        `geodata.schemas.OFFICER_COLUMNS`, whoever is named first on top; empty if nobody is.
    as_at : date or None
        Day the list was right.
    """

    ward_code: str
    ward: str
    district: str
    name: str
    officers: pd.DataFrame
    as_at: dt.date | None


@needs(Permission.SEE_RELEASED)
def load_officers(database: Database, ward_code: str | None = None) -> pd.DataFrame:
    """Load who works for a ward, or for all; names at work are public."""
    return store.read_officers(database, ward_code)


@needs(Permission.SEE_RELEASED)
def holds_postcodes(database: Database) -> bool:
    """Say whether any postcode can be looked up."""
    return store.count_postcodes(database) > 0


@needs(Permission.SEE_RELEASED)
def find_ward_by_postcode(database: Database, typed: str) -> str:
    """Give the ward of a postcode as somebody types it.

    Raises
    ------
    PostcodeError
        If it is no whole postcode, or not held; the message does not repeat it.
    """
    if read_postcode(typed) is None:
        raise PostcodeError(
            "This is not a whole postcode.",
            "A whole one has a part before the gap and three characters after it.",
            "Type the whole postcode, or choose the ward.",
        )
    ward = store.find_postcode(database, typed)
    if ward is None:
        raise PostcodeError(
            "This postcode is not held.",
            "It may lie outside the area, or be newer than the table of postcodes.",
            "Check it, or choose the ward.",
        )
    return ward


@handed
def make_team(officers: pd.DataFrame, wards: pd.DataFrame, ward_code: str) -> Team:
    """Make the team of a ward from its officers and the wards (code, name, district)."""
    row = wards[wards["code"] == ward_code].iloc[0]
    mine = officers[officers["ward_code"] == ward_code].reset_index(drop=True)
    names = [name for name in mine["team"] if name]
    return Team(
        ward_code=ward_code,
        ward=str(row["name"]),
        district=str(row["district"]),
        name=names[0] if names else "",
        officers=mine,
        as_at=find_list_day(mine),
    )


@handed
def find_list_day(officers: pd.DataFrame) -> dt.date | None:
    """Give the day a list of officers was right: the oldest that its rows give; None if none does.

    The oldest, since a list is as old as its oldest name.
    """
    days = [day for day in officers["as_at"] if not pd.isna(day)]
    return min(days) if days else None


@handed
def say_old(as_at: dt.date | None, today: dt.date) -> str:
    """Say that a list of officers is old on a day; '' if it is not, or its day is not known."""
    days = (today - as_at).days if as_at is not None else 0
    return f"This list is {say_count(days, 'day')} old." if days > OLD_DAYS else ""


@handed
def list_vacant(officers: pd.DataFrame, wards: pd.DataFrame) -> pd.DataFrame:
    """List the wards without a named officer: code, ward, district."""
    return name_wards(wards[~wards["code"].isin(officers["ward_code"])])


@handed
def name_wards(wards: pd.DataFrame) -> pd.DataFrame:
    """Name wards (code, name, district) for a list: code, ward, district, in their order."""
    named = wards[["code", "name", "district"]].rename(columns={"name": "ward"})
    return pd.DataFrame(named).sort_values(["district", "ward"], ignore_index=True)
