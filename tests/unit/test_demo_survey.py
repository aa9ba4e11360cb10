"""The synthetic survey: its quarters, its weights, and that it samples the truth it comes with."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geodata import schemas
from geodata.sources.demo import County, build_county
from geodata.sources.demo.people import SEGMENTS
from geodata.sources.demo.survey import A_QUARTER, QUARTERS, name_quarters
from geodata.sources.demo.survey_questions import DISTRICT_SD, QUESTIONS, SEGMENT_LEAN, WARD_SD
from geodata.survey_items import is_about_young_people

LAST_DAY = dt.date(2026, 9, 30)
NEWEST = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(incidents_per_year=3_000, last_day=LAST_DAY, years=3)


@pytest.fixture(scope="module")
def wards(county: County) -> pd.DataFrame:
    """Truth by ward with its district and residents."""
    links = county.lookups[county.lookups["from_kind"] == "ward"].set_index("from_code")["to_code"]
    people = county.population[county.population["kind"] == "ward"].set_index("code")["residents"]
    truth = county.survey_truth.pivot(index="ward_code", columns="measure", values="value")
    return truth.assign(district=links, residents=people)


def weighted(county: County, measure: str, quarters: list[str]) -> pd.DataFrame:
    """Value, weight and place of each respondent, worked out with plain pandas."""
    asked = county.survey.respondents
    asked = asked[asked["quarter"].isin(quarters)].set_index("respondent")
    kind, _, name = measure.partition(":")
    said = county.survey.answers
    if kind == "worry":
        names = [item.name for item in county.survey.items if item.in_score]
        scores = said[said["item"].isin(names)].groupby("respondent")["score"]
        value = scores.mean()[scores.count() >= len(names) / 2]
    else:
        one = said[said["item"] == name].set_index("respondent")
        value = one["score"] if kind == "score" else one["yes"] * 100
    return asked.assign(value=value).dropna(subset=["value"])


def test_frames_have_the_columns_of_the_schemas(county: County) -> None:
    survey = county.survey
    for frame, columns in (
        (survey.respondents, schemas.SURVEY_RESPONDENT_COLUMNS),
        (survey.answers, schemas.SURVEY_ANSWER_COLUMNS),
        (survey.poll, schemas.SURVEY_ESTIMATE_COLUMNS),
    ):
        assert list(frame.columns) == list(columns)
    assert list(survey.truth.columns) == ["ward_code", "measure", "value"]


def test_a_thousand_answer_in_each_of_eight_quarters(county: County) -> None:
    survey = county.survey
    sizes = survey.respondents.groupby("quarter").size()
    assert sizes.index.tolist() == ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", *NEWEST]
    assert set(sizes) == {A_QUARTER}
    assert survey.complete_to == LAST_DAY
    by_district = survey.respondents.groupby(["quarter", "district_code"]).size()
    assert by_district.between(76, 77).all() and len(by_district) == QUARTERS * 13


@pytest.mark.parametrize(
    ("last_day", "newest", "complete_to"),
    [
        (dt.date(2026, 9, 30), "2026-Q3", dt.date(2026, 9, 30)),
        (dt.date(2026, 9, 29), "2026-Q2", dt.date(2026, 6, 30)),
        (dt.date(2026, 10, 1), "2026-Q3", dt.date(2026, 9, 30)),
        (dt.date(2027, 1, 15), "2026-Q4", dt.date(2026, 12, 31)),
        (dt.date(2026, 12, 31), "2026-Q4", dt.date(2026, 12, 31)),
    ],
)
def test_the_newest_quarter_is_the_last_complete_one(
    last_day: dt.date, newest: str, complete_to: dt.date
) -> None:
    names, end = name_quarters(last_day, QUARTERS)
    assert (names[-1], end, len(names)) == (newest, complete_to, QUARTERS)
    assert names == sorted(set(names))


def test_weights_give_each_district_its_residents(county: County, wards: pd.DataFrame) -> None:
    people = county.survey.respondents
    assert (people["weight"] > 0).all()
    assert people.groupby("quarter")["weight"].mean().to_numpy() == pytest.approx(1, abs=1e-3)
    held = people.groupby("district_code")["weight"].sum() / people["weight"].sum()
    residents = wards.groupby("district")["residents"].sum() / wards["residents"].sum()
    pd.testing.assert_series_equal(held, residents, check_names=False, atol=1e-4)
    effective = people["weight"].sum() ** 2 / (people["weight"] ** 2).sum()
    assert 1.15 < len(people) / effective < 1.5


def test_weights_give_each_segment_its_residents(county: County, wards: pd.DataFrame) -> None:
    lsoas = county.population[county.population["kind"] == "lsoa"].set_index("code")["residents"]
    shares = county.segments.assign(people=county.segments["code"].map(lsoas))
    living = (shares["share"] * shares["people"]).groupby(shares["segment_code"]).sum()
    people = county.survey.respondents
    known = people[people["segment_code"] != ""]
    found = known.groupby("segment_code")["weight"].sum() / known["weight"].sum()
    unweighted = known["segment_code"].value_counts(normalize=True).sort_index()
    truth = living / living.sum()
    assert np.abs(found - truth).max() < 0.012
    assert np.abs(unweighted - truth).max() > 0.02


def test_few_have_no_ward_and_they_have_no_segment_either(county: County) -> None:
    people = county.survey.respondents
    unknown = people["ward_code"].eq("")
    assert 0.003 < unknown.mean() < 0.02
    assert people["segment_code"].eq("").equals(unknown)
    links = county.lookups[county.lookups["from_kind"] == "ward"].set_index("from_code")["to_code"]
    placed = people[~unknown]
    assert (placed["ward_code"].map(links) == placed["district_code"]).all()
    assert set(placed["segment_code"]) == {str(n) for n in range(1, len(SEGMENTS) + 1)}


def test_answers_lie_on_their_scales_and_some_are_missing(county: County) -> None:
    said = county.survey.answers
    assert not said.duplicated(["respondent", "item"]).any()
    for question in QUESTIONS:
        one = said[said["item"] == question.item.name]
        missing = 1 - len(one) / (QUARTERS * A_QUARTER)
        assert missing == pytest.approx(question.unanswered, abs=0.01)
        assert one["score"].nunique() == question.steps + 1
        assert (one["score"].min(), one["score"].max()) == (0, 100)
        counts = one["score"] >= round(question.yes_from * 100 / question.steps, 4)
        assert (one["yes"] == counts).all()


def test_items_have_every_role_and_none_is_about_young_people(county: County) -> None:
    items = county.survey.items
    roles = {"worry", "safety", "experience", "driver", "confidence"}
    assert {item.role for item in items} == roles
    assert not any(is_about_young_people(item.name, item.label, item.question) for item in items)
    assert {item.role for item in items if item.in_score} == {"worry", "safety"}
    assert all(item.yes_label for item in items)


def test_every_district_and_the_county_lie_near_their_truth(
    county: County, wards: pd.DataFrame
) -> None:
    off = []
    for measure in sorted(set(county.survey_truth["measure"])):
        people = weighted(county, measure, NEWEST)
        for code, group in [("", people), *people.groupby("district_code")]:
            here = wards[wards["district"] == code] if code else wards
            truth = np.average(here[measure], weights=here["residents"])
            mean = np.average(group["value"], weights=group["weight"])
            left = group["weight"] * (group["value"] - mean)
            off.append((mean - truth) / (np.sqrt((left**2).sum()) / group["weight"].sum()))
    assert np.abs(off).max() < 4.2
    assert np.sqrt(np.mean(np.square(off))) == pytest.approx(1, abs=0.2)


def test_spreads_are_those_that_are_promised(county: County, wards: pd.DataFrame) -> None:
    assert np.std(SEGMENT_LEAN) == pytest.approx(6, abs=0.2)
    assert sum(SEGMENT_LEAN) == 0
    lsoas = county.population[county.population["kind"] == "lsoa"].set_index("code")["residents"]
    links = county.lookups[county.lookups["from_kind"] == "lsoa"].set_index("from_code")["to_code"]
    mixed = county.segments.assign(
        lean=county.segments["segment_code"].astype(int).map(lambda n: SEGMENT_LEAN[n - 1]),
        people=county.segments["code"].map(lsoas), ward=county.segments["code"].map(links),
    )  # fmt: skip
    summed = (mixed["share"] * mixed["people"] * mixed["lean"]).groupby(mixed["ward"]).sum()
    left = wards["score:worry_damage"] - summed / wards["residents"]
    districts = left.groupby(wards["district"]).mean()
    assert (left - districts[wards["district"]].to_numpy()).std() == pytest.approx(WARD_SD, rel=0.1)
    assert 0.5 * DISTRICT_SD < districts.std() < 1.7 * DISTRICT_SD
    assert 3.5 < wards["worry"].std() < 6


def test_confidence_rose_and_worry_did_not(county: County) -> None:
    before = ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3"]

    def change(measure: str) -> float:
        now, then = (weighted(county, measure, some) for some in (NEWEST, before))
        return float(
            np.average(now["value"], weights=now["weight"])
            - np.average(then["value"], weights=then["weight"])
        )

    assert change("score:confident_agencies") == pytest.approx(4, abs=2)
    assert abs(change("worry")) < 1.6


def test_a_few_wards_see_much_and_report_little(county: County, wards: pd.DataFrame) -> None:
    gap = list(county.survey.gap_wards)
    assert 3 <= len(gap) <= 6 and wards.loc[gap, "district"].is_unique
    assert (
        wards.loc[gap, "yes:asb_experienced"] > wards["yes:asb_experienced"].quantile(0.9)
    ).all()
    links = county.lookups[county.lookups["from_kind"] == "lsoa"].set_index("from_code")["to_code"]
    counts = county.incidents["lsoa_code"].map(links).value_counts()
    rate = counts.reindex(wards.index).fillna(0) / wards["residents"]
    assert (rate[gap] < rate.median()).all()


def test_the_poll_is_of_districts_without_ranges(county: County) -> None:
    poll = county.survey.poll
    assert poll["code"].nunique() == len(poll) == 13
    assert poll["low"].isna().all() and poll["high"].isna().all()
    assert poll["value"].between(0, 100).all()
    assert [item.name for item in county.survey.poll_items] == poll["item"].unique().tolist()
