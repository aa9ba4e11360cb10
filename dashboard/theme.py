"""Colours and sizes: the Analysis Function palette and a five-class ramp with dark outlines.

Light classes fall below 3:1 against white, so every polygon carries a dark outline and every
figure also stands in a legend and a table. A screen that is shared is often projected: while
`enlarged` holds, text on the page, on charts and on maps is larger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from PIL import Image, ImageDraw

INK = "#0B0C0C"
PAPER = "#FFFFFF"
MUTED = "#505A5F"
RULE = "#B1B4B6"
NO_VALUE = "#B1B4B6"
BLUE = "#12436D"
TURQUOISE = "#28A197"
PLUM = "#801650"
ORANGE = "#F46A25"
CATEGORICAL = (BLUE, TURQUOISE, PLUM, ORANGE)
SEQUENTIAL = {
    1: (BLUE,),
    2: ("#E8F1FA", BLUE),
    3: ("#E8F1FA", "#6BACE6", BLUE),
    4: ("#E8F1FA", "#A9CBEA", "#2073BC", BLUE),
    5: ("#E8F1FA", "#B3D2EE", "#6BACE6", "#2073BC", BLUE),
}
"""Light to dark; the number of classes picks the ramp."""

MAP_HEIGHT = 500
CHART_HEIGHT = 270
FONT = '"Source Sans", sans-serif'
LARGER = 1.3
"""How much larger text is on a shared screen: the smallest of the page is then 18 px."""

LEAST_PX = 16
"""The smallest text on a chart or a map of a shared screen."""

_is_large: ContextVar[bool] = ContextVar("is_large", default=False)


@contextmanager
def enlarged(on: bool) -> Iterator[None]:
    """Make the text of charts and maps that are built inside larger, or leave it."""
    token = _is_large.set(on)
    try:
        yield
    finally:
        _is_large.reset(token)


def is_large() -> bool:
    """Say whether text is to be large here."""
    return _is_large.get()


def text_px(usual: int) -> int:
    """Give the size of text on a chart or a map, from its usual size."""
    return max(round(usual * LARGER), LEAST_PX) if is_large() else usual


def chart_config() -> dict[str, Any]:
    """Give the look of every chart, as Altair's configuration."""
    small = text_px(12)
    words = {"labelFontSize": small, "titleFontSize": small}
    return {
        "font": FONT,
        "view": {"strokeWidth": 0},
        "axis": {
            "labelColor": INK, "titleColor": MUTED, "gridColor": "#E5E6E7", "domainColor": MUTED,
            "tickColor": MUTED, "labelLimit": text_px(180), **words,
        },
        "legend": {"labelColor": INK, "titleColor": INK, "labelLimit": text_px(160), **words},
        "text": {"fontSize": text_px(11)},
    }  # fmt: skip


def to_rgba(colour: str, alpha: int = 255) -> list[int]:
    """Turn '#RRGGBB' into [red, green, blue, alpha], each 0 to 255."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)] + [alpha]


PAGE_STYLE = """
[data-testid="stMainBlockContainer"] { padding: 4.2rem 2.5rem 2rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; min-height: 2.5rem; }
[data-testid="stSidebarContent"] [data-testid="stVerticalBlock"] { gap: 0.55rem; }
[data-testid="stMain"] h1 { font-size: 1.75rem; padding: 0.2rem 0; }
[data-testid="stMain"] h2 { font-size: 1.3rem; padding: 0.2rem 0; }
[data-testid="stMain"] [data-testid="stAlertContainer"] { padding: 0.5rem 0.8rem; }
[data-testid="stElementToolbarButton"]:has(button[aria-label="Download as CSV"]) { display: none; }
:focus-visible { outline: 3px solid #0B0C0C !important; outline-offset: 1px; }
label:has(input:focus-visible),
.react-aria-ComboBox > [role="group"]:has(input:focus-visible),
[data-testid$="RootElement"]:has(:focus-visible),
[data-testid="stNumberInputContainer"]:has(input:focus-visible) {
  outline: 3px solid #0B0C0C; outline-offset: 2px; overflow: visible;
}
[data-testid="stButtonGroup"] button:focus-visible { outline-offset: -3px; }
.react-aria-ComboBox input:focus-visible,
[data-testid$="RootElement"] :is(input, textarea):focus-visible { outline: none !important; }
@media print {
  @page { margin: 18mm 12mm; }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stSkipToContent"],
  [data-testid="stToolbar"], [data-testid="stElementToolbar"], [data-testid="stStatusWidget"],
  [data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stFormSubmitButton"],
  [data-testid="stPageLink"], [data-testid="stHeaderActionElements"],
  .maplibregl-ctrl, .mapboxgl-ctrl { display: none !important; }
  html, body, #root, .stApp, [data-testid="stScreencast"], [data-testid="stAppViewContainer"],
  [data-testid="stAppViewContainer"] > div, [data-testid="stMain"] {
    position: static !important; display: block !important; overflow: visible !important;
    height: auto !important; width: auto !important; margin: 0 !important;
  }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none; }
}
"""
"""Less empty space than Streamlit leaves, so that map and table fit a small laptop's screen; no
quick download of a table, since that leaves without notice, reason or trace; a mark of focus
around the box that is seen, since the input itself is often hidden; and in print the page alone."""

LARGE_STYLE = f"""
@media screen and (min-width: 1000px) {{
  :root {{ font-size: {LARGER:.0%}; }}
  [data-testid="stMainBlockContainer"] {{ padding: 4rem 2rem 2rem; }}
  [data-testid="stMain"] h1 {{ font-size: 1.9rem; }}
}}
"""
"""For a shared screen; a window that is narrow, or zoomed in until it is, keeps the usual text."""

SHEET_STYLE = (
    '@page {{ @top-left {{ content: "{0}"; font: 700 11pt sans-serif; }} '
    '@bottom-left {{ content: "{0}"; font: 700 11pt sans-serif; }} }}'
)
"""The classification on every printed sheet, in browsers that print margins."""


def page_icon() -> Image.Image:
    """Draw the icon of the browser tab; a named icon would be fetched from another machine."""
    icon = Image.new("RGB", (32, 32), BLUE)
    draw = ImageDraw.Draw(icon)
    draw.rectangle((6, 6, 14, 25), fill="#6BACE6")
    draw.rectangle((16, 14, 25, 25), fill=ORANGE)
    return icon
