"""The print of a ward profile: at most two A4 pages, tagged, in greys, made on the server.

Set by Typst with the fonts that come with it and no others, so that a print is the same on every
machine, and the same bytes for the same figures. Words reach it as data, never as markup. It is
made under Typst's checks for PDF/UA-1; no separate validator has looked at it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from dashboard.reports.profile_finding import say_finding, say_title_finding
from dashboard.reports.profile_matrix import find_ticks, write_matrix
from dashboard.reports.profile_parts import Section, Table, cut_table
from dashboard.reports.profile_words import (
    WEEKDAYS,
    say_headlines,
    say_sections,
    say_subtitle,
    say_title,
)
from dashboard.reports.typesetting import (
    break_long_words,
    make_settable,
    read_marks,
    set_pdf,
)
from dashboard.services.profile_blocks import Bar, Profile

MOST_PAGES = 2
TEMPLATE = "profile.typ"
HELD_BY = "its priorities, team and actions"
"""Where an odd sign may stand."""

HOUR_MARKS = ("6am", "midday", "6pm", "midnight")
LONGEST_LINE = 320
"""Letters of a sentence that is printed whole whatever the space."""

ALWAYS = {3: 5}
"""Rows of a block that are printed whatever the space: categories are few and make a whole."""

SHORT_LABEL, MOST_MARKS, MOST_LONG = 8, 4, 3
"""Bars that are named below a bar chart: fewer where a label is longer than that of a month."""

WIDTHS = {"Residents' priorities": (5, 7, 3, 5), "Neighbourhood team": (4, 3, 4, 5)}
NUMBERS = {
    ("Category", "Incidents"): (1,),
    ("On or near", "Incidents", "Latest"): (1,),
    ("Question", "Answered", "Share", "Likely range"): (2,),
}


@dataclass(frozen=True)
class Fit:
    """How much is put on the pages.

    Attributes
    ----------
    rows : int
        Of a table.
    letters : int
        Of a cell.
    size : float
        Of the letters, in points.
    gap : float
        Least space between blocks, in letters.
    tall : float
        Height of the drawings, 1 the least.
    """

    rows: int
    letters: int
    size: float
    gap: float
    tall: float = 1.0


FITS = (
    Fit(rows=12, letters=1_000, size=11.0, gap=1.1),
    Fit(rows=8, letters=1_000, size=10.5, gap=0.9),
    Fit(rows=6, letters=600, size=10.0, gap=0.9),
    Fit(rows=6, letters=400, size=9.5, gap=0.7),
    Fit(rows=5, letters=240, size=9.5, gap=0.7),
    Fit(rows=4, letters=110, size=9.5, gap=0.7),
    Fit(rows=3, letters=80, size=9.5, gap=0.7),
    Fit(rows=2, letters=60, size=9.0, gap=0.6),
)
"""Tried one after the other until the profile fits; what is left out is said on the page."""

TALLER = (1.8, 1.5, 1.3, 1.15)
"""Heights of drawings tried once the words fit, so that no page stays empty."""


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
    return set_pdf(TEMPLATE, {"data": _write(profile, find_fit(profile))}, HELD_BY)


def find_fit(profile: Profile) -> Fit:
    """Find the fullest form that fits: first as many words as can be, then tall drawings.

    Raises
    ------
    UserFacingError
        If Typst cannot set it.
    RuntimeError
        If even the shortest form does not fit; no text that Wardlight takes is that long.
    """
    for fit in FITS:
        pages = _find_pages(profile, fit)
        if max(pages) > MOST_PAGES:
            continue
        for tall in TALLER:
            taller = replace(fit, tall=tall)
            # Drawings may fill what is free, and move no block to the next page.
            if _find_pages(profile, taller) == pages:
                return taller
        return fit
    raise RuntimeError(f"the profile of {profile.ward_code} does not fit on {MOST_PAGES} pages")


def _find_pages(profile: Profile, fit: Fit) -> list[int]:
    """Find on which page each block ends."""
    return [int(page) for page in read_marks(TEMPLATE, {"data": _write(profile, fit)}, HELD_BY)]


def file_name(profile: Profile) -> str:
    """Name the print after the ward's code and the version."""
    return f"wardlight-profile-{profile.ward_code}-{profile.audience}.pdf"


def _write(profile: Profile, fit: Fit) -> str:
    """Give everything the template sets, as JSON."""
    sections = [_write_section(section, fit) for section in say_sections(profile)]
    data: dict[str, Any] = {
        "title": say_title(profile),
        "found": say_title_finding(profile),
        "subtitle": f"{say_title(profile)}. {say_subtitle(profile)}",
        "finding": list(say_finding(profile)),
        "marking": profile.marking,
        "notice": profile.notice,
        "synthetic": profile.is_synthetic,
        "footer": f"{say_title(profile)}. {profile.notes.data_to}. {profile.notice}",
        "headlines": [vars(one) for one in say_headlines(profile)],
        "sections": sections,
        "bars": _write_bars(profile.asb.bars, profile.asb.bars_of, profile.ward),
        "months": _write_bars(profile.when.months, "month", profile.when.area),
        "hours": _write_hours(profile),
        "scale": _write_scale(profile),
        "matrix": write_matrix(profile.worry),
        "outline": _write_outline(profile),
        "size": fit.size,
        "gap": fit.gap,
        "tall": fit.tall,
    }
    return orjson.dumps(make_settable(data)).decode()


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


def _write_bars(bars: Sequence[Bar], bars_of: str, area: str) -> dict[str, Any] | None:
    shown = [bar for bar in bars if math.isfinite(bar.count)]
    if not shown:
        return None
    most = max(shown, key=lambda bar: bar.count)
    least = min(shown, key=lambda bar: bar.count)
    title = f"Incidents by {bars_of}, {area}"
    if len(shown) < len(bars):
        title += " (–: not shown)"
    return {
        "title": title,
        "counts": [int(bar.count) if math.isfinite(bar.count) else None for bar in bars],
        "ticks": [[tick, f"{tick:,.0f}"] for tick in find_ticks(0.0, max(1.0, most.count))],
        "marks": _mark_bars([_shorten_month(bar.label) for bar in bars]),
        "alt": f"Bar chart of incidents by {bars_of} from {bars[0].label} to {bars[-1].label}: "
        f"most in {most.label} ({most.count:,.0f}), fewest in {least.label} ({least.count:,.0f}).",
    }


def _mark_bars(labels: Sequence[str]) -> list[list[Any]]:
    """Name the first bar, the last, and some between, at even steps."""
    most = MOST_MARKS if max(map(len, labels)) <= SHORT_LABEL else MOST_LONG
    last = len(labels) - 1
    places = {round(last * step / (most - 1)) for step in range(most)}
    return [[n, labels[n]] for n in sorted(places)]


def _shorten_month(label: str) -> str:
    """Shorten 'October 2024' to 'Oct 2024'; other labels stay."""
    month, _, year = label.rpartition(" ")
    return f"{month[:3]} {year}" if month.isalpha() and year.isdigit() else label


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
    return break_long_words(short)
