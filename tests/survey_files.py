"""A small survey and the areas its respondents live in, as files to be imported."""

import json
from pathlib import Path

import shapely
from pyproj import Transformer

from geodata.ingest import ImportOptions, run_import
from geodata.report import ImportReport
from geodata.store.database import Database

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
MAPPING = """
[survey]
name = "County survey"
about = "Adults, by telephone"
classification = "OAC 2021 group"
complete_to = 2026-06-30
[columns]
respondent = "id"
weight = "wt"
date = "when"
place = "oa"
[items.insult]
column = "q1"
label = "Worry about insults"
role = "worry"
in_score = true
scale = [1, 2, 3, 4]
yes = [1, 2]
missing = [8, 9]
"""
ROWS = """id,wt,when,oa,q1
r1,1.5,2026-04-02,E00000001,1
r2,0.5,2026-05-09,E00000002,4
r3,1.0,2026-06-30,E00000003,9
"""


def load(database: Database, source: str, *paths: Path, **options: object) -> ImportReport:
    given = ImportOptions(**options)  # type: ignore[arg-type]
    return run_import(database, source, paths, options=given, imported_by="tests")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def build_places(database: Database, tmp_path: Path) -> Database:
    """Two wards in two districts, three output areas and their classes."""
    features = []
    for number, (west, district) in enumerate(((580_000, "E06000035"), (581_000, "E07000105"))):
        ring = shapely.box(west, 160_000, west + 1_000, 161_000).exterior.coords
        features.append(
            {
                "type": "Feature",
                "properties": {"WD25CD": f"E0500000{number}", "LAD25CD": district},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[list(TO_DEGREES.transform(x, y)) for x, y in ring]],
                },
            }
        )
    wards = write(
        tmp_path / "wards.geojson", json.dumps({"type": "FeatureCollection", "features": features})
    )
    classes = write(
        tmp_path / "oac.csv",
        "OA21CD,LSOA21CD,Supergroup,Group,Subgroup\n"
        "E00000001,E01000001,6,6c,6c2\nE00000002,E01000001,1,1a,1a1\nE00000003,E01000002,1,1a,1a2\n",
    )
    to_ward = write(
        tmp_path / "lookup.csv",
        "LSOA21CD,WD25CD\nE01000001,E05000000\nE01000002,E05000001\n",
    )
    load(database, "boundaries", wards)
    load(database, "lookup", to_ward, classes)
    load(database, "segments", classes)
    return database
