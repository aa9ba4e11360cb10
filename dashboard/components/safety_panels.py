"""Panels of the safety index: the weights at the side, map and list, one ward, the bars."""

from collections.abc import Mapping

import pydeck as pdk
import streamlit as st

from dashboard.components import charts, filters, safety_charts, safety_tables, ward_maps
from dashboard.components.classes import Classes
from dashboard.components.maps import AREA_LAYER
from dashboard.index_choice import HEAVIEST, PARAMETER, read_weights, write_weights
from dashboard.selection import Selection
from dashboard.services.safety_index import PARTS, SafetyIndex

LIST_HEIGHT = 330
LABELS = {part.key: part.label for part in PARTS}
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=125),
    "Index": st.column_config.NumberColumn(width=50),
    "Moved": st.column_config.TextColumn(width=64),
    "In top ten": st.column_config.TextColumn(width=72),
    "Ranks by weights": st.column_config.TextColumn(width=108),
    "By error": st.column_config.TextColumn(width=84),
}


def ask_weights(usual: Mapping[str, int]) -> dict[str, int]:
    """Show a weight for each part at the side, kept in the address; give them."""
    weights, ignored = read_weights(st.query_params.get(PARAMETER, ""), usual)
    for sentence in ignored:
        st.warning(sentence)
    with st.sidebar:
        st.markdown("**Weights**")
        for key, weight in weights.items():
            st.session_state[_widget(key)] = weight
            st.slider(
                LABELS[key], 0, HEAVIEST, key=_widget(key), on_change=_write, args=(dict(usual),)
            )
        st.button("Usual weights", on_click=_forget, disabled=weights == dict(usual))
        st.caption("Only the ratios count; 0 leaves a part out.")
    return weights


def _widget(key: str) -> str:
    return f"safety_weight_{key}"


def _write(usual: dict[str, int]) -> None:
    weights = {key: int(st.session_state[_widget(key)]) for key in usual}
    text = write_weights(weights, usual)
    if text:
        st.query_params[PARAMETER] = text
    else:
        _forget()


def _forget() -> None:
    st.query_params.pop(PARAMETER, None)


def show_map(deck: pdk.Deck, selection: Selection, said: str) -> None:
    """Show the map; a click on a ward puts it in focus."""
    key = f"safety_map_{selection.area}"
    st.pydeck_chart(
        deck, key=key, selection_mode="single-object", height=ward_maps.HEIGHT,
        on_select=lambda: _follow_map(key, selection),
        alt=f"Map of the safety index. {said.replace('*', '')} The list holds the same figures.",
    )  # fmt: skip


def show_legend(classes: Classes) -> None:
    """Show what colours and numbers of the map mean."""
    st.altair_chart(
        charts.legend_chart(classes, "Safety index", "wards", marked=False),
        width="stretch", theme=None,
    )  # fmt: skip


def show_list(found: SafetyIndex, selection: Selection) -> None:
    """Show the list; choosing a row puts its ward in focus."""
    codes = safety_tables.ranked(found, selection.district)["code"].tolist()
    rows = [codes.index(selection.area)] if selection.area in codes else []
    key = f"safety_list_{len(codes)}_{selection.area}"
    st.dataframe(
        safety_tables.list_table(found, selection.district), key=key, hide_index=True,
        height=LIST_HEIGHT, selection_mode="single-row", column_config=COLUMNS,
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        on_select=lambda: _follow_list(key, codes, selection),
    )  # fmt: skip


def _follow_map(key: str, selection: Selection) -> None:
    picked = st.session_state[key]["selection"]["objects"].get(AREA_LAYER) or []
    found = next((item for item in picked if item), None)
    filters.write(selection.change(area=found["properties"]["code"] if found else None))


def _follow_list(key: str, codes: list[str], selection: Selection) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    filters.write(selection.change(area=codes[rows[0]] if rows else None))


def show_ward(found: SafetyIndex, code: str) -> None:
    """Show one ward: its index, its rank and each part against the mean."""
    with st.container(border=True):
        st.markdown(safety_tables.describe_ward(found, code))
        rows = safety_tables.part_rows(found, code)
        if len(rows):
            title = "Each part against the mean of the county's wards"
            st.altair_chart(safety_charts.parts_chart(rows, title), width="stretch", theme=None)


def show_firmness(found: SafetyIndex, district: str | None) -> None:
    """Show how often each of the highest wards is in the top ten by other weights."""
    rows = safety_tables.bar_rows(found, district)
    if rows.empty:
        return
    title = f"How firm are the ranks? Share of {found.draws:,} draws of weights in the top ten"
    st.altair_chart(
        safety_charts.stability_chart(rows, title, found.draws, found.top),
        width="stretch", theme=None,
    )  # fmt: skip


def show_parts(found: SafetyIndex, district: str | None) -> None:
    """Show what each part is, and every part of every ward."""
    st.markdown("**What the index is made of**")
    st.dataframe(safety_tables.about_table(found), hide_index=True)
    st.caption(safety_tables.say_weights(found))
    st.markdown("**Every part of every ward** (index: 100 = mean; value: in its own unit)")
    st.dataframe(safety_tables.parts_table(found, district), hide_index=True, height=320)
