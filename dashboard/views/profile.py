"""The ward profile: one page on a ward, on screen and as a print of at most two A4 pages."""

import streamlit as st

from dashboard import loading, messages
from dashboard.acting import profile as acting
from dashboard.components import notices, profile_panels, ward_links
from dashboard.components.plain_words import plain
from dashboard.reports.profile_finding import say_title_finding
from dashboard.reports.profile_words import say_subtitle, say_title


def render() -> None:
    """Show the Ward profile page."""
    version = loading.version()
    wards = loading.areas("ward", version)
    if wards.empty:
        st.title("Ward profile")
        notices.show_nothing(messages.NO_BOUNDARIES)
        return
    ward, audience = profile_panels.ask(wards, loading.profile_audiences())
    if ward is None:
        st.title("Ward profile")
        st.info(profile_panels.NOTHING_CHOSEN, icon=":material/info:")
        return
    found = loading.ward_profile(ward, audience, version)
    st.title(plain(say_title_finding(found)))
    st.markdown(plain(f"{say_title(found)}. {say_subtitle(found)}"))
    ward_links.show_ways_on(ward, "profile.py")
    profile_panels.offer_print(
        found, lambda reason, recipient: acting.log_print(ward, audience, reason, recipient)
    )
    profile_panels.show(found)


if __name__ == "__main__":
    render()
