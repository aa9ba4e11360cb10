"""Teams, postcodes, priorities and signal events of the synthetic county."""

import datetime as dt

import pytest
import shapely

from geodata import schemas
from geodata.engagement_words import (
    LEAST_RADIUS_M,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_RADIUS_M,
    PRIORITY_SOURCES,
    PRIORITY_STATES,
    SIGNAL_KINDS,
)
from geodata.personal_details import find_personal
from geodata.postcodes import read_postcode
from geodata.sealing import get_key_ring
from geodata.sources.demo import County, build_county
from geodata.sources.demo.engagement import NO_OFFICER
from geodata.survey_items import is_about_young_people

LAST_DAY = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(incidents_per_year=1_000, last_day=LAST_DAY, years=1)


def wards_of(county: County):
    return county.areas[county.areas["kind"] == "ward"].set_index("code")


def test_frames_have_the_columns_of_the_schemas(county: County) -> None:
    held = county.engagement
    assert list(held.officers.columns) == list(schemas.OFFICER_COLUMNS)
    assert list(held.postcodes.columns) == list(schemas.POSTCODE_COLUMNS)
    assert list(held.priorities.columns) == [*schemas.PRIORITY_COLUMNS, "is_synthetic"]
    assert list(held.signals.columns) == list(schemas.SIGNAL_COLUMNS)


def test_every_ward_but_a_few_has_one_lead_officer(county: County) -> None:
    officers, wards = county.engagement.officers, wards_of(county)
    leads = officers[officers["is_lead"]]
    assert leads["ward_code"].is_unique and set(officers["ward_code"]) == set(leads["ward_code"])
    assert len(leads) == len(wards) - NO_OFFICER
    assert set(officers["ward_code"]) < set(wards.index)
    assert officers["name"].is_unique
    per_team = officers.groupby("team")["ward_code"].nunique()
    assert 13 <= len(per_team) <= 37 and per_team.mean() > 5
    districts = officers["ward_code"].map(wards["district_code"])
    assert (districts.groupby(officers["team"]).nunique() == 1).all()


def test_officers_contacts_belong_to_nobody(county: County) -> None:
    officers = county.engagement.officers
    assert officers["email"].str.endswith(".example").all()
    assert officers["phone"].str.match(r"01632 960\d{3}$").all()
    assert officers.groupby("team")["phone"].nunique().eq(1).all()
    assert (officers["as_at"] <= LAST_DAY).all()
    ring = get_key_ring()
    callers = {ring.open(one) for one in county.calls["sealed_name"] if one}
    assert not callers & set(officers["name"])


def test_postcodes_are_those_of_addresses_and_lie_in_their_ward(county: County) -> None:
    postcodes = county.engagement.postcodes
    assert postcodes["postcode"].is_unique and len(postcodes) > 5_000
    assert all(read_postcode(code) == code for code in postcodes["postcode"])
    assert set(postcodes["ward_code"]) == set(wards_of(county).index)
    lookups = county.lookups[county.lookups["from_kind"] == "lsoa"].set_index("from_code")
    assert (postcodes["lsoa_code"].map(lookups["to_code"]) == postcodes["ward_code"]).all()
    ring = get_key_ring()
    sealed = county.locations.loc[county.locations["sealed_address"] != "", "sealed_address"]
    plain = [ring.open(one).rsplit(", ", 1)[-1].replace(" ", "") for one in sealed.head(200)]
    assert set(plain) <= set(postcodes["postcode"])


def test_about_six_wards_in_ten_list_priorities(county: County) -> None:
    priorities, wards = county.engagement.priorities, wards_of(county)
    assert 0.5 < priorities["ward_code"].nunique() / len(wards) < 0.7
    assert not priorities.duplicated(["ward_code", "title"]).any()
    assert set(priorities["source"]) == set(PRIORITY_SOURCES)
    assert set(priorities["status"]) == set(PRIORITY_STATES)
    assert (priorities["agreed_on"] < LAST_DAY).all()
    assert priorities["is_synthetic"].all()
    unsaid = priorities["people_asked"].isna()
    assert 0.05 < unsaid.mean() < 0.25
    assert unsaid.equals(priorities["how_representative"].eq(""))
    assert priorities.loc[priorities["status"] == "done", "we_did"].ne("").all()
    assert priorities.loc[priorities["status"] == "agreed", "we_did"].eq("").all()


def test_a_dozen_signal_events_lie_in_their_wards(county: County) -> None:
    signals = county.engagement.signals
    assert len(signals) == 12 and signals["title"].is_unique
    assert set(signals["kind"]) == set(SIGNAL_KINDS)
    assert signals["radius_m"].between(LEAST_RADIUS_M, MOST_RADIUS_M).all()
    assert (signals["happened_on"] < LAST_DAY).all()
    ended = signals["ends_on"].notna()
    assert 4 <= ended.sum() < len(signals)
    assert (signals.loc[ended, "ends_on"] >= signals.loc[ended, "happened_on"]).all()
    shapes = wards_of(county).geometry.loc[signals["ward_code"]].to_numpy()
    points = shapely.points(signals["easting"], signals["northing"])
    assert shapely.distance(shapes, points).max() < 2_000
    assert (shapely.distance(shapes, points) == 0).sum() >= 9


def test_texts_name_nobody_and_blame_no_group(county: County) -> None:
    held = county.engagement
    texts = set(held.signals["title"]) | set(held.signals["source"])
    for name in ("title", "how_representative", "you_said", "we_did"):
        texts |= set(held.priorities[name])
    for text in texts:
        assert not find_personal(text), text
        assert not is_about_young_people(text), text
        assert len(text) <= LONGEST_TEXT
    titles = [*held.signals["title"], *held.priorities["title"]]
    assert max(len(title) for title in titles) <= LONGEST_TITLE
