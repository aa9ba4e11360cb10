"""Panels of the Crime and worry page: chart and map that move together, and what follows."""

import altair as alt
import pandas as pd
import pydeck as pdk
import streamlit as st

from analytics.worry.configuration import Advice
from analytics.worry.matrix import count_changes
from dashboard.components import (
    downloads,
    ward_links,
    worry_charts,
    worry_filters,
    worry_maps,
    worry_tables,
)
from dashboard.components.maps import AREA_LAYER
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import EstimatesFound, MatrixFound
from dashboard.worry_choice import WorryChoice

LIST_HEIGHT = 330
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=135),
    "District": st.column_config.TextColumn(width=105),
    "Quadrant": st.column_config.TextColumn(width=165),
    "ASB per 1,000": st.column_config.NumberColumn("ASB per 1,000", width=88, format="%.1f"),
    "ASB, likely range": st.column_config.TextColumn("Likely range", width=92),
    "Chance ASB is high": st.column_config.TextColumn("ASB is high", width=76),
    "Worry": st.column_config.NumberColumn(width=52, format="%.1f"),
    "Worry, likely range": st.column_config.TextColumn("Likely range", width=92),
    "Chance worry is high": st.column_config.TextColumn("Worry is high", width=86),
    "From the model": st.column_config.TextColumn(
        "Model", width=56,
        help="Share of the ward's doubt that comes from the model, not from the sample.",
    ),
}  # fmt: skip


def show_banner(found: EstimatesFound) -> None:
    """Show what the estimates are, before any of them."""
    st.warning(worry_tables.say_banner(found), icon=":material/info:")


def show_refused(found: EstimatesFound) -> None:
    """Show that there is no estimate and why."""
    st.error(f"**No ward figures.** {found.refused}", icon=":material/block:")
    st.markdown(
        "**What to do next:** choose another survey or measure at the side, or read the figures "
        "of districts on the Survey page."
    )
    st.page_link("views/survey.py", label="Go to Survey", icon=":material/ballot:")


def show_changes(choice: WorryChoice, found: MatrixFound, usual: MatrixFound) -> None:
    """Say at the side how many wards the settings put elsewhere than the usual ones."""
    assert found.matrix is not None and usual.matrix is not None
    changed = count_changes(usual.matrix, found.matrix)
    total = len(found.matrix.table)
    with st.sidebar:
        st.markdown(worry_tables.say_changes(changed, total, usual=choice.is_usual))


def show_chart(chart: alt.LayerChart, choice: WorryChoice) -> None:
    """Show the chart; a click on a mark focuses its ward, one on a ground holds to a quadrant."""
    key = f"worry_chart_{worry_filters.token(choice)}"
    st.altair_chart(
        chart, key=key, width="stretch", theme=None, selection_mode=worry_charts.PICK,
        on_select=lambda: worry_filters.follow_chart(key),
    )  # fmt: skip


def show_map(deck: pdk.Deck, choice: WorryChoice, said: str) -> None:
    """Show the map; a click on a ward focuses it."""
    key = f"worry_map_{worry_filters.token(choice)}"
    st.pydeck_chart(
        deck, key=key, selection_mode="single-object", height=worry_maps.HEIGHT,
        on_select=lambda: worry_filters.follow_map(key, AREA_LAYER),
        alt=f"Map of wards by quadrant. {said} The list below holds the same wards.",
    )  # fmt: skip


def show_list(table: pd.DataFrame, choice: WorryChoice) -> None:
    """Show the list; choosing a row focuses its ward."""
    key = f"worry_list_{worry_filters.token(choice)}"
    codes = table["Code"].tolist()
    st.dataframe(
        table, hide_index=True, height=LIST_HEIGHT, key=key, selection_mode="single-row",
        on_select=lambda: worry_filters.follow_list(key, codes), column_config=COLUMNS,
        column_order=list(COLUMNS),
    )  # fmt: skip


def show_ward(row: pd.Series, found: MatrixFound, segments: Segments) -> None:
    """Show one ward: its place, figures, what its place suggests and the mix of its areas."""
    words = found.quadrants
    advice = words.advice_of(row["quadrant"])
    sign = worry_tables.LOOKS[row["quadrant"]].sign
    with st.container(border=True):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            st.markdown(f"#### {row['name']}, {row['district']}: {sign} {advice.name}")
            st.markdown(worry_tables.say_ward(row, found.asb.released))
            st.markdown(advice.meaning)
            show_advice(advice)
            st.page_link(
                "views/profile.py", label="Profile of this ward", icon=":material/description:",
                query_params={ward_links.LINK: str(row["code"])},
            )  # fmt: skip
        with right:
            table, said = worry_tables.mix_table(segments, words, row["code"], row["quadrant"])
            st.markdown("**Who lives in which kind of area, and what fits there**")
            # A plain table, since its cells wrap.
            st.table(table.set_index("Kind of area"))
            st.caption(f"{said} {words.sentence}")


def show_quadrant(quadrant: str, found: MatrixFound, count: int) -> None:
    """Show what a quadrant means and suggests."""
    advice = found.quadrants.advice_of(quadrant)
    sign = worry_tables.LOOKS[quadrant].sign
    with st.container(border=True):
        st.markdown(f"#### {sign} {advice.name}: {count:,} ward{'' if count == 1 else 's'}")
        st.markdown(advice.meaning)
        show_advice(advice)
        st.caption(found.quadrants.sentence)


def show_advice(advice: Advice) -> None:
    """Show tactics and ways to tell people as lists, side by side if there are both."""
    held = [
        (title, lines)
        for title, lines in (
            ("What could be done", advice.tactics), ("How to tell people", advice.communications)
        )
        if lines
    ]  # fmt: skip
    for place, (title, lines) in zip(st.columns(len(held) or 1), held, strict=False):
        place.markdown(f"**{title}**\n" + "\n".join(f"- {line}" for line in lines))


def show_signals(signals: pd.DataFrame) -> None:
    """List the signal events that the map draws, by the numbers it shows."""
    if signals.empty:
        st.caption("No signal event is tagged here.")
        return
    st.markdown("**Signal events** (the ring on the map is how far each is taken to reach)")
    st.dataframe(worry_tables.signal_table(signals), hide_index=True)


def show_model(found: MatrixFound, segments: Segments) -> None:
    """Show how the estimates were made and what they rest on."""
    with st.expander("How the wards are estimated, and how sure that is"):
        for line in worry_tables.say_model(found.estimates, segments):
            st.markdown(line)


def offer_table(table: pd.DataFrame, facts: dict[str, str], notice: str, name: str) -> None:
    """Offer a table as a file that carries what its figures are."""
    st.download_button(
        "Download the list (CSV)", downloads.to_csv(table.assign(**facts), notice), name,
        "text/csv", on_click="ignore",
    )  # fmt: skip
