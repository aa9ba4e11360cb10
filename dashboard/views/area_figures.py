"""Released figures: ASB by area for partners and the public, with small counts protected."""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    charts,
    classes,
    downloads,
    mapping,
    notices,
    released,
    released_parts,
    tables,
)
from dashboard.permissions import Permission, current_actor
from geodata.settings import get_settings


def render() -> None:
    """Show the Released figures page."""
    version = loading.version()
    kinds = loading.released_kinds(version)
    if "ward" not in kinds:
        st.title("Released figures")
        notices.show_nothing(messages.NO_BOUNDARIES)
        return
    periods = loading.released_periods(version)
    if not periods:
        st.title("Released figures")
        notices.show_nothing(messages.NOTHING_RELEASED)
        return
    districts = loading.area_names("district", version)
    choice = released.ask(periods, districts, kinds)
    areas = loading.areas(choice.kind, version)
    found = loading.released_figures(
        choice.kind, choice.period, choice.district, choice.measure, version
    )
    word = "ward" if choice.kind == "ward" else "LSOA"
    head = word if word == "LSOA" else "Ward"
    place = districts.get(choice.district or "", "all districts")
    st.title(f"Released figures: {place}")
    st.markdown(released_parts.say_figures(found, place, word))
    ranked = classes.classify(
        found.table["value"].to_numpy(), found.table["shown"].to_numpy(), choice.measure
    )
    left, right = st.columns([5, 3], gap="medium")
    with left:
        st.pydeck_chart(
            mapping.build_released_map(
                found.table, areas, ranked, kind=choice.kind, district=choice.district,
                districts=loading.areas("district", version) if districts else None,
                version=version, tile_url=get_settings().tile_url,
            ),
            height=mapping.HEIGHT,
            alt=f"Map of released figures by {word}. The table below holds the same.",
        )  # fmt: skip
    with right:
        st.altair_chart(
            charts.legend_chart(
                ranked, released.MEASURES[choice.measure], f"{word}s", marked=False
            ),
            width="stretch", theme=None,
        )  # fmt: skip
        st.caption(messages.RELEASED_LEGEND)
        top = tables.top_table(found.table, head, choice.measure)
        st.dataframe(top, hide_index=True, **tables.top_look())
    released_parts.show_months(loading.released_months(choice.district, version), place)
    released_parts.show_categories(
        loading.released_categories(choice.district, choice.period, version), choice.period
    )
    if current_actor().may(Permission.SEE_RELEASED_LSOA):
        names = loading.area_names("ward", version) if choice.district else districts
        released_parts.show_repeats(loading.released_repeats(version), choice.district, names)
    st.markdown(f"**All {word}s, highest first**")
    table = tables.released_table(found.table, head)
    released_parts.show_table(table)
    st.caption(messages.RELEASED_NOTE)
    st.download_button(
        "Download the table (CSV)", downloads.to_csv(table, loading.notice(version)),
        f"wardlight-released-{choice.kind}-{choice.district or 'all'}-{choice.period}.csv",
        "text/csv", on_click="ignore",
    )  # fmt: skip


if __name__ == "__main__":
    render()
