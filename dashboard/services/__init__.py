"""Use cases: take keys, load frames, call an analysis, return the finding. No Streamlit."""
