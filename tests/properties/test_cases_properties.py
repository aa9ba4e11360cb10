"""Case review and risk score against slow, independent brute force."""

import calendar
import datetime as dt
import itertools
from functools import cache

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as some

from analytics.cases.case_review import find_review_state, load_review_rules
from analytics.cases.review_dates import last_day
from analytics.cases.risk_matrix import BANDS, load_risk_matrix, score_risk

DAY = dt.timedelta(days=1)
FROM = dt.date(2023, 11, 1)
days = some.integers(0, 500).map(lambda n: FROM + n * DAY)
RULES = load_review_rules(dt.date(2026, 1, 1))
MATRIX = load_risk_matrix()


@cache
def walk(start: dt.date, months: int, *, strict: bool) -> set[dt.date]:
    """Every day of some months beginning with a day, by walking the calendar."""
    first = start.year * 12 + start.month
    found = set()
    day = start
    while True:
        gone = day.year * 12 + day.month - first
        if gone > months or (gone == months and day.day > start.day):
            return found
        if gone == months and day.day == start.day:
            return found if strict else found | {day}
        found.add(day)
        day += DAY


@given(days, some.integers(1, 13), some.booleans())
def test_last_day_is_where_a_walk_ends(start: dt.date, months: int, strict: bool) -> None:
    assert last_day(start, months, strict=strict) == max(walk(start, months, strict=strict))


reports_of = some.lists(
    some.tuples(days, some.integers(-3, 40), some.integers(0, 4)), min_size=0, max_size=8
)


def frame_of(rows: list[tuple[dt.date, dt.date, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["behaviour_on", "reported_on", "event"])


def count_by_walking(rows: list[tuple[dt.date, dt.date, int]], at: dt.date, *, strict: bool) -> int:
    return len(
        {
            event
            for behaviour, reported, event in rows
            if reported <= at
            and reported in walk(behaviour, 1, strict=strict)
            and at in walk(reported, 6, strict=strict)
        }
    )


@settings(max_examples=150, deadline=None)
@given(reports_of, some.integers(0, 560))
def test_counts_and_state_equal_a_walk_day_by_day(
    drawn: list[tuple[dt.date, int, int]], after: int
) -> None:
    rows = [(day, day + max(later, 0) * DAY, event) for day, later, event in drawn]
    at = FROM + after * DAY
    found = find_review_state(frame_of(rows), at, RULES, linked=True)
    strict, loose = (count_by_walking(rows, at, strict=reading) for reading in (True, False))
    assert (found.strict_count, found.loose_count) == (strict, loose)
    assert (found.strict_least, found.loose_least) == (strict, loose)
    assert strict <= loose
    state = "threshold met" if loose >= 3 else "one more" if loose == 2 else "none"
    assert found.state == state
    unknown = find_review_state(frame_of(rows), at, RULES, linked=None)
    assert unknown.state == ("cannot tell" if loose >= 2 else "none")


@settings(max_examples=100, deadline=None)
@given(reports_of, some.integers(0, 560))
def test_state_holds_to_its_last_day_and_not_beyond(
    drawn: list[tuple[dt.date, int, int]], after: int
) -> None:
    at = FROM + after * DAY
    rows = [(day, day + max(later, 0) * DAY, event) for day, later, event in drawn]
    rows = [row for row in rows if row[1] <= at]
    found = find_review_state(frame_of(rows), at, RULES, linked=True)
    if found.lapses_on is None:
        assert found.state == "none"
        return
    order = ["none", "one more", "threshold met"]
    on_last = find_review_state(frame_of(rows), found.lapses_on, RULES, linked=True)
    after_it = find_review_state(frame_of(rows), found.lapses_on + DAY, RULES, linked=True)
    assert on_last.state == found.state
    assert order.index(after_it.state) < order.index(found.state)
    if found.strict_lapses_on:
        assert found.strict_lapses_on <= found.lapses_on


@settings(max_examples=40, deadline=None)
@given(
    some.lists(some.tuples(days, some.booleans(), some.integers(0, 40), some.booleans()),
               min_size=1, max_size=3),
    some.integers(30, 560),
)  # fmt: skip
def test_month_only_days_give_every_answer_their_days_allow(
    drawn: list[tuple[dt.date, bool, int, bool]], after: int
) -> None:
    at = FROM + after * DAY
    rows = []
    choices = []
    for event, (day, behaviour_month, later, reported_month) in enumerate(drawn):
        reported = day + later * DAY
        b0, b1 = month_of(day) if behaviour_month else (day, day)
        r0, r1 = month_of(reported) if reported_month else (reported, reported)
        rows.append((b0, r0, event, b1, r1))
        pairs = itertools.product(span(b0, b1), span(r0, r1))
        choices.append([(b, r) for b, r in pairs if b <= r])
    frame = pd.DataFrame(
        rows,
        columns=["behaviour_on", "reported_on", "event", "behaviour_until", "reported_until"],
    )
    found = find_review_state(frame, at, RULES, linked=True)
    for strict, least, most in (
        (True, found.strict_least, found.strict_count),
        (False, found.loose_least, found.loose_count),
    ):
        each = [
            [count_by_walking([(b, r, 0)], at, strict=strict) for b, r in pairs]
            for pairs in choices
        ]
        assert least == sum(min(one) for one in each)
        assert most == sum(max(one) for one in each)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)


def span(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


answers_of = some.fixed_dictionaries(
    {},
    optional={
        question.id: some.sampled_from(sorted(question.points)) for question in MATRIX.questions
    },
)


@settings(max_examples=150)
@given(answers_of, some.sets(some.sampled_from([rule.id for rule in MATRIX.rules])))
def test_every_way_to_finish_lies_in_the_range(answers: dict[str, str], facts: set[str]) -> None:
    score = score_risk(MATRIX, answers, facts)
    assert 0 <= score.lowest <= score.highest <= 37
    assert BANDS.index(score.lowest_band) <= BANDS.index(score.highest_band)
    for pick in (min, max):
        finished = dict(answers)
        for question in MATRIX.questions:
            best = pick(question.options, key=lambda option: option.points).id
            finished.setdefault(question.id, best)
        done = score_risk(MATRIX, finished, facts)
        assert score.lowest <= done.lowest == done.highest <= score.highest
        assert done.lowest_band == done.highest_band
        ends = (BANDS.index(score.lowest_band), BANDS.index(score.highest_band))
        assert ends[0] <= BANDS.index(done.lowest_band) <= ends[1]
        reached = done.lowest if pick is min else done.highest
        assert reached == (score.lowest if pick is min else score.highest)
