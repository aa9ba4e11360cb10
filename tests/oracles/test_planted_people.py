"""Does the synthetic county hold what it says of people, homes, agencies and calls?"""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from geodata.addresses import describe_address, normalise_phone, pseudonym
from geodata.sealing import get_key_ring
from geodata.sources.demo import County, build_county
from geodata.sources.demo.callers import DRAMA_RANGES

LAST_DAY = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(incidents_per_year=6_000, last_day=LAST_DAY)


def of_kind(county: County, kind: str) -> list[pd.DataFrame]:
    """Give the incidents of each planted pattern of a kind."""
    incidents = county.incidents.set_index("incident_id", drop=False)
    texts = county.planted.loc[county.planted["kind"] == kind, "incident_ids"]
    assert len(texts) >= 8, kind
    return [incidents.loc[text.split()] for text in texts]


def places(county: County) -> pd.DataFrame:
    ring = get_key_ring()
    opened = [ring.open(text) for text in county.locations["sealed_address"]]
    return county.locations.assign(address=opened).set_index("location_key")


def test_key_of_every_tenth_home_is_that_of_its_address(county: County) -> None:
    held = places(county).query("address != ''")
    assert len(held) > 40_000
    assert held["address"].is_unique
    for key, row in held.iloc[::10].iterrows():
        keys = describe_address("", row["address"])
        assert (key, row["postcode_key"], row["block_key"]) == (
            keys.location_key, keys.postcode_key, keys.block_key,
        )  # fmt: skip


def test_every_exact_place_has_an_address_and_no_other_has(county: County) -> None:
    held = places(county)
    exact = held["precision"] == "exact"
    assert (held["address"] != "").equals(exact)
    assert held.loc[exact, "address"].str.contains("QX").mean() > 0.99
    assert held.index.is_unique


def test_home_under_two_spellings_has_two_keys_and_one_point(county: County) -> None:
    held = places(county)
    for found in of_kind(county, "same address"):
        both = held.loc[found["location_key"].unique()]
        assert len(both) == 2
        assert both["address"].nunique() == 2
        assert both[["easting", "northing"]].drop_duplicates().shape[0] == 1
        assert sorted(both["uprn_key"].ne("")) == [False, True]


def test_incident_told_to_several_agencies_is_one_by_reference_or_by_rule(county: County) -> None:
    shared = 0
    for found in of_kind(county, "one incident told twice"):
        assert found["source_system"].is_unique and 2 <= len(found) <= 3
        gaps = found["occurred_from"].max() - found["occurred_from"].min()
        assert gaps <= pd.Timedelta(minutes=60)
        shared += found["event_key"].iloc[0] != ""
        assert found["event_key"].nunique() == found["victim_key"].nunique() == 1
        assert found[["location_key", "asb_type"]].drop_duplicates().shape[0] == 1
        assert (found["reported_at"] >= found["occurred_from"]).all()
    assert 0.2 < shared / len(of_kind(county, "one incident told twice")) < 0.8
    copies = county.incidents["source_system"] != "synthetic"
    assert 0 < copies.mean() < 0.01


def test_victim_at_several_addresses_is_a_repeat_victim(county: County) -> None:
    for found in of_kind(county, "victim at several addresses"):
        assert found["victim_key"].nunique() == 1
        assert found["location_key"].is_unique and len(found) >= 3
        span = found["occurred_from"].max() - found["occurred_from"].min()
        assert span < pd.Timedelta(days=180)
        every = county.incidents["victim_key"] == found["victim_key"].iloc[0]
        assert every.sum() == len(found), "no other incident is theirs"


def test_domestic_abuse_is_rare_and_never_at_a_place_planted_to_be_found(county: County) -> None:
    abuse = county.incidents["domestic_abuse_flag"] == "yes"
    assert 0 < abuse.mean() < 0.03
    assert 0 < (county.incidents["child_flag"] == "yes").mean() < 0.05
    sheltered = set(county.incidents.loc[abuse, "location_key"])
    for found in of_kind(county, "domestic abuse address"):
        assert (found["domestic_abuse_flag"] == "yes").all()
    for kind in ("repeat victim", "repeat location", "same address", "one incident told twice"):
        for found in of_kind(county, kind):
            assert not set(found["location_key"]) & sheltered, kind


def test_people_share_addresses(county: County) -> None:
    exact = county.incidents.query("location_precision == 'exact' and victim_key != ''")
    assert (exact.groupby("location_key")["victim_key"].nunique() > 1).sum() >= 20


def test_planted_callers_lead_their_district(county: County) -> None:
    calls = county.calls.set_index("call_id")
    planted = county.planted[county.planted["kind"] == "repeat caller"]
    assert len(planted) == 52
    for row in planted.itertuples():
        found = calls.loc[row.incident_ids.split()]
        caller = found["caller_key"].unique()
        assert len(caller) == 1
        assert (calls["caller_key"] == caller[0]).sum() == len(found)
    known = county.calls.query("caller_key != ''")
    busiest = known.groupby("caller_key").size().nlargest(20)
    listed = {calls.loc[text.split()[0], "caller_key"] for text in planted["incident_ids"]}
    assert len(set(busiest.index) & listed) >= 15


def test_calls_are_of_one_incident_several_times_or_of_none(county: County) -> None:
    calls = county.calls
    assert calls["call_id"].is_unique and calls["called_at"].is_monotonic_increasing
    about = calls.loc[calls["incident_id"] != "", "incident_id"]
    assert set(about) <= set(county.incidents["incident_id"])
    assert (about.value_counts() > 1).sum() > 50
    assert 0.1 < (calls["incident_id"] == "").mean() < 0.8
    assert (calls["month"] == calls["called_at"].dt.strftime("%Y-%m")).all()
    local = calls["called_at"].dt.tz_localize(
        "Europe/London", ambiguous=np.zeros(len(calls), dtype=bool), nonexistent="NaT"
    )
    assert local.notna().all()


def test_numbers_come_from_the_ranges_kept_for_drama(county: County) -> None:
    numbers = [f"{start}{n:03d}" for start in DRAMA_RANGES for n in range(1_000)]
    assert all(normalise_phone(number) == number for number in numbers[::37])
    keys = {pseudonym("phone", number) for number in numbers}
    assert set(county.calls["phone_key"]) - {""} <= keys
    assert all(re.fullmatch(r"\+44\d{9,10}", number) for number in numbers[::1_000])


def test_plans_and_cases_have_owners_and_some_reviews_are_overdue(county: County) -> None:
    plans, cases = county.caller_plans, county.cases
    assert set(plans["caller_key"]) <= set(county.calls["caller_key"])
    assert plans["caller_key"].is_unique
    overdue = plans["next_review"].dropna().map(lambda day: day < LAST_DAY)
    assert 0 < overdue.sum() < len(plans)
    assert (plans["owner"] == "").any() and plans["next_review"].isna().any()
    assert set(cases["risk_band"]) <= {"standard", "medium", "high", "not recorded"}
    still_open = cases[cases["closed"].isna()]
    late = still_open["next_review"].map(lambda day: day < LAST_DAY)
    assert 0.1 < late.mean() < 0.6
    assert cases["owner"].str.fullmatch(r"(?:[A-Z][a-z ]+ officer \d+)?").all()
    assert set(cases["location_key"]) <= set(county.locations["location_key"])
    assert (cases["opened"] <= LAST_DAY).all()
    told = cases["victim_told"].dropna()
    assert 0 < len(told) < len(cases)
    assert get_key_ring().open(cases["sealed_extra"].iloc[0]).startswith("{")
