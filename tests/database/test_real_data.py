"""The documented sequence on real open data: totals, LSOA vintages, a second force, an extract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.ingest import ImportOptions, run_import
from geodata.sources.mapping import parse_mapping
from geodata.store.areas import read_area_names, read_population, read_segments
from geodata.store.database import Database, open_database, upgrade
from geodata.store.incidents import read_incident_frame
from geodata.store.status import read_status

NORTHUMBRIA = """
[source]
force = "Northumbria Police"
system = "asb extract"
[columns]
month = "month"
longitude = "longitude"
latitude = "latitude"
location = "location"
lsoa_code = "lsoa_code"
[dates]
formats = ["%Y-%m"]
[coordinates]
crs = "EPSG:4326"
"""


def load(database: Database, source: str, *paths: Path, **options: object) -> dict[str, int]:
    given = ImportOptions(**options)  # type: ignore[arg-type]
    report = run_import(database, source, paths, options=given, imported_by="tests")
    assert report.rows_refused == 0
    return report.ward_by


@pytest.fixture(scope="module")
def kent(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Kent and Medway as docs/data.md loads it, months of 2025."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('kent') / 'kent.sqlite3'}")
    upgrade(database)
    borders = shared_data / "boundaries"
    load(
        database,
        "boundaries",
        borders / "kent_medway_wards_2025.geojson",
        borders / "kent_medway_districts_2025.geojson",
        borders / "kent_medway_lsoa_2021.geojson",
    )
    lookups = shared_data / "lookups"
    load(
        database,
        "lookup",
        lookups / "kent_medway_lsoa21_ward24_lad24.csv",
        lookups / "kent_medway_lsoa11_lsoa21.csv",
    )
    people = shared_data / "demography"
    load(
        database,
        "population",
        people / "kent_medway_population_ward24.csv",
        people / "kent_medway_population_lsoa21.csv",
    )
    load(database, "segments", people / "kent_medway_oac2021_oa21.csv")
    load(database, "police-uk", *sorted((shared_data / "police_uk/kent").glob("2025-*.csv.gz")))
    yield database
    database.engine.dispose()


def test_kent_2025_is_stored_whole_and_wards_sum_to_it(kent: Database) -> None:
    frame = read_incident_frame(kent)
    frame = frame[(frame["force"] == "Kent Police") & (frame["month"] >= 2025 * 12)]
    by_ward = frame["ward_code"].value_counts()
    assert len(frame) == 21_171
    assert by_ward.sum() == 21_171
    assert by_ward.get("", 0) <= 5
    names = read_area_names(kent)
    wards = set(names.loc[names["kind"] == "ward", "code"])
    assert set(by_ward[by_ward > 0].index) - {""} <= wards


def test_population_and_segments_cover_every_current_ward(kent: Database) -> None:
    names = read_area_names(kent)
    wards = set(names.loc[(names["kind"] == "ward") & (names["edition"] == "2025"), "code"])
    people = read_population(kent, "ward").set_index("code")["residents"]
    kent_people = people[people.index.isin(wards)]
    assert len(kent_people) >= 279
    assert people.loc["E05014450"] > 0
    assert read_population(kent, "lsoa")["residents"].sum() == 1_855_737
    assert len(read_segments(kent, "OAC 2021 supergroup")) == 5_734


def test_older_months_second_force_and_an_extract_load_beside(
    kent: Database, shared_data: Path
) -> None:
    load(kent, "boundaries", shared_data / "boundaries/surrey_wards_2025.geojson")
    load(kent, "lookup", shared_data / "lookups/surrey_lsoa21_ward24_lad24.csv")
    load(kent, "lookup", shared_data / "lookups/surrey_lsoa11_lsoa21.csv")
    load(kent, "police-uk", *sorted((shared_data / "police_uk/kent").glob("2014-*.csv.gz")))
    surrey = load(kent, "police-uk", *sorted((shared_data / "police_uk/surrey").glob("*.csv.gz")))
    load(
        kent,
        "incidents",
        shared_data / "asb_2022/northumbria_asb_2022.csv.gz",
        mapping=parse_mapping(NORTHUMBRIA),
    )
    status = read_status(kent)
    assert status["forces"] == {
        "Kent Police": 21_171 + 46_347,
        "Surrey Police": 28_067,
        "Northumbria Police": 39_706,
    }
    assert surrey["none"] < 30
    assert sum(status["ward_by"].values()) == status["incidents"]
    old = read_incident_frame(kent).query("force == 'Kent Police' and month < 2015 * 12")
    assert (old["ward_code"] != "").mean() > 0.999


def test_mixed_vintage_2013_wards_do_not_disturb_the_current(
    kent: Database, shared_data: Path
) -> None:
    before = read_incident_frame(kent)["ward_code"].value_counts().drop("", errors="ignore")
    load(kent, "boundaries", shared_data / "boundaries/kent_medway_wards_2013.geojson")
    after = read_incident_frame(kent)["ward_code"].value_counts().drop("", errors="ignore")
    current = before[before > 0].index
    assert after.reindex(current).equals(before.loc[current])
