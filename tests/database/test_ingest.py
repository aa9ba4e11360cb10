"""Imports end to end, on both databases: conserved totals, one transaction, no double loading."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import shapely
import sqlalchemy as sa
from pyproj import Transformer

from geodata.county import load_county
from geodata.errors import (
    ColumnsMissingError,
    FileNotReadableError,
    MappingError,
    NothingToImportError,
    StrictImportError,
    UserFacingError,
)
from geodata.ingest import ImportOptions, run_import
from geodata.report import ImportReport
from geodata.sources.demo import build_county
from geodata.store.database import Database
from geodata.store.imports import data_version, is_synthetic, read_refusals
from geodata.store.incidents import read_incident_frame, read_planted
from geodata.store.status import read_status

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)
TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)


def street_row(
    x: float,
    y: float,
    *,
    kind: str = "Anti-social behaviour",
    lsoa: str = "",
    month: str = "2025-01",
) -> str:
    longitude, latitude = TO_DEGREES.transform(x, y)
    return (
        f",{month},Kent Police,Kent Police,{longitude:.6f},{latitude:.6f},On or near Park Lane,"
        f"{lsoa},,{kind},,\n"
    )


@pytest.fixture
def wards(tmp_path: Path) -> Path:
    """Two wards of one kilometre side by side, as GeoJSON."""
    features = []
    for number, west in enumerate((580_000, 581_000)):
        ring = shapely.box(west, 160_000, west + 1_000, 161_000).exterior.coords
        degrees = [list(TO_DEGREES.transform(x, y)) for x, y in ring]
        features.append(
            {
                "type": "Feature",
                "properties": {"WD25CD": f"E0500000{number}", "LAD25CD": "E06000035"},
                "geometry": {"type": "Polygon", "coordinates": [degrees]},
            }
        )
    path = tmp_path / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """Two identical ASB rows, one in the other ward, one crime, one with a bad month."""
    path = tmp_path / "2025-01-kent-street.csv"
    path.write_text(
        HEADER
        + street_row(580_500, 160_500) * 2
        + street_row(581_500, 160_500)
        + street_row(580_500, 160_500, kind="Burglary")
        + street_row(580_500, 160_500, month="January")
    )
    return path


def load(database: Database, source: str, *paths: Path, **options: object) -> ImportReport:
    given = ImportOptions(**options)  # type: ignore[arg-type]
    return run_import(database, source, paths, options=given, imported_by="tests")


def test_totals_are_conserved_and_identical_asb_rows_both_stay(
    database: Database, wards: Path, street: Path
) -> None:
    load(database, "boundaries", wards)
    report = load(database, "police-uk", street)
    assert (report.rows_read, report.rows_stored) == (5, 3)
    assert (report.rows_left_out, report.rows_refused) == (1, 1)
    assert report.ward_by == {"polygon": 3, "lookup": 0, "nearest": 0, "none": 0}
    frame = read_incident_frame(database)
    assert frame["ward_code"].value_counts().to_dict() == {"E05000000": 2, "E05000001": 1}
    assert (frame["hour"] == -1).all()
    status = read_status(database)
    assert status["months"] == {"2025-01": 3}
    assert status["forces"] == {"Kent Police": 3}
    assert status["areas"] == {"ward": {"2025": 2}}
    assert status["refused"] == 1
    refusal = read_refusals(database).iloc[0]
    assert (refusal["row"], refusal["column"], refusal["value"]) == (6, "Month", "'January'")


def test_same_bytes_add_nothing_plain_gzipped_or_zipped(
    database: Database, wards: Path, street: Path, tmp_path: Path
) -> None:
    load(database, "boundaries", wards)
    load(database, "police-uk", street)
    before = data_version(database)
    packed = tmp_path / "2025-01-kent-street.csv.gz"
    packed.write_bytes(gzip.compress(street.read_bytes()))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.write(street, "2025-01/2025-01-kent-street.csv")
        target.writestr("2025-01/2025-01-kent-outcomes.csv", "Crime ID\n1\n")
    for path in (street, packed, archive):
        report = load(database, "police-uk", path)
        assert report.files[0].already_held
        assert len(report.files) == 1
    assert data_version(database) == before
    assert read_status(database)["incidents"] == 3


def test_a_newer_issue_of_a_month_replaces_the_older(
    database: Database, street: Path, tmp_path: Path
) -> None:
    load(database, "police-uk", street)
    newer = tmp_path / "newer.csv"
    newer.write_text(HEADER + street_row(580_500, 160_500) * 4)
    report = load(database, "police-uk", newer)
    assert "replaces 3 rows" in report.sentences[0]
    assert read_status(database)["asb"] == 4


def test_crimes_load_beside_asb_on_request(database: Database, street: Path) -> None:
    load(database, "police-uk", street)
    load(database, "police-uk", street, crime_types=("Burglary",))
    status = read_status(database)
    assert (status["incidents"], status["asb"]) == (4, 3)


def test_dry_run_reports_the_same_and_keeps_nothing(database: Database, street: Path) -> None:
    report = load(database, "police-uk", street, dry_run=True)
    assert report.rows_stored == 3
    assert "nothing was stored" in report.sentences[-1]
    assert read_status(database)["imports"] == []


def test_strict_refuses_the_whole_import_and_names_the_rows(
    database: Database, street: Path
) -> None:
    with pytest.raises(StrictImportError, match="row 6"):
        load(database, "police-uk", street, strict=True)
    assert read_status(database)["incidents"] == 0


def test_a_bad_second_file_leaves_nothing_of_the_first(
    database: Database, street: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(ColumnsMissingError, match=r"other\.csv"):
        load(database, "police-uk", street, other)
    assert read_status(database)["incidents"] == 0


def test_boundaries_after_incidents_place_them_anew(
    database: Database, wards: Path, street: Path
) -> None:
    assert load(database, "police-uk", street).ward_by["none"] == 3
    report = load(database, "boundaries", wards)
    assert "3 of 3 incidents were given a ward anew." in report.sentences
    assert read_status(database)["ward_by"]["polygon"] == 3


def test_old_lsoa_code_finds_its_ward_through_two_lookups(
    database: Database, wards: Path, tmp_path: Path
) -> None:
    change = tmp_path / "change.csv"
    change.write_text("LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000002,S\n")
    lookup = tmp_path / "lookup.csv"
    lookup.write_text("LSOA21CD,WD24CD,LAD24CD\nE01000002,E05000001,E06000035\n")
    street = tmp_path / "x-street.csv"
    street.write_text(HEADER + street_row(585_000, 160_500, lsoa="E01000001"))
    load(database, "boundaries", wards)
    load(database, "lookup", change, lookup)
    assert load(database, "police-uk", street).ward_by["lookup"] == 1


def test_older_edition_beside_the_current_does_not_take_incidents(
    database: Database, wards: Path, street: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.geojson"
    old.write_text(wards.read_text().replace("WD25CD", "WD13CD").replace("E0500000", "E0500009"))
    load(database, "boundaries", old)
    load(database, "boundaries", wards)
    load(database, "police-uk", street)
    frame = read_incident_frame(database)
    assert set(frame["ward_code"]) == {"E05000000", "E05000001"}
    assert read_status(database)["areas"]["ward"] == {"2013": 2, "2025": 2}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileNotReadableError),
        (HEADER.encode(), NothingToImportError),
        (b"one column only\nx\n", ColumnsMissingError),
    ],
)
def test_files_that_hold_nothing_are_refused(
    sqlite_database: Database, tmp_path: Path, content: bytes, error: type[UserFacingError]
) -> None:
    path = tmp_path / "a-street.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=r"a-street\.csv"):
        load(sqlite_database, "police-uk", path)
    assert read_status(sqlite_database)["imports"] == []


MAPPING = """
[source]
force = "Testshire Council"
system = "cases"
[columns]
incident_id = "ref"
occurred_from = "when"
easting = "e"
northing = "n"
address = "addr"
[dates]
formats = ["%d/%m/%Y %H:%M"]
[coordinates]
crs = "EPSG:27700"
"""


def test_extract_loads_with_a_mapping_and_no_address_reaches_the_database(
    database: Database, wards: Path, tmp_path: Path
) -> None:
    (tmp_path / "map.toml").write_text(MAPPING)
    extract = tmp_path / "cases.csv"
    extract.write_text(
        "ref,when,e,n,addr\n"
        "A1,05/06/2025 23:30,580500,160500,Flat 2 14 Invented Road\n"
        "A2,06/06/2025 02:15,580500,160500,Flat 3 14 Invented Road\n"
        "A3,31/02/2025 02:15,580500,160500,9 Invented Road\n"
    )
    load(database, "boundaries", wards)
    report = load(database, "incidents", extract, mapping=tmp_path / "map.toml")
    assert (report.rows_stored, report.rows_refused) == (2, 1)
    frame = read_incident_frame(database)
    assert frame["hour"].tolist() == [23, 2]
    assert frame["weekday"].tolist() == [3, 3]  # both in the shift-day of Thursday 5 June
    assert frame["location_key"].nunique() == 2
    with database.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f"SELECT * FROM {table}")):
                assert "Invented Road" not in str(row)


def test_references_held_already_stay_as_they_are(database: Database, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAPPING)
    for name, rows in (("a.csv", ["A1"]), ("b.csv", ["A1", "A2"])):
        lines = [f"{ref},05/06/2025 23:30,580500,160500,\n" for ref in rows]
        (tmp_path / name).write_text("ref,when,e,n,addr\n" + "".join(lines))
        report = load(database, "incidents", tmp_path / name, mapping=tmp_path / "map.toml")
    assert (report.rows_stored, report.rows_left_out) == (1, 1)
    assert read_status(database)["incidents"] == 2


def test_extract_without_mapping_or_with_a_draft_says_what_to_do(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("when\n2026-01-01\n", encoding="utf-8")
    with pytest.raises(MappingError, match="--suggest-mapping"):
        load(sqlite_database, "incidents", tmp_path / "a.csv")
    (tmp_path / "map.toml").write_text(MAPPING.replace("Testshire Council", "CHECK force"))
    with pytest.raises(MappingError, match="draft"):
        load(sqlite_database, "incidents", tmp_path / "a.csv", mapping=tmp_path / "map.toml")


def test_county_loads_with_its_truth_and_is_never_mixed(database: Database, street: Path) -> None:
    county = build_county(incidents_per_year=1_000, years=1)
    report = load_county(database, county, imported_by="tests")
    frame = read_incident_frame(database)
    assert report.rows_stored == len(county.incidents) == len(frame)
    assert is_synthetic(database)
    assert len(read_planted(database)) == len(county.planted)
    assert frame["hour"].between(-1, 23).all()
    with pytest.raises(UserFacingError, match="never mixed"):
        load_county(database, county, imported_by="tests")


def test_killed_half_way_leaves_nothing(sqlite_database: Database, street: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from geodata import ingest\nfrom geodata.store.database import open_database\n"
        "real = ingest.steps.incident_store.write_incidents\n"
        "def die(*args):\n    real(*args)\n    os._exit(9)\n"
        "ingest.steps.incident_store.write_incidents = die\n"
        "ingest.run_import(open_database(sys.argv[1]), 'police-uk', [Path(sys.argv[2])],"
        " imported_by='tests')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sqlite_database.url, str(street)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert done.returncode == 9
    status = read_status(sqlite_database)
    assert (status["incidents"], status["imports"]) == (0, [])
    assert load(sqlite_database, "police-uk", street).rows_stored == 3


def test_lsoa_is_the_one_named_if_current_else_the_one_around_the_point(
    database: Database, wards: Path, tmp_path: Path
) -> None:
    lsoas = tmp_path / "lsoas.geojson"
    lsoas.write_text(wards.read_text().replace("WD25CD", "LSOA21CD").replace("E05", "E01"))
    street = tmp_path / "x-street.csv"
    street.write_text(
        HEADER
        + street_row(580_500, 160_500, lsoa="E01000001")  # current: stays, though it lies elsewhere
        + street_row(580_500, 160_500, lsoa="E01009999")  # of an older edition
        + street_row(580_500, 160_500)
        + street_row(590_500, 160_500, lsoa="E01009999")  # in no LSOA
    )
    expected = ["E01000001", "E01000000", "E01000000", "E01009999"]
    load(database, "boundaries", wards, lsoas)
    load(database, "police-uk", street)
    assert read_incident_frame(database)["lsoa_code"].tolist() == expected


def test_lsoas_that_come_later_are_found_too(
    database: Database, wards: Path, street: Path, tmp_path: Path
) -> None:
    lsoas = tmp_path / "lsoas.geojson"
    lsoas.write_text(wards.read_text().replace("WD25CD", "LSOA21CD").replace("E05", "E01"))
    load(database, "police-uk", street)
    load(database, "boundaries", lsoas)
    assert set(read_incident_frame(database)["lsoa_code"]) == {"E01000000", "E01000001"}
