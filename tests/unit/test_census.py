"""Reading lookups, populations and area segments."""

import pandas as pd
import pytest

from geodata.errors import ColumnsMissingError
from geodata.faults import Faults
from geodata.sources.census import read_lookup, read_population, read_segments


def table(**columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(columns, dtype="str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def test_lookup_gives_lsoa_to_ward_and_ward_to_district() -> None:
    frame = table(LSOA21CD=["E01016016"], WD24CD=["E05014450"], LAD24CD=["E06000035"])
    pairs = read_lookup(frame, "a.csv", Faults())
    assert list(zip(pairs["from_kind"], pairs["to_kind"], strict=True)) == [
        ("lsoa", "ward"),
        ("ward", "district"),
    ]


def test_change_lookup_keeps_splits_and_ignores_the_district() -> None:
    frame = table(
        LSOA11CD=["E01016016", "E01016016"],
        LSOA21CD=["E01034000", "E01034001"],
        LAD22CD=["E06000035"] * 2,
        CHGIND=["S", "S"],
    )
    pairs = read_lookup(frame, "a.csv", Faults())
    assert len(pairs) == 2
    assert set(pairs["change"]) == {"S"}


def test_lookup_with_one_code_column_is_refused() -> None:
    with pytest.raises(ColumnsMissingError, match="LSOA21CD"):
        read_lookup(table(LSOA21CD=["E01016016"]), "a.csv", Faults())


def test_population_reads_year_from_the_column_and_refuses_bad_figures() -> None:
    faults = Faults()
    frame = table(
        WD24CD=["E05014450", "E05014451", "E05014450", "Medway"],
        residents_census2021=["1,511", "-3", "7", "9"],
    )
    read = read_population(frame, "a.csv", faults)
    assert read[["code", "year", "residents"]].to_numpy().tolist() == [["E05014450", 2021, 1511]]
    assert faults.rows == {3, 4, 5}


def test_population_without_year_asks_for_it() -> None:
    with pytest.raises(ColumnsMissingError, match="--year"):
        read_population(table(ward_code=["E05014450"], residents=["5"]), "a.csv", Faults())


def test_classification_gives_each_level() -> None:
    frame = table(
        OA21CD=["E00080972"], Supergroup=["6"], Supergroup_name=["Baseline UK"], Group=["6c"]
    )
    read = read_segments(frame, "a.csv", Faults())
    assert dict(zip(read["classification"], read["segment_name"], strict=True)) == {
        "OAC 2021 supergroup": "Baseline UK",
        "OAC 2021 group": "6c",
    }


def test_another_classification_by_shares_needs_no_code_change() -> None:
    faults = Faults()
    frame = table(
        LSOA21CD=["E01016016", "E01016016", "E01016017"],
        segment_code=["a", "b", "a"],
        segment_name=["Alpha", "Beta", "Alpha"],
        share=["0.25", "0.75", "0.5"],
    )
    read = read_segments(frame, "a.csv", faults, classification="Lifestyles")
    assert read["share"].tolist() == [0.25, 0.75]
    assert faults.rows == {4}
