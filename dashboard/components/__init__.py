"""Building blocks of pages; all but ``filters`` are pure builders that know no Streamlit."""
