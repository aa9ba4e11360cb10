"""Panels of the safety index: scale and weights at the side, the list, one ward, the bars."""

from collections.abc import Mapping

import streamlit as st

from analytics.worry.safety_index import PARTS, RATIO, SCALES
from dashboard.components import safety_charts, safety_tables
from dashboard.components.ward_list_panel import WardList
from dashboard.index_choice import HEAVIEST, PARAMETER, read_weights, write_weights
from dashboard.services.safety_index import SafetyIndex
from geodata.errors import safe_value

SCALE = "scale"
LABELS = {part.key: part.label for part in PARTS}
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=125),
    "Index": st.column_config.NumberColumn(width=50),
    "Likely range": st.column_config.TextColumn(width=84),
    "Ranks by error": st.column_config.TextColumn(width=96),
    "In top ten": st.column_config.TextColumn(width=72),
    "Ranks by weights": st.column_config.TextColumn(width=108),
    "Moved": st.column_config.TextColumn(width=64),
}


def ask_scale() -> str:
    """Show how the parts are put on one scale, kept in the address; give the choice."""
    asked = st.query_params.get(SCALE, RATIO)
    if asked not in SCALES:
        st.warning(
            f"The link's {SCALE} {safe_value(asked)} was ignored; accepted: {', '.join(SCALES)}."
        )
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
        st.caption("Only the ratios count; 0 leaves a part out.")
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
    title = f"How firm are the ranks? Share of {found.draws:,} draws of weights in the top ten"
    st.altair_chart(
        safety_charts.stability_chart(rows, title, found.draws, found.top),
        width="stretch", theme=None,
    )  # fmt: skip


def show_parts(found: SafetyIndex, district: str | None) -> None:
    """Show what each part is, and every part of every ward."""
    st.markdown("**What the index is made of**")
    st.dataframe(safety_tables.about_table(found), hide_index=True)
    st.caption(safety_tables.SHARES)
    st.markdown("**Every part of every ward** (index: 100 = mean; likely ranges in brackets)")
    st.dataframe(safety_tables.parts_table(found, district), hide_index=True, height=320)
