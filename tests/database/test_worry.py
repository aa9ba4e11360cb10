"""Ward estimates from the store: swappable segments, refusals, benchmarks, released counts."""

import datetime as dt
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from analytics.worry.sample import Method
from dashboard.services import survey as survey_figures
from dashboard.services import ward_mix, worry
from dashboard.services.survey import SurveyData
from geodata.store.areas import list_classifications
from geodata.store.database import Database
from geodata.store.surveys import list_surveys
from tests.good_gain import take_gain_as_good


@pytest.fixture(scope="module")
def survey(small_county_database: Database) -> worry.SurveyHead:
    surveys = worry.load_surveys(small_county_database)
    usual = worry.usual_survey(surveys)
    return next(head for head in surveys if head.name == usual)


@pytest.fixture(scope="module")
def data(small_county_database: Database, survey: worry.SurveyHead) -> SurveyData:
    return survey_figures.load_survey(small_county_database, survey)


@pytest.fixture(autouse=True)
def good_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    take_gain_as_good(monkeypatch)


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
    small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, "No such classification")
    assert frame.mix.empty
    assert len(frame.missing)
    found = worry.find_estimates(data, frame, "worry", Method.MULTILEVEL)
    assert found.estimates is None
    assert found.refused == worry.NO_MIX


@pytest.mark.parametrize("method", [Method.MULTILEVEL, Method.SYNTHETIC, Method.FAY_HERRIOT])
def test_wards_reproduce_the_figure_of_their_district(
    method: Method, small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    found = worry.find_estimates(data, frame, "worry", method)
    assert found.estimates is not None and not found.refused
    assert found.estimates.districts["benchmarked"].any()
    assert found.year is not None and len(found.year.quarters) == 4
    table = found.estimates.table
    for row in found.estimates.districts.itertuples():
        if row.benchmarked:
            mine = table[table["district_code"] == row.code]
            assert np.average(mine["value"], weights=mine["residents"]) == pytest.approx(
                row.direct, abs=0.1
            )


def test_surveys_that_cannot_be_carried_to_wards_say_why(
    small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    for head, reason in (
        (replace(data.head, reach="indicative"), worry.SELF_SELECTED),
        (replace(data.head, kind="estimates"), worry.READY_TABLE),
        (replace(data.head, complete_to=dt.date(2031, 12, 31)), "Incomplete year: not asked in"),
    ):
        found = worry.find_estimates(replace(data, head=head), frame, "worry", Method.MULTILEVEL)
        assert found.estimates is None
        assert found.refused.startswith(reason)
        assert worry.find_matrix(found, _asb(frame.wards)).matrix is None


def test_survey_of_elsewhere_gives_a_shape_and_is_held_to_no_district(
    small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    head = replace(data.head, reach="shape only", complete_to=None)
    found = worry.find_estimates(replace(data, head=head), frame, "worry", Method.MULTILEVEL)
    assert found.shape_only
    assert found.year is not None and found.year.complete
    assert found.estimates is not None
    assert not found.estimates.districts["benchmarked"].any()


def test_answers_without_a_known_segment_are_refused(
    small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    foreign = replace(
        frame, mix=frame.mix.assign(segment_code="elsewhere-" + frame.mix["segment_code"])
    )
    found = worry.find_estimates(data, foreign, "worry", Method.MULTILEVEL)
    assert found.refused == worry.NOT_LINKED


def test_item_of_another_kind_is_never_carried_to_wards(
    small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    items = tuple(replace(item, role="other", in_score=False) for item in data.head.items)
    other = replace(data, head=replace(data.head, items=items))
    for measure in (f"yes:{items[0].name}", f"score:{items[0].name}"):
        found = worry.find_estimates(other, frame, measure, Method.MULTILEVEL)
        assert found.estimates is None and found.refused == worry.OTHER_ITEM
    assert worry.usual_measure(other.head) is None


def test_measure_that_is_not_asked_is_a_fault_of_the_caller(
    small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    with pytest.raises(ValueError, match="the survey has"):
        worry.find_estimates(data, frame, "yes:hanging_about", Method.MULTILEVEL)


@pytest.mark.parametrize("complete_to", [None, dt.date(2026, 9, 30)])
def test_year_of_a_ward_estimate_is_that_of_the_direct_figure(
    complete_to: dt.date | None, small_county_database: Database, data: SurveyData
) -> None:
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    newest = max(data.respondents["quarter"])
    late = data.respondents.loc[data.respondents["quarter"] == newest, "respondent"]
    item = data.head.items[0].name
    silent = data.answers["item"].eq(item) & data.answers["respondent"].isin(late)
    gappy = replace(
        data, head=replace(data.head, complete_to=complete_to), answers=data.answers[~silent]
    )
    for measure, is_whole in (("worry", True), (f"score:{item}", False)):
        direct = survey_figures.find_direct(gappy, measure)
        found = worry.find_estimates(gappy, frame, measure, Method.SYNTHETIC)
        assert found.year == direct.year == survey_figures.find_year(gappy, measure)
        assert found.year is not None and found.year.complete is is_whole
        assert (found.estimates is not None) == (not direct.county.empty) == is_whole
    assert found.year.missing == (newest,)
    assert found.refused == survey_figures.say_missing(found.year)


def test_one_poor_held_out_comparison_refuses_every_ward(
    small_county_database: Database, data: SurveyData, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = replace(worry.check_gain(), is_better=False)
    monkeypatch.setattr(worry, "check_gain", lambda *args, **named: poor)
    frame = ward_mix.load_ward_frame(small_county_database, data.head.classification)
    found = worry.find_estimates(data, frame, "worry", Method.SYNTHETIC)
    assert found.estimates is None and found.refused == worry.NO_GAIN


def test_every_page_measures_worry_by_the_score_else_by_the_first_question_of_it(
    survey: worry.SurveyHead,
) -> None:
    assert worry.usual_measure(survey).key == "worry"
    plain = tuple(replace(item, in_score=False) for item in survey.items)
    first = next(item for item in plain if item.role == "worry")
    turned = replace(survey, items=(*plain[:0:-1], first))
    assert worry.usual_measure(turned).role == "worry"
    assert worry.usual_measure(turned).key.startswith("yes:")
    none = replace(survey, items=tuple(item for item in plain if item.role != "worry"))
    assert worry.usual_measure(none) is None
    assert worry.usual_measure(none, "confidence").role == "confidence"


def test_changed_words_of_quadrants_show_without_a_restart(
    small_county_database: Database, data: SurveyData, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    found = worry.EstimatesFound(data.head, worry.usual_measure(data.head), None, None, "x", None,
                                 False)  # fmt: skip
    wards = ward_mix.load_ward_frame(small_county_database, data.head.classification).wards
    matrix = worry.find_matrix(found, _asb(wards))
    shipped = files("analytics.worry").joinpath("quadrants.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    monkeypatch.setattr(worry, "named_path", lambda setting: path)
    for status in ("agreed once", "agreed anew"):
        path.write_text(shipped.replace("proposal, not policy", status), encoding="utf-8")
        assert worry.say_anew(matrix).quadrants.status == status
    assert matrix.quadrants.is_proposal


def _asb(wards: pd.DataFrame) -> worry.WardAsb:
    return worry.WardAsb(None, wards.assign(count=20.0), released=False)
