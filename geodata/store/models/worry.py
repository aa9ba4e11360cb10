"""Tables of surveys, signal events, neighbourhood teams, postcodes and residents' priorities."""

import datetime as dt

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field

from geodata.store.models.foundation import Table


class Survey(Table, table=True):
    """One survey: its items and how far it can be used; the answers are in other tables.

    ``kind`` is 'microdata' or 'estimates'; ``reach`` is 'area' (it names districts), 'shape only'
    (other places or times: it can shape a model and says nothing of here) or 'indicative'
    (self-selected: shown without a range, never pooled). ``items`` is JSON: see
    `geodata.survey_items`. ``licence`` is the notice that its licence asks for, in words.
    """

    __tablename__ = "surveys"
    __table_args__ = (UniqueConstraint("name"),)

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    name: str
    kind: str
    reach: str
    about: str = ""
    classification: str = ""
    complete_to: dt.date | None = None
    items: str = Field(default="[]", sa_type=Text)
    licence: str = ""


class SurveyRespondent(Table, table=True):
    """One respondent of a survey: a number, and a pseudonym of the reference if there is one.

    ``stratum_key`` and ``cluster_key`` are pseudonyms of the part of the sample and the sampling
    point the respondent was drawn in; none where the survey does not say.
    """

    __tablename__ = "survey_respondents"
    __table_args__ = (UniqueConstraint("survey_id", "respondent"),)

    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="surveys.id", index=True, ondelete="CASCADE")
    import_id: int = Field(foreign_key="imports.id", index=True)
    respondent: int = Field(sa_type=BigInteger)
    respondent_key: str = ""
    weight: float
    quarter: str = ""
    district_code: str = ""
    ward_code: str = ""
    segment_code: str = ""
    stratum_key: str | None = None
    cluster_key: str | None = None


class SurveyAnswer(Table, table=True):
    """One answer to one item: its score from 0 to 100, and whether it counts as a yes."""

    __tablename__ = "survey_answers"
    __table_args__ = (Index("ix_survey_answers_survey_id_item", "survey_id", "item"),)

    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="surveys.id", ondelete="CASCADE")
    respondent: int = Field(sa_type=BigInteger)
    item: str
    score: float
    yes: int | None = None


class SurveyEstimate(Table, table=True):
    """One ready estimate: a percentage or score of an item for an area and a time."""

    __tablename__ = "survey_estimates"

    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="surveys.id", index=True, ondelete="CASCADE")
    import_id: int = Field(foreign_key="imports.id", index=True)
    kind: str
    code: str = ""
    item: str
    period: str = ""
    value: float
    low: float | None = None
    high: float | None = None
    respondents: int | None = None


class SignalEvent(Table, table=True):
    """An event that unsettles an area around it: when, where and how far it reaches."""

    __tablename__ = "signal_events"

    id: int | None = Field(default=None, primary_key=True)
    title: str
    kind: str
    happened_on: dt.date
    ends_on: dt.date | None = None
    easting: float
    northing: float
    radius_m: float
    ward_code: str = Field(default="", index=True)
    source: str = ""
    is_synthetic: bool = False
    added_at: dt.datetime
    added_by: str
    withdrawn_at: dt.datetime | None = None
    withdrawn_by: str = ""


class NeighbourhoodOfficer(Table, table=True):
    """A named officer of a ward's neighbourhood team."""

    __tablename__ = "neighbourhood_officers"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    ward_code: str = Field(index=True)
    name: str
    role: str = ""
    team: str = ""
    email: str = ""
    phone: str = ""
    is_lead: bool = False
    as_at: dt.date | None = None


class Postcode(Table, table=True):
    """A postcode without its space, and the ward it lies in."""

    __tablename__ = "postcodes"

    postcode: str = Field(primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    ward_code: str
    lsoa_code: str = ""


class Priority(Table, table=True):
    """What residents of a ward asked for, what was agreed, and what came of it.

    ``import_id`` is the import that wrote it last; none once somebody wrote it on screen.
    ``imported_as`` is what it was known by in its file; empty if it came from none.
    """

    __tablename__ = "priorities"
    __table_args__ = (UniqueConstraint("ward_code", "title", "agreed_on"),)

    id: int | None = Field(default=None, primary_key=True)
    import_id: int | None = Field(default=None, foreign_key="imports.id", index=True)
    ward_code: str = Field(index=True)
    title: str
    source: str
    agreed_on: dt.date
    status: str
    linked_plan: str = ""
    people_asked: int | None = None
    how_representative: str = Field(default="", sa_type=Text)
    you_said: str = Field(default="", sa_type=Text)
    we_did: str = Field(default="", sa_type=Text)
    imported_as: str = ""
    is_synthetic: bool = False
    changed_at: dt.datetime
    changed_by: str
