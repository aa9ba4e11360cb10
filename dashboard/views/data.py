"""Data: bring in a file, and see at once what was stored and what was refused."""

import streamlit as st

from dashboard import acting, messages
from dashboard.services.importing import SOURCES
from geodata.codes import AREA_KINDS, KIND_WORDS

SHOWN_FAULTS = 200


def say_kind(kind: str) -> str:
    """Give a kind of area in words; the empty choice leaves it to the file."""
    return KIND_WORDS.get(kind, "As the file says")


def render() -> None:
    """Show the Data page."""
    st.title("Bring in data")
    st.markdown(
        "Boundaries come first, then lookups and population, then incidents, then calls and "
        "cases. Larger files and archives load faster with `wardlight import SOURCE FILE`."
    )
    with st.form("import"):
        source = st.selectbox("What the file is", list(SOURCES), format_func=SOURCES.get)
        files = st.file_uploader("Files", accept_multiple_files=True)
        mapping = st.file_uploader(
            "Mapping file (TOML), for an extract, calls, cases, a survey or a score"
        )
        with st.expander("What the file does not say itself (for areas)"):
            kind = st.selectbox("Kind of area", ["", *AREA_KINDS], format_func=say_kind)
            edition = st.text_input("Edition of the boundaries, such as 2025")
            crs = st.text_input("Coordinates, such as EPSG:27700")
            year = st.text_input("Year of the population figures")
            classification = st.text_input("Name of the area classification")
        dry_run = st.checkbox("Check only: store nothing", value=True)
        pressed = st.form_submit_button("Import", type="primary")
    if not pressed:
        return
    if not files:
        st.warning("Choose at least one file first.")
        return
    with st.spinner("Reading and checking…"):
        report = acting.import_files(
            source,
            files,
            mapping,
            dry_run=dry_run,
            said={
                "kind": kind,
                "edition": edition,
                "crs": crs,
                "year": year,
                "classification": classification,
            },
        )
    say = st.success if not report.rows_refused else st.warning
    verb = "would be stored" if dry_run else "stored"
    say(
        f"{messages.say_count(report.rows_read, 'row')} read, {report.rows_stored:,} {verb}, "
        f"{report.rows_refused:,} refused."
    )
    for sentence in report.sentences:
        st.markdown(f"- {sentence}")
    faults = report.refusals
    if len(faults):
        st.markdown("**Refused rows** (first of each kind)")
        st.dataframe(faults.head(SHOWN_FAULTS), hide_index=True)


if __name__ == "__main__":
    render()
