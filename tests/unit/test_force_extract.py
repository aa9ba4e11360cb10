"""Good rows of an extract come through whole; bad ones are told; nothing personal is kept."""

import datetime as dt
import time

import numpy as np
import pandas as pd
import pytest

from geodata.addresses import address_key
from geodata.errors import ColumnsMissingError
from geodata.faults import Faults
from geodata.schemas import INCIDENT_COLUMNS, LOCATION_COLUMNS
from geodata.sources.extract_dates import read_dates
from geodata.sources.force_extract import ExtractFrames, read_force_extract
from geodata.sources.mapping import parse_mapping

TODAY = dt.date(2026, 9, 30)
HEAD = '[source]\nforce = "Example Police"\nsystem = "log"\n'
GRID = HEAD + '[columns]\noccurred_from = "when"\neasting = "x"\nnorthing = "y"\n'
DEGREES = HEAD + '[columns]\noccurred_from = "when"\nlongitude = "x"\nlatitude = "y"\n'


def read(text: str, **columns: list[str]) -> tuple[ExtractFrames, Faults]:
    size = len(next(iter(columns.values())))
    columns.setdefault("when", ["2025-06-01 21:30"] * size)
    columns.setdefault("x", ["575000"] * size)
    columns.setdefault("y", ["168000"] * size)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(2, size + 2), dtype="str")
    faults = Faults()
    return read_force_extract(frame, parse_mapping(text), faults, "may.csv", today=TODAY), faults


def reasons(faults: Faults) -> list[str]:
    return [reason for _, reason, _, _ in faults.by_reason()]


def test_frames_have_the_promised_columns() -> None:
    frames, faults = read(GRID, x=["575000"])
    assert list(frames.incidents.columns) == list(INCIDENT_COLUMNS)
    assert list(frames.locations.columns) == list(LOCATION_COLUMNS)
    assert faults.count == 0
    row = frames.incidents.loc[2]
    assert row["incident_id"] == "may-2"
    assert (row["month"], row["time_precision"]) == ("2025-06", "minute")
    assert bool(row["asb"]) is True


def test_a_header_alone_gives_empty_frames() -> None:
    frames, faults = read(GRID, x=[], y=[], when=[])
    assert frames.incidents.empty
    assert list(frames.incidents.columns) == list(INCIDENT_COLUMNS)
    assert list(frames.locations.columns) == list(LOCATION_COLUMNS)
    assert faults.count == 0


def test_a_wrong_delimiter_or_column_is_named_with_what_is_near() -> None:
    with pytest.raises(ColumnsMissingError, match=r"'when' is not there.*'When'.*delimiter"):
        frame = pd.DataFrame({"When": ["2025"]}, dtype="str")
        read_force_extract(frame, parse_mapping(GRID), Faults(), "a.csv")


def test_dates_in_three_forms_load_from_one_column() -> None:
    forms = '[dates]\nformats = ["%d/%m/%Y %H:%M", "%Y-%m-%d", "%Y-%m"]\n'
    frames, faults = read(
        GRID + forms, when=["31/05/2025 21:30", "2025-06-01", "2025-07", "June 2025", ""]
    )
    assert frames.incidents["time_precision"].tolist() == ["minute", "day", "month"]
    assert frames.incidents["month"].tolist() == ["2025-05", "2025-06", "2025-07"]
    assert faults.rows == {5, 6}
    assert any("in a form of the mapping" in reason for reason in reasons(faults))
    assert "a date is needed, it is blank" in reasons(faults)


def test_an_ambiguous_date_is_a_fault_and_a_clear_one_is_not() -> None:
    forms = '[dates]\nformats = ["%d/%m/%Y", "%m/%d/%Y"]\n'
    frames, faults = read(GRID + forms, when=["03/04/2025", "13/04/2025", "04/04/2025"])
    assert faults.rows == {2}
    assert frames.incidents["occurred_from"].dt.day.tolist() == [13, 4]


def test_an_offset_becomes_local_civil_time() -> None:
    frames, _ = read(GRID, when=["2025-06-01T21:30:00Z", "2025-01-01T10:00:00+02:00"])
    assert frames.incidents["occurred_from"].dt.hour.tolist() == [22, 8]


def test_another_time_zone_becomes_local_civil_time() -> None:
    frames, _ = read(GRID + '[dates]\ntimezone = "UTC"\n', when=["2025-06-01 23:30"])
    assert str(frames.incidents["occurred_from"].iloc[0]) == "2025-06-02 00:30:00"


def test_dates_in_the_future_or_long_ago_are_faults() -> None:
    _, faults = read(GRID, when=["2026-09-30 23:59", "2026-10-01 00:00", "1899-12-30", "now"])
    assert faults.rows == {3, 4, 5}


def test_a_month_fills_in_where_no_date_stands() -> None:
    text = GRID + 'month = "m"\n'
    frames, faults = read(text, when=["2025-06-04 01:00", ""], m=["2025-06", "2025-05"])
    assert frames.incidents["time_precision"].tolist() == ["minute", "month"]
    assert str(frames.incidents["occurred_from"].iloc[1].date()) == "2025-05-01"
    assert faults.count == 0


def test_midnight_is_no_time_where_no_times_were_exported() -> None:
    read_all = read_dates(
        pd.Series(["01/06/2025 00:00", "02/06/2025 00:00"], dtype="str"), ["%d/%m/%Y %H:%M"]
    )
    assert read_all.precision.tolist() == ["day", "day"]


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ("abc", "168000", "a number is accepted"),
        ("inf", "168000", "a number is accepted"),
        ("575000", "", "beside the other"),
        ("0", "0", "other than 0, 0"),
        ("0.5", "51.2", "in England or Wales"),
        ("575000", "1168000", "in England or Wales"),
    ],
)
def test_bad_grid_coordinates_are_faults(x: str, y: str, said: str) -> None:
    frames, faults = read(GRID, x=[x, "575000"], y=[y, "168000"])
    assert faults.rows == {2}
    assert said in reasons(faults)[0]
    assert len(frames.incidents) == 1


def test_swapped_degrees_are_said_to_look_swapped() -> None:
    frames, faults = read(
        DEGREES, x=["51.27", "0.52", "-74.0", "0"], y=["0.52", "51.27", "40.7", "0.0"]
    )
    by_row = {fault.row: fault.reason for kind in faults.by_reason() for fault in kind[3]}
    assert "looks swapped" in by_row[2]
    assert "England or Wales" in by_row[4]
    assert "0, 0" in by_row[5]
    assert frames.incidents.index.tolist() == [3]
    assert frames.incidents["easting"].iloc[0] == pytest.approx(575_800, abs=2_000)


def test_another_system_is_turned_into_the_grid() -> None:
    frames, faults = read(GRID + '[coordinates]\ncrs = "EPSG:3857"\n', x=["57887"], y=["6669680"])
    assert faults.count == 0
    assert frames.incidents["easting"].iloc[0] == pytest.approx(575_800, abs=3_000)


def test_an_incident_without_coordinates_is_kept() -> None:
    frames, faults = read(GRID, x=[""], y=[""])
    assert faults.count == 0
    assert frames.incidents["location_precision"].tolist() == ["none"]
    assert frames.incidents["location_key"].tolist() == [""]
    assert frames.locations.empty


def test_a_repeated_reference_is_a_fault_after_the_first() -> None:
    frames, faults = read(GRID + 'incident_id = "ref"\n', ref=["A", "B", "A", "", ""])
    assert faults.rows == {4}
    assert frames.incidents["incident_id"].tolist() == ["A", "B", "may-5", "may-6"]


def test_words_are_translated_and_strange_ones_noted() -> None:
    text = (
        GRID
        + 'nsir_category = "cat"\nrepeat_flag = "rep"\ngrade = "g"\n'
        + '[translate.nsir_category]\n"ASB - Pers" = "personal"\n'
        + '[constants]\nreport_channel = "public"\nnsir_category = "nuisance"\n'
    )
    frames, faults = read(
        text,
        cat=["asb -  pers", "Environmental", "odd", ""],
        rep=["Y", "0", "perhaps", ""],
        g=["High", "", "3", "3"],
    )
    found = frames.incidents
    assert found["nsir_category"].tolist() == [
        "personal", "environmental", "not recorded", "nuisance",
    ]  # fmt: skip
    assert found["repeat_flag"].tolist() == ["yes", "no", "not recorded", "not recorded"]
    assert found["grade"].tolist() == ["high"] + ["not recorded"] * 3
    assert found["report_channel"].eq("public").all()
    assert faults.count == 0
    assert ("grade: '3' is not translated, read as not recorded", 2) in faults.notes


def test_no_address_or_victim_text_leaves_the_reader() -> None:
    text = GRID + 'address = "a"\nuprn = "u"\nvictim_key = "v"\nlocation = "l"\n'
    frames, faults = read(
        text,
        a=["Flat 2, 14 Mulberry Rd", "14 flat 2 Mulberry Road", "", "9 Mulberry Rd"],
        u=["", "", "100012345", "zz"],
        v=["Jane Mulberry", "jane mulberry", "", ""],
        l=["On or near Park Street", "14 Mulberry Road", "Quay", "ME1 1AA"],
    )
    found = frames.incidents
    assert found["location_key"].iloc[0] == found["location_key"].iloc[1]
    assert found["location_key"].iloc[2] == address_key("100012345", "")
    assert found["victim_key"].iloc[0] == found["victim_key"].iloc[1]
    assert found["location_precision"].eq("exact").all()
    everything = found.to_csv() + frames.locations.to_csv() + str(faults.notes)
    assert "mulberry" not in everything.lower()
    assert len(frames.locations) == 3


def test_a_crime_type_column_tells_asb_from_crime() -> None:
    frames, _ = read(GRID + 'crime_type = "t"\n', t=["Burglary", "anti-social behaviour", ""])
    assert frames.incidents["asb"].tolist() == [False, True, True]


def test_half_a_million_rows_read_in_seconds() -> None:
    size = 500_000
    rng = np.random.default_rng(2026)
    minutes = pd.Series(rng.integers(0, 1_500_000, size))
    when = (pd.Timestamp("2022-01-01") + pd.to_timedelta(minutes, unit="min")).dt
    frame = pd.DataFrame(
        {
            "when": when.strftime("%d/%m/%Y %H:%M"),
            "x": rng.integers(560_000, 600_000, size).astype(str),
            "y": rng.integers(150_000, 170_000, size).astype(str),
        },
        dtype="str",
    ).set_axis(pd.RangeIndex(2, size + 2), axis=0)
    started = time.perf_counter()
    frames = read_force_extract(frame, parse_mapping(GRID), Faults(), "a.csv", today=TODAY)
    assert len(frames.incidents) == size
    assert time.perf_counter() - started < 30


def test_free_text_and_personal_references_are_told_by_length_only() -> None:
    text = GRID + 'incident_id = "id"\ngrade = "g"\n'
    frames, faults = read(
        text,
        id=["CAD 7", "9 Vynworthy Drive", "9 Vynworthy Drive"],
        g=["Mrs Quagga rang", "Purple", "3"],
    )
    assert frames.incidents["incident_id"].tolist() == ["CAD 7"]
    assert faults.to_frame()["value"].tolist() == ["text of 17 characters"] * 2
    told = {text for text, _ in faults.notes}
    assert told == {
        f"grade: {word} is not translated, read as not recorded"
        for word in ("text of 15 characters", "'Purple'", "'3'")
    }
