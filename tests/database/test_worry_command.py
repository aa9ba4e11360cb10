"""The command 'wardlight worry': the promised JSON, its words, and what it refuses."""

import json
import math

import pytest
from typer.testing import CliRunner

from dashboard import cli
from dashboard.services.worry_figures import NoSurveyError
from geodata.store.database import Database
from tests.good_gain import take_gain_as_good


@pytest.fixture(autouse=True)
def quick_check(monkeypatch: pytest.MonkeyPatch) -> None:
    take_gain_as_good(monkeypatch)


def run(*words: str) -> str:
    result = CliRunner().invoke(cli.app, ["worry", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_json_holds_estimates_matrix_and_districts(small_county_database: Database) -> None:
    said = run("--database", small_county_database.url, "--method", "synthetic", "--json")
    record = json.loads(said, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert record["note"] == "modelled estimate, not a ward survey"
    assert record["survey"]["synthetic"] and record["measure"]["key"] == "worry"
    assert len(record["measure"]["items"]) >= 4 and len(record["quarters"]) == 4
    assert record["method"]["name"] == "synthetic" and not record["refused"]
    wards, matrix = record["wards"], record["matrix"]
    assert sum(matrix["counts"].values()) == len(wards) > 100
    assert sum(matrix["close_because"].values()) == matrix["counts"]["close"]
    for row in wards:
        if row["worry"] is not None:
            assert 0 <= row["worry_low"] <= row["worry"] <= row["worry_high"] <= 100
            assert row["name"] and 0 <= row["model_share"] <= 1
    # The wards of a benchmarked district give its direct figure to 0.1 point.
    for district in record["districts"]:
        inside = [row for row in wards if row["district_code"] == district["code"]]
        if district["benchmarked"] and inside:
            residents = math.fsum(row["residents"] for row in inside)
            mean = math.fsum(row["worry"] * row["residents"] for row in inside) / residents
            assert mean == pytest.approx(district["direct"], abs=0.1)


def test_words_say_what_it_is_and_how_many_are_too_close(small_county_database: Database) -> None:
    said = run("--database", small_county_database.url, "--method", "synthetic")
    assert "modelled estimate, not a ward survey" in said
    assert "are too close to call: ASB" in said and "likely range" in said


def test_what_is_not_held_is_refused_with_what_is(
    small_county_database: Database, sqlite_database: Database
) -> None:
    with pytest.raises(NoSurveyError, match="No survey can be carried to wards"):
        run("--database", sqlite_database.url)
    with pytest.raises(NoSurveyError) as refused:
        run("--database", small_county_database.url, "--measure", "yes:nothing")
    assert "yes:asb_experienced" in refused.value.detail
    with pytest.raises(NoSurveyError, match="There is no such survey"):
        run("--database", small_county_database.url, "--survey", "Another")
