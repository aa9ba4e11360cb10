"""Signal events: what unsettles an area now, how far does it reach, and which wards?"""

import streamlit as st

from dashboard import loading, messages
from dashboard.acting import engagement as acting
from dashboard.components import (
    downloads,
    notices,
    signal_maps,
    signal_panels,
    signal_tables,
    ward_links,
)
from dashboard.permissions import Permission, current_actor
from geodata.settings import get_settings


def render() -> None:
    """Show the page of signal events."""
    version = loading.version()
    wards = loading.areas("ward", version)
    st.title("Signal events")
    if wards.empty:
        notices.show_nothing(messages.NO_BOUNDARIES)
        return
    signal_panels.show_said()
    may_tag = current_actor().may(Permission.TAG_SIGNALS)
    held = loading.signal_list(version)
    found = signal_tables.choose(held, signal_panels.ask_filter())
    st.markdown(signal_tables.say_events(held, loading.signal_day(version)))
    if found.empty:
        notices.show_nothing(signal_panels.NO_SIGNALS)
    else:
        number = signal_panels.read_opened(found)
        table = signal_tables.signal_table(found, loading.area_names("ward", version))
        left, right = st.columns([4, 7], gap="medium")
        with left:
            st.pydeck_chart(
                signal_maps.build_map(
                    found, wards, chosen=number, version=version,
                    districts_held="district" in loading.kinds_held(version),
                    tile_url=get_settings().tile_url,
                ),
                height=signal_maps.HEIGHT,
                alt="Map of signal events as circles with their numbers. The list holds the same.",
            )  # fmt: skip
            st.caption(
                "Filled circle: running. Empty circle: over. The number is that of the list."
            )
        with right:
            signal_panels.show_list(table)
            if number is not None:
                (row,) = found[found["id"] == number].to_dict("records")
                with st.container(border=True):
                    signal_panels.show_event(row, acting.withdraw_signal if may_tag else None)
                    if row["ward_code"] in set(wards["code"]):
                        names = ward_links.name_wards(wards)
                        ward_links.show_ways_on(
                            row["ward_code"], "signals.py", names[row["ward_code"]]
                        )
        st.download_button(
            "Download the list (CSV)", downloads.to_csv(table, loading.notice(version)),
            "wardlight-signal-events.csv", "text/csv", on_click="ignore",
        )  # fmt: skip
    if may_tag:
        signal_panels.ask_new(wards, acting.add_signal)
    st.caption(signal_panels.ABOUT)


if __name__ == "__main__":
    render()
