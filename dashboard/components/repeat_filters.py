"""What is asked on the page of repeats: list, rule and day in the address, a row in the session.

The row that somebody chose is kept by its place in the ranked list and never in the address.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields

import pandas as pd
import streamlit as st

from analytics.repeats.repeaters import LARGEST, PRESETS
from dashboard.components import filters
from dashboard.repeat_choice import LISTS, RepeatChoice
from dashboard.selection import Selection
from dashboard.services.explore import Held

REMEMBERED = "wardlight_repeat_query"
ROW = "wardlight_repeat_row"
OWN_RULE = "own"
NAMES = tuple(field.name for field in fields(RepeatChoice))
RULE_WORDS = {
    **{name: f"{rule.label} ({rule.published})" for name, rule in PRESETS.items()},
    OWN_RULE: "Your own rule…",
}


def read() -> tuple[RepeatChoice, list[str]]:
    """Read the choice of the address; a bare address keeps what was chosen before."""
    query = st.query_params.to_dict()
    mine = {name: query[name] for name in NAMES if name in query}
    return RepeatChoice.from_query(mine or st.session_state.get(REMEMBERED, {}))


def write(choice: RepeatChoice) -> None:
    """Put a choice into the address, beside what others keep there."""
    mine = choice.to_query()
    st.session_state[REMEMBERED] = mine
    query = st.query_params.to_dict()
    wanted = {name: value for name, value in query.items() if name not in NAMES} | mine
    if query != wanted:
        st.query_params.from_dict(wanted)


def ask_area(held: Held, wards: pd.DataFrame) -> Selection:
    """Show the filters of district and ward at the side; give the selection."""
    selection, ignored = filters.read(held, wards)
    if selection.kind != "ward":
        selection = selection.change(kind="ward")
    filters.write(selection)
    for sentence in ignored:
        st.warning(sentence)
    inside = wards
    if selection.district:
        inside = wards[
            (wards["district_code"] == selection.district) | (wards["code"] == selection.area)
        ]
    pairs = zip(inside["code"], inside["name"], inside["district"], strict=True)
    names = {code: f"{name}, {district}" if district else name for code, name, district in pairs}
    with st.sidebar:
        _pick(
            selection, "district", "District", dict(sorted(held.districts.items(), key=_by_name)),
            "All districts",
        )  # fmt: skip
        _pick(selection, "area", "Ward", dict(sorted(names.items(), key=_by_name)), "All wards")
    return selection


def ask(last_day: dt.date) -> RepeatChoice:
    """Show the question, the rule and the day; give the choice with its day filled in."""
    choice, ignored = read()
    if choice.at and choice.at > last_day:
        ignored.append("The link's day is after the newest incident held, which is used instead.")
        choice = choice.change(at=None)
    write(choice)
    for sentence in ignored:
        st.warning(sentence)
    st.session_state["repeat_of"] = choice.of
    left, right = st.columns([2, 5], gap="medium")
    left.radio(
        "Who or what comes back?", list(LISTS), key="repeat_of", horizontal=True,
        format_func=LISTS.get, on_change=_change, args=("of",),
    )  # fmt: skip
    with right:
        _ask_rule(choice)
    with st.sidebar:
        st.session_state["repeat_at"] = choice.at or last_day
        st.date_input(
            "As at", key="repeat_at", max_value=last_day, format="DD/MM/YYYY", on_change=_change_at,
            args=(last_day,), help="The window of the rule ends on this day, which counts.",
        )  # fmt: skip
    return choice.change(at=choice.at or last_day)


def name_area(held: Held, wards: pd.DataFrame, selection: Selection) -> str:
    """Give the name of the ward or district looked at, or 'all districts'."""
    named = wards.loc[wards["code"] == selection.area, "name"]
    return (
        str(named.iloc[0])
        if len(named)
        else held.districts.get(selection.district or "", "all districts")
    )


def token_of(key: Hashable) -> str:
    """Give a short text that stands for a list, without anything of it."""
    return hashlib.blake2b(repr(key).encode(), digest_size=6).hexdigest()


def chosen_row(token: str) -> int | None:
    """Give the row chosen from the list that a token stands for."""
    held = st.session_state.get(ROW)
    return held[1] if held and held[0] == token else None


def choose_row(token: str, row: int | None) -> None:
    """Keep which row of a list is chosen."""
    st.session_state[ROW] = (token, row)


def follow_list(token: str, key: str) -> None:
    """Choose the row that was picked in the table (callback of ``key``)."""
    rows = st.session_state[key]["selection"]["rows"]
    choose_row(token, int(rows[0]) if rows else None)


def follow_map(token: str, key: str, layer: str) -> None:
    """Choose the place that was clicked on the map (callback of the chart ``key``)."""
    objects = st.session_state[key]["selection"]["objects"].get(layer) or []
    found = next((item["n"] for item in objects if item), None)
    if found is not None:
        choose_row(token, int(found))


def follow_box(token: str, key: str) -> None:
    """Choose the row that was picked in the select box ``key``; -1 is none."""
    row = int(st.session_state[key])
    choose_row(token, row if row >= 0 else None)


def _ask_rule(choice: RepeatChoice) -> None:
    own = choice.rule not in PRESETS
    st.session_state["repeat_rule"] = OWN_RULE if own else choice.rule
    st.selectbox(
        "Rule", list(RULE_WORDS), key="repeat_rule", format_func=RULE_WORDS.get,
        on_change=_change_rule,
    )  # fmt: skip
    if not own:
        return
    rule = choice.repeat_rule
    unit = "months" if rule.months else "days"
    st.session_state["repeat_least"] = rule.least
    st.session_state["repeat_length"] = rule.months or rule.days
    st.session_state["repeat_unit"] = unit
    least, length, units = st.columns(3)
    least.number_input(
        "Incidents or more", 2, LARGEST["least"], key="repeat_least", on_change=_change_own
    )
    length.number_input(
        "Within" if unit == "months" else "At most apart",
        1,
        LARGEST[unit],
        key="repeat_length",
        on_change=_change_own,
    )
    units.selectbox(
        "Of", ["months", "days"], key="repeat_unit", on_change=_change_own,
        format_func={"months": "calendar months", "days": "days"}.get,
    )  # fmt: skip


def _change(name: str) -> None:
    write(_remembered().change(**{name: st.session_state[f"repeat_{name}"]}))


def _change_rule() -> None:
    picked = st.session_state["repeat_rule"]
    write(_remembered().change(rule="3-in-30-days" if picked == OWN_RULE else picked))


def _change_own() -> None:
    unit = st.session_state["repeat_unit"]
    length = min(int(st.session_state["repeat_length"]), LARGEST[unit])
    write(_remembered().change(rule=f"{st.session_state['repeat_least']}-in-{length}-{unit}"))


def _change_at(last_day: dt.date) -> None:
    picked = st.session_state["repeat_at"]
    write(_remembered().change(at=None if picked in (None, last_day) else picked))


def _remembered() -> RepeatChoice:
    return RepeatChoice.from_query(st.session_state.get(REMEMBERED, {}))[0]


def _by_name(item: tuple[str, str]) -> str:
    return item[1]


def _pick(
    selection: Selection, name: str, label: str, names: Mapping[str, str], nothing: str
) -> None:
    key = f"repeat_{name}"
    st.session_state[key] = getattr(selection, name) or ""
    say: Callable[[str], str] = lambda code: names.get(code, nothing)  # noqa: E731

    def change() -> None:
        now, _ = Selection.from_query(st.session_state.get(filters.REMEMBERED, {}))
        changes: dict[str, object] = {name: st.session_state[key] or None}
        if name == "district":
            changes["area"] = None
        filters.write(now.change(**changes))

    st.selectbox(label, ["", *names], key=key, format_func=say, on_change=change)
