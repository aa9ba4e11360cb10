"""Tables of calls, callers, addresses that are one, and actions. Days are local dates."""

import datetime as dt

from pydantic import NaiveDatetime
from sqlalchemy import DateTime, Index, Text, UniqueConstraint
from sqlmodel import Field

from geodata.store.models.foundation import Table


class LocationMerge(Table, table=True):
    """Two locations that may be one address: suggested, then accepted, rejected or undone."""

    __tablename__ = "location_merges"
    __table_args__ = (UniqueConstraint("from_key", "to_key"),)

    id: int | None = Field(default=None, primary_key=True)
    from_key: str = Field(index=True)
    to_key: str = Field(index=True)
    score: float
    evidence: str = ""
    status: str = Field(default="suggested", index=True)
    suggested_at: dt.datetime
    decided_at: dt.datetime | None = None
    decided_by: str = ""


class Call(Table, table=True):
    """One call for service; several calls may be about one incident, or about none."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("force", "source_system", "call_id"),
        Index("ix_calls_caller_key_called_at", "caller_key", "called_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    force: str
    source_system: str
    call_id: str = Field(index=True)
    called_at: NaiveDatetime = Field(sa_type=DateTime)
    month: str = Field(index=True)
    caller_key: str = ""
    phone_key: str = Field(default="", index=True)
    sealed_name: str = Field(default="", sa_type=Text)
    incident_id: str = Field(default="", index=True)
    location_key: str = Field(default="", index=True)
    district_code: str = ""


class CallerPlan(Table, table=True):
    """The plan for a repeat caller: a named owner and the day of the next review.

    ``started_on`` is the day on which it first had both; a saving is counted from it.
    """

    __tablename__ = "caller_plans"

    id: int | None = Field(default=None, primary_key=True)
    caller_key: str = Field(unique=True)
    owner: str = ""
    next_review: dt.date | None = None
    started_on: dt.date | None = None
    status: str = "open"
    changed_at: dt.datetime
    changed_by: str


class Action(Table, table=True):
    """Something that somebody undertook to do by a day."""

    __tablename__ = "actions"

    id: int | None = Field(default=None, primary_key=True)
    title: str
    about_kind: str
    about_key: str = Field(default="", index=True)
    ward_code: str = Field(default="", index=True)
    district_code: str = ""
    owner: str
    agency: str = ""
    due: dt.date
    status: str = "open"
    evidence: str = Field(default="{}", sa_type=Text)
    created_at: dt.datetime
    created_by: str
    closed_at: dt.datetime | None = None
    closed_by: str = ""
    outcome: str = Field(default="", sa_type=Text)


class RecordingBreak(Table, table=True):
    """A day on which recording changed: figures on its two sides are not compared."""

    __tablename__ = "recording_breaks"
    __table_args__ = (UniqueConstraint("force", "day", "what"),)

    id: int | None = Field(default=None, primary_key=True)
    force: str
    day: dt.date
    what: str
    marked_at: dt.datetime
    marked_by: str
