"""How quadrants look: a colour, a shape and a hatch each, so that colour is never alone."""

from dataclasses import dataclass

from dashboard.theme import BLUE, INK, NO_VALUE, ORANGE, PAPER, PLUM, TURQUOISE


@dataclass(frozen=True)
class Look:
    """How one quadrant is drawn.

    Attributes
    ----------
    colour : str
        Fill on the map and of the mark.
    shape : str
        Shape of the mark on the chart, as Vega names it.
    sign : str
        The same shape in text.
    hatch_degrees : float or None
        Slope of the lines over the fill, anticlockwise from the east; None for no lines.
    hatch_colour : str
        Colour of those lines.
    """

    colour: str
    shape: str
    sign: str
    hatch_degrees: float | None = None
    hatch_colour: str = PAPER


LOOKS = {
    "act": Look(PLUM, "triangle-up", "▲"),
    "quiet": Look(BLUE, "square", "■", 0.0, PAPER),
    "reassure": Look(ORANGE, "diamond", "◆", 45.0, INK),
    "keep": Look(TURQUOISE, "circle", "●"),
    "close": Look(PAPER, "circle", "○", 135.0, "#7A8489"),
    "unknown": Look(NO_VALUE, "cross", "✚"),
}
"""In the order that lists and legends have."""

GAP_LOOKS = {
    "unclear": Look(PAPER, "circle", "○"),
    "likely": Look(PLUM, "diamond", "◆", 45.0, PAPER),
}
"""How wards are drawn that are, and are not, likely to have ASB that is not reported."""
