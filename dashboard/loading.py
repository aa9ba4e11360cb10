"""The only reading a view may do, and the only place with caches.

Cached functions take keys (codes, the text of a selection, the data version), never frames. What
they hand out as a resource is shared by every session and must not be changed.
"""

import geopandas as gpd
import streamlit as st

from dashboard.messages import OPEN_DATA_NOTICE, SYNTHETIC_BANNER
from dashboard.selection import Selection
from dashboard.services import explore, overview, quality
from geodata.settings import get_settings
from geodata.store.areas import list_editions
from geodata.store.database import Database, open_database, require_ready
from geodata.store.imports import data_version, is_synthetic


@st.cache_resource(max_entries=4)
def database(url: str) -> Database:
    """Open the database of this address once."""
    opened = open_database(url)
    require_ready(opened)
    return opened


def current_database() -> Database:
    """Give the database that the settings name."""
    return database(get_settings().database_url)


def version() -> str:
    """Give the key of what is held now: address and data version."""
    here = current_database()
    return f"{abs(hash(here.url)) % 10**8}-{data_version(here)}"


@st.cache_data(max_entries=8)
def holds_synthetic(version: str) -> bool:
    """Say whether any data held are synthetic."""
    del version
    return is_synthetic(current_database())


def notice(version: str) -> str:
    """Give the notice that goes with every figure: synthetic data, or the sources' licence."""
    return SYNTHETIC_BANNER if holds_synthetic(version) else OPEN_DATA_NOTICE


@st.cache_resource(max_entries=2, show_spinner="Reading incidents…")
def held(version: str) -> explore.Held:
    """Give the incidents and their coverage."""
    del version
    return explore.load_held(current_database())


@st.cache_resource(max_entries=6, show_spinner="Reading boundaries…")
def areas(kind: str, version: str) -> gpd.GeoDataFrame:
    """Give the current areas of a kind, simplified, with residents and label points."""
    del version
    return explore.load_areas(current_database(), kind)


@st.cache_data(max_entries=8)
def kinds_held(version: str) -> list[str]:
    """List the kinds of area that have boundaries."""
    del version
    here = current_database()
    return [kind for kind in ("ward", "lsoa", "district") if list_editions(here, kind)]


@st.cache_data(max_entries=128, show_spinner=False)
def map_finding(query: tuple[tuple[str, str], ...], version: str) -> explore.MapFinding:
    """Give what the map shows for the parameters of an address."""
    selection, _ = Selection.from_query(dict(query))
    return explore.find_map(held(version), areas(selection.kind, version), selection)


@st.cache_data(max_entries=128, show_spinner=False)
def overview_finding(query: tuple[tuple[str, str], ...], version: str) -> overview.Overview:
    """Give what the Overview shows for the parameters of an address."""
    selection, _ = Selection.from_query(dict(query))
    return overview.find_overview(held(version), areas(selection.kind, version), selection)


@st.cache_data(max_entries=8)
def quality_finding(version: str) -> quality.Quality:
    """Give what the Data quality page shows."""
    return quality.find_quality(current_database(), held(version))


def query_key(selection: Selection) -> tuple[tuple[str, str], ...]:
    """Give a selection as a key of a cache."""
    return tuple(sorted(selection.to_query().items()))
