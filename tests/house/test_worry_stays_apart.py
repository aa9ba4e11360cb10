"""Worry, the safety index and signal events never reach what forecasts or ranks people."""

import ast
from pathlib import Path

import pytest

from tests.house.source import ROOT, module_name, module_paths, parse

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
APART = {
    "worry", "safety_index", "where_next", "survey", "surveys", "engagement", "signals",
    "area_scores", "ward_scores",
}  # fmt: skip
SCORES = {"area_scores", "ward_scores", "AreaScore", "AreaScoreSource"}
MAY_READ_SCORES = {
    "geodata/county.py",
    "geodata/ingest/running.py",
    "geodata/ingest/scores.py",
    "geodata/sources/demo/scores.py",
    "geodata/store/area_scores.py",
    "geodata/store/models/__init__.py",
    "dashboard/services/ward_scores.py",
    "dashboard/services/safety_index.py",
    "dashboard/loading/where_next.py",
}
"""The import, the synthetic county and the safety index; nobody else."""


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


def test_scores_of_areas_reach_the_safety_index_and_nothing_else() -> None:
    readers = {
        module_name(path)
        for path in module_paths()
        if any(SCORES & set(name.split(".")) for name in _imported(path))
    }
    assert readers == MAY_READ_SCORES
    # The loading of Where next and the index must not hand them to the list of wards either.
    service = (ROOT / "dashboard/services/where_next.py").read_text(encoding="utf-8")
    assert "deprivation" not in service
