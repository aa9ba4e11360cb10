"""A map of wards beside their list: choosing a ward on either puts it in focus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard.components import charts, filters, ward_links, ward_maps
from dashboard.components.classes import Classes
from dashboard.components.maps import AREA_LAYER
from dashboard.selection import Selection
from geodata.settings import get_settings

LIST_HEIGHT = 330
SHOW, ALL = "show", "all"


@dataclass(frozen=True)
class WardList:
    """The list beside the map.

    Attributes
    ----------
    name : str
        Of the page, for its widgets.
    rows : DataFrame
        As a reader sees them, with a column Code of the ward, which is not shown.
    columns : dict of str to object
        How Streamlit shows some columns.
    legend : str
        What the colours of the map say.
    alt : str
        What the map shows, for whoever does not see it.
    first : int or None
        Rows that are shown before all are asked for; None shows all.
    """

    name: str
    rows: pd.DataFrame
    columns: Mapping[str, object]
    legend: str
    alt: str
    first: int | None = None


def show(
    listed: WardList,
    wards: gpd.GeoDataFrame,
    classes: Classes,
    marks: ward_maps.WardMarks,
    selection: Selection,
    *,
    districts_held: bool,
    version: str,
) -> None:
    """Show the map at the left, the list and the legend at the right.

    Parameters
    ----------
    listed : WardList
    wards, classes, marks
        As `ward_maps.build_map` takes them, with `districts_held` and `version`.
    selection : Selection
        District that the map is fitted to and ward in focus.
    """
    left, right = st.columns([5, 7], gap="medium")
    with left:
        _show_map(
            listed, wards, classes, marks, selection, districts_held=districts_held, version=version
        )
    with right:
        _show_list(listed, selection)
        st.altair_chart(
            charts.legend_chart(
                classes, listed.legend, "wards", marked=False, hatches=marks.hatches
            ),
            width="stretch", theme=None,
        )  # fmt: skip
        st.caption(
            "Numbers on the map are places on the list of the whole county; a number that would "
            "cover a smaller one is left out."
        )


def _show_map(
    listed: WardList,
    wards: gpd.GeoDataFrame,
    classes: Classes,
    marks: ward_maps.WardMarks,
    selection: Selection,
    *,
    districts_held: bool,
    version: str,
) -> None:
    deck = ward_maps.build_map(
        wards, classes, marks,
        district=selection.district,
        districts_held=districts_held, version=version, tile_url=get_settings().tile_url,
    )  # fmt: skip
    key = f"{listed.name}_map_{selection.area}"

    def follow() -> None:
        picked = st.session_state[key]["selection"]["objects"].get(AREA_LAYER) or []
        found = next((item for item in picked if item), None)
        filters.write(selection.change(area=found["properties"]["code"] if found else None))

    st.pydeck_chart(
        deck, key=key, selection_mode="single-object", height=ward_maps.HEIGHT,
        on_select=follow, alt=listed.alt.replace("*", ""),
    )  # fmt: skip


def _show_list(listed: WardList, selection: Selection) -> None:
    rows = listed.rows
    if listed.first is not None and len(rows) > listed.first and not _ask_all(listed):
        rows = rows.head(listed.first)
    choose_row(
        rows.drop(columns="Code"), rows["Code"].tolist(), selection, f"{listed.name}_list",
        height=LIST_HEIGHT, column_config=dict(listed.columns),
    )  # fmt: skip
    st.caption(ward_links.say_box("Ward"))


def choose_row(
    rows: pd.DataFrame, codes: Sequence[str], selection: Selection, name: str, **look: Any
) -> None:
    """Show a list of areas in which choosing a row puts its area in focus.

    Parameters
    ----------
    rows : DataFrame
        As a reader sees them.
    codes : sequence of str
        Code of the area of each row.
    selection : Selection
        Its area is marked.
    name : str
        Of the list, for its widget.
    **look
        Other arguments of Streamlit's table.
    """
    chosen = [codes.index(selection.area)] if selection.area in codes else []
    key = f"{name}_{len(codes)}_{selection.area}"

    def follow() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        filters.write(selection.change(area=codes[picked[0]] if picked else None))

    st.dataframe(
        rows, key=key, hide_index=True, selection_mode="single-row",
        selection_default={"selection": {"rows": chosen, "columns": [], "cells": []}},
        on_select=follow, **look,
    )  # fmt: skip


def _ask_all(listed: WardList) -> bool:
    """Ask whether all rows are shown, kept in the address."""
    key = f"{listed.name}_all"
    st.session_state[key] = st.query_params.get(SHOW) == ALL

    def write() -> None:
        if st.session_state[key]:
            st.query_params[SHOW] = ALL
        else:
            st.query_params.pop(SHOW, None)

    return st.toggle(
        f"Show all {len(listed.rows):,} wards instead of the first {listed.first}",
        key=key, on_change=write,
    )  # fmt: skip
