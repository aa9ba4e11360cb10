"""The only reading a view may do, and the only place with caches.

Cached functions take keys (codes, the text of a selection, the data version), never frames. What
they hand out as a resource is shared by every session and must not be changed.
"""

import geopandas as gpd
import pandas as pd
import streamlit as st

from analytics.hotspots.reasons import Card
from analytics.prediction.feedback import FeedbackDrift
from analytics.prediction.model_card import ModelCard
from dashboard.hotspot_choice import HotspotChoice
from dashboard.messages import OPEN_DATA_NOTICE, SYNTHETIC_BANNER
from dashboard.selection import Selection
from dashboard.services import (
    explore,
    forecasts,
    hotspot_cells,
    hotspots,
    model_records,
    next_places,
    overview,
    quality,
    running,
)
from geodata.grids import Grid
from geodata.settings import get_settings
from geodata.store.areas import list_editions
from geodata.store.database import Database, open_database, require_ready
from geodata.store.imports import data_version, is_synthetic
from geodata.store.runs import Run


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


Key = tuple[tuple[str, str], ...]


def incident_key(selection: Selection) -> Key:
    """Give what decides which incidents a selection means, as a key of a cache."""
    return query_key(selection.change(kind="ward", area=None, measure="count", layer="none"))


def choice_key(choice: HotspotChoice, *names: str) -> Key:
    """Give some fields of a choice as a key of a cache."""
    return tuple(sorted(choice.only(*names).to_query().items()))


def _choice(key: Key) -> HotspotChoice:
    return HotspotChoice.from_query(dict(key))[0]


LIST_FIELDS = ("method", "eps", "least", "light", "rank", "slots")
CELL_FIELDS = ("cell", "shape")


@st.cache_resource(max_entries=16, show_spinner="Choosing incidents…")
def usable(query: Key, light: str | None, version: str) -> hotspots.Usable:
    """Give the incidents of a selection that can be placed."""
    selection, _ = Selection.from_query(dict(query))
    return hotspots.find_usable(held(version), selection, light)


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


@st.cache_resource(max_entries=6, show_spinner="Cutting the area into cells…")
def grid(districts: tuple[str, ...], cell_m: int, shape: str, version: str) -> Grid:
    """Give the cells of some districts."""
    del version
    return hotspot_cells.build_grid(current_database(), districts, cell_m, shape)


def _grid(found: hotspots.Usable, choice: HotspotChoice, version: str) -> Grid:
    return grid(tuple(found.districts), choice.cell, choice.shape, version)


@st.cache_resource(max_entries=32, show_spinner="Measuring density…")
def concentrated(query: Key, choice: Key, version: str) -> hotspot_cells.Concentrated:
    """Give where incidents of a selection are concentrated."""
    asked = _choice(choice)
    found = usable(query, asked.light, version)
    return hotspot_cells.find_concentrated(found, _grid(found, asked, version), asked.bandwidth)


def warm_hotspots(version: str) -> None:
    """Find what the Hotspots page shows first, so that no visitor waits for it."""
    if held(version).forces and not areas("ward", version).empty:
        everything = incident_key(Selection())
        if not usable(everything, HotspotChoice().light, version).frame.empty:
            spots(everything, (), version)
            concentrated(everything, (), version)


@st.cache_resource(max_entries=32, show_spinner="Drawing lots to see what chance gives…")
def chance(query: Key, choice: Key, version: str) -> hotspot_cells.Chance:
    """Give which cells of a selection hold more than chance."""
    asked = _choice(choice)
    found = spots(query, choice_key(asked, *LIST_FIELDS), version)
    return hotspot_cells.find_chance(found, _grid(found.usable, asked, version))


@st.cache_resource(max_entries=16, show_spinner="Looking month by month…")
def news(query: Key, choice: Key, version: str) -> hotspot_cells.News:
    """Give what is new in a selection."""
    asked = _choice(choice)
    found = spots(query, choice_key(asked, *LIST_FIELDS), version)
    earlier = hotspots.comparable_period(found.usable, asked.against)
    return hotspot_cells.find_news(found, _grid(found.usable, asked, version), earlier)


@st.cache_data(max_entries=256, show_spinner=False)
def card(query: Key, choice: Key, spot: int, emerging: str | None, version: str) -> Card | None:
    """Give the reasons of one hotspot."""
    asked = _choice(choice)
    found = spots(query, choice_key(asked, *LIST_FIELDS), version)
    earlier = hotspots.comparable_period(found.usable, asked.against)
    return hotspots.explain_spot(found, spot, emerging, earlier)


def job(kind: str, force: str) -> Run | None:
    """Give the job of a kind and force that waits or runs; never from a cache."""
    return running.follow(current_database(), kind, force)


def failed_job(kind: str, force: str) -> Run | None:
    """Give the newest run of a kind and force, if it failed or was cancelled."""
    return forecasts.read_failure(current_database(), kind, force)


@st.cache_data(max_entries=16, show_spinner=False)
def horizon(force: str, horizon_days: int, version: str) -> str:
    """Say how far ahead runs of a force look."""
    del version
    return forecasts.say_horizon(current_database(), force, horizon_days)


@st.cache_data(max_entries=16, show_spinner=False)
def needs_declaration(force: str, version: str) -> bool:
    """Say whether a force's incidents may be learned from only if somebody declares it."""
    return forecasts.needs_declaration(held(version).incidents, force)


def latest_run(kind: str, force: str, horizon: str) -> int | None:
    """Give the id of the newest finished run, the key of what follows; never from a cache."""
    return forecasts.latest_run(current_database(), kind, force, horizon)


@st.cache_resource(max_entries=8, show_spinner=False)
def next_found(
    run_id: int, district: str | None, slots: int, version: str
) -> next_places.NextPlaces:
    """Give the places of a stored forecast."""
    return next_places.find_next(
        forecasts.read_forecast_run(current_database(), run_id),
        areas("ward", version),
        areas("place", version),
        held(version).districts,
        district,
        slots,
    )


@st.cache_data(max_entries=256, show_spinner=False)
def next_card(
    run_id: int, district: str | None, slots: int, spot: int, version: str
) -> Card | None:
    """Give the reasons of one place of a stored forecast."""
    found = next_found(run_id, district, slots, version)
    return next_places.explain_next(found, held(version), spot)


@st.cache_resource(max_entries=8, show_spinner=False)
def backtest(run_id: int, version: str) -> forecasts.StoredBacktest:
    """Give a stored back-test."""
    del version
    return forecasts.read_backtest_run(current_database(), run_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def backtest_summary(run_id: int, version: str) -> tuple[str, pd.DataFrame]:
    """Give verdict and summary of a stored back-test, whose ranges take a moment to draw."""
    result = backtest(run_id, version).result
    return result.verdict, result.summary()


@st.cache_data(max_entries=8, show_spinner=False)
def model_card(run_id: int, *, with_feedback: bool, version: str) -> ModelCard:
    """Give the model card of a stored back-test, with or without the feedback-loop test."""
    tests = feedback_test() if with_feedback else None
    return model_records.describe_model(backtest(run_id, version), tests)


@st.cache_data(max_entries=2, show_spinner="Playing a year twice, 200 times…")
def feedback_test() -> tuple[FeedbackDrift, FeedbackDrift]:
    """Play the feedback-loop test: without, and with, what patrols discover."""
    return model_records.play_feedback()
