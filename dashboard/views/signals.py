"""Signal events."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Signal events")


if __name__ == "__main__":
    render()
