"""Charts of the safety index: how firm each rank is, and what it is made of; no page, no store."""

import altair as alt
import pandas as pd

from dashboard.components.charts import finish
from dashboard.theme import BLUE, INK, MUTED, ORANGE, PAPER

ROW_PX = 24


def stability_chart(rows: pd.DataFrame, title: str, draws: int, top: int) -> alt.LayerChart:
    """Draw for each ward the share of weight draws that put it in the top ten.

    Parameters
    ----------
    rows : DataFrame
        place ('1. Name'), share (0 to 1), words (its rank range in words), in order.
    title : str
        What the chart shows, as a sentence.
    draws, top : int
        How many draws, and how long the top is.
    """
    base = alt.Chart(rows).encode(
        y=alt.Y("place:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False)),
        tooltip=[
            alt.Tooltip("place:N", title="Ward"),
            alt.Tooltip("share:Q", title=f"Share of draws in the top {top}", format=".0%"),
            alt.Tooltip("words:N", title="Ranks"),
        ],
    )
    scale = alt.Scale(domain=[0, 1.45], nice=False)
    whole = base.mark_bar(color=PAPER, stroke=MUTED, strokeWidth=0.6).encode(
        x=alt.X("whole:Q", scale=scale, axis=None)
    ).transform_calculate(whole="1")  # fmt: skip
    bars = base.mark_bar(color=BLUE).encode(x=alt.X("share:Q", scale=scale, axis=None))
    words = base.mark_text(align="left", dx=5, color=INK).encode(
        x=alt.X("whole:Q", scale=scale, axis=None), text="said:N"
    ).transform_calculate(
        whole="1", said="format(datum.share, '.0%') + ', ' + datum.words"
    )  # fmt: skip
    said = f"Bar chart with {len(rows)} wards and {draws:,} draws of weights. {title}"
    return finish(whole + bars + words, title, said).properties(height=ROW_PX * max(2, len(rows)))


def parts_chart(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    """Draw the parts of one ward's index against the county's mean of 100.

    Parameters
    ----------
    rows : DataFrame
        part (its label with its weight), index, low and high (its likely range), words.
    title : str
        What the chart shows, as a sentence.
    """
    low = min(40.0, float(rows["low"].min()) - 10)
    # Words stand at the right of the range.
    high = max(160.0, float(rows["high"].max()) + 40)
    scale = alt.Scale(domain=[low, high], nice=False)
    base = alt.Chart(rows).encode(
        y=alt.Y("part:N", sort=None, title=None, axis=alt.Axis(labelLimit=300, ticks=False))
    )
    mean = (
        alt.Chart(pd.DataFrame({"at": [100.0]}))
        .mark_rule(color=ORANGE, strokeDash=[5, 3], strokeWidth=2)
        .encode(x=alt.X("at:Q", scale=scale, title="100 = mean of the county's wards"))
    )
    ranges = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q"
    )
    points = base.mark_point(color=BLUE, filled=True, size=80).encode(
        x=alt.X("index:Q", scale=scale)
    )
    numbers = base.mark_text(align="left", dx=9, color=INK).encode(
        x=alt.X("high:Q", scale=scale), text="words:N"
    )
    said = f"Chart of {len(rows)} parts with their likely ranges. {title}"
    chart = finish(mean + ranges + points + numbers, title, said)
    return chart.properties(height=40 + 30 * len(rows))
