"""Crime and worry: recorded ASB beside modelled worry, ward by ward, with honest ranges."""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    notices,
    worry_charts,
    worry_filters,
    worry_maps,
    worry_panels,
    worry_side_tables,
    worry_sides,
    worry_tables,
)
from dashboard.components.quadrant_style import GAP_LOOKS
from dashboard.permissions import Permission, current_actor
from dashboard.worry_choice import WorryChoice
from geodata.settings import get_settings


def render() -> None:
    """Show the Crime and worry page."""
    version = loading.version()
    wards = loading.areas("ward", version)
    surveys = {head.name: head for head in loading.surveys(version)}
    usual = surveys.get(loading.usual_survey(version) or "")
    if wards.empty or usual is None:
        st.title("Crime and worry")
        notices.show_nothing(messages.NO_BOUNDARIES if wards.empty else worry_tables.NO_SURVEY)
        return
    districts = loading.area_names("district", version)
    choice, survey = worry_filters.ask(
        list(surveys.values()), usual, districts, worry_tables.name_wards(wards, None),
        with_signals=current_actor().may(Permission.SEE_COUNTS),
    )  # fmt: skip
    place = districts.get(choice.district or "", "all districts")
    st.title(f"Crime and worry: {place}")
    found = _find(choice, survey, version)
    worry_panels.show_banner(found.estimates)
    if found.matrix is None:
        worry_panels.show_refused(found.estimates)
        return
    worry_filters.ask_question(choice)
    show = {"matrix": _show_matrix, "drivers": _show_drivers, "gap": _show_gap}[choice.ask]
    table, facts = show(choice, found, wards, place, version)
    worry_panels.show_model(found, loading.segments(survey.classification, version))
    st.caption(worry_tables.say_sources(found))
    if table is not None:
        worry_panels.offer_table(
            table, facts, loading.notice(version),
            f"wardlight-worry-{choice.ask}-{choice.district or 'all'}.csv",
        )  # fmt: skip


def _find(choice: WorryChoice, survey, version: str):
    return loading.matrix(
        survey.name, choice.item, choice.certainty, choice.cuts, version, choice.method
    )


def _show_matrix(choice: WorryChoice, found, wards, place: str, version: str):
    names = worry_tables.name_quadrants(found.quadrants)
    rows = worry_tables.gather(found, wards, choice.district, choice.quadrant)
    counts = worry_tables.count_shown(rows, choice.district)
    said = worry_tables.say_finding(rows, counts, place, choice.district)
    usual = _find(choice.as_usual(), found.estimates.survey, version)
    worry_panels.show_changes(choice, found, usual)
    with st.container(gap="xsmall"):
        st.markdown(said)
        worry_filters.ask_quadrant(choice, worry_tables.label_quadrants(names, counts))
    signals = None
    if choice.signals == "on":
        inside = set(wards.loc[wards["district_code"] == choice.district, "code"])
        signals = worry_tables.number_signals(
            loading.signals(version), inside if choice.district else None
        )
    left, right = st.columns(2, gap="medium")
    with left:
        chart = worry_charts.matrix_chart(
            rows, (found.matrix.asb_cut, found.matrix.worry_cut), names, focus=choice.area,
            chosen=choice.quadrant, worry_title=found.estimates.measure.label, said=said,
        )  # fmt: skip
        worry_panels.show_chart(chart, choice)
    with right:
        classes = worry_maps.classify(rows["quadrant"], rows["shown"].to_numpy(), names)
        deck = worry_maps.build_map(
            wards, classes, worry_tables.tips(rows, names),
            ranks=worry_tables.first_ranks(rows, worry_maps.MOST_BADGES), focus=choice.area,
            district=choice.district, districts_held="district" in loading.kinds_held(version),
            signals=signals, version=version, tile_url=get_settings().tile_url,
        )  # fmt: skip
        worry_panels.show_map(deck, choice, said)
    st.caption(worry_tables.say_legend(found.matrix, found.estimates.measure.label))
    focus = rows[rows["code"] == choice.area]
    if len(focus):
        segments = loading.segments(found.estimates.survey.classification, version)
        worry_panels.show_ward(focus.iloc[0], found, segments)
    elif choice.quadrant:
        worry_panels.show_quadrant(choice.quadrant, found, counts[choice.quadrant])
    if signals is not None:
        worry_panels.show_signals(signals)
    table = worry_tables.list_wards(rows, names)
    st.markdown("**The wards, the surest of each quadrant first** (choose a row to focus it)")
    worry_panels.show_list(table, choice)
    return table, worry_tables.describe(found, place)


def _show_drivers(choice: WorryChoice, found, wards, place: str, version: str):
    survey = found.estimates.survey
    rows = worry_tables.gather(found, wards, choice.district, None)
    sides = [
        loading.estimates(survey.name, measure.key, choice.method, version)
        for measure in worry_side_tables.side_measures(survey)
    ]
    table = worry_sides.show_sides(choice, rows, sides, found.estimates.measure.label)
    return table, worry_tables.describe(found, place)


def _show_gap(choice: WorryChoice, found, wards, place: str, version: str):
    survey, facts = found.estimates.survey, worry_tables.describe(found, place)
    st.warning(worry_side_tables.GAP_WARNING, icon=":material/handshake:")
    measure = worry_side_tables.experience_measure(survey)
    if measure is None:
        notices.show_nothing(worry_tables.NO_ASKED)
        return None, facts
    experience = loading.estimates(survey.name, measure.key, choice.method, version)
    if experience.estimates is None:
        worry_panels.show_refused(experience)
        return None, facts
    gap = loading.reporting_gap(survey.name, measure.key, version, choice.certainty, choice.method)
    rows = worry_side_tables.gather_gap(gap, wards, choice.district)
    said = worry_side_tables.say_gap(rows, measure.label, place, choice.sure)
    st.markdown(said)
    left, right = st.columns(2, gap="medium")
    with left:
        worry_panels.show_chart(
            worry_charts.pair_chart(
                rows, "Recorded ASB per 1,000 residents", f"{measure.label}, per cent",
                worry_side_tables.middle_of(rows), focus=choice.area, said=said,
            ),
            choice,
        )  # fmt: skip
    with right:
        deck = worry_maps.build_map(
            wards, worry_sides.classify_gap(rows), worry_side_tables.gap_tips(rows),
            ranks=worry_sides.gap_ranks(rows), focus=choice.area, district=choice.district,
            districts_held="district" in loading.kinds_held(version), signals=None,
            version=version, tile_url=get_settings().tile_url, looks=GAP_LOOKS,
        )  # fmt: skip
        worry_panels.show_map(deck, choice, said)
    st.caption(worry_side_tables.GAP_LEGEND)
    return worry_sides.show_gap_list(rows, choice), facts


if __name__ == "__main__":
    render()
