"""Survey."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Survey")


if __name__ == "__main__":
    render()
