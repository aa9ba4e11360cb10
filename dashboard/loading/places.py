"""Findings about hotspots."""

import streamlit as st

from analytics.hotspots.reasons import Card
from dashboard.gates import gate
from dashboard.hotspot_choice import HotspotChoice
from dashboard.loading.held import (
    Key,
    _choice,
    areas,
    breaks,
    choice_key,
    current_database,
    held,
    incident_key,
)
from dashboard.permissions import Permission
from dashboard.selection import Selection
from dashboard.services import (
    hotspot_cells,
    hotspots,
)
from geodata.grids import Grid

LIST_FIELDS = ("method", "eps", "least", "light", "rank", "slots")


CELL_FIELDS = ("cell", "shape")


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=16, show_spinner="Choosing incidents…")
def usable(query: Key, light: str | None, version: str) -> hotspots.Usable:
    """Give the incidents of a selection that can be placed."""
    selection, _ = Selection.from_query(dict(query))
    return hotspots.find_usable(held(version), selection, light)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=32, show_spinner="Finding clusters…")
def spots(query: Key, choice: Key, version: str) -> hotspots.Spots:
    """Give the list of hotspots of a selection."""
    asked = _choice(choice)
    return hotspots.find_spots(
        usable(query, asked.light, version),
        areas("ward", version),
        areas("place", version),
        held(version).districts,
        asked,
    )


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=6, show_spinner="Cutting the area into cells…")
def grid(districts: tuple[str, ...], cell_m: int, shape: str, version: str) -> Grid:
    """Give the cells of some districts."""
    del version
    return hotspot_cells.build_grid(current_database(), districts, cell_m, shape)


def _grid(found: hotspots.Usable, choice: HotspotChoice, version: str) -> Grid:
    return grid(tuple(found.districts), choice.cell, choice.shape, version)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=32, show_spinner="Measuring density…")
def concentrated(query: Key, choice: Key, version: str) -> hotspot_cells.Concentrated:
    """Give where incidents of a selection are concentrated."""
    asked = _choice(choice)
    found = usable(query, asked.light, version)
    return hotspot_cells.find_concentrated(found, _grid(found, asked, version), asked.bandwidth)


@gate(Permission.SEE_COUNTS)
def warm_hotspots(version: str) -> None:
    """Find what the Hotspots page shows first, so that no visitor waits for it."""
    if held(version).forces and not areas("ward", version).empty:
        everything = incident_key(Selection())
        if not usable(everything, HotspotChoice().light, version).frame.empty:
            spots(everything, (), version)
            concentrated(everything, (), version)


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=32, show_spinner="Drawing lots to see what chance gives…")
def chance(query: Key, choice: Key, version: str) -> hotspot_cells.Chance:
    """Give which cells of a selection hold more than chance."""
    asked = _choice(choice)
    found = spots(query, choice_key(asked, *LIST_FIELDS), version)
    return hotspot_cells.find_chance(found, _grid(found.usable, asked, version))


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=16, show_spinner="Looking month by month…")
def news(query: Key, choice: Key, version: str) -> hotspot_cells.News:
    """Give what is new in a selection."""
    asked = _choice(choice)
    found = spots(query, choice_key(asked, *LIST_FIELDS), version)
    earlier = hotspots.comparable_period(found.usable, asked.against, breaks(version))
    return hotspot_cells.find_news(found, _grid(found.usable, asked, version), earlier)


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=256, show_spinner=False)
def card(query: Key, choice: Key, spot: int, emerging: str | None, version: str) -> Card | None:
    """Give the reasons of one hotspot."""
    asked = _choice(choice)
    found = spots(query, choice_key(asked, *LIST_FIELDS), version)
    earlier = hotspots.comparable_period(found.usable, asked.against, breaks(version))
    return hotspots.explain_spot(found, spot, emerging, earlier)
