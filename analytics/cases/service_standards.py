"""Which of the 13 minimum service standards are due, done or late in a case, and with whom?

The standards are those of the Kent and Medway ASB strategy of 2012. The days in which each is
due are local configuration and labelled so. A standard that cannot be met is ended by an
explanation, never by leaving it out.
"""

import datetime as dt
from pathlib import Path
from typing import Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from analytics.cases.configuration import UNSIGNED, check_configuration, read_configuration
from geodata.schemas import require_columns

NUMBER = 13
SUBJECT = "service standards"
NO_AGENCY = "no agency recorded"
LATE, DUE, DONE, EXPLAINED = "late", "due", "done", "not possible, explained"
MARKS = {LATE: "▲", DUE: "○", DONE: "●", EXPLAINED: "◆"}
"""The shape beside each word, so that no state is told by colour."""

CASE_COLUMNS = ("id", "opened", "closed", "lead_agency")
STEP_COLUMNS = ("case_key", "standard", "agency", "due", "done", "not_possible")


class Standard(BaseModel):
    """One standard and the days after opening in which it is due."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_0-9]*$")
    text: str = Field(min_length=3)
    due_days: int = Field(ge=0, le=366)


class ServiceStandards(BaseModel):
    """The standards, with their dates and status.

    Attributes
    ----------
    version, status, source : str
        What the list is called, whether it is policy, where it comes from.
    valid_from : date
        First day on which it holds.
    standards : tuple of Standard
        Exactly 13.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1)
    valid_from: dt.date
    status: str = Field(min_length=3)
    source: str = Field(min_length=3)
    standards: tuple[Standard, ...]

    @model_validator(mode="after")
    def _exactly_thirteen(self) -> Self:
        if len(self.standards) != NUMBER:
            raise ValueError(f"there are {len(self.standards)} standards; accepted: {NUMBER}")
        if len({each.id for each in self.standards}) < NUMBER:
            raise ValueError("two standards have the same id; accepted: a different id each")
        return self

    @property
    def is_illustrative(self) -> bool:
        """True while the file itself says that it is not policy."""
        return self.status == UNSIGNED

    @property
    def texts(self) -> dict[str, str]:
        """Words of each standard by its id."""
        return {each.id: each.text for each in self.standards}


def load_service_standards(path: Path | None = None) -> ServiceStandards:
    """Read and check the list of standards.

    Raises
    ------
    FileNotReadableError
        If the file is missing or is not TOML.
    SettingsError
        If it does not hold exactly 13 standards with days.
    """
    file = read_configuration(path, "service_standards.toml", SUBJECT)
    return check_configuration(ServiceStandards, file, SUBJECT)


def list_steps(
    cases: pd.DataFrame, steps: pd.DataFrame, standards: ServiceStandards, on: dt.date
) -> pd.DataFrame:
    """List every standard of every case with its state on a day.

    Parameters
    ----------
    cases : DataFrame
        id, opened, closed and lead_agency; days as dates or datetime64.
    steps : DataFrame
        What is stored: `STEP_COLUMNS`. A standard that is not stored is due with the lead agency
        as many days after opening as the configuration says.
    standards : ServiceStandards
    on : date

    Returns
    -------
    DataFrame
        case_key, standard, text, agency, due, done, not_possible, state (late, due, done or
        'not possible, explained'), days_late (0 unless late); 13 rows a case. Late means due
        before ``on`` and neither done nor explained. A closed case is late with what was due
        before it closed and was left.
    """
    require_columns(cases, CASE_COLUMNS, "cases")
    require_columns(steps, STEP_COLUMNS, "steps")
    each = pd.DataFrame(
        {
            "standard": [standard.id for standard in standards.standards],
            "text": [standard.text for standard in standards.standards],
            "days": [standard.due_days for standard in standards.standards],
        }
    )
    held = pd.DataFrame(
        {
            "case_key": cases["id"].to_numpy(),
            "opened": pd.to_datetime(cases["opened"]).to_numpy(),
            "closed": pd.to_datetime(cases["closed"]).to_numpy(),
            "lead_agency": cases["lead_agency"].fillna("").to_numpy(dtype=object),
        }
    )
    rows = held.merge(each, how="cross")
    stored = steps[list(STEP_COLUMNS)].assign(
        due=pd.to_datetime(steps["due"]), done=pd.to_datetime(steps["done"])
    )
    rows = rows.merge(
        stored.astype({"case_key": rows["case_key"].dtype, "standard": rows["standard"].dtype}),
        on=["case_key", "standard"],
        how="left",
    )
    planned = rows["opened"] + pd.to_timedelta(rows["days"], unit="D")
    rows["due"] = rows["due"].fillna(planned)
    agency = rows["agency"].astype(object).fillna("")
    agency = agency.where(agency != "", rows["lead_agency"])
    rows["agency"] = agency.where(agency != "", NO_AGENCY)
    rows["not_possible"] = rows["not_possible"].astype(object).fillna("")
    today = pd.Timestamp(on)
    until = rows["closed"].where(rows["closed"] < today, today)
    open_still = rows["done"].isna() & (rows["not_possible"] == "")
    late = open_still & (rows["due"] < until)
    rows["state"] = DUE
    rows.loc[rows["done"].notna(), "state"] = DONE
    rows.loc[rows["done"].isna() & (rows["not_possible"] != ""), "state"] = EXPLAINED
    rows.loc[late, "state"] = LATE
    rows["days_late"] = (today - rows["due"]).dt.days.where(late, 0).astype("int64")
    return rows[
        ["case_key", "standard", "text", "agency", "due", "done", "not_possible", "state",
         "days_late"]
    ]  # fmt: skip


def count_late(steps: pd.DataFrame) -> pd.DataFrame:
    """Count late standards by agency, most first.

    Parameters
    ----------
    steps : DataFrame
        From `list_steps`.

    Returns
    -------
    DataFrame
        agency, late (standards), cases (with at least one late), longest (days), total
        (standards of the agency). Agencies without any late are kept with 0.
    """
    late = steps["state"] == LATE
    counted = pd.DataFrame(
        {
            "agency": steps["agency"],
            "late": late.astype("int64"),
            "case": steps["case_key"].where(late),
            "days": steps["days_late"],
        }
    ).groupby("agency", sort=True)
    table = counted.agg(
        late=("late", "sum"), cases=("case", "nunique"), longest=("days", "max"),
        total=("late", "size"),
    ).reset_index()  # fmt: skip
    return table.sort_values(["late", "agency"], ascending=[False, True], ignore_index=True)
