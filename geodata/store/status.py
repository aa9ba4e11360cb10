"""What is held: the counts behind ``wardlight status`` and the Data quality page."""

from typing import Any

import pandas as pd

from geodata.categories import FLAG_COLUMNS, NOT_RECORDED, PROTECTED_COLUMNS, WARD_METHODS
from geodata.store.database import Database
from geodata.store.imports import read_imports


def read_status(database: Database) -> dict[str, Any]:
    """Count what is held.

    Returns
    -------
    dict
        incidents, asb, months, forces, ward_by, areas (kind, then edition), refused, imports,
        as ``wardlight status --json`` prints them. months and forces count ASB and crimes.
    """
    counts = database.read_frame(
        "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN asb THEN 1 ELSE 0 END), 0) AS asb "
        "FROM incidents"
    ).iloc[0]
    methods = _counted(database, "incidents", "ward_by")
    areas: dict[str, dict[str, int]] = {}
    held = database.read_frame(
        "SELECT kind, edition, COUNT(*) AS n FROM areas GROUP BY kind, edition "
        "ORDER BY kind, edition"
    )
    for area in held.to_dict("records"):
        areas.setdefault(area["kind"], {})[area["edition"]] = int(area["n"])
    imports = read_imports(database)
    return {
        "incidents": int(counts["n"]),
        "asb": int(counts["asb"]),
        "months": _counted(database, "incidents", "month"),
        "forces": _counted(database, "incidents", "force"),
        "ward_by": {method: methods.get(method, 0) for method in WARD_METHODS},
        "areas": areas,
        "refused": int(imports["rows_refused"].sum()),
        "imports": [
            {
                "id": int(row["id"]),
                "source": row["source"],
                "file": row["file_name"],
                "rows_read": int(row["rows_read"]),
                "rows_stored": int(row["rows_stored"]),
                "rows_refused": int(row["rows_refused"]),
                "rows_left_out": int(row["rows_left_out"]),
                "imported_at": row["imported_at"].isoformat(timespec="seconds"),
                "imported_by": row["imported_by"],
                "synthetic": bool(row["is_synthetic"]),
                "hash": row["content_hash"],
            }
            for row in imports[::-1].to_dict("records")
        ],
    }


def read_forces(database: Database) -> list[str]:
    """List the forces and councils that ASB incidents are held of, by name."""
    frame = database.read_frame("SELECT DISTINCT force FROM incidents WHERE asb ORDER BY force")
    return [str(force) for force in frame["force"]]


def _counted(database: Database, table: str, column: str) -> dict[str, int]:
    frame = database.read_frame(
        f"SELECT {column} AS value, COUNT(*) AS n FROM {table} GROUP BY {column} ORDER BY {column}"
    )
    return {str(value): int(n) for value, n in zip(frame["value"], frame["n"], strict=True)}


def read_flag_shares(database: Database) -> pd.DataFrame:
    """Count by force and month how many ASB incidents have each flag recorded.

    Returns
    -------
    DataFrame
        force, month (YYYY-MM), flag, recorded, total. 'No' is recorded; 'not recorded' is not.
    """
    flags = (*FLAG_COLUMNS, *PROTECTED_COLUMNS)
    sums = ", ".join(
        f"SUM(CASE WHEN {flag} <> '{NOT_RECORDED}' THEN 1 ELSE 0 END) AS {flag}" for flag in flags
    )
    frame = database.read_frame(
        f"SELECT force, month, COUNT(*) AS total, {sums} FROM incidents WHERE asb "
        "GROUP BY force, month ORDER BY force, month"
    )
    return frame.melt(
        id_vars=["force", "month", "total"],
        value_vars=list(flags),
        var_name="flag",
        value_name="recorded",
    )[["force", "month", "flag", "recorded", "total"]]
