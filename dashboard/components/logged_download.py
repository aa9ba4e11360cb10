"""A download that is offered once it is logged who receives it and why."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.components import downloads, notices
from dashboard.services.audit import REASONS

PREPARED = "wardlight_prepared_download"


def offer(
    table: pd.DataFrame,
    name: str,
    notice: str,
    token: str,
    log: Callable[[str, str], int],
    *,
    title: str = "Take the list away (CSV, without addresses)",
) -> None:
    """Offer a list as CSV once reason and recipient are logged.

    Parameters
    ----------
    table : DataFrame
        What leaves.
    name : str
        Name of the file.
    notice : str
        Notice that goes with every row.
    token : str
        What stands for this very list: a file prepared for another one is not offered.
    log : callable
        Takes reason and recipient; refuses if either is missing.
    title : str
        What is offered.
    """
    offer_file(
        lambda: downloads.to_csv(table, notice), name, "text/csv", token, log,
        title=title, label="Download the list (CSV)",
    )  # fmt: skip


def offer_file(
    make: Callable[[], bytes],
    name: str,
    kind: str,
    token: str,
    log: Callable[[str, str], int],
    *,
    title: str,
    label: str,
) -> None:
    """Offer a file of any kind once reason and recipient are logged.

    Parameters
    ----------
    make : callable
        Makes the file; it is logged once it is made, so that nothing is logged that fails.
    name, kind : str
        Name of the file and its media type.
    token, log, title
        As in `offer`.
    label : str
        Words on the button.
    """
    with st.expander(title):
        with st.form(f"download_{name}"):
            left, middle, right = st.columns([3, 3, 2], vertical_alignment="bottom")
            reason = left.selectbox(
                "Why does it leave?", ["", *REASONS],
                format_func=lambda code: REASONS.get(code, "Pick a reason"),
            )  # fmt: skip
            recipient = middle.text_input("Who receives it", max_chars=100)
            pressed = right.form_submit_button("Log it and prepare the file", width="stretch")
        is_ready = st.session_state.get(PREPARED) == token
        made = notices.or_say(make) if pressed or is_ready else None
        if made is None:
            return
        if pressed and notices.or_say(lambda: log(reason, recipient)) is not None:
            st.session_state[PREPARED] = token
            is_ready = True
        if is_ready:
            st.download_button(
                label, made, name, kind, on_click=lambda: st.session_state.pop(PREPARED, None)
            )
