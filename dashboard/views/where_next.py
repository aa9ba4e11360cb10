"""Where next?."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Where next?")


if __name__ == "__main__":
    render()
