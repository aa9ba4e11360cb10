"""Data: bring in a file, and see at once what was stored and what was refused."""

import streamlit as st

from dashboard import access, acting, messages
from dashboard.services.importing import SOURCES

SHOWN_FAULTS = 200


def render() -> None:
    """Show the Data page."""
    st.title("Bring in data")
    st.markdown(
        "Boundaries come first, then lookups and population, then incidents. Larger files and "
        "archives load faster with `wardlight import SOURCE FILE`."
    )
    with st.form("import"):
        source = st.selectbox("What the file is", list(SOURCES), format_func=SOURCES.get)
        files = st.file_uploader("Files", accept_multiple_files=True)
        mapping = st.file_uploader("Mapping file (TOML), for a force or council extract")
        dry_run = st.checkbox("Check only: store nothing", value=True)
        pressed = st.form_submit_button("Import", type="primary")
    if not pressed:
        return
    if not files:
        st.warning("Choose at least one file first.")
        return
    with st.spinner("Reading and checking…"):
        report = acting.import_files(access.current_user(), source, files, mapping, dry_run=dry_run)
    say = st.success if not report.rows_refused else st.warning
    verb = "would be stored" if dry_run else "stored"
    say(
        f"{messages.say_count(report.rows_read, 'row')} read, {report.rows_stored:,} {verb}, "
        f"{report.rows_refused:,} refused."
    )
    for sentence in report.sentences:
        st.markdown(f"- {sentence}")
    faults = report.faults.to_frame()
    if len(faults):
        st.markdown("**Refused rows** (first of each kind)")
        st.dataframe(faults.head(SHOWN_FAULTS), hide_index=True)


if __name__ == "__main__":
    render()
