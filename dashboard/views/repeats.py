"""Repeat victims and places: who and what comes back, by which rule, and who is on it?"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import (
    logged_download,
    notices,
    repeat_filters,
    repeat_maps,
    repeat_panels,
    repeat_tables,
)
from dashboard.permissions import Permission, current_actor
from geodata.settings import get_settings


def render() -> None:
    """Show the page of repeat victims and places."""
    version = loading.version()
    held = loading.held(version)
    wards = loading.areas("ward", version)
    found_in = loading.repeats_version(version)
    last_day = loading.repeat_last_day(found_in) if held.forces else None
    if not held.forces or wards.empty or last_day is None:
        st.title("Repeat victims and places")
        no_days = messages.NO_DAYS_FOR_REPEATS if held.forces else messages.NOTHING_HELD
        notices.show_nothing(messages.NO_BOUNDARIES if held.forces and wards.empty else no_days)
        return
    selection = repeat_filters.ask_area(held, wards)
    place = repeat_filters.name_area(held, wards, selection)
    st.title(f"Repeat victims and places: {place}")
    choice = repeat_filters.ask(last_day)
    if current_actor().may(Permission.SEE_CALLERS):
        repeat_panels.link_callers()
    key = (tuple(sorted(choice.to_query().items())), selection.district, selection.area, found_in)
    found, token = loading.repeat_list(key), repeat_filters.token_of(key)
    may_look = current_actor().may(Permission.SEE_ADDRESS)
    said = repeat_tables.say_finding(found, place)
    st.markdown(said)
    action = repeat_panels.follow_action(
        lambda number: loading.repeat_row_of_action(key, number), token, may_open=may_look
    )
    if found.total:
        row = repeat_filters.chosen_row(token)
        table = repeat_tables.list_table(found, loading.repeat_owners(key))
        shown = repeat_maps.find_shown(wards, selection.district, selection.area)
        classes = repeat_maps.classify_wards(found, wards, shown)
        deck = repeat_maps.build_map(
            found, wards, classes, shown, row=row, version=version,
            districts_held="district" in loading.kinds_held(version),
            tile_url=get_settings().tile_url,
        )  # fmt: skip
        left, right = st.columns([4, 8], gap="medium")
        with left:
            repeat_panels.show_map(deck, token, row, said.replace("*", ""))
            repeat_panels.show_legend(classes, found.kind)
        with right:
            repeat_panels.show_list(table, token, row)
            repeat_panels.ask_row(repeat_tables.name_rows(found), token, row)
            st.caption(repeat_tables.say_notes(found))
        if row is not None:
            _show_row(key, found, token, row)
        elif action is not None:
            _show_unlisted(key, found, token, action)
        logged_download.offer(
            table.assign(**repeat_tables.describe_list(found, place)),
            repeat_tables.file_name(found), loading.notice(version), token,
            lambda reason, recipient: acting.log_repeat_download(key, reason, recipient),
        )  # fmt: skip
    else:
        st.caption(repeat_tables.say_notes(found))
        if action is not None:
            _show_unlisted(key, found, token, action)
    st.caption(notices.say_coverage(held))


def _show_row(key, found, token: str, row: int) -> None:
    with st.container(border=True):
        st.markdown(f"**{repeat_tables.name_rows(found)[row]}**")
        if current_actor().may(Permission.SEE_ADDRESS):
            repeat_panels.show_or_ask(
                found.kind, lambda *reason: acting.open_repeat(key, row, *reason), token, row
            )
        if current_actor().may(Permission.ACT):
            repeat_panels.ask_action(
                repeat_tables.title_action(found, row),
                lambda **asked: acting.send_repeat(key, row, **asked),
            )


def _show_unlisted(key, found, token: str, action: int) -> None:
    with st.container(border=True):
        st.markdown(f"**What action {action} is about**")
        repeat_panels.show_or_ask(
            found.kind, lambda *reason: acting.open_repeat_of_action(key, action, *reason),
            token, f"action {action}",
        )  # fmt: skip


if __name__ == "__main__":
    render()
