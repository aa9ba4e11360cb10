"""Actions: what somebody undertook to do by a day, with the evidence as it was then.

The evidence is stored as it stood when the action was made and never changes, so that later
data do not rewrite why somebody was asked to act. An action is closed once, with an outcome.
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import ActionError
from geodata.store.areas import table_of
from geodata.store.database import Database, Transaction
from geodata.store.models import Action as ActionTable

COLUMNS = (
    "id", "title", "about_kind", "about_key", "ward_code", "district_code", "owner", "agency",
    "due", "status", "evidence", "created_at", "created_by", "closed_at", "closed_by", "outcome",
)  # fmt: skip
KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class NewAction:
    """An action to be added.

    Attributes
    ----------
    title : str
        What is to be done; names nobody and no address.
    about_kind, about_key : str
        What it is about: a kind of record and its key, or nothing.
    ward_code, district_code : str
        Where, if anywhere.
    owner, agency : str
        Who does it.
    due : date
        Last day on which it is in time.
    evidence : dict
        Plain values that show why, as they are now.
    """

    title: str
    owner: str
    due: dt.date
    about_kind: str = ""
    about_key: str = ""
    ward_code: str = ""
    district_code: str = ""
    agency: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


def add_action(connection: Transaction, new: NewAction, created_by: str) -> int:
    """Add an open action inside an open transaction and give its id."""
    values = asdict(new)
    values["evidence"] = json.dumps(new.evidence, sort_keys=True, ensure_ascii=False)
    result = connection.execute(
        sa.insert(table_of(ActionTable)).values(
            **values, status="open", created_at=_now(), created_by=created_by, closed_by="",
            outcome="",
        )
    )  # fmt: skip
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def end_action(connection: Transaction, action_id: int, outcome: str, closed_by: str) -> None:
    """Close an open action with its outcome, inside an open transaction.

    Raises
    ------
    ActionError
        If there is no such action, or somebody closed it before.
    """
    table = table_of(ActionTable)
    done = connection.execute(
        sa.update(table)
        .where(table.c.id == action_id, table.c.status == "open")
        .values(status="closed", closed_at=_now(), closed_by=closed_by, outcome=outcome)
    )
    if not done.rowcount:
        raise ActionError(
            f"Action {action_id} is not open.",
            "It is closed already, or there is none of this number.",
            "Look at the list again.",
        )


def read_actions(
    database: Database,
    *,
    status: str = "",
    ward_code: str = "",
    owner: str = "",
    agency: str = "",
    about_kind: str = "",
    about_key: str = "",
    due_before: dt.date | None = None,
) -> pd.DataFrame:
    """Read actions, open ones first and by the day they are due; empty text means any.

    Parameters
    ----------
    database : Database
    status : str
        open or closed.
    ward_code, owner, agency, about_kind, about_key : str
        Exactly as stored.
    due_before : date, optional
        Only those due earlier than this day.

    Returns
    -------
    DataFrame
        `COLUMNS`; due as date, evidence as dict, times in UTC (NaT while open).
    """
    wanted: dict[str, str] = {
        "status = ?": status,
        "ward_code = ?": ward_code,
        "owner = ?": owner,
        "agency = ?": agency,
        "about_kind = ?": about_kind,
        "about_key = ?": about_key,
    }
    given = {clause: value for clause, value in wanted.items() if value}
    # As a literal, since the two databases do not agree on the type of a given day.
    clauses = [*given, *([f"due < '{due_before.isoformat()}'"] if due_before else [])]
    where = f"WHERE {' AND '.join(clauses)} " if clauses else ""
    frame = database.read_frame(
        f"SELECT {', '.join(COLUMNS)} FROM actions {where}"
        "ORDER BY CASE status WHEN 'open' THEN 0 ELSE 1 END, due, id",
        *given.values(),
    )
    for name in ("created_at", "closed_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    frame["due"] = [
        day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)[:10])
        for day in frame["due"]
    ]
    frame["due"] = frame["due"].astype(object)
    frame["evidence"] = pd.Series([json.loads(text) for text in frame["evidence"]], dtype=object)
    return frame


def read_labels(database: Database, location_keys: Collection[str]) -> dict[str, str]:
    """Read the street or place name of locations by their key; those without one are left out."""
    keys = sorted(set(location_keys))
    found: dict[str, str] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        frame = database.read_frame(
            "SELECT location_key, label FROM locations WHERE label <> '' AND location_key IN "
            f"({', '.join('?' * len(some))})",
            *some,
        )
        found |= dict(zip(frame["location_key"], frame["label"], strict=True))
    return found


def read_about(database: Database, action_id: int) -> tuple[str, str] | None:
    """Give kind and key of the record that an action is about; None if there is no such action."""
    found = database.read_frame("SELECT about_kind, about_key FROM actions WHERE id = ?", action_id)
    return None if found.empty else (str(found.iloc[0, 0]), str(found.iloc[0, 1]))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
