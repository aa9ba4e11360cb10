"""Loading and reading 500,000 incidents, as ratios in the same run.

Run with ``pytest tests/benchmarks --benchmark-enable``; without it each runs once on fewer rows
as a plain test.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sqlmodel import Session

from geodata.joins import WardFinder
from geodata.schemas import ASSIGNED_COLUMNS, INCIDENT_COLUMNS
from geodata.sources.demo import County, build_county
from geodata.store.database import Database
from geodata.store.imports import start_import
from geodata.store.incidents import read_incident_frame, write_incidents
from geodata.store.models import Incident

ORM_ROWS = 2_000


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(incidents_per_year=7_000, years=3)


def grown(county: County, rows: int) -> pd.DataFrame:
    """The county's incidents repeated to so many rows, with new references and no ward."""
    times = -(-rows // len(county.incidents))
    frame = pd.concat([county.incidents] * times, ignore_index=True).head(rows)
    assigned = dict.fromkeys(ASSIGNED_COLUMNS, "")
    return frame.assign(incident_id=[f"B{number}" for number in range(rows)], **assigned)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_bulk_load_beats_the_orm_several_times(
    database: Database, county: County, benchmark: Callable, request: pytest.FixtureRequest
) -> None:
    rows = 500_000 if request.config.getoption("--benchmark-enable") else 20_000
    frame = grown(county, rows)
    with database.begin() as connection:
        import_id = start_import(
            connection, source="t", file_name="t", content_hash="t", scope="", imported_by="t"
        )

    def bulk() -> None:
        with database.begin() as connection:
            write_incidents(database, connection, frame, import_id)

    def row_by_row() -> None:
        plain = frame.head(ORM_ROWS).astype(object).where(frame.head(ORM_ROWS).notna(), None)
        with Session(database.engine) as session:
            for record in plain.to_dict("records"):
                for name in ("occurred_from", "occurred_to", "reported_at"):
                    if record[name] is not None:
                        record[name] = record[name].to_pydatetime()
                record["incident_id"] += "-orm"
                session.add(Incident(import_id=import_id, **record))
            session.commit()

    spent = seconds(lambda: benchmark.pedantic(bulk, rounds=1, iterations=1))
    per_row = seconds(row_by_row) / ORM_ROWS
    ratio = per_row * rows / spent
    benchmark.extra_info["times_faster_than_orm"] = round(ratio, 1)
    assert len(read_incident_frame(database)) == rows + ORM_ROWS
    assert set(INCIDENT_COLUMNS) <= set(frame.columns)
    assert ratio > 2


def test_placing_beats_a_spatial_join(county: County, benchmark: Callable) -> None:
    import geopandas as gpd

    wards = county.areas[county.areas["kind"] == "ward"].reset_index(drop=True)
    frame = county.incidents
    finder = WardFinder(wards, pd.DataFrame({"lsoa_code": [], "ward_code": []}), 0)
    placed = benchmark.pedantic(lambda: finder.place(frame), rounds=1, iterations=1)
    points = gpd.GeoDataFrame(
        {"row": np.arange(len(frame))},
        geometry=gpd.points_from_xy(frame["easting"], frame["northing"]),
        crs=27700,
    )
    joined = points.sjoin(wards[["code", "geometry"]], how="left", predicate="intersects")
    joined = joined.sort_values(["row", "code"]).drop_duplicates("row")
    assert (placed["ward_code"].to_numpy() == joined["code"].fillna("").to_numpy()).all()
