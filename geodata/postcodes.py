"""Postcodes: one form to store and look up, without spaces."""

import re

_FORM = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_NOT_PART = re.compile(r"[\s.\-_/]")


def read_postcode(text: str) -> str | None:
    """Give a whole postcode as it is stored: capitals without a space; None for anything else.

    Parameters
    ----------
    text : str
        As somebody types it; spaces, dots, dashes and small letters do not matter.

    Examples
    --------
    >>> read_postcode(" xx1  1ab"), read_postcode("XX1")
    ('XX11AB', None)
    """
    plain = _NOT_PART.sub("", text).upper()
    return plain if _FORM.fullmatch(plain) else None


def say_postcode(stored: str) -> str:
    """Write a stored postcode with its space: 'XX1 1AB'."""
    return f"{stored[:-3]} {stored[-3:]}"
