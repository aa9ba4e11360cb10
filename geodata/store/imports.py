"""Imports and refusals: what was taken in, when, by whom, and what was refused."""

import datetime as dt
import json
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geodata.store.areas import table_of
from geodata.store.database import Database
from geodata.store.keys import hold_keys
from geodata.store.models import Import, Refusal

REFUSALS_KEPT = 10_000
"""Refused rows kept of one import; all are counted."""


def is_held(
    connection: Connection, source: str, content_hash: str, scope: str, *, only_newest: bool = False
) -> bool:
    """Say whether the same bytes were imported before with the same scope.

    With ``only_newest`` they count only if no other file of the source came after them.
    """
    imports = table_of(Import)
    same = sa.and_(imports.c.content_hash == content_hash, imports.c.scope == scope)
    query = sa.select(imports.c.id).where(imports.c.source == source)
    if only_newest:
        newest = query.order_by(imports.c.id.desc()).limit(1).subquery()
        query = sa.select(imports.c.id).join(newest, newest.c.id == imports.c.id)
    return connection.execute(query.where(same)).first() is not None


def set_aside(connection: Connection, source: str, content_hash: str, scope: str) -> None:
    """Let the same bytes come in anew: the record of their earlier import says it made way."""
    imports = table_of(Import)
    earlier = connection.execute(
        sa.select(imports.c.id).where(
            imports.c.source == source,
            imports.c.content_hash == content_hash,
            imports.c.scope == scope,
        )
    ).scalar_one_or_none()
    if earlier is not None:
        named = f"{scope} (made way, import {earlier})".strip()
        connection.execute(sa.update(imports).where(imports.c.id == earlier).values(scope=named))


def start_import(
    connection: Connection,
    *,
    source: str,
    file_name: str,
    content_hash: str,
    scope: str,
    imported_by: str,
    is_synthetic: bool = False,
) -> int:
    """Write the record of an import and give its id; counts follow with `finish_import`.

    The keys of pseudonyms stay as they are until the transaction ends.
    """
    hold_keys(connection)
    result = connection.execute(
        sa.insert(table_of(Import)).values(
            source=source,
            file_name=file_name,
            content_hash=content_hash,
            scope=scope,
            rows_read=0,
            rows_stored=0,
            rows_refused=0,
            rows_left_out=0,
            imported_at=dt.datetime.now(dt.UTC),
            imported_by=imported_by,
            is_synthetic=is_synthetic,
            details="{}",
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def finish_import(
    database: Database,
    connection: Connection,
    import_id: int,
    *,
    rows_read: int,
    rows_stored: int,
    rows_refused: int,
    rows_left_out: int,
    refusals: pd.DataFrame,
    details: dict[str, Any],
) -> None:
    """Complete the record of an import and keep its refusals (row, column, value, reason)."""
    imports = table_of(Import)
    connection.execute(
        sa.update(imports)
        .where(imports.c.id == import_id)
        .values(
            rows_read=rows_read,
            rows_stored=rows_stored,
            rows_refused=rows_refused,
            rows_left_out=rows_left_out,
            details=json.dumps(details),
        )
    )
    if len(refusals):
        kept = refusals.head(REFUSALS_KEPT)[["row", "column", "value", "reason"]]
        database.write_frame(connection, table_of(Refusal), kept.assign(import_id=import_id))


def read_imports(database: Database) -> pd.DataFrame:
    """Read every import, newest first, with a column for each count."""
    frame = database.read_frame(
        "SELECT id, source, file_name, scope, rows_read, rows_stored, rows_refused, "
        "rows_left_out, imported_at, imported_by, is_synthetic, content_hash, details "
        "FROM imports ORDER BY id DESC"
    )
    frame["imported_at"] = pd.to_datetime(frame["imported_at"], utc=True, format="ISO8601")
    frame["is_synthetic"] = frame["is_synthetic"].astype(bool)
    return frame


def read_refusals(
    database: Database, import_id: int | None = None, limit: int = 200
) -> pd.DataFrame:
    """Read refused rows, newest import first: file_name, row, column, value, reason."""
    where, parameters = ("WHERE r.import_id = ?", [import_id]) if import_id else ("", [])
    return database.read_frame(
        'SELECT i.file_name, r.row, r."column", r.value, r.reason FROM refusals r '
        f"JOIN imports i ON i.id = r.import_id {where} "
        f"ORDER BY r.import_id DESC, r.row LIMIT {int(limit)}",
        *parameters,
    )


def data_version(database: Database) -> str:
    """Give a text that changes with every import; the key of every cache of findings."""
    frame = database.read_frame(
        "SELECT COALESCE(MAX(id), 0) AS newest, COUNT(*) AS held FROM imports"
    )
    newest, held = frame.iloc[0]
    return f"{int(newest)}-{int(held)}"


def held_version(database: Database) -> str:
    """Give a text that changes with every import, rotation of keys, merge and erasure.

    It is the key of caches that hold records, while `data_version` is that of figures.
    """
    frame = database.read_frame(
        "SELECT COALESCE(MAX(id), 0) AS newest, COUNT(*) AS held, "
        "(SELECT MAX(generation) FROM key_state) AS generation, "
        "(SELECT COALESCE(MAX(id), 0) FROM audit_events WHERE event = 'erasure') AS erasure, "
        "(SELECT MAX(decided_at) FROM location_merges) AS merged "
        "FROM imports"
    )
    return "-".join(str(value) for value in frame.iloc[0].tolist())


def list_sources(database: Database) -> set[str]:
    """List the kinds of source of which anything was imported."""
    return set(database.read_frame("SELECT DISTINCT source FROM imports")["source"])


def is_synthetic(database: Database) -> bool:
    """Say whether any data held are synthetic, so that every screen can say so."""
    frame = database.read_frame("SELECT COUNT(*) AS n FROM imports WHERE is_synthetic")
    return int(frame["n"].iloc[0]) > 0
