"""Lowering a risk: found whatever way it is tried, and not where nothing is lowered."""

import pytest

from analytics.cases.risk_lowering import RiskInForce, check_lowering, find_lowering, settle_band
from analytics.cases.risk_matrix import RiskAnswerError, load_risk_matrix

MATRIX = load_risk_matrix()


@pytest.mark.parametrize(
    "first, assessed, band",
    [
        ("not recorded", [], "standard"),
        ("high", [], "high"),
        ("high", [("standard", "high")], "high"),
        ("standard", [("standard", "high")], "standard"),
        ("standard", [("high", "high"), ("standard", "high")], "high"),
        ("standard", [("high", "high"), ("standard", "high"), ("standard", "medium")], "standard"),
        ("high", [("standard", "standard"), ("medium", "medium")], "medium"),
    ],
)
def test_band_in_force_is_what_was_certain_until_something_lies_below(
    first: str, assessed: list[tuple[str, str]], band: str
) -> None:
    assert settle_band(first, assessed) == band


def test_hard_rule_that_is_dropped_lowers_whatever_the_band() -> None:
    in_force = RiskInForce("medium", ("suicide_risk", "hate"))
    kept = {"hate": "perceived"}
    assert find_lowering(in_force, MATRIX, kept, ["suicide_risk"], "high") == ()
    assert "suicide" in find_lowering(in_force, MATRIX, kept, [], "high")[0]
    for answers in ({}, {"hate": "no"}):
        said = find_lowering(in_force, MATRIX, answers, ["suicide_risk"], "high")
        assert len(said) == 1 and "Hate" in said[0]
    assert find_lowering(RiskInForce("standard", ("gone",)), MATRIX, {}, [], "standard") == ()


@pytest.mark.parametrize(
    "may_lower, reason, says",
    [(False, "Moved away", "needs a supervisor"), (True, "  ", "needs a reason")],
)
def test_lowering_needs_the_right_and_a_reason(may_lower: bool, reason: str, says: str) -> None:
    lowered = find_lowering(RiskInForce("high"), MATRIX, {}, [], "medium")
    with pytest.raises(RiskAnswerError, match=says) as caught:
        check_lowering(lowered, reason, may_lower=may_lower)
    assert "High risk is in force, and medium is below." in caught.value.detail
    check_lowering((), "", may_lower=False)
    check_lowering(lowered, "Moved away", may_lower=True)
