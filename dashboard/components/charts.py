"""Charts as Altair objects built from frames: titled with a sentence, described for readers."""

import datetime as dt
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd
import shapely
import shapely.affinity

from dashboard import theme
from dashboard.components.classes import Classes
from dashboard.theme import BLUE, CHART_HEIGHT, INK, NO_VALUE, PAPER, PLUM, RULE

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def month_chart(
    frame: pd.DataFrame,
    title: str,
    period: tuple[str, str],
    breaks: Sequence[tuple[dt.date, str]] = (),
) -> alt.Chart | alt.LayerChart:
    """Draw incidents by month; months inside the period are dark, breaks are dashed lines.

    Parameters
    ----------
    frame : DataFrame
        month (first day), label, incidents; held months only, so a gap stays a gap.
    title : str
        What the chart shows, as a sentence.
    period : tuple of str
        First and last day of the period looked at, as ISO dates.
    breaks : sequence of (date, str)
        Days on which recording changed, and what changed.
    """
    months = frame["month"]
    inside = (months >= pd.Timestamp(period[0])) & (months <= pd.Timestamp(period[1]))
    data = frame.assign(
        end=months + pd.offsets.MonthEnd(0) - pd.Timedelta(days=3),
        shown=inside.map({True: "This period", False: "Earlier"}),
    )
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True)),
            x2="end:T",
            y=alt.Y(
                "incidents:Q",
                title="Incidents",
                axis=alt.Axis(format=",d", tickCount=5),
                scale=alt.Scale(zero=True),
                stack=None,
            ),
            y2=alt.datum(0),
            color=alt.Color(
                "shown:N",
                title=None,
                scale=alt.Scale(domain=["This period", "Earlier"], range=[BLUE, RULE]),
                legend=alt.Legend(orient="top") if not inside.all() else None,
            ),
            tooltip=[
                alt.Tooltip("label:N", title="Month"),
                alt.Tooltip("incidents:Q", title="Incidents", format=",d"),
            ],
        )
    )
    said = f"Bar chart with {len(data)} months. {title}"
    if not breaks:
        return finish(bars, title, said)
    marks = pd.DataFrame(
        {"day": pd.to_datetime([day for day, _ in breaks]), "what": [what for _, what in breaks]}
    )
    base = alt.Chart(marks).encode(x="day:T", tooltip=[alt.Tooltip("what:N", title="Changed")])
    lines = base.mark_rule(color=PLUM, strokeDash=[5, 3], strokeWidth=2)
    words = base.mark_text(align="left", baseline="top", dx=4, color=PLUM).encode(
        y=alt.value(2), text=alt.value("Recording changed")
    )
    changes = "; ".join(what for _, what in breaks)
    return finish(bars + lines + words, title, f"{said} Recording changed: {changes}.")


def share_chart(frame: pd.DataFrame, title: str) -> alt.LayerChart:
    """Draw shares by month as points with their likely range, on a scale from 0 to 100%.

    Parameters
    ----------
    frame : DataFrame
        month (first day), group (its name), share, low, high (0 to 1), incidents.
    title : str
        What the chart shows, as a sentence.
    """
    tips = [
        alt.Tooltip("group:N", title="Month"),
        alt.Tooltip("share:Q", title="Recorded", format=".0%"),
        alt.Tooltip("low:Q", title="Likely from", format=".0%"),
        alt.Tooltip("high:Q", title="Likely to", format=".0%"),
        alt.Tooltip("incidents:Q", title="Incidents", format=",d"),
    ]
    base = alt.Chart(frame).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True)),
        tooltip=tips,
    )
    scale = alt.Scale(domain=[0, 1])
    ranges = base.mark_rule(color=BLUE, strokeWidth=2).encode(
        y=alt.Y("low:Q", title="Share recorded", axis=alt.Axis(format="%"), scale=scale),
        y2="high:Q",
    )
    points = base.mark_point(color=BLUE, filled=True, size=45).encode(
        y=alt.Y("share:Q", scale=scale)
    )
    return finish(ranges + points, title, f"Chart with {len(frame)} months. {title}")


def bar_chart(counts: pd.Series, title: str, height_each: int = 24) -> alt.LayerChart:
    """Draw horizontal bars with their numbers, in the order given."""
    data = pd.DataFrame(
        {"name": [str(n).capitalize() for n in counts.index], "incidents": counts.to_numpy()}
    )
    base = alt.Chart(data).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=theme.text_px(220), ticks=False),
        ),
        x=alt.X("incidents:Q", title=None, axis=None, scale=alt.Scale(padding=34, nice=False)),
        tooltip=[
            alt.Tooltip("name:N", title="Kind"),
            alt.Tooltip("incidents:Q", title="Incidents", format=",d"),
        ],
    )
    bars = base.mark_bar(color=BLUE)
    numbers = base.mark_text(align="left", dx=4, color=INK).encode(
        text=alt.Text("incidents:Q", format=",d")
    )
    chart = finish(bars + numbers, title, f"Bar chart. {title}")
    return chart.properties(height=max(60, height_each * len(data)))


def hour_chart(grid: pd.DataFrame, title: str) -> alt.Chart:
    """Draw incidents by hour and weekday as a grid of squares (rows hours, columns weekdays)."""
    data = grid.stack().rename("incidents").reset_index()
    data["day"] = [WEEKDAYS[day] for day in data["weekday"]]
    # A shift-day starts at 6am, so the small hours follow the evening they belong to.
    order = [(hour + 6) % 24 for hour in range(24)]
    data["time"] = [_clock(hour) for hour in data["hour"]]
    chart = (
        alt.Chart(data)
        .mark_rect(stroke=PAPER, strokeWidth=1)
        .encode(
            x=alt.X(
                "time:N",
                sort=[_clock(hour) for hour in order],
                title=None,
                axis=alt.Axis(
                    labelAngle=0, values=[_clock(h) for h in (6, 9, 12, 15, 18, 21, 0, 3)]
                ),
            ),
            y=alt.Y("day:N", sort=list(WEEKDAYS), title=None),
            color=alt.Color(
                "incidents:Q",
                title="Incidents",
                scale=alt.Scale(range=["#E8F1FA", "#6BACE6", BLUE]),
                legend=alt.Legend(orient="right", gradientLength=120, tickCount=4),
            ),
            tooltip=[
                alt.Tooltip("day:N", title="Day"),
                alt.Tooltip("time:N", title="Hour from"),
                alt.Tooltip("incidents:Q", title="Incidents", format=",d"),
            ],
        )
    )
    return finish(chart, title, f"Grid of seven days by 24 hours. {title}")


def legend_chart(
    classes: Classes,
    title: str,
    areas: str,
    *,
    marked: bool,
    hatches: Mapping[int, tuple[float, str]] | None = None,
) -> alt.LayerChart:
    """Draw the map's legend: a square, its numbers and how many areas it holds.

    Parameters
    ----------
    classes : Classes
        Classes of the map.
    title : str
        The measure.
    areas : str
        Word for several areas, such as 'wards'.
    marked : bool
        Whether the map marks non-residential areas.
    hatches : mapping of int to (float, str), optional
        Slope in degrees and colour of the lines over a class on the map.
    """
    rows = [
        {"colour": colour, "text": f"{label}   ({_say_size(size, areas)})", "shape": "square"}
        for colour, label, size in zip(
            classes.colours[::-1], classes.labels[::-1], classes.sizes[::-1], strict=True
        )
    ]
    missing = int((classes.of_area == -1).sum())
    if missing:
        rows.append(
            {
                "colour": NO_VALUE,
                "text": f"No figure   ({_say_size(missing, areas)})",
                "shape": "square",
            }
        )
    if marked:
        rows.append({"colour": PAPER, "text": "Mainly non-residential", "shape": "circle"})
    data = pd.DataFrame(rows, columns=["colour", "text", "shape"])
    base = alt.Chart(data.assign(x=0, row=range(len(data)))).encode(
        y=alt.Y("row:O", axis=None), x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 10]))
    )
    squares = base.mark_point(
        filled=True, opacity=1, stroke=INK, strokeWidth=1.2, xOffset=8
    ).encode(
        color=alt.Color("colour:N", scale=None),
        shape=alt.Shape("shape:N", scale=None),
        size=alt.condition("datum.shape == 'circle'", alt.value(80), alt.value(200)),
    )
    lines = [
        base.transform_filter(f"datum.row === {len(classes.colours) - 1 - place}").mark_point(
            shape=_draw_hatch(degrees), filled=False, opacity=1, color=colour, strokeWidth=1.2,
            size=200, xOffset=8,
        )
        for place, (degrees, colour) in (hatches or {}).items()
    ]  # fmt: skip
    words = base.mark_text(align="left", dx=26, fontSize=13, color=INK).encode(text="text:N")
    spoken = "; ".join(row["text"] for row in rows)
    chart = finish(alt.layer(squares, *lines, words), title, f"Map legend. {title}: {spoken}")
    return chart.properties(height=40 + 23 * max(1, len(data)))


def _draw_hatch(degrees: float) -> str:
    """Draw three lines over a square from -1 to 1 as a path, as steep as those on the map."""
    square = shapely.box(-0.95, -0.95, 0.95, 0.95)
    path = []
    for height in (-0.7, 0.0, 0.7):
        line = shapely.LineString([(-2, height), (2, height)])
        # The page counts down, the map up.
        turned = shapely.affinity.rotate(line, -degrees, origin=(0, 0))
        (x, y), (to_x, to_y) = shapely.get_coordinates(shapely.intersection(turned, square))
        path.append(f"M{x:.2f},{y:.2f}L{to_x:.2f},{to_y:.2f}")
    return "".join(path)


def _say_size(size: int, areas: str) -> str:
    return f"{size:,} {areas.removesuffix('s') if size == 1 else areas}"


def coverage_chart(frame: pd.DataFrame, title: str) -> alt.Chart:
    """Draw months held by force (force, month, incidents) as a strip of squares."""
    chart = (
        alt.Chart(frame)
        .mark_rect(stroke=PAPER, strokeWidth=0.5)
        .encode(
            x=alt.X("yearmonth(month):T", title=None, axis=alt.Axis(format="%b %Y")),
            y=alt.Y("force:N", title=None, axis=alt.Axis(labelLimit=theme.text_px(180))),
            color=alt.Color(
                "incidents:Q",
                title="Incidents",
                scale=alt.Scale(range=["#6BACE6", "#2073BC", BLUE]),
            ),
            tooltip=[
                "force:N",
                alt.Tooltip("month:T", title="Month", format="%B %Y"),
                alt.Tooltip("incidents:Q", title="Incidents", format=",d"),
            ],
        )
    )
    forces = frame["force"].nunique()
    return finish(chart, title, f"Strip of months. {title}").properties(height=88 + 30 * forces)


def _clock(hour: int) -> str:
    return {0: "12am", 12: "12pm"}.get(hour, f"{hour % 12}{'am' if hour < 12 else 'pm'}")


def finish(chart: alt.Chart | alt.LayerChart, title: str, description: str):
    """Give a chart its title, its description for readers and the house's look."""
    if theme.is_large():
        chart = _enlarge(chart)
    return chart.properties(
        title=alt.TitleParams(
            title, anchor="start", fontSize=theme.text_px(14), fontWeight=600, color=INK,
            limit=900, offset=8,
        ),
        description=description,
        height=CHART_HEIGHT,
    ).configure(**theme.chart_config())  # fmt: skip


def _enlarge(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """Enlarge words whose mark has a size of its own, which the look of all charts leaves."""
    chart = chart.copy(deep=False)
    if isinstance(chart, alt.LayerChart):
        chart.layer = [_enlarge(part) for part in chart.layer]
    elif isinstance(chart.mark, alt.MarkDef) and isinstance(chart.mark.fontSize, int):
        chart.mark = chart.mark.copy(deep=False)
        chart.mark.fontSize = theme.text_px(chart.mark.fontSize)
    return chart
