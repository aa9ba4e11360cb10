"""Tables of incidents and their places. Times of incidents are naive local civil time."""

import datetime as dt

from pydantic import NaiveDatetime
from sqlalchemy import DateTime, Index, Text, UniqueConstraint
from sqlmodel import Field

from geodata.categories import NOT_RECORDED
from geodata.store.models.foundation import Table


class Location(Table, table=True):
    """A place that incidents are recorded at: a key, and its address sealed with a key that is
    not in the database. ``uprn_key``, ``postcode_key`` and ``block_key`` are pseudonyms by which
    an address, or addresses that may be one, are found.
    """

    __tablename__ = "locations"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    location_key: str = Field(unique=True)
    easting: float | None = None
    northing: float | None = None
    precision: str
    is_excluded: bool = False
    is_default_geocode: bool = False
    label: str = ""
    sealed_address: str = Field(default="", sa_type=Text)
    uprn_key: str = Field(default="", index=True)
    postcode_key: str = Field(default="", index=True)
    block_key: str = Field(default="", index=True)


class Incident(Table, table=True):
    """The minimum incident record with the ward it is counted in."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("force", "source_system", "incident_id"),
        Index("ix_incidents_force_month", "force", "month"),
    )

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    incident_id: str = Field(index=True)
    force: str
    source_system: str
    asb: bool
    crime_type: str
    report_channel: str = "unknown"
    reported_at: NaiveDatetime | None = Field(default=None, sa_type=DateTime)
    occurred_from: NaiveDatetime = Field(sa_type=DateTime)
    occurred_to: NaiveDatetime | None = Field(default=None, sa_type=DateTime)
    time_precision: str
    month: str = Field(index=True)
    nsir_category: str = NOT_RECORDED
    asb_type: str = NOT_RECORDED
    grade: str = NOT_RECORDED
    easting: float | None = None
    northing: float | None = None
    location_key: str = Field(default="", index=True)
    location_precision: str = "none"
    lsoa_code: str = ""
    victim_key: str = Field(default="", index=True)
    problem_key: str = ""
    event_key: str = ""
    repeat_asked: str = NOT_RECORDED
    repeat_flag: str = NOT_RECORDED
    vulnerable_asked: str = NOT_RECORDED
    vulnerable_flag: str = NOT_RECORDED
    hate_flag: str = NOT_RECORDED
    thrive_recorded: str = NOT_RECORDED
    vulnerable_type: str = NOT_RECORDED
    domestic_abuse_flag: str = NOT_RECORDED
    child_flag: str = NOT_RECORDED
    harm_score: float | None = None
    lead_agency: str = ""
    outcome: str = ""
    age_recorded: str = NOT_RECORDED
    disability_recorded: str = NOT_RECORDED
    ethnicity_recorded: str = NOT_RECORDED
    gender_reassignment_recorded: str = NOT_RECORDED
    marriage_recorded: str = NOT_RECORDED
    pregnancy_recorded: str = NOT_RECORDED
    religion_recorded: str = NOT_RECORDED
    sex_recorded: str = NOT_RECORDED
    sexual_orientation_recorded: str = NOT_RECORDED
    ward_code: str = Field(default="", index=True)
    ward_edition: str = ""
    ward_by: str = "none"
    district_code: str = ""


class PlantedTruth(Table, table=True):
    """A pattern that the synthetic county planted, so that tests can ask who finds it."""

    __tablename__ = "planted_truth"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    planted_id: str = Field(unique=True)
    kind: str
    label: str
    easting: float | None = None
    northing: float | None = None
    radius_m: float = 0
    first_day: dt.date
    last_day: dt.date
    incident_ids: str = Field(default="", sa_type=Text)
