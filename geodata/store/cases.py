"""Cases as their own systems have them, and what Wardlight itself keeps about them: reading.

Sealed texts of one case are opened; those of many never are.
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from geodata.sealing import get_key_ring
from geodata.store.database import Database, as_times

DAYS = ("opened", "closed", "last_review", "next_review", "victim_told", "review_opened")
CASE_FIELDS = (
    "id", "force", "source_system", "case_id", *DAYS, "status", "lead_agency", "owner",
    "risk_band", "location_key", "victim_key", "problem_key", "ward_code", "district_code",
    "shared_with", "review_opened_by",
)  # fmt: skip
STEP_FIELDS = ("case_key", "standard", "agency", "due", "done", "done_by", "not_possible")


def split_agencies(text: str) -> set[str]:
    """Give the agencies that a case is shared with, in small letters; ';' or ',' between them."""
    return {name.strip().casefold() for name in text.replace(",", ";").split(";") if name.strip()}


def read_cases(
    database: Database, *, agency: str | None = None, case_key: int | None = None
) -> pd.DataFrame:
    """Read cases without their sealed texts.

    Parameters
    ----------
    database : Database
    agency : str, optional
        Only cases led by or shared with this agency, by its whole name; an empty name finds none.
        None reads all.
    case_key : int, optional
        Only the case of this number.

    Returns
    -------
    DataFrame
        `CASE_FIELDS` in order of id; days as datetime64, NaT where there is none.
    """
    where, values = ("", ()) if case_key is None else (" WHERE id = ?", (case_key,))
    frame = database.read_frame(
        f"SELECT {', '.join(CASE_FIELDS)} FROM cases{where} ORDER BY id", *values
    )
    for name in DAYS:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    for name in set(CASE_FIELDS) - set(DAYS) - {"id"}:
        frame[name] = frame[name].astype(str)
    frame["id"] = frame["id"].astype("int64")
    if agency is not None:
        wanted = agency.strip().casefold()
        keep = [
            bool(wanted) and (wanted == lead.strip().casefold() or wanted in split_agencies(shared))
            for lead, shared in zip(frame["lead_agency"], frame["shared_with"], strict=True)
        ]
        frame = frame[pd.Series(keep, index=frame.index, dtype=bool)].reset_index(drop=True)
    return frame


def read_extra(database: Database, case_key: int) -> dict[str, str]:
    """Open the fields of the source that Wardlight has no place for."""
    frame = database.read_frame("SELECT sealed_extra FROM cases WHERE id = ?", case_key)
    text = get_key_ring().open(str(frame["sealed_extra"].iloc[0])) if len(frame) else ""
    return {str(name): str(value) for name, value in json.loads(text or "{}").items()}


def read_updates(database: Database, case_key: int) -> pd.DataFrame:
    """Read the updates of a case, newest first: at (UTC), by, agency, review_level and text."""
    frame = database.read_frame(
        "SELECT at, by, agency, review_level, sealed_text FROM case_updates "
        "WHERE case_key = ? ORDER BY id DESC",
        case_key,
    )
    frame["at"] = _as_utc(frame["at"])
    ring = get_key_ring()
    frame["text"] = [ring.open(sealed) for sealed in frame.pop("sealed_text")]
    return frame


def read_reviews(database: Database) -> pd.DataFrame:
    """Read when each case was last reviewed at each level: case_key, review_level, at (UTC)."""
    frame = database.read_frame(
        "SELECT case_key, review_level, MAX(at) AS at FROM case_updates "
        "WHERE review_level <> '' GROUP BY case_key, review_level"
    )
    frame["at"] = _as_utc(frame["at"])
    return frame


def read_assessments(database: Database, case_key: int | None = None) -> pd.DataFrame:
    """Read the risk assessments of a case, newest first, or the newest of every case.

    Returns
    -------
    DataFrame
        id, case_key, at (UTC), by, matrix_version, matrix_hash, lowest, highest, lowest_band,
        highest_band, override_band. `read_assessment` opens answers and reasons.
    """
    which, values = (
        ("id IN (SELECT MAX(id) FROM risk_assessments GROUP BY case_key)", ())
        if case_key is None
        else ("case_key = ?", (case_key,))
    )
    frame = database.read_frame(
        "SELECT id, case_key, at, by, matrix_version, matrix_hash, lowest, highest, lowest_band, "
        f"highest_band, override_band FROM risk_assessments WHERE {which} ORDER BY id DESC",
        *values,
    )
    frame["at"] = _as_utc(frame["at"])
    return frame


def read_answers(database: Database, assessment_id: int) -> tuple[dict[str, Any], str]:
    """Give the answers and facts of an assessment, and the reason of its override."""
    frame = database.read_frame(
        "SELECT sealed_answers, sealed_override_reason FROM risk_assessments WHERE id = ?",
        assessment_id,
    )
    if frame.empty:
        return {}, ""
    row = frame.iloc[0]
    ring = get_key_ring()
    return json.loads(ring.open(str(row["sealed_answers"])) or "{}"), ring.open(
        str(row["sealed_override_reason"])
    )


def read_steps(database: Database, case_key: int | None = None) -> pd.DataFrame:
    """Read the stored steps of the service standards, of one case or of all.

    Returns
    -------
    DataFrame
        `STEP_FIELDS`; explanations are opened for one case, and for all say only 'explained'.
    """
    where, values = ("", ()) if case_key is None else (" WHERE case_key = ?", (case_key,))
    frame = database.read_frame(
        "SELECT case_key, standard, agency, due, done, done_by, sealed_not_possible "
        f"FROM standard_steps{where} ORDER BY id",
        *values,
    )
    sealed = frame.pop("sealed_not_possible").astype(str)
    opening: Callable[[str], str] = (
        get_key_ring().open if case_key is not None else lambda text: "explained" if text else ""
    )
    frame["not_possible"] = [opening(text) for text in sealed]
    return frame.astype({"case_key": "int64"})[list(STEP_FIELDS)]


def read_sign_off(
    database: Database, subject: str, content_hash: str
) -> tuple[str, dt.date] | None:
    """Say who signed this content off and on which day; None if nobody has."""
    frame = database.read_frame(
        "SELECT signed_by, signed_at FROM sign_offs WHERE subject = ? AND content_hash = ?",
        subject,
        content_hash,
    )
    if frame.empty:
        return None
    return str(frame["signed_by"].iloc[0]), _as_utc(frame["signed_at"]).iloc[0].date()


def _as_utc(column: pd.Series) -> pd.Series:
    return pd.to_datetime(as_times(column), utc=True)


def read_newest_day(database: Database) -> dt.date | None:
    """Give the day of the newest report held; None without any."""
    frame = database.read_frame("SELECT MAX(reported_at) AS newest FROM incidents WHERE asb")
    newest = frame["newest"].iloc[0]
    return None if newest is None or pd.isna(newest) else pd.Timestamp(newest).date()


def find_gaps(database: Database) -> tuple[str, ...]:
    """Name what no ASB incident held has at all, of 'victims' and 'days'."""
    held = {"victims": "victim_key <> ''", "days": "time_precision <> 'month'"}
    return tuple(
        name
        for name, has in held.items()
        if database.read_frame(f"SELECT id FROM incidents WHERE asb AND {has} LIMIT 1").empty
    )


def read_victims_reporting(database: Database, since: dt.date) -> list[str]:
    """List who may be near a case review: with two reports since a day, or of a shared problem.

    A report counts from its own day, or from the behaviour's where its own is not known.
    """
    moment = since.isoformat()
    recent = "asb AND victim_key <> '' AND COALESCE(reported_at, occurred_from) >= "
    # PostgreSQL compares times with times, SQLite holds them as texts that sort the same way.
    mark = "?" if database.is_sqlite else f"CAST('{moment}' AS timestamp)"
    values = (moment, moment, moment) if database.is_sqlite else ()
    frame = database.read_frame(
        f"SELECT victim_key FROM incidents WHERE {recent}{mark} "
        "GROUP BY victim_key HAVING COUNT(*) > 1 UNION "
        f"SELECT victim_key FROM incidents WHERE {recent}{mark} AND problem_key IN ("
        f"SELECT problem_key FROM incidents WHERE {recent}{mark} AND problem_key <> '' "
        "GROUP BY problem_key HAVING COUNT(*) > 1)",
        *values,
    )
    return [str(key) for key in frame["victim_key"]]
