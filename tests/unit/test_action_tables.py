"""The list of actions in words: states, days, what an action is about, its evidence."""

import datetime as dt

import pandas as pd
import pytest

from dashboard.components import action_tables
from dashboard.services.actions import STATES, ActionList

TODAY = dt.date(2026, 6, 17)


def listed(open_count: int = 1, overdue: int = 0) -> ActionList:
    row = {
        "id": 7, "title": "Repair the lighting", "about_kind": "location",
        "about_key": "addr-a1b2c3d4e5f6", "about_label": "Mill Lane",
        "ward_code": "X05000001", "owner": "A. Sergeant",
        "agency": "Council", "due": TODAY, "state": "due soon", "days_left": 0, "outcome": "",
    }  # fmt: skip
    return ActionList(pd.DataFrame([row]), TODAY, open_count, overdue, [], [], [])


@pytest.mark.parametrize(
    "state, days_left, words",
    [
        ("overdue", -1, "▲ Overdue by 1 day"),
        ("overdue", -12, "▲ Overdue by 12 days"),
        ("due soon", 0, "◆ Due today"),
        ("due soon", 1, "◆ Due in 1 day"),
        ("open", 20, "○ Open, 20 days left"),
        ("closed", -3, "✓ Closed"),
    ],
)
def test_state_is_said_with_a_shape_and_the_days(state: str, days_left: int, words: str) -> None:
    assert action_tables.say_state(state, days_left) == words


def test_every_state_has_its_own_shape() -> None:
    assert set(action_tables.SHAPES) == set(STATES)
    assert len(set(action_tables.SHAPES.values())) == len(STATES)


def test_table_names_wards_and_writes_days_in_full() -> None:
    row = action_tables.action_table(listed(), {"X05000001": "Exton North"}).iloc[0]
    assert row["Ward"] == "Exton North" and row["Due"] == "17 June 2026"
    assert row["About"] == "A repeat place (Mill Lane, …D4E5F6)"
    assert action_tables.action_table(listed(), {})["Ward"].tolist() == ["X05000001"]


def test_key_of_a_point_says_nothing_of_where_it_is() -> None:
    assert action_tables.say_about("location", "pt-567123-141234") == "A repeat place"
    assert action_tables.say_about("victim", "victim-0f1e2d3c4b5a") == "A repeat victim (…3C4B5A)"
    assert action_tables.say_about("case", "9") == "A case (9)"
    assert action_tables.say_about("", "") == ""


@pytest.mark.parametrize(
    "open_count, overdue, words",
    [
        (0, 0, "No action is open."),
        (1, 0, "1 action is open, and none is overdue."),
        (3, 1, "3 actions are open; 1 is overdue."),
        (30, 12, "30 actions are open; 12 are overdue."),
    ],
)
def test_standing_is_one_sentence(open_count: int, overdue: int, words: str) -> None:
    assert action_tables.say_standing(listed(open_count, overdue)) == words


def test_evidence_is_one_fact_a_row() -> None:
    table = action_tables.evidence_table(
        {"incidents_in_12_months": 1200, "is_repeat": True, "sources": ["police", "council"]}
    )
    assert table["Fact"].tolist() == ["Incidents in 12 months", "Is repeat", "Sources"]
    assert table["As it was then"].tolist() == ["1,200", "yes", "police, council"]


def test_evidence_has_plain_words_and_days_in_full() -> None:
    table = action_tables.evidence_table({"as at": "2026-09-30", "rank": 4, "rule": "2 or more"})
    assert table["Fact"].tolist() == ["As at", "Rank in the list", "Rule"]
    assert table["As it was then"].tolist() == ["30 September 2026", "4", "2 or more"]
