"""A survey from file to store: linked, refused, told apart, added to; classes from any column."""

import json
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from typer.testing import CliRunner

from analytics.worry.sample import SurveySample
from analytics.worry.synthetic import measure_segments
from dashboard import cli
from dashboard.cli.frame import find_notice
from dashboard.services.ward_mix import load_ward_frame
from geodata.errors import (
    ColumnsMissingError,
    FileNotReadableError,
    MappingError,
    ReferenceDataMissingError,
    StrictImportError,
)
from geodata.store.areas import (
    list_classifications,
    read_lookups,
    read_segment_parents,
    read_segments,
)
from geodata.store.database import Database
from geodata.store.imports import is_synthetic
from geodata.store.survey_heads import list_licences
from geodata.store.surveys import (
    list_surveys,
    read_answers,
    read_respondents,
    read_survey_estimates,
)
from tests.survey_files import MAPPING, ROWS, build_places, load, write


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return write(tmp_path / "survey.toml", MAPPING)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return write(tmp_path / "answers.csv", ROWS)


@pytest.fixture
def places(database: Database, tmp_path: Path) -> Database:
    return build_places(database, tmp_path)


def test_output_areas_lead_to_wards_and_segments_and_are_not_kept(
    places: Database, answers: Path, mapping: Path
) -> None:
    assert len(read_lookups(places, "oa", "lsoa")) == 3
    report = load(places, "survey", answers, mapping=mapping)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (3, 3, 0)
    (head,) = list_surveys(places)
    assert (head.name, head.kind, head.reach) == ("County survey", "microdata", "area")
    assert (head.classification, str(head.complete_to)) == ("OAC 2021 group", "2026-06-30")
    assert not head.is_synthetic
    people = read_respondents(places, head.id).sort_values("weight")
    assert people["ward_code"].tolist() == ["E05000000", "E05000001", "E05000000"]
    assert people["district_code"].tolist() == ["E06000035", "E07000105", "E06000035"]
    assert people["segment_code"].tolist() == ["1a", "1a", "6c"]
    assert set(people["quarter"]) == {"2026-Q2"}
    given = read_answers(places, head.id)
    assert sorted(given["score"]) == [0.0, 100.0]
    kept = json.dumps([people.to_dict("records"), given.to_dict("records")], default=str)
    assert "E0000" not in kept
    assert "r1" not in kept


def test_same_file_adds_nothing_and_a_later_one_only_who_is_new(
    places: Database, answers: Path, mapping: Path, tmp_path: Path
) -> None:
    load(places, "survey", answers, mapping=mapping)
    assert load(places, "survey", answers, mapping=mapping).files[0].already_held
    more = write(tmp_path / "more.csv", ROWS + "r4,2,2026-07-01,E00000001,2\n")
    report = load(places, "survey", more, mapping=mapping)
    assert (report.rows_stored, report.rows_left_out) == (1, 3)
    (head,) = list_surveys(places)
    assert len(read_respondents(places, head.id)) == 4


def test_corrected_mapping_takes_hold_with_replace(
    places: Database, answers: Path, mapping: Path, tmp_path: Path
) -> None:
    load(places, "survey", answers, mapping=mapping)
    other = write(tmp_path / "other.toml", MAPPING.replace("[1, 2, 3, 4]", "[4, 3, 2, 1]"))
    report = load(places, "survey", answers, mapping=other, replace=True)
    assert report.rows_stored == 3
    (head,) = list_surveys(places)
    people = read_respondents(places, head.id).set_index("respondent")["weight"]
    score = read_answers(places, head.id).set_index("respondent")["score"]
    assert score[people[people == 1.5].index[0]] == 0.0
    assert len(people) == 3


def test_invented_answers_say_so_on_every_screen(
    places: Database, answers: Path, tmp_path: Path
) -> None:
    assert not is_synthetic(places)
    invented = MAPPING.replace("[columns]", "synthetic = true\n[columns]")
    load(places, "survey", answers, mapping=write(tmp_path / "invented.toml", invented))
    assert is_synthetic(places)
    assert list_surveys(places)[0].is_synthetic


def test_two_surveys_keep_apart(
    places: Database, answers: Path, mapping: Path, tmp_path: Path
) -> None:
    load(places, "survey", answers, mapping=mapping)
    other = write(tmp_path / "other.toml", MAPPING.replace("County survey", "Town survey"))
    load(places, "survey", answers, mapping=other)
    heads = list_surveys(places)
    assert [head.name for head in heads] == ["County survey", "Town survey"]
    assert {len(read_respondents(places, head.id)) for head in heads} == {3}


def test_row_with_a_fault_is_refused_and_the_others_stay(
    places: Database, mapping: Path, tmp_path: Path
) -> None:
    bad = ROWS.replace("0.5", "-0.5").replace("E00000003", "E00000009") + "r4,1,,E00000001,5\n"
    path = write(tmp_path / "bad.csv", bad)
    report = load(places, "survey", path, mapping=mapping)
    assert (report.rows_read, report.rows_stored, report.rows_refused) == (4, 1, 3)
    said = " ".join(report.sentences)
    for part in ("a weight above 0", "leads to a ward held", "a date such as", "one of 1, 2, 3, 4"):
        assert part in said
    assert "E00000009" not in said
    (head,) = list_surveys(places)
    assert len(read_answers(places, head.id)) == 1
    with pytest.raises(StrictImportError):
        load(places, "survey", write(tmp_path / "b.csv", bad + "\n"), mapping=mapping, strict=True)


def test_nothing_is_stored_without_mapping_columns_or_areas(
    places: Database, answers: Path, mapping: Path, tmp_path: Path
) -> None:
    with pytest.raises(MappingError, match="suggest-mapping"):
        load(places, "survey", answers)
    misspelt = write(tmp_path / "m.toml", MAPPING.replace('weight = "wt"', 'weigth = "wt"'))
    with pytest.raises(MappingError, match="nearest accepted is 'weight'"):
        load(places, "survey", answers, mapping=misspelt)
    lacking = write(tmp_path / "lacking.csv", ROWS.replace("id,wt", "id,weight"))
    with pytest.raises(ColumnsMissingError, match="wt"):
        load(places, "survey", lacking, mapping=mapping)
    assert list_surveys(places) == []


def test_survey_of_here_needs_boundaries_first(
    database: Database, answers: Path, mapping: Path
) -> None:
    with pytest.raises(ReferenceDataMissingError):
        load(database, "survey", answers, mapping=mapping)


def test_dry_run_keeps_nothing(places: Database, answers: Path, mapping: Path) -> None:
    report = load(places, "survey", answers, mapping=mapping, dry_run=True)
    assert report.rows_stored == 3
    assert list_surveys(places) == []


@pytest.mark.parametrize("suffix", [".sav", ".dta", ".parquet"])
def test_other_forms_of_the_same_survey_give_the_same(
    places: Database, mapping: Path, suffix: str, tmp_path: Path
) -> None:
    frame = pd.read_csv(write(tmp_path / "a.csv", ROWS), dtype={"q1": "float64"})
    path = tmp_path / f"answers{suffix}"
    if suffix == ".sav":
        pyreadstat.write_sav(frame, str(path))
    elif suffix == ".dta":
        pyreadstat.write_dta(frame, str(path))
    else:
        frame.to_parquet(path)
    load(places, "survey", path, mapping=mapping)
    (head,) = list_surveys(places)
    people = read_respondents(places, head.id)
    assert sorted(people["weight"]) == [0.5, 1.0, 1.5]
    assert sorted(read_answers(places, head.id)["score"]) == [0.0, 100.0]


def test_ready_estimates_are_stored_and_replaced(places: Database, tmp_path: Path) -> None:
    mapping = write(
        tmp_path / "poll.toml",
        '[survey]\nname = "Open poll"\nkind = "estimates"\nreach = "indicative"\n[columns]\n'
        'area = "area"\nitem = "item"\nperiod = "year"\nvalue = "percent"\nlow = "low"\n'
        '[items.safe]\nlabel = "Feels safe"\nrole = "safety"\n',
    )
    first = write(
        tmp_path / "first.csv",
        "area,item,year,percent,low\n,safe,2025,70,60\nE06000035,Feels safe,2025,58,\n"
        "X,safe,2025,1,\n",
    )
    report = load(places, "survey", first, mapping=mapping)
    assert (report.rows_stored, report.rows_refused) == (2, 1)
    later = write(tmp_path / "later.csv", "area,item,year,percent,low\nE06000035,safe,2025,59,\n")
    assert "replaces 1 row of" in " ".join(load(places, "survey", later, mapping=mapping).sentences)
    (head,) = list_surveys(places)
    held = read_survey_estimates(places, head.id)
    assert held[["kind", "value"]].to_numpy().tolist() == [["county", 70.0], ["district", 59.0]]
    assert held["low"].isna().all()


def test_any_class_column_makes_a_classification_and_stands_beside_another(
    places: Database, tmp_path: Path
) -> None:
    rural = write(tmp_path / "r.csv", "LSOA21CD,kind\nE01000001,Urban\nE01000002,Rural\n")
    decile = write(tmp_path / "d.csv", "LSOA21CD,IMD_decile,x\nE01000001,1,a\nE01000002,10,b\n")
    crossed = write(
        tmp_path / "c.toml",
        '[classification]\nname = "Fifth and kind"\ncolumns = ["IMD_decile"]\nbeside = "Kind"\n'
        '[translate.IMD_decile]\n1 = "1"\n10 = "5"\n[names]\n"1/Urban" = "Most deprived, urban"\n',
    )
    with pytest.raises(ReferenceDataMissingError, match="--class-column"):
        load(places, "segments", decile, mapping=crossed)
    load(places, "segments", rural, class_columns=("kind",), classification="Kind")
    load(places, "segments", decile, mapping=crossed)
    held = read_segments(places, "Fifth and kind")
    assert held["segment_code"].tolist() == ["1/Urban", "5/Rural"]
    assert held["segment_name"].tolist() == ["Most deprived, urban", "5/Rural"]
    load(places, "segments", decile, class_columns=("IMD_decile", "x"), classification="Two")
    assert read_segments(places, "Two")["segment_code"].tolist() == ["1/a", "10/b"]
    assert {"Kind", "Fifth and kind", "Two", "OAC 2021 group"} <= set(list_classifications(places))
    with pytest.raises(ColumnsMissingError, match="IMD_decile"):
        load(places, "segments", decile, class_columns=("IMD_decil",), classification="Bad")
    with pytest.raises(MappingError, match="--classification"):
        load(places, "segments", decile, class_columns=("x",))


def test_classification_with_holes_says_how_many_areas_have_no_class(
    places: Database, tmp_path: Path
) -> None:
    holed = write(tmp_path / "h.csv", "LSOA21CD,kind\nE01000001,Urban\n")
    report = load(places, "segments", holed, class_columns=("kind",), classification="Kind")
    (note,) = [said for said in report.files[0].notes if "Without a class" in said]
    assert note == "Without a class of Kind: 1 of the 2 small areas that are held (E01000002)."
    few = write(
        tmp_path / "o.csv",
        "OA21CD,LSOA21CD,Supergroup,Group,Subgroup\nE00000001,E01000001,6,6c,6c2\n",
    )
    report = load(places, "segments", few, classification="OAC again")
    assert (
        "Without a class of OAC again group, OAC again subgroup, OAC again supergroup: 2 of the 3 "
        "small areas that are held (E00000002, E00000003)."
    ) in report.files[0].notes


CHARACTER = """
[classification]
name = "Invented character"
columns = ["type"]
parent = "family"
[translate.family]
"Built up" = "B"
"""


def test_class_mapping_may_name_the_larger_segment_which_small_ones_are_pooled_with(
    places: Database, tmp_path: Path
) -> None:
    mapping = write(tmp_path / "character.toml", CHARACTER)
    rows = "LSOA21CD,type,family\nE01000001,1a,Built up\nE01000002,1b,Built up\n"
    load(places, "segments", write(tmp_path / "c.csv", rows), mapping=mapping)
    assert read_segment_parents(places, "Invented character") == {"1a": "B", "1b": "B"}
    frame = load_ward_frame(places, "Invented character")
    assert frame.parents == {"1a": "B", "1b": "B"}
    asked = pd.DataFrame({"segment_code": ["1a"] * 30 + ["1b"] * 40, "weight": 1.0,
                          "value": [0.0] * 30 + [70.0] * 40, "ward_code": "",
                          "district_code": ""})  # fmt: skip
    table = measure_segments(SurveySample(asked), frame).table
    assert table["pooled_into"].to_dict() == {"1a": "B", "1b": "B"}
    assert table["mean"].tolist() == pytest.approx([40.0, 40.0])
    # Codes that look like the Output Area Classification's name nothing in another one.
    plain = CHARACTER.replace('parent = "family"\n', "").split("[translate")[0]
    plain = plain.replace("Invented character", "Plain")
    again = write(tmp_path / "p.csv", rows + "\n")
    load(places, "segments", again, mapping=write(tmp_path / "plain.toml", plain))
    frame = load_ward_frame(places, "Plain")
    assert frame.parents == {}
    alone = measure_segments(SurveySample(asked), frame).table
    assert alone["pooled_into"].to_dict() == {"1a": "all", "1b": "all"}
    assert load_ward_frame(places, "OAC 2021 subgroup").parents is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("E01000001,1a,B\nE01000002,1a,C\n", "lies in 'B' and 'C'"),
        ("E01000001,1a,B\nE01000002,B,C\n", "codes of their own"),
    ],
)
def test_segment_with_two_parents_or_a_chain_is_refused(
    places: Database, tmp_path: Path, rows: str, said: str
) -> None:
    path = write(tmp_path / "c.csv", "LSOA21CD,type,family\n" + rows)
    with pytest.raises(MappingError) as error:
        load(places, "segments", path, mapping=write(tmp_path / "c.toml", CHARACTER))
    assert said in error.value.detail


def test_licence_of_a_survey_is_kept_and_stands_in_the_notice(
    places: Database, tmp_path: Path
) -> None:
    licence = "Contains answers of Exampleshire, Licence v9."
    text = MAPPING.replace("about = ", f'licence = "{licence}"\nabout = ')
    path = write(tmp_path / "answers.csv", ROWS)
    load(places, "survey", path, mapping=write(tmp_path / "survey.toml", text))
    assert list_surveys(places)[0].licence == licence and list_licences(places) == [licence]
    assert find_notice(places).endswith(licence) and find_notice(places) != licence
    # A further file whose mapping does not say it again is under it still.
    more = write(tmp_path / "more.csv", ROWS.replace("r", "s"))
    load(places, "survey", more, mapping=write(tmp_path / "again.toml", MAPPING))
    assert list_licences(places) == [licence]
    bad = write(tmp_path / "bad.toml", MAPPING.replace(
        'about = ', 'licence = "Ring 01632 960123"\nabout = '))  # fmt: skip
    with pytest.raises(MappingError, match="not accepted"):
        load(places, "survey", more, mapping=bad)


def test_missing_or_empty_file_is_said_before_a_faulty_mapping(
    places: Database, tmp_path: Path
) -> None:
    faulty = write(tmp_path / "faulty.toml", "[survey]\n")
    for path, said in ((tmp_path / "none.csv", "not there"),
                       (write(tmp_path / "empty.csv", ""), "is empty")):  # fmt: skip
        with pytest.raises(FileNotReadableError, match=said):
            load(places, "survey", path, mapping=faulty)


def test_command_line_drafts_imports_and_takes_ready_mappings(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "bcs.csv",
        "rowlabel,tcindwt,tcemdiqu2,rural2,winsult,wburgl,wmugged,wattack,wcarstol,wfromcar,"
        "walkdark,walkday,homealon,rubbcomm,vandcomm,poorhou,tcneigh,tcarea,bcsvictim\n"
        "61302140,1.2,1,1,2,3,,8,5,1,4,2,1,3,4,2,0.1,-0.2,1\n",
    )
    drafted = CliRunner().invoke(cli.app, ["import", "survey", "--suggest-mapping", str(path)])
    assert 'weight = "tcindwt"' in drafted.stdout
    done = CliRunner().invoke(
        cli.app,
        ["import", "survey", str(path), "--mapping", "british-crime-survey-2007-08", "--json",
         "--database", sqlite_database.url],
        catch_exceptions=False,
    )  # fmt: skip
    assert json.loads(done.stdout)["rows_stored"] == 1
    assert list_surveys(sqlite_database)[0].reach == "shape only"
