"""The print of a ward profile: at most two A4 pages, tagged, in greys, made on the server.

Set by Typst with the fonts that come with it and no others, so that a print is the same on every
machine, and the same bytes for the same figures. Words reach it as data, never as markup. It is
made under Typst's checks for PDF/UA-1; no separate validator has looked at it.
"""

import math
import re
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from unicodedata import normalize

import orjson
import typst

from dashboard.reports.profile_matrix import write_matrix
from dashboard.reports.profile_words import (
    WEEKDAYS,
    Section,
    Table,
    cut_table,
    say_headlines,
    say_sections,
    say_subtitle,
    say_title,
)
from dashboard.services.profile_blocks import Profile
from geodata.errors import UserFacingError
from geodata.signs import drop_hidden

MOST_PAGES = 2
TEMPLATE = "profile.typ"
EPOCH = 0
"""The time written into the file: none, so that the same profile gives the same bytes."""

HOUR_MARKS = ("6am", "midday", "6pm", "midnight")
LONGEST_LINE = 320
"""Letters of a sentence that is printed whole whatever the space."""

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

ALWAYS = {3: 5}
"""Rows of a block that are printed whatever the space: categories are few and make a whole."""

WIDTHS = {"Residents' priorities": (4, 4, 2, 5), "Neighbourhood team": (4, 3, 4, 5)}
NUMBERS = {
    ("Category", "Incidents"): (1,),
    ("On or near", "Incidents", "Latest"): (1,),
    ("Question", "Answered", "Share", "Likely range"): (2,),
}


@dataclass(frozen=True)
class Fit:
    """How much is put on the pages: rows by block, letters of a cell, sizes in points."""

    rows: int
    letters: int
    size: float
    gap: float


FITS = (
    Fit(rows=6, letters=240, size=11.0, gap=1.3),
    Fit(rows=5, letters=160, size=10.5, gap=1.1),
    Fit(rows=4, letters=110, size=10.0, gap=0.9),
    Fit(rows=3, letters=80, size=9.5, gap=0.7),
    Fit(rows=2, letters=60, size=9.0, gap=0.6),
)
"""Tried one after the other until the profile fits; what is left out is said on the page."""


def make_pdf(profile: Profile) -> bytes:
    """Make the print of a ward profile.

    Parameters
    ----------
    profile : Profile
        Either version.

    Returns
    -------
    bytes
        A PDF of at most two pages with headings, tables and drawings tagged for readers.

    Raises
    ------
    UserFacingError
        If Typst cannot set it.
    RuntimeError
        If even the shortest form does not fit; no text that Wardlight takes is that long.
    """
    with as_file(files("dashboard.reports") / TEMPLATE) as template:
        for fit in FITS:
            given = {"data": _write(profile, fit)}
            if len(_set(template, given, format="svg")) <= MOST_PAGES:
                (made,) = _set(
                    template, given, format="pdf", pdf_standards=["ua-1"], timestamp=EPOCH
                )
                return made
    raise RuntimeError(f"the profile of {profile.ward_code} does not fit on {MOST_PAGES} pages")


def file_name(profile: Profile) -> str:
    """Name the print after the ward's code and the version."""
    return f"wardlight-profile-{profile.ward_code}-{profile.audience}.pdf"


def _set(template: Path, given: dict[str, str], **asked: Any) -> list[bytes]:
    """Set the pages in a form; one file a page, or one for all of a PDF."""
    try:
        made = typst.compile(template, ignore_system_fonts=True, sys_inputs=given, **asked)
    except typst.TypstError:
        # What Typst says may hold words of the profile.
        raise UserFacingError(
            "The print cannot be made.",
            "A text of the ward holds something that cannot be set; nothing left.",
            "Look through its priorities, team and actions for odd signs and type them anew.",
        ) from None
    return made if isinstance(made, list) else [made]


def _write(profile: Profile, fit: Fit) -> str:
    """Give everything the template sets, as JSON."""
    sections = [_write_section(section, fit) for section in say_sections(profile)]
    data: dict[str, Any] = {
        "title": say_title(profile),
        "subtitle": say_subtitle(profile),
        "marking": profile.marking,
        "notice": profile.notice,
        "synthetic": profile.is_synthetic,
        "footer": f"{say_title(profile)}. {profile.notes.data_to}. {profile.notice}",
        "headlines": [vars(one) for one in say_headlines(profile)],
        "sections": sections,
        "bars": _write_bars(profile),
        "hours": _write_hours(profile),
        "scale": _write_scale(profile),
        "matrix": write_matrix(profile.worry),
        "outline": _write_outline(profile),
        "size": fit.size,
        "gap": fit.gap,
    }
    return orjson.dumps(_settable(data)).decode()


def _settable(value: Any) -> Any:
    """Give texts, and what holds them, without signs that the fonts lack: '□' stands for one."""
    if isinstance(value, str):
        return NOT_SET.sub("□", normalize("NFC", drop_hidden(value, keep=CUT)))
    if isinstance(value, dict):
        return {name: _settable(one) for name, one in value.items()}
    return [_settable(one) for one in value] if isinstance(value, list | tuple) else value


def _write_section(section: Section, fit: Fit) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "lines": [_shorten(said, max(LONGEST_LINE, 2 * fit.letters)) for said in section.lines],
        "after": [_shorten(said, 2 * fit.letters) for said in section.after],
        "table": _write_table(
            cut_table(section.table, max(fit.rows, ALWAYS.get(section.number, 0))), fit
        ),
    }


def _write_table(table: Table | None, fit: Fit) -> dict[str, Any] | None:
    if table is None:
        return None
    widths = WIDTHS.get(table.caption)
    return {
        "head": list(table.head),
        "rows": [[_shorten(said, fit.letters) for said in row] for row in table.rows],
        "more": table.more,
        "wide": widths is not None,
        "widths": list(widths or ()),
        "numbers": list(NUMBERS.get(table.head, ())),
    }


def _write_bars(profile: Profile) -> dict[str, Any] | None:
    bars, bars_of = profile.asb.bars, profile.asb.bars_of
    if not bars:
        return None
    shown = [bar for bar in bars if math.isfinite(bar.count)]
    most = max(shown, key=lambda bar: bar.count)
    least = min(shown, key=lambda bar: bar.count)
    title = f"Incidents by {bars_of}"
    if len(shown) < len(bars):
        title += " (–: not shown)"
    return {
        "title": title,
        "counts": [int(bar.count) if math.isfinite(bar.count) else None for bar in bars],
        "first": bars[0].label,
        "last": bars[-1].label,
        "alt": f"Bar chart of incidents by {bars_of} from {bars[0].label} to {bars[-1].label}: "
        f"most in {most.label} ({most.count:,.0f}), fewest in {least.label} ({least.count:,.0f}).",
    }


def _write_hours(profile: Profile) -> dict[str, Any] | None:
    when = profile.when
    if not when.grid:
        return None
    return {
        "rows": [list(row) for row in when.grid],
        "days": [day[:3] for day in WEEKDAYS],
        "marks": list(HOUR_MARKS),
        "alt": f"Grid of seven days by 24 hours with {when.timed:,} incidents; the darker the "
        "square, the more. The sentence above says which hours and day are busiest.",
    }


def _write_scale(profile: Profile) -> dict[str, Any] | None:
    worry = profile.worry
    if worry.reason or not math.isfinite(worry.value):
        return None
    return {
        "value": worry.value,
        "low": worry.low,
        "high": worry.high,
        "county": worry.county if math.isfinite(worry.county) else None,
        "ends": ["0%: nobody", "100%: everybody"]
        if worry.is_share
        else ["0: not worried", "100: most worried"],
        "alt": f"Scale from 0 to 100: worry {worry.value:.0f}, likely range {worry.low:.0f} to "
        f"{worry.high:.0f}.",
    }


def _write_outline(profile: Profile) -> dict[str, Any] | None:
    outline = profile.outline
    if outline is None:
        return None
    return {"svg": outline.svg, "alt": outline.words, "scale_km": outline.scale_km}


def _shorten(said: str, most: int) -> str:
    short = said if len(said) <= most else said[: most - 1].rstrip() + "…"
    return LONG_WORD.sub(lambda found: CUT.join(_cut(found[0])), short)


def _cut(word: str) -> list[str]:
    """Cut a word that no column holds into parts that a line may end after."""
    return [word[start : start + PART] for start in range(0, len(word), PART)]
