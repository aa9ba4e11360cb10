"""Safety index: how do wards compare on several parts at once, by weights that can be changed?"""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    downloads,
    notices,
    repeat_filters,
    safety_panels,
    safety_tables,
    ward_links,
    ward_list_panel,
)


def render() -> None:
    """Show the Safety index."""
    version = loading.version()
    held = loading.held(version)
    wards = loading.areas("ward", version)
    if not held.forces or wards.empty:
        st.title("Safety index")
        notices.show_nothing(messages.NO_BOUNDARIES if held.forces else messages.NOTHING_HELD)
        return
    usual = loading.safety_weights(version)
    if not any(usual.values()):
        st.title("Safety index")
        notices.show_nothing(safety_tables.NO_PARTS)
        return
    safety_panels.say_unknown()
    selection = repeat_filters.ask_area(held, wards)
    scale = safety_panels.ask_scale()
    weights = safety_panels.ask_weights(usual)
    place = held.districts.get(selection.district or "", "all districts")
    st.title(f"Safety index: {place}")
    if not any(weights.values()):
        notices.show_nothing(safety_tables.NO_WEIGHTS)
        return
    found = loading.safety_index(tuple(weights.items()), scale, version)
    said = safety_tables.say_finding(found, place, selection.district)
    st.markdown(said)
    st.warning(safety_tables.say_banner(found), icon=":material/balance:")
    ward_list_panel.show(
        safety_panels.describe_list(found, selection.district, said), wards,
        safety_tables.colour_wards(found, wards, selection.district),
        safety_tables.mark_wards(found, wards, selection.district, selection.area),
        selection, districts_held="district" in loading.kinds_held(version), version=version,
    )  # fmt: skip
    if selection.area:
        safety_panels.show_ward(found, selection.area)
        ward_links.show_ways_on(selection.area, "safety_index.py")
    safety_panels.show_firmness(found, selection.district)
    safety_panels.show_parts(found, selection.district)
    st.caption(safety_tables.say_notes(found))
    st.download_button(
        "Download the index (CSV)",
        downloads.to_csv(
            safety_tables.download_table(found, selection.district), loading.notice(version)
        ),
        f"wardlight-safety-index-{selection.district or 'all'}.csv", "text/csv",
        on_click="ignore",
    )  # fmt: skip
    st.caption(notices.say_coverage(held))


if __name__ == "__main__":
    render()
