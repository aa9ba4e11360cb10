"""The record of a model: filled from the run, open where only the force can answer."""

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.prediction.feedback import simulate_feedback
from analytics.prediction.model_card import TO_COMPLETE, ModelCard, build_model_card
from geodata.errors import FrameShapeError

SETTINGS: dict[str, Any] = {
    "cell_m": 150.0,
    "horizon": 7,
    "unit": "day",
    "folds": 12,
    "cells": 89_176,
    "incidents": 150_000,
    "seed": 2026,
    "coverage": (0.005, 0.01),
}
DATA: dict[str, Any] = {
    "source": "force extract",
    "data_version": "a1b2",
    "left_out": {"officer-generated": 1_200, "no coordinate": 0},
    "unknown_share": 0.031,
}


def summary(difference: float = 0.06) -> pd.DataFrame:
    rows = [
        (
            method,
            coverage,
            12,
            410,
            4_000,
            0.1025,
            10.25,
            0.27,
            change,
            change - 0.03,
            change + 0.03,
            change > 0.03,
        )
        for method, change in (("count_12_months", 0.0), ("ensemble", difference))
        for coverage in (0.005, 0.01)
    ]
    return pd.DataFrame(
        rows,
        columns=[
            "method",
            "coverage",
            "folds",
            "hits",
            "total",
            "hit_rate",
            "pai",
            "pei",
            "difference",
            "low",
            "high",
            "beats_baseline",
        ],
    )


def card(**changes: Any) -> ModelCard:
    options: dict[str, Any] = {
        "settings": SETTINGS,
        "summary": summary(),
        "version": "0.1.0",
        "data": DATA,
        "chosen": "ensemble",
        "earned": True,
        "verdict": "It beats last year's ranking here.",
    }
    options.update(changes)
    return build_model_card(options.pop("settings"), options.pop("summary"), **options)


def test_record_has_the_sections_of_the_standard_in_order() -> None:
    assert list(card().atrs) == [
        "Tier 1 - Overview",
        "Tier 2 - Owner and responsibility",
        "Tier 2 - Description and rationale",
        "Tier 2 - Decision-making process",
        "Tier 2 - Tool specification",
        "Tier 2 - Risks, mitigations and impact assessments",
        "Metadata",
    ]


def test_every_letter_has_evidence() -> None:
    found = card().algo_care
    assert list(found) == [
        "Advisory",
        "Lawful",
        "Granularity",
        "Ownership",
        "Challengeable",
        "Accuracy",
        "Responsible",
        "Explainable",
    ]
    assert all(found.values())


def test_no_field_is_empty_and_every_open_one_is_listed() -> None:
    found = card()
    open_fields = []
    for section, fields in found.atrs.items():
        for name, value in fields.items():
            assert value, name
            if isinstance(value, str) and value.startswith(TO_COMPLETE):
                open_fields.append(f"{section}: {name}")
    assert open_fields
    assert set(open_fields) <= set(found.to_complete)
    assert "Tier 2 - Owner and responsibility: Senior responsible owner" in found.to_complete
    assert "ALGO-CARE: Lawful" in found.to_complete


def test_figures_of_the_run_are_printed() -> None:
    said = card().to_markdown()
    assert "410 of 4,000 later incidents (10.2%; PAI 10.25, PEI 0.27) in 12 tests" in said
    assert "+6.0 % against last year's ranking (90 % range +3.0 to +9.0), so it beats it." in said
    assert "cells: 89,176" in said and "seed: 2026" in said and "coverage: 0.005, 0.01" in said
    assert "1,200 incidents recorded by officers" in said and "without a place" not in said
    assert "3.1%" in said


@pytest.mark.parametrize(
    "change",
    [
        {"version": "0.1.1"},
        {"settings": {**SETTINGS, "cell_m": 250.0}},
        {"settings": {**SETTINGS, "seed": 1}},
        {"summary": summary(0.05)},
        {"data": {**DATA, "data_version": "c3d4"}},
        {"chosen": "count_12_months"},
        {"earned": False},
        {"made_on": dt.date(2026, 6, 17)},
        {"notes": ("A note.",)},
        {"harm": {"status": "illustrative - not policy"}},
    ],
)
def test_record_changes_with_the_model_its_settings_and_its_data(change: dict[str, Any]) -> None:
    first, second = card(), card(**change)
    assert first.fingerprint != second.fingerprint
    assert first.to_json() != second.to_json()
    assert first.to_markdown() != second.to_markdown()


def test_same_run_gives_the_same_record() -> None:
    assert card().to_json() == card().to_json()


def test_json_and_markdown_hold_the_same_fields() -> None:
    found = card(made_on=dt.date(2026, 6, 17))
    held = json.loads(found.to_json())
    said = found.to_markdown()
    for section, fields in held["atrs"].items():
        assert f"## {section}\n" in said
        assert all(f"**{name}**" in said for name in fields)
    assert held["to_complete"] == list(found.to_complete)
    assert "17 June 2026" in said and "[R]" in said


def test_unearned_forecast_says_that_the_ranking_is_shown() -> None:
    said = card(summary=summary(0.01), earned=False).to_markdown()
    assert "Last year's ranking is shown instead" in said
    assert "so it does not clearly beat it" in said


def test_feedback_test_is_quoted_or_said_to_be_missing(rng: np.random.Generator) -> None:
    assert "The feedback-loop test has not been run." in card().to_markdown()
    drift = simulate_feedback(rng=rng, discovered_included=False, runs=3, weeks=8)
    said = card(feedback=drift).to_markdown()
    assert drift.sentence in said and drift.limits[0] in said
    assert card(feedback=(drift, drift)).to_markdown().count(drift.sentence) == 4


def test_harm_weights_show_their_status() -> None:
    said = card(harm={"status": "illustrative - not policy", "base": 1.0}).to_markdown()
    assert "status: illustrative - not policy, base: 1." in said


def test_little_is_known_is_said_and_nothing_is_made_up() -> None:
    found = card(settings={}, summary=summary().iloc[:0], data={})
    said = found.to_markdown()
    assert "No back-test of ensemble was given." in said
    assert "What was left out was not given." in said
    assert "not given" in found.algo_care["Granularity"][0]


def test_declared_incidents_are_said_to_be_declared() -> None:
    said = card(data={**DATA, "declared": 500}).algo_care["Granularity"]
    assert any(line.startswith("500 incidents do not say who reported them") for line in said)


def test_summary_without_a_column_is_refused() -> None:
    with pytest.raises(FrameShapeError, match="pai"):
        card(summary=summary().drop(columns="pai"))
