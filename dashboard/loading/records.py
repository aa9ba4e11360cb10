"""Records of people and places: repeats, calls, callers, actions."""

import datetime as dt

import streamlit as st

from dashboard.gates import gate
from dashboard.loading.held import Key, areas, current_database, held, version
from dashboard.permissions import Permission
from dashboard.repeat_choice import RepeatChoice
from dashboard.services import actions as action_list
from dashboard.services import (
    address_merges,
    callers,
    repeat_records,
    repeats,
)
from dashboard.services import call_scope as held_for_calls
from geodata.calendar import Month


@gate(Permission.SEE_ACTIONS)
def actions(
    status: str, ward_code: str, owner: str, agency: str, *, overdue_only: bool
) -> action_list.ActionList:
    """Give actions, overdue ones first; never from a cache."""
    return action_list.list_actions(
        current_database(),
        status=status,
        ward_code=ward_code,
        owner=owner,
        agency=agency,
        overdue_only=overdue_only,
    )


RepeatKey = tuple[Key, str | None, str | None, str]
"""What decides a list of repeats: the choice, district, ward, and the version of what is held."""


@gate(Permission.SEE_REPEATS)
def repeats_version(version: str) -> str:
    """Give the key of what repeats are found in: the data and the merges of addresses."""
    return f"{version}-{repeats.merges_version(current_database())}"


@gate(Permission.SEE_REPEATS)
@st.cache_resource(max_entries=2, show_spinner="Finding repeats…")
def repeat_data(repeats_version: str) -> repeats.RepeatData:
    """Give the incidents ready for finding repeats."""
    del repeats_version
    return repeats.load_repeats(current_database())


@gate(Permission.SEE_REPEATS)
def repeat_last_day(repeats_version: str) -> dt.date | None:
    """Give the newest day that an incident began on; None if no day is known."""
    return repeat_data(repeats_version).last_day


@gate(Permission.SEE_REPEATS)
@st.cache_resource(max_entries=32, show_spinner="Finding repeats…")
def repeat_list(key: RepeatKey) -> repeats.RepeatList:
    """Give the ranked list of repeat victims or places of an area."""
    query, district, ward, repeats_version = key
    choice = RepeatChoice.from_query(dict(query))[0]
    data = repeat_data(repeats_version)
    wards = areas("ward", version())
    return repeats.find_list(
        data,
        choice.of,
        choice.repeat_rule,
        choice.at or data.last_day or dt.date.today(),
        district=district,
        ward=ward,
        wards=dict(zip(wards["code"], wards["name"], strict=True)),
        districts=held(version()).districts,
    )


@gate(Permission.SEE_REPEATS)
def repeat_owners(key: RepeatKey) -> list[str]:
    """Give who is on each row of a list; never from a cache."""
    return repeats.find_owners(current_database(), repeat_list(key), repeat_data(key[-1]))


@gate(Permission.SEE_REPEATS)
def repeat_row_of_action(key: RepeatKey, action_id: int) -> int | None:
    """Give the row of a list that an action is about; None if the list does not hold it."""
    return repeat_records.find_row(
        current_database(), repeat_data(key[-1]), repeat_list(key), action_id
    )


@gate(Permission.MERGE_ADDRESSES)
def waiting_merges() -> list[int]:
    """List the numbers of the pairs of addresses that wait for a decision, best first."""
    return address_merges.list_waiting(current_database())


@gate(Permission.CHECK_CALL)
@st.cache_data(max_entries=4, show_spinner=False)
def call_scope(version: str) -> held_for_calls.CallScope:
    """Give which kinds of record are held that a call check could find."""
    del version
    return held_for_calls.find_call_scope(current_database())


@gate(Permission.SEE_CALLERS)
@st.cache_data(max_entries=4, show_spinner=False)
def caller_scope(version: str) -> callers.CallerScope:
    """Give the districts and whole months that calls are held of."""
    del version
    return callers.find_scope(current_database())


@gate(Permission.SEE_CALLERS)
def top_callers(district: str, month: str, by: str) -> callers.TopCallers:
    """Give the Top 10 of a district and month; never from a cache, since plans change."""
    return callers.find_top_callers(current_database(), district, Month.parse(month), by=by)
