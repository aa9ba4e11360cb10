"""Tables of scores of areas, such as an index of deprivation; they feed the safety index alone."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from geodata.store.models.foundation import Table


class AreaScoreSource(Table, table=True):
    """What a score is called and measures, and which way it runs."""

    __tablename__ = "area_score_sources"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    name: str = Field(unique=True)
    measures: str
    as_at: dt.date
    higher_is: str
    top: float | None = None
    licence: str


class AreaScore(Table, table=True):
    """Score of one area."""

    __tablename__ = "area_scores"
    __table_args__ = (UniqueConstraint("source_id", "kind", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="area_score_sources.id", index=True)
    import_id: int = Field(foreign_key="imports.id", index=True)
    kind: str
    code: str
    score: float
