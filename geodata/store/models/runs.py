"""Tables of forecasts and back-tests. Times are UTC."""

import datetime as dt

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from geodata.store.models.foundation import Table

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
