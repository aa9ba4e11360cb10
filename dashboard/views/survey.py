"""Survey: what did people say, in the county and each district, and how sure is that?"""

import streamlit as st

from dashboard import loading
from dashboard.components import downloads, notices, survey_panels, survey_tables
from dashboard.services.survey import ESTIMATES


def render() -> None:
    """Show the Survey page."""
    version = loading.version()
    surveys = loading.survey_order(version)
    st.title("Survey")
    if not surveys:
        notices.show_nothing(survey_panels.NO_SURVEY)
        return
    survey = survey_panels.ask_survey(surveys)
    names = _district_names(version)
    survey_panels.show_reach(survey)
    if survey.kind == ESTIMATES:
        table = survey_tables.ready_table(loading.survey_ready(survey.id, version), names)
        survey_panels.show_ready(table)
        _offer(table, f"wardlight-survey-{survey.id}.csv", version)
        st.caption(survey_tables.say_about(survey))
        return
    measure = survey_panels.ask_measure(survey)
    if measure is None:
        notices.show_nothing(survey_panels.NO_ITEM)
        return
    district = survey_panels.ask_place(loading.survey_places(survey.id, version), names)
    found = loading.survey_figures(survey.id, measure.key, district, version)
    place = names.get(district, district) if district else survey_tables.ALL.lower()
    survey_panels.show_figures(found, district, names)
    survey_panels.show_wards(survey)
    if not found.is_incomplete:
        survey_panels.show_years(found, place)
        survey_panels.show_drivers(found)
        survey_panels.show_everything(found, place)
        _offer(survey_tables.district_table(found, names), survey_tables.file_name(found), version)
    st.caption(survey_tables.say_about(survey))
    st.caption(survey_tables.say_method(survey))


def _district_names(version: str) -> dict[str, str]:
    if "ward" not in loading.kinds_held(version):
        return {}
    wards = loading.areas("ward", version)
    return dict(zip(wards["district_code"], wards["district"], strict=True))


def _offer(table, name: str, version: str) -> None:
    st.download_button(
        "Download the table (CSV)", downloads.to_csv(table, loading.notice(version)), name,
        "text/csv", on_click="ignore",
    )  # fmt: skip


if __name__ == "__main__":
    render()
