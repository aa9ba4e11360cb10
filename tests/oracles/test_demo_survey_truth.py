"""The truth of the synthetic survey against scipy and against asking very many people."""

import datetime as dt

import numpy as np
import pytest
from scipy.stats import betabinom

from geodata.sources.demo import survey_truth
from geodata.sources.demo.geography import build_geography
from geodata.sources.demo.people import build_population, build_segments, count_residents
from geodata.sources.demo.survey import build_survey
from geodata.sources.demo.survey_questions import QUESTIONS

LAST_DAY = dt.date(2026, 9, 30)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.item.name)
def test_share_of_yes_is_that_of_a_beta_binomial(question) -> None:
    means = np.linspace(3, 97, 30).reshape(6, 5)
    found = survey_truth._share_of_yes(question, means)
    a, b = means / 100 * survey_truth.ALIKE, (1 - means / 100) * survey_truth.ALIKE
    expected = betabinom.sf(question.yes_from - 1, question.steps, a, b) * 100
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_asking_very_many_people_gives_the_truth_of_each_ward(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With some 280 answers a ward to each question, errors are as wide as they should be."""
    monkeypatch.setattr("geodata.sources.demo.survey.A_QUARTER", 20_000)
    geography = build_geography(np.random.default_rng(5))
    residents = count_residents(rng, len(geography.lsoa_codes))
    population = build_population(rng, geography, residents)
    segments = build_segments(rng, geography)
    reports = rng.poisson(160, len(geography.ward_codes))
    survey = build_survey(rng, geography, population, segments, reports, LAST_DAY)
    people = survey.respondents[survey.respondents["quarter"] >= "2025-Q4"]
    people = people[people["ward_code"] != ""].set_index("respondent")
    truth = survey.truth.pivot(index="ward_code", columns="measure", values="value")
    names = ["worry_insulted", "asb_experienced", "confident_agencies"]
    said = survey.answers[survey.answers["item"].isin(names)]
    for name, answers in said.groupby("item"):
        one = people.join(answers.set_index("respondent"), how="inner")
        for kind, value in (("score", one["score"]), ("yes", one["yes"] * 100)):
            if f"{kind}:{name}" not in truth:
                continue
            ward = one["ward_code"]
            weight = one["weight"].groupby(ward).sum()
            mean = (one["weight"] * value).groupby(ward).sum() / weight
            left = (one["weight"] * (value - ward.map(mean))) ** 2
            error = np.sqrt(left.groupby(ward).sum()) / weight
            off = (mean - truth[f"{kind}:{name}"]) / error
            assert np.abs(off).max() < 5
            assert np.sqrt((off**2).mean()) == pytest.approx(1, abs=0.15)
