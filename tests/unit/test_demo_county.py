"""The synthetic county: what it promises to hold, on a small one built once."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata import categories, codes, crs, schemas
from geodata.sealing import get_key_ring
from geodata.sources.demo import County, build_county
from geodata.sources.demo.names import REAL_NAMES, make_names

LAST_DAY = dt.date(2026, 9, 30)
SMALL = 3_000
FRAMES = (
    "areas", "lookups", "population", "segments", "locations", "incidents", "planted", "calls",
    "caller_plans", "cases",
)  # fmt: skip
LATER_FRAMES = {
    "survey": ("respondents", "answers", "truth", "poll"),
    "engagement": ("officers", "postcodes", "priorities", "signals"),
}
LATER_KINDS = {
    "same address", "one incident told twice", "victim at several addresses",
    "domestic abuse address", "repeat caller",
}  # fmt: skip


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(incidents_per_year=SMALL, last_day=LAST_DAY, years=3)


def of_kind(county: County, kind: str):
    return county.areas[county.areas["kind"] == kind]


def test_frames_have_the_columns_of_the_schemas(county: County) -> None:
    for name, columns in (
        ("areas", schemas.AREA_COLUMNS),
        ("lookups", schemas.LOOKUP_COLUMNS),
        ("population", schemas.POPULATION_COLUMNS),
        ("segments", schemas.SEGMENT_COLUMNS),
        ("locations", schemas.LOCATION_COLUMNS),
        ("incidents", schemas.INCIDENT_COLUMNS),
        ("planted", schemas.PLANTED_COLUMNS),
        ("calls", schemas.CALL_COLUMNS),
        ("caller_plans", schemas.CALLER_PLAN_COLUMNS),
        ("cases", schemas.CASE_COLUMNS),
    ):
        assert set(getattr(county, name).columns) == set(columns), name


def test_there_are_about_as_many_incidents_as_asked_for(county: County) -> None:
    assert len(county.incidents) == pytest.approx(3 * SMALL, rel=0.05)


def opened(frame: pd.DataFrame) -> pd.DataFrame:
    """Open what is sealed, since seals of one text differ."""
    ring = get_key_ring()
    sealed = [name for name in frame.columns if str(name).startswith("sealed_")]
    return pd.DataFrame(frame).assign(**{name: frame[name].map(ring.open) for name in sealed})


def test_the_same_seed_gives_the_same_county(county: County) -> None:
    again = build_county(incidents_per_year=SMALL, last_day=LAST_DAY, years=3)
    for name in FRAMES:
        pd.testing.assert_frame_equal(opened(getattr(county, name)), opened(getattr(again, name)))
    for part, names in LATER_FRAMES.items():
        for name in names:
            one, other = (getattr(getattr(each, part), name) for each in (county, again))
            pd.testing.assert_frame_equal(one, other)


def test_another_seed_gives_other_areas(county: County) -> None:
    other = build_county(7, incidents_per_year=1_000, years=1)
    assert shapely.coverage_is_valid(of_kind(other, "lsoa").geometry.to_numpy())
    assert other.areas.total_bounds.tolist() != county.areas.total_bounds.tolist()
    for part, names in LATER_FRAMES.items():
        for name in names:
            assert not getattr(getattr(other, part), name).equals(
                getattr(getattr(county, part), name)
            )


def test_each_kind_of_area_is_a_valid_coverage_of_the_same_land(county: County) -> None:
    sizes = {"district": (13, 13), "ward": (270, 290), "lsoa": (1_050, 1_150)}
    total = of_kind(county, "district").area.sum()
    for kind, (fewest, most) in sizes.items():
        areas = of_kind(county, kind)
        assert fewest <= len(areas) <= most
        assert areas.is_valid.all()
        assert shapely.coverage_is_valid(areas.geometry.to_numpy())
        assert areas.area.sum() == pytest.approx(total, rel=1e-9)
        assert all(codes.is_code(code, kind) for code in areas["code"])
        assert areas["code"].is_unique
    assert (total / 1e6) > 1_000
    crs.require_bng(county.areas, "areas")
    low_x, low_y, high_x, high_y = county.areas.total_bounds
    assert crs.EASTING_RANGE[0] < low_x < high_x < crs.EASTING_RANGE[1]
    assert crs.NORTHING_RANGE[0] < low_y < high_y < crs.NORTHING_RANGE[1]


def test_wards_lie_in_their_districts_and_lsoas_in_their_wards(county: County) -> None:
    shapes = county.areas.set_index("code").geometry
    assert len(county.lookups) == len(of_kind(county, "lsoa")) + len(of_kind(county, "ward"))
    inner = shapes.loc[county.lookups["from_code"]].to_numpy()
    outer = shapes.loc[county.lookups["to_code"]].to_numpy()
    assert shapely.contains_properly(outer, shapely.point_on_surface(inner)).all()
    assert shapely.area(shapely.difference(inner[::40], outer[::40])).max() < 1.0


def test_some_areas_are_marked_as_not_residential(county: County) -> None:
    assert len(of_kind(county, "place")) == 13
    assert of_kind(county, "place")["non_residential"].all()
    assert 3 <= of_kind(county, "ward")["non_residential"].sum() <= 8


def test_residents_add_up_to_a_county(county: County) -> None:
    totals = county.population.groupby("kind")["residents"].sum()
    assert 1_800_000 < totals["lsoa"] < 1_920_000
    assert totals.nunique() == 1
    lsoa = county.population.query("kind == 'lsoa'")["residents"]
    assert lsoa.between(1_300, 2_200).all()


def test_segment_shares_add_up_to_one(county: County) -> None:
    shares = county.segments.groupby("code")["share"].sum()
    assert len(shares) == len(of_kind(county, "lsoa"))
    assert np.allclose(shares, 1)
    assert county.segments["segment_code"].nunique() == 8


def test_wards_differ_in_their_segments_and_small_areas_of_a_ward_are_alike(
    county: County,
) -> None:
    shares = county.segments.pivot(index="code", columns="segment_code", values="share")
    links = county.lookups.query("from_kind == 'lsoa'").set_index("from_code")["to_code"]
    wards = shares.groupby(links.reindex(shares.index)).transform("mean")
    assert (wards.std() > 0.1).all()
    assert ((shares - wards).std() < wards.std()).all()


def test_every_value_comes_from_the_fixed_lists(county: County) -> None:
    lists = {
        "report_channel": categories.CHANNELS,
        "nsir_category": categories.ASB_CATEGORIES,
        "asb_type": categories.ASB_TYPES,
        "grade": categories.GRADES,
        "location_precision": categories.PRECISIONS,
        "vulnerable_type": categories.VULNERABLE_TYPES,
        "time_precision": categories.TIME_PRECISIONS,
        **dict.fromkeys(categories.FLAG_COLUMNS, categories.ANSWERS),
        **dict.fromkeys(categories.PROTECTED_COLUMNS, categories.ANSWERS),
    }
    for column, allowed in lists.items():
        assert set(county.incidents[column]) <= set(allowed), column
    assert set(county.locations["precision"]) <= set(categories.PRECISIONS)
    assert set(county.incidents["crime_type"]) == {categories.ASB_CRIME_TYPE}


def test_references_are_unique_and_places_are_known(county: County) -> None:
    assert county.incidents["incident_id"].is_unique
    assert county.locations["location_key"].is_unique
    located = county.incidents[county.incidents["location_key"] != ""]
    place = county.locations.set_index("location_key").loc[located["location_key"]]
    assert np.array_equal(place["easting"], located["easting"])
    assert np.array_equal(place["precision"], located["location_precision"])
    assert 0.01 < 1 - len(located) / len(county.incidents) < 0.05


def test_no_incident_lies_outside_the_period(county: County) -> None:
    incidents = county.incidents
    end = pd.Timestamp(LAST_DAY) + pd.Timedelta(days=1)
    for column in ("occurred_from", "occurred_to", "reported_at"):
        assert (incidents[column].dropna() < end).all()
    assert incidents["occurred_from"].min() >= pd.Timestamp(2023, 10, 1)
    assert (incidents["month"] == incidents["occurred_from"].dt.strftime("%Y-%m")).all()
    assert (incidents["reported_at"] >= incidents["occurred_from"]).all()


def test_evenings_weekends_and_summers_are_busier(county: County) -> None:
    known = county.incidents[county.incidents["time_precision"] == "minute"]["occurred_from"].dt
    hours = known.hour.value_counts().sort_index()
    assert hours.loc[18:21].sum() > 2 * hours.loc[8:11].sum()
    assert known.day_of_week.isin([4, 5]).mean() > 2 / 7
    assert known.month.isin([6, 7, 8]).sum() > 1.2 * known.month.isin([12, 1, 2]).sum()


def test_no_time_falls_in_the_hour_the_clocks_skip(county: County) -> None:
    local = county.incidents["occurred_from"].dt.tz_localize(
        "Europe/London", ambiguous=np.zeros(len(county.incidents), dtype=bool), nonexistent="NaT"
    )
    assert local.notna().all()


def test_planted_references_exist_and_lie_where_the_table_says(county: County) -> None:
    incidents = county.incidents.set_index("incident_id")
    kinds = county.planted["kind"].value_counts()
    assert kinds["lasting hotspot"] == 20
    assert kinds["short-lived hotspot"] == 10
    assert kinds["near-repeat run"] == 40
    assert kinds["default geocode"] == 3
    assert {"repeat victim", "repeat location"} <= set(kinds.index)
    for row in county.planted[~county.planted["kind"].isin(LATER_KINDS)].itertuples():
        found = incidents.loc[row.incident_ids.split()]
        assert len(found) >= 3
        day = found["occurred_from"].dt.normalize()
        assert (day.min(), day.max()) == (row.first_day, row.last_day)
        if row.kind == "repeat victim":
            assert found["victim_key"].nunique() == 1
            assert (found["victim_key"] != "").all()
        else:
            distance = np.hypot(found["easting"] - row.easting, found["northing"] - row.northing)
            assert distance.max() <= row.radius_m
    calls = set(county.calls["call_id"])
    every = " ".join(county.planted["incident_ids"]).split()
    assert len(every) == len(set(every))
    assert set(every) <= set(incidents.index) | calls


def test_lasting_hotspots_keep_apart(county: County) -> None:
    spots = county.planted.query("kind in ['lasting hotspot', 'short-lived hotspot']")
    points = spots[["easting", "northing"]].to_numpy()
    gaps = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    assert gaps[np.triu_indices(len(points), 1)].min() >= 500


def test_flats_share_a_point_but_not_a_property_number(county: County) -> None:
    exact = county.locations.query("precision == 'exact' and uprn_key != ''")
    shared = exact.groupby(["easting", "northing"])["uprn_key"].agg(["size", "nunique"])
    assert (shared["size"] >= 6).sum() > 100
    assert (shared["size"] == shared["nunique"]).all()
    assert exact["uprn_key"].str.fullmatch(r"uprn-[0-9a-f]{24}").all()


def test_police_stations_take_the_records_without_a_place(county: County) -> None:
    stations = county.locations.query("is_default_geocode")["location_key"]
    assert 2 <= len(stations) <= 3
    share = county.incidents["location_key"].isin(stations).mean()
    assert share == pytest.approx(0.015, abs=0.005)
    assert county.locations["is_excluded"].sum() >= 1


def test_counts_of_small_areas_are_more_spread_than_chance(county: County) -> None:
    counts = county.incidents["lsoa_code"].value_counts().drop("", errors="ignore")
    counts = counts.reindex(of_kind(county, "lsoa")["code"], fill_value=0)
    assert counts.var() > 2 * counts.mean()


def test_flags_are_missing_as_often_as_in_real_records(county: County) -> None:
    asked = county.incidents["repeat_asked"] != categories.NOT_RECORDED
    assert 0.25 < asked.mean() < 0.5
    by_channel = asked.groupby(county.incidents["report_channel"]).mean()
    assert by_channel["public"] > by_channel["officer-generated"]
    shares = county.incidents["report_channel"].value_counts(normalize=True)
    expected = {"public": 0.78, "partner": 0.08, "officer-generated": 0.11, "unknown": 0.03}
    for channel, share in expected.items():
        assert shares[channel] == pytest.approx(share, abs=0.03)


def test_names_are_invented(rng: np.random.Generator) -> None:
    made = make_names(rng, 2_000)
    assert len(set(made)) == 2_000
    assert not REAL_NAMES & set(made)
    with pytest.raises(ValueError, match="at most"):
        make_names(rng, 10_000)


@pytest.mark.parametrize("options", [{"incidents_per_year": 10}, {"years": 0}])
def test_a_size_out_of_range_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="is accepted"):
        build_county(**options)
