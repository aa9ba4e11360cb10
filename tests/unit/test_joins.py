"""Placing incidents in wards, on squares that can be checked by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import CrsMismatchError
from geodata.joins import WardFinder, chain_lsoa_to_ward

NAN = float("nan")


def squares(crs: str = "EPSG:27700") -> gpd.GeoDataFrame:
    """Two wards side by side: W1 from x 0 to 100, W2 from 100 to 200, both y 0 to 100."""
    return gpd.GeoDataFrame(
        {"code": ["W1", "W2"], "edition": "2025", "district_code": ["D1", "D2"]},
        geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
        crs=crs,
    )


def finder(limit: float = 50) -> WardFinder:
    lookup = pd.DataFrame({"lsoa_code": ["L2"], "ward_code": ["W2"]})
    return WardFinder(squares(), lookup, limit)


def place(x: float, y: float, lsoa: str = "", limit: float = 50) -> tuple[str, str]:
    frame = pd.DataFrame({"easting": [x], "northing": [y], "lsoa_code": [lsoa]})
    row = finder(limit).place(frame).iloc[0]
    return row["ward_code"], row["ward_by"]


@pytest.mark.parametrize(
    ("x", "y", "lsoa", "expected"),
    [
        (50, 50, "", ("W1", "polygon")),
        (150, 50, "L2", ("W2", "polygon")),
        (50, 50, "L2", ("W1", "polygon")),
        (50, 120, "L2", ("W2", "lookup")),
        (50, 120, "", ("W1", "nearest")),
        (50, 151, "", ("", "none")),
        (NAN, NAN, "L2", ("W2", "lookup")),
        (NAN, NAN, "", ("", "none")),
        (NAN, NAN, "L9", ("", "none")),
    ],
)
def test_each_way_is_tried_in_order(
    x: float, y: float, lsoa: str, expected: tuple[str, str]
) -> None:
    assert place(x, y, lsoa) == expected


def test_point_on_shared_edge_belongs_to_the_first_ward_by_code() -> None:
    assert place(100, 50) == ("W1", "polygon")


def test_district_comes_with_the_ward() -> None:
    frame = pd.DataFrame({"easting": [150.0], "northing": [5.0], "lsoa_code": [""]})
    placed = finder().place(frame).iloc[0]
    assert (placed["district_code"], placed["ward_edition"]) == ("D2", "2025")


def test_wards_in_degrees_are_refused() -> None:
    lookup = pd.DataFrame({"lsoa_code": [], "ward_code": []})
    with pytest.raises(CrsMismatchError, match="EPSG:4326"):
        WardFinder(squares("EPSG:4326"), lookup, 50).place(
            pd.DataFrame({"easting": [1.0], "northing": [1.0], "lsoa_code": [""]})
        )


coordinate = st.one_of(st.just(NAN), st.floats(-100, 300))


@given(st.lists(st.tuples(coordinate, coordinate, st.sampled_from(["", "L2", "L9"])), max_size=40))
def test_every_incident_comes_out_once_with_its_index(rows: list[tuple[float, float, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["easting", "northing", "lsoa_code"]).astype(
        {"easting": float, "northing": float}
    )
    frame.index = pd.Index(np.arange(len(frame))[::-1] * 7)
    placed = finder().place(frame)
    assert placed.index.equals(frame.index)
    assert (placed["ward_code"].eq("") == placed["ward_by"].eq("none")).all()


def test_old_lsoa_goes_by_its_successor_and_a_direct_lookup_wins() -> None:
    to_ward = pd.DataFrame(
        {
            "from_edition": ["2021", "2021", "2011"],
            "from_code": ["N1", "N2", "N2"],
            "to_edition": ["2024", "2024", "2017"],
            "to_code": ["W1", "W2", "W1"],
            "change": "",
        }
    )
    links = pd.DataFrame(
        {
            "from_edition": "2011",
            "from_code": ["OLD", "SPLIT", "SPLIT"],
            "to_edition": "2021",
            "to_code": ["N2", "N2", "N1"],
            "change": ["U", "S", "S"],
        }
    )
    chained = chain_lsoa_to_ward(to_ward, links, squares()).set_index("lsoa_code")["ward_code"]
    assert chained.to_dict() == {"N1": "W1", "N2": "W2", "OLD": "W2", "SPLIT": "W1"}


def test_lookup_to_a_ward_that_is_not_current_is_not_used() -> None:
    to_ward = pd.DataFrame(
        {
            "from_edition": ["2021"],
            "from_code": ["N1"],
            "to_edition": ["2013"],
            "to_code": ["GONE"],
            "change": "",
        }
    )
    assert chain_lsoa_to_ward(to_ward, to_ward.iloc[:0], squares()).empty
