"""Same address? Suggest which places are one address, show a pair, and keep what is decided.

Addresses are opened for the pair shown only, and after the look is logged. A machine reads all
of them when suggestions are made; it keeps keys, points and words that hold no address.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.repeats.match_quality import MatchQuality, measure_matching
from analytics.repeats.matching import suggest_merges, thin_suggestions
from dashboard.permissions import Permission, current_actor, handed, needs
from dashboard.services import audit
from geodata.address_parts import AddressParts, read_address
from geodata.addresses import normalise_address
from geodata.sealing import get_key_ring
from geodata.sources.demo.addresses import label_pairs, write_addresses
from geodata.sources.demo.geography import build_geography
from geodata.sources.demo.people import count_residents
from geodata.sources.demo.places import build_places
from geodata.store import merges
from geodata.store.database import Database

PARTS = {
    "units": "Flat or floor",
    "name": "Name of building",
    "house": "Number",
    "street": "Street",
    "locality": "Town",
    "postcode": "Postcode",
}


@dataclass(frozen=True)
class Suggested:
    """What a search for addresses that may be one came to, in numbers of places and pairs."""

    places: int
    pairs: int
    added: int
    gone: int


@dataclass(frozen=True)
class Pair:
    """Two addresses to judge; holds personal data, so it is shown and forgotten.

    Attributes
    ----------
    id : int
        Which merge.
    status : str
        suggested, accepted, rejected or undone.
    addresses : tuple of str
        The two addresses as they were written.
    differences : DataFrame
        Part, First, Second, Compared ('same', 'differs', 'only in the first', …).
    evidence : str
        What the suggestion rests on, in words.
    """

    id: int
    status: str
    addresses: tuple[str, str]
    differences: pd.DataFrame
    evidence: str


@needs(Permission.MERGE_ADDRESSES)
def suggest(database: Database, *, reason: str = "data_quality") -> Suggested:
    """Look for places that may be one address and store the suggestions; logged.

    Suggestions that nobody decided about are replaced; decisions stay.
    """
    held = merges.read_addresses(database)
    ring = get_key_ring()
    held["text"] = [ring.open(str(sealed)) for sealed in held.pop("sealed_address")]
    found = suggest_merges(held)
    del held["text"]
    decided = merges.read_merges(database)
    decided = decided[decided["status"].isin(merges.DECIDED)]
    pairs = {frozenset(pair) for pair in decided[["from_key", "to_key"]].to_numpy().tolist()}
    is_open = np.array(
        [frozenset(p) not in pairs for p in found[["from_key", "to_key"]].to_numpy().tolist()],
        dtype=bool,
    )
    found = thin_suggestions(found[is_open], merges.effective_keys(database))
    with database.begin() as connection:
        added, gone = merges.replace_suggestions(connection, found)
        audit.log(
            database, "combination", "merge", "suggestions", reason, connection=connection,
            details={"places": len(held), "pairs": len(found), "added": added, "gone": gone},
        )  # fmt: skip
    return Suggested(len(held), len(found), added, gone)


@needs(Permission.MERGE_ADDRESSES)
def count(database: Database) -> dict[str, int]:
    """Count suggestions, accepted, rejected and undone merges."""
    return merges.count_merges(database)


@needs(Permission.MERGE_ADDRESSES)
def holds_addresses(database: Database) -> bool:
    """Say whether any place has an address."""
    return merges.holds_addresses(database)


@needs(Permission.MERGE_ADDRESSES)
def list_waiting(database: Database) -> list[int]:
    """List the numbers of the pairs that wait for a decision, best first."""
    return merges.list_waiting(database)


@needs(Permission.MERGE_ADDRESSES)
def list_decisions(database: Database) -> pd.DataFrame:
    """List what was decided, newest first: id, status, decided_by, decided_at, evidence."""
    held = merges.read_merges(database)
    held = held[held["status"].isin(merges.DECIDED)]
    held = held.sort_values(["decided_at", "id"], ascending=False, ignore_index=True)
    return held[["id", "status", "decided_by", "decided_at", "evidence"]]


@needs(Permission.MERGE_ADDRESSES)
def open_pair(database: Database, merge_id: int, reason: str, held: int = 0) -> int:
    """Log a look at both places of a merge and give the number of the event that opens it.

    Parameters
    ----------
    database : Database
    merge_id : int
    reason : str
    held : int, optional
        Number from before: given back, and nothing logged, while that look still holds.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    MergeError
        If the pair is no longer held.
    """
    look = _find_look(database, merge_id, held)
    if look is not None and look.reason == reason:
        return held
    number = 0
    with database.begin() as connection:
        sealed = merges.read_sealed_pair(connection, merge_id)
        for key in (sealed.from_key, sealed.to_key):
            number = audit.log(
                database, "consultation", "location", key, reason, connection=connection,
                details={"merge": merge_id},
            )  # fmt: skip
    return number


@needs(Permission.MERGE_ADDRESSES)
def show_pair(database: Database, merge_id: int, look: int) -> Pair:
    """Open the two addresses of a merge.

    Parameters
    ----------
    database : Database
    merge_id : int
    look : int
        Number of the event from `open_pair`: of this person and this pair, and not too old.

    Raises
    ------
    ReasonMissingError
        If no such look was logged.
    MergeError
        If the pair is no longer held.
    """
    if _find_look(database, merge_id, look) is None:
        raise audit.ReasonMissingError(
            "Say first why you look at these addresses.",
            f"Each look is logged with a reason and holds for {audit.LOOK_HOURS} hours.",
            "Pick a reason and open the pair.",
        )
    with database.engine.connect() as connection:
        sealed = merges.read_sealed_pair(connection, merge_id)
    ring = get_key_ring()
    first, second = ring.open(sealed.from_sealed), ring.open(sealed.to_sealed)
    return Pair(
        merge_id, sealed.status, (first, second), compare_addresses(first, second), sealed.evidence
    )


@needs(Permission.MERGE_ADDRESSES)
def decide(database: Database, merge_id: int, status: str, reason: str) -> None:
    """Accept, reject or undo a merge, or ask it again; logged.

    Accepting is a combination, anything else an alteration.

    Raises
    ------
    ReasonMissingError
        If no reason was picked.
    MergeError
        If somebody else decided in the meantime, or it contradicts another decision.
    """
    event = "combination" if status == merges.ACCEPTED else "alteration"
    with database.begin() as connection:
        merges.decide(connection, merge_id, status, current_actor().name)
        audit.log(
            database, event, "merge", str(merge_id), reason, connection=connection,
            details={"change": status},
        )  # fmt: skip


def _find_look(database: Database, merge_id: int, number: int) -> audit.Look | None:
    look = audit.find_look(database, number)
    mine = look is not None and look.details.get("merge") == merge_id
    return look if mine else None


@handed
def compare_addresses(first: str, second: str) -> pd.DataFrame:
    """Say part by part how two addresses compare: Part, First, Second, Compared."""
    one, other = read_address(first), read_address(second)
    rows = []
    for name, words in PARTS.items():
        left, right = _say_part(one, name), _say_part(other, name)
        if left or right:
            rows.append((words, left, right, _say_difference(left, right)))
    return pd.DataFrame(rows, columns=["Part", "First", "Second", "Compared"])


@handed
def measure(seed: int = 2027) -> MatchQuality:
    """Measure the matching on the labelled set that the synthetic county of a seed writes."""
    shape, people, place, text = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)
    )
    geography = build_geography(shape)
    places = build_places(place, geography, count_residents(people, len(geography.lsoa_codes)))
    addresses = write_addresses(text, geography, places)
    labelled = label_pairs(text, addresses, np.column_stack([places.easting, places.northing]))
    # Invented addresses may be their own keys, so that no key file is needed.
    labelled["location_key"] = [normalise_address(written) for written in labelled["text"]]
    return measure_matching(labelled)


def _say_part(parts: AddressParts, name: str) -> str:
    held = getattr(parts, name)
    return held if isinstance(held, str) else " ".join(held)


def _say_difference(left: str, right: str) -> str:
    if left == right:
        return "= same"
    if not right:
        return "◁ only in the first"
    return "▷ only in the second" if not left else "≠ differs"
