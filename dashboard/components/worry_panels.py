"""Panels of the Crime and worry page: chart and map that move together, and what follows."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import altair as alt
import geopandas as gpd
import pandas as pd
import pydeck as pdk
import streamlit as st

from analytics.worry.configuration import Advice
from analytics.worry.matrix import count_changes
from dashboard.components import (
    downloads,
    signal_tables,
    survey_tables,
    ward_links,
    ward_maps,
    worry_axis,
    worry_charts,
    worry_filters,
    worry_maps,
    worry_tables,
    worry_words,
)
from dashboard.components.classes import Classes
from dashboard.components.maps import AREA_LAYER
from dashboard.components.quadrant_style import LOOKS
from dashboard.services.survey import SurveyFigures
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import EstimatesFound, MatrixFound
from dashboard.worry_choice import WorryChoice
from geodata.settings import get_settings

LIST_HEIGHT = 330
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=135),
    "District": st.column_config.TextColumn(width=130),
    "Worry": st.column_config.NumberColumn(width=52, format="%.1f"),
    "Worry, likely range": st.column_config.TextColumn("Likely range", width=92),
    "Chance worry is high": st.column_config.TextColumn("Worry is high", width=86),
    worry_tables.FROM_MIDDLE[0]: st.column_config.NumberColumn(
        "Points", width=62, format="%+.1f", help="By kind of area, from the middle of the wards."
    ),
    worry_tables.FROM_MIDDLE[1]: st.column_config.TextColumn("Likely range", width=96),
    worry_tables.FROM_MIDDLE[2]: st.column_config.TextColumn("Above middle", width=94),
    "From the model": None,
    "Code": None,
}
"""How the list shows its columns; None leaves one to the file that is taken away."""


@dataclass(frozen=True)
class Look:
    """What is looked at, in the order of the map.

    Attributes
    ----------
    choice : WorryChoice
    wards : GeoDataFrame
        In the order of the geometry that the server hands out.
    place : str
        Name of the district, or all of them.
    version : str
        Data version.
    kinds : collection of str
        Kinds of area that have boundaries.
    """

    choice: WorryChoice
    wards: gpd.GeoDataFrame
    place: str
    version: str
    kinds: Collection[str]

    def draw(
        self, classes: Classes, marks: ward_maps.WardMarks, signals: pd.DataFrame | None = None
    ) -> pdk.Deck:
        """Build the map of the wards."""
        return ward_maps.build_map(
            self.wards, classes, marks, district=self.choice.district, version=self.version,
            districts_held="district" in self.kinds, tile_url=get_settings().tile_url,
            size=(worry_maps.WIDTH, worry_maps.HEIGHT), signals=signals,
        )  # fmt: skip


def show_banner(found: MatrixFound) -> None:
    """Show what the estimates are and of which months, before any of them."""
    st.warning(worry_words.say_banner(found), icon=":material/info:")


def show_refused(
    found: EstimatesFound, direct: SurveyFigures | None, districts: Mapping[str, str]
) -> None:
    """Show why there is no estimate of any ward, and the direct figures of districts instead."""
    st.error(f"**No ward figures.** {found.refused}", icon=":material/block:")
    if direct is not None and len(direct.districts):
        st.markdown(f"**{direct.measure.label}: what the answers of districts say themselves**")
        table = survey_tables.district_table(direct, districts)
        st.dataframe(survey_tables.grey_refused(table), hide_index=True, height=LIST_HEIGHT)
        st.caption(f"{survey_tables.say_year(direct)} Direct figures of the people asked there.")
    st.markdown(
        "**What to do next:** choose another survey or measure at the side, or read all that was "
        "asked on the Survey page."
    )
    st.page_link("views/survey.py", label="Go to Survey", icon=":material/ballot:")


def show_changes(choice: WorryChoice, found: MatrixFound, usual: MatrixFound) -> None:
    """Say at the side how many wards the settings put elsewhere than the usual ones."""
    assert found.matrix is not None and usual.matrix is not None
    changed = count_changes(usual.matrix, found.matrix)
    total = len(found.matrix.table)
    with st.sidebar:
        st.markdown(worry_words.say_changes(changed, total, usual=choice.is_usual))
        worry_filters.offer_usual(choice)


def show_compared(
    look: Look,
    found: MatrixFound,
    usual: MatrixFound,
    axis: worry_axis.Axis,
    segments: Segments,
    signals: pd.DataFrame | None,
) -> pd.DataFrame:
    """Show recorded ASB beside worry, with what that suggests for a ward; give the list."""
    show_changes(look.choice, found, usual)
    return show_matrix(
        look, found, axis, show_one=lambda row: show_ward(row, found, segments, axis),
        signals=signals,
    )  # fmt: skip


def show_matrix(
    look: Look,
    found: MatrixFound,
    axis: worry_axis.Axis,
    *,
    show_one: Callable[[pd.Series], None],
    signals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Show wards by two figures as chart, map and list that move together; give the list.

    Parameters
    ----------
    look : Look
    found : MatrixFound
        With a matrix.
    axis : Axis
        What lies along its horizontal side.
    show_one : callable
        Shows the row of the ward in focus, below chart and map.
    signals : DataFrame or None
        Signal events to draw and list; None if they are not asked for.
    """
    assert found.matrix is not None
    choice, wards = look.choice, look.wards
    shape_only, measure = found.estimates.shape_only, found.estimates.measure
    rows = worry_tables.gather(found, wards, choice.district, choice.quadrant)
    inside = worry_tables.look_at(found.matrix, wards, choice.district)
    said = worry_words.say_finding(inside, look.place, axis, shape_only=shape_only)
    focus = rows[rows["code"] == choice.area]
    with st.container(gap="xsmall"):
        if len(focus):
            st.markdown(worry_words.say_focus(focus.iloc[0], measure, axis, shape_only=shape_only))
        else:
            st.markdown(worry_words.say_answer(inside, look.place, axis, shape_only=shape_only))
        worry_filters.ask_quadrant(choice, worry_tables.label_quadrants(axis.names, inside.counts))
        left, right = st.columns([11, 9], gap="medium")
    with left, st.container(gap="xsmall"):
        if meanings := worry_tables.say_meanings(axis):
            st.caption(meanings)
        chart = worry_charts.matrix_chart(
            rows, worry_tables.middle_of(found.matrix, shape_only=shape_only), axis,
            focus=choice.area, chosen=choice.quadrant, said=said,
            worry_title=worry_words.title_worry(measure, shape_only=shape_only),
        )  # fmt: skip
        show_chart(chart, choice)
    with right:
        classes = worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), axis.names)
        marks = worry_maps.mark_wards(
            rows, worry_tables.tips(rows, axis, shape_only=shape_only), choice.area
        )
        show_map(look.draw(classes, marks, signals), choice, said)
    if len(focus) or shape_only:
        st.markdown(said)
    st.caption(worry_words.say_legend(found.matrix, measure, axis, shape_only=shape_only))
    if len(focus):
        show_one(focus.iloc[0])
    elif choice.quadrant and not shape_only and not axis.from_survey:
        show_quadrant(choice.quadrant, found, inside.counts[choice.quadrant])
    if signals is not None:
        show_signals(signals, ward_links.name_wards(wards))
    table = worry_tables.list_wards(rows, axis, shape_only=shape_only)
    st.markdown("**The wards, the surest of each quadrant first** (choose a row to focus it)")
    show_list(table, axis, choice)
    return table


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
        alt=f"Map of wards. {said} The list below holds the same wards.".replace("*", ""),
    )  # fmt: skip


def show_list(table: pd.DataFrame, axis: worry_axis.Axis, choice: WorryChoice) -> None:
    """Show the list; choosing a row focuses its ward.

    A list of one district leaves its name out, for the sake of the names of quadrants.
    """
    key = f"worry_list_{worry_filters.token(choice)}"
    codes = table["Code"].tolist()
    # Plain words of a figure of the survey are longer than configured names.
    less = 8 if axis.from_survey else 0
    quadrant_width = (165 if choice.district is None else 295) + 5 * less
    columns = COLUMNS | {
        name: st.column_config.TextColumn(width=quadrant_width)
        for name in (worry_tables.WORRY[3], worry_tables.FROM_MIDDLE[3])
    }
    columns |= {
        axis.short: st.column_config.NumberColumn(width=84 - less, format="%.1f"),
        f"{axis.short}, likely range": st.column_config.TextColumn("Likely range", width=92 - less),
        f"Chance {axis.word} is high": st.column_config.TextColumn(
            "It is high" if axis.from_survey else f"{axis.word} is high", width=76 - less
        ),
    }
    if axis.from_survey:
        columns["Ward"] = st.column_config.TextColumn(width=135 - less)
        columns["District"] = st.column_config.TextColumn(width=130 - less)
    if choice.district is not None:
        columns["District"] = None
    st.dataframe(
        table, hide_index=True, height=LIST_HEIGHT, key=key, selection_mode="single-row",
        on_select=lambda: worry_filters.follow_list(key, codes), column_config=columns,
    )  # fmt: skip


def show_ward(
    row: pd.Series, found: MatrixFound, segments: Segments, axis: worry_axis.Axis
) -> None:
    """Show one ward: its place, figures, what its place suggests and the mix of its areas.

    A survey of elsewhere suggests nothing for a ward of here.
    """
    words, shape_only = found.quadrants, found.estimates.shape_only
    advice = words.advice_of(row["quadrant"])
    with st.container(border=True):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            st.markdown(f"#### {worry_words.name_ward(row, axis)}")
            st.markdown(
                worry_words.say_ward(
                    row, found.estimates.measure, axis, released=found.asb.released,
                    shape_only=shape_only,
                )
            )  # fmt: skip
            if not shape_only:
                st.markdown(advice.meaning)
                show_advice(advice)
            st.page_link(
                "views/profile.py", label="Profile of this ward", icon=":material/description:",
                query_params={ward_links.LINK: str(row["code"])},
            )  # fmt: skip
        with right:
            table, said = worry_tables.mix_table(
                segments, words, row["code"], row["quadrant"], shape_only=shape_only
            )
            fits = "" if shape_only else ", and what fits there"
            st.markdown(f"**Who lives in which kind of area{fits}**")
            # A plain table, since its cells wrap.
            st.table(table.set_index("Kind of area"))
            st.caption(said if shape_only else f"{said} {words.sentence}")


def show_quadrant(quadrant: str, found: MatrixFound, count: int) -> None:
    """Show what a quadrant means and suggests."""
    advice = found.quadrants.advice_of(quadrant)
    sign = LOOKS[quadrant].sign
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


def show_signals(signals: pd.DataFrame, ward_names: dict[str, str]) -> None:
    """List the signal events that the map draws, by the numbers it shows."""
    if signals.empty:
        st.caption("No signal event that is running reaches these wards.")
        return
    st.markdown(
        "**Signal events that are running** (the ring on the map is how far each is taken to "
        "reach; S and the number are those of the page Signal events)"
    )
    st.dataframe(signal_tables.signal_table(signals, ward_names), hide_index=True)


def show_model(found: MatrixFound, segments: Segments, names: Mapping[str, str]) -> None:
    """Show how the estimates were made and what they rest on."""
    with st.expander("How the wards are estimated, and how sure that is"):
        for line in worry_words.say_model(found.estimates, segments, names):
            st.markdown(line)


def offer_table(table: pd.DataFrame, facts: dict[str, str], notice: str, name: str) -> None:
    """Offer a table as a file that carries what its figures are."""
    st.download_button(
        "Download the list (CSV)", downloads.to_csv(table.assign(**facts), notice), name,
        "text/csv", on_click="ignore",
    )  # fmt: skip
