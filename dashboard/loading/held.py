"""What is held: the database, incidents, areas, and the keys of caches."""

import geopandas as gpd
import streamlit as st

from dashboard.gates import gate
from dashboard.hotspot_choice import HotspotChoice
from dashboard.messages import say_notice
from dashboard.permissions import Permission, handed
from dashboard.selection import Selection
from dashboard.services import (
    explore,
    questions,
)
from geodata.settings import get_settings
from geodata.store.areas import list_editions
from geodata.store.database import Database, open_database, require_ready
from geodata.store.imports import held_version, is_synthetic, list_sources
from geodata.store.questions import breaks_version
from geodata.store.survey_heads import list_licences

Key = tuple[tuple[str, str], ...]


@st.cache_resource(max_entries=4)
def _opened(url: str) -> Database:
    opened = open_database(url)
    require_ready(opened)
    return opened


@gate(Permission.SEE_RELEASED)
def current_database() -> Database:
    """Give the database that the settings name."""
    return _opened(get_settings().database_url)


@gate(Permission.SEE_RELEASED)
def version() -> str:
    """Give the key of what is held now: address, imports, erasures, keys and recording."""
    here = current_database()
    return f"{abs(hash(here.url)) % 10**8}-{held_version(here)}-{breaks_version(here)}"


@gate(Permission.SEE_RELEASED)
@st.cache_data(max_entries=8)
def holds_synthetic(version: str) -> bool:
    """Say whether any data held are synthetic."""
    del version
    return is_synthetic(current_database())


@gate(Permission.SEE_RELEASED)
@st.cache_data(max_entries=8)
def notice(version: str) -> str:
    """Give the notice that goes with every figure: synthetic data, or the sources' licence."""
    del version
    here = current_database()
    return say_notice(
        list_sources(here), is_synthetic=is_synthetic(here), licences=list_licences(here)
    )


@gate(Permission.SEE_COUNTS)
@st.cache_resource(max_entries=2, show_spinner="Reading incidents…")
def held(version: str) -> explore.Held:
    """Give the incidents and their coverage."""
    del version
    return explore.load_held(current_database())


@gate(Permission.SEE_RELEASED)
@st.cache_resource(max_entries=6, show_spinner="Reading boundaries…")
def areas(kind: str, version: str) -> gpd.GeoDataFrame:
    """Give the current areas of a kind, simplified, with residents and label points."""
    del version
    return explore.load_areas(current_database(), kind)


@gate(Permission.SEE_RELEASED)
@st.cache_data(max_entries=8)
def kinds_held(version: str) -> list[str]:
    """List the kinds of area that have boundaries."""
    del version
    here = current_database()
    return [kind for kind in ("ward", "lsoa", "district") if list_editions(here, kind)]


@gate(Permission.SEE_RELEASED)
def area_names(kind: str, version: str) -> dict[str, str]:
    """Give the name of each current area of a kind by its code."""
    found = areas(kind, version)
    return dict(zip(found["code"], found["name"], strict=True))


@gate(Permission.SEE_COUNTS)
@st.cache_data(max_entries=8, show_spinner=False)
def breaks(version: str) -> tuple[questions.Break, ...]:
    """Give the changes of recording, newest first."""
    del version
    return questions.list_breaks(current_database())


@handed
def query_key(selection: Selection) -> tuple[tuple[str, str], ...]:
    """Give a selection as a key of a cache."""
    return tuple(sorted(selection.to_query().items()))


@handed
def incident_key(selection: Selection) -> Key:
    """Give what decides which incidents a selection means, as a key of a cache."""
    return query_key(selection.change(kind="ward", area=None, measure="count", layer="none"))


@handed
def choice_key(choice: HotspotChoice, *names: str) -> Key:
    """Give some fields of a choice as a key of a cache."""
    return tuple(sorted(choice.only(*names).to_query().items()))


def _choice(key: Key) -> HotspotChoice:
    return HotspotChoice.from_query(dict(key))[0]
