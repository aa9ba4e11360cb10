"""One count of ASB by ward: a district is covered from 20 incidents on, else unknown, never 0."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest

from dashboard.services import explore, safety_index, worry
from dashboard.services.explore import Held
from dashboard.services.ward_counts import count_by_ward, within
from geodata.store.database import Database


@pytest.fixture(scope="module")
def wards(small_county_database: Database) -> gpd.GeoDataFrame:
    return explore.load_areas(small_county_database, "ward")


@pytest.fixture(scope="module")
def held(small_county_database: Database) -> Held:
    return explore.load_held(small_county_database)


def leave(held: Held, wards: gpd.GeoDataFrame, district: str, kept: int) -> Held:
    """Leave only a few incidents of a district in the latest twelve months."""
    period = worry.count_asb(held, wards).period
    assert period is not None
    recent = within(held.incidents, period)
    of_it = recent.index[recent["district_code"].astype(str) == district]
    return replace(held, incidents=held.incidents.drop(index=of_it[kept:]))


def test_every_ward_of_a_covered_county_has_a_count(held: Held, wards: gpd.GeoDataFrame) -> None:
    asb = worry.count_asb(held, wards)
    assert asb.period is not None and asb.table["count"].notna().all()
    of_ward = within(held.incidents, asb.period)["ward_code"].astype(str).value_counts()
    first = wards["code"].iloc[0]
    assert asb.table["count"].iloc[0] == of_ward.get(first, 0)


@pytest.mark.parametrize(("kept", "is_known"), [(1, False), (19, False), (20, True)])
def test_district_with_a_few_stray_points_is_unknown_and_never_0(
    kept: int, is_known: bool, held: Held, wards: gpd.GeoDataFrame
) -> None:
    strayed = str(wards["district_code"].iloc[0])
    inside = (wards["district_code"] == strayed).to_numpy()
    thin = leave(held, wards, strayed, kept)
    asb = worry.count_asb(thin, wards)
    assert asb.period is not None
    counts = asb.table["count"].to_numpy()
    assert (np.isfinite(counts[inside]) == is_known).all() and np.isfinite(counts[~inside]).all()
    if is_known:
        assert counts[inside].sum() <= kept and (counts[inside] == 0).any()
    assert np.array_equal(counts, count_by_ward(thin, wards, asb.period), equal_nan=True)
    sums, squares = safety_index.sum_harm(thin, wards, asb.period)
    assert (np.isfinite(sums[inside]) == is_known).all() and np.isfinite(sums[~inside]).all()
    assert np.array_equal(np.isfinite(sums), np.isfinite(squares))
    gathered = safety_index.gather(
        asb, worry=None, experience=None, confidence=None,
        repeat_places=np.ones(len(wards)), harm=(sums, squares),
    )  # fmt: skip
    for key in ("asb", "repeat_places", "harm"):
        values = gathered.values[key].to_numpy()
        assert (np.isfinite(values[inside]) == is_known).all(), key
        assert np.isfinite(values[~inside]).all(), key
