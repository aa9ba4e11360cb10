"""What belongs to the subject of a call check, and whether it is restricted.

Nothing is logged here: the look was logged before, with the record that it is about.
"""

from dataclasses import dataclass, field

import pandas as pd

from dashboard.permissions import Permission, handed, needs
from dashboard.services.call_subject import Subject
from geodata.store import call_check as store
from geodata.store.database import Database
from geodata.store.merges import effective_keys
from geodata.store.repeats import read_incidents_of
from geodata.store.restricted import join_members, read_called_about, read_restricted


@dataclass
class Linked:
    """Keys that belong to a subject; several members count as one place after a merge."""

    members: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    heads: dict[str, str] = field(default_factory=dict)
    victims: set[str] = field(default_factory=set)
    callers: set[str] = field(default_factory=set)
    incidents: set[tuple[str, str]] = field(default_factory=set)
    cases: pd.DataFrame | None = None
    calls: pd.DataFrame | None = None
    uncounted: str = ""


@needs(Permission.CHECK_CALL)
def link_records(here: Database, subject: Subject) -> Linked:
    """Find the place, people and incidents of a subject; places without an address do not count."""
    linked = Linked()
    if subject.kind == "location":
        linked.places = {subject.key}
    elif subject.kind == "caller":
        linked.calls = store.read_calls_of(
            here, caller_keys=[subject.key], phone_keys=[subject.key]
        )
        about = linked.calls[linked.calls["incident_id"] != ""]
        linked.incidents = set(zip(about["force"], about["incident_id"], strict=True))
        linked.places = set(linked.calls["location_key"]) - {""}
    elif subject.kind == "incident":
        for row in store.read_incident(here, int(subject.key)).itertuples():
            linked.places, linked.victims = {row.location_key}, {row.victim_key}
            linked.incidents = {(row.force, row.incident_id)}
    else:
        linked.cases = store.read_cases_of(here, ids=[int(subject.key)])
        linked.places = set(linked.cases["location_key"])
        linked.victims = set(linked.cases["victim_key"])
    linked.heads = effective_keys(here)
    places = store.read_places(here, join_members(linked.places, linked.heads))
    defaults, institutions = places["is_default_geocode"], places["is_excluded"]
    inexact = (places["precision"] != "exact") & ~defaults & ~institutions
    said = [
        words
        for rows, words in (
            (defaults, "This is a default place, where records land for want of one"),
            (institutions, "This is an excluded institution"),
            (inexact, "This place is known to the street only"),
        )
        if rows.any()
    ]
    linked.uncounted = ". ".join(said)
    counted = places["location_key"][~(defaults | institutions | inexact)]
    linked.members = set(counted)
    linked.places = {linked.heads.get(key, key) for key in counted}
    linked.victims -= {""}
    return linked


@needs(Permission.CHECK_CALL)
def read_history(here: Database, linked: Linked, victims: set[str]) -> pd.DataFrame:
    """Read the incidents of the places, victims and references, of all time.

    Two forces may use one reference, so a row found by its reference must be of the right one.
    """
    frame = read_incidents_of(
        here,
        location_keys=linked.members,
        victim_keys=victims,
        incident_ids={reference for _, reference in linked.incidents},
    )
    keys = [linked.heads.get(key, key) for key in frame["location_key"]]
    frame = frame.assign(location_key=pd.Series(keys, index=frame.index, dtype=object))
    mine = frame["location_key"].isin(linked.places) | frame["victim_key"].isin(victims - {""})
    return frame[mine | is_named(frame, linked)]


@handed
def is_named(frame: pd.DataFrame, linked: Linked) -> pd.Series:
    """Say which incidents were named by their reference, of the right force."""
    pairs = zip(frame["force"], frame["incident_id"], strict=True)
    return pd.Series([pair in linked.incidents for pair in pairs], index=frame.index, dtype=bool)


@needs(Permission.CHECK_CALL)
def find_restricted(here: Database, linked: Linked, frame: pd.DataFrame) -> tuple[bool, set[str]]:
    """Say whether the look-up is restricted, and list the people whose history is not shown.

    People of the place itself may be restricted for what happened at another address: then the
    place is not, and what they met with elsewhere stays out.
    """
    people = set(frame["victim_key"]) - {""}
    places, victims, is_flagged = read_called_about(here, linked.incidents)
    places = {linked.heads.get(key, key) for key in places} | linked.places
    victims |= linked.victims
    restricted = read_restricted(
        here, location_keys=places, victim_keys=victims | people, heads=linked.heads
    )
    is_flagged |= bool((frame["domestic_abuse_flag"] == "yes").any())
    is_restricted = is_flagged or bool(places & restricted.places or victims & restricted.victims)
    return is_restricted, (people | victims) & restricted.victims
