"""The commands forecast and backtest: stored, printed, resumed, refused; on a tiny county."""

import json
from pathlib import Path

import pytest

from dashboard.cli import making
from dashboard.services import forecasts, running
from dashboard.services.forecasts import Tools
from geodata.county import load_county
from geodata.errors import ForecastBlockedError, JobError
from geodata.sources.demo import build_county
from geodata.store import runs
from geodata.store.database import Database
from geodata.store.status import read_forces
from tests.unit.test_cli import run

METHODS = ("count_12_months", "decayed_count")


@pytest.fixture
def county(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    """A tiny county; back-tests use two quick methods and a folder of the test."""
    load_county(
        sqlite_database, build_county(incidents_per_year=1_500, years=2), imported_by="tests"
    )

    def two_methods(*given, **named):
        return forecasts.prediction.backtest(*given, **named, methods=METHODS)

    tools = Tools(backtest=two_methods, checkpoints=tmp_path)
    work_on = running.work_on
    monkeypatch.setattr(
        making.running, "work_on", lambda *given, **named: work_on(*given, **named, tools=tools)
    )
    return sqlite_database


def test_backtest_then_forecast_are_stored_and_said(county: Database) -> None:
    url = ("--database", county.url)
    options = ("--folds", "3", "--horizon-days", "28", "--cell-m", "500", "--coverage", "0.01")
    said = json.loads(run("backtest", *url, *options, "--json"))
    assert said["kind"] == "backtest" and said["horizon"] == "28 days" and said["seed"] == 1
    assert {row["method"] for row in said["summary"]} == set(METHODS)
    assert {row["coverage"] for row in said["table"]} == {0.01}
    assert said["parameters"]["folds"] == 3 and said["data_version"]
    assert said["training"]["considered"] >= said["training"]["events"] > 0

    told = run("forecast", *url, "--horizon-days", "28", "--cell-m", "500")
    force = read_forces(county)[0]
    stored = forecasts.read_forecast(county, force)
    assert stored and stored.said["verdict"] in told
    assert stored.said["backtest"] == said["run"]
    printed = json.loads(run("forecast", *url, "--horizon-days", "28", "--cell-m", "500", "--json"))
    assert printed["kind"] == "forecast" and len(printed["top"]) <= making.TOP_GIVEN
    assert printed["top"][0]["expected"] >= printed["top"][-1]["expected"]
    again = forecasts.read_forecast(county, force)
    assert again and again.cells.equals(stored.cells), "the same seed gives the same forecast"


def test_day_of_a_forecast_can_be_chosen(county: Database) -> None:
    months = sorted(county.read_frame("SELECT DISTINCT month FROM incidents")["month"].tolist())
    run(
        "forecast", "--database", county.url, "--at", f"{months[-1]}-01", "--cell-m", "500",
    )  # fmt: skip
    stored = forecasts.read_forecast(county, read_forces(county)[0])
    assert stored and stored.said["first_day"] == f"{months[-1]}-01"


def test_blocked_forecast_is_refused_and_recorded(county: Database) -> None:
    with county.begin() as connection:
        connection.exec_driver_sql("UPDATE incidents SET report_channel = 'unknown'")
    with pytest.raises(ForecastBlockedError):
        run("forecast", "--database", county.url)
    newest = runs.read_runs(county, "forecast", read_forces(county)[0])[0]
    assert newest.status == "failed" and "who reported" in newest.error


def test_unknown_force_is_refused(county: Database) -> None:
    with pytest.raises(JobError, match="Say which force"):
        run("backtest", "--database", county.url, "--force", "Nowhere Police")


@pytest.mark.parametrize("words", [["forecast"], ["backtest"]])
def test_command_takes_a_database_and_shows_an_example(words: list[str]) -> None:
    said = run(*words, "--help")
    assert "--database" in said
    assert f"Example: wardlight {' '.join(words)}" in " ".join(said.split())
