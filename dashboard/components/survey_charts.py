"""Charts of survey figures with their likely ranges, as Altair objects built from frames."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.components.charts import finish
from dashboard.services.survey import SurveyFigures
from dashboard.theme import BLUE, INK, MUTED, ORANGE

SHAPES = {"Higher": "triangle-up", "Lower": "triangle-down", "No clear change": "circle",
          "Not compared": "square"}  # fmt: skip
AGAINST_BEFORE = "Against a year before"
CHOSEN = " (chosen)"
BOLD_IF_CHOSEN = {
    "condition": {"test": f"indexof(datum.label, '{CHOSEN}') > 0", "value": "bold"},
    "value": "normal",
}
COLOURS = {"Higher": ORANGE, "Lower": BLUE, "No clear change": MUTED, "Not compared": INK}


def district_chart(
    found: SurveyFigures,
    names: Mapping[str, str],
    changes: Mapping[str, str],
    title: str,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw each district's figure as a mark with its range, beside the line of all respondents.

    Parameters
    ----------
    found : SurveyFigures
        With districts.
    names : mapping of str to str
        Name of each district by code.
    changes : mapping of str to str
        Words for each change: they pick the mark's shape and colour.
    title : str
        What the chart shows, as a sentence.
    chosen : str, optional
        Code of the district looked at, which is marked.
    """
    rows = found.districts[found.districts["refused"] == ""].sort_values("value", ascending=False)
    data = pd.DataFrame(
        {
            "place": [
                f"{names.get(code, code)}{CHOSEN if code == chosen else ''}"
                for code in rows["code"]
            ],
            "is_chosen": rows["code"] == chosen,
            "value": rows["value"],
            "low": rows["low"],
            "high": rows["high"],
            "change": [changes[change] for change in rows["change"]],
        }
    )
    used = [word for word in SHAPES if word in set(data["change"])]
    base = alt.Chart(data).encode(
        # An order of its own: the band's layer has the chosen district only, and would come first.
        y=alt.Y("place:N", sort=data["place"].tolist(), title=None,
                axis=alt.Axis(labelLimit=200, labelFontWeight=BOLD_IF_CHOSEN)),
        tooltip=[
            *_tips(found, "place", "District"),
            alt.Tooltip("change:N", title=AGAINST_BEFORE),
        ],
    )  # fmt: skip
    axis = alt.Axis(tickCount=6)
    scale = alt.Scale(zero=False, padding=8)
    ranges = base.mark_rule(color=INK, strokeWidth=2).encode(
        x=alt.X("low:Q", title=_unit(found), axis=axis, scale=scale), x2="high:Q"
    )
    marks = base.mark_point(filled=True, size=95, opacity=1, stroke=INK, strokeWidth=1).encode(
        x=alt.X("value:Q", scale=scale),
        shape=alt.Shape("change:N", title=AGAINST_BEFORE, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=used, range=[SHAPES[word] for word in used])),
        color=alt.Color("change:N", title=AGAINST_BEFORE, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=used, range=[COLOURS[word] for word in used])),
    )  # fmt: skip
    layers = [ranges, marks]
    if data["is_chosen"].any():
        band = base.transform_filter("datum.is_chosen").mark_rule(
            color=BLUE, strokeWidth=14, opacity=0.25
        )
        layers.insert(0, band.encode(x=alt.X("low:Q", scale=scale), x2="high:Q"))
    if len(found.county) and not found.county["refused"].iloc[0]:
        line = alt.Chart(found.county[["value"]]).encode(x=alt.X("value:Q", scale=scale))
        layers.insert(0, line.mark_rule(color=MUTED, strokeDash=[5, 3], strokeWidth=2))
    parts = alt.layer(*layers)
    chart = finish(parts, title, f"Dots with ranges for {len(data)} districts. {title}")
    return chart.properties(height=120 + 18 * max(1, len(data)))


def year_chart(found: SurveyFigures, title: str) -> alt.LayerChart:
    """Draw the figure of each rolling year with its range; an incomplete year leaves a gap."""
    data = found.years.assign(
        last=pd.to_datetime(found.years["last"]),
        said=["" if row.complete else f"Incomplete: {row.missing}"
              for row in found.years.itertuples()],
    )  # fmt: skip
    ends = [{"year": day.year, "month": day.month, "date": day.day} for day in data["last"]]
    base = alt.Chart(data).encode(
        x=alt.X("last:T", title="Rolling year to",
                axis=alt.Axis(format="%b %Y", values=ends), scale=alt.Scale(padding=26)),
        tooltip=[*_tips(found, "label", "Year"), alt.Tooltip("said:N", title="Note")],
    )  # fmt: skip
    scale = alt.Scale(zero=False, padding=10)
    ranges = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        y=alt.Y("low:Q", title=_unit(found), scale=scale), y2="high:Q"
    )
    marks = base.mark_point(filled=True, size=80, color=BLUE, opacity=1).encode(
        y=alt.Y("value:Q", scale=scale)
    )
    missing = (
        base.transform_filter("!datum.complete")
        .mark_text(text="Incomplete year", angle=270, align="left", color=INK)
        .encode(y=alt.value(230))
    )
    chart = finish(ranges + marks + missing, title, f"Dots with ranges. {title}")
    return chart.properties(height=230)


def _unit(found: SurveyFigures) -> str:
    return "Per cent" if found.measure.is_share else "Score, 0 to 100"


def _tips(found: SurveyFigures, name: str, title: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{name}:N", title=title),
        alt.Tooltip("value:Q", title=_unit(found), format=".1f"),
        alt.Tooltip("low:Q", title="Likely from", format=".1f"),
        alt.Tooltip("high:Q", title="Likely to", format=".1f"),
    ]
