"""What is asked on the Crime and worry page: the address is the one truth here too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

import streamlit as st

from analytics.worry.estimators import METHODS
from analytics.worry.measures import WORRY, Measure, list_measures
from dashboard.components import filters
from dashboard.components.worry_charts import PICK
from dashboard.components.worry_cuts import CutScale, scale_cut
from dashboard.components.worry_words import name_unit
from dashboard.services.survey import SHAPE_ONLY
from dashboard.services.worry import MatrixFound, SurveyHead, side_measures, usual_measure
from dashboard.worry_choice import OPTIONS, QUESTIONS, SURE, WorryChoice

REMEMBERED = "wardlight_worry_query"
NAMES = tuple(field.name for field in fields(WorryChoice))
SHARED = ("district", "area")
"""What goes along to the other pages that look at a district or a ward."""


def read(
    surveys: Sequence[SurveyHead], districts: Mapping[str, str], wards: Mapping[str, str]
) -> tuple[WorryChoice, list[str]]:
    """Read the choice of the address; a bare one keeps what was chosen, coming from elsewhere.

    On the page itself a bare address is where "back" leads after a first choice: it wins.
    """
    query = st.query_params.to_dict()
    if not any(name in query for name in NAMES) and not _was_shown():
        others = st.session_state.get(filters.REMEMBERED, {})
        elsewhere = {name: others[name] for name in SHARED if name in others}
        mine = st.session_state.get(REMEMBERED, {})
        query = {name: value for name, value in mine.items() if name not in SHARED} | elsewhere
    choice, ignored = WorryChoice.from_query(query)
    held = {
        "district": districts, "area": wards, "survey": {head.id for head in surveys},
    }  # fmt: skip
    for name, known in held.items():
        value = getattr(choice, name)
        if value is not None and value not in known:
            choice = choice.change(**{name: None})
            ignored.append(f"The link's {name} {value!r} is not held here and was ignored.")
    return choice, ignored


def write(choice: WorryChoice) -> None:
    """Put a choice into the address; district and ward go along to other pages."""
    mine = choice.to_query()
    st.session_state[REMEMBERED] = mine
    others = dict(st.session_state.get(filters.REMEMBERED, {}))
    if others.get("kind", "ward") == "ward":
        kept = {name: value for name, value in others.items() if name not in SHARED}
        shared = {name: mine[name] for name in SHARED if name in mine}
        st.session_state[filters.REMEMBERED] = kept | shared
    query = st.query_params.to_dict()
    wanted = {name: value for name, value in query.items() if name not in NAMES} | mine
    if query != wanted:
        st.query_params.from_dict(wanted)


def ask(
    surveys: Sequence[SurveyHead],
    usual: SurveyHead,
    districts: Mapping[str, str],
    wards: Mapping[str, str],
    *,
    with_signals: bool,
) -> tuple[WorryChoice, SurveyHead]:
    """Show the choices of the sidebar; give the choice and the survey it means.

    The item is '' for a survey that does not ask about worry.

    Parameters
    ----------
    surveys : sequence of SurveyHead
        Those that are held.
    usual : SurveyHead
        The one the page opens with.
    districts, wards : mapping of str to str
        Names by code.
    with_signals : bool
        Whether signal events may be asked for.
    """
    choice, ignored = read(surveys, districts, wards)
    survey = next((head for head in surveys if head.id == choice.survey), usual)
    usual_item = usual_measure(survey)
    measures = {
        measure.key: measure.label for measure in list_measures(survey.items)
        if measure.role == WORRY
    }  # fmt: skip
    if choice.item not in measures:
        if choice.item != WORRY:
            ignored.append("The link's item is no worry asked in this survey and was ignored.")
        choice = choice.change(item=usual_item.key if usual_item else "")
    if survey.reach == SHAPE_ONLY and choice.cut is not None:
        ignored.append(
            "The link's cut was ignored: a survey of other places or times puts wards in order "
            "and gives no value to cut at."
        )
        choice = choice.change(cut=None)
    sides = {measure.key: measure.label for measure in side_measures(survey)}
    if choice.beside is not None and choice.beside not in sides:
        ignored.append("The link's beside is not asked in this survey and was ignored.")
        choice = choice.change(beside=None)
    if not with_signals:
        choice = choice.change(signals="off")
    write(choice)
    for sentence in ignored:
        st.warning(sentence)
    with st.sidebar:
        ordered = sorted(districts, key=lambda code: districts[code])
        _choose(choice, "district", "District", ["", *ordered],
                lambda code: districts.get(str(code), "All districts"))  # fmt: skip
        _choose_ward(choice, wards)
        if len(surveys) > 1:
            names = {head.id: head.name for head in surveys}
            st.session_state["worry_survey"] = survey.id
            st.selectbox("Survey", list(names), key="worry_survey", format_func=names.get,
                         on_change=_change, args=("survey",))  # fmt: skip
        if choice.asks_for("item") and len(measures) > 1:
            _choose(choice, "item", "Worry is measured by", list(measures), measures.get)
        if choice.asks_for("beside") and len(sides) > 1 and survey.reach != SHAPE_ONLY:
            _choose(choice, "beside", "Worry is set beside", list(sides), sides.get)
        _choose(choice, "method", "Wards are estimated by", list(OPTIONS["method"]), METHODS.get)
        if with_signals and choice.asks_for("signals"):
            st.session_state["worry_signals"] = choice.signals == "on"
            st.checkbox("Draw signal events", key="worry_signals", on_change=_switch_signals)
    return choice, survey


def find_side(choice: WorryChoice, survey: SurveyHead) -> Measure | None:
    """Give the measure that worry is set beside: the one chosen, else the survey's first."""
    sides = {measure.key: measure for measure in side_measures(survey)}
    return sides.get(choice.beside or "", next(iter(sides.values()), None))


def ask_cuts(choice: WorryChoice, usual: MatrixFound) -> None:
    """Show the sliders: how sure, and the cuts as far as the wards' own figures go.

    Parameters
    ----------
    choice : WorryChoice
    usual : MatrixFound
        With a matrix, at the usual setting: its cuts are the county's medians.
    """
    matrix, made = usual.matrix, usual.estimates
    assert matrix is not None
    with st.sidebar:
        if choice.asks_for("sure"):
            st.session_state["worry_sure"] = choice.sure
            st.select_slider(
                "How sure before a ward is placed", SURE, key="worry_sure", on_change=_change,
                format_func=lambda percent: f"{percent}%", args=("sure",),
            )  # fmt: skip
        if choice.asks_for("asb"):
            months = f", {usual.asb.period.label}" if usual.asb.period else ""
            _slide("asb", f"ASB is high above (per 1,000 residents{months})", choice.asb,
                   scale_cut(matrix.table["asb"], matrix.asb_cut, choice.asb))  # fmt: skip
        if choice.asks_for("cut") and not made.shape_only:
            _slide("cut", f"Worry is high above ({name_unit(made.measure)})", choice.cut,
                   scale_cut(matrix.table["worry"], matrix.worry_cut, choice.cut))  # fmt: skip


def offer_usual(choice: WorryChoice) -> None:
    """Offer the way back to the usual certainty and cuts."""
    if not choice.is_usual:
        st.button("Usual setting", on_click=lambda: write(_remembered().as_usual()),
                  width="stretch")  # fmt: skip


def ask_question(choice: WorryChoice) -> None:
    """Show the questions of the page."""
    st.session_state["worry_ask"] = choice.ask
    st.radio(
        "What do you want to know?", list(QUESTIONS), key="worry_ask", horizontal=True,
        format_func=QUESTIONS.get, on_change=_change, args=("ask",), label_visibility="collapsed",
    )  # fmt: skip


def ask_quadrant(choice: WorryChoice, labels: Mapping[str, str]) -> None:
    """Show a button for each quadrant, which holds chart, map and list to its wards."""
    st.session_state["worry_quadrant"] = choice.quadrant
    st.pills(
        "Hold chart, map and list to", list(labels), key="worry_quadrant",
        format_func=labels.get, on_change=_change, args=("quadrant",),
        label_visibility="collapsed",
    )  # fmt: skip


def follow_chart(key: str) -> None:
    """Focus the ward, or hold to the quadrant, that was clicked on the chart ``key``."""
    picked = st.session_state[key]["selection"].get(PICK) or []
    if not picked:
        return
    choice = _remembered()
    code, quadrant = picked[0].get("code"), picked[0].get("quadrant")
    if code:
        write(choice.change(area=None if code == choice.area else str(code)))
    elif quadrant in OPTIONS["quadrant"]:
        write(choice.change(quadrant=None if quadrant == choice.quadrant else quadrant))


def follow_map(key: str, layer: str) -> None:
    """Focus the ward that was clicked on the map ``key``; a second click takes it away."""
    objects = st.session_state[key]["selection"]["objects"].get(layer) or []
    found = next((item for item in objects if item), None)
    if found:
        code, choice = found["properties"]["code"], _remembered()
        write(choice.change(area=None if code == choice.area else code))


def follow_list(key: str, codes: Sequence[str]) -> None:
    """Focus the ward whose row was chosen in the list ``key``."""
    rows = st.session_state[key]["selection"]["rows"]
    write(_remembered().change(area=str(codes[rows[0]]) if rows else None))


def token(choice: WorryChoice) -> str:
    """Give a key part for widgets that must forget their clicks when anything else changes."""
    return "&".join(f"{name}={value}" for name, value in sorted(choice.to_query().items()))


def _choose_ward(choice: WorryChoice, wards: Mapping[str, str]) -> None:
    ordered = sorted(wards, key=lambda code: wards[code])
    _choose(choice, "area", "Focus on a ward", ["", *ordered],
            lambda code: wards.get(str(code), "None: click the chart or map"))  # fmt: skip


def _choose(
    choice: WorryChoice,
    name: str,
    label: str,
    options: Sequence[object],
    say: Callable[[object], object],
) -> None:
    # Streamlit shows a prompt in place of an option that is None, so "" stands for none.
    key = f"worry_{name}"
    value = getattr(choice, name)
    st.session_state[key] = value if value in options else options[0]
    st.selectbox(label, options, key=key, format_func=say, on_change=_change, args=(name,))


def _slide(name: str, label: str, chosen: float | None, scale: CutScale | None) -> None:
    """Show the slider of a cut; at the county's median the cut is that, whatever it will be."""
    if scale is None:
        return
    key = f"worry_{name}"
    st.session_state[key] = scale.usual if chosen is None else chosen

    def follow() -> None:
        value = float(st.session_state[key])
        write(_remembered().change(**{name: None if scale.is_usual(value) else round(value, 1)}))

    st.slider(
        label, scale.low, scale.high, step=scale.step, key=key, format="%.1f", on_change=follow,
        help=f"The county's median is {scale.usual:,.1f}: the usual setting.",
    )  # fmt: skip


def _was_shown() -> bool:
    """Say whether this page was on the screen before this run: its widgets are still known."""
    return "worry_district" in st.session_state


def _change(name: str) -> None:
    value = st.session_state[f"worry_{name}"]
    write(_remembered().change(**{name: None if value == "" else value}))


def _switch_signals() -> None:
    write(_remembered().change(signals="on" if st.session_state["worry_signals"] else "off"))


def _remembered() -> WorryChoice:
    """Give the newest choice: what is clicked may have been drawn for an older one."""
    return WorryChoice.from_query(st.session_state.get(REMEMBERED, {}))[0]
