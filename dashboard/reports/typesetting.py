"""What every print shares: Typst with its own fonts, and texts that those fonts can set."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Any
from unicodedata import normalize

import orjson
import typst

from geodata.errors import UserFacingError
from geodata.signs import drop_hidden

EPOCH = 0
"""The time written into the file: none, so that the same data give the same bytes."""

NOT_SET = re.compile(
    "[^\n\u200b\x20-\x7e\xa0-\u0377\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff"
    "\u1e00-\u1eff\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2070\u2071\u2074-\u208e\u20a0-\u20bf"
    "\u2100-\u211e\u2122\u2126\u2150\u2151\u2153-\u2183\u2190-\u22ff\u2500-\u2606\u2713\u2714"
    "\u2717\u2718]"
)
"""Signs that the fonts which come with Typst lack: PDF/UA takes none of them."""

PART = 12
CUT = "\u200b"
"""Stands where a long word may be cut."""

LONG_WORD = re.compile(r"[^\s@]{28,}")


def set_pages(template: str, given: dict[str, str], held_by: str, **asked: Any) -> list[bytes]:
    """Set the pages in a form: one file a page, or one for all of a PDF.

    Parameters
    ----------
    template : str
        Name of a file beside this one.
    given : dict of str to str
        What the template reads.
    held_by : str
        Where an odd sign may stand, for whoever has to look for it.
    **asked
        As `typst.compile` takes them.

    Raises
    ------
    UserFacingError
        If Typst cannot set it.
    """
    with _said_as_error(held_by), as_file(files("dashboard.reports") / template) as path:
        made = typst.compile(path, ignore_system_fonts=True, sys_inputs=given, **asked)
    return made if isinstance(made, list) else [made]


def read_marks(template: str, given: dict[str, str], held_by: str) -> list[Any]:
    """Read what a template says of its own setting, marked ``<mark>``; as for `set_pages`."""
    with _said_as_error(held_by), as_file(files("dashboard.reports") / template) as path:
        said = typst.query(
            path, "<mark>", field="value", ignore_system_fonts=True, sys_inputs=given
        )
    found: list[Any] = orjson.loads(said)
    return found


@contextmanager
def _said_as_error(held_by: str) -> Iterator[None]:
    try:
        yield
    except typst.TypstError:
        # What Typst says may hold words of the text.
        raise UserFacingError(
            "The print cannot be made.",
            "A text of the ward holds something that cannot be set; nothing left.",
            f"Look through {held_by} for odd signs and type them anew.",
        ) from None


def set_pdf(template: str, given: dict[str, str], held_by: str) -> bytes:
    """Set one tagged PDF under Typst's checks for PDF/UA-1; parameters as for `set_pages`."""
    (made,) = set_pages(
        template, given, held_by, format="pdf", pdf_standards=["ua-1"], timestamp=EPOCH
    )
    return made


def make_settable(value: Any) -> Any:
    """Give texts, and what holds them, without signs that the fonts lack: '□' stands for one."""
    if isinstance(value, str):
        return NOT_SET.sub("□", normalize("NFC", drop_hidden(value, keep=CUT)))
    if isinstance(value, dict):
        return {name: make_settable(one) for name, one in value.items()}
    return [make_settable(one) for one in value] if isinstance(value, list | tuple) else value


def break_long_words(said: str) -> str:
    """Let a line end within a word that no column holds."""
    return LONG_WORD.sub(lambda found: CUT.join(_cut(found[0])), said)


def _cut(word: str) -> list[str]:
    return [word[start : start + PART] for start in range(0, len(word), PART)]
