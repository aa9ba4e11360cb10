"""Downloads carry their notice, open safely in a spreadsheet, and hold no geometry of others."""

import io

import geopandas as gpd
import orjson
import pandas as pd
import shapely

from dashboard.components.downloads import FIGURES, to_csv, to_map_file


def test_csv_disarms_formulas_and_carries_the_notice() -> None:
    frame = pd.DataFrame({"Ward": ["=1+1", "Zoë"], "Incidents": [1, 2]})
    read = pd.read_csv(io.BytesIO(to_csv(frame, "Synthetic data")))
    assert read["Ward"].tolist() == ["'=1+1", "Zoë"]
    assert set(read["Source"]) == {"Synthetic data"}


def test_geojson_holds_the_areas_shown_with_their_figures_and_the_notice() -> None:
    areas = gpd.GeoDataFrame(
        {
            "code": ["W1", "W2"],
            "name": ["One", "Two"],
            "district_code": "",
            "district": "",
            "i": [0, 1],
        },
        geometry=[shapely.box(580_000, 160_000, 581_000, 161_000)] * 2,
        crs=27700,
    )
    table = pd.DataFrame({name: [1.0, 2.0] for name in FIGURES}).assign(shown=[True, False])
    read = orjson.loads(to_map_file(areas, table, "Synthetic data"))
    assert read["notice"] == "Synthetic data"
    assert [feature["properties"]["code"] for feature in read["features"]] == ["W1"]


def test_csv_disarms_what_begins_with_a_tab_or_a_line_break() -> None:
    frame = pd.DataFrame({"Text": ["\t=1+1", "\r=1+1", "\n@x", "plain"]})
    written = to_csv(frame, "n").decode("utf-8-sig")
    assert all(f"'{text}" in written for text in ("\t=1+1", "\r=1+1", "\n@x"))
    assert "'plain" not in written
