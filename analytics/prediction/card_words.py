"""Figures of a back-test in words, for the model card."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.prediction.exclusions import LEFT_OUT_WORDS, MOST_UNKNOWN

_RANKING = "count_12_months"


def say_accuracy(summary: pd.DataFrame, chosen: str) -> list[str]:
    """Say how the method in use did, one line a coverage."""
    rows = summary[summary["method"] == chosen].sort_values("coverage")
    if rows.empty:
        return [f"No back-test of {chosen} was given."]
    return [say_result(row) for _, row in rows.iterrows()]


def rows_at_one_percent(summary: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the coverage nearest to 1 %."""
    if summary.empty:
        return summary
    levels = summary["coverage"].to_numpy(dtype=np.float64)
    nearest = levels[np.argmin(np.abs(levels - 0.01))]
    return summary[summary["coverage"] == nearest]


def say_result(row: pd.Series) -> str:
    """Say how a method did at a coverage, from a row of the summary."""
    said = (
        f"{row['method']}: the top {100 * float(row['coverage']):g} % of places held "
        f"{int(row['hits']):,} of {int(row['total']):,} later incidents "
        f"({float(row['hit_rate']):.1%}; PAI {float(row['pai']):.2f}, PEI "
        f"{float(row['pei']):.2f}) in {int(row['folds'])} tests"
    )
    if row["method"] == _RANKING or not np.isfinite(float(row["difference"])):
        return f"{said}."
    beats = "beats" if bool(row["beats_baseline"]) else "does not clearly beat"
    return (
        f"{said}; {100 * float(row['difference']):+.1f} % against last year's ranking (90 % range "
        f"{100 * float(row['low']):+.1f} to {100 * float(row['high']):+.1f}), so it {beats} it."
    )


def say_left_out(data: Mapping[str, Any]) -> list[str]:
    """Say how many incidents were left out, one line a reason."""
    given = data.get("left_out")
    if not isinstance(given, Mapping):
        return ["What was left out was not given."]
    words = LEFT_OUT_WORDS
    lines = [f"{int(n):,} incidents {words.get(name, name)}" for name, n in given.items() if n]
    return lines or ["No incident was left out."]


def say_channels(data: Mapping[str, Any]) -> list[str]:
    """Say how many incidents do not tell who reported them, and how many were only declared."""
    unknown, declared = data.get("unknown_share"), data.get("declared")
    if unknown is None:
        return ["The share with an unknown report channel was not given."]
    lines = [
        f"{float(unknown):.1%} of located incidents have an unknown report channel; above "
        f"{MOST_UNKNOWN:.0%} nothing is forecast."
    ]
    if declared:
        lines.append(
            f"{int(declared):,} incidents do not say who reported them and were declared to be "
            "reports by the public; the data cannot show it."
        )
    return lines


def say_harm(harm: Mapping[str, Any] | None) -> str:
    """Say which harm weights stand beside the counts."""
    if not harm:
        return "Not used in the forecast."
    said = ", ".join(f"{name}: {say_value(value)}" for name, value in harm.items())
    return f"Shown beside counts, not used in the forecast. {said}."


def say_what_is_shown(earned: bool) -> str:
    """Say whether users see the forecast or the ranking."""
    if earned:
        return "The forecast is shown because it beat last year's ranking in the back-test."
    return "Last year's ranking is shown instead, because the forecast did not beat it."


def say_horizon(settings: Mapping[str, Any]) -> str:
    """Say how far ahead the forecast looks."""
    length, unit = settings.get("horizon"), str(settings.get("unit", "day"))
    if length is None:
        return "period ahead"
    return f"{say_value(length)} {unit}" + ("" if length == 1 else "s")


def say_setting(settings: Mapping[str, Any], name: str) -> str:
    """Say a setting's value, or that it was not given."""
    return say_value(settings[name]) if name in settings else "not given"


def say_value(value: Any) -> str:
    """Say a plain value: numbers with a comma from 10,000, lists joined."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}" if abs(int(value)) >= 10_000 else str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {say_value(each)}" for name, each in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(say_value(each) for each in value) or "none"
    return str(value)
