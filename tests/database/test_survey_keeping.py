"""What is kept of a survey: no trait, no reference, nothing of another survey, nothing too long."""

import datetime as dt
import hashlib
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from geodata import settings
from geodata.errors import MappingError
from geodata.retention import pick_rules, read_retention_rules
from geodata.store.audit import NewEvent
from geodata.store.database import Database
from geodata.store.engagement import read_officers
from geodata.store.keys import rotate
from geodata.store.retention import purge
from geodata.store.surveys import (
    list_surveys,
    read_answers,
    read_respondents,
    read_survey_estimates,
)
from tests.survey_files import MAPPING, ROWS, build_places, load, write

HEADER = "id,wt,when,oa,q1\n"
NO_REFERENCE = MAPPING.replace('respondent = "id"\n', "")
READY = """
[survey]
name = "Ready"
kind = "estimates"
groups = ["Renters"]
[columns]
item = "item"
value = "v"
period = "p"
group = "g"
[items.safe]
label = "Feels safe"
role = "safety"
"""


@pytest.fixture
def places(database: Database, tmp_path: Path) -> Database:
    return build_places(database, tmp_path)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return write(tmp_path / "survey.toml", MAPPING)


@pytest.fixture
def own_keys(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of this test alone, with the key of the run in it."""
    path = tmp_path / "own.keys"
    shutil.copy(key_file, path)
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(path))
    settings.get_settings.cache_clear()
    return path


def count_people(database: Database) -> int:
    (head,) = list_surveys(database)
    return len(read_respondents(database, head.id))


@pytest.mark.parametrize(
    "change",
    [
        ("[items.insult]", '[items.q9]\ncolumn = "x"\nlabel = "Age of respondent"\n'
         "range = [16, 99]\n[items.insult]"),
        ('label = "Worry about insults"', 'label = "Ethnic background"'),
        ('label = "Worry about insults"', 'label = "Asked"\nyes_label = "Asian"'),
        ('label = "Worry about insults"', 'label = "Asked"\nquestion = "Are you male or female?"'),
        ('column = "q1"', 'column = "qage"'),
        ("scale = [1, 2, 3, 4]\nyes = [1, 2]", 'scale = ["Male", "Female"]'),
        ("OAC 2021 group", "Respondent ethnicity"),
        ("[items.insult]", '[segment]\ncolumns = ["sex", "eth", "v1"]\n[items.insult]'),
        ("[items.insult]", '[segment]\ncolumns = ["v1"]\n[translate.v1]\n1 = "Female"\n'
         "[items.insult]"),
    ],
)  # fmt: skip
def test_trait_is_refused_wherever_it_stands(
    places: Database, tmp_path: Path, change: tuple[str, str]
) -> None:
    mapping = write(tmp_path / "m.toml", MAPPING.replace(*change))
    with pytest.raises(MappingError, match="traits"):
        load(places, "survey", write(tmp_path / "a.csv", ROWS), mapping=mapping)
    assert list_surveys(places) == []


def test_areas_are_never_told_apart_by_a_trait(places: Database, tmp_path: Path) -> None:
    classes = write(tmp_path / "c.csv", "OA21CD,Ethnicity,v1\nE00000001,Asian,1\n")
    for columns, name in ((("Ethnicity",), "Kind"), (("v1",), "Ethnic group of area")):
        with pytest.raises(MappingError, match="trait"):
            load(places, "segments", classes, class_columns=columns, classification=name)


def test_segment_of_a_classification_that_is_not_held_is_not_kept(
    places: Database, tmp_path: Path
) -> None:
    text = MAPPING.replace("OAC 2021 group", "Secret").replace('place = "oa"', 'ward = "w"')
    mapping = write(tmp_path / "m.toml", text + '[segment]\ncolumns = ["v1", "v2"]\n')
    rows = "id,wt,when,w,q1,v1,v2\nr1,1,2026-04-02,E05000000,1,2,47\n"
    report = load(places, "survey", write(tmp_path / "a.csv", rows), mapping=mapping)
    assert "no segment is kept" in " ".join(report.sentences)
    (head,) = list_surveys(places)
    assert read_respondents(places, head.id)["segment_code"].tolist() == [""]


@pytest.mark.parametrize(
    "change",
    [
        ("[columns]", 'reach = "shape only"\n[columns]'),
        ("[columns]", "synthetic = true\n[columns]"),
        ('classification = "OAC 2021 group"', ""),
        ("[1, 2, 3, 4]", "[4, 3, 2, 1]"),
        ("yes = [1, 2]", "yes = [1]"),
        ("missing = [8, 9]", "missing = [9]"),
    ],
)
def test_other_survey_of_the_same_name_needs_replace(
    places: Database, mapping: Path, tmp_path: Path, change: tuple[str, str]
) -> None:
    load(places, "survey", write(tmp_path / "a.csv", ROWS), mapping=mapping)
    other = write(tmp_path / "other.toml", MAPPING.replace(*change))
    more = write(tmp_path / "b.csv", HEADER + "z1,1,2026-05-02,E00000001,1\n")
    with pytest.raises(MappingError, match="--replace"):
        load(places, "survey", more, mapping=other)
    assert count_people(places) == 3
    load(places, "survey", more, mapping=other, replace=True)
    assert count_people(places) == 1
    assert list_surveys(places)[0].is_synthetic == ("synthetic" in change[1])


def test_replace_clears_once_and_never_for_nothing(
    places: Database, mapping: Path, tmp_path: Path
) -> None:
    first = write(tmp_path / "a.csv", ROWS)
    second = write(tmp_path / "b.csv", HEADER + "z1,1,2026-05-02,E00000001,1\n")
    load(places, "survey", first, second, mapping=mapping, replace=True)
    assert count_people(places) == 4
    both = tmp_path / "both.zip"
    with zipfile.ZipFile(both, "w") as archive:
        for name, path in (("1.csv", second), ("2.csv", first), ("3.csv", second)):
            archive.write(path, name)
    load(places, "survey", both, mapping=mapping, replace=True)
    assert count_people(places) == 4
    bad = write(tmp_path / "bad.csv", HEADER + "y1,-1,2026-05-02,E00000001,1\n")
    report = load(places, "survey", bad, mapping=mapping, replace=True)
    assert "stays as it is" in " ".join(report.sentences)
    assert count_people(places) == 4


def test_file_that_made_way_can_come_back(places: Database, mapping: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", ROWS)
    second = write(tmp_path / "b.csv", HEADER + "z1,1,2026-05-02,E00000001,1\n")
    for path, held in ((first, 3), (second, 1), (first, 3)):
        load(places, "survey", path, mapping=mapping, replace=True)
        assert count_people(places) == held
    assert load(places, "survey", first, mapping=mapping).files[0].already_held
    teams = [
        write(tmp_path / f"{name}.csv", f"ward,name,phone\nE05000000,PC {name},101\n")
        for name in ("One", "Two")
    ]
    for path in (*teams, teams[0]):
        load(places, "teams", path)
    assert read_officers(places)["name"].tolist() == ["PC One"]
    assert load(places, "teams", teams[0]).files[0].already_held


def test_reference_is_a_pseudonym_that_rotates(
    own_keys: Path, places: Database, mapping: Path, tmp_path: Path
) -> None:
    load(places, "survey", write(tmp_path / "a.csv", ROWS), mapping=mapping)
    (head,) = list_surveys(places)
    assert read_respondents(places, head.id)["respondent"].tolist() == [1, 2, 3]
    query = "SELECT respondent_key FROM survey_respondents ORDER BY respondent"
    keys = places.read_frame(query)["respondent_key"].tolist()
    for name in (f"{head.name}/r1", f"{head.name.casefold()}/r1"):
        plain = hashlib.blake2b(name.encode(), digest_size=12, person=b"respondent").hexdigest()
        assert f"respondent-{plain}" not in keys
    rotate(places, NewEvent("alteration", "u1", "Ada", "administrator", "key", "", "security"))
    assert not set(keys) & set(places.read_frame(query)["respondent_key"])
    more = write(tmp_path / "b.csv", ROWS + "r4,2,2026-06-01,E00000001,2\n")
    report = load(places, "survey", more, mapping=mapping)
    assert (report.rows_stored, report.rows_left_out) == (1, 3)


def test_weights_are_rounded_and_within_reason(
    places: Database, mapping: Path, tmp_path: Path
) -> None:
    weights = ("1.2345678", "1e308", "1e-320", "inf", "0.0000001", "2e9")
    rows = "".join(f"r{n},{one},2026-04-02,E00000001,1\n" for n, one in enumerate(weights))
    report = load(places, "survey", write(tmp_path / "a.csv", HEADER + rows), mapping=mapping)
    assert (report.rows_stored, report.rows_refused) == (1, 5)
    (head,) = list_surveys(places)
    assert read_respondents(places, head.id)["weight"].tolist() == [1.235]


def test_refused_values_are_not_kept(places: Database, tmp_path: Path) -> None:
    mapping = write(tmp_path / "m.toml", MAPPING.replace('place = "oa"', 'district = "d"'))
    rows = (
        "id,wt,when,d,q1\n"
        "r1,Mrs Jones 07700900111,1961-02-03 Jane,ME14 1XX 12 High Street,JaneDoe\n"
        "r2,1,2026-04-02,E07000105,1\n"
    )
    report = load(places, "survey", write(tmp_path / "a.csv", rows), mapping=mapping)
    kept = places.read_frame("SELECT value FROM refusals")["value"].tolist()
    assert len(kept) == 4
    for text in ("Jones", "Jane", "ME14", "1961"):
        assert text not in " ".join([*kept, *report.sentences])


def test_stray_row_does_not_empty_a_quarter(places: Database, tmp_path: Path) -> None:
    mapping = write(tmp_path / "m.toml", NO_REFERENCE)
    quarter = "wt,when,oa,q1\n" + "1,2026-01-02,E00000001,1\n" * 4
    load(places, "survey", write(tmp_path / "a.csv", quarter), mapping=mapping)
    stray = write(tmp_path / "b.csv", "wt,when,oa,q1\n1,2026-01-09,E00000002,2\n")
    with pytest.raises(MappingError, match="4 respondents are held of 2026-Q1, and 1 come"):
        load(places, "survey", stray, mapping=mapping)
    half = write(tmp_path / "c.csv", "wt,when,oa,q1\n" + "1,2026-01-09,E00000002,2\n" * 2)
    more = write(tmp_path / "d.csv", "wt,when,oa,q1\n1,2026-02-09,E00000002,2\n")
    report = load(places, "survey", half, more, mapping=mapping)
    assert "2026-Q1: 4 respondents made way for 2." in " ".join(report.sentences)
    assert count_people(places) == 3
    load(places, "survey", stray, mapping=mapping, replace=True)
    assert count_people(places) == 1


def test_end_of_fieldwork_can_be_corrected_downwards(
    places: Database, mapping: Path, tmp_path: Path
) -> None:
    late = write(tmp_path / "late.toml", MAPPING.replace("2026-06-30", "2026-09-30"))
    load(places, "survey", write(tmp_path / "a.csv", ROWS), mapping=late)
    assert list_surveys(places)[0].complete_to == dt.date(2026, 9, 30)
    more = write(tmp_path / "b.csv", ROWS + "r4,2,2026-06-01,E00000001,2\n")
    load(places, "survey", more, mapping=mapping)
    assert list_surveys(places)[0].complete_to == dt.date(2026, 6, 30)


def test_end_of_fieldwork_to_come_is_refused_with_its_key_and_file(
    places: Database, tmp_path: Path
) -> None:
    late = write(tmp_path / "late.toml", MAPPING.replace("2026-06-30", "2062-06-30"))
    with pytest.raises(MappingError) as error:
        load(places, "survey", write(tmp_path / "a.csv", ROWS), mapping=late)
    assert "'late.toml': [survey] complete_to is 30 June 2062" in error.value.detail
    assert not list_surveys(places)


def test_answers_go_when_their_time_is_over(
    places: Database, mapping: Path, tmp_path: Path
) -> None:
    rows = ROWS + "r4,1,2026-07-01,E00000001,1\n"
    load(places, "survey", write(tmp_path / "a.csv", rows), mapping=mapping)
    by = NewEvent("erasure", "u1", "Ada", "administrator", "retention", "", "retention")
    for day, people, answers in ((dt.date(2032, 6, 30), 4, 3), (dt.date(2032, 7, 1), 1, 1)):
        purge(places, pick_rules(read_retention_rules(), day), day, by)
        assert count_people(places) == people
        assert len(read_answers(places, list_surveys(places)[0].id)) == answers


def test_ready_figures_have_a_time_and_named_groups(places: Database, tmp_path: Path) -> None:
    mapping = write(tmp_path / "m.toml", READY)
    rows = (
        "item,v,p,g\nsafe,50,2025,\nsafe,51,2025-Q3,renters\nsafe,52,2024/25,\n"
        "safe,53,Mrs Jones 07700 900111,\nsafe,54,2025,Mrs Jones of 12 High Street\n"
        "safe,55,year ending March 2025,\nsafe,56,2024 to 2025,\n"
    )
    report = load(places, "survey", write(tmp_path / "a.csv", rows), mapping=mapping)
    assert (report.rows_stored, report.rows_refused) == (5, 2)
    assert "Jones" not in " ".join(report.sentences)
    held = read_survey_estimates(places, list_surveys(places)[0].id)
    assert held.loc[held["kind"] == "group", "code"].tolist() == ["Renters"]
    assert np.isnan(held["respondents"]).all()
    for group in ("Black women", "Mrs Jones", "Aged 16 to 24"):
        other = write(tmp_path / "o.toml", READY.replace("Renters", group))
        with pytest.raises(MappingError, match="a group is"):
            load(places, "survey", tmp_path / "a.csv", mapping=other)
    none = write(tmp_path / "n.toml", READY.replace('groups = ["Renters"]\n', ""))
    with pytest.raises(MappingError, match="go together"):
        load(places, "survey", tmp_path / "a.csv", mapping=none)
