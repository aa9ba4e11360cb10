"""Crime and worry: recorded ASB beside modelled worry, ward by ward, with honest ranges."""

from functools import partial

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    notices,
    ward_links,
    ward_maps,
    worry_filters,
    worry_maps,
    worry_panels,
    worry_sides,
    worry_words,
)
from dashboard.permissions import Permission, current_actor
from dashboard.services.survey import AREA, MICRODATA
from dashboard.services.worry import side_measures, usual_measure
from geodata.settings import get_settings


def render() -> None:
    """Show the Crime and worry page."""
    version = loading.version()
    wards = loading.areas("ward", version)
    surveys = {head.name: head for head in loading.surveys(version)}
    usual = surveys.get(loading.usual_survey(version) or "")
    if wards.empty or usual is None:
        st.title("Crime and worry")
        notices.show_nothing(messages.NO_BOUNDARIES if wards.empty else worry_words.NO_SURVEY)
        return
    districts = loading.area_names("district", version)
    choice, survey = worry_filters.ask(
        list(surveys.values()), usual, districts, ward_links.name_wards(wards),
        with_signals=current_actor().may(Permission.SEE_COUNTS),
    )  # fmt: skip
    place = districts.get(choice.district or "", "all districts")
    st.title(f"Crime and worry: {place}")
    if not choice.item:
        notices.show_nothing(worry_words.NO_WORRY)
        return
    find = partial(loading.matrix, survey.name, choice.item, version=version, method=choice.method)
    found = find(choice.certainty, choice.cuts)
    worry_panels.show_banner(found.estimates)
    if found.matrix is None:
        worry_panels.show_refused(found.estimates, _find_direct(choice, survey, version), districts)
        return
    worry_filters.ask_question(choice)
    draw = partial(
        ward_maps.build_map, wards, district=choice.district, version=version,
        districts_held="district" in loading.kinds_held(version),
        tile_url=get_settings().tile_url, size=(worry_maps.WIDTH, worry_maps.HEIGHT),
    )  # fmt: skip
    segments = loading.segments(survey.classification, version)
    if choice.ask == "matrix":
        usual_setting = choice.as_usual()
        worry_panels.show_changes(choice, found, find(usual_setting.certainty, usual_setting.cuts))
        drawn = choice.signals == "on"
        table = worry_panels.show_matrix(
            choice, found, wards, place, draw, segments=segments,
            signals=loading.running_signals(choice.district, version) if drawn else None,
        )  # fmt: skip
    elif found.estimates.shape_only:
        notices.show_nothing(worry_words.ORDER_ONLY)
        return
    elif choice.ask == "drivers":
        keys = [measure.key for measure in side_measures(survey)]
        sides = [loading.estimates(survey.name, key, choice.method, version) for key in keys]
        table = worry_sides.show_sides(choice, found, wards, sides)
    else:
        table = _show_gap(choice, survey, wards, place, draw, version)
    worry_panels.show_model(found, segments, ward_links.name_wards(wards))
    st.caption(worry_words.say_sources(found))
    if table is not None:
        worry_panels.offer_table(
            table, worry_words.describe(found, place), loading.notice(version),
            f"wardlight-worry-{choice.ask}-{choice.district or 'all'}.csv",
        )  # fmt: skip


def _find_direct(choice, survey, version: str):
    if survey.reach != AREA or survey.kind != MICRODATA:
        return None
    return loading.survey_figures(survey.id, choice.item, None, version)


def _show_gap(choice, survey, wards, place: str, draw, version: str):
    measure = usual_measure(survey, "experience")
    if measure is None:
        return notices.show_nothing(worry_words.NO_ASKED)
    asked = (survey.name, measure.key)
    experience = loading.estimates(*asked, choice.method, version)
    gap = loading.reporting_gap(*asked, version, choice.certainty, choice.method)
    return worry_sides.show_gap(choice, experience, gap, wards, place, draw)


if __name__ == "__main__":
    render()
