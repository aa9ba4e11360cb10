"""Panels beside the matrix: what goes with worry, and where ASB may go unreported."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.worry.measures import Measure
from dashboard.components import (
    worry_charts,
    worry_filters,
    worry_maps,
    worry_panels,
    worry_side_tables,
    worry_tables,
    worry_words,
)
from dashboard.components.quadrant_style import GAP_LOOKS
from dashboard.services.worry import EstimatesFound, MatrixFound
from dashboard.worry_choice import WorryChoice


def show_sides(
    choice: WorryChoice,
    worry: MatrixFound,
    wards: pd.DataFrame,
    found: Sequence[EstimatesFound],
) -> pd.DataFrame:
    """Show experience beside worry and the figures of the ward in focus; give the list below."""
    rows = worry_tables.gather(worry, wards, choice.district, None)
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
                    pairs, worry_words.title_worry(experience.measure),
                    worry_words.title_worry(worry.estimates.measure),
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


def show_gap(
    choice: WorryChoice,
    experience: EstimatesFound,
    gap: pd.DataFrame | None,
    wards: pd.DataFrame,
    place: str,
    draw: worry_panels.Draw,
) -> pd.DataFrame | None:
    """Show where ASB is likely met and not reported, as chart, map and list; give the list.

    Parameters
    ----------
    choice : WorryChoice
    experience : EstimatesFound
        ASB that people met.
    gap : DataFrame or None
        From `loading.reporting_gap`; None if there is no estimate of experience here.
    wards : DataFrame
        In the order of the map.
    place : str
        What is looked at.
    draw : callable
        Builds the map from classes and marks.
    """
    st.warning(worry_side_tables.GAP_WARNING, icon=":material/handshake:")
    if gap is None:
        worry_panels.show_refused(experience, None, {})
        return None
    measure = experience.measure
    rows = worry_side_tables.gather_gap(gap, wards, choice.district)
    said = worry_side_tables.say_gap(rows, measure.label, place, choice.sure)
    st.markdown(said)
    left, right = st.columns(2, gap="medium")
    with left:
        chart = worry_charts.pair_chart(
            rows, "Recorded ASB per 1,000 residents", worry_words.title_worry(measure),
            worry_side_tables.middle_of(rows), focus=choice.area, said=said,
        )  # fmt: skip
        worry_panels.show_chart(chart, choice)
    with right:
        tips = worry_side_tables.gap_tips(rows, worry_words.name_unit(measure))
        marks = worry_maps.mark_wards(rows, tips, choice.area, GAP_LOOKS)
        worry_panels.show_map(draw(worry_maps.classify_gap(rows), marks), choice, said)
    st.caption(worry_side_tables.GAP_LEGEND)
    return show_gap_list(rows, measure, choice)


def show_gap_list(rows: pd.DataFrame, measure: Measure, choice: WorryChoice) -> pd.DataFrame:
    """Show the list of the reporting gap; choosing a row focuses its ward; give the list."""
    table = worry_side_tables.list_gap(rows, worry_words.name_unit(measure))
    key = f"worry_gap_{worry_filters.token(choice)}"
    codes = table["Code"].tolist()
    st.markdown("**Where to go and listen, the likeliest first** (likely range in brackets)")
    st.dataframe(
        table, hide_index=True, height=worry_panels.LIST_HEIGHT, key=key,
        selection_mode="single-row", on_select=lambda: worry_filters.follow_list(key, codes),
    )  # fmt: skip
    return table
