"""Tables of people who use Wardlight and of what they did. Times are UTC."""

import datetime as dt

from sqlalchemy import Text
from sqlmodel import Field

from geodata.store.models.foundation import Table


class User(Table, table=True):
    """Somebody who may sign in: the roles here count, not those of the sign-in cookie."""

    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(unique=True)
    name: str
    email: str = ""
    roles: str = ""
    roles_from: str = "claim"
    agency: str = ""
    active: bool = True
    created_at: dt.datetime
    signed_in_at: dt.datetime | None = None
    last_seen_at: dt.datetime | None = None
    signed_out_at: dt.datetime | None = None
    sharing_screen: bool = False


class AuditEvent(Table, table=True):
    """One event of the six kinds of the Data Protection Act 2018, section 62; never changed."""

    __tablename__ = "audit_events"

    id: int | None = Field(default=None, primary_key=True)
    at: str = Field(index=True)
    event: str = Field(index=True)
    user_id: str = Field(index=True)
    user_name: str
    roles: str
    record_kind: str
    record_key: str = Field(default="", index=True)
    reason: str
    reason_text: str = Field(default="", sa_type=Text)
    recipient: str = ""
    details: str = Field(default="{}", sa_type=Text)
    previous_hash: str
    hash: str


class AuditHead(Table, table=True):
    """The newest event of the audit log under a seal, so that a missing end shows."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    events: int
    hash: str
    seal: str
