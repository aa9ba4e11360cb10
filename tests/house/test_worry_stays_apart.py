"""Worry, the safety index and signal events never reach what forecasts or ranks people."""

import ast
from pathlib import Path

import pytest

from tests.house.source import module_name, module_paths, parse

FORECASTS = (
    "analytics/prediction/",
    "analytics/hotspots/",
    "analytics/repeats/",
    "dashboard/services/forecasts.py",
    "dashboard/services/model_records.py",
    "dashboard/services/next_places.py",
    "dashboard/services/running.py",
    "dashboard/cli/making.py",
    "dashboard/cli/prediction.py",
    "geodata/store/runs.py",
)
APART = {"worry", "safety_index", "where_next", "survey", "surveys", "engagement", "signals"}


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in module_paths() if module_name(path).startswith(FORECASTS)],
    ids=module_name,
)
def test_forecast_reads_no_worry(path: Path) -> None:
    wrong = [name for name in _imported(path) if APART & set(name.split("."))]
    assert not wrong, f"{module_name(path)} imports {wrong}: worry never feeds a forecast"
