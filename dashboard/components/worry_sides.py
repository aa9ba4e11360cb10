"""Panels beside the matrix: what goes with worry, and where ASB may go unreported."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.components import (
    notices,
    worry_charts,
    worry_filters,
    worry_maps,
    worry_panels,
    worry_tables,
    worry_words,
)
from dashboard.components.quadrant_style import GAP_LOOKS
from dashboard.components.worry_axis import Axis, asb_axis, label_of, side_axis
from dashboard.components.worry_filters import find_side
from dashboard.components.worry_panels import Look
from dashboard.components.worry_side_tables import (
    GAP_LEGEND,
    GAP_WARNING,
    compare_ward,
    gap_tips,
    gather_gap,
    list_gap,
    list_sides,
    middle_of,
    say_gap,
    say_gap_focus,
    say_measures,
    say_refused,
)
from dashboard.services.worry import EstimatesFound, MatrixFound
from dashboard.services.worry_sides import set_beside
from dashboard.worry_choice import WorryChoice

GAP_COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=170),
    "District": st.column_config.TextColumn(width=150),
    "Code": None,
}


def show_sides(
    look: Look,
    found: MatrixFound,
    usual: MatrixFound,
    sides: Sequence[EstimatesFound],
) -> tuple[MatrixFound, Axis, pd.DataFrame | None]:
    """Show worry beside another figure of the survey, ward by ward.

    Parameters
    ----------
    look : Look
    found, usual : MatrixFound
        Recorded ASB and worry, as asked and at the usual setting.
    sides : sequence of EstimatesFound
        Every figure that can stand beside worry.

    Returns
    -------
    tuple of MatrixFound, Axis and (DataFrame or None)
        What was shown, what lies along its side, and the list with all figures; None if there is
        no estimate.
    """
    choice = look.choice
    measure = find_side(choice, found.estimates.survey)
    side = next((one for one in sides if one.measure == measure), None)
    axis = asb_axis(found.asb, found.quadrants)
    if side is None:
        notices.show_nothing(worry_words.NO_SIDE)
        return found, axis, None
    placed, before = set_beside(found, side), set_beside(usual, side)
    if placed.matrix is None:
        worry_panels.show_refused(side, None, {})
        return placed, axis, None
    axis = side_axis(side, found.quadrants)
    worry_panels.show_changes(choice, placed, before)
    worry_panels.show_matrix(look, placed, axis, show_one=lambda row: _show_ward(row, sides))
    if choice.area is None:
        st.caption(
            "Choose a ward to see its drivers, confidence and experience beside those of all wards."
        )
    st.caption(
        f"What goes with worry is not shown to cause it. {say_measures(sides)} The file below has "
        "all of it for each ward."
    )
    if refused := say_refused(sides):
        st.caption(refused)
    st.page_link(
        "views/survey.py", label="What goes with worry among the people who were asked: Survey",
        icon=":material/ballot:",
    )  # fmt: skip
    rows = worry_tables.gather(placed, look.wards, choice.district, choice.quadrant)
    return placed, axis, list_sides(sides, rows)


def _show_ward(row: pd.Series, sides: Sequence[EstimatesFound]) -> None:
    """Show every figure of one ward beside those of all wards."""
    side = compare_ward(sides, str(row["code"]))
    if len(side):
        chart = worry_charts.side_chart(side, str(row["name"]))
        st.altair_chart(chart, width="stretch", theme=None)


def show_gap(
    look: Look,
    found: MatrixFound,
    axis: Axis,
    sides: Sequence[EstimatesFound],
    find: Callable[[str], pd.DataFrame | None],
) -> tuple[MatrixFound, pd.DataFrame | None]:
    """Show where ASB is likely met and not reported, as chart, map and lists.

    Parameters
    ----------
    look : Look
    found : MatrixFound
        For recorded ASB.
    axis : Axis
        What that is, in what and of which months.
    sides : sequence of EstimatesFound
        With ASB that people met, if the survey asked about it.
    find : callable
        Gives the reporting gap by the key of a measure; None without an estimate of it.

    Returns
    -------
    tuple of MatrixFound and (DataFrame or None)
        What it rests on, and the list; None if there is no estimate.
    """
    choice = look.choice
    experience = next((one for one in sides if one.measure.role == "experience"), None)
    if experience is None:
        notices.show_nothing(worry_words.NO_ASKED)
        return found, None
    rests_on = replace(found, estimates=experience)
    st.warning(GAP_WARNING, icon=":material/handshake:")
    gap = find(experience.measure.key)
    if gap is None:
        worry_panels.show_refused(experience, None, {})
        return rests_on, None
    unit = worry_words.name_unit(experience.measure)
    rows = gather_gap(gap, look.wards, choice.district)
    said = say_gap(rows, label_of(experience), look.place, choice.sure)
    with st.container(gap="xsmall"):
        if focused := say_gap_focus(rows, choice.area, unit):
            st.markdown(focused)
        st.markdown(said)
        left, right = st.columns([11, 9], gap="medium")
    with left:
        chart = worry_charts.pair_chart(
            rows, axis.title, f"{label_of(experience)}, {unit}", middle_of(rows),
            focus=choice.area, said=said,
        )  # fmt: skip
        worry_panels.show_chart(chart, choice)
    with right:
        marks = worry_maps.mark_wards(rows, gap_tips(rows, unit), choice.area, GAP_LOOKS)
        worry_panels.show_map(look.draw(worry_maps.classify_gap(rows), marks), choice, said)
    st.caption(GAP_LEGEND)
    lists = [list_gap(rows, unit, likely=likely) for likely in (True, False)]
    if len(lists[0]):
        st.markdown("**Where to go and listen, the likeliest first** (likely range in brackets)")
        _show_gap_list(lists[0], "likely", choice)
    if len(lists[1]):
        count = len(lists[1])
        st.markdown(f"**Not clear: {count:,} ward{'' if count == 1 else 's'}**")
        _show_gap_list(lists[1], "unclear", choice)
    names = ("Likely", "Not clear")
    named = [table.assign(Found=name) for table, name in zip(lists, names, strict=True)]
    return rests_on, pd.concat(named, ignore_index=True)


def _show_gap_list(table: pd.DataFrame, name: str, choice: WorryChoice) -> None:
    """Show one list of the reporting gap; choosing a row focuses its ward."""
    key = f"worry_gap_{name}_{worry_filters.token(choice)}"
    codes = table["Code"].tolist()
    st.dataframe(
        table, hide_index=True, key=key, selection_mode="single-row",
        height=min(worry_panels.LIST_HEIGHT, 38 + 35 * len(table)),
        on_select=lambda: worry_filters.follow_list(key, codes), column_config=GAP_COLUMNS,
    )  # fmt: skip
