"""The command line: helps with examples, says errors plainly, prints the promised JSON."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard import cli
from dashboard.permissions import NotAllowedError, is_bound
from geodata import settings
from geodata.store.database import Database

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
    ",2025-01,Kent Police,Kent Police,0.5,51.3,On or near Park Lane,,,Anti-social behaviour,,\n"
)


def run(*words: str) -> str:
    result = CliRunner().invoke(cli.app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("words", [["demo"], ["import"], ["status"], ["db", "upgrade"], ["run"]])
def test_every_command_takes_a_database_and_shows_an_example(words: list[str]) -> None:
    said = run(*words, "--help")
    assert "--database" in said
    assert f"Example: wardlight {' '.join(words)}" in " ".join(said.split())


def test_status_prints_the_promised_shape(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "2025-01-kent-street.csv"
    path.write_text(STREET)
    done = json.loads(
        run("import", "police-uk", str(path), "--database", sqlite_database.url, "--json")
    )
    assert done["rows_stored"] == 1
    status = json.loads(run("status", "--database", sqlite_database.url, "--json"))
    assert set(status) == {
        "incidents", "asb", "months", "forces", "ward_by", "areas", "refused", "imports",
    }  # fmt: skip
    assert status["ward_by"] == {"polygon": 0, "lookup": 0, "nearest": 0, "none": 1}
    assert "Kent Police: 1" in run("status", "--database", sqlite_database.url)


def test_mapping_is_drafted_to_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("Ref,Date,Easting,Northing\n1,05/06/2025,580500,160500\n")
    assert 'easting = "Easting"' in run("import", "incidents", "--suggest-mapping", str(path))


def test_errors_say_what_to_do_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["wardlight", "import", "police-uk", str(tmp_path / "no.csv")])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert "no.csv" in said
    assert "Traceback" not in said


def test_demo_builds_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    assert "invented incidents" in run("demo", "--no-open", "--database", url)
    assert "built already" in run("demo", "--no-open", "--database", url)


def test_account_of_this_computer_acts_with_the_roles_of_the_settings(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "2025-01-kent-street.csv"
    path.write_text(STREET)
    url = ("--database", sqlite_database.url)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", "sergeant")
    settings.get_settings.cache_clear()
    assert "Incidents: 0" in run("status", *url)
    with pytest.raises(NotAllowedError):
        run("import", "police-uk", str(path), *url)
    monkeypatch.setenv("WARDLIGHT_LOCAL_ROLES", "viewer")
    settings.get_settings.cache_clear()
    for words in (["status"], ["forecast"], ["backtest"], ["demo", "--no-open"]):
        with pytest.raises(NotAllowedError):
            run(*words, *url)


def test_server_does_not_act_as_whoever_started_it(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = []
    monkeypatch.setattr("dashboard.server.serve", lambda *given, **named: bound.append(is_bound()))
    run("run", "--database", sqlite_database.url)
    assert bound == [False]
