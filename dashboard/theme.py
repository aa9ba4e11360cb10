"""Colours and sizes: the Analysis Function palette and a five-class ramp with dark outlines.

Light classes fall below 3:1 against white, so every polygon carries a dark outline and every
figure also stands in a legend and a table.
"""

INK = "#0B0C0C"
PAPER = "#FFFFFF"
MUTED = "#505A5F"
RULE = "#B1B4B6"
NO_VALUE = "#F3F2F1"
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

MAP_HEIGHT = 540
CHART_HEIGHT = 220


def to_rgba(colour: str, alpha: int = 255) -> list[int]:
    """Turn '#RRGGBB' into [red, green, blue, alpha], each 0 to 255."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)] + [alpha]
