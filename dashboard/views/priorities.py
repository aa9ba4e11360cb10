"""Priorities."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Priorities")


if __name__ == "__main__":
    render()
