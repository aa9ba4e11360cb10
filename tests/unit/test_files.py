"""Files open safely and read as text, or say plainly what is wrong with them."""

import gzip
import io
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geodata.errors import FileNotReadableError
from geodata.faults import Faults
from geodata.settings import Settings
from geodata.sources.files import SourceMember, open_members, read_table
from geodata.sources.tables import report_table_faults

CSV = b"id,place\n1,Park\n2,Quay\n"


def make_settings(**limits: int) -> Settings:
    return Settings(database_url="sqlite:///none.sqlite3", **limits)  # type: ignore[arg-type]


def read_one(path: Path, *, delimiter: str | None = None, **limits: int) -> pd.DataFrame:
    settings = make_settings(**limits)
    with open_members(path, settings=settings) as members:
        return read_table(next(members), settings=settings, delimiter=delimiter)


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def list_members(path: Path, **limits: int) -> list[SourceMember]:
    with open_members(path, settings=make_settings(**limits)) as members:
        return list(members)


def test_the_same_bytes_hash_alike_plain_gzipped_and_zipped(tmp_path: Path) -> None:
    plain = list_members(write(tmp_path, "a.csv", CSV))[0]
    packed = list_members(write(tmp_path, "a.csv.gz", gzip.compress(CSV)))[0]
    zipped = list_members(make_zip(tmp_path / "a.zip", {"x/a.csv": CSV}))[0]
    assert plain.content_hash == packed.content_hash == zipped.content_hash
    assert (packed.name, packed.suffix) == ("a.csv", ".csv")
    assert (zipped.name, zipped.suffix) == ("x/a.csv", ".csv")


def test_an_archive_is_unpacked_one_member_at_a_time(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {f"{n}.csv": CSV for n in range(4)})
    settings = make_settings()
    with open_members(path, settings=settings) as members:
        first = next(members)
        assert first.path.exists()
        assert len(list(first.path.parent.iterdir())) == 1
        second = next(members)
        assert not first.path.exists()
        assert len(read_table(second, settings=settings)) == 2
    assert not second.path.exists()


def test_members_that_are_not_wanted_are_passed_over(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a-street.csv": CSV, "a-outcomes.csv": CSV})
    with open_members(
        path, settings=make_settings(), wanted=lambda name: name.endswith("-street.csv")
    ) as members:
        assert [member.name for member in members] == ["a-street.csv"]


def test_a_zipped_shapefile_is_one_member(tmp_path: Path) -> None:
    members = list_members(make_zip(tmp_path / "w.zip", {"w.shp": b"1", "w.dbf": b"2"}))
    assert [member.suffix for member in members] == [".shp.zip"]


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "C:/out.csv"])
def test_an_archive_naming_a_place_outside_itself_is_refused(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {name: CSV})
    with pytest.raises(FileNotReadableError, match="outside itself"):
        list_members(path)
    assert not (tmp_path.parent / "out.csv").exists()


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.csv": bytes(32 << 20)})
    with pytest.raises(FileNotReadableError, match="far more than its size"):
        list_members(path)


def test_a_gzip_bomb_is_stopped_while_unpacking(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv.gz", gzip.compress(bytes(32 << 20)))
    with pytest.raises(FileNotReadableError, match="far more than its size"):
        list_members(path)


def test_more_than_the_allowed_size_is_refused(tmp_path: Path) -> None:
    content = bytes(range(32, 127)) * 30_000
    for path in (
        make_zip(tmp_path / "a.zip", {"a.csv": content}),
        write(tmp_path, "a.csv.gz", gzip.compress(content)),
    ):
        with pytest.raises(FileNotReadableError, match="more than 1 MB"):
            list_members(path, unpacked_limit_mb=1)


def test_an_encrypted_zip_says_so(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x03\x04") + 6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(FileNotReadableError, match="encrypted"):
        list_members(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", gzip.compress(CSV * 50)[:-12]),
        ("a.csv.gz", b"not gzip at all"),
        ("a.csv.gz", gzip.compress(CSV)[:12] + b"\xff\xff\xff\xff" + gzip.compress(CSV)[16:]),
        ("a.zip", b"PK\x03\x04 not a zip"),
    ],
    ids=["cut short", "no gzip", "flipped bytes", "no zip"],
)
def test_a_damaged_archive_says_so(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(FileNotReadableError, match="damaged"):
        list_members(write(tmp_path, name, content))


def test_a_missing_file_and_an_empty_one_say_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadableError, match="not there"):
        list_members(tmp_path / "none.csv")
    with pytest.raises(FileNotReadableError, match="empty"):
        list_members(write(tmp_path, "a.csv", b""))
    with pytest.raises(FileNotReadableError, match="empty"):
        list_members(write(tmp_path, "a.csv.gz", gzip.compress(b"")))
    with pytest.raises(FileNotReadableError, match="no file"):
        list_members(make_zip(tmp_path / "a.zip", {}))
    with pytest.raises(FileNotReadableError, match="empty"):
        read_one(make_zip(tmp_path / "b.zip", {"a.csv": b""}))


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    frame = read_one(write(tmp_path, "a.csv", b" id , place\n"))
    assert frame.empty
    assert list(frame.columns) == ["id", "place"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    frame = read_one(write(tmp_path, "a.csv", "id,place\n1,Café £5\n".encode(encoding)))
    assert frame["place"].tolist() == ["Café £5"]
    assert list(frame.columns) == ["id", "place"]
    assert frame.attrs["encoding"] == encoding


def test_windows_bytes_are_noted(tmp_path: Path) -> None:
    faults = Faults()
    report_table_faults(read_one(write(tmp_path, "a.csv", "id\nCafé\n".encode("cp1252"))), faults)
    assert "Windows-1252" in faults.notes[0][0]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_found_from_the_header(tmp_path: Path, mark: str) -> None:
    text = f'id{mark}place{mark}note\n1{mark}"a{mark}b"{mark}\n'
    frame = read_one(write(tmp_path, "a.csv", text.encode()))
    assert frame.loc[2].tolist() == ["1", f"a{mark}b", ""]
    assert frame.attrs["delimiter"] == mark


def test_a_wrong_delimiter_gives_one_column(tmp_path: Path) -> None:
    frame = read_one(write(tmp_path, "a.csv", CSV), delimiter=";")
    assert list(frame.columns) == ["id,place"]


def test_rows_keep_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    content = b'id,place\n1,Park\n1,2,3\n\n"4\n4",Quay\n5\n6,Mill\n'
    frame = read_one(write(tmp_path, "a.csv", content))
    assert frame.index.tolist() == [2, 5, 7]
    assert frame.attrs["ragged_rows"] == [3, 6]
    faults = Faults()
    report_table_faults(frame, faults)
    assert faults.rows == {3, 6}


def test_repeated_and_nameless_columns_are_told_apart(tmp_path: Path) -> None:
    frame = read_one(write(tmp_path, "a.csv", b"id,id,,place\n1,2,x,Park\n"))
    assert list(frame.columns) == ["id", "id (2)", "place"]


def test_a_very_long_line_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"id,place\n1," + b"x" * 5_000_000)
    started = time.perf_counter()
    with pytest.raises(FileNotReadableError, match="line of the file is too long"):
        read_one(path, line_limit_kb=64)
    assert time.perf_counter() - started < 1


def test_a_long_line_within_the_limit_is_read(tmp_path: Path) -> None:
    frame = read_one(write(tmp_path, "a.csv", b"id,place\n1," + b"x" * 900_000 + b"\n2,y\n"))
    assert frame["place"].str.len().tolist() == [900_000, 1]


def test_zero_bytes_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadableError, match="zero bytes"):
        read_one(write(tmp_path, "a.csv", b"id\n\0\0"))
    with pytest.raises(FileNotReadableError, match="not known"):
        read_one(write(tmp_path, "a.docx", b"PK"))
    with pytest.raises(FileNotReadableError, match="Excel"):
        read_one(write(tmp_path, "a.xlsx", b"id,place\n"))
    with pytest.raises(FileNotReadableError, match="Parquet"):
        read_one(write(tmp_path, "a.parquet", b"id,place\n"))


def test_a_workbook_with_formulas_reads_and_names_their_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "when", "score"])
    sheet.append([1, pd.Timestamp("2025-06-01 21:30").to_pydatetime(), "=1+1"])
    sheet.append([2.0, pd.Timestamp("2025-06-02").to_pydatetime(), 2.5])
    sheet.append([None, None, None])
    sheet.append(["3", None, "text"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    frame = read_one(path)
    assert frame["id"].tolist() == ["1", "2", "3"]
    assert frame["when"].tolist() == ["2025-06-01 21:30:00", "2025-06-02", ""]
    assert frame["score"].tolist() == ["", "2.5", "text"]
    assert frame.index.tolist() == [2, 3, 5]
    assert frame.attrs["formula_cells"] == ["C2"]


def test_a_workbook_formula_with_a_stored_result_gives_the_result(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id"])
    book.worksheets[0].append(["=1+1"])
    buffer = io.BytesIO()
    book.save(buffer)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name)
                .replace(b"<v></v>", b"<v>2</v>")
                .replace(b"<v />", b"<v>2</v>")
                .replace(b"<v/>", b"<v>2</v>"),
            )
    frame = read_one(path)
    assert frame["id"].tolist() == ["2"]
    assert frame.attrs["formula_cells"] == []


def test_parquet_comes_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame(
        {
            "id": [1, 2],
            "when": pd.to_datetime(["2025-06-01 21:30", None]),
            "x": [0.5, None],
            "kind": pd.Categorical(["a", None]),
        }
    ).to_parquet(path)
    frame = read_one(path)
    assert frame.loc[2].tolist() == ["1", "2025-06-01 21:30:00", "0.5", "a"]
    assert frame.loc[3].tolist() == ["2", "", "", ""]


def test_parquet_of_few_bytes_that_stands_for_gigabytes_is_refused(tmp_path: Path) -> None:
    # 300,000 rows that all point at one text of 10,000 characters: 3 GB as text.
    path = tmp_path / "a.parquet"
    once = pa.DictionaryArray.from_arrays(np.zeros(300_000, dtype=np.int32), ["x" * 10_000])
    pq.write_table(pa.table({"a": once}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    before = pa.total_allocated_bytes()
    with pytest.raises(FileNotReadableError, match="more than 2,000 MB"):
        read_one(path)
    plain = tmp_path / "b.parquet"
    pq.write_table(pa.table({"a": ["x" * 10_000] * 300}), plain)
    with pytest.raises(FileNotReadableError, match="more than 1 MB"):
        read_one(plain, unpacked_limit_mb=1)
    rows = tmp_path / "c.parquet"
    pq.write_table(pa.table({"a": np.zeros(140_000)}), rows)
    with pytest.raises(FileNotReadableError, match="more than 1 MB"):
        read_one(rows, unpacked_limit_mb=1)
    assert pa.total_allocated_bytes() - before < 1 << 20


def test_parquet_keeps_columns_apart_whatever_their_names_and_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        [
            pa.array(["1", "2", "3"]), pa.array([[1], [2], [3]]), pa.array(["x", "y", None]),
            pa.array([b"\xff"] * 3), pa.array(["4", "5", "6"]), pa.array([True, None, False]),
        ],
        names=["a", "list", "b", "bytes", "a", "yes"],
    )  # fmt: skip
    pq.write_table(table, path, row_group_size=2)
    frame = read_one(path)
    assert frame.columns.tolist() == ["a", "list", "b", "bytes", "a (2)", "yes"]
    assert frame.loc[4].tolist() == ["3", "", "", "", "6", "false"]
    assert frame.index.tolist() == [2, 3, 4]
    pq.write_table(table.slice(0, 0), path)
    assert read_one(path).columns.tolist() == frame.columns.tolist()


def test_parquet_that_takes_too_much_memory_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": ["1"]}), path)

    def fail(*args: object, **named: object) -> None:
        raise pa.ArrowMemoryError("malloc of size 4294967296 failed")

    monkeypatch.setattr(pq, "ParquetFile", fail)
    with pytest.raises(FileNotReadableError, match="more memory than there is"):
        read_one(path)


def test_a_large_table_reads_fast(tmp_path: Path) -> None:
    row = b"2025-06,Example Police,0.5,51.25,On or near Park Street,E01000001,Anti-social\n"
    path = write(tmp_path, "a.csv", b"a,b,c,d,e,f,g\n" + row * 150_000)
    started = time.perf_counter()
    frame = read_one(path)
    assert len(frame) == 150_000
    assert time.perf_counter() - started < 5
