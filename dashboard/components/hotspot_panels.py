"""Panels of the Hotspots page: the linked map and list, the card, and the tables beside a map."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pydeck as pdk
import streamlit as st

from analytics.hotspots.emerging import RULES
from analytics.hotspots.reasons import Card
from dashboard import messages
from dashboard.components import (
    charts,
    downloads,
    hotspot_charts,
    hotspot_filters,
    hotspot_maps,
    hotspot_tables,
    ward_links,
)
from dashboard.components.classes import Classes
from dashboard.components.hotspot_maps import CLASS_COLOURS
from dashboard.hotspot_choice import HotspotChoice
from dashboard.services.hotspot_cells import MOST_CELLS, Chance, Concentrated, News
from dashboard.services.hotspots import Spots
from dashboard.theme import MAP_HEIGHT
from geodata.calendar import Month

MAP_KEY = "hotspot_map"
LIST_HEIGHT = 300
LIST_COLUMNS = {
    "#": st.column_config.NumberColumn(width=40),
    "Class": st.column_config.TextColumn(width=78),
    "Ward": st.column_config.TextColumn(width=130),
    "District": st.column_config.TextColumn(width=120),
    "Incidents": st.column_config.NumberColumn(width=76),
    "Before": st.column_config.NumberColumn(width=64),
    "Change": st.column_config.TextColumn(width=118),
    "More than chance": st.column_config.TextColumn(width=122),
    "Likely range": st.column_config.TextColumn(width=92),
    "Harm": st.column_config.NumberColumn(
        width=60, help="Incidents weighted by harm; the weights are named below the list."
    ),
    "Rank by harm": st.column_config.NumberColumn(width=94),
    "Ground (ha)": st.column_config.NumberColumn(width=86),
    "Note": st.column_config.TextColumn(width=118),
}
"""Widths in pixels, so that nothing lies beyond the right edge at 1366 pixels."""

NOT_BESIDE_CHANGE = ("Rank by harm", "Ground (ha)")
"""Columns of the file that the list of what is new has no room for."""


@dataclass(frozen=True)
class Shown:
    """The answer to a question, as the page lays it out around the common map and list.

    Attributes
    ----------
    sentence : str
        The finding.
    layers : list of Layer
        What lies under the hotspots on the map.
    classes, legend : Classes, str
        What the colours of those cells mean.
    table : DataFrame
        The list.
    after : callable
        Shows what else belongs to the answer, below the list.
    classes_of : dict of int to str
        Class of each hotspot by the rule on months, where it is known.
    """

    sentence: str
    layers: list[pdk.Layer]
    classes: Classes
    legend: str
    table: pd.DataFrame
    after: Callable[[], None]
    classes_of: dict[int, str] = field(default_factory=dict)


def answer_where(spots: Spots, found: Concentrated, place: str) -> Shown:
    """Answer where incidents are concentrated."""
    classes = hotspot_maps.classify_cells(found.density.cells)

    def after() -> None:
        left, right = st.columns(2)
        title = "How much of the ASB lies in the busiest tenth of the ground"
        left.altair_chart(
            hotspot_charts.concentration_chart(found.spread.lorenz, title),
            width="stretch",
            theme=None,
        )
        with right:
            st.markdown(f"**{found.spread.sentence}**")
            percent = st.column_config.NumberColumn(format="%.0f%%")
            st.dataframe(
                hotspot_tables.table_of_top(found), hide_index=True,
                column_config={"Share of incidents": percent, "Share by chance": percent},
            )  # fmt: skip
            st.caption(
                f"Gini {found.spread.gini:.2f}, by chance {found.spread.gini_poisson:.2f}. The "
                "busiest cells were picked by the incidents counted in them, so read the share "
                "beside the one that chance gives."
            )

    return Shown(
        sentence=hotspot_tables.say_where(spots, found, place),
        layers=[hotspot_maps.cell_layer(found.density.cells, classes)],
        classes=classes,
        legend="Incidents per square km, smoothed",
        table=hotspot_tables.list_spots(spots),
        after=after,
    )


def answer_chance(spots: Spots, found: Chance, place: str) -> Shown:
    """Answer whether the hotspots are more than chance."""
    classes = hotspot_maps.classify_cells(found.hot.cells)

    def after() -> None:
        st.markdown(hotspot_tables.say_moran(found))
        near = found.near_repeat
        st.markdown(f"**Near repeats.** {near.sentence if near else found.near_repeat_reason}")
        if near is not None:
            with st.expander("Near repeats, band by band"):
                st.dataframe(hotspot_tables.table_of_bands(near), hide_index=True)
        st.caption(hotspot_tables.CHANCE_NOTE)

    return Shown(
        sentence=hotspot_tables.say_chance(spots, found, place),
        layers=[hotspot_maps.cell_layer(found.hot.cells, classes)],
        classes=classes,
        legend="Incidents, where more than chance",
        table=hotspot_tables.list_spots(spots, chance=found),
        after=after,
    )


def answer_news(spots: Spots, found: News, place: str, month: Month | None) -> Shown:
    """Answer what is new, over the period or in one of its months."""
    drawn = found.by_month.get(month, found.classes)
    classes = hotspot_maps.classify_names(drawn.cells)
    layers = [hotspot_maps.cell_layer(drawn.cells, classes)]
    circles = hotspot_tables.place_outbreaks(found)
    if len(circles):
        layers.append(hotspot_maps.circle_layer(circles))

    def after() -> None:
        left, right = st.columns(2)
        counts = pd.Series(found.emerging.classes).value_counts()
        left.altair_chart(
            hotspot_charts.class_chart(counts, CLASS_COLOURS, "Cells of each class"),
            width="stretch",
            theme=None,
        )
        if "before" not in found.spots:
            left.caption(
                "The list has no comparison: not every month of the earlier period is held, or "
                "the two overlap."
            )
        with left.expander("The rules of the classes"):
            for name, rule in RULES:
                st.markdown(f"- **{name.capitalize()}**: {rule}")
        with right:
            st.markdown("**Outbreaks** (purple rings on the map)")
            said = found.outbreaks.sentence if found.outbreaks else found.outbreaks_reason
            st.markdown(said)
            if len(circles):
                st.dataframe(hotspot_tables.table_of_outbreaks(found), hide_index=True)
        show_change_note()

    title = f"Cells with incidents in {month.label}" if month else "Class of each cell"
    return Shown(
        sentence=hotspot_tables.say_news(spots, found, place),
        layers=layers,
        classes=classes,
        legend=title,
        table=hotspot_tables.list_spots(spots, news=found),
        after=after,
        classes_of=dict(zip(found.spots["spot"], found.spots["class"], strict=True)),
    )


def show_map(deck: pdk.Deck, choice: HotspotChoice, said: str) -> None:
    """Show a map on which a click puts a place in focus."""
    st.pydeck_chart(
        deck, key=MAP_KEY, selection_mode="single-object", height=MAP_HEIGHT,
        on_select=lambda: hotspot_filters.follow_map(choice, MAP_KEY, hotspot_maps.SPOT_LAYER),
        alt=f"Map of hotspots. {said} The list below holds the same figures.",
    )  # fmt: skip


def show_list(table: pd.DataFrame, choice: HotspotChoice, label: str = "Hotspot") -> None:
    """Show the list; choosing a row puts its place in focus."""
    numbers = table["#"].tolist()
    key = f"hotspot_list_{choice.ask}_{choice.spot or 0}"
    rows = [numbers.index(choice.spot)] if choice.spot in numbers else []
    st.caption(ward_links.say_box(label, "beside the map"))
    left_out = dict.fromkeys(NOT_BESIDE_CHANGE if "Change" in table else ())
    st.dataframe(
        table, key=key, hide_index=True, height=LIST_HEIGHT, selection_mode="single-row",
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        on_select=lambda: hotspot_filters.follow_list(key, numbers),
        column_config=LIST_COLUMNS | left_out,
    )  # fmt: skip


def show_legend(shown: Shown) -> None:
    """Show what the colours and marks of the map mean."""
    show_cell_legend(shown.classes, shown.legend)
    st.caption(
        "Numbers are places of the list; orange is their ground, once the map is close enough. "
        "A number that would cover a smaller one is left out. Thin grey outlines are hotspots "
        "that are not on the list. "
        f"At most the {MOST_CELLS:,} highest cells are drawn."
    )


def show_cell_legend(classes: Classes, title: str) -> None:
    """Show what the colours of the cells mean."""
    chart = charts.legend_chart(classes, title, "cells", marked=False)
    st.altair_chart(chart, width="stretch", theme=None)


def show_card(card: Card, title: str, under: str) -> None:
    """Show why a place is a hotspot: three facts, trust, what would drop it, history."""
    with st.container(border=True):
        st.markdown(f"**{title}**")
        st.caption(under)
        for sentence in card.sentences:
            st.markdown(f"- {sentence}")
        st.markdown(f"**Trust in the records:** {card.trust.sentence}")
        if card.counterfactual:
            st.markdown(f"**What would drop it:** {card.counterfactual.sentence}")
        st.altair_chart(
            hotspot_charts.history_chart(
                card.history,
                "Incidents here, month by month",
                (card.period.first.ordinal, card.period.last.ordinal),
            ),
            width="stretch",
            theme=None,
        )
        with st.expander("More about this place"):
            for fact in card.others:
                st.markdown(f"- {fact.sentence}")
            for part in card.trust.parts:
                st.markdown(f"- {part.level}: {part.words}")
            st.dataframe(
                card.history[["label", "incidents"]].rename(columns=str.capitalize),
                hide_index=True, height=180,
            )  # fmt: skip


def show_ways(focus: pd.Series | None, area: str | None, wards: pd.DataFrame) -> None:
    """Show the ways on about the ward of the place in focus, else about the ward of the link."""
    names = dict(zip(wards["code"], wards["name"], strict=True))
    code = str(focus["ward_code"]) if focus is not None else area or ""
    if code in names:
        ward_links.show_ways_on(code, "hotspots.py", names[code])


def offer_downloads(
    table: pd.DataFrame,
    rings: Sequence[Sequence[Sequence[float]]],
    name: str,
    notice: str,
    about: Mapping[str, str],
) -> None:
    """Offer the list as CSV and its polygons as GeoJSON, both with notice and what they are of."""
    table = table.assign(**about)
    with st.container(horizontal=True):
        st.download_button(
            "Download the list (CSV)", downloads.to_csv(table, notice), f"{name}.csv", "text/csv",
            on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Download the places (GeoJSON)",
            lambda: downloads.to_places_file(table, rings, notice),
            f"{name}.geojson", "application/geo+json", on_click="ignore",
        )  # fmt: skip


def show_change_note() -> None:
    """Say how to read a comparison of places that were picked for being high."""
    st.caption(
        f"{messages.CHANGE_NOTE} These places were picked because they are high now, so some were "
        "lower before for that reason alone; a fall later proves nothing by itself either."
    )
