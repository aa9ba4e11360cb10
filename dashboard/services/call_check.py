"""Call check: what a call handler must know in the first minute, from one key.

The look is logged before anything is read for it. What is restricted for domestic abuse is the
same on every page (see `geodata.store.restricted`): whoever calls may be the one who abuses, so
only the procedure is named, unless the role may see restricted history.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

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
from dashboard.services.call_links import (
    Linked,
    find_restricted,
    is_named,
    link_records,
    read_history,
)
from dashboard.services.call_names import name_subject
from dashboard.services.call_scope import find_call_scope, say_not_found
from dashboard.services.call_subject import (
    RECORDS,
    SEARCHES,
    CallCheckError,
    Candidate,
    Subject,
    find_subject,
    require_reason,
)
from geodata.calendar import say_date
from geodata.store import call_check as store
from geodata.store.callers import read_plans
from geodata.store.database import Database

_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
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
    whose : str
        Whose answer it is. Personal: shown, never stored, logged or put in a link.
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
    whose: str = ""
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
    require_reason(reason)
    meant = find_subject(database, typed, reason)
    if meant.subject is None:
        kind = {"phone": "caller", "reference": "incident"}.get(meant.search, "location")
        audit.log(
            database, "consultation", kind, "", reason,
            details={"search": meant.search, "found": len(meant.candidates)},
        )  # fmt: skip
        note = meant.note
        if not meant.candidates:
            note = say_not_found(find_call_scope(database), meant.search, note)
        return CallCheck(note, meant.search, candidates=meant.candidates)
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
    CallCheckError
        If nothing is held under the key.
    ValueError
        If the kind is not one of `RECORDS`.
    """
    require_reason(reason)
    if kind not in RECORDS:
        raise ValueError(f"kind is {kind!r}; accepted: {', '.join(RECORDS)}")
    _require_held(database, kind, key, reason)
    return _answer(database, Subject(kind, key, SEARCHES[-1]), reason, today)


def _require_held(database: Database, kind: str, key: str, reason: str) -> None:
    """Refuse a key that nothing is held under; the try is logged without it."""
    is_number = kind not in ("incident", "case") or _ROW_NUMBER.fullmatch(key) is not None
    with store.reading(database) as here:
        if is_number and store.is_held(here, kind, key):
            return
    audit.log(
        database, "consultation", kind, "", reason, details={"search": SEARCHES[-1], "found": 0}
    )  # fmt: skip
    raise CallCheckError(
        "This record is not held.",
        "It may have been erased or replaced since it was listed.",
        "Look it up again by its address, number or reference.",
    )


def _answer(database: Database, subject: Subject, reason: str, today: dt.date | None) -> CallCheck:
    audit.log(
        database, "consultation", subject.kind, subject.key, reason,
        details={"search": subject.search, "found": 1},
    )  # fmt: skip
    today = today or dt.date.today()
    with store.reading(database) as here:
        linked = link_records(here, subject)
        last = store.read_last_day(here) or today
        as_at = today if (today - last).days <= STALE_DAYS else last
        frame = read_history(here, linked, linked.victims)
        is_restricted, hidden = find_restricted(here, linked, frame)
        whose = name_subject(here, subject, is_restricted=is_restricted)
        may_see = current_actor().may(Permission.SEE_RESTRICTED)
        if is_restricted and not may_see:
            return CallCheck(RESTRICTED, subject.search, whose, is_held=True, is_restricted=True)
        people = set(frame["victim_key"]) - {""}
        wider = linked.victims | (people if may_see else people - hidden)
        if wider - linked.victims:
            frame = read_history(here, linked, wider)
        if subject.kind != "caller":
            linked.calls = store.read_calls_of(here, location_keys=linked.members)
        assert linked.calls is not None
        linked.callers |= set(linked.calls["caller_key"]) - {""}
        cases = store.read_cases_of(here, location_keys=linked.members, victim_keys=wider)
        actions = store.read_open_actions(here, linked.members | wider)
        plans = read_plans(here, linked.callers if subject.kind == "caller" else ())
    if linked.cases is not None:
        cases = pd.concat([linked.cases, cases], ignore_index=True).drop_duplicates("id")
    if not may_see:
        cases = cases[~cases["victim_key"].isin(hidden)]
    found = _put_together(
        subject, linked, frame, cases, plans, actions, today, as_at, is_restricted
    )
    return replace(found, whose=whose)


def _put_together(
    subject: Subject,
    linked: Linked,
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


def _own(subject: Subject, linked: Linked, frame: pd.DataFrame) -> pd.DataFrame:
    """Take the incidents that the subject itself has."""
    named = is_named(frame, linked)
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
    linked: Linked, calls: pd.DataFrame, today: dt.date, as_at: dt.date, elsewhere: int
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
