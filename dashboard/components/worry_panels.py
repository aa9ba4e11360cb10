"""Panels of the Crime and worry page: chart and map that move together, and what follows."""

from collections.abc import Callable, Mapping

import altair as alt
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
    worry_charts,
    worry_filters,
    worry_maps,
    worry_tables,
    worry_words,
)
from dashboard.components.maps import AREA_LAYER
from dashboard.components.plain_words import plain
from dashboard.components.quadrant_style import LOOKS
from dashboard.services.survey import SurveyFigures
from dashboard.services.ward_mix import Segments
from dashboard.services.worry import EstimatesFound, MatrixFound
from dashboard.worry_choice import WorryChoice

Draw = Callable[..., pdk.Deck]
LIST_HEIGHT = 330
COLUMNS = {
    "#": st.column_config.NumberColumn(width=36),
    "Ward": st.column_config.TextColumn(width=135),
    "District": st.column_config.TextColumn(width=105),
    "Quadrant": st.column_config.TextColumn(width=165),
    worry_tables.FROM_MIDDLE[3]: st.column_config.TextColumn(width=165),
    "ASB per 1,000": st.column_config.NumberColumn("ASB per 1,000", width=88, format="%.1f"),
    "ASB, likely range": st.column_config.TextColumn("Likely range", width=92),
    "Chance ASB is high": st.column_config.TextColumn("ASB is high", width=76),
    "Worry": st.column_config.NumberColumn(width=52, format="%.1f"),
    "Worry, likely range": st.column_config.TextColumn("Likely range", width=92),
    "Chance worry is high": st.column_config.TextColumn("Worry is high", width=86),
    worry_tables.FROM_MIDDLE[0]: st.column_config.NumberColumn(
        "Points", width=62, format="%+.1f", help="By kind of area, from the middle of the wards."
    ),
    worry_tables.FROM_MIDDLE[1]: st.column_config.TextColumn("Likely range", width=96),
    worry_tables.FROM_MIDDLE[2]: st.column_config.TextColumn("Above middle", width=94),
    "From the model": st.column_config.TextColumn(
        "Model", width=56,
        help="Share of the ward's doubt that comes from the model, not from the sample.",
    ),
}  # fmt: skip


def show_banner(found: EstimatesFound) -> None:
    """Show what the estimates are, before any of them."""
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


def show_matrix(
    choice: WorryChoice,
    found: MatrixFound,
    wards: pd.DataFrame,
    place: str,
    draw: Draw,
    *,
    segments: Segments,
    signals: pd.DataFrame | None,
) -> pd.DataFrame:
    """Show wards by ASB and worry as chart, map and list that move together; give the list.

    Parameters
    ----------
    choice : WorryChoice
    found : MatrixFound
        With a matrix.
    wards : DataFrame
        In the order of the map.
    place : str
        What is looked at.
    draw : callable
        Builds the map from classes, marks and signal events.
    segments : Segments
        Mix of the wards.
    signals : DataFrame or None
        Signal events to draw and list; None if they are not asked for.
    """
    assert found.matrix is not None
    shape_only, measure = found.estimates.shape_only, found.estimates.measure
    names = worry_tables.name_quadrants(found.quadrants, shape_only=shape_only)
    rows = worry_tables.gather(found, wards, choice.district, choice.quadrant)
    inside = worry_tables.look_at(found.matrix, wards, choice.district)
    said = worry_words.say_finding(inside, place, shape_only=shape_only)
    focus = rows[rows["code"] == choice.area]
    with st.container(gap="xsmall"):
        if len(focus):
            st.markdown(_name_ward(focus.iloc[0], names) + " Why, and what fits there: below.")
        st.markdown(said)
        worry_filters.ask_quadrant(choice, worry_tables.label_quadrants(names, inside.counts))
    left, right = st.columns(2, gap="medium")
    with left:
        chart = worry_charts.matrix_chart(
            rows, worry_tables.middle_of(found.matrix, shape_only=shape_only), names,
            focus=choice.area, chosen=choice.quadrant, said=said,
            worry_title=worry_words.title_worry(measure, shape_only=shape_only),
        )  # fmt: skip
        show_chart(chart, choice)
    with right:
        classes = worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), names)
        tips = worry_tables.tips(rows, names, shape_only=shape_only)
        marks = worry_maps.mark_wards(rows, tips, choice.area)
        show_map(draw(classes, marks, signals=signals), choice, said)
    st.caption(worry_words.say_legend(found.matrix, measure, shape_only=shape_only))
    if len(focus):
        show_ward(focus.iloc[0], found, segments, names)
    elif choice.quadrant and not shape_only:
        show_quadrant(choice.quadrant, found, inside.counts[choice.quadrant])
    if signals is not None:
        show_signals(signals, ward_links.name_wards(wards))
    table = worry_tables.list_wards(rows, names, shape_only=shape_only)
    st.markdown("**The wards, the surest of each quadrant first** (choose a row to focus it)")
    show_list(table, choice)
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
        alt=f"Map of wards by quadrant. {said} The list below holds the same wards.",
    )  # fmt: skip


def show_list(table: pd.DataFrame, choice: WorryChoice) -> None:
    """Show the list; choosing a row focuses its ward."""
    key = f"worry_list_{worry_filters.token(choice)}"
    codes = table["Code"].tolist()
    st.dataframe(
        table, hide_index=True, height=LIST_HEIGHT, key=key, selection_mode="single-row",
        on_select=lambda: worry_filters.follow_list(key, codes), column_config=COLUMNS,
        column_order=[name for name in COLUMNS if name in table],
    )  # fmt: skip


def show_ward(
    row: pd.Series, found: MatrixFound, segments: Segments, names: Mapping[str, str]
) -> None:
    """Show one ward: its place, figures, what its place suggests and the mix of its areas.

    A survey of elsewhere suggests nothing for a ward of here.
    """
    words, shape_only = found.quadrants, found.estimates.shape_only
    advice = words.advice_of(row["quadrant"])
    with st.container(border=True):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            st.markdown(f"#### {_name_ward(row, names)}")
            st.markdown(
                worry_words.say_ward(
                    row, found.estimates.measure, released=found.asb.released,
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


def _name_ward(row: pd.Series, names: Mapping[str, str]) -> str:
    place = plain(f"{row['name']}, {row['district']}")
    return f"**{place}: {LOOKS[row['quadrant']].sign} {names[row['quadrant']]}.**"


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
