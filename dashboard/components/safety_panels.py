"""Panels of the safety index: scale and weights at the side, the list, one ward, the bars."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from analytics.worry.safety_index import PARTS, RATIO, SCALES
from dashboard.components import filters, safety_charts, safety_tables
from dashboard.components.ward_list_panel import SHOW, WardList
from dashboard.index_choice import (
    HEAVIEST,
    PARAMETER,
    find_unknown,
    read_weights,
    write_weights,
)
from dashboard.link_choice import say_ignored
from dashboard.services.safety_index import SafetyIndex

SCALE = "scale"
PART = "part"
LABELS = {part.key: part.label for part in PARTS}
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=136),
    "District": st.column_config.TextColumn(width=80),
    "Index": st.column_config.TextColumn(width=108, help="Likely range (95 %) in brackets."),
    "Ranks by error": st.column_config.TextColumn(width=98),
    "Moved": st.column_config.TextColumn(width=62),
}


def say_unknown() -> None:
    """Say which parameters of the link the page does not know."""
    known = (*sorted(filters.OWN), SHOW, SCALE, PARAMETER, PART)
    for sentence in find_unknown(st.query_params.to_dict(), known):
        st.warning(sentence)


def ask_scale() -> str:
    """Show how the parts are put on one scale, kept in the address; give the choice."""
    asked = st.query_params.get(SCALE, RATIO)
    if asked not in SCALES:
        st.warning(say_ignored(SCALE, asked, ", ".join(SCALES)))
        asked = RATIO
    st.session_state["safety_scale"] = asked
    with st.sidebar:
        st.radio(
            "Parts on one scale", SCALES, key="safety_scale", on_change=_write_scale,
            format_func=safety_tables.SCALE_WORDS.__getitem__, help=safety_tables.SCALE_HELP,
        )  # fmt: skip
    return asked


def _write_scale() -> None:
    scale = st.session_state["safety_scale"]
    if scale == RATIO:
        st.query_params.pop(SCALE, None)
    else:
        st.query_params[SCALE] = scale


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
        st.caption(
            "Only the ratios count; 0 leaves a part out. Equal weights are not equal influence: "
            "the finding says how much of the differences each part moves."
        )
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


def describe_list(found: SafetyIndex, district: str | None, said: str) -> WardList:
    """Say what the list beside the map holds: every ward with an index."""
    return WardList(
        "safety", safety_tables.list_table(found, district), COLUMNS, "Safety index",
        f"Map of the safety index. {said} The list holds the same figures.",
    )  # fmt: skip


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
    title = (
        f"How firm are the ranks? Share of {found.draws:,} draws of weights in the top ten; bars "
        "in the order of the index"
    )
    st.altair_chart(
        safety_charts.stability_chart(rows, title, found.draws, found.top),
        width="stretch", theme=None,
    )  # fmt: skip


def show_parts(found: SafetyIndex, district: str | None) -> None:
    """Show what each part is, and one part of every ward, of those with figures."""
    st.markdown("**What the index is made of**")
    # A table whose words wrap: what a part measures is longer than a cell of the other kind.
    st.table(safety_tables.about_table(found).set_index("Part"))
    st.caption(safety_tables.SHARES)
    st.markdown("**Every ward by one part** (index: 100 = mean; likely ranges in brackets)")
    key = _ask_part([part.key for part in found.parts])
    table: pd.DataFrame = safety_tables.parts_table(found, district, key)
    st.dataframe(table, hide_index=True, height=320)
    st.caption("The download holds every part of every ward.")


def _ask_part(keys: Sequence[str]) -> str:
    """Ask for one part, kept in the address."""
    asked = st.query_params.get(PART, keys[0])
    if asked not in keys:
        st.warning(say_ignored(PART, asked, ", ".join(keys)))
        asked = keys[0]
    st.session_state["safety_part"] = asked

    def write() -> None:
        if st.session_state["safety_part"] == keys[0]:
            st.query_params.pop(PART, None)
        else:
            st.query_params[PART] = st.session_state["safety_part"]

    return st.selectbox(
        "Part", keys, key="safety_part", on_change=write, format_func=LABELS.__getitem__
    )
