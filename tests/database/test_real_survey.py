"""The British Crime Survey teaching file by its ready mapping: weighted figures and segments."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.ingest import ImportOptions, run_import
from geodata.store.areas import read_segments
from geodata.store.database import Database, open_database, upgrade
from geodata.store.surveys import list_surveys, read_answers, read_respondents

CLASSIFICATION = "Deprivation fifth and urban or rural"


def load(database: Database, source: str, path: Path, **options: object) -> None:
    given = ImportOptions(**options)  # type: ignore[arg-type]
    run_import(database, source, [path], options=given, imported_by="tests")


@pytest.fixture(scope="module")
def survey_file(shared_data: Path) -> Path:
    return shared_data / "survey" / "bcs_2007_8_teaching_half_a.csv"


@pytest.fixture(scope="module")
def held(
    shared_data: Path, survey_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The survey beside the Kent and Medway areas of the classification it can be linked by."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('bcs') / 'bcs.sqlite3'}")
    upgrade(database)
    people = shared_data / "demography"
    load(
        database, "segments", people / "kent_medway_population_lsoa21.csv",
        class_columns=("urban_rural",), classification="Urban or rural",
    )  # fmt: skip
    load(
        database, "segments", people / "kent_medway_iod2025_lsoa21.csv",
        mapping="deprivation-fifth-urban-rural",
    )  # fmt: skip
    load(database, "survey", survey_file, mapping="british-crime-survey-2007-08")
    yield database
    database.engine.dispose()


def test_survey_loads_whole_but_for_respondents_without_a_weight(
    held: Database, survey_file: Path
) -> None:
    (head,) = list_surveys(held)
    assert (head.reach, head.complete_to) == ("shape only", None)
    people = read_respondents(held, head.id)
    source = pd.read_csv(survey_file)
    assert len(people) == source["tcindwt"].notna().sum() == 5_796
    assert people["weight"].sum() == pytest.approx(source["tcindwt"].sum(), rel=1e-4)
    assert (people[["district_code", "ward_code", "quarter"]] == "").all(axis=None)


@pytest.mark.parametrize(
    ("item", "column", "yes"),
    [
        ("insult", "winsult", (1, 2)), ("burglary", "wburgl", (1, 2)), ("dark", "walkdark", (3, 4)),
        ("litter", "rubbcomm", (1, 2)), ("vandalism", "vandcomm", (1, 2)),
        ("victim", "bcsvictim", (1,)),
    ],
)  # fmt: skip
def test_weighted_share_is_that_of_the_file_itself(
    held: Database, survey_file: Path, item: str, column: str, yes: tuple[int, ...]
) -> None:
    (head,) = list_surveys(held)
    people = read_respondents(held, head.id).set_index("respondent")
    given = read_answers(held, head.id)
    given = given[given["item"] == item]
    weight = given["respondent"].map(people["weight"])
    share = np.average(given["yes"], weights=weight)
    source = pd.read_csv(survey_file, usecols=[column, "tcindwt"]).dropna()
    source = source[~source[column].isin([5, 8, 9])]
    assert len(given) == len(source)
    assert share == pytest.approx(
        np.average(source[column].isin(yes), weights=source["tcindwt"]), abs=1e-5
    )


def test_every_segment_of_the_survey_is_one_of_kent_and_worry_rises_with_deprivation(
    held: Database,
) -> None:
    (head,) = list_surveys(held)
    assert head.classification == CLASSIFICATION
    people = read_respondents(held, head.id).set_index("respondent")
    known = read_segments(held, CLASSIFICATION)
    assert len(known) == 1_107
    codes = set(people["segment_code"]) - {""}
    assert codes == set(known["segment_code"]) | {"1/Rural"}
    assert (people["segment_code"] == "").sum() == 514
    score = read_answers(held, head.id).query("item == 'insult'").set_index("respondent")["score"]
    joined = people.join(score, how="inner")
    urban = joined[joined["segment_code"].str.endswith("/Urban")]
    means = urban.groupby("segment_code").apply(
        lambda rows: np.average(rows["score"], weights=rows["weight"]), include_groups=False
    )
    assert means["1/Urban"] > means["5/Urban"] + 3
