"""Charts of back-tests that a sergeant can read, as Altair objects built from frames."""

import altair as alt
import numpy as np
import pandas as pd

from dashboard.components.charts import finish
from dashboard.theme import BLUE, INK, MUTED, ORANGE, PLUM, RULE, TURQUOISE

RANKING = "Last 12 months' ranking"
MOST_POSSIBLE = "Most that anyone could expect"
EVEN = "Patrolling at random"


def hits_chart(
    summary: pd.DataFrame, chosen: str, baseline: str, label: str, title: str
) -> alt.LayerChart:
    """Draw the share of incidents caught against the share of ground flagged.

    Parameters
    ----------
    summary : DataFrame
        ``BacktestResult.summary()``.
    chosen, baseline : str
        Methods to draw; one line if they are the same.
    label : str
        Plain name of the chosen method.
    title : str
        What the chart shows, as a sentence.
    """
    parts = []
    drawn = {baseline: RANKING} | ({chosen: label} if chosen != baseline else {})
    for method, name in drawn.items():
        rows = summary[summary["method"] == method]
        parts.append(pd.DataFrame({"x": rows["coverage"], "y": rows["hit_rate"], "line": name}))
    rows = summary[summary["method"] == chosen]
    parts.append(
        pd.DataFrame({"x": rows["coverage"], "y": rows["ceiling_hit_rate"], "line": MOST_POSSIBLE})
    )
    parts.append(pd.DataFrame({"x": rows["coverage"], "y": rows["coverage"], "line": EVEN}))
    names = [MOST_POSSIBLE, *([label] if chosen != baseline else []), RANKING, EVEN]
    looks = {
        MOST_POSSIBLE: (MUTED, [2, 2]), label: (BLUE, [1, 0]), RANKING: (ORANGE, [6, 3]),
        EVEN: (RULE, [1, 4]),
    }  # fmt: skip
    base = alt.Chart(pd.concat(parts)).encode(
        x=alt.X("x:Q", title="Share of the ground flagged",
                axis=alt.Axis(format=".2~%", values=sorted(summary["coverage"].unique()))),
        y=alt.Y("y:Q", title="Share of incidents caught", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(zero=True)),
        color=alt.Color("line:N", title=None, sort=names, legend=alt.Legend(orient="top", columns=2,
                        labelLimit=300),
                        scale=alt.Scale(domain=names, range=[looks[name][0] for name in names])),
        strokeDash=alt.StrokeDash("line:N", title=None, legend=None, sort=names,
                                  scale=alt.Scale(domain=names,
                                                  range=[looks[name][1] for name in names])),
        tooltip=[
            alt.Tooltip("line:N", title="Line"),
            alt.Tooltip("x:Q", title="Ground", format=".2%"),
            alt.Tooltip("y:Q", title="Incidents", format=".1%"),
        ],
    )  # fmt: skip
    chart = base.mark_line(strokeWidth=2.5) + base.mark_point(filled=True, size=45, opacity=1)
    return finish(chart, title, f"Line chart. {title}")


def difference_chart(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    """Draw how each method compares with last year's ranking: a dot with its likely range.

    Parameters
    ----------
    rows : DataFrame
        label, difference, low, high (shares; 0.05 is 5 % more) and beats_baseline.
    title : str
        What the chart shows, as a sentence.
    """
    data = rows.assign(
        verdict=np.where(
            rows["low"] > 0, "Better", np.where(rows["high"] < 0, "Worse", "Cannot be told apart")
        )
    )
    scale = alt.Scale(
        domain=["Better", "Cannot be told apart", "Worse"], range=[BLUE, MUTED, ORANGE]
    )
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)),
        color=alt.Color("verdict:N", title=None, scale=scale, legend=alt.Legend(orient="top")),
    )
    bars = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title="Incidents caught, more or fewer than last year's ranking",
                axis=alt.Axis(format="+.1~%", tickCount=6)),
        x2="high:Q",
    )  # fmt: skip
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="difference:Q",
        shape=alt.Shape(
            "verdict:N", legend=None,
            scale=alt.Scale(domain=scale.domain, range=["circle", "square", "triangle-down"]),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Method"),
            alt.Tooltip("difference:Q", title="Difference", format="+.1%"),
            alt.Tooltip("low:Q", title="Likely from", format="+.1%"),
            alt.Tooltip("high:Q", title="to", format="+.1%"),
        ],
    )  # fmt: skip
    nought = (
        alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="x:Q")
    )
    chart = finish(nought + bars + dots, title, f"Dots with ranges. {title}")
    return chart.properties(height=90 + 26 * len(data))


def calibration_chart(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    """Draw incidents expected against incidents seen, by band of rank.

    Parameters
    ----------
    rows : DataFrame
        band, predicted, observed, low and high of one method.
    title : str
        What the chart shows, as a sentence.
    """
    order = rows["band"].tolist()
    base = alt.Chart(rows).encode(
        x=alt.X("band:N", sort=order, title="Cells by rank, highest first",
                axis=alt.Axis(labelAngle=-30, labelLimit=140)),
    )  # fmt: skip
    y = alt.Y("observed:Q", title="Incidents", axis=alt.Axis(format=",d"))
    tip = [
        alt.Tooltip("band:N", title="Cells"),
        alt.Tooltip("predicted:Q", title="Expected", format=",.0f"),
        alt.Tooltip("observed:Q", title="Seen", format=",.0f"),
    ]
    ranges = base.mark_rule(strokeWidth=3, color=BLUE).encode(y="low:Q", y2="high:Q")
    seen = base.mark_point(filled=True, size=80, color=BLUE, opacity=1).encode(y=y, tooltip=tip)
    expected = base.mark_tick(color=ORANGE, thickness=4, width=34, orient="horizontal").encode(
        y=alt.Y("predicted:Q"), tooltip=tip
    )
    return finish(ranges + expected + seen, title, f"Dots with ranges. {title}")


def folds_chart(table: pd.DataFrame, title: str) -> alt.Chart:
    """Draw the share caught in each window (columns cutoff, hit_rate, line)."""
    names = table["line"].drop_duplicates().tolist()
    chart = (
        alt.Chart(table)
        .mark_line(point=alt.OverlayMarkDef(size=40, filled=True))
        .encode(
            x=alt.X("cutoff:T", title=None, axis=alt.Axis(format="%-d %b %y", labelOverlap=True)),
            y=alt.Y("hit_rate:Q", title="Share of incidents caught", axis=alt.Axis(format=".0%"),
                    scale=alt.Scale(zero=True)),
            color=alt.Color("line:N", title=None, legend=alt.Legend(orient="top", labelLimit=300),
                            scale=alt.Scale(domain=names, range=[BLUE, ORANGE][: len(names)])),
            strokeDash=alt.StrokeDash("line:N", legend=None,
                                      scale=alt.Scale(domain=names,
                                                      range=[[1, 0], [6, 3]][: len(names)])),
            tooltip=[
                alt.Tooltip("line:N", title="Line"),
                alt.Tooltip("cutoff:T", title="Window from", format="%-d %B %Y"),
                alt.Tooltip("hit_rate:Q", title="Caught", format=".1%"),
            ],
        )
    )  # fmt: skip
    return finish(chart, title, f"Line chart. {title}")


def drift_chart(weekly: pd.DataFrame, title: str) -> alt.LayerChart:
    """Draw the share that the forecast gives one of two equal places (week, share, low, high)."""
    names = weekly["variant"].drop_duplicates().tolist()
    base = alt.Chart(weekly).encode(
        x=alt.X("week:Q", title="Week"),
        color=alt.Color("variant:N", title=None,
                        legend=alt.Legend(orient="top", labelLimit=300),
                        scale=alt.Scale(domain=names, range=[TURQUOISE, PLUM][: len(names)])),
    )  # fmt: skip
    band = base.mark_area(opacity=0.2).encode(
        y=alt.Y("low:Q", title="Share given to one of two equal places",
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0.3, 0.8], clamp=True)),
        y2="high:Q",
    )  # fmt: skip
    line = base.mark_line(strokeWidth=2.5).encode(
        y="share:Q",
        tooltip=[
            alt.Tooltip("variant:N", title="Test"),
            alt.Tooltip("week:Q", title="Week"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    return finish(band + line, title, f"Line chart with bands. {title}")
