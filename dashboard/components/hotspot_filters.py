"""What is asked on the Hotspots page: the address is the one truth here too.

The address holds the choices of this page beside the selection of every page; each keeps the
other's words when it writes its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields

import streamlit as st

from dashboard.hotspot_choice import (
    AGAINST,
    LIGHTS,
    METHODS,
    OPTIONS,
    QUESTIONS,
    RANKINGS,
    SHAPES,
    HotspotChoice,
)
from dashboard.selection import Selection
from geodata.calendar import Month

REMEMBERED = "wardlight_hotspot_query"
LOOKED_AT = "wardlight_hotspot_selection"
PICKED = "wardlight_hotspot_picked"
NAMES = tuple(field.name for field in fields(HotspotChoice))


def read(selection: Selection) -> tuple[HotspotChoice, list[str]]:
    """Read the choice of the address; a bare address keeps what was chosen before."""
    query = st.query_params.to_dict()
    mine = {name: query[name] for name in NAMES if name in query}
    choice, ignored = HotspotChoice.from_query(mine or st.session_state.get(REMEMBERED, {}))
    looked_at = selection.change(measure="count", layer="none", area=None)
    if st.session_state.get(LOOKED_AT, looked_at) != looked_at:
        # With other incidents, the number means another place.
        choice = choice.change(spot=None)
    st.session_state[LOOKED_AT] = looked_at
    return choice, ignored


def write(choice: HotspotChoice) -> None:
    """Put a choice into the address, beside what others keep there."""
    mine = choice.to_query()
    st.session_state[REMEMBERED] = mine
    query = st.query_params.to_dict()
    wanted = {name: value for name, value in query.items() if name not in NAMES} | mine
    if query != wanted:
        st.query_params.from_dict(wanted)


def ask(selection: Selection, *, has_times: bool) -> HotspotChoice:
    """Show the questions and, folded away, their settings; give the choice."""
    choice, ignored = read(selection)
    write(choice)
    for sentence in ignored:
        st.warning(sentence)
    st.session_state["hotspot_ask"] = choice.ask
    st.radio(
        "What do you want to know?", list(QUESTIONS), key="hotspot_ask", horizontal=True,
        format_func=QUESTIONS.get, on_change=_change, args=("ask",),
    )  # fmt: skip
    with st.expander("Settings of this question"):
        columns = st.columns(4)
        for place, (name, label, say) in enumerate(_settings(choice, has_times)):
            with columns[place % 4]:
                _choose(choice, name, label, say)
    return choice


def ask_horizon(selection: Selection, *, by_month: bool) -> HotspotChoice:
    """Show only how far ahead to look, where data know more than the month; give the choice."""
    choice, ignored = read(selection)
    write(choice)
    for sentence in ignored:
        st.warning(sentence)
    if by_month:
        return choice
    with st.sidebar:
        _choose(choice, "horizon", "Look ahead", lambda days: f"{days} days")
    return choice


def ask_spot(choice: HotspotChoice, names: dict[int, str], label: str = "Hotspot") -> None:
    """Show the select box that puts a place in focus without the map or the list."""
    options = [0, *names]
    st.session_state["hotspot_spot"] = choice.spot if choice.spot in names else 0
    st.selectbox(
        label, options, key="hotspot_spot", on_change=_change, args=("spot",),
        format_func=lambda number: names.get(number, "None: click the map or the list"),
    )  # fmt: skip


def ask_month(choice: HotspotChoice, months: list[Month]) -> Month | None:
    """Show the slider over months with a button for the next one; None is the whole period."""
    labels = ["All months", *(f"{month.first_day:%b %Y}" for month in months)]
    words = dict(zip(labels, [None, *months], strict=True))
    wanted = labels[months.index(choice.month) + 1] if choice.month in months else labels[0]
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    if right.button("Next month", width="stretch"):
        place = labels.index(wanted) + 1
        wanted = labels[place if place < len(labels) else 1]
        choice = choice.change(month=words[wanted])
        write(choice)
    st.session_state["hotspot_month_word"] = wanted
    left.select_slider(
        "Month on the map", labels, key="hotspot_month_word",
        on_change=lambda: write(
            _remembered().change(month=words[st.session_state["hotspot_month_word"]])
        ),
    )  # fmt: skip
    return words[wanted]


def follow_map(choice: HotspotChoice, key: str, layer: str) -> None:
    """Focus the place that was clicked on the map (callback of the chart ``key``)."""
    objects = st.session_state[key]["selection"]["objects"].get(layer) or []
    number = next((item["n"] for item in objects if item), None)
    picked = st.session_state.get(PICKED)
    if number is None and picked and picked != choice.spot:
        # The chart gives up a place that lost the focus by other means: that one was clicked.
        number = picked
    st.session_state[PICKED] = number
    write(_remembered().change(spot=number))


def follow_list(key: str, numbers: Sequence[int]) -> None:
    """Focus the place whose row was chosen (callback of the list ``key``)."""
    rows = st.session_state[key]["selection"]["rows"]
    write(_remembered().change(spot=int(numbers[rows[0]]) if rows else None))


Setting = tuple[str, str, Callable[[object], object]]


def _settings(choice: HotspotChoice, has_times: bool) -> list[Setting]:
    metres: Callable[[object], object] = lambda value: f"{value} m"  # noqa: E731
    settings: list[Setting] = []
    if choice.ask == "next":
        return [
            ("horizon", "Look ahead", lambda days: f"{days} days"),
            ("slots", "Places on the list", str),
        ]
    settings += [
        ("rank", "Order the list by", RANKINGS.get),
        ("slots", "Places on the list", str),
        ("method", "How clusters are found", METHODS.get),
        ("least", "Fewest incidents", str),
    ]
    if choice.method == "dbscan":
        settings.append(("eps", "Near is within", metres))
    if has_times or choice.light:
        settings.append(("light", "Time of day", lambda light: LIGHTS.get(light, "All day")))
    settings += [("cell", "Side of a cell", metres), ("shape", "Shape of a cell", SHAPES.get)]
    if choice.ask == "where":
        settings.append(("bandwidth", "Smooth the density over", metres))
    if choice.ask == "new":
        settings.append(("against", "Compare with", AGAINST.get))
    return settings


def _choose(choice: HotspotChoice, name: str, label: str, say: Callable[[object], object]) -> None:
    options = [*([""] if name == "light" else []), *OPTIONS[name]]
    st.session_state[f"hotspot_{name}"] = getattr(choice, name) or ""
    st.selectbox(
        label, options, key=f"hotspot_{name}", format_func=say, on_change=_change,
        args=(name,),
    )  # fmt: skip


def _change(name: str) -> None:
    write(_remembered().change(**{name: st.session_state[f"hotspot_{name}"] or None}))


def _remembered() -> HotspotChoice:
    """Give the newest choice: what is clicked may have been drawn for an older one."""
    return HotspotChoice.from_query(st.session_state.get(REMEMBERED, {}))[0]
