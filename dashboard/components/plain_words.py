"""Words that people wrote, given so that a page draws none of their signs as markup."""

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|$~:&!])")
_LIST = re.compile(r"^(\s*)(?:([-+=])|(\d+)([.)]))")
_LINK = re.compile(r"\b(https?|ftp)(?=://)|\bwww(?=\.)", re.IGNORECASE)
JOINER = "\u2060"
"""Sign without width that keeps a page from making a link of what looks like an address."""


def plain(said: object) -> str:
    r"""Give a text on one line so that none of its signs is read as markup and none as a link.

    Examples
    --------
    >>> plain("[go](https://example.org) *now*").replace(JOINER, "|")
    '\\[go\\](https|\\://example.org) \\*now\\*'
    """
    line = _LINK.sub(lambda found: found[0] + JOINER, " ".join(str(said).split()))
    line = _MARKUP.sub(r"\\\1", line)
    return _LIST.sub(lambda found: f"{found[1]}{found[3] or ''}\\{found[2] or found[4]}", line)
