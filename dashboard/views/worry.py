"""Crime and worry: recorded ASB beside modelled worry, ward by ward, with honest ranges."""

from functools import partial

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    notices,
    ward_links,
    worry_axis,
    worry_filters,
    worry_panels,
    worry_sides,
    worry_words,
)
from dashboard.permissions import Permission, current_actor
from dashboard.services.survey import AREA, MICRODATA
from dashboard.services.worry import USUAL_CERTAINTY, side_measures


def render() -> None:
    """Show the Crime and worry page."""
    version = loading.version()
    wards = loading.areas("ward", version)
    surveys = {head.name: head for head in loading.surveys(version)}
    usual_survey = surveys.get(loading.usual_survey(version) or "")
    if wards.empty or usual_survey is None:
        st.title("Crime and worry")
        notices.show_nothing(messages.NO_BOUNDARIES if wards.empty else worry_words.NO_SURVEY)
        return
    districts = loading.area_names("district", version)
    choice, survey = worry_filters.ask(
        list(surveys.values()), usual_survey, districts, ward_links.name_wards(wards),
        with_signals=current_actor().may(Permission.SEE_COUNTS),
    )  # fmt: skip
    place = districts.get(choice.district or "", "all districts")
    st.title(f"Crime and worry: {place}")
    if not choice.item:
        notices.show_nothing(worry_words.NO_WORRY)
        return
    find = partial(loading.matrix, survey.name, choice.item, version=version, method=choice.method)
    usual, found = find(USUAL_CERTAINTY, (None, None)), find(choice.certainty, choice.cuts)
    if usual.matrix is None:
        direct = None
        if survey.reach == AREA and survey.kind == MICRODATA:
            direct = loading.survey_figures(survey.id, choice.item, None, version)
        worry_panels.show_refused(usual.estimates, direct, districts)
        return
    worry_filters.ask_cuts(choice, usual)
    with st.container(gap="xsmall"):
        worry_panels.show_banner(found)
        worry_filters.ask_question(choice)
    if choice.ask != "matrix" and usual.estimates.shape_only:
        notices.show_nothing(worry_words.ORDER_ONLY)
        return
    look = worry_panels.Look(choice, wards, place, version, loading.kinds_held(version))
    axis = worry_axis.asb_axis(found.asb, found.quadrants, shape_only=found.estimates.shape_only)
    segments = loading.segments(survey.classification, version)
    if choice.ask == "matrix":
        drawn = choice.signals == "on"
        table = worry_panels.show_compared(
            look, found, usual, axis, segments,
            loading.running_signals(choice.district, version) if drawn else None,
        )  # fmt: skip
    else:
        keys = [measure.key for measure in side_measures(survey)]
        sides = [loading.estimates(survey.name, key, choice.method, version) for key in keys]
        if choice.ask == "drivers":
            found, axis, table = worry_sides.show_sides(look, found, usual, sides)
        else:
            gap = partial(loading.reporting_gap, survey.name, version=version,
                          certainty=choice.certainty, method=choice.method)  # fmt: skip
            found, table = worry_sides.show_gap(look, found, axis, sides, gap)
    if table is not None:
        worry_panels.show_model(found, segments, ward_links.name_wards(wards))
        st.caption(worry_words.say_sources(found))
        worry_panels.offer_table(
            table, worry_words.describe(found, place, axis), loading.notice(version),
            f"wardlight-worry-{choice.ask}-{choice.district or 'all'}.csv",
        )  # fmt: skip


if __name__ == "__main__":
    render()
