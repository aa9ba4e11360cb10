"""Parts of an address: flat, house, name, street, locality and postcode, read from free text.

It knows how addresses of England and Wales are written and no gazetteer: a town is whatever
comes after the road. Nothing is corrected that could make two homes one; what is doubtful stays
different here and is left to a person (see `analytics.repeats.matching`).
"""

import re
import unicodedata
from dataclasses import dataclass

from geodata.address_words import (
    BUILDING_WORDS,
    COUNTIES,
    FLOORS,
    FULL_WORDS,
    KEPT_WORDS,
    NUMBER_WORDS,
    ROAD_WORDS,
    SIDES,
    UNIT_WORDS,
)

_NOT_PLAIN = re.compile(r"[^0-9a-z/-]+")
_GLUED_UNIT = re.compile(r"\b(flat|unit|room|apartment|apt|flt)([0-9])")
_SPACED_RANGE = re.compile(r"\b([0-9]+[a-z]?) (?:-|to) ([0-9]+[a-z]?)\b")
_BEHIND = re.compile(r"\br/o\b")
_OUTWARD = re.compile(r"^[a-z]{1,2}[0-9][0-9a-z]?$")
_INWARD = re.compile(r"^[0-9][a-z]{2}$")
_MISREAD_INWARD = re.compile(r"^[oil][a-z]{2}$")
_POSTCODE = re.compile(r"^[a-z]{1,2}[0-9][0-9a-z]?[0-9][a-z]{2}$")
_UNIT_NUMBER = re.compile(r"^(?:[a-z]?[0-9]+[a-z]?|[a-z])$")
_HOUSE = re.compile(r"^[0-9]+[a-z]?(?:[-/][0-9]+[a-z]?)?$")
_ZEROS = re.compile(r"^0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class AddressParts:
    """What an address says, each part in its one form.

    Attributes
    ----------
    units : tuple of str
        Flat, floor, room and the like, such as ('flat 2', 'floor 1'), in a fixed order.
    name : tuple of str
        Words of a building or business before the number or the street.
    house : str
        House number with its letter, a range such as '12-14', or "".
    street : tuple of str
        Words of the street, up to its last road word; every other word if there is none.
    locality : tuple of str
        Words after the street: village, town.
    postcode : str
        Without a space, or "".
    """

    units: tuple[str, ...]
    name: tuple[str, ...]
    house: str
    street: tuple[str, ...]
    locality: tuple[str, ...]
    postcode: str

    @property
    def text(self) -> str:
        """The one form; with a postcode the locality says nothing more and is left out."""
        return " ".join([*self.units, self.building] if self.building else self.units)

    @property
    def building(self) -> str:
        """The one form without flat or room: what the flats of one house share."""
        place = self.locality
        if self.postcode and self.street:
            place = tuple(word for word in place if word in KEPT_WORDS or not word.isalpha())
        words = [*self.name, self.house, *self.street, *place, self.postcode]
        return " ".join(word for word in words if word)


def read_address(text: str) -> AddressParts:
    """Say which parts an address has.

    Giving the `text` of the answer back gives the same `text`.

    Parameters
    ----------
    text : str
        An address as somebody wrote it.

    Returns
    -------
    AddressParts
        All parts empty for a text without Latin letters or digits.

    Examples
    --------
    >>> read_address("14 Flat 2, Example Rd, Anytown QX1 2AB")  # doctest: +NORMALIZE_WHITESPACE
    AddressParts(units=('flat 2',), name=(), house='14', street=('example', 'road'),
    locality=('anytown',), postcode='qx12ab')
    """
    found = _read(text)
    seen = {found.text: found}
    while (after := _read(found.text)).text not in seen:
        seen[after.text] = found = after
    if after.text == found.text:
        return found
    return seen[min(seen)]  # Never met: forms that turn into one another.


def _read(text: str) -> AddressParts:
    words = _split(text)
    units, rest = _part_units(_name_floors(words))
    rest = [word for word in _without_fillers(rest) if word]
    rest, postcode = _part_postcode(rest)
    rest = _widen_street(rest)
    name, house, after = _part_house(rest)
    street, locality = _part_street(after)
    if not house:
        name, street = _part_name(street)
    return AddressParts(
        tuple(units), tuple(name), house, tuple(street), tuple(_without_county(street, locality)),
        postcode,
    )  # fmt: skip


def _split(text: str) -> list[str]:
    plain = text.casefold()
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text).casefold()
        plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = plain.replace("'", "").replace("’", "")
    plain = _GLUED_UNIT.sub(r"\1 \2", _NOT_PLAIN.sub(" ", _BEHIND.sub("rear of", plain)))
    plain = _SPACED_RANGE.sub(r"\1-\2", plain)
    words = [word for word in (piece.strip("-/") for piece in plain.split()) if word]
    return _join([FULL_WORDS.get(word, word) for word in words])


def _join(words: list[str]) -> list[str]:
    """Join '14' and 'a', and the halves of a postcode, and drop zeros before a number."""
    joined: list[str] = []
    for place, word in enumerate(words):
        before = joined[-1] if joined else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        is_letter = len(word) == 1 and "a" <= word <= "h" and after not in ROAD_WORDS
        is_inward = _OUTWARD.match(before) and _INWARD.match(word)
        if is_inward or (is_letter and before.isdecimal()):
            joined[-1] = before + word
        elif _OUTWARD.match(before) and not after and place > 1 and _MISREAD_INWARD.match(word):
            joined[-1] = before + ("0" if word[0] == "o" else "1") + word[1:]
        else:
            joined.append(_ZEROS.sub("", word) if word[0] == "0" else word)
    return joined


def _name_floors(words: list[str]) -> list[str]:
    """Write 'first floor flat' and 'basement flat' as 'floor 1' and 'floor basement'."""
    named: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        after = words[place + 1] if place + 1 < len(words) else ""
        if word in FLOORS and after in ("floor", "fl", "flr", "floors"):
            step = 2
        elif word in ("basement", "garden", "attic") and after in ("flat", "maisonette"):
            step = 1
        else:
            named.append(word)
            place += 1
            continue
        named += ["floor", FLOORS[word]]
        place += step
        if words[place : place + 1] in (["flat"], ["maisonette"]):
            # 'First floor flat 2, 14 X Road' names flat 2; 'First floor flat, 14 X Road' none.
            numbers = [bool(_HOUSE.match(one)) for one in words[place + 1 : place + 3]]
            place += 0 if numbers == [True, True] else 1
    return named


def _part_units(words: list[str]) -> tuple[list[str], list[str]]:
    """Part 'flat 2' and the like from the rest, in a fixed order."""
    units: set[str] = set()
    rest: list[str] = []
    place = 0
    while place < len(words):
        step = 2 if words[place + 1 : place + 2] in (["no"], ["number"]) else 1
        number = words[place + step] if place + step < len(words) else ""
        word = words[place]
        is_floor = word == "floor" and number in FLOORS.values()
        if is_floor or (word in UNIT_WORDS and _UNIT_NUMBER.match(number)):
            units.add(f"{word} {_ZEROS.sub('', number)}")
            place += step + 1
        elif word in UNIT_WORDS and number in NUMBER_WORDS:
            units.add(f"{word} {NUMBER_WORDS[number]}")
            place += step + 1
        else:
            rest.append(word)
            place += 1
    return sorted(units), rest


def _without_fillers(words: list[str]) -> list[str]:
    """Drop 'no', 'at' and the like where a number follows."""
    return [
        word
        for place, word in enumerate(words)
        if word not in ("no", "number", "at")
        or place + 1 == len(words)
        or not words[place + 1][0].isdigit()
    ]


def _part_postcode(words: list[str]) -> tuple[list[str], str]:
    for place in range(len(words) - 1, -1, -1):
        if _POSTCODE.match(words[place]):
            return words[:place] + words[place + 1 :], words[place]
    return words, ""


def _widen_street(words: list[str]) -> list[str]:
    """Write 'st' as 'street' unless it stands where Saint does: first or after a number."""
    return [
        "street" if word == "st" and place and not words[place - 1][0].isdigit() else word
        for place, word in enumerate(words)
    ]


def _part_house(words: list[str]) -> tuple[list[str], str, list[str]]:
    """Part name, house number and what follows; 'Mill Road 14' is '14 Mill Road'."""
    for place, word in enumerate(words):
        if _HOUSE.match(word):
            before, after = words[:place], words[place + 1 :]
            if not after and any(one in ROAD_WORDS for one in before):
                return [], word, before
            return before, word, after
    return [], "", words


def _part_street(words: list[str]) -> tuple[list[str], list[str]]:
    """Part the street, which ends at its last road word, from the locality."""
    last = max((i for i, word in enumerate(words) if word in ROAD_WORDS), default=-1)
    if last < 0:
        return words, []
    if words[last + 1 : last + 2] and words[last + 1] in SIDES:
        last += 1
    return words[: last + 1], words[last + 1 :]


def _part_name(words: list[str]) -> tuple[list[str], list[str]]:
    """Part a building's name from a street without a number."""
    last = max((i for i, word in enumerate(words[:-1]) if word in BUILDING_WORDS), default=-1)
    return words[: last + 1], words[last + 1 :]


def _without_county(street: list[str], locality: list[str]) -> list[str]:
    """Drop county and country from the end of what follows a street."""
    kept = list(locality)
    while street and kept:
        if " ".join(kept[-2:]) in COUNTIES and len(kept) > 1:
            del kept[-2:]
        elif " ".join(kept[-3:]) in COUNTIES and len(kept) > 2:
            del kept[-3:]
        elif kept[-1] in COUNTIES or (kept[-1].endswith("shire") and len(kept[-1]) > 7):
            del kept[-1]
        else:
            break
    return kept
