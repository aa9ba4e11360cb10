"""Which wards next: which qualify for problem solving, why, and who takes them on?"""

import streamlit as st

from dashboard import loading, messages
from dashboard.acting import where_next as acting
from dashboard.components import (
    downloads,
    notices,
    repeat_filters,
    ward_list_panel,
    where_next_panels,
    where_next_tables,
)
from dashboard.permissions import Permission, current_actor


def render() -> None:
    """Show the page Which wards next?."""
    version = loading.version()
    held = loading.held(version)
    wards = loading.areas("ward", version)
    if not held.forces or wards.empty:
        st.title("Which wards next?")
        notices.show_nothing(messages.NO_BOUNDARIES if held.forces else messages.NOTHING_HELD)
        return
    selection = repeat_filters.ask_area(held, wards)
    certainty = where_next_panels.ask_certainty()
    place = held.districts.get(selection.district or "", "all districts")
    st.title(f"Which wards next in {place}?")
    found = loading.next_wards(certainty, version)
    said = where_next_tables.say_finding(found, place, selection.district)
    st.markdown(said)
    st.warning(where_next_tables.say_banner(found), icon=":material/balance:")
    table = where_next_tables.within(found, selection.district)
    actor = current_actor()
    at_work = loading.actions_of_wards() if actor.may(Permission.SEE_ACTIONS) else None
    ward_list_panel.show(
        where_next_panels.describe_list(table, said, at_work), wards,
        where_next_tables.classify(found, wards, selection.district),
        where_next_tables.mark_wards(found, wards, selection.district, selection.area),
        selection, districts_held="district" in loading.kinds_held(version), version=version,
    )  # fmt: skip
    if selection.area:
        where_next_panels.show_ward(
            found, selection.area, may_act=actor.may(Permission.ACT),
            count=(at_work or {}).get(selection.area, 0),
            send=lambda **asked: acting.send_ward(selection.area, certainty, **asked),
        )  # fmt: skip
    st.caption(where_next_tables.say_notes(found, at_work))
    st.download_button(
        "Download the whole list (CSV)",
        downloads.to_csv(
            where_next_tables.download_table(found, selection.district, at_work),
            loading.notice(version),
        ),
        f"wardlight-where-next-{selection.district or 'all'}.csv", "text/csv", on_click="ignore",
    )  # fmt: skip
    st.caption(notices.say_coverage(held))


if __name__ == "__main__":
    render()
