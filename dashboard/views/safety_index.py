"""Safety index."""

import streamlit as st


def render() -> None:
    """Show the page."""
    st.title("Safety index")


if __name__ == "__main__":
    render()
