"""Overview: what happened in this period, and is it more than before?"""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import (
    charts,
    downloads,
    filters,
    notices,
    tables,
    ward_links,
    ward_list_panel,
)
from dashboard.services.overview import Comparison


def render() -> None:
    """Show the Overview."""
    version = loading.version()
    held = loading.held(version)
    if not held.forces:
        st.title("Overview")
        notices.show_nothing(messages.NOTHING_HELD)
        return
    kind = filters.peek_kind()
    areas = loading.areas(kind, version)
    selection = filters.ask(held, areas, loading.kinds_held(version), with_map=False)
    with st.sidebar:
        filters.ask_area(selection, areas, "None: choose here or in the list")
    found = loading.overview_finding(loading.query_key(selection), version)
    place = held.districts.get(selection.district or "", "all districts")

    st.title(f"ASB in {place}")
    st.caption(f"{found.period.label}. {notices.say_coverage(held)}")
    if not found.total:
        notices.show_nothing(messages.NOTHING_FOUND)
        return
    now, *others = st.columns([1, *[2] * len(found.comparisons)], border=True)
    now.metric("Incidents this period", f"{found.total:,}")
    for column, comparison in zip(others, found.comparisons, strict=True):
        with column:
            _show_comparison(comparison)
    if selection.area:
        notices.show_area(
            tables.describe_area(found.table, selection.area), int(found.table["shown"].sum())
        )
        if kind == "ward":
            ward_links.show_ways_on(selection.area, "overview.py")

    left, right = st.columns([3, 2])
    span = (str(found.period.first.first_day), str(found.period.last.first_day))
    left.altair_chart(
        charts.month_chart(
            found.months, "Incidents by month", span, [(b.day, b.words) for b in found.breaks]
        ),
        width="stretch",
        theme=None,
    )
    with right:
        st.markdown("**Wards with most incidents**" if kind == "ward" else "**Most incidents**")
        ward_list_panel.choose_row(
            tables.top_table(found.table, "Ward" if kind == "ward" else "LSOA", "count"),
            tables.top_rows(found.table)["code"].tolist(), selection, "overview_top",
            **tables.top_look(),
        )  # fmt: skip
        st.caption(ward_links.say_box(filters.say_focus(kind)))
    if selection.district is None and found.without_area:
        right.caption(f"{messages.say_count(found.without_area)} lie in no {kind} shown.")

    left, right = st.columns([3, 2])
    if found.hours is None:
        left.info(messages.TIMES_UNKNOWN, icon=":material/schedule:")
    else:
        title = "Incidents by hour and day (days run from 6am)"
        left.altair_chart(charts.hour_chart(found.hours, title), width="stretch", theme=None)
        if found.untimed:
            left.caption(f"{messages.say_count(found.untimed)} have no known time of day.")
    with right:
        _show_kinds(found.categories, found.types)
    st.caption(messages.CHANGE_NOTE)
    st.download_button(
        "Download the table (CSV)",
        downloads.to_csv(tables.area_table(found.table, "Area"), loading.notice(version)),
        downloads.file_name(selection, str(found.period.last), "csv"),
        "text/csv",
    )


def _show_comparison(comparison: Comparison) -> None:
    st.markdown(f"**Against {comparison.name}**")
    if comparison.change is None:
        st.markdown(f"Cannot be compared. {comparison.reason}")
        return
    words = {"more": "More: a clear rise", "fewer": "Fewer: a clear fall"}
    st.markdown(f"## {words.get(comparison.change.direction, 'No clear change')}")
    st.markdown(messages.say_change(comparison.change, comparison.period.label))


def _show_kinds(categories, types) -> None:
    if categories.drop("not recorded").sum() == 0:
        st.info(messages.CATEGORY_UNKNOWN, icon=":material/category:")
        return
    st.altair_chart(
        charts.bar_chart(categories, "Incidents by category"), width="stretch", theme=None
    )
    if types.sum():
        st.altair_chart(
            charts.bar_chart(types.head(6), "Most common types"), width="stretch", theme=None
        )


if __name__ == "__main__":
    render()
