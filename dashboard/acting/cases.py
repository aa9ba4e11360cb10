"""Writing for the Cases page: checked against who acts, and recorded under their name."""

import datetime as dt
from collections.abc import Mapping, Sequence

from analytics.cases.risk_matrix import RiskScore
from dashboard.gates import gate
from dashboard.loading import current_database
from dashboard.permissions import Permission
from dashboard.services import case_changes, cases, radar_records
from dashboard.services.case_radar import Radar


@gate(Permission.SEE_CASES, Permission.SEE_SHARED_CASES)
def open_case(case_key: int, reason: str, reason_text: str) -> int:
    """Log a look at a case and give the number of the event that opens it."""
    return cases.open_case(current_database(), case_key, reason, reason_text)


@gate(Permission.SEE_ADDRESS)
def open_reports(found: Radar, row: int, reason: str) -> radar_records.RadarRecord:
    """Log a look at the victims of a row of the radar and give its reports."""
    return radar_records.open_reports(current_database(), found, row, reason)


@gate(Permission.ACT)
def send_radar_row(
    found: Radar, row: int, *, title: str, owner: str, agency: str, due: dt.date | None
) -> int:
    """Make an action about a row of the radar; give its number."""
    return radar_records.send_to_tasking(
        current_database(), found, row, title=title, owner=owner, agency=agency, due=due
    )


@gate(Permission.UPDATE_CASES)
def add_update(case_key: int, text: str) -> int:
    """Add an update to a case; give its number."""
    return case_changes.add_update(current_database(), case_key, text)


@gate(Permission.ASSESS_RISK)
def record_review(case_key: int, level: str, text: str) -> int:
    """Record a review of a case at a level; give its number."""
    return case_changes.record_review(current_database(), case_key, level, text)


@gate(Permission.ASSESS_RISK)
def assess_risk(
    case_key: int,
    answers: Mapping[str, str],
    facts: Sequence[str],
    *,
    override_band: str,
    override_reason: str,
    after: int,
) -> RiskScore:
    """Store a risk assessment; give its score."""
    return case_changes.assess_risk(
        current_database(),
        case_key,
        answers,
        facts,
        override_band=override_band,
        override_reason=override_reason,
        after=after,
    )


@gate(Permission.UPDATE_CASES)
def set_standard(
    case_key: int,
    standard: str,
    *,
    agency: str,
    due: dt.date,
    done: dt.date | None,
    not_possible: str,
    seen: tuple[dt.date | None, str],
) -> None:
    """Store how a service standard of a case stands."""
    case_changes.set_standard(
        current_database(),
        case_key,
        standard,
        agency=agency,
        due=due,
        done=done,
        not_possible=not_possible,
        seen=seen,
    )


@gate(Permission.UPDATE_CASES)
def set_victim_told(case_key: int, on: dt.date | None, *, seen: dt.date | None) -> None:
    """Store when the victim was told of the right to a case review."""
    case_changes.set_victim_told(current_database(), case_key, on, seen=seen)


@gate(Permission.LOWER_RISK)
def open_review(case_key: int, reason: str, on: dt.date) -> None:
    """Store that a senior manager opened a case review."""
    case_changes.open_review(current_database(), case_key, reason, on)


@gate(Permission.SIGN_OFF)
def sign_off_matrix(content_hash: str) -> None:
    """Make the risk matrix as it was shown local policy."""
    case_changes.sign_off_matrix(current_database(), content_hash)
