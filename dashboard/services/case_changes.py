"""What people add to a case: updates, reviews, risk assessments, standards, what a victim was told.

Every change is checked against what whoever acts may see, and is logged as an alteration in the
same transaction: neither stands without the other. Texts are sealed and never logged.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from analytics.cases import risk_matrix
from analytics.cases.risk_matrix import RiskScore, needs_lowering, score_risk
from dashboard.permissions import Permission, current_actor, handed, needs, require
from dashboard.services import audit, case_radar, case_risk, cases
from dashboard.services.cases import Configuration, read_configuration
from geodata.errors import CaseError
from geodata.store import case_changes as store
from geodata.store.cases import read_answers, read_assessments
from geodata.store.database import Database, Transaction

LONGEST_TEXT = 4_000
REASON = "case_review"


@needs(Permission.UPDATE_CASES)
def add_update(database: Database, case_key: int, text: str) -> int:
    """Add an update to a case that whoever acts may see, and give its number.

    Raises
    ------
    CaseError
        If they may not see the case, or the text is missing or too long.
    """
    cases.find_case(database, case_key)
    text = _checked(text, "update")
    actor = current_actor()
    with database.begin() as connection:
        number = store.add_update(
            connection, case_key, by=actor.name, agency=actor.agency, text=text
        )
        _log(database, connection, case_key, change="update added")
    return number


@needs(Permission.ASSESS_RISK)
def record_review(database: Database, case_key: int, level: str, text: str) -> int:
    """Record that a case was reviewed at a level, with what was decided; give its number.

    Raises
    ------
    CaseError
        If the level is not one of the clocks', or the text is missing.
    """
    cases.find_case(database, case_key)
    levels = read_configuration(database).clocks.levels
    if level not in levels:
        raise CaseError(
            "This level of review is not known.", f"Accepted: {', '.join(levels)}.",
            "Pick one from the list.",
        )  # fmt: skip
    text = _checked(text, "review")
    actor = current_actor()
    with database.begin() as connection:
        number = store.add_update(
            connection, case_key, by=actor.name, agency=actor.agency, text=text, level=level
        )
        _log(database, connection, case_key, change="reviewed", level=level)
    return number


@handed
def preview_risk(
    configuration: Configuration, answers: Mapping[str, str], facts: Sequence[str]
) -> RiskScore:
    """Score answers without storing them."""
    return score_risk(configuration.matrix, answers, facts)


@needs(Permission.ASSESS_RISK)
def assess_risk(
    database: Database,
    case_key: int,
    answers: Mapping[str, str],
    facts: Sequence[str] = (),
    *,
    override_band: str = "",
    override_reason: str = "",
    after: int,
) -> RiskScore:
    """Store a risk assessment beside the earlier ones, and give its score.

    Parameters
    ----------
    database : Database
    case_key : int
    answers : mapping of str to str
        Id of a question: id of the answer; unanswered questions are left out or empty.
    facts : sequence of str
        Ids of the hard rules that are known to hold.
    override_band, override_reason : str, optional
        What a professional puts instead, and why; the reason is also that of a lowering.
    after : int
        Number of the newest assessment that was shown; 0 for none.

    Raises
    ------
    RiskAnswerError
        If an answer is not accepted, an override lacks a reason or the right to lower, or the
        assessment lies below the band in force, or drops a hard rule, without both.
    CaseError
        If whoever acts may not see the case, or somebody assessed it meanwhile.
    """
    require(Permission.SEE_CASES)
    row = cases.find_case(database, case_key)
    matrix = read_configuration(database).matrix
    score = score_risk(matrix, answers, facts)
    assessed = read_assessments(database, case_key)
    held, _ = read_answers(database, int(assessed["id"].max()) if len(assessed) else 0)
    in_force = case_risk.find_in_force(row, assessed, held, matrix)
    lowered = case_risk.find_lowering(in_force, matrix, score, answers, facts, override_band)
    case_risk.check(score, lowered, override_band, override_reason)
    actor = current_actor()
    new = store.NewAssessment(
        matrix_version=matrix.version,
        matrix_hash=matrix.content_hash,
        answers={
            "answers": {name: answer for name, answer in answers.items() if answer},
            "facts": sorted(facts),
        },
        lowest=score.lowest,
        highest=score.highest,
        lowest_band=score.lowest_band,
        highest_band=score.highest_band,
        override_band=override_band,
        override_reason=override_reason.strip() if override_band or lowered else "",
    )
    with database.begin() as connection:
        store.add_assessment(connection, case_key, new, by=actor.name, after=after)
        _log(
            database, connection, case_key, change="risk assessed", answered=score.answered,
            band=override_band or f"{score.lowest_band} to {score.highest_band}",
            lowered=bool(lowered) or bool(override_band and needs_lowering(score, override_band)),
        )  # fmt: skip
    return score


@needs(Permission.UPDATE_CASES)
def set_standard(
    database: Database,
    case_key: int,
    standard: str,
    *,
    agency: str,
    due: dt.date,
    done: dt.date | None,
    not_possible: str,
    seen: tuple[dt.date | None, str],
) -> None:
    """Store how a service standard of a case stands.

    Parameters
    ----------
    database : Database
    case_key : int
    standard : str
        Id of one of the 13.
    agency, due : str, date
        Who must meet it, and by when.
    done : date or None
        When it was met.
    not_possible : str
        Why it cannot be met, as the victim was told; not together with ``done``.
    seen : tuple of (date or None, str)
        done and not_possible as they were shown.

    Raises
    ------
    CaseError
        If the standard is not known, the day is to come, or somebody changed it meanwhile.
    """
    require(Permission.SEE_CASES)
    row = cases.find_case(database, case_key)
    not_possible = not_possible.strip()
    if standard not in read_configuration(database).standards.texts:
        raise CaseError(
            "This service standard is not known.", "There are 13.", "Pick one from the list."
        )
    if done is not None and not_possible:
        raise CaseError(
            "A standard is either met or explained.",
            "A day and an explanation came together.",
            "Leave one of them empty.",
        )
    if done is not None and not row["opened"].date() <= done <= dt.date.today():
        raise CaseError(
            "The day a standard was met is not accepted.",
            "It must be from the opening of the case to today.",
            "Correct the day.",
        )
    if len(not_possible) > LONGEST_TEXT:
        _checked(not_possible, "explanation")
    with database.begin() as connection:
        store.set_step(
            connection, case_key, standard, agency=agency.strip(), due=due, done=done,
            not_possible=not_possible, by=current_actor().name, seen=seen,
        )  # fmt: skip
        _log(database, connection, case_key, change="standard", standard=standard)


@needs(Permission.UPDATE_CASES)
def set_victim_told(
    database: Database, case_key: int, on: dt.date | None, *, seen: dt.date | None
) -> None:
    """Store the day on which the victim was told of the right to a case review, or take it back.

    Raises
    ------
    CaseError
        If the day is to come, or somebody changed it meanwhile.
    """
    require(Permission.SEE_CASES)
    cases.find_case(database, case_key)
    if on is not None and on > dt.date.today():
        raise CaseError(
            "The victim cannot have been told yet.", "The day is to come.", "Correct the day."
        )
    with database.begin() as connection:
        store.set_victim_told(connection, case_key, on, seen=seen)
        _log(database, connection, case_key, change="victim told" if on else "victim not told")


@needs(Permission.LOWER_RISK)
def open_review(database: Database, case_key: int, reason: str, on: dt.date) -> None:
    """Store that a senior manager opened a case review to protect a vulnerable victim.

    Raises
    ------
    CaseError
        If the thresholds of the district do not allow it, the reason is missing, or one is open.
    """
    row = cases.find_case(database, case_key)
    rules = case_radar.review_rules(on, str(row["district_code"]))
    if not rules.senior_manager:
        raise CaseError(
            "A senior manager cannot open a case review here.",
            f"{rules.name} does not provide for it.",
            "Set senior_manager = true in the thresholds if your council's wording does.",
        )
    reason = _checked(reason, "reason")
    with database.begin() as connection:
        store.open_review(connection, case_key, on=on, by=current_actor().name, reason=reason)
        _log(database, connection, case_key, change="case review opened")


@needs(Permission.SIGN_OFF)
def sign_off_matrix(database: Database, content_hash: str) -> None:
    """Make the risk matrix that was shown local policy, under the name of whoever acts.

    Parameters
    ----------
    database : Database
    content_hash : str
        Fingerprint of the matrix as it was shown.

    Raises
    ------
    CaseError
        If the file was changed meanwhile, or is signed off already.
    """
    matrix = read_configuration(database).matrix
    if matrix.content_hash != content_hash:
        raise CaseError(
            "The risk matrix was changed a moment ago.",
            "What you were shown is not what would be signed off.",
            "Open the page again and look at it.",
        )
    with database.begin() as connection:
        store.sign_off(connection, risk_matrix.SUBJECT, content_hash, current_actor().name)
        audit.log(
            database, "alteration", "configuration", content_hash, "supervision",
            details={"change": "signed off", "subject": risk_matrix.SUBJECT},
            connection=connection,
        )  # fmt: skip


def _log(
    database: Database, connection: Transaction, case_key: int, **details: str | int | bool
) -> None:
    audit.log(
        database, "alteration", "case", str(case_key), REASON, details=dict(details),
        connection=connection,
    )  # fmt: skip


def _checked(text: str, what: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise CaseError(
            f"The {what} is missing or too long.",
            f"It has {len(text):,} characters; accepted are 1 to {LONGEST_TEXT:,}.",
            "Write it in a few sentences and save again.",
        )
    return text
