"""Reading boundaries: good files, and each bad file of the import contract."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.errors import ColumnsMissingError, CrsMismatchError, FileNotReadableError
from geodata.faults import Faults
from geodata.sources.boundaries import read_boundaries

BOW_TIE = [[0.5, 51.2], [0.6, 51.3], [0.6, 51.2], [0.5, 51.3], [0.5, 51.2]]
SQUARE = [[0.5, 51.2], [0.6, 51.2], [0.6, 51.3], [0.5, 51.3], [0.5, 51.2]]


def write(path: Path, features: list[dict]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def feature(ring: list | None, **properties: str) -> dict:
    geometry = {"type": "Polygon", "coordinates": [ring]} if ring else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_kind_and_edition_are_read_from_ons_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.geojson",
        [feature(SQUARE, WD25CD="E05014449", WD25NM="All Saints", LAD25CD="E06000035")],
    )
    frame = read_boundaries(path, "a.geojson", Faults())
    row = frame.iloc[0]
    assert (row["kind"], row["edition"], row["district_code"]) == ("ward", "2025", "E06000035")
    assert frame.crs.to_epsg() == 27700
    # 0.1 degree of longitude at 51.25 N is about 6.98 km, of latitude about 11.12 km.
    assert frame.area.iloc[0] == pytest.approx(6_980 * 11_124, rel=0.01)


def test_self_touching_polygon_is_repaired_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", [feature(BOW_TIE, WD25CD="E05014449")])
    frame = read_boundaries(path, "a.geojson", Faults())
    assert frame.geometry.is_valid.all()
    assert frame.attrs["repaired"] == 1


def test_duplicate_bad_and_shapeless_wards_are_refused_by_row(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.geojson",
        [
            feature(SQUARE, WD25CD="E05014449"),
            feature(SQUARE, WD25CD="E05014449"),
            feature(SQUARE, WD25CD="nonsense"),
            feature(None, WD25CD="E05014450"),
        ],
    )
    faults = Faults()
    frame = read_boundaries(path, "a.geojson", faults)
    assert list(frame["code"]) == ["E05014449"]
    assert faults.rows == {3, 4, 5}


def test_missing_crs_says_how_to_give_it(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame = gpd.GeoDataFrame({"WD25CD": ["E05014449"]}, geometry=[shapely.box(0, 0, 9, 9)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(path)
    with pytest.raises(CrsMismatchError, match="--crs"):
        read_boundaries(path, "a.shp", Faults())


def test_geopackage_in_grid_metres_reads_the_same(tmp_path: Path) -> None:
    box = shapely.box(580_000, 160_000, 581_000, 162_000)
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"code": ["X1"], "name": ["Square"]}, geometry=[box], crs=27700).to_file(path)
    frame = read_boundaries(path, "a.gpkg", Faults(), kind="place", edition="2025")
    assert frame.geometry.iloc[0].equals(box)


def test_metres_in_geojson_are_refused(tmp_path: Path) -> None:
    ring = [[580_000, 160_000], [581_000, 160_000], [581_000, 161_000], [580_000, 160_000]]
    path = write(tmp_path / "a.geojson", [feature(ring, WD25CD="E05014449")])
    with pytest.raises(CrsMismatchError, match="GeoPackage"):
        read_boundaries(path, "a.geojson", Faults())


def test_file_without_codes_or_edition_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", [feature(SQUARE, colour="red")])
    with pytest.raises(ColumnsMissingError, match="colour"):
        read_boundaries(path, "a.geojson", Faults())
    path = write(tmp_path / "b.geojson", [feature(SQUARE, code="T1")])
    with pytest.raises(ColumnsMissingError, match="--edition"):
        read_boundaries(path, "b.geojson", Faults(), kind="place")


def test_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text("name,count\na,1\n")
    with pytest.raises(FileNotReadableError):
        read_boundaries(path, "a.geojson", Faults())
