"""What a look-up is about: the record that a typed address, postcode, phone or reference means.

What was typed stays in the arguments of these functions: it is turned into keys, compared with
addresses that were opened for it, and forgotten. Answers, errors and the audit log hold keys.
"""

import re
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from analytics.repeats.prior import number_incidents, take_window
from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from geodata.address_parts import read_address
from geodata.addresses import describe_address, normalise_address, normalise_phone, pseudonym
from geodata.errors import UserFacingError
from geodata.sealing import get_key_ring
from geodata.store import call_check as store
from geodata.store.database import Database
from geodata.store.merges import effective_keys
from geodata.store.repeats import read_incidents_of
from geodata.store.restricted import join_members, read_restricted

LONGEST_TEXT = 200
LONGEST_REFERENCE = 64
SEARCHES = ("address", "postcode", "phone", "reference", "choice")
RECORDS = ("location", "caller", "incident", "case")
LIKELIEST = 5
LEAST_LIKENESS = 70.0
NO_CODE = "No number or reference like this is held. To look up an address, give the street too."
RESTRICTED_COUNT = "restricted"
NO_POSTCODE = (
    "Cannot tell without a postcode: addresses are held with theirs, and only those of one "
    "postcode or building are compared. Add the postcode and ask again."
)
NOT_UNDER_POSTCODE = (
    "No address like this is held under this postcode. Check the spelling and the postcode; one "
    "that was recorded without its postcode is not found by this."
)

_PHONE = re.compile(r"^\+?[\d\s().-]{9,24}$")
_UPRN = re.compile(r"^\d{9,12}$")
_CODE = re.compile(r"^(?=\S*\d)[\w/.-]+$")
"""One word with a digit is a number or a reference; an address has a street too."""
_POSTCODE = re.compile(r"^[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}$", re.IGNORECASE)


class CallCheckError(UserFacingError):
    """A look-up cannot be made as it was asked."""


@dataclass(frozen=True)
class Subject:
    """The record that a look-up is about.

    Attributes
    ----------
    kind : str
        One of `RECORDS`, as the audit log names it.
    key : str
        Its key; "" if nothing is held.
    search : str
        One of `SEARCHES`.
    """

    kind: str
    key: str
    search: str


@dataclass(frozen=True)
class Candidate:
    """A record that may be meant; picked, it is looked up by its key.

    Attributes
    ----------
    kind, key : str
        As in `Subject`.
    label : str
        House number and street, or the system that holds the reference. Personal: shown, never
        stored, logged or put in a link.
    note : str
        How many incidents, or how alike.
    """

    kind: str
    key: str
    label: str
    note: str


@dataclass(frozen=True)
class Meant:
    """One subject, or candidates to choose from, or neither; with what must be said of them."""

    subject: Subject | None
    candidates: tuple[Candidate, ...] = ()
    search: str = "address"
    note: str = ""


@needs(Permission.CHECK_CALL)
def find_subject(database: Database, typed: str, reason: str) -> Meant:
    """Find the record that somebody means.

    A reference is tried first, then a telephone number, a UPRN, a postcode and an address.
    Addresses are opened only where the typed one is not held, only those of its postcode or
    building, and each is logged before it is opened.

    Parameters
    ----------
    database : Database
    typed : str
        Personal; nothing of it comes back or is kept.
    reason : str
        A reason of `dashboard.services.audit`; nothing is looked up without one.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    CallCheckError
        If nothing was typed, or far too much.
    """
    require_reason(reason)
    text = " ".join(typed.split())
    if not text:
        raise CallCheckError(
            "Nothing was asked for.", "The box is empty.",
            "Give an address, a postcode, a telephone number or a reference.",
        )  # fmt: skip
    if len(text) > LONGEST_TEXT:
        raise CallCheckError(
            "This is too long for an address or a reference.",
            f"Accepted are up to {LONGEST_TEXT} characters.",
            "Give one address, postcode, telephone number or reference.",
        )
    with store.reading(database) as here:
        meant = _find_reference(here, text) or _find_number(here, text)
        if meant is None and not _POSTCODE.match(text):
            meant = _find_address(here, text)
    if meant is not None:
        return meant
    if _CODE.match(text) and not _POSTCODE.match(text):
        return Meant(None, search="reference", note=NO_CODE)
    return _list_similar(database, text, reason)


def _find_reference(here: Database, text: str) -> Meant | None:
    if " " in text or len(text) > LONGEST_REFERENCE:
        return None
    found = store.read_references(here, text)
    if found.empty:
        return None
    subjects = []
    for row in found.itertuples():
        kind, key = str(row.kind), str(row.id)
        if kind == "call":
            call = store.read_calls_of(here, ids=[int(row.id)]).iloc[0]
            kind, key = "caller", str(call["caller_key"] or call["phone_key"])
            if not key:
                continue
        subjects.append(
            (kind, key, f"{str(row.kind).capitalize()}, {row.force}, {row.source_system}")
        )
    if len(subjects) == 1:
        return Meant(Subject(subjects[0][0], subjects[0][1], "reference"), search="reference")
    note = "Several records carry this reference. Which one is meant?"
    if not subjects:
        note = "A call carries this reference, but who called is not recorded."
    candidates = tuple(Candidate(kind, key, label, "") for kind, key, label in subjects)
    return Meant(None, candidates, "reference", note)


def _find_number(here: Database, text: str) -> Meant | None:
    if _PHONE.match(text) and (number := normalise_phone(text)):
        phone_key = pseudonym("phone", number)
        calls = store.read_calls_of(here, phone_keys=[phone_key])
        if len(calls):
            keys = sorted({key for key in calls["caller_key"] if key})
            key = keys[0] if len(keys) == 1 else phone_key
            return Meant(Subject("caller", key, "phone"), search="phone")
        if not _UPRN.match(text):
            return Meant(None, search="phone", note="No call from this number is held.")
    if _UPRN.match(text):
        places = store.find_uprn(here, describe_address(text, "").location_key)
        if places:
            heads = effective_keys(here)
            return Meant(Subject("location", heads.get(places[0], places[0]), "address"))
        return Meant(None, search="address", note="Nothing is held about this number.")
    return None


def _find_address(here: Database, text: str) -> Meant | None:
    key = describe_address("", text).location_key
    if key and len(store.read_places(here, [key])):
        return Meant(Subject("location", key, "address"))
    return None


def _list_similar(database: Database, text: str, reason: str) -> Meant:
    is_postcode = bool(_POSTCODE.match(text))
    search = "postcode" if is_postcode else "address"
    with store.reading(database) as here:
        keys = describe_address("", text)
        unknown = NOT_UNDER_POSTCODE if keys.postcode_key else NO_POSTCODE
        if is_postcode:
            unknown = "No address of this postcode is held."
        similar = store.read_similar(
            here, postcode_key=keys.postcode_key, block_key="" if is_postcode else keys.block_key
        )
    if similar.empty:
        return Meant(None, search=search, note=unknown)
    if not current_actor().may(Permission.SEE_ADDRESS):
        note = "The exact address is not held. Addresses near it are not shown to your role."
        return Meant(None, search=search, note=note)
    if len(similar) > store.MOST_CANDIDATES:
        note = "Too many addresses are near this one to list. Add the house number and postcode."
        return Meant(None, search=search, note=note)
    sealed = dict(zip(similar["location_key"], similar["sealed_address"], strict=True))
    with database.begin() as connection:
        for key in sealed:
            audit.log(
                database, "consultation", "location", key, reason,
                details={"search": search, "compared": True}, connection=connection,
            )  # fmt: skip
    ring = get_key_ring()
    opened = {key: ring.open(text) for key, text in sealed.items()}
    if is_postcode:
        return Meant(
            None, _count_all(database, opened), search,
            f"Addresses held of this postcode: {len(opened)}. Which one is meant?",
        )  # fmt: skip
    likely = _compare(text, opened)
    note = "The exact address is not held. Did you mean one of these?" if likely else unknown
    return Meant(None, likely, search, note)


def _compare(typed: str, opened: dict[str, str]) -> tuple[Candidate, ...]:
    wanted = normalise_address(typed)
    scores = {
        key: fuzz.token_sort_ratio(wanted, normalise_address(text)) for key, text in opened.items()
    }
    best = sorted(
        (key for key in scores if scores[key] >= LEAST_LIKENESS), key=lambda k: -scores[k]
    )
    return tuple(
        Candidate("location", key, label_address(opened[key]), f"{scores[key]:.0f} of 100 alike")
        for key in best[:LIKELIEST]
    )


def _count_all(database: Database, opened: dict[str, str]) -> tuple[Candidate, ...]:
    """List the addresses of a postcode in order of street and number, with incidents each."""
    with store.reading(database) as here:
        last = store.read_last_day(here)
        heads = effective_keys(here)
        frame = read_incidents_of(here, location_keys=join_members(opened, heads))
        restricted = read_restricted(here, location_keys=opened, heads=heads)
    keys = [heads.get(key, key) for key in frame["location_key"]]
    frame = frame.assign(location_key=pd.Series(keys, index=frame.index, dtype=object))
    counts: dict[str, int] = {}
    if last is not None:
        inside = take_window(number_incidents(frame), last).drop_duplicates(
            ["location_key", "event"]
        )
        counts = {str(key): int(n) for key, n in inside["location_key"].value_counts().items()}
    # Of addresses that were merged one stands for all, as it does in the answer.
    shown = {heads.get(key, key): text for key, text in sorted(opened.items())}
    shown |= {key: text for key, text in opened.items() if key not in heads}
    rows = sorted((_sorting(text), key, label_address(text)) for key, text in shown.items())
    return tuple(
        Candidate(
            "location", key, label,
            RESTRICTED_COUNT if restricted.covers(key) else _say_incidents(counts.get(key, 0)),
        )
        for _, key, label in rows
    )  # fmt: skip


@handed
def require_reason(reason: str) -> None:
    """Let nobody look without a reason.

    Raises
    ------
    ReasonMissingError
        If it is none of `dashboard.services.audit.REASONS`.
    """
    if reason not in audit.REASONS:
        raise audit.ReasonMissingError(
            "Pick a reason first.",
            "Records of people are shown only for a reason, which is logged.",
            "Pick one from the list and ask again.",
        )


def _say_incidents(count: int) -> str:
    return "no incident in 12 months" if not count else (
        f"{count} incident{'' if count == 1 else 's'} in 12 months"
    )  # fmt: skip


@handed
def label_address(text: str, *, town: bool = False) -> str:
    """Give number and street of an address, with its town if asked; never with its postcode."""
    parts = read_address(text)
    words = " ".join([*parts.units, *parts.name, parts.house, *parts.street])
    street = " ".join(word.capitalize() for word in words.split()) or "Address without a street"
    locality = " ".join(word.capitalize() for word in " ".join(parts.locality).split())
    return f"{street}, {locality}" if town and locality else street


def _sorting(text: str) -> tuple[str, int, str]:
    parts = read_address(text)
    digits = re.match(r"\d+", parts.house)
    return (" ".join(parts.street), int(digits[0]) if digits else 0, " ".join(parts.units))
