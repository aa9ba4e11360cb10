"""Ward profile."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Ward profile")


if __name__ == "__main__":
    render()
