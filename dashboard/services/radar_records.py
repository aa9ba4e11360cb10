"""What is behind a row of the case review radar: its reports, for a reason, and the way to tasking.

The most pressing rows are often of victims who have no case yet, so nobody looks after them.
"""

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from analytics.cases.case_review import CANNOT_TELL, MET, ONE_MORE
from analytics.repeats.events import number_events
from dashboard.permissions import Permission, handed, needs
from dashboard.services import actions, audit
from dashboard.services.case_radar import Radar, RadarKey
from geodata.calendar import say_date
from geodata.errors import ActionError, CaseError
from geodata.store.database import Database
from geodata.store.repeats import read_incidents_of
from geodata.store.restricted import read_restricted

TITLES = {
    MET: "Tell the victim of the right to ask for a case review, and open a case",
    ONE_MORE: "Look after the victim before one more report meets the case review threshold",
    CANNOT_TELL: "Find out whether the reports are of one problem, for a case review",
}
USUAL_DAYS = 14


@dataclass(frozen=True)
class RadarRecord:
    """The reports behind a row of the radar.

    Attributes
    ----------
    timeline : DataFrame
        Newest first: incident (number, from the oldest), when (datetime64, NaT where only the
        month is known), precision, month (`Month.ordinal`), reported_on, source, type, agency,
        label (street), linked (True if recorded as of this problem).
    incidents : int
        Incidents that the reports are of.
    """

    timeline: pd.DataFrame = field(repr=False)
    incidents: int


@needs(Permission.SEE_ADDRESS)
def open_reports(
    database: Database, found: Radar, row: int, reason: str, reason_text: str = ""
) -> RadarRecord:
    """Open the reports behind a row of the radar; a look at each victim is logged first.

    Raises
    ------
    CaseError
        If the radar has no such row, or somebody is restricted for domestic abuse meanwhile.
    ReasonMissingError
        If no reason was picked; nothing is read then.
    """
    key = _key_of(found, row)
    for victim in key.victims:
        audit.log(
            database, "consultation", "victim", victim, reason, reason_text=reason_text,
            details={"page": "case review radar"},
        )  # fmt: skip
    reports = read_incidents_of(database, victim_keys=key.victims)
    restricted = read_restricted(
        database, location_keys=set(reports["location_key"]), victim_keys=key.victims
    )
    if restricted.mark(reports).any():
        raise _gone()
    if key.problem:
        kept = [key.problem] if len(key.victims) > 1 else ["", key.problem]
        reports = reports[reports["problem_key"].isin(kept)]
    reports = reports.sort_values(["month", "occurred_at", "id"], ignore_index=True)
    numbers = number_events(reports)
    timeline = pd.DataFrame(
        {
            "incident": numbers + 1,
            "when": reports["occurred_at"],
            "precision": reports["time_precision"],
            "month": reports["month"],
            "reported_on": reports["reported_at"],
            "source": reports["source_system"],
            "type": reports["asb_type"],
            "agency": reports["lead_agency"],
            "label": reports["label"],
            "linked": (reports["problem_key"] == key.problem) & bool(key.problem),
        }
    )
    incidents = int(numbers.max()) + 1 if len(numbers) else 0
    return RadarRecord(timeline[::-1].reset_index(drop=True), incidents)


@handed
def propose_due(found: Radar, row: int) -> dt.date:
    """Propose the day an action about a row is due: in 14 days, but before the threshold lapses."""
    usual = found.on + dt.timedelta(days=USUAL_DAYS)
    lapses = found.table["lapses_on"].iloc[row]
    return usual if pd.isna(lapses) else max(found.on, min(usual, lapses))


@needs(Permission.ACT)
def send_to_tasking(
    database: Database,
    found: Radar,
    row: int,
    *,
    title: str,
    owner: str,
    agency: str,
    due: dt.date | None,
) -> int:
    """Make an action about a row of the radar, with its figures as evidence; give its number.

    Raises
    ------
    CaseError
        If the radar has no such row.
    ActionError
        If title, owner or day is missing or not usable, or the threshold lapses before the day.
    """
    key = _key_of(found, row)
    facts = found.table.iloc[row]
    lapses = None if pd.isna(facts["lapses_on"]) else facts["lapses_on"]
    if due is not None and lapses is not None and due > lapses:
        raise ActionError(
            "The day is too late.",
            f"The reports no longer meet the threshold after {say_date(lapses)}.",
            "Give that day or an earlier one.",
        )
    victim = key.victims[0] if len(key.victims) == 1 else ""
    return actions.create_action(
        database,
        title=title,
        owner=owner,
        due=due,
        about_kind="victim" if victim else "",
        about_key=victim,
        ward_code=str(facts["ward_code"]),
        district_code=str(facts["district_code"]),
        agency=agency,
        evidence={
            "case review": str(facts["state"]),
            "as at": found.on.isoformat(),
            "incidents": str(facts["incidents"]),
            "incidents, strict reading": str(facts["strict_incidents"]),
            "until": lapses.isoformat() if lapses else "not known",
            "rule": str(facts["rules"]),
        },
        reason="case_review",
    )


def _key_of(found: Radar, row: int) -> RadarKey:
    if not 0 <= row < len(found.keys):
        raise _gone()
    return found.keys[row]


def _gone() -> CaseError:
    return CaseError(
        "This row is not on the radar.",
        "Data, or who may see them, have changed since.",
        "Choose a row of the radar as it is now.",
    )
