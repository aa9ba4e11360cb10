"""Tables of imports and areas. Geometry is WKB in EPSG:27700 with bounding-box columns, so
SQLite and PostgreSQL need no extension.
"""

import datetime as dt

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from geodata.store.models.foundation import Table


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
    """Share of an area's residents in a segment of a classification.

    ``parent_code`` is the larger segment it lies in; '' if the classification names none.
    """

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
    parent_code: str = ""
