"""The case review radar on held incidents: who is on it, with which counts, and who is not."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from dashboard.services import case_radar
from geodata import settings
from geodata.store import cases as store
from geodata.store.database import Database
from tests.call_rows import CallRows

ON = dt.date(2026, 11, 21)


@pytest.fixture
def rows(database: Database) -> CallRows:
    return CallRows(database)


def report(rows: CallRows, victim: str, *days: str, problem: str = "", **other: object) -> None:
    for day in days:
        rows.incident(day, victim_key=victim, problem_key=problem, **other)


def look(rows: CallRows) -> pd.DataFrame:
    return case_radar.find_radar(rows.database, ON).table.set_index("victim")


def test_radar_lists_met_then_one_short_then_unknown_and_leaves_the_rest(rows: CallRows) -> None:
    report(rows, "v-met-1", "2026-09-01", "2026-09-15", "2026-10-01", problem="problem-1")
    report(rows, "v-one-1", "2026-08-01", "2026-11-20", problem="problem-2")
    report(rows, "v-ask-1", "2026-08-01", "2026-09-15", "2026-11-01")
    report(rows, "v-low-1", "2026-11-01", problem="problem-3")
    report(rows, "v-old-1", "2025-11-01", "2025-12-01", "2026-01-01", problem="problem-4")
    table = look(rows)
    assert table["state"].to_dict() == {
        "-MET-1": "threshold met", "-ONE-1": "one more", "-ASK-1": "cannot tell",
    }  # fmt: skip
    met = table.loc["-MET-1"]
    assert (met["incidents"], met["strict_incidents"]) == ("3", "3")
    assert (met["lapses_on"], met["strict_lapses_on"]) == (
        dt.date(2027, 3, 1),
        dt.date(2027, 2, 28),
    )
    assert met["words"].startswith("Threshold met - has the victim been told?")
    assert table.loc["-ASK-1", "incidents"] == "1 to 3"
    assert "problem-1" not in table.to_csv() and "v-met-1" not in table.reset_index().to_csv()


def test_one_incident_told_to_three_agencies_is_not_on_the_radar(rows: CallRows) -> None:
    for system in ("STORM", "council", "housing"):
        report(rows, "v-1-told", "2026-10-01", problem="p", source_system=system)
    assert look(rows).empty
    report(rows, "v-1-told", "2026-10-08", problem="p")
    assert look(rows).loc["1-TOLD", "incidents"] == "2"


def test_report_a_month_and_a_day_late_counts_on_the_loose_reading_only(rows: CallRows) -> None:
    report(rows, "v-late-", "2026-09-01", "2026-09-02", problem="p")
    rows.incident(
        "2026-09-15", victim_key="v-late-", problem_key="p",
        reported_at=pd.Timestamp("2026-10-15").to_pydatetime(),
    )  # fmt: skip
    row = look(rows).loc["-LATE-"]
    assert (row["state"], row["incidents"], row["strict_incidents"]) == ("threshold met", "3", "2")
    assert row["strict_lapses_on"] is None


def test_month_only_behaviour_leaves_cannot_tell_at_the_edge(rows: CallRows) -> None:
    report(rows, "v-month", "2026-09-01", "2026-09-02", problem="p")
    rows.incident(
        "2026-09-01", victim_key="v-month", problem_key="p", time_precision="month",
        reported_at=pd.Timestamp("2026-10-15").to_pydatetime(),
    )  # fmt: skip
    row = look(rows).loc["-MONTH"]
    assert (row["state"], row["incidents"]) == ("cannot tell", "2 to 3")


def test_domestic_abuse_victims_are_left_out_and_counted(rows: CallRows) -> None:
    days = ("2026-09-01", "2026-09-15", "2026-10-01")
    report(rows, "v-hidden", *days, problem="p", domestic_abuse_flag="yes")
    found = case_radar.find_radar(rows.database, ON)
    assert found.table.empty and found.left_out == 1


def test_case_of_the_victim_says_whether_they_were_told(rows: CallRows) -> None:
    days = ("2026-09-01", "2026-09-15", "2026-10-01")
    report(rows, "v-told-1", *days, problem="p1")
    report(rows, "v-tell-1", *days, problem="p2")
    rows.case(victim_key="v-told-1", problem_key="p1", victim_told=dt.date(2026, 10, 2))
    rows.case(victim_key="v-told-1", problem_key="other", victim_told=None)
    table = look(rows)
    assert list(table.index) == ["TELL-1", "TOLD-1"]
    assert table.loc["TOLD-1", "told"] == pd.Timestamp("2026-10-02")
    assert table.loc["TELL-1", "case_key"] == 0
    case = store.read_cases(rows.database, case_key=1).iloc[0].to_dict()
    state, rules = case_radar.judge_case(rows.database, case, ON)
    assert state is not None and state.state == "threshold met" and rules.reports == 3


def test_threshold_of_several_people_counts_a_problem_across_victims(
    rows: CallRows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(5):
        report(rows, f"v-{number % 2}", f"2026-10-0{number + 1}", problem="shared")
    assert "several people" not in look(rows).index
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rules]]\nname = "Own"\nvalid_from = 2014-10-20\ndistricts = ["*"]\nsource = "Test"\n'
        "reports = 6\nwithin_months = 6\nreport_within_months = 1\n"
        "by_several = { reports = 5, people = 2 }\n"
    )
    monkeypatch.setenv("WARDLIGHT_CASE_REVIEW_RULES", str(path))
    settings.get_settings.cache_clear()
    table = look(rows)
    assert table.loc["several people", "state"] == "threshold met"
