"""The synthetic county's survey, teams, postcodes, priorities and signal events in a database."""

import datetime as dt

import pandas as pd

from geodata.county import load_county
from geodata.sources.demo import build_county
from geodata.store.database import Database
from geodata.store.engagement import (
    count_postcodes,
    find_postcode,
    read_officers,
    read_priorities,
    read_signals,
)
from geodata.store.surveys import (
    list_surveys,
    read_answers,
    read_respondents,
    read_survey_estimates,
)


def test_county_stores_what_residents_said_and_asked_for(database: Database) -> None:
    county = build_county(incidents_per_year=1_000, years=1)
    load_county(database, county, imported_by="tests")
    by_reach = {head.reach: head for head in list_surveys(database)}
    assert set(by_reach) == {"area", "indicative"}
    assert all(
        head.is_synthetic and head.name.startswith("Synthetic") for head in by_reach.values()
    )
    head = by_reach["area"]
    assert head.kind == "microdata" and head.items == county.survey.items
    assert head.complete_to == dt.date(2026, 9, 30)
    assert head.classification == county.segments["classification"].iloc[0]

    people = read_respondents(database, head.id)
    assert people[["stratum", "cluster"]].isna().all(axis=None)
    people = people.drop(columns=["stratum", "cluster"])
    pd.testing.assert_frame_equal(people, county.survey.respondents.astype(people.dtypes))
    answers = read_answers(database, head.id)
    built = county.survey.answers.sort_values(["respondent", "item"], ignore_index=True)
    pd.testing.assert_frame_equal(answers, built.astype(answers.dtypes))
    assert len(read_survey_estimates(database, head.id)) == 0

    poll = by_reach["indicative"]
    assert poll.kind == "estimates" and read_respondents(database, poll.id).empty
    held = read_survey_estimates(database, poll.id)
    assert held["code"].tolist() == sorted(county.survey.poll["code"])
    assert held[["low", "high"]].isna().all(axis=None)

    engagement = county.engagement
    assert len(read_officers(database)) == len(engagement.officers)
    assert count_postcodes(database) == len(engagement.postcodes)
    first = engagement.postcodes.iloc[0]
    assert find_postcode(database, f" {first['postcode'].lower()} ") == first["ward_code"]
    priorities = read_priorities(database)
    assert len(priorities) == len(engagement.priorities)
    assert priorities["is_synthetic"].all()
    assert (
        priorities["people_asked"].isna().sum()
        == engagement.priorities["people_asked"].isna().sum()
    )
    signals = read_signals(database)
    assert len(signals) == len(engagement.signals) and signals["is_synthetic"].all()
    day = dt.date(2026, 9, 30)
    assert 0 < len(read_signals(database, day)) < len(signals)
