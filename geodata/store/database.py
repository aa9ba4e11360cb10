"""Open the database, read frames fast and write them in bulk.

Reads go to Arrow, several times faster than row objects: from PostgreSQL through ADBC, from
SQLite through Python's own driver. A second SQLite library in the process, such as ADBC's, takes
away the first one's locks on the file when it closes it; another process then deletes the log
that this one still writes to, and what it writes is lost.

Writes go through the driver of the open SQLAlchemy transaction (``executemany`` for SQLite,
``COPY`` for PostgreSQL), so that a whole import is one transaction and never goes row by row
through the ORM.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from geodata.errors import DatabaseBusyError, DatabaseNotReadyError
from geodata.settings import get_settings

Transaction = Connection
"""An open transaction, as the rest of the house calls it."""

CHUNK_ROWS = 50_000
READ_ROWS = 2_000
"""Rows read from SQLite at a time: few enough that Python never looks through them for waste, which
takes longer than the reading itself."""

BUSY_MS = 10_000
"""How long a writer of an SQLite file waits for another, in milliseconds."""

SQLITE_TIME = "%Y-%m-%d %H:%M:%S.%f"
Progress = Callable[[str, int, int], None]
"""Called with what is done, steps finished and steps in all."""


@dataclass(frozen=True)
class Database:
    """An opened database.

    Parameters
    ----------
    url : str
        SQLAlchemy address; may hold a password, so it is never shown (`label` is).
    engine : Engine
        Pool of connections.
    transaction : Connection, optional
        Set by `inside`: reads then see what the open transaction has written.
    """

    url: str = field(repr=False)
    engine: Engine
    transaction: Connection | None = None

    def inside(self, connection: Connection) -> "Database":
        """Give the same database as an open transaction sees it, for reads within an import."""
        return replace(self, transaction=connection)

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded file, False for PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @property
    def label(self) -> str:
        """The address without a password, for messages."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open one transaction: committed at the end, rolled back on any error.

        Raises
        ------
        DatabaseBusyError
            If another writer holds an SQLite database for longer than ten seconds.
        """
        with ExitStack() as stack:
            try:
                writing = self.engine.execution_options(writes=True).begin()
                connection = stack.enter_context(writing)
            except sa.exc.OperationalError as error:
                if "locked" not in str(error.orig):
                    raise
                raise DatabaseBusyError(
                    "The database is busy.",
                    "An import, a purge or another change has been writing for ten seconds.",
                    "Try again in a minute. Nothing was changed or shown.",
                ) from None
            yield connection

    def read_frame(
        self, sql: str, *parameters: str | int | float, categories: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Read a query into a frame through Arrow.

        Parameters
        ----------
        sql : str
            Query with ``?`` for each parameter, on both databases.
        *parameters : str, int or float
            Values for the marks, in order.
        categories : sequence of str, optional
            Text columns that come as categories; far cheaper than turning them afterwards.

        Returns
        -------
        DataFrame
            SQLite gives dates and times as text; `as_times` turns them.
        """
        if self.transaction is not None:
            marked = sql if self.is_sqlite else sql.replace("?", "%s")
            result = self.transaction.exec_driver_sql(marked, parameters or None)
            frame = pd.DataFrame(result.fetchall(), columns=list(result.keys()))
            return frame.astype(dict.fromkeys(categories, "category"))
        if self.is_sqlite:
            with self.engine.connect() as connection:
                cursor = _driver(connection).execute(sql, parameters)
                names = [column[0] for column in cursor.description]
                return _as_frame(names, cursor, categories)
        for position in range(1, sql.count("?") + 1):
            sql = sql.replace("?", f"${position}", 1)
        connection = adbc_driver_postgresql.dbapi.connect(self._libpq_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetch_arrow_table().to_pandas(categories=list(categories))

    @property
    def _libpq_url(self) -> str:
        url = self.engine.url.set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def write_frame(
        self,
        connection: Connection,
        table: sa.Table,
        frame: pd.DataFrame,
        progress: Progress | None = None,
    ) -> None:
        """Append a frame to a table inside an open transaction.

        Parameters
        ----------
        connection : Connection
            From `begin`.
        table : sqlalchemy.Table
            Target; columns of the frame must be columns of it.
        frame : DataFrame
            Missing values (NaN, NaT, None) become NULL.
        progress : callable, optional
            Told after every 50,000 rows.
        """
        columns = [str(column) for column in frame.columns]
        for start in range(0, len(frame), CHUNK_ROWS):
            rows = _plain_rows(frame.iloc[start : start + CHUNK_ROWS], times_as_text=self.is_sqlite)
            if self.is_sqlite:
                marks = ", ".join("?" * len(columns))
                sql = f"INSERT INTO {table.name} ({', '.join(_quoted(columns))}) VALUES ({marks})"
                _driver(connection).executemany(sql, rows)
            else:
                sql = f"COPY {table.name} ({', '.join(_quoted(columns))}) FROM STDIN"
                with (
                    _driver(connection).cursor() as cursor,
                    cursor.copy(sql) as copy,
                ):
                    for row in rows:
                        copy.write_row(row)
            if progress:
                progress(f"Storing {table.name}", min(start + CHUNK_ROWS, len(frame)), len(frame))


def _as_frame(names: list[str], cursor: sqlite3.Cursor, categories: Sequence[str]) -> pd.DataFrame:
    """Turn rows into a frame chunk by chunk, since Python's own values take far more room."""
    chunks = []
    while rows := cursor.fetchmany(READ_ROWS):
        arrays = [pa.array(column) for column in zip(*rows, strict=True)]
        chunks.append(pa.table(arrays, names=names))
    if not chunks:
        chunks = [pa.table([pa.array([]) for _ in names], names=names)]
    table = pa.concat_tables(chunks, promote_options="permissive")
    return table.to_pandas(categories=list(categories))


def _quoted(columns: Iterable[str]) -> list[str]:
    return [f'"{column}"' for column in columns]


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _plain_rows(frame: pd.DataFrame, *, times_as_text: bool) -> list[tuple[Any, ...]]:
    columns = []
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.dt.strftime(SQLITE_TIME) if times_as_text else column.astype(object)
        columns.append(column.astype(object).where(column.notna(), None).tolist())
    return list(zip(*columns, strict=True))


def as_times(column: pd.Series) -> pd.Series:
    """Turn a column of times, text (SQLite) or timestamps (PostgreSQL), into datetime64."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    return pd.to_datetime(column, format="ISO8601")


def open_database(url: str | None = None) -> Database:
    """Open a database; nothing is created but the folder of an SQLite file.

    Parameters
    ----------
    url : str, optional
        ``sqlite:///path`` or ``postgresql://user@host/name``; default from the settings.

    Returns
    -------
    Database

    Raises
    ------
    DatabaseNotReadyError
        If the address cannot be read.
    """
    url = url or get_settings().database_url
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise DatabaseNotReadyError(
            "The database address cannot be read.",
            "Accepted are sqlite:///path and postgresql://user@host/name.",
            "Check --database or WARDLIGHT_DATABASE_URL.",
        ) from None
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"} or not parsed.database:
        raise DatabaseNotReadyError(
            "This kind of database is not known.",
            f"{parsed.drivername!r} was asked for; accepted are sqlite:///path and "
            "postgresql://user@host/name.",
            "Check --database or WARDLIGHT_DATABASE_URL.",
        )
    if parsed.get_backend_name() == "sqlite":
        Path(parsed.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return Database(url, engine)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own transaction handling commits before some statements; Wardlight begins itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _alembic(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the layout and the keys of the database up to date (``wardlight db upgrade``).

    Raises
    ------
    DatabaseNotReadyError
        If the database cannot be reached.
    KeyFileError
        If the key file is not the one that the database was filled with.
    """
    try:
        command.upgrade(_alembic(database), revision)
    except sa.exc.OperationalError:
        raise _unreachable(database) from None
    if revision == "head":
        # The keys are kept in tables, so their module needs this one first.
        from geodata.store.keys import catch_up  # noqa: PLC0415

        catch_up(database)


def downgrade(database: Database, revision: str = "base") -> None:
    """Take the layout back to an earlier revision; data of dropped tables go with them."""
    command.downgrade(_alembic(database), revision)


def is_ready(database: Database) -> bool:
    """Say whether the database can be reached and has the layout and keys this version needs.

    Raises
    ------
    DatabaseNotReadyError
        If the database cannot be reached at all.
    KeyFileError
        If the key file is not the one that the database was filled with.
    """
    from geodata.store.keys import are_current  # noqa: PLC0415 - as in `upgrade`

    head = ScriptDirectory.from_config(_alembic(database)).get_current_head()
    if database.is_sqlite and not Path(str(database.engine.url.database)).exists():
        return False
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.OperationalError:
        raise _unreachable(database) from None
    return found == head and are_current(database)


def require_ready(database: Database) -> None:
    """Refuse to go on with a database that is missing or has another layout.

    Raises
    ------
    DatabaseNotReadyError
        Saying which command puts it right.
    """
    if not is_ready(database):
        raise DatabaseNotReadyError(
            "The database is not ready.",
            f"{database.label} is empty, was made by another version of Wardlight, or is behind "
            "its key file.",
            "Run: wardlight db upgrade",
        )


def _unreachable(database: Database) -> DatabaseNotReadyError:
    return DatabaseNotReadyError(
        "The database cannot be reached.",
        f"{database.label} does not answer.",
        "Check that it runs and that --database or WARDLIGHT_DATABASE_URL is right.",
    )
