"""What is asked and shown on the Survey page: survey, measure and place in the address."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from analytics.worry.measures import Measure, list_measures
from dashboard.components import survey_charts, survey_tables
from dashboard.services.survey import INDICATIVE, SurveyFigures, SurveyHead
from geodata.errors import UserFacingError, safe_value

NO_SURVEY = UserFacingError(
    "No survey is held yet.",
    "Survey figures need answers with weights, or a table of ready figures.",
    "Run 'wardlight import survey FILE --mapping MAPPING', or ask an analyst to.",
)
NO_ITEM = UserFacingError(
    "This survey has no question.",
    "Its mapping names no item, so there is nothing to estimate.",
    "Import it again with a mapping that names its items.",
)
FIGURE = {
    "About": st.column_config.Column(width=96),
    "Figure": st.column_config.Column(width=64),
    "Place": st.column_config.Column(width=128),
    "Why no figure": st.column_config.Column(width=236),
    "Effective": st.column_config.NumberColumn(
        width=70, format="localized", help="How many people of equal weight would tell as much"
    ),
    "Design effect": st.column_config.Column(width=86),
    "Respondents": st.column_config.NumberColumn(format="localized", width=88),
}


def ask_survey(surveys: Sequence[SurveyHead]) -> SurveyHead:
    """Show the choice of the survey at the side; give the one chosen."""
    by_id = {one.id: one for one in surveys}
    chosen = _pick("survey", "Survey", list(by_id), lambda key: by_id[key].name)
    return by_id[chosen]


def ask_measure(survey: SurveyHead) -> Measure | None:
    """Show the choice of what is measured; None if the survey has no item."""
    measures = {one.key: one for one in list_measures(survey.items, with_others=True)}
    if not measures:
        return None
    chosen = _pick("measure", "What to look at", list(measures), lambda key: measures[key].label)
    return measures[chosen]


def ask_place(codes: Sequence[str], names: Mapping[str, str]) -> str | None:
    """Show the choice of the district; None for all respondents."""
    if not codes:
        return None
    ordered = sorted(codes, key=lambda code: names.get(code, code))
    chosen = _pick(
        "district", "District", ["", *ordered],
        lambda code: names.get(code, code) if code else survey_tables.ALL,
    )  # fmt: skip
    return chosen or None


def show_reach(survey: SurveyHead) -> None:
    """Show how far the survey reaches, where it is not simply one of here."""
    reach = survey_tables.REACHES.get(survey.reach, "")
    if reach:
        st.warning(reach, icon=":material/warning:")


def show_figures(found: SurveyFigures, district: str | None, names: Mapping[str, str]) -> None:
    """Show the figure of the place, then every district with its range and its change."""
    if found.is_incomplete:
        st.error(survey_tables.say_incomplete(found), icon=":material/event_busy:")
        st.caption(survey_tables.say_items(found.survey, found.measure))
        return
    place = names.get(district, district) if district else survey_tables.ALL.lower()
    st.markdown(survey_tables.say_finding(found, district, place))
    st.caption(f"{survey_tables.say_year(found)} {survey_tables.say_sample(found, district)}")
    st.caption(survey_tables.say_items(found.survey, found.measure))
    table = survey_tables.district_table(found, names)
    has_ranges = len(found.districts) and found.survey.reach != INDICATIVE
    if has_ranges and (found.districts["refused"] == "").any():
        st.altair_chart(
            survey_charts.district_chart(
                found, names, survey_tables.CHANGES,
                f"{found.measure.label}, by district (dashed line: all respondents)", district,
            ),
            width="stretch", theme=None,
        )  # fmt: skip
    st.dataframe(
        survey_tables.grey_refused(table), hide_index=True, row_height=28, column_config=FIGURE,
        height=38 + 28 * min(16, len(table)),
    )  # fmt: skip
    st.caption(survey_tables.say_chance(found))
    st.caption(survey_tables.say_against_all(found))


def show_years(found: SurveyFigures, place: str) -> None:
    """Show the rolling years of the place looked at, if there are several."""
    if found.is_incomplete or len(found.years) < 2 or found.years["value"].isna().all():
        return
    st.header("Rolling years")
    st.caption("Years that overlap share answers, so their figures move together.")
    if found.survey.reach == INDICATIVE:
        st.caption("Indicative: no likely range.")
    st.altair_chart(
        survey_charts.year_chart(found, f"{found.measure.label}, {place}"),
        width="stretch", theme=None,
    )  # fmt: skip


def show_drivers(found: SurveyFigures) -> None:
    """Show which problems go with more worry."""
    if found.contrasts.empty:
        return
    st.header("What goes with worry?")
    st.markdown(survey_tables.say_contrasts(found))
    _show(survey_tables.contrast_table(found))


def show_everything(found: SurveyFigures, place: str) -> None:
    """Show every measure of the survey in the place looked at."""
    if found.everything.empty:
        return
    st.header(f"Every question, {place}")
    _show(survey_tables.everything_table(found))


def show_wards(survey: SurveyHead) -> None:
    """Say why a ward has no direct figure, and where its modelled one is, if it has one."""
    note = survey_tables.WARD_NOTES.get(survey.reach)
    if note is None:
        return
    with st.container(border=True):
        st.markdown(note)
        st.page_link("views/worry.py", label="Modelled figures of wards: Crime and worry")


def show_ready(table: pd.DataFrame) -> None:
    """Show ready figures as they came; those finer than districts are greyed with the reason."""
    st.caption(
        "Figures and ranges as they came with the table; nothing is weighted or joined here."
    )
    _show(table)


def _show(table: pd.DataFrame) -> None:
    st.dataframe(
        survey_tables.grey_refused(table), hide_index=True, row_height=28,
        column_config=FIGURE | {"Measure": st.column_config.Column(width=380)},
        height=38 + 28 * min(24, max(1, len(table))),
    )  # fmt: skip


def _pick(name: str, label: str, options: list, say) -> object:
    asked = st.query_params.get(name, "")
    held = next((one for one in options if str(one) == asked), options[0])
    if asked and str(held) != asked:
        st.warning(f"The link's {name} {safe_value(asked)} is not held here and was ignored.")
        st.query_params.pop(name, None)
    key = f"survey_{name}"
    st.session_state[key] = held
    with st.sidebar:
        return st.selectbox(
            label, options, key=key, format_func=say, on_change=_write, args=(name, key)
        )


def _write(name: str, key: str) -> None:
    st.query_params[name] = str(st.session_state[key])
