import datetime as dt

import pytest
import sqlalchemy as sa

from analytics.repeats.callers import LEAST_CALLS
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services.audit import ReasonMissingError
from dashboard.services.callers import (
    IN_HAND,
    NO_PLAN,
    OVERDUE,
    find_scope,
    find_top_callers,
    open_name,
    set_plan,
)
from geodata.addresses import pseudonym
from geodata.calendar import Month
from geodata.store.callers import CallerPlanError, read_plans
from geodata.store.database import Database
from tests.call_rows import DISTRICT, TODAY, CallRows, read_log

MONTH = Month(2026, 10)
NAME = "Ella Orin"
KEY = "caller"
ENGAGE = Actor("test:engage", "Engage", frozenset({Role.ENGAGE}))
SERGEANT = Actor("test:sergeant", "Sergeant", frozenset({Role.SERGEANT}))
ANALYST = Actor("test:analyst", "Analyst", frozenset({Role.ANALYST}))


@pytest.fixture
def rows(database: Database) -> CallRows:
    rows = CallRows(database)
    rows.call("2026-08-01", "Somebody else")
    rows.call("2026-11-21", "Somebody else")
    return rows


def call_often(rows: CallRows, name: str, times: int, day: str = "2026-10-05", **other) -> str:
    for _ in range(times):
        rows.call(day, name, **other)
    return pseudonym("caller", name)


def top(rows: CallRows, actor: Actor = SERGEANT, **other):
    with acting_as(actor):
        return find_top_callers(rows.database, DISTRICT, MONTH, today=TODAY, **other)


def test_calls_rank_with_ties_and_months_are_whole(rows: CallRows) -> None:
    with acting_as(SERGEANT):
        scope = find_scope(rows.database)
    assert [str(month) for month in scope.months] == ["2026-10", "2026-09", "2026-08"]
    keys = [call_often(rows, name, n) for name, n in (("a", 5), ("b", 3), ("c", 3), ("d", 1))]
    call_often(rows, "c", 2, "2026-09-02")
    call_often(rows, "c", 7, "2026-11-02")
    found = top(rows)
    assert found.table["caller_key"].tolist() == [keys[0], keys[2], keys[1]]
    assert found.table["rank"].tolist() == [1, 2, 2]
    assert found.table["calls_year"].tolist() == [5, 5, 3]
    assert found.ranking.left_below == 1 and LEAST_CALLS == 2


def test_several_calls_about_one_incident_are_several_calls(rows: CallRows) -> None:
    reference = rows.incident("2026-10-05", victim_key="v1")
    call_often(rows, NAME, 4, incident_id=reference)
    assert top(rows).table["calls_month"].tolist() == [4]


def test_calls_of_another_district_do_not_count(rows: CallRows) -> None:
    call_often(rows, NAME, 3)
    call_often(rows, NAME, 9, district_code="E07000998")
    assert top(rows).table["calls_month"].tolist() == [3]


def test_domestic_abuse_and_institutions_never_rank_and_are_counted(rows: CallRows) -> None:
    abuse = rows.incident("2020-01-05", victim_key="v1", domestic_abuse_flag="yes")
    later = rows.incident("2026-10-05", victim_key="v1")
    hospital = rows.place("Hospital, Anytown, QX1 2AB", is_excluded=True)
    call_often(rows, "a", 3, incident_id=abuse)
    call_often(rows, "b", 3, incident_id=later)
    call_often(rows, "c", 3, location_key=hospital)
    call_often(rows, "", 2)
    found = top(rows)
    assert found.table.empty
    assert (found.restricted, found.at_institutions, found.unknown) == (2, 3, 2)


def test_row_stays_red_until_owner_and_next_review_exist(rows: CallRows) -> None:
    key = call_often(rows, NAME, 4)
    assert top(rows).table["state"].tolist() == [NO_PLAN]
    with acting_as(ENGAGE):
        set_plan(rows.database, key, owner="PCSO Example", next_review=dt.date(2026, 11, 30),
                 reason="problem_solving", today=TODAY)  # fmt: skip
    found = top(rows)
    assert found.table["state"].tolist() == [IN_HAND]
    assert found.table["next_review"].tolist() == [dt.date(2026, 11, 30)]
    with acting_as(SERGEANT):
        late = find_top_callers(rows.database, DISTRICT, MONTH, today=dt.date(2026, 12, 1))
    assert late.table["state"].tolist() == [OVERDUE]
    with acting_as(ENGAGE):
        set_plan(rows.database, key, owner="", next_review=None, reason="problem_solving",
                 status="closed", today=dt.date(2026, 12, 2))  # fmt: skip
    assert top(rows).table["state"].tolist() == [NO_PLAN]
    assert read_plans(rows.database)["started_on"].tolist() == [TODAY]


def test_plan_is_logged_as_an_alteration_in_the_same_transaction(rows: CallRows) -> None:
    key = call_often(rows, NAME, 2)
    with acting_as(ENGAGE), pytest.raises(ReasonMissingError):
        set_plan(rows.database, key, owner="PCSO Example", next_review=TODAY, reason="",
                 today=TODAY)  # fmt: skip
    assert read_plans(rows.database).empty, "without a reason nothing is changed"
    with acting_as(ENGAGE):
        set_plan(rows.database, key, owner="PCSO Example", next_review=TODAY, reason="tasking",
                 today=TODAY)  # fmt: skip
    log = read_log(rows.database).iloc[0]
    assert (log["event"], log["record_kind"], log["record_key"]) == ("alteration", "caller", key)
    assert "Example" not in log["details"]


@pytest.mark.parametrize(
    ("owner", "review"), [("", TODAY), ("PC", TODAY), ("PCSO Example", None),
                          ("PCSO Example", TODAY - dt.timedelta(days=1))]
)  # fmt: skip
def test_open_plan_without_owner_or_coming_review_is_refused(
    rows: CallRows, owner: str, review: dt.date | None
) -> None:
    key = call_often(rows, NAME, 2)
    with acting_as(ENGAGE), pytest.raises(CallerPlanError):
        set_plan(rows.database, key, owner=owner, next_review=review, reason="tasking", today=TODAY)


def test_unknown_caller_has_no_plan_and_no_name(rows: CallRows) -> None:
    for key in ("caller-0", ""):
        with acting_as(ENGAGE), pytest.raises(CallerPlanError):
            open_name(rows.database, key, "tasking")
        with acting_as(ENGAGE), pytest.raises(CallerPlanError):
            set_plan(rows.database, key, owner="PCSO Example", next_review=TODAY,
                     reason="tasking", today=TODAY)  # fmt: skip


def test_name_is_opened_for_engage_after_a_logged_reason_and_for_nobody_else(
    rows: CallRows,
) -> None:
    key = call_often(rows, NAME, 2)
    with acting_as(ENGAGE):
        with pytest.raises(ReasonMissingError):
            open_name(rows.database, key, "")
        assert read_log(rows.database).empty
        assert open_name(rows.database, key, "victim_care") == NAME
    log = read_log(rows.database).iloc[0]
    assert (log["event"], log["record_key"], log["reason"]) == ("consultation", key, "victim_care")
    assert NAME not in str(log.to_dict())
    for actor in (ANALYST, SERGEANT, ENGAGE.share_screen()):
        with acting_as(actor), pytest.raises(NotAllowedError):
            open_name(rows.database, key, "victim_care")
    supervisor = Actor("test:supervisor", "Supervisor", frozenset({Role.SUPERVISOR}))
    with acting_as(supervisor), pytest.raises(NotAllowedError):
        open_name(rows.database, key, "supervision")


def test_list_holds_no_name_whoever_asks(rows: CallRows) -> None:
    call_often(rows, NAME, 4)
    for actor in (ENGAGE, ANALYST):
        found = top(rows, actor)
        assert NAME not in found.table.to_string()
        assert found.table["caller"].str.fullmatch(r"Caller [0-9A-F]{6}").all()
    partner = Actor("test:partner", "Partner", frozenset({Role.PARTNER}), agency="Council")
    with pytest.raises(NotAllowedError):
        top(rows, partner)


def test_saving_is_counted_from_the_first_whole_plan(rows: CallRows) -> None:
    for step in range(1, 9):
        day = f"{(MONTH - step).first_day}"
        call_often(rows, NAME, 10 if step > 4 else 2, day)
    rows.call("2026-01-01", "Somebody else")
    key = pseudonym("caller", NAME)
    with acting_as(ENGAGE):
        set_plan(rows.database, key, owner="PCSO Example", next_review=TODAY, reason="tasking",
                 today=dt.date(2026, 6, 15))  # fmt: skip
    saving = top(rows).saving
    assert saving.callers == 1
    assert (saving.before, saving.after) == (40, 6)
    assert saving.change.is_clear


def test_every_read_uses_an_index(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        for where in ("call_id = 'x'", "location_key = 'x'", "phone_key = 'x'"):
            plan = connection.execute(
                sa.text(f"EXPLAIN QUERY PLAN SELECT id FROM calls WHERE {where}")
            )
            assert "USING" in str(plan.all())
