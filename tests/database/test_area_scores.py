"""Scores of areas from files: good, bad, twice and anew, and the deprivation of wards from them."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from dashboard.services import explore, worry
from dashboard.services.ward_scores import load_ward_scores
from geodata.errors import ColumnsMissingError, MappingError, StrictImportError
from geodata.ingest import ImportOptions, run_import
from geodata.report import ImportReport
from geodata.store.area_scores import find_newest_score, read_area_scores
from geodata.store.areas import read_lookups, read_population
from geodata.store.database import Database, open_database, upgrade
from geodata.store.imports import read_imports, read_refusals

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
WEST, EAST = "X05000001", "X05000002"
TEXT = """
[score]
name = "Index of the county"
measures = "Deprivation of the area"
column = "points"
as_at = 2025-10-30
higher_is = "more deprived"
licence = "Open Government Licence v3.0"
"""
ROWS = ("LSOA21CD,points", "X01000001,10", "X01000002,30", "X01000003,50")


def load(database: Database, source: str, path: Path, **options) -> ImportReport:
    return run_import(
        database, source, [path], options=ImportOptions(**options), imported_by="tests"
    )


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return write(tmp_path / "score.toml", TEXT)


@pytest.fixture
def held(database: Database, tmp_path: Path) -> Database:
    """Two wards: one of two LSOAs with 900 and 300 residents, one of a single LSOA."""
    wards = []
    for number, west in enumerate((580_000, 581_000), 1):
        ring = shapely.box(west, 160_000, west + 1_000, 161_000).exterior.coords
        ground = {
            "type": "Polygon",
            "coordinates": [[list(TO_DEGREES.transform(x, y)) for x, y in ring]],
        }
        named = {"WD25CD": f"X0500000{number}", "WD25NM": "Ashlode", "LAD25CD": "X07000001"}
        wards.append({"type": "Feature", "properties": named, "geometry": ground})
    path = tmp_path / "w.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": wards}))
    load(database, "boundaries", path, kind="ward")
    of_wards = [f"X01000001,{WEST}", f"X01000002,{WEST}", f"X01000003,{EAST}"]
    load(database, "lookup", write(tmp_path / "l.csv", "LSOA21CD,WD25CD", *of_wards))
    people = ["X01000001,900", "X01000002,300", "X01000003,500"]
    load(database, "population", write(tmp_path / "p.csv", "LSOA21CD,residents_2024", *people))
    return database


def of_wards(database: Database) -> list[float]:
    found = load_ward_scores(database, explore.load_areas(database, "ward"))
    assert found is not None
    return found.values.tolist()


def test_score_comes_with_its_head_and_is_averaged_by_residents(
    held: Database, mapping: Path, tmp_path: Path
) -> None:
    assert load_ward_scores(held, explore.load_areas(held, "ward")) is None
    report = load(held, "area-scores", write(tmp_path / "s.csv", *ROWS), mapping=mapping)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (3, 3, 0)
    head = find_newest_score(held)
    assert head is not None and head.name == "Index of the county"
    assert (str(head.as_at), head.top, head.higher_is) == ("2025-10-30", None, "more deprived")
    # (900 x 10 + 300 x 30) / 1,200 and 50.
    assert of_wards(held) == [15, 50]
    again = load(held, "area-scores", write(tmp_path / "s.csv", *ROWS), mapping=mapping)
    assert again.files[0].already_held
    assert read_imports(held)["source"].tolist().count("area-scores") == 1


def test_rows_that_are_no_score_are_told_and_under_strict_nothing_stays(
    held: Database, mapping: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "s.csv", *ROWS[:2], "X01000002,lots", "nowhere,4")
    with pytest.raises(StrictImportError, match="2 rows were refused"):
        load(held, "area-scores", path, mapping=mapping, strict=True)
    assert find_newest_score(held) is None
    report = load(held, "area-scores", path, mapping=mapping)
    assert report.rows_stored == 1 and report.rows_refused == 2
    refused = read_refusals(held)
    assert refused["row"].tolist() == [3, 4] and refused["column"].tolist() == [
        "points",
        "LSOA21CD",
    ]
    # One LSOA of two is three quarters of the ward: too little.
    assert np.isnan(of_wards(held)).all()


def test_same_score_adds_and_another_issue_takes_its_place(
    held: Database, mapping: Path, tmp_path: Path
) -> None:
    load(held, "area-scores", write(tmp_path / "a.csv", *ROWS[:3]), mapping=mapping)
    more = write(tmp_path / "b.csv", ROWS[0], "X01000002,70", ROWS[3])
    load(held, "area-scores", more, mapping=mapping)
    assert of_wards(held) == [25, 50]
    newer = write(tmp_path / "new.toml", TEXT.replace("2025-10-30", "2026-10-30"))
    report = load(held, "area-scores", write(tmp_path / "c.csv", ROWS[0], ROWS[3]), mapping=newer)
    assert "3 areas of another issue of Index of the county" in " ".join(report.sentences)
    head = find_newest_score(held)
    assert head is not None and str(head.as_at) == "2026-10-30"
    assert read_area_scores(held, head.id)["code"].tolist() == ["X01000003"]
    later = write(tmp_path / "later.toml", TEXT.replace("2025-10-30", "2027-10-30"))
    bad = load(
        held, "area-scores", write(tmp_path / "bad.csv", ROWS[0], "X01000003,lots"), mapping=later
    )
    assert bad.rows_stored == 0 and find_newest_score(held) == head, (
        "a file of faults wipes nothing"
    )
    worded = write(
        tmp_path / "w.toml", newer.read_text().replace("Deprivation of the area", "Need")
    )
    load(held, "area-scores", write(tmp_path / "d.csv", *ROWS[:2]), mapping=worded)
    head = find_newest_score(held)
    assert head is not None and head.measures == "Need"
    assert read_area_scores(held, head.id)["code"].tolist() == ["X01000001", "X01000003"]
    # The older issue is stored again when it comes again: it had made way.
    back = load(held, "area-scores", tmp_path / "a.csv", mapping=mapping)
    assert back.rows_stored == 2


def test_score_of_which_higher_is_less_deprived_is_turned_round(
    held: Database, tmp_path: Path
) -> None:
    text = TEXT.replace('"more deprived"', '"less deprived"\ntop = 100')
    mapping = write(tmp_path / "less.toml", text)
    load(held, "area-scores", write(tmp_path / "s.csv", *ROWS), mapping=mapping)
    assert of_wards(held) == [85, 50]


def test_score_may_come_by_ward(held: Database, mapping: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", "WD25CD,points", f"{EAST},7")
    load(held, "area-scores", path, mapping=mapping)
    found = load_ward_scores(held, explore.load_areas(held, "ward"))
    assert found is not None and found.kind == "ward"
    assert np.isnan(found.values[0]) and found.values[1] == 7


def test_score_of_a_trait_or_without_a_mapping_is_refused(held: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", *ROWS)
    with pytest.raises(MappingError, match="needs a mapping file"):
        load(held, "area-scores", path)
    trait = write(tmp_path / "t.toml", TEXT.replace("Index of the county", "Ethnic group"))
    with pytest.raises(MappingError, match="trait of people"):
        load(held, "area-scores", path, mapping=trait)
    other = write(tmp_path / "o.toml", TEXT.replace("points", "marks"))
    with pytest.raises(ColumnsMissingError, match="lacks the column of the score"):
        load(held, "area-scores", path, mapping=other)
    assert find_newest_score(held) is None


def test_synthetic_county_has_an_invented_score_of_every_ward(
    small_county_database: Database,
) -> None:
    wards = explore.load_areas(small_county_database, "ward")
    found = load_ward_scores(small_county_database, wards)
    assert found is not None and "Synthetic" in found.head.name
    assert np.isfinite(found.values).all() and np.std(found.values) > 3
    # It is drawn apart from the incidents: what they share is that both are of towns.
    asb = worry.count_asb(explore.load_held(small_county_database), wards).table
    rate = (asb["count"] / asb["residents"]).to_numpy(dtype=float)
    assert abs(np.corrcoef(found.values, rate)[0, 1]) < 0.8


@pytest.fixture(scope="module")
def kent(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The wards of Kent and Medway with the Indices of Deprivation 2025 by the ready mapping."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('iod') / 'iod.sqlite3'}")
    upgrade(database)
    people = shared_data / "demography"
    lookups = shared_data / "lookups"
    wards = shared_data / "boundaries" / "kent_medway_wards_2025.geojson"
    load(database, "boundaries", wards)
    load(database, "lookup", lookups / "kent_medway_lsoa21_ward24_lad24.csv")
    load(database, "population", people / "kent_medway_population_lsoa21.csv")
    load(database, "area-scores", people / "kent_medway_iod2025_lsoa21.csv", mapping="iod-2025")
    yield database
    database.engine.dispose()


def test_real_index_of_deprivation_gives_every_ward_its_score(
    kent: Database, shared_data: Path
) -> None:
    wards = explore.load_areas(kent, "ward")
    found = load_ward_scores(kent, wards)
    assert found is not None and found.head.name == "Index of Multiple Deprivation 2025"
    people = shared_data / "demography"
    scores = pd.read_csv(people / "kent_medway_iod2025_lsoa21.csv").set_index("LSOA21CD")
    ward_of = read_lookups(kent, "lsoa", "ward").set_index("from_code")["to_code"]
    residents = read_population(kent, "lsoa").set_index("code")["residents"]
    by_hand = {
        ward: np.average(scores.loc[codes, "IMD_score"], weights=residents[codes])
        for ward, codes in ward_of.groupby(ward_of).groups.items()
    }
    assert len(wards) == 279
    assert found.values == pytest.approx(wards["code"].map(by_hand).to_numpy(dtype=float))
    named = dict(zip(wards["name"], found.values, strict=True))
    assert max(named, key=named.__getitem__) == "Margate Central"
