"""Changes of recording: marked by those who may, and never compared across."""

import datetime as dt

import pytest

from analytics.completeness import QUESTIONS
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.selection import Selection
from dashboard.services import explore, overview, questions
from geodata.calendar import Month, Period
from geodata.errors import AlreadyMarkedError
from geodata.store.database import Database
from geodata.store.questions import breaks_version

SERGEANT = Actor("s", "A sergeant", frozenset({Role.SERGEANT}))


def test_break_is_marked_listed_and_taken_off(database: Database) -> None:
    empty = breaks_version(database)
    day = dt.date(2012, 4, 1)
    number = questions.mark_break(database, force="Kent Police", day=day, what=" new  rules ")
    held = questions.list_breaks(database)
    assert [(one.id, one.day, one.what) for one in held] == [(number, day, "new rules")]
    assert "1 April 2012" in held[0].words
    assert breaks_version(database) != empty
    with pytest.raises(AlreadyMarkedError):
        questions.mark_break(database, force="Kent Police", day=day, what="new rules")
    questions.unmark_break(database, number)
    assert questions.list_breaks(database) == ()
    logged = database.read_frame("SELECT event, record_kind FROM audit_events ORDER BY id")
    assert logged["event"].tolist() == ["alteration", "alteration"]


def test_only_those_who_may_mark_a_break(database: Database) -> None:
    with acting_as(SERGEANT), pytest.raises(NotAllowedError):
        questions.mark_break(database, force="Kent Police", day=dt.date(2012, 4, 1), what="x")
    assert questions.list_breaks(database) == ()


@pytest.mark.parametrize(
    ("day", "counts"),
    [(dt.date(2025, 1, 1), False), (dt.date(2025, 1, 2), True), (dt.date(2025, 3, 31), True),
     (dt.date(2025, 4, 1), False)],
)  # fmt: skip
def test_break_counts_from_the_second_day_to_the_last(day: dt.date, counts: bool) -> None:
    one = questions.Break(1, "Kent Police", day, "x", "y")
    first, last = Month(2025, 1), Month(2025, 3)
    assert bool(questions.breaks_between([one], first, last, ["Kent Police"])) == counts
    assert not questions.breaks_between([one], first, last, ["Surrey Police"])


def test_no_change_is_shown_across_a_break(small_county_database: Database) -> None:
    held = explore.load_held(small_county_database)
    wards = explore.load_areas(small_county_database, "ward")
    free = overview.find_overview(held, wards, Selection())
    assert any(one.change for one in free.comparisons)
    day = free.period.first.first_day
    breaks = [questions.Break(1, force, day, "staff reports count", "y") for force in held.forces]
    found = overview.find_overview(held, wards, Selection(), breaks)
    assert not any(one.change for one in found.comparisons)
    assert all("staff reports count" in one.reason for one in found.comparisons)
    assert found.breaks


def test_answers_of_the_county_add_up_in_every_cut(small_county_database: Database) -> None:
    frame = questions.load_question_frame(small_county_database)
    held = explore.load_held(small_county_database)
    wards = explore.load_areas(small_county_database, "ward")
    months = held.months_of(None)
    period = Period(months[0], months[-1])
    for question in QUESTIONS:
        found = questions.measure_answers(frame, question, period, None, held.districts)
        assert found.incidents == len(held.incidents)
        assert 0 < found.recorded < found.incidents
        for cut in (found.months, found.shifts, found.channels, found.districts):
            assert cut["incidents"].sum() == found.incidents
            assert cut["recorded"].sum() == found.recorded
    marks = questions.mark_wards(frame, wards, period, None, ())
    assert len(marks) == len(wards)
    assert marks["mark"].str[2:].isin(["Good", "Fair", "Weak"]).all()
