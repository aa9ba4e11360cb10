"""How people write one address differently, and neighbours that look alike."""

import re
from collections.abc import Callable

import numpy as np

_SHORT = {
    "Street": ("St", "St.", "Str"), "Road": ("Rd", "Rd.", "rd"), "Close": ("Cl", "Cl."),
    "Lane": ("Ln", "La"), "Avenue": ("Ave", "Av"), "Way": ("Wy",), "Drive": ("Dr", "Dr."),
    "Gardens": ("Gdns",), "Court": ("Ct", "Crt"), "Crescent": ("Cres", "Cresc"),
}  # fmt: skip
_KINDS = tuple(_SHORT)
_FLAT = re.compile(r"^Flat (\d+), ")
_HOUSE = re.compile(r"(?<![\w-])(\d+)([A-H]?) (?=\w)")
_POSTCODE = re.compile(r", (\w+ \w+)$")

Mess = Callable[[np.random.Generator, str, str], str]
"""Writes a text anew, given the county's name; '' if there is nothing to write differently."""


def _pick(rng: np.random.Generator, texts: tuple[str, ...]) -> str:
    return texts[int(rng.integers(0, len(texts)))]


def _abbreviate(rng: np.random.Generator, text: str, county: str) -> str:
    parts = text.split(", ")
    words = parts[-3].split(" ")
    if words[-1] not in _SHORT:
        return ""
    words[-1] = _pick(rng, _SHORT[words[-1]])
    return ", ".join([*parts[:-3], " ".join(words), *parts[-2:]])


def _change_letter(rng: np.random.Generator, word: str) -> str:
    """Leave out, double, swap or replace one letter after the first."""
    at = int(rng.integers(1, len(word) - 1))
    way = int(rng.integers(0, 4))
    if way == 0:
        return word[:at] + word[at + 1 :]
    if way == 1:
        return word[:at] + word[at] + word[at:]
    if way == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + chr(97 + int(rng.integers(0, 26))) + word[at + 1 :]


def _mistype_street(rng: np.random.Generator, text: str, county: str) -> str:
    parts = text.split(", ")
    words = parts[-3].split(" ")
    long = [i for i, word in enumerate(words[:-1]) if word.isalpha() and len(word) > 4]
    if not long:
        return ""
    words[long[-1]] = _change_letter(rng, words[long[-1]])
    return ", ".join([*parts[:-3], " ".join(words), *parts[-2:]])


def _mistype_town(rng: np.random.Generator, text: str, county: str) -> str:
    parts = text.split(", ")
    parts[-2] = _change_letter(rng, parts[-2])
    return ", ".join(parts[:-1])


def _drop_postcode(rng: np.random.Generator, text: str, county: str) -> str:
    return text.rsplit(", ", 1)[0]


def _drop_town(rng: np.random.Generator, text: str, county: str) -> str:
    parts = text.split(", ")
    return ", ".join([*parts[:-2], parts[-1]])


def _drop_both(rng: np.random.Generator, text: str, county: str) -> str:
    return text.rsplit(", ", 2)[0]


def _add_county(rng: np.random.Generator, text: str, county: str) -> str:
    front, postcode = text.rsplit(", ", 1)
    return f"{front}, {county}, {postcode}" if rng.random() < 0.5 else f"{front}, {county}"


def _shout(rng: np.random.Generator, text: str, county: str) -> str:
    return text.upper().replace(",", "")


def _reorder_flat(rng: np.random.Generator, text: str, county: str) -> str:
    found = _FLAT.match(text)
    if not found:
        return ""
    house = _HOUSE.search(text, found.end())
    if not house:
        return ""
    before, after = text[found.end() : house.start()], text[house.end() :]
    return f"{before}{house[1]}{house[2]} Flat {found[1]} {after}"


def _rename_flat(rng: np.random.Generator, text: str, county: str) -> str:
    found = _FLAT.match(text)
    ways = ("Apt {}, ", "Apartment {} ", "FLAT{} ", "Flt {}, ", "Flat No. {}, ", "flat no {} ")
    return _pick(rng, ways).format(found[1]) + text[found.end() :] if found else ""


def _slash_flat(rng: np.random.Generator, text: str, county: str) -> str:
    found = _FLAT.match(text)
    if not found or not text[found.end()].isdigit():
        return ""
    return f"{found[1]}/{text[found.end() :]}"


def _space_letter(rng: np.random.Generator, text: str, county: str) -> str:
    found = _HOUSE.search(text)
    if not found or not found[2]:
        return ""
    return f"{text[: found.start()]}{found[1]} {found[2].lower()}, {text[found.end() :]}"


def _rename_floor(rng: np.random.Generator, text: str, county: str) -> str:
    ways = ("1st floor, ", "1st Floor Flat ", "first floor flat, ", "FIRST FLOOR, ")
    old = "First floor flat, "
    return _pick(rng, ways) + text.removeprefix(old) if text.startswith(old) else ""


def _drop_name(rng: np.random.Generator, text: str, county: str) -> str:
    """Leave out the name of a shop or block that has a number too."""
    parts = text.split(", ")
    if len(parts) < 4 or parts[-4].startswith(("Flat", "First")) or not parts[-3][0].isdigit():
        return ""
    return ", ".join([*parts[:-4], *parts[-3:]])


def _misread_postcode(rng: np.random.Generator, text: str, county: str) -> str:
    """Swap the last two letters of the postcode, or write it without its space."""
    if rng.random() < 0.5:
        return text[:-2] + text[-1] + text[-2] if text[-1] != text[-2] else ""
    front, postcode = text.rsplit(", ", 1)
    return f"{front} {postcode.replace(' ', '').lower()}"


def _mistype_and_drop(rng: np.random.Generator, text: str, county: str) -> str:
    mistyped = _mistype_street(rng, text, county)
    return _drop_postcode(rng, mistyped, county) if mistyped else ""


def _mistype_twice(rng: np.random.Generator, text: str, county: str) -> str:
    once = _mistype_street(rng, text, county)
    return _mistype_street(rng, once, county) if once else ""


def _mistype_first(rng: np.random.Generator, text: str, county: str) -> str:
    parts = text.split(", ")
    number, _, street = parts[-3].rpartition(" ")[0].rpartition(" ")
    kind = parts[-3].rpartition(" ")[2]
    if len(street) < 4:
        return ""
    other = chr(65 + (ord(street[0].upper()) - 64) % 26)
    parts[-3] = f"{number} {other}{street[1:]} {kind}".strip()
    return ", ".join(parts)


def _change_road_word(rng: np.random.Generator, text: str, county: str) -> str:
    """Leave the road word out, or take another one for it."""
    parts = text.split(", ")
    street, _, kind = parts[-3].rpartition(" ")
    if kind not in _SHORT or not street:
        return ""
    other = "" if rng.random() < 0.7 else _pick(rng, tuple(k for k in _KINDS if k != kind))
    return ", ".join([*parts[:-3], f"{street} {other}".strip(), *parts[-2:]])


def _letter_as_flat(rng: np.random.Generator, text: str, county: str) -> str:
    found = _HOUSE.search(text)
    if not found or not found[2]:
        return ""
    return f"Flat {found[2]}, {text[: found.start()]}{found[1]} {text[found.end() :]}"


def _mistake_number(rng: np.random.Generator, text: str, county: str) -> str:
    found = _HOUSE.search(text)
    if not found:
        return ""
    number = int(found[1]) + int(rng.integers(1, 4)) * 2
    return f"{text[: found.start()]}{number}{found[2]} {text[found.end() :]}"


MESSES: dict[str, Mess] = {
    "road word abbreviated": _abbreviate,
    "typing error in street": _mistype_street,
    "typing error in town, no postcode": _mistype_town,
    "no postcode": _drop_postcode,
    "no town": _drop_town,
    "no town and no postcode": _drop_both,
    "county added": _add_county,
    "capitals without commas": _shout,
    "flat after number": _reorder_flat,
    "flat in other words": _rename_flat,
    "flat with a slash": _slash_flat,
    "letter apart from number": _space_letter,
    "floor in other words": _rename_floor,
    "name of building left out": _drop_name,
    "postcode misread or closed up": _misread_postcode,
    "typing error and no postcode": _mistype_and_drop,
    "two typing errors in street": _mistype_twice,
    "first letter of street wrong": _mistype_first,
    "road word wrong or left out": _change_road_word,
    "letter of house as flat": _letter_as_flat,
    "wrong house number": _mistake_number,
}

SELDOM = frozenset(
    {
        "two typing errors in street", "first letter of street wrong",
        "road word wrong or left out", "letter of house as flat", "wrong house number",
    }
)  # fmt: skip
"""Messes that come up a quarter as often as the others; a matcher cannot be sure of them all."""


def write_anew(rng: np.random.Generator, text: str, mess: str, county: str) -> str:
    """Write an address in another way, '' if this way does not fit it.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    text : str
        An address as `write_addresses` gives it.
    mess : str
        A key of `MESSES`.
    county : str
        Name that some people add.
    """
    return MESSES[mess](rng, text, county) if text.count(", ") >= 2 else ""


def make_neighbour(rng: np.random.Generator, text: str) -> str:
    """Write the address of another home next door that looks much the same, '' if none."""
    parts = text.split(", ")
    flat, house = _FLAT.match(text), _HOUSE.search(parts[-3]) if len(parts) >= 3 else None
    if flat:
        other = _pick(rng, (f"1{flat[1]}", f"2{flat[1]}", f"{flat[1]}A", f"{int(flat[1]) + 20}"))
        return f"Flat {other}, {text[flat.end() :]}"
    if not house:
        return ""
    before, after = parts[-3][: house.start()], parts[-3][house.end() :]
    way = int(rng.integers(0, 5))
    if way == 0:
        letter = {"A": "B", "B": "C", "": "A"}[house[2]]
        changed = f"{before}{house[1]}{letter} {after}"
    elif way == 1:
        changed = f"{before}1{house[1]}{house[2]} {after}"
    elif way == 2:
        name, _, kind = after.rpartition(" ")
        kinds = tuple(one for one in _KINDS if one != kind)
        changed = f"{before}{house[1]}{house[2]} {name} {_pick(rng, kinds)}"
    elif way == 3:
        changed = f"Flat {int(rng.integers(1, 4))}, {parts[-3]}"
    else:
        changed = f"Rear of {parts[-3]}"
    return ", ".join([*parts[:-3], changed, *parts[-2:]])


def make_namesake(rng: np.random.Generator, text: str) -> str:
    """Write the same number of another road with much the same name, or in another town, ''.

    Postcode and, for another town, the town are left out half of the time.
    """
    parts = text.split(", ")
    if len(parts) < 3 or len(parts[-3]) < 8:
        return ""
    if rng.random() < 0.5:
        other = _mistype_street(rng, text, "")
        if not other:
            return ""
        parts = other.split(", ")
    else:
        parts[-2] = f"Upper {parts[-2]}"
        if rng.random() < 0.5:
            return ", ".join(parts[:-2])
    postcode = f"{parts[-1][:-3]}{(int(parts[-1][-3]) + 1) % 10}{parts[-1][-2:]}"
    return ", ".join([*parts[:-1], postcode] if rng.random() < 0.5 else parts[:-1])
