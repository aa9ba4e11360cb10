"""Data quality: what is held, what is missing, and how far to trust it."""

import streamlit as st

from dashboard import loading, messages
from dashboard.components import charts, downloads, notices

SHARE = {"share": st.column_config.ProgressColumn("Share", format="percent", max_value=1.0)}
NUMBER = st.column_config.NumberColumn(format="localized")
COUNT = {"incidents": st.column_config.NumberColumn("Incidents", format="localized")}


def render() -> None:
    """Show the Data quality page."""
    version = loading.version()
    held = loading.held(version)
    found = loading.quality_finding(version)
    st.title("Data quality")
    if found.imports.empty:
        notices.show_nothing(messages.NOTHING_HELD)
        return
    if held.forces:
        st.caption(notices.say_coverage(held))
        share = found.located / found.total
        no_ward = found.status["ward_by"]["none"]
        st.markdown(
            f"{messages.say_count(found.total, 'ASB incident')} are held; {share:.1%} have a "
            f"coordinate and {messages.say_count(no_ward)} have no ward. "
            f"{messages.say_count(found.status['refused'], 'row')} were refused."
        )
        _show_incidents(found)
    else:
        notices.show_nothing(messages.NOTHING_HELD)
    st.header("Imports")
    columns = [
        "id", "source", "file_name", "rows_read", "rows_stored", "rows_refused", "imported_at",
        "imported_by", "is_synthetic",
    ]  # fmt: skip
    imports = found.imports[columns]
    words = {name: name.replace("_", " ").capitalize() for name in columns}
    st.dataframe(
        imports.rename(columns=words | {"is_synthetic": "Synthetic"}), hide_index=True,
        column_config=dict.fromkeys(("Rows read", "Rows stored", "Rows refused"), NUMBER),
    )  # fmt: skip
    st.download_button(
        "Download the imports (CSV)",
        downloads.to_csv(imports, loading.notice(version)),
        "wardlight-imports.csv",
        "text/csv",
    )
    st.header("Refused rows")
    if found.refusals.empty:
        st.markdown("No row was refused.")
    else:
        st.caption("The first 200, newest import first. Values are cut so that none is personal.")
        st.dataframe(found.refusals.rename(columns=str.capitalize), hide_index=True)


def _show_incidents(found) -> None:
    st.altair_chart(
        charts.coverage_chart(found.months, "Months held, by force: a gap is a month not held"),
        width="stretch",
        theme=None,
    )
    st.dataframe(
        found.coverage.rename(columns=str.capitalize), hide_index=True,
        column_config={"Incidents": NUMBER},
    )  # fmt: skip
    left, right = st.columns(2)
    for place, title, frame, name in (
        (left, "How incidents were given a ward", found.ways, "Way"),
        (left, "How well places are known", found.precision, "Place"),
    ):
        with place:
            st.markdown(f"**{title}**")
            st.dataframe(
                frame.rename(columns={"what": name}), hide_index=True, column_config=SHARE | COUNT
            )
    with right:
        st.markdown("**Share of incidents with each flag recorded**")
        st.dataframe(
            found.flags[["flag", "share"]].rename(columns={"flag": "Flag"}),
            hide_index=True, column_config=SHARE, height=565,
            )  # fmt: skip


if __name__ == "__main__":
    render()
