"""Keys of addresses and pseudonyms: the same home gives the same key, and no text is kept.

An address is personal data. It is put into one form, turned into a digest, and the digest is
disguised with the installation's key, which lies outside the database: without that key nobody
can compute the keys of a list of addresses. A pseudonym is still not anonymity, so keys stay
inside the database and in codes of links.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from geodata.address_parts import read_address
from geodata.sealing import KeyRing, get_key_ring

KEY_BYTES = 12
REGION = "GB"
KINDS = (
    "addr", "uprn", "victim", "problem", "event", "caller", "phone", "postcode", "block",
    "respondent", "stratum", "cluster",
)  # fmt: skip
"""What a pseudonym can stand for."""

_UPRN = re.compile(r"^0*([1-9][0-9]{0,11})$")


@dataclass(frozen=True)
class AddressKeys:
    """Pseudonyms of one address.

    Attributes
    ----------
    location_key : str
        Of the home: its UPRN if it has one, else its address; "" if neither.
    postcode_key : str
        Of its postcode, or "".
    block_key : str
        Of the building without the flat, or "": the flats of one building share it.
    """

    location_key: str
    postcode_key: str
    block_key: str


def normalise_address(text: str) -> str:
    """Give the one form of an address: lower case, words in full, flat first.

    Flats of one house stay apart; the order in which flat and house number are written does
    not matter; county and country are left out, and the town too if there is a postcode. Giving
    the result back gives the same result.

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
    >>> normalise_address("14 A, High  St., Anytown QX1 2AB")
    '14a high street qx12ab'
    >>> normalise_address("First floor flat, 14 High Street")
    'floor 1 14 high street'
    """
    return read_address(text).text


def address_key(uprn: str, text: str) -> str:
    """Give the key of a place from its UPRN, or else from its address.

    Parameters
    ----------
    uprn : str
        Unique property reference number; anything else than 1 to 12 digits counts as none.
    text : str
        Address, personal; only a pseudonym of it comes back.

    Returns
    -------
    str
        ``uprn-`` or ``addr-`` and a pseudonym, or "". Zeros before a UPRN do not count.
    """
    found = _UPRN.match(uprn.strip())
    return pseudonym("uprn", found[1]) if found else pseudonym("addr", normalise_address(text))


def describe_address(uprn: str, text: str) -> AddressKeys:
    """Give all keys of an address: of the home, of its postcode and of its building.

    Parameters
    ----------
    uprn : str
        Unique property reference number, or "".
    text : str
        Address, personal; only pseudonyms of it come back.
    """
    parts = read_address(text)
    found = _UPRN.match(uprn.strip())
    return AddressKeys(
        location_key=pseudonym("uprn", found[1]) if found else pseudonym("addr", parts.text),
        postcode_key=pseudonym("postcode", parts.postcode),
        block_key=pseudonym("block", parts.building),
    )


def normalise_phone(text: str) -> str:
    """Give a telephone number in its international form (E.164), "" if it is none.

    Numbers without a country code are read as British.

    Examples
    --------
    >>> normalise_phone("01632 960 123")
    '+441632960123'
    >>> normalise_phone("not given")
    ''
    """
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def pseudonym(kind: str, text: str) -> str:
    """Give the pseudonym that stands for a personal text, "" for an empty one.

    Parameters
    ----------
    kind : str
        What the text is, one of `KINDS`; the same text of another kind differs.
    text : str
        Personal text; spaces at its ends and case do not count.
    """
    return pseudonyms(kind, (text,))[0]


def pseudonyms(kind: str, texts: Iterable[str]) -> list[str]:
    """Give the pseudonyms of many texts, as `pseudonym` does for one; the key is read once."""
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; accepted: {', '.join(KINDS)}")
    ring = get_key_ring()
    return [_disguise(ring, kind, text) for text in texts]


def _disguise(ring: KeyRing, kind: str, text: str) -> str:
    plain = " ".join(text.casefold().split())
    if not plain:
        return ""
    digest = hashlib.blake2b(plain.encode(), digest_size=KEY_BYTES, person=kind.encode())
    return f"{kind}-{ring.disguise(digest.hexdigest())}"
