"""Blocks of a ward profile on people: who works for the ward, and what its residents asked for."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from dashboard.permissions import Permission, needs
from dashboard.services.engagement import load_officers, make_team, say_old
from dashboard.services.priorities import make_register
from dashboard.services.profile_blocks import NearTeam, Officer, Priorities, Priority, Team
from geodata.store.database import Database
from geodata.store.engagement import read_priorities


@dataclass(frozen=True)
class Engaged:
    """Officers and priorities of one ward."""

    team: Team
    priorities: Priorities


@needs(Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA)
def load_engaged(
    database: Database, wards: pd.DataFrame, ward_code: str, today: dt.date | None
) -> Engaged:
    """Load who works for a ward and what its residents asked for; live priorities first.

    Parameters
    ----------
    database : Database
    wards : DataFrame
        code, name, district, district_code, residents.
    ward_code : str
    today : date or None
        From which the age of the list of officers is counted; None leaves it unsaid.
    """
    return Engaged(
        _find_team(load_officers(database), wards, ward_code, today),
        _find_priorities(read_priorities(database, ward_code), wards, ward_code, today),
    )


def _find_team(
    officers: pd.DataFrame, wards: pd.DataFrame, ward_code: str, today: dt.date | None
) -> Team:
    found = make_team(officers, wards, ward_code)
    named = tuple(
        Officer(
            str(row["name"]), str(row["role"]), str(row["team"]), str(row["email"]),
            str(row["phone"]), bool(row["is_lead"]),
        )
        for row in found.officers.to_dict("records")
    )  # fmt: skip
    return Team(
        named,
        found.as_at,
        say_old(found.as_at, today) if today else "",
        () if named else _find_near(officers, wards, ward_code),
    )


def _find_near(officers: pd.DataFrame, wards: pd.DataFrame, ward_code: str) -> tuple[NearTeam, ...]:
    """Find the teams of the other wards of a district, the one with most wards first."""
    district = wards.loc[wards["code"] == ward_code, "district_code"].iloc[0]
    inside = wards.loc[wards["district_code"] == district, "code"]
    rows = officers[officers["ward_code"].isin(inside) & officers["team"].ne("")]
    reached = rows[rows["email"].ne("") | rows["phone"].ne("")]
    covered = reached.groupby("team")["ward_code"].nunique()
    # By name where two cover as many wards, so that the same data read the same.
    ordered = covered.sort_index().sort_values(ascending=False, kind="stable").index
    first = reached.drop_duplicates("team").set_index("team")
    return tuple(
        NearTeam(str(name), str(first.loc[name, "email"]), str(first.loc[name, "phone"]))
        for name in ordered
    )


def _find_priorities(
    held: pd.DataFrame, wards: pd.DataFrame, ward_code: str, today: dt.date | None
) -> Priorities:
    # The day only marks old priorities, which a profile does not say.
    table = make_register(held, wards, ward=ward_code, on=today or dt.date.min).table
    rows = tuple(
        Priority(
            title=str(row["title"]),
            you_said=str(row["you_said"]),
            source=str(row["source"]),
            agreed_on=row["agreed_on"],
            status=str(row["status"]),
            linked_plan=str(row["linked_plan"]),
            we_did=str(row["we_did"]),
            how_representative=str(row["how_representative"]),
            people_asked=None if pd.isna(row["people_asked"]) else int(row["people_asked"]),
            percent_asked=float(row["percent_asked"]),
        )
        for row in table.to_dict("records")
    )
    return Priorities(rows, len(rows))
