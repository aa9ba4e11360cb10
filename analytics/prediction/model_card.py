"""What is this forecast, who answers for it, and how good is it? A record made from the run.

The record follows the sections of the Algorithmic Transparency Recording Standard (ATRS) v3.0 and
the eight prompts of ALGO-CARE. Figures are filled from the running model; what only the force
can say is left open and listed, never made up. It is not a publication, an endorsement or legal
advice.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analytics.prediction.card_words import (
    rows_at_one_percent,
    say_accuracy,
    say_channels,
    say_harm,
    say_horizon,
    say_left_out,
    say_result,
    say_setting,
    say_value,
    say_what_is_shown,
)
from analytics.prediction.feedback import LIMITS, FeedbackDrift
from geodata.calendar import say_date
from geodata.schemas import require_columns

TO_COMPLETE = "To be completed by the force"
RECALLED = (
    "[R] Names of the single fields and of the ALGO-CARE letters were recalled, not read in the "
    "current templates: check them before publication."
)

SUMMARY_COLUMNS = (
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
)

_NOT_USED = (
    "deprivation, ethnicity, age, sex, lifestyle segments, worry, names, victims, "
    "suspects, arrests, searches and officers' own logs"
)


@dataclass(frozen=True)
class ModelCard:
    """The record of one model as it runs.

    Attributes
    ----------
    atrs : dict
        Section name to field name to value; every value is text or a list of texts.
    algo_care : dict of str to list of str
        Letter name to evidence, each line one sentence.
    to_complete : tuple of str
        Fields that only the force can fill, as 'section: field'.
    fingerprint : str
        Twelve hexadecimal digits of everything the record was made from; two records with one
        fingerprint say the same.
    """

    atrs: dict[str, dict[str, Any]]
    algo_care: dict[str, list[str]]
    to_complete: tuple[str, ...]
    fingerprint: str = field(default="")

    def to_json(self) -> str:
        """Write the record as JSON, keys in the order of the standard."""
        return json.dumps(
            {
                "standard": "ATRS v3.0 sections",
                "fingerprint": self.fingerprint,
                "atrs": self.atrs,
                "algo_care": self.algo_care,
                "to_complete": list(self.to_complete),
                "note": RECALLED,
            },
            ensure_ascii=False,
            indent=2,
        )

    def to_markdown(self) -> str:
        """Write the record as markdown, with the open fields listed first."""
        lines = [
            "# Model card",
            "",
            f"Record {self.fingerprint}. {RECALLED}",
            "",
            "## For the force to complete",
            "",
            *(f"- {name}" for name in self.to_complete),
        ]
        for section, fields in self.atrs.items():
            lines += ["", f"## {section}", ""]
            for name, value in fields.items():
                if isinstance(value, list):
                    lines += [f"**{name}**", "", *(f"- {each}" for each in value), ""]
                else:
                    lines += [f"**{name}**: {value}", ""]
        lines += ["", "## ALGO-CARE evidence", ""]
        for letter, evidence in self.algo_care.items():
            lines += [f"### {letter}", "", *(f"- {each}" for each in evidence), ""]
        return "\n".join(lines).rstrip() + "\n"


def build_model_card(
    settings: Mapping[str, Any],
    summary: pd.DataFrame,
    *,
    version: str,
    data: Mapping[str, Any],
    chosen: str,
    earned: bool,
    verdict: str,
    method_label: str = "",
    notes: tuple[str, ...] = (),
    harm: Mapping[str, Any] | None = None,
    feedback: tuple[FeedbackDrift, ...] | FeedbackDrift | None = None,
    made_on: dt.date | None = None,
) -> ModelCard:
    """Build the record of a model from what it is and how it did.

    Parameters
    ----------
    settings : mapping
        ``BacktestResult.settings``: plain values such as cell_m, horizon, unit, folds, cells,
        incidents, first, last and seed. All of them are printed.
    summary : DataFrame
        ``BacktestResult.summary()``, one row a method and coverage, with `SUMMARY_COLUMNS`.
    version : str
        Version of the product and the model, and whatever else names the code that ran.
    data : mapping
        What is known of the data: any of source, force, data_version, considered, events,
        left_out (reason to count), unknown_share, declared, missing.
    chosen : str
        Method in use.
    earned : bool
        True if it beat last year's ranking; otherwise the ranking is what users see.
    verdict : str
        The same in plain English.
    method_label : str
        Plain name of the method; by default its key.
    notes : tuple of str
        Notes of the training data and the back-test.
    harm : mapping, optional
        Dated harm weights (valid_from, status, source); used beside counts, not to forecast.
    feedback : FeedbackDrift or tuple of them, optional
        Findings of the feedback-loop test.
    made_on : date, optional
        Day of the record; left open without it, so that the same inputs give the same record.

    Returns
    -------
    ModelCard
        Changes whenever the version, a setting, a figure or the data change.

    Raises
    ------
    FrameShapeError
        If the summary lacks a column.
    """
    require_columns(summary, SUMMARY_COLUMNS, "summary of a back-test")
    tests = (feedback,) if isinstance(feedback, FeedbackDrift) else tuple(feedback or ())
    cell_m = say_setting(settings, "cell_m")
    named = method_label or chosen
    label = named if named == chosen else f"{named} ({chosen})"
    accuracy = say_accuracy(summary, chosen)
    tested = [test.sentence for test in tests] or ["The feedback-loop test has not been run."]
    left_out = say_left_out(data)
    atrs: dict[str, dict[str, Any]] = {
        "Tier 1 - Overview": {
            "Name": "Wardlight place forecast",
            "Description": "Counts how many reports of anti-social behaviour (ASB) to expect in "
            f"each small place over the next {say_horizon(settings)}, from past reports alone, so "
            "that a sergeant can weigh where to patrol or solve problems. It says nothing about "
            "any person.",
            "Website URL": TO_COMPLETE,
            "Contact email": TO_COMPLETE,
        },
        "Tier 2 - Owner and responsibility": {
            "Organisation or department": TO_COMPLETE,
            "Team": TO_COMPLETE,
            "Senior responsible owner": TO_COMPLETE,
            "Third party involvement": TO_COMPLETE,
        },
        "Tier 2 - Description and rationale": {
            "Detailed description": f"Method in use: {label}. {verdict}",
            "Scope": f"Places of {cell_m} m for planning patrols and problem solving. Not for "
            "decisions about a person, for stop and search, or for judging a neighbourhood.",
            "Benefit": "A ranking with likely ranges, checked against what happened. Whether "
            "patrols guided by it reduce ASB is not shown by this record.",
            "Previous process": "The ranking of places by last year's count, which stays in use "
            "as the baseline and as the fallback.",
            "Alternatives considered": [
                say_result(row) for _, row in rows_at_one_percent(summary).iterrows()
            ],
        },
        "Tier 2 - Decision-making process": {
            "Process integration": "The forecast is shown beside the reasons for each place. "
            + say_what_is_shown(earned),
            "Provided information": "Expected incidents with a likely range for each place, the "
            "top places, and the back-test.",
            "Frequency and scale of usage": TO_COMPLETE,
            "Human decisions and review": "The tool never assigns a patrol. The rule of use is "
            "that a sergeant accepts, changes or declines each place and records why; declining "
            "is not a fault.",
            "Required training": TO_COMPLETE,
            "Appeals and review": TO_COMPLETE,
        },
        "Tier 2 - Tool specification": {
            "Model name": label,
            "Model version": version,
            "Model task": "Expected number of reported ASB incidents in each place and period.",
            "Model input": "Place and time of past ASB reports by the public and by partners; "
            f"nothing else. Never used: {_NOT_USED}.",
            "Model output": "A count with a likely range for each place; no score of a person.",
            "Model performance": [verdict, *accuracy],
            "System architecture": "Computed where the product is installed; no incident is sent "
            "elsewhere to be forecast.",
            "Settings of this run": [f"{name}: {say_value(settings[name])}" for name in settings],
            "Data used": [
                f"{name}: {say_value(value)}" for name, value in data.items() if name != "left_out"
            ],
            "Data left out": left_out,
            "Data completeness and representativeness": [
                "Reports only: what is not reported is not counted, and some places report less.",
                *notes,
            ],
            "Sensitive attributes": "None reaches the model.",
            "Harm weights": say_harm(harm),
            "Data access and storage": TO_COMPLETE,
            "Data sharing agreements": TO_COMPLETE,
            "Maintenance": "The method is chosen again by the same rule whenever the back-test is "
            "run on newer data.",
        },
        "Tier 2 - Risks, mitigations and impact assessments": {
            "Impact assessments": f"{TO_COMPLETE}: data protection and equality impact "
            "assessments [R]",
            "Risks and mitigations": [
                "Feedback loop: records made by officers are left out and the loop is tested. "
                + " ".join(tested),
                *LIMITS,
                "Over-trust: likely ranges are shown, and the ranking replaces a forecast that "
                "does not beat it.",
                "Bad places: default geocodes and institutions are left out and counted.",
                "Unequal reporting: no protected characteristic is used, but reporting differs "
                "between groups; patrol hours by type of place are to be reviewed by the force.",
            ],
        },
        "Metadata": {
            "Standard": "ATRS v3.0",
            "Record made on": say_date(made_on) if made_on else "not given",
            "Model version": version,
            "Phase": TO_COMPLETE,
            "Region": TO_COMPLETE,
        },
    }
    algo_care = _algo_care(settings, data, accuracy, tested, left_out, earned, verdict, version)
    open_fields = tuple(
        f"{section}: {name}"
        for section, fields in atrs.items()
        for name, value in fields.items()
        if isinstance(value, str) and value.startswith(TO_COMPLETE)
    ) + tuple(
        f"ALGO-CARE: {letter}"
        for letter, evidence in algo_care.items()
        if any(line.startswith(TO_COMPLETE) for line in evidence)
    )
    made = json.dumps([atrs, algo_care], sort_keys=True, ensure_ascii=False)
    return ModelCard(atrs, algo_care, open_fields, hashlib.sha256(made.encode()).hexdigest()[:12])


def _algo_care(
    settings: Mapping[str, Any],
    data: Mapping[str, Any],
    accuracy: list[str],
    tested: list[str],
    left_out: list[str],
    earned: bool,
    verdict: str,
    version: str,
) -> dict[str, list[str]]:
    return {
        "Advisory": [
            "It advises: it assigns no patrol, and a person decides on every place.",
            say_what_is_shown(earned),
        ],
        "Lawful": [
            f"{TO_COMPLETE}: purpose, lawful basis and sign-off [R]",
            "Only the place and time of reports reach the model; whether they are personal data is "
            "for the force to assess [R].",
        ],
        "Granularity": [
            f"Places of {say_setting(settings, 'cell_m')} m and periods of "
            f"{say_horizon(settings)}: {say_setting(settings, 'cells')} places, "
            f"{say_setting(settings, 'incidents')} incidents.",
            *left_out,
            *say_channels(data),
        ],
        "Ownership": [
            f"{TO_COMPLETE}: owner of the data, the decision and the tool",
            f"The code and every setting of the run are open to the force: version {version}.",
        ],
        "Challengeable": [
            "Each place shows its reasons and what would take it off the list.",
            "The run can be repeated from its stored data version, settings and seed "
            f"({say_setting(settings, 'seed')}).",
            f"{TO_COMPLETE}: who outside the force reviews it",
        ],
        "Accuracy": [verdict, *accuracy],
        "Responsible": [
            *tested,
            f"Never used: {_NOT_USED}.",
        ],
        "Explainable": [
            "The method, its settings and its results are printed in this record in plain words.",
            "Expected counts come with likely ranges, not scores.",
        ],
    }
