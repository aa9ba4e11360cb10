"""Signs of a text that do harm: they cannot be stored, cannot be seen, or look like others."""

import html
import re
import unicodedata

_UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef]"
)
"""Control signs, marks that turn the reading direction, halves of signs and no signs at all."""

_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f]")
"""Signs without a shape that are no format signs by their class."""

_LOOK_ALIKE = str.maketrans(
    "аеорсухѕіјԁһԛԝАВЕНІЈКМОРСТХЅΑΒΕΗΙΚΜΝΟΡΤΧΖοιν",
    "aeopcyxsijdhqwABEHIJKMOPCTXSABEHIKMNOPTXZoiv",
)
"""Cyrillic and Greek letters that are drawn as Latin ones."""


def is_unfit(text: str) -> bool:
    """Say whether a text holds a sign that no text of people needs and no page shows.

    Such are control signs other than tab and line break, halves of signs, and marks that turn
    the reading direction. Not every database stores them, and readers see something else.
    """
    return bool(_UNFIT.search(text)) or any(ord(sign) & 0xFFFE == 0xFFFE for sign in text)


def drop_hidden(text: str, keep: str = "") -> str:
    """Give a text without signs that cannot be seen; tabs become spaces, line breaks stay.

    Parameters
    ----------
    text : str
    keep : str, optional
        Signs that stay though they are hidden.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for sign in _UNSEEN.sub("", text.replace("\r\n", "\n")):
        if sign in keep or sign == "\n" or unicodedata.category(sign) not in ("Cf", "Cc", "Cs"):
            kept.append(sign)
        elif sign.isspace():
            kept.append(" ")
    return "".join(kept)


def fold_signs(text: str) -> str:
    r"""Give a text as a reader sees it: without hidden signs, look-alikes as plain letters.

    Examples
    --------
    >>> fold_signs("０７７００\u200b900111")
    '07700900111'
    """
    seen = unicodedata.normalize("NFKC", drop_hidden(html.unescape(text)))
    plain = drop_hidden(seen).translate(_LOOK_ALIKE)
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.decimal(s)) if s.isdecimal() else s for s in plain)
