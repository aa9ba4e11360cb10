"""What a call check can find at all: which kinds of record are held, and which are not.

A kind that is not held at all is never answered with 'not held', which would say that somebody
looked among the right records and found nothing.
"""

from dataclasses import dataclass

from dashboard.permissions import Permission, handed, needs
from geodata.store import call_check as store
from geodata.store.database import Database

_NEEDED = {"address": "addresses", "postcode": "addresses", "phone": "calls"}
_LOOKED_FOR = {
    "address": "an address", "postcode": "a postcode", "phone": "a telephone number",
}  # fmt: skip


@dataclass(frozen=True)
class CallScope:
    """Which kinds of record are held: whether any incident, address, call, victim and case is."""

    incidents: bool
    addresses: bool
    calls: bool
    victims: bool
    cases: bool

    @property
    def is_anything_held(self) -> bool:
        """True if there is anything that a reference, number or address could find."""
        return self.incidents or self.calls or self.cases

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the kinds that a call is about and of which nothing is held."""
        held = {"addresses": self.addresses, "calls": self.calls, "victims": self.victims}
        return tuple(name for name, is_held in held.items() if not is_held)


@needs(Permission.CHECK_CALL)
def find_call_scope(database: Database) -> CallScope:
    """Find which kinds of record are held."""
    held = store.read_kinds_held(database)
    return CallScope(**{kind: kind in held for kind in store.KINDS})


@handed
def say_box(scope: CallScope) -> str:
    """Say what can be typed: only kinds that are held."""
    parts: list[str] = []
    if scope.addresses:
        parts += ["address", "postcode"]
    if scope.calls:
        parts.append("telephone number")
    if not parts:
        return "Reference of an incident or case" if scope.cases else "Reference of an incident"
    return f"{', '.join(parts)} or reference".capitalize()


@handed
def say_missing(scope: CallScope) -> str:
    """Say before a look-up what is not held and cannot be checked; "" if all kinds are."""
    missing = scope.missing
    if not missing:
        return ""
    words = " or ".join([part for part in (", ".join(missing[:-1]), missing[-1]) if part])
    why = " (open data)" if len(missing) == len(_NEEDED) else ""
    lost = {
        ("addresses",): "an address cannot be checked here",
        ("calls",): "a telephone number cannot be checked here",
        ("addresses", "calls"): "an address or number cannot be checked here",
    }.get(tuple(name for name in missing if name != "victims"), "")
    sentences = [f"No {words} are held{why}{f': {lost}' if lost else ''}."]
    if not scope.victims:
        sentences.append("Whether a victim is a repeat cannot be told.")
    return " ".join([*sentences, f"What can be checked: {say_box(scope).casefold()}."])


@handed
def say_not_found(scope: CallScope, search: str, note: str) -> str:
    """Say why nothing was found: what the look-up says, unless no such record is held at all.

    Parameters
    ----------
    scope : CallScope
    search : str
        What was looked up: address, postcode, phone or reference.
    note : str
        The sentence if records of this kind are held.
    """
    kind = _NEEDED.get(search)
    if kind is None or kind not in scope.missing:
        return note
    return f"No {kind} are held, so {_LOOKED_FOR[search]} cannot be checked here."
