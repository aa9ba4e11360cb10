"""The risk assessment of a case: questions, the range so far, and an override with its reason."""

from collections.abc import Callable

import streamlit as st

from analytics.cases.risk_matrix import BANDS, RiskMatrix, RiskScore, needs_lowering
from dashboard.components import case_tables
from dashboard.components.case_panels import say_done, show_said
from dashboard.services.case_changes import LONGEST_TEXT, preview_risk
from dashboard.services.case_risk import find_lowering
from dashboard.services.cases import CaseFile, Configuration

UNANSWERED = "Not answered"


def show_risk(
    file: CaseFile,
    configuration: Configuration,
    assess: Callable[..., RiskScore] | None,
    *,
    may_lower: bool,
) -> None:
    """Show the risk form of a case, or what was assessed to those who may not assess."""
    if assess is None:
        band = case_tables.say_band(file.row["band_low"], file.row["band_high"])
        st.markdown(f"**{band}**, {file.row['band_from']}.")
        return
    key, matrix = int(file.row["id"]), configuration.matrix
    after = int(file.assessments["id"].iloc[0]) if len(file.assessments) else 0
    answers = _ask_questions(matrix, file, f"risk_{key}_{after}")
    facts = tuple(
        rule.id
        for rule in matrix.rules
        if st.checkbox(
            f"{rule.text} (at least {rule.at_least}, whatever the score)",
            rule.id in file.facts,
            key=f"risk_{key}_{after}_fact_{rule.id}",
        )
    )
    score = preview_risk(configuration, answers, facts)
    st.markdown(f"**{score.words}**")
    st.caption("An unanswered question is not a no: the score runs over all its answers.")
    override, reason = _ask_override(file, f"risk_{key}_{after}")
    if override and needs_lowering(score, override) and not may_lower:
        st.warning("▼ This is below the score: only a supervisor may save it.")
    lowered = find_lowering(file.in_force, matrix, score, answers, facts, override)
    if lowered:
        who = "it needs a reason" if may_lower else "only a supervisor may save it, with a reason"
        st.warning(f"▼ This lowers the risk: {who}. {' '.join(lowered)}")
    press, beside = st.columns([1, 3], vertical_alignment="center")
    if press.button("Save this assessment", type="primary", key=f"risk_{key}_{after}_save"):
        assess(key, answers, facts, override_band=override, override_reason=reason, after=after)
        say_done("The risk assessment is saved; earlier ones are kept.", "risk")
    with beside:
        show_said("risk")
    if len(file.assessments):
        st.dataframe(case_tables.assessment_table(file.assessments), hide_index=True)
        if file.override_reason:
            st.caption("Reason of the newest override or lowering:")
            st.text(file.override_reason)


def _ask_override(file: CaseFile, key: str) -> tuple[str, str]:
    """Ask for an override and a reason, beginning with the override in force."""
    held = str(file.assessments["override_band"].iloc[0]) if len(file.assessments) else ""
    bands = ["", *BANDS]
    left, right = st.columns([1, 3])
    override = left.selectbox(
        "Professional override", bands, index=bands.index(held) if held in bands else 0,
        format_func=lambda band: band.capitalize() if band else "None", key=f"{key}_override",
    )  # fmt: skip
    reason = right.text_input(
        "Reason for an override, or for lowering the risk", file.override_reason if held else "",
        max_chars=LONGEST_TEXT, key=f"{key}_reason",
    )  # fmt: skip
    return override or "", reason


def _ask_questions(matrix: RiskMatrix, file: CaseFile, key: str) -> dict[str, str]:
    answers = {}
    columns = []
    for number, question in enumerate(matrix.questions):
        if number % 2 == 0:
            # Row by row, so that the tab key goes through them by number.
            columns = st.columns(2)
        options = {"": UNANSWERED} | {each.id: each.text for each in question.options}
        held = file.answers.get(question.id, "")
        answers[question.id] = columns[number % 2].selectbox(
            f"{number + 1}. {question.text}", list(options),
            index=list(options).index(held) if held in options else 0,
            format_func=options.get, key=f"{key}_{question.id}",
        )  # fmt: skip
    return {name: answer for name, answer in answers.items() if answer}
