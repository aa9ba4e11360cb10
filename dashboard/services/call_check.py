"""Call check: what a call handler must know in the first minute, from one key.

The look is logged before anything is read for it. An address with domestic abuse, or of a
victim of it, is restricted: whoever calls may be the one who abuses, so only the procedure is
named, unless the role may see restricted history.
"""

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from analytics.repeats import prior
from analytics.repeats.prior import Flag, Prior
from dashboard.permissions import Permission, current_actor, needs
from dashboard.services import audit
from dashboard.services.call_cases import (
    OpenCase,
    describe_cases,
    judge_review,
    say_actions,
    say_plan,
)
from dashboard.services.call_subject import (
    RECORDS,
    SEARCHES,
    CallCheckError,
    Candidate,
    Subject,
    find_subject,
    join_members,
    restricted_places,
)
from geodata.calendar import say_date
from geodata.store import call_check as store
from geodata.store.callers import read_plans
from geodata.store.database import Database
from geodata.store.merges import effective_keys
from geodata.store.repeats import read_incidents_of

STALE_DAYS = 31
"""Data that end longer ago are counted to their last day, and that is said."""
RESTRICTED = "Restricted: follow the domestic abuse procedure."
QUESTIONS = {
    "repeat_flag": "Has anything like this happened to you before? Who was told?",
    "vulnerable_flag": "Is there anything that puts you or anybody there at more risk, such as "
    "age, health, disability, or being alone?",
    "hate_flag": "Do you, or does anybody, feel it was because of race, religion, disability, "
    "sexual orientation or gender identity?",
}


@dataclass(frozen=True)
class CallCheck:
    """The answer to a look-up.

    Attributes
    ----------
    say_first : str
        The sentence to say first.
    search : str
        What was looked up: one of `SEARCHES`.
    is_held : bool
        False if nothing is held about it.
    is_restricted : bool
        True for domestic abuse; nothing below is then filled unless the role may see it.
    since, as_at : date
        The 12 calendar months, both ends included.
    incidents, calls : int
        Separate incidents and calls in them; calls are not incidents.
    person, place, caller : Prior
        Repeat or not and why: three different things.
    vulnerable, hate : Flag
        Recorded yes, no or not asked.
    cases : tuple of OpenCase
        Open cases.
    plan : str
        The plan for the caller, if there is one.
    actions : tuple of str
        Open actions about the place or its victims.
    review : str
        Whether a case review can be asked for.
    questions : tuple of str
        What nobody has asked yet, or only in some incidents.
    notes : tuple of str
        What the figures leave out.
    candidates : tuple of Candidate
        Records that may be meant, to choose from.
    """

    say_first: str
    search: str
    is_held: bool = False
    is_restricted: bool = False
    since: dt.date | None = None
    as_at: dt.date | None = None
    incidents: int = 0
    calls: int = 0
    person: Prior | None = None
    place: Prior | None = None
    caller: Prior | None = None
    vulnerable: Flag | None = None
    hate: Flag | None = None
    cases: tuple[OpenCase, ...] = ()
    plan: str = ""
    actions: tuple[str, ...] = ()
    review: str = ""
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass
class _Linked:
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
def is_anything_held(database: Database) -> bool:
    """Say whether there is an incident or a call to find at all."""
    return store.is_anything_held(database)


@needs(Permission.CHECK_CALL)
def check_call(
    database: Database, typed: str, reason: str, *, today: dt.date | None = None
) -> CallCheck:
    """Look up what somebody typed: an address, a postcode, a phone number or a reference.

    Parameters
    ----------
    database : Database
    typed : str
        Personal; it is turned into keys and forgotten.
    reason : str
        A key of `audit.REASONS`, logged with the record's key and the kind of search.
    today : date, optional
        Last day of the 12 months; default today.

    Raises
    ------
    ReasonMissingError
        If no reason was picked; nothing is looked up then.
    CallCheckError
        If nothing was typed, or too much.
    """
    _require_reason(reason)
    meant = find_subject(database, typed, reason)
    if meant.subject is None:
        kind = {"phone": "caller", "reference": "incident"}.get(meant.search, "location")
        audit.log(
            database, "consultation", kind, "", reason,
            details={"search": meant.search, "found": len(meant.candidates)},
        )  # fmt: skip
        return CallCheck(meant.note, meant.search, candidates=meant.candidates)
    return _answer(database, meant.subject, reason, today)


@needs(Permission.CHECK_CALL)
def check_record(
    database: Database, kind: str, key: str, reason: str, *, today: dt.date | None = None
) -> CallCheck:
    """Look up a record that was picked from candidates, by its kind and key.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    ValueError
        If the kind is not one of `RECORDS`.
    """
    _require_reason(reason)
    if kind not in RECORDS:
        raise ValueError(f"kind is {kind!r}; accepted: {', '.join(RECORDS)}")
    return _answer(database, Subject(kind, key, SEARCHES[-1]), reason, today)


def _require_reason(reason: str) -> None:
    if reason not in audit.REASONS:
        raise audit.ReasonMissingError(
            "Pick a reason first.",
            "Records of people are shown only for a reason, which is logged.",
            "Pick one from the list and ask again.",
        )


def _answer(database: Database, subject: Subject, reason: str, today: dt.date | None) -> CallCheck:
    audit.log(
        database, "consultation", subject.kind, subject.key, reason,
        details={"search": subject.search, "found": 1},
    )  # fmt: skip
    today = today or dt.date.today()
    with store.reading(database) as here:
        linked = _link(here, subject)
        last = store.read_last_day(here) or today
        as_at = today if (today - last).days <= STALE_DAYS else last
        frame = _read_history(here, linked, linked.victims)
        wider = linked.victims | set(frame["victim_key"]) - {""}
        if wider - linked.victims:
            frame = _read_history(here, linked, wider)
        if subject.kind != "caller":
            linked.calls = store.read_calls_of(here, location_keys=linked.members)
        assert linked.calls is not None
        linked.callers |= set(linked.calls["caller_key"]) - {""}
        cases = store.read_cases_of(here, location_keys=linked.members, victim_keys=wider)
        actions = store.read_open_actions(here, linked.members | wider)
        plans = read_plans(here, linked.callers if subject.kind == "caller" else ())
    if linked.cases is not None:
        cases = pd.concat([linked.cases, cases], ignore_index=True).drop_duplicates("id")
    is_restricted = _is_restricted(frame, linked)
    if is_restricted and not current_actor().may(Permission.SEE_RESTRICTED):
        return CallCheck(RESTRICTED, subject.search, is_held=True, is_restricted=True)
    return _put_together(subject, linked, frame, cases, plans, actions, today, as_at, is_restricted)


def _link(here: Database, subject: Subject) -> _Linked:
    """Find the place, people and incidents of a subject; places without an address do not count."""
    linked = _Linked()
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


def _read_history(here: Database, linked: _Linked, victims: set[str]) -> pd.DataFrame:
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
    return frame[mine | _is_named(frame, linked)]


def _is_named(frame: pd.DataFrame, linked: _Linked) -> pd.Series:
    pairs = zip(frame["force"], frame["incident_id"], strict=True)
    return pd.Series([pair in linked.incidents for pair in pairs], index=frame.index, dtype=bool)


def _is_restricted(frame: pd.DataFrame, linked: _Linked) -> bool:
    return bool((frame["domestic_abuse_flag"] == "yes").any()) or bool(
        restricted_places(frame) & linked.places
    )


def _put_together(
    subject: Subject,
    linked: _Linked,
    frame: pd.DataFrame,
    cases: pd.DataFrame,
    plans: pd.DataFrame,
    actions: pd.DataFrame,
    today: dt.date,
    as_at: dt.date,
    is_restricted: bool,
) -> CallCheck:
    assert linked.calls is not None
    frame = prior.number_incidents(frame)
    inside = prior.take_window(frame, as_at)
    own = _own(subject, linked, inside)
    victims = linked.victims or set(_own(subject, linked, frame)["victim_key"]) - {""}
    person = prior.judge_incidents(frame, "person", victims, as_at)
    place = prior.judge_incidents(frame, "place", linked.places, as_at)
    if not linked.places and linked.uncounted:
        words = f"{linked.uncounted}: not counted as a repeat."
        place = Prior("place", prior.NOT_COUNTED, 0, person.since, (), 0, words)
    caller = prior.judge_calls(linked.calls, as_at)
    calls = prior.take_calls(linked.calls, as_at)
    incidents = int(own["event"].nunique())
    say_first = _say_first(subject, person, place, caller)
    return CallCheck(
        say_first=f"{RESTRICTED} {say_first}" if is_restricted else say_first,
        search=subject.search,
        is_held=True,
        is_restricted=is_restricted,
        since=person.since,
        as_at=as_at,
        incidents=incidents,
        calls=len(calls),
        person=person,
        place=place,
        caller=caller,
        vulnerable=prior.judge_flag(own, "vulnerable_flag"),
        hate=prior.judge_flag(own, "hate_flag"),
        cases=describe_cases(cases, today),
        plan=say_plan(plans, today),
        actions=say_actions(actions, today),
        review=judge_review(frame, linked.places, victims, today),
        questions=_list_questions(own),
        notes=_list_notes(linked, calls, today, as_at, len(inside) - len(own)),
    )


def _own(subject: Subject, linked: _Linked, frame: pd.DataFrame) -> pd.DataFrame:
    """Take the incidents that the subject itself has."""
    named = _is_named(frame, linked)
    if subject.kind == "caller":
        return frame[named]
    place, victim = frame["location_key"], frame["victim_key"]
    return frame[named | place.isin(linked.places) | victim.isin(linked.victims)]


def _say_first(subject: Subject, person: Prior, place: Prior, caller: Prior) -> str:
    order = [person, place]
    if subject.kind == "caller" and caller.state == prior.REPEAT:
        order.append(caller)
    for state in (prior.REPEAT, prior.NEXT):
        for one in order:
            if one.state == state:
                return one.words
    if subject.kind == "caller":
        return f"{caller.words} {person.words}"
    return place.words if place.state == prior.NONE else person.words


def _list_questions(own: pd.DataFrame) -> tuple[str, ...]:
    """List what not every incident has an answer to; with none, everything is still to ask."""
    return tuple(
        question for column, question in QUESTIONS.items() if prior.judge_flag(own, column).is_open
    )


def _list_notes(
    linked: _Linked, calls: pd.DataFrame, today: dt.date, as_at: dt.date, elsewhere: int
) -> tuple[str, ...]:
    notes = []
    if as_at != today:
        notes.append(
            f"Data end on {say_date(as_at)}: what was reported later is not known here, and the "
            "12 months are counted to that day."
        )
    if linked.uncounted and linked.places:
        notes.append(f"{linked.uncounted}: not counted as a repeat.")
    if len(calls):
        notes.append("Calls are not incidents: several calls may be about one, or about none.")
    if elsewhere > 0:
        notes.append(
            "The same people have incidents elsewhere too, which count for the victim only."
        )
    return tuple(notes)


__all__ = ["CallCheck", "CallCheckError", "OpenCase", "check_call", "check_record"]
