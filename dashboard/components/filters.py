"""The filters of a page: the address is the one truth, widgets show it and write it back.

A view calls `ask` and gets a plain `Selection`; nothing else reads the address.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields

import pandas as pd
import streamlit as st

from dashboard.selection import HOUR_BAND_WORDS, LAYERS, MEASURES, Selection
from dashboard.services.explore import Held, fit_selection, usual_period
from geodata.calendar import Month, Period
from geodata.categories import ASB_CATEGORIES, ASB_TYPES, CHANNELS

REMEMBERED = "wardlight_query"
PICKED = "wardlight_picked"
OWN = {*(field.name for field in fields(Selection)), "from", "to"} - {"period"}
KIND_WORDS = {"ward": "Wards", "lsoa": "LSOAs (small areas)"}


def write(selection: Selection) -> None:
    """Put a selection into the address, so that the link opens the same view elsewhere.

    Parameters of the address that belong to a page of its own stay.
    """
    query = selection.to_query()
    st.session_state[REMEMBERED] = query
    held = st.query_params.to_dict()
    wanted = query | {name: value for name, value in held.items() if name not in OWN}
    if held != wanted:
        st.query_params.from_dict(wanted)


def read(held: Held, areas: pd.DataFrame | None = None) -> tuple[Selection, list[str]]:
    """Read the selection of the address; another page's is kept when the address is bare."""
    query = st.query_params.to_dict()
    if not query and st.session_state.get(REMEMBERED):
        query = st.session_state[REMEMBERED]
    selection, ignored = Selection.from_query(query)
    codes = set(areas["code"]) if areas is not None else {selection.area or ""}
    selection, missing = fit_selection(selection, held, codes)
    return selection, [*ignored, *missing]


def peek_kind() -> str:
    """Give the kind of area that the address asks for, before its areas are loaded."""
    query = st.query_params.to_dict() or st.session_state.get(REMEMBERED) or {}
    return Selection.from_query(query)[0].kind


def ask(held: Held, areas: pd.DataFrame, kinds: Sequence[str], *, with_map: bool) -> Selection:
    """Show the filters and give the selection.

    Parameters
    ----------
    held : Held
        Decides which filters make sense: what no source records cannot be asked for.
    areas : DataFrame
        Areas of the kind looked at.
    kinds : sequence of str
        Kinds of area that have boundaries.
    with_map : bool
        Whether the page has a map: measure and incident layer are offered.
    """
    selection, ignored = read(held, areas)
    write(selection)
    for sentence in ignored:
        st.warning(sentence)
    with st.sidebar:
        if with_map:
            _choose(selection, "measure", "Colour areas by", list(MEASURES), MEASURES.get)
            offered = [kind for kind in ("ward", "lsoa") if kind in kinds]
            if len(offered) > 1:
                _choose(selection, "kind", "Areas", offered, KIND_WORDS.get)
        _choose(
            selection, "district", "District",
            [None, *sorted(held.districts, key=held.districts.get)],
            lambda code: held.districts.get(code, "All districts"),
        )  # fmt: skip
        _ask_period(selection, held)
        if len(held.forces) > 1:
            _choose(
                selection, "force", "Force or source", [None, *held.forces],
                lambda name: name or "All forces",
            )  # fmt: skip
        _ask_recorded(selection, held)
        if with_map:
            _choose(selection, "layer", "Incidents on the map", list(LAYERS), LAYERS.get)
        st.button("Clear all filters", on_click=_clear, width="stretch")
    return selection


def ask_force(held: Held) -> Selection:
    """Show the filter of the force only, for a page that is about one force; give the selection."""
    selection, ignored = read(held)
    write(selection)
    for sentence in ignored:
        st.warning(sentence)
    if len(held.forces) > 1:
        with st.sidebar:
            _choose(
                selection, "force", "Force or source", [None, *held.forces],
                lambda name: name or "Choose one",
            )  # fmt: skip
    return selection


def ask_place_and_time(held: Held) -> Selection:
    """Show the filters of district and period only; give the selection."""
    selection, ignored = read(held)
    write(selection)
    for sentence in ignored:
        st.warning(sentence)
    with st.sidebar:
        _choose(
            selection, "district", "District",
            [None, *sorted(held.districts, key=held.districts.get)],
            lambda code: held.districts.get(code, "All districts"),
        )  # fmt: skip
        _ask_period(selection, held)
    return selection


def ask_area(
    selection: Selection, areas: pd.DataFrame, nothing: str = "None: click the map or choose"
) -> None:
    """Show the select box that focuses an area without the map or a list."""
    inside = areas
    if selection.district:
        near = (areas["district_code"] == selection.district) | (areas["code"] == selection.area)
        inside = areas[near]
    names = {
        code: f"{name}, {district}" if district else name
        for code, name, district in zip(
            inside["code"], inside["name"], inside["district"], strict=True
        )
    }
    _choose(
        selection, "area", say_focus(selection.kind),
        [None, *sorted(names, key=names.get)],
        lambda code: names.get(code, nothing),
    )  # fmt: skip


def say_focus(kind: str) -> str:
    """Name the box that focuses an area of a kind."""
    return "Focus on a ward" if kind == "ward" else "Focus on an LSOA"


def follow_map(key: str, layer: str) -> None:
    """Focus the area that was clicked on the map (callback of the chart ``key``).

    A second click on the same area takes the focus away. If the focus was moved by other means
    since, the chart reports its old area as given up, and that area was the one clicked.
    """
    objects = st.session_state[key]["selection"]["objects"].get(layer) or []
    found = next((item for item in objects if item), None)
    code = found["properties"]["code"] if found else None
    selection, _ = Selection.from_query(st.session_state.get(REMEMBERED, {}))
    picked = st.session_state.get(PICKED)
    if code is None and picked and picked != selection.area:
        code = picked
    st.session_state[PICKED] = code
    write(selection.change(area=code))


def _ask_recorded(selection: Selection, held: Held) -> None:
    for name, column, label, order in (
        ("category", "nsir_category", "Category", ASB_CATEGORIES),
        ("type", "asb_type", "Type of ASB", ASB_TYPES),
        ("channel", "report_channel", "Reported by", CHANNELS),
    ):
        found = held.recorded(column)
        if found or getattr(selection, name):
            options = [v for v in order if v in found or v == getattr(selection, name)]
            _choose(
                selection, name, label, [None, *options],
                lambda word: word.capitalize() if word else "All",
            )  # fmt: skip
    if held.has_times or selection.hours:
        _choose(
            selection, "hours", "Time of day", [None, *HOUR_BAND_WORDS],
            lambda band: HOUR_BAND_WORDS.get(band, "All day"),
        )  # fmt: skip


def _ask_period(selection: Selection, held: Held) -> None:
    months = held.months_of(selection.force)
    period = selection.period or usual_period(months)
    offered = sorted({*months, period.first, period.last}, reverse=True)
    st.session_state["filter_from"], st.session_state["filter_to"] = period.first, period.last
    left, right = st.columns(2)
    for place, name, label in ((left, "from", "From"), (right, "to", "To")):
        place.selectbox(
            label,
            offered,
            key=f"filter_{name}",
            format_func=lambda month: f"{month.first_day:%b %Y}",
            on_change=_move_period,
            args=(selection, name),
        )


def _move_period(selection: Selection, moved: str) -> None:
    first: Month = st.session_state["filter_from"]
    last: Month = st.session_state["filter_to"]
    if last < first:
        first, last = (first, first) if moved == "from" else (last, last)
    write(selection.change(period=Period(first, last)))


def _choose(
    selection: Selection,
    name: str,
    label: str,
    options: Sequence[str | None],
    say: Callable[[str | None], str | None],
) -> None:
    # Streamlit shows a prompt in place of an option that is None, so "" stands for no limit.
    key = f"filter_{name}"
    words = [option or "" for option in options]
    value = getattr(selection, name) or ""
    st.session_state[key] = value if value in words else words[0]
    st.selectbox(
        label,
        words,
        key=key,
        format_func=lambda word: say(word or None),
        on_change=_change,
        args=(selection, name),
    )


def _change(selection: Selection, name: str) -> None:
    write(selection.change(**{name: st.session_state[f"filter_{name}"] or None}))


def _clear() -> None:
    write(Selection())
