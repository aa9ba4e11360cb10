"""Panels beside the matrix: what goes with worry, and where ASB may go unreported."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components import (
    worry_charts,
    worry_filters,
    worry_panels,
    worry_side_tables,
)
from dashboard.components.classes import Classes
from dashboard.components.quadrant_style import GAP_LOOKS
from dashboard.services.worry import EstimatesFound
from dashboard.worry_choice import WorryChoice

MOST_BADGES = 10


def show_sides(
    choice: WorryChoice, rows: pd.DataFrame, found: Sequence[EstimatesFound], worry_title: str
) -> pd.DataFrame:
    """Show experience beside worry and the figures of the ward in focus; give the list below."""
    experience = next(
        (one for one in found if one.measure.role == "experience" and one.estimates), None
    )
    left, right = st.columns(2, gap="medium")
    with left:
        if experience is None:
            st.info("No ward figure of ASB that people met, so it cannot stand beside worry.")
        else:
            pairs = worry_side_tables.pair_experience(experience, rows, choice.certainty)
            said = worry_side_tables.say_pairs(pairs, choice.sure)
            st.markdown(f"**Worry beside ASB that people met.** {said}")
            worry_panels.show_chart(
                worry_charts.pair_chart(
                    pairs, experience.measure.label + ", per cent", worry_title,
                    worry_side_tables.middle_of(pairs), focus=choice.area, said=said,
                ),
                choice,
            )  # fmt: skip
    with right:
        ward = rows[rows["code"] == choice.area]
        if ward.empty:
            st.markdown(
                "**Choose a ward** on the chart or at the side to see its drivers, confidence and "
                "experience beside those of all wards."
            )
        else:
            name = str(ward["name"].iloc[0])
            side = worry_side_tables.compare_ward(found, str(choice.area))
            st.altair_chart(worry_charts.side_chart(side, name), width="stretch", theme=None)
            st.caption("What goes with worry is not shown to cause it.")
    table = worry_side_tables.list_sides(found, rows)
    st.markdown("**All of it by ward, the most worried first** (likely range in brackets)")
    st.dataframe(table, hide_index=True, height=worry_panels.LIST_HEIGHT)
    st.caption(worry_side_tables.say_measures(found))
    refused = worry_side_tables.say_refused(found)
    if refused:
        st.caption(refused)
    return table


def classify_gap(rows: pd.DataFrame) -> Classes:
    """Give wards two classes: likely under-reported, and not clear."""
    shown = rows["shown"].to_numpy()
    known = np.isfinite(rows["p_gap"].to_numpy(dtype=float))
    of_area = np.where(shown, np.where(known, rows["marked"].to_numpy().astype(int), -1), -2)
    return Classes(
        tuple(look.colour for look in GAP_LOOKS.values()), ("Not clear", "Likely under-reported"),
        (int((of_area == 0).sum()), int((of_area == 1).sum())), of_area,
    )  # fmt: skip


def gap_ranks(rows: pd.DataFrame) -> dict[str, int]:
    """Give the number of the first wards of the list of the gap, by code."""
    first = rows[rows["rank"] <= MOST_BADGES]
    return {code: int(rank) for code, rank in zip(first["code"], first["rank"], strict=True)}


def show_gap_list(rows: pd.DataFrame, choice: WorryChoice) -> pd.DataFrame:
    """Show the list of the reporting gap; choosing a row focuses its ward; give the list."""
    table = worry_side_tables.list_gap(rows)
    key = f"worry_gap_{worry_filters.token(choice)}"
    codes = table["Code"].tolist()
    st.markdown("**Where to go and listen, the likeliest first** (likely range in brackets)")
    st.dataframe(
        table, hide_index=True, height=worry_panels.LIST_HEIGHT, key=key,
        selection_mode="single-row", on_select=lambda: worry_filters.follow_list(key, codes),
    )  # fmt: skip
    return table
