"""The risk of a case that is in force: what a new assessment must not fall below by itself."""

from collections.abc import Collection, Hashable, Mapping
from typing import Any

import pandas as pd

from analytics.cases import risk_lowering
from analytics.cases.risk_lowering import RiskInForce, check_lowering, settle_band
from analytics.cases.risk_matrix import BANDS, RiskMatrix, RiskScore, check_override, find_rules
from dashboard.permissions import Permission, current_actor, handed


@handed
def find_in_force(
    case: Mapping[Hashable, Any],
    assessments: pd.DataFrame,
    held: Mapping[str, Any],
    matrix: RiskMatrix,
) -> RiskInForce:
    """Give the band that is certain so far and the hard rules that held in the newest assessment.

    Parameters
    ----------
    case : mapping
        With risk_band as the case system has it.
    assessments : DataFrame
        All of the case, the newest first, as `geodata.store.cases.read_assessments`.
    held : mapping
        Answers and facts of the newest, as `geodata.store.cases.read_answers`.
    matrix : RiskMatrix
        The matrix of today; a rule that it has no more is not asked for.
    """
    oldest_first = assessments.iloc[::-1]
    ends = (
        (row.override_band or row.lowest_band, row.override_band or row.highest_band)
        for row in oldest_first.itertuples()
    )
    rules = find_rules(matrix, held.get("answers", {}), held.get("facts", ()))
    return RiskInForce(settle_band(str(case["risk_band"]), ends), tuple(rule.id for rule in rules))


@handed
def find_lowering(
    in_force: RiskInForce,
    matrix: RiskMatrix,
    score: RiskScore,
    answers: Mapping[str, str],
    facts: Collection[str],
    override_band: str = "",
) -> tuple[str, ...]:
    """Say what an assessment, with or without an override, lowers; nothing if it lowers nothing."""
    highest = override_band if override_band in BANDS else score.highest_band
    return risk_lowering.find_lowering(in_force, matrix, answers, facts, highest)


@handed
def check(score: RiskScore, lowered: tuple[str, ...], override_band: str, reason: str) -> None:
    """Refuse an override or a lowering that whoever acts may not make, or that lacks a reason.

    Raises
    ------
    RiskAnswerError
        Saying what is not accepted and what to do.
    """
    may_lower = current_actor().may(Permission.LOWER_RISK)
    if override_band:
        check_override(score, override_band, reason, may_lower=may_lower)
    check_lowering(lowered, reason, may_lower=may_lower)
