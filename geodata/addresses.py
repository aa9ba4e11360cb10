"""Keys of addresses and pseudonyms: the same home gives the same key, and no text is kept.

An address is personal data. It is put into one form, turned into a digest and forgotten: it
is never stored, logged or shown. A digest is a pseudonym, not anonymity: somebody with a list
of addresses can compute their keys, so keys stay inside the database.
"""

import hashlib
import re
import unicodedata

KEY_BYTES = 12
UNIT_WORDS = frozenset({"flat", "unit", "room", "studio", "maisonette"})

_FULL_WORDS = {
    "apartment": "flat", "apt": "flat", "appartment": "flat", "flt": "flat", "av": "avenue",
    "ave": "avenue", "bldg": "building", "bldgs": "buildings", "blvd": "boulevard",
    "cl": "close", "clo": "close", "cotts": "cottages", "cres": "crescent",
    "cresc": "crescent", "crt": "court", "ct": "court", "dr": "drive", "est": "estate",
    "gdn": "garden", "gdns": "gardens", "gr": "grove", "gro": "grove", "grn": "green",
    "hse": "house", "hts": "heights", "la": "lane", "ln": "lane", "mt": "mount",
    "pde": "parade", "pk": "park", "pl": "place", "prom": "promenade", "rd": "road",
    "saint": "st", "sq": "square", "ter": "terrace", "terr": "terrace", "tce": "terrace",
    "wlk": "walk", "wy": "way",
}  # fmt: skip
_ROAD_WORDS = frozenset(_FULL_WORDS.values()) | {"street", "st", "hill", "row", "mews", "road"}
_NOT_PLAIN = re.compile(r"[^0-9a-z/-]+")
_GLUED_UNIT = re.compile(r"\b(flat|unit|room|apartment|apt)([0-9])")
_OUTWARD = re.compile(r"^[a-z]{1,2}[0-9][0-9a-z]?$")
_INWARD = re.compile(r"^[0-9][a-z]{2}$")
_UNIT_NUMBER = re.compile(r"^(?:[0-9]+[a-z]?|[a-z])$")
_UPRN = re.compile(r"^0*([1-9][0-9]{0,11})$")


def normalise_address(text: str) -> str:
    """Give the one form of an address: lower case, words in full, flat first.

    Flats of one house stay apart; the order in which flat and house number are written does
    not matter. Giving the result back gives the same result.

    Parameters
    ----------
    text : str
        An address as somebody wrote it.

    Returns
    -------
    str
        Empty for a text without Latin letters or digits.

    Examples
    --------
    >>> normalise_address("Flat 2, 14 Example Rd")
    'flat 2 14 example road'
    >>> normalise_address("14 Flat 2 Example Road")
    'flat 2 14 example road'
    >>> normalise_address("14 A, High  St.")
    '14a high street'
    """
    before, now = "", _rewrite(text)
    while now != before:
        before, now = now, _rewrite(now)
    return now


def address_key(uprn: str, text: str) -> str:
    """Give the key of a place from its UPRN, or else from its address.

    Parameters
    ----------
    uprn : str
        Unique property reference number; anything else than 1 to 12 digits counts as none.
    text : str
        Address, personal; only a digest of it comes back.

    Returns
    -------
    str
        ``uprn-`` and the number without leading zeros, ``addr-`` and a digest, or "".

    Examples
    --------
    >>> address_key("000100012345", "")
    'uprn-100012345'
    >>> address_key("", "Flat 2, 14 X Rd") == address_key("", "14 Flat 2 X Road")
    True
    """
    found = _UPRN.match(uprn.strip())
    if found:
        return f"uprn-{found[1]}"
    address = normalise_address(text)
    return pseudonym("addr", address) if address else ""


def pseudonym(kind: str, text: str) -> str:
    """Give the digest that stands for a personal text, "" for an empty one.

    Parameters
    ----------
    kind : str
        What the text is, at most 16 letters; the same text of another kind differs.
    text : str
        Personal text; spaces at its ends and case do not count.
    """
    plain = " ".join(text.casefold().split())
    if not plain:
        return ""
    digest = hashlib.blake2b(plain.encode(), digest_size=KEY_BYTES, person=kind.encode()[:16])
    return f"{kind}-{digest.hexdigest()}"


def _rewrite(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark) and mark not in "'’")
    plain = _GLUED_UNIT.sub(r"\1 \2", _NOT_PLAIN.sub(" ", plain))
    words = [word for word in (piece.strip("-/") for piece in plain.split()) if word]
    words = _join([_FULL_WORDS.get(word, word) for word in words])
    units, rest = _part_units(words)
    return " ".join([*units, *_widen_street(rest)])


def _join(words: list[str]) -> list[str]:
    """Join '14' and 'a', and the halves of a postcode."""
    joined: list[str] = []
    for place, word in enumerate(words):
        before = joined[-1] if joined else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        is_letter = len(word) == 1 and "a" <= word <= "h" and after not in _ROAD_WORDS
        if (is_letter and before.isdecimal()) or (_INWARD.match(word) and _OUTWARD.match(before)):
            joined[-1] = before + word
        else:
            joined.append(word)
    return joined


def _part_units(words: list[str]) -> tuple[list[str], list[str]]:
    """Part 'flat 2' and the like from the rest, in a fixed order."""
    units: set[str] = set()
    rest: list[str] = []
    place = 0
    while place < len(words):
        step = 2 if words[place + 1 : place + 2] in (["no"], ["number"]) else 1
        number = words[place + step] if place + step < len(words) else ""
        if words[place] in UNIT_WORDS and _UNIT_NUMBER.match(number):
            units.add(f"{words[place]} {number}")
            place += step + 1
        else:
            rest.append(words[place])
            place += 1
    return sorted(units), rest


def _widen_street(words: list[str]) -> list[str]:
    """Write 'st' as 'street' unless it stands where Saint does: first or after a number."""
    return [
        "street" if word == "st" and place and not words[place - 1][0].isdigit() else word
        for place, word in enumerate(words)
    ]
