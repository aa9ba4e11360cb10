"""Builders of the Hotspots page: cells, classes, rings, downloads; no page, no store."""

import json

import numpy as np
import pandas as pd
import shapely

from dashboard.components import downloads, hotspot_maps
from dashboard.services.hotspot_cells import MOST_CELLS, draw_cells
from geodata.crs import to_bng
from geodata.grids import Grid


def grid(kind: str, cells: int) -> Grid:
    return Grid(kind, 150.0, np.arange(cells) + 3_900, np.full(cells, 1_100))  # type: ignore[arg-type]


def test_cells_are_drawn_highest_first_and_empty_ones_are_not() -> None:
    drawn = draw_cells(grid("square", 4), np.array([1.0, 0.0, 5.0, 2.0]))
    assert drawn.cells["value"].tolist() == [5.0, 2.0, 1.0]
    assert drawn.hidden == 0
    corners = np.array(drawn.cells["corners"].iloc[0])
    assert corners.shape == (4, 2)
    x, y = to_bng(corners[:, 0], corners[:, 1])
    assert np.allclose(sorted(set(np.round(x))), [3_902 * 150, 3_903 * 150], atol=2)
    assert np.allclose(sorted(set(np.round(y)))[0], 1_100 * 150, atol=2)


def test_hexagons_have_six_corners_and_no_cell_is_fine() -> None:
    drawn = draw_cells(grid("hexagon", 2), np.array([1.0, 2.0]))
    assert np.array(drawn.cells["corners"].iloc[0]).shape == (6, 2)
    nothing = draw_cells(grid("square", 2), np.zeros(2))
    assert nothing.cells.empty
    classes = hotspot_maps.classify_cells(nothing.cells)
    assert hotspot_maps.cell_layer(nothing.cells, classes).data == []


def test_cells_beyond_the_limit_are_counted() -> None:
    drawn = draw_cells(grid("square", MOST_CELLS + 7), np.ones(MOST_CELLS + 7))
    assert (len(drawn.cells), drawn.hidden) == (MOST_CELLS, 7)


def test_every_class_of_the_legend_is_on_the_map() -> None:
    names = np.array(["new", "lasting", "lasting", "sporadic"])
    drawn = draw_cells(grid("square", 4), np.array([4.0, 3.0, 2.0, 1.0]), names)
    classes = hotspot_maps.classify_names(drawn.cells)
    assert dict(zip(classes.labels, classes.sizes, strict=True)) == {
        "Sporadic": 1, "Lasting": 2, "New": 1,
    }  # fmt: skip
    layer = hotspot_maps.cell_layer(drawn.cells, classes)
    assert len({tuple(item["c"]) for item in layer.data}) == 3


def test_tooltip_text_is_escaped() -> None:
    table = pd.DataFrame({"spot": [1], "longitude": [0.5], "latitude": [51.0]})
    disc, _ = hotspot_maps.number_layers(table, ["<b>{n}</b>"], zoom=9.0)
    assert disc.data[0]["t"] == "&lt;b&gt;(n)&lt;/b&gt;"


def test_places_file_has_closed_rings_figures_and_the_notice() -> None:
    places = pd.DataFrame({"#": [1], "Ward": ["A"], "Harm": [np.nan]})
    rings = hotspot_maps.outer_rings([shapely.box(585_000, 165_000, 585_300, 165_300)])
    held = json.loads(downloads.to_places_file(places, [rings[0][:-1]], "invented"))
    ring = held["features"][0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1] and len(ring) == 5
    assert held["features"][0]["properties"] == {"#": 1, "Ward": "A", "Harm": None}
    assert held["notice"] == "invented"
