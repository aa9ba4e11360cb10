"""Charts of the Ward profile page, from what the profile holds."""

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboard.components.charts import finish, hour_chart
from dashboard.services.profile_blocks import Bar, When
from dashboard.theme import BLUE

HEIGHT = 190
SHIFT_HOURS = tuple(hour % 24 for hour in range(6, 30))


def bar_chart(bars: Sequence[Bar], bars_of: str, area: str) -> alt.Chart | None:
    """Draw an area's incidents by month, quarter or year; None where there is nothing to draw."""
    shown = [bar for bar in bars if math.isfinite(bar.count)]
    if not shown:
        return None
    frame = pd.DataFrame({"label": [bar.label for bar in shown],
                          "incidents": [int(bar.count) for bar in shown]})  # fmt: skip
    chart = (
        alt.Chart(frame)
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X(
                "label:N", title=None, scale=alt.Scale(domain=[bar.label for bar in bars]),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("incidents:Q", title="Incidents", axis=alt.Axis(format=",d", tickCount=4)),
            tooltip=[alt.Tooltip("label:N", title=bars_of.capitalize()),
                     alt.Tooltip("incidents:Q", title="Incidents", format=",d")],
        )
    )  # fmt: skip
    title = f"Incidents by {bars_of}, {area}"
    said = f"Bar chart of {len(shown)} bars, {shown[0].label} to {shown[-1].label}. {title}"
    return finish(chart, title, said).properties(height=HEIGHT)


def when_chart(when: When) -> alt.Chart | None:
    """Draw a ward's incidents by hour and weekday; None where times are not known or shown."""
    if not when.grid:
        return None
    grid = pd.DataFrame(list(when.grid), index=pd.Index(SHIFT_HOURS, name="hour"))
    title = "Incidents by day and hour"
    return hour_chart(grid.rename_axis(columns="weekday"), title).properties(height=HEIGHT)
