"""Find a neighbourhood team."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Find a neighbourhood team")


if __name__ == "__main__":
    render()
