"""Tables of cases, their risk assessments, service standards and updates. Texts that may hold
personal data are sealed with a key that is not in the database.
"""

import datetime as dt

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from geodata.store.models.foundation import Table


class Case(Table, table=True):
    """A case as its own system has it; Wardlight reads it and is not the store of evidence."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("force", "source_system", "case_id"),)

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    force: str
    source_system: str
    case_id: str = Field(index=True)
    opened: dt.date
    closed: dt.date | None = None
    status: str = ""
    lead_agency: str = ""
    owner: str = ""
    risk_band: str = "not recorded"
    last_review: dt.date | None = None
    next_review: dt.date | None = None
    location_key: str = Field(default="", index=True)
    victim_key: str = Field(default="", index=True)
    problem_key: str = ""
    ward_code: str = ""
    district_code: str = ""
    shared_with: str = ""
    victim_told: dt.date | None = None
    review_opened: dt.date | None = None
    review_opened_by: str = ""
    sealed_review_reason: str = Field(default="", sa_type=Text)
    sealed_extra: str = Field(default="", sa_type=Text)


class CaseUpdate(Table, table=True):
    """What an agency added to a case; with a level it is also a review of its risk."""

    __tablename__ = "case_updates"

    id: int | None = Field(default=None, primary_key=True)
    case_key: int = Field(foreign_key="cases.id", index=True)
    at: dt.datetime
    by: str
    agency: str
    review_level: str = ""
    sealed_text: str = Field(sa_type=Text)


class RiskAssessment(Table, table=True):
    """One filling-in of the risk assessment matrix; the newest counts, none is overwritten."""

    __tablename__ = "risk_assessments"

    id: int | None = Field(default=None, primary_key=True)
    case_key: int = Field(foreign_key="cases.id", index=True)
    at: dt.datetime
    by: str
    matrix_version: str
    matrix_hash: str = ""
    sealed_answers: str = Field(sa_type=Text)
    lowest: int
    highest: int
    lowest_band: str
    highest_band: str
    override_band: str = ""
    sealed_override_reason: str = Field(default="", sa_type=Text)


class StandardStep(Table, table=True):
    """One of the 13 minimum service standards of a case: due on a day, done on a day."""

    __tablename__ = "standard_steps"
    __table_args__ = (UniqueConstraint("case_key", "standard"),)

    id: int | None = Field(default=None, primary_key=True)
    case_key: int = Field(foreign_key="cases.id", index=True)
    standard: str
    agency: str = ""
    due: dt.date
    done: dt.date | None = None
    done_by: str = ""
    sealed_not_possible: str = Field(default="", sa_type=Text)


class SignOff(Table, table=True):
    """Who made a configuration, such as a risk assessment matrix, local policy, and when."""

    __tablename__ = "sign_offs"
    __table_args__ = (UniqueConstraint("subject", "content_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    content_hash: str
    signed_at: dt.datetime
    signed_by: str
