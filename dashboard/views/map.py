"""Map: where incidents are, by ward or LSOA, with a table of the same facts."""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    charts,
    classes,
    downloads,
    filters,
    mapping,
    notices,
    tables,
    ward_links,
    ward_list_panel,
)
from dashboard.components.maps import AREA_LAYER
from dashboard.selection import MEASURES
from geodata.settings import get_settings

MAP_KEY = "ward_map"


def render() -> None:
    """Show the Map."""
    version = loading.version()
    held = loading.held(version)
    kinds = loading.kinds_held(version)
    kind = filters.peek_kind()
    areas = loading.areas(kind, version)
    if not held.forces or areas.empty:
        st.title("Map")
        notices.show_nothing(messages.NO_BOUNDARIES if held.forces else messages.NOTHING_HELD)
        return
    selection = filters.ask(held, areas, kinds, with_map=True)
    found = loading.map_finding(loading.query_key(selection), version)
    place = held.districts.get(selection.district or "", "all districts")
    word = "Ward" if kind == "ward" else "LSOA"
    measure = MEASURES[selection.measure]

    st.title(f"Where ASB is: {place}")
    if not found.total:
        notices.show_nothing(messages.NOTHING_FOUND)
        return
    sentence = tables.describe_map(found, selection.measure, place, f"{word.lower()}s")
    st.markdown(sentence)

    left, right = st.columns([3, 2], gap="medium")
    ranked = classes.classify(
        found.table["value"].to_numpy(), found.table["shown"].to_numpy(), selection.measure
    )
    districts = loading.areas("district", version) if "district" in kinds else None
    deck = mapping.build_map(
        selection, found, areas, districts, ranked, version, get_settings().tile_url
    )
    with left:
        st.pydeck_chart(
            deck, key=MAP_KEY, selection_mode="single-object", height=mapping.HEIGHT,
            on_select=lambda: filters.follow_map(MAP_KEY, AREA_LAYER),
            alt=f"Map of {word.lower()}s. {sentence} The table below holds the same figures.",
        )  # fmt: skip
    with right:
        filters.ask_area(selection, areas)
        if selection.area:
            mapping_facts = tables.describe_area(found.table, selection.area)
            notices.show_area(mapping_facts, len(found.table[found.table["shown"]]))
            if kind == "ward":
                ward_links.show_ways_on(selection.area, "map.py")
        marked = bool((found.table["note"] == "Mainly non-residential").any())
        st.altair_chart(
            charts.legend_chart(ranked, measure, f"{word.lower()}s", marked=marked),
            width="stretch",
            theme=None,
        )
        notices.show_layer(selection, found)
        ward_list_panel.choose_row(
            tables.top_table(found.table, word, selection.measure),
            tables.top_rows(found.table)["code"].tolist(), selection, "map_top",
            **tables.top_look(),
        )  # fmt: skip
        st.caption(ward_links.say_box(filters.say_focus(kind), "above"))

    span = (str(found.period.first.first_day), str(found.period.last.first_day))
    name = tables.name_of(found.table, selection.area) or place
    st.altair_chart(
        charts.month_chart(found.months, f"Incidents by month in {name}", span), theme=None
    )
    st.markdown(f"**All {word.lower()}s, highest first** (select a heading to sort)")
    table = tables.area_table(found.table, word)
    st.dataframe(tables.mark_focus(table, selection.area), hide_index=True, height=320)
    st.caption(notices.say_map_notes(selection, found, word.lower(), notices.say_coverage(held)))
    name, notice = str(found.period.last), loading.notice(version)
    with st.container(horizontal=True):
        st.download_button(
            "Download the table (CSV)", downloads.to_csv(table, notice),
            downloads.file_name(selection, name, "csv"), "text/csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Download the areas (GeoJSON)",
            lambda: downloads.to_map_file(areas, found.table, notice),
            downloads.file_name(selection, name, "geojson"), "application/geo+json",
            on_click="ignore",
        )  # fmt: skip


if __name__ == "__main__":
    render()
