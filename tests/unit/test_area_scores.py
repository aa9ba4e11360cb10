"""Scores of areas: the mapping, the rows that are refused, and wards by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.worry.ward_scores import average_by_residents
from geodata.errors import ColumnsMissingError, MappingError
from geodata.faults import Faults
from geodata.sources.area_scores import (
    READY,
    ScoreMapping,
    load_score_mapping,
    parse_score_mapping,
    read_scores,
)
from geodata.sources.demo import build_county
from geodata.sources.demo.scores import HEAD

TEXT = """
[score]
name = "Index of the county"
measures = "Deprivation of the area"
column = "points"
as_at = 2025-10-30
higher_is = "more deprived"
licence = "Open Government Licence v3.0"
"""


def mapped(*change: str) -> ScoreMapping:
    return parse_score_mapping(TEXT.replace(*change) if change else TEXT)


def frame(*rows: tuple[str, str], column: str = "LSOA21CD") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column, "points"], index=range(2, len(rows) + 2), dtype=str)


@pytest.mark.parametrize("name", READY)
def test_ready_mapping_is_accepted(name: str) -> None:
    part = load_score_mapping(name).score
    assert part.higher_is == "more deprived" and "Open Government" in part.licence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("more deprived", "worse"), "higher_is"),
        (("more deprived", "less deprived"), "needs 'top'"),
        (("2025-10-30", '"soon"'), "as_at"),
        (('licence = "Open Government Licence v3.0"', ""), "licence"),
        (("[score]", "[score"), "not TOML"),
        (("Index of the county", "Share of Asian residents by ethnicity"), "trait of people"),
        (('"points"', '"ethnicity_pc"'), "trait of people"),
        (("Deprivation of the area", "Respondent age"), "trait of people"),
        (("Deprivation of the area", "Income deprivation affecting children"), "trait of people"),
        (("[score]", "[score]\nyouth = 1"), "youth"),
    ],
)
def test_mapping_that_is_not_accepted_says_where(change: tuple[str, str], said: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapped(*change)
    assert said in str(caught.value) and "area-scores" in str(caught.value)


def test_missing_mapping_file_is_told() -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        load_score_mapping("no-such-file.toml")


def test_rows_that_are_no_score_are_refused_one_by_one() -> None:
    faults = Faults()
    rows = read_scores(
        frame(
            ("E01000001", "12.5"), ("E0100", "3"), ("E01000001", "4"), ("E01000002", ""),
            ("E01000003", "-1"), ("E01000004", "inf"), ("E01000005", "1,204.5"),
            ("E01000006", "lots"),
        ),
        "t.csv", faults, mapped(),
    )  # fmt: skip
    assert rows["code"].tolist() == ["E01000001", "E01000005"]
    assert rows["score"].tolist() == [12.5, 1204.5] and set(rows["kind"]) == {"lsoa"}
    assert faults.rows == {3, 4, 5, 6, 7, 9}
    said = faults.to_frame().set_index("row")
    assert "each area once" in said.loc[4, "reason"]
    assert "a number from 0 up" in said.loc[6, "reason"]


def test_score_above_the_top_of_its_scale_is_refused() -> None:
    faults = Faults()
    rows = read_scores(
        frame(("E01000001", "100"), ("E01000002", "101")), "t.csv", faults,
        mapped('"more deprived"', '"less deprived"\ntop = 100'),
    )  # fmt: skip
    assert rows["code"].tolist() == ["E01000001"] and faults.rows == {3}
    assert "from 0 to 100" in faults.to_frame()["reason"].iloc[0]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (frame(("E00000001", "1"), column="OA21CD"), "accepted are LSOAs and wards"),
        (
            frame(("E01000001", "1")).rename(columns={"points": "point"}),
            "nearest accepted is 'point'",
        ),
        (frame(("E01000001", "1"), column="place"), "names no areas"),
    ],
)
def test_table_without_what_is_needed_says_so(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(ColumnsMissingError) as caught:
        read_scores(table, "t.csv", Faults(), mapped())
    assert said in str(caught.value)


AREAS = pd.DataFrame(
    {"code": ["a", "b", "c", "d", "e"], "ward_code": ["V", "V", "W", "W", "X"],
     "residents": [300.0, 100.0, 950.0, 50.0, 10.0]}
)  # fmt: skip
NO_LINKS = pd.DataFrame({"from_code": [], "to_code": []}, dtype=str)


def test_ward_is_the_mean_of_its_areas_by_residents() -> None:
    scores = pd.DataFrame({"code": ["a", "b", "c"], "score": [20.0, 40.0, 10.0]})
    found = average_by_residents(scores, AREAS, NO_LINKS).set_index("ward_code")
    # V: (300 x 20 + 100 x 40) / 400; W: the score reaches 95 % of the residents; X: nobody.
    assert found["score"].tolist()[:2] == [25, 10] and np.isnan(found.loc["X", "score"])
    assert found["covered"].tolist() == [1, 0.95, 0]


def test_ward_of_which_too_little_has_a_score_has_none() -> None:
    scores = pd.DataFrame({"code": ["a", "d"], "score": [20.0, 40.0]})
    found = average_by_residents(scores, AREAS, NO_LINKS)
    assert found["score"].isna().all() and found["covered"].tolist() == [0.75, 0.05, 0]


def test_newer_area_has_the_mean_of_those_it_was_made_from() -> None:
    links = pd.DataFrame({"from_code": ["y", "z", "z"], "to_code": ["e", "e", "a"]})
    scores = pd.DataFrame({"code": ["y", "z", "a", "b"], "score": [10.0, 30.0, 20.0, 40.0]})
    found = average_by_residents(scores, AREAS, links).set_index("ward_code")
    assert found.loc["X", "score"] == 20 and found.loc["V", "score"] == 25


def test_areas_without_residents_on_record_count_alike() -> None:
    scores = pd.DataFrame({"code": ["a", "b"], "score": [20.0, 40.0]})
    found = average_by_residents(scores, AREAS.assign(residents=0.0), NO_LINKS)
    assert found["score"].iloc[0] == 30


def test_synthetic_score_is_invented_of_every_small_area_and_moves_no_other_draw() -> None:
    county = build_county(7, incidents_per_year=1_500, years=1)
    lsoas = county.population.loc[county.population["kind"] == "lsoa", "code"]
    assert set(county.scores["code"]) == set(lsoas) and county.scores["score"].between(0, 100).all()
    assert "Synthetic" in HEAD.name and "no real place" in HEAD.measures
    assert county.scores["score"].std() > 4
    before, now = (np.random.SeedSequence(7).spawn(many) for many in (11, 12))
    draws = [[np.random.default_rng(one).random() for one in each] for each in (before, now)]
    assert draws[0] == draws[1][:11] and draws[1][11] not in draws[0]
