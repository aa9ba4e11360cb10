"""Released figures, protected before anybody sees them."""

import datetime as dt

import pandas as pd
import streamlit as st

from analytics.disclosure import Release
from dashboard.gates import gate
from dashboard.loading.held import areas, current_database, kinds_held
from dashboard.permissions import Permission, acting_as, current_actor, system_actor
from dashboard.services import (
    area_figures,
)
from geodata.calendar import Period


@gate(Permission.SEE_RELEASED)
@st.cache_resource(max_entries=2, show_spinner="Protecting small counts…")
def release(version: str) -> Release:
    """Give the one release of every role; what a role may see of it is asked at the figures."""
    del version
    with acting_as(system_actor("release")):
        return area_figures.load_release(current_database())


@gate(Permission.SEE_RELEASED)
def released_kinds(version: str) -> list[str]:
    """List the kinds of area whose released figures the actor may see; LSOAs go by year."""
    found = kinds_held(version)
    has_year = any("Q" not in period for period in release(version).periods)
    if not has_year or not current_actor().may(Permission.SEE_RELEASED_LSOA):
        found = [kind for kind in found if kind != "lsoa"]
    return [kind for kind in found if kind in ("ward", "lsoa")]


@gate(Permission.SEE_RELEASED)
def released_periods(version: str) -> dict[str, Period]:
    """Give the periods with released figures, newest first."""
    return release(version).periods


@gate(Permission.SEE_RELEASED)
def released_figures(
    kind: str, period: str, district: str | None, measure: str, version: str
) -> area_figures.AreaFigures:
    """Give the released figures of a kind of area; LSOAs only to those who may see them."""
    return area_figures.find_figures(
        release(version), areas(kind, version),
        kind=kind, period=period, district=district, measure=measure,
    )  # fmt: skip


@gate(Permission.SEE_RELEASED_LSOA)
@st.cache_resource(max_entries=2, show_spinner="Protecting small counts…")
def released_repeats(version: str) -> pd.DataFrame:
    """Give what may be released of repeat places and victims."""
    newest = next(iter(released_periods(version).values()))
    last_day = (newest.last + 1).first_day - dt.timedelta(days=1)
    return area_figures.load_repeat_figures(current_database(), last_day)


@gate(Permission.SEE_RELEASED)
def released_months(district: str | None, version: str) -> pd.DataFrame:
    """Give the released months of a district, or of all together."""
    return area_figures.find_months(release(version), district)


@gate(Permission.SEE_RELEASED)
def released_categories(district: str | None, period: str, version: str) -> pd.DataFrame:
    """Give the released categories of a district in a year."""
    return area_figures.find_categories(release(version), district, period)
