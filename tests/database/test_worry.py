"""Ward estimates from the store: swappable segments, refusals, benchmarks, released counts."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.worry.sample import Method
from dashboard.services import ward_mix, worry
from geodata.store.areas import list_classifications
from geodata.store.database import Database
from geodata.store.surveys import list_surveys


@pytest.fixture(scope="module")
def survey(small_county_database: Database) -> worry.SurveyHead:
    surveys = worry.load_surveys(small_county_database)
    usual = worry.usual_survey(surveys)
    return next(head for head in surveys if head.name == usual)


def test_usual_survey_is_one_with_answers_of_here(small_county_database: Database) -> None:
    surveys = list_surveys(small_county_database)
    chosen = next(head for head in surveys if head.name == worry.usual_survey(surveys))
    assert (chosen.kind, chosen.reach) == ("microdata", "area")
    assert worry.usual_survey([head for head in surveys if head.reach == "indicative"]) is None


def test_mix_of_each_ward_is_whole_and_nothing_is_missing(small_county_database: Database) -> None:
    for name in list_classifications(small_county_database):
        frame = ward_mix.load_ward_frame(small_county_database, name)
        assert frame.mix.groupby("ward_code")["share"].sum().to_numpy() == pytest.approx(1.0)
        assert frame.missing.empty
        assert (frame.wards["residents"] > 0).all()


def test_unknown_classification_lists_every_area_and_refuses(
    small_county_database: Database, survey: worry.SurveyHead
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, "No such classification")
    assert frame.mix.empty
    assert len(frame.missing)
    found = worry.find_estimates(small_county_database, survey, frame, "worry", Method.MULTILEVEL)
    assert found.estimates is None
    assert found.refused == worry.NO_MIX


@pytest.mark.parametrize("method", [Method.MULTILEVEL, Method.SYNTHETIC, Method.FAY_HERRIOT])
def test_wards_reproduce_the_figure_of_their_district(
    method: Method, small_county_database: Database, survey: worry.SurveyHead
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, survey.classification)
    found = worry.find_estimates(small_county_database, survey, frame, "worry", method)
    if found.estimates is None:
        assert found.refused == worry.NO_GAIN
        return
    assert found.year is not None and len(found.year.quarters) == 4
    table = found.estimates.table
    for row in found.estimates.districts.itertuples():
        if row.benchmarked:
            mine = table[table["district_code"] == row.code]
            assert np.average(mine["value"], weights=mine["residents"]) == pytest.approx(
                row.direct, abs=0.1
            )


def test_surveys_that_cannot_be_carried_to_wards_say_why(
    small_county_database: Database, survey: worry.SurveyHead
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, survey.classification)
    for head, reason in (
        (replace(survey, reach="indicative"), worry.SELF_SELECTED),
        (replace(survey, kind="estimates"), worry.READY_TABLE),
        (replace(survey, complete_to=dt.date(2031, 12, 31)), "The year is incomplete"),
    ):
        found = worry.find_estimates(small_county_database, head, frame, "worry", Method.MULTILEVEL)
        assert found.estimates is None
        assert found.refused.startswith(reason)
        assert worry.find_matrix(found, _asb(frame.wards)).matrix is None


def test_survey_of_elsewhere_gives_a_shape_and_is_held_to_no_district(
    small_county_database: Database, survey: worry.SurveyHead
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, survey.classification)
    head = replace(survey, reach="shape only", complete_to=None)
    found = worry.find_estimates(small_county_database, head, frame, "worry", Method.MULTILEVEL)
    assert found.shape_only
    assert found.year is None
    assert found.estimates is not None
    assert not found.estimates.districts["benchmarked"].any()


def test_answers_without_a_known_segment_are_refused(
    small_county_database: Database, survey: worry.SurveyHead
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, survey.classification)
    foreign = replace(
        frame, mix=frame.mix.assign(segment_code="elsewhere-" + frame.mix["segment_code"])
    )
    found = worry.find_estimates(small_county_database, survey, foreign, "worry", Method.MULTILEVEL)
    assert found.refused == worry.NOT_LINKED


def test_measure_that_is_not_asked_is_a_fault_of_the_caller(
    small_county_database: Database, survey: worry.SurveyHead
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, survey.classification)
    with pytest.raises(ValueError, match="the survey has"):
        worry.find_estimates(
            small_county_database, survey, frame, "yes:hanging_about", Method.MULTILEVEL
        )


def _asb(wards: pd.DataFrame) -> worry.WardAsb:
    return worry.WardAsb(None, wards.assign(count=20.0), released=False)
