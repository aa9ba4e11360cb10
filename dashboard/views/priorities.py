"""Residents' priorities: what did each ward ask for, who asked, and what was done?"""

from functools import partial

import streamlit as st

from dashboard import loading
from dashboard.acting import engagement as acting
from dashboard.components import (
    notices,
    priority_filters,
    priority_letter,
    priority_maps,
    priority_panels,
    priority_tables,
    ward_links,
    ward_maps,
)
from dashboard.components.plain_words import plain
from dashboard.permissions import Permission, current_actor
from geodata.settings import get_settings


def render() -> None:
    """Show the register of priorities."""
    version = loading.version()
    wards = loading.areas("ward", version)
    st.title("Residents' priorities")
    if wards.empty:
        notices.show_nothing(priority_panels.NO_WARDS)
        return
    may_edit = current_actor().may(Permission.EDIT_PRIORITIES)
    districts = loading.area_names("district", version)
    chosen = priority_filters.ask_filter(wards, districts)
    whole = loading.register(chosen.district, version)
    place = districts.get(chosen.district or "", "all districts")
    priority_panels.show_said()
    if chosen.ward:
        here = loading.register(None, version, ward=chosen.ward)
        place = ward_links.name_wards(wards)[chosen.ward]
        said = priority_tables.say_ward(here, plain(place))
    else:
        said = priority_tables.say_standing(whole, plain(place))
    layer = priority_tables.choose(whole.table, ward=None, source=chosen.source, standing="")
    classes = priority_maps.classify(wards, layer, chosen.district)
    st.markdown(f"{said} {priority_maps.say_map(classes, chosen.source)}")
    if chosen.ward:
        ward_links.show_ways_on(chosen.ward, "priorities.py")
    draw = partial(
        ward_maps.build_map, wards, district=chosen.district, version=version,
        districts_held="district" in loading.kinds_held(version), tile_url=get_settings().tile_url,
    )  # fmt: skip
    found = priority_tables.choose(
        whole.table, ward=chosen.ward, source=chosen.source, standing=chosen.standing
    )
    opened = priority_panels.read_opened(found)
    focus = chosen.ward or next((row["ward_code"] for row in opened), None)
    left, right = st.columns([4, 7], gap="medium")
    with left:
        priority_panels.show_map(wards, layer, classes, chosen, focus, draw)
        priority_panels.show_legend(classes)
    with right:
        if found.empty:
            notices.show_nothing(priority_panels.NO_PRIORITIES)
        else:
            priority_panels.show_register(priority_tables.register_table(found))
            for row in opened:
                with st.container(border=True):
                    priority_panels.show_priority(row, may_edit=may_edit)
                    if may_edit:
                        priority_panels.ask_change(row, acting.change_priority)
            priority_letter.offer(
                found, loading.officers(), place, chosen, notice=loading.notice(version),
                is_synthetic=loading.holds_synthetic(version), as_of=loading.register_day(version),
            )  # fmt: skip
    if may_edit:
        priority_panels.ask_new(wards, chosen.ward, acting.add_priority)
    priority_panels.show_without(whole.without, whole.none_live)
    priority_panels.show_sources(whole)


if __name__ == "__main__":
    render()
