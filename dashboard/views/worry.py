"""Crime and worry."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Crime and worry")


if __name__ == "__main__":
    render()
