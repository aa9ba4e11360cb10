"""The command 'wardlight worry': the promised JSON, its words, and what it refuses."""

import json
import math
import re

import numpy as np
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from dashboard import cli
from dashboard.messages import SYNTHETIC_BANNER
from dashboard.services import worry as services_worry
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
    assert record["notice"] == SYNTHETIC_BANNER
    assert record["measure"]["unit"] == "score from 0 to 100"
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
    assert sum(district["benchmarked"] for district in record["districts"]) > 5
    for district in record["districts"]:
        inside = [row for row in wards if row["district_code"] == district["code"]]
        if district["benchmarked"] and inside:
            residents = math.fsum(row["residents"] for row in inside)
            mean = math.fsum(row["worry"] * row["residents"] for row in inside) / residents
            assert mean == pytest.approx(district["direct"], abs=0.1)


def test_words_say_what_it_is_and_how_many_are_too_close(small_county_database: Database) -> None:
    said = run("--database", small_county_database.url, "--method", "synthetic")
    assert said.startswith(SYNTHETIC_BANNER) and "modelled estimate, not a ward survey" in said
    assert "are too close to call: ASB" in said and "likely range" in said
    assert "Act and show it" in said and "Wards: Act and show it " in said
    assert "Recorded ASB: " in said and "a proposal, not policy" in said
    assert not re.search(r"\b(act|quiet|reassure|keep|close|unknown)\b [0-9]", said)


def test_survey_of_elsewhere_gives_points_from_the_middle_and_no_figure_of_here(
    small_county_database: Database, own_county: Database
) -> None:
    url = own_county.url
    with own_county.begin() as connection:
        connection.execute(sa.text("UPDATE surveys SET reach = 'shape only'"))
    own = json.loads(
        run("--database", small_county_database.url, "--method", "synthetic", "--json")
    )
    record = json.loads(run("--database", url, "--method", "synthetic", "--json"))
    assert record["note"].startswith("shape only") and record["districts"] == []
    assert record["measure"]["unit"] == "points from the middle of the wards"
    assert record["matrix"]["worry_cut"] == 0
    points = [row["worry"] for row in record["wards"] if row["worry"] is not None]
    assert np.median(points) == pytest.approx(0, abs=0.001) and np.ptp(points) > 1
    assert np.median([row["worry"] for row in own["wards"] if row["worry"] is not None]) > 10
    said = run("--database", url, "--method", "synthetic")
    assert "by kind of area: " in said and "shape only" in said


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


def test_survey_that_asks_nothing_about_worry_is_refused_with_what_it_asks(
    small_county_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services_worry, "usual_measure", lambda survey: None)
    with pytest.raises(NoSurveyError, match="asks nothing about worry") as refused:
        run("--database", small_county_database.url)
    assert "yes:asb_experienced" in refused.value.detail
