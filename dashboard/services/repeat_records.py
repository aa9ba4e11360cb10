"""Open one repeat victim or place, for a reason that is logged before anything is read out.

The list says that somebody comes back; here is what happened, who was told, what else happened
near, and who is on it. Free text is never read.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.repeats.events import number_events
from analytics.repeats.exclusions import NO_ADDRESS
from analytics.repeats.neighbours import find_neighbours
from analytics.repeats.repeaters import place_in_window
from dashboard.permissions import Permission, needs
from dashboard.services import actions, audit
from dashboard.services.repeats import FLAGS, RepeatData, RepeatList, shorten
from geodata.errors import UserFacingError
from geodata.sealing import get_key_ring
from geodata.store.actions import read_about
from geodata.store.database import Database
from geodata.store.repeats import read_incidents_of, read_links, read_sealed

RECORD_KIND = {"places": "location", "victims": "victim"}
ALL_FLAGS = {"repeat_flag": "repeat", **FLAGS}


class RowNotListedError(UserFacingError):
    """A row was asked for that the list does not have, or no longer has."""


@dataclass(frozen=True)
class Record:
    """What is known of one repeat victim or place.

    Attributes
    ----------
    kind : str
        places or victims.
    short : str
        End of the pseudonym.
    addresses : tuple of str
        Of a place, as recorded; empty for a victim, or where none is held.
    timeline : DataFrame
        Every report, newest first: ``incident`` (number within the record, from the oldest),
        ``when`` (datetime64, NaT where only the month is known), ``precision``, ``month``
        (`Month.ordinal`), ``source``, ``channel``, ``category``, ``type``, ``flags``, ``agency``,
        ``label``, ``ward_code``, ``in_window``.
    incidents : int
        Incidents that the reports are of.
    near : DataFrame
        Incidents near and soon but elsewhere, newest first: ``when``, ``label``, ``distance_m``,
        ``days``, ``type``; empty for a victim.
    links : DataFrame
        Cases, actions and plans, as `geodata.store.repeats.read_links`, without keys.
    """

    kind: str
    short: str
    addresses: tuple[str, ...] = field(repr=False)
    timeline: pd.DataFrame = field(repr=False)
    incidents: int
    near: pd.DataFrame = field(repr=False)
    links: pd.DataFrame = field(repr=False)


@needs(Permission.SEE_ADDRESS)
def open_record(
    database: Database,
    data: RepeatData,
    found: RepeatList,
    row: int,
    reason: str,
    reason_text: str = "",
) -> Record:
    """Open what is behind a row of a list; the look is logged first.

    Parameters
    ----------
    database : Database
    data, found
        The list and what it was made from.
    row : int
        Position in the list, from 0.
    reason, reason_text : str
        A key of `dashboard.services.audit.REASONS`, and words beside it.

    Raises
    ------
    RowNotListedError
        If the list has no such row.
    ReasonMissingError
        If no reason was picked; nothing is read then.
    """
    return _open(database, data, found, _key_of(found, row), reason, reason_text)


@needs(Permission.SEE_REPEATS)
def find_row(database: Database, data: RepeatData, found: RepeatList, action_id: int) -> int | None:
    """Give the row of a list that an action is about; None if the list does not hold it."""
    key = _key_of_action(database, data, found, action_id)
    return found.keys.index(key) if key in found.keys else None


@needs(Permission.SEE_ADDRESS)
def open_of_action(
    database: Database,
    data: RepeatData,
    found: RepeatList,
    action_id: int,
    reason: str,
    reason_text: str = "",
) -> Record:
    """Open the victim or place that an action is about, listed or not; logged first.

    Parameters
    ----------
    database, data, found, reason, reason_text
        As for `open_record`; the list gives the rule and the day.
    action_id : int
        Number of the action.

    Raises
    ------
    RowNotListedError
        If the action is about nothing that could stand on such a list, as a place that is
        restricted for domestic abuse never does.
    ReasonMissingError
        If no reason was picked; nothing is read then.
    """
    key = _key_of_action(database, data, found, action_id)
    if not data.may_rank(found.kind, key):
        raise RowNotListedError(
            "This action's record cannot be opened here.",
            "What it is about is no longer held, or is left out of the lists of repeats.",
            "Ask a supervisor to look at the action.",
        )
    return _open(database, data, found, key, reason, reason_text)


def _open(
    database: Database,
    data: RepeatData,
    found: RepeatList,
    key: str,
    reason: str,
    reason_text: str,
) -> Record:
    audit.log(
        database, "consultation", RECORD_KIND[found.kind], key, reason,
        reason_text=reason_text, details={"page": "repeats", "rule": found.rule.name},
    )  # fmt: skip
    members = data.members(key)
    if found.kind == "places":
        reports = read_incidents_of(database, location_keys=members)
        # A merged address goes by one key, as it does in the list.
        reports["location_key"] = key
    else:
        reports = read_incidents_of(database, victim_keys=[key])
    texts = read_sealed(database, members) if found.kind == "places" else {}
    ring = get_key_ring()
    timeline, incidents = _list_reports(reports, found)
    return Record(
        kind=found.kind,
        short=shorten(key),
        addresses=tuple(ring.open(texts[member]) for member in members if member in texts),
        timeline=timeline,
        incidents=incidents,
        near=_list_near(data, key, found) if found.kind == "places" else _NO_NEAR.copy(),
        links=read_links(
            database,
            location_keys=members if found.kind == "places" else (),
            victim_keys=[key] if found.kind == "victims" else (),
            incident_ids=reports["incident_id"].tolist(),
        ).drop(columns="key"),
    )


@needs(Permission.ACT)
def send_to_tasking(
    database: Database,
    found: RepeatList,
    row: int,
    *,
    title: str,
    owner: str,
    agency: str,
    due: dt.date | None,
) -> int:
    """Make an action about a row of a list, with its figures as evidence; give its number.

    Raises
    ------
    RowNotListedError
        If the list has no such row.
    ActionError
        If title, owner or day is missing or not usable.
    """
    facts = found.table.iloc[row] if 0 <= row < len(found.table) else None
    key = _key_of(found, row)
    assert facts is not None
    return actions.create_action(
        database,
        title=title,
        owner=owner,
        due=due,
        about_kind=RECORD_KIND[found.kind],
        about_key=key,
        ward_code=str(facts["ward_code"]),
        district_code=str(facts["district_code"]),
        agency=agency,
        evidence={
            "rule": found.rule.label,
            "as at": found.as_at.isoformat(),
            "incidents": int(facts["incidents"]),
            "reports": int(facts["reports"]),
            "rank": int(facts["rank"]),
        },
    )


@needs(Permission.SEE_REPEATS)
def log_download(
    database: Database, found: RepeatList, reason: str, recipient: str, reason_text: str = ""
) -> int:
    """Log that a list leaves Wardlight, to whom and why; give the number of the event.

    Raises
    ------
    ReasonMissingError
        If no reason was picked or nobody is named as recipient.
    """
    return audit.log(
        database, "disclosure", "export", f"repeat {found.kind}", reason,
        reason_text=reason_text, recipient=recipient,
        details={"rows": len(found.table), "rule": found.rule.name,
                 "as at": found.as_at.isoformat(), "addresses": False},
    )  # fmt: skip


_NO_NEAR = pd.DataFrame(
    {
        "when": pd.Series(dtype="datetime64[us]"),
        "label": pd.Series(dtype=object),
        "distance_m": pd.Series(dtype=float),
        "days": pd.Series(dtype=np.int64),
        "type": pd.Series(dtype=object),
    }
)


def _key_of_action(database: Database, data: RepeatData, found: RepeatList, action_id: int) -> str:
    about = read_about(database, action_id)
    return data.head(about[1]) if about and about[0] == RECORD_KIND[found.kind] else ""


def _key_of(found: RepeatList, row: int) -> str:
    if not 0 <= row < len(found.keys):
        raise RowNotListedError(
            "This row is not on the list.",
            f"The list has {len(found.keys):,} rows; data or settings have changed since.",
            "Choose a row of the list as it is now.",
        )
    return found.keys[row]


def _list_reports(reports: pd.DataFrame, found: RepeatList) -> tuple[pd.DataFrame, int]:
    ordered = reports.sort_values(["month", "occurred_at", "id"], ignore_index=True)
    numbers = number_events(ordered)
    first = pd.Timestamp(found.rule.first_day(found.as_at))
    end = pd.Timestamp(found.as_at) + pd.Timedelta(days=1)
    when = ordered["occurred_at"]
    timeline = pd.DataFrame(
        {
            "incident": numbers + 1,
            "when": when,
            "precision": ordered["time_precision"],
            "month": ordered["month"],
            "source": ordered["source_system"],
            "channel": ordered["report_channel"],
            "category": ordered["nsir_category"],
            "type": ordered["asb_type"],
            "flags": [_say_flags(row) for row in ordered.to_dict("records")],
            "agency": ordered["lead_agency"],
            "label": ordered["label"],
            "ward_code": ordered["ward_code"],
            "in_window": (when >= first) & (when < end),
        }
    )
    incidents = int(numbers.max()) + 1 if len(numbers) else 0
    return timeline[::-1].reset_index(drop=True), incidents


def _say_flags(report: dict[Any, Any]) -> str:
    return ", ".join(word for column, word in ALL_FLAGS.items() if report[column] == "yes")


def _list_near(data: RepeatData, key: str, found: RepeatList) -> pd.DataFrame:
    """List what happened near and soon, of places that may be shown: no home with abuse."""
    whole = data.frame
    at_key = (whole["location_key"] == key).to_numpy()
    inside, _ = place_in_window(whole["occurred_at"], found.rule, found.as_at)
    mine = at_key & inside
    shown = np.isin(data.ranking["places"].reason, ("", NO_ADDRESS))
    shown &= (data.frame["domestic_abuse_flag"] != "yes").to_numpy()
    shown &= (data.frame["location_precision"].isin(("exact", "street"))).to_numpy()
    # One report of each incident: the first of its number.
    once = np.zeros(len(data.frame), dtype=bool)
    once[np.unique(data.events, return_index=True)[1]] = True
    kept = mine | (shown & once & ~at_key)
    frame = whole[kept]
    near = find_neighbours(
        frame["easting"], frame["northing"], frame["occurred_at"],
        mine[kept],
    )  # fmt: skip
    same_event = np.isin(data.events, np.unique(data.events[at_key]))[kept]
    near = near[~same_event[near["row"].to_numpy()]]
    rows = frame.iloc[near["row"].to_numpy()]
    table = pd.DataFrame(
        {
            "when": rows["occurred_at"].to_numpy(),
            "label": rows["label"].astype(object).to_numpy(),
            # To 10 m, so that it does not say which house.
            "distance_m": (near["distance_m"].to_numpy() / 10).round() * 10,
            "days": near["days"].to_numpy(),
            "type": rows["asb_type"].astype(object).to_numpy(),
        }
    )
    return table.sort_values("when", ascending=False, ignore_index=True)
