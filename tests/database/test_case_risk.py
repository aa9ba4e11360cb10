"""Risk is lowered only by a supervisor with a reason, and partners get no keys of a case."""

import json

import pytest

from analytics.cases.risk_matrix import RiskAnswerError
from dashboard.permissions import acting_as
from dashboard.services import case_changes, cases, visible_cases
from geodata.store import cases as store
from geodata.store.database import Database
from tests.database.test_cases import ON, PARTNER, SERGEANT, SUPERVISOR, add_cases, events, opened


@pytest.fixture
def case(database: Database) -> int:
    """A case that its own system has at medium risk."""
    return add_cases(database)["B"]


def newest(database: Database, case: int) -> int:
    held = store.read_assessments(database, case)
    return int(held["id"].iloc[0]) if len(held) else 0


def ends(database: Database) -> dict[str, dict[str, str]]:
    matrix = cases.read_configuration(database).matrix
    pick = {"lowest": min, "highest": max}
    return {
        name: {q.id: of(q.points, key=q.points.__getitem__) for q in matrix.questions}
        for name, of in pick.items()
    }


def assess(database: Database, case: int, answers: dict[str, str], *facts: str, **more) -> None:
    case_changes.assess_risk(database, case, answers, facts, after=newest(database, case), **more)


def in_force(database: Database, case: int) -> tuple[str, str]:
    row = cases.list_cases(database, ON).table.set_index("id").loc[case]
    return row["band_low"], row["band_high"]


def test_high_risk_with_a_fact_is_not_answered_away(database: Database, case: int) -> None:
    answers = ends(database)
    with acting_as(SERGEANT):
        assess(database, case, answers["highest"], "suicide_risk")
        tries = [
            (answers["lowest"], {}),
            (answers["highest"], {}),  # the fact alone is dropped
            ({}, {}),
            ({}, {"override_band": "high", "override_reason": "x"}),
            (answers["lowest"], {"override_band": "medium", "override_reason": "x"}),
        ]
        for given, more in tries:
            with pytest.raises(RiskAnswerError, match="needs a supervisor"):
                assess(database, case, given, **more)
        assert in_force(database, case) == ("high", "high")
        assert len(store.read_assessments(database, case)) == 1
    with acting_as(SUPERVISOR):
        with pytest.raises(RiskAnswerError, match="needs a reason"):
            assess(database, case, answers["lowest"])
        assess(database, case, answers["lowest"], override_reason="Moved away")
        assert in_force(database, case) == ("standard", "standard")
        file = opened(database, case)
        assert file.override_reason == "Moved away" and file.in_force.band == "standard"
    changes = [json.loads(text) for text in events(database)["details"]]
    assert [one["lowered"] for one in changes if "lowered" in one] == [False, True]
    assert "Moved away" not in events(database).to_json()


def test_open_questions_do_not_lose_a_high_risk_in_two_steps(database: Database, case: int) -> None:
    answers = ends(database)
    with acting_as(SERGEANT):
        assess(database, case, answers["highest"])
        kept = {"hate": answers["highest"]["hate"]}
        with pytest.raises(RiskAnswerError, match=r"Hate.*no longer is"):
            assess(database, case, {})
        assess(database, case, kept)
        assert in_force(database, case) == ("medium", "high")
        assert opened(database, case).in_force.band == "high"
        with pytest.raises(RiskAnswerError, match="High risk is in force, and medium is below"):
            assess(database, case, answers["lowest"] | kept)


def test_override_up_is_not_lost_by_assessing_again(database: Database, case: int) -> None:
    answers = ends(database)
    with acting_as(SERGEANT):
        assess(database, case, {}, override_band="high", override_reason="A note")
        with pytest.raises(RiskAnswerError, match="needs a supervisor"):
            assess(database, case, answers["lowest"])
        assess(database, case, answers["lowest"], override_band="high", override_reason="A note")
        assert in_force(database, case) == ("high", "high")


def test_band_of_the_case_system_counts_and_answering_further_lowers_nothing(
    database: Database, case: int
) -> None:
    answers = ends(database)
    with acting_as(SERGEANT):
        with pytest.raises(RiskAnswerError, match="Medium risk is in force"):
            assess(database, case, answers["lowest"])
        some = dict(list(answers["highest"].items())[:4])
        assess(database, case, some)
        low, high = in_force(database, case)
        assert (low, high) == ("medium", "high")
        assess(database, case, answers["lowest"] | some)
        assert in_force(database, case) == ("medium", "medium")


def test_partner_gets_no_key_that_links_a_case_to_other_records(
    database: Database, case: int
) -> None:
    keys = set(visible_cases.KEYS_OF_OTHERS)
    with acting_as(PARTNER):
        assert not keys & set(cases.find_case(database, case))
        assert not keys & set(cases.list_cases(database, ON).table.columns)
        assert not keys & set(cases.list_late_standards(database, ON)[1].columns)
        assert not keys & set(opened(database, case).row)
    with acting_as(SERGEANT):
        assert keys <= set(cases.find_case(database, case))
