"""The synthetic survey: 1,000 people a quarter for two years, drawn from a truth that is known.

It is made as county surveys are: each district is asked as many people however large it is, some
segments answer less often than others, one adult of a household is drawn, and weights undo all
three. A second, self-selected poll of the districts has no weights and no ranges.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr
from scipy.stats import beta, binom

from geodata.sources.demo.geography import Floats, Geography, Ints
from geodata.sources.demo.people import CLASSIFICATION
from geodata.sources.demo.survey_questions import QUESTIONS
from geodata.sources.demo.survey_truth import (
    ALIKE,
    Truth,
    WardMix,
    draw_truth,
    mix_wards,
    over_mix,
)
from geodata.survey_items import Item

QUARTERS, A_QUARTER = 8, 1_000
NAME = "Synthetic county survey"
ABOUT = (
    "Invented: 1,000 adults a quarter by telephone, drawn at random within each district; "
    "one adult of a household; weighted to the residents of districts and segments."
)
POLL_NAME = "Synthetic online poll"
POLL_ABOUT = "Invented: whoever chose to answer on a web page."
NO_WARD = 0.01
"""Share of respondents whose ward is not known, and so not their segment."""
_ANSWER_RATE = np.array([0.8, 1.0, 1.2, 0.7, 1.1, 1.2, 0.6, 1.1])
"""How readily each segment answers; the weights undo it."""
_ADULTS, _ADULT_SHARES = np.array([1.0, 2.0, 3.0, 4.0]), (0.35, 0.47, 0.12, 0.06)
_POLL_BIAS, _POLL_SD = 9.0, 3.0

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class DemoSurvey:
    """The synthetic survey with its truth, and a self-selected poll beside it.

    Attributes
    ----------
    name, poll_name : str
        What the two are called.
    about, poll_about : str
        Who was asked, how and when.
    items, poll_items : tuple of Item
        Their questions.
    classification : str
        Of the segments.
    complete_to : date
        Last day of the newest quarter.
    respondents : DataFrame
        respondent, weight (mean 1), quarter, district_code, ward_code, segment_code.
    answers : DataFrame
        respondent, item, score (0 to 100), yes (0 or 1); one row an answer.
    truth : DataFrame
        ward_code, measure, value: see `survey_truth.Truth.to_frame`.
    gap_wards : tuple of str
        Codes of wards where much ASB is seen or suffered and little is reported.
    poll : DataFrame
        kind, code, item, period, value, low, high, respondents: a mean score of each district,
        without a range.
    """

    name: str
    poll_name: str
    about: str
    poll_about: str
    items: tuple[Item, ...]
    poll_items: tuple[Item, ...]
    classification: str
    complete_to: dt.date
    respondents: pd.DataFrame
    answers: pd.DataFrame
    truth: pd.DataFrame
    gap_wards: tuple[str, ...]
    poll: pd.DataFrame


def build_survey(
    rng: np.random.Generator,
    geography: Geography,
    population: pd.DataFrame,
    segments: pd.DataFrame,
    reports: Ints,
    last_day: dt.date,
) -> DemoSurvey:
    """Build the survey of the eight quarters that are complete by a day.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    geography : Geography
    population, segments : DataFrame
        Of the county's schemas.
    reports : ndarray (wards,)
        Incidents recorded in each ward.
    last_day : date
        The newest quarter ends on it or before.
    """
    mix = mix_wards(geography, population, segments)
    truth = draw_truth(rng, geography, mix, reports)
    quarters, complete_to = name_quarters(last_day, QUARTERS)
    ward, segment, number = _draw_people(rng, mix)
    answers = _draw_answers(rng, truth, ward, segment, number < QUARTERS // 2)
    weight = _weigh(rng, mix, ward, segment, number)
    known = rng.random(len(ward)) >= NO_WARD
    respondents = pd.DataFrame(
        {
            "respondent": np.arange(1, len(ward) + 1),
            "weight": weight,
            "quarter": np.array(quarters, dtype=object)[number],
            "district_code": geography.district_codes[mix.district[ward]],
            "ward_code": np.where(known, geography.ward_codes[ward], ""),
            "segment_code": np.where(known, np.array(mix.segments, dtype=object)[segment], ""),
        }
    )
    items = tuple(question.item for question in QUESTIONS)
    polled = next(number for number, item in enumerate(items) if item.role == "safety")
    return DemoSurvey(
        name=NAME,
        poll_name=POLL_NAME,
        about=ABOUT,
        poll_about=POLL_ABOUT,
        items=items,
        poll_items=(items[polled],),
        classification=CLASSIFICATION,
        complete_to=complete_to,
        respondents=respondents,
        answers=answers,
        truth=truth.to_frame(geography, mix),
        gap_wards=tuple(geography.ward_codes[truth.gap_wards]),
        poll=_hold_poll(rng, geography, mix, truth.means[polled], items[polled].name, complete_to),
    )


def name_quarters(last_day: dt.date, count: int) -> tuple[list[str], dt.date]:
    """Name the quarters that are complete by a day, oldest first, and the last day of the newest.

    Examples
    --------
    >>> name_quarters(dt.date(2026, 9, 29), 2)
    (['2026-Q1', '2026-Q2'], datetime.date(2026, 6, 30))
    """
    after = last_day + dt.timedelta(days=1)
    newest = after.year * 4 + (after.month - 1) // 3 - 1
    names = [f"{n // 4}-Q{n % 4 + 1}" for n in range(newest - count + 1, newest + 1)]
    following = newest + 1
    end = dt.date(following // 4, following % 4 * 3 + 1, 1) - dt.timedelta(days=1)
    return names, end


def _draw_people(rng: np.random.Generator, mix: WardMix) -> tuple[Ints, Ints, Ints]:
    """Draw the ward and the segment of each respondent, and the number of the quarter."""
    districts = int(mix.district.max()) + 1
    places = np.arange(QUARTERS * A_QUARTER)
    number, within = np.divmod(places, A_QUARTER)
    district = (within + number * A_QUARTER) % districts
    ward = np.empty(len(places), dtype=np.int64)
    for one in range(districts):
        here, wards = np.flatnonzero(district == one), np.flatnonzero(mix.district == one)
        chance = (mix.shares[wards] @ _ANSWER_RATE) * mix.residents[wards]
        ward[here] = rng.choice(wards, len(here), p=chance / chance.sum())
    ladder = np.cumsum(mix.shares[ward] * _ANSWER_RATE, axis=1)
    drawn = rng.random(len(ward)) * ladder[:, -1]
    return ward, (drawn[:, None] >= ladder).sum(axis=1), number


def _weigh(
    rng: np.random.Generator, mix: WardMix, ward: Ints, segment: Ints, number: Ints
) -> Floats:
    """Weight each respondent to the residents of the district; the mean of a quarter is 1."""
    adults = rng.choice(_ADULTS, len(ward), p=_ADULT_SHARES)
    weight = adults / _ANSWER_RATE[segment]
    district = mix.district[ward]
    residents = np.bincount(mix.district, mix.residents)
    group = number * len(residents) + district
    weight *= residents[district] / np.bincount(group, weight)[group]
    return np.asarray((weight * A_QUARTER / np.bincount(number, weight)[number]).round(4))


def _draw_answers(
    rng: np.random.Generator,
    truth: Truth,
    ward: Ints,
    segment: Ints,
    is_earlier: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Draw what each respondent answers, so that the mean of a ward and segment is its truth.

    One person's answers go together: each has a place on the scale of general worry.
    """
    count = len(ward)
    general = rng.normal(0, 1, count)
    parts = []
    for question, means in zip(QUESTIONS, truth.means, strict=True):
        mean = (means[ward, segment] + question.year_before * is_earlier) / 100
        own = rng.normal(0, 1, count)
        place = ndtr(question.person * general + np.sqrt(1 - question.person**2) * own)
        chance = beta.ppf(place, mean * ALIKE, (1 - mean) * ALIKE)
        step = binom.ppf(rng.random(count), question.steps, chance)
        said = np.flatnonzero(rng.random(count) >= question.unanswered)
        parts.append(
            pd.DataFrame(
                {
                    "respondent": said + 1,
                    "item": question.item.name,
                    "score": (step[said] * 100 / question.steps).round(4),
                    "yes": (step[said] >= question.yes_from).astype(np.float64),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _hold_poll(
    rng: np.random.Generator, geography: Geography, mix: WardMix, means: Floats, item: str,
    complete_to: dt.date,
) -> pd.DataFrame:  # fmt: skip
    """Hold a poll that whoever likes may answer: those who worry do so more often."""
    ward = over_mix(means, mix)
    residents = np.bincount(mix.district, mix.residents)
    value = np.bincount(mix.district, mix.residents * ward) / residents
    value += _POLL_BIAS + rng.normal(0, _POLL_SD, len(value))
    asked = rng.integers(90, 700, len(value))
    return pd.DataFrame(
        {
            "kind": "district",
            "code": geography.district_codes,
            "item": item,
            "period": str(complete_to.year),
            "value": np.clip(value, 0, 100).round(1),
            "low": np.nan,
            "high": np.nan,
            "respondents": asked,
        }
    )
