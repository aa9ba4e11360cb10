"""Does a new risk assessment lower the risk that is in force? Then a supervisor answers for it.

A range of bands lowers nothing by being answered further: what is in force is the band that was
certain, and it stays in force until an assessment as a whole lies below it. So neither leaving
questions open again nor leaving an override out loses a high risk on the way.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from analytics.cases.risk_matrix import BANDS, RiskAnswerError, RiskMatrix, find_rules


@dataclass(frozen=True)
class RiskInForce:
    """What an assessment of a case must not fall below without a supervisor.

    Attributes
    ----------
    band : str
        The band that is certain so far.
    rules : tuple of str
        Ids of the hard rules that held in the newest assessment.
    """

    band: str
    rules: tuple[str, ...] = ()


def settle_band(first: str, assessed: Iterable[tuple[str, str]]) -> str:
    """Give the band in force after all assessments of a case.

    Parameters
    ----------
    first : str
        The band as the case system has it; anything else than a band counts as standard.
    assessed : iterable of (str, str)
        Lower and higher end of each assessment, overrides applied, the oldest first.

    Examples
    --------
    Questions left open again take nothing away; an assessment that lies below lowers.

    >>> settle_band("standard", [("high", "high"), ("standard", "high")])
    'high'
    >>> settle_band("high", [("standard", "medium")])
    'standard'
    """
    band = first if first in BANDS else BANDS[0]
    for low, high in assessed:
        below = BANDS.index(high) < BANDS.index(band)
        band = low if below else max(band, low, key=BANDS.index)
    return band


def find_lowering(
    in_force: RiskInForce,
    matrix: RiskMatrix,
    answers: Mapping[str, str],
    facts: Collection[str],
    highest_band: str,
) -> tuple[str, ...]:
    """Say in sentences what an assessment lowers; nothing if it lowers nothing.

    Parameters
    ----------
    in_force : RiskInForce
    matrix : RiskMatrix
    answers, facts : mapping of str to str, collection of str
        As `analytics.cases.risk_matrix.score_risk` takes them.
    highest_band : str
        What the new assessment comes to at most: its override, or the higher end of its bands.
    """
    said = []
    if BANDS.index(highest_band) < BANDS.index(in_force.band):
        said.append(f"{in_force.band.capitalize()} risk is in force, and {highest_band} is below.")
    holds = {rule.id for rule in find_rules(matrix, answers, facts)}
    said += [
        f"'{rule.text}' was set and no longer is."
        for rule in matrix.rules
        if rule.id in in_force.rules and rule.id not in holds
    ]
    return tuple(said)


def check_lowering(lowered: tuple[str, ...], reason: str, *, may_lower: bool) -> None:
    """Refuse an assessment that lowers the risk without the right to, or without a reason.

    Parameters
    ----------
    lowered : tuple of str
        From `find_lowering`.
    reason : str
        Why it is lowered.
    may_lower : bool
        Whether whoever assesses may lower a band.

    Raises
    ------
    RiskAnswerError
        Saying what is lowered.
    """
    if lowered and not may_lower:
        raise RiskAnswerError(
            "Lowering the risk of a case needs a supervisor.",
            " ".join(lowered),
            "Your answers are still in the form, but not stored: put back what was set, or ask "
            "a supervisor to save them.",
        )
    if lowered and not reason.strip():
        raise RiskAnswerError(
            "Lowering the risk of a case needs a reason.",
            " ".join(lowered),
            "Write in a sentence why, and save again.",
        )
