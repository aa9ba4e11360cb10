"""What tests of every kind share: data, databases and a seeded generator."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import settings as trying

from dashboard.permissions import Actor, Role, acting_as
from geodata import settings
from geodata.sealing import get_first_key_ring
from geodata.store.database import Database, open_database, upgrade
from tests.postgresql_server import PostgresqlServer, find_programs, start_server

# How long one example takes says more of the machine than of the code.
trying.register_profile("tests", deadline=None)
trying.load_profile("tests")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
IN_CI = os.environ.get("CI") == "true"


def skip_or_fail(reason: str) -> None:
    """Skip a test that lacks something at home; in CI everything must be there."""
    if IN_CI:
        pytest.fail(f"{reason} (CI must have it)")
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One key file for the whole test run, so that databases of one test open in another."""
    path = tmp_path_factory.mktemp("keys") / "wardlight.keys"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WARDLIGHT_KEY_FILE", str(path))
        settings.get_settings.cache_clear()
        get_first_key_ring()
        yield path


OPERATIONAL_ROLES = frozenset(
    {Role.ANALYST, Role.SERGEANT, Role.ENGAGE, Role.SUPERVISOR, Role.ADMINISTRATOR}
)


@pytest.fixture(scope="session", autouse=True)
def operator() -> Iterator[Actor]:
    """Somebody with every operational role, who acts unless a test binds somebody else."""
    with acting_as(Actor("local:tests", "tests", OPERATIONAL_ROLES)) as actor:
        yield actor


@pytest.fixture(autouse=True)
def own_settings(key_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep every test away from the user's own settings, keys and database."""
    for name in [name for name in os.environ if name.startswith("WARDLIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(key_file))
    monkeypatch.setenv("WARDLIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    settings.get_settings.cache_clear()
    yield
    settings.get_settings.cache_clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real open data beside the repository."""
    if not SHARED_DATA.is_dir():
        skip_or_fail("the folder shared/data beside the repository is missing")
    return SHARED_DATA


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator that gives the same numbers in every run."""
    return np.random.default_rng(2026)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this test run, with an upgraded template database."""
    programs = find_programs()
    if programs is None:
        skip_or_fail("no PostgreSQL server is installed")
    with start_server(programs) as server:
        server.execute("CREATE DATABASE template_wardlight")
        database = open_database(server.url("template_wardlight"))
        upgrade(database)
        database.engine.dispose()
        yield server


def copy_sqlite(template: Path, folder: Path) -> Iterator[Database]:
    """Copy a closed SQLite file into a folder and open it."""
    path = folder / "wardlight.sqlite3"
    shutil.copyfile(template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.engine.dispose()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An upgraded, empty SQLite database."""
    yield from copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def postgresql_database(postgresql_server: PostgresqlServer) -> Iterator[Database]:
    """An upgraded, empty PostgreSQL database."""
    name = postgresql_server.copy("template_wardlight")
    database = open_database(postgresql_server.url(name))
    yield database
    database.engine.dispose()
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Database:
    """An upgraded, empty database: each test runs on SQLite and on PostgreSQL."""
    given: Database = request.getfixturevalue(f"{request.param}_database")
    return given


@pytest.fixture(scope="session")
def county_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic county with 3,000 incidents a year for three years, in a closed SQLite file."""
    from geodata.county import load_county
    from geodata.sources.demo import build_county

    path = tmp_path_factory.mktemp("county") / "county.sqlite3"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    load_county(database, build_county(incidents_per_year=3_000, years=3), imported_by="tests")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def small_county_database(
    county_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The small county for tests that read: it refuses every write, so no test sees another's."""
    for database in copy_sqlite(county_file, tmp_path_factory.mktemp("read")):
        with database.engine.begin() as connection:
            for table in sa.inspect(connection).get_table_names():
                for change in ("INSERT", "UPDATE", "DELETE"):
                    connection.exec_driver_sql(
                        f"CREATE TRIGGER keep_{table}_{change} BEFORE {change} ON {table} "
                        "BEGIN SELECT RAISE(ABORT, 'tests that write take own_county'); END"
                    )
        yield database


@pytest.fixture
def own_county(county_file: Path, tmp_path: Path) -> Iterator[Database]:
    """The small county in a file of the test's own, to write to."""
    yield from copy_sqlite(county_file, tmp_path)


@pytest.fixture(scope="module")
def module_county(
    county_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The small county in a file of the module's own, whose tests may write to it in any order."""
    yield from copy_sqlite(county_file, tmp_path_factory.mktemp("own"))
