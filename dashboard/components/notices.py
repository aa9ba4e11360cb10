"""Sentences that stand on every page: synthetic banner, coverage, errors and empty states."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard.messages import RATE_NOTE, RATIO_NOTE, SYNTHETIC_BANNER, say_count
from dashboard.selection import Selection
from dashboard.services.explore import Held, MapFinding
from geodata.calendar import Period
from geodata.errors import UserFacingError

_Done = TypeVar("_Done")


def show_error(error: UserFacingError) -> None:
    """Show what is wrong, where, and what to do next."""
    st.error(f"**{error.title}** {error.detail}", icon=":material/error:")
    st.markdown(f"**What to do next:** {error.next_step}")


def or_say(do: Callable[[], _Done]) -> _Done | None:
    """Do something, or show here what stands against it and let the page go on; None then."""
    try:
        return do()
    except UserFacingError as error:
        show_error(error)
        return None


def show_nothing(message: UserFacingError) -> None:
    """Show that there is nothing to see, and what to do next."""
    st.info(f"**{message.title}** {message.detail}", icon=":material/info:")
    st.markdown(f"**What to do next:** {message.next_step}")


def show_synthetic() -> None:
    """Show that the data are invented."""
    st.warning(f"**{SYNTHETIC_BANNER}**", icon=":material/science:")


def say_coverage(held: Held) -> str:
    """Say what the data cover: each force with its months and the date of the newest data."""
    parts = []
    for force in held.forces:
        months = held.months[force]
        span = Period(months[0], months[-1])
        gaps = len(span) - len(months)
        missing = f" ({gaps} of {len(span)} months not held)" if gaps else ""
        parts.append(f"{force}, {span.label}{missing}")
    newest = held.months_of(None)[-1].label
    return (
        f"Data to {newest}. Held: {'; '.join(parts)}; "
        f"{say_count(len(held.incidents), 'ASB incident')}."
    )


def show_area(facts: dict[str, str], areas: int) -> None:
    """Show the figures of the area in focus."""
    with st.container(border=True):
        st.markdown(f"**{facts['name']}**, {facts['district']}")
        st.markdown(
            f"{facts['incidents']}; {facts['rate']} per 1,000 residents (likely range "
            f"{facts['rate_range']}); ratio {facts['ratio']} ({facts['ratio_range']}); "
            f"rank {facts['rank']} of {areas}."
        )
        if facts["note"]:
            st.caption(facts["note"])


def show_layer(selection: Selection, found: MapFinding) -> None:
    """Say how incidents are drawn, when they are."""
    if found.too_many_points:
        st.caption(
            "Points are drawn for one focused area with at most 5,000 incidents; cells are shown."
        )
    if found.points is not None:
        st.caption(
            "Purple circles: recorded places in the focused area; a larger circle holds more "
            "incidents. police.uk places are snap points, not addresses."
        )
    elif found.cells is not None:
        st.caption(
            f"Purple circles: incidents in squares of {found.cells.size_m:,} m; area in proportion "
            f"to the number. {say_count(found.cells.without_place)} without a coordinate."
        )
    del selection


def say_map_notes(selection: Selection, found: MapFinding, word: str, coverage: str) -> str:
    """Say how to read the map: what is left out, what the measure means, what is held."""
    notes = [f"{say_count(found.without_area)} of {found.total:,} lie in no {word}."]
    if found.default_geocodes:
        notes.append(
            f"{say_count(found.default_geocodes)} are recorded at a default place, such as a "
            "police station: they count for its area and are left out of cells and points."
        )
    notes.append(RATIO_NOTE if selection.measure == "ratio" else RATE_NOTE)
    notes.append(
        "Colours hold about the same number of areas each. Numbers on the map are ranks; one "
        "that would cover a smaller one is left out, and so is a name."
    )
    return " ".join([*notes, coverage])
