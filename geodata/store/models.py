"""SQLModel tables. Geometry is WKB in EPSG:27700 with bounding-box columns, so SQLite and
PostgreSQL need no extension. Times of incidents are naive local civil time; times of
imports are UTC.
"""

import datetime as dt

from pydantic import NaiveDatetime
from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from geodata.categories import NOT_RECORDED

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of the tables, with constraint names that migrations can rely on."""

    metadata = MetaData(naming_convention=NAMING)


class Import(Table, table=True):
    """One file (or member of an archive) that was taken in."""

    __tablename__ = "imports"
    __table_args__ = (UniqueConstraint("source", "content_hash", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    file_name: str
    content_hash: str = Field(index=True)
    scope: str = ""
    rows_read: int = 0
    rows_stored: int = 0
    rows_refused: int = 0
    rows_left_out: int = 0
    imported_at: dt.datetime
    imported_by: str
    is_synthetic: bool = False
    details: str = Field(default="{}", sa_type=Text)


class Refusal(Table, table=True):
    """A row that was refused: where, what (kept safe) and why."""

    __tablename__ = "refusals"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True, ondelete="CASCADE")
    row: int
    column: str
    value: str
    reason: str


class Area(Table, table=True):
    """A ward, district, LSOA or free polygon of one boundary edition."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("kind", "edition", "code"),
        Index("ix_areas_box", "kind", "edition", "min_x", "max_x", "min_y", "max_y"),
    )

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    kind: str
    edition: str
    code: str = Field(index=True)
    name: str
    district_code: str = ""
    as_at: dt.date | None = None
    non_residential: bool = False
    area_ha: float
    label_x: float
    label_y: float
    min_x: float
    min_y: float
    max_x: float
    max_y: float
    geometry: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AreaLookup(Table, table=True):
    """From one area to another: LSOA to ward, ward to district, LSOA 2011 to 2021."""

    __tablename__ = "area_lookups"
    __table_args__ = (
        UniqueConstraint(
            "from_kind", "from_edition", "from_code", "to_kind", "to_edition", "to_code"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    from_kind: str
    from_edition: str
    from_code: str = Field(index=True)
    to_kind: str
    to_edition: str
    to_code: str
    change: str = ""


class Population(Table, table=True):
    """Usual residents of an area in a year."""

    __tablename__ = "populations"
    __table_args__ = (UniqueConstraint("kind", "code", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    kind: str
    code: str
    year: int
    residents: int
    households: int | None = None


class AreaSegment(Table, table=True):
    """Share of an area's residents in a segment of a classification."""

    __tablename__ = "area_segments"
    __table_args__ = (UniqueConstraint("classification", "kind", "code", "segment_code"),)

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    classification: str
    kind: str
    code: str
    segment_code: str
    segment_name: str
    share: float


class Location(Table, table=True):
    """A place that incidents are recorded at; holds a key, never an address text."""

    __tablename__ = "locations"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    location_key: str = Field(unique=True)
    uprn: str = ""
    easting: float | None = None
    northing: float | None = None
    precision: str
    is_excluded: bool = False
    is_default_geocode: bool = False
    label: str = ""


class Incident(Table, table=True):
    """The minimum incident record with the ward it is counted in."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("force", "source_system", "incident_id"),
        Index("ix_incidents_force_month", "force", "month"),
    )

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    incident_id: str
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
    victim_key: str = ""
    problem_key: str = ""
    repeat_asked: str = NOT_RECORDED
    repeat_flag: str = NOT_RECORDED
    vulnerable_asked: str = NOT_RECORDED
    vulnerable_flag: str = NOT_RECORDED
    hate_flag: str = NOT_RECORDED
    thrive_recorded: str = NOT_RECORDED
    vulnerable_type: str = NOT_RECORDED
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


UNFINISHED = "status IN ('queued', 'running')"


class AnalysisRun(Table, table=True):
    """A forecast or back-test: what was asked, how far it is, and what came out."""

    __tablename__ = "analysis_runs"
    __table_args__ = (
        Index("ix_analysis_runs_kind_scope", "kind", "scope", "horizon"),
        Index(
            "uq_analysis_runs_unfinished",
            "kind",
            "scope",
            unique=True,
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    scope: str
    horizon: str
    method: str = ""
    status: str = "queued"
    requested_at: dt.datetime
    requested_by: str
    started_at: dt.datetime | None = None
    seen_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    process: str = ""
    cancel_requested: bool = False
    doing: str = ""
    done: int = 0
    total: int = 0
    data_version: str
    parameters: str = Field(default="{}", sa_type=Text)
    seed: int
    result: str = Field(default="", sa_type=Text)
    error: str = Field(default="", sa_type=Text)


class ForecastCell(Table, table=True):
    """A cell of the highest part of a forecast, with its expected count and likely range."""

    __tablename__ = "forecast_cells"

    run_id: int = Field(foreign_key="analysis_runs.id", primary_key=True, ondelete="CASCADE")
    rank: int = Field(primary_key=True)
    x: float
    y: float
    expected: float
    low: float
    high: float
