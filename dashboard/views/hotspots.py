"""Hotspots: where ASB is concentrated, whether that is more than chance, what is new, where next.

One list of places stands behind the first three questions; the map and what is said change.
"""

import streamlit as st

from dashboard import acting, loading, messages
from dashboard.components import (
    filters,
    forecast_panels,
    forecast_tables,
    hotspot_filters,
    hotspot_maps,
    hotspot_panels,
    hotspot_tables,
    job_panel,
    notices,
)
from dashboard.components.hotspot_panels import Shown
from dashboard.hotspot_choice import HotspotChoice
from dashboard.services.forecasts import Ask
from dashboard.services.hotspots import Spots
from geodata.settings import get_settings


def render() -> None:
    """Show the Hotspots page."""
    version = loading.version()
    held = loading.held(version)
    kinds = loading.kinds_held(version)
    wards = loading.areas("ward", version)
    if not held.forces or wards.empty:
        st.title("Hotspots")
        notices.show_nothing(messages.NO_BOUNDARIES if held.forces else messages.NOTHING_HELD)
        return
    selection = filters.ask(held, wards, kinds, with_map=False)
    place = held.districts.get(selection.district or "", "all districts")
    st.title(f"Hotspots: {place}")
    choice = hotspot_filters.ask(selection, has_times=held.has_times)
    if choice.ask == "next":
        _show_next(held, selection, choice, wards, kinds, version)
        return
    query, list_key = (
        loading.incident_key(selection), loading.choice_key(choice, *loading.LIST_FIELDS),
    )  # fmt: skip
    usable = loading.usable(query, choice.light, version)
    if usable.frame.empty:
        notices.show_nothing(messages.NOTHING_FOUND)
        return
    spots = loading.spots(query, list_key, version)
    shown = {"where": _where, "chance": _chance, "new": _news}[choice.ask](
        query, choice, spots, place, version
    )
    st.markdown(shown.sentence)
    left, right = st.columns([5, 3], gap="medium")
    focus = spots.row(choice.spot)
    deck = hotspot_maps.build_map(
        [*shown.layers, *hotspot_maps.area_layers(spots.table, spots.unlisted)],
        spots.table, hotspot_tables.tips(spots),
        version=version, districts_held="district" in kinds,
        bounds=hotspot_maps.find_bounds(wards, usable.districts), focus=focus,
        tile_url=get_settings().tile_url,
    )  # fmt: skip
    with left:
        hotspot_panels.show_map(deck, choice, shown.sentence)
    with right:
        hotspot_filters.ask_spot(choice, hotspot_tables.name_spots(spots))
        if focus is None:
            hotspot_panels.show_legend(shown)
        else:
            key = loading.choice_key(choice, *loading.LIST_FIELDS, "against")
            card = loading.card(query, key, choice.spot, shown.classes_of.get(choice.spot), version)
            hotspot_panels.show_card(card, *hotspot_tables.title_spot(focus))
        hotspot_panels.show_ways(focus, selection.area, wards)
    st.markdown("**The places** (choose a row for its reasons)")
    hotspot_panels.show_list(shown.table, choice)
    shown.after()
    st.caption(hotspot_tables.say_left_out(usable.left_out, usable.total))
    rule = hotspot_tables.say_list_rule(spots, held.districts)
    st.caption(f"{rule} {notices.say_coverage(held)}")
    hotspot_panels.offer_downloads(
        shown.table, hotspot_maps.outer_rings(spots.in_order(shown.table["#"])["geometry"]),
        f"wardlight-hotspots-{choice.ask}-{usable.period.first}-to-{usable.period.last}",
        loading.notice(version), hotspot_tables.describe_list(usable.period, selection, choice),
    )  # fmt: skip


def _where(query, choice: HotspotChoice, spots: Spots, place: str, version: str) -> Shown:
    names = ("light", *loading.CELL_FIELDS, "bandwidth")
    found = loading.concentrated(query, loading.choice_key(choice, *names), version)
    return hotspot_panels.answer_where(spots, found, place)


def _chance(query, choice: HotspotChoice, spots: Spots, place: str, version: str) -> Shown:
    names = (*loading.LIST_FIELDS, *loading.CELL_FIELDS)
    found = loading.chance(query, loading.choice_key(choice, *names), version)
    return hotspot_panels.answer_chance(spots, found, place)


def _news(query, choice: HotspotChoice, spots: Spots, place: str, version: str) -> Shown:
    names = (*loading.LIST_FIELDS, *loading.CELL_FIELDS, "against")
    found = loading.news(query, loading.choice_key(choice, *names), version)
    month = hotspot_filters.ask_month(choice, list(found.by_month))
    return hotspot_panels.answer_news(spots, found, place, month)


def _show_next(held, selection, choice: HotspotChoice, wards, kinds, version: str) -> None:
    force = selection.force or (held.forces[0] if len(held.forces) == 1 else None)
    if force is None:
        forecast_panels.show_choose_force()
        return
    job = job_panel.Job(
        ask=Ask("forecast", force, horizon_days=choice.horizon),
        read=lambda: loading.job("forecast", force),
        failed=lambda: loading.failed_job("forecast", force),
        start=acting.start_job,
        cancel=acting.cancel_job,
        needs_declaration=loading.needs_declaration(force, version),
    )
    horizon = loading.horizon(force, choice.horizon, version)
    run_id = loading.latest_run("forecast", force, horizon)
    if run_id is None:
        forecast_panels.show_none("forecast", force, horizon)
        job_panel.show_job(job)
        return
    found = loading.next_found(run_id, selection.district, choice.slots, version)
    forecast_panels.show_next_words(found)
    table = forecast_tables.list_next(found)
    focus = found.row(choice.spot)
    classes = hotspot_maps.classify_cells(found.cells.cells, "rate")
    deck = hotspot_maps.build_map(
        [hotspot_maps.cell_layer(found.cells.cells, classes)],
        found.table, forecast_tables.next_tips(found),
        version=version, districts_held="district" in kinds,
        bounds=hotspot_maps.find_bounds(wards, found.districts), focus=focus,
        tile_url=get_settings().tile_url,
    )  # fmt: skip
    left, right = st.columns([5, 3], gap="medium")
    with left:
        hotspot_panels.show_map(deck, choice, found.stored.said["verdict"])
    with right:
        hotspot_filters.ask_spot(choice, forecast_tables.name_next(found), "Place")
        if focus is None:
            hotspot_panels.show_cell_legend(classes, "Incidents expected in a cell")
        else:
            card = loading.next_card(run_id, selection.district, choice.slots, choice.spot, version)
            hotspot_panels.show_card(card, *forecast_tables.title_next(focus))
        hotspot_panels.show_ways(focus, selection.area, wards)
    st.markdown("**The places** (choose a row for what was reported there)")
    hotspot_panels.show_list(table, choice, "Place")
    forecast_panels.show_next_notes(found)
    hotspot_panels.offer_downloads(
        table, hotspot_maps.outer_rings(found.table["geometry"]), f"wardlight-forecast-{run_id}",
        loading.notice(version), forecast_tables.describe_run(found),
    )  # fmt: skip
    job_panel.show_job(job)


if __name__ == "__main__":
    render()
