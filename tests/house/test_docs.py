"""The documents say what the code does."""

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from dashboard.navigation import TABLE
from dashboard.permissions import Actor, Role
from geodata import errors, schemas
from geodata.faults import Faults
from geodata.settings import Settings
from geodata.sources import boundaries, census, tables
from geodata.sources.calls import read_calls_file
from geodata.sources.cases import read_cases_file
from geodata.sources.force_extract import read_force_extract
from geodata.sources.mapping import load_mapping
from geodata.sources.police_uk import COLUMNS, read_street_file
from geodata.sources.record_forms import FORMS
from geodata.sources.survey import read_survey_file
from geodata.sources.survey_mapping import (
    ESTIMATE_COLUMNS,
    MICRODATA_COLUMNS,
    load_survey_mapping,
)
from geodata.sources.survey_places import SurveyPlaces
from tests.house.source import ROOT, module_paths

SETTING = re.compile(r"WARDLIGHT_[A-Z][A-Z_]*[A-Z]")
SHAPES = {
    "incidents": schemas.INCIDENT_COLUMNS,
    "locations": schemas.LOCATION_COLUMNS,
    "boundaries": schemas.AREA_COLUMNS,
    "lookup": schemas.LOOKUP_COLUMNS,
    "population": schemas.POPULATION_COLUMNS,
    "segments": schemas.SEGMENT_COLUMNS,
    "area scores": schemas.AREA_SCORE_COLUMNS,
    "calls": schemas.CALL_COLUMNS,
    "cases": schemas.CASE_COLUMNS,
    "survey respondents": schemas.SURVEY_RESPONDENT_COLUMNS,
    "survey answers": schemas.SURVEY_ANSWER_COLUMNS,
    "survey estimates": schemas.SURVEY_ESTIMATE_COLUMNS,
    "teams": schemas.OFFICER_COLUMNS,
    "postcodes": schemas.POSTCODE_COLUMNS,
    "priorities": schemas.PRIORITY_COLUMNS,
    "signal events": schemas.SIGNAL_COLUMNS,
}


def _document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _section(text: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section '## {title}'"
    return found[1]


def _user_errors(error: type[errors.UserFacingError]) -> Iterator[str]:
    for kind in error.__subclasses__():
        if kind.__module__.startswith(("dashboard", "analytics", "geodata")):
            yield kind.__name__
        yield from _user_errors(kind)


def _import_errors_of_all_packages() -> None:
    for path in module_paths():
        if re.search(r"^class \w+Error\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            importlib.import_module(
                path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            )


def test_readme_lists_every_error_a_user_can_meet_and_no_other() -> None:
    _import_errors_of_all_packages()
    table = _section(_document("README.md"), "Errors")
    listed = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert listed == set(_user_errors(errors.UserFacingError))


def test_every_setting_is_documented_with_its_default_kept_true() -> None:
    table = _section(_document("docs/operations.md"), "Settings")
    rows = dict(re.findall(r"^\| `(WARDLIGHT_\w+)` \| ([^|]+) \|", table, re.MULTILINE))
    assert set(rows) == {f"WARDLIGHT_{name.upper()}" for name in Settings.model_fields}
    for name, setting in Settings.model_fields.items():
        if setting.default_factory is None:
            shown = rows[f"WARDLIGHT_{name.upper()}"].strip().strip("`")
            default = setting.default
            expected = (default or "empty") if isinstance(default, str) else f"{default:.10g}"
            assert shown == expected, name


def test_every_variable_named_anywhere_is_a_setting() -> None:
    known = {f"WARDLIGHT_{name.upper()}" for name in Settings.model_fields}
    named = {
        variable
        for path in [*module_paths(), ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for variable in SETTING.findall(path.read_text(encoding="utf-8"))
    }
    assert named <= known


@pytest.mark.parametrize("shape", SHAPES)
def test_data_document_explains_every_column_kept(shape: str) -> None:
    text = _section(_document("docs/data.md"), f"What is kept: {shape}")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(SHAPES[shape]) - {
        "geometry"
    }


def test_every_decision_record_says_context_decision_and_consequences() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert len(records) >= 4
    for record in records:
        text = record.read_text(encoding="utf-8")
        for title in ("Context", "Decision", "Consequences"):
            assert f"\n## {title}\n" in text, f"{record.name} lacks {title}"


@dataclass(frozen=True)
class ExampleFile:
    """An example of docs/data.md, written to disk."""

    name: str
    suffix: str
    path: Path


def _example(source: str, folder: Path, language: str = "csv") -> ExampleFile:
    section = _section(_document("docs/data.md"), source)
    found = re.search(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert found, f"docs/data.md has no {language} example under '## {source}'"
    path = folder / f"{source}.{language}"
    path.write_text(found[1], encoding="utf-8")
    return ExampleFile(path.name, path.suffix, path)


def _example_table(source: str, folder: Path) -> pd.DataFrame:
    return tables.read_table(_example(source, folder), settings=Settings())


def test_example_of_boundaries_is_read_whole(tmp_path: Path) -> None:
    example = _example("boundaries", tmp_path, "geojson")
    faults = Faults()
    areas = boundaries.read_boundaries(example.path, example.name, faults)
    assert faults.count == 0
    assert len(areas) == len(json.loads(example.path.read_text(encoding="utf-8"))["features"])
    assert set(schemas.AREA_COLUMNS) == set(areas.columns)


@pytest.mark.parametrize(
    ("source", "reader"),
    [
        ("lookup", census.read_lookup),
        ("population", census.read_population),
        ("segments", census.read_segments),
    ],
)
def test_example_of_table_is_read_whole(source: str, reader: object, tmp_path: Path) -> None:
    assert callable(reader)
    faults = Faults()
    frame = reader(_example_table(source, tmp_path), f"{source}.csv", faults)
    assert faults.count == 0
    assert len(frame)
    assert set(frame.columns) - {"parent_code"} == set(SHAPES[source])


def test_example_of_an_extract_is_read_whole_by_its_mapping(tmp_path: Path) -> None:
    frame = _example_table("incidents", tmp_path)
    mapping = load_mapping(_example("incidents", tmp_path, "toml").path)
    faults = Faults()
    read = read_force_extract(frame, mapping, faults, "incidents.csv")
    assert faults.count == 0
    assert len(read.incidents) == len(frame)
    assert "not recorded" not in set(read.incidents["asb_type"])


@pytest.mark.parametrize("source", FORMS)
def test_every_field_a_mapping_takes_is_documented(source: str) -> None:
    section = _section(_document("docs/data.md"), source)
    table = section.split("### Fields that")[-1]
    firsts = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(firsts))) == set(FORMS[source].columns)


def test_examples_of_calls_and_cases_are_read_whole_by_their_mappings(tmp_path: Path) -> None:
    faults = Faults()
    calls, cases = _example_table("calls", tmp_path), _example_table("cases", tmp_path)
    of_calls = load_mapping(_example("calls", tmp_path, "toml").path, FORMS["calls"])
    of_cases = load_mapping(_example("cases", tmp_path, "toml").path, FORMS["cases"])
    districts = {"example vale": "X07000001"}
    read = read_calls_file(calls, of_calls, faults, "calls.csv", districts)
    kept = read_cases_file(cases, of_cases, faults, "cases.csv", {})
    assert (faults.count, faults.notes) == (0, [])
    assert (len(read.calls), len(kept.cases)) == (len(calls), len(cases))
    assert (read.calls["caller_key"] != "").sum() == 2
    assert kept.cases["risk_band"].tolist() == ["high", "standard"]


def test_example_of_police_uk_keeps_both_of_two_identical_rows(tmp_path: Path) -> None:
    frame = _example_table("police-uk", tmp_path)
    faults = Faults()
    read = read_street_file(frame, "2025-01-example-street.csv", faults, content_hash="0" * 64)
    assert faults.count == 0
    assert len(read.incidents) == len(frame) == 2


def test_every_column_a_street_file_needs_is_documented() -> None:
    section = _section(_document("docs/data.md"), "police-uk")
    needed = " ".join(re.findall(r"^\| (`[^|]+`) \| yes", section, re.MULTILINE))
    assert set(re.findall(r"`([^`]+)`", needed)) == set(COLUMNS)


def test_every_page_is_in_the_readme_with_the_roles_that_open_it() -> None:
    table = _section(_document("README.md"), "Pages")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)[1:]
    assert rows == [
        (view.title, ", ".join(r for r in Role if view.open_to(Actor("x", "x", frozenset({r})))))
        for view in TABLE
    ]


def test_every_command_is_in_the_readme() -> None:
    cli = importlib.import_module("dashboard.cli")
    commands = {
        command.name or command.callback.__name__ for command in cli.app.registered_commands
    }
    groups = {group.name for group in cli.app.registered_groups}
    listed = set(re.findall(r"^\| `wardlight ([a-z]+)", _document("README.md"), re.MULTILINE))
    assert listed == commands | groups


def test_example_of_a_survey_is_read_whole_by_its_mapping(tmp_path: Path) -> None:
    frame = _example_table("survey", tmp_path)
    mapping = load_survey_mapping(_example("survey", tmp_path, "toml").path)
    places = SurveyPlaces(districts={"example vale": "X07000001", "x07000001": "X07000001"})
    faults = Faults()
    read = read_survey_file(frame, mapping, faults, "survey.csv", places)
    assert faults.count == 0
    assert len(read.respondents) == len(frame)
    assert set(read.answers["item"]) == set(mapping.items)


def test_every_field_of_a_survey_mapping_is_documented() -> None:
    section = _section(_document("docs/data.md"), "survey").split("### Fields that")[-1]
    firsts = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", " ".join(firsts)))
    assert named == set(MICRODATA_COLUMNS) | set(ESTIMATE_COLUMNS)
