"""The layout goes up, down and up; bulk writes; two writers; clear refusals."""

import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic import command

from geodata.errors import (
    CrsMismatchError,
    DatabaseBusyError,
    DatabaseNotReadyError,
    FrameShapeError,
    UnknownAreaError,
)
from geodata.sources.demo import build_county
from geodata.store import areas as area_store
from geodata.store.database import (
    Database,
    _alembic,
    downgrade,
    is_ready,
    open_database,
    require_ready,
    upgrade,
)
from geodata.store.imports import start_import
from geodata.store.models import Table


def begin_import(database: Database, connection: sa.Connection, name: str) -> int:
    return start_import(
        connection,
        source="tests",
        file_name=name,
        content_hash=name,
        scope="",
        imported_by="tests",
    )


def test_migrations_go_up_down_and_up_and_match_the_models(database: Database) -> None:
    downgrade(database)
    assert not is_ready(database)
    upgrade(database)
    assert is_ready(database)
    command.check(_alembic(database))


def test_new_file_is_not_ready_and_says_what_to_run(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    with pytest.raises(DatabaseNotReadyError, match="wardlight db upgrade"):
        require_ready(database)


@pytest.mark.parametrize("url", ["mysql://a/b", "nonsense", "sqlite://"])
def test_unknown_databases_are_refused(url: str) -> None:
    with pytest.raises(DatabaseNotReadyError):
        open_database(url)


def test_password_is_never_shown() -> None:
    database = open_database("postgresql://me:secret@127.0.0.1:1/none?connect_timeout=1")
    with pytest.raises(DatabaseNotReadyError) as caught:
        is_ready(database)
    assert "secret" not in str(caught.value)
    assert "secret" not in database.label
    assert "secret" not in repr(database)


def test_folder_names_with_odd_signs_can_be_read(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a #1 100%.sqlite3'}")
    upgrade(database)
    assert database.read_frame("SELECT id FROM imports").empty


def test_sqlite_uses_wal_and_foreign_keys(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_nothing_is_lost_when_another_process_opens_and_closes_the_file(
    sqlite_database: Database,
) -> None:
    path = sqlite_database.engine.url.database
    with sqlite_database.begin() as connection:
        begin_import(sqlite_database, connection, "first")
    assert len(sqlite_database.read_frame("SELECT id FROM imports")) == 1
    other = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "print(c.execute('SELECT COUNT(*) FROM imports').fetchone()[0]); c.close()"
    )
    told = [subprocess.check_output([sys.executable, "-c", other, str(path)], text=True)]
    with sqlite_database.begin() as connection:
        begin_import(sqlite_database, connection, "second")
    told.append(subprocess.check_output([sys.executable, "-c", other, str(path)], text=True))
    assert [int(text) for text in told] == [1, 2]


def test_error_in_a_transaction_rolls_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        begin_import(database, connection, "a")
        raise ZeroDivisionError
    assert database.read_frame("SELECT id FROM imports").empty


def test_orphan_rows_are_refused(database: Database) -> None:
    frame = pd.DataFrame(
        {"import_id": [99], "row": [1], "column": ["a"], "value": "", "reason": ""}
    )
    with pytest.raises(Exception, match=r"(?i)foreign key"), database.begin() as connection:
        database.write_frame(connection, Table.metadata.tables["refusals"], frame)


def test_a_second_writer_waits_and_both_are_kept(database: Database) -> None:
    started = threading.Event()

    def write() -> None:
        started.set()
        with database.begin() as connection:
            begin_import(database, connection, "second")

    with database.begin() as connection:
        begin_import(database, connection, "first")
        other = threading.Thread(target=write)
        other.start()
        started.wait()
    other.join(timeout=20)
    held = database.read_frame("SELECT file_name FROM imports ORDER BY file_name")
    assert held["file_name"].tolist() == ["first", "second"]


def test_reading_goes_on_while_an_import_writes(database: Database) -> None:
    with database.begin() as connection:
        begin_import(database, connection, "first")
        assert is_ready(database)
        assert database.read_frame("SELECT id FROM imports").empty
        assert len(database.inside(connection).read_frame("SELECT id FROM imports")) == 1


@pytest.fixture(scope="module")
def county_areas():
    return build_county(incidents_per_year=1_000, years=1).areas


def test_areas_come_back_as_they_went_in(database: Database, county_areas) -> None:
    with database.begin() as connection:
        import_id = begin_import(database, connection, "a")
        for _ in range(2):  # the second time replaces the first
            area_store.write_areas(database, connection, county_areas, import_id)
    wards = county_areas[county_areas["kind"] == "ward"].sort_values("code", ignore_index=True)
    read = area_store.read_areas(database, "ward")
    assert read.crs.to_epsg() == 27700
    assert read.geometry.geom_equals_exact(wards.geometry, 1e-9).all()
    assert read["name"].tolist() == wards["name"].tolist()
    assert read["area_ha"].sum() == pytest.approx(wards.area.sum() / 10_000)


def test_areas_in_another_crs_or_shape_are_refused(database: Database, county_areas) -> None:
    with database.begin() as connection:
        with pytest.raises(CrsMismatchError):
            area_store.write_areas(database, connection, county_areas.to_crs(4326), 1)
        with pytest.raises(FrameShapeError, match="kind"):
            area_store.write_areas(database, connection, county_areas.drop(columns="kind"), 1)


def test_edition_that_is_not_held_is_named(database: Database) -> None:
    with pytest.raises(UnknownAreaError, match="1999"):
        area_store.read_areas(database, "ward", "1999")


def test_writer_who_waits_too_long_is_told_that_the_database_is_busy(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geodata.store.database.BUSY_MS", 30)
    other = open_database(sqlite_database.url)
    with (
        sqlite_database.begin() as writing,
        pytest.raises(DatabaseBusyError, match="busy"),
        other.begin(),
    ):
        del writing
    with other.begin() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    other.engine.dispose()
