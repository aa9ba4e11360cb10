"""Strata and sampling points from file to range: every format, the store, keys, pages, command."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import sqlalchemy as sa

from analytics.worry.sample import Method
from dashboard.components import survey_tables, worry_words
from dashboard.reports.profile_worry_words import say_worry
from dashboard.services import explore, profile_worry, survey, worry_figures
from geodata import settings
from geodata.errors import MappingError
from geodata.store.audit import NewEvent
from geodata.store.database import Database
from geodata.store.keys import rotate
from geodata.store.surveys import list_surveys, read_respondents
from tests.survey_files import MAPPING, build_places, load, write

DESIGN = MAPPING.replace("[columns]", '[columns]\nstratum = "area type"\ncluster = "psu"').replace(
    "complete_to = 2026-06-30", "complete_to = 2026-03-31"
)


@pytest.fixture
def places(database: Database, tmp_path: Path) -> Database:
    return build_places(database, tmp_path)


@pytest.fixture
def own_keys(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of this test alone, with the key of the run in it."""
    path = tmp_path / "own.keys"
    shutil.copy(key_file, path)
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(path))
    settings.get_settings.cache_clear()
    return path


def answers(rows: int = 1_600, *, nested: bool = True) -> pd.DataFrame:
    """Give a survey of points of 10 whose people answer alike, in two strata and four quarters."""
    rng = np.random.default_rng(5)
    point = np.arange(rows) // 10
    level = rng.normal(0, 1, point.max() + 1)[point]
    worried = rng.normal(0, 1, rows) + level > 0
    days = pd.to_datetime("2025-05-15") + pd.to_timedelta(point // 2 % 4 * 91, unit="D")
    return pd.DataFrame(
        {
            "id": [f"r{row}" for row in range(rows)],
            "wt": rng.lognormal(0, 0.3, rows).round(3),
            "when": days.strftime("%Y-%m-%d"),
            "oa": np.where(point % 2, "E00000001", "E00000003"),
            "q1": np.where(worried, 1.0, 4.0),
            "area type": np.where(point % 2, "Urban Quenby", "Rural"),
            "psu": (point // 2 + 1 if nested else point + 1).astype(float),
        }
    )


def save(frame: pd.DataFrame, path: Path) -> Path:
    named = frame.rename(columns={"area type": "area_type"})
    if path.suffix == ".sav":
        pyreadstat.write_sav(named, path)
    elif path.suffix == ".dta":
        pyreadstat.write_dta(named, path)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("ending", [".csv", ".sav", ".dta", ".parquet"])
def test_every_format_gives_strata_and_points(
    places: Database, tmp_path: Path, ending: str
) -> None:
    text = DESIGN if ending in (".csv", ".parquet") else DESIGN.replace("area type", "area_type")
    mapping = write(tmp_path / "survey.toml", text)
    report = load(places, "survey", save(answers(200), tmp_path / f"x{ending}"), mapping=mapping)
    assert (report.rows_stored, report.rows_refused) == (200, 0)
    (head,) = list_surveys(places)
    assert head.ranges_from == "weights, strata and sampling points"
    people = read_respondents(places, head.id)
    # Points are numbered from 1 in each of two strata; each stratum is another in each quarter.
    assert (people["stratum"].nunique(), people["cluster"].nunique()) == (8, 20)
    assert people.groupby("cluster")["stratum"].nunique().max() == 1
    assert people.groupby("stratum")["quarter"].nunique().max() == 1


def test_store_holds_pseudonyms_that_change_with_the_keys(
    own_keys: Path, places: Database, tmp_path: Path
) -> None:
    mapping = write(tmp_path / "survey.toml", DESIGN)
    load(places, "survey", save(answers(200), tmp_path / "x.csv"), mapping=mapping)
    query = "SELECT stratum_key, cluster_key FROM survey_respondents ORDER BY respondent"
    before = places.read_frame(query)
    assert before["cluster_key"].str.fullmatch(r"cluster-[0-9a-f]{24}").all()
    assert before["stratum_key"].str.fullmatch(r"stratum-[0-9a-f]{24}").all()
    (head,) = list_surveys(places)
    numbers = read_respondents(places, head.id)
    rotate(places, NewEvent("alteration", "tests", "test", "", "key", "", "security"))
    after = places.read_frame(query)
    assert not set(after["cluster_key"]) & set(before["cluster_key"])
    pd.testing.assert_frame_equal(read_respondents(places, head.id), numbers)
    # Files that come after the change meet the points that are held.
    more = answers(210).iloc[195:]
    load(places, "survey", save(more, tmp_path / "y.csv"), mapping=mapping)
    assert len(read_respondents(places, head.id)) == 210
    assert places.read_frame(query)["cluster_key"].nunique() == 21


def test_file_with_another_design_is_refused_and_replace_puts_it_right(
    places: Database, tmp_path: Path
) -> None:
    plain = write(tmp_path / "plain.toml", DESIGN.replace('cluster = "psu"', ""))
    told = write(tmp_path / "told.toml", DESIGN)
    load(places, "survey", save(answers(100), tmp_path / "x.csv"), mapping=plain)
    assert list_surveys(places)[0].ranges_from == "weights and strata"
    later = save(answers(120).iloc[100:], tmp_path / "y.csv")
    with pytest.raises(MappingError, match="Only this file of the survey names its cluster"):
        load(places, "survey", later, mapping=told)
    whole = save(answers(120), tmp_path / "z.csv")
    load(places, "survey", whole, mapping=told, replace=True)
    with pytest.raises(MappingError, match="Only what is held of the survey names its cluster"):
        load(places, "survey", save(answers(130), tmp_path / "a.csv"), mapping=plain)
    assert list_surveys(places)[0].has_points


def test_ranges_on_the_page_pay_for_points_and_say_so(places: Database, tmp_path: Path) -> None:
    found = {}
    for name, text in (
        ("points", DESIGN.replace('stratum = "area type"\n', "")),
        ("weights", MAPPING.replace("2026-06-30", "2026-03-31")),
    ):
        load(
            places, "survey", save(answers(nested=False), tmp_path / f"{name}.csv"),
            mapping=write(tmp_path / f"{name}.toml", text.replace("County survey", name)),
        )  # fmt: skip
    for head in list_surveys(places):
        found[head.name] = survey.find_figures(survey.load_survey(places, head), "yes:insult")
    points, weights = (found[name].county.iloc[0] for name in ("points", "weights"))
    assert points["value"] == weights["value"] and points["points"] == 160
    assert points["deff"] > 2 and weights["deff"] < 1.2
    assert points["margin"] > 1.3 * weights["margin"] and points["n_eff"] < weights["n_eff"]
    for name, districts in ((one, found[one].districts) for one in found):
        assert (districts["refused"] == "").all(), name
    said = survey_tables.say_method(found["points"].survey)
    assert "knows of weights and sampling points." in said and "too narrow" not in said
    assert "at 160 sampling points" in survey_tables.say_sample(found["points"], None)
    assert "weights only, and is too narrow" in survey_tables.say_method(found["weights"].survey)
    assert "Widest margin" in survey_tables.say_sample(found["weights"], None)


def test_program_and_page_say_what_the_ranges_of_wards_know(
    small_county_database: Database,
) -> None:
    made = worry_figures.find_worry(small_county_database, method=Method.SYNTHETIC)
    names = explore.load_areas(small_county_database, "ward")
    head = made.estimates.survey
    for told, said in ((False, "weights only"), (True, "weights and sampling points")):
        known = replace(head, has_points=told, has_strata=told)
        found = replace(made, estimates=replace(made.estimates, survey=known))
        record = worry_figures.to_record(found, names, "")
        assert record["survey"]["ranges_from"] == said
        assert f"its ranges know of {said}." in worry_words.say_sources(found)
        block = profile_worry.find_worry(found, names["code"].iloc[0])
        assert f"the sample and knows of {said}." in " ".join(say_worry(block))


def test_respondents_of_before_keep_their_place_without_a_design(database: Database) -> None:
    columns = {one["name"]: one for one in sa.inspect(database.engine).get_columns(
        "survey_respondents")}  # fmt: skip
    assert columns["stratum_key"]["nullable"] and columns["cluster_key"]["nullable"]
