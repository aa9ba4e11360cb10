"""Does a short text hold a postcode, a telephone number, an e-mail address, an address or a name?

For texts that many people see, such as the title of an action or the reference of a record. It
finds what people write by habit, also with hidden or look-alike signs between; it cannot find
everything, and plain numbers of things ('visit 3 wards by 5 December') must pass.
"""

import re
from collections.abc import Callable, Collection, Iterator

import phonenumbers

from geodata.address_words import BUILDING_WORDS, FULL_WORDS, ROAD_WORDS
from geodata.signs import fold_signs

POSTCODE, PHONE, E_MAIL, ADDRESS, NAME = (
    "a postcode", "a telephone number", "an e-mail address", "an address", "a name",
)  # fmt: skip
KINDS = (POSTCODE, PHONE, E_MAIL, ADDRESS, NAME)

LONGEST_WORD = 40
"""Characters that an entry of a list of words has at most."""

_POSTCODE = re.compile(
    r"\b[a-z]{1,2}\d[a-z\d]?[\s.\-_/]{0,3}(?P<inward>\d[abd-hjlnp-uw-z]{2})\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th")
_AT, _DOT = r"\s?[\[({<]\s?at\s?[\])}>]\s?", r"(?:\.|\s?[\[({<]?\s?dot\s?[\])}>]?\s?)"
_E_MAIL = re.compile(rf"\w@\w|\w\s?@\s?\w+\.\w|\w{_AT}[^\W\d][\w-]*{_DOT}[^\W\d]", re.IGNORECASE)
_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")
_LETTER_FOR_ZERO = re.compile(r"(?<![^\W\d_])[oO](?=[\s().-]?\d{2})|(?<=\d)[oO](?=\d)")
_PHONE = re.compile(
    r"(?<!\w)(?:(?:\+|00)\s?\(?44\)?(?:[\s().\-/–]{0,3}\d){9,11}|\(?0(?:[\s().\-/–]{0,3}\d){9,10})"
    r"(?!\d)"
)
_FLAT = re.compile(r"\b(?:flat|apartment|apt|maisonette)\s*\d{1,3}[a-z]?\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,:£-])(?!(?:19|20)\d\d\b)\d{1,4}[a-zA-Z]?(?:\s?[-–/&]\s?\d{1,4}[a-zA-Z]?)?,?\s+(?=\w)"
)
_NAME = re.compile(
    r"\b(?:(?:Mr|Mrs|Miss|Ms|Mx|MR|MRS|MISS|MS)\b\.?\s+[A-Z]|(?:mr|mrs|mx|miss|ms)\b\.?\s+[A-Z]"
    r"|(?:mr|mrs|mx)\b\.?\s+[a-z])"
)
_RANKED = re.compile(
    r"(?:(?P<before>\w+)\s+)?\b(?:(?P<street>Dr|DR|dr)|(?:Rev|Cllr|PC|PCSO|Sgt)|(?:REV|CLLR|SGT)"
    r"|(?P<small>cllr|sgt)|rev|pc|pcso)\b\.?\s+(?P<next>[^\W\d_][\w'’-]*)"
)
_WORD = re.compile(r"[^\W\d_][\w'’]*|\S")

_AFTER_RANK = frozenset(
    {
        "attendance", "beat", "contact", "cover", "engagement", "foot", "game", "hours", "number",
        "numbers", "patrol", "patrolling", "patrols", "post", "posts", "presence", "ranks",
        "recruitment", "report", "reports", "role", "support", "surgery", "surgeries", "team",
        "teams", "visibility", "visit", "visits", "ward", "wards", "world",
    }
)  # fmt: skip
"""Words that follow a rank which stands for no person."""

_BEFORE_TITLE = frozenset(
    {
        "ask", "asked", "call", "called", "contact", "email", "meet", "meeting", "met", "phone",
        "ring", "said", "saw", "see", "seen", "speak", "tell", "told", "thank", "visit",
    }
)  # fmt: skip
"""Words after which 'Dr' is a doctor, not a drive."""

_ABBREVIATED = frozenset(word for word, full in FULL_WORDS.items() if full in ROAD_WORDS)
_ENDS = ROAD_WORDS | BUILDING_WORDS | _ABBREVIATED
_ENDS_IN_SMALL_LETTERS = frozenset(
    {
        "street", "road", "rd", "avenue", "ave", "lane", "ln", "crescent", "cres", "terrace",
        "mews", "grove", "drive",
    }
)  # fmt: skip
"""Words that end a street and seldom anything else that is written in small letters."""

_BREAKS_OFF = frozenset(
    {
        "about", "along", "am", "an", "and", "around", "as", "at", "before", "behind", "below",
        "beside", "between", "by", "day", "days", "during", "each", "every", "for", "from", "hour",
        "hours", "if", "in", "incidents", "inside", "into", "is", "may", "minute", "minutes",
        "month", "months", "more", "near", "next", "of", "off", "on", "or", "other", "out",
        "outside", "over", "per", "pm", "since", "than", "that", "the", "then", "times", "to",
        "towards", "under", "until", "via", "was", "week", "weeks", "were", "when", "where",
        "while", "with", "within", "year", "years", "january", "february", "march", "april", "june",
        "july", "august", "september", "october", "november", "december", "jan", "feb", "mar",
        "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday", "tuesday",
        "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri",
        "sat", "sun",
    }
)  # fmt: skip
"""Words after which a number counts something, or stands for a day or an hour."""

_MOST_WORDS = 4
"""The longest name of a street that is looked for, with its last word."""


def find_personal(text: str, kinds: Collection[str] = KINDS) -> tuple[str, ...]:
    """Say what kinds of personal detail a short text seems to hold; none for a plain one.

    Parameters
    ----------
    text : str
        At most a few hundred characters.
    kinds : collection of str, default all
        Those of `KINDS` that are looked for.

    Examples
    --------
    >>> find_personal("Ring (07700) 900111 about 9 Vynworthy Drive")
    ('a telephone number', 'an address')
    >>> find_personal("Visit 3 wards by 5 December")
    ()
    """
    seen = fold_signs(text)
    return tuple(kind for kind in KINDS if kind in kinds and _HOLDS[kind](seen))


def looks_like_text(word: str, *, of_people: bool = False) -> bool:
    """Say whether a value looks like something written freely, not like a word of a list.

    Parameters
    ----------
    word : str
        The value.
    of_people : bool, default False
        True for records about somebody, such as calls and cases: then more than 3 words, or any
        digit, are too much; otherwise more than 6 words.

    Examples
    --------
    >>> looks_like_text("Mr Quagga told me"), looks_like_text("Nuisance - vehicle related")
    (True, False)
    """
    words = sum(any(map(str.isalnum, part)) for part in word.split())
    if words > (3 if of_people else 6) or len(word) > LONGEST_WORD or "@" in word:
        return True
    return bool(find_personal(word)) or (of_people and any(map(str.isdigit, word)))


def _holds_postcode(text: str) -> bool:
    return any(not _ORDINAL.fullmatch(one["inward"]) for one in _POSTCODE.finditer(text))


def _holds_phone(text: str) -> bool:
    plain = _LETTER_FOR_ZERO.sub("0", _DATE.sub(" | ", text))
    return bool(_PHONE.search(plain)) or phonenumbers.PhoneNumberMatcher(plain, "GB").has_next()


def _holds_address(text: str) -> bool:
    return bool(_FLAT.search(text)) or any(map(_begins_street, _after_numbers(text)))


def _after_numbers(text: str) -> Iterator[list[str]]:
    """Give the words that follow each number that could be of a house."""
    for number in _NUMBER.finditer(text):
        yield _WORD.findall(text[number.end() :])[: _MOST_WORDS + 1]


def _begins_street(words: list[str]) -> bool:
    named = bool(words) and words[0][:1].isupper()
    for place, word in enumerate(words[:_MOST_WORDS]):
        plain = word.casefold()
        if place and named and word[:1].isupper() and plain in _ENDS:
            return True
        if 0 < place <= 2 and plain in _ENDS_IN_SMALL_LETTERS:
            # '3 patrols mill lane' counts patrols; '12 queens road' is a house.
            return place == 1 or not words[0].endswith("s")
        if plain in _BREAKS_OFF and not (place == 0 and word == "The"):
            return False
        if not word[0].isalpha() and word not in "'’.-":
            return False
    return False


def _holds_name(text: str) -> bool:
    return _NAME.search(text) is not None or any(map(_names_somebody, _RANKED.finditer(text)))


def _names_somebody(found: re.Match[str]) -> bool:
    """Say whether a rank or a title of both kinds stands before a name."""
    after, before = found["next"], found["before"] or ""
    if after.casefold() in _AFTER_RANK | _BREAKS_OFF:
        return False
    if found["street"]:
        # 'Mill Dr Exton' is a street.
        if before and before.casefold() not in _BREAKS_OFF | _BEFORE_TITLE:
            return found["street"] == "Dr" and before.islower() and after[0].isupper()
        return found["street"] == "dr" or after[0].isupper()
    return found["small"] is not None or after[0].isupper()


_HOLDS: dict[str, Callable[[str], bool]] = {
    POSTCODE: _holds_postcode,
    PHONE: _holds_phone,
    E_MAIL: lambda text: _E_MAIL.search(text) is not None,
    ADDRESS: _holds_address,
    NAME: _holds_name,
}
