"""The import contracts of pyproject.toml hold."""

import contextlib
import io

import pytest
from importlinter.cli import lint_imports

from tests.house.source import ROOT


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exit_code = lint_imports(no_cache=True)
    assert exit_code == 0, said.getvalue()
