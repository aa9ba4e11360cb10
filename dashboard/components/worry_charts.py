"""Charts of the Crime and worry page: wards between two figures, and figures side by side."""

import altair as alt
import numpy as np
import pandas as pd

from dashboard.components.charts import finish
from dashboard.components.quadrant_style import LOOKS
from dashboard.components.worry_axis import Axis
from dashboard.services.explore import name_apart
from dashboard.theme import BLUE, INK, MUTED, ORANGE, PAPER, PLUM

HEIGHT = 390
MEANINGS_PX = 44
"""Height of the lines that say what the quadrants mean, where they need saying."""

PICK = "pick"
"""Name of the selection that a click on the chart makes: code and quadrant."""

TITLE = "Each mark is a ward, with its likely ranges; click one to focus it"
MOST_BOLD = 45
"""Wards up to which every likely range is drawn dark."""

LONG_NAME = 25
"""Letters from which the names in the corners are written smaller."""

QUIET_MARK = "#C4C8CA"
CORNERS = {"act": (1, 1), "quiet": (1, 0), "reassure": (0, 1), "keep": (0, 0)}
"""Which half of each axis a quadrant has: 1 is high."""


def matrix_chart(
    rows: pd.DataFrame,
    cuts: tuple[float, float],
    axis: Axis,
    *,
    focus: str | None,
    chosen: str | None,
    worry_title: str,
    said: str,
) -> alt.LayerChart:
    """Draw wards by two figures, each with its likely ranges, over the four quadrants.

    Parameters
    ----------
    rows : DataFrame
        code, name, district, x, x_low, x_high, worry, worry_low, worry_high, quadrant, shown
        (False where the choice leaves it out).
    cuts : tuple of float
        Where a ward begins to be high, along and upright.
    axis : Axis
        What lies along the horizontal side.
    focus : str or None
        Code of the ward that is ringed and named.
    chosen : str or None
        Quadrant that the page is held to.
    worry_title : str
        What the upright axis measures.
    said : str
        The finding, for readers.
    """
    known = _add_ranges(rows[np.isfinite(rows["x"]) & np.isfinite(rows["worry"])])
    known["word"] = [axis.names[quadrant] for quadrant in known["quadrant"]]
    shown, rest = known[known["shown"]], known[~known["shown"]]
    x_ends, y_ends = _ends(known, "x", cuts[0]), _ends(known, "worry", cuts[1])
    # Rates are crowded near 0 and never below it; per cent and scores of a survey are not.
    x_ends = x_ends if axis.from_survey else (0.0, x_ends[1])
    x = alt.X(
        "x:Q", title=axis.title,
        scale=alt.Scale(
            type="linear" if axis.from_survey else "sqrt", domain=list(x_ends), nice=False,
            zero=False, clamp=True,
        ),
        axis=alt.Axis(format=",.0f", tickCount=6, grid=False),
    )  # fmt: skip
    y = alt.Y(
        "worry:Q", title=worry_title,
        scale=alt.Scale(domain=list(y_ends), nice=False, zero=False, clamp=True),
        axis=alt.Axis(format=".0f", tickCount=6, grid=False),
    )  # fmt: skip
    focused = known.assign(called=name_apart(known))[known["code"] == focus]
    power = 1.0 if axis.from_survey else 0.5
    layers = [
        *_grounds(x_ends, y_ends, cuts, axis.names, x, y, chosen),
        alt.Chart(rest)
        .mark_point(filled=True, size=16, color=QUIET_MARK, opacity=0.8)
        .encode(x=x, y=y),
        *_ranges_of(shown, x, y, 0.5 if len(shown) <= MOST_BOLD else 0.16),
        *_bold_ranges(focused, x, y),
        _marks(shown, x, y, axis.short, worry_title),
        *_ring(focused, x, y, (x_ends, y_ends), power),
    ]
    chart = finish(
        alt.layer(*layers),
        TITLE,
        f"Chart of {len(known)} wards by {axis.word} and worry. {said}".replace("*", ""),
    )
    height = HEIGHT - (MEANINGS_PX if any(axis.meanings.values()) else 0)
    return chart.properties(height=height, padding={"right": 6, "top": 4})


def pair_chart(
    rows: pd.DataFrame,
    x_title: str,
    y_title: str,
    cuts: tuple[float, float],
    *,
    focus: str | None,
    said: str,
) -> alt.LayerChart:
    """Draw wards by two figures with their likely ranges; marked ones are dark diamonds.

    Parameters
    ----------
    rows : DataFrame
        code, name, district, x, x_low, x_high, y, y_low, y_high, marked, shown.
    x_title, y_title : str
        What the axes measure.
    cuts : tuple of float
        Where the dashed lines stand.
    focus : str or None
        Code of the ward that is ringed and named.
    said : str
        The finding, for readers.
    """
    named = {f"y{end}": f"worry{end}" for end in ("", "_low", "_high")}
    known = rows[["code", "name", "district", "marked", "shown", "x", "x_low", "x_high", *named]]
    known = known.rename(columns=named)
    known = _add_ranges(known[np.isfinite(known["x"]) & np.isfinite(known["worry"])])
    shown, rest = known[known["shown"]], known[~known["shown"]]
    ends = _ends(known, "x", cuts[0]), _ends(known, "worry", cuts[1])
    x, y = (
        kind(f"{name}:Q", title=title, axis=alt.Axis(format=",.0f", tickCount=6, grid=False),
             scale=alt.Scale(domain=list(end), nice=False, zero=False, clamp=True))
        for kind, name, title, end in (
            (alt.X, "x", x_title, ends[0]), (alt.Y, "worry", y_title, ends[1])
        )
    )  # fmt: skip
    picked = alt.selection_point(name=PICK, fields=["code"], on="click", toggle=False)
    lines = alt.Chart(pd.DataFrame({"x": [cuts[0]], "worry": [cuts[1]]}))
    dashes = {"strokeDash": [6, 4], "color": INK, "strokeWidth": 1.4}
    marks = (
        alt.Chart(shown)
        .mark_point(filled=True, opacity=1, stroke=INK, strokeWidth=0.9, cursor="pointer")
        .encode(
            x=x, y=y,
            fill=alt.condition("datum.marked", alt.value(PLUM), alt.value(PAPER)),
            shape=alt.condition("datum.marked", alt.value("diamond"), alt.value("circle")),
            size=alt.condition("datum.marked", alt.value(110), alt.value(42)),
            tooltip=[
                alt.Tooltip("name:N", title="Ward"),
                alt.Tooltip("district:N", title="District"),
                alt.Tooltip("x:Q", title=x_title, format=",.1f"),
                alt.Tooltip("x_range:N", title="Likely range"),
                alt.Tooltip("worry:Q", title=y_title, format=",.1f"),
                alt.Tooltip("worry_range:N", title="Likely range of that"),
            ],
        )
        .add_params(picked)
    )  # fmt: skip
    focused = known.assign(called=name_apart(known))[known["code"] == focus]
    layers = [
        lines.mark_rule(**dashes).encode(x=x),
        lines.mark_rule(**dashes).encode(y=y),
        alt.Chart(rest)
        .mark_point(filled=True, size=16, color=QUIET_MARK, opacity=0.8)
        .encode(x=x, y=y),
        *_ranges_of(shown, x, y, 0.5 if len(shown) <= MOST_BOLD else 0.16),
        *_bold_ranges(focused, x, y),
        marks,
        *_ring(focused, x, y, ends),
    ]
    chart = finish(
        alt.layer(*layers), TITLE, f"Chart of {len(known)} wards. {said}".replace("*", "")
    )
    return chart.properties(height=HEIGHT, padding={"right": 6, "top": 4})


def side_chart(rows: pd.DataFrame, ward: str) -> alt.LayerChart:
    """Draw figures of one ward with their likely ranges beside those of the whole county.

    Parameters
    ----------
    rows : DataFrame
        measure, value, low, high, county, in the order to draw.
    ward : str
        Name of the ward.
    """
    base = alt.Chart(rows).encode(
        y=alt.Y("measure:N", sort=None, title=None, axis=alt.Axis(labelLimit=230, ticks=False))
    )
    scale = alt.Scale(domain=[0, 100])
    tips = [
        alt.Tooltip("measure:N", title="Measure"),
        alt.Tooltip("value:Q", title=ward, format=".0f"),
        alt.Tooltip("low:Q", title="Likely from", format=".0f"),
        alt.Tooltip("high:Q", title="Likely to", format=".0f"),
        alt.Tooltip("county:Q", title="All wards", format=".0f"),
    ]
    title = "Per cent of residents, estimated"
    layers = [
        base.mark_rule(color=BLUE, strokeWidth=3).encode(
            x=alt.X("low:Q", title=title, scale=scale), x2="high:Q", tooltip=tips
        ),
        base.mark_point(filled=True, size=110, color=BLUE, opacity=1).encode(
            x="value:Q", tooltip=tips
        ),
        base.mark_tick(color=ORANGE, thickness=4, size=22, opacity=1).encode(
            x="county:Q", tooltip=tips
        ),
    ]
    spoken = "; ".join(
        f"{row.measure} {row.value:.0f}, all wards {row.county:.0f}"
        for row in rows.itertuples(index=False)
    )
    chart = finish(alt.layer(*layers), f"{ward} (dot and range) beside all wards (orange bar)",
                   f"Dots with ranges. {spoken}")  # fmt: skip
    return chart.properties(height=64 + 38 * len(rows))


def _grounds(
    x_ends: tuple[float, float],
    y_ends: tuple[float, float],
    cuts: tuple[float, float],
    names: dict[str, str],
    x: alt.X,
    y: alt.Y,
    chosen: str | None,
) -> list[alt.Chart]:
    """Draw the four grounds, the cuts as dashed lines and the names in the corners."""
    ground = []
    for quadrant, (right, top) in CORNERS.items():
        xs = (cuts[0], x_ends[1]) if right else (x_ends[0], cuts[0])
        ys = (cuts[1], y_ends[1]) if top else (y_ends[0], cuts[1])
        ground.append(
            {
                "code": "", "quadrant": quadrant, "name": names[quadrant],
                "x": xs[0], "x_end": xs[1], "worry": ys[0], "worry_end": ys[1],
                "corner_x": x_ends[1] if right else x_ends[0],
                "corner_y": y_ends[1] if top else y_ends[0],
                "colour": LOOKS[quadrant].colour,
                "strength": 0.2 if quadrant == chosen else 0.07,
            }
        )  # fmt: skip
    data = pd.DataFrame(ground)
    picked = alt.selection_point(name=PICK, fields=["code", "quadrant"], on="click", toggle=False)
    rects = (
        alt.Chart(data)
        .mark_rect(cursor="pointer")
        .encode(
            x=x, x2="x_end:Q", y=y, y2="worry_end:Q", color=alt.Color("colour:N", scale=None),
            opacity=alt.Opacity("strength:Q", scale=None),
        )
        .add_params(picked)
    )  # fmt: skip
    lines = alt.Chart(pd.DataFrame({"x": [cuts[0]], "worry": [cuts[1]]}))
    dashes = {"strokeDash": [6, 4], "color": INK, "strokeWidth": 1.4}
    size = 15 if max(map(len, names.values())) <= LONG_NAME else 12
    words = [
        alt.Chart(data[data["quadrant"] == quadrant])
        .mark_text(
            align="right" if right else "left", baseline="top" if top else "bottom",
            dx=-7 if right else 7, dy=7 if top else -7, fontSize=size, fontWeight=700, color=INK,
            cursor="pointer",
        )
        .encode(x=alt.X("corner_x:Q"), y=alt.Y("corner_y:Q"), text="name:N")
        for quadrant, (right, top) in CORNERS.items()
    ]  # fmt: skip
    return [rects, lines.mark_rule(**dashes).encode(x=x), lines.mark_rule(**dashes).encode(y=y),
            *words]  # fmt: skip


def _ranges_of(rows: pd.DataFrame, x: alt.X, y: alt.Y, strength: float) -> list[alt.Chart]:
    base = alt.Chart(rows)
    look = {"color": MUTED, "opacity": strength, "strokeWidth": 1.2}
    return [
        base.mark_rule(**look).encode(x=alt.X("x_low:Q"), x2="x_high:Q", y=y),
        base.mark_rule(**look).encode(y=alt.Y("worry_low:Q"), y2="worry_high:Q", x=x),
    ]


def _marks(rows: pd.DataFrame, x: alt.X, y: alt.Y, x_short: str, worry_title: str) -> alt.Chart:
    order = list(LOOKS)
    return (
        alt.Chart(rows.assign(colour=[LOOKS[quadrant].colour for quadrant in rows["quadrant"]]))
        .mark_point(filled=True, opacity=1, stroke=INK, strokeWidth=0.9, cursor="pointer")
        .encode(
            x=x, y=y,
            fill=alt.Fill("colour:N", scale=None),
            shape=alt.Shape(
                "quadrant:N", legend=None,
                scale=alt.Scale(domain=order, range=[LOOKS[each].shape for each in order]),
            ),
            size=alt.condition("datum.quadrant == 'close'", alt.value(42), alt.value(85)),
            tooltip=[
                alt.Tooltip("name:N", title="Ward"),
                alt.Tooltip("district:N", title="District"),
                alt.Tooltip("word:N", title="Quadrant"),
                alt.Tooltip("x:Q", title=x_short, format=",.1f"),
                alt.Tooltip("x_range:N", title="Likely range"),
                alt.Tooltip("worry:Q", title=worry_title, format=".1f"),
                alt.Tooltip("worry_range:N", title="Likely range of that"),
            ],
        )
    )  # fmt: skip


def _bold_ranges(rows: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Draw the likely ranges of the ward in focus; they lie under the marks."""
    base = alt.Chart(rows)
    bold = {"color": INK, "strokeWidth": 2.6}
    return [
        base.mark_rule(**bold).encode(x=alt.X("x_low:Q"), x2="x_high:Q", y=y),
        base.mark_rule(**bold).encode(y=alt.Y("worry_low:Q"), y2="worry_high:Q", x=x),
    ]


def _ring(
    rows: pd.DataFrame,
    x: alt.X,
    y: alt.Y,
    ends: tuple[tuple[float, float], tuple[float, float]],
    power: float = 1.0,
) -> list[alt.Chart]:
    """Ring and name the ward in focus, with the name towards the middle of the chart.

    A name that reached beyond the frame would make the whole chart smaller. ``power`` is that of
    the horizontal scale.
    """
    if rows.empty:
        return []
    (left, right), (bottom, top) = ends
    # An end below 0 has no root; only the linear scale has one.
    middle = (left + right) / 2 if power == 1 else ((left**power + right**power) / 2) ** (1 / power)
    is_right = float(rows["x"].iloc[0]) > middle
    is_top = float(rows["worry"].iloc[0]) > bottom + 0.8 * (top - bottom)
    base = alt.Chart(rows)
    place = {
        "align": "right" if is_right else "left", "dx": -16 if is_right else 16,
        "dy": 18 if is_top else -16, "fontSize": 14, "fontWeight": 700, "color": INK,
    }  # fmt: skip
    return [
        base.mark_point(size=620, color=INK, strokeWidth=2.6, filled=False).encode(x=x, y=y),
        base.mark_text(**place, stroke=PAPER, strokeWidth=4, strokeOpacity=0.9).encode(
            x=x, y=y, text="called:N"
        ),
        base.mark_text(**place).encode(x=x, y=y, text="called:N"),
    ]


def _ends(rows: pd.DataFrame, name: str, cut: float) -> tuple[float, float]:
    """Give the ends of an axis: all estimates and the cut, with the middle of the ranges.

    Figures that are never below 0 begin there at the earliest.
    """
    if rows.empty:
        return 0.0, max(cut * 2, 1.0)
    low = float(rows[f"{name}_low"].quantile(0.1))
    high = float(rows[f"{name}_high"].quantile(0.9))
    low, high = min(low, float(rows[name].min()), cut), max(high, float(rows[name].max()), cut)
    margin = 0.08 * (high - low or 1.0)
    return low - margin if low < 0 else max(0.0, low - margin), high + margin


def _add_ranges(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the likely ranges in words, for tooltips."""
    words = {
        f"{axis}_range": [
            f"{low:,.1f} to {high:,.1f}"
            for low, high in zip(rows[f"{axis}_low"], rows[f"{axis}_high"], strict=True)
        ]
        for axis in ("x", "worry")
    }
    return rows.assign(**words)
