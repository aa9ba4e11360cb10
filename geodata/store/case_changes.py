"""What Wardlight itself adds to a case: writing.

A case belongs to its own system and comes in by import. Updates, reviews, risk assessments, steps
of the service standards and sign-offs are kept here; texts are sealed, assessments are never
overwritten, and every change locks the case first, so that of two people who change the same
thing one is told.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import CaseError
from geodata.sealing import get_key_ring
from geodata.store.areas import table_of
from geodata.store.cases import DAYS
from geodata.store.database import Transaction
from geodata.store.models import Case, CaseUpdate, RiskAssessment, SignOff, StandardStep

CHANGED = CaseError(
    "Somebody else changed this case a moment ago.",
    "What you were shown is not what is held now, so nothing was stored.",
    "Open the case again, look at what changed, and enter it once more.",
)


def lock_case(connection: Transaction, case_key: int) -> dict[str, Any]:
    """Hold a case until the open transaction ends, and give its days as they are now.

    Raises
    ------
    CaseError
        If there is no such case.
    """
    table = table_of(Case)
    row = connection.execute(
        sa.select(*(table.c[name] for name in DAYS)).where(table.c.id == case_key).with_for_update()
    ).first()
    if row is None:
        raise CaseError(
            f"There is no case {case_key}.",
            "It was never held, or was erased under the rules of retention.",
            "Look for it in the list of cases.",
        )
    return dict(row._mapping)


def add_update(
    connection: Transaction, case_key: int, *, by: str, agency: str, text: str, level: str = ""
) -> int:
    """Add an update to a case, or a review of a level; its text is sealed. Give its number."""
    lock_case(connection, case_key)
    return _insert(
        connection, table_of(CaseUpdate), case_key=case_key, at=_now(), by=by, agency=agency,
        review_level=level, sealed_text=get_key_ring().seal(text),
    )  # fmt: skip


@dataclass(frozen=True)
class NewAssessment:
    """A filling-in of the risk assessment matrix.

    Attributes
    ----------
    matrix_version, matrix_hash : str
        Which matrix was used.
    answers : dict
        Answers by question, and facts; sealed when stored.
    lowest, highest, lowest_band, highest_band : int, int, str, str
        What they come to.
    override_band, override_reason : str
        What a professional put instead, and why; empty for nothing.
    """

    matrix_version: str
    matrix_hash: str
    answers: dict[str, Any]
    lowest: int
    highest: int
    lowest_band: str
    highest_band: str
    override_band: str = ""
    override_reason: str = field(default="", repr=False)


def add_assessment(
    connection: Transaction, case_key: int, new: NewAssessment, *, by: str, after: int
) -> int:
    """Add a risk assessment beside the earlier ones, and give its number.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    case_key : int
    new : NewAssessment
    by : str
        Who assessed.
    after : int
        Number of the newest assessment that they had seen; 0 for none.

    Raises
    ------
    CaseError
        If there is a newer one.
    """
    lock_case(connection, case_key)
    table = table_of(RiskAssessment)
    newest = connection.execute(
        sa.select(sa.func.max(table.c.id)).where(table.c.case_key == case_key)
    ).scalar()
    if (newest or 0) != after:
        raise CHANGED
    ring = get_key_ring()
    return _insert(
        connection, table, case_key=case_key, at=_now(), by=by,
        matrix_version=new.matrix_version, matrix_hash=new.matrix_hash,
        sealed_answers=ring.seal(json.dumps(new.answers, sort_keys=True)),
        lowest=new.lowest, highest=new.highest, lowest_band=new.lowest_band,
        highest_band=new.highest_band, override_band=new.override_band,
        sealed_override_reason=ring.seal(new.override_reason),
    )  # fmt: skip


def set_step(
    connection: Transaction,
    case_key: int,
    standard: str,
    *,
    agency: str,
    due: dt.date,
    done: dt.date | None,
    not_possible: str,
    by: str,
    seen: tuple[dt.date | None, str],
) -> None:
    """Store how a service standard of a case stands.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    case_key : int
    standard : str
        Id of the standard.
    agency, due, done, not_possible : str, date, date or None, str
        How it stands from now on; the explanation is sealed.
    by : str
        Who says so.
    seen : tuple of (date or None, str)
        done and not_possible as they were shown.

    Raises
    ------
    CaseError
        If it stands otherwise by now.
    """
    lock_case(connection, case_key)
    table, ring = table_of(StandardStep), get_key_ring()
    here = (table.c.case_key == case_key) & (table.c.standard == standard)
    row = connection.execute(sa.select(table).where(here)).first()
    held = (row.done, ring.open(row.sealed_not_possible)) if row else (None, "")
    if held != seen:
        raise CHANGED
    values = {
        "agency": agency, "due": due, "done": done, "done_by": by,
        "sealed_not_possible": ring.seal(not_possible),
    }  # fmt: skip
    if row:
        connection.execute(sa.update(table).where(here).values(**values))
    else:
        _insert(connection, table, case_key=case_key, standard=standard, **values)


def add_steps(connection: Transaction, frame: pd.DataFrame, import_id: int) -> None:
    """Store steps of the service standards of the cases of an import, by their reference.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    frame : DataFrame
        case_id, standard, agency, due, done, done_by and not_possible, which is sealed.
    import_id : int
        The import that brought the cases.
    """
    cases, ring = table_of(Case), get_key_ring()
    held = connection.execute(
        sa.select(cases.c.case_id, cases.c.id).where(cases.c.import_id == import_id)
    )
    keys = {str(row.case_id): int(row.id) for row in held}
    rows = [
        {
            "case_key": keys[row["case_id"]],
            **{name: row[name] for name in ("standard", "agency", "due", "done", "done_by")},
            "sealed_not_possible": ring.seal(row["not_possible"]),
        }
        for row in frame.astype(object).to_dict("records")
    ]
    if rows:
        connection.execute(sa.insert(table_of(StandardStep)), rows)


def set_victim_told(
    connection: Transaction, case_key: int, on: dt.date | None, *, seen: dt.date | None
) -> None:
    """Store the day on which the victim was told of the right to a case review.

    Raises
    ------
    CaseError
        If another day is held by now than was shown.
    """
    if lock_case(connection, case_key)["victim_told"] != seen:
        raise CHANGED
    table = table_of(Case)
    connection.execute(sa.update(table).where(table.c.id == case_key).values(victim_told=on))


def open_review(
    connection: Transaction, case_key: int, *, on: dt.date, by: str, reason: str
) -> None:
    """Store that a senior manager opened a case review; the reason is sealed.

    Raises
    ------
    CaseError
        If one is open already.
    """
    if lock_case(connection, case_key)["review_opened"] is not None:
        raise CHANGED
    table = table_of(Case)
    connection.execute(
        sa.update(table)
        .where(table.c.id == case_key)
        .values(
            review_opened=on, review_opened_by=by, sealed_review_reason=get_key_ring().seal(reason)
        )
    )


def sign_off(connection: Transaction, subject: str, content_hash: str, by: str) -> None:
    """Store that somebody made this content local policy.

    Raises
    ------
    CaseError
        If it is signed off already.
    """
    table = table_of(SignOff)
    here = (table.c.subject == subject) & (table.c.content_hash == content_hash)
    if connection.execute(sa.select(table.c.id).where(here)).first():
        raise CaseError(
            "This is signed off already.", f"Somebody signed the {subject} off as it is now.",
            "Open the page again to see who and when.",
        )  # fmt: skip
    _insert(
        connection, table, subject=subject, content_hash=content_hash, signed_at=_now(),
        signed_by=by,
    )  # fmt: skip


def _insert(connection: Transaction, table: sa.Table, **values: object) -> int:
    try:
        key = connection.execute(sa.insert(table).values(**values)).inserted_primary_key
    except sa.exc.IntegrityError:
        raise CHANGED from None
    assert key is not None
    return int(key[0])


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
