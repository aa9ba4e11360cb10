"""Mapping files say what they mean, or which key is wrong and what is near it."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import MappingError
from geodata.faults import Faults
from geodata.settings import Settings
from geodata.sources.files import open_members, read_table
from geodata.sources.force_extract import read_force_extract
from geodata.sources.mapping import load_mapping, parse_mapping, suggest_mapping

SMALL = """
[source]
force = "Example Police"
system = "extract"
[columns]
month = "month"
longitude = "longitude"
latitude = "latitude"
location = "location"
lsoa_code = "lsoa_code"
"""


def test_a_small_mapping_takes_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(SMALL, encoding="utf-8")
    mapping = load_mapping(path)
    assert mapping.crs == "EPSG:4326"
    assert mapping.coordinate_fields == ("longitude", "latitude")
    assert "%d/%m/%Y %H:%M" in mapping.dates.formats


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL.replace("longitude =", "longitud ="), "'longitud'; the nearest accepted is 'longi"),
        (SMALL + "[colums]\n", "'colums'; the nearest accepted is 'columns'"),
        (SMALL.replace("force =", "forc ="), "'forc'; the nearest accepted is 'force'"),
        (SMALL + '[constants]\nnsir_category = "nuisence"\n', "nearest accepted is 'nuisance'"),
        (SMALL + '[translate.asb_type]\n"N" = "noisy"\n', "nearest accepted is 'noise'"),
        (SMALL + '[translate.asbtype]\n"N" = "noise"\n', "nearest accepted is 'asb_type'"),
        (SMALL.replace('latitude = "latitude"', ""), "longitude and latitude, or neither"),
        (SMALL + '[coordinates]\ncrs = "EPSG:27700"\n', "does not go with"),
        (SMALL + '[coordinates]\ncrs = "the grid"\n', "EPSG:27700"),
        (SMALL.replace('month = "month"', ""), "neither occurred_from nor month"),
        (SMALL + '[dates]\nformats = ["%d/%m"]\n', "no year"),
        (SMALL + '[dates]\ntimezone = "Lundon"\n', "Europe/London"),
        (SMALL.replace('force = "Example Police"', ""), "source.force"),
        ("[source\n", "not TOML"),
        ("source = 3\n", "a table is accepted"),
    ],
)
def test_a_wrong_mapping_names_the_key_and_what_is_accepted(text: str, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "m.toml")
    assert said in caught.value.detail
    assert "m.toml" in caught.value.detail


def test_a_missing_mapping_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")


def make_frame(**columns: list[str]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.RangeIndex(2, size + 2), dtype="str")


def test_the_draft_guesses_columns_dates_system_and_words() -> None:
    frame = make_frame(
        **{
            "Incident Ref": ["A1", "A2"],
            "Date Occurred": ["31/05/2025 21:30", "01/06/2025 02:10"],
            "Date Reported": ["2025-05-31", "2025-06-01"],
            "Eastings": ["575000", "575010"],
            "Northings": ["168000", "168020"],
            "ASB Qualifier": ["ASB Personal", "ASB Nuisance"],
            "Vulnerable": ["Y", "N"],
            "Hobby": ["x", "y"],
        }
    )
    text = suggest_mapping(frame, 'odd"name.csv')
    mapping = parse_mapping(text)
    assert mapping.columns["incident_id"] == "Incident Ref"
    assert mapping.columns["occurred_from"] == "Date Occurred"
    assert mapping.columns["reported_at"] == "Date Reported"
    assert mapping.crs == "EPSG:27700"
    assert set(mapping.dates.formats) == {"%d/%m/%Y %H:%M", "%Y-%m-%d"}
    assert mapping.translate["nsir_category"]["ASB Personal"] == "personal"
    assert "Not used: Hobby" in text
    assert "CHECK" in text
    incidents = read_force_extract(frame, mapping, Faults(), "a.csv").incidents
    assert incidents["nsir_category"].tolist() == ["personal", "nuisance"]
    assert incidents["vulnerable_flag"].tolist() == ["yes", "no"]


def test_the_draft_finds_a_date_column_by_what_it_holds() -> None:
    text = suggest_mapping(make_frame(Wann=["03-Feb-2025", "14-Mar-2025"]), "a.csv")
    assert parse_mapping(text).columns["occurred_from"] == "Wann"
    assert "guessed from the values" in text


def test_the_draft_marks_swapped_coordinates() -> None:
    frame = make_frame(month=["2025-01"], longitude=["51.2"], latitude=["0.5"])
    assert "look swapped" in suggest_mapping(frame, "a.csv")


@pytest.mark.parametrize("is_draft", [False, True])
def test_real_asb_of_2022_loads_with_a_small_and_a_drafted_mapping(
    shared_data: Path, is_draft: bool
) -> None:
    settings = Settings(database_url="sqlite:///none.sqlite3")
    path = shared_data / "asb_2022" / "northumbria_asb_2022.csv.gz"
    with open_members(path, settings=settings) as members:
        member = next(members)
        frame = read_table(member, settings=settings)
    faults = Faults()
    text = suggest_mapping(frame, member.name) if is_draft else SMALL
    frames = read_force_extract(frame, parse_mapping(text), faults, member.name)
    assert len(frames.incidents) == 39_706
    assert faults.count == 0
    assert frames.incidents["incident_id"].is_unique
    assert frames.locations["location_key"].is_unique
    assert set(frames.incidents["location_key"]) == set(frames.locations["location_key"])
    assert frames.incidents["month"].min() == "2022-01"
