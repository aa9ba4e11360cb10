"""Maps as pydeck decks built from frames; no page, no store.

Polygons come to the browser once, by address. What changes with a filter is small: one colour an
area, and one strip of text holds every tooltip. Measured ways behind this are in
the notes of `area_layer` and `tooltip`.
"""

import html
import json
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from dashboard.components.classes import Classes
from dashboard.components.map_labels import BADGE_RISE, BADGE_SIZE
from dashboard.theme import BLUE, INK, MAP_HEIGHT, NO_VALUE, PAPER, PLUM, text_px, to_rgba

AREA_LAYER = "areas"
OUTSIDE = [243, 242, 241, 150]
ROW_LINES = 4
LINE_PX = 18
"""Whole pixels, since fractions add up over hundreds of rows of tooltips."""
BASEMAP_ADDRESS = "/basemap/style.json"
"""Where the server hands out the style of the basemap that the settings name."""

MAP_WIDTH = 600


class CompactDeck(pdk.Deck):
    """A deck whose JSON has no spaces: about a quarter of the bytes of pydeck's own."""

    def to_json(self) -> str:
        """Write the deck as compact JSON."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


def build_deck(
    layers: Sequence[pdk.Layer],
    view: pdk.ViewState,
    tip: dict[str, object] | None,
    *,
    based: bool = False,
) -> CompactDeck:
    """Put layers into a deck; it asks no other machine unless it is ``based`` on tiles."""
    style = {"map_style": BASEMAP_ADDRESS} if based else {}
    return CompactDeck(
        layers=list(layers),
        initial_view_state=view,
        # Without map_style, and only so, nothing is fetched from a public basemap.
        map_provider="mapbox" if based else None,
        **style,
        tooltip=tip or False,
    )


def area_layer(url: str, classes: Classes) -> pdk.Layer:
    """Colour the areas by class, without sending a polygon.

    Parameters
    ----------
    url : str
        Address of GeoJSON whose features have the property ``i``.
    classes : Classes
        Class of each area in the order of ``i``.

    Notes
    -----
    The colours are a lookup from property ``i``. It is set on the inner fill layer: Streamlit
    dims every unselected feature of a layer that has a fill colour of its own, and the colours
    would no longer match the legend. The layer is filled only, since outlines make picking slow
    enough without a GPU to lose every click.
    """
    colours = [to_rgba(NO_VALUE), *(to_rgba(colour, 235) for colour in classes.colours)]
    shown = [(i, place) for i, place in enumerate(classes.of_area.tolist()) if place > -2]
    lookup = {
        "@@function": "colorCategories",
        "attr": "i",
        "domain": [i for i, _ in shown],
        "colors": [colours[place + 1] for _, place in shown],
        "othersColor": OUTSIDE,
        "nullColor": OUTSIDE,
    }
    token = "".join(str(place + 2) for place in classes.of_area.tolist())
    return pdk.Layer(
        "GeoJsonLayer",
        data=url,
        id=AREA_LAYER,
        pickable=True,
        stroked=False,
        filled=True,
        auto_highlight=True,
        highlight_color=[244, 106, 37, 110],
        _subLayerProps={"polygons-fill": {"getFillColor": lookup}},
        update_triggers={"getFillColor": token},
    )


def outline_layer(url: str, name: str, width_px: float, alpha: int = 200) -> pdk.Layer:
    """Draw outlines that cannot be picked, so that clicks stay quick."""
    return pdk.Layer(
        "GeoJsonLayer",
        data=url,
        id=name,
        pickable=False,
        stroked=True,
        filled=False,
        get_line_color=to_rgba(INK, alpha),
        get_line_width=width_px,
        line_width_units=pdk.types.String("pixels"),
    )


def focus_layer(feature: dict[str, object]) -> list[pdk.Layer]:
    """Ring the area in focus: a white line under a thick dark one."""
    return [
        pdk.Layer(
            "GeoJsonLayer",
            data=feature,
            id=f"focus-{place}",
            pickable=False,
            stroked=True,
            filled=False,
            get_line_color=to_rgba(colour),
            get_line_width=width,
            line_width_units=pdk.types.String("pixels"),
            line_joint_rounded=True,
        )
        for place, (colour, width) in enumerate(((PAPER, 8), ("#F46A25", 5), (INK, 2)))
    ]


def incident_layer(frame: pd.DataFrame, name: str, largest_px: float) -> pdk.Layer:
    """Draw incidents of cells or places as circles whose ground is in proportion to the count."""
    most = float(frame["incidents"].max()) if len(frame) else 1.0
    radius = np.maximum(2.0, largest_px * np.sqrt(frame["incidents"] / most)).round(1)
    data = [
        {"p": [lon, lat], "r": r}
        for lon, lat, r in zip(
            frame["longitude"].tolist(), frame["latitude"].tolist(), radius.tolist(), strict=True
        )
    ]
    return pdk.Layer(
        "ScatterplotLayer",
        data=data,
        id=name,
        pickable=False,
        get_position="p",
        get_radius="r",
        radius_units=pdk.types.String("pixels"),
        get_fill_color=to_rgba(PLUM, 190),
        stroked=True,
        get_line_color=to_rgba(PAPER, 230),
        line_width_units=pdk.types.String("pixels"),
        get_line_width=1,
    )


def label_layer(frame: pd.DataFrame, name: str, size: int) -> pdk.Layer:
    """Write names (columns name, longitude, latitude) on a white ground.

    A column ``shift`` moves a name that many pixels below its place.
    """
    shifts = frame["shift"].tolist() if "shift" in frame else [0] * len(frame)
    data = [
        {"t": text, "p": [lon, lat], "o": [0, shift]}
        for text, lon, lat, shift in zip(
            frame["name"].tolist(),
            frame["longitude"].round(5).tolist(),
            frame["latitude"].round(5).tolist(),
            shifts,
            strict=True,
        )
    ]
    return pdk.Layer(
        "TextLayer",
        data=data,
        id=name,
        pickable=False,
        get_position="p",
        get_text="t",
        get_size=text_px(size),
        get_pixel_offset="o",
        get_color=to_rgba(INK),
        font_family=pdk.types.String("Arial, sans-serif"),
        font_weight=600,
        background=True,
        get_background_color=to_rgba(PAPER, 215),
        background_padding=[3, 1, 3, 1],
        character_set=pdk.types.String("auto"),
    )


def badge_layer(frame: pd.DataFrame) -> pdk.Layer:
    """Write the rank of the highest areas (columns rank, longitude, latitude) as the table does."""
    data = [
        {"t": f"{rank:.0f}", "p": [round(lon, 5), round(lat, 5)]}
        for rank, lon, lat in zip(
            frame["rank"].tolist(),
            frame["longitude"].tolist(),
            frame["latitude"].tolist(),
            strict=True,
        )
    ]
    return pdk.Layer(
        "TextLayer",
        data=data,
        id="ranks",
        pickable=False,
        get_position="p",
        get_text="t",
        get_size=text_px(BADGE_SIZE),
        # Above the name of the area, which stands at the same point.
        get_pixel_offset=[0, BADGE_RISE],
        get_color=to_rgba(PAPER),
        background=True,
        get_background_color=to_rgba(INK),
        background_padding=[4, 2, 4, 2],
        font_family=pdk.types.String("Arial, sans-serif"),
        font_weight=700,
        character_set=pdk.types.String("auto"),
    )


def marker_layer(frame: pd.DataFrame) -> pdk.Layer:
    """Mark areas that are mainly non-residential with a white dot with a dark ring."""
    places = zip(
        frame["longitude"].round(5).tolist(), frame["latitude"].round(5).tolist(), strict=True
    )
    return pdk.Layer(
        "ScatterplotLayer",
        data=[{"p": list(place)} for place in places],
        id="non-residential",
        pickable=False,
        get_position="p",
        get_radius=4.5,
        radius_units=pdk.types.String("pixels"),
        get_fill_color=to_rgba(PAPER),
        stroked=True,
        get_line_color=to_rgba(INK),
        get_line_width=2,
        line_width_units=pdk.types.String("pixels"),
    )


def tooltip(lines: Sequence[Sequence[str]]) -> dict[str, object]:
    """Give the tooltip of every area as one strip of text, slid to the row of the area.

    Parameters
    ----------
    lines : sequence of sequence of str
        Lines of each area in the order of property ``i``; at most four are shown.

    Notes
    -----
    Streamlit has one tooltip template for all layers and fills ``{i}`` from the feature under
    the pointer. Polygons do not hold the figures, so the template does: all rows have the same
    height, and a negative margin moves row ``i`` into view.
    """
    rows = "\n".join(
        html.escape(line).replace("{", "(").replace("}", ")")
        for area in lines
        for line in [*area, *[""] * (ROW_LINES - len(area))][:ROW_LINES]
    )
    height = ROW_LINES * LINE_PX
    return {
        "html": (
            f'<div style="height:{height}px;overflow:hidden">'
            f'<div style="line-height:{LINE_PX}px;white-space:pre;'
            f'margin-top:calc({{i}} * -{height}px)">{rows}</div></div>'
        ),
        "style": {
            "backgroundColor": PAPER,
            "color": INK,
            "border": f"2px solid {BLUE}",
            "fontSize": "13px",
            "padding": "6px 10px",
        },
    }


def fit_view(bounds: Sequence[float], width: int = MAP_WIDTH) -> pdk.ViewState:
    """Give the view that holds (west, south, east, north) in degrees, with a margin."""
    west, south, east, north = bounds
    tops = [math.asinh(math.tan(math.radians(lat))) / (2 * math.pi) for lat in (south, north)]
    across = max((east - west) / 360, 1e-5)
    down = max(tops[1] - tops[0], 1e-5)
    zoom = math.log2(min(width / 512 / across, MAP_HEIGHT / 512 / down)) - 0.12
    middle = math.degrees(math.atan(math.sinh(math.pi * (tops[0] + tops[1]))))
    return pdk.ViewState(
        longitude=round((west + east) / 2, 5),
        latitude=round(middle, 5),
        zoom=round(min(zoom, 16), 2),
        pitch=0,
        bearing=0,
    )
