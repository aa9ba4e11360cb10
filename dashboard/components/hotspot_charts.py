"""Charts of the Hotspots page as Altair objects built from frames."""

import altair as alt
import pandas as pd

from dashboard.components.charts import finish
from dashboard.theme import BLUE, INK, MUTED, ORANGE

MOST_MONTHS = 36


def concentration_chart(lorenz: pd.DataFrame, title: str) -> alt.LayerChart:
    """Draw the share of incidents in the busiest cells against chance.

    Parameters
    ----------
    lorenz : DataFrame
        share_of_cells, share_of_incidents and share_by_chance, busiest cells first.
    title : str
        What the chart shows, as a sentence.
    """
    shown = lorenz[lorenz["share_of_cells"] <= 0.1]
    data = pd.concat(
        [
            pd.DataFrame({"x": shown["share_of_cells"], "y": shown[column], "line": name})
            for column, name in (
                ("share_of_incidents", "These incidents"),
                ("share_by_chance", "Equal risk everywhere"),
            )
        ]
    )
    names = ["These incidents", "Equal risk everywhere"]
    chart = (
        alt.Chart(data)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("x:Q", title="Share of the ground, busiest cells first",
                    axis=alt.Axis(format=".0%", tickCount=5)),
            y=alt.Y("y:Q", title="Share of incidents", axis=alt.Axis(format=".0%", tickCount=5),
                    scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("line:N", title=None, legend=alt.Legend(orient="top"),
                            scale=alt.Scale(domain=names, range=[BLUE, ORANGE])),
            strokeDash=alt.StrokeDash("line:N", title=None, legend=None,
                                      scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]])),
            tooltip=[
                alt.Tooltip("line:N", title="Line"),
                alt.Tooltip("x:Q", title="Ground", format=".1%"),
                alt.Tooltip("y:Q", title="Incidents", format=".0%"),
            ],
        )
    )  # fmt: skip
    return finish(chart, title, f"Line chart. {title}")


def history_chart(history: pd.DataFrame, title: str, period: tuple[int, int]) -> alt.Chart:
    """Draw the incidents of one place month by month.

    Parameters
    ----------
    history : DataFrame
        month (`Month.ordinal`), label and incidents; months held only, of which the last three
        years up to the period are drawn.
    title : str
        What the chart shows, as a sentence.
    period : tuple of int
        First and last month of the period looked at, as ordinals.
    """
    history = history[history["month"] > period[1] - MOST_MONTHS]
    months = history["month"]
    data = history.assign(
        start=[pd.Timestamp(int(month) // 12, int(month) % 12 + 1, 1) for month in months],
        inside=(months >= period[0]) & (months <= period[1]),
    )
    data["end"] = data["start"] + pd.offsets.MonthEnd(0) - pd.Timedelta(days=3)
    chart = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("start:T", title=None, axis=alt.Axis(format="%b %y", labelOverlap=True)),
            x2="end:T",
            y=alt.Y("incidents:Q", title="Incidents", stack=None,
                    axis=alt.Axis(format="d", tickMinStep=1, tickCount=4)),
            y2=alt.datum(0),
            color=alt.condition("datum.inside", alt.value(BLUE), alt.value(MUTED)),
            tooltip=[
                alt.Tooltip("label:N", title="Month"),
                alt.Tooltip("incidents:Q", title="Incidents", format=",d"),
            ],
        )
    )  # fmt: skip
    return finish(chart, title, f"Bar chart with {len(data)} months. {title}").properties(
        height=150
    )


def class_chart(counts: pd.Series, colours: dict[str, str], title: str) -> alt.LayerChart:
    """Draw how many cells are of each class, with its colour on the map."""
    names = [name for name in colours if counts.get(name, 0)]
    data = pd.DataFrame(
        {"name": [name.capitalize() for name in names], "cells": [int(counts[n]) for n in names]}
    )
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(ticks=False)),
        x=alt.X("cells:Q", title=None, axis=None, scale=alt.Scale(padding=34, nice=False)),
    )
    bars = base.mark_bar(stroke=INK, strokeWidth=0.8).encode(
        color=alt.Color(
            "name:N",
            legend=None,
            scale=alt.Scale(domain=data["name"].tolist(), range=[colours[name] for name in names]),
        )
    )
    numbers = base.mark_text(align="left", dx=4, color=INK).encode(
        text=alt.Text("cells:Q", format=",d")
    )
    chart = finish(bars + numbers, title, f"Bar chart. {title}")
    return chart.properties(height=40 + 24 * len(data))
