"""Cases as their own systems have them: stored anew, or brought up to date by reference.

What Wardlight itself keeps about a case (updates, risk assessments, standards, an opened
review) is in tables and columns of its own, which an import never touches.
"""

from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from geodata.schemas import CASE_COLUMNS, require_columns
from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.calls import as_plain_dates
from geodata.store.database import Transaction
from geodata.store.models import Case

_KEYS = ("force", "source_system", "case_id")
_CHANGING = tuple(name for name in CASE_COLUMNS if name not in _KEYS)


@dataclass(frozen=True)
class CaseChanges:
    """How many cases an import added, changed and found as they were."""

    added: int
    changed: int
    closed: int
    same: int


def write_cases(
    connection: Transaction,
    frame: pd.DataFrame,
    import_id: int,
    *,
    given: tuple[str, ...] = _CHANGING,
) -> CaseChanges:
    """Add cases that are new and update those whose fields differ, by reference.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    frame : DataFrame
        Shape CASE_COLUMNS, each reference once; days as date or None.
    import_id : int
        The import they come with; a case that is the same keeps its own.
    given : tuple of str, default every field
        Fields that the file says something of; others of a held case stay as they are.

    Returns
    -------
    CaseChanges
        ``closed`` counts those of ``changed`` that were open before and are closed now.
    """
    require_columns(frame, CASE_COLUMNS, "cases")
    table = table_of(Case)
    added, changed, closed, same = 0, 0, 0, 0
    columns = [*_KEYS, *_CHANGING]
    rows = as_plain_dates(frame[columns]).to_dict("records")
    held = _read_held(connection, frame)
    new = []
    for row in rows:
        values = {str(name): value for name, value in row.items()}
        before = held.get((values["force"], values["source_system"], values["case_id"]))
        if before is None:
            new.append({**values, "import_id": import_id})
            continue
        differs = {
            name: values[name]
            for name in _CHANGING
            if name in given and not _same(name, before[name], values[name])
        }
        if not differs:
            same += 1
            continue
        connection.execute(
            sa.update(table)
            .where(table.c.id == before["id"])
            .values(**differs, import_id=import_id)
        )
        changed += 1
        closed += bool(before["closed"] is None and differs.get("closed") is not None)
    if new:
        connection.execute(sa.insert(table), new)
        added = len(new)
    return CaseChanges(added, changed, closed, same)


def _read_held(
    connection: Transaction, frame: pd.DataFrame
) -> dict[tuple[str, str, str], dict[str, object]]:
    """Read the cases that are held of the forces and systems of a frame, by reference."""
    table = table_of(Case)
    found: dict[tuple[str, str, str], dict[str, object]] = {}
    for force, system in frame[["force", "source_system"]].drop_duplicates().to_numpy().tolist():
        rows = connection.execute(
            sa.select(table).where(table.c.force == force, table.c.source_system == system)
        ).mappings()
        for row in rows:
            found[(row["force"], row["source_system"], row["case_id"])] = dict(row)
    return found


def _same(name: str, before: object, now: object) -> bool:
    """Compare a field; seals of one text differ, so the texts are compared."""
    if name != "sealed_extra" or not before or not now:
        return before == now
    ring = get_key_ring()
    return ring.open(str(before)) == ring.open(str(now))
