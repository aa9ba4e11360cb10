"""A row of the case review radar: its reports after a logged look, and an action about it."""

import datetime as dt
import json

import pytest

from dashboard.permissions import Actor, NotAllowedError, Role, acting_as
from dashboard.services import actions, case_radar, counting_day, radar_records
from dashboard.services.audit import ReasonMissingError
from dashboard.services.case_radar import Radar
from geodata.errors import ActionError, CaseError
from geodata.store.database import Database
from tests.call_rows import CallRows, read_log

ON = dt.date(2026, 10, 1)
VICTIM = "victim-key-1"


@pytest.fixture
def rows(database: Database) -> CallRows:
    rows = CallRows(database)
    for day in ("2026-09-01", "2026-09-15", "2026-10-01"):
        rows.incident(day, victim_key=VICTIM, problem_key="problem-1", source_system="council")
    rows.incident("2026-09-20", victim_key=VICTIM, problem_key="another")
    return rows


def find(rows: CallRows) -> Radar:
    return case_radar.find_radar(rows.database, ON)


def test_reports_of_a_row_are_given_newest_first_after_a_logged_look(rows: CallRows) -> None:
    found = find(rows)
    assert found.keys[0].victims == (VICTIM,) and found.gaps == ()
    record = radar_records.open_reports(rows.database, found, 0, "victim_care")
    days = [str(day.date()) for day in record.timeline["when"]]
    assert days == ["2026-10-01", "2026-09-15", "2026-09-01"] and record.incidents == 3
    assert set(record.timeline["source"]) == {"council"} and record.timeline["linked"].all()
    log = read_log(rows.database)
    assert log[["event", "record_kind", "record_key"]].to_numpy().tolist() == [
        ["consultation", "victim", VICTIM]
    ]
    assert VICTIM not in repr(found) and VICTIM not in repr(record)


def test_nothing_is_shown_without_a_reason_a_row_or_a_role(rows: CallRows) -> None:
    found = find(rows)
    with pytest.raises(ReasonMissingError):
        radar_records.open_reports(rows.database, found, 0, "")
    with pytest.raises(CaseError):
        radar_records.open_reports(rows.database, found, 99, "victim_care")
    partner = Actor("p", "P", frozenset({Role.PARTNER}), agency="Homes")
    with acting_as(partner), pytest.raises(NotAllowedError):
        radar_records.open_reports(rows.database, found, 0, "victim_care")
    assert read_log(rows.database).empty


def test_somebody_restricted_meanwhile_is_not_shown(rows: CallRows) -> None:
    found = find(rows)
    rows.incident("2026-10-01", victim_key=VICTIM, domestic_abuse_flag="yes")
    with pytest.raises(CaseError):
        radar_records.open_reports(rows.database, found, 0, "victim_care")


def test_action_carries_figures_and_is_due_before_the_threshold_lapses(rows: CallRows) -> None:
    found = find(rows)
    lapses = found.table["lapses_on"].iloc[0]
    assert radar_records.propose_due(found, 0) == dt.date(2026, 10, 15)
    given = {
        "title": radar_records.TITLES["threshold met"], "owner": "A. Sergeant", "agency": "",
    }  # fmt: skip
    with pytest.raises(ActionError):
        radar_records.send_to_tasking(
            rows.database, found, 0, due=lapses + dt.timedelta(days=1), **given
        )
    radar_records.send_to_tasking(rows.database, found, 0, due=lapses, **given)
    listed = actions.list_actions(rows.database)
    action = listed.table.iloc[0]
    assert listed.today == ON and action["due"] == lapses
    assert (action["about_kind"], action["about_key"]) == ("victim", VICTIM)
    assert action["evidence"]["incidents"] == "3"
    logged = read_log(rows.database).iloc[-1]
    assert VICTIM not in json.dumps(logged["details"]) and logged["reason"] == "case_review"


def test_radar_without_victims_or_days_says_that_it_cannot_tell(database: Database) -> None:
    rows = CallRows(database)
    rows.incident("2026-09-01", time_precision="month", reported_at=None)
    assert find(rows).silence == "Cannot tell: no victims and no days are held."
    rows.incident("2026-09-02")
    assert find(rows).silence == "Cannot tell: no victims are held."
    rows.incident("2026-09-02", victim_key=VICTIM)
    assert find(rows).silence.startswith("Nobody is at the threshold")


def test_last_day_of_synthetic_data_counts_as_today(database: Database) -> None:
    later, earlier = dt.date(2027, 1, 1), dt.date(2026, 1, 1)
    assert counting_day.find_counting_day(database, later) == later
    CallRows(database).incident("2026-10-01")
    assert counting_day.find_counting_day(database, later) == ON
    assert counting_day.find_counting_day(database, earlier) == earlier
